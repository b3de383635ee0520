"""Does BibTeX read back as it was written, every field, whatever stands in a record?"""

from __future__ import annotations

import re
from pathlib import Path

import bibtexparser.entrypoint
import pytest
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors, SplitNameParts
from hypothesis import given
from hypothesis import strategies as st

from evtrack.record import PartialDate, RecordId
from evtrack.report.citation import Citation, citation_of, shown
from evtrack.report.report_bibtex import latex, report_bibtex, verbatim
from evtrack.sources.bibliography import Author, read_bibliography

from .cited import HOSTILE, NCT, PMID, citation, texts

SHARED = Path(__file__).parents[2] / "../shared/data/pubmed"
VERBATIM = ("doi", "url")
"""Fields that JabRef, Zotero and biber never read as LaTeX."""


def library(text: str) -> Library:
    """The file as bibtexparser reads it; nothing in it may fail."""
    found = bibtexparser.entrypoint.parse_string(text)
    assert found.failed_blocks == []
    assert len(found.blocks) == len(found.entries)
    return found


def decoded(text: str) -> str:
    """A value as a reader of LaTeX shows it. pylatexenc gives another sign for the circumflex than LaTeX does."""
    return str(LatexDecodingMiddleware()._transform_python_value_string(text)[0]).replace("ˆ", "^")  # type: ignore[no-untyped-call,unused-ignore] # the library's own step


def read(*citations: Citation, lang: str = "en") -> list[dict[str, str]]:
    """Key, type and fields of each entry, decoded but for those that are verbatim."""
    return [
        {
            "key": e.key,
            "type": e.entry_type,
            **{f.key: f.value if f.key in VERBATIM else decoded(f.value) for f in e.fields},
        }
        for e in library(report_bibtex(citations, lang)).entries
    ]


def test_every_field() -> None:
    """All that a citation holds comes back."""
    (told,) = read(citation())
    assert told == {
        "key": "pmid90000001",
        "type": "article",
        "author": "Example, Jr, Alex Ken and van der Sample, Kim and Group of Trials and Tests",
        "title": "[RETRACTED] Vesicles & BDNF in 100% of rats: a_b #1 {x}",
        "journal": "Journal of Invented Studies",
        "shortjournal": "J Inv Stud",
        "year": "2025",
        "month": "mar",
        "volume": "12",
        "number": "3",
        "pages": "101–109",
        "issn": "1234-5678",
        "doi": "10.9999/a_b(1)<2>3",
        "pmid": "90000001",
        "pmcid": "PMC9000001",
        "language": "eng, jpn",
        "url": "https://pubmed.ncbi.nlm.nih.gov/90000001/",
        "keywords": "evtrack:dep-effect",
        "note": "This paper was retracted.",
        "annote": told["annote"],
    }
    assert told["annote"].startswith("This paper was retracted. / An expression of concern")
    assert (
        "evtrack dep-effect: animal study, improvement in animals (records up to 2026-11-20; rules 9)" in told["annote"]
    )


def test_names_stay_names() -> None:
    """Persons keep family name, suffix and given name, and a group with "and" in its name is one author."""
    text = report_bibtex([citation()], "en")
    found = bibtexparser.entrypoint.parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    first, second, third = found.entries[0]["author"]
    assert (first.last, first.jr, first.first) == (["Example"], ["Jr"], ["Alex", "Ken"])
    assert (second.von, second.last, second.first) == (["van", "der"], ["Sample"], ["Kim"])
    assert third.last == ["{Group of Trials and Tests}"]


def test_capitals_are_kept() -> None:
    """Words with a capital stand in braces, so that a style does not write bdnf; a title with braces is kept whole."""
    text = report_bibtex([citation(title="The role of BDNF and miR-10 in rats", retracted=False)], "en")
    assert "title = {{The} role of {BDNF} and {miR-10} in rats}" in text
    assert r"title = {{A \{B c\} d}}" in report_bibtex([citation(title="A {B c} d", retracted=False)], "en")


def test_types() -> None:
    """A trial is @misc with its registry and number, a chapter names its book, a book is a book, the rest @misc."""
    trial, chapter, book, other, by_hand = read(
        citation(id=NCT, kind="trial", pmid=None, published=PartialDate(2024)),
        citation(kind="chapter", editors=(Author("Editor", "Ed"),), publisher="A & B"),
        citation(id=RecordId("PMID:2"), kind="book"),
        citation(id=RecordId("MANUAL:a"), kind="other", pmid=None, given="Y. Yamada, Proc. 12 (2020)"),
        citation(id=RecordId("MANUAL:ChiCTR9"), kind="trial", pmid=None, registry_ids=("ChiCTR9",), retracted=False),
    )
    assert (trial["type"], trial["howpublished"], trial["number"]) == ("misc", "ClinicalTrials.gov", NCT)
    assert "month" not in trial
    assert (chapter["type"], chapter["booktitle"], chapter["editor"]) == (
        "incollection",
        "Journal of Invented Studies",
        "Editor, Ed",
    )
    assert chapter["publisher"] == "A & B"
    assert book["type"] == "book"
    assert "journal" not in book
    assert (other["type"], other["howpublished"]) == ("misc", "Y. Yamada, Proc. 12 (2020)")
    assert by_hand["number"] == "ChiCTR9"
    assert "howpublished" not in by_hand
    assert "note" not in by_hand


@pytest.mark.parametrize("record_id", ["MANUAL:日本語", "MANUAL:a b", "MANUAL:a/b", "x{y", "", "PMID:日"])
def test_keys(record_id: str) -> None:
    """A key is ASCII without signs that end one, another for another id, and the same each time."""
    keys = {citation(id=RecordId(i)).key for i in (record_id, f"{record_id}x", "MANUAL:a")}
    assert len(keys) == 3 - (record_id == "MANUAL:a")
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)
    assert citation(id=PMID).key == "pmid90000001"


@given(texts)
def test_latex_reads_back(text: str) -> None:
    """Text that is escaped reads back as it was, and its braces balance for readers that do not know a backslash."""
    text = shown(text)
    told = latex(text)
    depth = 0
    for sign in re.findall(r"[{}]", told):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert decoded(told) == text.replace("ˆ", "^")


@given(st.lists(texts, min_size=5, max_size=5), st.sampled_from(["ja", "en"]))
def test_no_text_ends_an_entry(parts: list[str], lang: str) -> None:
    """Whatever stands in a record, its entry and the one behind it read back with their fields."""
    title, family, given_name, journal, doi = map(shown, parts)
    one = citation(
        id=RecordId("PMID:7"), title=title, authors=(Author(family or "X", given_name or "Y"), Author(family or "Z")),
        journal=journal or None, doi=doi or None, retracted=False,
    )  # fmt: skip
    text = report_bibtex([one, citation()], lang)
    assert not any(ord(c) < 32 and c not in "\n\t" for c in text)
    assert "\u202e" not in text
    first, second = read(one, citation(), lang=lang)
    assert first.get("title", "").strip() == title.replace("ˆ", "^").strip()
    assert first.get("journal", "").strip() == journal.replace("ˆ", "^").strip()
    assert first.get("doi", "") == verbatim(doi)
    assert second == read(citation(), lang=lang)[0]


def test_the_hostile_text_whole() -> None:
    """A title of a megabyte that would end fields and entries stays one title."""
    long = shown(HOSTILE * 2000)
    (told,) = read(citation(title=long, retracted=False))
    assert told["title"] == long


def test_addresses_are_verbatim() -> None:
    """What could end a field of an address is written as addresses write it; all else is left alone."""
    assert verbatim("10.1/a_b&c#d") == "10.1/a_b&c#d"
    assert verbatim("a{b}\\c%d é") == "a%7Bb%7D%5Cc%25d%20é"


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_real_records() -> None:
    """Each real record of the edge cases comes back from BibTeX with its title, journal and places."""
    from evtrack.files import read_file
    from evtrack.sources._protocol import Read

    read_ones = [p for p in read_file(SHARED / "pubmed_edge_cases.xml") if isinstance(p, Read)]
    cited = {c.key: c for c in (citation_of(p.record, read_bibliography(p.raw, p.record.format)) for p in read_ones)}
    told = read(*cited.values())
    assert len(told) == len(cited) > 100
    for back in told:
        one = cited[back["key"]]
        assert back.get("title", "") == one.title
        assert back.get("volume") == one.volume
        assert back.get("journal", back.get("booktitle", one.journal)) == one.journal
