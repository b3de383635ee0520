"""Where was a record printed? Read from its bytes, tolerantly: what is not there is not made up."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.record import PartialDate, RecordFormat
from evtrack.sources import bibliography
from evtrack.sources.bibliography import NOTHING, Author, Bibliography, read_bibliography

SHARED = Path(__file__).parents[2] / "../shared/data/pubmed"
ARTICLE = """<PubmedArticle><MedlineCitation><PMID>90000001</PMID><Article>
<Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume> 12 </Volume><Issue>3</Issue><PubDate><Year>2025</Year></PubDate></JournalIssue>
<Title>Journal of Invented <i>Studies</i></Title><ISOAbbreviation>J Inv Stud</ISOAbbreviation></Journal>
<Pagination><StartPage>101</StartPage><EndPage>109</EndPage><MedlinePgn>101-9</MedlinePgn></Pagination>
<AuthorList><Author><LastName>Example</LastName><ForeName>Alex Ken</ForeName><Initials>AK</Initials><Suffix>Jr</Suffix></Author>
<Author><LastName>Sample</LastName><Initials>K</Initials></Author><Author><CollectiveName>Group of Tests</CollectiveName></Author>
<Author><ForeName>Nobody</ForeName></Author></AuthorList>
<ArticleDate DateType="Electronic"><Year>2024</Year><Month>12</Month><Day>31</Day></ArticleDate></Article>
<MedlineJournalInfo><MedlineTA>J Inv Stud TA</MedlineTA><ISSNLinking>8765-4321</ISSNLinking></MedlineJournalInfo></MedlineCitation></PubmedArticle>"""
BOOK = """<PubmedBookArticle><BookDocument><PMID>90000002</PMID><ArticleTitle>{title}</ArticleTitle>
<Book><Publisher><PublisherName>Press</PublisherName></Publisher><BookTitle>The Book</BookTitle><Volume>2</Volume>
<AuthorList Type="editors"><Author><LastName>Editor</LastName><ForeName>Ed</ForeName></Author></AuthorList></Book>
<AuthorList Type="authors"><Author><LastName>Example</LastName><ForeName>Alex</ForeName></Author></AuthorList>
</BookDocument></PubmedBookArticle>"""
MEDLINE = """PMID- 90000003
VI  - 12
IP  - 3
PG  - 101-9
DP  - 2025 Mar
TI  - A title that is folded over
      two lines.
FAU - Example, Alex Ken Jr
AU  - Example AK Jr
FAU - Sample, Kim
CN  - Group of Tests
TA  - J Inv Stud
JT  - Journal of Invented
      Studies
IS  - 1234-5678 (Electronic)
DEP - 20241231
"""


def xml(raw: str) -> Bibliography:
    return read_bibliography(raw.encode(), "pubmed-xml")


def test_an_article() -> None:
    """Volume, issue, pages, ISSN, both names of the journal, the day on line, and authors by parts."""
    assert xml(ARTICLE) == Bibliography(
        authors=(Author("Example", "Alex Ken", "Jr"), Author("Sample", "K"), Author("Group of Tests")),
        journal="Journal of Invented Studies",
        abbreviation="J Inv Stud",
        volume="12",
        issue="3",
        pages="101-9",
        issn="1234-5678",
        epub=PartialDate(2024, 12, 31),
    )


def test_what_else_tells_it() -> None:
    """First and last page, NLM's abbreviation and the linking ISSN stand in where the usual places are empty."""
    bare = ARTICLE.replace("<MedlinePgn>101-9</MedlinePgn>", "").replace("<ISSN>1234-5678</ISSN>", "")
    bare = bare.replace("<ISOAbbreviation>J Inv Stud</ISOAbbreviation>", "").replace(
        'DateType="Electronic"', 'DateType="Print"'
    )
    found = xml(bare)
    assert (found.pages, found.issn, found.abbreviation, found.epub) == ("101-109", "8765-4321", "J Inv Stud TA", None)
    assert xml(bare.replace("<EndPage>109</EndPage>", "")).pages == "101"
    citation = ARTICLE.removeprefix("<PubmedArticle>").removesuffix("</PubmedArticle>")
    assert xml(citation) == xml(ARTICLE)


def test_a_chapter_and_a_book() -> None:
    """A chapter has its own title and authors, its book editors and a publisher; a book has the book's title."""
    chapter = xml(BOOK.format(title="A chapter"))
    assert (chapter.kind, chapter.journal, chapter.publisher, chapter.volume) == ("chapter", "The Book", "Press", "2")
    assert chapter.authors == (Author("Example", "Alex"),)
    assert chapter.editors == (Author("Editor", "Ed"),)
    assert xml(BOOK.format(title="The Book")).kind == xml(BOOK.format(title="")).kind == "book"


def test_medline() -> None:
    """The same out of MEDLINE, folded lines joined."""
    found = read_bibliography(MEDLINE.encode(), "medline")
    assert found == Bibliography(
        authors=(Author("Example", "Alex Ken", "Jr"), Author("Sample", "Kim"), Author("Group of Tests")),
        journal="Journal of Invented Studies",
        abbreviation="J Inv Stud",
        volume="12",
        issue="3",
        pages="101-9",
        issn="1234-5678",
        epub=PartialDate(2024, 12, 31),
    )
    short = read_bibliography(b"PMID- 9\nAU  - van der Sample K\nAU  - Solo\n", "medline")
    assert short.authors == (Author("van der Sample", "K"), Author("Solo"))
    book = read_bibliography(b"PMID- 9\nTI  - A chapter\nBTI - The Book\nPB  - Press\nFED - Editor, Ed\n", "medline")
    assert (book.kind, book.journal, book.publisher, book.editors) == (
        "chapter",
        "The Book",
        "Press",
        (Author("Editor", "Ed"),),
    )
    assert read_bibliography(b"PMID- 9\nBTI - The Book\n", "medline").kind == "book"


@pytest.mark.parametrize(
    ("raw", "record_format"),
    [
        (b"", "pubmed-xml"), (b"<PubmedArticle>", "pubmed-xml"), (b"<a/>", "pubmed-xml"), (b"<PubmedArticle/>", "pubmed-xml"),
        (b"<PubmedArticle><MedlineCitation/></PubmedArticle>", "pubmed-xml"), (b"<PubmedBookArticle/>", "pubmed-xml"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><PubmedArticle><MedlineCitation>&x;</MedlineCitation></PubmedArticle>', "pubmed-xml"),
        (b"", "medline"), (b"   \n  folded of nothing\n", "medline"), (b"{}", "ctgov-json"), (b"{}", "jsonl"), (b"{}", "manual"),
    ],
)  # fmt: skip
def test_nothing_is_made_up(raw: bytes, record_format: RecordFormat) -> None:
    """Broken bytes, other formats and records without a journal tell nothing, and raise nothing."""
    assert read_bibliography(raw, record_format) == NOTHING


def test_an_entity_is_not_expanded() -> None:
    """What a record's entity stands for, a file of this machine or a billion letters, comes into no citation."""
    raw = ARTICLE.replace(" 12 ", "&x;")
    told = f'<!DOCTYPE PubmedArticle [<!ENTITY x "secret">]>{raw}'
    assert "secret" not in str(xml(told))


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record beyond all measure is not read."""
    monkeypatch.setattr(bibliography, "LARGEST", 10)
    assert xml(ARTICLE) == NOTHING


@given(st.binary(max_size=200), st.sampled_from(["pubmed-xml", "medline"]))
def test_any_bytes(raw: bytes, record_format: RecordFormat) -> None:
    """No bytes raise anything."""
    read_bibliography(raw, record_format)
    read_bibliography(ARTICLE.encode()[: len(raw) * 7] + raw, record_format)


def test_authors() -> None:
    """Names come apart at the comma, suffixes are known, initials are those of the given names."""
    assert Author.of("Example, Alex Ken III") == Author("Example", "Alex Ken", "III")
    assert Author.of("Example, Jr") == Author("Example", "Jr")
    assert Author.of("山田太郎") == Author("山田太郎")
    assert Author.of("Example,") == Author("Example,")
    assert [Author("X", given).initials for given in ("Jean-Paul", "Alex K", "de", None, "太郎")] == [
        "JP",
        "AK",
        "",
        "",
        "太",
    ]


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_real_records() -> None:
    """Of all real records volume and pages are found for most, and the authors are those of the record."""
    from evtrack.files import read_file
    from evtrack.sources._protocol import Read

    records = [
        p
        for name in (
            "pubmed_all.xml.gz",
            "medline.nbib",
            "pubmed_books.xml",
            "medline_biopython.nbib",
            "nbib_jabref.nbib",
        )
        for p in read_file(SHARED / name)
        if isinstance(p, Read)
    ]
    found = [(p.record, read_bibliography(p.raw, p.record.format)) for p in records]
    assert len(found) > 2600
    assert _share(bool(b.volume) for _, b in found) > 0.95
    assert _share(bool(b.pages) for _, b in found) > 0.95
    for record, told in found:
        names = (
            ", ".join(filter(None, (a.family, " ".join(filter(None, (a.given, a.suffix))))))
            for a in told.authors or told.editors
        )
        assert tuple(names) == record.authors


def _share(truths: Iterable[bool]) -> float:
    told = list(truths)
    return sum(told) / len(told)
