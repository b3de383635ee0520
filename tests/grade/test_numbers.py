"""Which numbers does a record state?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.grade.grades import Design, DesignGrade
from evtrack.grade.numbers import extract_numbers, number, number_flags, participants, small_n
from evtrack.grade.significance import first_interval, first_p, interval_upper, significance
from evtrack.grade.text import GradingText, Scan, scan
from evtrack.record import Arm, NctId, Trial
from evtrack.rules import load_rules

PATTERNS = load_rules({}).patterns


def read(abstract: str, title: str = "A study") -> Scan:
    return scan(GradingText([("title", title), ("abstract", abstract)]), PATTERNS)


def numbers(abstract: str, design: Design = "rct", *, synthesis: bool = False) -> dict[str, Any]:
    return extract_numbers(read(abstract), DesignGrade(design, 1.0, synthesis=synthesis), None)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("60", 60), ("1,237", 1237), ("Sixty", 60), ("one hundred and twenty", 120), ("twenty-four", 24), ("two thousand three", 2003),
        ("hundred", 100), ("and", None), ("", None), ("many", None), ("thousand", 1000),
    ],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_words(words: str, expected: int | None) -> None:
    """Abstracts begin sentences with number words."""
    assert number(words) == expected


@given(st.integers(min_value=0, max_value=10**9))
def test_digits_with_or_without_commas_are_the_same_number(n: int) -> None:
    """``1,237`` and ``1237`` say the same."""
    assert number(str(n)) == number(f"{n:,}") == n


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("Sixty adults were randomised.", 60),
        ("Twelve clinics took part. We enrolled 48 outpatients with depression.", 48),
        ("Serum was taken from 84 untreated patients with depression and 80 healthy controls.", 164),
        ("One hundred and twenty outpatients were assigned to two arms.", 120),
        ("Two patients withdrew. Later 30 patients gave blood.", 30),
        ("Of them 12 patients (30%) fell ill; 40 patients were analysed.", 40),
        ("Adults chose vesicles (n=20) or tablets (n=20).", 40),
        ("In all (n=60), vesicles (n=30) or tablets (n=30) were taken.", 60),
        ("Patients got 3 doses in 4 weeks.", None),
        ("うつ病患者18例に投与した。", 18),
        ("Two patients improved.", 2),
        ("In 5 of patients pain fell.", None),
        ("Six patients came and 4 controls left; 20 patients and in a later study 9 controls.", 10),
        ("Nine patients came. And 7 controls came.", 9),
        ("Adults (n=5-8) came.", None),
        ("Adults (n=5-8) came. More (n=9) came.", 9),
        ("1 volunteers came. Later 30 patients came.", 30),
        ("Thirty patients came. Rats and 80 controls left.", 30),
        ("Zero patients came. Eleven patients came.", 11),
        ("Six patients came 10/14 controls.", 6),
    ],
)
def test_participants(abstract: str, expected: int | None) -> None:
    """The number of people studied in all: not of those who left, not a share, not a dose."""
    assert participants(read(abstract)) == expected


def test_a_case_report_has_one_patient() -> None:
    """A case report that gives no number reports one person."""
    assert numbers("A woman got vesicles.", "case_report")["n"] == 1
    assert numbers("One patient got vesicles.", "case_report")["n"] == 1
    assert "n" not in numbers("A woman got vesicles.", "single_arm")


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("Rats were divided into four groups (n=10).", {"n": 40, "n_per_group": 10, "arms": 4}),
        ("Forty rats were used.", {"n": 40}),
        ("C57BL/6 mice were used.", {}),
        ("Mice (n = 8) were used.", {"n_per_group": 8}),
        ("Mice were kept in 3 groups.", {"arms": 3}),
        ("One mice group.", {}),
        ("30% of 50 mice, and 1 rats.", {"n": 50}),
    ],
)  # fmt: skip
def test_animals_and_groups(abstract: str, expected: dict[str, Any]) -> None:
    """Animals in all are stated, or the number a group times the groups."""
    assert numbers(abstract, "animal") == expected


def test_follow_up_is_the_longest_time_in_weeks() -> None:
    """Ages and calendar years are no follow-up."""
    assert numbers("Adults were seen at week 8. A 24-week extension followed.")["follow_up"] == 24.0
    assert (
        numbers("METHODS: Adults aged 60 years, and some 70 years old. RESULTS: They were seen at 6 months.")[
            "follow_up"
        ]
        == 26.0
    )
    assert numbers("METHODS: x. RESULTS: Over 90 years, see week 900.").get("follow_up") is None
    assert numbers("12週後に評価した。")["follow_up"] == 12.0
    assert numbers("6か月後に評価した。")["follow_up"] == 26.0


def test_dose_p_and_interval_are_given_as_stated() -> None:
    """The dose is quoted; p and the interval are those of the primary comparison."""
    got = numbers(
        "Adults got 2 x 10^9 particles/kg. Three infusions. HAM-D fell more than with saline (difference -3.9, 95% CI -6.4 to -1.4; P=.003)."
    )
    assert got["dose"].startswith("2 x 10")
    assert (got["p"], got["ci"]) == ("0.003", [-6.4, -1.4])
    named = numbers(
        "RESULTS: Weight fell against saline (P=0.01). The primary outcome did not differ (P>0.05). METHODS: x."
    )
    assert named["p"] == ">0.05"
    assert numbers("RESULTS: Weight fell (P<.001). METHODS: x.")["p"] == "<0.001"
    assert "p" not in numbers("Weight fell.")


def test_attrition_is_a_share_of_those_who_began() -> None:
    """A percentage is taken as stated, a count is divided by n; a synthesis has none of its own."""
    assert numbers("Dropout was 35%.")["attrition"] == 0.35
    assert numbers("We enrolled 40 patients. Ten patients withdrew.")["attrition"] == 0.25
    assert numbers("患者40例に投与した。脱落は12例。")["attrition"] == 0.3
    assert "attrition" not in numbers("Some withdrew.")
    assert "attrition" not in numbers("Dropout was 35%.", synthesis=True)


def test_a_registered_trial_gives_its_plan() -> None:
    """A registry's enrollment is planned, never the number studied."""
    trial = Trial(NctId("NCT99999991"), enrollment=40, arms=(Arm("A"), Arm("B")))
    assert extract_numbers(read("Sixty adults."), DesignGrade("registered_trial", 1.0), trial) == {
        "planned_n": 40,
        "arms": 2,
    }
    bare = Trial(NctId("NCT99999992"))
    assert extract_numbers(read("Sixty adults."), DesignGrade("registered_trial", 1.0), bare) == {}


def test_cells_and_syntheses_have_no_n() -> None:
    """Dishes and pooled papers are no participants."""
    assert "n" not in numbers("Cells of 5 patients were grown.", "in_vitro")
    assert "n" not in numbers("We pooled 300 patients.", "meta_analysis", synthesis=True)


@pytest.mark.parametrize(
    ("got", "level", "expected"),
    [
        ({"n": 99}, "rct", True), ({"n": 100}, "rct", False), ({}, "rct", False),
        ({"n": 19}, "early_clinical", True), ({"n": 20}, "early_clinical", False), ({"n": 5}, "none", False),
        ({"n_per_group": 7}, "animal", True), ({"n_per_group": 8}, "animal", False), ({"n": 7}, "animal", False),
    ],
)  # fmt: skip
def test_small_n_follows_the_settled_limits(got: dict[str, Any], level: str, expected: bool) -> None:
    """RCT below 100 in all, other human studies below 20, animals below 8 a group; an unknown number is not small."""
    assert small_n(got, level) is expected


def test_number_flags() -> None:
    """Small, not stated, and a fifth or more lost."""
    trial = DesignGrade("rct", 1.0)
    assert number_flags({"n": 40, "attrition": 0.2}, trial, "rct") == ("small_n", "attrition")
    assert number_flags({}, trial, "rct") == ("n_not_stated",)
    assert number_flags({"planned_n": 9}, trial, "rct") == ()
    assert number_flags({}, DesignGrade("animal", 1.0), "animal") == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (b"(P=0.03)", True), (b"(p = 0.05)", False), (b"(p<0.05)", True), (b"(p>0.05)", False), (b"p values of 0.2 = no", False),
        (b"P < 1 x 10-5", True), (b"hazard ratio 0.7, 95% CI 0.5 to 0.9", True), (b"HR 0.7 (95% CI, 0.5-1.1)", False),
        (b"difference 2.0 (95% CI -1.0 to 5.0)", False), (b"median 5 months (95% CI 3 to 7)", None), (b"difference 1 (95% CI 9 to 2)", None),
        (b"95% CI for the difference -5.0 to 3.6", False), (b"P was small", None),
    ],
)  # fmt: skip
def test_significance_of_p_values_and_intervals(words: bytes, expected: bool | None) -> None:
    """P below 0.05, or an interval of a ratio or difference that leaves out no effect; that of a median says nothing."""
    found = significance(words)
    assert (found[0] if found else None) is expected


def test_figures_as_stated() -> None:
    """P and intervals keep their figures; powers of ten are not rewritten."""
    assert first_p(b"P < 1 x 10-5") is None
    assert first_p(b"nothing") is None
    assert first_interval(b"OR 2 (95% CI 1.2 to 4.8)") == (1.2, 4.8)
    assert first_interval(b"95% CI 1.2 to 4.8") is None
    assert interval_upper(b"0.7% (95% CI 0.1-5.2)") == 5.2
    assert interval_upper(b"nothing") is None


@pytest.mark.parametrize(
    ("abstract", "design", "expected"),
    [
        ("Rats were divided into four groups, 8 rats per group.", "animal", {"n": 32, "n_per_group": 8, "arms": 4}),
        ("Mice were split into 3 groups of ten.", "animal", {"n": 30, "n_per_group": 10, "arms": 3}),
        ("Mice were split into 3 groups of females.", "animal", {"arms": 3}),
        ("Twelve mice in each group got vesicles.", "animal", {"n_per_group": 12}),
        ("ラットを4群に分けた(各群8匹)。", "animal", {"n": 32, "n_per_group": 8, "arms": 4}),
        ("ラット40匹を4群に分けた。", "animal", {"n": 40, "arms": 4}),
        ("Vesicles were given to type 2 diabetic mice.", "animal", {}),
        ("Plasma came from 29 robust controls (men and women) and 49 frail patients.", "observational", {"n": 78}),
        ("Plasma came from 29 controls and 20 healthy controls.", "observational", {"n": 29}),
        ("Thirty adults (age 46 ± 4 years) came.", "single_arm", {"n": 30}),
        ("Thirty adults (mean 73.4 years) were seen for 1.5 years.", "single_arm", {"n": 30, "follow_up": 78.0}),
        ("Cells were cultured for 3 weeks.", "in_vitro", {}),
        ("METHODS: Rats got CCl4 at 2 ml/kg. Exosomes were given at 50 μg/μl. RESULTS: All lived.", "animal", {"dose": "50 μg/μl"}),
        ("METHODS: Rats got CCl4 at 2 ml/kg. Exosomes were given later. RESULTS: All lived.", "animal", {}),
        ("METHODS: Exosomes had a density of 1.17 g/mL and were spun at 100 G. RESULTS: All lived.", "animal", {}),
        ("RESULTS: The protein rose (P = 1.07E-09). METHODS: x.", "observational", {}),
        ("RESULTS: The protein rose (P = 2.1 x 10-5). METHODS: x.", "observational", {}),
        ("1. Figure 3. G shows 20 patients.", "notice", {}),
    ],
)  # fmt: skip
def test_only_what_a_number_counts_is_given(abstract: str, design: Design, expected: dict[str, Any]) -> None:
    """Groups are multiplied, both sides of a comparison added; spreads, names, toxins, densities and powers of ten are no such number."""
    assert numbers(abstract, design) == expected


def test_a_review_has_no_follow_up() -> None:
    """A time in a review is the reach of its search."""
    assert "follow_up" not in numbers("Papers of the last 5 years were read.", "meta_analysis", synthesis=True)
