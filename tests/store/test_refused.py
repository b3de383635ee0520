"""Is what SQLite refuses told as that, wherever it comes up, and never as a bug or as damage?"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from evtrack.cli.problems import line_of
from evtrack.record import Skipped
from evtrack.store.raw import RawFile
from evtrack.store.store import Store
from evtrack.store.target import StoreError, StoreTooNewError, journal_of, look, raw_path, read_only, refused
from tests.store.conftest import Clock

pytestmark = pytest.mark.files("SQLite refuses; test_postgres.py has what a server refuses")


def _small(connection: sqlite3.Connection) -> None:
    """Let SQLite find its disk full from now on."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")


def test_a_full_disk_is_no_bug_in_whatever_statement(tmp_path: Path) -> None:
    """Exit 3 and a mend in both languages; SQL that is wrong stays a bug."""
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (b BLOB)")
        _small(connection)
        with pytest.raises(sqlite3.OperationalError) as full:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
        with pytest.raises(sqlite3.OperationalError) as wrong:
            connection.execute("SELECT nothing FROM nowhere")
    assert refused(full.value)
    for lang, mend in (("en", "free the disk"), ("ja", "空き容量")):
        told = line_of(full.value, lang)
        assert told is not None
        assert (mend in told[0], told[1]) == (True, 3)
    assert line_of(wrong.value, "en") is None


def test_raw_documents_that_find_no_room(tmp_path: Path) -> None:
    """All or none: the sentence names the file of raw documents, and with the room back it goes on."""
    kept = RawFile(tmp_path / "evtrack.db")
    try:
        _small(kept._connection)
        some = [os.urandom(4000) for _ in range(20)]
        with pytest.raises(StoreError, match=r"evtrack\.db\.raw: can't be written \(database or disk is full\)"):
            kept.write(some)
        kept._connection.execute("PRAGMA max_page_count=100000")
        for key in kept.write(some):
            assert len(kept.get(key)) == 4000
    finally:
        kept.close()


def test_skipped_records_that_find_no_room(tmp_path: Path, clock: Clock) -> None:
    """What could not be read is kept outside a transaction of the store: a full disk is told there too."""
    with Store.open(tmp_path / "evtrack.db", now=clock) as store:
        run = store.begin_run("load", "1", "1")
        assert isinstance(store._raw, RawFile)
        _small(store._raw._connection)
        with pytest.raises(StoreError, match="can't be written"):
            store.save_skipped(run, [Skipped("a.xml:3", "no id", os.urandom(100_000))])


def test_a_newer_store_is_known_by_its_head(tmp_path: Path, clock: Clock) -> None:
    """Nothing is made beside it; where its log holds what was written last, that is asked."""
    path = tmp_path / "evtrack.db"
    Store.open(path, now=clock).close()
    assert journal_of(path) == "wal"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")
        assert path.with_name("evtrack.db-wal").stat().st_size
        with pytest.raises(StoreTooNewError):
            look(path)
    before = sorted(f.name for f in tmp_path.iterdir())
    with pytest.raises(StoreTooNewError, match="schema 99"):
        read_only(path)
    assert sorted(f.name for f in tmp_path.iterdir()) == before


def test_a_copy_that_was_set_aside_has_the_documents_of_its_store(tmp_path: Path) -> None:
    """Unless it has its own; another file's name says nothing."""
    aside = tmp_path / "evtrack.db.schema3-20261123T060000Z-2.bak"
    assert raw_path(aside) == tmp_path / "evtrack.db.raw"
    assert raw_path(tmp_path / "evtrack.db.before-restore-20261123T060000Z.bak") == tmp_path / "evtrack.db.raw"
    aside.with_name(f"{aside.name}.raw").touch()
    assert raw_path(aside).name == f"{aside.name}.raw"
    assert raw_path(tmp_path / "evtrack.db.bak").name == "evtrack.db.bak.raw"
