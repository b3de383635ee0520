"""Is the store as before, sound, and whole with the next run, when its disk is full, read-only, or takes no larger file?"""

from __future__ import annotations

import contextlib
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.store.migrate import upgrade
from tests.disks.conftest import one_sentence, put_back, seen
from tests.same_state import assert_same

if TYPE_CHECKING:
    from tests.desk import Built, Desk
    from tests.disks.conftest import Disk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("disks")]

SAYS = ("--name", "A. Nemo", "--reason", "invented")
WRITERS: dict[str, tuple[str, ...]] = {
    "refresh": ("refresh", "--quiet"),
    "load": ("load", "more.nbib"),
    "regrade": ("regrade", "--all"),
    "relabel": ("review", "relabel", "PMID:90000101", "stance=no_difference", "--claim", "dep-effect", *SAYS),
    "import": ("review", "import", "words.yaml"),
    "restore": ("db", "restore", "copy.db"),
    "upgrade": ("db", "upgrade"),
}
ROOMS = {"refresh": 100_000, "load": 100_000, "relabel": 45_056, "restore": 150_000, "upgrade": 100_000}
"""Bytes that are left in the short form."""
MORE_ROOMS = (
    0,
    4096,
    20_000,
    36_864,
    45_056,
    60_000,
    80_000,
    100_000,
    150_000,
    250_000,
    400_000,
    700_000,
    1_500_000,
    3_000_000,
)
"""Bytes that are left: for a ``-shm``, for a lock, for half a batch of raw documents, for half of a copy …"""


@pytest.fixture
def files(first: Desk, week: Built, tmp_path: Path) -> Path:
    """Files that commands read, in the desk's folder: records, words, a copy; and the store as it is before."""
    # More than a batch of 500: what came before the disk was full is kept, and told by nobody yet.
    notes = (f"PMID- {90300000 + n}\nTI  - Invented note {n}\nMH  - Depression\nMH  - Exosomes\n\n" for n in range(520))
    (first.folder / "more.nbib").write_text("\n".join(notes), encoding="utf-8")
    first.run(*WRITERS["relabel"])
    first.run("review", "export", "-o", "words.yaml")
    first.run("db", "backup", "copy.db")
    before = tmp_path / "before"
    before.mkdir()
    for file in week.folder.glob("evtrack.db*"):
        shutil.copy(file, before)
    return before


@pytest.fixture
def undisturbed(first: Desk, files: Path) -> Callable[[str], Path]:
    """``undisturbed(writer)``: the store that the command makes where nothing goes wrong."""

    def made(writer: str) -> Path:
        other = first.another("undisturbed")
        for file in _source(writer, files).glob("evtrack.db*"):
            shutil.copy(file, other.db.with_name(file.name.replace("evtrack", "undisturbed")))
        other.run(*WRITERS[writer])
        return other.db

    return made


def _source(writer: str, before: Path) -> Path:
    """The folder of the store that the command finds: an upgrade finds one of schema 3 with as many records."""
    if writer != "upgrade":
        return before
    old = before.with_name("old")
    if not old.exists():
        old.mkdir()
        path = old / "evtrack.db"
        upgrade(path, now=lambda: datetime(2026, 11, 2, tzinfo=UTC), schema=3, stepwise=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("ATTACH ? AS new", (str(before / "evtrack.db"),))
            tables = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                if table not in ("alembic_version", "sqlite_sequence"):
                    columns = ", ".join(f'"{c[1]}"' for c in connection.execute(f'PRAGMA main.table_info("{table}")'))
                    connection.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM new."{table}"')  # noqa: S608 # names of the schema
        shutil.copy(before / "evtrack.db.raw", old)
    return old


def _rows(db: Path) -> dict[str, list[str]]:
    """Every row of every table, of whatever schema."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {n: sorted(map(repr, connection.execute(f'SELECT * FROM "{n}"'))) for n in names}  # noqa: S608 # names of the schema


def _held(desk: Desk, writer: str) -> object:
    """What must be as before: what readers are told, or (they refuse an older schema) every row."""
    return _rows(desk.db) if writer == "upgrade" else seen(desk)


def _converged(db: Path, expected: Path, writer: str) -> None:
    """The store is as if nothing had gone wrong. Of an upgrade row by row: tests/migrations compares the schema."""
    if writer == "upgrade":
        assert _rows(db) == _rows(expected)
    else:
        assert_same(db, expected, history=True)


def test_a_full_disk(
    files: Path, kept: Desk, disk: Disk, undisturbed: Callable[[str], Path], full: bool, tally: Callable[[int], None]
) -> None:
    """At whatever moment the disk is full: one sentence and exit 3, readers see what they saw, the next run makes it whole."""
    for writer in WRITERS if full else ROOMS:
        expected, source = undisturbed(writer), _source(writer, files)
        codes = set()
        for number, room in enumerate(MORE_ROOMS if full else (ROOMS[writer],)):
            print(writer, room)  # noqa: T201 # shown where it fails
            put_back(kept, source)
            before = _held(kept, writer)
            disk.leave(room)
            codes.add(code := _fails_well(kept, writer, ("en", "ja")[number % 2], (0, 3)))
            assert code == 0 or _held(kept, writer) == before
            disk.empty()
            assert not [f.name for f in disk.folder.iterdir() if f.name.endswith((".restoring", "-journal"))]
            if code:
                assert not list(disk.folder.glob("*.bak*"))
                assert _held(kept, writer) == before
                kept.run("db", "check")
                kept.run(*WRITERS[writer])
            kept.sound()
            _converged(kept.db, expected, writer)
            tally(1)
        assert 3 in codes, "the disk was never full"
        assert not full or codes == {0, 3}, "there was never enough room"


def _fails_well(desk: Desk, writer: str, lang: str, codes: tuple[int, ...]) -> int:
    """The exit code; where it is not 0, one sentence said that nothing could be written, and what mends it."""
    answer = desk.run(*WRITERS[writer], "--lang", lang, code=codes)
    if answer.code:
        told = one_sentence(answer.err, lang)
        assert "空き容量" in told if lang == "ja" else "free the disk" in told or "as it was" in told
    return answer.code


def test_a_read_only_disk(files: Path, kept: Desk, disk: Disk, full: bool, tally: Callable[[int], None]) -> None:
    """Nothing can be written: one sentence and exit 3 in both languages, every byte as before, readers told the same."""
    for writer in WRITERS if full else ("refresh", "load", "upgrade"):
        put_back(kept, _source(writer, files))
        before = _held(kept, writer)
        disk.read_only()
        bytes_ = {f.name: f.read_bytes() for f in disk.folder.iterdir()}
        for lang in ("ja", "en"):
            _fails_well(kept, writer, lang, (3,))
        assert _held(kept, writer) == before
        assert {f.name: f.read_bytes() for f in disk.folder.iterdir()} == bytes_
        disk.writable()
        tally(2)


@contextlib.contextmanager
def _no_file_larger(size: int) -> Iterator[None]:
    """As a quota of the system does; it needs no privileges. SIGXFSZ would end the process: it is ignored by Python."""
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_files_that_may_not_grow(
    first: Desk,
    files: Path,
    undisturbed: Callable[[str], Path],
    full: bool,
    tally: Callable[[int], None],
    tmp_path: Path,
) -> None:
    """Where no file may be larger than so many bytes: the same as of a full disk, without a privilege to test it."""
    there = tmp_path / "limited"
    there.mkdir()
    for writer in ("refresh", "load", "restore", "upgrade") if full else ("load",):
        first.environ["EVTRACK_DB"] = str(first.folder / "evtrack.db")
        expected, source = undisturbed(writer), _source(writer, files)
        first.environ["EVTRACK_DB"] = str(there / "evtrack.db")
        for number, size in enumerate((33_000, 60_000, 100_000, 140_000, 180_000) if full else (140_000,)):
            print(writer, size)  # noqa: T201 # shown where it fails
            put_back(first, source)
            before = _held(first, writer)
            with _no_file_larger(size):
                _fails_well(first, writer, ("ja", "en")[number % 2], (3,))
            assert _held(first, writer) == before
            first.run(*WRITERS[writer])
            first.sound()
            _converged(first.db, expected, writer)
            tally(1)
