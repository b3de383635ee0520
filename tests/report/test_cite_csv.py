"""Is the table whole, and is no cell of it a formula?"""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import Searched
from evtrack.report.report_csv import COLUMNS, LONGEST, cell, report_csv

from .cited import HOSTILE, NCT, PMID, citation, claim, evidence, status, texts, word_of


def rows(text: str) -> list[dict[str, str]]:
    """What a strict reader makes of the table."""
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert tuple(found[0]) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in found[1:]]


def test_a_row() -> None:
    """A claim and a record give a row with both: statements, people, level, stance, number, flags, searches, citation."""
    partial = Searched("pubmed", "q2", 9, False, "2026-11-19T06:00:00Z")
    one = status(
        evidence(override=word_of()), status_searched := evidence(NCT, counts_for_claim=False, gate="registered_only")
    )
    one = status(*one.evidence, searched=(*one.searched, partial))
    first, second = rows(report_csv([one], {PMID: citation()}, "en"))
    assert status_searched.id == second["record_id"]
    assert first["statement_ja"] == "うつ症状を緩和する可能性がある。"
    assert first["people_en"] == "Studies showing efficacy in people: none found"
    assert (first["claim_level"], first["level"], first["stance"], first["n"]) == ("animal", "animal", "supports", "12")
    assert (first["counts_for_claim"], second["counts_for_claim"]) == ("1", "0")
    assert first["flags"] == "small_n"
    assert first["searched"] == "pubmed 2026-11-19 (partial), ctgov 2026-11-20 (complete)"
    assert first["person"] == "accept 2026-11-21 A. Reader: the full text was read"
    assert first["title"].startswith("[RETRACTED] Vesicles")
    assert first["url"] == "https://pubmed.ncbi.nlm.nih.gov/90000001/"
    assert first["citation"].endswith("doi: 10.9999/a_b(1)<2>3, PMID: 90000001")
    assert (second["gate"], second["citation"], second["title"]) == ("registered_only", "", "An invented study in rats")


def test_a_claim_without_records() -> None:
    """A claim for which nothing was found has a row, so that it is not missing."""
    (row,) = rows(report_csv([status(as_of=None, searched=())], {}, "en"))
    assert (row["claim_id"], row["claim_level"], row["record_id"], row["as_of"]) == ("dep-effect", "none", "", "")


def test_rfc_4180() -> None:
    """Lines end with CRLF, and the text itself has no byte order mark: a file gets one where it is written."""
    text = report_csv([status(evidence())], {}, "en")
    assert text.count("\r\n") == text.count("\n") == 2
    assert not text.startswith("\ufeff")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "  =1", "\u3000=1", "\t=1", "\r=1", "\n=1", '"=1', "'=1", "\x00=1", "\x1b=1", "\ufeff=1", "\u202e=1", "\xa0=1", "“=1"],
)  # fmt: skip
def test_no_formula(text: str) -> None:
    """A text that a spreadsheet would reckon is a text, whatever hides its first sign."""
    assert str(cell(text)).startswith("'")
    assert cell(f"a;{text.strip()}") != f"a;{text.strip()}" or not re.match(r"[=+@＝＋＠－-]", text.strip())


def test_other_values() -> None:
    """Numbers, truth and absence are told as they are."""
    assert [cell(v) for v in (None, True, False, 12, "IL-6", "a - b")] == ["", 1, 0, 12, "IL-6", "a - b"]


@given(texts)
def test_no_text_breaks_the_table(text: str) -> None:
    """Whatever stands in a record, the table has its rows, and no cell begins a formula or holds a control character."""
    one = status(evidence(title=text, doi=text), claim=claim(statement=Bilingual(text, text)))
    table = report_csv([one], {}, "en")
    (row,) = rows(table)
    for told in row.values():
        assert not re.match(r"[\s\"'‘’“”`]*[=+@＝＋＠－-]", told) or told.startswith("'")
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in told)
        assert not re.search(r";\s*[=+@＝＋＠－-]", told)
    assert "\u202e" not in table


def test_the_hostile_text() -> None:
    """Newlines, quotes, escapes and formulas in one title make one cell."""
    (row,) = rows(report_csv([status(evidence(title=HOSTILE * 1000))], {}, "ja"))
    assert "ER  -" not in row["title"]
    assert ";'=1+1" in row["title"]
    assert len(row["title"]) == LONGEST
    assert row["title"].endswith("…")
    assert row["doi"] == "10.9999/abc_d"
