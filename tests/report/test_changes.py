"""The digest of changes: what happened as sentences, worst first and by claim, the same news in each format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from evtrack.bilingual import Bilingual
from evtrack.changes import SEVERITIES, Change, ChangeKind
from evtrack.claim import Claim, Library
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, Level, RecordGrade, Stance
from evtrack.record import Record, RecordId
from evtrack.report.change_words import Beside, beside_of, change_sentence, change_words
from evtrack.report.changes_atom import Week, changes_atom
from evtrack.report.changes_html import changes_fragment, changes_html
from evtrack.report.changes_markdown import changes_markdown
from evtrack.report.changes_text import digest_lines
from evtrack.report.digest import Digest, digest_of
from evtrack.store.facts import Run
from evtrack.store.moments import Later, Retraction
from evtrack.store.read import Reader
from evtrack.word import Word
from evtrack.wording import word

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
FIRST = Run(1, "refresh", NOW.replace(day=16), NOW.replace(day=16, minute=9), "complete", "1", "", "0")
SECOND = Run(2, "refresh", NOW, NOW.replace(minute=9), "complete", "1", "", "0")
PAPER, TRIAL = RecordId("PMID:90000001"), RecordId("NCT90000002")


def claim(claim_id: str, **more: str) -> Claim:
    usual = {"kind": "per-condition effect", "track": "intervention"}
    said = Bilingual(f"{claim_id}は効く。", f"{claim_id} helps.")
    return Claim(id=claim_id, pack="p", statement=said, quote="q", **{**usual, **more})  # type: ignore[arg-type] # one of its words


LIBRARY = Library((), {c: claim(c) for c in ("one", "two", "three")}, {}, "")


def grade(claim_id: str, level: Level = "rct", stance: Stance = "no_difference") -> ClaimGrade:
    label = Bilingual(f"ラベル{claim_id}", f"label of {claim_id}")
    people = Bilingual(f"人では{claim_id}", f"in people {claim_id}")
    return ClaimGrade(claim_id, level, stance, label, people, {}, (0, 1, 0))


def evidence(record: RecordId, level: Level = "rct", stance: Stance = "no_difference") -> Evidence:
    own = RecordGrade("rct", level, False, "therapy", "native_ev", None, stance, "abstract")
    return Evidence(record, "pubmed", "t", 2026, ClaimRecordGrade(own, "selected", "measured", True, stance))


@dataclass
class Held:
    """A store that holds so much, for every moment."""

    grades: dict[str, ClaimGrade] = field(default_factory=lambda: {c: grade(c) for c in LIBRARY.claims})
    titles: dict[str, str] = field(default_factory=lambda: {PAPER: "An invented paper", TRIAL: "An invented trial"})
    ties: dict[str, list[Evidence]] = field(default_factory=lambda: {"one": [evidence(PAPER)]})
    earlier: dict[str, list[Evidence]] = field(default_factory=dict)
    """Ties that stood before the second run, where they were others."""
    earlier_grades: dict[str, ClaimGrade] = field(default_factory=dict)
    gone: dict[str, Later] = field(default_factory=dict)
    notices: dict[str, Retraction] = field(default_factory=dict)
    said: list[Word] = field(default_factory=list)
    asked_at: list[object] = field(default_factory=list)

    def claim_grades(self, at: object = None) -> dict[str, ClaimGrade]:
        self.asked_at.append(at)
        return self.grades | (self.earlier_grades if at == 1 else {})

    def evidence(self, claim_id: str, at: object = None) -> list[Evidence]:
        held = self.ties | self.earlier if at == 1 else self.ties
        return held.get(claim_id, [])

    def later(self, ids: object, at: object) -> dict[str, Later]:
        assert (ids, at) == ({PAPER}, 0)
        return self.gone

    def retractions(self, ids: object, at: object) -> dict[str, Retraction]:
        assert (len(cast("list[str]", ids)), at) == (1, 2)
        return self.notices

    def words(self, at: object) -> list[Word]:
        return self.said if at == 2 else []

    def record(self, record_id: str) -> Record | None:
        title = self.titles.get(record_id)
        return Record(RecordId(record_id), "pubmed", "pubmed-xml", title) if title is not None else None


def digest(
    *changes: Change, held: Held | None = None, lang: str = "en", warnings: tuple[str, ...] = (), run: Run = SECOND
) -> Digest:
    reader = cast("Reader", held or Held())
    return digest_of([(run, c) for c in changes], reader, LIBRARY, lang, at=NOW, warnings=warnings)


def text(of: Digest, columns: int = 400) -> str:
    return "\n".join(line for line, _ in digest_lines(of, columns))


UP = Change("level_up", "one", None, "animal", "rct", "notable")
DOWN = Change("level_down", "two", None, "rct", "animal", "critical")
RETRACTED = [Change("retracted", c, PAPER, None, "retracted", "critical") for c in ("three", "one")]
NEW = Change("new_record", "one", PAPER, None, "no_difference", "critical")
UNCOUNTED = [
    Change("new_record", c, RecordId(f"PMID:{n}"), None, None, "minor") for c in ("one", "two") for n in (7, 8)
]
STATUS = Change("trial_status", None, TRIAL, "RECRUITING", "COMPLETED", "notable")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (DOWN, "[critical] two helps. Evidence level down: RCT → animal study."),
        (replace(NEW, record_id=RecordId("PMID:9")), "[critical] one helps. PMID:9 New study that counts: no difference."),
        (replace(UNCOUNTED[0], claim_id=None), "[minor] PMID:7 New record; it does not count."),
        (Change("record_changed", None, PAPER, "2025", None, "minor"), f"[minor] {PAPER} The record was updated: 2025 → –."),
        (Change("record_changed", None, PAPER, None, None, "minor"), f"[minor] {PAPER} The record was updated."),
        (Change("record_removed", None, PAPER, "review", None, "minor"), f"[minor] {PAPER} The record is gone from the service."),
        (Change("record_removed", None, PAPER, None, "PMID:2", "minor"), f"[minor] {PAPER} The record was merged into PMID:2."),
        (Change("claim_changed", "gone", None, None, None, "minor"), "[minor] gone The claim's file was edited."),
        (Change("query_drift", "one", None, "20", "90", "notable"), "[notable] one helps. The same search finds another number of records: 20 → 90."),
        (Change("query_drift", "one", None, "a", "b", "minor"), "[minor] one helps. The service reads the same search otherwise: a → b."),
        (Change("query_drift", "one", PAPER, None, None, "minor"), f"[minor] one helps. {PAPER} No longer found by the search, still at the service."),
        (Change("stance_changed", "one", None, "supports", "n/a", "notable"), "[notable] one helps. No study tells a direction any more (before: improvement)."),
        (Change("stance_changed", "one", None, "n/a", "mixed", "notable"), "[notable] one helps. The results have a direction now: mixed."),
        (Change("stance_changed", "one", PAPER, "mixed", "mixed", "critical"), f"[critical] one helps. {PAPER} This study counts now: mixed."),
        (Change("stance_changed", "one", PAPER, "mixed", "contradicts", "critical"), f"[critical] one helps. {PAPER} The result of this study reads otherwise now: mixed → worse, or harm."),
        (STATUS, f"[notable] {TRIAL} Trial status: recruiting → completed."),
    ],
)  # fmt: skip
def test_change_words(change: Change, said: str) -> None:
    """A change is told with how much it matters, of what, and what happened in a sentence."""
    assert change_words(change, LIBRARY, "en") == said


def test_a_line_names_record_and_claims() -> None:
    """In a line a long title is cut at a word, and of many claims a few are named."""
    beside = Beside(titles={PAPER: "An invented title " * 9})
    said = change_words(RETRACTED[0], LIBRARY, "en", beside, [f"claim-{n}" for n in range(9)])
    assert said.startswith(
        f"[critical] {PAPER} (9 claims: claim-0, claim-1, claim-2, claim-3, claim-4, claim-5, …) “An"
    )
    assert " …” Retracted" in said
    assert len(said) < 230


@pytest.mark.parametrize("kind", get_args(ChangeKind))
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_kind_is_a_sentence(kind: ChangeKind, lang: str) -> None:
    """Each kind of change, with values and without, of a claim and of a record, has a sentence in both languages."""
    for claim_id, record in (("one", None), (None, PAPER), ("one", PAPER)):
        for before, after in ((None, None), ("1", "2"), ("supports", "n/a")):
            said = change_sentence(Change(kind, claim_id, record, before, after, "minor"), lang)
            assert said.endswith("。" if lang == "ja" else ".")
            assert "{" not in said


def test_stances_of_changes() -> None:
    """A change to "supports" is told in the words its level allows, with its level, never as a bare "better"."""
    change = replace(NEW, after="supports", severity="minor")
    words = "better than before, no control: not evidence of effect"
    beside = Beside({("one", PAPER, "supports"): words}, levels={("one", PAPER): "early clinical"})
    assert change_sentence(change, "en", beside) == f"New study that counts: early clinical; {words}."


def test_beside_is_what_the_store_holds() -> None:
    """Stances, levels, titles and how claims stand come from the store, as of the run asked for."""
    held = Held(ties={"one": [evidence(PAPER)]})
    beside = beside_of([NEW, UP], cast("Reader", held), LIBRARY, "en", at=1)
    null = word("stance.no_difference", "en")
    assert beside.stances == {("one", None, "no_difference"): null, ("one", PAPER, "no_difference"): null}
    assert beside.levels == {("one", PAPER): "RCT"}
    assert beside.titles == {PAPER: "An invented paper"}
    assert beside.standing == {"one": null}
    assert held.asked_at == [1]


@pytest.mark.parametrize(
    ("level", "stance", "more", "said"),
    [
        ("early_clinical", "supports", {}, "effect cannot be judged"),
        ("animal", "supports", {}, "improvement in animals"),
        ("rct", "supports", {}, "better than control"),
        ("rct", "supports", {"kind": "safety"}, "no more adverse events than control"),
        ("rct", "unclear", {"kind": "safety"}, "safety cannot be judged"),
        ("early_clinical", "supports", {"track": "background", "condition": ("x",)}, "association reported"),
        ("rct", "mixed", {}, "Result now: mixed"),
        ("rct", "no_difference", {}, "not proof of no effect"),
    ],
)
def test_a_higher_level_is_no_good_news(level: Level, stance: Stance, more: dict[str, str], said: str) -> None:
    """A level that rose is told with its result, in words that fit level and claim, and never as a better result."""
    library = Library((), {"one": claim("one", **more)}, {}, "")
    beside = beside_of([UP], cast("Reader", Held({"one": grade("one", level, stance)})), library, "en")
    sentence = change_sentence(UP, "en", beside)
    assert said in sentence
    assert sentence.endswith("A higher level is a later stage of research, not a better result.")
    assert "段階が上がることは、効果が示されたことを意味しません" in change_sentence(UP, "ja", beside)


def test_a_digest_has_the_worst_first() -> None:
    """Counts come first, then severities from worst to least, claims in the order of their article, then records."""
    both = [replace(STATUS, claim_id=c) for c in ("one", "three")]
    told = digest(UP, *UNCOUNTED, DOWN, *RETRACTED, NEW, *both)
    assert told.counts == "3 critical, 2 notable, 2 minor"
    assert told.title == "evtrack: 3 critical, 2 notable, 2 minor (2026-11-23)"
    assert [s.severity for s in told.sections] == list(SEVERITIES)
    critical, notable, minor = told.sections
    assert [(b.id, b.claim) for b in critical.blocks] == [(PAPER, ""), ("one", "one"), ("two", "two")]
    assert critical.blocks[0].url == "https://pubmed.ncbi.nlm.nih.gov/90000001/"
    assert notable.blocks[1].touches == "Touches 2 claims: “one helps” (one), “three helps” (three)"
    assert [b.heading for b in notable.blocks] == ["one helps.", "An invented trial"]
    assert (minor.blocks, minor.more) == ((), "and 2 new records that do not count (--format json has them all)")
    lines = text(told).splitlines()
    assert lines[0].startswith("3 critical, 2 notable, 2 minor: Run 2, refresh (2026-11-23")


def test_where_a_claim_stands_is_said_once() -> None:
    """With a claim's first change stands what is known in people, then its label, then how to see more."""
    told = text(digest(NEW, UP))
    assert told.count("in people one") == told.count("label of one") == told.count("evtrack show one") == 1
    assert told.index("in people one") < told.index("label of one") < told.index("evtrack show one")
    assert "https://pubmed.ncbi.nlm.nih.gov/90000001/ An invented paper" in told


def test_what_is_gone_is_still_told() -> None:
    """A claim without a file, a record without a title and a change of no claim have their lines too."""
    gone = Change("level_down", "gone", None, "rct", "none", "critical")
    untitled = Change("retracted", None, RecordId("MANUAL:x"), None, "retracted", "critical")
    rules = Change("regraded", None, None, "1", "2", "minor")
    both = [Change("corrected", c, RecordId("PMID:5"), None, None, "minor") for c in ("one", "gone")]
    told = digest(gone, untitled, rules, *both)
    said = text(told)
    assert re.search(r"^  gone$", said, re.MULTILINE)
    assert re.search(r"^  MANUAL:x$", said, re.MULTILINE)
    assert re.search(r"^  https://pubmed.ncbi.nlm.nih.gov/5/$", said, re.MULTILINE)
    assert "Of no claim in particular" in said
    assert "Touches 2 claims: “one helps” (one), gone" in said
    for page in (changes_markdown(told), changes_html(told)):
        assert all(name in page for name in ("gone", "MANUAL:x", "PMID:5", "Of no claim in particular"))


def test_runs_of_several_weeks() -> None:
    """Of several runs each change has its day, and the worst of all weeks stands first."""
    reader = cast("Reader", Held())
    told = digest_of([(FIRST, UP), (SECOND, DOWN)], reader, LIBRARY, "en", at=NOW)
    assert told.runs == "runs 1 to 2 (2026-11-16 to 2026-11-23)"
    said = text(told)
    assert said.index("2026-11-23 Evidence level down") < said.index("2026-11-16 Evidence level up")
    assert "2026-11-23 Evidence level down" in changes_markdown(told)
    assert "2026-11-23 Evidence level down" in changes_html(told)
    assert "2026-11-23 Level" not in text(digest(DOWN))


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_nothing_is_nothing(lang: str) -> None:
    """Where nothing happened text, Markdown and HTML are empty; a feed is a feed without entries."""
    nothing = digest(lang=lang)
    assert not nothing
    assert (digest_lines(nothing, 80), changes_markdown(nothing), changes_html(nothing)) == ([], "", "")
    assert entries(changes_atom([], lang, NOW)) == []


def test_a_search_that_was_not_whole_is_loud() -> None:
    """A warning alone makes a digest, in every format, and stands before all changes."""
    alone = digest(warnings=("Not all was searched.",))
    assert alone
    assert alone.title == "evtrack: search not whole (2026-11-23)"
    assert text(alone).splitlines()[0] == "Not all was searched."
    assert digest(UP, warnings=("x",)).counts == "1 notable, search not whole"
    for page in (changes_markdown(alone), changes_html(alone)):
        assert "Not all was searched" in page
    said = text(digest(DOWN, warnings=("Not all was searched.",)))
    assert said.startswith("Not all was searched.\n1 critical")


def test_lines_fit_the_terminal() -> None:
    """No line of the digest is wider than asked for, and the worst are marked."""
    lines = digest_lines(digest(UP, DOWN, *RETRACTED, *UNCOUNTED, NEW), 60)
    assert max(len(line) for line, _ in lines) <= 62  # an address is never broken
    assert ("Critical (3)", "bold red") in lines


def test_markdown_has_links_and_a_disclaimer() -> None:
    """Records are links, and the page ends with what it is not."""
    page = changes_markdown(digest(*RETRACTED, NEW, UNCOUNTED[0]))
    assert "[PMID:90000001](https://pubmed.ncbi.nlm.nih.gov/90000001/)" in page
    assert "## Critical \\(2\\)" in page
    assert "and 1 new records that do not count" in page
    assert page.rstrip().endswith(escaped_tail(word("sentence.disclaimer", "en")))


def escaped_tail(said: str) -> str:
    return said[-20:]


def test_the_page_is_one_file() -> None:
    """The page fetches nothing, has no script, says its language, and allows its own style alone."""
    for lang in ("en", "ja"):
        page = changes_html(digest(UP, DOWN, *RETRACTED, lang=lang))
        tree = html.document_fromstring(page)
        assert tree.get("lang") == lang
        assert not tree.xpath("//script|//link|//img|//iframe|//*[@style]|//*[starts-with(name(@*), 'on')]")
        (policy,) = tree.xpath("//meta[@http-equiv]/@content")
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert {a.get("href") for a in tree.xpath("//a")} == {"https://pubmed.ncbi.nlm.nih.gov/90000001/"}
        assert "var(" not in page


ATOM = "{http://www.w3.org/2005/Atom}"


def entries(feed: str) -> list[etree._Element]:
    """The entries of a feed that RFC 4287 allows: its required elements once each, dates, ids, people, no stranger."""
    tree = etree.fromstring(feed.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    assert tree.tag == f"{ATOM}feed"
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert [one(tree, "author")[0].tag] == [f"{ATOM}name"]
    known = {f"{ATOM}{n}" for n in ("id", "title", "updated", "author", "generator", "entry")}
    assert {e.tag for e in tree} <= known
    found = tree.findall(f"{ATOM}entry")
    for element in (tree, *found):
        assert re.fullmatch(r"tag:evtrack,2026:\S+", one(element, "id").text or "")
        assert (one(element, "title").text or "").strip()
        datetime.strptime(one(element, "updated").text or "", "%Y-%m-%dT%H:%M:%S%z")
    for entry in found:
        assert one(entry, "content").get("type") == "html"
        assert len(entry.findall(f"{ATOM}summary")) <= 1
        assert all(c.get("term") and c.get("label") for c in entry.findall(f"{ATOM}category"))
    ids = [one(e, "id").text for e in found]
    assert len(ids) == len(set(ids))
    return found


def one(parent: etree._Element, name: str) -> etree._Element:
    (found,) = parent.findall(f"{ATOM}{name}")
    return found


def week(*changes: Change, run: Run = SECOND, lang: str = "en", warnings: tuple[str, ...] = ()) -> Week:
    return Week(run, changes, digest(*changes, run=run, lang=lang, warnings=warnings))


@pytest.mark.parametrize(("lang", "ends"), [("en", "Ichushi, J-STAGE"), ("ja", "医中誌、J-STAGE")])
def test_each_form_ends_with_its_limits(lang: str, ends: str) -> None:
    """Text, Markdown, page and feed name what was not searched and say what they are not; so does a warning alone."""
    limits = word("sentence.disclaimer", lang)
    for made in (digest(UP, lang=lang), digest(lang=lang, warnings=("w",))):
        forms = (text(made, 4000), changes_markdown(made).replace("\\", ""), changes_html(made), changes_fragment(made))
        for form in forms:
            assert ends in form
            assert limits[-30:] in form
            assert form.index(ends) < form.rindex(limits[-30:])


def test_a_retraction_says_what_is_lost() -> None:
    """First of all: when it was seen, the notice, what the paper had said with its size, and where each claim stands without it."""
    was = evidence(PAPER, stance="supports")
    was = replace(was, graded=replace(was.graded, grade=replace(was.graded.grade, numbers={"n": 84})))
    now = replace(was, graded=replace(was.graded, counts_for_claim=False))
    label = Bilingual("前のラベル", "the label before")
    held = Held(
        earlier={"one": [was]},
        ties={"one": [now], "three": [now]},
        earlier_grades={"one": replace(grade("one"), label=label)},
        notices={PAPER: Retraction("2026-11-23", RecordId("PMID:77"), "Invented J")},
    )
    made = digest(DOWN, *RETRACTED, held=held)
    first, _ = made.sections[0].blocks
    assert (first.id, first.touches) == (PAPER, "")
    assert first.details == (
        "Seen on 2026-11-23 (the record does not date the retraction). Notice: PMID:77 Invented J",
        "What it had said: randomised controlled trial, better than control, n = 84 (it counted for: one)",
        "“one helps” (one), with all else that this run changed: the label before → label of one",
        "It had not counted for: “three helps” (three)",
    )
    for form in (text(made), changes_markdown(made).replace("\\", ""), changes_html(made)):
        assert all(detail[:60] in form for detail in first.details)
        assert form.index("PMID:77") < form.index("Evidence level down")
    unnamed = digest(*RETRACTED, held=Held(ties={"one": [was]}), lang="ja").sections[0].blocks[0].details
    assert "告知の番号は記録に記載なし" in unnamed[0]
    assert unnamed[2].endswith("変わらず ラベルone")
    cells = replace(was, graded=replace(was.graded, grade=replace(was.graded.grade, level="in_vitro")))
    assert "84" not in " ".join(digest(*RETRACTED, held=Held(ties={"one": [cells]})).sections[0].blocks[0].details)


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (Later("retracted", "2026-11-23"), "Added, and retracted since (seen 2026-11-23); not counted."),
        (Later("record_removed", "2026-11-23"), "Added, and gone from the service since (seen 2026-11-23); not counted."),
        (Later("record_removed", "2026-11-23", "PMID:8"), "Added, and merged into PMID:8 since (seen 2026-11-23)."),
        (Later("expression_of_concern", "2026-11-23"), "Added; it does not count any more."),
        (None, "Added; it does not count any more."),
    ],
)  # fmt: skip
def test_what_came_and_went_is_no_new_study(gone: Later | None, said: str) -> None:
    """A record that was new and counts no more by now is minor, and said to be gone: never a new study that counts."""
    left = evidence(PAPER, stance="supports")
    uncounted = replace(left, graded=replace(left.graded, counts_for_claim=False))
    nothing: dict[str, list[Evidence]] = {}
    for ties in (nothing, {"one": [uncounted]}):
        held = Held(ties=ties, gone={PAPER: gone} if gone else {})
        made = digest(NEW, held=held)
        assert made.counts == "1 minor"
        (piece,) = made.sections[0].blocks[0].pieces
        assert piece.sentence == said
        assert "counts" not in text(made).replace(said, "")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "reports harm; it does not count"), ("ja", "有害な結果を報告する新しい記録")]
)
def test_harm_is_told_though_it_does_not_count(lang: str, said: str) -> None:
    """A new record that a claim holds as a report of harm is notable and has its title; it is not one of the number that counts nowhere."""
    held = Held(grades={"one": replace(grade("one"), harms=(PAPER,)), "two": grade("two")})
    harm = Change("new_record", "one", PAPER, None, None, "minor")
    made = digest(harm, *UNCOUNTED, held=held, lang=lang)
    notable, minor = made.sections
    assert said in notable.blocks[0].pieces[0].sentence
    assert notable.blocks[0].pieces[0].title == "An invented paper"
    assert (minor.blocks, bool(minor.more)) == ((), True)
    assert said in text(made)


def test_what_a_person_moved_stands_apart() -> None:
    """Changes of a run of words are under the name and day of who spoke, with the words; they are no news of the evidence."""
    review = replace(SECOND, kind="review")
    said = [
        Word("relabel", "read in full", "佐藤", "2026-11-23T06:00:00Z", PAPER, "one", {"design": "rct"}, {"design": "other"}),
        Word("accept", "agreed", "佐藤", "2026-11-23T06:00:00Z", None, "one"),
    ]  # fmt: skip
    held = Held(said=said)
    made = digest_of(
        [(FIRST, STATUS), (FIRST, replace(UNCOUNTED[0], severity="minor")), (review, UP), (review, UNCOUNTED[0])],
        cast("Reader", held),
        LIBRARY,
        "en",
        at=NOW,
    )
    assert made.counts == "1 notable, 1 minor, 2 by a person's word"
    assert [s.words for s in made.sections] == ["Notable", "By a person's word: 佐藤, 2026-11-23", "Minor"]
    theirs = made.sections[1]
    assert theirs.severity == "notable"
    assert theirs.blocks[0].pieces[0].sentence.startswith("[notable] Evidence level up")
    assert theirs.said[0].startswith(f"{PAPER} A person's word")
    assert theirs.said[1].startswith("“one helps” (one) A person's word")
    for form in (text(made), changes_markdown(made), changes_html(made)):
        assert form.index("read in full") < form.index("Evidence level up")
    assert "人の判断による変化：佐藤、2026-11-23（1件）" in text(
        digest_of([(review, UP)], cast("Reader", held), LIBRARY, "ja", at=NOW)
    )


def test_a_level_that_fell_names_its_cause() -> None:
    """The records of the lost level that went, with what befell them; edited claims, other rules, claims it rests on."""
    went = [evidence(RecordId(f"PMID:{n}")) for n in range(1, 7)]
    down = Change("level_down", "one", None, "rct", "animal", "critical")
    removed = Change("record_removed", "one", RecordId("PMID:1"), None, None, "notable")
    stays, lower = evidence(RecordId("PMID:8")), evidence(RecordId("PMID:9"), level="animal")
    held = Held(earlier={"one": [*went, stays, lower]}, ties={"one": [stays]})
    said = text(digest(down, removed, held=held))
    assert ". Because of: PMID:1 “t” (RCT, record removed), PMID:2 “t” (RCT, no longer counts), " in said
    assert "and 2 more." in said
    assert "PMID:8" not in said
    assert "PMID:9" not in said
    none = Change("stance_changed", "one", None, "supports", "n/a", "notable")
    assert "PMID:9 “t” (animal study, no longer counts)" in text(
        digest(none, held=Held(earlier={"one": [lower]}, ties={}))
    )
    umbrella = replace(grade("one"), members={"two": "animal", "three": "rct"})
    edited = Change("claim_changed", "one", None, None, None, "minor")
    rules = Change("regraded", None, None, "1", "2", "minor")
    told = digest(down, DOWN, edited, rules, held=Held(grades={"one": umbrella, "two": grade("two")}, ties={}))
    assert "Because of: “two helps” (two), claim edited, regraded (rules changed)." in text(told)
    assert "Because" not in text(digest(down, held=Held(ties={})))


def test_claims_that_say_it_otherwise_are_told_apart() -> None:
    """One new record is an association for one claim and a result for others: each is said in its own words."""
    library = Library((), {**LIBRARY.claims, "two": claim("two", track="background", condition="x")}, {}, "")
    tie = evidence(PAPER, level="animal", stance="supports")
    held = Held(ties={c: [tie] for c in LIBRARY.claims})
    new = [Change("new_record", c, PAPER, None, "supports", "minor") for c in LIBRARY.claims]
    (section,) = digest_of([(SECOND, c) for c in new], cast("Reader", held), library, "en", at=NOW).sections
    own, shared = section.blocks
    assert (own.id, section.n) == ("two", 2)
    assert "association" in own.pieces[0].sentence
    assert "association" not in shared.pieces[0].sentence
    assert shared.touches.startswith("Touches 2 claims: “one helps” (one), “three helps” (three)")


def test_a_feed_has_an_entry_a_run() -> None:
    """The newest run is first; its categories are severities and kinds; the feed is as new as its newest entry."""
    feed = changes_atom([week(UP, run=FIRST), week(DOWN, NEW, warnings=("w",))], "en", NOW)
    second, first = entries(feed)
    assert [c.get("term") for c in second.findall(f"{ATOM}category")] == [
        "critical",
        "new_record",
        "level_down",
        "incomplete",
    ]
    assert [c.get("term") for c in first.findall(f"{ATOM}category")] == ["notable", "level_up"]
    assert one(second, "updated").text == "2026-11-23T06:09:00Z"
    assert etree.fromstring(feed.encode()).findtext(f"{ATOM}updated") == "2026-11-23T06:09:00Z"
    assert "Evidence level down" in html.fromstring(one(second, "content").text or "").text_content()
    assert one(second, "summary").text == "2 critical, search not whole w"


def test_ids_are_stable() -> None:
    """The same run and changes have one id, in whatever order they are told; other changes, runs and languages have others."""

    def identity(of: Week, lang: str = "en") -> str | None:
        return one(entries(changes_atom([of], lang, NOW))[0], "id").text

    same = identity(week(DOWN, NEW))
    assert identity(week(NEW, DOWN)) == same
    assert identity(Week(SECOND, (DOWN, NEW), digest(DOWN, held=Held(titles={})))) == same
    others = {
        identity(week(DOWN)),
        identity(week(DOWN, NEW, run=FIRST)),
        identity(week(DOWN, NEW), "ja"),
        identity(week(DOWN, NEW, run=replace(SECOND, started_at=NOW.replace(hour=1)))),
    }
    assert len(others - {same}) == 4


def test_a_run_that_was_cut_short_has_its_start() -> None:
    """A run without an end is dated by its start."""
    entry = entries(changes_atom([week(UP, run=replace(SECOND, finished_at=None))], "ja", NOW))[0]
    assert one(entry, "updated").text == "2026-11-23T06:00:00Z"


HOSTILE = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>", "</style>", "<img src=x onerror=alert(1)>", "\x1b[2J", "\u202e", "\x00", "\ufffe", "\uffff", "\ud800", "]]>",
            "&amp;", "<!-- ", "javascript:alert(1)", "[a](http://evil.example)", "![a](http://evil.example/i.png)", "@everyone", "# ", "- ", "| a |",
            "`", "**", "http://evil.example", "www.evil.example", "=1+1", "'", '"', "{{ 7*7 }}", "{n}", "\n\n## head", "\r", "\u2028", "<!channel>",
            "作り話", " a ",
        ]
    )
    | st.text(max_size=6),
    min_size=1,
    max_size=8,
).map("".join)  # fmt: skip


def hostile(foreign: str, lang: str) -> tuple[Week, Digest]:
    """A digest in which all that comes from outside is ``foreign``."""
    held = Held(titles={PAPER: foreign, TRIAL: foreign})
    held.grades["one"] = replace(grade("one"), label=Bilingual(foreign, foreign), people=Bilingual(foreign, foreign))
    changes = (
        *RETRACTED,
        NEW,
        replace(STATUS, before=foreign, after=foreign),
        Change("query_drift", "one", None, "a", foreign, "minor"),
        Change("level_down", foreign, RecordId(foreign), foreign, foreign, "critical"),
    )
    made = digest(*changes, held=held, lang=lang, warnings=(foreign,))
    return Week(SECOND, changes, made), made


def forbidden(said: str) -> Iterator[str]:
    yield from (c for c in said if c in "\x1b\x00\u202e\u2028\x07\x85" or "\ud800" <= c <= "\udfff")


TAGS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "strong", "section", "article", "ul", "li", "br", "span", "a",
        "cite", "code", "div"}  # fmt: skip


@given(HOSTILE, st.sampled_from(["en", "ja"]))
@settings(max_examples=60, deadline=None)
def test_nothing_foreign_is_markup(foreign: str, lang: str) -> None:
    """Whatever titles, labels and values say, pages have our own elements alone, feeds are valid, texts have no control characters."""
    told, made = hostile(foreign, lang)
    page = changes_html(made)
    tree = html.document_fromstring(page)
    assert {e.tag for e in tree.iter() if isinstance(e.tag, str)} <= TAGS
    assert not list(tree.iter(etree.Comment))
    assert {name for e in tree.iter() for name in e.attrib} <= {
        "lang",
        "class",
        "href",
        "rel",
        "charset",
        "http-equiv",
        "content",
        "name",
    }
    assert all(
        re.match(r"https://(pubmed\.ncbi\.nlm\.nih\.gov|clinicaltrials\.gov)/", a.get("href") or "")
        for a in tree.iter("a")
    )
    (entry,) = entries(changes_atom([told], lang, NOW))
    fragment = html.fragment_fromstring(one(entry, "content").text or "", create_parent="div")
    assert {e.tag for e in fragment.iter() if isinstance(e.tag, str)} <= TAGS
    markdown = changes_markdown(made)
    assert not re.search(r"(?<!\\)<|(?<!\\)!\[|@|(?<!\\)`|https?://(?!pubmed|clinicaltrials)", markdown)
    for link in re.findall(r"(?<!\\)\]\(([^)]*)\)", markdown):
        assert link.startswith(("https://pubmed.ncbi.nlm.nih.gov/", "https://clinicaltrials.gov/"))
    for said in (page, changes_fragment(made), markdown, text(made)):
        assert list(forbidden(said)) == []
        assert said.isprintable() or all(c == "\n" or c.isprintable() or ord(c) > 127 for c in said)


def test_a_title_of_a_megabyte_is_cut() -> None:
    """A title is shown as far as a line or two hold it."""
    held = Held(titles={PAPER: "long " * 200_000})
    for page in (changes_html, changes_markdown, text):
        assert len(page(digest(*RETRACTED, NEW, held=held))) < 12_000
