"""Do the readers read every real record of ../shared, with the titles, headings and types that other readers find?"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import unicodedata
from itertools import islice
from pathlib import Path

import pytest

from evtrack.files import read_file, read_stream
from evtrack.record import Record
from evtrack.sources._protocol import Read

SHARED = Path(__file__).parents[2] / "../shared/data"
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")]

XML = ("pubmed/pubmed_all.xml.gz", "pubmed/pubmed_edge_cases.xml", "pubmed/pubmed_books.xml")
NBIB = ("pubmed/medline.nbib", "pubmed/medline_biopython.nbib", "pubmed/nbib_jabref.nbib")
CTGOV = ("ctgov/ctgov_v2_real.jsonl.gz", "ctgov/ctgov_topic_derived_v2shape.json")
ONE = re.compile(r"<(PubmedArticle|PubmedBookArticle)[\s>].*?</\1>", re.DOTALL)
HEAD = (
    '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd"><PubmedArticleSet>'
)


def text_of(name: str) -> str:
    content = (SHARED / name).read_bytes()
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode()


def plain(text: str) -> str:
    """Letters and digits alone: markup gone, entities resolved, in whichever order they were written."""
    text = html.unescape(html.unescape(re.sub(r"<[^>]+>", "", text)))
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def read(name: str) -> list[Record]:
    """The records of a file, none skipped."""
    records = []
    for each in read_file(SHARED / name):
        assert isinstance(each, Read), each
        records.append(each.record)
    return records


@pytest.mark.parametrize("name", XML)
def test_every_record_of_the_xml_is_read(name: str) -> None:
    """Ids in order, and titles, are those that a search of the plain text finds."""
    chunks = [m[0] for m in ONE.finditer(text_of(name))]
    records = read(name)
    found = [re.search(r"<PMID[^>]*>\s*(\d+)", c) for c in chunks]
    assert [r.id for r in records] == [f"PMID:{m[1]}" for m in found if m]
    titles = r"<(ArticleTitle|BookTitle|VernacularTitle)(?:\s[^>]*)?>(.*?)</\1>"
    for record, chunk in zip(records, chunks, strict=True):
        assert plain(record.title) in {plain(t) for _, t in re.findall(titles, chunk, re.DOTALL)}, record.id


@pytest.mark.parametrize("name", NBIB)
def test_every_record_of_medline_is_read(name: str) -> None:
    """Ids, titles, headings and types are those of Bio.Medline on the whole file."""
    from Bio import Medline

    records = read(name)
    theirs = list(Medline.parse(io.StringIO(text_of(name))))  # type: ignore[no-untyped-call] # Biopython ships no types
    assert [r.id for r in records] == [f"PMID:{m}" for m in re.findall(r"^PMID- *(\d+)", text_of(name), re.MULTILINE)]
    for ours, their in zip(records, theirs, strict=True):
        assert ours.id == f"PMID:{their['PMID']}"
        assert plain(ours.title) == plain(their.get("TI", ""))
        assert [m.descriptor for m in ours.mesh] == [h.split("/")[0].lstrip("*") for h in their.get("MH", [])]
        assert [m.major for m in ours.mesh] == ["*" in h for h in their.get("MH", [])]
        assert "".join(ours.publication_types) == "".join(their.get("PT", []))


@pytest.mark.parametrize("name", CTGOV)
def test_every_study_is_read(name: str) -> None:
    """Ids and titles are those of the plain JSON, and nothing had to be mended."""
    text = text_of(name)
    studies = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    records = read(name)
    for record, study in zip(records, studies, strict=True):
        identification = study["protocolSection"]["identificationModule"]
        assert record.id == identification["nctId"]
        assert plain(record.title) == plain(identification["briefTitle"])
        assert record.parse_flags == ()
        assert record.trial is not None
        assert record.trial.has_results is bool(study.get("hasResults"))


@pytest.mark.parametrize("name", XML + NBIB + CTGOV)
def test_raw_bytes_read_alone_give_the_same(name: str) -> None:
    """Every stored raw document gives the record again, and itself."""
    for each in read_file(SHARED / name):
        assert isinstance(each, Read)
        assert list(read_stream(io.BytesIO(each.raw), "raw")) == [each]


def test_the_xml_agrees_with_entrez_read() -> None:
    """Where Bio.Entrez.read can read a record, its title, PMID, headings, qualifiers and types are ours."""
    from Bio import Entrez

    agreed = 0
    for record, m in islice(zip(read(XML[0]), ONE.finditer(text_of(XML[0])), strict=True), 0, None, 8):
        if "<math" in m[0] or "<mml:" in m[0]:
            continue  # Entrez.read drops or refuses formulas
        try:
            whole = Entrez.read(io.BytesIO(f"{HEAD}{m[0]}</PubmedArticleSet>".encode()))  # type: ignore[no-untyped-call] # Biopython ships no types
            their = whole["PubmedArticle"][0]["MedlineCitation"]
        except Exception:  # noqa: BLE001, S112 (whatever it raises, there is nothing to compare)
            continue
        agreed += 1
        assert record.id == f"PMID:{their['PMID']}"
        assert plain(record.title) == plain(str(their["Article"]["ArticleTitle"]) or record.vernacular_title or "")
        assert [[h.descriptor, *h.qualifiers] for h in record.mesh] == [
            [" ".join(str(name).split()) for name in (h["DescriptorName"], *h["QualifierName"])]
            for h in their.get("MeshHeadingList", [])
        ]
        assert record.publication_types == tuple(dict.fromkeys(map(str, their["Article"]["PublicationTypeList"])))
        theirs = "".join(map(str, their["Article"].get("Abstract", {}).get("AbstractText", [])))
        unmarked = re.sub(r"</?(?:i|b|u|sub|sup)\b[^>]*>", "", theirs)  # an abstract's own "p < 0.05" is no markup
        assert "".join("".join(s.text for s in record.abstract).split()) == "".join(unmarked.split())
    assert agreed > 120
