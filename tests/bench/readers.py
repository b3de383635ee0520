"""What does each reader of PubMed XML make of the same fields of a record? Held against what libxml2 says stands there.

As a program, run by whatever Python has the reader: ``python tests/bench/readers.py READER FILE`` prints a JSON line a
record. Readers: ``evtrack``, ``entrez`` (Bio.Entrez.read), ``pubmed_parser``, ``written`` (XPath on the tree alone).
"""

# ruff: noqa: T201 (what a program gives, it prints)

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

FIELDS = ("title", "abstract", "journal", "languages", "authors", "publication_types", "mesh", "doi")

Fields = dict[str, Any]
"""``pmid`` and what each of ``FIELDS`` says; blanks are single, absence is ``""`` or ``[]``."""


def line(text: object) -> str:
    """One line, blanks single."""
    return " ".join(str(text or "").split())


def written(path: str) -> Iterator[Fields]:
    """Each article by XPath, an expression a field: slow, and nothing to go wrong."""
    from lxml import etree

    def texts(node: Any, path: str) -> list[str]:
        return [t for found in node.xpath(path) if (t := line(found.xpath("string()")))]

    for _, article in etree.iterparse(path, tag="PubmedArticle"):
        of = "MedlineCitation/Article/"
        dois = texts(article, f'{of}ELocationID[@EIdType="doi"][@ValidYN!="N" or not(@ValidYN)]')
        dois += texts(article, 'PubmedData/ArticleIdList/ArticleId[@IdType="doi"]')
        yield {
            "pmid": texts(article, "MedlineCitation/PMID")[0],
            "title": " ".join(texts(article, f"{of}ArticleTitle")),
            "abstract": " ".join(texts(article, f"{of}Abstract/AbstractText")),
            "journal": " ".join(texts(article, f"{of}Journal/Title")),
            "languages": texts(article, f"{of}Language"),
            "authors": texts(article, f"{of}AuthorList/Author/*[self::LastName or self::CollectiveName]"),
            "publication_types": texts(article, f"{of}PublicationTypeList/PublicationType"),
            "mesh": texts(article, "MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName"),
            "doi": dois[0].lower() if dois else "",
        }
        article.clear()


def evtrack(path: str) -> Iterator[Fields]:
    """evtrack's own reader; it keeps a person's name as ``Last, Fore``."""
    from evtrack.files import read_file
    from evtrack.sources._protocol import Read

    for one in read_file(path):
        if isinstance(one, Read):
            record = one.record
            yield {
                "pmid": record.id.removeprefix("PMID:"),
                "title": line(record.title),
                "abstract": line(" ".join(s.text for s in record.abstract)),
                "journal": line(record.journal),
                "languages": list(record.languages),
                "authors": list(record.authors),
                "publication_types": list(record.publication_types),
                "mesh": [m.descriptor for m in record.mesh],
                "doi": (record.doi or "").lower(),
            }


def entrez(path: str) -> Iterator[Fields]:
    """``Bio.Entrez.read``, and the fields out of its dictionaries."""
    from Bio import Entrez

    with open(path, "rb") as file:
        articles: Any = Entrez.read(file)["PubmedArticle"]  # type: ignore[no-untyped-call] # Biopython ships no types
    for whole in articles:
        citation = whole["MedlineCitation"]
        article = citation["Article"]
        dois = [
            e for e in article["ELocationID"] if e.attributes["EIdType"] == "doi" and e.attributes["ValidYN"] != "N"
        ]
        dois += [i for i in whole["PubmedData"]["ArticleIdList"] if i.attributes.get("IdType") == "doi"]
        yield {
            "pmid": str(citation["PMID"]),
            "title": _plain(article["ArticleTitle"]),
            "abstract": _plain(" ".join(article.get("Abstract", {}).get("AbstractText", ()))),
            "journal": _plain(article["Journal"].get("Title", "")),
            "languages": list(map(str, article["Language"])),
            "authors": [_plain(a.get("LastName") or a.get("CollectiveName")) for a in article.get("AuthorList", ())],
            "publication_types": [_plain(t) for t in article["PublicationTypeList"]],
            "mesh": [_plain(m["DescriptorName"]) for m in citation.get("MeshHeadingList", ())],
            "doi": line(dois[0]).lower() if dois else "",
        }


def _plain(text: object) -> str:
    """Without the ``<i>`` and ``<sub>`` that Entrez.read keeps inside its text."""
    return line(re.sub(r"</?(?:i|b|u|sub|sup)>", "", str(text)))


def pubmed_parser(path: str) -> Iterator[Fields]:
    """``pubmed_parser.parse_medline_xml``; it puts labels of paragraphs into the abstract as lines of their own."""
    import pubmed_parser as reader

    for article in reader.parse_medline_xml(path):
        if article["delete"]:
            continue
        mesh, types = article["mesh_terms"], article["publication_types"]
        yield {
            "pmid": article["pmid"],
            "title": line(article["title"]),
            "abstract": line(article["abstract"]),
            "journal": line(article["journal"]),
            "languages": article["languages"].split(";"),
            "authors": [line(a.partition("|")[0]) for a in article["authors"].split(";")] if article["authors"] else [],
            "publication_types": [line(t.partition(":")[2]) for t in types.split("; ")] if types else [],
            "mesh": [line(m.partition(":")[2]) for m in mesh.split("; ")] if mesh else [],
            "doi": line(article["doi"]).lower(),
        }


READERS: dict[str, Callable[[str], Iterator[Fields]]] = {
    "written": written,
    "evtrack": evtrack,
    "entrez": entrez,
    "pubmed_parser": pubmed_parser,
}


def wrong(field: str, told: Fields, stands: Fields) -> bool:
    """Whether a reader says something else of a field than what stands there; spellings that mean the same are the same."""
    said, right = told[field], stands[field]
    if field == "authors":
        return len(said) != len(right) or any(
            a != b and not a.startswith(f"{b}, ") for a, b in zip(said, right, strict=True)
        )
    if field == "abstract":
        # Labels between the paragraphs are kept by some, dropped by others: what is asked is whether words are lost.
        return not _within(right, said)
    if field == "doi" and not right.startswith("10."):
        return bool(
            right == "" != said
        )  # one of the real records has a DOI that is none: who leaves it out is not wrong
    return bool(said != right)


def _within(words: str, text: str) -> bool:
    """Whether all words stand in the text in their order, others between."""
    stream = iter(text.split())
    return all(word in stream for word in words.split())


if __name__ == "__main__":
    for fields in READERS[sys.argv[1]](sys.argv[2]):
        print(json.dumps(fields))
