"""Which findings are no result: checks of the design, safety, how the groups began, and what was only planned?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from evtrack.grade.automaton import holds
from evtrack.grade.findings import MEASURES, Finding, is_null

_plan = holds(
    rb"hypothe|\bwould\b|\bpower(?:ed)?\b|designed|to detect|defined as|assum|\bmay\b|\bcould\b|\bto (?:test|examine|determine|assess|evaluate|investigate|explore|improve|reduce)\b"
)
_OF_DESIGN = re.compile(rb"carry-?over|period|sequence|order of|order effect|sensitiv|drop-?out|attrition|interaction")
"""Checks of the design: never a result. Distance and weight are none only beside another outcome."""
_COULD_NOT = re.compile(
    rb"\bcould not be (?:supported|confirmed|told|distinguished|separated|replicated|detected|found)\b"
)
"""A null, not a plan."""
_SET_OUT = re.compile(
    rb"\bwe (?:[a-z]+ )?(?:analy[sz]ed|examined|investigated|assessed|evaluated|tested|compared|explored|studied|recruited|randomi[sz]ed)\b"
    rb"|\b(?:was|were) (?:designed|developed|asked|instructed|used|intended)\b"
)
_ALLOCATED = re.compile(
    rb"\b(?:was|were) (?:then |also )?(?:randomi[sz]ed|randomly|recruited|enrolled|assigned|allocated|divided|included)\b"
)
"""What was set out to be done, and who was taken in: "adults with raised scores were randomised" reports no rise."""
_compared = holds(rb"\b(?:was|were) (?:then )?compared (?:with (?:that|those)|between|by|using|at)\b")
"""That something was compared, and no word on what came of it."""


def is_check(finding: Finding) -> bool:
    """A null on a measure that is to stay as it is (distance walked, body weight, carry-over), and on nothing else."""
    return (
        "about_check" in finding.marks
        and (is_null(finding) or finding.verdict == "stable")
        and not finding.marks & MEASURES
    )


def without_checks(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without the control measures that, after an outcome, are told to have stayed as they were."""
    out: list[Finding] = []
    named = False
    for finding in findings:
        check = is_check(finding)
        if not (named and check):
            out.append(finding)
        named = named or finding.verdict == "better" or (not check and bool(finding.marks & MEASURES))
    return out


def is_aside(finding: Finding) -> bool:
    """Safety (events that "resolved" too), control measures, and how the groups compared at the start: not the result."""
    if is_check(finding) and _OF_DESIGN.search(finding.scope):
        return True
    if "about_safety" in finding.marks:
        return finding.verdict not in ("better", "stable") or any(w in finding.scope for w in (b"resolv", b"subsid"))
    return "about_baseline" in finding.marks and is_null(finding)


def is_plan(finding: Finding) -> bool:
    """Words on what was to be measured, tested or compared, in a part of the text that may hold results."""
    if finding.significant is None and not is_null(finding):
        if _compared(finding.scope):
            return True
        at = finding.hit.start - finding.start
        if finding.zone not in ("results", "conclusion") and (
            _SET_OUT.search(finding.scope, 0, at) or _ALLOCATED.search(finding.scope, at)
        ):
            return True
    return finding.zone in ("methods", "objective", "background") and (
        "about_primary" in finding.around or _plan(_COULD_NOT.sub(b"", finding.scope))
    )
