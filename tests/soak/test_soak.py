"""Does a store hold what the services hold after 200 refreshes with faults, and does nothing grow that should not?"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk, Invent
    from tests.soak.soaking import Week

pytestmark = pytest.mark.enable_socket


@pytest.mark.promise("soak")
def test_a_soak(desk: Desk, invent: Invent, full: bool, tally: Callable[[int], None]) -> None:
    """After weeks of change with one request in twenty failing, nothing is lost, invented, told twice or left open."""
    from tests.soak.soaking import Soak

    seed = random.SystemRandom().randrange(10_000) if full else 7
    weeks = 200 if full else 20
    every = 4 if full else 2
    with closing(Soak(desk, invent, seed, every)) as soak:
        try:
            for n in range(weeks):
                soak.week(crowd={weeks // 5: "crowd", weeks // 4: "scatter"}.get(n % (weeks // 2), ""))
                tally(1)
            growth(soak.weeks)
            soak.restore_claims()
            soak.week(clean=True)
            soak.week(clean=True, full=True)
            assert soak.weeks[-1].compared
            assert soak.faults() == []
        except AssertionError as error:
            error.add_note(f"seed {seed}, week {len(soak.weeks)}")
            raise
    assert soak.orphans() == 0 or any(week.how == "kill" for week in soak.weeks)
    assert sum(week.compared for week in soak.weeks) > weeks / (3 * every)
    assert any(week.status == "partial" for week in soak.weeks)


def growth(weeks: list[Week]) -> None:
    """Fail where the process that lived through all weeks, or its folder, holds more late than early."""
    quarter = len(weeks) // 4
    early, late = (
        {name: median(week.held[name] for week in some if week.held) for name in ("memory", "files", "threads")}
        for some in (weeks[quarter : 2 * quarter], weeks[-quarter:])
    )
    assert late["memory"] <= early["memory"] * 1.05 + 2_000, f"{early} → {late} (kB)"
    assert (late["files"], late["threads"]) == (early["files"], early["threads"])
    assert max(week.wal for week in weeks if week.how != "kill") <= 4_000_000
    assert median(w.files for w in weeks[-quarter:]) <= median(w.files for w in weeks[quarter : 2 * quarter]) + 12
