"""What does ``audit --format json`` say? The object of CONTRACT.md, every finding in it, nothing folded."""

from __future__ import annotations

from typing import Any

from evtrack.audit.carrying import Because
from evtrack.audit.finding import Audited, Finding, IdleSuppression
from evtrack.audit.unit import Place
from evtrack.report._audit_view import AuditView, day_told, findings_of, idle_words, text_at, why_words


def audit_json(view: AuditView) -> dict[str, Any]:
    """All files and the summary."""
    day = view.snapshot.as_of
    return {
        "files": [_file(view, audited) for audited in view.files],
        "summary": view.summary(),
        "as_of": day_told(day) if day else None,
    }


def _file(view: AuditView, audited: Audited) -> dict[str, Any]:
    results = {r.unit: r for r in audited.units}
    units = []
    for index, unit in enumerate(audited.document.units):
        result = results.get(index)
        told: dict[str, Any] = {
            **_place(unit.place),
            "text": unit.text,
            "kind": unit.kind,
            "claims": list(result.claims) if result else [],
            "strength": result.strength if result else None,
            "direction": result.direction if result else "other",
        }
        if view.explain:
            told["why"] = [_because(audited, b) for b in (result.why if result else ())]
        units.append(told)
    return {
        "path": audited.document.path,
        "units": units,
        "findings": [_finding(audited, f) for f in findings_of(audited)],
        "not_assessed": [
            {"line": n.place.line, "col": n.place.col, "text": n.text, "why": why_words(n, view.lang)}
            for n in audited.not_assessed
        ],
        "suppressed": sum(f.suppressed is not None for f in audited.findings),
        "idle_suppressions": [_idle(i, view.lang) for i in audited.idle_suppressions],
    }


def _place(place: Place) -> dict[str, int]:
    return {"line": place.line, "col": place.col, "end_line": place.end_line, "end_col": place.end_col}


def _finding(audited: Audited, finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict,
        "severity": finding.severity,
        **_place(finding.place),
        "text": text_at(audited, finding),
        "claims": list(finding.claims),
        "strength": finding.strength,
        "level": finding.level,
        "stance": finding.stance,
        "records": list(finding.records),
        "message": finding.message,
        "suggestion": finding.suggestion,
        "fingerprint": finding.fingerprint,
        "known": finding.known,
        "evidence_changed": finding.changed,
        "ticks": [{"what": what, "there": there} for what, there in finding.ticks],
    }


def _because(audited: Audited, because: Because) -> dict[str, Any]:
    line = audited.document.units[because.unit].place.line if because.unit is not None else None
    return {"what": because.what, "words": because.words, "source": because.source, "line": line}


def _idle(idle: IdleSuppression, lang: str) -> dict[str, Any]:
    return {
        "path": idle.path,
        "line": idle.place.line,
        "col": idle.place.col,
        "why": idle.why,
        "message": idle_words(idle, lang),
    }
