"""What may no word ever do? Laws of grade/word.py over made-up grades and words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.claim import Claim
from evtrack.grade.grades import FINAL_GATES, ClaimRecordGrade, Design, Gate, Level, RecordGrade, rank
from evtrack.grade.record import GATE_OF, LEVEL_OF, SYNTHESES
from evtrack.grade.word import under_word
from evtrack.record import RecordId
from evtrack.standing import Words
from evtrack.word import Action, Word
from evtrack.word_check import RELABELLED, VALUES
from tests.grade.conftest import claim_of

CLAIMS = [
    claim_of(), claim_of(track="background"), claim_of(kind="mechanism"), claim_of(kind="safety"), claim_of(track="state"),
    claim_of(track="manual"),
]  # fmt: skip
RECORDS = [RecordId(f"PMID:9000000{i}") for i in range(3)]
ASCENDING = ("n/a", "contradicts", "no_difference", "unclear", "mixed", "supports")


def one_of(field: str) -> st.SearchStrategy[Any]:
    """Any value of a field."""
    return st.sampled_from(VALUES[field])


@st.composite
def grades(draw: st.DrawFn) -> ClaimRecordGrade:
    """A grade as the rules may give it: a gate means no level, and what is gated says nothing."""
    design: Design = draw(one_of("design"))
    gate: Gate | None = GATE_OF[design][0] if design in GATE_OF else draw(st.none() | one_of("gate"))
    pooled: Level = draw(one_of("level")) if design in SYNTHESES else "none"
    own = RecordGrade(
        design=design,
        level="none" if gate else LEVEL_OF[design][0] if design in LEVEL_OF else pooled,
        synthesis=design in SYNTHESES,
        role=draw(one_of("role")),
        agent=draw(one_of("agent") | st.just("native_ev")),
        gate=gate,
        stance=draw(one_of("stance")),
        basis="abstract",
        flags=tuple(draw(st.lists(st.sampled_from(("preprint", "prevention", "small_n")), unique=True))),
        needs_review=draw(st.booleans()),
    )
    kind = draw(st.sampled_from(("counts", "preprint", "indirect", ""))) if own.level != "none" else ""
    return ClaimRecordGrade(
        own,
        condition_match=draw(one_of("condition_match")),
        outcome_match=draw(one_of("outcome_match")),
        counts_for_claim=kind == "counts",
        stance="n/a" if gate else draw(one_of("stance")),
        preprint=kind == "preprint",
        indirect=kind == "indirect",
    )


def values() -> st.SearchStrategy[dict[str, Any]]:
    """Any values of a relabel, contradictory ones too."""
    fields: dict[str, st.SearchStrategy[Any]] = {name: st.sampled_from(VALUES[name]) for name in VALUES}
    fields["gate"] = st.sampled_from((None, *VALUES["gate"]))
    fields |= {"synthesis": st.booleans(), "counts_for_claim": st.booleans(), "n": st.integers(1, 500)}
    assert set(fields) == set(RELABELLED)
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def words(draw: st.DrawFn, action: Action | None = None) -> Word:
    """A word that may stand."""
    standing: tuple[Action, ...] = ("accept", "reject", "relabel", "add")
    act: Action = action if action is not None else draw(st.sampled_from(standing))
    told = draw(values()) if act in ("relabel", "add") else {}
    return Word(act, "r", "n", "2026-01-05T09:00:00Z", RECORDS[0], "c", told)


@settings(max_examples=300)
@given(graded=grades(), word=words(), claim=st.sampled_from(CLAIMS))
def test_a_reopened_word_never_raises(graded: ClaimRecordGrade, word: Word, claim: Claim) -> None:
    """Neither level, nor counting in any way, nor stance is above what the rules read of today's content; a person is asked."""
    held = under_word(graded, replace(word, reopened=True), claim)
    assert rank(held.grade.level) <= rank(graded.grade.level)
    assert held.counts_for_claim <= graded.counts_for_claim
    assert (held.counts_for_claim or held.preprint) <= (graded.counts_for_claim or graded.preprint)
    assert held.indirect <= (graded.counts_for_claim or graded.preprint or graded.indirect)
    assert ASCENDING.index(held.stance) <= ASCENDING.index(graded.stance)
    assert held.grade.needs_review


@settings(max_examples=300)
@given(graded=grades(), word=words(), claim=st.sampled_from(CLAIMS))
def test_a_reopened_word_still_holds_down(graded: ClaimRecordGrade, word: Word, claim: Claim) -> None:
    """A change of the record does not by itself undo what a person took down."""
    fresh, held = under_word(graded, word, claim), under_word(graded, replace(word, reopened=True), claim)
    assert rank(held.grade.level) <= rank(fresh.grade.level)
    assert held.counts_for_claim <= fresh.counts_for_claim
    assert ASCENDING.index(held.stance) <= ASCENDING.index(fresh.stance)


@settings(max_examples=300)
@given(graded=grades(), word=words(), claim=st.sampled_from(CLAIMS), reopened=st.booleans())
def test_a_retraction_wins(graded: ClaimRecordGrade, word: Word, claim: Claim, reopened: bool) -> None:
    """Whatever was said, what is retracted or a notice keeps its gate, has no level and does not count."""
    for gate in FINAL_GATES:
        out = replace(graded.grade, gate=gate, level="none")
        shut = replace(graded, grade=out, counts_for_claim=False, preprint=False, indirect=False, stance="n/a")
        held = under_word(shut, replace(word, reopened=reopened), claim)
        assert (held.grade.gate, held.grade.level, held.stance) == (gate, "none", "n/a")
        assert (held.counts_for_claim, held.preprint, held.indirect) == (False, False, False)


@settings(max_examples=300)
@given(graded=grades(), word=words(), claim=st.sampled_from(CLAIMS), reopened=st.booleans())
def test_a_gate_means_no_level_and_no_stance(
    graded: ClaimRecordGrade, word: Word, claim: Claim, reopened: bool
) -> None:
    """No word makes a gated record that counts, or a level that its design has not."""
    held = under_word(graded, replace(word, reopened=reopened), claim)
    grade = held.grade
    if grade.gate is not None:
        assert grade.level == "none"
        assert not held.counts_for_claim or grade.gate == "empty_review"
        assert held.stance == "n/a" or grade.gate == "empty_review"
    elif (
        word.action in ("relabel", "add") and not reopened and grade.design not in SYNTHESES and "design" in word.values
    ):
        ladder = LEVEL_OF[grade.design][0] if grade.design in LEVEL_OF else "none"
        assert grade.level in (ladder, "observational" if grade.design == "observational" else ladder)


@given(graded=grades(), claim=st.sampled_from(CLAIMS), word=words("accept"))
def test_accept_changes_no_level(graded: ClaimRecordGrade, claim: Claim, word: Word) -> None:
    """Nothing but the doubt and the reasons is another."""
    held = under_word(graded, word, claim)
    assert replace(held, grade=replace(held.grade, needs_review=graded.grade.needs_review, reasons=())) == graded


@st.composite
def conversations(draw: st.DrawFn) -> list[Word]:
    """Words on a few records and claims, one after the other."""
    said = []
    for n in range(1, draw(st.integers(0, 12)) + 1):
        action: Action = draw(st.sampled_from(get_args(Action)))
        record = draw(st.sampled_from([*RECORDS, None]))
        claim = draw(st.sampled_from(["c", "d", None] if record else ["c", "d"]))
        said.append(Word(action, f"r{n}", "n", "2026-01-05T09:00:00Z", record, claim, id=n))
    return said


@given(said=conversations(), data=st.data())
def test_words_of_one_moment_count_in_the_order_of_their_ids(said: list[Word], data: st.DataObject) -> None:
    """However they come, the same words stand."""
    assert Words.of(data.draw(st.permutations(said))) == Words.of(said)


@given(said=conversations(), word=words())
def test_an_undo_restores_exactly_what_stood(said: list[Word], word: Word) -> None:
    """A word and its undo leave no trace: every record and claim is as before, and so is its grade."""
    for record, claim in ((RECORDS[0], "c"), (RECORDS[0], None), (None, "c")):
        about = replace(word, record_id=record, claim_id=claim, id=len(said) + 1)
        back = replace(about, action="undo", id=len(said) + 2)
        assert Words.of([*said, about, back]) == Words.of(said)
        assert Words.of([*said, about]) != Words.of(said)
