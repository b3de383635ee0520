"""How would SQLModel have a record? A table a kind of thing, a row a thing: what ``add_all`` is measured with."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from sqlmodel import Field, SQLModel

from evtrack.record import Record


class Article(SQLModel, table=True):
    """A record's own columns."""

    id: str = Field(primary_key=True)
    source: str
    format: str
    title: str
    vernacular_title: str | None = None
    journal: str | None = None
    published: str | None = None
    revised: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    indexing_method: str | None = None
    status: str | None = None


class _Of(SQLModel):
    """A thing of a record, at its place among its like."""

    record_id: str = Field(primary_key=True, foreign_key="article.id")
    place: int = Field(primary_key=True)


class Section(_Of, table=True):
    """A paragraph of the abstract; ``other`` where it is one in another language."""

    other: bool = Field(primary_key=True)
    label: str | None = None
    text: str


class Heading(_Of, table=True):
    """A MeSH heading."""

    descriptor: str
    qualifiers: str
    major: bool


class Named(_Of, table=True):
    """An author, a publication type, a keyword, a language or an id of a registry."""

    kind: str = Field(primary_key=True)
    name: str


class Note(_Of, table=True):
    """A correction, an erratum, a comment."""

    ref_type: str
    citation: str | None = None
    pmid: str | None = None
    note: str | None = None


class Received(_Of, table=True):
    """The bytes as received, compressed as evtrack does it."""

    bytes_: bytes


def rows_of(record: Record, raw: bytes) -> Iterator[SQLModel]:
    """The record's rows."""
    yield Received(record_id=record.id, place=0, bytes_=zlib.compress(raw, 1))
    yield Article(
        id=record.id,
        source=record.source,
        format=record.format,
        title=record.title,
        vernacular_title=record.vernacular_title,
        journal=record.journal,
        published=str(record.published or "") or None,
        revised=str(record.revised or "") or None,
        doi=record.doi,
        pmcid=record.pmcid,
        indexing_method=record.indexing_method,
        status=record.status,
    )
    for other, sections in ((False, record.abstract), (True, record.other_abstracts)):
        for place, section in enumerate(sections):
            yield Section(record_id=record.id, place=place, other=other, label=section.label, text=section.text)
    for place, mesh in enumerate(record.mesh):
        yield Heading(
            record_id=record.id,
            place=place,
            descriptor=mesh.descriptor,
            qualifiers="; ".join(mesh.qualifiers),
            major=mesh.major,
        )
    lists: dict[str, tuple[str, ...]] = {
        "author": record.authors,
        "publication_type": record.publication_types,
        "keyword": record.keywords,
        "language": record.languages,
        "registry": (*record.nct_ids, *record.other_registry_ids),
    }
    for kind, names in lists.items():
        for place, name in enumerate(names):
            yield Named(record_id=record.id, place=place, kind=kind, name=name)
    for place, c in enumerate(record.corrections):
        yield Note(record_id=record.id, place=place, ref_type=c.ref_type, citation=c.citation, pmid=c.pmid, note=c.note)
