"""Grading over processes: the same grades in the same order as in one, and errors in their turn."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from multiprocessing import Pipe
from pathlib import Path

import pytest

import evtrack.spread
from evtrack.claim import Library
from evtrack.files import FileProblem, read_file
from evtrack.grade.grades import ClaimRecordGrade, RecordGrade
from evtrack.record import Record
from evtrack.rules import Rules
from evtrack.sources._protocol import Read
from evtrack.spread import Ahead, WorkerLostError, grade_all, grade_one

ARTICLES = Path(__file__).parent / "data" / "cli" / "articles.xml"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few records are many here."""
    monkeypatch.setattr(evtrack.spread, "WORTH", 4)
    monkeypatch.setattr(evtrack.spread, "CHUNK", 2)


def articles(n: int) -> list[Record]:
    three = [one.record for one in read_file(ARTICLES) if isinstance(one, Read)]
    return list(islice((r for _ in range(n) for r in three), n))


Told = tuple[Record, RecordGrade | ClaimRecordGrade]


def pair(record: Record, grade: RecordGrade | ClaimRecordGrade) -> Told:
    """A record with its grade, told as they are."""
    return record, grade


def test_same_order(library: Library, rules: Rules) -> None:
    """Over two processes every record has the grade that it has in one, in the order given, with and without a claim."""
    records = articles(11)
    for claim in (None, library.claims["dep-effect"]):
        wanted = [(r, grade_one(r, claim, rules)) for r in records]
        assert list(grade_all(records, claim, rules, pair, 2)) == wanted
        assert list(grade_all(records, claim, rules, pair, 1)) == wanted
    assert list(grade_all(records[:3], None, rules, pair, 2)) == [(r, grade_one(r, None, rules)) for r in records[:3]]
    assert list(grade_all([], None, rules, pair)) == []


_COPIED = """
import sys
import evtrack.spread as spread
from evtrack.claims import load_library
from evtrack.files import read_file
from evtrack.rules import load_rules

spread.WORTH, spread.CHUNK = 2, 1
records = [one.record for one in read_file(sys.argv[1])]
rules = load_rules(load_library()[0].concepts)
apart = list(spread.grade_all(records, None, rules, lambda record, grade: (record, grade), 2))
assert "patterns" in vars(rules) and spread._can_fork(), "the workers began from nothing"
assert apart == [(r, spread.grade_one(r, None, rules)) for r in records]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers begin from nothing")
def test_workers_that_begin_as_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process with one thread hands its compiled rules to its workers as they are; one with more lets them begin anew."""
    subprocess.run([sys.executable, "-W", "error", "-c", _COPIED, str(ARTICLES)], check=True, timeout=60)
    monkeypatch.setattr("threading.active_count", lambda: 2)
    assert not evtrack.spread._can_fork()


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_in_its_turn(rules: Rules, processes: int) -> None:
    """What breaks the reading is told after everything that stood before it."""

    def broken() -> Iterator[Record]:
        yield from articles(7)
        raise OSError("the end")

    seen: list[Record] = []

    def all_of_them() -> None:
        seen.extend(record for record, _ in grade_all(broken(), None, rules, pair, processes))

    with pytest.raises(OSError, match="the end"):
        all_of_them()
    assert seen == articles(7)


def test_without_processes(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that can start no process grades all the same."""

    def refuse(*_: object) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refuse)
    assert len(list(grade_all(articles(7), None, rules, pair, 2))) == 7


def test_worker(library: Library, rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is given rules and claim once, and says so where it was not made ready."""
    monkeypatch.setattr(evtrack.spread, "_worker", None)
    with pytest.raises(RuntimeError, match="ready"):
        evtrack.spread._grade_chunk([])
    one, claim = articles(1)[0], library.claims["dep-effect"]
    evtrack.spread._start(rules, claim, pair)
    assert evtrack.spread._grade_chunk([one]) == [(one, grade_one(one, claim, rules))]
    evtrack.spread._start(rules, None, pair)
    assert evtrack.spread._grade_chunk([one]) == [(one, grade_one(one, None, rules))]


def test_worker_ends_with_its_parent(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker leaves Ctrl-C to its parent, and ends itself when that is gone."""

    class Gone:
        def join(self) -> None:
            """It has ended."""

    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(evtrack.spread, "_worker", None)
    evtrack.spread._begin_worker(rules, None, pair)
    assert len(evtrack.spread._grade_chunk(articles(1))) == 1
    left: list[int] = []
    monkeypatch.setattr("multiprocessing.parent_process", Gone)
    monkeypatch.setattr(os, "_exit", left.append)
    evtrack.spread._leave_with_parent()
    assert left == [1]


def counted(n: int, fault: str = "") -> Iterator[int]:
    """``n`` numbers, and then what ``fault`` says; ``lost`` and ``never`` happen to a second process alone."""
    second = multiprocessing.parent_process() is not None
    if fault == "never" and second:
        os._exit(3)
    yield from range(n)
    if fault == "lost" and second:
        os._exit(3)
    if fault == "broken":
        raise FileProblem("a.xml", "broken off", code="broken_off", place="byte 9", mend="get it again")


@pytest.mark.parametrize("elsewhere", [True, False])
def test_ahead(elsewhere: bool) -> None:
    """The items come in their order from another process as from this one, and an error after all before it."""
    with Ahead(counted, 5, elsewhere=elsewhere) as items:
        assert list(items) == [0, 1, 2, 3, 4]
    seen: list[int] = []
    with Ahead(counted, 3, "broken", elsewhere=elsewhere) as items, pytest.raises(FileProblem) as told:
        seen.extend(items)
    assert (told.value.path, told.value.code, told.value.mend) == ("a.xml", "broken_off", "get it again")
    assert seen == [0, 1, 2] or not elsewhere


def test_ahead_lost() -> None:
    """A process that is ended from outside is an error, never a hang; one that never came to work is done without."""
    with Ahead(counted, 1000, "lost") as items, pytest.raises(WorkerLostError, match="ended from outside"):
        list(items)
    with Ahead(counted, 3, "never") as items:
        assert list(items) == [0, 1, 2]


def test_ahead_is_closed() -> None:
    """Leaving early ends the process in the midst of its work."""
    with Ahead(counted, 10_000_000) as items:
        assert next(iter(items)) == 0
        process = items._process
    assert process is not None
    assert process.exitcode is not None


def test_ahead_without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that can start no process does the work here."""

    def refuse(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("multiprocessing.get_context", refuse)
    with Ahead(counted, 3) as items:
        assert list(items) == [0, 1, 2]


def test_work_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process sends: items, then the end or the error with its place; nothing to a parent that is gone."""
    monkeypatch.setattr("signal.signal", lambda *_: None)
    for fault, last in (("", "end"), ("broken", "error")):
        inbox, outbox = Pipe(duplex=False)
        evtrack.spread._work_ahead(outbox, counted, (1, fault))
        assert inbox.recv() == ("item", 0)
        kind, value = inbox.recv()
        assert kind == last
        assert value is None or "counted" in traceback_of(value)
    inbox.close()
    evtrack.spread._work_ahead(outbox, counted, (1, ""))


def traceback_of(error: FileProblem) -> str:
    """Where the other process met it, told with the error."""
    return str(error.__notes__)


def test_file_problem_travels() -> None:
    """A file problem met in another process is told as it was met."""
    met = FileProblem("a.xml", "broken off", code="broken_off", place="byte 9", mend="get it again")
    met.add_note("there")
    again = pickle.loads(pickle.dumps(met))  # noqa: S301 # our own bytes
    assert (str(again), again.code, again.__notes__) == (str(met), met.code, ["there"])


def test_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted are the processors this process may use, where the system tells; else those of the machine."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert evtrack.spread.processors() == 1
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert evtrack.spread.processors() == 1
