"""Does any page crash the audit, or any text the grading? Pages of four formats after any blows, and texts that no author writes."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from evtrack.audit.reading import read_document
from evtrack.claims import load_library
from evtrack.files import FileProblem
from evtrack.grade.record import grade_for_claim, grade_record, scan_record
from evtrack.record import AbstractSection, NctId, Record, Trial, pmid_record
from evtrack.rules import Rules
from evtrack.store.document import dump
from tests.fuzz import mutation
from tests.fuzz.readers import text
from tests.fuzz.test_records import Hunting

pytestmark = pytest.mark.promise("inputs")

PAGES: dict[str, bytes] = {
    "a.txt": "エクソソームはうつ症状を緩和する可能性があります。\n\nExosomes cure depression (P = 0.01).\n# evtrack: ignore EV001\n".encode(),
    "a.md": "# 題\n\nエクソソームは**うつ病**を治します。\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n```\ncode\n```\n[link](https://example.org) ![picture](x.png) <!-- evtrack: ignore EV001 -->\n\n[^1]: note\n".encode(),
    "a.html": "<!doctype html><html><head><meta charset='utf-8'><title>題</title><meta name='description' content='Exosomes cure'></head><body><h1>見出し</h1><p>エクソソームは<b>うつ病</b>を治します。<table><tr><td>a<td>b</table><ul><li>x</ul><img alt='picture'><script>x()</script><!-- evtrack: ignore --></body></html>".encode(),
}  # fmt: skip
BODY = "<w:document xmlns:w='urn:w'><w:body><w:p><w:pPr><w:pStyle w:val='H1'/><w:outlineLvl w:val='0'/></w:pPr><w:r><w:b/><w:t>見出し</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t><w:tab/></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:numPr><w:numId w:val='1'/></w:numPr><w:r><w:t>Exosomes cure depression.</w:t></w:r></w:p></w:body></w:document>"
STYLES = "<w:styles xmlns:w='urn:w'><w:style w:styleId='H1'><w:name w:val='heading 1'/></w:style></w:styles>"


def docx(*parts: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A Word file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 0, 0, 0)), content)
    return out.getvalue()


def check_page(name: str, content: bytes) -> None:
    """A page is read, its units within its text, or one FileProblem says why not."""
    try:
        document = read_document(name, content)
    except FileProblem as problem:
        text(str(problem))
        return
    text(document.text.replace("\0", ""))
    for unit in document.units:
        assert 0 <= unit.start <= unit.end <= len(document.text)


def test_pages(hunting: Hunting) -> None:
    """Text, Markdown and HTML after any blows: units within the text, or one FileProblem."""

    def make(random: Random) -> tuple[str, bytes]:
        name = random.choice(tuple(PAGES))
        return name, mutation.mangled(random, PAGES[name], (*mutation.HTML, *mutation.XML), tuple(PAGES.values()))

    hunting(2_400, 60_000, make, lambda _, made: check_page(*made))


def test_word_files(hunting: Hunting) -> None:
    """A Word file after blows at its parts or at its zip: units within the text, or one FileProblem."""
    whole = docx(("word/document.xml", BODY.encode()), ("word/styles.xml", STYLES.encode()))

    def make(random: Random) -> bytes:
        if random.random() < 0.5:
            return mutation.mangled(
                random, whole, (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff"), (whole,)
            )
        body, styles = (
            mutation.mangled(random, p.encode(), mutation.XML) if random.random() < 0.7 else p.encode()
            for p in (BODY, STYLES)
        )
        return docx(
            ("word/document.xml", body),
            (random.choice(("word/styles.xml", "word/footnotes.xml")), styles),
            packing=zipfile.ZIP_STORED,
        )

    hunting(1_600, 20_000, make, lambda _, content: check_page("a.docx", content))


WORDS = (
    "exosomes", "depression", "mice", "rats", "patients", "randomised", "were randomly assigned to", "significantly", "did not differ", "P < 0.05", "(n = 12)", "n=99999999999999999999", "10^9", "1e308%", "-", "–", "vs.", "no", "not", "in vitro",
    "systematic review", "meta-analysis", "エクソソーム", "うつ病", "無作為化", "有意に", "Εξωσώματα", "外泌体", "\u202e", "\u0301" * 9, "\U0001f600", "ﬁ", "ß", "İ", "ǰ", "0" * 40, "1/0", "12 of 0 patients", "95% CI", "a" * 400, "(", ")", ".", ";", "\n", "\ud800", "\0", "²", "٣ of ٤ patients", "twenty", "dozens of", "half of", "SD", "HR 0.5 (0.1-9)", "mg/kg",
)  # fmt: skip
TRIAL = Trial(
    nct_id=NctId("NCT90000001"),
    overall_status="\ud800",
    phases=("PHASE9", ""),
    allocation="x",
    masking="",
    enrollment=10**10,
    arms=(),
)


def record_of(random: Random) -> Record:
    """A record of words in any order."""

    def said(most: int) -> str:
        joint = random.choice((" ", " ", "", ". ", ", "))
        return joint.join(random.choice(WORDS) for _ in range(random.randrange(most)))

    kinds = random.sample(
        (
            "Journal Article",
            "Review",
            "Randomized Controlled Trial",
            "Retracted Publication",
            "Published Erratum",
            "",
            "UNKNOWN",
        ),
        2,
    )
    abstract = tuple(
        AbstractSection(said(80), random.choice((None, "METHODS", "RESULTS", ""))) for _ in range(random.randrange(4))
    )
    return Record(
        pmid_record("90000001"),
        "pubmed",
        "pubmed-xml",
        said(30),
        abstract,
        publication_types=tuple(kinds),
        languages=(said(2),),
        journal=said(2),
        trial=TRIAL if random.random() < 0.2 else None,
    )


def graded(record: Record, rules: Rules) -> str:
    """Its grades, by itself and for two claims, as the store keeps them."""
    library = load_library()[0]
    scan = scan_record(record, rules)
    own = grade_record(scan, record)
    of = [grade_for_claim(scan, record, own, library.claims[c], rules) for c in ("dep-effect", "animal-dep")]
    return "".join(map(dump, (own, *of)))


def test_words_in_any_order(hunting: Hunting, rules: Rules) -> None:
    """Any words in any order are graded, and the grade can be kept."""
    hunting(160, 8_000, record_of, lambda _, record: graded(record, rules))


LONG: dict[str, str] = {
    "one word": "a" * 1_000_000,
    "one word of Japanese": "うつ" * 250_000,
    "no blank": "(n=1)p<0.05;" * 80_000,
    "sentences": "Mice were given exosomes. " * 100_000,
    "numbers": "12 of 24 patients (50%) " * 30_000,
    "brackets": "(" * 500_000,
    "digits": "9" * 1_000_000,
    "blanks": " " * 1_000_000 + "x",
    "lines": "\n" * 500_000 + "x",
    "combining": "e" + "\u0301" * 300_000,
    "mixed": "эxosómes エクソソーム 외泌體 ١٢ " * 20_000,
    "negations": "no not without neither nor " * 40_000,
    "dashes": "dose-dependent-" * 60_000,
    "groups": "exosome group and control group versus sham group, " * 20_000,
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts(name: str, full: bool, rules: Rules, tally: Callable[[int], None]) -> None:
    """A text of a million characters is graded in seconds, in a time that grows as the text does."""
    said = LONG[name][: len(LONG[name]) if full else 100_000]
    tally(1)
    begun = time.process_time()
    graded(
        Record(pmid_record("90000001"), "pubmed", "pubmed-xml", "Exosomes in depression", (AbstractSection(said),)),
        rules,
    )
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("kind", ["a.txt", "a.md", "a.html"])
def test_long_pages(name: str, kind: str, full: bool, tally: Callable[[int], None]) -> None:
    """A page of a million characters is read in seconds, or refused with a sentence."""
    said: Any = LONG[name][: len(LONG[name]) if full else 50_000]
    tally(1)
    begun = time.process_time()
    check_page(kind, said.encode())
    assert time.process_time() - begun < 20
