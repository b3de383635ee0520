"""Does RIS read back as it was written, every field, whatever stands in a record?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import rispy  # type: ignore[import-untyped] # rispy ships no types
from hypothesis import given
from hypothesis import strategies as st

from evtrack.record import PartialDate, RecordId
from evtrack.report.citation import Citation, citation_of, shown
from evtrack.report.report_ris import report_ris
from evtrack.sources.bibliography import Author, read_bibliography

from .cited import HOSTILE, NCT, citation, texts

SHARED = Path(__file__).parents[2] / "../shared/data/pubmed"


def read(*citations: Citation, lang: str = "en") -> list[dict[str, Any]]:
    """What rispy reads back."""
    found: list[dict[str, Any]] = rispy.loads(report_ris(citations, lang))
    return found


def test_every_field() -> None:
    """All that a citation holds comes back, under the tags that EndNote and Zotero read."""
    assert read(citation()) == [
        {
            "type_of_reference": "JOUR",
            "id": "pmid90000001",
            "authors": ["Example, Alex Ken, Jr", "van der Sample, Kim", "Group of Trials and Tests"],
            "title": "[RETRACTED] Vesicles & BDNF in 100% of rats: a_b #1 {x}",
            "secondary_title": "Journal of Invented Studies",
            "alternate_title1": "J Inv Stud",
            "volume": "12",
            "number": "3",
            "start_page": "101",
            "end_page": "109",
            "year": "2025",
            "date": "2025/03/04/",
            "issn": "1234-5678",
            "doi": "10.9999/a_b(1)<2>3",
            "accession_number": "90000001",
            "name_of_database": "PubMed",
            "custom2": "PMC9000001",
            "language": "eng, jpn",
            "type_of_work": "preprint",
            "urls": ["https://pubmed.ncbi.nlm.nih.gov/90000001/"],
            "keywords": ["evtrack:dep-effect"],
            "notes": [
                "This paper was retracted.",
                "An expression of concern stands on this paper.",
                "Preprint, not peer reviewed.",
                "Original title: 架空の研究",
                "evtrack dep-effect: animal study, improvement in animals (records up to 2026-11-20; rules 9)",
            ],
        }
    ]


def test_a_trial() -> None:
    """A registered trial is a generic reference of its registry, with its number, status and days."""
    trial = citation(
        id=NCT, kind="trial", pmid=None, pmcid=None, journal=None, abbreviation=None, volume=None, issue=None, pages=(),
        authors=(), status="RECRUITING", planned_n=40, revised=PartialDate(2026, 1), doi=None, retracted=False,
        concern=False, preprint=False, original_title=None, published=PartialDate(2024),
    )  # fmt: skip
    (told,) = read(trial)
    assert told["type_of_reference"] == "GEN"
    assert told["publisher"] == told["name_of_database"] == "ClinicalTrials.gov"
    assert told["accession_number"] == NCT
    assert told["date"] == "2024///"
    assert told["access_date"] == "2026/01//"
    assert told["notes"][0] == (
        "Registered trial (recruiting, 40 planned). Registration shows neither effect nor safety."
    )
    by_hand = citation(id=RecordId("MANUAL:ChiCTR9"), kind="trial", pmid=None, registry_ids=("ChiCTR9",), url=None)
    (told,) = read(by_hand)
    assert told["accession_number"] == "ChiCTR9"
    assert "publisher" not in told
    assert "urls" not in told


def test_books() -> None:
    """A chapter names its book and its editors, a book stands alone."""
    editors = (Author("Editor", "Ed"),)
    chapter, book = read(
        citation(kind="chapter", editors=editors, publisher="P"), citation(kind="book", authors=(), editors=editors)
    )
    assert (chapter["type_of_reference"], chapter["secondary_title"], chapter["publisher"]) == (
        "CHAP",
        "Journal of Invented Studies",
        "P",
    )
    assert chapter["secondary_authors"] == book["secondary_authors"] == ["Editor, Ed"]
    assert book["type_of_reference"] == "BOOK"
    assert "secondary_title" not in book


def test_a_group_is_no_person() -> None:
    """A group's comma does not make a family name of it, and a semicolon no second address."""
    (told,) = read(citation(authors=(Author("Trials, Tests, and More"),), url="https://a.example/x;y"))
    assert told["authors"] == ["Trials Tests and More"]
    assert told["urls"] == ["https://a.example/x%3By"]


def test_nothing_is_nothing() -> None:
    """No citation gives an empty file, and absent fields no lines."""
    assert report_ris([], "en") == ""
    assert read(Citation(PMID_ONLY, "other", "T")) == [{"type_of_reference": "GEN", "id": "pmid9", "title": "T"}]


PMID_ONLY = RecordId("PMID:9")


@given(st.lists(texts, min_size=6, max_size=6), st.sampled_from(["ja", "en"]))
def test_no_text_makes_a_line(parts: list[str], lang: str) -> None:
    """Whatever stands in a record, one reference stays one, each text one line, and it reads back as it is shown."""
    title, family, given_name, journal, volume, note = parts
    one = citation(
        title=shown(title), authors=(Author(shown(family) or "X", shown(given_name) or "Y"),), journal=shown(journal) or None,
        volume=shown(volume) or None, original_title=shown(note) or None, retracted=False,
    )  # fmt: skip
    text = report_ris([one, citation()], lang)
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "\u202e" not in text
    assert [line[2:6] for line in text.splitlines() if line] == ["  - "] * len([*filter(None, text.splitlines())])
    assert text.count("\nER  - ") == 2
    first, second = rispy.loads(text)
    assert first.get("title", "") == shown(title).strip()
    assert first.get("secondary_title", "") == shown(journal).strip()
    assert first.get("volume", "") == shown(volume).strip()
    assert first["authors"] == [f"{shown(family) or 'X'}, {shown(given_name) or 'Y'}".strip()]
    assert second == read(citation(), lang=lang)[0]


def test_the_hostile_text_whole() -> None:
    """A title of a megabyte with breaks, tags and escapes is one line of plain text."""
    long = shown(HOSTILE * 4000)
    (told,) = read(citation(title=long, retracted=False))
    assert told["title"] == long


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_real_records() -> None:
    """Each real record of the edge cases comes back from RIS with its title, authors, journal and places."""
    from evtrack.files import read_file
    from evtrack.sources._protocol import Read

    read_ones = [p for p in read_file(SHARED / "pubmed_edge_cases.xml") if isinstance(p, Read)]
    cited = [citation_of(p.record, read_bibliography(p.raw, p.record.format)) for p in read_ones]
    told = read(*cited)
    assert len(told) == len(cited) > 100
    for one, back in zip(cited, told, strict=True):
        assert back.get("title", "") == one.title
        assert back.get("volume") == one.volume
        assert len(back.get("authors", ())) == len(one.authors)
        assert (back.get("start_page"), back.get("end_page")) == (*one.pages, None, None)[:2]
