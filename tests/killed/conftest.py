"""What is killed, and what must hold afterwards: five commands on a store of some hundred records, and the run nobody kills.

A ``Scene`` is a command, the store before it and its settings. It is run once to the end, counted (``struck.py``): its
moments are where a test kills it, its store is what every killed one must come to.
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
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk import FIRST, Desk, settings_for
from tests.same_state import State, differences, history_of, state_of

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from evtrack.demo.server import StandIn
    from tests.desk import Built, Invent

STRUCK = Path(__file__).with_name("struck.py")
NEWS = date(2026, 11, 6)
WORDS: tuple[tuple[str, ...], ...] = (
    ("reject", "PMID:90000108", "--reason", "another product was given"),
    ("accept", "PMID:90000101", "--claim", "dep-effect", "--reason", "read in full"),
)
"""What a person said before anything is killed."""
RELABEL = ("review", "relabel", "PMID:90000103", "n=9", "--claim", "ad-effect", "--reason", "baseline only", "--json")
ADDED = """\
- title: An invented case series of exosomes in depression
  citation: "Invented Journal 2024; 1 (2): 3-9"
  doi: 10.99999/invented.1
  year: 2024
  design: single_arm
  agent: native_ev
  role: therapy
  n: 12
  claims:
    dep-effect: {stance: supports, condition_match: selected, outcome_match: measured}
"""
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
    told: dict[bool, list[Any]] = field(default_factory=dict)
    """Whether before (``False``) or after (``True``) → the answers of ``READS``."""

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


@dataclass
class Stage:
    """Where scenes are played and their processes killed, with one desk to read what came of it."""

    desk: Desk
    plays: Callable[[str], Play]
    folder: Path
    killed: int = 0

    def play(self, name: str) -> Play:
        """A scene that was run to its end, with what readers are told of its store before and after."""
        play = self.plays(name)
        if not play.told:
            for after, folder in ((False, play.scene.before), (True, play.after)):
                play.told[after] = self.told(play.scene, lay(folder, self.folder / f"{name}-{after}"))
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

    def kill(self, play: Play, strike: dict[str, Any]) -> tuple[Path, Ended] | None:
        """Kill the command once; its folder and how it ended. ``None`` where it was done before the strike."""
        folder = lay(play.scene.before, self.folder / f"kill{self.killed}")
        ended = run_struck(play.scene, folder, strike)
        if ended.code != -signal.SIGKILL:
            assert ended.code == 0, ended.err
            shutil.rmtree(folder)
            return None
        self.killed += 1
        return folder, ended

    def holds(self, play: Play, folder: Path, ended: Ended) -> bool:
        """The store is sound, and it is the one before or the one after: ``True`` where it is the one after."""
        sound(folder)
        told = self.told(play.scene, folder)
        check = self.desk.run("db", "check", "--json", code=(0, 2, 3))
        assert check.code == 0 and check.json == {"ok": True, "faults": []}, check.said
        which = [after for after in (False, True) if told == play.told[after]]
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
        found, expected = folder / "evtrack.db", play.after / "evtrack.db"
        apart = differences(unordered(state_of(found)), unordered(state_of(expected)))
        apart += differences(history_of(found), history_of(expected))
        assert not apart, "\n".join(apart[:40])
        assert beside(folder) == beside(play.after)


def unordered(state: State) -> State:
    """A state whose schema is words alone: in which order Alembic writes a table's constraints is chance."""
    return {**state, "schema": {key: sorted(re.split(r"[ ,()]+", sql)) for key, sql in state["schema"].items()}}


def beside(folder: Path) -> set[str]:
    """What lies in a folder: no journals, no locks, and of backups only that there are some."""
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    kept = {n for n in names if not n.endswith(("-wal", "-shm", ".lock"))}
    return {"backup" if n.endswith(".bak") else n for n in kept}


def differing(told: list[Any], expected: dict[bool, list[Any]]) -> str:
    """Which answers are neither those before nor those after."""
    lines = []
    for read, answer, before, after in zip(READS, told, expected[False], expected[True], strict=True):
        name = " ".join(read)
        lines.append(f"{name}: before {answer == before}, after {answer == after}")
        if answer not in (before, after):
            at = next((i for i, (a, b) in enumerate(zip(answer[1], before[1], strict=False)) if a != b), 0)
            lines.append(f"   {answer[0]} {answer[1][max(0, at - 200) : at + 300]!r}")
    return "\n".join(["the store is neither the one before nor the one after:", *lines])


@pytest.fixture(scope="session")
def corpora(first_week: Corpus, invent: Invent) -> tuple[Corpus, Corpus]:
    """What the services hold in both weeks: in the second, records that are new, changed, retracted, gone, merged."""
    first = first_week.with_(
        invent.article(108, "dementia in mice"),
        *invent.notes(150),
        *invent.trials(60),
    )
    articles: dict[str, dict[str, Any]] = {
        "90000101": {"abstract": f"{invent.texts['depression in mice']['abstract']} A second cohort was added.", "mdat": NEWS},
        "90000103": {
            "publication_types": ("Journal Article", "Retracted Publication"),
            "corrections": (("RetractionIn", "90000110"),),
            "mdat": NEWS,
        },
        "90000108": {"merged_into": "90000104"},
    }  # fmt: skip
    second = replace(
        first,
        articles=tuple(replace(a, **articles.get(a.pmid, {})) for a in first.articles),
        studies=tuple(
            replace(s, overall_status="COMPLETED", last_update=NEWS) if s.nct_id == "NCT90000001" else s
            for s in first.studies
        ),
    ).with_(
        invent.article(111, "null trial in depression", NEWS),
        invent.article(110, "retraction notice", NEWS, corrections=(("RetractionOf", "90000103"),)),
        *invent.notes(60, 300_000, NEWS),
    )
    return first, second.without("NCT90000007", "90100003")


@pytest.fixture(scope="session")
def service(corpora: tuple[Corpus, Corpus]) -> Iterator[StandIn]:
    """Both services in the second week."""
    from evtrack.demo.server import StandIn

    with StandIn(corpora[1], pubmed_rate=None) as server:
        yield server


@pytest.fixture(scope="session")
def edited(few_claims: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The claims after somebody edited one: what is stored is to be graded anew."""
    folder = tmp_path_factory.mktemp("edited") / "claims"
    shutil.copytree(few_claims, folder)
    file = folder / "few" / "dep-effect.yaml"
    text = file.read_text(encoding="utf-8")
    assert "outcome: [depressive_symptoms]" in text
    file.write_text(text.replace("outcome: [depressive_symptoms]", "outcome: [anxiety_symptoms]"), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def plays(
    built: Callable[..., Built],
    corpora: tuple[Corpus, Corpus],
    service: StandIn,
    invent: Invent,
    few_claims: Path,
    edited: Path,
    cache: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Play]:
    """``plays(name)``: a scene, set up and run to its end once."""
    root = tmp_path_factory.mktemp("plays")
    base = root / "base"
    shutil.copytree(built("killed", corpora[0], claims=few_claims).folder, base)
    environ = {
        **settings_for(service, base, cache),
        "EVTRACK_CLAIMS": str(few_claims),
        "EVTRACK_NAME": "Asako Example",
    }
    day = {week: (FIRST + timedelta(days=days)).isoformat() for week, days in (("said", 1), ("now", 7))}
    said = {**environ, "EVTRACK_NOW": day["said"]}
    for words in WORDS:
        assert run_struck(Scene("", ("review", *words), base, said), base, {}).code == 0
    now = {**environ, "EVTRACK_NOW": day["now"]}
    made: dict[str, Play] = {}

    def scene(name: str) -> Scene:
        before = lay(base, root / f"{name}-before")
        if name == "load":
            write_week(before / "week.xml", invent)
            return Scene(name, ("load", "week.xml", "--json"), before, now)
        if name == "regrade":
            return Scene(name, ("regrade", "--json"), before, {**now, "EVTRACK_CLAIMS": str(edited)})
        if name.startswith("upgrade"):
            age(before / "evtrack.db", int(name.removeprefix("upgrade")))
            return Scene(name, ("db", "upgrade", "--json"), before, now)
        if name == "import":
            write_words(before, root / "elsewhere", now)
            return Scene(name, ("review", "import", "words.yaml", "--json"), before, now)
        if name == "relabel":
            return Scene(name, RELABEL, before, now, again=False)
        if name == "add":
            (before / "paper.yaml").write_text(ADDED, encoding="utf-8")
            return Scene(name, ("review", "add", "paper.yaml", "--reason", "read", "--json"), before, now, again=False)
        if name == "first refresh":
            for file in before.iterdir():
                file.unlink()
            return Scene(name, ("refresh", "--json"), before, now)
        assert name == "refresh"
        return Scene(name, ("refresh", "--json"), before, now)

    def play(name: str) -> Play:
        if name not in made:
            set_up = scene(name)
            after = lay(set_up.before, root / f"{name}-after")
            count = root / f"{name}.json"
            ended = run_struck(set_up, after, {"count": str(count)})
            assert ended.code == 0, ended.err
            moments = [tuple(moment) for moment in json.loads(count.read_text(encoding="utf-8"))]
            made[name] = Play(set_up, after, ended.out, moments)
        return made[name]

    return play


def write_week(file: Path, invent: Invent) -> None:
    """A file of a week: new records, one that changed, one that PubMed deleted, one that can't be read."""
    from evtrack.demo.corpus import pubmed_xml

    articles = (
        *invent.notes(120, 200_000, NEWS),
        invent.article(112, "null trial in depression", NEWS),
        invent.article(102, "helpless rats", mdat=NEWS, title="Exosomes of stem cells in rats made helpless, corrected"),
    )  # fmt: skip
    end = "</PubmedArticleSet>"
    more = (
        "<PubmedArticle><MedlineCitation><Article><ArticleTitle>No PMID</ArticleTitle></Article></MedlineCitation>"
        '</PubmedArticle><DeleteCitation><PMID Version="1">90000104</PMID></DeleteCitation>'
    )
    file.write_text(pubmed_xml(articles).replace(end, more + end), encoding="utf-8")


def write_open(file: Path, invent: Invent) -> None:
    """Four randomised trials whose abstracts tell no result: each waits for a person."""
    from evtrack.demo.corpus import pubmed_xml

    trials = (
        invent.article(
            120 + n,
            "null trial in depression",
            title=f"Exosomes of mesenchymal stem cells in major depressive disorder: randomised trial {n}",
            authors=(f"Example{n}, Alex",),
            abstract=(
                f"Adults with major depressive disorder were randomly assigned to exosomes of mesenchymal stem cells (n = {n}0) or"
                f" to placebo (n = {n}0). The Hamilton Depression Rating Scale was recorded. The scores are told elsewhere."
            ),
        )
        for n in range(2, 6)
    )
    file.write_text(pubmed_xml(trials), encoding="utf-8")


def write_words(before: Path, folder: Path, environ: dict[str, str]) -> None:
    """Words that somebody gave in a copy of the store, exported beside it."""
    lay(before, folder)
    (folder / "paper.yaml").write_text(ADDED, encoding="utf-8")
    for arguments in (
        RELABEL,
        ("review", "reject", "PMID:90000102", "--reason", "no control worth the name"),
        ("review", "accept", "dep-effect", "--reason", "as I would say"),
        ("review", "add", "paper.yaml", "--reason", "read in full"),
        ("review", "export", "-o", "words.yaml"),
    ):
        ended = run_struck(Scene("", arguments, folder, environ), folder, {})
        assert ended.code == 0, ended.err
    shutil.copy(folder / "words.yaml", before)


def age(path: Path, schema: int) -> None:
    """Make a store one of an older schema, with all its rows as far as that schema can hold them."""
    from evtrack.store import migrate

    young = path.with_name("young.db")
    path.rename(young)
    migrate.upgrade(path, now=lambda: FIRST, schema=schema)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS young", (str(young),))
        connection.execute("BEGIN")
        names = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (name,) in connection.execute(names).fetchall():
            if name == "alembic_version":
                continue
            columns = [row[1] for row in connection.execute(f'PRAGMA main.table_info("{name}")')]
            listed = ", ".join(f'"{c}"' for c in columns)
            connection.execute(f'INSERT INTO main."{name}" ({listed}) SELECT {listed} FROM young."{name}"')  # noqa: S608 # names of the schema
        connection.execute("COMMIT")
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for file in path.parent.glob("young.db*"):
        file.unlink()


@pytest.fixture
def stage(desk: Desk, plays: Callable[[str], Play], tmp_path: Path) -> Stage:
    """A stage with nothing on it yet."""
    return Stage(desk, plays, tmp_path)
