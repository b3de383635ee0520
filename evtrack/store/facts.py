"""What does the store tell about itself? Runs, ties, skipped records, sizes, and the one spelling of a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from evtrack.bilingual import Bilingual
from evtrack.changes import Change
from evtrack.grade.grades import ClaimRecordGrade, Level, Stance
from evtrack.record import RecordId

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


@dataclass(frozen=True, slots=True)
class TrialVersion:
    """What the registry said of a trial from ``since`` on (the start of the run that saw it, ISO)."""

    since: str
    overall_status: str | None
    phases: tuple[str, ...]
    enrollment: int | None
    start_date: str | None
    primary_completion_date: str | None
    completion_date: str | None
    has_results: bool
    primary_outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimMoment:
    """What a claim's grade said from the run ``run`` on, and what that run told of the claim.

    ``since`` is the ISO moment at which the run ended. Only where level, provisional level, stance, k or n moved.
    """

    run: int
    run_kind: RunKind
    since: str
    level: Level | None
    provisional_level: Level | None
    stance: Stance
    label: Bilingual
    people: Bilingual
    k: int
    n: int
    why: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """What became of a record after a day of the past. ``since`` is the ISO moment at which the run that told it ended.

    ``after``: the id that the service gives a removed record now, where it was merged.
    """

    kind: Literal["retracted", "record_removed", "expression_of_concern"]
    since: str
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Retraction:
    """How a record is known to be retracted. ``since`` is the ISO moment at which the run that first saw it ended.

    ``notice`` and ``citation`` name the notice, where the record does.
    """

    since: str
    notice: RecordId | None = None
    citation: str | None = None


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
