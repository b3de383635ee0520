"""The measures that a sentence about the evidence may ask of a claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, StateRule
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, RecordGrade, RegisteredTrial, Searched
from evtrack.grade.state import Facts, claims_asked, facts_of, measure, measured_by
from evtrack.predicates import MEASURES
from evtrack.record import RecordId

WORDS = Bilingual("主張", "claim")


def seen(
    number: int, level: Any, stance: Any, *, gate: Any = None, counts: bool = True, links: tuple[str, ...] = ()
) -> Evidence:
    """One record."""
    own = RecordGrade("rct", level, False, "therapy", "native_ev", gate, stance, "abstract")
    return Evidence(
        RecordId(f"PMID:{number}"),
        "pubmed",
        "t",
        2025,
        ClaimRecordGrade(own, "selected", "measured", counts, stance),
        tuple(RecordId(i) for i in links),
    )


FACTS = facts_of(
    ClaimGrade(
        "dep", "rct", "mixed", WORDS, WORDS, {}, (1, 2, 0), provisional_level="rct", harms=(RecordId("PMID:3"),), n_total=90, n_largest=60, looked=9,
        registered=(RegisteredTrial("NCT90000001", "RECRUITING", None, "rct", False), RegisteredTrial("NCT90000002", "SUSPENDED", None, "rct", False)),
    ),
    [
        seen(1, "rct", "supports"), seen(2, "rct", "supports", links=("PMID:1",)), seen(3, "rct", "contradicts"), seen(4, "animal", "supports"),
        seen(5, "early_clinical", "unclear"), seen(6, "none", "n/a", gate="empty_review", counts=False), seen(7, "rct", "supports", counts=False),
    ],
    [Searched("pubmed", "q", 1, True, "2026-11-23"), Searched("pubmed", "q2", 1, False, "2026-11-23")],
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", "rct"), ("provisional_level", "rct"), ("stance", "mixed"), ("count.rct", 2), ("count.animal", 1), ("count.human", 3), ("count.none", 0),
        ("count.rct.supports", 1), ("count.human.unclear", 1), ("registered", 2), ("registered.active", 1), ("n_total", 90), ("n_largest", 60),
        ("harms", 1), ("empty_review", 1), ("looked", 9), ("searched.pubmed", 1), ("searched.ctgov", 0),
    ],
)  # fmt: skip
def test_measures(name: str, value: object) -> None:
    """Each measure counts studies, trials, people or searches as claims/README.md says."""
    assert measure(FACTS, name) == value


def test_every_measure_that_claims_may_name_is_known() -> None:
    """What claim files may ask is what grading can answer, also of a claim without records."""
    for name in MEASURES:
        asked = name.replace("LEVEL", "rct").replace("STANCE", "supports").replace("SOURCE", "pubmed")
        assert measure(Facts(), asked) in (None, 0, "n/a")


@pytest.mark.parametrize("name", ["count", "count.moon", "weight", "registered.often"])
def test_an_unknown_measure_is_an_error(name: str) -> None:
    """A measure nobody defined is named, not read as 0."""
    with pytest.raises(ValueError, match=name):
        measure(FACTS, name)


def test_a_claim_that_is_not_there_has_nothing() -> None:
    """Asked of a missing claim, numbers are 0 and levels unknown."""
    ask = measured_by({"dep": FACTS})
    assert (ask("dep", "looked"), ask("moon", "looked"), ask("moon", "level")) == (9, 0, None)


def test_what_a_predicate_reads() -> None:
    """Members and every claim a test names are asked, the claim itself is not."""
    claim = Claim("s", "p", "state-of-evidence", "state", WORDS, "q", members=("a",))
    rules = (StateRule("holds", WORDS, (("s|b", "looked", ">=", "1"), ("a", "level", "=", "rct"))),)
    assert claims_asked(replace(claim, state=rules)) == ("a", "b")
