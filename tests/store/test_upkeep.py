"""Does the check find what is wrong, and is a copy a whole store?"""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from evtrack.record import Skipped
from evtrack.store import upkeep
from evtrack.store.read import open_reader
from evtrack.store.store import Store
from evtrack.store.target import SCHEMA, NotAStoreError, StoreError


@pytest.fixture
def path(tmp_path: Path, clock: Any, make: Any) -> Path:
    """A closed store with a record, a tie and a skipped record."""
    with Store.open(tmp_path / "evtrack.db", now=clock) as store:
        run = store.begin_run("load", "1", "1")
        store.save_records(run, [(make.article(1), b"one")])
        store.save_ties(run, "c", "h", "1", {make.article(1).id: make.tied()}, "match")
        store.save_skipped(run, [Skipped("a.xml:3", "no id", b"<x")])
        store.finish_run(run, "complete", {})
    return tmp_path / "evtrack.db"


def test_a_whole_store_has_no_problem(path: Path) -> None:
    """The check finds nothing and changes nothing."""
    before = path.read_bytes()
    assert upkeep.check(path) == []
    assert path.read_bytes() == before


def test_broken_references_missing_raw_documents_and_views_are_found(path: Path) -> None:
    """Each fault is told with its file and what it concerns."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE claim_record SET record_id = 'PMID:90000404'")
        connection.execute("DROP VIEW trials")
    with closing(sqlite3.connect(f"{path}.raw")) as connection, connection:
        connection.execute("DELETE FROM raw")
    assert [(p.fault, p.text) for p in upkeep.check(path)] == [
        ("broken_reference", "a row of claim_record refers to no row of record"),
        ("view_missing", "trials"),
        ("raw_missing", "PMID:90000001"),
        ("raw_missing", "skipped at a.xml:3"),
    ]
    path.with_name("evtrack.db.raw").unlink()
    assert [(p.fault, p.text) for p in upkeep.check(str(path)) if p.path.suffix == ".raw"] == [
        ("raw_file_missing", "2")
    ]


def test_damaged_pages_are_found(path: Path) -> None:
    """Bytes overwritten in the middle of either file are told, not a traceback."""
    for file in (path, path.with_name("evtrack.db.raw")):
        whole = file.read_bytes()
        torn = bytearray(whole)
        for start in range(4096, len(torn), 4096):
            torn[start : start + 64] = b"\xff" * 64
        file.write_bytes(bytes(torn))
        found = upkeep.check(path)
        assert ("damaged", file) in [(p.fault, p.path) for p in found]
        file.write_bytes(whole)
    assert upkeep.check(path) == []


def test_a_store_torn_at_its_head_is_damaged_and_a_text_is_none(path: Path, tmp_path: Path) -> None:
    """A store that can't even be opened any more is told as damaged, raw documents too; a text file is no store."""
    raw = path.with_name("evtrack.db.raw")
    raw.write_bytes(b"words " * 1000)
    assert ("damaged", raw) in [(p.fault, p.path) for p in upkeep.check(path)]
    torn = bytearray(path.read_bytes())
    torn[100:4096] = b"\xff" * 3996
    path.write_bytes(bytes(torn))
    assert [(p.fault, p.path) for p in upkeep.check(path)] == [("damaged", path)]
    with pytest.raises(NotAStoreError):
        upkeep.check(raw)


def test_a_backup_is_a_whole_private_store(path: Path, tmp_path: Path, make: Any, clock: Any) -> None:
    """Store and raw documents are copied, also while a writer has them open; nothing is overwritten."""
    to = tmp_path / "copy.db"
    with Store.open(path, now=clock) as store:
        run = store.begin_run("load", "1", "1")
        store.save_records(run, [(make.article(2), b"two")])
        store.finish_run(run, "complete", {})
        assert upkeep.backup(path, to) == [to, tmp_path / "copy.db.raw"]
    assert upkeep.check(to) == []
    with open_reader(to) as reader:
        assert [reader.raw(r.id) for r in reader.records()] == [b"one", b"two"]
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="there already"):
        upkeep.backup(path, to)
    to.unlink()
    with pytest.raises(StoreError, match="there already"):
        upkeep.backup(path, to)
    path.with_name("evtrack.db.raw").unlink()
    (tmp_path / "copy.db.raw").unlink()
    assert upkeep.backup(path, to) == [to]


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    """Half a copy is none."""
    with pytest.raises(StoreError):
        upkeep.backup(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_info_tells_schema_rows_and_sizes(path: Path) -> None:
    """What ``evtrack db info`` shows."""
    told = upkeep.info(path)
    assert (told.path, told.schema) == (path, SCHEMA)
    assert (told.counts["record"], told.counts["claim_record"], told.counts["change"]) == (1, 1, 0)
    assert (told.bytes, told.raw_bytes) == (path.stat().st_size, path.with_name("evtrack.db.raw").stat().st_size)
    assert told.last_run is not None
    assert told.last_run.status == "complete"
