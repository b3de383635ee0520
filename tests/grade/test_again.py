"""A grade that stands is the grade that would be made: by a later day, and after searches that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept
from evtrack.grade.again import moved_by_day, searched_again
from evtrack.grade.claim import grade_claim
from evtrack.grade.grades import ClaimGrade, Evidence, Searched
from tests.grade.conftest import registered
from tests.grade.test_claim_laws import SINGLE, bodies

CONCEPTS = {
    concept.id: concept
    for concept in (
        Concept("exosome", "intervention", Bilingual("エクソソーム", "exosomes"), ("exosome",)),
        Concept("depression", "condition", Bilingual("うつ病", "depression"), ("depression",)),
        Concept("mood", "outcome", Bilingual("気分", "mood"), ("mood",)),
    )
}
FIRST, LATER = "2026-11-16T06:00:00Z", "2026-11-23T06:00:00Z"
TODAY = date(2026, 11, 23)


def asked(at: str, *sources: str, complete: bool = True, count: int | None = 9, got: int = 9) -> list[Searched]:
    """One query of each source."""
    return [Searched(source, f"q {source}", count, complete, at, got) for source in sources]


def graded(
    claim: Claim, evidence: Sequence[Evidence], searched: Sequence[Searched] = (), as_of: date = TODAY
) -> ClaimGrade:
    """The grade made whole."""
    return grade_claim(
        claim, evidence, others={}, others_evidence={}, searched=searched, as_of=as_of, concepts=CONCEPTS
    )


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(
    st.sampled_from(SINGLE),
    bodies(),
    st.sampled_from([(), ("pubmed",), ("ctgov",), ("pubmed", "ctgov")]),
    st.booleans(),
    st.sampled_from([None, 9]),
)
def test_the_same_search_on_a_later_day(
    claim: Claim, evidence: list[Evidence], sources: tuple[str, ...], complete: bool, count: int | None
) -> None:
    """Searches that say what they said leave a grade as it would be made, with their day; it is never made anew for that."""
    before, now = (asked(at, *sources, complete=complete, count=count) for at in (FIRST, LATER))
    assert searched_again(graded(claim, evidence, before), claim, before, now, CONCEPTS) == graded(claim, evidence, now)


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(SINGLE), bodies(), st.data())
def test_another_search(claim: Claim, evidence: list[Evidence], data: st.DataObject) -> None:
    """Whatever searches say now: where a grade stands, it is the one that would be made."""
    query = st.builds(
        Searched,
        st.sampled_from(["pubmed", "ctgov"]),
        st.sampled_from(["q", "r"]),
        st.sampled_from([None, 0, 9]),
        st.booleans(),
        st.sampled_from([FIRST, LATER]),
        st.sampled_from([None, 9]),
    )
    before, now = (data.draw(st.lists(query, max_size=2)) for _ in range(2))
    stands = searched_again(graded(claim, evidence, before), claim, before, now, CONCEPTS)
    assert stands in (None, graded(claim, evidence, now))


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(
    bodies(),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.sampled_from([None, "2024-05", "2025-02-28", "2025-12-31"]),
    st.sampled_from(["COMPLETED", "RECRUITING", "UNKNOWN"]),
)
def test_another_day(evidence: list[Evidence], today: date, completion: str | None, status: str) -> None:
    """Where the day moves no trial, the grade of that day is the grade held."""
    ended = [
        replace(e, trial=replace(e.trial, completion=completion, status=status, overdue=False)) if e.trial else e
        for e in evidence
    ]
    held = graded(SINGLE[0], ended)
    if not moved_by_day(held, today):
        assert graded(SINGLE[0], ended, as_of=today) == held


def test_a_result_becomes_overdue() -> None:
    """A trial that ended is overdue from some day on, and the grade of the day before does not stand."""
    entry = registered(1, status="COMPLETED")
    assert entry.trial
    trial = replace(entry, trial=replace(entry.trial, completion="2025-05"))
    held = graded(SINGLE[0], [trial], as_of=date(2026, 5, 31))
    assert not held.registered[0].overdue
    assert not moved_by_day(held, date(2026, 5, 31))
    assert moved_by_day(held, date(2026, 6, 1))
    assert moved_by_day(graded(SINGLE[0], [trial], as_of=date(2026, 6, 1)), date(2026, 5, 31))


def test_a_note_that_names_no_day() -> None:
    """A grade of other words than today's is made anew: nothing in it names the day of its search."""
    before, now = (asked(at, "pubmed", "ctgov") for at in (FIRST, LATER))
    held = graded(SINGLE[0], [], before)
    said = tuple(note for note in held.notes if "2026-11-16" in note.en)
    assert said
    other = replace(held, notes=tuple(n for n in held.notes if n not in said))
    assert searched_again(other, SINGLE[0], before, now, CONCEPTS) is None
