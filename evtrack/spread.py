"""How are many records graded at once? Over processes where there are many, in this one where there are few; the order is kept."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from evtrack.record import Record

if TYPE_CHECKING:
    from concurrent.futures import Future

    from evtrack.claim import Claim
    from evtrack.grade.grades import ClaimRecordGrade, RecordGrade
    from evtrack.rules import Rules

T = TypeVar("T")

CHUNK = 150
"""Records a task: some 0.3 s of work, so that handing it over costs nothing beside it."""

WORTH = 600
"""Records from which a second process earns its start of half a second (measured: 400 records a second a process)."""


def grade_all(
    records: Iterable[Record],
    claim: Claim | None,
    rules: Rules,
    processes: int | None = None,
) -> Iterator[tuple[Record, RecordGrade | ClaimRecordGrade]]:
    """Each record with its grade (towards ``claim`` where one is given), in the order given.

    ``processes``: how many at most, by default one a processor. Where none can be started, this one does the work.
    """
    stream = iter(records)
    first = list(islice(stream, WORTH))
    many = processes or os.cpu_count() or 1
    if len(first) == WORTH and many > 1:
        yield from _spread(_chain(first, stream), claim, rules, many)
    else:
        for record in _chain(first, stream):
            yield record, grade_one(record, claim, rules)


def grade_one(record: Record, claim: Claim | None, rules: Rules) -> RecordGrade | ClaimRecordGrade:
    """One record by the intervention test, or by the test of ``claim``'s track."""
    from evtrack.grade.record import grade_for_claim, grade_record, scan_record

    scan = scan_record(record, rules)
    own = grade_record(scan, record)
    return own if claim is None else grade_for_claim(scan, record, own, claim, rules)


def _chain(first: list[T], rest: Iterator[T]) -> Iterator[T]:
    """``first`` and then ``rest``, so that an error of ``rest`` comes after all that stood before it."""
    yield from first
    yield from rest


def _spread(
    records: Iterator[Record], claim: Claim | None, rules: Rules, processes: int
) -> Iterator[tuple[Record, RecordGrade | ClaimRecordGrade]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    try:
        # "spawn": the same everywhere, and no lock of a thread is copied into a child.
        pool = ProcessPoolExecutor(processes, get_context("spawn"), _start, (replace(rules), claim))
    except (ImportError, OSError):  # a machine without semaphores
        for record in records:
            yield record, grade_one(record, claim, rules)
        return
    waiting: deque[tuple[list[Record], Future[list[RecordGrade | ClaimRecordGrade]]]] = deque()
    broken: Exception | None = None
    try:
        while True:
            # Two tasks a process are enough to keep it busy, and bound the memory.
            while broken is None and len(waiting) < 2 * processes:
                chunk, broken = _take(records)
                if not chunk:
                    break
                waiting.append((chunk, pool.submit(_grade_chunk, chunk)))
            if not waiting:
                break
            chunk, task = waiting.popleft()
            yield from zip(chunk, task.result(), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)
    if broken is not None:
        raise broken


def _take(records: Iterator[Record]) -> tuple[list[Record], Exception | None]:
    """The next chunk, and what broke the reading of it: the records before are graded first."""
    chunk: list[Record] = []
    try:
        chunk.extend(islice(records, CHUNK))
    except Exception as error:  # noqa: BLE001 # handed on to the caller in its turn
        return chunk, error
    return chunk, None


_worker: tuple[Rules, Claim | None] | None = None
"""Of a worker process: rules and claim, given once when it starts."""


def _start(rules: Rules, claim: Claim | None) -> None:
    """Make a worker ready; it compiles its own patterns, which cannot be handed over."""
    global _worker  # noqa: PLW0603 # a pool's initializer has no other place for what it is given
    _worker = rules, claim


def _grade_chunk(records: list[Record]) -> list[RecordGrade | ClaimRecordGrade]:
    if _worker is None:
        raise RuntimeError("a worker was not made ready")
    rules, claim = _worker
    return [grade_one(record, claim, rules) for record in records]
