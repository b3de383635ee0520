"""What does ``show --json`` say? One function makes it from ``ClaimStatus``; ``status`` is the same without records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import ClaimGrade, Evidence, RegisteredTrial, Searched, WouldChange
from evtrack.ids import Reason
from evtrack.report._protocol import ClaimStatus
from evtrack.word import Word

if TYPE_CHECKING:
    from evtrack.store.moments import ClaimMoment, TrialVersion


def claim_json(status: ClaimStatus, lang: str, *, records: bool, past: bool = False) -> dict[str, Any]:
    """The object of CONTRACT.md for one claim; ``records`` with the list of its records, ``past`` with what became of it.

    What the contract gives in both languages is in both; a bare ``text`` is in ``lang``, with ``texts`` in both beside it.
    """
    claim, grade = status.claim, status.grade
    answer: dict[str, Any] = {
        "claim_id": claim.id,
        "kind": claim.kind,
        "track": claim.track,
        "statement": claim.statement.as_dict(),
        "level": grade.level,
        "stance": grade.stance,
        "label": grade.label.as_dict(),
        "counts": grade.counts,
        "k_of_n": dict(zip(("k", "n", "unread"), grade.k_of_n, strict=True)),
        "people": grade.people.as_dict(),
        "synthesis": grade.synthesis,
        "provisional_level": grade.provisional_level,
        "indirect": grade.indirect,
        "by_route": grade.by_route,
        "harms": list(grade.harms),
        "alerts": _alerts(status, lang),
        "registered": [registered_json(t, status.histories.get(t.id, ())) for t in grade.registered],
        "excluded": grade.excluded,
        "searched": [searched_json(s) for s in status.searched],
        "not_searched": list(status.not_searched),
        "needs_review": grade.needs_review,
        "would_change": would_change_json(grade.would_change, lang),
        "members": grade.members,
        "as_of": status.as_of,
        **_beside(grade),
        "words": [word_json(word) for word in status.words],
        "loaded": status.loaded,
        "rules_version": status.rules_version,
    }
    if records:
        answer["records"] = [record_json(e) for e in status.evidence]
    if past:
        answer["history"] = [moment_json(moment) for moment in status.moments]
        answer["retracted"] = {record_id: asdict(told) for record_id, told in status.retracted.items()}
        answer["later"] = {record_id: asdict(told) for record_id, told in status.later.items()}
    return answer


def status_json(statuses: list[ClaimStatus], as_of: str | None, lang: str) -> dict[str, Any]:
    """The answer of ``status --json``, which is an evidence snapshot."""
    return {"as_of": as_of, "claims": [claim_json(s, lang, records=False) for s in statuses]}


def _alerts(status: ClaimStatus, lang: str) -> list[dict[str, Any]]:
    """Regulators' warnings; ``verified`` false: nobody has read it at its source, ``url`` may then be null."""
    return [
        {
            "source": a.source,
            "date": a.date,
            "url": a.url,
            "text": a.text.get(lang),
            "texts": a.text.as_dict(),
            "verified": a.verified,
        }
        for a in status.claim.alerts
    ]


def _beside(grade: ClaimGrade) -> dict[str, Any]:
    """What the contract does not name and a reader of the label needs."""
    return {
        "parts": grade.parts,
        "notes": [n.as_dict() for n in grade.notes],
        "n_total": grade.n_total,
        "n_largest": grade.n_largest,
        "groups": grade.groups,
        "state_verdict": grade.state_verdict,
        "looked": grade.looked,
        "rules": list(grade.rules),
    }


def registered_json(trial: RegisteredTrial, history: Sequence[TrialVersion] = ()) -> dict[str, Any]:
    """One registered trial, and what the registry said of it before."""
    return {
        "id": trial.id,
        "status": trial.status,
        "phase": trial.phase,
        "design": trial.design,
        "overdue": trial.overdue,
        "planned_n": trial.planned_n,
        "completion": trial.completion,
        "also_registered": list(trial.also_registered),
        "why_stopped": trial.why_stopped,
        "history": [asdict(version) for version in history],
    }


def searched_json(searched: Searched) -> dict[str, Any]:
    """One search."""
    return {
        "source": searched.source,
        "query": searched.query,
        "count": searched.count,
        "complete": searched.complete,
        "at": searched.at,
        "got": searched.got,
    }


def would_change_json(change: WouldChange, lang: str) -> dict[str, Any]:
    """What would move the level; ``down`` is null where no one record holds it."""
    down = None
    if change.down_record_id is not None or change.down_text is not None:
        down = {"record_id": change.down_record_id, **_text(change.down_text, lang)}
    up = _text(change.up, lang)
    return {"up": up["text"], "up_texts": up["texts"], "down": down}


def moment_json(moment: ClaimMoment) -> dict[str, Any]:
    """How a claim stood from one run on, and the changes that this run told of it."""
    return {
        "run_id": moment.run,
        "run_kind": moment.run_kind,
        "since": moment.since,
        "level": moment.level,
        "provisional_level": moment.provisional_level,
        "stance": moment.stance,
        "k": moment.k,
        "n": moment.n,
        "label": moment.label.as_dict(),
        "people": moment.people.as_dict(),
        "why": [asdict(change) for change in moment.why],
    }


def _text(both: Bilingual | None, lang: str) -> dict[str, Any]:
    return {"text": both.get(lang) if both else None, "texts": both.as_dict() if both else None}


def reason_json(reason: Reason) -> dict[str, Any]:
    """One reason: the rule, and the words that fired with their place."""
    return {"rule": reason.rule, "field": reason.field, "text": reason.text, "start": reason.start, "end": reason.end}


def word_json(word: Word) -> dict[str, Any]:
    """A person's word. ``seen``: what the rules said then; ``reopened``: what it is about is another now."""
    return {
        "id": word.id,
        "action": word.action,
        "record_id": word.record_id,
        "claim_id": word.claim_id,
        "values": dict(word.values),
        "seen": dict(word.seen),
        "reason": word.reason,
        "name": word.name,
        "at": word.at,
        "reopened": word.reopened,
    }


def record_json(evidence: Evidence) -> dict[str, Any]:
    """One record of a claim."""
    towards = evidence.graded
    grade = towards.grade
    return {
        "id": evidence.id,
        "source": evidence.source,
        "title": evidence.title,
        "year": evidence.year,
        "design": grade.design,
        "level": grade.level,
        "synthesis": grade.synthesis,
        "role": grade.role,
        "agent": grade.agent,
        "gate": grade.gate,
        "basis": grade.basis,
        "condition_match": towards.condition_match,
        "outcome_match": towards.outcome_match,
        "counts_for_claim": towards.counts_for_claim,
        "stance": towards.stance,
        "flags": list(grade.flags),
        "numbers": grade.numbers,
        "reasons": [reason_json(r) for r in grade.reasons],
        "links": list(evidence.links),
        "override": word_json(evidence.override) if evidence.override else None,
        "confidence": grade.confidence,
        "needs_review": grade.needs_review,
        "indirect": towards.indirect,
        "preprint": towards.preprint,
        "doi": evidence.doi,
        "citation": evidence.citation,
        "url": evidence.url,
    }
