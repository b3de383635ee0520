"""Are spin, within-group numbers, subgroups, active comparators, intervals and secondary outcomes read as a clinician would?

Written before the code was tried on them, in words that stand in no rule.
"""

from __future__ import annotations

import pytest

from evtrack.claims import load_library
from evtrack.concepts import covered
from evtrack.grade.grades import Design, DesignGrade, Stance, StanceGrade
from evtrack.grade.stance import grade_stance, stance_for_claim
from evtrack.grade.text import GradingText, scan
from evtrack.rules import load_rules

LIBRARY, _ = load_library(None)
PATTERNS = load_rules(LIBRARY.concepts).patterns


def towards(claim_id: str, design: Design, abstract: str) -> StanceGrade:
    claim = LIBRARY.claims[claim_id]
    found = scan(GradingText([("title", "A study"), ("abstract", abstract)]), PATTERNS)
    graded = DesignGrade(design, 1.0, synthesis=design == "meta_analysis")
    outcomes = covered(LIBRARY.concepts, (*claim.outcome, *(o for p in claim.parts for o in p.outcome)))
    return stance_for_claim(
        found, graded, grade_stance(found, graded), outcomes=outcomes, kind=claim.kind, track=claim.track
    )


CASES: list[tuple[str, Design, str, Stance]] = [
    # spin: the numbers between groups win over the conclusion
    ("dep-effect", "rct", "METHODS: Ninety-four outpatients with major depression were randomly allocated to umbilical vesicles or saline drips. The primary endpoint was change in MADRS at week 10. RESULTS: The adjusted group difference was -0.9 (95% CI -3.1 to 1.3). Among completers with raised CRP, responders were more frequent (P=0.03). CONCLUSIONS: Vesicles are a safe and promising treatment that relieves depression.", "no_difference"),
    ("anx-effect", "rct", "Fifty-two adults with generalised anxiety disorder were randomised to exosomes or sham drips. GAD-7 fell in both arms, and the arms could not be told apart at any visit. Exosomes offer rapid relief of anxiety.", "no_difference"),
    ("ad-effect", "rct", "RESULTS: On the ADAS-cog the difference of 1.1 points favoured vesicles numerically (P=0.19). CONCLUSIONS: Vesicle therapy slowed cognitive decline.", "no_difference"),
    ("dep-effect", "rct", "【結果】主要評価項目であるHAM-D変化量に群間で有意差を認めなかった(P=0.27)。一方、睡眠の質は改善した(P=0.04)。【結論】エクソソームはうつ病に有効である可能性がある。", "no_difference"),
    ("scz-effect", "rct", "The least-squares mean difference in PANSS total was 0.4 (95% CI -3.9 to 4.7; P=0.86). Nonetheless the negative subscale improved from baseline with vesicles (P=0.01). Vesicles may thus open a new avenue.", "no_difference"),
    # changes within a group
    ("dep-effect", "rct", "RESULTS: HAM-D dropped by 11 points with exosomes (P<0.001 vs baseline) and by 9 points with saline (P<0.001 vs baseline). CONCLUSIONS: Exosomes are effective.", "unclear"),
    ("anx-effect", "rct", "STAIは投与群で投与前51から治療後42へ改善した(p=0.002)。生食群では49から46への変化にとどまった(p=0.09)。", "unclear"),
    ("ptsd-effect", "rct", "Forty veterans were randomised. CAPS-5 scores improved significantly within the vesicle arm (paired t test, P=0.004). The sham arm did not change significantly (P=0.12).", "unclear"),
    ("dep-effect", "rct", "Sixty adults were randomised to vesicles or placebo. The fall of the HAM-D was significant in the treated arm only.", "unclear"),
    ("ad-effect", "rct", "MoCA rose significantly after vesicles (P=0.01) while after placebo it did not (P=0.24).", "unclear"),
    # a part of the participants, found afterwards
    ("dep-effect", "rct", "There was no difference in HAM-D between the arms (P=0.63). In a post hoc analysis of women under 40 the drop was larger with vesicles (P=0.02).", "no_difference"),
    ("ad-effect", "rct", "There was no overall effect on the MoCA (P=0.4), but APOE4 non-carriers given vesicles declined less than those given placebo (P=0.03).", "no_difference"),
    ("ad-effect", "rct", "全体ではMMSEに群間差はなかったが、事後解析では75歳未満で改善がみられた(p=0.03)。", "no_difference"),
    ("scz-effect", "rct", "Only in the per-protocol set did PANSS improve more with vesicles than with placebo (P=0.04); in the intention-to-treat analysis the arms did not differ (P=0.15).", "no_difference"),
    # an active treatment on the other side
    ("dep-effect", "rct", "Adults with depression took exosomes or vortioxetine. Both lowered the HAM-D to the same extent (P=0.82).", "unclear"),
    ("scz-effect", "rct", "Patients were randomised to exosomes or quetiapine. For PANSS total the difference was 0.8 (95% CI -2.6 to 4.2), within the prespecified non-inferiority margin of 6 points.", "supports"),
    ("ad-effect", "rct", "Non-inferiority of exosomes to donepezil was not met (difference 2.1 ADAS-cog points, 95% CI -0.2 to 4.4; margin 2).", "unclear"),
    ("dep-effect", "rct", "Exosomes were inferior to sertraline on the HAM-D (difference 3.6, 95% CI 1.1 to 6.1).", "contradicts"),
    ("dep-effect", "rct", "On the MADRS sertraline outperformed exosomes (P=0.01).", "contradicts"),
    ("dep-effect", "rct", "エクソソーム群とエスシタロプラム群でHAM-Dの変化に差はなかった(p=0.74)。", "unclear"),
    ("dep-effect", "rct", "HAM-Dの変化について、エスシタロプラムに対する非劣性が示された(差0.5、95%CI −1.2~2.2、マージン2.5)。", "supports"),
    ("dep-effect", "rct", "Adults were randomised to exosomes, escitalopram or placebo. HAM-D was lower with exosomes than with placebo (P=0.01) and did not differ between exosomes and escitalopram (P=0.6).", "supports"),
    ("dep-effect", "rct", "Patients on stable sertraline were randomised to add-on exosomes or add-on saline. MADRS did not differ (P=0.44).", "no_difference"),
    ("anx-effect", "rct", "Exosomes were compared with pregabalin. HAM-A fell by 9.1 and 9.4 points (P=0.77); the trial was not powered for non-inferiority.", "unclear"),
    # intervals that hold the value of no effect, or do not
    ("dep-effect", "rct", "For relapse of depression the hazard ratio was 0.81 (95% CI 0.55-1.19).", "no_difference"),
    ("dep-effect", "rct", "The odds of remission from depression were 1.9 times higher with vesicles than with placebo (95% CI 0.9 to 4.1).", "no_difference"),
    ("dep-effect", "meta_analysis", "Five trials were pooled. Depression scores were lower with vesicles: SMD -0.42 (-0.70 to -0.14).", "supports"),
    ("dep-effect", "rct", "The mean difference in MADRS was -1.8 points (95% CI [-3.5, -0.1]) in favour of vesicles.", "supports"),
    ("dep-effect", "rct", "More patients responded to exosomes than to sham (risk ratio for response 1.35; 95% CI, 1.02-1.79).", "supports"),
    ("dep-effect", "rct", "HAM-Dの群間差は-1.2点(95%信頼区間 -3.0~0.6)であった。", "no_difference"),
    ("dep-effect", "rct", "HAM-Dの群間差は-3.4点(95%信頼区間 -5.9~-0.9)でエクソソーム群が優れていた。", "supports"),
    ("dep-effect", "rct", "The rate ratio for depressive recurrence was 0.62 (95% CI 0.41 to 0.94).", "supports"),
    ("dep-inflammation-bg", "observational", "CRP was not clearly tied to depression (beta 0.05, 95% CI -0.02 to 0.12).", "no_difference"),
    # a secondary outcome alone
    ("anx-effect", "rct", "The primary outcome (MADRS) is reported elsewhere. As a secondary outcome HAM-A was lower with vesicles than with saline (P=0.02).", "supports"),
    ("dep-effect", "rct", "The primary outcome, HAM-D, showed no group difference (P=0.5). PHQ-9, a secondary outcome, was lower with vesicles than with saline (P=0.03).", "no_difference"),
    ("dep-effect", "rct", "主要評価項目のHAM-Dは両群で同程度であった(p=0.61)。副次評価項目のPHQ-9はエクソソーム群で有意に低かった(p=0.03)。", "no_difference"),
    # animals: two behaviours that disagree
    ("dep-effect", "animal", "Stressed mice got vesicles or vehicle. Vesicles shortened immobility in the forced swim test (P=0.01) but sucrose preference was unchanged (P=0.6).", "mixed"),
    ("dep-effect", "animal", "Vesicles shortened immobility in the tail suspension test (P=0.01). Sucrose preference did not differ from vehicle (P=0.5).", "mixed"),
    ("anx-effect", "animal", "Treated rats spent more time in the open arms (P=0.02), while time in the centre of the open field did not differ from vehicle.", "mixed"),
    ("ad-effect", "animal", "Escape latency fell with vesicles (P<0.01). In novel object recognition no improvement was seen.", "mixed"),
    ("dep-effect", "animal", "エクソソーム投与により強制水泳試験の無動時間は短縮したが、ショ糖嗜好性は変化しなかった。", "mixed"),
    ("ptsd-effect", "animal", "In fear conditioning vesicles reduced freezing at extinction (P=0.02) but not at recall (P=0.5).", "mixed"),
    ("dep-hpa-effect", "animal", "Vesicles lowered serum corticosterone (P=0.01). ACTH did not change.", "mixed"),
    ("dep-effect", "animal", "Vesicles shortened immobility in the forced swim test (P=0.01). Distance walked in the open field did not differ.", "supports"),
    ("dep-effect", "animal", "Immobility did not differ between stressed mice given vehicle and those given saline. Vesicles shortened immobility and raised sucrose preference (P<0.01).", "supports"),
    ("dep-effect", "animal", "CUMS lengthened immobility in the forced swim test. The low dose had no effect; the high dose of vesicles shortened immobility (P=0.01).", "supports"),
    # reviews with a null among them
    ("dep-effect", "meta_analysis", "Six rodent studies were pooled. Immobility in the forced swim test fell (SMD -1.4, 95% CI -2.0 to -0.8), but sucrose preference did not change (SMD 0.2, 95% CI -0.3 to 0.7).", "mixed"),
    ("dep-effect", "systematic_review", "Three uncontrolled studies reported improvement of depression; the only randomised trial found no difference from placebo.", "mixed"),
    ("dep-effect", "systematic_review", "RESULTS: Four studies were found. In two case series depression scores fell. One randomised trial did not show a benefit over saline. CONCLUSIONS: Vesicles may improve depression.", "mixed"),
    ("dep-effect", "meta_analysis", "RESULTS: The pooled effect on depression favoured vesicles without reaching significance (SMD -0.4, 95% CI -0.9 to 0.1). CONCLUSIONS: Vesicles appear beneficial.", "no_difference"),
    ("anx-effect", "systematic_review", "None of the five trials found an effect on anxiety.", "no_difference"),
    # harm and safety
    ("few-side-effects", "single_arm", "Eleven patients got vesicles. One developed pulmonary embolism, judged probably related to the infusion.", "contradicts"),
    ("few-side-effects", "single_arm", "Nine patients got vesicles. No adverse events were seen.", "unclear"),
    ("few-side-effects", "case_report", "エクソソーム点滴後にアナフィラキシーを発症した1例を報告する。", "contradicts"),
    ("dep-effect", "rct", "MADRS rose by 3 points with exosomes and fell by 2 points with saline (P=0.01).", "contradicts"),
    ("dep-effect", "rct", "HAM-Dはプラセボ群に比べエクソソーム群で有意に悪化した(p=0.02)。", "contradicts"),
    # a difference, in favour of whom is not said
    ("dep-effect", "rct", "A significant difference in HAM-D between the arms was found (P=0.03).", "unclear"),
    ("dep-bdnf-effect", "animal", "Vesicles significantly altered hippocampal BDNF.", "unclear"),
    # background: what is wrong in the ill
    ("dep-bdnf-bg", "observational", "Serum BDNF was lower in patients with depression than in controls (P<0.001).", "supports"),
    ("dep-bdnf-bg", "observational", "Serum BDNF did not differ between patients with depression and controls (P=0.4).", "no_difference"),
    ("dep-hpa-bg", "observational", "コルチゾール覚醒反応は患者群と健常群で差がなかった。", "no_difference"),
    ("scz-bg", "meta_analysis", "Thirty case-control studies were pooled. IL-6 was raised in schizophrenia (SMD 0.7, 95% CI 0.4 to 1.0).", "supports"),
]  # fmt: skip


@pytest.mark.parametrize(("claim_id", "design", "abstract", "expected"), CASES)
def test_a_result_is_read_as_a_clinician_would(claim_id: str, design: Design, abstract: str, expected: Stance) -> None:
    """Only the comparison between groups of what was asked counts; praise, parts and changes within a group do not."""
    assert towards(claim_id, design, abstract).stance == expected


def own(design: Design, abstract: str) -> StanceGrade:
    found = scan(GradingText([("title", "A study"), ("abstract", abstract)]), PATTERNS)
    return grade_stance(found, DesignGrade(design, 1.0))


CLASSES: list[tuple[Design, str, Stance]] = [
    # an effect that went away, and other words for nothing found
    ("observational", "CRP was higher in patients. This difference disappeared after adjustment for weight.", "mixed"),
    ("observational", "CRP was higher in patients, but absent from saliva.", "mixed"),
    ("observational", "CRP was higher in patients. No other marker was significant.", "mixed"),
    ("observational", "CRP was higher in patients. The data provide little support for a causal role.", "mixed"),
    # a "not" that is no result
    ("observational", "IL-6 was raised in patients and in their unaffected siblings.", "supports"),
    ("observational", "Faces were shown that were previously not seen. The response was stronger in patients.", "supports"),
    ("observational", "Scores were analysed by mixed effects models. Distress was associated with sleep.", "supports"),
    ("observational", "Distress was associated with sleep. The model fitted well (chi2 = 7.1, P = 0.25, RMSEA = 0.03).", "supports"),
    ("observational", "Our data may explain currently mixed findings. Distress was associated with sleep.", "supports"),
    ("observational", "METHODS: One picture was followed by a shock and the other was not. RESULTS: Fear was associated with sleep.", "supports"),
    ("observational", "Distress was associated with sleep. Patients showed a decrease in the inferior frontal gyrus.", "supports"),
    ("observational", "OBJECTIVE: We asked for mood. METHODS: The expected paths could not be supported. RESULTS: Mood was associated with sleep.", "mixed"),
    # who was taken in, and what was set out to be done, is no finding
    ("rct", "Sixty adults with raised depression scores were randomised to vesicles or saline. HAM-D was lower with vesicles than with saline (P=0.01).", "supports"),
    ("rct", "OBJECTIVE: x. METHODS: We examined vesicles, which were developed to prevent relapse. RESULTS: HAM-D did not differ from saline (P=0.6).", "no_difference"),
    # how the groups began
    ("rct", "There was no difference between the two groups before the treatment (P=0.7). HAM-D was lower with vesicles than with saline (P=0.01).", "supports"),
    ("rct", "On day 1 the scores of the groups were comparable. HAM-D was then lower with vesicles than with saline (P=0.01).", "supports"),
    # what is known already
    ("rct", "Vesicles have been found to be as effective as saline in rats. Sixty adults took part. HAM-D was lower with vesicles than with saline (P=0.01).", "supports"),
    # half of what was compared found nothing, and no outcome was called primary
    ("rct", "RESULTS: HAM-D was lower with vesicles than with saline (P=0.01). MMSE did not differ from saline (P=0.4). CONCLUSIONS: Vesicles help.", "mixed"),
    ("rct", "RESULTS: HAM-D was lower with vesicles than with saline (P=0.01). Sleep was better than with saline (P=0.02). MMSE did not differ from saline (P=0.4). CONCLUSIONS: Vesicles improved mood.", "supports"),
    ("rct", "METHODS: Adults got vesicles or saline. RESULTS: Some primary outcomes (mood and sleep) improved more than with saline (P=0.01). Weight fell.", "mixed"),
    ("rct", "The primary outcome was mood on the HAM-D scale. At T2 HAM-D was lower with vesicles than with saline (P=0.01). At T3 HAM-D did not differ (P=0.4).", "mixed"),
    # people without a control
    ("single_arm", "Ten patients got vesicles. HAM-D fell. There was no effect on grip.", "mixed"),
    ("single_arm", "Ten patients got vesicles. HAM-D fell, with no further change in later visits.", "supports"),
    ("single_arm", "Ten patients got vesicles. HAM-D fell. Response did not differ between the bipolar and the unipolar group.", "supports"),
    ("single_arm", "Ten patients got vesicles. HAM-D fell. Responders and non-responders did not differ in mood.", "supports"),
    ("single_arm", "Ten patients got vesicles. HAM-D fell. No difference between patients and healthy controls was found in mood.", "mixed"),
    # what is taken for a review, and tells a result of its own
    ("narrative_review", "We read papers. Ratings did not differ between parts and wholes.", "no_difference"),
    ("narrative_review", "Vesicles are not toxic and cross the barrier.", "n/a"),
    # what is taken for a plan, and tells results under their heading
    ("protocol", "METHODS: Eighty adults took part. RESULTS: Mood did not differ. CONCLUSIONS: We stop.", "no_difference"),
    ("protocol", "METHODS: Eighty adults take part. RESULTS: Mood is expected to improve. CONCLUSIONS: None yet.", "n/a"),
    # both arms told apart by their numbers
    ("rct", "HAM-D fell by 3 points with exosomes and rose by 2 points with saline (P=0.01).", "supports"),
    ("rct", "With saline HAM-D rose by 2 points and with exosomes it fell by 3 (P=0.01).", "supports"),
    ("rct", "The hazard ratio for death was 1.9 (95% CI 1.2 to 3.0).", "contradicts"),
    ("rct", "The odds ratio for response was 1.9 (95% CI 1.2 to 3.0).", "supports"),
    ("rct", "HAM-D was compared: MD -1.2 (-3.0, 0.6).", "no_difference"),
    ("rct", "HAM-D was compared: odds of 3.0 (0.6, -1.2).", "unclear"),
]  # fmt: skip


@pytest.mark.parametrize(("design", "abstract", "expected"), CLASSES)
def test_each_class_of_words_is_read_for_what_it_is(design: Design, abstract: str, expected: Stance) -> None:
    """What was found, what was not, and what is no result at all."""
    assert own(design, abstract).stance == expected


@pytest.mark.parametrize(
    ("design", "abstract", "flag"),
    [
        ("rct", "RESULTS: HAM-D did not differ from saline (P=0.6). CONCLUSIONS: Vesicles improve mood.", "spin"),
        ("meta_analysis", "RESULTS: Depression did not differ (SMD -0.4, 95% CI -0.9 to 0.1). CONCLUSIONS: Vesicles improve mood.", "spin"),
        ("rct", "There was no difference in HAM-D from saline (P=0.6). Only in the per-protocol set did mood improve (P=0.04).", "post_hoc_subgroup"),
        ("rct", "Both arms fell on the HAM-D within the group (P=0.01).", "within_group_only"),
    ],
)  # fmt: skip
def test_what_a_reader_must_know_is_flagged(design: Design, abstract: str, flag: str) -> None:
    """Praise over a null, a part of the participants, a change within groups."""
    assert flag in own(design, abstract).flags


LATER: list[tuple[str, Design, str, Stance]] = [
    ("dep-effect", "rct", "One hundred and four adults were randomised to exosome or dummy infusions. At week 12 the response rate was 44% in both arms (P=0.98). The authors consider exosomes a useful add-on.", "no_difference"),
    ("dep-effect", "rct", "MADRS at week 8 was the primary endpoint. The treatment effect was -3.9 points (95% CI, -6.6 to -1.2; P=0.005).", "supports"),
    ("anx-effect", "rct", "HAM-A decreased from 27.0 to 16.2 in those on vesicles and from 26.4 to 16.9 in those on placebo; the interaction of group and time was not significant (F=0.4, P=0.53). Patients' own ratings favoured vesicles.", "no_difference"),
    ("scz-effect", "rct", "Vesicles failed to separate from placebo on PANSS total (P=0.28). An exploratory look at first-episode patients suggested benefit (P=0.03). Conclusion: vesicles are a promising strategy.", "no_difference"),
    ("ad-effect", "rct", "ADAS-cog: exosomes +1.9, donepezil +2.1 (P=0.85).", "unclear"),
    ("ptsd-effect", "rct", "CAPS-5 fell by 18 points with vesicles and 9 points with saline (between-group difference 9, 95% CI 3 to 15).", "supports"),
    ("dep-effect", "rct", "PHQ-9 was 2.8 points higher in the exosome group than in the sham group at week 6 (95% CI 0.4 to 5.2).", "contradicts"),
    ("dep-effect", "nonrandomised_trial", "Patients who paid for exosomes and patients on the waiting list were followed. HAM-D fell more in the exosome cohort (-8.2 v -3.0, P=0.01).", "supports"),
    ("anx-effect", "animal", "Vesicles did not alter time in the open arms (P=0.7) or marble burying.", "no_difference"),
    ("anx-effect", "animal", "Open-arm entries rose after vesicles (P=0.01); marble burying was unaffected.", "mixed"),
    ("dep-effect", "animal", "Intranasal vesicles normalised sucrose preference and cut immobility in the tail suspension test by half.", "supports"),
    ("dep-effect", "animal", "Mice given vesicles floated longer in the forced swim test than vehicle-treated mice (P=0.02).", "contradicts"),
    ("ad-effect", "animal", "Vesicle-treated 5xFAD mice needed less time to find the platform and spent longer in the target quadrant.", "supports"),
    ("dep-effect", "meta_analysis", "Eight animal studies showed shorter immobility with vesicles (SMD -1.9, 95% CI -2.6 to -1.2).", "supports"),
    ("dep-effect", "rct", "プラセボ対照二重盲検試験。MADRSは実薬群で12.1点、プラセボ群で11.8点改善し、有意差はみられなかった(p=0.84)。実薬は安全で有望である。", "no_difference"),
    ("anx-effect", "rct", "STAI得点はエクソソーム群で生理食塩水群より6.2点低かった(95%CI 2.1~10.3)。", "supports"),
    ("ad-effect", "animal", "エクソソーム群ではモリス水迷路の逃避潜時が短縮した。新奇物体認識試験では差はなかった。", "mixed"),
    ("dep-hpa-bg", "observational", "患者群の血中コルチゾールは健常群より高かった(p<0.01)。", "supports"),
    ("dep-effect", "single_arm", "全10例中7例でHAM-Dが50%以上低下した。対照群はない。", "supports"),
    ("few-side-effects", "rct", "Two of 60 participants in the exosome arm died of sepsis that investigators attributed to the product.", "contradicts"),
    ("dep-inflammation-bg", "observational", "After adjustment for body mass index CRP no longer predicted depressive symptoms.", "no_difference"),
    ("dep-effect", "rct", "Both exosomes and fluoxetine beat placebo on the HAM-D (P=0.01 and P=0.02) and were similar to each other.", "supports"),
]  # fmt: skip
"""Written after the first table was mended, again before the code was tried on them."""


@pytest.mark.parametrize(("claim_id", "design", "abstract", "expected"), LATER)
def test_a_second_set_of_wordings_is_read_as_well(
    claim_id: str, design: Design, abstract: str, expected: Stance
) -> None:
    """Classes, not sentences, were mended."""
    assert towards(claim_id, design, abstract).stance == expected


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("Both exosomes and sertraline lowered the HAM-D and were similar to each other.", "unclear"),
        ("Vesicles and saline both lowered the HAM-D and did not differ.", "no_difference"),
    ],
)
def test_two_arms_that_both_improved_and_did_not_differ_are_one_comparison(abstract: str, expected: Stance) -> None:
    """The second clause takes back the first: nothing was better than the other."""
    assert towards("dep-effect", "rct", abstract).stance == expected
