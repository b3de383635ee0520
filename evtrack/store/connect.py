"""How is a store written to? Connection, transaction, upsert: all that differs from one database to another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import BindParameter, Connection, Executable, Table, bindparam, create_engine, delete, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from evtrack.store.target import cannot_write, set_journal

Row = Mapping[str, Any]


class Writer:
    """One connection that writes. ``dbapi`` is the same connection for reading: it sees what is not yet committed."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._path = path
        self.dbapi = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
        try:
            set_journal(self.dbapi, path)
        except BaseException:
            self.dbapi.close()
            raise
        self.dbapi.execute("PRAGMA foreign_keys=ON")
        # 8 MB: with SQLite's 2 MB the indexes of 10,000 records fall out of it, and a tie took 1 ms instead of 80 µs.
        self.dbapi.execute("PRAGMA cache_size=-8000")
        # AUTOCOMMIT: SQLAlchemy sends no BEGIN and no COMMIT; transaction() below does.
        engine = create_engine(
            "sqlite://", creator=lambda: self.dbapi, poolclass=StaticPool, isolation_level="AUTOCOMMIT"
        )
        self._core: Connection = engine.connect()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. The lock for writing is taken at once, so that no reader's snapshot grows stale in between.

        One inside another is part of it. Raises ``StoreBusyError`` where another process keeps the lock, ``StoreError``
        for a full or read-only disk.
        """
        if self._open():
            yield
            return
        try:
            self.dbapi.execute("BEGIN IMMEDIATE")
            yield
            self.dbapi.execute("COMMIT")
        except BaseException as error:
            if self._open():
                self.dbapi.execute("ROLLBACK")
            told = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(told, sqlite3.OperationalError):
                raise cannot_write(self._path, told) from error
            raise

    def _open(self) -> bool:
        try:
            return self.dbapi.in_transaction
        except sqlite3.ProgrammingError:
            # SQLAlchemy closes a connection in whose statement Ctrl-C came; SQLite has then taken all of it back.
            return False

    def execute(self, statement: Executable, rows: Sequence[Row] | None = None) -> int:
        """Run a statement, for each of ``rows`` where they are given (none: not at all); the number of rows touched."""
        if rows is not None and not rows:
            return 0
        return self._core.execute(statement, list(rows) if rows is not None else None).rowcount

    def close(self) -> None:
        """Close the connection; SQLite then folds the log into the main file."""
        self._core.close()
        self.dbapi.close()


@cache
def upsert(table: Table, *kept: str) -> Executable:
    """Insert, or replace all but the primary key and the columns ``kept``."""
    keys = [c.name for c in table.primary_key.columns]
    statement = insert(table)
    put = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys and c.name not in kept}
    return statement.on_conflict_do_update(index_elements=keys, set_=put)


@cache
def insert_new(table: Table) -> Executable:
    """Insert what is not there yet."""
    return insert(table).on_conflict_do_nothing()


def _same(table: Table) -> list[Any]:
    """The open row with the keys bound as ``at_<key>``."""
    keys = [c for c in table.primary_key.columns if c.name != "valid_from"]
    return [*(c == bindparam(f"at_{c.name}") for c in keys), table.c.valid_to.is_(None)]


@cache
def close_before(table: Table) -> Executable:
    """End the open row at the run bound as ``at_run``, where an earlier run made it."""
    run: BindParameter[int] = bindparam("at_run")
    return update(table).where(*_same(table), table.c.valid_from < run).values(valid_to=run)


@cache
def forget_within(table: Table) -> Executable:
    """Take away the open row that the run bound as ``at_run`` made: it never held for a whole run."""
    return delete(table).where(*_same(table), table.c.valid_from == bindparam("at_run"))


@cache
def mend_open(table: Table, *columns: str) -> Executable:
    """Set ``columns`` of the open row without a new interval: what it says is the same."""
    return update(table).where(*_same(table)).values({c: bindparam(c) for c in columns})
