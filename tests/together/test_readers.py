"""Is every answer one whole state, and nobody turned away, while others write the store?"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.together.conftest import Readers

if TYPE_CHECKING:
    from tests.desk import Desk, Invent

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("together")]

ASKED: list[list[str]] = [
    ["status", "--json"],
    ["show", "dep-effect", "--json"],
    ["changes", "--since", "0", "--format", "json"],
    ["report", "--format", "csv"],
    ["report", "--format", "html"],
    ["db", "check", "--json"],
]


def _told(desk: Desk) -> list[str]:
    """What a reader who is alone is told."""
    return [desk.run(*command).out for command in ASKED]


def _whole(answers: list[list[Any]], states: list[list[str]]) -> int:
    """Each answer of each reader is that of one of the ``states``, never of an earlier one than before; how many there were."""
    for told in answers:
        at = dict.fromkeys(range(len(ASKED)), 0)
        for command, code, out, err in told:
            assert (code, err) == (0, ""), (command, err)
            which = ASKED.index(command)
            found = [n for n, state in enumerate(states) if state[which] == out]
            assert found, f"{command} told of no whole state: {out[:300]}"
            assert found[-1] >= at[which], f"{command} went back"
            at[which] = next(n for n in found if n >= at[which])
        asked = {ASKED.index(command) for command, *_ in told}
        assert all(states[at[n]][n] == states[-1][n] for n in asked), "the last answer is not of the last state"
    return sum(map(len, answers))


def test_readers_beside_refreshes(
    shared: Desk, invent: Invent, tmp_path: Path, full: bool, tally: Callable[[int], None]
) -> None:
    """``status``, ``show``, ``report``, ``changes`` and ``db check`` in loops beside refreshes: each answer is that of
    before or of after, and no reader fails.
    """
    readers = Readers(shared, tmp_path / "readers", ASKED if full else ASKED[:4])
    states = [_told(shared)]
    readers.start(10 if full else 2)
    for week in range(4 if full else 1):
        if week:
            shared.server.corpus = shared.server.corpus.with_(
                *invent.notes(30, 300_000 + 100 * week, date(2026, 11, 6))
            )
        process = shared.start("refresh", "--quiet", *(["--full"] if week else []))
        assert process.wait(120) == 0, process.communicate()
        states.append(_told(shared))
    assert states[0] != states[-1]
    tally(_whole(readers.end(), states))
    shared.sound()


def test_backups_beside_a_refresh(shared: Desk, full: bool, tally: Callable[[int], None]) -> None:
    """A copy that is made while a refresh writes is a sound store of before or of after, with all its documents."""
    before = shared.run("status", "--json").out
    process = shared.start("refresh", "--quiet")
    copies: list[str] = []
    while process.poll() is None:
        copies.append(f"copy{len(copies)}.db")
        shared.run("db", "backup", copies[-1])
    assert process.returncode == 0
    after = shared.run("status", "--json").out
    states = []
    for copy in copies if full else {copies[0], copies[len(copies) // 2], copies[-1]}:
        shared.run("--db", copy, "db", "check")
        states.append(shared.run("--db", copy, "status", "--json").out)
    assert set(states) <= {before, after}
    tally(len(states))


def test_readers_beside_a_restore(shared: Desk, tmp_path: Path, full: bool, tally: Callable[[int], None]) -> None:
    """While the store goes back to a copy each reader is told of the one or of the other."""
    first = _told(shared)
    shared.run("db", "backup", "first.db")
    shared.run("refresh", "--quiet")
    shared.run("db", "backup", "second.db")
    second = _told(shared)
    readers = Readers(shared, tmp_path / "readers", ASKED if full else ASKED[:1])
    readers.start(6 if full else 1)
    for copy in ["first.db", "second.db"] * (4 if full else 1):
        restored = subprocess.run(
            shared.start("db", "restore", copy).args, cwd=shared.folder, env=shared.environment(), check=False, capture_output=True
        )  # fmt: skip
        assert restored.returncode == 0, restored.stderr
    answers = readers.end()
    for told in answers:
        for command, code, out, err in told:
            assert (code, err) == (0, ""), (command, err)
            assert out in {first[ASKED.index(command)], second[ASKED.index(command)]}
    tally(sum(map(len, answers)))
    shared.sound()
