"""Which claims are graded again by a run? Those that something moved; the others' grades are what grading them would give."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from evtrack.claim import Claim, Library
from evtrack.grade.grades import ClaimGrade, Evidence, Searched
from evtrack.record import PartialDate, RecordId
from evtrack.refresh import refresh
from evtrack.regrade import regrade
from evtrack.rules import Rules
from evtrack.store.facts import as_utc
from evtrack.store.store import Store
from tests.bench.many_claims import Shelf, fill, invented_claims, invented_records, shelf

FIRST = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
CLAIMS, RECORDS = 12, 8
"""Each record is about one claim; of the last claims there is none."""


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    """Invented claims, and an umbrella over another that has the later name."""
    some = invented_claims(library, CLAIMS)
    first, second, third = islice(some.claims.values(), 3)
    inner = replace(first, id="b-some", members=(first.id, second.id), outcome=(), content_hash="inner")
    outer = replace(third, id="a-all", members=("b-some",), content_hash="outer")
    return replace(some, claims={**some.claims, "a-all": outer, "b-some": inner})


class Bench:
    """A graded store, a source that finds what it holds, and who of the claims had its records read."""

    def __init__(self, folder: Path, library: Library, rules: Rules, read: list[str]) -> None:
        self.db = str(folder / "some.db")
        self.library = library
        self.rules = rules
        self.read = read
        self.day = 0
        with Store.open(self.db, now=self.now) as store:
            fill(store, islice(invented_records(library, RECORDS), RECORDS))
            assert regrade(store, library, rules, now=self.now)
        self.source = shelf(self.db, library)

    def now(self) -> datetime:
        return FIRST + timedelta(days=self.day)

    def refresh(self, source: Shelf | None = None, *, days: int = 7) -> set[str]:
        """A refresh so many days later; the claims of which the records were read."""
        self.day += days
        self.read.clear()
        with Store.open(self.db, now=self.now) as store:
            done = refresh(store, self.library, self.rules, [source or self.source], now=self.now)
        assert done.status == "complete"
        return set(self.read)

    def grades(self) -> tuple[dict[str, ClaimGrade], dict[str, ClaimGrade]]:
        """The grades held, and those that a copy has in which all is graded again."""
        for file in Path(self.db).parent.glob("some.db*"):
            shutil.copy(file, file.with_name(file.name.replace("some", "copy")))
        with Store.open(self.db.replace("some", "copy"), now=self.now) as store:
            held = store.claim_grades()
            assert regrade(store, self.library, self.rules, now=self.now, everything=True)
            return held, store.claim_grades()


@pytest.fixture
def bench(tmp_path: Path, library: Library, rules: Rules, monkeypatch: pytest.MonkeyPatch) -> Bench:
    real: Callable[..., list[Evidence]] = Store.evidence
    read: list[str] = []

    def reading(store: Store, claim_id: str, *rest: Any, **more: Any) -> list[Evidence]:
        read.append(claim_id)
        return real(store, claim_id, *rest, **more)

    monkeypatch.setattr(Store, "evidence", reading)
    return Bench(tmp_path, library, rules, read)


def test_a_week_without_news_reads_no_evidence(bench: Bench) -> None:
    """After the first refresh nothing is graded again, and what is said to be found nowhere is so as of the last day."""
    assert bench.refresh() == bench.library.claims.keys()
    assert bench.refresh() == set()
    held, right = bench.grades()
    assert held == right
    assert any(note.en.startswith("As of 2026-11-16") for grade in held.values() for note in grade.notes)


def test_every_fourth_week_all_is_graded(bench: Bench) -> None:
    """A full refresh grades every claim, whatever moved."""
    assert bench.refresh() == bench.library.claims.keys()
    assert bench.refresh(days=28) == bench.library.claims.keys()


def test_another_release(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another release of evtrack said of claims is said anew, once."""
    bench.refresh()
    for module in ("evtrack.assess", "evtrack.store.store"):
        monkeypatch.setattr(f"{module}.__version__", "9.9.9")
    assert bench.refresh() == bench.library.claims.keys()
    assert bench.refresh() == set()


def test_a_record_that_moved(bench: Bench) -> None:
    """The claims that hold a record are graded again when it says something else, with those that read them."""
    bench.refresh()
    record = min(bench.source.records)
    with Store.open(bench.db, now=bench.now) as store:
        of = {claim_id for claim_id, _ in store.tied_to([record])}
    assert 0 < len(of) < CLAIMS
    assert of <= bench.refresh(_with_news(bench.source, record))
    held, right = bench.grades()
    assert held == right


def test_an_umbrella_of_umbrellas(bench: Bench) -> None:
    """Where a record of the outer one alone moves, it reads the grade of the inner one, which stands."""
    bench.refresh()
    with Store.open(bench.db, now=bench.now) as store:
        outer = set(store.ties("a-all")) - {i for m in ("b-some", *_inner(bench)) for i in store.ties(m)}
    assert outer
    assert "a-all" in bench.refresh(_with_news(bench.source, min(outer)))
    held, right = bench.grades()
    assert held == right
    assert held["a-all"].members == {"b-some": held["b-some"].level}


def test_a_search_that_is_asked_no_more(bench: Bench) -> None:
    """Answers to a question that a claim no longer asks are no part of its search: they hold back no day."""
    with Store.open(bench.db, now=bench.now) as store:
        run = store.begin_run("refresh", bench.rules.version, bench.library.content_hash)
        for claim_id in bench.library.claims:
            old = Searched("ctgov", "asked before the claim was edited", 3, True, as_utc(FIRST), 3)
            store.save_searches(run, claim_id, [old])
        store.finish_run(run, "complete", {})
    bench.refresh()
    bench.refresh()
    held, right = bench.grades()
    assert held == right


def _with_news(source: Shelf, record: RecordId) -> Shelf:
    """The source after one record got another title."""
    moved = replace(source.records[record], title="A title that was mended", revised=PartialDate(2026, 11, 1))
    return replace(source, records={**source.records, record: moved}, news=frozenset({record}))


def _inner(bench: Bench) -> tuple[str, ...]:
    claim: Claim = bench.library.claims["b-some"]
    return claim.members
