"""Does the bench of many claims run, and does a refresh do no step for each pair of claims?"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from evtrack.claim import Library
from evtrack.pulled import Pulled
from evtrack.record import RecordId
from evtrack.rules import Rules
from evtrack.store.store import Store
from tests.bench.many_claims import (
    fill,
    invented_claims,
    invented_records,
    measure,
    moment,
    refreshed,
    regraded,
    shelf,
    triples,
    with_invented,
)

RECORDS = 60


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    """The concepts that are shipped, and invented ones."""
    return with_invented(library)


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Path:
    """A store of invented records that nobody graded."""
    db = tmp_path / "many.db"
    with Store.open(str(db), now=moment) as store:
        assert fill(store, islice(invented_records(library, RECORDS), RECORDS)) == RECORDS
    return db


def test_there_are_claims_enough(library: Library) -> None:
    """The concepts make a thousand claims, each with another id; of more than they make, none is made."""
    assert len(invented_claims(library, 1000).claims) == 1000
    with pytest.raises(ValueError, match="the concepts make"):
        invented_claims(library, len(triples(library)) + 1)


def test_the_bench(library: Library, rules: Rules, filled: Path) -> None:
    """Every column of the table is measured, on a store in which every claim has its record."""
    row = {name: one.gave for name, one in measure(library, rules, filled, 12)}
    graded, claims = row["all anew"] if isinstance(row["all anew"], tuple) else (0, 0)
    ties = row["ties"]
    assert isinstance(ties, int)
    assert 12 <= graded <= ties
    assert (claims, row["again"], row["refresh without news"], row["status"]) == (12, None, "complete", 12)
    assert row["show"]


def test_a_refresh_gathers_what_was_found_once(
    library: Library, rules: Rules, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the searches found is gathered so many times, however many claims there are."""
    real, calls = vars(Pulled)["found"].fget, []

    def counting(pulled: Pulled) -> dict[RecordId, str | None]:
        calls.append(len(pulled.listed))
        found: dict[RecordId, str | None] = real(pulled)
        return found

    monkeypatch.setattr(Pulled, "found", property(counting))
    gathered = []
    for count in (4, 12):
        some = invented_claims(library, count)
        assert regraded(str(filled), some, rules)
        source = shelf(str(filled), some)
        assert refreshed(str(filled), some, rules, source) == "complete"
        calls.clear()
        assert refreshed(str(filled), some, rules, source) == "complete"
        gathered.append(len(calls))
    assert gathered[0] == gathered[1] > 0
