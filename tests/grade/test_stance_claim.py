"""Which way does a record point towards one claim?"""

from __future__ import annotations

import pytest

from evtrack.claims import load_library
from evtrack.grade.grades import Design, DesignGrade, Stance, StanceGrade
from evtrack.grade.stance import grade_stance, stance_for_claim
from evtrack.grade.text import GradingText, scan
from evtrack.rules import load_rules

LIBRARY, _ = load_library(None)
PATTERNS = load_rules(LIBRARY.concepts).patterns
ARMS = "Eighty adults with depression were randomised to vesicles or saline. "


def with_covered(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The concept ids and those they cover."""
    covered = (c for one in ids for c in LIBRARY.concepts[one].covers)
    return tuple(dict.fromkeys((*ids, *covered)))


def towards(claim_id: str, design: Design, abstract: str, title: str = "A study") -> StanceGrade:
    claim = LIBRARY.claims[claim_id]
    found = scan(GradingText([("title", title), ("abstract", abstract)]), PATTERNS)
    graded = DesignGrade(design, 1.0, synthesis=design == "meta_analysis")
    outcomes = with_covered((*claim.outcome, *(o for p in claim.parts for o in p.outcome)))
    return stance_for_claim(
        found, graded, grade_stance(found, graded), outcomes=outcomes, kind=claim.kind, track=claim.track
    )


EFFECTS: list[tuple[str, Design, str, Stance]] = [
    ("dep-effect", "rct", ARMS + "HAM-D did not differ at week 4 but was lower at week 8 (P=0.03).", "mixed"),
    ("dep-effect", "rct", ARMS + "Walking speed rose with vesicles against saline (P=0.01). HAM-D did not differ (P=0.6).", "no_difference"),
    ("dep-effect", "rct", ARMS + "Walking speed did not differ from saline (P=0.6). HAM-D was lower with vesicles (P=0.04).", "no_difference"),
    ("dep-effect", "rct", ARMS + "HAM-D fell from baseline (P<0.001). HAM-D did not differ between groups (P=0.3).", "no_difference"),
    ("dep-effect", "rct", ARMS + "HAM-D improved in both groups. Serum BDNF rose more than with saline (P=0.01).", "unclear"),
    ("dep-effect", "rct", ARMS + "Walking speed rose with vesicles against saline (P=0.01).", "supports"),
    ("dep-effect", "rct", "Adults got vesicles or sertraline. HAM-D did not differ between groups.", "unclear"),
    ("dep-effect", "rct", ARMS + "HAM-D fell from baseline (P<0.001).", "unclear"),
    ("dep-effect", "rct", ARMS + "In a secondary outcome, HAM-D was lower with vesicles than saline (P=0.02).", "supports"),
    ("dep-bdnf-effect", "rct", ARMS + "HAM-D did not differ from saline. Serum BDNF rose more with vesicles than saline (P=0.01).", "supports"),
    ("dep-effect", "randomised_no_control", "Adults got one or three infusions. HAM-D fell more with three.", "unclear"),
    ("dep-effect", "case_report", "A man got vesicles. PHQ-9 fell. Sertraline was started at the same time.", "unclear"),
    ("dep-effect", "single_arm", "Ten adults got vesicles. PHQ-9 fell in the high-dose arm.", "mixed"),
    ("dep-effect", "single_arm", "Ten adults got vesicles. PHQ-9 fell but HAM-D did not change.", "mixed"),
    ("dep-effect", "single_arm", "Ten adults got vesicles. PHQ-9 did not change.", "unclear"),
    ("dep-effect", "single_arm", "Ten adults got vesicles. Pain fell.", "supports"),
    ("dep-effect", "single_arm", "Ten adults got vesicles. HAM-D of all was recorded; the scores were lower later.", "unclear"),
    ("dep-effect", "rct", ARMS + "HAM-D was associated with age. Walking rose more with vesicles (P=0.01).", "supports"),
    ("dep-effect", "rct", ARMS + "HAM-D was recorded; the safety was good. Walking rose with vesicles against saline (P=0.01).", "supports"),
    ("dep-effect", "animal", "PHQ-9 traps aside, respiratory depression scores rose. Vesicles reduced pain.", "supports"),
    ("dep-effect", "animal", "Vesicles did not change immobility in the forced swim test.", "no_difference"),
    ("dep-effect", "animal", "Vesicles reduced immobility in the forced swim test but had no effect on weight.", "supports"),
    ("dep-effect", "animal", "Vesicles increased immobility in the forced swim test compared with vehicle.", "contradicts"),
    ("dep-effect", "animal", "Stressed mice showed longer immobility in the tail suspension test. Vesicles lowered amyloid.", "supports"),
    ("dep-effect", "animal", "Forced swim test behaviour differed with vesicles. Grooming in the splash test did not change.", "mixed"),
    ("dep-effect", "animal", "Forced swim test behaviour differed.", "unclear"),
    ("dep-bdnf-effect", "animal", "Vesicles lowered hippocampal BDNF. Immobility fell.", "contradicts"),
    ("dep-bdnf-effect", "animal", "Vesicles raised hippocampal BDNF.", "supports"),
    ("dep-neuroinflammation", "animal", "Vesicles lowered hippocampal IL-6 and microglial activation.", "supports"),
    ("dep-hpa-effect", "animal", "Vesicles did not change plasma corticosterone.", "no_difference"),
    ("dep-neurogenesis", "in_vitro", "Vesicles increased neurite outgrowth in cultured neurons.", "supports"),
    ("ad-effect", "meta_analysis", "Ten studies were pooled. Vesicles shortened escape latency in the Morris water maze.", "supports"),
    ("ad-effect", "protocol", "Vesicles will be given.", "n/a"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "design", "abstract", "expected"), EFFECTS)
def test_what_is_said_of_the_claims_outcome_decides(
    claim: str, design: Design, abstract: str, expected: Stance
) -> None:
    """The claim's own outcome is read first; a positive side outcome lifts no null trial; no outcome leaves the record's word."""
    assert towards(claim, design, abstract).stance == expected


BACKGROUND: list[tuple[str, Design, str, Stance]] = [
    ("dep-bdnf-bg", "observational", "Serum BDNF was lower in patients with major depression than in controls.", "supports"),
    ("dep-bdnf-bg", "observational", "Serum BDNF did not differ between patients and controls.", "no_difference"),
    ("dep-bdnf-bg", "observational", "Serum BDNF was higher in patients than in controls.", "unclear"),
    ("dep-bdnf-bg", "observational", "Serum BDNF did not differ overall. Serum BDNF was lower in women.", "mixed"),
    ("dep-bdnf-bg", "observational", "Serum BDNF did not differ at baseline. Walking was associated with mood.", "supports"),
    ("dep-bdnf-bg", "observational", "BDNF was higher after recovery. BDNF did not differ from controls.", "mixed"),
    ("dep-hpa-bg", "observational", "Cortisol was raised in 80 patients with depression compared with controls.", "supports"),
    ("dep-hpa-bg", "animal", "Stressed mice showed less sucrose preference and higher plasma corticosterone.", "supports"),
    ("dep-inflammation-bg", "meta_analysis", "CRP was no longer associated with depression (OR 1.02, 95% CI 0.93 to 1.12).", "no_difference"),
    ("scz-bg", "observational", "Serum IL-6 correlated with PANSS. TNF-alpha did not differ. CRP did not differ.", "mixed"),
    ("composition-cargo", "in_vitro", "Sequencing identified 200 microRNAs in vesicles.", "supports"),
    ("composition-cargo", "in_vitro", "Sequencing identified 200 small particles.", "supports"),
    ("cargo-tgfb-il10", "in_vitro", "TGF-beta1 was not detected in vesicles.", "no_difference"),
    ("cargo-tgfb-il10", "in_vitro", "Vesicles were smooth.", "unclear"),
    ("dep-bdnf-bg", "observational", "Serum BDNF was similar in patients and controls.", "supports"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "design", "abstract", "expected"), BACKGROUND)
def test_background_claims_expect_what_is_wrong_in_the_ill(
    claim: str, design: Design, abstract: str, expected: Stance
) -> None:
    """Lower BDNF, raised cortisol and raised cytokines support; the other way round a person must look."""
    assert towards(claim, design, abstract).stance == expected


SAFETY: list[tuple[Design, str, Stance]] = [
    ("rct", "Two hundred adults were randomised to vesicles or saline. Adverse events were similar between groups.", "supports"),
    ("rct", "Two hundred adults were randomised to vesicles or saline. Adverse events occurred in 30% and 31%; none was serious.", "supports"),
    ("rct", "Forty adults were randomised to vesicles or saline. Adverse events were similar between groups.", "unclear"),
    ("rct", "Two hundred adults were randomised. Adverse events were more frequent with vesicles (12% versus 3%).", "mixed"),
    ("rct", "Two hundred adults were randomised. Two serious adverse events were judged related to the infusion.", "contradicts"),
    ("rct", "Two hundred adults were randomised. Mood rose.", "unclear"),
    ("nonrandomised_trial", "Two hundred adults chose vesicles or not. Adverse events were similar between groups.", "unclear"),
    ("single_arm", "Nine adults got vesicles. No adverse events occurred.", "unclear"),
    ("case_report", "A woman developed septic shock after an infusion of a vesicle product.", "contradicts"),
    ("case_series", "Three women developed granulomas after injection of a vesicle product.", "contradicts"),
    ("meta_analysis", "Serious adverse events occurred in 0.9% (95% CI 0.1 to 6.0).", "mixed"),
    ("meta_analysis", "Serious adverse events occurred in 0.9% (95% CI 0.1 to 2.0).", "unclear"),
    ("meta_analysis", "One serious adverse event was judged related to the infusion.", "mixed"),
]  # fmt: skip


@pytest.mark.parametrize(("design", "abstract", "expected"), SAFETY)
def test_safety_needs_a_large_comparison_without_harm(design: Design, abstract: str, expected: Stance) -> None:
    """No events in a few people is no proof of safety; one case of related harm speaks against it."""
    assert towards("few-side-effects", design, abstract).stance == expected


def test_secondary_and_surrogate_outcomes_are_flagged() -> None:
    """What carries the stance towards the claim is told when it was not the primary outcome."""
    null = towards(
        "dep-effect", "rct", ARMS + "Walking did not differ from saline. HAM-D was lower with vesicles (P=0.04)."
    )
    assert "secondary_outcome" in null.flags
    assert null.needs_review
    side = towards(
        "dep-effect", "rct", ARMS + "In a secondary outcome, HAM-D was lower with vesicles than saline (P=0.02)."
    )
    assert "secondary_outcome" in side.flags
    surrogate = towards(
        "ad-effect", "rct", ARMS + "Amyloid PET linked to the Morris water maze fell more than with saline (P=0.03)."
    )
    assert "surrogate_outcome" in surrogate.flags


def test_a_title_alone_needs_a_person() -> None:
    """What a title says of the claim's outcome is never settled."""
    found = scan(GradingText([("title", "Vesicles improve depressive-like behaviour in mice")]), PATTERNS)
    design = DesignGrade("animal", 1.0)
    grade = stance_for_claim(
        found,
        design,
        grade_stance(found, design),
        outcomes=("depressive_symptoms",),
        kind="effect",
        track="intervention",
    )
    assert (grade.stance, grade.needs_review) == ("supports", True)


def test_an_open_label_extension_is_read_without_a_control() -> None:
    """Randomisation belongs to the parent trial: a change from baseline is an uncontrolled improvement."""
    abstract = "Thirty adults of the trial entered the extension, in which all got vesicles. MADRS fell from baseline."
    found = scan(GradingText([("title", "Vesicles, extended"), ("abstract", abstract)]), PATTERNS)
    design = DesignGrade("nonrandomised_trial", 1.0, flags=("open_label_extension",))
    own = grade_stance(found, design)
    assert own.stance == "supports"
    assert (
        stance_for_claim(
            found, design, own, outcomes=("depressive_symptoms",), kind="effect", track="intervention"
        ).stance
        == "supports"
    )


def test_a_registry_entry_keeps_its_own_stance() -> None:
    """A registry's planned outcomes are no findings."""
    found = scan(GradingText([("title", "Vesicles in depression"), ("outcomes", "HAM-D improved")]), PATTERNS)
    own = StanceGrade("unclear", needs_review=True)
    assert (
        stance_for_claim(
            found, DesignGrade("rct", 1.0), own, outcomes=("depressive_symptoms",), kind="effect", track="intervention"
        )
        is own
    )
