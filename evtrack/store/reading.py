"""What of a record goes into the store? Made without the database, so that it can be made in another process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import NamedTuple

from evtrack.record import AbstractSection, Correction, Record, RecordFormat, RecordId
from evtrack.store.document import dump
from evtrack.store.raw import raw_hash
from evtrack.store.rows import Row, record_row


class Place(NamedTuple):
    """Where the bytes of a reading stand in one of NLM's files, unpacked; ``file`` is its number."""

    file: int
    start: int
    length: int
    packed: bytes | None
    """The bytes, compressed, where the store is to keep them too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a record: its document and its bytes with their hashes, and the columns of its row but the runs.

    Of a reading that has a ``place`` the bytes stand there, and ``raw`` is empty.
    """

    id: RecordId
    revised: str
    format: RecordFormat
    document: str
    content_hash: str
    raw: bytes
    raw_hash: str
    row: Row
    place: Place | None = None


def reading_of(record: Record, raw: bytes, place: Place | None = None) -> Reading:
    """The reading that ``record`` out of ``raw`` is."""
    document = dump(record)
    digest = _digest(document)
    key = raw_hash(raw)
    row = record_row(record, digest, key)
    kept = b"" if place else raw
    return Reading(record.id, str(record.revised or ""), record.format, document, digest, kept, key, row, place)


BESIDE = frozenset({"CommentIn", "CommentOn", "SummaryForPatientsIn", "AssociatedDataset", "AssociatedPublication"})
"""NLM's ``CommentsCorrections`` types by which nothing of the record itself was corrected."""


def seen_hash(record: Record) -> str:
    """What tells one record from another for a person who judges it: a word is about this, and is open again where it is another.

    Text, publication types, corrections, links and what a registry says count. What NLM and the publisher keep up for
    months after a paper came out does not (dates, status, MeSH, keywords, the spelling of journal and authors), nor do the
    id and the format in which the same was read: else every word on a new paper were open again within weeks.
    """
    # What is left out is named, and not what counts: a field that comes later counts until it is named here.
    seen = replace(
        record,
        id=RecordId(""),
        format="manual",
        title=_in_one_line(record.title),
        abstract=_one_section(record.abstract_text),
        vernacular_title=_in_one_line(record.vernacular_title or "") or None,
        other_abstracts=_one_section(" ".join(s.text for s in record.other_abstracts)),
        publication_types=tuple(sorted(t for t in record.publication_types if not t.startswith("Research Support"))),
        mesh=(),
        keywords=(),
        journal=None,
        authors=(),
        published=None,
        revised=None,
        pmcid=None,
        nct_ids=tuple(sorted(record.nct_ids)),
        other_registry_ids=tuple(sorted(record.other_registry_ids)),
        corrections=_corrections(record.corrections),
        indexing_method=None,
        status=None,
        parse_flags=(),
        trial=replace(record.trial, countries=()) if record.trial else None,
    )
    return _digest(dump(seen))


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _one_section(text: str) -> tuple[AbstractSection, ...]:
    """XML cuts an abstract into paragraphs, MEDLINE does not: the words are the same."""
    return (AbstractSection(_in_one_line(text)),) if text.strip() else ()


def _corrections(told: tuple[Correction, ...]) -> tuple[Correction, ...]:
    """Which notices there are; how each of them is cited differs from format to format."""
    kept = {(c.ref_type, c.pmid or c.citation or "") for c in told if c.ref_type not in BESIDE}
    return tuple(Correction(ref_type, named or None) for ref_type, named in sorted(kept))


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()
