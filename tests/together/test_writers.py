"""Does one writer wait for another, or leave with one sentence, and is the store what one after the other makes of it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.store.lock import one_writer
from tests.databases import Place
from tests.disks.conftest import one_sentence
from tests.same_state import differences, state_of

if TYPE_CHECKING:
    from tests.desk import Desk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("together")]

COMMANDS: dict[str, tuple[str, ...]] = {
    "refresh": ("refresh", "--quiet"),
    "load": ("load", "more.nbib"),
    "regrade": ("regrade", "--all"),
    "review": (
        "review", "relabel", "PMID:90000101", "stance=no_difference",
        "--claim", "dep-effect", "--name", "A. Nemo", "--reason", "invented",
    ),
    "restore": ("db", "restore", "copy.db"),
    "upgrade": ("db", "upgrade"),
}  # fmt: skip
PAIRS = (
    ("refresh", "refresh"), ("refresh", "load"), ("refresh", "review"), ("regrade", "load"), ("refresh", "regrade"),
    ("refresh", "restore"), ("refresh", "upgrade"), ("load", "review"), ("load", "load"), ("review", "review"),
)  # fmt: skip
FEW = PAIRS[1:2]


@pytest.fixture
def prepared(shared: Desk) -> Desk:
    """The desk with files to load and a copy to go back to."""
    notes = (f"PMID- {90300000 + n}\nTI  - Invented note {n}\nMH  - Depression\nMH  - Exosomes\n\n" for n in range(60))
    (shared.folder / "more.nbib").write_text("\n".join(notes), encoding="utf-8")
    if isinstance(shared.place, Path):
        shared.run("db", "backup", "copy.db")
    return shared


def _with_copy_of(desk: Desk, name: str) -> Desk:
    other = desk.another(name)
    other.bring(desk.place, name)
    return other


def _one_after_the_other(desk: Desk, commands: Sequence[str]) -> Place:
    other = _with_copy_of(desk, "-".join(commands))
    for name in commands:
        other.run(*COMMANDS[name])
    return other.place


def test_two_writers_take_turns(prepared: Desk, full: bool, tally: Callable[[int], None]) -> None:
    """Started at once both do all their work, one after the other, and the store is as if they had been started so."""
    for pair in PAIRS if full else FEW:
        if "restore" in pair and not isinstance(prepared.place, Path):
            continue  # that is pg_restore's
        both = _with_copy_of(prepared, "both")
        for process in [both.start(*COMMANDS[name]) for name in pair]:
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, (pair, err)
            assert "locked" not in out + err
        both.sound()
        found = state_of(both.place)
        orders = [state_of(_one_after_the_other(prepared, order)) for order in {pair, pair[::-1]}]
        told = [differences(found, order) for order in orders]
        assert not min(told, key=len), (pair, min(told, key=len)[:5])
        for file in prepared.folder.glob("*-*.db*"):
            file.unlink()
        for file in prepared.folder.glob("both.db*"):
            file.unlink()
        tally(1)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_who_does_not_wait_leaves_with_a_sentence(prepared: Desk, lang: str, tally: Callable[[int], None]) -> None:
    """Where another run keeps the store for longer than it is waited for: exit 3, one sentence, nothing touched."""
    prepared.environ["EVTRACK_TIMEOUT"] = "0.05"
    before = state_of(prepared.place)
    with one_writer(prepared.place):
        for name in ("refresh", "load", "regrade", "review"):
            told = one_sentence(
                prepared.run(*COMMANDS[name], "--lang", lang, code=3).err.splitlines(keepends=True)[-1], lang
            )
            assert ("書き込み中" if lang == "ja" else "another run of evtrack is writing") in told
            tally(1)
    assert state_of(prepared.place) == before
