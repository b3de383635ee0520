"""What does an audit say to code scanning? One SARIF 2.1.0 log: rules with their help, results with fingerprints of the sentence.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from evtrack.audit.finding import Audited, Finding, Severity
from evtrack.audit.unit import Document, Place
from evtrack.report._audit_view import AuditView, idle_words, in_text, rule_says, text_at, why_words
from evtrack.report.addresses import record_url
from evtrack.rules import Rule
from evtrack.wording import word

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_FINGERPRINT = "evtrack/v1"
"""Of rule and sentence; lines move."""


def audit_sarif(view: AuditView, version: str, *, baseline: bool = False) -> dict[str, Any]:
    """The log. ``version``: of evtrack; ``baseline``: results say whether they are new."""
    told = [(a, f) for a in view.files for f in sorted(a.findings, key=in_text)]
    rules = sorted({f.rule for _, f in told})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "evtrack",
                "version": version,
                "language": "ja-JP" if view.lang == "ja" else "en-US",
                "rules": [_rule(view, rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(a.document.path)}} for a in view.files],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(view))}],
        "results": [_result(view, a, f, rules.index(f.rule), baseline=baseline) for a, f in told],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(view: AuditView, rule_id: str) -> dict[str, Any]:
    """A rule with what it says, its examples and its source."""
    told: dict[str, Any] = {"id": rule_id, "shortDescription": {"text": rule_says(view, rule_id)}}
    rule = view.rules.get(rule_id)
    if rule:
        told["help"] = {"text": "\n".join(_help(rule, view.lang))}
    return told


def _help(rule: Rule, lang: str) -> Iterator[str]:
    yield rule.says_ja if lang == "ja" else rule.says_en
    yield from (word("rule.match", lang, text=e) for e in rule.examples)
    yield from (word("rule.no_match", lang, text=e) for e in rule.counterexamples)
    if rule.source:
        yield word("rule.source", lang, source=rule.source)


def _result(view: AuditView, audited: Audited, finding: Finding, index: int, *, baseline: bool) -> dict[str, Any]:
    message = finding.message
    if finding.suggestion:
        message += "\n" + word("audit.suggestion", view.lang, text=finding.suggestion)
    told: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
        "kind": "fail",
        "message": {"text": message},
        "locations": [_location(audited, finding)],
        "properties": {
            "verdict": finding.verdict,
            "claims": list(finding.claims),
            "strength": finding.strength,
            "evidenceLevel": finding.level,
            "stance": finding.stance,
            "records": list(finding.records),
            "evidenceChanged": finding.changed,
            "ticks": [{"what": what, "there": there} for what, there in finding.ticks],
        },
    }
    if finding.fingerprint:
        told["partialFingerprints"] = {_FINGERPRINT: finding.fingerprint}
    if urls := [url for url in map(record_url, finding.records) if url]:
        told["properties"]["urls"] = urls
    if finding.suppressed is not None:
        told["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": finding.suppressed}]
    if baseline:
        told["baselineState"] = "unchanged" if finding.known else "updated" if finding.changed else "new"
    return told


def _location(audited: Audited, finding: Finding) -> dict[str, Any]:
    """Where a finding stands; a Word file has no lines, and its paragraphs are told by their number."""
    document, place = audited.document, finding.place
    artifact = {"uri": _uri(document.path)}
    if document.format != "docx":
        return {"physicalLocation": {"artifactLocation": artifact, "region": _region(place, text_at(audited, finding))}}
    logical = {
        "name": str(place.line),
        "fullyQualifiedName": f"paragraph/{place.line}/{place.col}-{place.end_col}",
        "kind": "paragraph",
    }
    return {"physicalLocation": {"artifactLocation": artifact}, "logicalLocations": [logical]}


def _region(place: Place, text: str) -> dict[str, Any]:
    return {
        "startLine": place.line,
        "startColumn": place.col,
        "endLine": place.end_line,
        "endColumn": place.end_col,
        "snippet": {"text": text},
    }


def _notifications(view: AuditView) -> Iterator[dict[str, Any]]:
    """What was not assessed, and suppressions without effect: words about the run, not about the text."""
    for audited in view.files:
        for one in audited.not_assessed:
            said = word("audit.not_assessed_one", view.lang, why=why_words(one, view.lang))
            yield _notification("note", said, audited.document, one.place, one.text)
        for idle in audited.idle_suppressions:
            at = {"artifactLocation": {"uri": _uri(idle.path)}, "region": {"startLine": idle.place.line}}
            told = {"level": "warning", "message": {"text": idle_words(idle, view.lang)}}
            yield {**told, "locations": [{"physicalLocation": at}]}


def _notification(level: str, said: str, document: Document, place: Place, text: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(document.path)}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if document.format == "docx":
        location["logicalLocations"] = [{"fullyQualifiedName": f"paragraph/{place.line}", "kind": "paragraph"}]
    else:
        physical["region"] = _region(place, text)
    return {"level": level, "message": {"text": said}, "locations": [location]}


def _uri(path: str) -> str:
    """A file's path as a URI, relative where the path is."""
    if PurePath(path).is_absolute():
        return Path(path).as_uri()
    return quote(PurePath(path).as_posix())
