"""Does any input crash, stop or deceive a reader of records? PubMed XML, MEDLINE, studies, JSON lines, packed files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from lxml import etree

from evtrack.record import Skipped
from evtrack.sources._json_text import LARGEST
from evtrack.sources._protocol import Read
from tests.fuzz import mutation, seeds
from tests.fuzz.readers import Outcome, check_file, whole

pytestmark = pytest.mark.promise("inputs")

Hunting = Callable[[int, int, Callable[[Random], Any], Callable[[Random, Any], object]], None]

FIRST, LAST = (
    b"<PubmedArticle><MedlineCitation><PMID>%d</PMID><Article><ArticleTitle>Nobody's <i>neighbour</i></ArticleTitle></Article></MedlineCitation></PubmedArticle>" % n
    for n in (90009001, 90009002)
)  # fmt: skip
STUDY = seeds.STUDY["protocolSection"]


def named(name: str) -> Callable[[Random, bytes], Outcome]:
    """The check of a file of this name."""
    return lambda random, content: check_file(random, content, name)


def test_bytes_of_pubmed_xml(hunting: Hunting, full: bool) -> None:
    """PubMed XML after any blows: values or one FileProblem, the same in any blocks, all of it storable."""
    real = seeds.real_articles() if full else []
    articles = (*seeds.ARTICLES, *real)

    def make(random: Random) -> bytes:
        file = seeds.whole_file(*random.choices(articles, k=random.choice((1, 1, 2, 3))))
        return mutation.mangled(random, file, mutation.XML, articles)

    hunting(3_200, 240_000, make, named("a.xml"))


def test_elements_of_pubmed_xml(hunting: Hunting, full: bool) -> None:
    """An article with elements missing, doubled, moved, emptied or odd is read or Skipped, and both beside it stay as they were."""
    trees = [*seeds.TREES, *(etree.fromstring(a) for a in (seeds.real_articles() if full else []))]
    alone, problem = whole([seeds.whole_file(FIRST, LAST)], "a.xml")
    assert problem is None
    assert [isinstance(p, Read) for p in alone] == [True, True]

    def make(random: Random) -> bytes:
        return seeds.whole_file(FIRST, mutation.altered_tree(random, random.choice(trees)), LAST)

    def check(random: Random, content: bytes) -> None:
        got, problem = check_file(random, content, "a.xml")
        assert problem is None
        assert [got[0], got[-1]] == alone, "a neighbour was changed"
        assert len(got) == 3, f"{len(got) - 2} records came of one"

    hunting(1_600, 60_000, make, check)


def test_bytes_of_medline(hunting: Hunting) -> None:
    """MEDLINE after any blows: values or one FileProblem, the same in any blocks, all of it storable."""

    def make(random: Random) -> bytes:
        return mutation.mangled(random, seeds.NBIB, mutation.LINES, (seeds.MEDLINE,))

    hunting(1_200, 40_000, make, named("a.nbib"))


def test_values_of_studies(hunting: Hunting, full: bool) -> None:
    """A study with keys missing, doubled, of another type or beyond all measure is read or Skipped; its neighbours stay."""
    studies: Sequence[Any] = [seeds.STUDY, *(seeds.real_studies() if full else [])]
    first = {"protocolSection": {**STUDY, "identificationModule": {"nctId": "NCT90009001", "briefTitle": "First"}}}
    last = {"protocolSection": {"identificationModule": {"nctId": "NCT90009002", "briefTitle": "Last"}}}
    alone, _ = whole([mutation.json_bytes(Random(1), {"studies": [first, last]})], "a.json")  # noqa: S311 # no secret hangs on it

    def make(random: Random) -> bytes:
        page = {"studies": [first, mutation.altered(random, random.choice(studies)), last]}
        return mutation.json_bytes(random, page)

    def check(random: Random, content: bytes) -> None:
        got, problem = check_file(random, content, "a.json")
        ends = [p.record for p in (got[0], got[-1]) if isinstance(p, Read)] if got else []
        # Bytes that are no UTF-8 are mended for the whole page, which its records say.
        texts = [p.record.title for p in alone if isinstance(p, Read)]
        if len(content) > LARGEST and problem is not None:
            assert problem[0] == "too_large"
            return
        assert problem is None
        assert [r.title for r in ends] == texts
        assert len(got) == 3
        assert isinstance(got[1], Read | Skipped)

    hunting(1_200, 50_000, make, check)


def test_bytes_of_studies(hunting: Hunting) -> None:
    """A page, a list and lines of studies after any blows: values or one FileProblem."""

    def make(random: Random) -> bytes:
        value = random.choice((seeds.STUDY, seeds.PAGE, [seeds.STUDY]))
        content = mutation.json_bytes(random, value if random.random() < 0.5 else mutation.altered(random, value))
        return mutation.mangled(random, content, mutation.JSON, (content,))

    hunting(1_600, 50_000, make, named("a.json"))


def test_json_lines(hunting: Hunting) -> None:
    """Records of other programs after any blows: values or one FileProblem that names the line."""

    def make(random: Random) -> bytes:
        lines = [mutation.json_bytes(random, mutation.altered(random, line)) for line in seeds.LINES]
        content = b"\n".join(line.replace(b"\n", b" ") for line in lines)
        return mutation.mangled(random, content, mutation.JSON, (content,)) if random.random() < 0.5 else content

    hunting(4_000, 150_000, make, named("a.jsonl"))


def test_kinds_of_files(hunting: Hunting) -> None:
    """Whatever a file is called, holds, and is packed in: values or one FileProblem."""
    contents = (
        seeds.whole_file(*seeds.ARTICLES), seeds.NBIB, *(mutation.json_bytes(Random(2), v) for v in (seeds.PAGE, list(seeds.LINES))),  # noqa: S311 # no secret hangs on it
        b"PK\x03\x04", b"%PDF-1.7", "\ufeff<a/>".encode("utf-16"), seeds.whole_file(seeds.ALONE).decode().encode("utf-32"), b'<?xml version="1.0" encoding="shift_jis"?><PubmedArticleSet/>',
    )  # fmt: skip
    names = ("a.xml", "a.nbib", "a.json", "a.jsonl", "a.txt", "a", "a.xml.gz", "-")
    tokens = (*mutation.XML, *mutation.JSON, *mutation.LINES)

    def make(random: Random) -> tuple[bytes, str]:
        content = random.choice(contents)
        if random.random() < 0.5:
            content = seeds.packed(content) * random.choice((1, 1, 2))
        return mutation.mangled(random, content, tokens, contents), random.choice(names)

    def check(random: Random, made: tuple[bytes, str]) -> None:
        whole([made[0]], made[1])

    hunting(4_000, 120_000, make, check)
