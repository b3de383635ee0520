"""Where are the bytes as they were received? Compressed, keyed by their SHA-256, in a file beside the store.

On PostgreSQL they are in a table of their own (``postgres.RawTable``).
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evtrack.store.target import (
    APPLICATION_ID,
    StoreMissingError,
    cannot_write,
    make_private,
    raw_path,
    read_only,
    set_journal,
)

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_LEVEL = 1
"""ISA-L's second of four: on PubMed XML as small as zlib's level 1 in a third of its time. Any zlib unpacks it."""


def raw_hash(raw: bytes) -> str:
    """The key of a raw document: SHA-256, lower-case hex."""
    return hashlib.sha256(raw).hexdigest()


def pack(raw: bytes) -> bytes:
    """The bytes as they are kept."""
    # Here, for what only reads never packs.
    from isal import isal_zlib

    return isal_zlib.compress(raw, _LEVEL)


def _compress(chunk: Sequence[bytes]) -> list[bytes]:
    return [pack(raw) for raw in chunk]


class RawDocuments(ABC):
    """The raw documents of one store, for writing. Compression runs in threads (ISA-L frees the interpreter's lock)."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None

    def start(self, documents: Mapping[str, bytes]) -> Pending:
        """Begin to compress ``documents`` (by hash) in the background; ``Pending.write`` keeps them."""
        if self._pool is None:
            # Here, for what only reads never needs threads.
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="evtrack-raw")
        hashes = list(documents)
        step = max(1, -(-len(hashes) // (2 * self._threads)))
        chunks = [hashes[i : i + step] for i in range(0, len(hashes), step)]
        work = [self._pool.submit(_compress, [documents[h] for h in chunk]) for chunk in chunks]
        return Pending(self, documents, chunks, work)

    def write(self, documents: Iterable[bytes]) -> list[str]:
        """Keep ``documents``; their hashes, in their order."""
        kept = list(documents)
        hashes = [raw_hash(raw) for raw in kept]
        self.start(dict(zip(hashes, kept, strict=True))).write()
        return hashes

    @abstractmethod
    def take(self, rows: Iterable[Sequence[object]]) -> None:
        """Keep (hash, size, compressed bytes) in one transaction, all or none; what is kept already is left as it is."""

    @abstractmethod
    def get(self, key: str) -> bytes:
        """The bytes as received. Raises ``KeyError`` where they are not kept."""

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()


class RawFile(RawDocuments):
    """The raw documents in the file beside the store."""

    def __init__(self, store: Path, timeout: float = 30.0, threads: int = 1) -> None:
        super().__init__(threads)
        self.path = raw_path(store)
        make_private(self.path)
        self._connection = sqlite3.connect(self.path, timeout=timeout, isolation_level=None)
        try:
            set_journal(self._connection, self.path)
            # Not NORMAL, as the store itself: after a power cut the store could name what is not yet on the disk.
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS raw (hash TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, bytes BLOB NOT NULL)"
            )
        except BaseException:
            self._connection.close()
            raise

    def take(self, rows: Iterable[Sequence[object]]) -> None:
        """Keep (hash, size, compressed bytes) in one transaction, all or none; what is kept already is left as it is.

        Raises ``StoreBusyError`` where another process keeps the lock, ``StoreError`` for a full or read-only disk.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR IGNORE INTO raw (hash, size, bytes) VALUES (?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:  # SQLite takes some faults of a disk back by itself
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise cannot_write(self.path, error) from error
            raise

    def get(self, key: str) -> bytes:
        """The bytes as received. Raises ``KeyError`` where they are not kept."""
        return _get(self._connection, key)

    def close(self) -> None:
        """End the threads and close the file."""
        super().close()
        self._connection.close()


class Pending:
    """Raw documents that are being compressed."""

    def __init__(
        self,
        file: RawDocuments,
        documents: Mapping[str, bytes],
        chunks: list[list[str]],
        work: list[Future[list[bytes]]],
    ) -> None:
        self._file = file
        self._documents = documents
        self._chunks = chunks
        self._work = work

    def write(self, packed: Iterable[tuple[str, int, bytes]] = ()) -> None:
        """Keep them, in one transaction of their own; what is kept already is left as it is.

        ``packed``: more of them, compressed already (``RawFile.take``).
        """
        rows = [
            (h, len(self._documents[h]), done)
            for chunk, part in zip(self._chunks, self._work, strict=True)
            for h, done in zip(chunk, part.result(), strict=True)
        ]
        rows += packed
        if rows:
            self._file.take(rows)


def _get(connection: sqlite3.Connection, key: str) -> bytes:
    row = connection.execute("SELECT bytes FROM raw WHERE hash = ?", (key,)).fetchone()
    return unpacked(key, row)


def unpacked(key: str, row: Sequence[bytes] | None) -> bytes:
    """The bytes of the row that was found under ``key``. Raises ``KeyError`` where there is none."""
    if row is None:
        raise KeyError(key)
    return zlib.decompress(row[0])


def read_raw(store: Path, key: str) -> bytes:
    """The bytes under ``key``, by a connection that can't write. Raises ``KeyError`` where they are not kept."""
    try:
        connection = read_only(raw_path(store))
    except StoreMissingError:
        raise KeyError(key) from None
    try:
        return _get(connection, key)
    finally:
        connection.close()
