"""Why does a record not count for a claim, and why does one need a person? Keys of the catalogue, the weightiest first."""

from __future__ import annotations

from evtrack.claim import Claim
from evtrack.grade.grades import Evidence


def why_not(one: Evidence, claim: Claim) -> list[str]:
    """Why a record does not count: its gate, else every test of the claim it fails (grade/record.py has the tests)."""
    towards, grade = one.graded, one.graded.grade
    if grade.gate is not None:
        return [f"gate.{grade.gate}"]
    said = one.override
    if said is not None and (said.action == "reject" or said.values.get("counts_for_claim") is False):
        return ["left_out.person"]
    if claim.track in ("state", "manual"):
        return [f"left_out.{claim.track}"]
    human = grade.level in ("early_clinical", "rct", "observational")
    effect = claim.track == "intervention"
    tests = (
        (towards.preprint, "left_out.preprint"),
        (towards.indirect, "left_out.indirect"),
        (grade.level == "none", "left_out.level"),
        (towards.condition_match in ("mentioned", "none"), "left_out.condition"),
        (towards.condition_match == "measured" and human, "left_out.not_selected"),
        (towards.outcome_match not in ("measured", "any"), "left_out.outcome"),
        (effect and grade.role != "therapy", "left_out.role"),
        (effect and grade.level == "in_vitro" and claim.kind != "mechanism", "left_out.in_vitro"),
        (claim.kind == "safety" and not human, "left_out.safety"),
        ("prevention" in grade.flags, "left_out.prevention"),
    )
    return [key for failed, key in tests if failed] or ["left_out.other"]


def why_review(one: Evidence) -> list[str]:
    """What could not be told by rules."""
    towards, grade = one.graded, one.graded.grade
    tests = (
        (grade.basis == "title", "flag.title_only"),
        (grade.level == "none" and grade.gate is None, "left_out.level"),
        (grade.agent == "secretome_or_ev_unclear" or "agent_unclear" in grade.flags, "flag.agent_unclear"),
        (towards.stance == "unclear" or grade.stance == "unclear", "stance.unclear"),
    )
    return [key for unsure, key in tests if unsure] or ["left_out.unsure"]
