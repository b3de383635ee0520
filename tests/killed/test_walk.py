"""Is what a person decided in a walk through the queue kept, at whatever key the process is killed?"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import write_open
from .playing import STRUCK, Scene, Stage, environment, lay, run_struck, sound

if TYPE_CHECKING:
    from tests.desk import Invent

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("kills")]
KEYS = (
    (re.compile(r"Why \("), "n", b"its results are told elsewhere\r"),
    (re.compile(r"Leave it out too"), "k", b"n"),
    (re.compile(r"Any key goes on\."), "told", b" "),
    (re.compile(r"q quit"), "k", b"r"),
)
"""What stands on the screen → what it is, and what the person presses then: every record is rejected."""


@dataclass(frozen=True)
class Walked:
    """How a walk ended, and how many decisions the screen had told by then."""

    code: int
    told: int
    screen: str


def walk(scene: Scene, folder: Path, strike: dict[str, Any]) -> Walked:
    """Walk through the queue in a terminal of its own, pressing keys when they are asked for."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(STRUCK), json.dumps(strike), *scene.arguments],
        stdin=follower, stdout=follower, stderr=follower, cwd=folder, env=environment(scene, folder),
    )  # fmt: skip
    screen, told, end = "", 0, time.monotonic() + 60
    unread = ""
    try:
        while time.monotonic() < end:
            if select.select([leader], [], [], 0.01)[0]:
                sent = os.read(leader, 65536).decode()
                screen, unread = screen + sent, unread + sent
                continue
            if process.poll() is not None:
                break
            asks = next(((k, m) for k in KEYS if (m := k[0].search(unread))), None)
            # A key that comes before the terminal hands on single keys is thrown away.
            if asks and not termios.tcgetattr(follower)[3] & termios.ICANON:
                (_, what, keys), _ = asks
                told += what == "told"
                unread = ""
                os.write(leader, keys)
        else:
            raise AssertionError(f"the walk never ended: {screen[-2000:]}")
        return Walked(process.wait(), told + len(re.findall(r"Any key goes on\.", unread)), screen)
    finally:
        process.kill()
        process.wait()
        os.close(leader)
        os.close(follower)


def test_killed_while_a_person_walks(
    stage: Stage, invent: Invent, full: bool, tally: Callable[[int], None], tmp_path: Path
) -> None:
    """What the screen had told is kept, what was not is not there in part, and a second walk comes to the same store."""
    base = stage.play("load").scene
    before = lay(base.before, tmp_path / "before")
    write_open(before / "open.xml", invent, 4 if full else 2)
    assert run_struck(replace(base, arguments=("load", "open.xml")), before, {}).code == 0
    scene = replace(base, arguments=("review",), before=before)
    after, count = lay(before, tmp_path / "after"), tmp_path / "moments.json"
    whole = walk(scene, after, {"count": str(count)})
    moments = json.loads(count.read_text(encoding="utf-8"))
    words = spoken(stage, scene, after)
    earlier = len(words) - whole.told
    assert (whole.code, earlier) == (0, 1), whole.screen
    while stage.killed < (8 if full else 1):
        at = stage.rng.randint(1, len(moments))
        wait = stage.rng.choice((0.0, stage.rng.uniform(0, moments[at - 1][3])))
        folder = lay(before, tmp_path / "walk")
        walked = walk(scene, folder, {"at": at, "wait": wait, "signal": signal.SIGKILL})
        if walked.code == -signal.SIGKILL:
            stage.killed += 1
            place = f"seed {stage.seed}: walk at {at} {moments[at - 1][:2]} + {wait}"
            sound(folder)
            kept = spoken(stage, scene, folder)
            assert kept == words[: len(kept)], place
            assert walked.told <= len(kept) - earlier <= walked.told + 1, place
            again = walk(scene, folder, {})
            assert (again.code, again.told) == (0, len(words) - len(kept)), place
            sound(folder)
            apart = stage.apart(folder, after)
            assert not apart, "\n".join([place, *apart])
        shutil.rmtree(folder)
    tally(stage.killed)


def spoken(stage: Stage, scene: Scene, folder: Path) -> list[Any]:
    """All words that a store holds, which is sound."""
    stage.sit(scene, folder)
    assert stage.desk.run("db", "check", "--json").json["ok"]
    words: list[Any] = stage.desk.run("review", "words", "--all", "--json").json["words"]
    return words
