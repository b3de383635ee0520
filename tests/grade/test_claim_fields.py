"""What does a claim's grade hold beside level and stance? Every field, and the rule that made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept, Part, StateRule
from evtrack.grade.claim import grade_claim
from evtrack.grade.grades import ClaimGrade, Evidence, WouldChange
from evtrack.grade.notes import search_notes
from evtrack.grade.people import people_unasked
from evtrack.grade.searching import read_search
from evtrack.record import RecordId
from evtrack.wording import both
from tests.grade.conftest import SEARCHED, STATE, TODAY, WORDS, claim_of, graded, registered, seen

ASKED = Bilingual("試験", "a trial")


def test_a_practice_says_what_was_looked_at_and_nothing_more() -> None:
    """A manual claim has no level, counts nothing, and keeps what was excluded, how much was looked at and how far it was searched."""
    claim = claim_of(track="manual", kind="practice", direct_support=ASKED)
    records = [seen(1, "none", gate="retracted"), seen(2, "none", gate="retracted"), seen(3, "animal")]
    g = graded(records, claim)
    assert g == ClaimGrade(
        claim_id="c",
        level=None,
        stance="n/a",
        label=both("label.manual"),
        people=people_unasked("manual"),
        counts={},
        k_of_n=(0, 0, 0),
        excluded={"retracted": 2},
        would_change=WouldChange(ASKED, None, None),
        notes=g.notes,
        looked=5,
        search="complete",
        rules=("C-MANUAL",),
    )
    assert graded([], claim, searched=SEARCHED[:1]).search == "one"


def test_only_a_known_citation_that_stands_is_cited() -> None:
    """A paper the claim does not know is no citation of it, and neither is one that was retracted."""
    claim = claim_of(track="manual", kind="self-report", known=(RecordId("PMID:90000001"),))
    assert graded([seen(2, "animal")], claim).label == both("label.manual_uncited")
    assert graded([seen(1, "none", gate="retracted")], claim).label == both("label.manual_uncited")
    assert graded([seen(1, "animal")], claim).label == both("label.manual_cited")
    assert graded([seen(1, "none", gate="protocol")], claim).label == both("label.manual_cited")


def state_of(*predicates: tuple[str, str, str, str], **more: object) -> Claim:
    """A state claim that holds where these predicates do."""
    return replace(STATE, state=(StateRule("holds", WORDS, predicates),), **more)  # type: ignore[arg-type] # the test's own fields


def test_a_state_claim_keeps_what_it_read() -> None:
    """Level null; registered trials, harm, what was excluded and asked for, the members' levels, the search and the rule are kept."""
    claim = replace(STATE, direct_support=ASKED, members=("scz-effect", "gone"))
    records = [
        seen(1, "none", gate="retracted"),
        seen(2, "animal", flags=("harm_signal",), needs_review=True),
        registered(5),
    ]
    g = graded(records, claim, others={"scz-effect": [seen(7, "animal"), registered(6)]})
    assert (g.claim_id, g.level, g.stance, g.state_verdict) == ("scz-limit", None, "supports", "holds")
    assert (g.counts, g.k_of_n, g.needs_review, g.looked) == ({}, (0, 0, 0), 1, 5)
    assert (g.harms, g.excluded) == (("PMID:90000002",), {"registered_only": 1, "retracted": 1})
    assert (g.would_change, g.members) == (WouldChange(ASKED, None, None), {"scz-effect": "animal", "gone": None})
    assert ([t.id for t in g.registered], g.search, g.rules) == (
        ["NCT90000005", "NCT90000006"],
        "complete",
        ("C-STATE",),
    )
    assert graded([], claim, others={"scz-effect": []}, searched=SEARCHED[:1]).search == "one"
    assert graded([], replace(claim, members=(), state=())).people == people_unasked("state")


@pytest.mark.parametrize(
    ("predicate", "holds"),
    [
        (("scz-limit", "looked", "=", "4"), True),
        (("scz-limit", "harms", "=", "1"), True),
        (("scz-limit", "registered", "=", "1"), True),
        (("scz-limit", "searched.pubmed", "=", "1"), True),
        (("scz-limit", "empty_review", "=", "0"), True),
        (("scz-effect", "registered", "=", "1"), True),
        (("scz-effect", "level", "=", "animal"), True),
        (("scz-effect", "count.animal", "=", "1"), True),
        (("absent", "level", ">=", "animal"), False),
    ],
)
def test_a_state_claim_may_ask_of_itself_and_of_others(predicate: tuple[str, str, str, str], holds: bool) -> None:
    """Its own searches, trials and harm are facts as well as those of the claims it names."""
    g = graded(
        [seen(2, "animal", flags=("harm_signal",)), registered(5)],
        state_of(predicate),
        others={"scz-effect": [seen(7, "animal"), registered(6)]},
    )
    assert (g.state_verdict == "holds") is holds


def test_the_people_of_a_state_claim_are_those_of_its_members() -> None:
    """What is known in people is read from the records behind the claims it speaks of, at their highest level."""
    others = {"scz-effect": [seen(1, "rct", "no_difference", numbers={"n": 40}), seen(2, "animal")]}
    said = graded([], STATE, others=others).people.en
    assert (
        said
        == "Studies showing efficacy in people: none found; RCTs: 1 (40 people): no difference from control was shown"
    )
    animals = graded([], STATE, others={"scz-effect": [seen(2, "animal")]}).people
    assert animals.en.startswith("Studies showing efficacy in people: none")
    missing = replace(STATE, members=("scz-effect", "gone"))
    assert graded([], missing, others={"scz-effect": []}).people.en


def test_a_state_claim_reckons_overdue_from_its_day() -> None:
    """A trial that ended long ago without results is overdue on the day the claim is read, not on another."""
    trial = registered(5, status="COMPLETED")
    assert trial.trial is not None
    ended = replace(trial, trial=replace(trial.trial, completion="2022-01-31"))

    def overdue(day: date) -> bool:
        g = grade_claim(STATE, [ended], others={}, others_evidence={}, searched=SEARCHED, as_of=day)
        return g.registered[0].overdue

    assert (overdue(TODAY), overdue(date(2022, 2, 1))) == (True, False)
    without = replace(trial, trial=replace(trial.trial, completion=None))
    assert (
        not grade_claim(claim_of(), [without], others={}, others_evidence={}, searched=SEARCHED, as_of=TODAY)
        .registered[0]
        .overdue
    )


def test_concepts_reach_the_words_of_every_track() -> None:
    """Where nothing was found the sentence names condition and product, of a state claim too."""
    named = {
        "depression": Concept("depression", "condition", Bilingual("うつ病", "depression")),
        "exosome": Concept("exosome", "intervention", Bilingual("エクソソーム", "exosomes")),
    }
    plain = graded([], claim_of(), concepts=named)
    assert plain.notes != graded([], claim_of()).notes or plain.label != graded([], claim_of()).label


def test_a_safety_claim_names_its_rule_and_counts_the_unread() -> None:
    """Safety is read over all levels by C-SAFETY; a study that says neither harm nor its absence is unread; a harm report is not."""
    claim = claim_of(kind="safety", condition=())
    g = graded(
        [
            seen(1, "rct", n=120),
            seen(2, "early_clinical", "unclear"),
            seen(3, "early_clinical", "unclear", flags=("harm_signal",)),
            seen(4, "early_clinical", "unclear", flags=("no_harm_reported",)),
        ],
        claim,
    )
    assert (g.k_of_n, g.rules[-1], "C-SAFETY" in g.rules) == ((2, 4, 1), "C-SAFETY", True)
    assert "C-SAFETY" not in graded([], claim).rules
    assert graded([seen(1, "rct", n=120)]).rules == tuple(
        r for r in graded([seen(1, "rct", n=120)]).rules if r != "C-SAFETY"
    )


def rules_of(*evidence: Evidence, claim: Claim | None = None) -> set[str]:
    return set(graded(list(evidence), claim).rules)


def test_each_decision_behind_a_grade_is_named() -> None:
    """Linked papers, a review with a retracted trial and a preprint above the level each name their rule, and only then."""
    plain = rules_of(seen(1, "animal"))
    assert not plain & {"C-LINKED-ONCE", "C-POOLS-RETRACTED", "C-PREPRINT"}
    assert "C-LINKED-ONCE" in rules_of(seen(1, "animal"), seen(2, "animal", links=(RecordId("PMID:90000001"),)))
    assert "C-POOLS-RETRACTED" in rules_of(seen(1, "rct", synthesis=True, flags=("pools_retracted",)))
    above = rules_of(seen(1, "animal"), seen(2, "rct", counts_for_claim=False, preprint=True))
    assert "C-PREPRINT" in above
    same = rules_of(seen(1, "animal"), seen(2, "animal", counts_for_claim=False, preprint=True))
    assert "C-PREPRINT" not in same


def test_a_review_that_pools_a_retracted_trial_asks_for_a_person() -> None:
    """Only where it counts, and no other record is asked for that the rules decided."""
    assert graded([seen(1, "rct", synthesis=True, flags=("pools_retracted",))]).needs_review == 1
    assert graded([seen(1, "rct", counts_for_claim=False, flags=("pools_retracted",))]).needs_review == 0
    assert graded([seen(1, "rct")]).needs_review == 0


def test_indirect_evidence_is_by_agent_and_never_mixed_with_what_counts() -> None:
    """Each agent has the level of its own ungated indirect records."""
    g = graded(
        [
            seen(1, "rct"),
            seen(2, "animal", agent="msc_cells", counts_for_claim=False, indirect=True),
            seen(3, "early_clinical", agent="secretome", counts_for_claim=False, indirect=True),
            seen(4, "rct", agent="msc_cells", counts_for_claim=False),
        ]
    )
    assert g.indirect == {"msc_cells": "animal", "secretome": "early_clinical"}


def test_a_claim_says_how_much_was_looked_at() -> None:
    """Records and searches are added."""
    assert (graded([seen(1, "animal")]).claim_id, graded([seen(1, "animal")]).looked) == ("c", 3)


def test_the_record_that_holds_a_level_up_is_named_with_the_level_below() -> None:
    """Without it the rest is read again: not the record alone, and not everything."""
    down = graded([seen(1, "rct"), seen(2, "animal")]).would_change
    assert down.down_record_id == "PMID:90000001"
    assert down.down_text == both("change.down", id="PMID:90000001", level=both("level_short.animal"))


UMBRELLA = claim_of("u", members=("m", "n"))


def test_an_umbrella_names_the_record_that_holds_it_up() -> None:
    """A member's only record holds the umbrella; without it the umbrella has the level that member still has."""
    others = {"m": [seen(1, "rct"), seen(3, "animal")], "n": [seen(2, "rct"), seen(4, "rct")]}
    change = graded([], UMBRELLA, others=others).would_change
    assert change.down_record_id == "PMID:90000001"
    assert change.down_text == both("change.down", id="PMID:90000001", level=both("level_short.animal"))
    held = {"m": [seen(1, "rct"), seen(3, "rct")], "n": [seen(2, "rct"), seen(4, "rct")]}
    assert graded([], UMBRELLA, others=held).would_change.down_text == both("change.down_members")


def test_an_umbrella_of_a_population_reads_its_own_records() -> None:
    """Where the umbrella names a population, the record tied to the umbrella itself is taken away."""
    claim = replace(UMBRELLA, population="treatment_resistant")
    others = {"m": [seen(1, "rct"), seen(3, "animal")], "n": [seen(2, "rct"), seen(4, "rct")]}
    own = [seen(1, "rct"), seen(2, "rct"), seen(3, "animal"), seen(4, "rct")]
    g = graded(own, claim, others=others)
    assert (g.level, g.would_change.down_record_id) == ("rct", "PMID:90000001")
    assert g.would_change.down_text == both("change.down", id="PMID:90000001", level=both("level_short.animal"))


def test_an_umbrella_is_searched_as_far_as_its_least_searched_member() -> None:
    """Its own search alone does not make it complete."""
    members = {
        m: grade_claim(
            claim_of(m),
            [],
            others={},
            others_evidence={},
            searched=SEARCHED if m == "m" else SEARCHED[:1],
            as_of=TODAY,
        )
        for m in ("m", "n")
    }
    g = grade_claim(UMBRELLA, [], others=members, others_evidence={}, searched=SEARCHED, as_of=TODAY)
    assert g.search == "one"
    plain = grade_claim(claim_of(), [], others=members, others_evidence={}, searched=SEARCHED, as_of=TODAY)
    assert plain.search == "complete"


def test_the_levels_of_the_parts_are_named() -> None:
    """Each part of a joined claim has its own level, under its own words."""
    claim = claim_of(
        parts=(Part(Bilingual("記憶", "memory"), ("memory",)), Part(Bilingual("注意", "attention"), ("attention",)))
    )
    g = graded([seen(1, "rct", parts=(0, 1)), seen(2, "animal", parts=(1,))], claim)
    assert g.parts == {"memory": "rct", "attention": "rct"}


def test_a_member_without_records_at_hand_is_read_by_its_grade() -> None:
    """Grades may be there where the records behind them are not: nothing breaks, and nothing is made up."""
    cut = (replace(SEARCHED[0], complete=False), *SEARCHED[1:])
    member = graded([seen(1, "animal")], claim_of("scz-effect"))
    asked = grade_claim(
        state_of(("scz-effect", "level", ">=", "animal")), [], others={"scz-effect": member}, others_evidence={}, searched=cut, as_of=TODAY,
    )  # fmt: skip
    assert (asked.state_verdict, asked.members, asked.notes) == (
        "holds",
        {"scz-effect": "animal"},
        tuple(search_notes(read_search(cut))),
    )
    assert asked.notes
    whole = {m: graded([seen(1, "rct")], claim_of(m)) for m in ("m", "n")}
    umbrella = grade_claim(
        UMBRELLA, [], others=whole, others_evidence={"m": [seen(1, "rct")]}, searched=SEARCHED, as_of=TODAY
    )
    assert umbrella.level == "rct"
