"""A person's words through their whole life, told once for all tests: given, refreshed over, graded anew, carried to another store.

What is expected is written from the issue, the contract and what ``--help`` says. Records and persons are invented.
"""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk import FIRST, Answer, Desk, Invent, settings_for

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from evtrack.demo.server import StandIn

CLAIMS = Path(__file__).parents[2] / "claims" / "exosome-psychiatry"
PACK = (
    "dep-effect", "ad-effect", "anx-effect", "scz-effect", "ptsd-effect", "animal-dep", "novel-benefit",
    "own-paper-published",
)  # fmt: skip
NEWS = date(2026, 11, 6)
"""The Friday of the first week: all news of the second week carries it."""
ASAKO, BEN = "Asako Example", "Ben Sample"
ADDED = """\
- title: 間葉系幹細胞由来エクソソームとうつ病：架空の症例集積
  citation: "架空太郎ほか．架空医学雑誌 2024；1（2）：3–9"
  doi: 10.99999/invented.1
  year: 2024
  journal: 架空医学雑誌
  authors: [架空太郎, 創作花子]
  language: ja
  abstract: うつ病の患者12人に投与した。対照はない。
  design: single_arm
  agent: native_ev
  role: therapy
  n: 12
  claims:
    dep-effect: {stance: supports, condition_match: selected, outcome_match: measured}
"""
REGISTERED = """\
- title: An invented trial of exosomes in depression
  registry_id: ChiCTR2699999999
  url: https://example.org/trial/ChiCTR2699999999
  year: 2026
  design: registered_trial
  planned_design: rct
  planned_n: 40
  status: recruiting
  agent: native_ev
  role: therapy
  claims:
    dep-effect: {condition_match: selected, outcome_match: measured}
- title: 不安症に対するエクソソームの架空の試験
  registry_id: jRCT9999999999
  url: https://example.org/trial/jRCT9999999999
  year: 2026
  language: ja
  design: registered_trial
  planned_design: single_arm
  planned_n: 10
  status: not_yet_recruiting
  agent: native_ev
  role: therapy
  claims:
    anx-effect: {condition_match: selected, outcome_match: measured}
"""
DECISIONS: tuple[tuple[str, ...], ...] = (
    ("accept", "90000101", "--reason", "read in full", "--name", ASAKO),
    ("accept", "90000104", "--claim", "ad-effect", "--reason", "right for memory", "--name", ASAKO),
    ("reject", "90000105", "--reason", "another product was given", "--name", ASAKO),
    ("reject", "90000106", "--claim", "anx-effect", "--reason", "not a test of anxiety", "--name", ASAKO),
    ("relabel", "90000120", "design=nonrandomised_trial", "--claim", "dep-effect", "--reason", "allocation by birthday", "--name", ASAKO),
    ("relabel", "90000123", "design=rct", "stance=supports", "--claim", "anx-effect", "--reason", "the full text randomised", "--name", BEN),
    ("relabel", "90000103", "stance=no_difference", "n=9", "--claim", "ad-effect", "--reason", "baseline only", "--name", BEN),
    ("relabel", "90000107", "agent=msc_cells", "--reason", "cells were given; 細胞の投与", "--name", BEN),
    ("relabel", "90000102", "n=24", "--reason", "both groups", "--name", ASAKO),
    ("relabel", "90000108", "counts_for_claim=false", "--claim", "scz-effect", "--reason", "no schizophrenia here", "--name", ASAKO),
    ("accept", "dep-effect", "--reason", "as I would say: \"animals\", 'people' # and no more", "--name", ASAKO),
    ("reject", "anx-effect", "--reason", "too high", "--name", ASAKO),
    ("reject", "90000121", "--reason", "a slip", "--name", ASAKO),
    ("undo", "13", "--reason", "that was the wrong paper", "--name", ASAKO),
    ("accept", "90000122", "--reason", "right", "--name", ASAKO),
    ("reject", "90000122", "--reason", "no control worth the name", "--name", BEN),
    ("add", "paper.yaml", "--reason", "read in full", "--name", ASAKO),
    ("add", "registered.yaml", "--reason", "seen in the registry", "--name", BEN),
    ("accept", "NCT90000002", "--reason", "a registration", "--name", ASAKO),
    ("reject", "NCT90000003", "--reason", "not what it says", "--name", ASAKO),
    ("accept", "scz-effect", "--reason", "so it is", "--name", ASAKO),
    ("undo", "scz-effect", "--reason", "not yet", "--name", ASAKO),
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """What one store told at one point of the story. ``shown``: ``show --json`` of every claim; ``words``: all, by number."""

    folder: Path
    shown: dict[str, dict[str, Any]]
    status: dict[str, dict[str, Any]]
    words: dict[int, dict[str, Any]]
    waiting: list[dict[str, Any]]
    export: str
    changes: list[dict[str, Any]]

    def record(self, claim_id: str, record_id: str) -> dict[str, Any]:
        """One record as ``show`` of a claim has it."""
        return next(r for r in self.shown[claim_id]["records"] if r["id"] == record_id)

    def records(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every record of every claim."""
        return {(c, r["id"]): r for c, shown in self.shown.items() for r in shown["records"]}

    def reopened(self) -> set[tuple[str | None, str | None]]:
        """The reopened words, by record and claim."""
        return {(w["record_id"], w["claim_id"]) for w in self.words.values() if w["reopened"] and w["stands"]}


@dataclass
class Story:
    """The stages by name, the second week, and what each run told as JSON."""

    second: Corpus
    stages: dict[str, Stage] = field(default_factory=dict)
    given: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Stage:
        return self.stages[name]


@dataclass
class Teller:
    """Runs ``evtrack`` in this process, outside any test; the settings as a user would set them."""

    environ: dict[str, str]
    folder: Path

    def at(self, days: float) -> None:
        """Set the clock to so many days after the first Monday."""
        self.environ["EVTRACK_NOW"] = (FIRST + timedelta(days=days)).isoformat()

    def run(self, *arguments: str, code: int | tuple[int, ...] = 0) -> Answer:
        """Run ``evtrack``; the exit code is as expected."""
        import os

        from evtrack.cli import main

        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            for name in [n for n in os.environ if n.startswith("EVTRACK_")]:
                patch.delenv(name)
            for name, value in self.environ.items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            got = main(list(arguments))
        told = [said.read() for said in (out, err) if said.seek(0) == 0]
        assert got in ((code,) if isinstance(code, int) else code), f"{arguments}: exit {got}: {told}"
        return Answer(got, told[0], told[1])

    def json(self, *arguments: str) -> Any:
        """The JSON answer of a command that has ``--json``."""
        return self.run(*arguments, "--json").json

    def stage(self) -> Stage:
        """What the store tells now; the store is copied, so that a test may go on from here."""
        n = len(list(self.folder.parent.glob("stage*")))
        folder = self.folder.parent / f"stage{n}"
        folder.mkdir()
        name = Path(self.environ["EVTRACK_DB"]).name
        for file in self.folder.glob(f"{name}*"):
            shutil.copy(file, folder / file.name.replace(name, "evtrack.db"))
        return Stage(
            folder,
            {claim_id: self.json("show", claim_id) for claim_id in PACK},
            {c["claim_id"]: c for c in self.json("status")["claims"]},
            {w["id"]: w for w in self.json("review", "words", "--all")["words"]},
            self.json("review", "list")["waiting"],
            self.run("review", "export").out,
            self.run("changes", "--since", "2000-01-01", "--format", "json").json["changes"],
        )


def weeks(first: Corpus, invent: Invent) -> tuple[Corpus, Corpus]:
    """What the services hold in both weeks. Of the records with a word some change, and others do not."""
    mice = invent.texts["depression in mice"]
    open_label: dict[str, Any] = {
        "title": "Exosomes of mesenchymal stem cells in generalised anxiety disorder: an open-label single-arm trial",
        "abstract": "Fourteen adults with generalised anxiety disorder received intravenous exosomes of mesenchymal stem cells in"
        " an open-label, single-arm trial without a control group. The Hamilton Anxiety Rating Scale improved significantly"
        " from baseline at 8 weeks (P = 0.02).",
    }
    one = first.with_(
        invent.article(120, "null trial in depression"),
        invent.article(121, "depression in mice", title=f"{mice['title']}: a second invented report"),
        invent.article(122, "depression in mice", title=f"{mice['title']}: a third invented report"),
        invent.article(123, "anxiety in mice", **open_label),
    )
    articles: dict[str, dict[str, Any]] = {
        "90000101": {"abstract": mice["abstract"] + " A second cohort was added (n = 6).", "mdat": NEWS},
        "90000103": {
            "publication_types": ("Journal Article", "Retracted Publication"),
            "corrections": (("RetractionIn", "90000110"),),
            "mdat": NEWS,
        },
        "90000104": {"mdat": NEWS},  # touched at the service, and its content is the same
        "90000105": {"abstract": invent.texts["fear in rats"]["abstract"] + " The rats were young.", "mdat": NEWS},
        "90000106": {"merged_into": "90000107"},
        "90000123": {"abstract": open_label["abstract"] + " Two adults left early.", "mdat": NEWS},
    }
    registry: dict[str, dict[str, Any]] = {"NCT90000002": {"overall_status": "COMPLETED", "last_update": NEWS}}
    notice = invent.article(
        110,
        "retraction notice",
        NEWS,
        publication_types=("Retraction of Publication",),
        corrections=(("RetractionOf", "90000103"),),
    )
    two = replace(
        one,
        articles=tuple(replace(a, **articles.get(a.pmid, {})) for a in one.articles),
        studies=tuple(replace(s, **registry.get(s.nct_id, {})) for s in one.studies),
    ).with_(notice)
    return one, two


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some of the shipped claims: a refresh is a few requests, and all kinds of claims are there."""
    folder = tmp_path_factory.mktemp("pack")
    (folder / "some").mkdir()
    text = (CLAIMS / "pack.yaml").read_text(encoding="utf-8").partition("# The claims")[0]
    (folder / "some" / "pack.yaml").write_text(text.replace("id: exosome-psychiatry", "id: some"), encoding="utf-8")
    for claim_id in PACK:
        shutil.copy(CLAIMS / f"{claim_id}.yaml", folder / "some")
    return folder


@pytest.fixture(scope="session")
def other_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules under another version, which says that every grade is to be reckoned anew."""
    from evtrack.rules import RULES_FOLDER

    folder = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(RULES_FOLDER, folder)
    version = folder / "version.yaml"
    lines = version.read_text(encoding="utf-8").splitlines()
    version.write_text(
        "\n".join('rules_version: "next"' if x.startswith("rules_version") else x for x in lines), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def service(first_week: Corpus, invent: Invent) -> Iterator[StandIn]:
    """Both services for the whole story."""
    from evtrack.demo.server import StandIn

    with StandIn(weeks(first_week, invent)[0], pubmed_rate=None) as server:
        yield server


@pytest.fixture(scope="session")
def story(
    service: StandIn,
    first_week: Corpus,
    invent: Invent,
    tmp_path_factory: pytest.TempPathFactory,
    cache: Path,
    pack: Path,
    other_rules: Path,
) -> Story:
    """The whole story, told once."""
    import evtrack.rules

    folder = tmp_path_factory.mktemp("story") / "now"
    folder.mkdir()
    teller = Teller({**settings_for(service, folder, cache), "EVTRACK_CLAIMS": str(pack)}, folder)
    (folder / "paper.yaml").write_text(ADDED, encoding="utf-8")
    (folder / "registered.yaml").write_text(REGISTERED, encoding="utf-8")
    story = Story(weeks(first_week, invent)[1])

    story.told["first"] = teller.json("refresh")
    story.stages["graded"] = teller.stage()
    for i, decision in enumerate(DECISIONS):
        teller.at(1 + i / 1440)
        story.given.append(teller.json("review", *decision))
    story.stages["said"] = teller.stage()

    service.corpus = story.second
    teller.at(7)
    story.told["second"] = teller.json("refresh")
    story.stages["second"] = teller.stage()
    teller.at(8)
    story.told["quiet"] = teller.json("refresh")
    story.stages["quiet"] = teller.stage()

    teller.at(9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evtrack.rules, "RULES_FOLDER", other_rules)
        story.told["regraded"] = teller.json("regrade")
        story.stages["regraded"] = teller.stage()
        (folder / "words.yaml").write_text(story["regraded"].export, encoding="utf-8")
        for name, order in {
            "refreshed, imported": ("refresh", "import"),
            "imported, refreshed": ("import", "refresh"),
        }.items():
            teller.environ["EVTRACK_DB"] = str(folder / f"{order[0]}.db")
            for step in order:
                story.told[f"{name}: {step}"] = (
                    teller.json("refresh") if step == "refresh" else teller.json("review", "import", "words.yaml")
                )
            story.stages[name] = teller.stage()
    return story


@pytest.fixture
def at(story: Story, desk: Desk, pack: Path, tmp_path: Path) -> Callable[[str], Desk]:
    """``at("said")``: a desk with a copy of that stage's store, to go on from there."""

    def adopt(name: str) -> Desk:
        for file in tmp_path.glob("evtrack.db*"):  # the log of a killed process would be read into the copy
            file.unlink()
        for file in story[name].folder.glob("evtrack.db*"):
            shutil.copy(file, tmp_path)
        desk.environ["EVTRACK_CLAIMS"] = str(pack)
        desk.at(10)
        return desk

    return adopt
