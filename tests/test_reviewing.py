"""Do a person's words hold, whatever comes after them: refreshes, other rules, files, an empty store?"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from evtrack.claim import Claim, Concept, Library
from evtrack.claims import load_library
from evtrack.grade.grades import Evidence
from evtrack.grader import Grader
from evtrack.record import AbstractSection, MeshHeading, PartialDate, Record, RecordId, SourceName
from evtrack.refresh import refresh
from evtrack.refreshed import Refreshed
from evtrack.regrade import regrade
from evtrack.reviewing import Given, WordError, bring_in, give, manual_id, queue, spoken, standing
from evtrack.rules import Rules
from evtrack.sources._protocol import Changed, Fetched, Listed, OneByOne, Parsed, Read
from evtrack.store.read import open_reader
from evtrack.store.store import Store
from evtrack.word import REOPENED, Action, Word
from evtrack.word_check import check
from evtrack.words_file import read_words, write_words

TEXTS = json.loads((Path(__file__).parent / "data" / "texts.json").read_text(encoding="utf-8"))
FIRST = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
CLAIMS = ("dep-effect", "ad-effect", "state-basic-accumulating")


def article(number: int, text: str = "depression in mice", **more: Any) -> Record:
    """An invented article that says one of the texts of the refresh tests."""
    told = TEXTS[text]
    return Record(
        RecordId(f"PMID:{90000000 + number}"), "pubmed", "pubmed-xml", told["title"], (AbstractSection(told["abstract"]),),
        languages=("eng",), published=PartialDate(2025), revised=PartialDate(2026, 10, 5), **more,
    )  # fmt: skip


def changed(record: Record, **more: Any) -> Record:
    """The same article, revised, with a sentence that says nothing to grade."""
    abstract = (*record.abstract, AbstractSection("Funding was invented."))
    return replace(record, **{"abstract": abstract, "revised": PartialDate(2026, 11, 6), **more})


@dataclass
class Service:
    requests: int = 0
    retries: int = 0
    transport: str = "httpx"
    told: list[Any] = field(default_factory=list)


@dataclass
class Shelf(OneByOne):
    """PubMed, as far as it is needed: every record is found by each query, and what is dated anew is told as changed."""

    records: dict[RecordId, Record]
    asked: list[RecordId] = field(default_factory=list)
    merged: dict[RecordId, RecordId] = field(default_factory=dict)
    name: SourceName = "pubmed"
    service: Any = field(default_factory=Service)

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:  # noqa: ARG002 # the shelf is asked in the protocol's words
        return (f"exosomes {claim.id}",) if claim.track == "intervention" else ()

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        raise NotImplementedError

    def count(self, query: str) -> int:
        raise NotImplementedError

    def search(self, query: str) -> Listed:  # noqa: ARG002 # the shelf is asked in the protocol's words
        return Listed(dict.fromkeys(self.records), len(self.records), True)

    def changed(self, listed: Mapping[RecordId, str | None], known: Mapping[RecordId, str], since: date) -> Changed:  # noqa: ARG002 # the shelf is asked in the protocol's words
        return Changed(
            frozenset(i for i, day in known.items() if i in self.records and str(self.records[i].revised) != day)
        )

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        self.asked += ids
        merged = {i: self.merged[i] for i in ids if i in self.merged}
        found = [self.records[i] for i in (*ids, *merged.values()) if i in self.records]
        yield Fetched(tuple(Read(r, repr(r).encode()) for r in found), merged)


class Desk:
    """A store, the claims, the rules, a clock and a shelf."""

    def __init__(self, path: Path, library: Library, rules: Rules, records: list[Record]) -> None:
        self.moment = FIRST
        self.library = library
        self.rules = rules
        self.shelf = Shelf({r.id: r for r in records})
        self.path = path
        self.store = Store.open(path, now=self.now)

    def now(self) -> datetime:
        return self.moment

    @property
    def grader(self) -> Grader:
        return Grader(self.library, self.rules)

    def refresh(self) -> Refreshed:
        """The refresh of the next week."""
        self.moment += timedelta(days=7)
        return refresh(self.store, self.library, self.rules, [self.shelf], now=self.now)

    def say(
        self, action: Action, record: str | None = None, claim: str | None = None, name: str = "山田", **values: Any
    ) -> Given:
        """One word of a person, given now; a bare number names an article."""
        word = Word(action, f"{action}: read it", name, "", RecordId(record) if record else None, claim, values)
        return give(self.store, self.grader, [word], now=self.now)

    def add(self, name: str = "山田", **values: Any) -> RecordId:
        """A record entered by hand."""
        record_id = manual_id(values)
        self.say("add", record_id, name=name, **values)
        return record_id

    def of(self, record: str, claim: str = "dep-effect") -> Evidence:
        return next(e for e in self.store.evidence(claim) if e.id == record)

    def level(self, claim: str = "dep-effect") -> tuple[str | None, str]:
        grade = self.store.claim_grades()[claim]
        return grade.level, grade.stance

    def in_view(self) -> set[tuple[int, bool]]:
        """Words that stand, and whether each is open again, as the SQL view says."""
        return {(i, bool(r)) for i, r in self.store._rows("SELECT id, reopened FROM words WHERE stands")}

    def in_reader(self) -> set[tuple[int, bool]]:
        """The same as the reader says."""
        return {(w.id, w.reopened) for w in standing(self.store)}

    def held(self) -> dict[str, Any]:
        """All grades that hold, without what only tells where they came from."""
        sql = "SELECT claim_id, record_id, grade FROM claim_record WHERE valid_to IS NULL ORDER BY 1, 2"
        ties = list(self.store._rows(sql))
        return {"ties": ties, "claims": {i: self.store.claim_grades()[i] for i in self.library.claims}}


@pytest.fixture(scope="module")
def library() -> Library:
    whole = load_library()[0]
    return replace(whole, claims={i: whole.claims[i] for i in CLAIMS})


@pytest.fixture
def desk(tmp_path: Path, library: Library, rules: Rules) -> Iterator[Desk]:
    """A store that was refreshed once."""
    texts = ["depression in mice", "helpless rats", "review of depression", "dementia in people", "barley"]
    desk = Desk(tmp_path / "e.db", library, rules, [article(i, text) for i, text in enumerate(texts, 1)])
    desk.refresh()
    with desk.store:
        yield desk


MICE, RATS, REVIEW, PEOPLE, BARLEY = (f"PMID:9000000{i}" for i in range(1, 6))
ADDED: dict[str, Any] = {
    "title": "うつ病モデルマウスへの幹細胞由来エクソソームの経鼻投与", "url": "https://example.org/1", "journal": "作り話雑誌", "year": 2024,
    "authors": ["山田 太郎"], "citation": "作り話雑誌 2024;1:1-2", "language": "ja", "design": "animal", "role": "therapy", "agent": "native_ev",
    "n": 20, "claims": {"dep-effect": {"stance": "no_difference", "condition_match": "selected", "outcome_match": "measured"}},
}  # fmt: skip


def test_a_word_moves_the_level_is_told_and_is_undone(desk: Desk) -> None:
    """A rejected record no longer counts, the review run tells what that moved, a day before shows the old grade, undo restores all."""
    before = desk.held()
    assert desk.level() == ("animal", "supports")
    desk.moment += timedelta(days=1)
    desk.say("reject", MICE, "dep-effect")
    done = desk.say("reject", RATS, "dep-effect")
    assert desk.level() == ("none", "n/a")
    assert [(c.kind, c.claim_id, c.before, c.after) for c in done.outcome.changes if c.claim_id == "dep-effect"] == [  # type: ignore[union-attr] # a word was given
        ("level_down", "dep-effect", "animal", "none"),
        ("stance_changed", "dep-effect", "supports", "n/a"),
    ]
    told = [(run.kind, change.kind) for run, change in desk.store.changes(done.run - 1)]
    assert ("review", "level_down") in told
    assert desk.store.claim_grades(FIRST.date() + timedelta(days=7))["dep-effect"].level == "animal"
    old = next(e for e in desk.store.evidence("dep-effect", FIRST.date() + timedelta(days=7)) if e.id == MICE)
    assert (old.override, old.graded.counts_for_claim) == (None, True)
    held = desk.of(MICE).override
    assert held is not None
    assert (held.action, held.name, held.seen["level"], held.reopened) == ("reject", "山田", "animal", False)
    assert desk.of(MICE).graded.grade.reasons[0].rule == "P-REJECT"
    assert desk.store.record_grades([MICE])[RecordId(MICE)].level == "animal"
    desk.say("undo", MICE, "dep-effect")
    desk.say("undo", RATS, "dep-effect")
    assert desk.held() == before


def test_twenty_decisions_outlive_all_that_comes(tmp_path: Path, library: Library, rules: Rules) -> None:
    """Refresh with changed and unchanged records, other rules, export, an empty store: the same words, the changed are open, nothing else moved."""
    texts = ["depression in mice", "helpless rats", "dementia in people", "dementia in mice", "review of depression"]
    desk = Desk(tmp_path / "a.db", library, rules, [article(i, texts[i % 5]) for i in range(30)])
    desk.refresh()
    actions: list[Action] = ["accept", "reject", "relabel"]
    with desk.store:
        for i in range(18):
            values: dict[str, Any] = {"stance": "mixed", "n": 20 + i} if i % 3 == 2 else {}
            of_all = i % 2 and not values  # a direction is about one claim
            desk.say(actions[i % 3], f"PMID:{90000000 + i}", None if of_all else _claim(desk, i), **values)
        desk.say("accept", None, "ad-effect")
        desk.add(**ADDED)
        said, held = spoken(desk.store), desk.held()
        assert len(said) == 20
        desk.refresh()
        assert (spoken(desk.store), desk.held()) == (said, held)

        turned = {RecordId(f"PMID:{90000000 + i}") for i in (0, 1, 2, 25)}
        for one in turned:
            desk.shelf.records[one] = changed(desk.shelf.records[one])
        week = desk.refresh()
        assert spoken(desk.store) == said
        about = turned - {RecordId("PMID:90000025")}
        assert {c.record_id for c in week.changes if c.kind == "review_reopened"} == about
        assert {w.record_id for w in standing(desk.store) if w.reopened} == about
        assert desk.in_view() == desk.in_reader()
        for claim in library.claims:
            for e in desk.store.evidence(claim):
                assert (REOPENED in e.graded.grade.flags) == (e.id in about and e.override is not None)
        now = desk.held()
        assert [t for t in now["ties"] if t[1] not in turned] == [t for t in held["ties"] if t[1] not in turned]

        other = replace(rules, version=rules.version + ".1")
        assert regrade(desk.store, library, other, now=desk.now) is not None
        assert spoken(desk.store) == said
        assert desk.held()["ties"] == now["ties"]

        text = write_words(said)
        again, wrong = read_words(text, "words.yaml")
        assert wrong == []
        empty = Desk(tmp_path / "b.db", library, rules, list(desk.shelf.records.values()))
        with empty.store:
            first = bring_in(empty.store, empty.grader, again, now=empty.now)
            assert (len(first.words), first.known) == (20, 0)
            assert empty.level("ad-effect")[0] == "none"
            second = bring_in(empty.store, empty.grader, again, now=empty.now)
            assert (second.run, second.words, second.outcome, second.known) == (0, (), None, 20)
            empty.refresh()
            assert write_words(spoken(empty.store)) == text
            assert empty.held() == desk.held()
            assert {w.record_id for w in standing(empty.store) if w.reopened and w.record_id} == about
            assert empty.in_view() == empty.in_reader()


def _claim(desk: Desk, number: int) -> str:
    """A claim to which the article is tied."""
    tied = sorted(c for c, r in desk.store.state().ties if r == f"PMID:{90000000 + number}")
    return tied[0]


def test_a_word_on_changed_content_holds_down_and_not_up(desk: Desk) -> None:
    """After a revision an upgraded record is back at the rules' level and a rejected one stays out, both waiting."""
    desk.say("relabel", MICE, "dep-effect", design="single_arm", stance="supports")
    assert desk.level()[0] == "early_clinical"
    desk.say("reject", RATS, "dep-effect")
    for record in (MICE, RATS):
        desk.shelf.records[RecordId(record)] = changed(desk.shelf.records[RecordId(record)])
    desk.refresh()
    assert desk.level()[0] == "animal"
    assert (desk.of(MICE).graded.grade.level, desk.of(RATS).graded.counts_for_claim) == ("animal", False)
    first, second = queue(desk.store, desk.library, "dep-effect")[:2]
    assert {first.record_id, second.record_id} == {MICE, RATS}
    assert {(w.why, w.because) for w in (first, second)} == {("reopened", "content_changed")}
    assert first.word is not None
    desk.say("relabel", MICE, "dep-effect", design="single_arm", stance="supports")
    assert desk.level()[0] == "early_clinical"
    assert not desk.of(MICE).override.reopened  # type: ignore[union-attr] # a word was given


def test_a_new_date_opens_nothing(desk: Desk) -> None:
    """What NLM keeps up for weeks (day of revision, status, MeSH) leaves a word as it stands, and nothing is told."""
    desk.say("accept", MICE, "dep-effect")
    desk.say("reject", RATS)
    before = desk.held()
    for one in map(RecordId, (MICE, RATS)):
        more: dict[str, Any] = {
            "revised": PartialDate(2026, 11, 6),
            "status": "MEDLINE",
            "mesh": (MeshHeading("Mice"),),
        }
        desk.shelf.records[one] = replace(desk.shelf.records[one], **more)
    done = desk.refresh()
    assert {c.kind for c in done.changes} == {"record_changed"}
    assert [w.reopened for w in standing(desk.store)] == [False, False]
    assert desk.held() == before


def test_a_word_follows_a_merged_record(desk: Desk) -> None:
    """What was said of a PMID that became another holds of the other: open again where that reads otherwise, never lifting it."""
    new, same = RecordId("PMID:90000011"), RecordId("PMID:90000012")
    desk.say("relabel", MICE, "dep-effect", design="single_arm", stance="supports")
    desk.say("reject", RATS)
    desk.say("reject", PEOPLE, "ad-effect")
    old = {i: desk.shelf.records.pop(RecordId(i)) for i in (MICE, RATS, PEOPLE)}
    desk.shelf.records[new] = changed(replace(old[MICE], id=new))
    desk.shelf.records[same] = replace(old[RATS], id=same)
    desk.shelf.merged = {RecordId(MICE): new, RecordId(RATS): same, RecordId(PEOPLE): new}
    done = desk.refresh()
    held = desk.of(new).override
    assert held is not None
    assert (held.action, held.name, held.reopened) == ("relabel", "山田", True)
    assert (desk.of(new).graded.grade.level, desk.of(new).graded.grade.needs_review) == ("animal", True)
    assert (new, "dep-effect") in [(c.record_id, c.claim_id) for c in done.changes if c.kind == "review_reopened"]
    assert not desk.of(same).graded.counts_for_claim
    assert not desk.of(same).override.reopened  # type: ignore[union-attr] # it followed
    assert len(spoken(desk.store)) == 6
    assert desk.in_view() == desk.in_reader()
    desk.refresh()
    assert len(spoken(desk.store)) == 6


def test_words_count_in_the_order_said(desk: Desk) -> None:
    """Of files that come in any order the word that was said later stands; who speaks now speaks last, whatever a clock had said."""
    early, late = "2026-11-01T09:00:00Z", "2027-01-01T09:00:00Z"
    later = Word("reject", "r", "B", late, RecordId(MICE), "dep-effect")
    for word in (later, replace(later, action="accept", name="A", at=early)):
        bring_in(desk.store, desk.grader, [word], now=desk.now)
    assert not desk.of(MICE).graded.counts_for_claim
    assert desk.in_view() == desk.in_reader() == {(1, False)}
    (word,) = desk.say("accept", MICE, "dep-effect").words
    assert (word.at, desk.of(MICE).graded.counts_for_claim) == (late, True)


@pytest.mark.parametrize("days", [0, 40])
def test_a_word_grades_what_it_touches_as_a_whole_regrade_would(desk: Desk, days: int) -> None:
    """After each of many words, on the day of the refresh or later, a regrade of everything changes no grade, link or change."""
    desk.moment += timedelta(days=days)

    def settled() -> None:
        links, held = desk.store.links(), desk.held()
        done = regrade(desk.store, desk.library, desk.rules, now=desk.now, everything=True)
        assert done is not None
        assert (done[1].claims, done[1].changes) == ((), ())
        assert (desk.store.links(), desk.held()) == (links, held)

    desk.say("reject", MICE)
    settled()
    desk.say("relabel", PEOPLE, "dep-effect", condition_match="selected", outcome_match="measured", stance="mixed")
    settled()
    added = desk.add(**ADDED)
    settled()
    desk.say("reject", added, "dep-effect")
    settled()
    for record, claim in ((PEOPLE, "dep-effect"), (added, "dep-effect"), (added, None), (MICE, None)):
        desk.say("undo", record, claim)
        settled()


def test_a_retraction_is_not_lifted(desk: Desk) -> None:
    """A paper that was accepted and is then retracted no longer counts; no later word makes it count."""
    desk.say("accept", MICE, "dep-effect")
    desk.shelf.records[RecordId(MICE)] = changed(
        desk.shelf.records[RecordId(MICE)], publication_types=("Retracted Publication",)
    )
    desk.refresh()
    assert (desk.of(MICE).graded.grade.gate, desk.of(MICE).graded.counts_for_claim) == ("retracted", False)
    with pytest.raises(WordError, match="final_gate"):
        desk.say("relabel", MICE, gate=None, design="animal")
    desk.say("accept", MICE, "dep-effect")
    assert desk.of(MICE).graded.grade.level == "none"


def test_an_accepted_grade_that_the_rules_no_longer_give_is_open(desk: Desk) -> None:
    """The record is the same and the rules say something else than was accepted: a person is asked again."""
    seen = {"design": "rct", "level": "rct"}
    word = Word("accept", "r", "n", "", RecordId(MICE), "dep-effect", seen=seen)
    give(desk.store, desk.grader, [word], now=desk.now)
    held = desk.of(MICE)
    assert held.override is not None
    assert held.override.reopened
    (waiting,) = [w for w in queue(desk.store, desk.library, "dep-effect") if w.record_id == MICE]
    assert (waiting.why, waiting.because, waiting.moves) == ("reopened", "grade_changed", "stance")


def test_words_on_a_level(desk: Desk) -> None:
    """Accept and reject stand beside the level and change nothing; they are open when level or stance moved."""
    before = desk.level()
    desk.say("reject", None, "dep-effect")
    assert desk.level() == before
    (word,) = desk.store.claim_words("dep-effect")
    told = {"level": "animal", "stance": "supports", "k": 2, "n": 2}
    assert (word.seen, word.reopened) == ({**told, "by_rules": told}, False)
    assert not [w for w in queue(desk.store, desk.library) if w.record_id is None]
    done = desk.say("relabel", MICE, "dep-effect", stance="contradicts")
    assert ("review_reopened", "dep-effect", None) in [(c.kind, c.claim_id, c.record_id) for c in done.outcome.changes]  # type: ignore[union-attr] # a word was given
    assert desk.store.claim_words("dep-effect")[0].reopened
    waiting = next(w for w in queue(desk.store, desk.library) if w.record_id is None)
    assert (waiting.because, waiting.claim_ids, waiting.word) == (
        "level_moved",
        ("dep-effect",),
        desk.store.claim_words("dep-effect")[0],
    )
    seen = desk.say("accept", None, "dep-effect").words[0].seen
    assert (seen["stance"], seen["k"], seen["by_rules"]) == (desk.level()[1], 1, told)
    desk.say("undo", None, "dep-effect")
    desk.say("undo", None, "dep-effect")
    assert desk.store.claim_words("dep-effect") == ()
    desk.say("accept", None, "state-basic-accumulating")
    assert desk.store.claim_words("state-basic-accumulating")[0].seen["level"] is None


def test_the_rules_alone(desk: Desk) -> None:
    """What the rules say of a level has no person's word in it: not a relabel, not what was tied or entered by hand, nor of claims it reads."""
    before = desk.store.claim_grades()
    desk.say("relabel", MICE, "dep-effect", design="rct", stance="supports", n=300)
    desk.add(**{**ADDED, "design": "single_arm", "title": "Exosomes in depression"})
    desk.say("relabel", PEOPLE, "dep-effect", condition_match="selected", outcome_match="measured", stance="mixed")
    assert desk.level()[0] == "rct"
    for claim_id in ("dep-effect", "state-basic-accumulating"):
        alone = desk.say("accept", None, claim_id).words[0].seen["by_rules"]
        was = before[claim_id]
        assert alone == {"level": was.level, "stance": was.stance, "k": was.k_of_n[0], "n": was.k_of_n[1]}


def test_a_record_entered_by_hand(desk: Desk) -> None:
    """It counts like any other, with its citation; refreshes leave it alone and ask no service for it; undo removes it."""
    before = desk.held()
    added = desk.add(**ADDED)
    e = desk.of(added)
    assert (e.source, e.citation, e.url, e.year) == ("manual", "作り話雑誌 2024;1:1-2", "https://example.org/1", 2024)
    assert (e.graded.grade.level, e.graded.stance, e.graded.counts_for_claim) == ("animal", "no_difference", True)
    assert (e.graded.grade.basis, e.graded.grade.numbers["n"]) == ("person", 20)
    assert desk.level() == ("animal", "mixed")
    assert desk.store.ties("dep-effect")[added].found_by in ("person", "match")
    assert b'"year": 2024' in desk.store.raw(added)
    week = desk.refresh()
    assert not [c for c in week.changes if c.record_id == added]
    assert added not in desk.shelf.asked
    assert desk.of(added) == e
    desk.say("relabel", added, "dep-effect", stance="contradicts")
    assert desk.of(added).graded.stance == "contradicts"
    desk.say("undo", added, "dep-effect")
    corrected = {**ADDED, "n": 30, "citation": "作り話雑誌 2024;1:1-3"}
    desk.say("add", added, **corrected)
    assert (desk.of(added).citation, desk.of(added).graded.grade.numbers["n"]) == ("作り話雑誌 2024;1:1-3", 30)
    desk.say("undo", added)
    assert desk.of(added).graded.grade.numbers["n"] == 20
    done = desk.say("undo", added)
    assert {c.kind for c in done.outcome.changes if c.record_id == added} == {"record_removed"}  # type: ignore[union-attr] # a word was given
    assert desk.held() == before


@pytest.mark.parametrize("days", [0, 1, 40])
def test_a_word_is_no_news_of_other_records(desk: Desk, days: int) -> None:
    """What a person adds, ties, rejects or takes back is told of that record and its claims alone, on the day of the refresh or later."""
    steps: list[Callable[[], Given]] = [
        lambda: desk.say("add", manual_id(ADDED), **ADDED),
        lambda: desk.say("relabel", PEOPLE, "dep-effect", condition_match="selected", outcome_match="measured", stance="mixed"),
        lambda: desk.say("reject", MICE),
        lambda: desk.say("undo", PEOPLE, "dep-effect"),
        lambda: desk.say("undo", manual_id(ADDED)),
    ]  # fmt: skip
    for step in steps:
        desk.moment += timedelta(days=days)
        given = step()
        assert given.outcome is not None
        about = {word.record_id for word in given.words}
        assert {c.record_id for c in given.outcome.changes if c.record_id is not None} <= about
    told = [c for _, c in desk.store.changes(1) if c.kind == "new_record" and c.record_id == manual_id(ADDED)]
    assert len(told) == len({c.claim_id for c in told}) > 0


def test_a_preprint_and_a_registration_by_hand(desk: Desk) -> None:
    """A preprint gives the provisional level alone; a registration is listed as under test and raises nothing."""
    early = desk.add(**{**ADDED, "design": "single_arm", "doi": "10.99999/early", "flags": ["preprint"]})
    grade = desk.store.claim_grades()["dep-effect"]
    assert (desk.of(early).graded.preprint, grade.level, grade.provisional_level) == (True, "animal", "early_clinical")
    trial = desk.add(
        title="外因性うつ病に対する試験", design="registered_trial", registry_id="ChiCTR2600999999", status="Not yet recruiting",
        phase="PHASE1/PHASE2", planned_n=30, planned_design="rct", completion="2027-03", role="therapy", agent="native_ev",
        claims={"dep-effect": {"condition_match": "selected"}},
    )  # fmt: skip
    assert trial == "MANUAL:ChiCTR2600999999"
    (listed,) = desk.store.claim_grades()["dep-effect"].registered
    assert (listed.id, listed.status, listed.phase, listed.design, listed.planned_n, listed.completion) == (
        trial, "NOT_YET_RECRUITING", "PHASE1/PHASE2", "rct", 30, "2027-03",
    )  # fmt: skip
    assert desk.of(trial).graded.grade.gate == "registered_only"
    desk.say("reject", trial, "dep-effect")
    assert desk.store.claim_grades()["dep-effect"].registered == ()


def test_a_relabel_ties_a_record_to_a_claim_until_it_is_undone(desk: Desk) -> None:
    """A record that no search and no word found for a claim is its record by a person's word, and ceases to be."""
    assert (
        RecordId(MICE) not in desk.store.ties("ad-effect")
        or desk.store.ties("ad-effect")[RecordId(MICE)].found_by == "query"
    )
    outside = article(9, "depression in mice")
    run = desk.store.begin_run("load", desk.rules.version, desk.library.content_hash)
    desk.store.save_records(run, [(outside, b"x")])
    desk.store.finish_run(run, "complete", {})
    before = desk.held()
    desk.say("relabel", outside.id, "ad-effect", condition_match="selected", outcome_match="measured", stance="mixed")
    assert desk.store.ties("ad-effect")[outside.id].found_by == "person"
    assert desk.of(outside.id, "ad-effect").graded.counts_for_claim
    regrade(desk.store, desk.library, desk.rules, now=desk.now, everything=True)
    assert desk.store.ties("ad-effect")[outside.id].found_by == "person"
    desk.say("undo", outside.id, "ad-effect")
    assert outside.id not in desk.store.ties("ad-effect")
    assert [t for t in desk.held()["ties"] if t[1] != outside.id] == before["ties"]


@pytest.mark.parametrize(
    ("action", "record", "claim", "values", "code"),
    [
        ("accept", "PMID:99999999", None, {}, "unknown_record"),
        ("accept", MICE, "no-such", {}, "unknown_claim"),
        ("accept", BARLEY, "state-basic-accumulating", {}, "not_tied"),
        ("accept", None, None, {}, "about_nothing"),
        ("relabel", None, "dep-effect", {"level": "rct"}, "level_typed_in"),
        ("relabel", MICE, None, {"stance": "mixed"}, "claim_needed"),
        ("relabel", MICE, None, {"n": 3, "counts_for_claim": False}, "claim_needed"),
        ("relabel", MICE, None, {"level": "rct"}, "level_of_design"),
        ("relabel", MICE, None, {"design": "rct"}, "stance_needed"),
        ("relabel", MICE, None, {"synthesis": True}, "synthesis_of_design"),
        ("relabel", REVIEW, "dep-effect", {"gate": None}, "gate_of_design"),
        ("relabel", REVIEW, "dep-effect", {"counts_for_claim": True}, "cannot_count"),
        ("relabel", MICE, "dep-effect", {"agent": "secretome", "counts_for_claim": True}, "cannot_count"),
        ("relabel", MICE, "dep-effect", {"outcome_match": "none", "counts_for_claim": True}, "cannot_count"),
        ("relabel", MICE, "dep-effect", {"condition_match": "none", "counts_for_claim": True}, "cannot_count"),
        ("relabel", MICE, "dep-effect", {"role": "other", "counts_for_claim": True}, "cannot_count"),
        ("undo", MICE, "dep-effect", {}, "nothing_to_undo"),
        ("add", "MANUAL:x", None, {**ADDED, "claims": {"no-such": {}}}, "unknown_claim"),
        ("add", "MANUAL:x", None, {**ADDED, "stance": "mixed", "claims": {"dep-effect": {}, "ad-effect": {}}}, "of_one_claim"),
        ("add", "MANUAL:x", None, {k: v for k, v in ADDED.items() if k != "url"}, "nothing_to_find_it_by"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(
    desk: Desk, action: Action, record: str | None, claim: str | None, values: dict[str, Any], code: str
) -> None:
    """A word that can't be true, or is about nothing that is there, is refused by its code, and nothing is kept."""
    runs, held = len(desk.store.runs()), desk.held()
    with pytest.raises(WordError) as caught:
        desk.say(action, record, claim, **values)
    assert caught.value.code == code
    assert (len(desk.store.runs()), desk.store.words(), desk.held()) == (runs, (), held)


def test_one_wrong_word_of_several_leaves_nothing(desk: Desk) -> None:
    """Words are taken all or none; a later one may rest on one before it."""
    good = Word("accept", "r", "n", "", RecordId(MICE), "dep-effect")
    with pytest.raises(WordError, match="nothing_to_undo"):
        give(desk.store, desk.grader, [good, replace(good, action="undo"), replace(good, action="undo")], now=desk.now)
    assert desk.store.words() == ()
    done = give(desk.store, desk.grader, [good, replace(good, action="undo")], now=desk.now)
    assert [w.id for w in done.words] == [1, 2]
    assert give(desk.store, desk.grader, [], now=desk.now) == Given(0, (), None)
    with pytest.raises(WordError, match="missing"):
        bring_in(desk.store, desk.grader, [replace(good, reason=" ")], now=desk.now)


def test_a_work_that_is_there_already_is_not_added(desk: Desk) -> None:
    """The same DOI or registry id is the same work: the word belongs on the record that is there."""
    desk.shelf.records[RecordId(MICE)] = changed(desk.shelf.records[RecordId(MICE)], doi="10.99999/X")
    desk.refresh()
    with pytest.raises(WordError, match="there_already"):
        desk.add(**{**ADDED, "doi": "10.99999/x"})


def test_a_record_that_no_claim_asks_for(desk: Desk, tmp_path: Path) -> None:
    """A word on a record of no claim must name the claim; an ungraded store has no level to speak of."""
    desk.store.end_claims(desk.store.runs()[-1].id, [])
    lonely = article(8, "barley")
    run = desk.store.begin_run("load", desk.rules.version, desk.library.content_hash)
    desk.store.save_records(run, [(lonely, b"x")])
    desk.store.finish_run(run, "complete", {})
    with pytest.raises(WordError, match="tied_to_none"):
        desk.say("accept", lonely.id)
    empty = Desk(tmp_path / "empty.db", desk.library, desk.rules, [])
    with empty.store, pytest.raises(WordError, match="claim_not_graded"):
        empty.say("accept", None, "dep-effect")


def test_words_under_other_rules_grade_everything(desk: Desk) -> None:
    """Where rules are others than those that graded, the review run grades all, as a load would."""
    desk.rules = replace(desk.rules, version="99")
    done = desk.say("accept", MICE, "dep-effect")
    assert done.outcome is not None
    assert done.outcome.records > 1
    assert {by for _, by in desk.store.graded_with().values()} == {"99"}


def test_the_queue_has_what_could_move_a_headline_first(desk: Desk) -> None:
    """People before animals, what moves a level before what moves nothing; two persons who differ are told; one claim's alone on request."""
    desk.say("relabel", MICE, "dep-effect", name="A", stance="mixed")
    desk.say("accept", MICE, None, name="B")
    waiting = queue(desk.store, desk.library)
    assert [w.moves is None for w in waiting] == sorted(w.moves is None for w in waiting)
    differing = next(w for w in waiting if w.record_id == MICE)
    assert (differing.why, differing.because) == ("disagreement", "people_differ")
    assert all("dep-effect" in w.claim_ids for w in queue(desk.store, desk.library, "dep-effect"))
    desk.say("undo", MICE, None, name="B")
    assert MICE not in [w.record_id for w in queue(desk.store, desk.library) if w.because == "people_differ"]
    with open_reader(desk.path) as reader:
        assert queue(reader, desk.library) == queue(desk.store, desk.library)
        assert standing(reader) == standing(desk.store)
    assert all(check(w) is None for w in spoken(desk.store))  # type: ignore[func-returns-value] # it raises or says nothing
