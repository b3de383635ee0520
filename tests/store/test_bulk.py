"""Does a database of a server take NLM's files as a file does?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from evtrack.claim import Library
from evtrack.load import Loaded, load
from evtrack.record import RecordId
from evtrack.rules import Rules
from evtrack.store.placed import BulkFileMissingError
from evtrack.store.read import Reader, open_reader
from evtrack.store.store import Store
from evtrack.store.upkeep import check
from tests.bulk.nlm import baseline
from tests.databases import Place, Places
from tests.same_state import assert_same

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_nlms_files(places: Places, tmp_path: Path, library: Library, rules: Rules) -> None:
    """In any order they come to one state, that of a file; what is whole is not read again; bytes and missing files are found."""

    def loaded(place: Place, some: Sequence[Path]) -> Loaded:
        with Store.open(place, now=lambda: NOW) as store:
            return load(store, [str(f) for f in some], library, rules, now=lambda: NOW, everything=True)

    files = list(baseline(tmp_path, 300, 100, references=2))
    place, other, file = places.new("a", whole=True), places.new("b", whole=True), tmp_path / "file.db"
    loaded(place, files)
    assert all(f.loaded_before for f in loaded(place, files).files)
    for one in reversed(files):
        loaded(other, [one])
    loaded(file, files)
    assert_same(place, other)
    assert_same(place, file, without={"schema"})
    assert check(place) == []
    with open_reader(place) as reader, open_reader(file) as beside:
        there = list(reader.record_ids())
        assert len(there) == 294
        assert [reader.raw(i) for i in there] == [beside.raw(i) for i in there]
    files[1].unlink()
    assert [(p.fault, Path(str(p.path))) for p in check(place)] == [("bulk_file_missing", files[1])]
    with open_reader(place) as reader:
        lost = [i for i in there if not _readable(reader, i)]
    assert 0 < len(lost) < 100


def _readable(reader: Reader, record_id: RecordId) -> bool:
    try:
        reader.raw(record_id)
    except BulkFileMissingError:
        return False
    return True
