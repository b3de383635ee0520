"""Is every change told once, with its kind and how much it matters?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.changes import (
    SEVERITIES,
    Change,
    ChangeKind,
    ClaimState,
    RecordState,
    Search,
    Severity,
    State,
    TieState,
    compare,
    query_drift,
)
from evtrack.grade.grades import LEVELS, Level, Stance, rank
from evtrack.record import RecordId

A, B = RecordId("PMID:90000001"), RecordId("NCT90000002")
RECORD = RecordState("hash", revised="2025-01-01")
TIE = TieState("animal", "supports", True, "match")


def states(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (c.kind, c.claim_id, c.record_id, c.before, c.after, c.severity)
        for c in compare(State(**before), State(**after))
    ]


def one_record(old: RecordState, new: RecordState | None, **tie: Any) -> list[tuple[str, Severity]]:
    ties = {("c", A): replace(TIE, **tie)}
    after = {A: new} if new else {}
    changes = compare(State(records={A: old}, ties=ties), State(records=after, ties=ties if new else {}))
    assert all((c.claim_id, c.record_id) == ("c", A) for c in changes)
    return [(c.kind, c.severity) for c in changes]


def test_nothing_changed_is_nothing_told() -> None:
    """A state compared with itself has no changes."""
    state = State({"c": ClaimState("rct", "supports", "h")}, {A: RECORD}, {("c", A): TIE}, {("c", A): True}, "1")
    assert compare(state, state) == []
    assert compare(State(), State()) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("animal", "rct", ("level_up", "c", None, "animal", "rct", "notable")),
        ("rct", "early_clinical", ("level_down", "c", None, "rct", "early_clinical", "critical")),
        ("observational", "animal", ("level_down", "c", None, "observational", "animal", "critical")),
        ("none", "observational", ("level_up", "c", None, "none", "observational", "notable")),
    ],
)
def test_levels_up_and_down(old: Any, new: Any, told: tuple[Any, ...]) -> None:
    """A level that falls is critical, one that rises notable."""
    assert states({"claims": {"c": ClaimState(old, "unclear")}}, {"claims": {"c": ClaimState(new, "unclear")}}) == [
        told
    ]


def test_a_claim_without_level_or_without_a_grade_before_has_no_change_of_level() -> None:
    """Tracks state and manual have no level; a claim graded for the first time rose from nothing known."""
    assert states({"claims": {"c": ClaimState(None, "unclear")}}, {"claims": {"c": ClaimState("rct", "unclear")}}) == []
    assert states({}, {"claims": {"c": ClaimState("rct", "supports")}}) == []
    assert states({"claims": {"c": ClaimState("rct", "supports")}}, {}) == []


@pytest.mark.parametrize(
    ("stance", "severity"), [("contradicts", "critical"), ("no_difference", "notable"), ("mixed", "notable")]
)
def test_a_stance_that_turns(stance: Stance, severity: Severity) -> None:
    """A claim that evidence now contradicts is critical."""
    told = states({"claims": {"c": ClaimState("rct", "supports")}}, {"claims": {"c": ClaimState("rct", stance)}})
    assert told == [("stance_changed", "c", None, "supports", stance, severity)]


def test_an_edited_claim_and_changed_rules_are_told() -> None:
    """The reader sees that a level moved because somebody edited, not because somebody published."""
    told = states(
        {"claims": {"c": ClaimState("rct", "supports", "h1")}, "rules_version": "1"},
        {"claims": {"c": ClaimState("rct", "supports", "h2")}, "rules_version": "2"},
    )
    assert told == [
        ("regraded", None, None, "1", "2", "minor"),
        ("claim_changed", "c", None, None, None, "minor"),
    ]
    assert states({"rules_version": None}, {"rules_version": "2"}) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"gate": "retracted", "content_hash": "other"}, [("retracted", "critical")]),
        (
            {"flags": frozenset({"expression_of_concern"}), "content_hash": "other"},
            [("expression_of_concern", "notable")],
        ),
        ({"flags": frozenset({"corrected"})}, [("corrected", "minor")]),
        ({"status": "COMPLETED", "has_results": True}, [("results_posted", "notable"), ("trial_status", "notable")]),
        ({"content_hash": "other"}, [("record_changed", "minor")]),
        ({"flags": frozenset({"small_n"}), "gate": "review"}, []),
    ],
)
def test_what_happened_to_a_record(changed: dict[str, Any], told: list[tuple[str, str]]) -> None:
    """The particular change is told; 'changed' is told where nothing more particular is; a grade alone is none."""
    assert one_record(RECORD, replace(RECORD, **changed)) == told


def test_a_removed_record_matters_where_it_counted() -> None:
    """Gone at the service: notable for a claim it counted for, minor elsewhere."""
    assert one_record(RECORD, None) == [("record_removed", "notable")]
    assert one_record(RECORD, None, counts_for_claim=False) == [("record_removed", "minor")]
    assert states({"records": {A: RECORD}}, {}) == [("record_removed", None, A, None, None, "minor")]


def test_a_change_is_told_for_each_claim_of_the_record() -> None:
    """One line a claim, so that each claim's digest is whole; one without a claim where there is none."""
    ties = {("c2", A): TIE, ("c1", A): TIE}
    after = {A: replace(RECORD, gate="retracted")}
    told = states({"records": {A: RECORD}, "ties": ties}, {"records": after, "ties": ties})
    assert [(kind, claim) for kind, claim, *_ in told] == [("retracted", "c1"), ("retracted", "c2")]
    assert states({"records": {A: RECORD}}, {"records": after}) == [
        ("retracted", None, A, None, "retracted", "critical")
    ]


@pytest.mark.parametrize(
    ("tie", "told"),
    [
        ({}, ("new_record", "c", A, None, "supports", "minor")),
        ({"level": "rct"}, ("new_record", "c", A, None, "supports", "minor")),
        ({"level": "rct", "stance": "contradicts"}, ("new_record", "c", A, None, "contradicts", "critical")),
        ({"level": "rct", "stance": "no_difference"}, ("new_record", "c", A, None, "no_difference", "critical")),
        (
            {"stance": "contradicts", "counts_for_claim": False, "level": "rct"},
            ("new_record", "c", A, None, None, "minor"),
        ),
    ],
)
def test_a_new_record_is_told_for_its_claim(tie: dict[str, Any], told: tuple[Any, ...]) -> None:
    """A counting RCT that found nothing, or harm, is critical; records that touch no claim are no news."""
    assert states({}, {"records": {A: RECORD}, "ties": {("c", A): replace(TIE, **tie)}}) == [told]
    assert states({}, {"records": {A: RECORD}}) == []


def test_an_rct_that_turns_against_its_claim_is_critical() -> None:
    """A record read anew as a null RCT is told like a new one; once."""
    null = replace(TIE, level="rct", stance="no_difference")
    records = {A: RECORD}
    told = states({"records": records, "ties": {("c", A): TIE}}, {"records": records, "ties": {("c", A): null}})
    assert told == [("stance_changed", "c", A, "supports", "no_difference", "critical")]
    assert states({"records": records, "ties": {("c", A): null}}, {"records": records, "ties": {("c", A): null}}) == []


@pytest.mark.parametrize(
    ("level", "severity"),
    [("in_vitro", "notable"), ("animal", "notable"), ("early_clinical", "notable"), ("rct", "critical")],
)
def test_harm_is_never_minor(level: Level, severity: str) -> None:
    """A record that counts and tells harm is notable at least, new or read anew; told once, and not where it only fell in level."""
    harm = replace(TIE, level=level, stance="contradicts")
    new = states({"records": {A: RECORD}}, {"records": {A: RECORD}, "ties": {("c", A): harm}})
    assert new == [("new_record", "c", A, None, "contradicts", severity)]
    anew = states({"ties": {("c", A): replace(harm, stance="supports")}}, {"ties": {("c", A): harm}})
    assert anew == [("stance_changed", "c", A, "supports", "contradicts", severity)]
    rct = replace(harm, level="rct")
    assert states({"ties": {("c", A): rct}}, {"ties": {("c", A): harm}}) == []
    uncounted = replace(harm, counts_for_claim=False)
    assert states({}, {"ties": {("c", A): uncounted}}) == [("new_record", "c", A, None, None, "minor")]


def test_an_rct_without_a_difference_that_now_tells_harm_is_critical() -> None:
    """From no difference to harm is worse news yet; the way back is none."""
    null, harm = (replace(TIE, level="rct", stance=s) for s in ("no_difference", "contradicts"))
    told = states({"ties": {("c", A): null}}, {"ties": {("c", A): harm}})
    assert told == [("stance_changed", "c", A, "no_difference", "contradicts", "critical")]
    assert states({"ties": {("c", A): harm}}, {"ties": {("c", A): null}}) == []


def test_a_record_that_left_the_query_drifted() -> None:
    """Left the query but still there: drift, whether or not it still matches; a mere match that ended is none."""
    found = {("c", A): replace(TIE, found_by="query")}
    drift = [("query_drift", "c", A, None, None, "minor")]
    records = {A: RECORD}
    assert states({"records": records, "ties": found}, {"records": records, "ties": {("c", A): TIE}}) == drift
    assert states({"records": records, "ties": found}, {"records": records}) == drift
    assert states({"records": records, "ties": {("c", A): TIE}}, {"records": records}) == []
    assert [t[0] for t in states({"records": records, "ties": found}, {})] == ["record_removed"]


def test_a_persons_word_is_reopened_when_its_record_changed() -> None:
    """Once: at the change, not ever after; a word that comes in open is told by who brought it; one that followed its record is told."""
    stands, opened = {("c", A): False}, {("c", A): True}
    told = ("review_reopened", "c", A, None, None, "notable")
    assert states({"reviewed": stands}, {"reviewed": opened}) == [told]
    assert states({"reviewed": opened}, {"reviewed": opened}) == []
    assert states({"reviewed": opened}, {"reviewed": stands}) == []
    assert states({}, {"reviewed": opened}) == []
    old = RecordId("PMID:90000077")
    assert states({"reviewed": {("c", old): False}}, {"reviewed": opened, "merged": {old: A}}) == [told]


RECORDS = st.builds(
    RecordState,
    st.sampled_from("ab"),
    st.sampled_from([None, "retracted", "review"]),
    st.frozensets(st.sampled_from(["corrected", "expression_of_concern", "small_n"])),
    st.sampled_from([None, "RECRUITING", "COMPLETED"]),
    st.booleans(),
)
TIES = st.builds(
    TieState,
    st.sampled_from(LEVELS),
    st.sampled_from(get_args(Stance)),
    st.booleans(),
    st.sampled_from(["query", "match"]),
)
CLAIMS = st.builds(
    ClaimState, st.sampled_from([None, *LEVELS]), st.sampled_from(get_args(Stance)), st.sampled_from("hi")
)
STATES = st.builds(
    State,
    st.dictionaries(st.sampled_from("cd"), CLAIMS),
    st.dictionaries(st.sampled_from([A, B]), RECORDS),
    st.dictionaries(st.tuples(st.sampled_from("cd"), st.sampled_from([A, B])), TIES),
    st.dictionaries(st.tuples(st.sampled_from(["c", None]), st.sampled_from([A, B])), st.sampled_from("ab")),
    st.sampled_from([None, "1", "2"]),
)


@settings(max_examples=150, deadline=None)
@given(STATES, STATES)
def test_laws_of_compare(before: State, after: State) -> None:
    """Known kinds and severities, no change told twice, worst first, the order of the states' keys without a say."""

    def turned(state: State) -> State:
        return State(
            dict(reversed(state.claims.items())),  # type: ignore[call-overload] # a dict's items are reversible
            dict(reversed(state.records.items())),  # type: ignore[call-overload] # the same
            dict(reversed(state.ties.items())),  # type: ignore[call-overload] # the same
            dict(reversed(state.reviewed.items())),  # type: ignore[call-overload] # the same
            state.rules_version,
        )

    told = compare(before, after)
    assert told == compare(turned(before), turned(after))
    assert len(set(told)) == len(told)
    assert [SEVERITIES.index(c.severity) for c in told] == sorted(SEVERITIES.index(c.severity) for c in told)
    assert {c.kind for c in told} <= set(get_args(ChangeKind))
    assert compare(after, after) == []
    for change in told:
        assert isinstance(change, Change)
        if change.kind in ("level_up", "level_down"):
            assert (rank(change.after) > rank(change.before)) is (change.kind == "level_up")
        if change.kind in ("retracted", "level_down"):
            assert change.severity == "critical"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (Search(100), Search(140), None),
        (Search(100), Search(200), ("100", "200", "notable")),
        (Search(200), Search(100), ("200", "100", "notable")),
        (Search(3), Search(9), None),
        (Search(0), Search(20), ("0", "20", "notable")),
        (Search(None), Search(500), None),
        (Search(10, "a[Title]"), Search(10, "a[All Fields]"), ("a[Title]", "a[All Fields]", "minor")),
        (Search(10, None), Search(10, "a"), None),
    ],
)
def test_a_query_that_is_no_longer_the_same_question(
    before: Search, after: Search, told: tuple[str, str, str] | None
) -> None:
    """A count that doubles or halves by twenty or more, or another translation, is told; small numbers may move."""
    change = query_drift("dep-effect", before, after)
    assert (told is None) == (change is None)
    if change and told:
        assert (change.kind, change.claim_id, change.before, change.after, change.severity) == (
            "query_drift",
            "dep-effect",
            *told,
        )


def test_a_merged_record_says_into_which() -> None:
    """A record that the service keeps under another id is removed, and the change names that id."""
    state = State(records={A: RecordState("1")})
    (change,) = compare(state, State(merged={A: B}))
    assert (change.kind, change.record_id, change.after) == ("record_removed", A, B)
