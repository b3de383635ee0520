"""What does a finding say of the groups: does it compare them, and in favour of whom?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evtrack.grade.arms import one_arm
from evtrack.grade.findings import Finding, is_null

_BY_CONTROLS = re.compile(
    rb"\b(?:with|in|for|by|on|among|after) (?:the )?(?:[\w\-]+ )?"
    rb"(?:placebo|sham|saline|vehicle|controls|control (?:group|arm|patients)|usual care)\b"
)
_ESTIMATE = re.compile(rb"-\d|\b(?:points?|percent|ratio)\b|\d ?%|\bci\b|\d+\.\d+[^.;]* \d+\.\d")
"""A size with its sign or unit: then a difference has a side that a reader can see."""


def speaks(finding: Finding, *, stable: bool = False) -> bool:
    """Whether a finding says how an outcome went, rather than that something was reported."""
    if finding.verdict in ("stable", "reported"):
        return stable and finding.verdict == "stable"
    return (
        finding.verdict not in ("associated", "changed")
        or finding.significant is not None
        or "about_between" in finding.around
        or stable
    )


def is_within(finding: Finding) -> bool:
    """A change within a group, or in one group and not in the other, and no comparison between them."""
    if one_arm(finding.scope):
        return True
    if finding.significant is False and b"both" in finding.scope:
        return False  # "44 % in both arms (P = 0.98)": one p value for the two
    if "one_group_only" in finding.around and "about_contrast" not in finding.around:
        return True
    return "about_within" in finding.marks and "about_between" not in finding.marks and finding.verdict != "similar"


def between_groups(findings: Sequence[Finding]) -> list[Finding]:
    """Those that compare the groups. Praise without number or comparison, beside changes within groups, compares nothing."""
    between = [f for f in findings if not is_within(f)]
    if len(between) < len(findings) and not any(
        is_null(f) or f.significant is not None or "about_contrast" in f.around for f in between
    ):
        return []
    return between


def side(finding: Finding) -> str:
    """Null, worse, or for the better, of a finding between groups."""
    return "null" if is_null(finding) else "worse" if finding.verdict == "worse" else "better"


def sideless(finding: Finding) -> bool:
    """Whether a finding tells a difference and no direction: a p value alone, or the word with it and no estimate."""
    if finding.hit.signal == "number":
        return finding.verdict == "changed"
    return finding.verdict == "associated" and b"differ" in finding.scope and _ESTIMATE.search(finding.scope) is None


def arms_side_by_side(finding: Finding) -> bool:
    """ "fell by 9 points with vesicles and by 8 with placebo": both arms are told, no test between them."""
    return (
        finding.hit.signal in ("found_up", "found_down", "found_better")
        and finding.significant is None
        and "about_contrast" not in finding.around
        and b"significan" not in finding.scope
        and _BY_CONTROLS.search(finding.scope) is not None
    )
