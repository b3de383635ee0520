"""Where does a test keep its stores? In files, or as databases of the server that ``EVTRACK_TEST_POSTGRES`` names.

The same tests run on both: ``EVTRACK_TEST_POSTGRES=postgresql://user@host:port pytest tests/store tests/refresh``. What is
about files alone is marked ``files`` (and why), what is about a server alone ``server``. The server is one that may be
thrown away: each test has a database of its own, which is dropped behind it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from evtrack.store.store import Store

SERVER = os.environ.get("EVTRACK_TEST_POSTGRES", "")
"""The server's URL without a database; empty: stores are files."""


class Database:
    """A database of the server by what tests ask of a store's path; ``str`` and ``open_reader`` take it as its URL."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __fspath__(self) -> str:
        scheme, _, rest = SERVER.partition(":")
        return f"{scheme}+psycopg:{rest}/{self.name}"

    __str__ = __fspath__

    @property
    def server(self) -> str:
        """The same for another client of the server."""
        return f"{SERVER}/{self.name}"

    def exists(self) -> bool:
        """Whether a store is there: a reader would find one."""
        return bool(self.rows("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'run'"))

    def unlink(self) -> None:
        """The store is no more; the database is there, and empty."""
        drop(self.name)
        create(self.name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement as the readers of evtrack spell it."""
        return rows_of(self, sql)

    def change(self, sql: str) -> None:
        """Run statements past evtrack, in PostgreSQL's own words."""
        run_sql(sql, self.name)


Place = Path | Database


Rows = Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def opened(place: Place) -> Iterator[Rows]:
    """What gives the rows of a statement about a store, read past evtrack's readers, all of one moment."""
    if isinstance(place, Database):
        from evtrack.store.postgres import Reading, connect, server_of

        server = server_of(str(place))
        with closing(Reading(connect(server, reading=True), server)) as reading:
            yield lambda sql: list(reading.execute(sql))
        return
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def rows_of(place: Place, sql: str) -> list[tuple[Any, ...]]:
    """Rows of one statement."""
    with opened(place) as rows:
        return rows(sql)


def columns_of(place: Place) -> dict[str, list[str]]:
    """The columns of each table in their order, raw documents aside."""
    if isinstance(place, Database):
        sql = """SELECT table_name, column_name FROM information_schema.columns JOIN pg_tables t ON t.tablename = table_name
                 WHERE table_schema = current_schema() AND t.schemaname = table_schema AND table_name <> 'raw'
                 ORDER BY table_name, ordinal_position"""
    else:
        sql = """SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"""
    columns: dict[str, list[str]] = {}
    for table, column in rows_of(place, sql):
        columns.setdefault(table, []).append(column)
    return columns


def definition(place: Place) -> list[tuple[Any, ...]]:
    """Every table, column, constraint, index and view of a store: kind, name, and what the database says of it."""
    if not isinstance(place, Database):
        told = rows_of(place, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return [(kind, name, " ".join(sql.split())) for kind, name, sql in told]
    here = "current_schema()::regnamespace"
    return place.rows(
        f"""SELECT 'column', c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
                   coalesce(o.collname, ''), coalesce(pg_get_expr(d.adbin, d.adrelid), '')
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation o ON o.oid = a.attcollation
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = {here} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid), '', '', ''
            FROM pg_constraint WHERE connamespace = {here}
            UNION ALL SELECT 'index', indexname, indexdef, '', '', '' FROM pg_indexes WHERE schemaname = current_schema()
            UNION ALL SELECT 'view', viewname, definition, '', '', '' FROM pg_views WHERE schemaname = current_schema()
            ORDER BY 1, 2"""  # noqa: S608 # a constant
    )


def raw_of(place: Place) -> list[tuple[Any, ...]]:
    """Hash, size and compressed bytes of each raw document."""
    kept = place if isinstance(place, Database) else place.with_name(f"{place.name}.raw")
    return rows_of(kept, "SELECT hash, size, bytes FROM raw")


def stored(place: Place) -> Any:
    """What a store is made of, to the byte: its files; or where the server has each row, and which transaction wrote it."""
    if isinstance(place, Database):
        tables = [*columns_of(place), "raw"] if place.exists() else []
        with opened(place) as rows:
            return {t: sorted(rows(f"SELECT ctid::text, xmin::text FROM {t}")) for t in tables}  # noqa: S608 # names of the schema
    return {f.name: f.read_bytes() for f in place.parent.iterdir() if f.suffix in (".db", ".raw")}


def change(place: Place, sql: str) -> None:
    """Run statements on a store past evtrack."""
    if isinstance(place, Database):
        place.change(sql)
        return
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.executescript(sql)


def written(store: Store) -> Any:
    """What tells whether a row was written: how many SQLite has written over this connection; where, and by which
    transaction, PostgreSQL has written each row that is there.
    """
    if isinstance(store._writer.dbapi, sqlite3.Connection):
        return store._writer.dbapi.total_changes
    tables = store._rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    sql = " UNION ALL ".join(f"SELECT '{t}', ctid::text, xmin::text FROM {t}" for (t,) in tables)  # noqa: S608 # names of the schema
    return sorted(store._rows(sql))


def forget(place: Place) -> None:
    """The store is no more."""
    if isinstance(place, Database):
        place.unlink()
        return
    for file in place.parent.glob(f"{place.name}*"):
        file.unlink()


@contextmanager
def many_rows(place: Place) -> Iterator[Callable[[str, Sequence[Sequence[Any]]], Any]]:
    """What inserts many rows at once past evtrack; ``?`` stands for a value."""
    if isinstance(place, Database):
        import psycopg

        with psycopg.connect(place.server) as server, server.cursor() as cursor:
            yield lambda sql, rows: cursor.executemany(sql.replace("?", "%s"), rows)
        return
    with closing(sqlite3.connect(place)) as connection, connection:
        yield connection.executemany


def run_sql(sql: str, database: str = "postgres") -> None:
    """Run statements as the owner of the server."""
    import psycopg

    with psycopg.connect(f"{SERVER}/{database}", autocommit=True) as connection:
        connection.execute(sql)


def place_at(target: str) -> Place:
    """The place that ``EVTRACK_DB`` names."""
    return Database(target.rpartition("/")[2]) if target.startswith("postgresql") else Path(target)


def create(name: str, template: str = "template0") -> None:
    """Make a database as a copy of another, which nobody may be using."""
    run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


def drop(name: str) -> None:
    """Take a database away, whoever still uses it."""
    run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@cache
def _whole() -> str:
    """A database with an empty store of today's schema: copied in a third of the time that making one takes."""
    from datetime import UTC, datetime

    from evtrack.store.store import Store

    name = f"whole_{uuid4().hex[:12]}"
    create(name)
    Store.open(Database(name), now=lambda: datetime(2026, 1, 5, tzinfo=UTC)).close()
    return name


class Places:
    """Gives places for stores; databases are dropped when it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: list[str] = []

    def new(self, name: str = "evtrack", *, like: Place | None = None, whole: bool = False) -> Place:
        """A place without a store; ``whole``: with an empty one, where that spares time; ``like``: a copy of a database."""
        if not SERVER:
            return self.folder / f"{name}.db"
        database = f"{name[:40].replace('-', '_')}_{uuid4().hex[:12]}"
        template = like.name if isinstance(like, Database) else _whole() if whole else "template0"
        create(database, template)
        self._made.append(database)
        return Database(database)

    def end(self) -> None:
        """Drop what was made."""
        for name in self._made:
            drop(name)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    """Places for the stores of one test."""
    made = Places(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="session")
def lasting_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Places]]:
    """``lasting_places()``: places in a folder of their own that stay as long as the tests run."""
    made: list[Places] = []

    def give() -> Places:
        made.append(Places(tmp_path_factory.mktemp("lasting")))
        return made[-1]

    yield give
    for places in made:
        places.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is about the other kind of store, or about files alone."""
    for item in items:
        other = item.get_closest_marker("files" if SERVER else "server")
        if other:
            why = other.args[0] if other.args else "EVTRACK_TEST_POSTGRES names no server"
            item.add_marker(pytest.mark.skip(reason=why))


def pytest_unconfigure() -> None:
    """Leave nothing on the server."""
    if SERVER and _whole.cache_info().currsize:
        with suppress(Exception):
            drop(_whole())
