"""What is to be mended in a text? A document and the evidence of the day → its findings, unit by unit and as a whole. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from evtrack.audit.carrying import Page
from evtrack.audit.desk import Desk
from evtrack.audit.document_rules import document_findings
from evtrack.audit.evidence import EvidenceSnapshot
from evtrack.audit.finding import Audited, Finding, NotAssessed, UnitResult
from evtrack.audit.lexicon import Lexicon
from evtrack.audit.matching import read_page
from evtrack.audit.suggestion import Advice
from evtrack.audit.tables import gravity, load_tables
from evtrack.audit.unit import Document
from evtrack.claim import Library


def audit(
    document: Document,
    library: Library,
    lexicon: Lexicon,
    snapshot: EvidenceSnapshot,
    *,
    today: date,
    lang: str = "en",
    off: Collection[str] = (),
    profile: str | None = None,
) -> Audited:
    """Every unit of a document held against the evidence.

    ``lang``: of messages; a suggestion has the language of its sentence. ``off``: ids of rules that are switched off.
    ``profile``: ``ja-medical-ads`` also lists wording to be checked against Japan's medical advertising guidelines.
    """
    page = Page(document, lexicon)
    readings = read_page(page)
    desk = Desk(page, readings, Advice(library, snapshot, today), load_tables(), lang)
    found: list[Finding] = []
    skipped: list[NotAssessed] = []
    for index, reading in enumerate(readings):
        mine, unjudged = desk.unit(index, reading)
        found += mine
        skipped += unjudged
    whole, unchecked = document_findings(desk, profile)
    found += whole
    units = tuple(UnitResult(r.unit, r.claims, r.strength, r.direction, r.why) for r in readings)
    kept = [f for f in found if f.rule not in off]
    kept.sort(key=lambda f: (f.place.line, f.place.col, -gravity(f.severity)))
    return Audited(document, units, tuple(kept), (*skipped, *unchecked))
