"""Which part of a PubMed record can a search by words look at? The rest may change without a search finding another record."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree

from evtrack.sources._xml_tree import tree_of

TAGS = frozenset({"ab", "ad", "au", "fau", "mesh", "mh", "mh:noexp", "pt", "ti", "tiab"})
"""Fields of words. Others (dates, ids, subsets, all fields) look at what is left out here."""

_UNSEEN = (
    "./PubmedData", "./MedlineCitation/DateCompleted", "./MedlineCitation/DateRevised", "./MedlineCitation/CitationSubset",
    "./MedlineCitation/CommentsCorrectionsList", "./MedlineCitation/NumberOfReferences", "./MedlineCitation/OtherID",
    "./MedlineCitation/MedlineJournalInfo", "./MedlineCitation/Article/Journal", "./MedlineCitation/Article/Pagination",
    "./MedlineCitation/Article/ELocationID", "./MedlineCitation/Article/ArticleDate",
    "./MedlineCitation/Article/DataBankList", "./MedlineCitation/Article/GrantList",
)  # fmt: skip
"""Where and when it was published, its ids, and what refers to it (nlm.nih.gov/bsd/licensee/elements_descriptions.html)."""

_TAGGED = re.compile(r'(?:"[^"]*"|[^\s()"\[\]]+(?: [^\s()"\[\]]+)*?)\[([^\[\]]*)\]')
_LEFT = re.compile(r"\b(?:AND|OR|NOT)\b|[()\s]")


def by_words_alone(queries: Collection[str]) -> bool:
    """Whether these queries look at fields of words only, each word with its tag."""
    tags = {tag.lower() for query in queries for tag in _TAGGED.findall(query)}
    return tags <= TAGS and not any(_LEFT.sub("", _TAGGED.sub("", query)) for query in queries)


def words_seen(raw: bytes) -> bytes | None:
    """All of a record that such queries can look at, in one writing; ``None`` for what is no ``PubmedArticle``."""
    try:
        tree = tree_of(raw, {})
    except etree.XMLSyntaxError:
        return None
    if tree.tag != "PubmedArticle":
        return None
    for path in _UNSEEN:
        for element in tree.findall(path):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    for path in ("./MedlineCitation", "./MedlineCitation/Article"):
        for element in tree.findall(path):
            element.attrib.clear()
    written: bytes = etree.tostring(tree, method="c14n")
    return written
