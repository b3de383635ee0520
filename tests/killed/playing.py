"""How is a command killed, and what must hold afterwards? A scene is played to its end once, and killed at its moments.

A ``Scene`` is a command, the store before it and its settings. Run to the end it is counted (``struck.py``): its moments
are where a test kills it, its store is what every killed one must come to.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.desk import FIRST
from tests.same_state import State, differences, history_of, state_of

if TYPE_CHECKING:
    from tests.desk import Desk

STRUCK = Path(__file__).with_name("struck.py")
READS: tuple[tuple[str, ...], ...] = (
    ("status", "--json"),
    ("show", "dep-effect", "--json"),
    ("show", "ad-effect", "--json"),
    ("changes", "--since", "2000-01-01", "--format", "json"),
    ("review", "words", "--all", "--json"),
)
"""What a person or a program asks a store."""
WEIGHTY = ("COMMIT", "BEGIN", "close", "backup", "open ", "os.", "shutil.", "exit")
"""Where a kill is worth more than between two statements of one transaction."""


@dataclass(frozen=True)
class Scene:
    """A command and all that is around it. ``again``: run anew it adds nothing; a word given twice is two words."""

    name: str
    arguments: tuple[str, ...]
    before: Path
    environ: dict[str, str]
    again: bool = True


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it had said by then."""

    code: int
    out: str
    err: str


@dataclass
class Play:
    """A scene that was run to its end: its moments, its store, what it said, what readers were told before and after."""

    scene: Scene
    after: Path
    said: str
    moments: list[tuple[str, str, float, float]]
    told: list[tuple[bool, list[Any]]] = field(default_factory=list)
    """The answers of ``READS`` before (``False``) and after (``True``)."""

    def strikes(self, rng: random.Random, n: int, number: int = signal.SIGKILL) -> list[dict[str, Any]]:
        """``n`` strikes: at moments of all, at weighty ones, within moments, and at times."""
        made: list[dict[str, Any]] = []
        weighty = [i for i, m in enumerate(self.moments, 1) if m[1].startswith(WEIGHTY)]
        changing = [i for i, m in enumerate(self.moments, 1) if m[0] != "read"]
        lasts = self.moments[-1][2]
        for i in range(n):
            if i % 4 == 3:
                made.append({"after": rng.uniform(0, lasts), "signal": number})
                continue
            at = rng.choice(weighty if i % 4 == 1 else changing)
            took = self.moments[at - 1][3]
            made.append({"at": at, "wait": rng.uniform(0, took) if i % 4 == 2 else 0.0, "signal": number})
        return made

    def where(self, strike: dict[str, Any]) -> str:
        """The strike in words, for who reads a failure."""
        at = strike.get("at")
        return f"{self.scene.name} {strike} {self.moments[at - 1][:2] if at and at <= len(self.moments) else ''}"


def lay(folder: Path, to: Path) -> Path:
    """A copy of a store with what lies beside it."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    return to


def run_struck(scene: Scene, folder: Path, strike: dict[str, Any]) -> Ended:
    """Run the command in ``folder`` under ``strike``; all of its processes end within a minute."""
    process = subprocess.Popen(
        [sys.executable, str(STRUCK), json.dumps(strike), *scene.arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(scene, folder),
    )
    try:
        # Whoever worked for it holds its stdout too: one that outlives it would keep this waiting.
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return Ended(process.returncode, out, err)


def environment(scene: Scene, folder: Path) -> dict[str, str]:
    """The environment of a process that works in ``folder``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EVTRACK_") and k != "NCBI_API_KEY"}
    return {**kept, **scene.environ, "EVTRACK_DB": str(folder / "evtrack.db")}


def sound(folder: Path) -> None:
    """Both files are whole, and every reference leads somewhere."""
    for file in ("evtrack.db", "evtrack.db.raw"):
        if (folder / file).exists():
            with closing(sqlite3.connect(f"file:{folder / file}?mode=ro", uri=True)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], file
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], file


def played(scene: Scene, after: Path) -> Play:
    """Run a scene to its end in the folder ``after``, which is made, and write down its moments."""
    lay(scene.before, after)
    count = after.with_name(f"{after.name}.json")
    ended = run_struck(scene, after, {"count": str(count)})
    assert ended.code == 0, ended.err
    return Play(scene, after, ended.out, [tuple(m) for m in json.loads(count.read_text(encoding="utf-8"))])


@dataclass(frozen=True)
class Killed:
    """One that was killed: where its store lies, how it ended, and by which strike."""

    folder: Path
    ended: Ended
    strike: dict[str, Any]


@dataclass
class Stage:
    """Where scenes are played and their processes killed, with one desk to read what came of it."""

    desk: Desk
    plays: Callable[[str], Play]
    folder: Path
    seed: int
    killed: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 # where to kill is no secret

    def play(self, name: str) -> Play:
        """A scene that was run to its end, with what readers are told of its store before and after."""
        play = self.plays(name)
        if not play.told:
            for after, folder in ((False, play.scene.before), (True, play.after)):
                play.told.append((after, self.told(play.scene, lay(folder, self.folder / f"{name}-{after}"))))
            if not (play.scene.before / "evtrack.db").exists():
                for made in (False, True):
                    bare = empty(self.folder / f"{name}-bare-{made}", made=made)
                    play.told.append((False, self.told(play.scene, bare)))
        return play

    def sit(self, scene: Scene, folder: Path) -> None:
        """Have the desk's commands concern a scene's store that lies in ``folder``."""
        self.desk.environ = {**scene.environ, "EVTRACK_DB": str(folder / "evtrack.db")}
        self.desk.folder = folder

    def told(self, scene: Scene, folder: Path) -> list[Any]:
        """What readers are told: exit codes and answers, whatever folder it lies in."""
        self.sit(scene, folder)
        answers = [self.desk.run(*read, code=(0, 2, 3)) for read in READS]
        return [(a.code, (a.out or a.err).replace(str(folder), "")) for a in answers]

    def kills(self, play: Play, n: int) -> Iterator[Killed]:
        """Kill the command ``n`` times, each in a store of its own that is gone when the next one comes."""
        while self.killed < n:
            for strike in play.strikes(self.rng, n - self.killed):
                killed = self.kill(play, strike)
                if killed is not None:
                    yield killed
                    shutil.rmtree(killed.folder)

    def kill(self, play: Play, strike: dict[str, Any]) -> Killed | None:
        """Kill the command once. ``None`` where it was done before the strike."""
        folder = lay(play.scene.before, self.folder / f"kill{self.killed}")
        ended = run_struck(play.scene, folder, strike)
        if ended.code != -signal.SIGKILL:
            assert ended.code == 0, ended.err
            shutil.rmtree(folder)
            return None
        self.killed += 1
        return Killed(folder, ended, strike)

    @contextmanager
    def noted(self, play: Play, strike: dict[str, Any], more: str = "") -> Iterator[None]:
        """What fails in here says by which seed and strike."""
        try:
            yield
        except AssertionError as error:
            error.add_note(f"seed {self.seed}: {play.where(strike)} {more}")
            raise

    def holds(self, play: Play, folder: Path, ended: Ended) -> bool:
        """The store is sound, and it is the one before or the one after: ``True`` where it is the one after."""
        sound(folder)
        told = self.told(play.scene, folder)
        if (folder / "evtrack.db").exists():
            assert self.desk.run("db", "check", "--json", code=(0, 1)).json == {"ok": True, "faults": []}
        which = [after for after, answers in play.told if told == answers]
        assert which, differing(told, play.told)
        if ended.out.strip():
            assert ended.out == play.said.replace(str(play.after), str(folder)), "an answer that is not whole"
            assert True in which, "it had reported what is not there"
        return which[-1]

    def converges(self, play: Play, folder: Path, *, done: bool) -> None:
        """The next run of the same command makes the store what it would have been, and leaves nothing beside it."""
        self.sit(play.scene, folder)
        if play.scene.again or not done:
            self.desk.run(*play.scene.arguments)
        sound(folder)
        assert self.desk.run("db", "check", "--json").json == {"ok": True, "faults": []}
        apart = self.apart(folder, play.after)
        assert not apart, "\n".join(apart)
        assert beside(folder) == beside(play.after)

    def apart(self, folder: Path, after: Path) -> list[str]:
        """Where two stores differ, row by row, in what they hold and in what they ever held of the services' words."""
        found, expected = folder / "evtrack.db", after / "evtrack.db"
        lines = differences(unordered(state_of(found)), unordered(state_of(expected)))
        return [*lines, *differences(history_of(found), history_of(expected))][:40]


def unordered(state: State) -> State:
    """A state whose schema is words alone: in which order Alembic writes a table's constraints is chance."""
    return {
        **state,
        "schema": {
            key: sorted(re.split(r"[ ,()]+", " ".join(map(str, told)))) for key, told in state["schema"].items()
        },
    }


def beside(folder: Path) -> set[str]:
    """What lies in a folder: no logs, no locks, and of backups only that there are some."""
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    kept = {n for n in names if not n.endswith(("-wal", "-shm", ".lock"))}
    return {"backup" if n.endswith(".bak") else n for n in kept}


def empty(folder: Path, *, made: bool) -> Path:
    """What stands there before a first run begins, if anything: a file without a byte, or ``made`` into a store."""
    from evtrack.store.store import Store

    folder.mkdir()
    (folder / "evtrack.db").touch()
    if made:
        Store.open(folder / "evtrack.db", now=lambda: FIRST).close()
    return folder


def differing(told: list[Any], expected: list[tuple[bool, list[Any]]]) -> str:
    """Which answers are neither those before nor those after."""
    lines = []
    for n, (read, answer) in enumerate(zip(READS, told, strict=True)):
        known = [answers[n] for _, answers in expected]
        lines.append(f"{' '.join(read)}: {['after' if after else 'before' for after, a in expected if a[n] == answer]}")
        if answer not in known:
            at = next((i for i, (a, b) in enumerate(zip(answer[1], known[0][1], strict=False)) if a != b), 0)
            lines.append(f"   {answer[0]} {answer[1][max(0, at - 200) : at + 300]!r}")
    return "\n".join(["the store is neither the one before nor the one after:", *lines])
