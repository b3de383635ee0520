"""Does the check find what is wrong, and is a copy a whole store?"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from evtrack.record import Skipped
from evtrack.store import upkeep
from evtrack.store.read import open_reader
from evtrack.store.store import Store
from evtrack.store.target import SCHEMA, NotAStoreError, StoreError
from tests.databases import Place, Places, change


@pytest.fixture
def place(places: Places, clock: Any, make: Any) -> Place:
    """A closed store with a record, a tie and a skipped record."""
    place = places.new(whole=True)
    with Store.open(place, now=clock) as store:
        run = store.begin_run("load", "1", "1")
        store.save_records(run, [(make.article(1), b"one")])
        store.save_ties(run, "c", "h", "1", {make.article(1).id: make.tied()}, "match")
        store.save_skipped(run, [Skipped("a.xml:3", "no id", b"<x")])
        store.finish_run(run, "complete", {})
    return place


@pytest.fixture
def path(place: Place) -> Path:
    """The same as a file."""
    assert isinstance(place, Path)
    return place


def test_a_whole_store_has_no_problem(place: Place) -> None:
    """The check finds nothing and changes nothing."""
    before = place.read_bytes() if isinstance(place, Path) else b""
    assert upkeep.check(place) == []
    assert not isinstance(place, Path) or place.read_bytes() == before


def test_broken_references_missing_raw_documents_and_views_are_found(place: Place) -> None:
    """Each fault is told with its file and what it concerns."""
    # Whom the server trusts may pass over its checks, as pg_restore --disable-triggers does.
    past = "" if isinstance(place, Path) else "SET session_replication_role = replica;"
    change(place, f"{past} UPDATE claim_record SET record_id = 'PMID:90000404'; DROP VIEW trials")  # noqa: S608 # a constant
    change(place.with_name(f"{place.name}.raw") if isinstance(place, Path) else place, "DELETE FROM raw")
    assert [(p.fault, p.text) for p in upkeep.check(place)] == [
        ("broken_reference", "a row of claim_record refers to no row of record"),
        ("view_missing", "trials"),
        ("raw_missing", "PMID:90000001"),
        ("raw_missing", "skipped at a.xml:3"),
    ]
    if isinstance(place, Path):
        place.with_name("evtrack.db.raw").unlink()
        assert [(p.fault, p.text) for p in upkeep.check(str(place)) if p.path == place.with_name("evtrack.db.raw")] == [
            ("raw_file_missing", "2")
        ]


@pytest.mark.files("pages are the server's to check")
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


@pytest.mark.files("pages are the server's to check")
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


@pytest.mark.files("a database is copied by pg_dump")
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


@pytest.mark.files("a database is copied by pg_dump")
def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    """Half a copy is none."""
    with pytest.raises(StoreError):
        upkeep.backup(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_info_tells_schema_rows_and_sizes(place: Place) -> None:
    """What ``evtrack db info`` shows."""
    told = upkeep.info(place)
    assert told.schema == SCHEMA
    assert (told.counts["record"], told.counts["claim_record"], told.counts["change"]) == (1, 1, 0)
    if isinstance(place, Path):
        assert told.path == place
        assert (told.bytes, told.raw_bytes) == (place.stat().st_size, place.with_name("evtrack.db.raw").stat().st_size)
    else:
        assert str(told.path).endswith(f"/{place.name}")
        assert told.bytes > told.raw_bytes > 0
    assert told.last_run is not None
    assert told.last_run.status == "complete"
