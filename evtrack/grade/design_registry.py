"""What design does a registry entry plan?"""

from __future__ import annotations

import re

from evtrack.grade.grades import Design, DesignGrade
from evtrack.grade.text import Scan
from evtrack.record import Reason, Trial

_COMPARATORS = frozenset({"PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION", "ACTIVE_COMPARATOR"})
_DOSE_WORDS = re.compile(
    r"\b(?:\d[\w.,/x^]*|x|low(?:er)?|mild|medium|middle|mid|high(?:er)?|single|double|multiple|repeated|first|second|third|dos(?:e|es|age|ages|ing)|levels?"
    r"|groups?|arms?|cohorts?|daily|weekly|monthly|times?|every|days?|weeks?|per|kg|mg|ml|μg|i|ii|iii|a|b|c|administrat\w+|treatment|injections?|infusions?)\b"
    r"|低用量|中用量|高用量|[^\w\s]"
)
_NOT_THE_AGENT = re.compile(
    r"\b(?:placebos?|sham|saline|vehicle|control|standard|usual|conventional|routine|no (?:treatment|intervention)|phosphate)\b|プラセボ|生理食塩",
    re.IGNORECASE,
)


def grade_registry(scan: Scan, trial: Trial) -> DesignGrade:
    """The planned design; ``design`` is ``registered_trial`` until results are posted."""
    planned, flags, doubtful = _planned(scan, trial)
    masking = (trial.masking or "").upper()
    flags += ("open_label",) * masking.startswith("NONE")
    flags += ("crossover",) * ((trial.intervention_model or "").upper() == "CROSSOVER")
    design: Design = planned if trial.has_results else "registered_trial"
    said = f"{trial.study_type or ''} {trial.allocation or ''} {trial.intervention_model or ''}".strip()
    reason = Reason(
        "D-SAME-AGENT-ARMS" if planned == "randomised_no_control" else "D-REGISTRY-DESIGN",
        "registry",
        said,
        0,
        len(said),
    )
    return DesignGrade(
        design, 0.6 if doubtful else 0.95, planned=planned, flags=flags, needs_review=doubtful, reasons=(reason,)
    )


def _planned(scan: Scan, trial: Trial) -> tuple[Design, tuple[str, ...], bool]:
    """The design, its flags, and whether the entry leaves it in doubt."""
    kind = (trial.study_type or "").upper()
    if kind == "EXPANDED_ACCESS":
        return "single_arm", ("expanded_access",), False
    if kind == "OBSERVATIONAL":
        return "observational", (), False
    allocation = (trial.allocation or "").upper()
    if allocation == "RANDOMIZED":
        return ("randomised_no_control" if same_agent(trial) else "rct"), (), False
    if allocation == "NON_RANDOMIZED":
        return "nonrandomised_trial", (), False
    if allocation == "NA" or (trial.intervention_model or "").upper() == "SINGLE_GROUP":
        return "single_arm", ("single_group",), False
    if "design:random_title" in scan and "design:random_not" not in scan:
        return "rct", (), True
    return "nonrandomised_trial", (), True


def same_agent(trial: Trial) -> bool:
    """Whether every arm gets the same thing in another dose, schedule or product: no arm is without it."""
    if any((arm.type or "").upper() in _COMPARATORS - {"ACTIVE_COMPARATOR"} for arm in trial.arms):
        return False
    names = [i.name for i in trial.interventions]
    by_arm = [arm.intervention_names for arm in trial.arms if arm.intervention_names]
    if len(by_arm) > 1:
        given = [frozenset(_core(name.partition(": ")[2] or name) for name in arm) for arm in by_arm]
        return (
            bool(given[0])
            and all(arm == given[0] for arm in given)
            and not any(_NOT_THE_AGENT.search(n) for n in names)
        )
    cores = {_core(name) for name in names}
    return len(names) > 1 and len(cores) == 1 and not any(_NOT_THE_AGENT.search(n) for n in names)


def _core(name: str) -> str:
    """A product's name without dose and schedule."""
    return " ".join(_DOSE_WORDS.sub(" ", name.lower()).split()[:3])
