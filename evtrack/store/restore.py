"""How does a copy become the store again, without losing what is there now? What ``evtrack db restore`` does."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from evtrack.store.lock import one_writer
from evtrack.store.migrate import copy_store
from evtrack.store.raw import RawFile
from evtrack.store.target import (
    StoreBusyError,
    StoreError,
    WrongTargetError,
    aside_of,
    make_private,
    raw_path,
    read_only,
    store_path,
)
from evtrack.store.upkeep import check

_BESIDE = ("-wal", "-shm")
"""SQLite's own files beside a store: what was written last may stand there alone."""


def restore(target: str | os.PathLike[str], copy: Path, *, now: Callable[[], datetime]) -> Path | None:
    """Make ``copy`` (of ``evtrack db backup``, or the backup of an upgrade) the store; where the store before it went.

    The store before is set aside whole, damaged or not, and ``None`` is given where there was none. Raw documents
    are added to those that are there: they are kept by their hash, so none is ever lost. A copy of an older schema
    is brought up to date by the next command that writes.

    Raises what ``upkeep.check`` raises of ``copy``, ``WrongTargetError`` where ``copy`` is damaged or is the store
    itself, ``StoreBusyError`` where another run writes, and ``StoreError`` where a file can't be written; the store is
    then as it was.
    """
    path = store_path(target)
    if copy.resolve() == path.resolve():
        raise WrongTargetError(f"{copy}: is the store itself: name a copy of it")
    broken = [p for p in check(copy) if p.fault in ("damaged", "broken_reference")]
    if broken:
        raise WrongTargetError(f"{broken[0].path}: {broken[0].text}: nothing was restored; name another copy")
    with one_writer(target):
        coming = path.with_name(f"{path.name}.restoring")
        coming.unlink(missing_ok=True)
        try:
            copy_store(copy, coming)
            _bring_raw(copy, path)
            aside = _set_aside(path, now()) if path.exists() else None
            # The last step, and one: who is killed before it has the store as it was.
            coming.replace(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: not restored ({error}); the store is as it was") from error
        finally:
            coming.unlink(missing_ok=True)
    return aside


def _bring_raw(copy: Path, path: Path) -> None:
    """Add the raw documents that the copy has; a backup made before an upgrade has none of its own."""
    if not raw_path(copy).exists() or raw_path(copy) == raw_path(path):
        return
    kept = RawFile(path)
    try:
        with closing(read_only(raw_path(copy))) as source:
            rows = source.execute("SELECT hash, size, bytes FROM raw")
            kept.take(rows)
    finally:
        kept.close()


def _set_aside(path: Path, at: datetime) -> Path:
    """Copy the store with what stands beside it, then empty its journal, for it must not be read into the new one."""
    aside = aside_of(path, "before-restore", at)
    try:
        for end in ("", *_BESIDE):
            there = path.with_name(path.name + end)
            if there.exists():
                to = aside.with_name(aside.name + end)
                make_private(to)
                shutil.copyfile(there, to)
        _fold(path)
    except BaseException:
        # The store is as it was: a copy of it, whole or half, is of no use beside it.
        for end in ("", *_BESIDE):
            aside.with_name(aside.name + end).unlink(missing_ok=True)
        raise
    for end in _BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
    return aside


def _fold(path: Path) -> None:
    """Fold the journal into the main file. Raises ``StoreBusyError`` where somebody reads what stands in it alone."""
    busy = 0
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.DatabaseError:
        pass  # damaged beyond opening: the copy above holds what there was
    if busy:
        # Without the journal the store would not be as it was.
        raise StoreBusyError(f"{path}: another program reads it: end that and try again; the store is as it was")
