"""May a person say this? Values of CONTRACT.md in combinations that can be true; what is wrong is a code with its fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from evtrack.grade.grades import FINAL_GATES, LEVELS, Agent, Design, Gate, Match, Role, Stance
from evtrack.grade.record import GATE_OF, LEVEL_OF, SYNTHESES
from evtrack.grade.word import GATE_OF_ROLE
from evtrack.record import PartialDate
from evtrack.word import OF_ONE_CLAIM, REOPENED, Action, Word


class WordError(Exception):
    """A word that can't be taken: ``code`` and ``fields`` of ``word_error.<code>`` in the catalogue."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(f"{code}: {fields}" if fields else code)
        self.code = code
        self.fields = fields


VALUES: Mapping[str, tuple[str, ...]] = {
    "design": get_args(Design),
    "level": LEVELS,
    "role": get_args(Role),
    "agent": get_args(Agent),
    "gate": get_args(Gate),
    "stance": get_args(Stance),
    "condition_match": get_args(Match),
    "outcome_match": get_args(Match),
}
"""What each field of a ``relabel`` may hold; a gate also ``None`` (none)."""

RELABELLED = (*VALUES, "synthesis", "counts_for_claim", "n")
"""Fields that a ``relabel`` may give."""

_TEXTS = ("title", "citation", "url", "doi", "registry_id", "journal", "abstract", "language", "status", "phase")
_WHOLE = ("n", "planned_n", "year")
_LISTS = ("authors", "flags")
_DATES = ("completion",)
CITED = (*_TEXTS, "year", "authors", "planned_n", "planned_design", *_DATES)
"""Fields that say what an added record is."""

ADDED = (*CITED, *(f for f in RELABELLED if f != "counts_for_claim"), "flags", "claims")
"""Fields that an ``add`` may give; ``claims`` is claim id → the fields of ``OF_CLAIM`` that are true for this claim alone."""

OF_CLAIM = (*RELABELLED,)

_RECORD = re.compile(r"PMID:[1-9]\d{0,8}|NCT\d{8}|MANUAL:\S+")
_DOI = re.compile(r"10\.\d[\d.]*/\S+")
_MOST = 10**10
"""More than all people there are."""
_FLAG = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")


def check(word: Word) -> None:
    """Raise ``WordError`` where the word alone, whatever the record, can't be true or can't be read."""
    for found in faults(word):
        raise found


def faults(word: Word) -> Iterator[WordError]:
    """All that is wrong with a word, whatever the store holds."""
    if word.action not in get_args(Action):
        yield WordError("unknown_action", action=word.action, actions=", ".join(get_args(Action)))
        return
    for name, text in (("reason", word.reason), ("name", word.name)):
        if not text.strip():
            yield WordError("missing", field=name)
    yield from _not_kept(word)
    if word.record_id is None and word.claim_id is None:
        yield WordError("about_nothing")
    elif word.record_id is not None and word.action != "add" and not _RECORD.fullmatch(word.record_id):
        yield WordError("odd_record", field="record", record=word.record_id)
    elif word.record_id is None and word.action == "relabel":
        yield WordError("level_typed_in", claim=word.claim_id)
    elif word.action == "relabel":
        yield from _relabel(word.values)
    elif word.action == "add":
        yield from _add(word)
    elif word.values:
        yield WordError("no_values", action=word.action, fields=", ".join(sorted(word.values)))


def _not_kept(word: Word) -> Iterator[WordError]:
    """What no store and no file can hold: half of a character, a NUL, a number that is none, what YAML alone has."""
    told = {"record": word.record_id, "claim": word.claim_id, "reason": word.reason, "name": word.name}
    by_rules = word.seen.get("by_rules", {})
    if not isinstance(by_rules, Mapping) or not all(map(_is_bare, [*_bare(word.seen), *by_rules.values()])):
        yield WordError("not_kept", field="seen")
    for field, value in (*told.items(), *word.values.items(), ("seen", word.seen), ("content_hash", word.content_hash)):
        try:
            written = json.dumps(value, ensure_ascii=False, allow_nan=False)
            written.encode()
        except (ValueError, TypeError):  # a lone half of a character is a UnicodeEncodeError, which is a ValueError
            yield WordError("not_kept", field=field)
        else:
            if "\\u0000" in written.replace("\\\\", ""):
                yield WordError("not_kept", field=field)


def _bare(seen: Mapping[str, Any]) -> list[Any]:
    return [value for name, value in seen.items() if name != "by_rules"]


def _is_bare(value: Any) -> bool:
    """Whether a view can show it as it is."""
    return value is None or isinstance(value, (str, int))


def _relabel(values: Mapping[str, Any]) -> Iterator[WordError]:
    if not values:
        yield WordError("nothing_given", fields=", ".join(RELABELLED))
    wrong = [*_of_fields(values, RELABELLED)]
    yield from wrong or _combined(values)


def _of_fields(values: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[WordError]:
    """Each field known, each value one that the field may hold."""
    for name, value in values.items():
        if name not in known:
            yield WordError("unknown_field", field=name, fields=", ".join(known))
        elif name in VALUES:
            if not (name == "gate" and value is None) and value not in VALUES[name]:
                yield WordError("unknown_value", field=name, value=value, values=", ".join(VALUES[name]))
        elif name in ("synthesis", "counts_for_claim"):
            if not isinstance(value, bool):
                yield WordError("not_yes_or_no", field=name, value=value)
        elif name in _WHOLE:
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST:
                yield WordError("not_a_number", field=name, value=value)
            elif name == "year" and not 1000 <= value <= 9999:
                yield WordError("not_a_year", value=value)
        elif name in _TEXTS:
            if not isinstance(value, str) or not value.strip():
                yield WordError("not_a_text", field=name, value=value)
        elif name in _LISTS:
            if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
                yield WordError("not_a_list", field=name, value=value)
        elif name in _DATES:
            if not isinstance(value, str) or PartialDate.parse(value) is None:
                yield WordError("not_a_date", field=name, value=value)
        elif name == "planned_design" and value not in VALUES["design"]:
            yield WordError("unknown_value", field=name, value=value, values=", ".join(VALUES["design"]))


def _combined(values: Mapping[str, Any]) -> Iterator[WordError]:
    """Combinations that contradict each other, or GRADING.md's ladder."""
    design, level, gate = values.get("design"), values.get("level"), values.get("gate")
    gated = gate is not None or ("gate" not in values and design in GATE_OF)
    if gated and level not in (None, "none"):
        yield WordError("level_under_gate", level=level, gate=gate or GATE_OF[design][0])  # type: ignore[index] # gated by its design
    elif design is not None and not gated:
        yield from _level_of(design, level)
    if design in GATE_OF and "gate" in values and gate is None:
        yield WordError("gate_of_design", design=design, gate=GATE_OF[design][0])
    role = values.get("role")
    if role in GATE_OF_ROLE and "gate" in values and gate is None:
        yield WordError("gate_of_role", role=role, gate=GATE_OF_ROLE[role])
    if values.get("synthesis") is True and design is not None and design not in SYNTHESES:
        yield WordError("synthesis_of_design", design=design)
    if values.get("stance") == "n/a" and not gated:
        yield WordError("stance_of_nothing")
    if values.get("counts_for_claim") is True and (gated or role in GATE_OF_ROLE or level == "none"):
        yield WordError("cannot_count", why=gate or role or "none")


def _level_of(design: str, level: str | None) -> Iterator[WordError]:
    """A level is not typed in: it is that of the design, or of what a synthesis pools."""
    if design in SYNTHESES:
        if level in (None, "none"):
            yield WordError("level_of_synthesis", design=design)
    elif level is not None:
        of_design = LEVEL_OF[design][0] if design in LEVEL_OF else "none"
        if level != of_design and not (design == "observational" and level == "observational"):
            yield WordError("level_of_design", design=design, level=level, right=of_design)


def _add(word: Word) -> Iterator[WordError]:
    values = word.values
    if not str(word.record_id).startswith("MANUAL:") or not str(word.record_id).removeprefix("MANUAL:"):
        yield WordError("not_manual", record=word.record_id)
    if word.claim_id is not None:
        yield WordError("add_for_one_claim")
    for name in ("title", "design", "claims"):
        if not values.get(name):
            yield WordError("missing", field=name)
    if not any(values.get(name) for name in ("url", "doi", "registry_id")):
        yield WordError("nothing_to_find_it_by")
    wrong = [*_of_fields({k: v for k, v in values.items() if k != "claims"}, ADDED)]
    claims = values.get("claims")
    if claims and not isinstance(claims, Mapping):
        wrong.append(WordError("not_claims", value=claims))
    elif claims:
        for own in claims.values():
            if own is not None and not isinstance(own, Mapping):
                wrong.append(WordError("not_claims", value=own))
            else:
                wrong += _of_fields(own or {}, OF_CLAIM)
    wrong += [
        WordError("odd_flag", flag=f) for f in values.get("flags") or () if f == REOPENED or not _FLAG.match(str(f))
    ]
    if not _DOI.fullmatch(str(values.get("doi", "10.1/x"))):
        wrong.append(WordError("odd_doi", field="doi", doi=values["doi"]))
    if str(values.get("url", "http")).partition(":")[0] not in ("http", "https"):
        wrong.append(WordError("odd_address", url=values["url"]))
    if wrong:
        yield from wrong
        return
    if len(claims or {}) > 1:
        yield from (WordError("of_one_claim", field=f) for f in OF_ONE_CLAIM if f in values)
    said = {k: v for k, v in values.items() if k in RELABELLED}
    for own in [{}, *(claims or {}).values()]:
        yield from _combined({**said, **(own or {})})


__all__ = [
    "ADDED",
    "CITED",
    "FINAL_GATES",
    "OF_CLAIM",
    "OF_ONE_CLAIM",
    "RELABELLED",
    "VALUES",
    "WordError",
    "check",
    "faults",
]
