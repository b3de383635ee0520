"""What do changes look like? Text with the most serious first in each run, and the JSON of CONTRACT.md."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from evtrack.changes import Change
from evtrack.claim import Library
from evtrack.report.plain import plain, wrap
from evtrack.report.terminal import Line, term
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.store.facts import Run

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


def changes_lines(told: list[tuple[Run, Change]], library: Library, lang: str, columns: int) -> list[Line]:
    """A heading a run, a line a change."""
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
        for _, change in pairs:
            out.extend(
                (line, _STYLE[change.severity])
                for line in wrap("  " + change_words(change, library, lang), columns, "    ")
            )
    return out


def change_words(change: Change, library: Library, lang: str) -> str:
    """One change in words: how serious, what, of which claim and record, from what to what."""
    claim = library.claims.get(change.claim_id or "")
    about = [claim.statement.get(lang) if claim else change.claim_id or "", change.record_id or ""]
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
        if change.before is None and change.kind in ("new_record", "retracted"):
            text += f" → {after}"
        else:
            text += f" {before} → {after}"
    return plain(text)
