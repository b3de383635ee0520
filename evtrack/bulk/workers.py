"""Who makes the rows? This process, one process a processor, or a cluster; whoever it is, rows come in the order of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from evtrack.bulk.rows import RowMaker, Rows, Work
from evtrack.sources._xml_cut import Cut
from evtrack.spread import WorkerLostError, processors, serve

Chunk = list[Cut]
C = TypeVar("C")
R = TypeVar("R")

TRIES = 3
"""How often a chunk is given to new processes, when those that had it were ended from outside, before it is given up."""


WORTH = 4_000_000
"""Bytes of packed files from which processes earn their start of half a second each."""


class Workers(Protocol):
    """Whoever makes rows; a context manager."""

    def rows(self, number: int, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Rows]]:
        """Each chunk of the file ``number`` with its rows, in order. An error of ``chunks`` comes after what stood before it.

        Raises ``WorkerLostError`` where whoever worked on a chunk was ended from outside again and again.
        """
        ...

    def __enter__(self) -> Workers: ...

    def __exit__(self, *_: object) -> None: ...


class Here:
    """This process alone: few records, or a machine with one processor."""

    def __init__(self, work: Work) -> None:
        self._maker = RowMaker(work)

    def rows(self, number: int, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Rows]]:
        """See ``Workers``."""
        for chunk in chunks:
            yield chunk, self._maker.rows(number, chunk)

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""


class Processes:
    """One process a processor beside this one, which reads and writes. One that is ended from outside is made up for."""

    def __init__(self, work: Work, many: int | None = None) -> None:
        self._work = replace(
            work, rules=replace(work.rules)
        )  # without its compiled patterns, which cannot be handed over
        self._many = many or processors()
        self._pool: ProcessPoolExecutor | None = None
        self._here: Here | None = None
        self._came = False

    def _submit(self, number: int, chunk: Chunk) -> Future[Rows]:
        if self._pool is None:
            from multiprocessing import get_context

            # Not as copies of this one: it has the store open.
            self._pool = ProcessPoolExecutor(self._many, get_context("spawn"), _begin, (self._work,))
        return self._pool.submit(_rows, number, chunk)

    def rows(self, number: int, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Rows]]:
        """See ``Workers``."""
        from concurrent.futures.process import BrokenProcessPool

        def lost() -> None:
            self._end()
            if not self._came:
                # None ever came to work: the main module may be one that no other process can import.
                self._here = Here(self._work)

        def submit(chunk: Chunk) -> Callable[[], Rows]:
            if self._here is not None:
                maker = self._here
                return lambda: next(maker.rows(number, iter([chunk])))[1]
            return self._submit(number, chunk).result

        for chunk, rows in in_order(submit, chunks, lambda: 2 * self._many, lost, BrokenProcessPool):
            self._came = True
            yield chunk, rows

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


def workers_for(files: Iterable[str]) -> Callable[[Work], Workers]:
    """Who is to make the rows of these files: processes of their own, where that much work and a second processor are there."""
    size = sum(path.stat().st_size for path in map(Path, files) if path.is_file())
    return Processes if size >= WORTH and processors() > 1 else Here


def in_order(
    submit: Callable[[C], Callable[[], R]],
    chunks: Iterator[C],
    ahead: Callable[[], int],
    lost: Callable[[], None],
    *losses: type[Exception],
) -> Iterator[tuple[C, R]]:
    """Each chunk with its rows, in order, ``ahead()`` of them under way at a time; so many are in memory, no more.

    ``submit`` begins the work and gives what waits for it. One of ``losses`` says that whoever did it is gone:
    after ``lost()`` all that was under way is begun anew.
    """

    def begin(chunk: C) -> tuple[C, Callable[[], R]]:
        try:
            return chunk, submit(chunk)
        except losses as error:
            return chunk, partial(_raise, error)  # in its turn, with what else was lost

    waiting: deque[tuple[C, Callable[[], R]]] = deque()
    broken: Exception | None = None
    tries = 0
    while True:
        while broken is None and len(waiting) < ahead():
            try:
                chunk = next(chunks, None)
            except Exception as error:  # noqa: BLE001 # handed on in its turn
                broken = error
                break
            if chunk is None:
                break
            waiting.append(begin(chunk))
        if not waiting:
            break
        chunk, result = waiting[0]
        try:
            rows = result()
        except losses as error:
            tries += 1
            if tries >= TRIES:
                raise WorkerLostError("the process that worked on it was ended from outside") from error
            lost()
            waiting = deque([begin(chunk) for chunk, _ in waiting])
            continue
        tries = 0
        waiting.popleft()
        yield chunk, rows
    if broken is not None:
        raise broken


def _raise(error: Exception) -> NoReturn:
    raise error


_maker: RowMaker | None = None
"""Of a process that makes rows: made ready once, when it starts."""


def _begin(work: Work) -> None:
    global _maker  # noqa: PLW0603 # a pool's initializer has no other place for what it is given
    serve()
    _maker = RowMaker(work)


def _rows(number: int, chunk: Chunk) -> Rows:
    if _maker is None:
        raise RuntimeError("a worker was not made ready")
    return _maker.rows(number, chunk)
