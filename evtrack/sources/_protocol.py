"""What must a source be able to do, and what comes out of one?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Protocol, TypeVar

from evtrack.claim import Claim, Concept
from evtrack.record import Deleted, Record, RecordId, Skipped, SourceName
from evtrack.trouble import FetchError, Trouble

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a service, whole: ``body`` is unpacked and bounded, ``content_type`` lower case without parameters."""

    status: int
    content_type: str
    body: bytes


class Service(Protocol):
    """A service that is asked politely (http.py): paced, with retries, deadlines, and a breaker."""

    requests: int
    """Requests that were sent, retries included."""
    retries: int
    transport: str
    """The transport in use: ``httpx``, ``httpx-tls1.2``, ``urllib``."""
    told: list[Trouble]
    """What a person should know of the way, though it brought answers: a transport that was refused, a pace kept alone."""

    def ask(
        self,
        path: str,
        read: Callable[[Answer], T],
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> T:
        """What ``read`` makes of the answer to GET ``path?query``, or to POST where there is a ``form``.

        ``path`` is relative to the service's base URL. ``read`` sees answers of status 200 alone and raises
        ``PassingError`` for one that is to be asked for again. Raises ``FetchError``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """What a search found. ``ids``: record id → day of the last update (ISO) where the list tells it, else ``None``.

    ``count`` is what the service counted, ``None`` where it did not say. ``complete``: all it counted is in ``ids``.
    ``translation``: how the service read the query, where it tells. ``troubles``: why it is not complete, or what a
    person must know (a phrase that was not found, a date field that was not known).
    """

    ids: Mapping[RecordId, str | None]
    count: int | None
    complete: bool
    translation: str | None = None
    troubles: tuple[Trouble, ...] = ()


def gathered(lists: Iterable[Listed]) -> Listed:
    """Several lists as one. Not complete where one is not, or had any trouble."""
    ids: dict[RecordId, str | None] = {}
    whole, read_as = True, list[str]()
    troubles: list[Trouble] = []
    for one in lists:
        ids.update(one.ids)
        whole = whole and one.complete
        troubles += one.troubles
        read_as += [one.translation] if one.translation else []
    return Listed(ids, len(ids), whole, " OR ".join(read_as) or None, tuple(troubles))


@dataclass(frozen=True, slots=True)
class Changed:
    """Which known records the service says it has changed. Not ``complete``: it could not be asked in full.

    ``unsure``: those of ``ids`` of which it did not say so; they only showed that the answer was to this question.
    """

    ids: frozenset[RecordId]
    complete: bool = True
    troubles: tuple[Trouble, ...] = ()
    unsure: frozenset[RecordId] = frozenset()


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer with records that were asked for. ``merged``: id that was asked → id that the service gives it now."""

    parsed: tuple[Parsed, ...]
    merged: Mapping[RecordId, RecordId] = field(default_factory=dict)
    error: FetchError | None = None
    """Why this batch, or part of it, did not come."""


class Source(Protocol):
    """One service. ``query``, ``parse`` and ``seen_by`` are pure; ``count``, ``search``, ``gather``, ``changed`` and ``fetch`` reach out.

    A query is one text, the same for the same question, so that distinct questions are asked once and kept by it.
    """

    @property
    def name(self) -> SourceName:
        """The name that ``--source`` and the JSON use."""
        ...

    @property
    def service(self) -> Service:
        """Where it reaches out."""
        ...

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
        """What to ask the service for this claim; several texts where one would be too long."""
        ...

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        """Every record of an answer, one at a time. Raises :class:`SourceError` where it cannot go on."""
        ...

    def count(self, query: str) -> int:
        """How many records the service counts for ``query``. Raises ``FetchError``."""
        ...

    def search(self, query: str) -> Listed:
        """All ids that the service finds for ``query``. Raises ``FetchError`` where nothing was got."""
        ...

    def gather(self, queries: Sequence[str]) -> Listed | None:
        """All ids that the service finds for any of ``queries``, asked for in fewer requests than one each.

        ``None`` where that can't be done. Not ``complete`` wherever there is any doubt. Raises ``FetchError``.
        """
        ...

    def among(
        self, queries: Sequence[str], reads: Mapping[RecordId, Read], witness: RecordId
    ) -> Mapping[str, frozenset[RecordId]] | None:
        """Query → those of ``reads`` that it finds, as the service says; ``None`` where asking each query costs less.

        ``witness``: another record that the service has, to see by that an answer is one.
        """
        ...

    def seen_by(self, queries: Sequence[str]) -> Callable[[bytes], bytes | None] | None:
        """What turns a document into all of it that ``queries`` can look at; ``None`` where they may look at anything.

        Of two readings of a record with the same outcome, each query finds both or none.
        """
        ...

    def changed(self, listed: Mapping[RecordId, str | None], known: Mapping[RecordId, str], since: date) -> Changed:
        """Which of ``known`` (id → day of last revision as stored, ``""`` where none) are another at the service.

        ``listed``: all that this run's searches found, as in ``Listed.ids``. ``since``: the first day to look at.
        """
        ...

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        """The records of ``ids`` in batches; what did not come is asked for again before the end.

        An id that never comes is in no answer. Raises nothing: a batch that failed carries its ``error``, and where the
        source is down that is the last one.
        """
        ...


class OneByOne:
    """What a source says that has no shorter way than to ask each query by itself."""

    def gather(self, queries: Sequence[str]) -> Listed | None:  # noqa: ARG002 # the protocol's words
        """``None``."""
        return None

    def among(
        self,
        queries: Sequence[str],  # noqa: ARG002 # the protocol's words
        reads: Mapping[RecordId, Read],  # noqa: ARG002 # the same
        witness: RecordId,  # noqa: ARG002 # the same
    ) -> Mapping[str, frozenset[RecordId]] | None:
        """``None``."""
        return None

    def seen_by(self, queries: Sequence[str]) -> Callable[[bytes], bytes | None] | None:  # noqa: ARG002 # the protocol's words
        """``None``."""
        return None


def in_batches(ids: Sequence[RecordId], size: int) -> Iterator[Sequence[RecordId]]:
    """``ids`` in lists of ``size`` at most."""
    return (ids[i : i + size] for i in range(0, len(ids), size))
