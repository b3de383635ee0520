"""What design has a study of people, and which warnings go with it?"""

from __future__ import annotations

from evtrack.grade.design_score import HUMAN_KINDS, Evidence, add_up
from evtrack.grade.design_subjects import overlaps
from evtrack.grade.grades import Design
from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan
from evtrack.record import Reason

_FLAGS = (
    ("open_label", "design:open_label"),
    ("unblinded", "design:unblinded"),
    ("crossover", "design:crossover"),
    ("retrospective", "design:retrospective"),
    ("uncontrolled", "design:uncontrolled"),
    ("quasi_randomised", "design:quasi_allocation"),
    ("post_hoc_subgroup", "design:post_hoc"),
    ("open_label_extension", "design:extension"),
    ("expanded_access", "design:expanded_access"),
)

_AGENTS = ("design:vesicles", "design:stem_cells", "agent:vesicle")
"""Only of these is it known that a randomised trial without a control compares the thing with itself."""

UNSAID = "allocation_not_stated"
"""Flag of a comparison of people of which nothing says how they were allocated: it may have been by chance."""

Human = tuple[Design, tuple[str, ...], tuple[Reason, ...], bool]
"""Design, flags, reasons, and whether a person should look."""


def plain_flags(scan: Scan) -> tuple[str, ...]:
    """Flags that a signal sets by itself."""
    return tuple(flag for flag, signal in _FLAGS if signal in scan)


def human_design(scan: Scan, evidence: Evidence, family: str) -> Human:
    """The design within ``rct`` or ``human``."""
    flags = plain_flags(scan)
    if family == "rct":
        return _randomised(scan, flags)
    return _not_randomised(scan, evidence, flags)


def _randomised(scan: Scan, flags: tuple[str, ...]) -> Human:
    extension = scan.first("design:extension")
    if extension and (
        scan.text.sentence(extension.start).zone == "title"
        or "design:uncontrolled" in scan
        or "design:all_received" in scan
    ):
        return "single_arm", flags, (scan.text.reason("D-EXTENSION-OF-TRIAL", extension.start, extension.end),), True
    quasi = scan.first("design:quasi_allocation")
    if quasi:
        return "nonrandomised_trial", flags, (scan.reason(quasi),), True
    same = _only_doses(scan)
    if not _other_arm(scan):
        if same:
            return "randomised_no_control", flags, (scan.text.reason("D-SAME-AGENT-ARMS", same.start, same.end),), False
        denied = scan.first("design:no_comparator")
        if denied and "design:active_arm" not in scan and any(s in scan for s in _AGENTS):
            # Somebody was randomised against something unnamed: never taken for a control that is said not to be there.
            return "randomised_no_control", flags, (scan.reason(denied),), True
    flags = tuple(f for f in flags if f not in ("retrospective", "open_label_extension", "uncontrolled"))
    return "rct", flags, (), False


def _other_arm(scan: Scan) -> bool:
    """Whether an arm without the agent is named: not one said to be missing, a solvent, or the care that all had."""
    aside = scan.hits("design:no_comparator", "design:not_an_arm")
    named = scan.hits("design:other_arm", "design:nothing_arm")
    return any(not overlaps(hit, aside) and scan.text.sentence(hit.start).zone != "background" for hit in named)


def _only_doses(scan: Scan) -> Hit | None:
    """Where the randomised arms are said to be doses, sources or products: in the title, or beside the allocation."""
    aside = scan.hits("design:not_an_arm")
    beside = {scan.text.sentence_index(h.start) for h in scan.hits("design:random_allocation")}
    for hit in scan.hits("design:sources_compared", "design:same_agent_arms", "design:same_agent_list"):
        at = scan.text.sentence_index(hit.start)
        if (at in beside or scan.text.sentences[at].zone == "title") and not overlaps(hit, aside):
            return hit
    return None


_TRIED = ("design:before_after", "design:course_given", "design:trial_title")
_OBSERVED = ("design:observational", "design:retrospective", "design:healthy_controls", "design:measured_in_people")


def _tried(scan: Scan) -> bool:
    """Whether the text tells of something tried on people: a first dose, or a course with scores before and after."""
    if "design:phase1" in scan.in_title:
        return True
    if any(signal in scan for signal in _OBSERVED):
        return False
    given = "design:intervention" in scan or "design:course_given" in scan
    return given and ("design:uncontrolled" in scan or all(signal in scan for signal in _TRIED))


def _allocation_unsaid(scan: Scan) -> Hit | None:
    """Where people are compared with a control, blindly or with a placebo, and no word says how they were allocated.

    A conclusion asks for such trials, and a background under its own heading tells of those of others.
    """
    denied = scan.hits("design:random_not")
    if any(not overlaps(hit, denied) for hit in scan.hits("design:random_allocation")):
        return None
    others = ("background", "conclusion") if "design:sections" in scan else ("conclusion",)
    aside = scan.hits("design:no_comparator", "design:not_an_arm")
    for hit in scan.hits("design:blind_controlled", "design:control_given"):
        if scan.text.sentence(hit.start).zone not in others and not overlaps(hit, aside):
            return hit
    return None


def _not_randomised(scan: Scan, evidence: Evidence, flags: tuple[str, ...]) -> Human:
    scores = add_up(scan, evidence, HUMAN_KINDS)
    kind = max(scores, key=lambda k: scores[k])
    unsaid = _allocation_unsaid(scan)
    no_case = unsaid is not None and "design:patient_count" in scan and "design:case_report_title" not in scan
    if "design:cases_title" in scan:
        kind = "case"
    elif (kind == "observational" and _tried(scan)) or (kind == "case" and no_case):
        kind = "early"
    if kind == "case":
        series = scan.first("design:case_series", "design:cases_title")
        design: Design = "case_series" if series and "design:case_report_title" not in scan else "case_report"
        return design, flags, (), False
    extension = scan.first("design:extension")
    if extension:
        return "single_arm", (*flags, "single_group"), (scan.reason(extension),), False
    quasi = scan.first("design:quasi_allocation", "design:chosen_between")
    if kind == "observational" and quasi is None and unsaid is None:
        return "observational", flags, (), False
    quasi = quasi or scan.first("design:chosen_allocation")
    phase1 = scan.first("design:phase1")
    if phase1:
        return "phase1", flags, (scan.reason(phase1),), False
    if quasi:
        return "nonrandomised_trial", flags, (scan.reason(quasi),), False
    if unsaid:
        why = scan.text.reason("D-ALLOCATION-UNSAID", unsaid.start, unsaid.end)
        return "nonrandomised_trial", (*flags, UNSAID), (why,), True
    if "design:placebo" in scan:
        return "nonrandomised_trial", flags, (), True
    return "single_arm", (*flags, "single_group"), (), False
