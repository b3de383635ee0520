"""What did persons say, and what came of it? Words of persons in words: what holds, what the rules had said, what moved."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from evtrack.grade.grades import ClaimGrade
from evtrack.report.plain import plain
from evtrack.report.terminal import colon, flag_words, join, term
from evtrack.word import Word
from evtrack.wording import has_words, word

_GROUPS = {
    "design": "design",
    "level": "level_short",
    "role": "role",
    "agent": "agent",
    "gate": "gate",
    "stance": "stance_short",
    "condition_match": "match",
    "outcome_match": "match",
}
"""Fields whose values have words, and the group of the catalogue that holds them."""

_ORDER = ("design", "level", "gate", "agent", "role", "n", "condition_match", "outcome_match", "stance")
"""The order in which what the rules said is told: what kind of study, of what, in whom, with which result."""


def value_words(field: str, value: Any, lang: str, *, safety: bool = False) -> str:
    """A value of a field in words; a number, a date or a text as it is. ``safety``: of a claim that nothing is harmed."""
    if safety and field == "stance" and has_words(f"review.safety.{value}"):
        return word(f"review.safety.{value}", lang)
    if isinstance(value, bool):
        return word("review.yes" if value else "review.no", lang)
    if field == "flags":
        return join((flag_words(str(flag), lang) for flag in value), lang)
    if value is None:
        return word("review.none", lang)
    if field in _GROUPS:
        return term(_GROUPS[field], str(value), lang)
    return plain(str(value))


def field_words(field: str, lang: str) -> str:
    """What a field is called; one without words keeps its name."""
    key = f"review.value.{field}"
    return word(key, lang) if has_words(key) else field


def values_words(values: Mapping[str, Any], lang: str, claim_id: str | None = None, safety: Container[str] = ()) -> str:
    """Values of a word, with the names of their fields; of values of their own for a claim, the claim's id.

    ``safety``: ids of claims whose direction is told as harm or none; ``claim_id``: which one the values are for.
    """
    told = []
    for field, value in values.items():
        if isinstance(value, Mapping):
            told += [f"{c}{colon(lang)}{values_words(inner, lang, c, safety)}" for c, inner in value.items() if inner]
        else:
            words = value_words(field, value, lang, safety=claim_id in safety)
            told.append(f"{field_words(field, lang)}{colon(lang)}{words}")
    return ("、" if lang == "ja" else "; ").join(told)


def rules_had_said(one: Word) -> dict[str, Any]:
    """What the rules said of the fields that a word gives other values for; where it gives none, all that they said."""
    if one.action == "relabel":
        return {field: one.seen[field] for field in one.values if field in one.seen}
    told = sorted(one.seen, key=lambda f: _ORDER.index(f) if f in _ORDER else len(_ORDER))
    # That there is no gate, and that nothing is pooled, goes without saying.
    return {field: one.seen[field] for field in told if one.seen[field] not in (None, False)}


def action_words(one: Word, lang: str) -> str:
    """What a word does, to a record or to a level."""
    return word(f"review.action.{one.action}{'' if one.record_id else '_level'}", lang)


def word_words(one: Word, lang: str) -> str:
    """A word in one line: what, who, when, why; that it was reopened; its number, by which it can be taken back."""
    about = word("review.for_claim", lang, claim=one.claim_id) if one.record_id and one.claim_id else ""
    told = word(
        "review.word",
        lang,
        action=action_words(one, lang),
        name=plain(one.name),
        date=one.at[:10],
        reason=plain(one.reason),
        id=one.id,
        about=about,
    )
    return told + (word("review.reopened_mark", lang) if one.reopened else "")


def word_lines(one: Word, lang: str, safety: Container[str] = ()) -> list[str]:
    """A word with the values it gave, and what the rules had said; ``safety`` as in ``values_words``."""
    lines = [word_words(one, lang)]
    given = {f: v for f, v in one.values.items() if f not in CITATION} if one.action in ("relabel", "add") else {}
    if said := values_words(given, lang, one.claim_id, safety):
        lines.append(word("review.says", lang, values=said))
    if one.record_id is None:
        lines += _level_lines(one, lang, safe=one.claim_id in safety)
    elif had := values_words(rules_had_said(one), lang, one.claim_id, safety):
        lines.append(word("review.rules_had_said", lang, values=had))
    if one.reopened:
        lines.append(word("review.reopened_why" if one.record_id else "review.reopened_level", lang))
    return lines


def _level_lines(one: Word, lang: str, *, safe: bool) -> Iterator[str]:
    """What the rules alone said of a level, and what stood there with words of persons in it, where that is another.

    A word that was given before the two were told apart has only what stood: that is not called the rules'.
    """
    stood = _level_words(one.seen, lang, safe=safe)
    by_rules = _level_words(one.seen.get("by_rules") or {}, lang, safe=safe)
    if by_rules:
        yield word("review.by_rules_alone", lang, values=by_rules)
    if stood and stood != by_rules:
        yield word("review.level_stood", lang, values=stood)


def _level_words(seen: Mapping[str, Any], lang: str, *, safe: bool) -> str:
    """A level with its result, and k of n where it was kept; nothing where the claim has no level."""
    level, stance = seen.get("level"), seen.get("stance")
    if level is None:
        return ""
    told = [term("level_short", level, lang)]
    if stance not in (None, "n/a"):
        told.append(value_words("stance", stance, lang, safety=safe))
    if seen.get("n"):
        kind = "_safety" if safe else "_observational" if level == "observational" else ""
        told.append(word(f"label.k_of_n{kind}", lang, k=seen.get("k", 0), n=seen["n"]))
    return join(told, lang)


CITATION = frozenset(
    {
        "title", "citation", "url", "doi", "year", "journal", "authors", "abstract", "language", "registry_ids", "registry_id",
        "vernacular_title", "volume", "issue", "pages", "published",
    }
)  # fmt: skip
"""Values of an ``add`` that say where the record stands, not what it is worth."""


def has_moved(old: ClaimGrade | None, new: ClaimGrade | None) -> bool:
    """Whether what is said of a claim is another now."""
    if old is None or new is None:
        return old is not new
    return (old.level, old.stance, old.label) != (new.level, new.stance, new.label)


def changed_line(
    before: Mapping[str, ClaimGrade], after: Mapping[str, ClaimGrade], claims: Sequence[str], lang: str
) -> str:
    """The claims of which anything is said otherwise now, in one line; those whose level moved with both levels."""
    told = []
    for claim_id in claims:
        old, new = before.get(claim_id), after.get(claim_id)
        if not has_moved(old, new):
            continue
        levels = [
            term("level_short", g.level, lang) if g and g.level else word("review.none", lang) for g in (old, new)
        ]
        moved = levels[0] != levels[1]
        about = {"claim": claim_id, "before": levels[0], "after": levels[1]}
        told.append(word("review.changed_level", lang, **about) if moved else claim_id)
    return word("review.changed", lang, claims=join(told, lang)) if told else word("review.changed_none", lang)


def moved_lines(
    before: Mapping[str, ClaimGrade], after: Mapping[str, ClaimGrade], claims: Sequence[str], lang: str
) -> Iterator[str]:
    """A sentence for each claim that moved: where it stood, where it stands; and which of them did not."""
    stayed = []
    for claim_id in claims:
        old, new = before.get(claim_id), after.get(claim_id)
        if not has_moved(old, new):
            stayed.append(claim_id)
            continue
        unknown = word("view.unsearched", lang)
        was, now = (grade.label.get(lang) if grade else unknown for grade in (old, new))
        yield word("review.moved", lang, claim=claim_id, before=was, after=now)
    if len(stayed) == 1 and (grade := after.get(stayed[0])):
        yield word("review.stays", lang, claim=stayed[0], label=grade.label.get(lang))
    elif stayed:
        yield word("review.stay", lang, claims=join(stayed, lang))
