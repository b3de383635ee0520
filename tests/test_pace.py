"""Do starts of requests keep their distance, whoever asks?"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.pace import Pace

HOST = "service.test:443"


class Clock:
    """A clock that only sleeping moves; ``slept`` says how often and how long."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def pace(folder: Path, clock: Clock, interval: float = 2.0, host: str = HOST) -> Pace:
    return Pace(folder, host, interval, clock=clock, sleep=clock.sleep)


def test_the_first_start_waits_for_nothing(tmp_path: Path) -> None:
    """Nobody asked before: the first request starts at once."""
    clock = Clock()
    pace(tmp_path / "pace", clock).wait()
    assert clock.slept == []


def test_what_is_missing_is_slept(tmp_path: Path) -> None:
    """Half of the interval has passed since another Pace of the same host: the other half is slept."""
    clock = Clock()
    pace(tmp_path, clock).wait()
    clock.now += 0.5
    second = pace(tmp_path, clock)
    second.wait()
    assert clock.slept == [1.5]
    clock.now += 5
    second.wait()
    assert clock.slept == [1.5]
    assert second.shared


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """Another host, or another port, has its own pace."""
    clock = Clock()
    for host in (HOST, "service.test:80", "other.test:443"):
        pace(tmp_path, clock, host=host).wait()
    assert clock.slept == []


def test_a_clock_that_was_put_back_costs_one_interval(tmp_path: Path) -> None:
    """A last start in the far future is waited for one interval, not until then."""
    clock = Clock()
    pace(tmp_path, clock).wait()
    clock.now -= 86_400
    pace(tmp_path, clock).wait()
    assert clock.slept == [2.0]


@pytest.mark.parametrize("stamp", ["", "yesterday", "nan", "inf", "ü", "1e999"])
def test_a_garbled_stamp_is_a_fresh_one(tmp_path: Path, stamp: str) -> None:
    """Whoever wrote garbage may have started just now: one whole interval is waited, and the stamp is good again."""
    clock = Clock()
    pace(tmp_path, clock).wait()
    (stamp_file,) = tmp_path.glob("*.last")
    stamp_file.write_text(stamp, encoding="utf-8")
    pace(tmp_path, clock).wait()
    assert clock.slept == [2.0]
    assert float(stamp_file.read_text()) == clock.now


def test_the_host_makes_a_safe_file_name_in_a_private_folder(tmp_path: Path) -> None:
    """No character of a host leaves the folder, and others may not read it."""
    folder = tmp_path / "cache" / "pace"
    pace(folder, Clock(), host="../[::1]:80").wait()
    assert {file.name for file in folder.iterdir()} >= {"..____1__80.last"}
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path) -> None:
    """A file stands where the folder should be: this process paces itself alone, and says so."""
    (tmp_path / "pace").write_text("")
    clock = Clock()
    alone = pace(tmp_path / "pace", clock)
    alone.wait()
    assert not alone.shared
    alone.wait()
    assert clock.slept == [2.0]


@settings(max_examples=25)
@given(steps=st.lists(st.floats(min_value=-1e6, max_value=1e6), max_size=8))
def test_no_wait_is_longer_than_the_interval(tmp_path_factory: pytest.TempPathFactory, steps: list[float]) -> None:
    """However the clock jumps, no sleep is longer than one interval, and none is negative."""
    folder, clock = tmp_path_factory.mktemp("pace"), Clock()
    for step in steps:
        pace(folder, clock).wait()
        clock.now += step
    assert all(0 < seconds <= 2.0 for seconds in clock.slept)


STARTS = """
import sys
from pathlib import Path
from evtrack.pace import Pace
pace = Pace(Path(sys.argv[1]), "service.test:443", 0.06)
for _ in range(4):
    pace.wait()
    print(repr(pace._last), flush=True)
"""


def test_processes_share_the_pace(tmp_path: Path) -> None:
    """Three real processes at once: each start, whoever made it, is an interval after the one before."""
    running = [
        subprocess.Popen([sys.executable, "-c", STARTS, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    starts = sorted(float(line) for process in running for line in process.communicate(timeout=30)[0].split())
    assert len(starts) == 12
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.06 - 1e-6
