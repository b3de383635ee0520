"""What of a record goes into the store? Made without the database, so that it can be made in another process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from evtrack.record import Record, RecordFormat, RecordId
from evtrack.store.document import dump
from evtrack.store.raw import raw_hash
from evtrack.store.rows import Row, record_row


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a record: its document and its bytes with their hashes, and the columns of its row but the runs."""

    id: RecordId
    revised: str
    format: RecordFormat
    document: str
    content_hash: str
    raw: bytes
    raw_hash: str
    row: Row


def reading_of(record: Record, raw: bytes) -> Reading:
    """The reading that ``record`` out of ``raw`` is."""
    document = dump(record)
    content_hash = hashlib.sha256(document.encode()).hexdigest()
    key = raw_hash(raw)
    row = record_row(record, content_hash, key)
    return Reading(record.id, str(record.revised or ""), record.format, document, content_hash, raw, key, row)
