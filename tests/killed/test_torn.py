"""Is a store whole when the power went: when of what a killed process had written last only a part is on the disk?"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from evtrack.store.raw import RawFile

from .playing import Ended, Stage, lay

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("kills")]


@pytest.mark.parametrize("name", ["load", "refresh", "import"])
def test_a_journal_that_was_cut(
    stage: Stage, name: str, full: bool, tally: Callable[[int], None], tmp_path: Path
) -> None:
    """The log of a killed process, cut anywhere: the store is sound, the one before or after, and the next run ends alike."""
    if not full and name != "load":
        pytest.skip("of the long form")
    play, torn = stage.play(name), 0
    commits = [i for i, m in enumerate(play.moments, 1) if m[1] == "COMMIT"]
    while torn < (12 if full else 2):
        # Behind a commit, late enough that there is a log.
        at = stage.rng.choice(commits[len(commits) // 2 :]) + 1
        killed = stage.kill(play, {"at": at, "wait": 0.0, "signal": signal.SIGKILL})
        assert killed is not None
        length = (killed.folder / "evtrack.db-wal").stat().st_size
        assert length > 0
        for _ in range(4 if full else 2):
            kept, torn = stage.rng.randrange(length), torn + 1
            # What the power left: no shared memory, and of the log as much as the disk had taken.
            cut = lay(killed.folder, tmp_path / f"cut{torn}")
            os.truncate(cut / "evtrack.db-wal", kept)
            with stage.noted(play, killed.strike, f"{kept} of {length} bytes of its log kept"):
                done = stage.holds(play, cut, Ended(killed.ended.code, "", ""))
                if full:
                    stage.converges(play, cut, done=done)
            shutil.rmtree(cut)
        shutil.rmtree(killed.folder)
    tally(torn)


def test_what_came_is_on_the_disk_before_a_record_names_it(tmp_path: Path) -> None:
    """Raw documents are synced at each commit of theirs: a power cut can't leave a record whose bytes are gone."""
    with closing(RawFile(tmp_path / "evtrack.db")) as raw:
        assert raw._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert raw._connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
