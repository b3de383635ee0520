"""What do changes look like? Text with the most serious first in each run, and the JSON of CONTRACT.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from evtrack.changes import Change
from evtrack.claim import Library
from evtrack.report.plain import plain, wrap
from evtrack.report.terminal import Line, join, stance_words, term
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.store.facts import Run
    from evtrack.store.read import Reader

Told = tuple[str | None, str | None, str]
"""Claim, record (``None`` for the claim's own stance), stance."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a change in words: stances as their level allows, records' titles, how claims stand now.

    ``standing``: claim id → its stance: a level that rose by a trial without a difference is no good news.
    """

    stances: Mapping[Told, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    standing: Mapping[str, str] = field(default_factory=dict)


_MOVES = ("level_up", "level_down")

_TITLE = 90
"""Letters of a title that are shown."""

_NAMED = 6
"""Claims that are named where one change touches many."""

_STYLE = {"critical": "bold red", "notable": "bold", "minor": ""}


def change_json(change: Change) -> dict[str, Any]:
    """One change."""
    return {
        "kind": change.kind,
        "claim_id": change.claim_id,
        "record_id": change.record_id,
        "before": change.before,
        "after": change.after,
        "severity": change.severity,
    }


def changes_json(told: list[tuple[Run, Change]]) -> dict[str, Any]:
    """All changes with the run that told each."""
    return {
        "changes": [
            {**change_json(c), "run_id": run.id, "at": (run.finished_at or run.started_at).isoformat()}
            for run, c in told
        ]
    }


def changes_lines(
    told: list[tuple[Run, Change]], library: Library, lang: str, columns: int, beside: Beside | None = None
) -> list[Line]:
    """A heading a run, a line a change; new records that count nowhere are one number.

    ``beside`` has the words for a record's stance towards a claim, as its level allows: "improvement" in people
    without a control is not "better".
    """
    out: list[Line] = []
    for _, group in groupby(told, key=lambda pair: pair[0].id):
        pairs = list(group)
        run = pairs[0][0]
        out.append(
            (
                word(
                    "changes.run",
                    lang,
                    n=run.id,
                    kind=term("run_kind", run.kind, lang),
                    at=f"{run.started_at:%Y-%m-%d %H:%M}",
                ),
                "bold",
            )
        )
        folded = [c for _, c in pairs if _folded(c)]
        shown = [c for _, c in pairs if c not in folded]
        out += change_lines(shown, library, lang, columns, beside)
        if folded:
            records = len({c.record_id for c in folded})
            out.extend((line, "dim") for line in wrap("  " + word("changes.folded", lang, n=records), columns, "    "))
    return out


def change_lines(
    changes: Sequence[Change],
    library: Library,
    lang: str,
    columns: int,
    beside: Beside | None = None,
    most: int | None = None,
) -> list[Line]:
    """A line a change, in the order given; what befell a record is one line for all claims it touches. ``most``: lines."""
    out: list[Line] = []
    for change, claims in list(told_once(changes).items())[:most]:
        said = change_words(change, library, lang, beside, claims)
        out.extend((line, _STYLE[change.severity]) for line in wrap(f"  {said}", columns, "    "))
    return out


def told_once(changes: Sequence[Change]) -> dict[Change, list[str]]:
    """Each change with the claims that it touches: the first of those that tell the same of one record stands for all."""
    first: dict[Change, Change] = {}
    claims: dict[Change, list[str]] = {}
    for change in changes:
        same = replace(change, claim_id=None) if change.record_id is not None else change
        stands = first.setdefault(same, change)
        claims.setdefault(stands, []).extend([change.claim_id] if change.claim_id else [])
    return claims


def beside_of(changes: Sequence[Change], reader: Reader, library: Library, lang: str) -> Beside:
    """What stands beside ``changes``, as the store has it now."""
    stances: dict[Told, str] = {}
    about = {c.claim_id for c in changes if c.kind in ("new_record", "stance_changed") and c.after and c.claim_id}
    grades = reader.claim_grades()
    for claim_id in about & grades.keys():
        stances[claim_id, None, grades[claim_id].stance] = grades[claim_id].label.get(lang)
        stances |= {
            (claim_id, e.id, e.graded.stance): stance_words(e, lang, library.claims.get(claim_id))
            for e in reader.evidence(claim_id)
        }
    ids = {c.record_id for c in changes if c.record_id is not None and not _folded(c)}
    titles = {str(i): record.title for i in sorted(ids) if (record := reader.record(i)) is not None}
    moved = {c.claim_id for c in changes if c.kind in _MOVES and c.claim_id}
    told = {i: grades[i].stance for i in moved & grades.keys() if grades[i].stance != "n/a"}
    return Beside(stances, titles, {i: term("stance_short", stance, lang) for i, stance in told.items()})


def _folded(change: Change) -> bool:
    """Whether it is one of the new records that count nowhere, of which only the number is told."""
    return change.kind == "new_record" and change.after is None


def change_words(
    change: Change,
    library: Library,
    lang: str,
    beside: Beside | None = None,
    claims: Sequence[str] = (),
) -> str:
    """One change in words: how serious, what, of which claim (or ``claims``) and record, from what to what."""
    beside = beside or Beside()
    claim = library.claims.get(change.claim_id or "")
    about = [claim.statement.get(lang) if claim else change.claim_id or "", change.record_id or ""]
    if len(claims) > 1:
        names = join((*claims[:_NAMED], *(["…"] if len(claims) > _NAMED else [])), lang)
        about = [change.record_id or "", word("changes.claims", lang, n=len(claims), names=names)]
    if title := beside.titles.get(change.record_id or ""):
        cut = title if len(title) <= _TITLE else title[:_TITLE].rpartition(" ")[0] + " …"
        about.append(word("changes.title", lang, title=cut))
    text = f"[{term('change_severity', change.severity, lang)}] {term('change_kind', change.kind, lang)} " + " ".join(
        a for a in about if a
    )
    group = {
        "level_up": "level_short",
        "level_down": "level_short",
        "stance_changed": "stance_short",
        "trial_status": "status",
        "new_record": "stance_short",
        "retracted": "gate",
    }.get(change.kind)
    if change.before is not None or change.after is not None:
        before, after = (
            term(group, v, lang) if group and v is not None else v or "–" for v in (change.before, change.after)
        )
        if group == "stance_short" and change.after:
            after = beside.stances.get((change.claim_id, change.record_id, change.after), after)
        if change.kind == "record_removed" and change.after is not None:
            text += word("changes.merged", lang, into=change.after)
        elif change.before is None and change.kind in ("new_record", "retracted"):
            text += f" → {after}"
        else:
            text += f" {before} → {after}"
    if change.kind in _MOVES and (standing := beside.standing.get(change.claim_id or "")):
        text += word("changes.standing", lang, stance=standing)
    return plain(text)
