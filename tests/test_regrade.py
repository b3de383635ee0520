"""Does regrading what a change can touch come to what regrading everything does, and does it touch no more?"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pytest

from evtrack.assess import outdated
from evtrack.bilingual import Bilingual
from evtrack.changes import TieKey, TieState
from evtrack.claim import Claim, Library, Part, concepts_hash
from evtrack.claims import load_library
from evtrack.demo.corpus import Article, pubmed_xml
from evtrack.grade.record import grade_for_claim, grade_record
from evtrack.load import load
from evtrack.record import Intervention, NctId, Outcome, PartialDate, Record, RecordId, Trial
from evtrack.regrade import edited_claims, regrade
from evtrack.rules import Rules
from evtrack.store.store import Store
from evtrack.word import Word
from tests.bench.many_claims import fill, invented_claims, invented_records, with_invented
from tests.same_state import assert_same

FIRST = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
CLAIMS, RECORDS = 24, 140
PAIRED = range(4, 12)
"""Articles that are of one study with the one beside them; the first claims have one article each, in this order."""

T = TypeVar("T")


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    """Invented claims of exosomes, whose studies count: one reads two others, and one tells of the state of a third."""
    more = with_invented(library, 2)
    concepts = {i: c for i, c in more.concepts.items() if c.role != "intervention" or i == "exosome"}
    some = invented_claims(replace(more, concepts=concepts), CLAIMS)
    first, second, third = islice(some.claims.values(), 3)
    joined = replace(first, id="joined", members=(first.id, second.id), outcome=(), content_hash="joined")
    parts = tuple(Part(Bilingual("部分", "part"), c.outcome) for c in (first, third))
    both = replace(third, id="both", parts=parts, content_hash="both")
    return replace(some, claims={**some.claims, "joined": joined, "both": both})


def overdue_trial(number: int, of: Record) -> Record:
    """A registered trial that names what a record names; a year after its end its results are overdue."""
    nct_id = NctId(f"NCT9{number:07}")
    title = of.title
    trial = Trial(
        nct_id,
        brief_title=title,
        overall_status="COMPLETED",
        study_type="INTERVENTIONAL",
        phases=("PHASE1",),
        allocation="RANDOMIZED",
        conditions=(title.partition(" in mice with ")[2] or title,),
        interventions=(Intervention("Exosomes of mesenchymal stem cells", "BIOLOGICAL"),),
        primary_outcomes=(Outcome(of.abstract_text),),
        completion_date=PartialDate(2025, 11, 5),
    )
    return Record(RecordId(nct_id), "ctgov", "ctgov-json", title, of.abstract, trial=trial)


def invented(library: Library) -> Iterator[Record]:
    """Articles, some of which are of one study, as pairs; and registered trials, of one of the pairs and of nobody's."""
    for number, article in enumerate(invented_records(library, RECORDS)):
        yield replace(article, nct_ids=(NctId(f"NCT9{number // 2:07}"),)) if number in PAIRED else article
        if number in (0, 1, 2, 30, 31, PAIRED[0]):
            yield overdue_trial(number // 2 if number in PAIRED else 1000 + number, article)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def filled(library: Library, rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded store; some records are tied by ``--claim``, one by a person, to claims whose words they do not name."""
    folder = tmp_path_factory.mktemp("filled")
    db, file = folder / "many.db", folder / "more.xml"
    file.write_text(
        pubmed_xml(Article(str(91_000_000 + n), f"A note on barley {n}", date(2026, 1, 5)) for n in range(3)),
        encoding="utf-8",
    )
    some = list(library.claims)
    with Store.open(str(db), now=lambda: FIRST) as store:
        fill(store, invented(library))
        assert regrade(store, library, rules, now=lambda: FIRST)
        load(store, [str(file)], library, rules, now=lambda: FIRST, claim_id=some[0])
        run = store.begin_run("review", rules.version, library.content_hash)
        said = Word(
            action="relabel",
            record_id=RecordId("PMID:91000001"),
            claim_id=some[1],
            values={"stance": "supports"},
            reason="read in full",
            name="A. Nemo",
            at="2026-11-02T06:00:00Z",
        )
        store.save_words(run, [said])
        store.finish_run(run, "complete", {})
        assert regrade(store, library, rules, now=lambda: FIRST, everything=True)
        assert not outdated(store, library, rules)
    return db


Open = Callable[[str], Store]


@pytest.fixture
def opened(filled: Path, tmp_path: Path, clock: Clock) -> Iterator[Open]:
    """``opened(name)``: a copy of the filled store."""
    stores = []

    def copy(name: str) -> Store:
        for part in filled.parent.glob("many.db*"):
            shutil.copy(part, tmp_path / part.name.replace("many", name))
        stores.append(Store.open(str(tmp_path / f"{name}.db"), now=clock))
        return stores[-1]

    yield copy
    for store in stores:
        store.close()


def changed(library: Library, claims: Mapping[str, Claim], without: str = "") -> Library:
    """The library with these claims in it, each under another hash, and without one."""
    edited = {i: replace(c, content_hash=f"{c.content_hash} edited") for i, c in claims.items()}
    kept = {i: c for i, c in {**library.claims, **edited}.items() if i != without}
    return replace(library, claims=kept, content_hash=f"{concepts_hash(library.content_hash)}.edited")


EDITS = (
    "nothing but words", "wider", "another condition", "matches nothing", "read by others", "a new claim",
    "a claim that is gone", "a claim that is gone and was read", "its parts",
)  # fmt: skip


def edits(library: Library) -> dict[str, Library]:
    """Ways of editing claims, by name."""
    first, second, _, _, third, _, _, last, *_ = library.claims.values()
    return {
        "nothing but words": changed(library, {first.id: replace(first, quote="said otherwise")}),
        "wider": changed(library, {first.id: replace(first, outcome=())}),
        "another condition": changed(library, {second.id: replace(second, condition=last.condition)}),
        "matches nothing": changed(library, {third.id: replace(third, condition=("malady_0",), outcome=("malady_1",))}),
        "read by others": changed(library, {second.id: replace(second, outcome=())}),
        "a new claim": changed(library, {"new": replace(first, id="new", condition=last.condition)}),
        "a claim that is gone": changed(library, {}, without=last.id),
        "a claim that is gone and was read": changed(library, {}, without=second.id),
        "its parts": changed(library, {"both": replace(library.claims["both"], parts=())}),
    }


@pytest.mark.parametrize(("name", "days"), [*((name, 0) for name in EDITS), ("nothing but words", 4), ("wider", 4)])
def test_a_part_is_the_whole(
    name: str, days: int, library: Library, rules: Rules, opened: Open, clock: Clock, tmp_path: Path
) -> None:
    """After any edit of a claim, regrading what it touches gives row by row what regrading everything gives, and tells the same."""
    edited = edits(library)[name]
    clock.now += timedelta(days=days)
    part, whole = opened("part"), opened("whole")
    assert edited_claims(part, edited, rules)
    some = regrade(part, edited, rules, now=clock)
    every = regrade(whole, edited, rules, now=clock, everything=True)
    assert some
    assert every
    assert some[1].records < every[1].records
    assert (some[1].claims, some[1].changes) == (every[1].claims, every[1].changes)
    assert_same(tmp_path / "part.db", tmp_path / "whole.db")
    assert regrade(part, edited, rules, now=clock) is None


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the two parts of grading were asked, by record."""
    asked: Counter[str] = Counter()

    def counting(part: str, real: Callable[..., T]) -> Callable[..., T]:
        def grade(found: object, record: Record, *rest: object) -> T:
            asked[f"{part} {record.id}"] += 1
            return real(found, record, *rest)

        return grade

    monkeypatch.setattr("evtrack.grader.grade_record", counting("record", grade_record))
    monkeypatch.setattr("evtrack.grader.grade_for_claim", counting("claim", grade_for_claim))
    return asked


def test_only_what_an_edit_touches_is_graded(
    library: Library, rules: Rules, opened: Open, clock: Clock, counted: Counter[str]
) -> None:
    """A claim that was edited is held against the records that name its words, each once, and nothing else is graded."""
    store, edited = opened("part"), edits(library)["wider"]
    first = next(iter(library.claims))
    assert regrade(store, edited, rules, now=clock)
    theirs = {f"{part} {record_id}" for record_id in store.ties(first) for part in ("record", "claim")}
    assert set(counted) == theirs
    assert set(counted.values()) == {1}
    assert len(theirs) < RECORDS


def test_the_record_part_is_graded_once(
    library: Library, rules: Rules, opened: Open, clock: Clock, counted: Counter[str]
) -> None:
    """However many claims a record is held against, what it says by itself is read once; and only what is tied is read."""
    store = opened("whole")
    assert regrade(store, library, rules, now=clock, everything=True)
    ties = Counter(record_id for claim_id in library.claims for record_id in store.ties(claim_id))
    assert max(ties.values()) > 1
    assert counted == {f"record {i}": 1 for i in ties} | {f"claim {i}": n for i, n in ties.items()}


class Ties(Mapping[TieKey, TieState]):
    """Ties that count how often all of them are gone through."""

    def __init__(self, ties: Mapping[TieKey, TieState]) -> None:
        self._ties = ties
        self.walks = 0

    def __getitem__(self, key: TieKey) -> TieState:
        return self._ties[key]

    def __len__(self) -> int:
        return len(self._ties)

    def __iter__(self) -> Iterator[TieKey]:
        self.walks += 1
        return iter(self._ties)


def test_ties_are_not_gone_through_for_each_claim(
    library: Library, rules: Rules, opened: Open, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All ties are gone through so many times, however many claims there are."""
    walks = []
    for share in (1, 2):
        store = opened(f"of_{share}")
        some = dict(islice(library.claims.items(), CLAIMS // share))
        fewer = replace(library, claims=some, content_hash=f"other.{share}")
        ties = Ties(store.state().ties)
        seen = replace(store.state(), ties=ties)
        with monkeypatch.context() as patch:
            patch.setattr(store, "state", lambda *_, seen=seen, **__: seen)
            assert regrade(store, fewer, rules, now=clock, everything=True)
        walks.append(ties.walks)
    assert walks[0] == walks[1] > 0


@pytest.mark.parametrize(
    ("what", "due"),
    [
        ("an edited claim", False),
        ("other rules", True),
        ("other concepts", True),
        ("most claims", True),
        ("a kill", True),
    ],
)
def test_when_everything_is_due(what: str, due: bool, library: Library, rules: Rules, opened: Open) -> None:
    """Other rules, other words of any concept, most claims edited, or a run that broke off: all is graded anew."""
    store = opened("whole")
    edited = {
        "other concepts": replace(library, content_hash="others.edited"),
        "most claims": changed(library, library.claims),
    }.get(what, edits(library)["wider"])
    if what == "a kill":
        store.begin_run("load", rules.version, library.content_hash)
    other = replace(rules, version="other") if what == "other rules" else rules
    assert outdated(store, edited, other)
    assert (edited_claims(store, edited, other) is None) == due


def test_a_library_says_whether_its_concepts_are_others(tmp_path: Path) -> None:
    """An edited claim leaves the hash of the concepts as it is; an edited concept does not."""
    for part in ("concepts", "mine"):
        (tmp_path / part).mkdir()
    concept = tmp_path / "concepts" / "more.yaml"
    concept.write_text("- {id: zeal, role: outcome, label: {ja: 熱意, en: zeal}, words: [zeal]}\n", encoding="utf-8")
    pack = tmp_path / "mine" / "pack.yaml"
    pack.write_text("id: mine\n", encoding="utf-8")
    hashes = [load_library(tmp_path)[0].content_hash]
    pack.write_text("id: mine # edited\n", encoding="utf-8")
    hashes.append(load_library(tmp_path)[0].content_hash)
    concept.write_text(
        "- {id: zeal, role: outcome, label: {ja: 熱意, en: zeal}, words: [zeal, ardour]}\n", encoding="utf-8"
    )
    hashes.append(load_library(tmp_path)[0].content_hash)
    assert len(set(hashes)) == 3
    assert [concepts_hash(h) == concepts_hash(hashes[0]) for h in hashes] == [True, True, False]
    assert concepts_hash("a" * 64) is None
