"""What became of a registered trial is told version by version, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evtrack.report.trial_moves import trial_moves
from evtrack.store.moments import TrialVersion

FIRST = TrialVersion(
    "2026-11-02T06:00:00Z", "RECRUITING", ("PHASE2",), 40, "2026-01", None, "2027-03", False, ("HAM-D",)
)
SECOND = replace(FIRST, since="2026-11-09T06:00:00Z", overall_status="TERMINATED", enrollment=12)
THIRD = replace(SECOND, since="2026-11-16T06:00:00Z")
FOURTH = replace(
    THIRD, since="2026-11-23T06:00:00Z", has_results=True, phases=("PHASE1", "PHASE2"), primary_outcomes=("MADRS",),
    primary_completion_date="2026-10-01",
)  # fmt: skip


def test_what_moved_is_told() -> None:
    """Status, phase, size, dates, results and outcomes, each with what it was and is; a version that says the same is silent."""
    assert list(trial_moves([FIRST, SECOND, THIRD, FOURTH], "en")) == [
        "2026-11-09: status recruiting → terminated, enrolment 40 → 12",
        "2026-11-23: phase phase 2 → phase 1/2, primary completion – → 2026-10-01, results posted no → yes, primary outcomes HAM-D → MADRS",
    ]
    (line, _) = trial_moves([FIRST, SECOND, FOURTH], "ja")
    assert line == "2026-11-09：募集状況 募集中 → 中止、人数 40 → 12"


@pytest.mark.parametrize("history", [(), (FIRST,)])
def test_no_history_no_words(history: tuple[TrialVersion, ...]) -> None:
    """A trial seen once has nothing to tell."""
    assert list(trial_moves(history, "en")) == []
