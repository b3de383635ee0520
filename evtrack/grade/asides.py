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
_TOLD = re.compile(
    rb"\bcould not be (?:supported|confirmed|told|distinguished|separated|replicated|detected|found)\b"
    rb"|\b(?:contrary to|unlike|against|instead of|in contrast to) (?:[\w\-]+ ){0,3}?(?:hypothes[ei]s|expectations?|predictions?|assumptions?|expected|hypothesi[sz]ed)\b"
    rb"|\bas (?:hypothesi[sz]ed|expected|predicted|assumed)\b|\bhypothes[ei]s (?:was|were) (?:not )?(?:supported|confirmed|rejected)\b"
)
"""What came of a plan: a null, or an outcome set beside the hypothesis."""
_CONTRARY = re.compile(rb"\bcontrary to\b|\bunlike (?:our|the) (?:hypo|expec|pred)")
_FORETELLS = re.compile(rb"\bbaseline\b[^.;]*\b(?:predict|moderat|mediat|associat|correlat|relat)")
_SET_OUT = re.compile(
    rb"\bwe (?:[a-z]+ )?(?:analy[sz]ed|examined|investigated|assessed|evaluated|tested|compared|explored|studied|recruited|randomi[sz]ed)\b"
    rb"|\b(?:received|underwent|participated in|attended|took part in) (?:[\w\-]+ ){0,6}?(?:interventions?|training|program(?:me)?s?|treatments?|therapy|sessions?) (?:to|that|designed|aimed)\b"
    rb"|\b(?:was|were) (?:designed|developed|asked|instructed|used|intended)\b"
)
_ALLOCATED = re.compile(
    rb"\b(?:was|were) (?:then |also )?(?:randomi[sz]ed|randomly|recruited|enrolled|assigned|allocated|divided|included)\b"
)
"""What was set out to be done, and who was taken in: "adults with raised scores were randomised" reports no rise."""
_compared = holds(
    rb"\b(?:was|were) (?:then )?compared (?:with (?:that|those)|between|by|using|at)\b"
    rb"|\b(?:was|were) (?:[a-z]+ly )?(?:analy[sz]ed|tested|assessed|evaluated|examined) (?:using|with|by|via)\b"
)
"""That something was compared or analysed, and no word on what came of it."""


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


def is_contrary(finding: Finding) -> bool:
    """Whether a finding is set against the hypothesis: then it is on what the study was about."""
    return _CONTRARY.search(finding.scope) is not None


def foretells(finding: Finding) -> bool:
    """Whether a measure taken at baseline foretells something: then baseline is a time, no comparison of groups."""
    return _FORETELLS.search(finding.scope) is not None


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
        "about_primary" in finding.around or _plan(_TOLD.sub(b"", finding.scope))
    )
