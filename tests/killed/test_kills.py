"""Is a store whole after kill -9 at any moment of any command that writes, and does the next run bring what it would have?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .playing import Stage

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("kills")]
KILLS = {
    "refresh": (3, 12), "load": (3, 12), "regrade": (3, 12), "upgrade3": (2, 12), "import": (3, 12),
    "first refresh": (0, 6), "upgrade1": (1, 6), "relabel": (0, 6), "add": (0, 6), "large load": (0, 6),
}  # fmt: skip
"""Scene → kills of the short form and of the long one."""


@pytest.mark.parametrize("name", KILLS)
def test_killed_at_any_moment(stage: Stage, name: str, full: bool, tally: Callable[[int], None]) -> None:
    """Killed at whatever moment, a store is sound and the one before or after; what was reported is there; the next run ends alike."""
    kills = KILLS[name][full]
    if not kills:
        pytest.skip("of the long form")
    play = stage.play(name)
    for killed in stage.kills(play, kills):
        with stage.noted(play, killed.strike):
            done = stage.holds(play, killed.folder, killed.ended)
            stage.converges(play, killed.folder, done=done)
    tally(stage.killed)
