"""Which way does a record's own primary result point?"""

from __future__ import annotations

from time import perf_counter
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.grade.grades import Design, DesignGrade, Stance, StanceGrade
from evtrack.grade.numbers import extract_numbers
from evtrack.grade.stance import grade_stance
from evtrack.grade.text import GradingText, scan
from evtrack.rules import load_rules

PATTERNS = load_rules({}).patterns
ARMS = "Eighty adults were randomised to vesicles or saline. "
PRIMARY = (
    "METHODS: Eighty adults were randomised to vesicles or saline. The primary outcome was HAM-D at week 8. RESULTS: "
)


def own(design: Design, abstract: str, title: str = "A study") -> StanceGrade:
    fields = [("title", title), ("abstract", abstract)]
    return grade_stance(scan(GradingText(fields), PATTERNS), DesignGrade(design, 1.0))


CONTROLLED: list[tuple[Design, str, Stance]] = [
    # the primary outcome decides
    ("rct", PRIMARY + "HAM-D did not differ (P=0.44). Sleep, a secondary outcome, improved (P=0.03).", "no_difference"),
    ("rct", PRIMARY + "HAM-D did not differ (P=0.44). In a subgroup of women it was lower with vesicles (P=0.01).", "no_difference"),
    ("rct", PRIMARY + "HAM-D was lower with vesicles than with saline (P=0.004). Weight did not differ.", "supports"),
    ("rct", PRIMARY + "HAM-D was higher with vesicles than with saline (P=0.02).", "contradicts"),
    ("rct", "The primary endpoint was met.", "supports"),
    ("rct", "The trial failed to reach its primary end point.", "no_difference"),
    ("rct", ARMS + "HAM-D was the primary outcome. HAM-D was lower at week 4 (P=0.01). HAM-D did not differ at week 8 (P=0.4).", "mixed"),
    ("rct", ARMS + "HAM-D did not differ at week 4 but was lower at week 8 (P=0.03).", "mixed"),
    ("rct", ARMS + "The primary outcome was ADAS-cog and the CDR. ADAS-cog and CDR were lower (P=0.01). CDR alone was not different.", "supports"),
    ("rct", ARMS + "We chose a primary outcome. HAM-D was lower with vesicles (P=0.01).", "supports"),
    ("rct", ARMS + "Pain was the primary outcome. Pain was lower with vesicles (P=0.01).", "supports"),
    ("rct", ARMS + "The primary outcome was the total score. HAM-D was lower with vesicles (P=0.01).", "supports"),
    ("rct", "METHODS: Adults got vesicles or saline. RESULTS: The primary outcome did not differ (P=0.4). Mood rose.", "no_difference"),
    ("rct", ARMS + "The primary outcome was HAM-D. HAM-D was lower (P=0.01). HAM-D was not lower in men than with saline. HAM-D was lower in women than with saline.", "supports"),
    ("rct", ARMS + "The primary outcome was pain. Pain was lower with vesicles (5 points; P=0.01). Pain was lower in men than with saline. Pain fell more in women than with saline.", "supports"),
    ("rct", "Yes, but HAM-D did not differ from saline.", "no_difference"),
    ("rct", ARMS + "We report what we found.", "unclear"),
    # numbers before words
    ("rct", ARMS + "The difference in HAM-D was -2.1 (95% CI -4.5 to 0.3).", "no_difference"),
    ("rct", ARMS + "The difference in HAM-D was -3.1 (95% CI -4.5 to -1.3).", "supports"),
    ("rct", ARMS + "Remission was more frequent (odds ratio 2.4, 95% CI 1.2 to 4.8).", "supports"),
    ("rct", ARMS + "Remission was more frequent (odds ratio 1.4, 95% CI 0.8 to 2.5).", "no_difference"),
    ("rct", ARMS + "HAM-D fell by 9 and by 8 points (P=0.61 for the difference).", "no_difference"),
    ("rct", ARMS + "There was a trend toward lower HAM-D with vesicles (P=0.08).", "no_difference"),
    ("rct", ARMS + "Median time was 14 v 9 weeks with saline (P < 1 x 10-4).", "unclear"),
    # only the comparison between groups counts
    ("rct", ARMS + "HAM-D fell from baseline with vesicles (P<0.001).", "unclear"),
    ("rct", ARMS + "HAM-D fell with vesicles (P=0.01) but not with placebo (P=0.20).", "unclear"),
    ("rct", ARMS + "HAM-D improved in both groups.", "unclear"),
    ("rct", ARMS + "HAM-D declined similarly in both groups.", "no_difference"),
    ("rct", ARMS + "ADAS-cog worsened less with vesicles (difference -2.4, 95% CI -4.1 to -0.7).", "supports"),
    ("rct", ARMS + "HAM-D fell by 9 points with vesicles and by 8 points with placebo.", "unclear"),
    # what the next clause takes back
    ("rct", ARMS + "HAM-D was lower with vesicles than with saline, but the difference was not significant.", "no_difference"),
    ("rct", ARMS + "HAM-D was lower with vesicles than with saline. The difference did not reach significance (P=0.2).", "no_difference"),
    ("rct", ARMS + "HAM-D was lower at week 4 but the difference was not significant at week 8.", "mixed"),
    ("rct", ARMS + "Mood improved more with vesicles than saline. Among others, we did not find a difference in grip.", "mixed"),
    ("rct", ARMS + "Placebo-treated patients improved more than the others (P=0.02).", "contradicts"),
    # who it was compared with
    ("rct", "Adults got vesicles or sertraline. HAM-D did not differ between groups.", "unclear"),
    ("rct", "Adults got vesicles or sertraline. HAM-D did not differ; vesicles were non-inferior to sertraline.", "supports"),
    ("rct", "Adults got vesicles or sertraline. HAM-D did not differ; non-inferiority was not shown.", "unclear"),
    ("randomised_no_control", "Adults got one or three infusions. HAM-D fell more with three (P=0.04).", "unclear"),
    # several outcomes, none called primary
    ("rct", ARMS + "HAM-D was lower with vesicles than with saline (P=0.01). MMSE was not different between groups.", "mixed"),
    ("rct", "RESULTS: HAM-D was lower with vesicles than saline (P=0.01). MMSE was not different between groups. CONCLUSIONS: Vesicles improved mood.", "mixed"),
    ("rct", "RESULTS: HAM-D was lower with vesicles than saline (P=0.01). PHQ-9 and sleep were better than with saline (P=0.02). MMSE was not different between groups. CONCLUSIONS: Vesicles improved mood.", "supports"),
    ("rct", "RESULTS: HAM-D was lower with vesicles than saline (P=0.01). CONCLUSIONS: Vesicles did not improve survival.", "mixed"),
    ("rct", "CONCLUSIONS: Vesicles did not improve mood. METHODS: Sixty adults took part.", "no_difference"),
    ("rct", ARMS, "unclear"),
    ("nonrandomised_trial", "Patients chose vesicles or usual care. MMSE rose from baseline with vesicles.", "supports"),
    ("nonrandomised_trial", "Patients chose vesicles or usual care. MMSE did not differ between groups.", "no_difference"),
    ("rct", ARMS + "Mortality was higher with vesicles than with saline (P=0.01).", "contradicts"),
    ("rct", ARMS + "HAM-D was lower with vesicles (P=0.01). Higher mortality was seen in the placebo arm after vesicles.", "supports"),
    ("rct", "METHODS: Vesicles or placebo. RESULTS: Mood was inferior in the placebo arm (P=0.01). CONCLUSIONS: Vesicles improved mood.", "supports"),
    ("rct", ARMS + "In mice HAM-D was worse. HAM-D was lower with vesicles than with saline.", "supports"),
    # Japanese
    ("rct", "60例を無作為に割り付けた。HAM-Dに群間差はなかった(p=0.45)。", "no_difference"),
    ("rct", "60例を無作為に割り付けた。HAM-Dはプラセボ群に比べ有意に低下した(p=0.01)。", "supports"),
]  # fmt: skip


@pytest.mark.parametrize(("design", "abstract", "expected"), CONTROLLED)
def test_a_trial_speaks_by_its_comparison_between_groups(design: Design, abstract: str, expected: Stance) -> None:
    """The primary outcome, the numbers and the comparison between groups outrank everything else a trial says."""
    assert own(design, abstract).stance == expected


OTHERS: list[tuple[Design, str, Stance]] = [
    ("single_arm", "Twelve patients got vesicles. BDI fell from 30 to 18 (P<0.001).", "supports"),
    ("single_arm", "Ten patients got vesicles. MMSE remained stable over 24 weeks.", "unclear"),
    ("single_arm", "Ten patients got vesicles. HAM-D fell. MMSE did not change.", "mixed"),
    ("single_arm", "Ten patients got vesicles. HAM-D fell. Responders did not differ from others in age.", "supports"),
    ("single_arm", "Ten patients got vesicles. HAM-D did not change.", "no_difference"),
    ("single_arm", "Ten patients got vesicles. HAM-D rose.", "contradicts"),
    ("single_arm", "Ten patients got vesicles.", "unclear"),
    ("phase1", "In the medium-dose arm HAM-D fell.", "mixed"),
    ("phase1", "One serious adverse event was judged related to the infusion. HAM-D fell.", "contradicts"),
    ("phase1", "No serious adverse events were related to the infusion. HAM-D fell.", "supports"),
    ("case_series", "Five patients got vesicles. Three improved and two did not.", "mixed"),
    ("case_report", "A woman got vesicles. PHQ-9 fell from 20 to 6. Sertraline was started in the same week.", "unclear"),
    ("case_report", "A woman got vesicles. PHQ-9 fell from 20 to 6 with no change of medication.", "supports"),
    ("case_report", "A woman developed anaphylaxis minutes after injection of a vesicle product.", "contradicts"),
    ("case_report", "A man with sepsis improved after injection of vesicles.", "supports"),
    ("animal", "CUMS rats moved less. Vesicles reversed this. Weight did not differ.", "supports"),
    ("animal", "Vesicles did not change immobility.", "no_difference"),
    ("animal", "Vesicles increased immobility compared with vehicle.", "contradicts"),
    ("animal", "CONCLUSIONS: Vesicles worsened memory. METHODS: Mice got vesicles.", "contradicts"),
    ("animal", "Mice given vesicles showed higher mortality and longer immobility than vehicle.", "contradicts"),
    ("animal", "The model group had higher mortality. Vesicles reduced immobility.", "supports"),
    ("animal", "RESULTS: Vesicles reduced immobility. CONCLUSIONS: Vesicles did not help mice.", "mixed"),
    ("animal", "Vesicle uptake increased in the lung.", "supports"),
    ("animal", "Vesicle uptake increased in the lung. Weight did not differ.", "mixed"),
    ("animal", "Mice got vesicles.", "unclear"),
    ("animal", "Immobility was reduced after the drug but not after vesicles.", "no_difference"),
    ("case_report", "A woman got vesicles. Her symptoms resolved. A side effect resolved.", "supports"),
    ("animal", "Mice with cognitive decline got vesicles.", "unclear"),
    ("animal", "無動時間が短縮した。", "supports"),
    ("in_vitro", "Sequencing identified 200 microRNAs in vesicles.", "supports"),
    ("meta_analysis", "Ten trials were pooled. HAM-D was lower with vesicles (SMD -0.5, 95% CI -0.8 to -0.2).", "supports"),
    ("meta_analysis", "Ten trials were pooled. There was no difference in HAM-D (SMD -0.1, 95% CI -0.4 to 0.2).", "no_difference"),
    ("meta_analysis", "RESULTS: HAM-D was lower with vesicles. CONCLUSIONS: Vesicles did not improve remission.", "mixed"),
    ("meta_analysis", "Ten studies were pooled. CRP was higher in patients than in controls.", "supports"),
    ("meta_analysis", "Ten trials were included.", "unclear"),
    ("observational", "CRP was associated with depression.", "supports"),
    ("observational", "CRP was not associated with depression.", "no_difference"),
    ("observational", "CRP was associated with depression but not with anxiety.", "mixed"),
    ("observational", "CRP was higher in patients. The groups did not differ in age.", "supports"),
    ("observational", "Adults took part.", "unclear"),
    ("single_arm", "Ten patients got vesicles. HAM-D was recorded.", "unclear"),
    ("narrative_review", "RESULTS: Vesicles reduced immobility. METHODS: We read.", "supports"),
    ("narrative_review", "We discuss vesicles.", "n/a"),
    ("protocol", "Sixty adults will be randomised.", "n/a"),
    ("registered_trial", "Sixty adults will be randomised.", "n/a"),
    ("opinion", "To the editor: a man developed septic shock after infusion of vesicles.", "contradicts"),
    ("opinion", "To the editor: a man with sepsis improved after infusion of vesicles.", "n/a"),
    ("opinion", "To the editor: we object.", "n/a"),
    ("notice", "This article is retracted.", "n/a"),
]  # fmt: skip


@pytest.mark.parametrize(("design", "abstract", "expected"), OTHERS)
def test_other_designs_speak_by_what_they_can_show(design: Design, abstract: str, expected: Stance) -> None:
    """Without a control improvement supports and stability does not; associations speak as reported; harm contradicts."""
    assert own(design, abstract).stance == expected


@pytest.mark.parametrize(
    ("design", "abstract", "flag"),
    [
        ("rct", ARMS + "HAM-D fell from baseline (P<0.001).", "within_group_only"),
        ("rct", "RESULTS: HAM-D did not differ from saline. CONCLUSIONS: Vesicles improved mood.", "spin"),
        ("rct", "RESULTS: The primary endpoint was not met. CONCLUSIONS: Vesicles improved mood.", "spin"),
        ("rct", "Adults got vesicles or donepezil. MMSE did not differ.", "active_comparator"),
        ("rct", PRIMARY + "HAM-D did not differ. In a post hoc subgroup mood improved.", "post_hoc_subgroup"),
        ("rct", PRIMARY + "HAM-D did not differ. Sleep, a secondary outcome, improved.", "secondary_outcome"),
        ("single_arm", "BDI was a secondary outcome and fell by 4 points.", "secondary_outcome"),
        ("rct", ARMS + "In a subgroup of women HAM-D was lower with vesicles than saline.", "post_hoc_subgroup"),
        ("rct", ARMS + "Serum BDNF rose more with vesicles than with saline (P=0.03).", "surrogate_outcome"),
        ("case_report", "A man got vesicles and improved. At the same time sertraline was started.", "concomitant_treatment"),
        ("rct", ARMS + "HAM-D was lower. One serious adverse event was related to vesicles.", "harm_signal"),
    ],
)  # fmt: skip
def test_what_a_result_rests_on_is_flagged(design: Design, abstract: str, flag: str) -> None:
    """A reader sees when a result is within groups, spun, secondary, from a part, a surrogate, or confounded."""
    assert flag in own(design, abstract).flags


def test_a_title_alone_needs_a_person() -> None:
    """The title's own verb gives a direction, never a settled one; a topic gives none."""
    title = scan(GradingText([("title", "Vesicles improve mood in mice")]), PATTERNS)
    grade = grade_stance(title, DesignGrade("animal", 1.0))
    assert (grade.stance, grade.needs_review) == ("supports", True)
    topic = scan(GradingText([("title", "Efficacy of vesicles for wound healing: a trial")]), PATTERNS)
    assert grade_stance(topic, DesignGrade("single_arm", 1.0)).stance == "unclear"
    trial = scan(GradingText([("title", "Vesicles improve mood: a randomised trial")]), PATTERNS)
    assert grade_stance(trial, DesignGrade("rct", 1.0)).stance == "supports"
    review = scan(GradingText([("title", "Vesicles are no better than placebo: a meta-analysis")]), PATTERNS)
    assert grade_stance(review, DesignGrade("meta_analysis", 1.0)).stance == "no_difference"
    topic = scan(GradingText([("title", "Vesicles and their association with mood: a randomised trial")]), PATTERNS)
    assert grade_stance(topic, DesignGrade("rct", 1.0)).stance == "unclear"
    said = scan(GradingText([("title", "A vesicle cream promotes hair growth")]), PATTERNS)
    assert grade_stance(said, DesignGrade("single_arm", 1.0)).stance == "supports"
    named = scan(GradingText([("title", "Vesicle-enhanced cell therapy: a case")]), PATTERNS)
    assert grade_stance(named, DesignGrade("case_report", 1.0)).stance == "unclear"
    cohort = scan(GradingText([("title", "A cohort of patients with depression was followed and described")]), PATTERNS)
    assert grade_stance(cohort, DesignGrade("observational", 1.0)).needs_review


def test_registry_results_wait_for_a_reader() -> None:
    """A registry entry whose results are posted has a direction that nobody has read yet."""
    entry = scan(GradingText([("title", "Vesicles in depression"), ("arms", "Vesicles. Placebo")]), PATTERNS)
    grade = grade_stance(entry, DesignGrade("rct", 1.0))
    assert (grade.stance, grade.needs_review) == ("unclear", True)
    assert grade_stance(entry, DesignGrade("registered_trial", 1.0)).stance == "n/a"


def test_reasons_point_at_the_words_that_fired() -> None:
    """A reason's place in the stored abstract holds exactly the words it quotes."""
    abstract = "Élan: rats got vesicles. Vesicles reduced immobility."
    grade = own("animal", abstract)
    reason = grade.reasons[0]
    assert reason.field == "abstract"
    assert abstract[reason.start : reason.end] == reason.text == "reduced"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(get_args(Design)),
    st.lists(
        st.sampled_from(
            [
                "HAM-D did not differ between groups (P=0.4).", "Vesicles reduced immobility.", "RESULTS: MMSE rose.",
                "CONCLUSIONS: Vesicles are safe; but mood was unchanged.", "95% CI", "P =", "有意差を認めなかった。", "(", ");", "\x00 'ß\u2009",
            ]
        ),
        max_size=6,
    ),
)  # fmt: skip
def test_any_text_gets_one_of_the_six_stances(design: Design, sentences: list[str]) -> None:
    """No text is refused, and grading twice says the same."""
    abstract = " ".join(sentences)
    grade = own(design, abstract)
    assert grade.stance in get_args(Stance)
    assert grade == own(design, abstract)


@pytest.mark.parametrize(
    "abstract",
    [
        "primary outcome " * 400 + ".",
        "one " * 6000 + "patients",
        "(" * 3000 + "; but " * 3000,
        "95% CI 1 to 2 " * 3000,
        "no " + "very " * 4000 + "difference",
    ],
    ids=["primary", "numbers", "brackets", "intervals", "negation"],
)
def test_a_hostile_text_is_read_in_time(abstract: str) -> None:
    """Repeated words cost no more than their length: a text from outside must not stall a run."""
    before = perf_counter()
    found = scan(GradingText([("title", "A study"), ("abstract", abstract)]), PATTERNS)
    designs: tuple[Design, ...] = ("rct", "observational")
    for design in designs:
        graded = DesignGrade(design, 1.0)
        grade_stance(found, graded)
        extract_numbers(found, graded, None)
    assert perf_counter() - before < 2.0
