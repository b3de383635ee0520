"""Does a command that is asked to stop do so with the exit code of the contract, and is the store whole then?"""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable

import pytest

from .playing import Stage, lay, run_struck

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("kills")]
STOPS = [
    pytest.param("refresh", signal.SIGTERM, id="refresh"),
    pytest.param("load", signal.SIGTERM, id="load"),
    pytest.param("regrade", signal.SIGINT, id="regrade"),
    pytest.param("upgrade3", signal.SIGTERM, id="upgrade3"),
    pytest.param("import", signal.SIGINT, id="import"),
]
"""In the short form each command is stopped once; in the long one by both signals, at three moments each."""


@pytest.mark.parametrize(("name", "number"), STOPS)
def test_stopped(stage: Stage, name: str, number: int, full: bool, tally: Callable[[int], None]) -> None:
    """SIGTERM or SIGINT in the midst of the work: exit 3 and a sentence, the store before or after, the next run ends alike."""
    play, stopped = stage.play(name), 0
    # From the first statement that writes to the last commit.
    began = next(i for i, m in enumerate(play.moments, 1) if m[1].startswith("BEGIN"))
    last = max(i for i, m in enumerate(play.moments, 1) if m[1] == "COMMIT")
    for one in (signal.SIGTERM, signal.SIGINT) if full else (number,):
        for _ in range(3 if full else 1):
            strike = {"at": stage.rng.randint(began, last), "signal": one}
            folder, stopped = lay(play.scene.before, stage.folder / f"stop{stopped}"), stopped + 1
            ended = run_struck(play.scene, folder, strike)
            with stage.noted(play, strike):
                assert "Traceback" not in ended.err
                if name == "refresh":
                    # It ends with what it has; asked when all has come, it is complete.
                    status = json.loads(ended.out)["status"]
                    assert (ended.code, status) in ((3, "partial"), (0, "complete")), ended.err
                    stage.converges(play, folder, done=False)
                else:
                    assert (ended.code, ended.out) == (3, ""), ended.err
                    assert ended.err.startswith("evtrack: ")
                    assert len(ended.err.splitlines()) == 1
                    stage.converges(play, folder, done=stage.holds(play, folder, ended))
            shutil.rmtree(folder)
    tally(stopped)
