"""What is worked on in other processes? Many records graded at once, or a file read ahead; the order is kept.

Where the work is small, or no process can be started, this process does it all.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from evtrack.record import Record

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from evtrack.claim import Claim
    from evtrack.grade.grades import ClaimRecordGrade, RecordGrade
    from evtrack.rules import Rules

T = TypeVar("T")

CHUNK = 150
"""Records a task: some 0.3 s of work, so that handing it over costs nothing beside it."""

WORTH = 600
"""Records from which a second process earns its start: half a second, where it cannot begin as a copy of this one."""

TOGETHER = 150
"""Records that are read together (``scan_records``): a task's (measured: 50 take 4 % longer, 300 gain 2 % more)."""

BUFFERED = 2
"""Items that wait to be taken in; of a load's batches some 2 MB."""


class WorkerLostError(Exception):
    """A process that worked for this one was ended from outside."""


def grade_all(
    records: Iterable[Record],
    claim: Claim | None,
    rules: Rules,
    told: Callable[[Record, RecordGrade | ClaimRecordGrade], T],
    processes: int | None = None,
) -> Iterator[T]:
    """What ``told`` makes of each record and its grade (towards ``claim`` where one is given), in the order given.

    ``told`` is a function of a module: it is called where the record is graded, so that only its answer is handed over.
    ``processes``: how many at most, by default one a processor it may use. Where none can be started, this one does the work.
    """
    stream = iter(records)
    first = list(islice(stream, WORTH))
    many = processes or processors()
    pool = _pool(many, first[0], (rules, claim, told)) if len(first) == WORTH and many > 1 else None
    if pool is not None:
        yield from _spread(_chain(first, stream), pool, many)
    else:
        records, broken = _chain(first, stream), None
        while broken is None:
            chunk, broken = _take(records, TOGETHER)
            if not chunk:
                break
            yield from map(told, chunk, grade_some(chunk, claim, rules))
        if broken is not None:
            raise broken


def grade_one(record: Record, claim: Claim | None, rules: Rules) -> RecordGrade | ClaimRecordGrade:
    """One record by the intervention test, or by the test of ``claim``'s track."""
    return grade_some([record], claim, rules)[0]


def grade_some(records: list[Record], claim: Claim | None, rules: Rules) -> list[RecordGrade | ClaimRecordGrade]:
    """``grade_one`` of each."""
    from evtrack.grade.record import grade_for_claim, grade_record, scan_records

    out: list[RecordGrade | ClaimRecordGrade] = []
    for first in range(0, len(records), TOGETHER):
        some = records[first : first + TOGETHER]
        for record, scan in zip(some, scan_records(some, rules), strict=True):
            own = grade_record(scan, record)
            out.append(own if claim is None else grade_for_claim(scan, record, own, claim, rules))
    return out


def spare_collector() -> None:
    """Let the collector of this process work seldom: for one that from now on grades and then ends.

    Rules and modules stay to the end, and grading leaves no cycles behind: there is nothing to be found in going through
    them again and again.
    """
    gc.freeze()
    gc.set_threshold(_SELDOM, 50, 50)


_SELDOM = 100_000
"""Objects more than before, at which the collector looks through the youngest."""


class Ahead(Generic[T]):
    """The items of ``make(*arguments)``, made in a process of its own while the caller works on those before.

    The process starts at once; the items come by iterating, once. An error of ``make`` is raised in its turn, and
    ``WorkerLostError`` where the process was ended from outside. ``make`` is a function of a module; arguments and items
    can be pickled. ``elsewhere=False``: no process, ``make`` runs here.
    """

    def __init__(self, make: Callable[..., Iterator[T]], *arguments: Any, elsewhere: bool = True) -> None:
        self._make = make
        self._arguments = arguments
        self._process: BaseProcess | None = None
        if elsewhere:
            # A machine that can start no process reads here.
            with contextlib.suppress(ImportError, OSError):
                self._start()

    def _start(self) -> None:
        from multiprocessing import get_context

        spawn = get_context("spawn")
        self._inbox, outbox = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_work_ahead, args=(outbox, self._make, self._arguments), daemon=True)
        process.start()
        outbox.close()  # ours: the process holds the only one, so that its end is the end of the pipe
        self._process = process

    def __iter__(self) -> Iterator[T]:
        if self._process is None:
            yield from self._make(*self._arguments)
            return
        given = 0
        while True:
            try:
                kind, value = self._inbox.recv()
            except (EOFError, OSError):
                break
            if kind == "end":
                return
            if kind == "error":
                raise value
            given += 1
            yield value
        if given:
            raise WorkerLostError("the process that worked ahead was ended from outside")
        # It never came to work: the main module may be one that no other process can import.
        yield from self._make(*self._arguments)

    def close(self) -> None:
        """End the process, also in the midst of its work."""
        if self._process is not None:
            self._inbox.close()
            self._process.terminate()
            self._process.join()

    def __enter__(self) -> Ahead[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _work_ahead(outbox: Connection, make: Callable[..., Iterator[Any]], arguments: tuple[Any, ...]) -> None:
    """What the process of ``Ahead`` does: send item after item, then how it ended. A parent that is gone ends it.

    A thread does the sending: while the pipe is full this process goes on making what comes next, up to ``BUFFERED``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the parent answers it
    waiting: queue.Queue[bytes | None] = queue.Queue(BUFFERED)
    gone = threading.Event()
    sender = threading.Thread(target=_send, args=(outbox, waiting, gone), daemon=True)
    sender.start()
    try:
        for item in make(*arguments):
            if gone.is_set():
                break
            waiting.put(_packed("item", item))
    except Exception as error:  # noqa: BLE001 # told where the items are taken in
        error.add_note(traceback.format_exc())
        waiting.put(_packed("error", error))
    else:
        waiting.put(_packed("end", None))
    waiting.put(None)
    sender.join()


def _packed(kind: str, value: object) -> bytes:
    """What ``Connection.recv`` reads."""
    return pickle.dumps((kind, value), pickle.HIGHEST_PROTOCOL)


def _send(outbox: Connection, waiting: queue.Queue[bytes | None], gone: threading.Event) -> None:
    """Hand over what waits until there is no more; ``gone`` says that nobody takes it in any longer."""
    while (packed := waiting.get()) is not None:
        if gone.is_set():
            continue
        try:
            outbox.send_bytes(packed)
        except OSError:
            gone.set()


def processors() -> int:
    """How many processors this process may use: fewer than the machine has, in a container or under ``taskset``."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


Work = tuple["Rules", "Claim | None", Callable[[Record, Any], Any]]
"""What a worker is given once, when it starts: rules, claim, and what is to be told of each grade."""


def _pool(processes: int, one: Record, work: Work) -> ProcessPoolExecutor | None:
    """Processes that grade, or ``None`` on a machine that has none to give. ``one`` is a record to make ready with."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    rules, claim, told = work
    try:
        if _can_fork():
            told(one, grade_one(one, claim, rules))  # loads and compiles here, once, what every worker then begins with
            return ProcessPoolExecutor(processes, get_context("fork"), _begin_worker, work)
        return ProcessPoolExecutor(processes, get_context("spawn"), _begin_worker, (replace(rules), claim, told))
    except (ImportError, OSError):  # a machine without semaphores
        return None


def _can_fork() -> bool:
    """Whether a worker may begin as a copy of this process, half a second sooner than from nothing.

    On Linux alone: elsewhere a system's own libraries may not be copied. And only where no second thread runs: a lock that
    it holds would be copied held, and never be let go.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def _begin_worker(*work: Any) -> None:
    serve()
    _start(*work)


def serve() -> None:
    """Make this process one that works for its parent alone, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent answers it and ends its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a copy of this process would answer it as this one does
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    spare_collector()


def _leave_with_parent() -> None:
    """End this process when the one it works for is gone: a killed parent could tell nobody."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _chain(first: list[T], rest: Iterator[T]) -> Iterator[T]:
    """``first`` and then ``rest``, so that an error of ``rest`` comes after all that stood before it."""
    yield from first
    yield from rest


def _spread(records: Iterator[Record], pool: ProcessPoolExecutor, processes: int) -> Iterator[Any]:
    waiting: deque[Future[list[Any]]] = deque()
    broken: Exception | None = None
    try:
        while True:
            # Two tasks a process are enough to keep it busy, and bound the memory.
            while broken is None and len(waiting) < 2 * processes:
                chunk, broken = _take(records)
                if not chunk:
                    break
                waiting.append(pool.submit(_grade_chunk, chunk))
            if not waiting:
                break
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
    if broken is not None:
        raise broken


def _take(records: Iterator[Record], most: int = CHUNK) -> tuple[list[Record], Exception | None]:
    """The next chunk, and what broke the reading of it: the records before are graded first."""
    chunk: list[Record] = []
    try:
        chunk.extend(islice(records, most))
    except Exception as error:  # noqa: BLE001 # handed on to the caller in its turn
        return chunk, error
    return chunk, None


_worker: Work | None = None
"""Of a worker that grades: what it was given when it started."""


def _start(rules: Rules, claim: Claim | None, told: Callable[[Record, Any], Any]) -> None:
    """Make a worker ready to grade; one that began from nothing compiles its own patterns, which cannot be handed over."""
    global _worker  # noqa: PLW0603 # a pool's initializer has no other place for what it is given
    _worker = rules, claim, told


def _grade_chunk(records: list[Record]) -> list[Any]:
    if _worker is None:
        raise RuntimeError("a worker was not made ready")
    rules, claim, told = _worker
    return list(map(told, records, grade_some(records, claim, rules)))
