"""Who is graded for what, in which order, and what is written: laws of the one place that grades and writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from weakref import WeakValueDictionary

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.assess import grade_claims, outdated
from evtrack.claim import Library
from evtrack.files import read_file
from evtrack.grade.fields import record_fields
from evtrack.grade.grades import ClaimRecordGrade, Evidence, RecordGrade
from evtrack.grade.record import scan_record
from evtrack.grade.relevance import is_candidate, wanted
from evtrack.grade.state import claims_asked
from evtrack.grade.text import GradingText
from evtrack.grader import Grader
from evtrack.load import load
from evtrack.record import AbstractSection, Record, RecordId
from evtrack.regrade import regrade
from evtrack.rules import Rules
from evtrack.sources._protocol import Read
from evtrack.store.store import Store

DATA = Path(__file__).parent / "data" / "cli"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def grader(library: Library, rules: Rules) -> Grader:
    return Grader(library, rules)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "e.db", now=lambda: NOW)


def article(title: str, abstract: str = "", pmid: int = 90000100) -> Record:
    sections = (AbstractSection(abstract),) if abstract else ()
    return Record(RecordId(f"PMID:{pmid}"), "pubmed", "pubmed-xml", title, sections)


WORDS = [
    "exosomes", "mesenchymal stem cells", "secretome", "depression", "depressive-like behavior", "anxiety", "schizophrenia",
    "Alzheimer's disease", "memory", "cortisol", "BDNF", "inflammation", "mice", "rats", "randomised", "placebo", "barley",
    "forced swim test", "adverse events", "stress", "GABA", "side effects", "neurogenesis", "PTSD", "hippocampus",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_plausible_is_wider(library: Library, rules: Rules, grader: Grader, words: list[str]) -> None:
    """The cheap pass over concepts never loses a claim that the exact question would keep."""
    record = article(" and ".join(words).capitalize())
    plausible = {c.id for c, _ in grader.plausible(GradingText(record_fields(record)).encoded)}
    scan = scan_record(record, rules)
    asking = [c for c in library.claims.values() if c.track != "manual"]
    exact = {c.id for c in asking if is_candidate(scan, wanted(c, library.concepts))}
    assert exact <= plausible


def test_not_a_candidate(grader: Grader) -> None:
    """A record that no claim asks for is not graded, unless it is tied to a claim by its query."""
    barley = article("Barley in two invented valleys")
    assert grader.grade(barley) is None
    forced = grader.grade(barley, ("dep-effect", "no-such-claim"))
    assert forced is not None
    assert set(forced[1]) == {"dep-effect"}
    assert not forced[1]["dep-effect"].counts_for_claim


def test_named_but_not_asked(grader: Grader) -> None:
    """A record that names a claim's words only inside a trap phrase is looked at and let go."""
    graded = grader.grade(article("The exosome complex degrades RNA in respiratory depression"))
    assert graded is None or not any(towards.counts_for_claim for towards in graded[1].values())


def records() -> list[tuple[Record, bytes]]:
    return [(r.record, r.raw) for r in read_file(DATA / "articles.xml") if isinstance(r, Read)]


def test_regrade_after_a_kill(store: Store, library: Library, rules: Rules) -> None:
    """Records that a killed load saved and did not grade are graded by the next run."""
    with store:
        run = store.begin_run("load", rules.version, library.content_hash)
        store.save_records(run, records())
        assert outdated(store, library, rules)
        done = load(store, [str(DATA / "articles.xml")], library, rules, now=lambda: NOW)
        assert done.files[0].new == 0
        assert store.claim_grades()["dep-effect"].level == "animal"
        assert not outdated(store, library, rules)


def test_regrade_with_new_rules(store: Store, library: Library, rules: Rules) -> None:
    """Other rules make every grade due; regrading with the same words changes nothing but says by which rules."""
    with store:
        assert not outdated(store, library, rules)
        load(store, [str(DATA / "articles.xml"), str(DATA / "trials.json")], library, rules, now=lambda: NOW)
        before = store.claim_grades()
        newer = replace(rules, version=f"{rules.version}+1")
        assert outdated(store, library, newer)
        seen: list[int] = []
        done = regrade(store, library, newer, now=lambda: NOW, progress=seen.append)
        assert done is not None
        assert [c.kind for c in done[1].changes] == ["regraded"]
        assert store.claim_grades() == before
        assert regrade(store, library, newer, now=lambda: NOW) is None


def test_a_claim_that_is_gone(store: Store, library: Library, rules: Rules) -> None:
    """A claim whose file was deleted has no grade and no ties after the next run."""
    fewer = replace(library, claims={i: c for i, c in library.claims.items() if i != "dep-effect"})
    with store:
        load(store, [str(DATA / "articles.xml")], library, rules, now=lambda: NOW)
        regrade(store, fewer, rules, now=lambda: NOW)
        assert "dep-effect" not in store.claim_grades()
        assert store.ties("dep-effect") == {}
        assert "dep-effect" not in {c for c, _ in store.state().ties}


def test_ties_that_cease(store: Store, library: Library, rules: Rules, tmp_path: Path) -> None:
    """A record that no longer names a claim's words leaves that claim; the other records of the claim stay."""
    first = (DATA / "articles.xml").read_text()
    other = first.replace("90000001", "90000011").replace("90000002", "90000012").replace("90000003", "90000013")
    (tmp_path / "two.xml").write_text(other)
    changed = (DATA / "changed.xml").read_text()
    for word in (
        "Exosomes of mesenchymal stem cells",
        "exosomes of mesenchymal stem cells",
        "depressive-like",
        "forced swim",
        "exosome",
    ):
        changed = changed.replace(word, "barley")
    (tmp_path / "barley.xml").write_text(changed)
    with store:
        load(store, [str(DATA / "articles.xml"), str(tmp_path / "two.xml")], library, rules, now=lambda: NOW)
        tied = set(store.ties("dep-effect"))
        load(store, [str(tmp_path / "barley.xml")], library, rules, now=lambda: NOW)
        assert tied - set(store.ties("dep-effect")) == {"PMID:90000001"}


def test_order_of_files(tmp_path: Path, library: Library, rules: Rules) -> None:
    """The same files in another order give the same grades."""
    files = [str(DATA / n) for n in ("articles.xml", "changed.xml", "trials.json")]
    states = []
    for n, order in enumerate((files, files[::-1])):
        with Store.open(tmp_path / f"{n}.db", now=lambda: NOW) as store:
            load(store, order, library, rules, now=lambda: NOW)
            state = store.state()
            states.append((state.claims, state.records, state.ties, store.claim_grades()))
    assert states[0] == states[1]


def test_deleted(store: Store, library: Library, rules: Rules, tmp_path: Path) -> None:
    """A PMID that NLM says it deleted leaves the store, and the claim it held up."""
    xml = '<?xml version="1.0"?><PubmedArticleSet><DeleteCitation><PMID Version="1">90000001</PMID></DeleteCitation></PubmedArticleSet>'
    (tmp_path / "gone.xml").write_text(xml)
    with store:
        load(store, [str(DATA / "articles.xml")], library, rules, now=lambda: NOW)
        done = load(store, [str(tmp_path / "gone.xml")], library, rules, now=lambda: NOW)
        assert store.claim_grades()["dep-effect"].level == "none"
        assert {c.kind for c in done.outcome.changes if c.claim_id == "dep-effect"} >= {"record_removed", "level_down"}


def test_would_change(store: Store, library: Library, rules: Rules) -> None:
    """Take away the record that would_change names and grade again: the level does fall."""
    with store:
        load(store, [str(DATA / "articles.xml")], library, rules, now=lambda: NOW)
        grade = store.claim_grades()["dep-effect"]
        assert grade.would_change.down_record_id is not None
        run = store.begin_run("refresh", rules.version, library.content_hash)
        store.mark_removed(run, [grade.would_change.down_record_id])
        store.finish_run(run, "complete", {})
        regrade(store, library, rules, now=lambda: NOW, everything=True)
        assert store.claim_grades()["dep-effect"].level == "none"


class Held(Evidence):
    """Evidence of which it can be told whether anybody still holds it."""

    __slots__ = ("__weakref__",)


def test_evidence_is_read_once_and_let_go(library: Library) -> None:
    """Of each claim it is read once; what is held together is a claim's own and that of those which others read."""
    own = RecordGrade("animal", "animal", False, "therapy", "native_ev", None, "supports", "abstract")
    graded = ClaimRecordGrade(own, "selected", "measured", True, "supports")
    held: WeakValueDictionary[str, Evidence] = WeakValueDictionary()
    asked, together = [], set()

    def evidence(claim_id: str) -> list[Evidence]:
        asked.append(claim_id)
        one = held[claim_id] = Held(RecordId("PMID:90000100"), "pubmed", "Mice", 2026, graded)
        together.add(len(held))
        return [one]

    grade_claims(library, evidence, lambda _: (), NOW.date())
    read = {i for claim in library.claims.values() for i in claims_asked(claim)}
    assert sorted(asked) == sorted(library.claims)
    assert 1 < max(together) <= len(read) + 1 < len(library.claims)
    assert not held
