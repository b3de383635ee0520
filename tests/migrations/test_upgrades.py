"""Does a store of every released schema come to the schema of today with every row, by command and by who writes?"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.store import migrate, upkeep
from evtrack.store.target import SCHEMA, look
from tests.migrations.conftest import RELEASED, now
from tests.store.test_migrate import content, counts, schema_text

if TYPE_CHECKING:
    from tests.desk import Desk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("migrations")]

TITLE = "PMID- 90999999\nTI  - Invented note\nMH  - Depression\nMH  - Exosomes\n\n"
WRITERS: dict[str, tuple[str, ...]] = {
    "upgrade": ("db", "upgrade"),
    "load": ("load", "one.nbib"),
    "regrade": ("regrade",),
    "refresh": ("refresh", "--quiet"),
}


def laid(released: Path, desk: Desk) -> Path:
    """A copy of a released store on the desk, as ``cp`` makes it."""
    for end in ("", ".raw"):
        shutil.copy(f"{released}{end}", f"{desk.db}{end}")
    return desk.db


@pytest.mark.parametrize("schema", RELEASED)
def test_every_released_schema(
    small: Desk, released: Callable[[int], Path], schema: int, tmp_path: Path, tally: Callable[[int], None]
) -> None:
    """``evtrack db upgrade``: every row of every table as it was, the tables of a new store, a copy that is sound beside."""
    path = laid(released(schema), small)
    numbers, rows = counts(path), content(path)
    assert len(numbers) >= 13, "a table is empty: nothing is proved of it"
    started = time.monotonic()
    told = small.run("db", "upgrade", "--json").json
    seconds = time.monotonic() - started
    fresh = tmp_path / "fresh.db"
    migrate.upgrade(fresh, now=now)
    assert schema_text(path) == schema_text(fresh)
    assert counts(path) == {**numbers, "alembic_version": 1}
    assert content(path) == rows
    small.sound()
    assert small.run("db", "upgrade", "--json").json["backup"] is None
    assert (told["backup"] is None) == (schema == SCHEMA)
    if told["backup"]:
        _is_good_copy(small, Path(told["backup"]), schema, rows)
    print(f"schema {schema}: {numbers['record']} records, {sum(numbers.values())} rows in {seconds:.2f} s")  # noqa: T201 # a figure for README
    tally(1)


def _is_good_copy(desk: Desk, backup: Path, schema: int, rows: object) -> None:
    """The copy holds what the store held, passes the check, and becomes the store again."""
    assert content(backup) == rows
    assert look(backup) == "older"
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema,)
    assert upkeep.check(backup) == []
    assert backup.stat().st_mode & 0o077 == 0
    desk.run("db", "restore", str(backup))
    assert look(desk.db) == "older"
    assert content(desk.db) == rows
    desk.run("db", "upgrade")
    desk.sound()


@pytest.mark.parametrize("writer", ["load", "regrade", "refresh"])
def test_who_writes_upgrades_first(
    small: Desk, released: Callable[[int], Path], writer: str, full: bool, tally: Callable[[int], None]
) -> None:
    """A command that writes brings an older store up to date by itself, with a copy beside, and loses no record of it."""
    (small.folder / "one.nbib").write_text(TITLE, encoding="utf-8")
    for schema in RELEASED[:-1] if full else RELEASED[:1]:
        path = laid(released(schema), small)
        before = _told(path)
        small.run(*WRITERS[writer])
        assert look(path) == "current"
        small.sound()
        backups = list(small.folder.glob(f"*.schema{schema}-*.bak"))
        assert [upkeep.check(backup) for backup in backups] == [[]]
        assert before <= _told(path)
        tally(1)


def _told(path: Path) -> set[tuple[object, ...]]:
    """What no run may take away: versions of records, words, changes, searches, runs."""
    sql = """SELECT 'version', record_id, valid_from, raw_hash, document FROM record_version
             UNION ALL SELECT 'word', id, record_id, field_values, reason FROM override
             UNION ALL SELECT 'change', id, run, kind, record_id FROM "change"
             UNION ALL SELECT 'search', id, run, query, at FROM search
             UNION ALL SELECT 'run', id, kind, started_at, counts FROM run"""
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute(sql))


def test_reading_commands_name_the_upgrade(small: Desk, released: Callable[[int], Path]) -> None:
    """Who only reads leaves an older store as it is and names the command, in both languages; ``db info`` tells its schema."""
    path = laid(released(1), small)
    before = path.read_bytes()
    for command in (["status"], ["show", "dep-effect"], ["changes"], ["report", "--format", "csv"], ["review", "list"]):
        for lang in ("ja", "en"):
            assert "evtrack db upgrade" in small.run(*command, "--lang", lang, code=2).err
    told = small.run("db", "info", "--json").json
    assert (told["schema"], told["counts"]["record"], told["last_run"]["run_id"]) == (
        1,
        300 if len(before) < 10_000_000 else 10_000,
        5,
    )
    for lang in ("ja", "en"):
        assert "evtrack db upgrade" in small.run("db", "info", "--lang", lang).out
    small.run("db", "check")
    assert path.read_bytes() == before
