"""What is cited, and in which words?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.record import NctId, PartialDate, Record, RecordId, Trial
from evtrack.report.citation import (
    Towards,
    citation_of,
    cited,
    notes_told,
    pages_of,
    read_citations,
    reference,
    shown,
    title_told,
)
from evtrack.report.report_bibtex import report_bibtex
from evtrack.report.report_ris import report_ris
from evtrack.sources.bibliography import NOTHING, Author, Bibliography
from evtrack.store.moments import Later
from evtrack.wording import word

from .cited import NCT, PMID, citation, evidence, registered, status, word_of

RECORD = Record(
    PMID, "pubmed", "pubmed-xml", "A title with a stop.", vernacular_title="題名", languages=("jpn",), journal="Journal",
    authors=("Example, Alex", "Group"), published=PartialDate(2025, 3), doi="10.9999/a", pmcid="PMC9", nct_ids=(NctId(NCT),),
)  # fmt: skip


def test_of_a_record_alone() -> None:
    """Without its bytes a record is cited by what it holds itself."""
    told = citation_of(RECORD)
    assert (told.title, told.original_title, told.kind, told.pmid) == (
        "A title with a stop",
        "題名",
        "article",
        "90000001",
    )
    assert told.authors == (Author("Example", "Alex"), Author("Group"))
    assert told.url == "https://pubmed.ncbi.nlm.nih.gov/90000001/"
    assert told.registry_ids == (NCT,)
    assert citation_of(replace(RECORD, vernacular_title=RECORD.title)).original_title is None


def test_with_its_bytes() -> None:
    """Volume, issue, pages and the day on line come from the bytes."""
    found = Bibliography(
        volume="1", issue="2", pages="101-9", epub=PartialDate(2024, 12), abbreviation="J", authors=(Author("A"),)
    )
    told = citation_of(replace(RECORD, published=None), found)
    assert (told.volume, told.issue, told.pages, told.day) == ("1", "2", ("101", "109"), PartialDate(2024, 12))
    book = citation_of(RECORD, Bibliography(kind="book", editors=(Author("E"),)))
    assert (book.kind, book.authors, book.editors) == ("book", (), (Author("E"),))


def test_a_trial_and_what_was_entered() -> None:
    """A trial has its registry's status and day; what a person entered has its citation, and an address of a page only."""
    trial = Trial(NctId(NCT), overall_status="RECRUITING", enrollment=40, first_submitted=PartialDate(2024, 1, 2))
    told = citation_of(Record(RecordId(NCT), "ctgov", "ctgov-json", "T", trial=trial, revised=PartialDate(2026)))
    assert (told.kind, told.status, told.planned_n, told.published) == (
        "trial",
        "RECRUITING",
        40,
        PartialDate(2024, 1, 2),
    )
    assert reference(told, "en") == "T. ClinicalTrials.gov, registered 2024-01-02. NCT90000001"
    by_hand = Record(
        RecordId("MANUAL:a"),
        "manual",
        "manual",
        "T",
        citation="Yamada T. Proc 12:3.",
        url="https://a.example/1",
        other_registry_ids=("jRCT9",),
    )
    told = citation_of(by_hand)
    assert (told.kind, told.key) == ("other", told.key)
    assert told.key.startswith("manual-a-")
    assert reference(told, "en") == "Yamada T. Proc 12:3. jRCT9, https://a.example/1"
    assert reference(replace(told, retracted=True), "en").startswith("This paper was retracted. Yamada T.")
    assert notes_told(told, "en") == ["Source: Yamada T. Proc 12:3."]
    assert citation_of(replace(by_hand, url="javascript:alert(1)")).url is None
    assert citation_of(replace(by_hand, journal="J")).kind == "article"
    chictr = citation_of(replace(by_hand, trial=trial, citation=None, other_registry_ids=()))
    assert reference(chictr, "en") == "T. registered 2024-01-02. https://a.example/1"


def test_a_retraction_is_told() -> None:
    """A retracted paper says so in its title, once, and in its notes; one that was retracted after the day asked about too."""
    gone = evidence(gate="retracted", counts_for_claim=False)
    told = citation_of(RECORD, NOTHING, [Towards(status(gone), gone)])
    assert title_told(told, "en") == "[RETRACTED] An invented study in rats"
    assert title_told(told, "ja") == "【撤回】An invented study in rats"
    assert title_told(replace(told, title="Retracted: A title"), "en") == "Retracted: A title"
    assert notes_told(told, "en")[0] == "This paper was retracted."
    then = status(evidence(), at=date(2025, 1, 1), later={PMID: Later("retracted", "2025-06-01T00:00:00Z")})
    told = citation_of(RECORD, NOTHING, [Towards(then, evidence())])
    assert told.retracted
    assert notes_told(told, "en")[-1].endswith("Retracted since (seen on 2025-06-01); it is no longer counted.")
    doubt = replace(then, later={PMID: Later("expression_of_concern", "2025-06-01T00:00:00Z")})
    assert citation_of(RECORD, NOTHING, [Towards(doubt, evidence())]).concern


def test_what_a_claim_says_of_it() -> None:
    """A note has level, direction, day and rules; one that does not count the reason; a person's word stands behind."""
    ours = evidence(override=word_of())
    other = evidence(counts_for_claim=False, condition_match="none", flags=("preprint", "expression_of_concern"))
    told = citation_of(
        RECORD, NOTHING, [Towards(status(ours), ours), Towards(status(other, as_of=None, rules_version=""), other)]
    )
    assert told.preprint
    assert told.concern
    assert notes_told(told, "en")[-2:] == [
        (
            "evtrack dep-effect: animal study, improvement in animals (records up to 2026-11-20; rules 9) "
            "A person's word: A. Reader (2026-11-21) the full text was read"
        ),
        "evtrack dep-effect: not counted (not of the claim's condition (mentioned only, or another one)) (records up to –; rules –)",
    ]


def test_which_records_are_cited() -> None:
    """Those that count, report harm, are registered, or are retracted papers about the claim; each once, trials last."""
    ids = [RecordId(f"PMID:9000000{i}") for i in range(6)]
    counts, harm, gone, far, out = (
        evidence(ids[0]),
        evidence(ids[1], counts_for_claim=False),
        evidence(ids[2], counts_for_claim=False, gate="retracted"),
        evidence(ids[3], counts_for_claim=False, gate="retracted", condition_match="none"),
        evidence(ids[4], counts_for_claim=False),
    )
    trial = evidence(RecordId(NCT), counts_for_claim=False, gate="registered_only", trial=registered())
    one = status(trial, out, far, gone, harm, counts, harms=(ids[1], ids[0]), registered=(registered(),))
    assert [e.id for e in cited(one)] == [ids[0], ids[1], ids[2], NCT]


def test_a_line() -> None:
    """Authors, title, journal with year, volume, issue and pages, then the ids; what is absent leaves nothing behind."""
    one = citation(retracted=False, title="Is it so?")
    assert reference(one, "en") == (
        "Example AK Jr, van der Sample K, Group of Trials and Tests. Is it so? J Inv Stud 2025;12(3):101-109. "
        "doi: 10.9999/a_b(1)<2>3, PMID: 90000001"
    )
    many = replace(
        one,
        authors=(Author("A", "太郎"), Author("B", "b"), Author("C"), Author("D")),
        volume=None,
        issue=None,
        pages=(),
        doi=None,
    )
    assert reference(many, "en", title=False) == "A 太, B b, C, et al. J Inv Stud 2025. PMID: 90000001"
    assert reference(many, "ja", title=False).startswith("A 太, B b, C, ほか. J Inv")
    bare = replace(
        many,
        authors=(),
        published=None,
        pages=("e12",),
        abbreviation=None,
        journal=None,
        pmid=None,
        registry_ids=(),
        url=None,
    )
    assert reference(bare, "en", title=False) == ";:e12."


@pytest.mark.parametrize(
    ("text", "pages"),
    [("", ()), ("e12", ("e12",)), ("101-9", ("101", "109")), ("101–109", ("101", "109")), ("S101-9", ("S101", "S109")), ("9-10", ("9", "10")),
     ("1-4, 7", ("1-4, 7",)), ("A-9", ("A", "9")), (" - ", (" - ".strip(),)), ("1-2-3", ("1-2-3",))],
)  # fmt: skip
def test_pages(text: str, pages: tuple[str, ...]) -> None:
    """The last page is written in full; what is no one range stays as it is."""
    assert pages_of(text) == pages


@given(st.text())
def test_one_line(text: str) -> None:
    """Whatever a text holds, it is shown as one line without control characters, and showing it again changes nothing."""
    told = shown(text)
    assert len(told.splitlines()) <= 1
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in told)
    assert shown(told) == told


def test_without_a_store(tmp_path: Path) -> None:
    """Where there is no store, or nothing is tied, nothing is cited."""
    assert read_citations(str(tmp_path / "none.db"), [status(evidence())]) == {}
    assert read_citations(str(tmp_path / "none.db"), [status()]) == {}


def test_a_store_without_its_documents(tmp_path: Path) -> None:
    """A store that was copied without the bytes still gives citations, without volume and pages; a lost record is left out."""
    import os

    from evtrack.cli import main

    folder, db = Path(__file__).parents[1] / "data" / "cli", tmp_path / "a.db"
    before = dict(os.environ)
    try:
        os.environ.update(EVTRACK_DB=str(db), EVTRACK_NOW="2026-11-23T00:00:00+00:00")
        assert main(["load", str(folder / "articles.xml")]) == 0
    finally:
        os.environ.clear()
        os.environ.update(before)
    lost = evidence(RecordId("PMID:99999999"))
    found = read_citations(str(db), [status(evidence(), lost)])
    assert [*found] == [PMID]
    (tmp_path / "a.db.raw").unlink()
    again = read_citations(str(db), [status(evidence())], everything=True)
    assert again[PMID].volume is None
    assert again[PMID].title == found[PMID].title


@pytest.mark.parametrize(
    ("lang", "work", "note"),
    [
        ("en", "registered trial (results posted, not read)", "Results are posted in the registry; evtrack has not read them."),
        ("ja", "登録された試験（結果掲載・未確認）", "結果は登録サイトに掲載されていますが、evtrackは内容を読み取っていません。"),
    ],
)  # fmt: skip
def test_posted_results_are_not_told_as_none(lang: str, work: str, note: str) -> None:
    """A trial with posted results is one whose results were not read, never one without results, in each format."""
    trial = Trial(NctId(NCT), overall_status="COMPLETED", has_results=True)
    told = citation_of(Record(RecordId(NCT), "ctgov", "ctgov-json", "T", trial=trial))
    ris, bibtex = report_ris([told], lang), report_bibtex([told], lang)
    assert f"M3  - {work}" in ris
    for text in (ris, bibtex):
        assert note in text
        assert word("design.registered_trial", lang) not in text
    without = citation_of(Record(RecordId(NCT), "ctgov", "ctgov-json", "T", trial=replace(trial, has_results=False)))
    assert word("design.registered_trial", lang) in report_ris([without], lang)
    assert note not in report_bibtex([without], lang)
