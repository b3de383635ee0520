"""A copy becomes the store again, and nothing that was there is lost."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from evtrack.store import upkeep
from evtrack.store.lock import one_writer
from evtrack.store.migrate import upgrade
from evtrack.store.read import open_reader
from evtrack.store.restore import restore
from evtrack.store.store import Store
from evtrack.store.target import NotAStoreError, StoreBusyError, StoreError, StoreMissingError

pytestmark = pytest.mark.files("a database is brought back by pg_restore")


def _save(path: Path, clock: Any, *records: tuple[Any, bytes]) -> None:
    with Store.open(path, now=clock) as store:
        run = store.begin_run("load", "1", "1")
        store.save_records(run, list(records))
        store.finish_run(run, "complete", {})
    clock.forward(hours=1)


@pytest.fixture
def kept(tmp_path: Path, clock: Any, make: Any) -> tuple[Path, Path]:
    """A store with two records, and a copy of it when it had one."""
    path, copy = tmp_path / "evtrack.db", tmp_path / "copy.db"
    _save(path, clock, (make.article(1), b"one"))
    upkeep.backup(path, copy)
    _save(path, clock, (make.article(2), b"two"))
    return path, copy


def _held(path: Path) -> dict[str, bytes]:
    with open_reader(path) as reader:
        return {str(r.id): reader.raw(r.id) for r in reader.records()}


def test_the_store_is_as_the_copy_and_the_one_before_is_set_aside(kept: tuple[Path, Path], clock: Any) -> None:
    """Rows go back; what was there is a whole private store beside it, raw documents stay for both."""
    path, copy = kept
    aside = restore(path, copy, now=clock)
    assert _held(path) == {"PMID:90000001": b"one"}
    assert upkeep.check(path) == []
    assert aside is not None
    assert stat.S_IMODE(aside.stat().st_mode) == stat.S_IMODE(path.stat().st_mode) == 0o600
    again = restore(path, aside, now=clock)
    assert _held(path) == {"PMID:90000001": b"one", "PMID:90000002": b"two"}
    assert again not in (None, aside)
    assert upkeep.check(path) == []
    assert not path.with_name("evtrack.db.restoring").exists()


def test_a_damaged_store_is_replaced_and_kept(kept: tuple[Path, Path], clock: Any) -> None:
    """That is what copies are for: also where the head of the file is gone."""
    path, copy = kept
    path.write_bytes(b"torn" * 2000)
    aside = restore(path, copy, now=clock)
    assert _held(path) == {"PMID:90000001": b"one"}
    assert aside is not None
    assert aside.read_bytes() == b"torn" * 2000


def test_what_stands_in_the_journal_alone_is_set_aside_too(kept: tuple[Path, Path], clock: Any, tmp_path: Path) -> None:
    """A store whose last run was killed before SQLite's checkpoint loses nothing of that run."""
    path, copy = kept
    killed = tmp_path / "killed"
    killed.mkdir()
    open_ = sqlite3.connect(path, isolation_level=None)
    open_.execute("PRAGMA wal_autocheckpoint=0")
    open_.execute("UPDATE run SET evtrack_version = 'written last'")
    for end in ("", "-wal", ".raw"):
        shutil.copy(f"{path}{end}", killed / f"evtrack.db{end}")
    open_.close()
    store = killed / "evtrack.db"
    aside = restore(store, copy, now=clock)
    assert aside is not None
    told = sqlite3.connect(aside).execute("SELECT DISTINCT evtrack_version FROM run").fetchall()
    assert told == [("written last",)]
    assert _held(store) == {"PMID:90000001": b"one"}


def test_a_store_comes_where_there_was_none(kept: tuple[Path, Path], clock: Any, tmp_path: Path) -> None:
    """On a new machine; a copy without raw documents of its own brings none."""
    _, copy = kept
    there = tmp_path / "new" / "evtrack.db"
    there.parent.mkdir()
    assert restore(there, copy, now=clock) is None
    assert _held(there) == {"PMID:90000001": b"one"}
    copy.with_name("copy.db.raw").unlink()
    bare = tmp_path / "bare.db"
    assert restore(bare, copy, now=clock) is None
    assert [(p.fault, p.text) for p in upkeep.check(bare)] == [("raw_file_missing", "1")]


def test_an_older_copy_is_brought_up_to_date_by_who_writes(clock: Any, tmp_path: Path) -> None:
    """The backup of an upgrade can be gone back to."""
    old, path = tmp_path / "old.db", tmp_path / "evtrack.db"
    upgrade(old, now=clock, schema=1, stepwise=True)
    restore(path, old, now=clock)
    with Store.open(path, now=clock) as store:
        assert store.backup is not None
    assert upkeep.check(path) == []


def test_what_is_no_sound_copy_changes_nothing(kept: tuple[Path, Path], clock: Any, tmp_path: Path) -> None:
    """A text, a missing file, a damaged copy, the store itself: an error each, and the store is as it was."""
    path, copy = kept
    before = path.read_bytes()
    text = tmp_path / "text.db"
    text.write_text("no store" * 100)
    with pytest.raises(NotAStoreError):
        restore(path, text, now=clock)
    with pytest.raises(StoreMissingError):
        restore(path, tmp_path / "none.db", now=clock)
    with pytest.raises(StoreError, match="itself"):
        restore(path, path, now=clock)
    with sqlite3.connect(copy) as torn:
        torn.execute("PRAGMA foreign_keys=OFF")
        torn.execute("DELETE FROM record")
    torn.close()
    with pytest.raises(StoreError, match="nothing was restored"):
        restore(path, copy, now=clock)
    assert path.read_bytes() == before


def test_another_run_that_writes_is_not_disturbed(
    kept: tuple[Path, Path], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One writer at a time, here as everywhere."""
    path, copy = kept
    monkeypatch.setattr("evtrack.store.lock._acquire", lambda lock, *_: lock.acquire(timeout=0))
    with one_writer(path), pytest.raises(StoreBusyError):
        restore(path, copy, now=clock)


def test_a_disk_that_takes_no_more_leaves_the_store(
    kept: tuple[Path, Path], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that cannot be finished is taken away."""
    path, copy = kept

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evtrack.store.restore.shutil.copyfile", full)
    with pytest.raises(StoreError, match="as it was"):
        restore(path, copy, now=clock)
    assert len(_held(path)) == 2
    assert not path.with_name("evtrack.db.restoring").exists()


def test_a_reader_of_the_journal_stops_a_restore(kept: tuple[Path, Path], clock: Any) -> None:
    """What was written last may stand in the journal alone while somebody reads: nothing is taken away from under it."""
    path, copy = kept
    writer = sqlite3.connect(path, isolation_level=None)
    reader = sqlite3.connect(path, isolation_level=None)
    try:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM run").fetchall()
        writer.execute("UPDATE run SET evtrack_version = 'written last'")
        with pytest.raises(StoreBusyError, match="as it was"):
            restore(path, copy, now=clock)
    finally:
        reader.close()
        writer.close()
    assert len(_held(path)) == 2
    with sqlite3.connect(path) as told:
        assert told.execute("SELECT DISTINCT evtrack_version FROM run").fetchall() == [("written last",)]
    told.close()
