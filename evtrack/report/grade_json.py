"""What does ``grade --format jsonl`` say of a record? One function a kind of grade."""

from __future__ import annotations

from typing import Any

from evtrack.grade.grades import ClaimRecordGrade, RecordGrade
from evtrack.report.status_json import reason_json


def grade_json(record_id: str, grade: RecordGrade) -> dict[str, Any]:
    """A record's grade by the intervention test; ``stance`` is its own direction of result even where it is gated.

    ``id`` is null for a record that has none.
    """
    return {
        "id": record_id or None,
        "design": grade.design,
        "level": grade.level,
        "synthesis": grade.synthesis,
        "role": grade.role,
        "agent": grade.agent,
        "gate": grade.gate,
        "stance": grade.stance,
        "flags": list(grade.flags),
        "basis": grade.basis,
        "numbers": grade.numbers,
        "confidence": grade.confidence,
        "needs_review": grade.needs_review,
        "reasons": [reason_json(r) for r in grade.reasons],
    }


def towards_json(record_id: str, towards: ClaimRecordGrade) -> dict[str, Any]:
    """A record's grade for one claim: that claim's track decides the test, and the stance is towards the claim."""
    return {
        **grade_json(record_id, towards.grade),
        "stance": towards.stance,
        "condition_match": towards.condition_match,
        "outcome_match": towards.outcome_match,
        "counts_for_claim": towards.counts_for_claim,
        "indirect": towards.indirect,
        "preprint": towards.preprint,
    }
