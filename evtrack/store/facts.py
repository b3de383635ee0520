"""What does the store tell about itself? Runs, ties, skipped records, sizes, and the one spelling of a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from evtrack.grade.grades import ClaimRecordGrade

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


class Tie(NamedTuple):
    """How a record stands to a claim, and how it was found."""

    graded: ClaimRecordGrade
    found_by: str


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that could not be read: the run, where it stood, why, and the key of its bytes."""

    run: int
    where: str
    why: str
    raw_hash: str


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What ``evtrack db info`` tells. ``counts`` are rows by table, ``bytes`` and ``raw_bytes`` sizes of the files."""

    path: Path
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
