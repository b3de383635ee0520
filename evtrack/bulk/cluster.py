"""How do the workers of a Dask cluster make rows? The records go to them and the rows come back: nobody shares a disk or the store.

The one file that imports dask's ``distributed`` (extra ``evtrack[dask]``), and only where a scheduler is named.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from evtrack import __version__
from evtrack.bulk.rows import RowMaker, Rows, Work
from evtrack.bulk.workers import Chunk, in_order

if TYPE_CHECKING:
    from distributed import Client, Worker

CONNECTING = 30.0
"""Seconds in which a scheduler and one worker at least must answer."""

ALONE = 120.0
"""Seconds without any worker after which the work is given up; a cluster that is being restarted is back by then."""


LOOKING = 5.0
"""Seconds between two looks whether there is still anybody who works."""


class ClusterError(Exception):
    """A cluster that can't be worked with. ``kind``: ``missing`` (the extra), ``unreachable``, ``no_workers``, ``other_version``."""

    def __init__(self, kind: str, address: str, why: str = "") -> None:
        super().__init__(": ".join(filter(None, (address, kind, why))))
        self.kind = kind
        self.address = address
        self.why = why


class Cluster:
    """The workers of the scheduler at ``address``, for one load; see ``workers.Workers``.

    Workers may come and go: what was lost with one is done by another. Raises ``ClusterError`` where there is nobody to
    begin with, or not all of them have this version of evtrack; ``rows`` does so where one with another comes later.
    """

    def __init__(self, work: Work, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise ClusterError("missing", address) from error
        # What its client logs in English as workers come and go is not for whoever loads files: what matters is raised.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._work = replace(
            work, rules=replace(work.rules)
        )  # without its compiled patterns, which cannot be handed over
        self._address = address
        self._key = uuid4().hex
        self._given_up = False
        """Nobody worked for so long that nobody is waited for any more, for this file or the next."""
        try:
            self._client: Client = Client(address, timeout=CONNECTING, set_as_default=False)
        except (TimeoutError, OSError, ValueError) as error:
            raise ClusterError("unreachable", address, type(error).__name__) from error
        try:
            self._begin()
        except BaseException:
            self._client.close()
            raise

    def _begin(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=CONNECTING)
        except TimeoutError as error:
            raise ClusterError("no_workers", self._address) from error
        told = self._client.run(_version, on_error="return")
        others = {str(v) for v in told.values() if v != __version__}
        if others:
            raise ClusterError("other_version", self._address, ", ".join(sorted(others)))
        self._threads: int = sum(self._client.nthreads().values())
        # Workers that come later are made ready too.
        self._client.register_plugin(_plugin(self._key, self._work, __version__), name=self._key)

    def rows(self, number: int, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Rows]]:
        """See ``Workers``."""
        from distributed import CancelledError, KilledWorker
        from distributed.client import ClosedClientError
        from distributed.comm.core import CommClosedError

        def submit(chunk: Chunk) -> Callable[[], Rows]:
            if self._given_up:
                raise TimeoutError
            future = self._client.submit(_rows, self._key, number, chunk, pure=False)

            def result() -> Rows:
                alone = 0.0
                while True:
                    try:
                        made: Rows | str = future.result(timeout=LOOKING)
                    except TimeoutError:
                        # Its client gives up by itself where the scheduler is gone, and then nothing comes any more.
                        running = self._client.status == "running"
                        alone = 0.0 if running and self._client.nthreads() else alone + LOOKING
                        self._given_up = not running or alone >= ALONE
                        if self._given_up:
                            raise
                    else:
                        if isinstance(made, str):
                            raise ClusterError("other_version", self._address, made)
                        return made

            return result

        def ahead() -> int:
            return 2 * max(2, self._threads)

        def lost() -> None:
            if self._client.status == "running":
                self._threads = sum(self._client.nthreads().values())

        losses = (KilledWorker, CancelledError, ClosedClientError, CommClosedError, TimeoutError)
        yield from in_order(submit, chunks, ahead, lost, *losses)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._client.status == "running":  # with a scheduler that is gone there is nobody to tell
                self._client.unregister_worker_plugin(self._key)
        finally:
            self._client.close()


_makers: dict[str, RowMaker] = {}
"""Of a worker: who makes the rows of a load, by its key."""


def _plugin(key: str, work: Work, version: str) -> Any:
    from distributed import WorkerPlugin

    class Ready(WorkerPlugin):
        """Makes a worker ready for a load, and lets go of what that took."""

        def setup(self, worker: Worker) -> None:  # noqa: ARG002 # dask gives it
            """The rules are compiled where the rows are made; with another evtrack they would be other rows."""
            if _version() == version:
                _makers_here()[key] = RowMaker(work)

        def teardown(self, worker: Worker) -> None:  # noqa: ARG002 # dask gives it
            """The load is over."""
            _makers_here().pop(key, None)

    return Ready()


def _makers_here() -> dict[str, RowMaker]:
    """The worker's own: a class that travels takes copies of what it names, but of functions only the name."""
    return _makers


def _version() -> str:
    from evtrack import __version__ as here

    return here


def _rows(key: str, number: int, chunk: Chunk) -> Rows | str:
    """The rows of a chunk; of a worker that came later with another evtrack, its version."""
    maker = _makers.get(key)
    return maker.rows(number, chunk) if maker else _version()
