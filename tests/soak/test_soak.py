"""Does a store hold what the services hold after 200 refreshes with faults, and does nothing grow that should not?"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk, Invent
    from tests.soak.soaking import Soak, Week

pytestmark = pytest.mark.enable_socket


@pytest.mark.promise("soak")
def test_a_soak(desk: Desk, invent: Invent, full: bool, tally: Callable[[int], None]) -> None:
    """After weeks of change with one request in twenty failing, nothing is lost, invented, told twice or left open."""
    from tests.soak.soaking import Soak

    seed = random.SystemRandom().randrange(10_000) if full else 7
    weeks = 200 if full else 20
    every = 4 if full else 3
    crowds = {40: "crowd", 49: "scatter", 140: "crowd", 149: "scatter"} if full else {4: "crowd", 5: "scatter"}
    with closing(Soak(desk, invent, seed, every)) as soak:
        try:
            for n in range(weeks):
                soak.week(crowd=crowds.get(n, ""))
                tally(1)
            growth(soak.weeks)
            soak.restore_claims()
            soak.world.renew()
            soak.week(clean=True)
            soak.week(clean=True, full=True)
            assert soak.weeks[-1].compared
            assert soak.faults() == []
            tampered_with(soak)
        except AssertionError as error:
            error.add_note(f"seed {seed}, week {len(soak.weeks)}")
            raise
    assert soak.orphans() == 0 or any(week.how == "kill" for week in soak.weeks)
    assert sum(week.compared for week in soak.weeks) > weeks / (3 * every)
    assert any(week.status == "partial" for week in soak.weeks)
    assert not full or all(soak.world.happened.values()), soak.world.happened


def tampered_with(soak: Soak) -> None:
    """A change that is not told, one told twice, one made up, and words that nobody said: each would have been seen."""
    told = 'INSERT INTO "change" (run, kind, claim_id, record_id, before, after, severity) SELECT run,'
    for sql in (
        """DELETE FROM "change" WHERE kind = 'record_changed'""",
        f"""{told} kind, claim_id, record_id, before, after, severity FROM "change" WHERE kind = 'new_record' LIMIT 1""",
        f"""{told} 'retracted', claim_id, record_id, NULL, 'retracted', severity FROM "change"
            WHERE kind = 'new_record' AND record_id LIKE 'NCT%' LIMIT 1""",
        "UPDATE record_version SET raw_hash = 'a' WHERE record_id = (SELECT min(record_id) FROM record_version)",
    ):
        copy = soak.desk.folder / "copy.db"
        shutil.copy(soak.desk.db, copy)
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute(sql).rowcount > 0
            connection.commit()
        assert soak.faults(copy)


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
