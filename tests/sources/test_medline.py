"""Is every field of the MEDLINE format read, through Bio.Medline, and is a record without its first line told?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from evtrack.record import PMID, AbstractSection, Correction, MeshHeading, NctId, PartialDate, Record, RecordId, Skipped
from evtrack.sources import medline
from evtrack.sources._protocol import Parsed, Read, SourceError

FILE = Path(__file__).parents[1] / "data/records.nbib"


def parsed(text: str | bytes) -> list[Parsed]:
    return list(medline.parse(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


def only(text: str | bytes) -> Record:
    (read,) = parsed(text)
    assert isinstance(read, Read), read
    return read.record


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    """The records of the invented file, by id."""
    return {r.record.id: r.record for r in parsed(FILE.read_bytes()) if isinstance(r, Read)}


def test_everything_of_a_record_is_read(records: dict[str, Record]) -> None:
    """Folded lines are joined in every field, stars and qualifiers read, all corrections kept."""
    assert records["PMID:90000021"] == Record(
        id=RecordId("PMID:90000021"),
        source="pubmed",
        format="medline",
        title="A long invented title that is folded over two lines because it would not fit into one of them.",
        abstract=(
            AbstractSection(
                "BACKGROUND: Low mood is common. METHODS: Sixty adults were allocated at random. "
                "RESULTS: Nothing much happened. CONCLUSION: A blank line does not end a record."
            ),
        ),
        languages=("eng", "jpn"),
        publication_types=("Journal Article", "Randomized Controlled Trial"),
        mesh=(
            MeshHeading("Exosomes", (), True),
            MeshHeading("Depressive Disorder", ("therapy", "psychology"), True),
            MeshHeading("Humans"),
        ),
        keywords=("vesicles", "mood"),
        journal="Journal of invented trials",
        authors=("Muster, Ada B", "Beispiel, C Jr", "INVENT Study Group"),
        published=PartialDate(2025, 2, 7),
        revised=PartialDate(2025, 11, 30),
        doi="10.0000/invented.21",
        pmcid="PMC9000021",
        nct_ids=(NctId("NCT90000021"),),
        other_registry_ids=("ISRCTN90000021",),
        corrections=(
            Correction(
                "CommentIn",
                "J Invent Trials. 2025 Jun;1(2):100-1. A title so long that it is folded.",
                PMID("90000013"),
            ),
            Correction("ExpressionOfConcernIn", "J Invent Trials. 2025;1:99.", PMID("90000014")),
            Correction("ErratumIn", "J Invent Trials. 2025;1:9"),
            Correction("RetractionIn", "J Invent Trials. 2026;2:1.", PMID("90000012")),
            Correction("UpdateOf", "Invented preprints 2024. doi: 10.0000/pre.1.", PMID("90000015")),
        ),
        status="MEDLINE",
    )


def test_other_titles_and_dates_are_read(records: dict[str, Record]) -> None:
    """Transliterated titles, other abstracts, ranges of dates and books are read."""
    old, book, last = (records[f"PMID:900000{n}"] for n in ("22", "23", "24"))
    assert (old.title, old.vernacular_title) == ("[A translated title].", "Ein Titel in der Sprache des Aufsatzes.")
    assert old.other_abstracts == (AbstractSection("Publisher: the abstract in another language."),)
    assert (old.published, old.revised, old.pmcid, old.authors) == (
        PartialDate(1998),
        PartialDate(1999, 1, 9),
        "PMC9000022",
        ("Alt O",),
    )
    assert (book.title, book.published) == ("A whole invented book", PartialDate(2006, 2, 15))
    assert (last.published, last.parse_flags) == (PartialDate(2016, 4, 19), ("date_not_understood",))


def test_a_record_without_its_first_line_is_skipped() -> None:
    """Its fields do not run into the record before it; place and bytes are kept."""
    (skipped,) = (x for x in parsed(FILE.read_bytes()) if isinstance(x, Skipped))
    assert skipped.where == "line 71"
    assert skipped.raw == b"OWN - NLM\nSTAT- MEDLINE\nTI  - A record that lost its first line.\n"


def test_a_damaged_first_line_does_not_run_into_the_record_before() -> None:
    """With or without a blank line between, the fields of the next record are not taken for the first's."""
    one, two = "PMID- 90000001\nOWN - NLM\nTI  - A\n", "PXID- 90000002\nOWN - NLM\nTI  - B\n"
    for between in ("\n", ""):
        first, second = parsed(one + between + two)
        assert isinstance(first, Read)
        assert first.record.title == "A"
        assert isinstance(second, Skipped)


def test_raw_bytes_read_alone_give_the_same() -> None:
    """Regrading reads the stored bytes: record and bytes are the same."""
    for read in parsed(FILE.read_bytes()):
        if isinstance(read, Read):
            assert parsed(read.raw) == [read]


def test_line_ends_and_marks_do_not_matter() -> None:
    """A file from Windows, with a mark or in UTF-16, gives the same records."""
    text = FILE.read_text(encoding="utf-8")
    wanted = [x.record for x in parsed(text) if isinstance(x, Read)]
    for other in (text.replace("\n", "\r\n").encode("utf-8-sig"), text.encode("utf-16")):
        assert [x.record for x in parsed(other) if isinstance(x, Read)] == wanted


def test_no_blank_line_between_records_is_needed() -> None:
    """A PMID line begins a record."""
    assert len(parsed("PMID- 90000001\nTI  - A\nPMID- 90000002\nTI  - B\n")) == 2


def test_bytes_that_cannot_be_kept_are_flagged() -> None:
    """NUL goes and bytes that are no UTF-8 become U+FFFD, each with its flag."""
    record = only(b"PMID- 90000001\nTI  - a\0b\xffc\n")
    assert record.title == "ab\ufffdc"
    assert record.parse_flags == ("bytes_not_understood", "nul_removed")


def test_a_pmid_that_is_no_number_is_skipped() -> None:
    """It is listed, not dropped."""
    assert [type(x) for x in parsed("PMID- none\nTI  - A\n\nPMID- 90000002\n")] == [Skipped, Read]


def test_something_else_is_told() -> None:
    """Text without a PMID line is no MEDLINE file; before and behind records it is skipped."""
    for text in ("", "\n\n", "a letter\nof two lines"):
        with pytest.raises(SourceError, match="no line begins with 'PMID-'"):
            parsed(text)
    assert [type(x) for x in parsed("1 of 1\nPMID- 90000001\n")] == [Skipped, Read]
    assert [type(x) for x in parsed("PMID- 90000001\n\nOWN - NLM\n")] == [Read, Skipped]
    assert [type(x) for x in parsed("\0\nPMID- 90000001\n")] == [Skipped, Read]
    assert [type(x) for x in parsed("      PMID- 90000001\nPMID- x")] == [Read, Skipped]


def test_a_break_of_the_stream_costs_the_record_it_falls_in() -> None:
    """The record that a cut-off file ends in is skipped, not taken for whole."""

    def broken() -> Iterator[bytes]:
        yield b"PMID- 90000001\nTI  - A\n\nPMID- 90000002\nAB  - Half of"
        raise SourceError("the packed file is cut off", code="broken_off", place="after byte 9")

    got: list[Parsed] = []
    with pytest.raises(SourceError, match=r"line 5 \(after byte 9\): the packed file is cut off"):
        got.extend(medline.parse_blocks(broken()))
    assert [type(x) for x in got] == [Read, Skipped]
    assert isinstance(got[1], Skipped)
    assert got[1].raw.endswith(b"Half of\n")

    def between() -> Iterator[bytes]:
        yield b"\n"
        raise SourceError("gone", code="unreadable")

    with pytest.raises(SourceError, match="gone"):
        list(medline.parse_blocks(between()))


def test_records_beyond_measure_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record larger than the bound is skipped with its first bytes; the next is read."""
    monkeypatch.setattr(medline, "LARGEST", 100)
    monkeypatch.setattr(medline, "_KEPT_OF_LARGE", 20)
    got = parsed("PMID- 90000001\n" + "AB  - word word word\n" * 20 + "\nPMID- 90000002\n")
    assert [type(x) for x in got] == [Skipped, Read]
    assert isinstance(got[0], Skipped)
    assert len(got[0].raw) == 20
