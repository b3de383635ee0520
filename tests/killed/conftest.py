"""What is killed: commands that write, on a store of some hundred invented records, with a person's word on one of them."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.waiting import compile_once
from tests.desk import FIRST, Desk, settings_for

from .playing import Play, Scene, Stage, lay, played, run_struck

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from evtrack.demo.server import StandIn
    from tests.desk import Built, Invent

SEED = 20261123
NEWS = date(2026, 11, 6)
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
WORD = ("review", "reject", "PMID:90000108", "--reason", "another product was given")
"""What a person said before anything is killed."""
WORDS = """\
words:
  - {action: relabel, record: "PMID:90000103", claim: ad-effect, values: {n: 9}, reason: baseline only, name: B, at: "2026-11-05T06:00:00Z"}
  - {action: reject, record: "PMID:90000102", reason: no control, name: B, at: "2026-11-05T06:01:00Z"}
  - {action: accept, claim: dep-effect, reason: as I would say, name: B, at: "2026-11-05T06:02:00Z", seen: {level: animal, stance: supports}}
  - {action: undo, record: "PMID:90000108", reason: a slip, name: B, at: "2026-11-05T06:03:00Z"}
"""
"""What was said elsewhere."""


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
    assert run_struck(Scene("", WORD, base, said), base, {}).code == 0
    now = {**environ, "EVTRACK_NOW": day["now"]}
    made: dict[str, Play] = {}

    def scene(name: str) -> Scene:
        before = lay(base, root / f"{name}-before")
        if name.endswith("load"):
            write_week(before / "week.xml", invent, large=name == "large load")
            return Scene(name, ("load", "week.xml", "--json"), before, now)
        if name == "regrade":
            return Scene(name, ("regrade", "--json"), before, {**now, "EVTRACK_CLAIMS": str(edited)})
        if name.startswith("upgrade"):
            age(before / "evtrack.db", int(name.removeprefix("upgrade")))
            return Scene(name, ("db", "upgrade", "--json"), before, now)
        if name == "import":
            (before / "words.yaml").write_text(WORDS, encoding="utf-8")
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
            made[name] = played(set_up, root / f"{name}-after")
        return made[name]

    return play


def write_week(file: Path, invent: Invent, *, large: bool) -> None:
    """A file of a week: new records, one that changed, one that PubMed deleted, one that can't be read.

    A ``large`` one is read ahead by a process of its own.
    """
    from evtrack.demo.corpus import pubmed_xml

    articles = (
        *(replace(n, abstract="Nothing was found. " * 2000 if large else "") for n in invent.notes(120, 200_000, NEWS)),
        invent.article(112, "null trial in depression", NEWS),
        invent.article(102, "helpless rats", mdat=NEWS, title="Exosomes of stem cells in rats made helpless, corrected"),
    )  # fmt: skip
    end = "</PubmedArticleSet>"
    more = (
        "<PubmedArticle><MedlineCitation><Article><ArticleTitle>No PMID</ArticleTitle></Article></MedlineCitation>"
        '</PubmedArticle><DeleteCitation><PMID Version="1">90000104</PMID></DeleteCitation>'
    )
    file.write_text(pubmed_xml(articles).replace(end, more + end), encoding="utf-8")


def write_open(file: Path, invent: Invent, n: int) -> None:
    """Randomised trials whose abstracts tell no result: each of ``n`` waits for a person."""
    from evtrack.demo.corpus import pubmed_xml

    trials = (
        invent.article(
            120 + i,
            "null trial in depression",
            title=f"Exosomes of mesenchymal stem cells in major depressive disorder: randomised trial {i}",
            authors=(f"Example{i}, Alex",),
            abstract=(
                f"Adults with major depressive disorder were randomly assigned to exosomes of mesenchymal stem cells (n = {i}0) or"
                f" to placebo (n = {i}0). The Hamilton Depression Rating Scale was recorded. The scores are told elsewhere."
            ),
        )
        for i in range(2, n + 2)
    )
    file.write_text(pubmed_xml(trials), encoding="utf-8")


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
def stage(
    desk: Desk, plays: Callable[[str], Play], tmp_path: Path, full: bool, monkeypatch: pytest.MonkeyPatch
) -> Stage:
    """A stage with nothing on it yet. Chance is always the same in the short form; a failure shows the seed."""
    compile_once(monkeypatch)
    return Stage(desk, plays, tmp_path, random.randrange(2**32) if full else SEED)  # noqa: S311 # no secret
