"""What does an audit hear of records that are tied to claims? The columns that ``tied_records`` reads, out of whole evidence."""

from __future__ import annotations

from collections.abc import Iterable

from evtrack.grade.grades import Evidence
from evtrack.report._protocol import ClaimStatus
from evtrack.store.facts import TiedRecord


def tied_record(one: Evidence) -> TiedRecord:
    """The same record; flags and number of one that counts."""
    grade, counts = one.graded.grade, one.graded.counts_for_claim
    told = (grade.flags, grade.numbers.get("n")) if counts else ()
    return TiedRecord(one.id, one.title, one.year, one.doi, grade.level, counts, *told)


def tied_records(statuses: Iterable[ClaimStatus]) -> dict[str, list[TiedRecord]]:
    """Claim id → its records."""
    return {s.claim.id: [tied_record(e) for e in s.evidence] for s in statuses if s.evidence}
