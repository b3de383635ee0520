"""What did a refresh do? Each source's part, each claim's, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from evtrack.changes import Change
from evtrack.grade.grades import Level, Stance
from evtrack.part import ClaimStatus, Part
from evtrack.trouble import Trouble

Ending = Literal["complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What a refresh did at one source.

    ``answered``: at least one search was. ``found``: distinct ids of all searches. ``warnings`` make nothing incomplete.
    """

    name: str
    complete: bool
    requests: int
    retries: int
    transport: str
    answered: bool
    found: int
    new: int
    changed: int
    removed: int
    errors: tuple[Trouble, ...]
    warnings: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """How a claim came out of a refresh."""

    claim_id: str
    status: ClaimStatus
    level_before: Level | None
    level: Level | None
    stance_before: Stance | None
    stance: Stance


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did. ``failed``: no source answered any question."""

    run: int
    started_at: datetime
    finished_at: datetime
    status: Ending
    sources: tuple[SourceOutcome, ...]
    claims: tuple[ClaimOutcome, ...]
    changes: tuple[Change, ...]


def source_outcome(part: Part) -> SourceOutcome:
    service, pulled = part.source.service, part.pulled
    return SourceOutcome(
        name=part.source.name,
        complete=pulled.complete,
        requests=service.requests,
        retries=service.retries,
        transport=service.transport,
        answered=pulled.answered or not part.questions,
        found=len(pulled.found),
        new=len(part.new),
        changed=len(part.changed),
        removed=len(part.removed),
        errors=tuple(pulled.errors),
        warnings=(*pulled.warnings, *service.told),
    )


def worst(statuses: Sequence[ClaimStatus]) -> ClaimStatus:
    """One word for a claim that was asked at several sources; a claim that asks nothing is complete."""
    if not statuses or set(statuses) == {"complete"}:
        return "complete"
    return "not_asked" if set(statuses) == {"not_asked"} else "partial"
