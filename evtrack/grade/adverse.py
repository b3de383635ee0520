"""What does a record say about harm? Adverse events compared between the groups, pooled, or only told."""

from __future__ import annotations

import re
from typing import Final

from evtrack.grade.arms import higher, one_arm
from evtrack.grade.findings import Finding, is_null
from evtrack.grade.grades import DesignGrade, Stance, StanceGrade
from evtrack.grade.numbers import participants
from evtrack.grade.primary_result import ResultReader
from evtrack.grade.reported import CONTROLLED, SYNTHESES, bare
from evtrack.grade.significance import interval_upper

ENOUGH_PEOPLE: Final = 100
"""People a controlled comparison of adverse events needs before it supports a safety claim (GRADING.md)."""
WIDE_LIMIT: Final = 5.0
"""Upper 95 % limit, in per cent, of serious events from which a synthesis is no comfort any more."""

_IN_BOTH = re.compile(rb"\b(?:either|both|neither|any) (?:\w+ )?(?:group|arm)")
_TWO_FIGURES = re.compile(rb"\b(\d+(?:\.\d+)?) ?%? (?:and|versus|vs\.?) (\d+(?:\.\d+)?)\b")
_NEARLY: Final = 0.2
_EVENTS = frozenset({"about_safety", "serious_event"})


def safety_stance(reading: ResultReader, design: DesignGrade, own: StanceGrade) -> StanceGrade:
    """Harm contradicts; a comparison with enough people and no harm supports; less is unclear."""
    if "harm_signal" in (*own.flags, *design.flags) and own.stance == "contradicts":
        return own
    harmed = reading.related_harm()
    pooled = design.synthesis or reading.design in SYNTHESES
    if harmed:
        stance: Stance = "mixed" if reading.design in SYNTHESES else "contradicts"
        flags = tuple(dict.fromkeys((*own.flags, "harm_signal")))
        return StanceGrade(stance, flags, False, (reading.scan.reason(harmed),))
    events = _events(reading)
    told = [f for i in events for f in reading.findings.of(i) if f.marks & _EVENTS or _speaks_for_all(f)]
    reasons = tuple(reading.scan.reason(h) for h in reading.scan.by_signal.get("about_safety", ())[:2])
    if (reading.design in CONTROLLED or pooled) and any(_excess(f) for f in told):
        return StanceGrade("mixed", own.flags, True, reasons)
    words = [reading.findings.words(reading.scan.text.sentences[i]) for i in events]
    if pooled:
        uppers = [u for w in words if (u := interval_upper(w)) is not None]
        if any(u >= WIDE_LIMIT for u in uppers):
            return StanceGrade("mixed", own.flags, False, (*reasons, bare("S-WIDE-LIMIT")))
    alike = any(is_null(f) for f in told) or any(
        "no_harm" in reading.findings.marks(i) and (_IN_BOTH.search(w) or _close(w))
        for i, w in zip(events, words, strict=True)
    )
    compared = design.pooled == "rct" if pooled else reading.design == "rct"
    if alike and compared and (participants(reading.scan) or 0) >= ENOUGH_PEOPLE:
        return StanceGrade("supports", own.flags, False, reasons)
    if pooled:
        return StanceGrade("unclear", own.flags, True, reasons)
    return StanceGrade("unclear", own.flags, False, (*reasons, bare("S-TOO-FEW-FOR-SAFETY")))


def _events(reading: ResultReader) -> list[int]:
    """Sentences on adverse events that may hold a result."""
    return [
        i
        for i, s in enumerate(reading.scan.text.sentences)
        if s.zone not in ("objective", "background") and reading.findings.marks(i) & _EVENTS
    ]


def _close(words: bytes) -> bool:
    """Whether two figures side by side are nearly the same: "in 30% and 31%"."""
    m = _TWO_FIGURES.search(words)
    return m is not None and abs(float(m[1]) - float(m[2])) <= _NEARLY * max(float(m[1]), float(m[2]))


def _speaks_for_all(finding: Finding) -> bool:
    """Whether a clause has all the marks of its sentence; that it tells one arm alone counts as one."""
    return len(finding.around) == len(finding.marks) + one_arm(finding.scope)


def _excess(finding: Finding) -> bool:
    """More events among the treated: by the test, by the words, or shown to differ with no telling which way."""
    if "no_harm" in finding.marks or is_null(finding) or higher(finding.scope) is False:
        return False
    if finding.significant and finding.verdict != "better":
        return True
    return finding.verdict in ("worse", "changed") and "found_up" in finding.marks
