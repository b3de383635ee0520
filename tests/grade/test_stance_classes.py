"""Are the classes of errors that labelled abstracts showed read right, in invented words, and their neighbours left alone?"""

from __future__ import annotations

import pytest

from evtrack.claims import load_library
from evtrack.grade.grades import Design, DesignGrade, Stance, StanceGrade
from evtrack.grade.stance import grade_stance
from evtrack.grade.text import GradingText, scan
from evtrack.rules import load_rules

PATTERNS = load_rules(load_library(None)[0].concepts).patterns


def own(design: Design, abstract: str, title: str = "A study") -> StanceGrade:
    return grade_stance(
        scan(GradingText([("title", title), ("abstract", abstract)]), PATTERNS), DesignGrade(design, 1.0)
    )


def says(design: Design, abstract: str, title: str = "A study") -> Stance:
    return own(design, abstract, title).stance


LONELY = "BACKGROUND: Loneliness is common. METHODS: We asked 300 villagers. "
TRIAL = "METHODS: Eighty adults were randomised to letters or to no letters. "


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("RESULTS: Loneliness was associated with poorer sleep, significant only for widowers.", "mixed"),
        ("RESULTS: Loneliness predicted all scales except the last one.", "mixed"),
        ("RESULTS: Shy villagers slept less and showed no attention bias.", "mixed"),
        ("RESULTS: The scale had good reliability. The difference reached significance only in autumn.", "mixed"),
        # neighbours
        ("RESULTS: Only villagers above 40 took part. Loneliness was associated with poorer sleep.", "supports"),
        ("RESULTS: Loneliness all but doubled the odds of poor sleep and was associated with age.", "supports"),
        ("RESULTS: Loneliness was associated with poorer sleep in all villages.", "supports"),
    ],
)
def test_an_association_for_a_part_only_is_mixed(abstract: str, expected: Stance) -> None:
    """What held for some of those or of that which was looked at answers for them alone."""
    assert says("observational", LONELY + abstract) == expected


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("RESULTS: Loneliness was associated with poorer sleep. The findings were unchanged when smokers were left out.", "supports"),
        ("RESULTS: Loneliness was associated with poorer sleep. The associations did not change after adjustment for age.", "supports"),
        ("RESULTS: Loneliness was associated with poorer sleep. Removing drinkers did not alter the pattern of results.", "supports"),
        ("RESULTS: Loneliness was associated with poorer sleep, in but not limited to winter.", "supports"),
        # neighbours
        ("RESULTS: Loneliness was associated with poorer sleep. Appetite was not affected by loneliness.", "mixed"),
        ("RESULTS: Loneliness was associated with poorer sleep. Letters did not alter appetite.", "mixed"),
    ],
)  # fmt: skip
def test_that_a_result_stands_when_checked_is_no_null(abstract: str, expected: Stance) -> None:
    """A result that adjusting does not change is confirmed by it."""
    assert says("observational", LONELY + abstract) == expected


@pytest.mark.parametrize("vesicles", ["Vesicles", "Exosomes"])
def test_an_effect_that_vesicles_leave_as_it_was_stays_a_null(vesicles: str) -> None:
    """ "Effects of stress were unaffected by vesicles" is no check of a result."""
    assert (
        says("animal", f"RESULTS: The effects of stress on immobility were unaffected by {vesicles}.")
        == "no_difference"
    )
    assert says("animal", f"RESULTS: {vesicles} did not alter immobility.") == "no_difference"


def test_what_came_against_the_hypothesis_is_a_result() -> None:
    """ "Contrary to our hypotheses" stands where hypotheses stand and tells what was found; what was only expected does not."""
    lead = "We asked 300 villagers about sleep. Half of them lived alone. Rest was logged. Diaries were kept. "
    lonely = "Loneliness was associated with age. "
    against = "Contrary to our hypotheses, loneliness did not differ between villages. "
    assert says("observational", f"{LONELY}{lead}METHODS: {against}RESULTS: {lonely}") == "mixed"
    plan = "We hypothesised that sleep would not differ between villages. "
    assert says("observational", f"{LONELY}{lead}METHODS: {plan}RESULTS: {lonely}") == "supports"


def test_a_null_against_the_hypothesis_is_no_side_result_of_a_trial() -> None:
    """Praise does not outweigh a null on what the trial was about; a null on something else it may."""
    rise = "RESULTS: Readers of letters laughed significantly more often than controls (P=0.01). They slept better than controls (P=0.02). "
    ends = "CONCLUSIONS: Letters improved mood."
    null = "Contrary to expectation, fear did not differ between the groups. "
    assert says("rct", f"{TRIAL}{rise}{null}{ends}") == "mixed"
    assert says("rct", f"{TRIAL}{rise}Fear did not differ between the groups. {ends}") == "supports"


def test_a_measure_that_the_title_asks_for_is_no_check() -> None:
    """Body weight is to stay as it is in a study of mood, and is the outcome of a study of weight."""
    text = "RESULTS: Vigilance was associated with age. Vigilance did not predict weight, weight gain or drop-out."
    assert says("observational", LONELY + text, "Vigilance and weight, weight gain and drop-out") == "mixed"
    mood = "RESULTS: Vesicles reduced immobility (P<0.01). Body weight did not differ."
    assert says("animal", mood, "Vesicles and mood in mice") == "supports"


def test_a_baseline_measure_that_foretells_nothing_is_a_null() -> None:
    """ "Age at baseline did not predict sleep" is a result; that the groups were alike at baseline is none."""
    found = "Loneliness was associated with poorer sleep. "
    assert says("observational", f"{LONELY}RESULTS: {found}Noise at baseline did not predict sleep.") == "mixed"
    assert says("observational", f"{LONELY}RESULTS: The groups did not differ at baseline. {found}") == "supports"


def test_that_the_groups_did_not_differ_is_on_the_outcome_its_sentence_names_next() -> None:
    """A null between the groups comes first, whatever was better before the end; a null on another thing is none on the outcome."""
    declared = f"{TRIAL}Primary outcome was daily tea consumption at follow-up. "
    end = "letters significantly reduced daily tea consumption right after reading compared with controls."
    assert (
        says("rct", f"{declared}RESULTS: No significant group differences emerged, although {end}") == "no_difference"
    )
    assert says("rct", f"{declared}RESULTS: Hats did not change, although {end}") == "supports"


def test_what_a_programme_is_for_is_not_what_it_did() -> None:
    """ "Carers received training to prevent falls" reports no falls prevented."""
    text = "Carers in 24 homes were randomised. Carers received a six-week training to prevent falls. Training did not predict fewer falls."
    assert says("rct", text) == "no_difference"
    assert (
        says("rct", "Carers were randomised. Falls were significantly reduced by training compared with controls.")
        == "supports"
    )


def test_that_something_was_analysed_tells_nothing_and_the_whole_group_is_no_arm() -> None:
    """The whole group found nothing: those picked out afterwards do not save the trial."""
    text = (
        "Thirty runners were randomised to straps or none. The difference was analysed using mixed models. "
        "No improvement in balance for the whole group was found, while the slow ones did improve (P=0.02)."
    )
    assert says("rct", text) != "supports"
    assert says("rct", "Scores improved significantly in the strap group (P=0.02).") == "unclear"


def test_a_trial_that_only_expected_to_be_no_worse_did_not_show_it() -> None:
    """ "Predicted to be non-inferior" is no result, nor is a hypothesis; a margin that was kept is one."""
    lead = "Adults were randomised to group or single lessons. "
    plan = "The authors predicted that group lessons would be noninferior. "
    worse = "RESULTS: There was no support for the predicted equivalence. Recovery was worse in groups (P=0.01)."
    assert says("rct", lead + plan + worse) != "supports"
    kept = "RESULTS: Scores did not differ. Group lessons were noninferior to single lessons."
    assert says("rct", lead + kept) == "supports"


@pytest.mark.parametrize(
    ("arms", "expected"),
    [
        ("cognitive behavioural therapy with vesicles (n=19) or with no vesicles", "unclear"),
        ("vesicles (n=19) or no vesicles (n=20), both with cognitive behavioural therapy", "no_difference"),
        ("vesicles or no treatment, both with cognitive behavioural therapy", "no_difference"),
        ("vesicles or cognitive behavioural therapy", "unclear"),
    ],
)
def test_what_both_arms_had_is_no_comparator(arms: str, expected: Stance) -> None:
    """Where one arm got nothing on top of what both got, a null is no difference; against a treatment alone it is unclear."""
    assert says("rct", f"Adults were randomised to {arms}. RESULTS: The scores did not differ (P=0.6).") == expected


def test_an_active_treatment_that_did_no_better_stays_unclear() -> None:
    """ "with no difference (P=0.6)" names no untreated arm."""
    text = "Adults were randomised to vesicles or sertraline. RESULTS: Both arms improved with no difference (P=0.6)."
    assert says("rct", text) == "unclear"


def test_a_trial_whose_allocation_is_not_stated_is_read_without_a_comparison_too() -> None:
    """Where no comparison can be read, what moved is told and asked for by a person; a randomised trial is left unread."""
    text = "Forty men got oxytocin or placebo. Oxytocin increased eye contact. Oxytocin raised the number of words."
    graded = own("nonrandomised_trial", text)
    assert (graded.stance, graded.needs_review) == ("supports", True)
    assert own("rct", text).stance == "unclear"
    assert says("nonrandomised_trial", "Forty men got oxytocin or placebo. Eye contact was filmed.") == "unclear"


@pytest.mark.parametrize(
    "told",
    [
        "In Experiment 2 they did so more often.",
        "Participants rated sad faces, and did so faster.",
        "The results show more errors.",
    ],
)
def test_what_is_taken_for_a_review_and_tells_its_own_experiment_has_a_result(told: str) -> None:
    """A study without headings may look like a review: what it did itself gives it away."""
    lead = "Faces matter in daily life. Theories of faces are many. Searching is faster with cues. "
    assert says("narrative_review", lead + told) == "supports"


def test_a_review_without_an_experiment_of_its_own_tells_no_result() -> None:
    """A review says much, and has found nothing itself."""
    lead = "Faces matter in daily life. Theories of faces are many. Searching is faster with cues. "
    assert says("narrative_review", lead + "We discuss why the old see more of them.") == "n/a"
    assert says("narrative_review", "Experiment 1 and its history are told.") == "n/a"
