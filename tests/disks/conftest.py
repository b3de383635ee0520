"""How does a test come by a disk that is full, or that cannot be written to? A small one of its own, mounted and filled."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from tests.desk import Built, Desk, Invent

MB = 1 << 20


@dataclass(frozen=True)
class Disk:
    """A file system in memory, as large as ``size`` bytes, mounted at ``folder``."""

    folder: Path
    size: int

    @property
    def free(self) -> int:
        """Bytes that are left."""
        held = os.statvfs(self.folder)
        return held.f_bavail * held.f_frsize

    def leave(self, room: int) -> None:
        """Fill it until so many bytes are left."""
        self.empty()
        with (self.folder / "ballast").open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, max(self.free - room, 1))

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def read_only(self) -> None:
        """From now on nothing can be written."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True, capture_output=True)

    def writable(self) -> None:
        """From now on it can be written to again."""
        subprocess.run(["mount", "-o", f"remount,rw,size={self.size}", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 48 MB. Skipped, with the reason, where the tests may not mount one."""
    folder, size = tmp_path / "disk", 48 * MB
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "evtrack-tests", str(folder)]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"NO DISK TO FILL: {done.stderr.strip()}: run the tests as root, or under: unshare -rm")
    try:
        yield Disk(folder, size)
    finally:
        # Lazily: a command that failed may still hold a file in this process.
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def second_week(many: Corpus, invent: Invent) -> Corpus:
    """The second week brings 120 records, one of which moves a level."""
    from datetime import date

    return many.with_(
        invent.article(111, "null trial in depression", date(2026, 11, 6)), *invent.notes(120, 200_000, date(2026, 11, 6))
    )


@pytest.fixture
def kept(small: Desk, disk: Disk, whole: Built, second_week: Corpus) -> Desk:
    """A desk whose store lies on the small disk, refreshed in the first week; it is the second week now."""
    small.environ["EVTRACK_DB"] = str(disk.folder / "evtrack.db")
    put_back(small, whole)
    small.at(7)
    small.server.corpus = second_week
    return small


def put_back(desk: Desk, built: Built) -> None:
    """The store as it was built, and nothing else beside it."""
    for there in desk.db.parent.iterdir():
        if there.name != "ballast":
            shutil.rmtree(there) if there.is_dir() else there.unlink()
    for file in built.folder.glob("evtrack.db*"):
        shutil.copy(file, desk.db.parent)


Said = Callable[[], list[str]]
