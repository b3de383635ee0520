"""Level, stance and numbers of a claim: the highest counting study, read at its level alone, and what its label must say."""

from __future__ import annotations

import re

import pytest

from evtrack.grade.grades import Searched
from evtrack.record import RecordId
from evtrack.rules import RULES_FOLDER, load_rules
from evtrack.word import Word
from tests.grade.conftest import SEARCHED, claim_of, graded, seen


def test_a_preprint_gives_the_provisional_level_alone() -> None:
    """A preprint RCT leaves the level where it was, and is shown as what the level would be."""
    g = graded([seen(1, "rct", "no_difference", preprint=True, counts_for_claim=False), seen(2, "animal")])
    assert (g.level, g.provisional_level, g.counts) == ("animal", "rct", {"animal": 1})
    assert "including preprints: RCT" in g.label.en
    assert "preprints: 1 (not counted)" in g.people.en
    assert any(n.en.startswith("Preprints that report no difference or harm (PMID:90000001)") for n in g.notes)


def test_only_a_preprint_says_so() -> None:
    """With nothing but a preprint the level is none and the fixed sentence stands there."""
    g = graded([seen(1, "animal", preprint=True, counts_for_claim=False)])
    assert (g.level, g.provisional_level, g.stance) == ("none", "animal", "n/a")
    assert any(n.ja == "査読前の論文（プレプリント）のみです。研究段階には数えていません。" for n in g.notes)
    assert g.label.en == "no matching study (as searched); including preprints: animal study"


def test_a_synthesis_of_rcts_outranks_older_rcts() -> None:
    """A null synthesis wins over an older positive RCT; the count of studies leaves the synthesis out."""
    g = graded(
        [
            seen(1, "rct", year=2020),
            seen(2, "rct", "no_difference", synthesis=True, design="meta_analysis", year=2024, numbers={"n": 300}),
        ]
    )
    assert (g.level, g.stance, g.synthesis, g.k_of_n) == ("rct", "no_difference", True, (1, 1, 0))
    assert "C-SYNTHESIS-FIRST" in g.rules
    assert "read by the review" in g.label.en


def test_a_newer_rct_stands_beside_the_synthesis() -> None:
    """A positive RCT after a null synthesis makes the reading mixed and is named."""
    g = graded([seen(1, "rct", year=2026), seen(2, "rct", "no_difference", synthesis=True, year=2024)])
    assert g.stance == "mixed"
    assert g.label.en.endswith("mixed results")
    assert any("PMID:90000001" in n.en and "newer than the systematic review" in n.en for n in g.notes)


def test_a_synthesis_that_pools_a_retracted_trial_is_not_read() -> None:
    """Such a synthesis holds its level, decides no stance and asks for a person."""
    g = graded([seen(1, "rct", "no_difference"), seen(2, "rct", synthesis=True, flags=("pools_retracted",))])
    assert (g.stance, g.needs_review) == ("no_difference", 1)
    assert "C-POOLS-RETRACTED" in g.rules
    assert any("pools a retracted study: PMID:90000002" in n.en for n in g.notes)


def test_a_synthesis_alone_gives_its_own_number() -> None:
    """With no single study left the number of people is the synthesis's."""
    g = graded([seen(1, "rct", synthesis=True, numbers={"n": 300}), seen(2, "rct", synthesis=True)])
    assert (g.k_of_n, g.n_total, g.n_largest, g.groups) == ((0, 0, 0), 300, 300, None)
    assert g.label.en.startswith("RCT (2 systematic reviews, n = 300")
    assert g.people.en.endswith(": systematic reviews of RCTs: 2 (300 people or more): better than control")


def test_an_animal_synthesis_is_read_with_the_animal_studies() -> None:
    """Below RCTs a synthesis does not outrank: a disagreeing study makes it mixed."""
    assert graded([seen(1, "animal", "no_difference"), seen(2, "animal", synthesis=True)]).stance == "mixed"


def test_null_and_harm_contradict() -> None:
    """At one level, null and harmful results together contradict the claim."""
    assert graded([seen(1, "rct", "no_difference"), seen(2, "rct", "contradicts")]).stance == "contradicts"


def test_unread_studies_are_named_and_set_aside() -> None:
    """Two supporting studies and one unread are "2 of 3, 1 unread" and support."""
    g = graded([seen(1, "animal"), seen(2, "animal"), seen(3, "animal", "unclear")])
    assert (g.stance, g.k_of_n) == ("supports", (2, 3, 1))
    assert "2 of 3 better, 1 unread" in g.label.en


def test_mostly_unread_is_not_support() -> None:
    """One supporting study among three that cannot be read is unclear, never support."""
    g = graded([seen(1, "rct"), seen(2, "rct", "unclear", flags=("registry_results_only",)), seen(3, "rct", "unclear")])
    assert (g.stance, g.k_of_n) == ("unclear", (1, 3, 2))
    assert "C-MOSTLY-UNREAD" in g.rules
    assert any(n.en.startswith("Results are posted in the registry") for n in g.notes)
    assert "1 of 3 RCTs better than control; other RCTs: 2: direction of the results not read" in g.people.en


def test_all_unread_is_unclear() -> None:
    """Nothing readable: unclear, in words that ask for a person."""
    g = graded([seen(1, "rct", "unclear"), seen(2, "rct", "unclear")])
    assert g.stance == "unclear"
    assert g.label.en.endswith("direction not readable, needs a person")


def test_a_positive_second_paper_does_not_turn_a_null_trial() -> None:
    """A linked secondary analysis that is positive leaves the study no_difference."""
    second = seen(2, "rct", links=(RecordId("PMID:90000001"),))
    g = graded([seen(1, "rct", "no_difference"), second])
    assert (g.stance, g.k_of_n, g.counts) == ("no_difference", (0, 1, 0), {"rct": 1})
    assert "C-LINKED-ONCE" in g.rules


def test_records_linked_through_a_third_or_by_doi_are_one_study() -> None:
    """A DOI in two spellings, or a third record both name, make one study."""
    same_doi = [seen(1, "rct", doi="10.5555/ABC"), seen(2, "rct", doi="10.5555/abc")]
    third = [seen(3, "animal", links=(RecordId("NCT90000009"),)), seen(4, "animal", links=(RecordId("NCT90000009"),))]
    g = graded([*same_doi, *third])
    assert g.counts == {"rct": 1, "animal": 1}


def test_one_group_is_said() -> None:
    """Two studies with one last author are one research group, and the label says so."""
    g = graded(
        [
            seen(1, "animal", authors=("Aoki, Ken", "Tanaka, Jun")),
            seen(2, "animal", authors=("Sato, Mei", "Tanaka, J.")),
        ]
    )
    assert g.groups == 1
    assert "one research group" in g.label.en
    assert any("one research group" in n.en for n in g.notes)


def test_groups_are_counted_carefully() -> None:
    """A senior author who is any author of another study joins them; a shared collective does too; no authors, no group."""
    senior = [
        seen(1, "animal", authors=("Aoki, Ken", "Tanaka, Jun")),
        seen(2, "animal", authors=("Tanaka, Jun", "Mori, Yu")),
    ]
    assert graded(senior).groups == 1
    collective = [
        seen(1, "animal", authors=("Vesicle Study Group", "Ito, A")),
        seen(2, "animal", authors=("Vesicle  study group", "Abe, B")),
    ]
    assert graded(collective).groups == 1
    assert (
        graded(
            [
                seen(1, "animal", authors=("Müller, Anna",)),
                seen(2, "animal", authors=("Abe, B",)),
                seen(3, "animal", authors=()),
            ]
        ).groups
        == 2
    )
    assert graded([seen(1, "animal", authors=())]).groups is None


def test_routes_are_told_apart() -> None:
    """by_route gives the highest level each route reached; with infusion among them nothing is said against it."""
    g = graded(
        [
            seen(1, "early_clinical", flags=("route_intranasal",)),
            seen(2, "early_clinical", flags=("route_iv",)),
            seen(3, "animal", flags=("route_other",)),
            seen(4, "animal"),
        ]
    )
    assert g.by_route == {
        "iv": "early_clinical",
        "intranasal": "early_clinical",
        "other": "animal",
        "not_stated": "animal",
    }
    assert "no study of infusion" not in g.label.en


@pytest.mark.parametrize(
    ("flags", "label", "note"),
    [
        ([("route_intranasal",), ()], "none known to be infusion (intranasal, route not stated)", None),
        (
            [(), ()],
            "route not stated, perhaps not infusion",
            "The abstracts of the studies in people do not state the route",
        ),
        (
            [("route_other",), ("route_intranasal",)],
            "intranasal, other routes only, no study of infusion",
            "used intranasal or another route of dosing, not infusion",
        ),
    ],
)
def test_a_route_that_is_not_the_claims_is_in_the_label(
    flags: list[tuple[str, ...]], label: str, note: str | None
) -> None:
    """Where no record at the headline level used the claim's route, label and note say which it was."""
    g = graded([seen(i, "early_clinical", flags=f) for i, f in enumerate(flags)])
    assert label in g.label.en
    said = [n.en for n in g.notes if "infusion" in n.en]
    assert (note is None and not said) or note in said[0]  # type: ignore[operator] # None was ruled out first


def test_other_limits_are_in_the_label() -> None:
    """Open label, source, subtype, minors, concern and a person's word all stand in the label."""
    flags = ("open_label", "source_not_msc", "condition_subtype", "minors", "expression_of_concern", "route_iv")
    g = graded(
        [seen(1, "rct", numbers={"n": 12}, flags=flags, override=Word("accept", "read", "A", "2026-01-05T09:00:00Z"))]
    )
    assert (
        g.label.en
        == "RCT (1 study, n = 12, open label, non-MSC source only, subtype only, minors only, expression of concern, includes a person's word): better than control"
    )
    english = " ".join(n.en for n in g.notes)
    assert all(
        words in english
        for words in (
            "other than MSC",
            "only a subtype",
            "only minors",
            "expression of concern stands on: PMID:90000001",
            "person's word is included: PMID:90000001",
        )
    )


def test_uncontrolled_improvement_is_not_evidence_of_effect() -> None:
    """Support without a control group is called better than before; with one, not randomised, that is said."""
    alone = graded([seen(1, "early_clinical", flags=("route_iv",))])
    assert (
        alone.label.en
        == "early clinical (1 study, n not stated, no control): better than before, no control: not evidence of effect"
    )
    assert any(n.en.startswith("No control group (number of people not stated)") for n in alone.notes)
    compared = graded([seen(1, "early_clinical", design="nonrandomised_trial", flags=("route_iv",))])
    assert compared.label.en.endswith("better than control, not randomised: effect cannot be judged")


def test_null_rct_without_a_number_still_outweighs() -> None:
    """The sentence on null trials does without the number of people where no abstract states one."""
    assert any(
        "number of people not stated) showed no difference" in n.en
        for n in graded([seen(1, "rct", "no_difference")]).notes
    )


def test_one_animal_study_names_its_animals() -> None:
    """A single animal study shows how many animals; cell studies show no number."""
    assert "40 animals" in graded([seen(1, "animal", numbers={"n": 40})]).label.en
    assert "n = " not in graded([seen(1, "in_vitro", numbers={"n": 3})], claim_of(kind="mechanism")).label.en


def test_every_decision_named_is_a_rule_in_words() -> None:
    """The ids that code gives as its decisions are those of rules/claim.yaml, each explained in both languages."""
    source = "".join(p.read_text(encoding="utf-8") for p in (RULES_FOLDER.parent).glob("*.py"))
    rules = {r.id: r for r in load_rules({}).rules.values() if r.file == "claim.yaml"}
    assert set(re.findall(r'"(C-[A-Z-]+)"', source)) == set(rules)
    assert all(r.says_ja and r.says_en and r.pattern is None for r in rules.values())


def test_the_sentence_about_people_begins_with_the_verdict() -> None:
    """First whether any trial was better and with how many people, then what every other study found; none stands bare."""
    g = graded(
        [
            seen(1, "rct", numbers={"n": 40}, flags=("route_iv",)),
            seen(2, "rct", "no_difference", numbers={"n": 210}),
            seen(3, "rct", "no_difference", numbers={"n": 96}),
            seen(4, "rct", "contradicts"),
            seen(5, "rct", "mixed"),
            seen(6, "early_clinical", numbers={"n": 9}, flags=("route_intranasal",)),
            seen(7, "early_clinical", design="nonrandomised_trial"),
            seen(8, "early_clinical", synthesis=True),
        ]
    )
    assert g.people.ja == (
        "人での有効性を示す研究：RCT 5件中1件で改善（点滴・静脈内、40人）。ほかのRCT 1件：悪化または有害な結果。"
        "ほかのRCT 2件（計306人）：対照群との差は示されていません。ほかのRCT 1件：結果が一定しません。"
        "無作為化していない比較研究1件：対照群より改善（無作為でないため、効果とは判断できません）。"
        "対照のない研究1件（経鼻、9人）：効果とは判断できません。系統的レビュー1件：効果とは判断できません。有害な結果の報告1件"
    )


@pytest.mark.parametrize(
    ("searched", "words"),
    [(SEARCHED, "none could be confirmed"), ((), 'nothing was searched yet, so "none" cannot be said')],
)
def test_an_unread_trial_is_neither_for_nor_against(searched: tuple[Searched, ...], words: str) -> None:
    """Where a trial could not be read, "none found" is not said of it."""
    g = graded([seen(1, "rct", "unclear")], searched=searched)
    assert g.people.en == f"Studies showing efficacy in people: {words}; RCTs: 1: direction of the results not read"


def test_disagreement_without_any_improvement_is_told_as_such() -> None:
    """One null and one mixed study are no draw; in animals k of n says "towards improvement"."""
    none = graded([seen(1, "early_clinical", "no_difference"), seen(2, "early_clinical", "mixed")])
    assert none.label.ja.endswith("：改善を示した研究はない（差なし1件、一定しない1件）")
    animals = graded([seen(1, "animal"), seen(2, "animal", "no_difference")])
    assert animals.label.ja.endswith("結果が一致しない（2件中1件で改善方向）")
