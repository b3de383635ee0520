"""Is the old store there, byte for byte and usable, when an upgrade fails, is killed, or finds no room; is a newer one left alone?"""

from __future__ import annotations

import hashlib
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.store import migrate
from evtrack.store.target import SCHEMA, look
from tests.migrations.conftest import RELEASED
from tests.migrations.test_upgrades import laid
from tests.store.test_migrate import content

if TYPE_CHECKING:
    from tests.desk import Desk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("migrations")]


def _digests(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir() if f.is_file()}


REFUSED = """
_work = upgrade

def upgrade():
    refused = {number}
    asked = []

    def allowed(action, *_):
        asked.append(action)
        return sqlite3.SQLITE_DENY if refused and len(asked) == refused else sqlite3.SQLITE_OK

    connection = op.get_bind().connection.driver_connection
    connection.set_authorizer(allowed)
    try:
        _work()
    finally:
        connection.set_authorizer(None)
    raise RuntimeError("broken off after all")
"""
"""What is added to a migration: SQLite refuses the action of that number (of some 300 of a step), or it fails at its end."""


def _failing(tmp_path: Path, step: int, number: int) -> Path:
    """The migrations, one of which breaks off at that action, or (0) when all its work is done."""
    folder = tmp_path / f"migrations-{step}-{number}"
    shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (file,) = (folder / "versions").glob(f"{step:04d}_*.py")
    text = file.read_text(encoding="utf-8").replace(
        "import sqlalchemy as sa", "import sqlite3\n\nimport sqlalchemy as sa"
    )
    file.write_text(text + REFUSED.format(number=number), encoding="utf-8")
    return folder


@pytest.mark.parametrize("schema", RELEASED[:-1])
def test_a_step_that_fails(
    small: Desk, released: Callable[[int], Path], schema: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool, tally: Callable[[int], None]
) -> None:  # fmt: skip
    """Whichever step fails, and wherever in it: exit 3, a sentence that names the copy, the main file not a byte different."""
    path = laid(released(schema), small)
    before, rows = path.read_bytes(), content(path)
    for step in range(schema + 1, SCHEMA + 1):
        for place, number in enumerate((1, 10, 40, 160, 0) if full else (10, 0)):
            defaults = {**(migrate.upgrade.__kwdefaults__ or {}), "migrations": _failing(tmp_path, step, number)}
            monkeypatch.setattr(migrate.upgrade, "__kwdefaults__", defaults)
            lang, *said = (("ja", "元のまま", "控え"), ("en", "the store is as it was", ".bak"))[place % 2]
            err = small.run("db", "upgrade", "--lang", lang, code=3).err
            assert all(words in err for words in said)
            assert err.count("\n") == 1
            assert path.read_bytes() == before
            assert not path.with_name("evtrack.db-wal").exists()
            (backup,) = small.folder.glob("*.bak")
            assert place or content(backup) == rows
            backup.unlink()
            tally(1)
    monkeypatch.undo()
    small.run("db", "check")
    small.run("db", "upgrade")
    small.sound()
    assert content(path) == rows


def test_killed_in_the_middle(
    small: Desk, released: Callable[[int], Path], full: bool, tally: Callable[[int], None]
) -> None:
    """Killed at moments of the upgrade the store is the old one or the new one, whole, with every row."""
    source = released(1)
    laid(source, small)
    rows = content(small.db)
    started = time.monotonic()
    assert small.start("db", "upgrade").wait(60) == 0
    lasts = time.monotonic() - started
    for part in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98) if full else (0.8,):
        for there in small.folder.glob("evtrack.db*"):
            there.unlink()
        laid(source, small)
        process = small.start("db", "upgrade")
        time.sleep(lasts * part)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert look(small.db) in ("older", "current")
        assert content(small.db) == rows
        small.run("db", "upgrade")
        small.sound()
        assert content(small.db) == rows
        tally(1)


NEWER: dict[str, tuple[str, ...]] = {
    "refresh": ("refresh",), "load": ("load", "a.nbib"), "status": ("status",), "show": ("show", "dep-effect"),
    "audit": ("audit", "a.md"), "report": ("report", "--format", "csv"), "report -o": ("report", "-o", "site"),
    "regrade": ("regrade",), "changes": ("changes",), "review": ("review",), "review list": ("review", "list"),
    "review words": ("review", "words"), "review export": ("review", "export"), "review import": ("review", "import", "words.yaml"),
    "review reject": ("review", "reject", "PMID:90000001", "--reason", "r", "--name", "n"),
    "review add": ("review", "add", "added.yaml", "--reason", "r", "--name", "n"), "review undo": ("review", "undo", "1", "--reason", "r", "--name", "n"),
    "db info": ("db", "info"), "db check": ("db", "check"), "db backup": ("db", "backup", "copy.db"),
    "db upgrade": ("db", "upgrade"),
}  # fmt: skip
"""Every command that opens the store. ``doctor`` tells it among other things, ``db restore`` sets the store aside."""


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_newer_store_is_refused_by_every_command(
    small: Desk, released: Callable[[int], Path], journal: str, tally: Callable[[int], None]
) -> None:
    """Exit 2 and a sentence in both languages; no byte of any file is another, and no file is there that was not."""
    path = laid(released(SCHEMA), small)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA + 1}")
        connection.execute(f"PRAGMA journal_mode={journal}")
    (small.folder / "a.nbib").write_text("PMID- 90999999\nTI  - Invented note\n\n", encoding="utf-8")
    (small.folder / "a.md").write_text("Exosomes cure depression.\n", encoding="utf-8")
    (small.folder / "words.yaml").write_text(
        small.another("none").run("review", "add", "--example").out, encoding="utf-8"
    )
    example = small.run("review", "add", "--example").out
    (small.folder / "added.yaml").write_text(example, encoding="utf-8")
    (small.folder / "words.yaml").write_text("words: []\n", encoding="utf-8")
    before = _digests(small.folder)
    for name, command in NEWER.items():
        for lang, said in (("ja", "新しい版の evtrack"), ("en", "written by a newer evtrack")):
            answer = small.run(*command, "--lang", lang, code=2)
            assert said in answer.err, name
            assert answer.err.count("\n") == 1
            assert _digests(small.folder) == before, name
            tally(1)
    assert any(
        "newer evtrack" in f["text"] for f in small.run("doctor", "--offline", "--json", code=1).json["store"]["faults"]
    )
    assert _digests(small.folder) == before
    other = small.another("other")
    shutil.copy(released(SCHEMA), other.db)
    assert "written by a newer evtrack" in other.run("db", "restore", "evtrack.db", code=2).err
    assert small.server.seen == (), "a service was asked in vain"
