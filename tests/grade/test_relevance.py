"""Condition and outcome: selected for, measured, or only mentioned."""

from __future__ import annotations

import pytest

from evtrack.claims import load_library
from evtrack.grade.grades import MatchGrade
from evtrack.grade.record import scan_record
from evtrack.grade.relevance import is_candidate, match_claim, parts_shown, wanted
from evtrack.record import AbstractSection, NctId, Outcome, Record, RecordId, Trial
from evtrack.rules import load_rules

LIBRARY, _ = load_library(None)
RULES = load_rules(LIBRARY.concepts)


def record(title: str, abstract: str = "", trial: Trial | None = None) -> Record:
    sections = (AbstractSection(abstract),) if abstract else ()
    return Record(RecordId("PMID:99000001"), "pubmed", "jsonl", title, sections, trial=trial)


def match(claim: str, title: str, abstract: str = "", *, people: bool) -> MatchGrade:
    return match_claim(
        scan_record(record(title, abstract), RULES), LIBRARY.claims[claim], RULES.concepts, people=people
    )


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        (
            "Vesicles for low mood",
            "Thirty adults with a diagnosis of major depressive disorder were enrolled. MADRS fell.",
            "selected",
        ),
        ("Vesicles in depressed patients", "They were followed for a year. MADRS fell.", "selected"),
        ("Vesicles for depression: a pilot", "Ten infusions were given. MADRS fell.", "selected"),
        ("Vesicles for post-stroke depression", "Ten infusions were given. MADRS fell.", "subtype"),
        (
            "Vesicles in pneumonia",
            "Fifty patients with pneumonia were enrolled. MADRS was recorded and fell.",
            "measured",
        ),
        ("Effect of vesicles on depression in patients with asthma", "MADRS fell.", "measured"),
        (
            "Vesicles in pneumonia",
            "Fifty patients with pneumonia were enrolled. Depression is common after pneumonia.",
            "mentioned",
        ),
        ("Vesicles raise mood in healthy volunteers: depression scores", "", "mentioned"),
        ("Vesicles in pneumonia", "Respiratory depression was seen in two patients.", "none"),
        ("うつ病患者へのエクソソーム点滴", "外来患者10例に投与した。", "selected"),
        ("うつ病に対しエクソソームを投与した1例", "MADRSは低下した。", "selected"),
    ],
)
def test_people_must_be_selected_for_the_condition(title: str, abstract: str, expected: str) -> None:
    """A scale that was measured, or a disease that was named, is not a population that was selected."""
    assert match("dep-effect", title, abstract, people=True).condition_match == expected


def test_a_treatment_for_something_else_does_not_select() -> None:
    """Women with depression who were treated for baldness were not treated for depression."""
    grade = match(
        "dep-effect",
        "Platelet vesicles in women with depression: a pilot",
        "Nine women received platelet vesicles under the skin for baldness; BDI-II was an exploratory outcome and fell.",
        people=True,
    )
    assert (grade.condition_match, grade.flags) == ("measured", ("population_not_condition",))


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        (
            "Vesicles after chronic mild stress",
            "Mice underwent chronic mild stress and were given vesicles.",
            "selected",
        ),
        ("Vesicles lower immobility in mice", "The forced swim test was used. Immobility was shorter.", "measured"),
        (
            "Vesicles reduce infarct size in rats",
            "Depression is common after stroke. Infarct volume fell by a third.",
            "mentioned",
        ),
        (
            "Depression is common after stroke: vesicles shrink infarcts in rats",
            "Infarct volume fell by a third.",
            "mentioned",
        ),
        (
            "Vesicles and wall motion",
            "Stress echocardiography in pigs showed long-term depression of contractility.",
            "none",
        ),
    ],
)
def test_animals_need_a_model_or_its_behaviour(title: str, abstract: str, expected: str) -> None:
    """In animals a model of the condition was made or its behaviour was measured; a first sentence on its frequency is neither."""
    assert match("dep-effect", title, abstract, people=False).condition_match == expected


@pytest.mark.parametrize(
    ("claim", "title", "abstract", "expected"),
    [
        ("dep-bdnf-effect", "Vesicles in depressed mice", "Hippocampal BDNF was higher after vesicles.", "measured"),
        ("dep-bdnf-effect", "Vesicles in depressed mice", "BDNF is a growth factor. Immobility fell.", "mentioned"),
        ("dep-bdnf-effect", "Vesicles in depressed mice", "Immobility fell. BDNF was not assessed.", "mentioned"),
        ("dep-bdnf-effect", "Vesicles in depressed mice", "Immobility fell.", "none"),
        ("dep-bdnf-effect", "Vesicles raise BDNF in depressed mice", "", "measured"),
        (
            "dep-hpa-effect",
            "Vesicles in depressed mice",
            "Mice were given corticosterone injections. Immobility fell.",
            "none",
        ),
        ("dep-hpa-effect", "Vesicles in depressed mice", "Serum cortisol fell after vesicles.", "measured"),
        ("dep-effect", "Vesicles relieve depression in rats", "", "measured"),
        ("dep-effect", "Vesicles and depression in rats", "", "none"),
    ],
)
def test_an_outcome_must_be_measured(claim: str, title: str, abstract: str, expected: str) -> None:
    """Named is not measured; the corticosterone that made the model is no HPA result."""
    assert match(claim, title, abstract, people=False).outcome_match == expected


def test_a_claim_without_condition_takes_any() -> None:
    """Safety is read over every disease."""
    assert (
        match("few-side-effects", "Vesicles in arthritis", "No adverse events occurred.", people=True).condition_match
        == "any"
    )


def test_a_named_population_is_asked_for() -> None:
    """A claim about people for whom other treatment failed is not met by people in general."""
    plain = match(
        "alternative-when-others-fail",
        "Vesicles for depression",
        "Ten patients with depression were given vesicles. MADRS fell.",
        people=True,
    )
    resistant = match(
        "alternative-when-others-fail",
        "Vesicles for treatment-resistant depression",
        "Ten patients with treatment-resistant depression were given vesicles. MADRS fell.",
        people=True,
    )
    assert plain.condition_match == "mentioned"
    assert resistant.condition_match in ("selected", "subtype")


def test_a_named_comparator_is_asked_for() -> None:
    """What existing treatment could not give needs existing treatment beside it."""
    alone = match(
        "novel-benefit",
        "Vesicles for depression",
        "Ten patients with depression were given vesicles. MADRS fell.",
        people=True,
    )
    assert alone.condition_match == "mentioned"


def test_prevention_and_minors_are_flagged() -> None:
    """Vesicles given before the stress are prevention; children are told apart."""
    early = match(
        "dep-effect",
        "Vesicles in mice",
        "Mice were given vesicles before chronic mild stress. Immobility fell.",
        people=False,
    )
    young = match("dep-effect", "Vesicles for depression in adolescents", "MADRS fell.", people=True)
    assert "prevention" in early.flags
    assert "minors" in young.flags


def test_every_match_has_its_words() -> None:
    """The reasons hold the words that fired, at their place in the stored text."""
    title = "Vesicles relieve depression in rats"
    for reason in match("dep-effect", title, people=False).reasons:
        assert title[reason.start : reason.end] == reason.text


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("dep-effect", "Exosomes in depressed mice", True),
        ("dep-effect", "Mesenchymal stem cells in depressed mice", True),
        ("dep-effect", "Exosomes in asthma", False),
        ("dep-effect", "Sertraline in depressed mice", False),
        ("dep-bdnf-effect", "Exosomes in depressed mice", False),
        ("dep-bdnf-effect", "Exosomes and BDNF in depressed mice", True),
        ("dep-bdnf-bg", "Serum BDNF in depression", True),
        ("few-side-effects", "Adverse events after exosomes", True),
        ("dep-effect", "The RNA exosome complex in depressed mice", False),
    ],
)
def test_candidates_name_the_claims_things(claim: str, text: str, expected: bool) -> None:
    """A record is graded for a claim only where the claim's intervention, condition and measure are named."""
    assert is_candidate(scan_record(record(text), RULES), wanted(LIBRARY.claims[claim], RULES.concepts)) is expected


def test_registry_fields_select_and_measure() -> None:
    """In a registry entry the listed conditions select, and the listed outcomes are the measures."""
    trial = Trial(
        NctId("NCT99000001"),
        conditions=("Major Depressive Disorder",),
        primary_outcomes=(Outcome("Change in MADRS"),),
        brief_summary="Depression is studied.",
    )
    entry = Record(RecordId("NCT99000001"), "ctgov", "ctgov-json", "MSC exosomes, a trial", trial=trial)
    grade = match_claim(scan_record(entry, RULES), LIBRARY.claims["dep-effect"], RULES.concepts, people=True)
    assert (grade.condition_match, grade.outcome_match) == ("selected", "measured")


@pytest.mark.parametrize(
    ("claim", "title", "abstract", "expected"),
    [
        (
            "dep-effect",
            "Exosomes or venlafaxine in depression",
            "METHODS: Adults with depression were randomised. The non-inferiority margin was 3 points on the HAM-D17. RESULTS: The difference was 0.2.",
            "measured",
        ),
        ("ad-effect", "Vesicles preserve recognition memory in 3xTg mice", "", "measured"),
        ("anx-effect", "Vesicles for generalised anxiety disorder: a case", "Her GAD-7 went from 16 to 5.", "measured"),
        (
            "dep-effect",
            "Effect of exosomes on serum BDNF in major depressive disorder",
            "Symptom scales were not administered.",
            "none",
        ),
        (
            "tissue-repair-general",
            "Exosomes for fistula",
            "METHODS: Blinded assessors judged healing. RESULTS: 20 of 30 closed.",
            "measured",
        ),
    ],
)
def test_outcomes_are_measured_in_many_words(claim: str, title: str, abstract: str, expected: str) -> None:
    """Declared, scored or preserved is measured; a surrogate beside the condition's name is not."""
    assert match(claim, title, abstract, people=claim != "ad-effect").outcome_match == expected


def test_hope_is_no_model() -> None:
    """Naive mice do not become a model by what the authors hope for."""
    grade = match(
        "dep-neurogenesis",
        "Exosomes and neurogenesis in normal mice",
        "DCX-positive cells rose. This could be relevant to depression.",
        people=False,
    )
    assert grade.condition_match == "mentioned"


def test_healthy_controls_do_not_make_patients_healthy() -> None:
    """Healthy people beside patients are their controls."""
    grade = match(
        "dep-bdnf-bg",
        "Serum BDNF in first-episode depression",
        "Serum BDNF was assayed in 60 patients and 60 healthy subjects. BDNF was lower in patients.",
        people=True,
    )
    assert grade.condition_match == "selected"


def test_an_entry_without_outcomes_is_taken_by_its_condition() -> None:
    """A registry entry that lists no outcome is still shown for the disease it treats; its summary alone is no outcome."""
    trial = Trial(
        NctId("NCT99000002"),
        conditions=("Major Depressive Disorder",),
        brief_summary="Patients with depression are given exosomes; MADRS is the outcome.",
    )
    entry = Record(RecordId("NCT99000002"), "ctgov", "ctgov-json", "MSC exosomes, a trial", trial=trial)
    grade = match_claim(scan_record(entry, RULES), LIBRARY.claims["dep-effect"], RULES.concepts, people=True)
    assert grade.outcome_match == "measured"


def test_harm_that_happened_is_a_safety_outcome() -> None:
    """Septic shock after an infusion was measured by happening, not when it is merely feared."""
    happened = match(
        "few-side-effects",
        "An exosome infusion at a clinic",
        "A 40-year-old man died four hours after the infusion.",
        people=True,
    )
    feared = match(
        "few-side-effects",
        "Exosomes in arthritis",
        "BACKGROUND: Septic shock is a common complication of infusions. METHODS: Ten patients were given exosomes. RESULTS: Pain fell.",
        people=True,
    )
    assert happened.outcome_match == "measured"
    assert feared.outcome_match != "measured"


def test_a_course_of_weeks_is_no_other_disease() -> None:
    """ "For eight weeks" tells how long, not what for."""
    grade = match(
        "dep-effect",
        "Exosomes in women with depression",
        "Nine women received exosomes for eight weeks; BDI-II was a secondary outcome and fell.",
        people=True,
    )
    assert grade.condition_match == "selected"


def test_a_measure_in_the_background_is_only_mentioned() -> None:
    """A scale named before the work begins was not yet used."""
    grade = match(
        "dep-effect",
        "Exosomes in rats",
        "BACKGROUND: The forced swim test is widely used. METHODS: Rats were given exosomes. RESULTS: Weight fell.",
        people=False,
    )
    assert (grade.condition_match, grade.outcome_match) == ("mentioned", "mentioned")


def test_parts_are_told_one_by_one() -> None:
    """Of a joined claim each part is shown only where its own outcome was measured."""
    claim = LIBRARY.claims["ad-memory-attention"]
    scan = scan_record(
        record("Vesicles in 5xFAD mice", "Memory was better in the Morris water maze after vesicles."), RULES
    )
    assert parts_shown(scan, claim, RULES.concepts) == (0,)
