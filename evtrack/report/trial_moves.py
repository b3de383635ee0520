"""What became of a registered trial? The registry's word from version to version: status, phase, size, dates, outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from evtrack.report.terminal import join, term
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.store.moments import TrialVersion


def trial_moves(history: Sequence[TrialVersion], lang: str) -> Iterator[str]:
    """A line for each version that says something else than the one before: the day it was seen, and what moved."""
    for before, after in pairwise(history):
        moved = [
            word("trial.moved", lang, what=word(f"trial.{name}", lang), before=old or "–", after=new or "–")
            for (name, old), (_, new) in zip(_told(before, lang), _told(after, lang), strict=True)
            if old != new
        ]
        if moved:
            yield word("trial.seen", lang, date=after.since[:10], moved=join(moved, lang))


def _told(version: TrialVersion, lang: str) -> list[tuple[str, str]]:
    """The facts of one version by name, in words."""
    return [
        ("status", term("status", version.overall_status, lang)),
        ("phase", term("phase", "/".join(version.phases) or None, lang)),
        ("enrollment", "" if version.enrollment is None else str(version.enrollment)),
        ("start", version.start_date or ""),
        ("primary_completion", version.primary_completion_date or ""),
        ("completion", version.completion_date or ""),
        ("results", word("trial.yes" if version.has_results else "trial.no", lang)),
        ("outcomes", join(version.primary_outcomes, lang)),
    ]
