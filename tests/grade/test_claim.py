"""Claim grades, the plain situations: nothing lifts what does not count, and nothing rescues what is null."""

from __future__ import annotations

from evtrack.record import RecordId
from tests.grade.conftest import STATE, claim_of, graded, registered, seen


def test_null_rct_outranks_positive_animals() -> None:
    """A null RCT is the headline; two positive animal studies below it do not bring support back."""
    g = graded(
        [
            seen(1, "animal"),
            seen(2, "animal"),
            seen(3, "rct", "no_difference", numbers={"n": 48}, flags=("route_intranasal",)),
        ]
    )
    assert (g.level, g.stance, g.k_of_n) == ("rct", "no_difference", (0, 1, 0))
    assert g.counts == {"rct": 1, "animal": 2}
    assert "C-NULL-RCT" in g.rules
    assert any("This outweighs animal results" in n.en and "(1, 48 people)" in n.en for n in g.notes)
    assert (
        g.label.en
        == "RCT (1 study, n = 48, intranasal only, no study of infusion): no difference shown (not proof of no effect)"
    )
    assert (
        g.people.ja
        == "人での有効性を示す研究：見つかっていません。RCT 1件（経鼻、48人）：対照群との差は示されていません"
    )


def test_rcts_that_disagree_are_mixed() -> None:
    """One positive and one null RCT are mixed, one of two."""
    g = graded([seen(1, "rct", numbers={"n": 60}, flags=("route_iv",)), seen(2, "rct", "no_difference")])
    assert (g.level, g.stance, g.k_of_n) == ("rct", "mixed", (1, 2, 0))
    assert g.label.en == "RCT (2 studies, n = 60 or more in all): results disagree (1 of 2 better)"
    assert "結果が一致しない（2件中1件で改善）" in g.label.ja


def test_biomarker_rct_gives_none() -> None:
    """A randomised trial that only measures vesicles is gated and lends no level."""
    g = graded([seen(1, "rct", gate="biomarker", role="biomarker", agent="endogenous_ev")])
    assert (g.level, g.stance, g.excluded) == ("none", "n/a", {"biomarker": 1})
    assert g.label.en == "no matching study (as searched)"


def test_cells_stay_indirect() -> None:
    """An RCT of cells is shown beside and lifts nothing."""
    g = graded([seen(1, "rct", agent="msc_cells", counts_for_claim=False, indirect=True)])
    assert (g.level, g.stance, g.indirect) == ("none", "n/a", {"msc_cells": "rct"})
    assert any("indirect" in n.en for n in g.notes)


def test_unclear_products_come_first_among_the_indirect() -> None:
    """What is sold without saying whether it is secretome or vesicles is named first."""
    g = graded(
        [
            seen(1, "rct", agent="msc_cells", counts_for_claim=False, indirect=True),
            seen(2, "early_clinical", agent="secretome_or_ev_unclear", counts_for_claim=False, indirect=True),
        ]
    )
    assert list(g.indirect) == ["secretome_or_ev_unclear", "msc_cells"]


def test_retracted_and_its_notice_are_excluded_by_name() -> None:
    """A retracted paper and the notice about it give none, and both are counted among the excluded."""
    g = graded([seen(1, "animal", gate="retracted"), seen(2, "none", gate="notice")])
    assert (g.level, g.stance, g.excluded) == ("none", "n/a", {"notice": 1, "retracted": 1})
    assert any("Retracted papers: 1" in n.en for n in g.notes)


def test_paper_and_registry_entry_are_one_study() -> None:
    """Paper and entry of one trial count once; the animal meta-analysis below changes no headline."""
    paper = seen(
        1,
        "early_clinical",
        "mixed",
        flags=("uncontrolled", "route_intranasal"),
        numbers={"n": 9},
        links=(RecordId("NCT90000001"),),
    )
    g = graded(
        [paper, registered(1, links=(paper.id,)), seen(2, "animal", synthesis=True, design="meta_analysis")],
        claim_of("ad", condition=("alzheimer",)),
    )
    assert (g.level, g.stance, g.counts) == ("early_clinical", "mixed", {"early_clinical": 1, "animal": 1})
    assert not g.synthesis
    assert g.registered == ()
    assert any(n.ja == "人での研究は経鼻投与で、点滴の研究ではありません。" for n in g.notes)
    assert any(n.ja.startswith("対照群のない9人の研究で") for n in g.notes)
    assert (
        g.people.ja
        == "人での有効性を示す研究：見つかっていません。対照のない研究1件（経鼻、9人）：効果とは判断できません"
    )


def test_animals_that_disagree_are_mixed() -> None:
    """One positive and one harmful animal study are mixed, and the harm is named."""
    g = graded([seen(1, "animal"), seen(2, "animal", "contradicts", flags=("harm_signal",))])
    assert (g.level, g.stance, g.k_of_n) == ("animal", "mixed", (1, 2, 0))
    assert g.harms == ("PMID:90000002",)


def test_a_human_result_makes_only_basic_research_out_of_date() -> None:
    """ "Only basic research" is contradicted by one early study in people; the level of a state claim is null."""
    g = graded([], STATE, others={"scz-effect": [seen(1, "early_clinical", design="nonrandomised_trial")]})
    assert (g.level, g.stance, g.state_verdict) == (None, "contradicts", "out_of_date")
    assert g.members == {"scz-effect": "early_clinical"}
    assert g.label.en == "no longer true (out of date): old"
    assert "1 with a control group, not randomised" in g.people.en


def test_a_case_of_harm_keeps_a_small_clean_rct_from_supporting_safety() -> None:
    """Sixty people without a related event and one sepsis case: never "RCT: supports"."""
    claim = claim_of("safe", kind="safety", condition=(), outcome=("safety",))
    g = graded(
        [
            seen(1, "rct", "supports", numbers={"n": 60}),
            seen(2, "early_clinical", "contradicts", design="case_report", flags=("harm_signal", "route_iv")),
        ],
        claim,
    )
    assert (g.level, g.stance, g.k_of_n) == ("rct", "mixed", (1, 2, 0))
    assert g.harms == ("PMID:90000002",)
    assert "reports of harm: 1" in g.people.en


def test_dementia_does_not_stand_for_psychiatric() -> None:
    """A record on Alzheimer disease gives an umbrella claim of other conditions no level."""
    claim = claim_of("all", members=("dep", "anx"), population="medication_unsuitable")
    g = graded([seen(1, "early_clinical")], claim, others={"dep": [], "anx": []})
    assert (g.level, g.stance, g.counts) == ("none", "n/a", {})


def test_an_extension_does_not_rescue_its_null_trial() -> None:
    """The open-label extension of a null RCT is shown at its own level; the headline stays null."""
    g = graded(
        [
            seen(1, "rct", "no_difference", links=(RecordId("PMID:90000002"),)),
            seen(2, "early_clinical", "supports", flags=("open_label_extension", "uncontrolled")),
        ]
    )
    assert (g.level, g.stance, g.counts) == ("rct", "no_difference", {"rct": 1, "early_clinical": 1})
