"""One record on the ladder, and towards a claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.claims import load_library
from evtrack.grade.grades import ClaimRecordGrade, RecordGrade, rank
from evtrack.grade.record import grade_for_claim, grade_record, scan_record
from evtrack.record import AbstractSection, Correction, Intervention, NctId, Outcome, Record, RecordId, Trial
from evtrack.rules import load_rules

LIBRARY, _ = load_library(None)
RULES = load_rules(LIBRARY.concepts)

RCT = (
    "Vesicles against saline in major depression: a randomised double-blind trial",
    (
        "METHODS: Ninety adults with major depressive disorder were randomly assigned 1:1 to infusions of umbilical "
        "MSC-derived exosomes or to saline. The primary outcome was the MADRS at week 8. RESULTS: MADRS fell more with "
        "exosomes than with saline (difference -4.0, 95% CI -6.5 to -1.5; P=0.002)."
    ),
)
MICE = (
    "MSC-derived exosomes relieve depression-like behaviour in mice",
    "Mice underwent chronic mild stress and were injected with MSC-derived exosomes or PBS. Exosomes raised sucrose preference and shortened immobility.",
)


def record(title: str, abstract: str = "", **changes: Any) -> Record:
    sections = (AbstractSection(abstract),) if abstract else ()
    return replace(Record(RecordId("PMID:99000001"), "pubmed", "pubmed-xml", title, sections), **changes)


def own(one: Record) -> RecordGrade:
    return grade_record(scan_record(one, RULES), one)


def towards(one: Record, claim: str) -> ClaimRecordGrade:
    scan = scan_record(one, RULES)
    return grade_for_claim(scan, one, grade_record(scan, one), LIBRARY.claims[claim], RULES)


def trial(**changes: Any) -> Record:
    entry = Trial(
        NctId("NCT99000001"),
        overall_status="RECRUITING",
        study_type="INTERVENTIONAL",
        phases=("PHASE2",),
        allocation="RANDOMIZED",
        intervention_model="PARALLEL",
        primary_purpose="TREATMENT",
        masking="DOUBLE",
        enrollment=60,
        conditions=("Major Depressive Disorder",),
        interventions=(Intervention("MSC exosomes", "BIOLOGICAL"), Intervention("Saline", "OTHER")),
        primary_outcomes=(Outcome("MADRS"),),
    )
    return Record(
        RecordId("NCT99000001"), "ctgov", "ctgov-json", "MSC exosomes in depression", trial=replace(entry, **changes)
    )


def test_people_allocated_at_random_are_an_rct() -> None:
    """Random allocation against saline, with results, is the highest row; it counts and supports."""
    graded = towards(record(*RCT), "dep-effect")
    assert (graded.grade.level, graded.grade.gate, graded.counts_for_claim, graded.stance) == (
        "rct",
        None,
        True,
        "supports",
    )


def test_dosed_mice_are_an_animal_study() -> None:
    """Live animals were given it."""
    graded = towards(record(*MICE), "dep-effect")
    assert (graded.grade.level, graded.counts_for_claim, graded.stance) == ("animal", True, "supports")


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"publication_types": ("Journal Article", "Retracted Publication")}, "retracted"),
        ({"corrections": (Correction("RetractionIn"),)}, "retracted"),
        ({"title": "RETRACTED: MSC-derived exosomes relieve depression-like behaviour in mice"}, "retracted"),
        ({"title": "WITHDRAWN: MSC-derived exosomes for depression"}, "retracted"),
        ({"corrections": (Correction("RetractedandRepublishedIn"),)}, "retracted"),
        ({"publication_types": ("Retraction of Publication",)}, "notice"),
        ({"corrections": (Correction("ErratumFor"),)}, "notice"),
    ],
)
def test_the_retracted_and_the_notices_are_gated(changes: dict[str, Any], gate: str) -> None:
    """Whatever it once showed, a retracted paper has no level, and its notice is no study."""
    graded = towards(replace(record(*MICE), **changes), "dep-effect")
    assert (graded.grade.gate, graded.grade.level, graded.counts_for_claim, graded.stance) == (
        gate,
        "none",
        False,
        "n/a",
    )
    assert graded.grade.reasons


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"corrections": (Correction("ExpressionOfConcernIn"),)}, "expression_of_concern"),
        ({"corrections": (Correction("ErratumIn"),)}, "corrected"),
        ({"corrections": (Correction("PartialRetractionIn"),)}, "corrected"),
        ({"corrections": (Correction("RetractedandRepublishedFrom"),)}, "republished"),
        ({"corrections": (Correction("RetractedandRepublishedFrom"), Correction("RetractionOf"))}, "republished"),
        ({"publication_types": ("Corrected and Republished Article",)}, "republished"),
        ({"indexing_method": "Automated"}, "machine_indexed"),
        ({"languages": ("jpn",)}, "language_jpn"),
        ({"abstract": (AbstractSection(MICE[1] + " (ABSTRACT TRUNCATED)"),)}, "abstract_truncated"),
    ],
)
def test_what_is_no_retraction_goes_on_with_a_flag(changes: dict[str, Any], flag: str) -> None:
    """A correction or a concern is shown as what it is; the study still counts."""
    graded = towards(replace(record(*MICE), **changes), "dep-effect")
    assert flag in graded.grade.flags
    assert graded.counts_for_claim


@pytest.mark.parametrize(
    ("title", "abstract", "gate"),
    [
        (
            "Exosomes for depression: a narrative review",
            "This review summarises what is known of exosomes in depression and discusses future trials.",
            "review",
        ),
        (
            "Exosomes for depression: study protocol for a randomised trial",
            "Ninety adults with depression will be randomised to MSC exosomes or saline. Recruitment will start next year.",
            "protocol",
        ),
        (
            "Exosomes for depression: an editorial",
            "To the editor: we comment on the hopes placed in exosomes for depression.",
            "opinion",
        ),
        (
            "Sertraline in depression",
            "Ninety adults with depression were randomly assigned to sertraline or placebo. MADRS fell more with sertraline.",
            "not_ev",
        ),
    ],
)
def test_words_plans_and_other_things_are_no_evidence(title: str, abstract: str, gate: str) -> None:
    """Reviews, plans and opinions are gated, and so is what is not about vesicles, cells or secretome."""
    graded = own(record(title, abstract))
    assert (graded.gate, graded.level) == (gate, "none")


def test_a_registry_entry_is_registered_only() -> None:
    """Without posted results a trial has no level; its design is what it plans."""
    graded = towards(trial(), "dep-effect")
    assert (graded.grade.gate, graded.grade.level, graded.grade.basis, graded.stance) == (
        "registered_only",
        "none",
        "registry",
        "n/a",
    )


def test_posted_results_are_graded_and_unread() -> None:
    """With results it has its design's level, and nobody has read which way they point."""
    graded = towards(trial(has_results=True, overall_status="COMPLETED"), "dep-effect")
    assert (graded.grade.level, graded.stance, graded.counts_for_claim) == ("rct", "unclear", True)
    assert "registry_results_only" in graded.grade.flags
    assert graded.grade.needs_review


def test_a_stopped_trial_says_so() -> None:
    """Withdrawn and suspended stand as flags."""
    assert "suspended" in own(trial(overall_status="SUSPENDED")).flags
    assert "withdrawn" in own(trial(overall_status="WITHDRAWN")).flags


@pytest.mark.parametrize(
    "changes",
    [
        {"publication_types": ("Preprint",)},
        {"journal": "bioRxiv : the preprint server"},
        {"doi": "10.21203/rs.3.rs-9999999/v1"},
        {"doi": "10.1101/2026.01.01.999999"},
    ],
)
def test_a_preprint_is_provisional(changes: dict[str, Any]) -> None:
    """It would count but for not being peer-reviewed."""
    graded = towards(replace(record(*MICE), **changes), "dep-effect")
    assert (graded.counts_for_claim, graded.preprint, graded.indirect) == (False, True, False)


def test_cells_are_indirect() -> None:
    """A trial of cells is a trial of cells: shown beside, never lifting."""
    graded = towards(
        record(
            RCT[0].replace("Vesicles", "Mesenchymal stem cells"),
            RCT[1]
            .replace("umbilical MSC-derived exosomes", "umbilical mesenchymal stem cells")
            .replace("exosomes", "cells"),
        ),
        "dep-effect",
    )
    assert (graded.grade.level, graded.counts_for_claim, graded.indirect) == ("rct", False, True)


def test_prevention_counts_for_resilience_alone() -> None:
    """Vesicles given before the stressor say nothing about relief."""
    early = record(
        MICE[0],
        "Mice were injected with MSC-derived exosomes before chronic mild stress. Exosomes raised sucrose preference and stress resilience was better.",
    )
    assert not towards(early, "dep-effect").counts_for_claim
    assert towards(early, "dep-stress-resilience").counts_for_claim


def test_a_title_alone_waits_for_a_person() -> None:
    """Of a title the design may be read, never more than needs_review."""
    graded = towards(record("MSC-derived exosomes relieve depression-like behaviour in mice"), "dep-effect")
    assert graded.grade.basis == "title"
    assert graded.grade.needs_review
    assert "title_only" in graded.grade.flags


def test_cells_in_a_dish_speak_for_mechanisms_alone() -> None:
    """In vitro counts for a mechanism claim, never for an effect."""
    dish = record(
        "MSC exosomes add synapses in organoids from patients with depression",
        "Cortical organoids from patients with depression were treated with MSC exosomes. Synaptic puncta increased.",
    )
    assert own(dish).level == "in_vitro"
    assert towards(dish, "dep-neurogenesis").counts_for_claim
    assert not towards(dish, "dep-effect").counts_for_claim


def test_safety_needs_people() -> None:
    """What mice tolerated says nothing about side effects in people."""
    assert not towards(
        record(MICE[0], MICE[1] + " No adverse events occurred in the mice."), "few-side-effects"
    ).counts_for_claim


BACKGROUND = "Serum BDNF in drug-naive major depressive disorder: a case-control study"


@pytest.mark.parametrize(
    ("title", "abstract", "level", "counts"),
    [
        (
            BACKGROUND,
            "Serum BDNF was measured in 70 patients with major depressive disorder and 70 healthy controls. BDNF was lower in patients (P<0.001).",
            "observational",
            True,
        ),
        (
            "BDNF in major depression: a systematic review and meta-analysis",
            "We searched PubMed and pooled 30 case-control studies of patients with depression. BDNF was lower in depression (SMD -0.6, 95% CI -0.8 to -0.4).",
            "observational",
            True,
        ),
        (
            "Sertraline and BDNF in major depression: a randomised placebo-controlled trial",
            "Ninety patients with depression were randomised to sertraline or placebo. Serum BDNF rose with sertraline.",
            "none",
            False,
        ),
        (
            "BDNF in depression: an overview",
            "This review summarises what is known about BDNF in depression.",
            "none",
            False,
        ),
        (
            "BDNF in mice after chronic mild stress",
            "Mice were exposed to chronic mild stress. Depression-like behaviour developed and hippocampal BDNF was lower than in unstressed mice.",
            "animal",
            True,
        ),
    ],
)
def test_background_claims_have_a_test_of_their_own(title: str, abstract: str, level: str, counts: bool) -> None:
    """Association in people is observational; a trial of another treatment is no witness for it."""
    graded = towards(record(title, abstract), "dep-bdnf-bg")
    assert (graded.grade.level, graded.counts_for_claim) == (level, counts)
    assert (graded.grade.role, graded.grade.agent) == ("other", "none")


def test_a_challenge_keeps_its_level_for_a_background_claim() -> None:
    """People who were given the exposure itself are a witness, at the level of that trial."""
    text = "Forty healthy volunteers were randomised to endotoxin or placebo. Depressed mood and cytokines rose after endotoxin (P<0.001), as in depression; depressed patients had higher cytokines."
    assert towards(
        record("Endotoxin and depressed mood: a randomised placebo-controlled trial", text), "dep-inflammation-bg"
    ).grade.level in ("rct", "early_clinical")


def test_a_retraction_gates_background_too() -> None:
    """Rows 0, 2 and 3 hold on every track."""
    one = record(
        BACKGROUND,
        "BDNF was lower in patients with depression than in controls.",
        publication_types=("Retracted Publication",),
    )
    assert towards(one, "dep-bdnf-bg").grade.gate == "retracted"


def test_what_vesicles_contain_is_found_in_the_dish() -> None:
    """Composition is in vitro, whatever the vesicles came from."""
    one = record(
        "Proteomic profiling of umbilical MSC exosomes",
        "Exosomes were isolated from cultured umbilical mesenchymal stem cells. Mass spectrometry identified 900 proteins, among them growth factors, and 150 microRNAs.",
    )
    graded = towards(one, "composition-cargo")
    assert (graded.grade.level, graded.counts_for_claim) == ("in_vitro", True)


def test_an_empty_review_speaks_for_state_claims() -> None:
    """A systematic search that found nothing supports "data are lacking", and nothing else."""
    empty = record(
        "Exosomes for schizophrenia: a systematic review",
        "We systematically searched PubMed, Embase and CENTRAL for trials of exosomes in patients with schizophrenia. No eligible studies were found.",
    )
    graded = towards(empty, "scz-limit")
    assert graded.grade.gate == "empty_review"
    assert (graded.counts_for_claim, graded.stance) == (True, "supports")
    assert towards(empty, "scz-effect").stance == "n/a"
    assert not towards(record(*MICE), "scz-limit").counts_for_claim
    assert towards(record(*MICE), "combination-practice").stance == "n/a"


def test_an_unread_design_has_no_level() -> None:
    """Where the kind of study cannot be read there is no level, and a person is asked."""
    graded = own(record("MSC exosomes", "MSC exosomes."))
    assert graded.level == "none"
    assert graded.needs_review or graded.gate is not None


def test_an_associations_review_is_no_higher_than_early_clinical() -> None:
    """For the intervention test, pooled associations of treated people are no randomised evidence."""
    graded = own(
        record(
            "MSC-derived exosomes in osteoarthritis: systematic review of cohort studies",
            "We searched PubMed. Nine cohort studies of patients treated with MSC-derived exosomes were included. Pain fell.",
        )
    )
    assert graded.synthesis
    assert rank(graded.level) <= rank("early_clinical")


def test_a_record_without_any_word_is_still_graded() -> None:
    """An empty title gives no level and a reason without words."""
    graded = own(record(""))
    assert graded.level == "none"
    assert all(reason.start == reason.end or reason.text for reason in graded.reasons)


def test_drug_delivery_never_counts() -> None:
    """Vesicles that carry a drug are a vehicle: shown as engineered, never counting."""
    graded = towards(
        record(
            "Exosomes loaded with curcumin relieve depression-like behaviour in mice",
            "MSC-derived exosomes were loaded with curcumin and injected into mice after chronic mild stress. Sucrose preference rose.",
        ),
        "dep-effect",
    )
    assert (graded.grade.role, graded.counts_for_claim) == ("drug_delivery_vehicle", False)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([RCT, MICE]),
    st.sampled_from(["dep-effect", "anx-effect", "dep-bdnf-effect", "dep-bdnf-bg", "few-side-effects"]),
)
def test_a_retraction_never_raises_a_level(texts: tuple[str, str], claim: str) -> None:
    """A law: the same record, retracted, ranks no higher for any claim."""
    before, after = record(*texts), record(*texts, publication_types=("Retracted Publication",))
    assert rank(towards(after, claim).grade.level) <= rank(towards(before, claim).grade.level)
    assert not towards(after, claim).counts_for_claim


def test_every_reason_points_into_the_record() -> None:
    """No grade without its words: each reason's text stands at its place in the stored field."""
    one = record(*RCT)
    fields = {"title": one.title, "abstract": one.abstract_text}
    reasons = towards(one, "dep-effect").grade.reasons
    assert reasons
    for reason in reasons:
        assert reason.rule
        assert fields[reason.field][reason.start : reason.end] == reason.text


def test_contents_of_patients_vesicles_are_contents() -> None:
    """What vesicles hold is in vitro for the composition claims, though people gave the blood."""
    one = record(
        "Proteomic profile of plasma exosomes: a cross-sectional study",
        "Plasma exosomes of 60 patients and 60 healthy controls were compared in a cross-sectional study. Mass spectrometry identified 300 proteins and 90 microRNAs.",
    )
    assert own(one).design == "observational"
    assert towards(one, "composition-cargo").grade.level == "in_vitro"
