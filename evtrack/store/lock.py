"""Who may write a store now? One run at a time: a refresh that is on its way keeps others from writing between its steps."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from evtrack.store.target import NoLocksError, StoreBusyError, StoreError, make_private, place_of, refuse_newer

if TYPE_CHECKING:
    from filelock import FileLock


@contextmanager
def one_writer(
    target: str | os.PathLike[str],
    *,
    wait: float = 30.0,
    waiting: Callable[[], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Iterator[None]:
    """Keep the store at ``target`` for one run; the lock ends with the process, however it ends.

    Another run is waited for ``wait`` seconds, after a word by ``waiting``, or until ``stopped`` says so. Raises ``StoreBusyError`` when it is not
    done by then, ``NoLocksError`` where the file system has none, and ``StoreError`` where the lock can't be made beside
    the store; ``StoreTooNewError`` before anything is made. Readers need no lock.
    """
    path = place_of(target)
    if not isinstance(path, Path):
        from evtrack.store.postgres import one_writer as one_writer_of

        with one_writer_of(path, wait, waiting, stopped):
            yield
        return
    from filelock import FileLock, Timeout

    refuse_newer(path)
    file = lock_path(path)
    lock = FileLock(file, mode=0o600)
    try:
        make_private(file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if waiting:
                waiting()
            _acquire(lock, wait, stopped or (lambda: False))
    except Timeout as error:
        raise StoreBusyError(f"{path}: another run of evtrack is writing: try again when it is done") from error
    except NotImplementedError as error:  # what filelock made of ENOSYS before its version 4
        raise _no_locks(path, "no locks") from error
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise _no_locks(path, str(error.strerror)) from error
        raise StoreError(f"{path}: can't be written ({error.strerror}): free the disk or name another file") from error
    try:
        yield
    finally:
        lock.release()


_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""What a file system says that knows no locks, such as NFS without its lock service."""


def _no_locks(path: Path, why: str) -> NoLocksError:
    return NoLocksError(f"{path}: the file system has no locks ({why}): put the store on a disk of this machine")


def _acquire(lock: FileLock, wait: float, stopped: Callable[[], bool]) -> None:
    """Raises ``Timeout`` of filelock where the lock is not free within ``wait`` seconds, or nobody wants it any more."""
    until = time.monotonic() + wait
    while True:
        try:
            lock.acquire(timeout=min(0.2, max(0.0, until - time.monotonic())))
        except TimeoutError:
            if time.monotonic() >= until or stopped():
                raise
        else:
            return


def lock_path(path: Path) -> Path:
    """The lock file that belongs to the store at ``path``."""
    return path.with_name(path.name + ".lock")
