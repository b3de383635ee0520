"""What does a record of PubMed XML say? Articles, book chapters and deletions, each read alone from its own bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from lxml import etree
from lxml.etree import _Element as Element

from evtrack.record import (
    PMID,
    AbstractSection,
    Correction,
    Deleted,
    MeshHeading,
    NctId,
    PartialDate,
    Record,
    Skipped,
    pmid_record,
)
from evtrack.sources._fields import date_of, doi_of, one_line, pmid_of, registry_ids, unique, written_date
from evtrack.sources._protocol import Parsed, Read
from evtrack.sources._stream import raw_blocks, unpacked
from evtrack.sources._xml_cut import LARGEST, Cut, cut_records
from evtrack.sources._xml_tree import tree_of

_LAST = re.compile(rb"\s*</PubmedData>")
_PMCID = re.compile(r"PMC\d+")


def parse(stream: BinaryIO, largest: int = LARGEST) -> Iterator[Parsed]:
    """Every record of a PubMed XML stream (plain or gzip), in order, with flat memory.

    A record that cannot be read is :class:`Skipped`. Raises :class:`SourceError` where the stream breaks off or is
    something else, after what stood before.
    """
    return parse_blocks(unpacked(raw_blocks(stream)), largest)


def parse_blocks(blocks: Iterable[bytes], largest: int = LARGEST) -> Iterator[Parsed]:
    """:func:`parse` of unpacked blocks of bytes."""
    for cut in cut_records(blocks, largest):
        yield from parse_cut(cut)


def parse_cut(cut: Cut) -> Iterator[Parsed]:
    """What one cut of a stream says: a record, deletions, or why it cannot be read."""
    if cut.fault:
        yield Skipped(cut.where, cut.fault, cut.raw)
        return
    flags: dict[str, None] = {}
    try:
        tree = tree_of(_without_references(cut.raw), flags)
    except etree.XMLSyntaxError as error:
        yield Skipped(
            cut.where,
            f"not well-formed XML, line {error.position[0]} of the record: {(error.msg or '').strip()}",
            cut.raw,
        )
        return
    if tree.tag in ("DeleteCitation", "DeleteDocument"):
        pmids = [pmid_of(child.text) for child in tree if child.tag == "PMID"]
        yield from (Deleted(pmid_record(p)) for p in pmids if p)
        if not pmids or None in pmids:
            yield Skipped(cut.where, f"<{tree.tag}> with a PMID that is no number, or without", cut.raw)
        return
    record = _book(tree, flags) if tree.tag == "PubmedBookArticle" else _article(tree, flags)
    yield Read(record, cut.raw) if record else Skipped(cut.where, "no PMID, or one that is no number", cut.raw)


def _without_references(raw: bytes) -> bytes:
    """The record without its list of references, a third of its bytes, of which nothing is read.

    It stands last in ``PubmedData``; where comments or CDATA could hold words that look like tags, nothing is taken out.
    """
    begun = raw.find(b"<ReferenceList>")
    if begun < 0 or b"<!" in raw:
        return raw
    end = raw.rfind(b"</ReferenceList>") + len(b"</ReferenceList>")
    return raw[:begun] + raw[end:] if _LAST.match(raw, end) else raw


def _text(node: Element) -> str:
    """All text in a node, markup and formulas included as their letters."""
    return one_line("".join(node.itertext()) if len(node) else node.text or "")


def _date(node: Element, flags: dict[str, None]) -> PartialDate | None:
    """A date element with Year, Month, Day (or Season, or MedlineDate)."""
    parts = {child.tag: child.text for child in node}
    if parts.get("MedlineDate"):
        return written_date(parts["MedlineDate"], flags)
    return date_of(parts.get("Year"), parts.get("Month"), parts.get("Day"), flags)


def _sections(node: Element) -> Iterator[AbstractSection]:
    for child in node:
        if child.tag == "AbstractText":
            text = _text(child)
            label = (child.get("Label") or "").strip()
            if text:
                yield AbstractSection(text, label if label.upper() not in ("", "UNLABELLED", "UNLABELED") else None)


def _authors(node: Element) -> Iterator[str]:
    """``Last, Fore`` (as FAU in MEDLINE) or the name of a group."""
    for author in node:
        parts = {child.tag: child for child in author}
        if "CollectiveName" in parts:
            yield _text(parts["CollectiveName"])
        elif "LastName" in parts:
            fore = parts.get("ForeName", parts.get("FirstName", parts.get("Initials")))
            rest = " ".join(_text(n) for n in (fore, parts.get("Suffix")) if n is not None)
            yield ", ".join(filter(None, (_text(parts["LastName"]), rest)))


def _mesh(node: Element) -> Iterator[MeshHeading]:
    for heading in node:
        descriptor = ""
        qualifiers: list[str] = []
        major = False
        for child in heading:
            major = major or child.get("MajorTopicYN") == "Y"
            if child.tag == "DescriptorName":
                descriptor = _text(child)
            elif child.tag == "QualifierName":
                qualifiers.append(_text(child))
        if descriptor:
            yield MeshHeading(descriptor, tuple(filter(None, qualifiers)), major)


def _corrections(node: Element) -> Iterator[Correction]:
    for entry in node:
        citation: str | None = None
        pmid: PMID | None = None
        note: str | None = None
        for child in entry:
            if child.tag == "RefSource":
                citation = _text(child) or None
            elif child.tag == "PMID":
                pmid = pmid_of(child.text)
            elif child.tag == "Note":
                note = _text(child) or None
        ref_type = (entry.get("RefType") or "").strip()
        if ref_type:
            yield Correction(ref_type, citation, pmid, note)


def _accessions(node: Element) -> Iterator[tuple[str, str]]:
    for bank in node:
        name = ""
        for child in bank:
            if child.tag == "DataBankName":
                name = _text(child)
            elif child.tag == "AccessionNumberList":
                yield from ((name, _text(number)) for number in child)


def _ids(node: Element, ids: dict[str, str]) -> None:
    """The ids of an ArticleIdList, by type; the first of a type wins."""
    for child in node:
        kind = child.get("IdType")
        text = _text(child)
        if kind and text:
            ids.setdefault(kind, text)


def _pmcid(text: str | None) -> str | None:
    m = _PMCID.search(text or "")
    return m[0] if m else f"PMC{text}" if text and text.isdigit() else None


def _article(tree: Element, flags: dict[str, None]) -> Record | None:
    """A ``PubmedArticle``, or a ``MedlineCitation`` alone (the sets before 2016)."""
    ids: dict[str, str] = {}
    citation: Element | None = tree if tree.tag == "MedlineCitation" else None
    for child in tree:
        if child.tag == "MedlineCitation":
            citation = child
        elif child.tag == "PubmedData":
            for part in child:  # only its own list: the ReferenceList beside it holds those of other papers
                if part.tag == "ArticleIdList":
                    _ids(part, ids)
    if citation is None:
        return None
    pmid: PMID | None = None
    revised: PartialDate | None = None
    keywords: list[str] = []
    other_abstracts: list[AbstractSection] = []
    mesh: tuple[MeshHeading, ...] = ()
    corrections: tuple[Correction, ...] = ()
    journal = other_pmcid = None
    article: Element | None = None
    for child in citation:
        tag = child.tag
        if tag == "PMID":
            pmid = pmid or pmid_of(child.text)
        elif tag == "Article":
            article = child
        elif tag == "DateRevised":
            revised = _date(child, flags)
        elif tag == "MeshHeadingList":
            mesh = tuple(_mesh(child))
        elif tag == "CommentsCorrectionsList":
            corrections = tuple(_corrections(child))
        elif tag == "KeywordList":
            keywords += [_text(k) for k in child]
        elif tag == "OtherAbstract":
            other_abstracts += _sections(child)
        elif tag == "MedlineJournalInfo":
            journal = next((_text(k) for k in child if k.tag == "MedlineTA"), None)
        elif tag == "OtherID":
            other_pmcid = other_pmcid or _pmcid_of_other(child)
    if pmid is None:
        return None
    found = _Article()
    if article is not None:
        found.read(article, flags)
    return Record(
        id=pmid_record(pmid),
        source="pubmed",
        format="pubmed-xml",
        title=found.title or found.vernacular_title or "",
        abstract=tuple(found.abstract),
        vernacular_title=found.vernacular_title,
        other_abstracts=tuple(other_abstracts),
        languages=unique(found.languages),
        publication_types=unique(found.publication_types),
        mesh=mesh,
        keywords=unique(keywords),
        journal=found.journal or journal or None,
        authors=tuple(filter(None, found.authors)),
        published=found.published or found.article_date,
        revised=revised,
        doi=found.doi or doi_of(ids.get("doi")),
        pmcid=_pmcid(ids.get("pmc")) or other_pmcid,
        nct_ids=found.nct_ids,
        other_registry_ids=found.other_registry_ids,
        corrections=corrections,
        indexing_method=citation.get("IndexingMethod"),
        status=citation.get("Status"),
        parse_flags=tuple(flags),
    )


def _pmcid_of_other(node: Element) -> str | None:
    return _pmcid(node.text) if node.get("Source") == "NLM" and (node.text or "").startswith("PMC") else None


class _Article:
    """What the ``Article`` element says, gathered in one pass over its children."""

    __slots__ = (
        "abstract",
        "article_date",
        "authors",
        "doi",
        "journal",
        "languages",
        "nct_ids",
        "other_registry_ids",
        "publication_types",
        "published",
        "title",
        "vernacular_title",
    )

    def __init__(self) -> None:
        self.title = ""
        self.vernacular_title: str | None = None
        self.abstract: list[AbstractSection] = []
        self.authors: list[str] = []
        self.languages: list[str] = []
        self.publication_types: list[str] = []
        self.journal: str | None = None
        self.published: PartialDate | None = None
        self.article_date: PartialDate | None = None
        self.doi: str | None = None
        self.nct_ids: tuple[NctId, ...] = ()
        self.other_registry_ids: tuple[str, ...] = ()

    def read(self, article: Element, flags: dict[str, None]) -> None:
        for child in article:
            tag = child.tag
            if tag == "ArticleTitle":
                self.title = _text(child)
            elif tag == "Journal":
                self._journal(child, flags)
            elif tag == "Abstract":
                self.abstract += _sections(child)
            elif tag == "AuthorList":
                self.authors += _authors(child)
            elif tag == "PublicationTypeList":
                self.publication_types += [_text(k) for k in child]
            elif tag == "Language":
                self.languages.append(_text(child))
            elif tag == "ELocationID":
                if child.get("EIdType") == "doi" and child.get("ValidYN") != "N":
                    self.doi = self.doi or doi_of(child.text)
            elif tag == "ArticleDate":
                self.article_date = self.article_date or _date(child, flags)
            elif tag == "VernacularTitle":
                self.vernacular_title = _text(child) or None
            elif tag == "DataBankList":
                self.nct_ids, self.other_registry_ids = registry_ids(_accessions(child))

    def _journal(self, journal: Element, flags: dict[str, None]) -> None:
        names: dict[str, str] = {}
        for child in journal:
            if child.tag == "JournalIssue":
                for part in child:
                    if part.tag == "PubDate":
                        self.published = _date(part, flags)
            elif child.tag in ("Title", "ISOAbbreviation"):
                names[child.tag] = _text(child)
        self.journal = names.get("Title") or names.get("ISOAbbreviation") or None


def _book(tree: Element, flags: dict[str, None]) -> Record | None:
    """A ``PubmedBookArticle``: a chapter (its own title) or a whole book."""
    ids: dict[str, str] = {}
    document: Element | None = None
    for child in tree:
        if child.tag == "BookDocument":
            document = child
        elif child.tag == "PubmedBookData":
            for part in child:
                if part.tag == "ArticleIdList":
                    _ids(part, ids)
    if document is None:
        return None
    found = _Article()
    pmid: PMID | None = None
    revised: PartialDate | None = None
    contributed: PartialDate | None = None
    keywords: list[str] = []
    book_title = ""
    editors: list[str] = []
    for child in document:
        tag = child.tag
        if tag == "PMID":
            pmid = pmid or pmid_of(child.text)
        elif tag == "ArticleIdList":
            _ids(child, ids)
        elif tag == "Book":
            for part in child:
                if part.tag == "BookTitle":
                    book_title = _text(part)
                elif part.tag == "PubDate":
                    found.published = _date(part, flags)
                elif part.tag == "AuthorList":
                    editors += _authors(part)
        elif tag == "PublicationType":
            found.publication_types.append(_text(child))
        elif tag == "KeywordList":
            keywords += [_text(k) for k in child]
        elif tag == "ContributionDate":
            contributed = _date(child, flags)
        elif tag == "DateRevised":
            revised = _date(child, flags)
    if pmid is None:
        return None
    found.read(document, flags)
    return Record(
        id=pmid_record(pmid),
        source="pubmed",
        format="pubmed-xml",
        title=found.title or found.vernacular_title or book_title,
        abstract=tuple(found.abstract),
        vernacular_title=found.vernacular_title,
        languages=unique(found.languages),
        publication_types=unique(found.publication_types),
        keywords=unique(keywords),
        journal=book_title or None,
        authors=tuple(filter(None, found.authors or editors)),
        # A chapter's own date: the book may have been begun decades before (GeneReviews: 1993).
        published=contributed or found.published,
        revised=revised,
        doi=found.doi or doi_of(ids.get("doi")),
        pmcid=_pmcid(ids.get("pmc")),
        parse_flags=tuple(flags),
    )
