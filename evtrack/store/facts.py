"""What does the store tell about itself? Runs, ties, skipped records, sizes, and the one spelling of a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from evtrack.grade.grades import ClaimRecordGrade, Level
from evtrack.ids import RecordId

if TYPE_CHECKING:
    from evtrack.store.target import Place

RunKind = Literal["load", "refresh", "regrade", "review"]
RunStatus = Literal["running", "complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """One call that wrote. ``status`` ``running`` of an old run: it was killed; what it had committed stands."""

    id: int
    kind: RunKind
    started_at: datetime
    finished_at: datetime | None
    status: RunStatus
    rules_version: str
    claims_hash: str
    evtrack_version: str
    counts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pull:
    """How far a source was pulled by complete refreshes of all claims.

    ``since``: what the store knew of its records was right at this moment; ``full_at``: all of them were fetched anew.
    ``transport``: the one that the service answered last time. ``run``: the refresh
    whose start ``since`` is (the first one, before any was complete).
    """

    run: int
    since: datetime | None = None
    full_at: datetime | None = None
    transport: str | None = None


FOUND_BY = ("match", "query", "--claim", "person")
"""Ways a record came to a claim, weakest first: a weaker way found later does not replace a stronger one."""


def stronger_way(old: str, new: str) -> str:
    """Which of two ways of ``FOUND_BY`` is kept."""
    strength = {way: i for i, way in enumerate(FOUND_BY)}
    return old if strength.get(old, -1) > strength.get(new, -1) else new


class Tie(NamedTuple):
    """How a record stands to a claim, and how it was found."""

    graded: ClaimRecordGrade
    found_by: str


class TiedRecord(NamedTuple):
    """One record tied to a claim, as far as an audit asks. ``flags`` and ``n`` are told of records that count."""

    id: RecordId
    title: str
    year: int | None
    doi: str | None
    level: Level
    counts_for_claim: bool
    flags: tuple[str, ...] = ()
    n: int | None = None


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that could not be read: the run, where it stood, why, and the key of its bytes."""

    run: int
    where: str
    why: str
    raw_hash: str


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What ``evtrack db info`` tells. ``counts`` are rows by table, ``bytes`` and ``raw_bytes`` sizes of the files,
    or of the tables on PostgreSQL."""

    path: Place
    schema: int
    journal: str
    counts: dict[str, int]
    bytes: int
    raw_bytes: int
    last_run: Run | None


def as_utc(moment: datetime) -> str:
    """The one spelling of a moment in the store: UTC to the second, sortable as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_utc(text: str) -> datetime:
    """The moment that ``as_utc`` wrote."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One of NLM's files. ``number`` tells their order, ``digest`` is the MD5 of the file as it lies on the disk.

    ``kept``: which of its records were kept: empty for all, else the hash of the words that they had to match.
    ``whole``: all of it was loaded, and graded.
    """

    number: int
    path: str
    digest: str
    kept: str
    whole: bool = False
