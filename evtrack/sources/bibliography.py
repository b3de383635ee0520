"""Where was it printed? Volume, issue, pages and authors' names as citing needs them, from a record's bytes as received.

Grading asks for none of this, so a ``Record`` does not carry it; the bytes that the store keeps do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree
from lxml.etree import _Element as Element

from evtrack.record import PartialDate, RecordFormat
from evtrack.sources._fields import date_of, one_line, sound, unique, written_date
from evtrack.sources._xml_tree import tree_of

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest record that is read, as for the readers of records."""

_FIELD = re.compile(r"([A-Z][A-Z0-9]{0,3}) *- ?(.*)\Z")
_SUFFIX = re.compile(r"(?:[JS]r\.?|[IV]{2,3}|[2-5](?:nd|rd|th))\Z")
_PART = re.compile(r"[^\s-]+")


@dataclass(frozen=True, slots=True)
class Author:
    """One author. ``family`` alone is a group, or a name that is written as one word (山田太郎)."""

    family: str
    given: str | None = None
    suffix: str | None = None

    @property
    def initials(self) -> str:
        """``TK`` of ``Taro Ken``, ``JP`` of ``Jean-Paul``; ``""`` where no given name is known."""
        return "".join(p[0] for p in _PART.findall(self.given or "") if p[0].isalpha() and not p[0].islower())

    @classmethod
    def of(cls, name: str) -> Author:
        """The author out of a record's ``Last, Fore Suffix``; a name without a comma is kept whole."""
        family, _, rest = (part.strip() for part in name.partition(","))
        if not family or not rest:
            return cls(name.strip())
        given, _, last = rest.rpartition(" ")
        return cls(family, given, last) if given and _SUFFIX.match(last) else cls(family, rest)


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What a citation needs beside the record. Absent is ``None`` or ``()``: nothing is made up.

    ``pages`` is as the source has it (``101-9``, ``e1234``, ``S12``); ``epub`` the day it stood on line before print.
    ``kind``: an article of a journal, a chapter of a book, or a whole book, whose ``publisher`` and ``editors`` are told.
    """

    kind: Literal["article", "chapter", "book"] = "article"
    authors: tuple[Author, ...] = ()
    journal: str | None = None
    abbreviation: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    issn: str | None = None
    epub: PartialDate | None = None
    publisher: str | None = None
    editors: tuple[Author, ...] = ()


NOTHING = Bibliography()
"""What is known where the bytes say nothing of it (a registry entry, JSONL), or cannot be read."""


def read_bibliography(raw: bytes, record_format: RecordFormat) -> Bibliography:
    """The bibliography in one record's bytes. Pure; never raises for what stands in them.

    Bytes of another format, broken bytes and more than ``LARGEST`` of them give ``NOTHING``: a citation is then made of
    the record alone.
    """
    if len(raw) > LARGEST:
        return NOTHING
    if record_format == "pubmed-xml":
        return _of_xml(raw)
    return _of_medline(raw) if record_format == "medline" else NOTHING


# -- PubMed XML


def _of_xml(raw: bytes) -> Bibliography:
    try:
        tree = tree_of(raw, {})
    except etree.XMLSyntaxError:
        return NOTHING
    book = tree.find("BookDocument") if tree.tag == "PubmedBookArticle" else None
    if book is not None:
        return _book(book)
    citation = tree if tree.tag == "MedlineCitation" else tree.find("MedlineCitation")
    article = citation.find("Article") if citation is not None else None
    if citation is None or article is None:
        return NOTHING
    epub = (d for d in article.findall("ArticleDate") if d.get("DateType", "Electronic") == "Electronic")
    return Bibliography(
        authors=tuple(_authors(article.findall("AuthorList"))),
        journal=_text(article, "Journal/Title"),
        abbreviation=_text(article, "Journal/ISOAbbreviation") or _text(citation, "MedlineJournalInfo/MedlineTA"),
        volume=_text(article, "Journal/JournalIssue/Volume"),
        issue=_text(article, "Journal/JournalIssue/Issue"),
        pages=_pages(article),
        issn=_text(article, "Journal/ISSN") or _text(citation, "MedlineJournalInfo/ISSNLinking"),
        epub=next((day for d in epub if (day := _date(d))), None),
    )


def _book(document: Element) -> Bibliography:
    """A chapter where it has a title of its own. The authors of a chapter are its own, those of a book may be editors."""
    lists = [*document.findall("AuthorList"), *document.findall("Book/AuthorList")]
    editors = [found for found in lists if found.get("Type") == "editors"]
    title = _text(document, "Book/BookTitle")
    own = _text(document, "ArticleTitle")
    return Bibliography(
        kind="chapter" if own and own != title else "book",
        authors=tuple(_authors(found for found in lists if found not in editors)),
        journal=title,
        volume=_text(document, "Book/Volume"),
        pages=_pages(document),
        publisher=_text(document, "Book/Publisher/PublisherName"),
        editors=tuple(_authors(editors)),
    )


def _text(node: Element, path: str) -> str | None:
    """The text of the first element there, markup included as its letters."""
    found = node.find(path)
    return (one_line("".join(found.itertext())) or None) if found is not None else None


def _pages(node: Element) -> str | None:
    """``MedlinePgn`` is what NLM abbreviates (``101-9``); some records have only first and last page, or an e-number."""
    first, last = _text(node, "Pagination/StartPage"), _text(node, "Pagination/EndPage")
    whole = f"{first}-{last}" if first and last and first != last else first
    return _text(node, "Pagination/MedlinePgn") or whole


def _date(node: Element) -> PartialDate | None:
    return date_of(node.findtext("Year"), node.findtext("Month"), node.findtext("Day"), {})


def _authors(lists: Iterable[Element]) -> Iterator[Author]:
    for author in (author for found in lists for author in found):
        group, family = _text(author, "CollectiveName"), _text(author, "LastName")
        given = _text(author, "ForeName") or _text(author, "FirstName") or _text(author, "Initials")
        if group or family:
            yield Author(group) if group else Author(family or "", given, _text(author, "Suffix"))


# -- MEDLINE


def _of_medline(raw: bytes) -> Bibliography:
    """Tags as in nlm.nih.gov/bsd/mms/medlineelements.html."""
    fields = _fields(raw)

    def first(*tags: str) -> str | None:
        return next((text for tag in tags for text in fields.get(tag, ())), None)

    book = first("BTI")
    issn = first("IS")
    return Bibliography(
        kind="article" if book is None else "chapter" if first("TI") not in (None, book) else "book",
        authors=(*_named(fields, "FAU", "AU"), *map(Author, unique(fields.get("CN", ())))),
        journal=book or first("JT"),
        abbreviation=first("TA"),
        volume=first("VI"),
        issue=first("IP"),
        pages=first("PG"),
        issn=issn.split(" ")[0] if issn else None,
        epub=written_date(first("DEP"), {}),
        publisher=first("PB") if book else None,
        editors=_named(fields, "FED", "ED"),
    )


def _named(fields: dict[str, list[str]], full: str, short: str) -> tuple[Author, ...]:
    """Persons by their full names; where the record has none, ``Yamada T`` is family name and initials."""
    if full in fields:
        return tuple(map(Author.of, fields[full]))
    parts = (name.rpartition(" ") for name in fields.get(short, ()))
    return tuple(Author(family, initials) if family else Author(initials) for family, _, initials in parts)


def _fields(raw: bytes) -> dict[str, list[str]]:
    """The record's texts by tag; a line that begins with blanks goes on with the one before."""
    fields: dict[str, list[list[str]]] = {}  # joined at the end, as in medline.py
    texts: list[list[str]] = []
    for line in sound(raw.decode("utf-8", "replace"), {}).split("\n"):
        found = _FIELD.match(line.rstrip())
        if found:
            texts = fields.setdefault(found[1], [])
            texts.append([found[2]])
        elif texts and line[:1] in (" ", "\t"):
            texts[-1].append(line.strip())
    return {
        tag: told for tag, texts in fields.items() if (told := [t for t in map(one_line, map(" ".join, texts)) if t])
    }
