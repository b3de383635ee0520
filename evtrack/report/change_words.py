"""How is one change said? A sentence, and the same in a line with how serious it is, of which claim and which record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evtrack.changes import Change
from evtrack.claim import Claim, Library
from evtrack.record import RecordId
from evtrack.report.plain import plain
from evtrack.report.terminal import join, own_words, stance_words, term
from evtrack.wording import has_words, word, words_of

if TYPE_CHECKING:
    from evtrack.grade.grades import ClaimGrade
    from evtrack.store.read import Reader

Told = tuple[str | None, str | None, str]
"""Claim, record (``None`` for the claim's own stance), stance."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a change in words: stances as their level allows, records' titles, how claims stand now.

    ``standing``: claim id → its stance: a level that rose by a trial without a difference is no good news.
    ``levels``: (claim id, record id) → the level of a record that counts towards a claim. ``ended``: the same → what became
    of a record that was told as new and counts no more. ``harms``: the same, of new records that tell of harm.
    """

    stances: Mapping[Told, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    standing: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[tuple[str | None, str | None], str] = field(default_factory=dict)
    ended: Mapping[tuple[str | None, str | None], str] = field(default_factory=dict)
    harms: frozenset[tuple[str | None, str | None]] = frozenset()


_MOVES = ("level_up", "level_down")

_TITLE = 90
"""Letters of a title that are shown in a line."""

_NAMED = 6
"""Claims that are named where one change touches many."""

_GROUPS = {
    "level_up": "level_short",
    "level_down": "level_short",
    "stance_changed": "stance_short",
    "trial_status": "status",
    "new_record": "stance_short",
}
"""Kind of change → the group of the catalogue that names its values."""


def told_once(changes: Sequence[Change], said: Callable[[Change], str] | None = None) -> dict[Change, list[str]]:
    """Each change with the claims that it touches: the first of those that tell the same of one record stands for all.

    ``said`` puts a change in words: an association for one claim and an improvement for another are not the same.
    """
    first: dict[tuple[Change, str], Change] = {}
    claims: dict[Change, list[str]] = {}
    for change in changes:
        same = replace(change, claim_id=None) if change.record_id is not None else change
        stands = first.setdefault((same, said(change) if said else ""), change)
        claims.setdefault(stands, []).extend([change.claim_id] if change.claim_id else [])
    return claims


def folded(change: Change) -> bool:
    """Whether it is one of the new records that count nowhere, of which only the number is told."""
    return change.kind == "new_record" and change.after is None


def beside_of(changes: Sequence[Change], reader: Reader, library: Library, lang: str, at: int | None = None) -> Beside:
    """What stands beside ``changes``, as the store has it now, or had it at the end of the run ``at``."""
    stances: dict[Told, str] = {}
    levels: dict[tuple[str | None, str | None], str] = {}
    ended: dict[tuple[str | None, str | None], str] = {}
    about = {c.claim_id for c in changes if c.kind in ("new_record", "stance_changed") and c.after and c.claim_id}
    grades = reader.claim_grades(at)
    for claim_id in about & grades.keys():
        stances[claim_id, None, grades[claim_id].stance] = _standing(
            grades[claim_id], library.claims.get(claim_id), lang
        )
        for e in reader.evidence(claim_id, at):
            stances[claim_id, e.id, e.graded.stance] = stance_words(e, lang, library.claims.get(claim_id))
            if e.graded.counts_for_claim:
                levels[claim_id, e.id] = term("level_short", e.graded.grade.level, lang)
    new = [c for c in changes if c.kind == "new_record" and c.after and (c.claim_id, c.record_id) not in levels]
    later = reader.later({c.record_id for c in new if c.record_id is not None}, 0) if new else {}
    for c in new:
        told = later.get(RecordId(c.record_id or ""))
        kind = (
            "ended" if told is None or told.kind == "expression_of_concern" else "merged" if told.after else told.kind
        )
        facts = {"date": told.since[:10], "after": told.after} if told else {}
        ended[c.claim_id, c.record_id] = word(f"change.new_record.{kind}", lang, **facts)
    harms = frozenset(
        (c.claim_id, c.record_id)
        for c in changes
        if c.kind == "new_record" and c.claim_id in grades and c.record_id in grades[c.claim_id].harms
    )
    ids = {
        c.record_id
        for c in changes
        if c.record_id is not None and (not folded(c) or (c.claim_id, c.record_id) in harms)
    }
    titles = {str(i): record.title for i in sorted(ids) if (record := reader.record(i)) is not None}
    moved = {c.claim_id for c in changes if c.kind in _MOVES and c.claim_id}
    standing = {
        i: _standing(grades[i], library.claims.get(i), lang) for i in moved & grades.keys() if grades[i].stance != "n/a"
    }
    return Beside(stances, titles, standing, levels, ended, harms)


def _standing(grade: ClaimGrade, claim: Claim | None, lang: str) -> str:
    """A claim's stance in words that fit its level and kind: without a comparison no improvement is told as one."""
    own = own_words(grade.stance, claim)
    if grade.stance == "supports" and grade.level == "early_clinical" and not own:
        return word("people.not_effect", lang)
    finer = own or (grade.level if grade.stance == "supports" else None)
    for key in (f"stance.{grade.stance}.{finer}", f"stance.{grade.stance}"):
        if has_words(key) and "{" not in words_of(key)[0]:
            return word(key, lang)
    return term("stance_short", grade.stance, lang)


def change_sentence(change: Change, lang: str, beside: Beside | None = None) -> str:
    """What happened, in one sentence that names neither the claim nor the record."""
    beside = beside or Beside()
    if change.kind == "new_record" and (ended := beside.ended.get((change.claim_id, change.record_id))):
        return plain(ended)
    if change.kind == "new_record" and change.after is None and (change.claim_id, change.record_id) in beside.harms:
        return word("change.new_record.harm", lang)
    before, after = (_value(change, value, lang) for value in (change.before, change.after))
    if change.kind in ("stance_changed", "new_record") and change.after:
        after = beside.stances.get((change.claim_id, change.record_id, change.after), after)
    level = beside.levels.get((change.claim_id, change.record_id), "")
    said = word(
        _key(change), lang, before=before, after=after, level=level and level + ("、" if lang == "ja" else "; ")
    )
    if change.kind in _MOVES and (standing := beside.standing.get(change.claim_id or "")):
        said += word("changes.standing", lang, stance=standing)
    if change.kind == "level_up":
        said += word("changes.no_result", lang)
    return plain(said)


def _value(change: Change, value: str | None, lang: str) -> str:
    group = _GROUPS.get(change.kind)
    if value is None:
        return "–"
    return term(group, value, lang) if group else value


def _key(change: Change) -> str:
    """The sentence for a change; some kinds have several."""
    kind, finer = change.kind, ""
    if kind == "stance_changed" and change.record_id is not None:
        finer = ".counts" if change.before == change.after else ".record"
    elif kind == "stance_changed" and "n/a" in (change.before, change.after):
        finer = ".none" if change.after == "n/a" else ".first"
    elif kind == "new_record" and change.after is None:
        finer = ".uncounted"
    elif kind == "record_changed" and change.before is change.after is None:
        finer = ".undated"
    elif kind == "record_removed" and change.after is not None:
        finer = ".merged"
    elif kind == "query_drift" and change.record_id is None:
        finer = ".count" if (change.after or "").isdigit() else ".translation"
    return f"change.{kind}{finer}"


def change_words(
    change: Change,
    library: Library,
    lang: str,
    beside: Beside | None = None,
    claims: Sequence[str] = (),
) -> str:
    """One change in a line: how serious, of which claim (or ``claims``) and record, what happened."""
    beside = beside or Beside()
    claim = library.claims.get(change.claim_id or "")
    about = [claim.statement.get(lang) if claim else change.claim_id or "", change.record_id or ""]
    if len(claims) > 1:
        about = [change.record_id or "", word("changes.claims", lang, n=len(claims), names=named(claims, lang))]
    if title := beside.titles.get(change.record_id or ""):
        cut = title if len(title) <= _TITLE else title[:_TITLE].rpartition(" ")[0] + " …"
        about.append(word("changes.title", lang, title=cut))
    what = " ".join(a for a in about if a)
    said = [f"[{term('change_severity', change.severity, lang)}]", what, change_sentence(change, lang, beside)]
    return plain(" ".join(s for s in said if s))


def named(claims: Sequence[str], lang: str) -> str:
    """The ids of some claims, the first few of them."""
    return join((*claims[:_NAMED], *(["…"] if len(claims) > _NAMED else [])), lang)
