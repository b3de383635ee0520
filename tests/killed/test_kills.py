"""Is a store whole after kill -9 at any moment of any command that writes, and does the next run bring what it would have?"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable

import pytest

from .conftest import Stage

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("kills")]
SEED = 20261123
KILLS = {
    "refresh": 3, "load": 3, "regrade": 3, "upgrade3": 2, "import": 3,
    "first refresh": 0, "upgrade1": 1, "relabel": 0, "add": 0,
}  # fmt: skip
"""Scene → kills of the short form; of the long form each has twelve."""


@pytest.mark.parametrize("name", KILLS)
def test_killed_at_any_moment(stage: Stage, name: str, full: bool, tally: Callable[[int], None]) -> None:
    """Killed at whatever moment, a store is sound and the one before or after; what was reported is there; the next run ends alike."""
    kills = 12 if full else KILLS[name]
    if not kills:
        pytest.skip("of the long form")
    seed = random.randrange(2**32) if full else SEED
    play, rng = stage.play(name), random.Random(seed)
    while stage.killed < kills:
        for strike in play.strikes(rng, kills - stage.killed):
            place = f"seed {seed}: {play.where(strike)}"
            try:
                killed = stage.kill(play, strike)
                if killed is not None:
                    done = stage.holds(play, *killed)
                    stage.converges(play, killed[0], done=done)
                    shutil.rmtree(killed[0])
            except AssertionError as error:
                error.add_note(place)
                raise
    tally(stage.killed)
