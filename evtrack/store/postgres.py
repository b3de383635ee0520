"""What is different on PostgreSQL? Its address, the spelling of SQL, snapshot and locks, raw documents, what its errors say.

Reading needs psycopg alone. ``connect.py`` writes with this, ``migrate.py`` makes the tables by it. Texts are compared by
their bytes there too (``COLLATE "C"``), whole numbers have 64 bits as in SQLite, and the session's clock is UTC.
"""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from evtrack.store.raw import RawDocuments, unpacked
from evtrack.store.target import (
    APPLICATION_ID,
    NotAStoreError,
    StoreBusyError,
    StoreError,
    StoreMissingError,
    StoreNotSupportedError,
    StoreOutdatedError,
    StoreRefusedError,
    StoreState,
    StoreUnreachableError,
    WrongTargetError,
    state_of_schema,
)

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import QueryNoTemplate as Query

    from evtrack.store.connect import ServerWriter

_SIGN = "evtrack store"
"""The comment on ``alembic_version``, so that another program's tables are not taken for a store."""
SIGN = f"COMMENT ON TABLE alembic_version IS '{_SIGN}'"

RAW = """CREATE TABLE IF NOT EXISTS raw (hash text COLLATE "C" NOT NULL CONSTRAINT pk_raw PRIMARY KEY,
         size bigint NOT NULL, bytes bytea NOT NULL);
         ALTER TABLE raw ALTER COLUMN bytes SET STORAGE EXTERNAL"""
"""Raw documents have a table of their own, so that ``pg_dump --exclude-table-data=raw`` can leave them out. They are
compressed before they come here: EXTERNAL keeps the server from trying it again."""


@dataclass(frozen=True, slots=True)
class Server:
    """One database of a server. Its text shows neither user nor password."""

    parameters: tuple[tuple[str, str], ...] = field(repr=False)

    def __str__(self) -> str:
        known = dict(self.parameters)
        host, port = known.get("host", ""), known.get("port", "")
        # The folder of a socket is no host.
        place = "" if "/" in host else host + (f":{port}" if port else "")
        return f"postgresql+psycopg://{place}/{known.get('dbname', '')}"

    @property
    def dump(self) -> str:
        """The command that copies this database; it asks for the password, or takes it from ``~/.pgpass``."""
        known = dict(self.parameters)
        if schema := re.search(r"search_path=\W*(\w+)", known.get("options", "")):
            known["schema"] = schema[1]
        flags = {"host": "host", "port": "port", "user": "username", "schema": "schema"}
        given = [f"--{flag}={known[name]}" for name, flag in flags.items() if name in known]
        given += [known["dbname"]] if "dbname" in known else []
        return shlex.join(["pg_dump", "--format=custom", "--file=evtrack.dump", *given])


def server_of(url: str) -> Server:
    """The database that a ``postgresql+psycopg:`` URL names. Raises ``WrongTargetError``, ``StoreNotSupportedError``."""
    _need_psycopg()
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    wrong = "EVTRACK_DB: write postgresql+psycopg://user@host/database, and of a password @ as %40, / as %2F"
    rest = url.partition(":")[2]
    try:
        found = conninfo_to_dict(f"postgresql:{rest}")
    except psycopg.ProgrammingError:
        raise WrongTargetError(wrong) from None  # its text repeats the URL
    known = {name: str(value) for name, value in sorted(found.items()) if value is not None}
    # A / or a second @ lets a part of a password be taken for host, port or database, which are shown.
    shown = "".join(known.get(name, "") for name in ("host", "port", "dbname"))
    if not rest.startswith("//") or "@" in shown or not re.fullmatch(r"[\d,]*", known.get("port", "")):
        raise WrongTargetError(wrong)
    return Server(tuple(known.items()))


def _need_psycopg() -> None:
    try:
        import psycopg  # noqa: F401 # it is looked for, here and nowhere else
    except ImportError as error:
        raise StoreNotSupportedError(
            "a PostgreSQL store needs psycopg: install it with pip install 'evtrack[postgres]'"
        ) from error


def connect(server: Server, *, reading: bool) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection; for reading, all it sees is of one moment and nothing can be written.

    Raises ``StoreUnreachableError``, ``StoreRefusedError``, and ``NotAStoreError`` where the database holds no UTF-8.
    """
    import psycopg

    known: dict[str, Any] = {"connect_timeout": "10", "application_name": "evtrack", **dict(server.parameters)}
    # Compiling a query takes longer than any of ours.
    options = f"{known.pop('options', '')} -c TimeZone=UTC -c jit=off".strip()
    try:
        connection = psycopg.connect(**known, options=options, client_encoding="utf8", autocommit=not reading)
    except psycopg.Error as error:
        raise _unopened(server, error) from error
    if connection.info.parameter_status("server_encoding") != "UTF8":
        connection.close()
        raise NotAStoreError(f"{server}: the database is not in UTF8: make one with createdb --encoding=UTF8")
    if reading:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
    return connection


def _unopened(server: Server, error: Exception) -> StoreError:
    """What to tell where no connection came about: the server was not reached, is not ready, or said no."""
    text = str(error).strip().partition("\n")[0].removeprefix("connection failed: ")
    if password := dict(server.parameters).get("password"):
        text = text.replace(password, "***")
    # libpq gives no code here. What passes by itself: full, starting, stopping.
    if "FATAL" not in text or re.search(r"too many|remaining connection|starting up|shutting down|recovery", text):
        return StoreUnreachableError(
            f"{server}: the server can't be reached ({text}): try again, or check host and port"
        )
    return StoreRefusedError(f"{server}: the server refuses ({text}): check user, password and name of the database")


_PASSING = ("08", "25006", "40", "42501", "53", "55P03", "57", "58")
"""What a server may say (the start of its SQLSTATE) where no statement of ours is wrong: a lost connection, a database
that is read-only, a deadlock, a missing right, a full disk, a lock, somebody who ended the session, a fault of its disk."""


def refusal(server: Server, error: BaseException) -> StoreError | None:
    """What to tell a person about a statement that the server refused; ``None`` where the statement is wrong."""
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate
    if state == "55P03":
        return StoreBusyError(f"{server}: another process is writing: try again when it is done")
    text = (error.diag.message_primary or str(error)).strip().partition("\n")[0]
    if isinstance(error, psycopg.OperationalError) and (state is None or state.startswith(("08", "57"))):
        return StoreUnreachableError(
            f"{server}: the connection was lost ({text}): nothing of this step was kept; try again"
        )
    if state is not None and state.startswith(_PASSING):
        return StoreError(
            f"{server}: can't be written ({text}): nothing of this step was kept; free the disk or ask for the right"
        )
    return None


# SQL as SQLite spells it


_TYPES = {"has_results": "::boolean::integer", "enrollment": "::bigint", "n": "::numeric"}
"""Keys of documents that are no text: SQLite gives them as what they are."""

_VIEWED = {
    "(substr(t.latest, 1, 4) + 1) ||": "(substr(t.latest, 1, 4)::integer + 1) ||",
    "date(r.trial_completion || '-01', '+1 month', '-1 day')": (
        "to_char((r.trial_completion || '-01')::date + interval '1 month - 1 day', 'YYYY-MM-DD')"
    ),
    "AND valid_to IS NULL)) AS papers": "AND valid_to IS NULL) linked) AS papers",
    "json_group_array(c.claim_id)": "coalesce(json_agg(c.claim_id ORDER BY c.claim_id), '[]')::text",
    "ELSE NOT coalesce((": "ELSE 0 = coalesce((",
    "w.kept AND (w.depth = w.held OR w.action = 'add') AS stands": (
        "(w.kept AND (w.depth = w.held OR w.action = 'add'))::integer AS stands"
    ),
    "w.kept AND w.depth = w.held AND (\n": "(w.kept AND w.depth = w.held AND (\n",
    "s.claim_id = c.claim_id), 0) END)) AS reopened": "s.claim_id = c.claim_id), 0) END)))::integer AS reopened",
}
"""Pieces of views that only SQLite reads → PostgreSQL's. A migration whose views need more adds it here."""


def _rewritten(sql: str) -> str:
    """Functions and comparisons as PostgreSQL spells them."""

    def extract(found: re.Match[str]) -> str:
        keys = found[2].split(".")
        # What JSON may escape and PostgreSQL does not take (NUL, half a letter) is no letter.
        whole = rf"regexp_replace({found[1]}, '\\u(0000|[dD][89a-fA-F]..)', '\\ufffd', 'g')"
        return f"({whole}::json #>> '{{{','.join(keys)}}}'){_TYPES.get(keys[-1], '')}"

    sql = re.sub(r"json_extract\(([\w.]+), '\$\.([\w.]+)'\)", extract, sql)
    sql = re.sub(r"json_each\(((?::|%\()?\w+(?:\)s)?)\)", r"json_array_elements_text(\1::json)", sql)
    sql = re.sub(r"\bIS NOT (?!NULL|DISTINCT)", "IS DISTINCT FROM ", sql)
    return re.sub(r"\bIS (?!NOT|NULL|DISTINCT)", "IS NOT DISTINCT FROM ", sql)


@cache
def spelled(sql: str) -> str:
    """A statement of ``read.py`` for psycopg: ``:name`` becomes ``%(name)s``."""
    sql = re.sub(r"(?<![:\w]):([a-z_]+)\b", r"%(\1)s", sql.replace("%", "%%"))
    # The runs of a list are numbers.
    return _rewritten(sql).replace(
        "SELECT value FROM json_array_elements_text(%(runs)s",
        "SELECT value::bigint FROM json_array_elements_text(%(runs)s",
    )


def view(select: str) -> str:
    """The SELECT of a view."""
    for piece, ours in _VIEWED.items():
        select = select.replace(piece, ours)
    return _rewritten(select)


class Reading:
    """What ``sqlite3.Connection`` is to the reader: takes the same statements, gives the same rows."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]], server: Server) -> None:
        self.connection = connection
        self._server = server

    def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT. Raises what ``refusal`` tells."""
        import psycopg

        # Bound here, not by the server, which would have to guess the type of each value.
        cursor = psycopg.ClientCursor(self.connection)
        try:
            query: Query = spelled(sql)
            return iter(cursor.execute(query, values or {}).fetchall())
        except psycopg.Error as error:
            if told := refusal(self._server, error):
                raise told from error
            raise

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


# What stands there


def schema_of(reading: Reading, server: Server) -> tuple[StoreState, int]:
    """Whether the schema fits this evtrack, and its number. Raises ``StoreTooNewError``, ``NotAStoreError``, ``WrongTargetError``."""
    found = next(
        reading.execute(
            """SELECT (SELECT obj_description(c.oid, 'pg_class') FROM pg_class c
                       WHERE c.relnamespace = n.oid AND c.relname = 'alembic_version'),
                      (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))
               FROM pg_namespace n WHERE n.nspname = current_schema()"""
        ),
        None,
    )
    if found is None:
        raise WrongTargetError(f"{server}: the search_path names no schema that is there: make it with CREATE SCHEMA")
    sign, tables = found
    if sign != _SIGN:
        if not tables:
            return "empty", 0
        raise NotAStoreError(f"{server}: holds tables of another program: name a database or schema of its own")
    ((version,),) = reading.execute("SELECT version_num FROM alembic_version")
    return state_of_schema(int(version), server), int(version)


def look(server: Server) -> StoreState:
    """What stands there, without touching it."""
    with closing(Reading(connect(server, reading=True), server)) as reading:
        return schema_of(reading, server)[0]


def open_reading(server: Server) -> Reading:
    """A connection on a store of today's schema, at one moment. Raises what ``read.open_reader`` raises."""
    reading = Reading(connect(server, reading=True), server)
    try:
        # The first statement of the transaction takes the moment.
        state, _ = schema_of(reading, server)
    except BaseException:
        reading.close()
        raise
    if state == "current":
        return reading
    reading.close()
    if state == "empty":
        raise StoreMissingError(f"{server}: no store there yet: run evtrack load or evtrack refresh first")
    raise StoreOutdatedError(
        f"{server}: written by an older evtrack: run evtrack db upgrade (pg_dump makes a copy first)"
    )


def tables_of(reading: Reading) -> list[str]:
    """The names of the store's tables, raw documents aside."""
    sql = """SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'raw' ORDER BY 1"""
    return [name for (name,) in reading.execute(sql)]


def sizes(reading: Reading) -> tuple[int, int]:
    """Bytes of the tables with their indexes, and of the raw documents."""
    sql = """SELECT coalesce(sum(size) FILTER (WHERE name <> 'raw'), 0)::bigint,
                    coalesce(sum(size) FILTER (WHERE name = 'raw'), 0)::bigint
             FROM (SELECT relname AS name, pg_total_relation_size(oid) AS size FROM pg_class
                   WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r') t"""
    whole, raw = next(reading.execute(sql))
    return int(whole), int(raw)


def broken_references(reading: Reading) -> list[tuple[str, str]]:
    """(table, the table it refers to) of each reference that leads nowhere: rights of a superuser pass over them."""
    keys = reading.execute(
        """SELECT DISTINCT r.relname, a.attname, p.relname, b.attname FROM pg_constraint k
           JOIN pg_class r ON r.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.conkey[1]
           JOIN pg_class p ON p.oid = k.confrelid JOIN pg_attribute b ON b.attrelid = p.oid AND b.attnum = k.confkey[1]
           WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 2"""
    )
    return [
        (table, parent)
        for table, column, parent, key in keys
        for _ in reading.execute(
            f'SELECT 1 FROM "{table}" c WHERE "{column}" IS NOT NULL '  # noqa: S608 # names of the schema
            f'AND NOT EXISTS (SELECT 1 FROM "{parent}" p WHERE p."{key}" = c."{column}")'
        )
    ]


def views_of(reading: Reading) -> set[str]:
    """The names of the views that are there."""
    sql = "SELECT viewname FROM pg_views WHERE schemaname = current_schema()"
    return {name for (name,) in reading.execute(sql)}


class RawTable(RawDocuments):
    """The raw documents in their table, written in the transactions of the store itself."""

    def __init__(self, writer: ServerWriter) -> None:
        super().__init__()
        self._writer = writer

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """Keep (hash, size, compressed bytes), all or none; what is kept already is left as it is."""
        with self._writer.transaction(), self._writer.connection.cursor() as cursor:
            cursor.executemany("INSERT INTO raw (hash, size, bytes) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", rows)

    def get(self, key: str) -> bytes:
        """The bytes as received. Raises ``KeyError`` where they are not kept."""
        return get_raw(self._writer.dbapi, key)


def get_raw(reading: Reading, key: str) -> bytes:
    """The bytes under ``key``. Raises ``KeyError`` where they are not kept."""
    packed = next(reading.execute("SELECT bytes FROM raw WHERE hash = :hash", {"hash": key}), None)
    return unpacked(key, packed)


# Locks: advisory ones, of this schema alone; the server ends them with the connection, however that ends


def _lock(call: str, number: int) -> str:
    schema = "(SELECT oid::integer FROM pg_namespace WHERE nspname = current_schema())"
    return f"SELECT {call}({APPLICATION_ID + number}, {schema})"


BEGIN = f"BEGIN; SET LOCAL lock_timeout = {{}}; {_lock('pg_advisory_xact_lock', 1)}"
"""Begins a transaction that writes, once no other does: what ``BEGIN IMMEDIATE`` is in SQLite. To be filled with milliseconds."""


@contextmanager
def one_writer(
    server: Server, wait: float, waiting: Callable[[], None] | None, stopped: Callable[[], bool] | None
) -> Iterator[None]:
    """``lock.one_writer`` of a database."""
    with closing(Reading(connect(server, reading=False), server)) as reading:
        schema_of(reading, server)
        until = time.monotonic() + wait
        told = False
        while not next(reading.execute(_lock("pg_try_advisory_lock", 0)))[0]:
            if not told and waiting:
                waiting()
            told = True
            if time.monotonic() >= until or (stopped and stopped()):
                raise StoreBusyError(f"{server}: another run of evtrack is writing: try again when it is done")
            time.sleep(min(0.2, max(0.0, until - time.monotonic())))
        yield
