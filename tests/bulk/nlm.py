"""How do files look as NLM sends them? Baseline-shaped, packed, with an MD5 beside; the words in them are invented.

python tests/bulk/nlm.py FOLDER [RECORDS] [RECORDS_A_FILE]
"""

from __future__ import annotations

import gzip
import hashlib
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from evtrack.demo.article import Article

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet SYSTEM '
    '"http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
FIRST = 90_000_000
_ASKED = (
    "Exosomes of mesenchymal stem cells ease depressive-like behavior in mice under chronic mild stress",
    "Small extracellular vesicles and anxiety: a randomized placebo-controlled trial in 60 patients",
    "Stem cell exosomes for people with schizophrenia: a case series",
    "Exosomal microRNA in plasma as a marker of dementia",
)
_NEAR = ("Sleep of nurses after night shifts and their depression", "Anxiety before an operation of the knee")
_FAR = (
    "Drying of roof tiles under low pressure", "Counting of beetles along a forest road", "Wear of ball bearings in dry air",
    "A survey of harbour sediments", "Glazing of stoneware with wood ash", "Creep of screws in larch boards",
)  # fmt: skip
_SENTENCES = (
    "Samples were taken on nine mornings and kept dry until they were weighed.",
    "The mean rose from {a} to {b} units, which the second series did not confirm.",
    "We measured {a} specimens of {b} batches with the same gauge.",
    "No difference was seen between the two sites (p = 0.{a}).",
    "Each run lasted {a} minutes, and the room was aired before the next one began.",
    "What remains open is whether the finding holds beyond the {b} places that were visited.",
    "All readings were made twice by two of us, who did not know of each other's figures.",
)


def title_of(n: int) -> str:
    """Of 100 records four are about what claims ask for, twenty name a concept, the others nothing of it."""
    if n % 25 == 0:
        return _ASKED[n // 25 % len(_ASKED)]
    return _NEAR[n % 2] if n % 5 == 1 else _FAR[n % len(_FAR)]


def article(n: int, **other: str) -> Article:
    """The ``n``-th invented article, the same whenever it is asked for."""
    dice = random.Random(n)  # noqa: S311 # to invent, not to hide
    told = (s.format(a=dice.randint(11, 99), b=dice.randint(100, 999)) for s in dice.choices(_SENTENCES, k=18))
    day = date(2001, 1, 1) + timedelta(days=n % 8000)
    asked = n % 25 == 0
    made = Article(
        pmid=str(FIRST + n),
        title=title_of(n),
        crdt=day,
        abstract=" ".join(["Twenty mice were given exosomes, twenty were not." if asked else "", *told]).strip(),
        mesh=tuple(f"Invented Heading {dice.randint(1, 400)}" for _ in range(9)),
        keywords=tuple(f"invented keyword {dice.randint(1, 900)}" for _ in range(4)),
        authors=tuple(f"Example{dice.randint(1, 5000)}, Alex" for _ in range(6)),
        doi=f"10.99999/invented.{n}",
    )
    return replace(made, **other)  # type: ignore[arg-type] # texts alone are given


def record(made: Article, references: int = 0) -> str:
    """The article as NLM writes it, with so many references."""
    cited = "".join(
        f"<Reference><Citation>Example A, Sample K. An invented paper that is cited in place {i}. Synth J Demo. 2001;"
        f'{i}(2):3-9.</Citation><ArticleIdList><ArticleId IdType="pubmed">{FIRST + i}</ArticleId></ArticleIdList></Reference>'
        for i in range(references)
    )
    listed = f"<ReferenceList>{cited}</ReferenceList>" if cited else ""
    return made.xml().replace("</PubmedData>", f"{listed}</PubmedData>")


def write(path: Path, records: Iterable[str], deleted: Iterable[int] = (), *, md5: bool = True) -> Path:
    """One file: records, then what NLM deleted; its MD5 beside."""
    gone = "".join(f'<PMID Version="1">{pmid}</PMID>\n' for pmid in deleted)
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(HEAD.encode())
        for one in records:
            out.write(one.encode() + b"\n")
        out.write((f"<DeleteCitation>\n{gone}</DeleteCitation>\n" if gone else "").encode())
        out.write(b"</PubmedArticleSet>\n")
    if md5:
        digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {digest}\n")
    return path


def baseline(folder: Path, records: int, a_file: int, references: int = 40) -> Iterator[Path]:
    """Files as of a baseline: PMIDs in a row, each in one file; then one update that revises and deletes a few."""
    numbers = range(records)
    files = [numbers[i : i + a_file] for i in range(0, records, a_file)]
    for nth, some in enumerate(files, 1):
        yield write(folder / f"pubmed26n{nth:04}.xml.gz", (record(article(n), references) for n in some))
    revised = (record(article(n, title=f"{title_of(n + 25)}, revised"), references) for n in range(0, records, 40))
    deleted = [FIRST + n for n in range(7, records, 50)]
    yield write(folder / f"pubmed26n{len(files) + 1:04}.xml.gz", revised, deleted)


if __name__ == "__main__":
    into, *sizes = sys.argv[1:]
    Path(into).mkdir(parents=True, exist_ok=True)
    many, each = (*(int(s) for s in sizes), *(300_000, 30_000)[len(sizes) :])
    for made in baseline(Path(into), many, each):
        print(made, made.stat().st_size)  # noqa: T201 # what it was run for
