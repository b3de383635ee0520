"""What do changes look like? Text with the most serious first in each run, and the JSON of CONTRACT.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    told: list[tuple[Run, Change]], library: Library, lang: str, columns: int, stances: Mapping[Told, str] | None = None
) -> list[Line]:
    """A heading a run, a line a change; new records that count nowhere are one number.

    ``stances`` are the words for a record's stance towards a claim, as its level allows: "improvement" in people
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
        folded = [c for _, c in pairs if c.kind == "new_record" and c.after is None]
        shown = [c for _, c in pairs if c not in folded]
        out += change_lines(shown, library, lang, columns, stances)
        if folded:
            records = len({c.record_id for c in folded})
            out.extend((line, "dim") for line in wrap("  " + word("changes.folded", lang, n=records), columns, "    "))
    return out


def change_lines(
    changes: Sequence[Change],
    library: Library,
    lang: str,
    columns: int,
    stances: Mapping[Told, str] | None = None,
    most: int | None = None,
) -> list[Line]:
    """A line a change, in the order given; what befell a record is one line for all claims it touches. ``most``: lines."""
    out: list[Line] = []
    for change, claims in list(told_once(changes).items())[:most]:
        said = change_words(change, library, lang, stances, claims)
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


def stances_of(told: list[tuple[Run, Change]], reader: Reader, library: Library, lang: str) -> dict[Told, str]:
    """Words for the stances of the records and claims that changed, where the stance still is the one told."""
    out: dict[Told, str] = {}
    about = {(c.claim_id, c.record_id) for _, c in told if c.kind in ("new_record", "stance_changed") and c.after}
    grades = reader.claim_grades()
    for claim_id in {claim_id for claim_id, _ in about if claim_id}:
        if claim_id in grades:
            out[claim_id, None, grades[claim_id].stance] = grades[claim_id].label.get(lang)
        out |= {
            (claim_id, e.id, e.graded.stance): stance_words(e, lang, library.claims.get(claim_id))
            for e in reader.evidence(claim_id)
        }
    return out


def change_words(
    change: Change,
    library: Library,
    lang: str,
    stances: Mapping[Told, str] | None = None,
    claims: Sequence[str] = (),
) -> str:
    """One change in words: how serious, what, of which claim (or ``claims``) and record, from what to what."""
    claim = library.claims.get(change.claim_id or "")
    about = [claim.statement.get(lang) if claim else change.claim_id or "", change.record_id or ""]
    if len(claims) > 1:
        names = join((*claims[:_NAMED], *(["…"] if len(claims) > _NAMED else [])), lang)
        about = [change.record_id or "", word("changes.claims", lang, n=len(claims), names=names)]
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
            after = (stances or {}).get((change.claim_id, change.record_id, change.after), after)
        if change.before is None and change.kind in ("new_record", "retracted"):
            text += f" → {after}"
        else:
            text += f" {before} → {after}"
    return plain(text)
