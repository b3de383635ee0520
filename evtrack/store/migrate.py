"""How does a store come to the schema of this evtrack, without losing a row?

Alembic's batch mode alone was seen to delete child rows (foreign keys on, cascade), to drop unnamed CHECKs, to fail on
a view and to leave its temporary table after a rollback. So: one connection that begins and ends transactions by
itself, foreign keys off before BEGIN IMMEDIATE, views dropped and made again, foreign keys checked before the commit,
a backup first. If anything fails, the rollback leaves the store as it was.
"""

from __future__ import annotations

import glob
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evtrack.store.target import (
    APPLICATION_ID,
    SCHEMA,
    Place,
    StoreError,
    aside_of,
    cannot_write,
    look,
    make_private,
    read_only,
    refused,
    schema_of,
    set_journal,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evtrack.store.postgres import Server

MIGRATIONS = Path(__file__).with_name("migrations")


class MigrationFailedError(StoreError):
    """A migration did not end; the store is as it was before."""


def copy_store(path: Path, to: Path) -> None:
    """Copy the main file of a store, also while others read and write it. ``to`` must not be there yet.

    Raises ``StoreError`` where ``to`` is there or can't be written; nothing of it is left then.
    """
    if to.exists():
        raise StoreError(f"{to}: is there already: name another file")
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)
    make_private(part)
    try:
        with closing(read_only(path)) as source, closing(sqlite3.connect(part)) as target:
            target.execute("PRAGMA journal_mode=OFF")  # what is not whole is thrown away
            source.backup(target)
        part.replace(to)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, sqlite3.OperationalError):
            raise cannot_write(to, error) from error
        raise


def upgrade(
    path: Place,
    *,
    now: Callable[[], datetime],
    schema: int = SCHEMA,
    migrations: Path = MIGRATIONS,
    timeout: float = 30.0,
    stepwise: bool = False,
) -> Path | None:
    """Make the store at ``path`` (a new one too) one of ``schema``; the backup's path where one was made.

    A new store is made at once from the tables, which spares the first load the half second that Alembic takes to
    import; ``stepwise`` makes it through all migrations. The two give the same schema.

    Raises ``StoreTooNewError`` and ``NotAStoreError`` before anything is touched, ``StoreBusyError`` where another process writes,
    ``StoreError`` where the disk is full or read-only, ``MigrationFailedError`` where a step fails: the store is then as it was.
    """
    state = look(path)
    if state == "current" and schema == SCHEMA:
        return None
    if not isinstance(path, Path):
        _upgrade_server(path, schema, migrations, timeout, stepwise)
        return None
    backup = None
    if state == "older":
        backup = _backup(path, now())
    else:
        make_private(path)
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import StaticPool

    with closing(sqlite3.connect(path, isolation_level=None, timeout=timeout)) as connection:
        set_journal(connection, path)
        # Before BEGIN: inside a transaction SQLite takes this PRAGMA without a word and without effect.
        connection.execute("PRAGMA foreign_keys=OFF")
        # AUTOCOMMIT: SQLAlchemy sends no BEGIN of its own. It does roll back once when it first connects: so, before ours.
        engine = create_engine(
            "sqlite://", creator=lambda: connection, poolclass=StaticPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as core:
            try:
                # Through SQLAlchemy, for Alembic to see that a transaction is open and leave its end to us.
                core.exec_driver_sql("BEGIN IMMEDIATE")
                found = schema_of(connection, path)
                if found == "empty" and schema == SCHEMA and not stepwise:
                    _finish(connection, _at_once(core), SCHEMA)
                elif found != "current" or schema != SCHEMA:
                    _migrate(connection, core, schema, migrations)
                connection.execute("COMMIT")
            except BaseException as error:
                # SQLAlchemy closes a connection in whose statement Ctrl-C came; SQLite has then taken all of it back.
                with suppress(sqlite3.ProgrammingError):
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                if isinstance(error, (StoreError, KeyboardInterrupt)):
                    raise
                told = error.orig if isinstance(error, DBAPIError) else error
                if isinstance(told, sqlite3.OperationalError) and refused(told):
                    if backup:
                        # Tried again each week it would fill the disk with copies of what is still there.
                        backup.unlink()
                    raise cannot_write(path, told) from error
                kept = f"; a backup is at {backup}" if backup else ""
                raise MigrationFailedError(
                    f"{path}: the upgrade failed, the store is as it was{kept}: {told}"
                ) from error
    return backup


def _backup(path: Path, at: datetime) -> Path:
    with closing(read_only(path)) as connection:
        (old,) = connection.execute("PRAGMA user_version").fetchone()
    for part in path.parent.glob(f"{glob.escape(path.name)}.schema*.part"):  # of an upgrade that was killed
        part.unlink(missing_ok=True)
    to = aside_of(path, f"schema{old}", at)
    copy_store(path, to)
    return to


def _at_once(core: Connection) -> Mapping[str, str]:
    """Make all tables of the head schema in an empty store, inside the open transaction; the views that belong to it."""
    from evtrack.store.tables import ALL
    from evtrack.store.views import VIEWS

    ALL.create_all(core, checkfirst=False)
    # As Alembic makes it, so that the next migration finds where it stands.
    core.exec_driver_sql(
        "CREATE TABLE alembic_version "
        "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    core.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{SCHEMA:04d}')")  # noqa: S608 # our own number
    return VIEWS


def _finish(connection: sqlite3.Connection, views: Mapping[str, str], schema: int) -> None:
    """Make the views and sign the file. Raises where a row refers to none, or where the transaction is already over."""
    for name, select in views.items():
        connection.execute(f'CREATE VIEW "{name}" AS {select.strip()}')
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise MigrationFailedError(f"a row of {broken[0][0]} would refer to no row of {broken[0][2]}")
    if not connection.in_transaction:
        raise MigrationFailedError("a migration ended the transaction by itself")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={schema}")


def _migrate(connection: sqlite3.Connection, core: Connection, schema: int, migrations: Path) -> None:
    """Run the steps and make the views, inside the transaction that is open on ``connection`` and so on ``core``."""
    for (view,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        connection.execute(f'DROP VIEW "{view}"')
    _finish(connection, _steps(core, schema, migrations), schema)


def _steps(core: Connection, schema: int, migrations: Path) -> Mapping[str, str]:
    """Run the steps up to ``schema``; the views that belong to it, by name."""
    import alembic.command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = core
    revision = f"{schema:04d}"
    alembic.command.upgrade(config, revision)
    steps = ScriptDirectory.from_config(config).iterate_revisions(revision, "base")
    nothing: dict[str, str] = {}
    return next((found for step in steps if (found := getattr(step.module, "VIEWS", None))), nothing)


def _upgrade_server(server: Server, schema: int, migrations: Path, timeout: float, stepwise: bool) -> None:
    """The same in a database, whose server takes back tables too. No backup: that is ``pg_dump``'s, before."""
    from evtrack.store import postgres
    from evtrack.store.connect import ServerWriter

    writer = ServerWriter(server, timeout)
    try:
        with writer.transaction():
            found, _ = postgres.schema_of(writer.dbapi, server)
            if found == "current" and schema == SCHEMA:
                return
            for view in postgres.views_of(writer.dbapi):
                writer.send(f'DROP VIEW "{view}"')
            at_once = found == "empty" and schema == SCHEMA and not stepwise
            views = _at_once(writer.core()) if at_once else _steps(writer.core(), schema, migrations)
            writer.send(postgres.RAW)
            for name, select in views.items():
                writer.send(f'CREATE VIEW "{name}" AS {postgres.view(select.strip())}')
            writer.send(postgres.SIGN)
    except (StoreError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise MigrationFailedError(f"{server}: the upgrade failed, the store is as it was: {error}") from error
    finally:
        writer.close()
