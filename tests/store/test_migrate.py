"""Does a migration keep every row, and does a failed one leave the old store?"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from evtrack.store import migrate, tables
from evtrack.store.read import open_reader
from evtrack.store.store import Store
from evtrack.store.target import SCHEMA, StoreBusyError, StoreOutdatedError, look
from evtrack.store.views import VIEWS

pytestmark = pytest.mark.files("the released schemas never were on a server; test_postgres.py has its migrations")


def schema_text(path: Path) -> dict[str, Any]:
    """``sqlite_master`` without layout: blanks and quotes aside, the parts of a table as a set (their order says nothing)."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    found: dict[str, Any] = {}
    for name, kind, sql in rows:
        text = re.sub(r"(?<=\() ", "", re.sub(r"\s+", " ", sql.replace('"', ""))).strip().removesuffix(")").strip()
        columns, *constraints = re.split(r", (?=CONSTRAINT )", text)
        found[name] = (kind, columns, frozenset(constraints)) if kind == "table" else (kind, text)
    return found


def counts(path: Path) -> dict[str, int]:
    """Rows of each table that has any (a table added later has none)."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            n
            for (n,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'"
            )
        ]
        found = {n: connection.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}  # noqa: S608 # names of tables of the test's own store
        return {n: rows for n, rows in found.items() if rows}


def content(path: Path) -> dict[str, Any]:
    """Every row of every table but Alembic's own, by column name (a column added later is NULL, or an empty ``seen``)."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            n
            for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if n != "alembic_version"
        ]
        return {
            n: sorted(
                repr({k: v for k, v in dict(row).items() if v is not None and (k, v) != ("seen", "{}")})
                for row in connection.execute(f'SELECT * FROM "{n}"')  # noqa: S608 # names of tables of the test's own store
            )
            for n in names
            if n in counts(path)
        }


def fill(path: Path, make: Any) -> None:
    """A row or more in every table of schema 1, written with that schema's own columns."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for name in ("run", "record", "record_version", "passed_over", "record_grade", "claim_record", "claim_grade"):
            insert_some(connection, name)
        for name in ("search", "study_link", "skipped", "override", "change"):
            insert_some(connection, name)


KNOWN = {
    "kind": "load", "status": "complete", "counts": "{}", "source": "pubmed", "format": "medline", "level": "rct",
    "provisional_level": "rct", "design": "rct", "gate": None, "stance": "supports", "role": "therapy", "agent": "none",
    "basis": "title", "condition_match": "none", "outcome_match": "none", "action": "accept", "severity": "minor",
    "started_at": "2026-01-05T09:00:00Z", "finished_at": None, "id": "PMID:90000001", "record_id": "PMID:90000001", "valid_to": None, "removed_run": None,
}  # fmt: skip


def insert_some(connection: sqlite3.Connection, name: str) -> None:
    columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
    values: dict[str, Any] = {}
    for _, column, kind, *_ in columns:
        value: Any = KNOWN.get(column, 1 if kind == "INTEGER" else "x")
        if column == "kind" and name == "change":
            value = "new_record"
        values[column] = 1 if column == "id" and kind == "INTEGER" else value
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {name} ({', '.join(values)}) VALUES ({marks})", list(values.values()))  # noqa: S608 # names of tables of the test's own store


@pytest.fixture
def old(tmp_path: Path, clock: Any, make: Any) -> Path:
    """A store of schema 1 with rows in every table."""
    path = tmp_path / "old.db"
    migrate.upgrade(path, now=clock, schema=1)
    fill(path, make)
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert set(counts(path)) == {n for (n,) in names} - {"sqlite_sequence"}
    return path


def test_a_migrated_store_is_a_fresh_store_with_its_rows(old: Path, tmp_path: Path, clock: Any) -> None:
    """Schema 1 with rows, upgraded: the same sqlite_master as a fresh store, the same rows as before, a backup beside."""
    before, rows = counts(old), content(old)
    backup = migrate.upgrade(old, now=clock)
    fresh = tmp_path / "fresh.db"
    migrate.upgrade(fresh, now=clock)
    assert schema_text(old) == schema_text(fresh)
    assert counts(old) == before
    assert content(old) == rows
    assert backup is not None
    assert content(backup) == rows
    assert look(backup) == "older"
    assert backup.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_words_of_schema_3_are_kept_and_may_now_be_about_records_that_are_not_here(tmp_path: Path, clock: Any) -> None:
    """Words of a store at 0003 keep their ids and fields; ids go on counting; a word on an unknown record can be kept."""
    path = tmp_path / "three.db"
    migrate.upgrade(path, now=clock, schema=3)
    fill(path, None)
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, action in ((7, "reject"), (9, "undo")):
            connection.execute(
                "INSERT INTO override (id, run, claim_id, record_id, action, field_values, reason, name, at, content_hash) "
                "VALUES (?, 1, NULL, 'PMID:90000001', ?, '{}', 'read', '山田', '2026-01-05T09:00:00Z', NULL)",
                (number, action),
            )
    before = content(path)
    migrate.upgrade(path, now=clock)
    assert content(path) == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        said = connection.execute("SELECT id, action, name, seen FROM override ORDER BY id").fetchall()
        assert said == [(1, "accept", "x", "{}"), (7, "reject", "山田", "{}"), (9, "undo", "山田", "{}")]
        connection.execute("DELETE FROM override WHERE id = 9")
        sql = "INSERT INTO override (record_id, action, field_values, reason, name, at) VALUES (?, 'accept', '{}', 'r', 'n', 'a')"
        assert connection.execute(sql, ("PMID:99999999",)).lastrowid == 10
        with pytest.raises(sqlite3.IntegrityError, match="override_action"):
            connection.execute(sql.replace("'accept'", "'shout'"), ("PMID:99999999",))
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            connection.execute(sql.replace("(record_id", "(run, record_id").replace("(?", "(999, ?"), ("PMID:9",))


def test_fresh_by_tables_and_fresh_by_steps_are_one_schema(tmp_path: Path, clock: Any) -> None:
    """What tables.py and views.py say is what the migrations build, constraint by constraint, and SCHEMA is their head."""
    at_once, stepwise = tmp_path / "a.db", tmp_path / "b.db"
    migrate.upgrade(at_once, now=clock)
    migrate.upgrade(stepwise, now=clock, stepwise=True)
    assert schema_text(at_once) == schema_text(stepwise)
    assert content(at_once) == content(stepwise)
    assert set(VIEWS) == {name for name, found in schema_text(at_once).items() if found[0] == "view"}
    files = sorted(p.name for p in (migrate.MIGRATIONS / "versions").glob("*.py"))
    assert int(files[-1][:4]) == SCHEMA == len(files)


def test_every_constraint_has_a_name(tmp_path: Path, clock: Any) -> None:
    """Batch mode drops a CHECK without a name: none is without."""
    path = tmp_path / "a.db"
    migrate.upgrade(path, now=clock)
    for kind, *parts in schema_text(path).values():
        if kind == "table":
            columns, constraints = parts
            # SQLite takes AUTOINCREMENT in the column alone, where a name can't stand.
            assert not re.search(r"\b(CHECK|REFERENCES|PRIMARY KEY(?! AUTO)|UNIQUE)\b", columns), columns
            assert all(re.match(r"CONSTRAINT (pk|fk|ck|alembic)_\w+ ", c) for c in constraints)
    assert all(c.name for t in tables.ALL.tables.values() for c in t.constraints)


def test_an_older_store_is_upgraded_by_a_writer_and_refused_to_a_reader(old: Path, clock: Any) -> None:
    """Opening to write brings it up to date and says where the backup is; a reader names the command."""
    with pytest.raises(StoreOutdatedError, match="evtrack db upgrade"):
        open_reader(old)
    with Store.open(old, now=clock) as store:
        assert store.backup is not None
        assert store.backup.exists()
        assert store.info().schema == SCHEMA
    with Store.open(old, now=clock) as store:
        assert store.backup is None


def test_two_backups_of_one_second_are_two_files(old: Path, clock: Any) -> None:
    """No backup is written over."""
    first = migrate._backup(old, clock())
    second = migrate._backup(old, clock())
    assert first != second
    assert first.exists()
    assert second.exists()


def with_next(tmp_path: Path, body: str, views: str = "None") -> Path:
    """The migrations with one more, whose upgrade() is ``body``."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"{SCHEMA + 1:04d}_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '{SCHEMA + 1:04d}'\ndown_revision = '{SCHEMA:04d}'\nVIEWS = {views}\n\ndef upgrade():\n" + body
    )
    return folder


REBUILD = """
    with op.batch_alter_table("record", recreate="always") as batch:
        batch.add_column(sa.Column("extra", sa.Text, nullable=True))
        batch.alter_column("title", new_column_name="heading")
"""


def test_a_table_rebuilt_in_batch_mode_keeps_children_checks_and_views(old: Path, tmp_path: Path, clock: Any) -> None:
    """Rebuilding the parent of every child row loses no row and no CHECK, and views that name it are made anew."""
    views = "{'trials': 'SELECT heading FROM record'}"
    before = counts(old)
    migrate.upgrade(old, now=clock, schema=SCHEMA + 1, migrations=with_next(tmp_path, REBUILD, views))
    assert counts(old) == before
    found = schema_text(old)
    assert {name for name, what in found.items() if what[0] == "view"} == {"trials"}
    _, columns, constraints = found["record"]
    assert "heading TEXT NOT NULL" in columns
    assert any(c.startswith("CONSTRAINT ck_record_id_filled CHECK") for c in constraints)
    assert any(c.startswith("CONSTRAINT fk_record_first_run FOREIGN KEY") for c in constraints)
    assert found["claim_record"][0] == "table"
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT heading FROM trials").fetchall() == [("x",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (REBUILD + "    raise RuntimeError('the power went')\n", "the power went"),
        ('    op.execute("DELETE FROM run")\n', "would refer to no row of run"),
    ],
)
def test_a_failed_migration_leaves_the_old_store(old: Path, tmp_path: Path, clock: Any, body: str, told: str) -> None:
    """A step that fails, or would break a reference, is taken back: same schema, same rows, still usable; backup beside."""
    schema, rows = schema_text(old), content(old)
    with pytest.raises(migrate.MigrationFailedError, match=told) as caught:
        migrate.upgrade(old, now=clock, schema=SCHEMA + 1, migrations=with_next(tmp_path, body))
    assert (schema_text(old), content(old)) == (schema, rows)
    assert look(old) == "older"
    (backup,) = old.parent.glob("*.bak")
    assert content(backup) == rows
    assert str(old) in str(caught.value) or told.startswith("would")
    migrate.upgrade(old, now=clock)
    assert content(old) == rows


def test_a_migration_that_ends_the_transaction_is_told(old: Path, tmp_path: Path, clock: Any) -> None:
    """A step must not commit by itself: the check after it could take nothing back."""
    with pytest.raises(migrate.MigrationFailedError, match="ended the transaction by itself"):
        migrate.upgrade(old, now=clock, schema=SCHEMA + 1, migrations=with_next(tmp_path, "    op.execute('COMMIT')\n"))


def test_a_migration_waits_for_a_writer_and_then_says_so(old: Path, clock: Any) -> None:
    """While another process writes, nothing is migrated."""
    with closing(sqlite3.connect(old, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            migrate.upgrade(old, now=clock, timeout=0.05)
        other.execute("ROLLBACK")
    assert look(old) == "older"


def test_alembic_finds_nothing_left_to_migrate(tmp_path: Path, clock: Any) -> None:
    """``alembic check``, on the tables of tables.py: the migrations are complete."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    path = tmp_path / "a.db"
    migrate.upgrade(path, now=clock, stepwise=True)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.ALL) == []
    engine.dispose()


def test_alembics_own_environment_takes_no_other_connection() -> None:
    """Running ``alembic upgrade`` by hand, past the safe way, fails before it touches anything."""
    code = "from alembic.config import main; main(argv=['-c', '/nonexistent.ini', 'upgrade', 'head'])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode != 0
