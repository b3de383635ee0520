"""How does a test come by a disk that is full, or that cannot be written to? A small one of its own, mounted and filled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from tests.desk import Built, Desk, Invent

MB = 1 << 20
NEWS = date(2026, 11, 6)


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
        _mount("remount,ro", self.folder)

    def writable(self) -> None:
        """From now on it can be written to again."""
        _mount(f"remount,rw,size={self.size}", self.folder)


def _mount(how: str, folder: Path) -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", how, "evtrack-tests", str(folder)],  # noqa: S607 # where it lies differs by system
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PermissionError(done.stderr.strip())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 48 MB. Skipped, with the reason, where the tests may not mount one."""
    folder, size = tmp_path / "disk", 48 * MB
    folder.mkdir()
    try:
        _mount(f"size={size}", folder)
    except OSError as error:
        pytest.skip(f"NO DISK TO FILL ({error}): run the tests as root, or under unshare -rm")
    try:
        yield Disk(folder, size)
    finally:
        # Lazily: a command that failed may still hold a file in this process.
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607 # where it lies differs by system


@pytest.fixture
def week(built: Callable[..., Built], first_week: Corpus, invent: Invent, few_claims: Path) -> Built:
    """The store of the first week."""
    return built("disks", first_week.with_(*invent.notes(40)), claims=few_claims)


@pytest.fixture
def first(small: Desk, week: Built, invent: Invent) -> Desk:
    """A desk whose store was refreshed in the first week; the second brings 61 records, one of which moves a level."""
    small.adopt(week)
    small.at(7)
    news = invent.article(111, "null trial in depression", NEWS)
    small.server.corpus = week.corpora[-1].with_(news, *invent.notes(60, 200_000, NEWS))
    return small


@pytest.fixture
def kept(first: Desk, disk: Disk) -> Desk:
    """The same, with the store on the small disk."""
    first.environ["EVTRACK_DB"] = str(disk.folder / "evtrack.db")
    return first


def put_back(desk: Desk, folder: Path) -> None:
    """The store as it lies in ``folder``, and nothing else beside it but the ballast."""
    for there in desk.db.parent.iterdir():
        if there.name != "ballast":
            shutil.rmtree(there) if there.is_dir() else there.unlink()
    for file in folder.glob("evtrack.db*"):
        shutil.copy(file, desk.db.parent)


def seen(desk: Desk) -> dict[str, Any]:
    """What who reads is told: of every claim with its records, and of what changed."""
    return {
        "show": desk.run("report", "--format", "json").json,
        "changes": desk.run("changes", "--since", "0", "--format", "json").json,
    }


def one_sentence(err: str, lang: str) -> str:
    """The one line that was said, without the paths and addresses in it; a Japanese one has no English words but evtrack's own."""
    assert re.fullmatch(r"evtrack: [^\n]+\n", err), err
    told = re.sub(r"postgresql\+psycopg://[^\s：]+|(/[^\s:：（()]+)+|EVTRACK_\w+", "", err)
    if lang == "ja":
        assert not re.search(r"[A-Za-z]{2}", re.sub(r"evtrack( db \w+)?", "", told)), err
    return told
