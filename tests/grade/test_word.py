"""Which grade holds once a person has spoken? Each rule of grade/word.py by an example; its laws stand in test_word_laws.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evtrack.claim import Claim
from evtrack.grade.grades import ClaimRecordGrade
from evtrack.grade.word import is_another, lower_of, rules_say, under_word
from evtrack.record import Reason, RecordId
from evtrack.standing import Words
from evtrack.word import REOPENED, Action, Word
from tests.grade.conftest import claim_of, seen

CLAIM = claim_of()
ASSOCIATION = claim_of(track="background")
RECORD = RecordId("PMID:90000001")


def tie(level: str = "animal", stance: str = "supports", **more: Any) -> ClaimRecordGrade:
    """What the rules say of a record."""
    return seen(1, level, stance, **more).graded


def word(action: Action = "relabel", **more: Any) -> Word:
    """A word on the record for the claim; ``more`` are its fields, or (others) its values."""
    fields = {k: more.pop(k) for k in [*more] if k in Word.__dataclass_fields__}
    return Word(**{
        "action": action, "reason": "read the paper", "name": "A. Reader", "at": "2026-01-05T09:00:00Z", "record_id": RECORD,
        "claim_id": "c", "values": more, **fields,
    })  # fmt: skip


def held(graded: ClaimRecordGrade, claim: Claim = CLAIM, **values: Any) -> ClaimRecordGrade:
    """The grade under a relabel with these values."""
    return under_word(graded, word(**values), claim)


def test_accept_clears_the_doubt_and_nothing_else() -> None:
    """An accepted record has the same grade, needs nobody any more, and the person's reason is its first."""
    graded = tie(needs_review=True)
    accepted = under_word(graded, word("accept"), CLAIM)
    assert not accepted.grade.needs_review
    assert accepted.grade.reasons[0] == Reason("P-ACCEPT", "word", "read the paper", 0, 14)
    assert replace(accepted, grade=graded.grade) == graded
    assert accepted.grade.basis == "abstract"


@pytest.mark.parametrize("kind", ["counts_for_claim", "preprint", "indirect"])
def test_a_rejected_record_counts_in_no_way(kind: str) -> None:
    """Neither as evidence, nor as a preprint, nor beside; level and stance are shown as they were."""
    more: dict[str, Any] = {"counts_for_claim": False, kind: True}
    graded = tie(needs_review=True, **more)
    rejected = under_word(graded, word("reject"), CLAIM)
    assert (rejected.counts_for_claim, rejected.preprint, rejected.indirect) == (False, False, False)
    assert (rejected.grade.level, rejected.stance, rejected.grade.needs_review) == ("animal", "supports", False)
    assert rejected.grade.reasons[0].rule == "P-REJECT"


def test_an_undo_stands_for_nothing() -> None:
    """Who applies an undo has a bug."""
    with pytest.raises(ValueError, match="undo"):
        under_word(tie(), word("undo"), CLAIM)


def test_the_level_follows_from_the_design() -> None:
    """A design that a person gives has the ladder's level, basis person, and the rules' words for it are gone."""
    reasons = (Reason("R-ANIMAL", "title", "mice", 0, 4), Reason("S-SUPPORT", "abstract", "fell", 5, 9))
    graded = replace(tie(), grade=replace(tie().grade, reasons=reasons))
    h = held(graded, design="single_arm", stance="mixed")
    assert (h.grade.design, h.grade.level, h.stance) == ("single_arm", "early_clinical", "mixed")
    assert h.grade.basis == "person"
    assert h.counts_for_claim
    assert [r.rule for r in h.grade.reasons] == ["P-RELABEL"]
    assert [r.rule for r in held(graded, agent="native_ev").grade.reasons] == ["P-RELABEL", "R-ANIMAL", "S-SUPPORT"]


@pytest.mark.parametrize(
    ("values", "level", "synthesis"),
    [
        ({"design": "meta_analysis", "level": "rct"}, "rct", True),
        ({"design": "meta_analysis", "level": "observational"}, "early_clinical", True),
        ({"design": "meta_analysis"}, "none", True),
        ({"design": "other"}, "none", False),
        ({"level": "rct"}, "animal", False),
        ({"design": "animal", "synthesis": True}, "animal", True),
    ],
)
def test_only_a_synthesis_is_told_its_level(values: dict[str, Any], level: str, synthesis: bool) -> None:
    """A level that contradicts the design is not taken; a synthesis has that of what it pools."""
    h = held(tie(), stance="mixed", **values)
    assert (h.grade.level, h.grade.synthesis) == (level, synthesis)
    assert h.counts_for_claim is (level != "none")


def test_the_level_of_a_synthesis_is_kept_or_given() -> None:
    """What the rules read of a synthesis stays where a person gives another kind of it, and gives way to a level."""
    graded = tie(design="systematic_review", synthesis=True)
    assert held(graded, design="meta_analysis").grade.level == "animal"
    assert held(graded, level="rct", stance="supports").grade.level == "rct"


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ({"design": "observational"}, "observational"),
        ({"design": "meta_analysis", "level": "animal"}, "animal"),
        ({"design": "meta_analysis", "level": "early_clinical"}, "observational"),
        ({"design": "meta_analysis"}, "observational"),
        ({"design": "rct"}, "rct"),
    ],
)
def test_the_background_test_has_its_own_ladder(values: dict[str, Any], level: str) -> None:
    """For a claim of association a synthesis is of associations, and role, agent and their gates are not asked."""
    graded = replace(tie(), grade=replace(tie().grade, role="other", agent="none"))
    h = held(graded, ASSOCIATION, role="biomarker", agent="native_ev", stance="mixed", **values)
    assert (h.grade.level, h.grade.role, h.grade.agent, h.grade.gate) == (level, "other", "none", None)
    assert h.counts_for_claim


@pytest.mark.parametrize(
    ("gate", "values", "after"),
    [
        ("review", {"design": "animal"}, None),
        ("review", {"design": "protocol"}, "protocol"),
        ("review", {"gate": None}, None),
        ("empty_review", {"design": "animal"}, None),
        ("biomarker", {"design": "rct"}, "biomarker"),
        ("biomarker", {"role": "therapy"}, None),
        ("biomarker", {"role": "mechanism_endogenous"}, "endogenous"),
        ("not_ev", {"agent": "native_ev"}, None),
        ("not_ev", {"agent": "none"}, "not_ev"),
        ("not_ev", {"role": "therapy"}, "not_ev"),
        (None, {"agent": "none"}, "not_ev"),
        (None, {"role": "pathogenic_transfer"}, "pathogenic_transfer"),
        (None, {"gate": "opinion"}, "opinion"),
        (None, {"design": "guideline"}, "opinion"),
        (None, {"design": "guideline", "gate": None}, "opinion"),
        (None, {"gate": "retracted"}, "retracted"),
    ],
)
def test_a_gate_follows_from_what_it_rests_on(gate: str | None, values: dict[str, Any], after: str | None) -> None:
    """A gate falls with the value it rested on and comes with one that has it; gated means no level, no stance."""
    graded = tie(gate=gate, design="animal")
    h = held(graded, stance="supports", **values)
    assert h.grade.gate == after
    assert (h.grade.level, h.stance, h.counts_for_claim) == (
        ("none", "n/a", False) if after else (h.grade.level, "supports", True)
    )
    assert (h.grade.level != "none") is (after is None)


@pytest.mark.parametrize("gate", ["retracted", "notice"])
@pytest.mark.parametrize("action", ["accept", "reject", "relabel", "add"])
def test_no_word_lifts_a_retraction(gate: str, action: Action) -> None:
    """A record that is retracted stays so whatever is said of it."""
    said = word(
        action, values={"gate": None, "design": "rct", "counts_for_claim": True} if action in ("relabel", "add") else {}
    )
    h = under_word(tie(gate=gate), said, CLAIM)
    assert (h.grade.gate, h.grade.level, h.stance, h.counts_for_claim) == (gate, "none", "n/a", False)


def test_what_counts_is_decided_as_the_rules_decide_it() -> None:
    """Condition, outcome, agent and role that a person gives count, stand beside or leave out as if they had been read."""
    off = tie(counts_for_claim=False, condition_match="none", outcome_match="none", stance="n/a")
    assert not held(off, condition_match="selected").counts_for_claim
    on = held(off, condition_match="selected", outcome_match="measured", stance="mixed")
    assert (on.counts_for_claim, on.stance, on.grade.needs_review) == (True, "mixed", False)
    beside = held(on, agent="secretome")
    assert (beside.counts_for_claim, beside.indirect) == (False, True)
    early = held(tie(flags=("preprint",), counts_for_claim=False), agent="native_ev")
    assert (early.counts_for_claim, early.preprint) == (False, True)
    assert held(tie(), role="other").counts_for_claim is False
    assert held(tie(), outcome_match="none").stance == "n/a"
    assert held(tie(), counts_for_claim=False).counts_for_claim is False


def test_prevention_counts_where_a_person_says_so() -> None:
    """That it was given before the stressor is the rules' reading, and the one that a person may overrule by counting."""
    graded = tie(flags=("prevention",), counts_for_claim=False)
    assert not held(graded, stance="mixed").counts_for_claim
    assert held(graded, counts_for_claim=True).counts_for_claim


def test_flags_of_the_condition_go_with_it() -> None:
    """That the people were not chosen for the condition is no longer noted once a person says that they were."""
    graded = tie(flags=("population_not_condition", "open_label"))
    assert held(graded, condition_match="selected").grade.flags == ("open_label",)


def test_a_stance_nobody_read_is_unclear() -> None:
    """Out of a gate, or up to a trial, the stance read before says nothing: it is unclear and waits for a person."""
    out = held(tie(gate="review", design="animal"), design="animal")
    assert (out.counts_for_claim, out.stance, out.grade.needs_review) == (True, "unclear", True)
    up = held(tie("animal"), design="rct")
    assert (up.grade.level, up.stance, up.grade.needs_review) == ("rct", "unclear", True)
    told = held(tie("animal"), design="rct", stance="no_difference")
    assert (told.stance, told.grade.needs_review) == ("no_difference", False)
    assert held(tie("rct"), role="therapy").stance == "supports"
    assert held(tie(), stance="unclear").grade.needs_review is False


@pytest.mark.parametrize(
    ("n", "before", "after"),
    [(12, (), ("small_n",)), (200, ("small_n", "n_not_stated"), ()), (None, ("n_not_stated",), ("n_not_stated",))],
)
def test_numbers_and_their_flags(n: int | None, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """A number of people that a person gives decides whether it is small or not stated."""
    h = held(tie("rct", flags=before), **({"n": n} if n else {"role": "therapy"}))
    assert h.grade.flags == after
    assert h.grade.numbers.get("n") == n


def test_a_state_claim_counts_an_empty_review_alone() -> None:
    """Towards a claim about the evidence, what searched and found nothing supports it; nothing else speaks."""
    state = claim_of(track="state")
    assert held(tie(), state, gate="empty_review").stance == "supports"
    assert held(tie(), state, stance="supports").stance == "n/a"


def test_an_added_record_has_its_claims_own_values() -> None:
    """What is given for one claim holds there alone, over what is given for all; flags are the person's."""
    values = {
        "design": "animal", "agent": "native_ev", "role": "therapy", "flags": ["route_iv"], "planned_design": "rct",
        "claims": {"c": {"stance": "contradicts", "condition_match": "selected", "outcome_match": "measured"}},
    }  # fmt: skip
    graded = tie("none", gate="not_ev", stance="n/a", condition_match="none", outcome_match="none")
    here = under_word(graded, word("add", claim_id=None, values=values), CLAIM)
    assert (here.grade.level, here.stance, here.counts_for_claim) == ("animal", "contradicts", True)
    assert here.grade.flags == ("route_iv",)
    assert here.grade.planned == "rct"
    assert here.grade.reasons[0].rule == "P-ADD"
    there = under_word(graded, word("add", claim_id=None, values=values), claim_of("d"))
    assert (there.grade.level, there.counts_for_claim) == ("animal", False)


def test_a_reopened_word_holds_down_and_never_up() -> None:
    """On another content the lower of both holds, with the flag, and a person is asked again."""
    down = under_word(tie("rct"), word(design="animal", stance="contradicts", reopened=True), CLAIM)
    assert (down.grade.level, down.stance, down.counts_for_claim) == ("animal", "contradicts", True)
    up = under_word(tie("animal", "contradicts"), word(design="rct", stance="supports", reopened=True), CLAIM)
    assert (up.grade.level, up.stance) == ("animal", "contradicts")
    out = under_word(tie(), word("reject", reopened=True), CLAIM)
    assert not out.counts_for_claim
    gated = under_word(tie(), word(gate="opinion", reopened=True), CLAIM)
    assert (gated.grade.gate, gated.grade.level, gated.stance) == ("opinion", "none", "n/a")
    lifted = under_word(tie(gate="review"), word(gate=None, design="rct", stance="supports", reopened=True), CLAIM)
    assert (lifted.grade.gate, lifted.grade.level, lifted.counts_for_claim) == ("review", "none", False)
    for one in (down, up, out, gated, lifted):
        assert one.grade.needs_review
        assert REOPENED in one.grade.flags
        assert one.grade.reasons[0].rule in ("P-RELABEL", "P-REJECT")


def test_the_lower_of_counting_beside_and_provisional() -> None:
    """What counts under one and stands beside under the other stands beside; a preprint stays provisional."""
    counted, beside = tie(), tie(counts_for_claim=False, indirect=True)
    early = tie(counts_for_claim=False, preprint=True)
    for one, other in ((counted, beside), (beside, counted), (early, beside)):
        low = lower_of(one, other)
        assert (low.counts_for_claim, low.preprint, low.indirect) == (False, False, True)
    low = lower_of(counted, early)
    assert (low.counts_for_claim, low.preprint, low.indirect) == (False, True, False)


def test_what_a_person_is_shown() -> None:
    """Of a claim: what the record says towards it; of the record: its own grade. A number where there is one."""
    graded = tie("rct", "mixed", numbers={"n": 12})
    assert rules_say(graded.grade, graded) == {
        "design": "rct", "level": "rct", "synthesis": False, "role": "therapy", "agent": "native_ev", "gate": None,
        "stance": "mixed", "n": 12, "condition_match": "selected", "outcome_match": "measured", "counts_for_claim": True,
    }  # fmt: skip
    assert "counts_for_claim" not in rules_say(graded.grade, None)
    assert "n" not in rules_say(tie().grade, None)


def test_when_a_word_is_about_something_else() -> None:
    """Another content reopens any word; other rules reopen what was accepted, and that alone."""
    graded = tie()
    shown = rules_say(graded.grade, graded)
    assert not is_another(word("accept", content_hash="a", seen=shown), "a", graded.grade, graded)
    assert not is_another(word("accept"), "a", graded.grade, graded)
    assert is_another(word("accept", content_hash="b", seen=shown), "a", graded.grade, graded)
    assert is_another(word("reject", content_hash="b"), "a", graded.grade, graded)
    moved = tie("rct")
    assert is_another(word("accept", content_hash="a", seen=shown), "a", moved.grade, moved)
    assert not is_another(word("reject", content_hash="a", seen=shown), "a", moved.grade, moved)
    own = word("accept", claim_id=None, content_hash="a", seen=rules_say(graded.grade, None))
    assert not is_another(own, "a", graded.grade, replace(graded, outcome_match="none"))


def test_which_words_hold() -> None:
    """The latest of a pair; one for the claim before one for any; an undo takes back the one before it."""
    said = [
        word("accept", id=1, claim_id=None), word("reject", id=2), word("relabel", id=3, claim_id=None, n=4),
        word("undo", id=4, claim_id=None), word("accept", id=5), word("undo", id=6), word("accept", id=7, record_id=None),
        word("undo", id=8, claim_id="d"),
    ]  # fmt: skip
    words = Words.of(reversed(said))
    assert [w.id for w in words.on(RECORD, "c")] == [2]
    assert [w.id for w in words.on(RECORD, "other")] == [1]
    assert words.on(RecordId("PMID:9"), "c") == ()
    assert words.on_claim("c") == said[6]
    assert words.on_claim("d") is None
    assert [w.id for w in words.standing] == [1, 2, 7]
    assert words.records == {RECORD}
    assert words.claims_of(RECORD) == set()


def test_an_added_record_and_words_on_it() -> None:
    """The latest add holds below what is said of it later; its claims, and those of a relabel, are tied by it."""
    first = word("add", id=1, claim_id=None, values={"claims": {"c": {}}})
    second = word("add", id=2, claim_id=None, values={"claims": {"d": {}}})
    later = [word("relabel", id=3, claim_id="e", n=4), word("accept", id=4, claim_id=None)]
    words = Words.of([first, second, *later])
    assert words.added(RECORD) == second
    assert [w.id for w in words.on(RECORD, "e")] == [2, 3]
    assert [w.id for w in words.on(RECORD, "c")] == [2, 4]
    assert [w.id for w in Words.of([first]).on(RECORD, "c")] == [1]
    assert words.claims_of(RECORD) == {"d", "e"}
    assert [w.id for w in words.standing] == [1, 2, 3, 4]
    assert Words.of([first]).added(RecordId("PMID:9")) is None


def test_words_count_in_the_order_said() -> None:
    """The moment goes before the number under which a store keeps it; of one second the number."""
    late = word("reject", id=1, at="2026-02-01T00:00:00Z")
    assert Words.of([late, word("accept", id=2, at="2026-01-01T00:00:00Z")]).on(RECORD, "c") == (late,)
    assert [w.id for w in Words.of([word("reject", id=1), word("accept", id=2)]).on(RECORD, "c")] == [2]
    assert Words.of([late]).then([replace(late, action="undo")]) == Words()


def test_words_follow_a_merged_record() -> None:
    """What stands on an id that became another is said of that one too, but where somebody spoke of it itself; an add stays."""
    old, new = RecordId("PMID:90000077"), RecordId("PMID:90000078")
    general, own = word("reject", id=1, record_id=old, claim_id=None), word("accept", id=2, record_id=old)
    add = word("add", id=3, record_id=old, claim_id="d")
    said = Words.of([general, own, add, word("accept", id=4, record_id=None)])
    assert said.followed({}) == ()
    assert said.followed({old: new}) == (replace(general, record_id=new, id=0), replace(own, record_id=new, id=0))
    there = said.then([word("reject", record_id=new, claim_id="c")])
    assert [w.claim_id for w in there.followed({old: new})] == [None]
    assert said.then([word("reject", record_id=new, claim_id=None)]).followed({old: new}) == ()


def test_an_added_record_says_nothing_of_a_claim_that_the_person_did_not_name() -> None:
    """Its words may name another disease: direction and match given for one claim are not lent to that one."""
    entered = word(
        "add",
        values={
            "claims": {"another-claim": None},
            "design": "rct",
            "stance": "supports",
            "condition_match": "selected",
            "outcome_match": "measured",
            "counts_for_claim": True,
        },
    )
    base = replace(tie(), condition_match="mentioned", outcome_match="none", counts_for_claim=False, stance="n/a")
    told = under_word(base, entered, CLAIM)
    assert (told.condition_match, told.outcome_match, told.counts_for_claim) == ("mentioned", "none", False)
    assert told.stance != "supports"
    named = under_word(base, replace(entered, values={**entered.values, "claims": {CLAIM.id: None}}), CLAIM)
    assert (named.condition_match, named.outcome_match, named.stance) == ("selected", "measured", "supports")
