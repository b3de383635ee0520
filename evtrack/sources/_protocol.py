"""What must a source be able to do, and what comes out of one?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from evtrack.claim import Claim, Concept
from evtrack.record import Deleted, Record, Skipped, SourceName


@dataclass(frozen=True, slots=True)
class Read:
    """A record that was read, and its bytes as received: reading ``raw`` alone gives the same record again."""

    record: Record
    raw: bytes


Parsed = Read | Skipped | Deleted
"""What a reader yields, in the order of the file."""


class SourceError(Exception):
    """An answer or a file that cannot be read (on): what is wrong, where, and how to mend it.

    Whatever was yielded before it was raised is good. ``code`` names the kind of fault for programs and translations:
    ``broken_off``, ``broken_packing``, ``not_pubmed``, ``not_medline``, ``not_json``, ``not_records``, ``bad_line``,
    ``too_large``, ``unknown_encoding``, ``unreadable``, ``service_error``.
    """

    def __init__(self, what: str, *, code: str, place: str = "", mend: str = "") -> None:
        super().__init__(": ".join(filter(None, (place, what, mend))))
        self.what = what
        self.code = code
        self.place = place
        self.mend = mend


class Source(Protocol):
    """One service. ``query`` and ``parse`` are pure; fetching is the only thing that reaches out."""

    @property
    def name(self) -> SourceName:
        """The name that ``--source`` and the JSON use."""
        ...

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
        """What to ask the service for this claim; several texts where one would be too long."""
        ...

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        """Every record of an answer, one at a time. Raises :class:`SourceError` where it cannot go on."""
        ...
