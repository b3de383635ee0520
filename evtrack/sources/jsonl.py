"""What does a record say that a person or another program wrote as JSON for ``grade``?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from evtrack.record import AbstractSection, MeshHeading, Record, RecordId, pmid_record
from evtrack.sources._fields import mesh_heading, one_line, pmid_of, sound, unique
from evtrack.sources._json_text import Document, canonical, documents
from evtrack.sources._protocol import Parsed, Read, SourceError
from evtrack.sources._stream import raw_blocks, unpacked

_MEND = 'one object a line with "title", and where known "id" or "pmid", "abstract", "publication_types", "mesh"'


def parse(stream: BinaryIO) -> Iterator[Parsed]:
    """Every record of a stream of JSON lines (a list will do). Raises :class:`SourceError` naming the first bad line."""
    for document in documents(unpacked(raw_blocks(stream)), by_line=True):
        yield from records(document)


def records(document: Document) -> Iterator[Parsed]:
    """The records of one JSON value. Raises :class:`SourceError` where one is not as ``grade`` reads it."""
    if document.error:
        raise _bad(document.where, document.error)
    if isinstance(document.value, list):
        for i, value in enumerate(document.value, 1):
            yield _read(value, f"record {i}", document)
    else:
        yield _read(document.value, document.where, document, document.raw)


def _read(value: object, where: str, document: Document, raw: bytes = b"") -> Read:
    try:
        return Read(read_record(value, where, document.mended), raw or canonical(value))
    except RecursionError as error:
        raise _bad(where, "nested too deeply") from error


def read_record(value: object, where: str, mended: bool = False) -> Record:
    """One record object. Raises :class:`SourceError` where a field is missing or of a wrong type."""
    if not isinstance(value, dict):
        raise _bad(where, f"a record must be an object, not {type(value).__name__}")
    flags: dict[str, None] = {"bytes_not_understood": None} if mended else {}
    if not value.keys() & {"id", "pmid", "title"}:
        raise _bad(where, "neither a record nor a ClinicalTrials.gov study")
    if "title" not in value:
        raise _bad(where, 'no "title"')
    abstract = _text(value, "abstract", where, flags)
    return Record(
        id=_id(value, where, flags),
        source="pubmed",
        format="jsonl",
        title=one_line(_text(value, "title", where, flags)),
        abstract=(AbstractSection(abstract.strip()),) if abstract.strip() else (),
        publication_types=unique(one_line(sound(t, flags)) for t in _texts(value, "publication_types", where)),
        mesh=tuple(_mesh(value, where, flags)),
        parse_flags=tuple(flags),
    )


def _bad(where: str, what: str) -> SourceError:
    return SourceError(what, code="bad_line", place=where, mend=_MEND)


def _id(value: dict[str, object], where: str, flags: dict[str, None]) -> RecordId:
    """``id`` as it is given, ``PMID:…`` where it is a PubMed id, ``""`` where the record has none."""
    for name in ("id", "pmid"):
        given = value.get(name)
        if given is None:
            continue
        if isinstance(given, bool) or not isinstance(given, str | int):
            raise _bad(where, f'"{name}" must be a text or a number')
        text = one_line(sound(str(given), flags))
        pmid = pmid_of(text.removeprefix("PMID:"))
        if pmid:
            return pmid_record(pmid)
        if name == "pmid":
            raise _bad(where, f'"pmid" {text[:40]!r} is no PubMed id')
        if text:
            return RecordId(text)
    return RecordId("")


def _text(value: dict[str, object], name: str, where: str, flags: dict[str, None]) -> str:
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _bad(where, f'"{name}" must be a text')
    return sound(text, flags)


def _texts(value: dict[str, object], name: str, where: str) -> list[str]:
    given = value.get(name)
    if given is None:
        return []
    texts = [t for t in given if isinstance(t, str)] if isinstance(given, list) else []
    if not isinstance(given, list) or len(texts) < len(given):
        raise _bad(where, f'"{name}" must be a list of texts')
    return texts


def _mesh(value: dict[str, object], where: str, flags: dict[str, None]) -> Iterator[MeshHeading]:
    for text in _texts(value, "mesh", where):
        heading = mesh_heading(one_line(sound(text, flags)))
        if heading:
            yield heading
