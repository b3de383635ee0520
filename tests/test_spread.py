"""Grading over processes: the same grades in the same order as in one, and errors in their turn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import evtrack.spread
from evtrack.claim import Library
from evtrack.claims import load_library
from evtrack.files import read_file
from evtrack.record import Record
from evtrack.rules import Rules, load_rules
from evtrack.sources._protocol import Read
from evtrack.spread import grade_all, grade_one

ARTICLES = Path(__file__).parent / "data" / "cli" / "articles.xml"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()[0]


@pytest.fixture(scope="module")
def rules(library: Library) -> Rules:
    return load_rules(library.concepts)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few records are many here."""
    monkeypatch.setattr(evtrack.spread, "WORTH", 4)
    monkeypatch.setattr(evtrack.spread, "CHUNK", 2)


def articles(n: int) -> list[Record]:
    three = [one.record for one in read_file(ARTICLES) if isinstance(one, Read)]
    return list(islice((r for _ in range(n) for r in three), n))


def test_same_order(library: Library, rules: Rules) -> None:
    """Over two processes every record has the grade that it has in one, in the order given, with and without a claim."""
    records = articles(11)
    for claim in (None, library.claims["dep-effect"]):
        wanted = [(r, grade_one(r, claim, rules)) for r in records]
        assert list(grade_all(records, claim, rules, 2)) == wanted
        assert list(grade_all(records, claim, rules, 1)) == wanted
    assert list(grade_all(records[:3], None, rules, 2)) == [(r, grade_one(r, None, rules)) for r in records[:3]]
    assert list(grade_all([], None, rules)) == []


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_in_its_turn(rules: Rules, processes: int) -> None:
    """What breaks the reading is told after everything that stood before it."""

    def broken() -> Iterator[Record]:
        yield from articles(7)
        raise OSError("the end")

    seen: list[Record] = []

    def all_of_them() -> None:
        seen.extend(record for record, _ in grade_all(broken(), None, rules, processes))

    with pytest.raises(OSError, match="the end"):
        all_of_them()
    assert seen == articles(7)


def test_without_processes(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that can start no process grades all the same."""

    def refuse(*_: object) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refuse)
    assert len(list(grade_all(articles(7), None, rules, 2))) == 7


def test_worker(library: Library, rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is given rules and claim once, and says so where it was not made ready."""
    monkeypatch.setattr(evtrack.spread, "_worker", None)
    with pytest.raises(RuntimeError, match="ready"):
        evtrack.spread._grade_chunk([])
    evtrack.spread._start(rules, library.claims["dep-effect"])
    assert evtrack.spread._grade_chunk(articles(1)) == [grade_one(articles(1)[0], library.claims["dep-effect"], rules)]
    evtrack.spread._start(rules, None)
    assert evtrack.spread._grade_chunk(articles(1)) == [grade_one(articles(1)[0], None, rules)]
