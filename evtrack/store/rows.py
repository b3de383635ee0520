"""What stands in the columns beside the JSON? Domain values → rows, for what is looked for, joined and checked."""

from __future__ import annotations

from typing import Any

from evtrack.changes import Change
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, RecordGrade, Searched
from evtrack.record import Record
from evtrack.store.document import dump, dump_plain
from evtrack.word import Word

Row = dict[str, Any]


def record_row(record: Record, content_hash: str, raw_hash: str) -> Row:
    """The row of a record as it is now, without its runs."""
    trial = record.trial
    completion = (trial.completion_date or trial.primary_completion_date) if trial else None
    return {
        "id": record.id,
        "source": record.source,
        "format": record.format,
        "title": _whole(record.title),
        "year": record.year,
        "revised": str(record.revised) if record.revised else None,
        "doi": record.doi,
        "trial_status": trial.overall_status if trial else None,
        "trial_phases": "/".join(trial.phases) or None if trial else None,
        "trial_enrollment": trial.enrollment if trial else None,
        "trial_completion": str(completion) if completion else None,
        "trial_has_results": int(trial.has_results) if trial else None,
        "content_hash": content_hash,
        "raw_hash": raw_hash,
    }


def _whole(text: str) -> str:
    """The text as UTF-8 can hold it; what a reader let through (a lone surrogate) must not stop a whole batch."""
    return text.encode("utf-8", "replace").decode()


def record_grade_row(record_id: str, content_hash: str, rules_version: str, grade: RecordGrade, text: str) -> Row:
    """The row of a record's grade; ``text`` is its JSON."""
    return {
        "record_id": record_id,
        "content_hash": content_hash,
        "rules_version": rules_version,
        "level": grade.level,
        "design": grade.design,
        "gate": grade.gate,
        "stance": grade.stance,
        "needs_review": int(grade.needs_review),
        "flags": dump_plain(grade.flags),
        "grade": text,
    }


def tie_row(record_id: str, tie: ClaimRecordGrade, text: str) -> Row:
    """The row of a record's tie to a claim, without what is the same for all ties of a call."""
    grade = tie.grade
    return {
        "record_id": record_id,
        "level": grade.level,
        "design": grade.design,
        "synthesis": int(grade.synthesis),
        "role": grade.role,
        "agent": grade.agent,
        "gate": grade.gate,
        "basis": grade.basis,
        "condition_match": tie.condition_match,
        "outcome_match": tie.outcome_match,
        "counts_for_claim": int(tie.counts_for_claim),
        "stance": tie.stance,
        "preprint": int(tie.preprint),
        "indirect": int(tie.indirect),
        "needs_review": int(grade.needs_review),
        "flags": dump_plain(grade.flags),
        "grade": text,
    }


def claim_grade_row(grade: ClaimGrade, claim_hash: str, rules_version: str) -> Row:
    """The row of a claim's grade."""
    k, n, _ = grade.k_of_n
    return {
        "claim_id": grade.claim_id,
        "level": grade.level,
        "provisional_level": grade.provisional_level,
        "stance": grade.stance,
        "synthesis": int(grade.synthesis),
        "k": k,
        "n": n,
        "needs_review": grade.needs_review,
        "label_ja": grade.label.ja,
        "label_en": grade.label.en,
        "people_ja": grade.people.ja,
        "people_en": grade.people.en,
        "rules_version": rules_version,
        "claim_hash": claim_hash,
        "grade": dump(grade),
    }


def search_row(run: int, claim_id: str, searched: Searched, translation: str | None) -> Row:
    """The row of one query."""
    return {
        "run": run,
        "claim_id": claim_id,
        "source": searched.source,
        "query": searched.query,
        "count": searched.count,
        "complete": int(searched.complete),
        "at": searched.at,
        "translation": translation,
        "got": searched.got,
    }


def change_row(run: int, change: Change) -> Row:
    """The row of one change."""
    return {
        "run": run,
        "kind": change.kind,
        "claim_id": change.claim_id,
        "record_id": change.record_id,
        "before": change.before,
        "after": change.after,
        "severity": change.severity,
    }


def word_row(run: int, word: Word) -> Row:
    """The row of a person's word, without its id."""
    return {
        "run": run,
        "claim_id": word.claim_id,
        "record_id": word.record_id,
        "action": word.action,
        "field_values": dump_plain(dict(word.values)),
        "reason": word.reason,
        "name": word.name,
        "at": word.at,
        "content_hash": word.content_hash,
        "seen": dump_plain(dict(word.seen)),
    }
