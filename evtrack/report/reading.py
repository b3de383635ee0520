"""What does the store say of a claim? Reads what ``show`` and ``status`` show; a claim without a grade is graded on what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from evtrack.claim import Claim, Library
from evtrack.grade.grades import ClaimGrade
from evtrack.report._protocol import ClaimStatus
from evtrack.store.read import Reader, open_reader
from evtrack.store.target import StoreMissingError


def read_statuses(
    target: str, library: Library, now: datetime, *, records: bool, at: date | None = None
) -> list[ClaimStatus]:
    """Every claim as it stands (at the end of the day ``at``). Where there is no store yet, nothing is known."""
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return _unknown(library, now)
    with reader:
        return _statuses(reader, library, list(library.claims.values()), now, records=records, at=at)


def read_status(target: str, library: Library, claim: Claim, now: datetime, *, at: date | None = None) -> ClaimStatus:
    """One claim with its records."""
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return next(s for s in _unknown(library, now) if s.claim.id == claim.id)
    with reader:
        return _statuses(reader, library, [claim], now, records=True, at=at)[0]


def _statuses(
    reader: Reader, library: Library, claims: list[Claim], now: datetime, *, records: bool, at: date | None
) -> list[ClaimStatus]:
    grades = dict(reader.claim_grades(at))
    if any(c.id not in grades for c in claims):
        grades = {**_ungraded(library, now), **grades}
    run = reader.run_at(at)
    brought = [r for r in reader.runs() if r.id <= run and r.kind in ("load", "refresh")]
    last = brought[-1] if brought else None
    as_of = (last.finished_at or last.started_at).isoformat() if last else None
    counts = reader.info().counts if brought else {}
    titles = {c.id: c.statement for c in library.claims.values()}
    return [
        ClaimStatus(
            claim=claim,
            grade=grades[claim.id],
            as_of=as_of,
            searched=tuple(reader.searches(claim.id, at)),
            evidence=tuple(reader.evidence(claim.id, at)) if records else (),
            loaded=counts.get("record", 0),
            rules_version=last.rules_version if last else "",
            titles=titles,
        )
        for claim in claims
    ]


def _unknown(library: Library, now: datetime) -> list[ClaimStatus]:
    """Every claim with no record at all."""
    grades = _ungraded(library, now)
    titles = {c.id: c.statement for c in library.claims.values()}
    return [ClaimStatus(claim, grades[claim.id], None, titles=titles) for claim in library.claims.values()]


def _ungraded(library: Library, now: datetime) -> Mapping[str, ClaimGrade]:
    """What the grader says of every claim when there is no record."""
    from evtrack.assess import grade_claims

    return grade_claims(library, {}, {}, now.date())
