"""A load of NLM's files that is killed anywhere, then run again: the store is that of a load that nothing happened to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evtrack.load import Loaded, Progress
from evtrack.loaded import FileLoad
from tests.bulk.conftest import NOW, Place
from tests.bulk.nlm import baseline
from tests.same_state import assert_same

STRUCK = Path(__file__).parents[1] / "killed" / "struck.py"


def run_struck(place: Place, name: str, files: list[Path], strike: dict[str, int | str]) -> int:
    """Run ``evtrack load --all`` as a process of its own under a strike; how it ended."""
    (place.folder / name).mkdir(exist_ok=True)
    environ = {**os.environ, "EVTRACK_DB": str(place.db(name)), "EVTRACK_NOW": NOW.isoformat()}
    command = [sys.executable, str(STRUCK), json.dumps(strike), "load", "--all", *map(str, files)]
    # The files lie elsewhere: what is written in the current folder is a moment, and so are all statements.
    return subprocess.run(command, cwd=place.folder / name, env=environ, capture_output=True, check=False).returncode


@pytest.mark.promise("bulk")
def test_killed_and_taken_up_again(place: Place, full: bool, tally: Callable[[int], None]) -> None:
    """Killed at moments all over the load: the next load skips what was whole, grades only what was not, and ends in the
    state of a load that was never killed."""
    files = list(baseline(place.folder, 450, 150, references=20))
    place.load("never", *files, everything=True)
    moments = place.folder / "moments.json"
    assert run_struck(place, "counted", files, {"count": str(moments)}) == 0
    assert_same(place.db("counted"), place.db("never"))
    kinds = [kind for kind, *_ in json.loads(moments.read_text())]
    last = len(kinds) - 1
    kills = range(60, last, max(1, last // 40)) if full else [last * 3 // 5, last - 12]
    skipped = 0
    for at in kills:
        assert run_struck(place, f"at{at}", files, {"at": at, "signal": 9}) == -9
        done = place.load(f"at{at}", *files, everything=True)
        skipped += sum(f.loaded_before for f in done.files)
        assert graded_no_more_than_needed(done)
        assert_same(place.db(f"at{at}"), place.db("never"))
    assert skipped
    tally(len(kills))


def graded_no_more_than_needed(done: Loaded) -> bool:
    """Whether a load graded only records of files that it read."""
    return done.outcome.records <= sum(f.read for f in done.files)


class Killed(BaseException):
    """What stands for a kill: nothing of the run is written after it."""


class Second(Progress):
    """Ends the load after the second file."""

    read = 0

    def read_bulk(self, report: FileLoad) -> None:
        """One of NLM's files was read, or need not be."""
        super().read_bulk(report)
        self.read += 1
        if self.read == 2:
            raise Killed


def test_a_kill_costs_one_file(place: Place) -> None:
    """After a kill nothing is graded but what is read then; where claims are others meanwhile, all is."""
    files = list(baseline(place.folder, 300, 100, references=3))
    for name in ("again", "other claims"):
        with pytest.raises(Killed):
            place.load(name, *files, everything=True, progress=Second())
        assert len(place.rows(name, "SELECT 1 FROM record_grade")) == 8
    done = place.load("again", *files, everything=True)
    assert [f.loaded_before for f in done.files] == [True, True, False, False]
    third, revised = 4, 3 * 2 - 1
    assert done.outcome.records <= third + revised
    edited = replace(place.library, content_hash="edited")
    graded = place.load("other claims", *files, everything=True, library=edited).outcome.records
    assert graded == len(
        place.rows("other claims", "SELECT DISTINCT record_id FROM claim_record WHERE valid_to IS NULL")
    )
    assert graded > done.outcome.records
