"""Is a stream cut where its records begin and end, whatever happened to it on the way?"""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.sources._protocol import SourceError
from evtrack.sources._stream import unpacked
from evtrack.sources._xml_cut import Cut, cut_records

ONE = b"<PubmedArticle><PMID>90000001</PMID></PubmedArticle>"
TWO = b"<PubmedArticle><PMID>90000002</PMID></PubmedArticle>"
BOOK = b"<PubmedBookArticle><PMID>90000003</PMID></PubmedBookArticle>"
HEAD = b'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet>\n<PubmedArticleSet>\n'
TAIL = b"\n</PubmedArticleSet>\n"


def cut(whole: bytes, size: int = 1000, largest: int = 10_000) -> tuple[list[Cut], SourceError | None]:
    got: list[Cut] = []
    try:
        got.extend(cut_records((whole[i : i + size] for i in range(0, len(whole), size)), largest))
    except SourceError as error:
        return got, error
    return got, None


def raws(cuts: list[Cut]) -> list[bytes]:
    return [c.raw for c in cuts]


@settings(deadline=None)
@given(st.integers(1, 200))
def test_cuts_do_not_depend_on_the_blocks(size: int) -> None:
    """However the stream is cut into blocks, the records are the same, and so are their places."""
    whole = HEAD + ONE + b"\n<!-- <PubmedArticle> -->\n" + TWO + BOOK + TAIL
    got, error = cut(whole, size)
    assert error is None
    assert raws(got) == [ONE, TWO, BOOK] == [whole[c.start : c.start + len(c.raw)] for c in got]
    assert [(c.ordinal, c.line) for c in got] == [(1, 4), (2, 6), (3, 6)]
    assert got[2].where == "record 3, line 6 (PMID 90000003)"


def test_a_missing_end_tag_costs_one_record() -> None:
    """The record without an end is told, and the next is whole, article or book."""
    for after in (TWO, BOOK):
        got, error = cut(HEAD + ONE[:-16] + b"\n" + after + TWO + TAIL)
        assert error is None
        assert got[0].fault == "the end tag </PubmedArticle> is missing"
        assert raws(got)[1:] == [after, TWO]


@pytest.mark.parametrize("size", [16, 1000])
def test_a_missing_start_tag_costs_one_record(size: int) -> None:
    """What stands before an end tag that nothing began is told, with its bytes."""
    got, error = cut(HEAD + ONE + b"\n<PubmedArtiXle><PMID>90000009</PMID></PubmedArticle>" + TWO + TAIL, size)
    assert error is None
    assert [c.fault is None for c in got] == [True, False, True]
    assert got[1].raw == b"\n<PubmedArtiXle><PMID>90000009</PMID></PubmedArticle>"
    assert got[1].where == "record 2, line 5 (PMID 90000009)"


def test_a_citation_without_its_article_is_found() -> None:
    """Where only the outer start tag is damaged, the citation is read all the same."""
    inner = b"<MedlineCitation><PMID>90000009</PMID></MedlineCitation>"
    got, error = cut(HEAD + b"<PubmedArtiXle>" + inner + b"</PubmedArticle>" + TWO + TAIL)
    assert error is None
    assert raws(got) == [inner, TWO]


def test_a_missing_last_end_tag_costs_one_record() -> None:
    """At the end of the set the record without an end is told, and the set still ends."""
    got, error = cut(HEAD + ONE + TWO[:-16] + TAIL)
    assert error is None
    assert [c.fault is None for c in got] == [True, False]
    got, error = cut(HEAD + ONE[:-16] + TAIL + HEAD + TWO + TAIL)
    assert error is None
    assert [c.fault is None for c in got] == [False, True]


def test_end_tags_with_blanks_end_a_record() -> None:
    """XML allows blanks in an end tag."""
    odd = ONE[:-1] + b" >"
    assert raws(cut(HEAD + odd + TWO + odd + TAIL)[0]) == [odd, TWO, odd]


def test_end_tags_in_comments_end_nothing() -> None:
    """An end tag in a comment or a CDATA section is text."""
    hidden = (
        b"<PubmedArticle><!-- </PubmedArticle> --><PMID>90000001</PMID><![CDATA[</PubmedArticle>]]></PubmedArticle>"
    )
    got, error = cut(HEAD + hidden + TWO + TAIL)
    assert error is None
    assert raws(got) == [hidden, TWO]


def test_a_hostile_comment_is_given_up() -> None:
    """Thousands of end tags in one comment do not cost the square of their number."""
    got, _ = cut(HEAD + b"<PubmedArticle><!--" + b"</PubmedArticle>" * 500 + b"--></PubmedArticle>" + TWO + TAIL)
    assert got[-1].raw == TWO


def test_an_empty_element_is_a_record() -> None:
    """``<PubmedArticle/>`` is one, and takes nothing of the next with it."""
    assert raws(cut(HEAD + b"<PubmedArticle />" + TWO + TAIL)[0]) == [b"<PubmedArticle />", TWO]


@pytest.mark.parametrize("size", [64, 100_000])
def test_records_beyond_measure_are_told(size: int) -> None:
    """A record larger than the bound is told with its first bytes; the others go on."""
    large = b"<PubmedArticle><PMID>90000001</PMID>" + b"x" * 20_000 + b"</PubmedArticle>"
    got, error = cut(HEAD + large + TWO + TAIL, size)
    assert error is None
    assert "larger than 10,000 bytes" in str(got[0].fault)
    assert got[0].raw.startswith(b"<PubmedArticle><PMID>90000001")
    assert got[1].raw == TWO
    got, error = cut(HEAD + large[:-3], size)
    assert "larger" in str(got[0].fault) or "missing" in str(got[0].fault)
    assert error is not None


@settings(deadline=None)
@given(st.integers(0, len(HEAD + ONE + TWO)))
def test_a_stream_that_breaks_off_gives_what_was_whole(keep: int) -> None:
    """Wherever a file ends too early, whole records are given, then the place is named."""
    got, error = cut((HEAD + ONE + TWO)[:keep])
    assert error is not None
    assert [r for r in raws(got) if r in (ONE, TWO)] == [ONE, TWO][
        : sum(keep >= len(HEAD + x) for x in (ONE, ONE + TWO))
    ]
    assert error.place.startswith("line ")
    if keep > len(HEAD):
        assert error.code == "broken_off"


def test_a_break_of_the_stream_is_named_with_both_places() -> None:
    """A cut-off packed file names the place in the XML and in the packed file."""
    packed = gzip.compress(HEAD + ONE + TWO + TAIL)[:-12]

    def broken() -> Iterator[bytes]:
        yield from unpacked(iter([packed]))

    got: list[Cut] = []
    with pytest.raises(SourceError, match=r"after record \d .*of the packed file"):
        got.extend(cut_records(broken()))
    assert got[0].raw == ONE


@pytest.mark.parametrize(
    "text", [b"", b"   ", b"<!-- never ends", b"just text", b"<html/>", b"<?xml version='1.0'?><records></records>"]
)
def test_something_else_is_told(text: bytes) -> None:
    """What holds no PubMed record and is no empty set is an error."""
    got, error = cut(text)
    assert got == []
    assert error is not None
    assert error.code == "not_pubmed"


def test_records_in_a_wrapper_are_found() -> None:
    """Somebody's own element around the records does not hide them; an open comment hides what it covers."""
    assert raws(cut(b"<records>" + ONE + b"</records>")[0]) == [ONE]
    got, error = cut(HEAD + ONE + b"<!-- open " + TWO, 16)
    assert raws(got) == [ONE]
    assert error is not None


def test_an_endless_prolog_is_given_up() -> None:
    """A file that begins with a megabyte of nothing known is refused with flat memory."""
    got, error = cut(b"<!-- " + b"x" * 3_000_000, 100_000)
    assert got == []
    assert error is not None
