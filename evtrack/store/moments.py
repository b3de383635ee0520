"""What was known when? What a registry said of a trial, how a claim's grade moved, what became of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import Level, Stance
from evtrack.ids import RecordId
from evtrack.store.facts import RunKind

if TYPE_CHECKING:
    from evtrack.changes import Change


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
