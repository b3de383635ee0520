"""One run writes at a time, and whoever comes second is told."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evtrack.cli.problems import line_of
from evtrack.store.lock import lock_path, one_writer
from evtrack.store.target import NoLocksError, StoreBusyError, StoreError
from tests.databases import Places

HOLDS = """
import sys
from evtrack.store.lock import one_writer
with one_writer(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_waits_then_leaves(places: Places) -> None:
    """While another process holds the store the second says that it waits, then leaves; a killed holder holds nothing."""
    path = places.new()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    told: list[str] = []
    with (
        pytest.raises(StoreBusyError, match="another run"),
        one_writer(path, wait=0.05, waiting=lambda: told.append("waits")),
    ):
        pass
    assert told == ["waits"]
    with pytest.raises(StoreBusyError), one_writer(path, wait=0):
        pass
    holder.kill()
    holder.communicate()
    with one_writer(path, wait=1, waiting=lambda: told.append("again")):
        assert not isinstance(path, Path) or lock_path(path).stat().st_mode & 0o777 == 0o600
    assert told == ["waits"]


def test_another_store_is_free(places: Places) -> None:
    """A lock is one store's."""
    with one_writer(places.new("a")), one_writer(places.new("b"), wait=0):
        pass


@pytest.mark.files("where a lock file can lie")
def test_where_no_lock_can_be_made(tmp_path: Path) -> None:
    """A folder that can't be made is told with the store's name and a mend."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="can't be written"), one_writer(tmp_path / "file" / "evtrack.db"):
        pass
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.files("file systems")
@pytest.mark.parametrize("refusal", [OSError(errno.ENOLCK, "No locks available"), NotImplementedError("no flock")])
def test_a_file_system_without_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    """Where nothing can be locked nothing is written: a sentence in either language that says where a store can lie."""

    def refuse(*_: object, **__: object) -> None:
        raise refusal

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    with pytest.raises(NoLocksError) as caught, one_writer(tmp_path / "evtrack.db"):
        pass
    for lang, mend in (("en", "put the store on a disk of this machine"), ("ja", "このコンピューターのディスク")):
        told = line_of(caught.value, lang)
        assert told is not None
        assert mend in told[0]
        assert told[1] == 2
