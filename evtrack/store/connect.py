"""How is a store written to? Connection, transaction, upsert: all that differs from one database to another."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    Integer,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import StaticPool

from evtrack.store.raw import RawDocuments, RawFile
from evtrack.store.target import Place, StoreError, cannot_write, set_journal

if TYPE_CHECKING:
    from evtrack.store.postgres import Reading, Server

Row = Mapping[str, Any]


@compiles(Text, "postgresql")
def _by_bytes(*_: object, **__: object) -> str:
    """Texts are compared by their bytes, as in SQLite, whatever the language of the database."""
    return 'TEXT COLLATE "C"'


@compiles(Integer, "postgresql")
def _long(*_: object, **__: object) -> str:
    """Whole numbers have 64 bits, as in SQLite: a service may count more than 32 hold."""
    return "BIGINT"


class Writer(ABC):
    """One connection that writes. ``dbapi`` is the same connection for reading: it sees what is not yet committed."""

    dbapi: sqlite3.Connection | Reading
    _core: Connection
    _insert: Callable[[Table], Any]
    """INSERT with the ON CONFLICT of the dialect."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. The lock for writing is taken at once, so that no reader's snapshot grows stale in between.

        One inside another is part of it. Raises ``StoreBusyError`` where another process keeps the lock, ``StoreError``
        for a full or read-only disk, or a server that is gone.
        """
        if self._open():
            yield
            return
        try:
            self._begin()
            yield
            self.send("COMMIT")
        except BaseException as error:
            if self._open():
                self.send("ROLLBACK")
            if told := self._refusal(error.orig if isinstance(error, DBAPIError) and error.orig else error):
                raise told from error
            raise

    @abstractmethod
    def raw(self) -> RawDocuments:
        """The raw documents of the same store, for writing."""

    @abstractmethod
    def _begin(self) -> None:
        """Begin a transaction once no other process writes."""

    @abstractmethod
    def send(self, statement: str) -> None:
        """Run a statement that has no rows."""

    @abstractmethod
    def _open(self) -> bool:
        """Whether a transaction is open."""

    @abstractmethod
    def _refusal(self, error: BaseException) -> StoreError | None:
        """What to tell where the database could not do it; ``None`` for any other error."""

    def execute(self, statement: Executable, rows: Sequence[Row] | None = None) -> int:
        """Run a statement, for each of ``rows`` where they are given (none: not at all); the number of rows touched."""
        if rows is not None and not rows:
            return 0
        return self._core.execute(statement, list(rows) if rows is not None else None).rowcount

    def upsert(self, table: Table, rows: Sequence[Row], *kept: str) -> None:
        """Insert ``rows``, or replace all of a row that is there but its primary key and the columns ``kept``."""
        self.execute(_upsert(self._insert, table, *kept), rows)

    def insert_new(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert those of ``rows`` that are not there yet."""
        self.execute(self._insert(table).on_conflict_do_nothing(), rows)

    def close(self) -> None:
        """Close the connection; SQLite then folds the log into the main file."""
        self._core.close()
        self.dbapi.close()


class FileWriter(Writer):
    """The connection to a file of SQLite."""

    dbapi: sqlite3.Connection
    _insert = staticmethod(sqlite.insert)

    def __init__(self, path: Path, timeout: float) -> None:
        self._path, self._timeout = path, timeout
        self.dbapi = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
        try:
            set_journal(self.dbapi, path)
        except BaseException:
            self.dbapi.close()
            raise
        self.dbapi.execute("PRAGMA foreign_keys=ON")
        # 8 MB: with SQLite's 2 MB the indexes of 10,000 records fall out of it, and a tie took 1 ms instead of 80 µs.
        self.dbapi.execute("PRAGMA cache_size=-8000")
        # AUTOCOMMIT: SQLAlchemy sends no BEGIN and no COMMIT; transaction() does.
        engine = create_engine(
            "sqlite://", creator=lambda: self.dbapi, poolclass=StaticPool, isolation_level="AUTOCOMMIT"
        )
        self._core = engine.connect()

    def raw(self) -> RawFile:
        """The file beside the store."""
        return RawFile(self._path, self._timeout)

    def _begin(self) -> None:
        self.dbapi.execute("BEGIN IMMEDIATE")

    def send(self, statement: str) -> None:
        self.dbapi.execute(statement)

    def _open(self) -> bool:
        try:
            return self.dbapi.in_transaction
        except sqlite3.ProgrammingError:
            # SQLAlchemy closes a connection in whose statement Ctrl-C came; SQLite has then taken all of it back.
            return False

    def _refusal(self, error: BaseException) -> StoreError | None:
        return cannot_write(self._path, error) if isinstance(error, sqlite3.OperationalError) else None


class ServerWriter(Writer):
    """The connection to a database of PostgreSQL."""

    dbapi: Reading

    def __init__(self, server: Server, timeout: float) -> None:
        from sqlalchemy.dialects.postgresql import insert

        from evtrack.store.postgres import Reading, connect

        self._insert = insert
        self._server, self._timeout = server, timeout
        self.connection = connect(server, reading=False)
        self.dbapi = Reading(self.connection, server)
        # AUTOCOMMIT as above; without hstore, which would be asked for at each start.
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: self.connection,
            poolclass=StaticPool,
            isolation_level="AUTOCOMMIT",
            use_native_hstore=False,
        )
        self._core = engine.connect()

    def raw(self) -> RawDocuments:
        """The table of the same database."""
        from evtrack.store.postgres import RawTable

        return RawTable(self)

    def _begin(self) -> None:
        from evtrack.store.postgres import BEGIN

        self.send(BEGIN.format(max(1, int(1000 * self._timeout))))

    def send(self, statement: str) -> None:
        self.connection.execute(statement)

    def close(self) -> None:
        """Close the connection, which may be lost already: there is nothing to take back then."""
        if not self.connection.closed:
            self._core.close()
        self.connection.close()

    def core(self) -> Connection:
        """SQLAlchemy's side of the connection, for Alembic to see that a transaction is open and leave its end to us."""
        if not self._core.in_transaction():
            self._core.begin()
        return self._core

    def _open(self) -> bool:
        return not self.connection.closed and self.connection.info.transaction_status != 0

    def _refusal(self, error: BaseException) -> StoreError | None:
        from evtrack.store.postgres import refusal

        return refusal(self._server, error)


def writer_of(place: Place, timeout: float) -> Writer:
    """The connection that writes to a store."""
    return FileWriter(place, timeout) if isinstance(place, Path) else ServerWriter(place, timeout)


@cache
def _upsert(insert: Callable[[Table], Any], table: Table, *kept: str) -> Executable:
    keys = [c.name for c in table.primary_key.columns]
    statement = insert(table)
    put = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys and c.name not in kept}
    made: Executable = statement.on_conflict_do_update(index_elements=keys, set_=put)
    return made


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
