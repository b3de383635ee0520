"""Why does a record wait, what could it move, and what comes first? By made-up evidence of one claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evtrack.grade.grades import Evidence
from evtrack.record import RecordId
from evtrack.standing import Words
from evtrack.waiting import BECAUSE, Waiting, _consequence, _of_claim, _together
from evtrack.word import Word
from evtrack.wording import keys
from tests.grade.conftest import graded, seen


def waiting(*evidence: Evidence, words: Words | None = None) -> dict[str, Waiting]:
    """What waits of a claim with these records, by record; all of them read as ``now``."""
    now = {e.id: "now" for e in evidence}
    return {str(w.record_id): w for w in _of_claim(evidence, graded(evidence), words or Words(), now)}


def said(name: str = "A", **more: Any) -> Word:
    known: dict[str, Any] = {"action": "accept", "record_id": RecordId("PMID:90000001"), "claim_id": "c", "id": 1}
    return Word(reason="r", name=name, at="2026-01-05T09:00:00Z", **known | more)


ONE = "PMID:90000001"


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ({"flags": ("pools_retracted",)}, "pools_retracted"),
        ({"basis": "title"}, "title_only"),
        ({"flags": ("abstract_truncated",)}, "abstract_cut"),
        ({"flags": ("agent_unclear",)}, "agent_unclear"),
        ({"stance": "unclear"}, "direction_unread"),
        ({}, "undecided"),
    ],
)
def test_why_the_rules_left_it(more: dict[str, Any], because: str) -> None:
    """What is most plainly amiss is told, as a code that the catalogue has words for."""
    found = waiting(seen(1, "animal", needs_review=True, **more))
    assert (found[ONE].why, found[ONE].because) == ("needs_review", because)
    assert set(BECAUSE) <= set(keys("waiting"))


def test_what_is_decided_does_not_wait() -> None:
    """Neither what needs nobody nor what is retracted is in the queue."""
    assert waiting(seen(1, "animal"), seen(2, "animal", gate="retracted", needs_review=True)) == {}


@pytest.mark.parametrize(
    ("level", "more", "potential", "moves"),
    [
        ("rct", {"counts_for_claim": False, "condition_match": "mentioned"}, "rct", "level"),
        ("animal", {"counts_for_claim": False}, "animal", "stance"),
        ("in_vitro", {"counts_for_claim": False}, "in_vitro", None),
        ("animal", {}, "animal", "stance"),
        ("in_vitro", {}, "in_vitro", None),
        ("rct", {"gate": "biomarker", "design": "rct"}, "rct", "level"),
        ("rct", {"gate": "review", "design": "narrative_review"}, "none", None),
        ("rct", {}, "rct", "level"),
    ],
)
def test_what_it_could_move(level: str, more: dict[str, Any], potential: str, moves: str | None) -> None:
    """The level where it could lift it or holds it up alone, the stance where it is (or would be) read with the headline."""
    beside = [seen(7, "animal"), seen(8, "animal")]
    found = waiting(seen(1, level, needs_review=True, **more), *beside)[ONE]
    assert (found.potential, found.moves) == (potential, moves)


def test_records_of_one_study_that_differ() -> None:
    """Two papers of one trial at two levels or of two directions wait until a person has settled them; reviews are left out."""
    linked: dict[str, Any] = {"links": (RecordId("PMID:90000002"),)}
    levels = waiting(seen(1, "rct", **linked), seen(2, "animal"))
    assert (levels[ONE].because, levels[ONE].others) == ("levels_differ", (RecordId("PMID:90000002"),))
    stances = waiting(seen(1, "rct", "contradicts", **linked), seen(2, "rct"))
    assert {w.because for w in stances.values()} == {"stances_differ"}
    assert waiting(seen(1, "rct", **linked), seen(2, "rct")) == {}
    assert waiting(seen(1, "rct", **linked), seen(2, "animal", synthesis=True)) == {}
    settled = waiting(seen(1, "rct", override=said(), **linked), seen(2, "animal"))
    assert list(settled) == ["PMID:90000002"]


def test_persons_that_differ_and_words_that_are_open() -> None:
    """Two persons' last words that differ are told; what was reopened is told before that, with the reason."""
    differ = Words.of([said("A"), said("B", action="reject", claim_id=None, id=2)])
    found = waiting(seen(1, "animal", override=said()), words=differ)[ONE]
    assert (found.why, found.because, found.word) == ("disagreement", "people_differ", said())
    agreed = Words.of([said("A"), said("B", claim_id=None, id=2)])
    assert waiting(seen(1, "animal", override=said()), words=agreed) == {}
    for content, because in (("then", "content_changed"), ("now", "grade_changed"), (None, "grade_changed")):
        again = said(reopened=True, content_hash=content)
        assert waiting(seen(1, "animal", override=again), words=Words.of([again]))[ONE].because == because


def test_the_most_consequential_comes_first() -> None:
    """What moves something, then people, the higher level, the level before the stance, more claims, the reopened."""
    least = Waiting("needs_review", "undecided", ("c",), RecordId(ONE), "t", 2024, "animal", "animal")
    order = [
        replace(least, moves="stance", potential="rct"), replace(least, moves="stance", potential="early_clinical"),
        replace(least, moves="level"), replace(least, moves="stance", claim_ids=("c", "d")), replace(least, moves="stance", why="reopened"),
        replace(least, moves="stance"), replace(least, moves="level", potential="rct", fits=False), replace(least, potential="rct"),
        least,
    ]  # fmt: skip
    assert sorted(set(order), key=_consequence) == order


def test_one_entry_a_record() -> None:
    """Of several claims' entries the most consequential is shown, with all claims and all it disagrees with."""
    one = Waiting("needs_review", "undecided", ("c",), RecordId(ONE), "t", 2024, "animal", "animal")
    other = replace(
        one,
        why="disagreement",
        because="levels_differ",
        claim_ids=("d",),
        moves="level",
        others=(RecordId("NCT90000001"),),
    )
    assert _together([one, other]) == replace(other, claim_ids=("d", "c"))
    assert _together([one, replace(other, fits=False)]).claim_ids == ("c", "d")


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({}, True),
        ({"counts_for_claim": False}, True),
        ({"counts_for_claim": False, "condition_match": "mentioned"}, False),
        ({"counts_for_claim": False, "outcome_match": "mentioned"}, False),
    ],
)
def test_what_it_is_about(more: dict[str, Any], fits: bool) -> None:
    """A record that only mentions the claim's condition or outcome would need more than one thing to be otherwise."""
    assert waiting(seen(1, "rct", needs_review=True, **more))[ONE].fits is fits
