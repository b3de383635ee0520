"""Audits made by hand for the tests of their formats: a text, and findings on the sentences that are named."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from evtrack.audit.carrying import Because
from evtrack.audit.evidence import ClaimEvidence, CountedRecord, EvidenceSnapshot
from evtrack.audit.finding import Audited, Finding, NotAssessed, Severity, UnitResult
from evtrack.audit.fingerprints import fingerprint
from evtrack.audit.reading import read_document
from evtrack.audit.unit import Document, Unit
from evtrack.bilingual import Bilingual
from evtrack.record import RecordId
from evtrack.report._audit_view import AuditView
from evtrack.rules import Rule

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>|`x`[a](javascript:0)%0A::error::\x1b[31m\u202e@all'
"""A text that would be markup, a link, a command or a colour wherever it is not escaped."""
PMID = RecordId("PMID:90000001")
RULES = {
    "EV101": Rule("EV101", "a.yaml", "報告する文。", "A report.", examples=("例の文",), counterexamples=("別の文",), source="AUDIT"),
    "EV104": Rule("EV104", "a.yaml", "断定する文。", "A flat statement."),
}  # fmt: skip


def finding(document: Document, unit: int | None, severity: Severity = "error", **more: Any) -> Finding:
    """One finding on a unit, or on the whole document."""
    at: Unit = document.units[unit or 0]
    told: dict[str, Any] = {
        "rule": "EV104",
        "verdict": "overstated",
        "severity": severity,
        "place": at.place,
        "text": at.text,
        "message": "an invented message",
        "unit": unit,
        "claims": ("dep-effect",) if unit is not None else (),
        "strength": "strong",
        "level": "animal",
        "stance": "supports",
        "records": (PMID,),
        **more,
    }
    return Finding(**{"fingerprint": fingerprint(told["rule"], at.text if unit is not None else ""), **told})


def audited(path: str, body: str | bytes, *named: str, severity: Severity = "error", **more: Any) -> Audited:
    """A text with a finding on each unit that holds one of these words (none named: on every unit)."""
    document = read_document(path, body.encode() if isinstance(body, str) else body)
    hit = [i for i, u in enumerate(document.units) if not named or any(n in u.text for n in named)]
    because = (Because("outcome", "うつ", 0, 2, "sentence", hit[0] if hit else 0),)
    results = tuple(UnitResult(i, ("dep-effect",), "strong", "asserts", because) for i in hit)
    return Audited(document, results, tuple(finding(document, i, severity, **more) for i in hit))


def open_at(document: Document, unit: int, why: str = "the search is incomplete") -> NotAssessed:
    """A unit that got no verdict."""
    return NotAssessed(document.units[unit].place, document.units[unit].text, why)


def snapshot(**more: Any) -> EvidenceSnapshot:
    """What is known of one claim."""
    told: dict[str, Any] = {
        "level": "animal",
        "stance": "supports",
        "statement": Bilingual("うつ症状を緩和する", "may relieve depression"),
        "label": Bilingual("動物実験（1件）", "animal study (1 study)"),
        "people": Bilingual("人での研究：見つかっていません", "none in people"),
        "records": (CountedRecord(PMID, "animal", 2025, 12),),
        **more,
    }
    return EvidenceSnapshot({"dep-effect": ClaimEvidence("dep-effect", **told)}, date(2026, 11, 20))


def view(
    *files: Audited, lang: str = "en", explain: bool = False, title: str = "An invented study in rats"
) -> AuditView:
    """What the formats are made of."""
    return AuditView(files, snapshot(), lang, RULES, {PMID: title}, explain)


def docx(*paragraphs: str, table: tuple[str, ...] = ()) -> bytes:
    """A Word file of these paragraphs, then a table of one row."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def said(text: str) -> str:
        return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"

    cells = "".join(f"<w:tc>{said(cell)}</w:tc>" for cell in table)
    body = "".join(map(said, paragraphs)) + (f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" if table else "")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>")
    return packed.getvalue()
