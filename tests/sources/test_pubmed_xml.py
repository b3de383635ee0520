"""Is every field of PubMed XML read, whatever surrounds it, and does one bad record leave the others alone?"""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from evtrack.record import (
    PMID,
    AbstractSection,
    Correction,
    Deleted,
    MeshHeading,
    NctId,
    PartialDate,
    Record,
    RecordId,
    Skipped,
)
from evtrack.sources import pubmed_xml
from evtrack.sources._protocol import Parsed, Read, SourceError

FILE = Path(__file__).parents[1] / "data/pubmed.xml"
SET = b"<PubmedArticleSet>%s</PubmedArticleSet>"


def parsed(text: str | bytes, **bounds: int) -> list[Parsed]:
    return list(pubmed_xml.parse(io.BytesIO(text if isinstance(text, bytes) else text.encode()), **bounds))


def citation(inside: str = "", article: str = "<ArticleTitle>T</ArticleTitle>", pmid: str = "90000001") -> str:
    return f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>{article}</Article>{inside}</MedlineCitation></PubmedArticle>"


def only(text: str | bytes) -> Record:
    (read,) = parsed(text)
    assert isinstance(read, Read), read
    return read.record


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    """The records of the invented file, by id."""
    with FILE.open("rb") as stream:
        return {r.record.id: r.record for r in pubmed_xml.parse(stream) if isinstance(r, Read)}


def test_everything_of_an_article_is_read(records: dict[str, Record]) -> None:
    """Markup and formulas are text, empty sections are none, the reference list's ids are not the article's."""
    assert records["PMID:90000001"] == Record(
        id=RecordId("PMID:90000001"),
        source="pubmed",
        format="pubmed-xml",
        title="Effect of CD63+ vesicles on HAM-D at t8 weeks: a trial.",
        abstract=(
            AbstractSection("Low mood is common & hard to treat.", "BACKGROUND"),
            AbstractSection("Sixty adults were allocated at random; the dose was 109 particles (p < 0.05).", "METHODS"),
            AbstractSection("x=3 was met."),
        ),
        other_abstracts=(AbstractSection("作り話の抄録です。"),),
        languages=("eng", "jpn"),
        publication_types=("Journal Article", "Randomized Controlled Trial"),
        mesh=(
            MeshHeading("Exosomes", (), True),
            MeshHeading("Depressive Disorder", ("therapy", "psychology"), True),
            MeshHeading("Humans"),
        ),
        keywords=("HAM-D score", "vesicles"),
        journal="Journal of invented trials",
        authors=("Muster, Ada B", "Beispiel, C Jr", "INVENT Study Group"),
        published=PartialDate(2025, 2, 7),
        revised=PartialDate(2025, 11, 30),
        doi="10.0000/invented.1",
        pmcid="PMC9000001",
        nct_ids=(NctId("NCT90000001"), NctId("NCT90000002")),
        other_registry_ids=("ISRCTN90000003", "UMIN900000004"),
        corrections=(
            Correction("ErratumIn", "J Invent Trials. 2025;1:9", PMID("90000011"), "Dose corrected."),
            Correction("RetractionIn", "J Invent Trials. 2026;2:1", PMID("90000012")),
            Correction("ExpressionOfConcernIn", "J Invent Trials. 2025;1:99"),
            Correction("UpdateOf", "Invented preprints 2024"),
        ),
        indexing_method="Automated",
        status="MEDLINE",
    )


def test_old_dtds_are_read(records: dict[str, Record]) -> None:
    """DateCreated, a bare Affiliation, FirstName, MedlineDate, OtherID and no PubmedData trouble nobody."""
    old = records["PMID:90000002"]
    assert old.published == PartialDate(1998)
    assert old.vernacular_title == "Eine alte Arbeit ohne Abstract."
    assert (old.authors, old.pmcid, old.journal, old.abstract) == (("Alt, Otto",), "PMC9000002", "Alt J", ())
    assert old.revised is None


def test_little_is_enough(records: dict[str, Record]) -> None:
    """No title is an empty text; without a date of the issue that of the article counts; leading zeros go."""
    little = records["PMID:90000003"]
    assert (little.title, little.doi, little.journal) == ("", "10.0000/only.here", "No Title J")
    assert little.published == PartialDate(2023, 4)


def test_chapters_and_books_are_read(records: dict[str, Record]) -> None:
    """A chapter has its own title, date and authors; a book alone has the book's."""
    chapter, book = records["PMID:90000005"], records["PMID:90000006"]
    assert (chapter.title, chapter.journal) == ("A chapter on nothing", "Invented Reviews®")
    assert (chapter.published, chapter.revised) == (PartialDate(2006, 2, 15), PartialDate(2024, 12, 19))
    assert (chapter.doi, chapter.authors, chapter.keywords) == ("10.0000/chapter.5", ("Writer, Will",), ("nothing",))
    assert (chapter.publication_types, chapter.abstract_text) == (("Review",), "What the chapter says.")
    assert (book.title, book.authors, book.published) == (
        "A whole invented book",
        ("Editor, Eva",),
        PartialDate(2009, 2),
    )


def test_bad_records_are_skipped_with_their_place_and_bytes() -> None:
    """A record that is not well-formed, or has no PMID, is skipped with place, reason and bytes; the others are read."""
    with FILE.open("rb") as stream:
        got = list(pubmed_xml.parse(stream))
    broken, unnamed = (x for x in got if isinstance(x, Skipped))
    assert broken.where == "record 4, line 92 (PMID 90000004)"
    assert "mismatch" in broken.why
    assert broken.raw.startswith(b"<PubmedArticle>")
    assert broken.raw.endswith(b"</PubmedArticle>")
    assert unnamed.where == "record 5, line 93"
    assert "no PMID" in unnamed.why
    assert [x.id for x in got if isinstance(x, Deleted)] == ["PMID:90000007", "PMID:90000008"]
    assert sum(isinstance(x, Read) for x in got) == 5


def test_raw_bytes_read_alone_give_the_same() -> None:
    """Regrading reads the stored bytes without their file: the record is equal, and so are the bytes."""
    whole = FILE.read_bytes()
    for read in parsed(whole):
        if isinstance(read, Read):
            assert read.raw in whole
            assert parsed(read.raw) == [read]


def test_packed_and_joined_files_are_read() -> None:
    """Gzip of several members, each a file of its own, gives the records of all."""
    one, two = (b"<?xml version='1.0'?>\n" + SET % citation(pmid=p).encode() for p in ("90000001", "90000002"))
    got = parsed(gzip.compress(one) + gzip.compress(two))
    assert [x.record.id for x in got if isinstance(x, Read)] == ["PMID:90000001", "PMID:90000002"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("iso-8859-1", "ISO-8859-1"),
        ("utf-16", "UTF-16"),
        ("shift_jis", "Shift_JIS"),
        ("utf-8-sig", "UTF-8"),
        ("utf-8", "utf-16"),
    ],
)
def test_other_encodings_are_read(encoding: str, declared: str) -> None:
    """The encoding that the first line names is used, and the raw bytes can be read without that line."""
    title = "作り話" if encoding != "iso-8859-1" else "Müßig"
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + SET.decode() % citation(
        article=f"<ArticleTitle>{title}</ArticleTitle>"
    )
    (read,) = parsed(text.encode(encoding))
    assert isinstance(read, Read)
    assert read.record.title == title
    assert read.record.parse_flags == ()
    assert parsed(read.raw) == [read]


def test_what_xml_cannot_carry_is_mended_and_flagged() -> None:
    """NUL goes, lone surrogates and bytes that are no UTF-8 become U+FFFD, other controls go; each leaves a flag."""
    text = citation(article="<ArticleTitle>a&#0;b&#xD800;c\0d@e\x1bf&#x9B;g&#27;h&#1114112;</ArticleTitle>").encode()
    read = parsed(text.replace(b"@", b"\xed\xa0\x80\xff"))[0]
    assert isinstance(read, Read)
    assert read.record.title == "ab\ufffdcd\ufffd\ufffdef\x9bgh"
    assert set(read.record.parse_flags) == {
        "nul_removed",
        "unpaired_surrogate",
        "bytes_not_understood",
        "control_removed",
    }
    assert parsed(read.raw) == [read]
    assert only(citation(article="<ArticleTitle>a\ufffdb</ArticleTitle>")).parse_flags == ("bytes_not_understood",)


def test_prefixes_that_only_the_root_declares_are_read() -> None:
    """A record whose formula uses a prefix declared on the set is read alone too."""
    text = citation(article="<ArticleTitle>x<mml:math><mml:mi>y</mml:mi></mml:math></ArticleTitle>")
    for whole in (text, f'<PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML">{text}</PubmedArticleSet>'):
        assert only(whole).title == "xy"


def test_hostile_xml_is_not_expanded() -> None:
    """Entities of a DTD are neither expanded nor fetched: a record that uses one is skipped."""
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    )
    got = parsed(
        bomb + SET.decode() % (citation(article="<ArticleTitle>&a;&b;</ArticleTitle>") + citation(pmid="90000002"))
    )
    assert isinstance(got[0], Skipped)
    assert isinstance(got[1], Read)
    deep = citation(article="<ArticleTitle>" + "<i>" * 400 + "</i>" * 400 + "</ArticleTitle>")
    assert isinstance(parsed(deep)[0], Skipped)


def test_the_sets_before_2016_are_read() -> None:
    """A MedlineCitationSet holds citations without an article around them."""
    inside = "<MedlineCitation><PMID>90000001</PMID><Article><ArticleTitle>T</ArticleTitle></Article></MedlineCitation>"
    assert only(f"<MedlineCitationSet>{inside}</MedlineCitationSet>").title == "T"


def test_odd_leaves_are_survived() -> None:
    """Empty and unknown leaves are left out; CDATA is text, comments and instructions are not."""
    record = only(
        citation(
            article="<ArticleTitle>a<![CDATA[<b]]><!-- c --><?d e?></ArticleTitle><Unknown/><VernacularTitle/>"
            "<AuthorList><Author/><Author><LastName>Solo</LastName></Author></AuthorList>"
            "<Abstract><AbstractText> </AbstractText></Abstract><ELocationID EIdType='doi'>nothing</ELocationID>"
            "<DataBankList><DataBank><Odd/></DataBank></DataBankList><Journal><JournalIssue><Volume/></JournalIssue></Journal>",
            inside="<MeshHeadingList><MeshHeading><QualifierName>alone</QualifierName><Odd/></MeshHeading></MeshHeadingList>"
            "<CommentsCorrectionsList><CommentsCorrections/><CommentsCorrections RefType='Cites'><Odd/><RefSource/><PMID>x</PMID><Note/></CommentsCorrections>"
            "</CommentsCorrectionsList><OtherID Source='NASA'>PMC1</OtherID><OtherID Source='NLM'>NIHMS1</OtherID><MedlineJournalInfo/>",
        )
    )
    assert (record.title, record.vernacular_title, record.authors) == ("a<b", None, ("Solo",))
    assert record.corrections == (Correction("Cites"),)
    assert (record.mesh, record.abstract, record.doi, record.pmcid, record.journal) == ((), (), None, None, None)


def test_a_vernacular_title_stands_in_for_a_missing_one() -> None:
    """Where the source gives a title in the paper's language alone, that is the title."""
    assert only(citation(article="<ArticleTitle/><VernacularTitle>題名</VernacularTitle>")).title == "題名"


def test_an_article_without_a_citation_is_skipped() -> None:
    """Nothing to read is skipped, in articles and in books."""
    assert only("<PubmedArticle><MedlineCitation><PMID>90000001</PMID></MedlineCitation></PubmedArticle>").title == ""
    got = parsed(
        "<PubmedArticle><PubmedData/></PubmedArticle><PubmedBookArticle><X/><PubmedBookData><History/></PubmedBookData></PubmedBookArticle><PubmedBookArticle><BookDocument/></PubmedBookArticle>"
    )
    assert [type(x) for x in got] == [Skipped, Skipped, Skipped]


def test_ids_without_a_type_are_passed_over() -> None:
    """An id that says not what it is, is not taken for the DOI; PMC ids may lack their letters."""
    ids = "<ArticleIdList><ArticleId>10.0000/x</ArticleId><ArticleId IdType='pmc'>9000001</ArticleId></ArticleIdList><History/>"
    record = only(citation().replace("</PubmedArticle>", f"<PubmedData>{ids}</PubmedData></PubmedArticle>"))
    assert (record.doi, record.pmcid) == (None, "PMC9000001")


def test_deletions_without_ids_are_said() -> None:
    """A deletion that names no sound PMID is skipped with its bytes, beside those it does name."""
    got = parsed(
        "<DeleteCitation><PMID>x</PMID><PMID>90000001</PMID></DeleteCitation><DeleteCitation></DeleteCitation>"
    )
    assert [type(x) for x in got] == [Deleted, Skipped, Skipped]


def test_service_errors_are_errors() -> None:
    """An error body is not an empty set; the answer for an unknown PMID is one."""
    with pytest.raises(SourceError, match="ID list is empty") as error:
        parsed("<?xml version='1.0'?><eFetchResult><ERROR>ID list is empty!</ERROR></eFetchResult>")
    assert error.value.code == "service_error"
    with pytest.raises(SourceError, match="<html>"):
        parsed("<!DOCTYPE html><html><p>down</p></html>")
    assert parsed("<PubmedArticleSet></PubmedArticleSet>") == []
