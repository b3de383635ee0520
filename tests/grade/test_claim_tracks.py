"""Background, joined, umbrella, state and manual claims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import Part, StateRule
from evtrack.grade.claim import grading_order
from evtrack.grade.grades import Searched
from evtrack.record import RecordId
from evtrack.word import Word
from tests.grade.conftest import SEARCHED, STATE, WORDS, claim_of, graded, registered, seen


def test_background_is_association_only() -> None:
    """The label of a background claim says that cause is not established, and a meta-analysis outranks single studies."""
    claim = claim_of(track="background", kind="background", intervention=(), route=None)
    g = graded(
        [seen(1, "observational", synthesis=True, year=2024), seen(2, "observational", "no_difference", year=2020)],
        claim,
    )
    assert (g.level, g.stance) == ("observational", "supports")
    assert "association, cause not established" in g.label.en
    assert g.label.en.endswith("association reported")
    assert g.people.en == "Studies of the association in people: 1 observational; systematic reviews: 1"
    disagree = graded(
        [seen(1, "observational"), seen(2, "observational", "contradicts"), seen(3, "observational", "no_difference")],
        claim,
    )
    assert disagree.label.en.endswith("results disagree (1 of 3 associated)")
    assert "1 of 3 associated" not in disagree.label.en.split("): ")[0]
    assert graded([seen(1, "observational", "unclear")], claim).label.en.endswith("needs a person")


def test_composition_says_nothing_of_an_effect() -> None:
    """A claim on what vesicles contain rests on measured contents and speaks of no effect in people."""
    claim = claim_of(track="background", kind="mechanism", condition=(), route=None)
    g = graded([seen(1, "in_vitro")], claim)
    assert g.label.en == "contents measured (1 study, says nothing of an effect): reported to be contained"
    assert g.people.en.startswith("Studies giving it to people: not asked")
    assert g.would_change.up is not None
    assert graded([seen(1, "in_vitro")], replace(claim, direct_support=None)).would_change.up is None


WORD = Word("add", "read in full", "佐藤", "2026-11-23T03:00:00+00:00", RecordId("MANUAL:1"))
JOINED = claim_of(parts=(Part(Bilingual("記憶", "memory")), Part(Bilingual("注意", "attention"))))


def test_a_joined_claim_has_its_weakest_part() -> None:
    """Memory in people and attention in animals make animal; both must support."""
    both_parts = [seen(1, "early_clinical", parts=(0,)), seen(2, "animal", parts=(1,)), seen(3, "animal", parts=(1,))]
    g = graded(both_parts, JOINED)
    assert (g.level, g.stance, g.parts, g.k_of_n) == (
        "animal",
        "supports",
        {"memory": "early_clinical", "attention": "animal"},
        (2, 2, 0),
    )
    assert any("weakest part: attention" in n.en for n in g.notes)
    assert "for a part of the claim only" in g.people.en
    null_above = graded([seen(1, "rct", "no_difference", parts=(0,)), seen(2, "animal", parts=(1,))], JOINED)
    assert (null_above.level, null_above.stance) == ("animal", "mixed")
    unread_above = graded([seen(1, "rct", "unclear", parts=(0,)), seen(2, "animal", parts=(1,))], JOINED)
    assert unread_above.stance == "unclear"


def test_a_joined_claim_with_a_missing_part_is_none() -> None:
    """A part without any study leaves the claim at none, and names what there is."""
    g = graded([seen(1, "early_clinical", parts=(0,))], JOINED)
    assert (g.level, g.stance, g.counts) == ("none", "n/a", {"early_clinical": 1})
    assert g.label.en == "no matching study (as searched); a part only: memory: early clinical"
    assert any(n.en == "A part of the claim has no study: attention." for n in g.notes)


def test_at_the_same_time_needs_one_study() -> None:
    """Two studies with one part each do not make "at the same time"; one study with both does, records of one study together."""
    claim = replace(JOINED, parts_in_one_study=True)
    assert graded([seen(1, "animal", parts=(0,)), seen(2, "animal", parts=(1,))], claim).level == "none"
    linked = graded(
        [
            seen(1, "animal", parts=(0,)),
            seen(2, "animal", parts=(1,), links=(RecordId("PMID:90000001"),)),
            seen(3, "rct", parts=(0,)),
        ],
        claim,
    )
    assert (linked.level, linked.stance, linked.would_change.down_record_id) == ("animal", "supports", "PMID:90000001")
    assert any("at the same time" in n.en for n in linked.notes)
    assert (
        graded([seen(1, "animal", parts=(0, 1)), seen(2, "animal", parts=(0, 1))], claim).would_change.down_record_id
        is None
    )


def test_an_umbrella_has_its_lowest_member() -> None:
    """The level is that of the lowest member, the stance what all members share, and every member has its line."""
    claim = claim_of("all", members=("dep", "anx"))
    g = graded(
        [], claim, others={"dep": [seen(1, "animal")], "anx": [seen(2, "rct", "no_difference"), seen(3, "animal")]}
    )
    assert (g.level, g.stance, g.members) == ("animal", "mixed", {"dep": "animal", "anx": "rct"})
    assert g.would_change.down_record_id == "PMID:90000001"
    assert g.would_change.down_text is not None
    assert g.would_change.down_text.en == "Without PMID:90000001 the level falls to: no matching study."
    assert any("dep: animal study, anx: RCT" in n.en for n in g.notes)
    assert graded([], claim, others={"dep": [seen(1, "animal")]}).level == "none"


def test_an_umbrella_counts_one_record_of_two_members_once() -> None:
    """A study that speaks for two members is one study, at its less favourable reading."""
    shared, worse = seen(1, "animal"), seen(1, "animal", "no_difference")
    g = graded(
        [],
        claim_of("all", members=("dep", "anx")),
        others={"dep": [shared, seen(2, "animal")], "anx": [worse, seen(3, "animal")]},
    )
    assert (g.k_of_n, g.counts, g.stance) == ((2, 3, 0), {"animal": 3}, "mixed")
    assert g.would_change.down_record_id is None
    assert g.would_change.down_text is not None
    assert "lowest of the conditions" in g.would_change.down_text.en


def test_an_umbrella_with_a_population_counts_only_that_population() -> None:
    """Where the claim names a population, a member's record counts only if it has it."""
    claim = claim_of("all", members=("dep", "anx"), population="refractory")
    members = {"dep": [seen(1, "rct"), seen(2, "animal")], "anx": [seen(3, "rct")]}
    nobody = graded([], claim, others=members)
    assert (nobody.level, nobody.label.en) == ("none", "no study of the population or comparison named (as searched)")
    g = graded([seen(1, "rct"), seen(3, "rct", preprint=True, counts_for_claim=False)], claim, others=members)
    assert (g.level, g.provisional_level) == ("none", "rct")
    whole = graded([seen(1, "rct"), seen(3, "rct")], claim, others=members)
    assert (whole.level, whole.stance, whole.would_change.down_record_id) == ("rct", "supports", "PMID:90000001")
    assert "C-POPULATION" in whole.rules
    assert any("population or the comparison" in n.en for n in whole.notes)


def test_taking_a_part_from_a_joined_member_lowers_the_umbrella() -> None:
    """The record that holds one part of a joined member up is named, without saying how far the level falls."""
    g = graded(
        [],
        claim_of("all", members=("dep",)),
        others={"dep": [seen(1, "animal", parts=(0,)), seen(2, "animal", parts=(0, 1))]},
        other_claims={"dep": replace(JOINED, id="dep")},
    )
    assert (g.level, g.would_change.down_record_id) == ("animal", "PMID:90000002")
    assert g.would_change.down_text == Bilingual(
        "PMID:90000002がなければ、研究段階は下がります。", "Without PMID:90000002 the level falls."
    )


def test_state_claims_without_anything_looked_at_are_unclear() -> None:
    """Nothing searched or loaded: a state claim cannot be judged, and without a rule neither."""
    g = graded([], STATE, others={"scz-effect": []}, searched=())
    assert (g.stance, g.state_verdict, g.label.en) == (
        "unclear",
        "unclear",
        "cannot be decided, needs a person: unknown",
    )
    judged = graded([], STATE, others={"scz-effect": [seen(1, "animal")]}, searched=SEARCHED[:1])
    assert judged.label.en == "still true: so"
    bare = graded([], replace(STATE, state=(), members=()))
    assert (bare.stance, bare.state_verdict) == ("unclear", None)
    assert bare.people.en.endswith("see the claims it speaks of")


CUT = (replace(SEARCHED[0], complete=False), SEARCHED[1])


@pytest.mark.parametrize(
    ("searched", "label"),
    [((), "not known: nothing was searched"), (CUT, "not known: the search is incomplete")],
)
def test_no_verdict_rests_on_absence_before_the_search_is_complete(searched: tuple[Searched, ...], label: str) -> None:
    """ "Still only basic research" needs a search that found nothing in people; a study that is there needs none."""
    absent = graded([], STATE, others={"scz-effect": [seen(1, "animal")]}, searched=searched)
    assert (absent.stance, absent.state_verdict, absent.label.en) == ("unclear", "unclear", label)
    assert "C-STATE-UNSEARCHED" in absent.rules
    there = graded([], STATE, others={"scz-effect": [seen(1, "rct")]}, searched=searched)
    assert (there.stance, there.state_verdict) == ("contradicts", "out_of_date")
    assert there.label.en == "no longer true (out of date): old (judged before the search was complete)"


def test_a_verdict_that_a_person_moved_names_the_person() -> None:
    """A study entered by hand turns the sentence over; verdict and umbrella say whose word it is, and of which record."""
    spoken = seen("MANUAL:1", "early_clinical", override=WORD)
    g = graded([], STATE, others={"scz-effect": [spoken]})
    assert g.label.ja == "現在は当てはまらない（情報が古い）：古い（人の判断を含む：MANUAL:1（佐藤、2026-11-23））"
    assert [n.en for n in g.notes] == ["A person's word is included: MANUAL:1 (佐藤, 2026-11-23)."]
    assert "person" not in graded([], STATE, others={"scz-effect": [seen(1, "early_clinical")]}).label.en
    all_of_them = claim_of("all", members=("dep", "anx"))
    told = graded([], all_of_them, others={"dep": [spoken], "anx": [seen(2, "animal")]})
    assert "includes a person's word: MANUAL:1 (佐藤, 2026-11-23)" in told.label.en
    many = [seen(n, "animal", override=WORD) for n in range(1, 6)]
    assert (
        "PMID:90000003 (佐藤, 2026-11-23), 2 more)"
        in graded([], all_of_them, others={"dep": many, "anx": many}).label.en
    )


def test_a_verdict_on_improvements_tells_the_other_studies_too() -> None:
    """ "Animal studies suggest": how many of how many, how many found nothing, and the one that found harm by name."""
    rule = StateRule(
        "holds",
        WORDS,
        (("scz-effect", "count.animal.supports", ">=", "1"), ("gone", "count.animal.supports", "=", "0")),
    )
    others = {
        "scz-effect": [
            seen(1, "animal"), seen(2, "animal"), seen(3, "animal", "no_difference"), seen(4, "animal", "contradicts"),
            seen(5, "animal", "mixed"), seen(6, "animal", "unclear"), seen(7, "animal", synthesis=True), seen(8, "in_vitro"),
        ]
    }  # fmt: skip
    g = graded([], replace(STATE, state=(rule,)), others=others)
    assert g.label.ja == (
        "現在も当てはまる：主張（scz-effect＝動物実験、6件中2件で改善方向、1件で悪化または有害な結果、差なし1件、一定しない1件、1件は方向を読み取れず）"
    )
    assert g.harms == ("PMID:90000004",)
    assert g.notes[0].en == "Worse results, or harm, were reported: PMID:90000004 (animal study)."


def test_a_worse_result_that_counts_is_always_named() -> None:
    """A study in animals that found harm is named beside the level of people; an association the other way is no harm."""
    g = graded([seen(1, "rct"), seen(2, "animal", "contradicts")])
    assert (g.level, g.harms) == ("rct", ("PMID:90000002",))
    assert "悪化または有害な結果の報告があります：PMID:90000002（動物実験）。" in [n.ja for n in g.notes]
    assert graded([seen(1, "rct"), seen(2, "animal", "contradicts", counts_for_claim=False)]).harms == ()
    other_way = graded([seen(1, "observational", "contradicts")], claim_of(track="background", kind="background"))
    assert (other_way.harms, other_way.by_route) == ((), {})


def test_an_empty_review_counts_for_a_state_claim() -> None:
    """A review that found nothing counts for "data are lacking", and is not among the excluded."""
    claim = replace(STATE, state=(StateRule("holds", WORDS, (("scz-limit", "empty_review", ">=", "1"),)),))
    g = graded(
        [seen(1, "none", gate="empty_review", counts_for_claim=True), registered(5)],
        claim,
        others={"scz-effect": [registered(6)]},
    )
    assert (g.stance, g.counts, g.excluded) == ("supports", {"none": 1}, {"registered_only": 1})
    assert [t.id for t in g.registered] == ["NCT90000005", "NCT90000006"]


def test_manual_claims_have_no_level() -> None:
    """Practice has level null and no stance; its page says that a person checks it."""
    g = graded([], claim_of(track="manual", kind="practice"))
    assert (g.level, g.provisional_level, g.stance) == (None, None, "n/a")
    assert g.label.en == "not graded by level (a person checks it)"


def test_an_uncited_self_report_is_never_said_not_to_exist() -> None:
    """Not found after a whole search; not even that after none; and a known citation that is there is named."""
    claim = claim_of(track="manual", kind="self-report", known=(RecordId("PMID:90000001"),))
    assert (
        graded([], claim)
        .notes[0]
        .en.startswith(
            "No citation is given. Not found in PubMed or ClinicalTrials.gov (Japanese databases not searched)."
        )
    )
    assert "was not checked" in graded([], claim, searched=()).notes[0].en
    assert "Not found in PubMed (ClinicalTrials.gov and Japanese databases not searched)." in (
        graded([], claim, searched=SEARCHED[:1]).notes[0].en
    )
    g = graded([seen(1, "early_clinical")], claim)
    assert (g.label.en, g.notes[0].en[:42]) == (
        "a citation may exist (a person checks it)",
        "Citation that may be meant: PMID:90000001.",
    )


def test_members_come_before_what_reads_them() -> None:
    """A claim is graded after all that it reads, also where that reads others."""
    claims = {c.id: c for c in (replace(STATE, id="a", members=("b",)), claim_of("b", members=("c",)), claim_of("c"))}
    assert grading_order(claims) == ("c", "b", "a")
    nested = {c.id: c for c in (claim_of("a", members=("b", "gone")), claim_of("b", members=("c",)), claim_of("c"))}
    assert grading_order(nested) == ("c", "b", "a")


def test_claims_that_read_each_other() -> None:
    """A circle has an order too, and the same one however it is written down."""
    circle = [claim_of("a", members=("b",)), claim_of("b", members=("c",)), claim_of("c", members=("a",))]
    assert {grading_order({c.id: c for c in some}) for some in (circle, circle[::-1])} == {("c", "b", "a")}


def test_what_would_raise_the_level_is_said() -> None:
    """Each level names the next study; at the top there is none; safety and background have their own next."""

    def up(level: str, **more: Any) -> str:
        change = graded(
            [seen(1, level)] if level != "none" else [], claim_of(direct_support=None, **more)
        ).would_change.up
        assert change is not None
        return change.en

    assert up("animal") == "The level would rise with published results of a study giving it to people."
    assert "randomised controlled trial" in up("early_clinical")
    assert "There is no higher level" in up("rct")
    assert "giving it to people" in up("none", kind="safety")
    assert "association in people" in up("none", track="background")
    assert "intervention study" in up("observational", track="background")
