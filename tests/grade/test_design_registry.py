"""What design does a registry entry plan?"""

from __future__ import annotations

from typing import Any

import pytest

from evtrack.grade.design import grade_design
from evtrack.grade.design_registry import same_agent
from evtrack.grade.fields import record_fields
from evtrack.grade.grades import DesignGrade
from evtrack.grade.text import GradingText, scan
from evtrack.record import Arm, Intervention, NctId, Record, RecordId, Trial
from evtrack.rules import load_rules

PATTERNS = load_rules({}).patterns


def entry(title: str = "Vesicles in dementia", **more: Any) -> DesignGrade:
    """The grade of a made-up registry entry."""
    trial = Trial(NctId("NCT90000001"), **more)
    record = Record(RecordId("NCT90000001"), "ctgov", "ctgov-json", title, trial=trial)
    return grade_design(scan(GradingText(record_fields(record)), PATTERNS), record)


@pytest.mark.parametrize(
    ("fields", "planned", "flags", "review"),
    [
        ({"study_type": "INTERVENTIONAL", "allocation": "RANDOMIZED", "masking": "DOUBLE"}, "rct", (), False),
        (
            {
                "study_type": "INTERVENTIONAL",
                "allocation": "RANDOMIZED",
                "intervention_model": "CROSSOVER",
                "masking": "NONE",
            },
            "rct",
            ("open_label", "crossover"),
            False,
        ),
        ({"study_type": "INTERVENTIONAL", "allocation": "NON_RANDOMIZED"}, "nonrandomised_trial", (), False),
        ({"study_type": "INTERVENTIONAL", "allocation": "NA"}, "single_arm", ("single_group",), False),
        (
            {"study_type": "INTERVENTIONAL", "intervention_model": "SINGLE_GROUP"},
            "single_arm",
            ("single_group",),
            False,
        ),
        ({"study_type": "OBSERVATIONAL"}, "observational", (), False),
        ({"study_type": "EXPANDED_ACCESS"}, "single_arm", ("expanded_access",), False),
        ({}, "nonrandomised_trial", (), True),
    ],
)
def test_planned(fields: dict[str, Any], planned: str, flags: tuple[str, ...], review: bool) -> None:
    """The registry's own fields give the planned design; without results it is a registered trial."""
    grade = entry(**fields)
    assert (grade.design, grade.planned, grade.flags, grade.needs_review) == (
        "registered_trial",
        planned,
        flags,
        review,
    )


def test_results_posted() -> None:
    """With results posted the entry has its planned design."""
    assert entry(study_type="INTERVENTIONAL", allocation="RANDOMIZED", has_results=True).design == "rct"


def test_random_in_title_alone() -> None:
    """Without the field, a title that says randomised is believed, and a person is asked."""
    grade = entry("A randomised trial of vesicles", study_type="INTERVENTIONAL")
    assert (grade.planned, grade.needs_review) == ("rct", True)
    assert entry("A non-randomised trial of vesicles", study_type="INTERVENTIONAL").planned == "nonrandomised_trial"


def arms(*given: tuple[str, str | None]) -> tuple[Arm, ...]:
    """Arms that each get one thing."""
    return tuple(Arm(f"Arm {i}", kind, None, (name,)) for i, (name, kind) in enumerate(given))


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        (
            Trial(
                NctId("NCT90000002"),
                arms=arms(("Drug: Vesicles low dose", "EXPERIMENTAL"), ("Drug: Vesicles high dose", "EXPERIMENTAL")),
            ),
            True,
        ),
        (
            Trial(
                NctId("NCT90000002"), arms=arms(("Drug: Vesicles", "EXPERIMENTAL"), ("Drug: Tea", "ACTIVE_COMPARATOR"))
            ),
            False,
        ),
        (
            Trial(
                NctId("NCT90000002"),
                arms=arms(("Drug: Vesicles", "EXPERIMENTAL"), ("Drug: Saline", "PLACEBO_COMPARATOR")),
            ),
            False,
        ),
        (
            Trial(NctId("NCT90000002"), interventions=(Intervention("Vesicles 1 mg"), Intervention("Vesicles 2 mg"))),
            True,
        ),
        (Trial(NctId("NCT90000002"), interventions=(Intervention("Vesicles"), Intervention("Placebo"))), False),
        (Trial(NctId("NCT90000002"), interventions=(Intervention("Vesicles"),)), False),
    ],
)
def test_same_agent(trial: Trial, expected: bool) -> None:
    """Arms that differ in dose alone have no control."""
    assert same_agent(trial) is expected


def test_only_doses_randomised() -> None:
    """Randomised between doses alone is no RCT of the agent."""
    grade = entry(
        study_type="INTERVENTIONAL",
        allocation="RANDOMIZED",
        interventions=(Intervention("Vesicles 1 mg"), Intervention("Vesicles 2 mg")),
    )
    assert grade.planned == "randomised_no_control"
