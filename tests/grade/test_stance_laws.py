"""Laws of reading a result that hold for any wording: praise lifts no null, order of asides does not matter, places are real."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.grade.grades import Design, DesignGrade, StanceGrade
from evtrack.grade.numbers import extract_numbers
from evtrack.grade.significance import significance
from evtrack.grade.stance import grade_stance
from evtrack.grade.text import GradingText, scan
from evtrack.rules import load_rules

PATTERNS = load_rules({}).patterns

NULLS = st.sampled_from(
    [
        "HAM-D did not differ between vesicles and saline (P=0.41).",
        "There was no difference in the HAM-D between the groups.",
        "The between-group difference in HAM-D was -0.8 (95% CI -3.0 to 1.4).",
        "The odds ratio of response on the HAM-D was 1.2 (95% CI 0.7 to 2.0).",
        "Vesicles were no better than saline on the HAM-D.",
        "HAM-Dの変化量に群間差を認めなかった(p=0.52)。",
    ]
)
PRAISE = st.sampled_from(
    [
        "CONCLUSIONS: Vesicles improve mood.",
        "CONCLUSIONS: Vesicles are a promising treatment of depression.",
        "CONCLUSIONS: Vesicles are safe and effective.",
        "",
    ]
)
ASIDES = st.lists(
    st.sampled_from(
        [
            "In a post hoc subgroup of women HAM-D was lower with vesicles (P=0.02).",
            "Sleep, a secondary outcome, improved with vesicles (P=0.03).",
            "No serious adverse events occurred.",
            "Body weight did not change.",
            "HAM-D fell from baseline in the vesicle group (P<0.001).",
        ]
    ),
    max_size=3,
    unique=True,
)


def own(design: Design, abstract: str) -> StanceGrade:
    found = scan(GradingText([("title", "A study"), ("abstract", abstract)]), PATTERNS)
    return grade_stance(found, DesignGrade(design, 1.0))


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(NULLS, ASIDES, PRAISE)
def test_nothing_lifts_a_null_primary_outcome(null: str, asides: list[str], praise: str) -> None:
    """Subgroups, secondary outcomes, changes within a group and praise leave a null trial without support."""
    method = (
        "METHODS: Eighty adults were randomised to vesicles or saline. The primary outcome was the HAM-D. RESULTS: "
    )
    assert own("rct", " ".join((method + null, *asides, praise))).stance == "no_difference"


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(ASIDES, PRAISE)
def test_a_trial_that_compares_nothing_supports_nothing(asides: list[str], praise: str) -> None:
    """Changes within the arms are no comparison, however they are praised."""
    within = "RESULTS: HAM-D fell within the vesicle group (P<0.001) and within the saline group (P=0.01). "
    asides = [a for a in asides if "women" not in a and "Sleep" not in a]
    assert own("rct", " ".join((within, *asides, praise))).stance == "unclear"


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(["rct", "animal", "single_arm", "observational", "meta_analysis"]), NULLS, ASIDES, PRAISE)
def test_each_reason_quotes_the_text(design: Design, null: str, asides: list[str], praise: str) -> None:
    """Where a reason points, there its words stand."""
    abstract = " ".join((null, *asides, praise))
    for reason in own(design, abstract).reasons:
        assert not reason.text or abstract[reason.start : reason.end] == reason.text


@given(
    st.floats(min_value=-9, max_value=9).map(lambda x: round(x, 2)),
    st.floats(min_value=0.01, max_value=9).map(lambda x: round(x, 2)),
)
def test_an_interval_of_a_difference_is_significant_where_it_leaves_out_zero(low: float, width: float) -> None:
    """The null value of a difference is 0, of a ratio 1."""
    high = round(low + width, 2)
    found = significance(f"the mean difference was (95% CI {low} to {high})".encode())
    assert found is not None
    assert found[0] is (not low <= 0 <= high)
    ratio = significance(f"the odds ratio was (95% CI {abs(low)} to {round(abs(low) + width, 2)})".encode())
    assert ratio is not None
    assert ratio[0] is (not abs(low) <= 1 <= round(abs(low) + width, 2))


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.integers(5, 400), st.integers(2, 9))
def test_the_numbers_of_a_sentence_come_out_as_they_went_in(n: int, arms: int) -> None:
    """People, groups and weeks are read whatever the figures."""
    found = scan(
        GradingText([("title", "A study"), ("abstract", f"{n} adults were randomised to {arms} arms for 12 weeks.")]),
        PATTERNS,
    )
    got = extract_numbers(found, DesignGrade("rct", 1.0), None)
    assert (got["n"], got["arms"], got["follow_up"]) == (n, arms, 12.0)
