"""Is a claim judged by its evidence as the tables say, and left unjudged where nothing can be said?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evtrack.audit.evidence import ClaimEvidence
from evtrack.audit.tables import load_tables
from evtrack.audit.telling import Telling
from evtrack.audit.unit import Strength
from evtrack.audit.verdict import Judged, NotJudged, Sentence, column_of, judge, level_column, unknown
from evtrack.claims import load_library

from .held import evidence_at

CLAIMS = load_library()[0].claims
EFFECT = CLAIMS["dep-effect"]
TABLES = load_tables()


def sentence(strength: Strength = "strong", **told: Any) -> Sentence:
    return Sentence(strength, "asserts", Telling(**told))


def judged(evidence: ClaimEvidence, one: Sentence, claim: str = "dep-effect") -> Judged:
    found = judge(CLAIMS[claim], evidence, one, TABLES)
    assert isinstance(found, Judged)
    return found


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"search": "none"}, "not_searched"),
        ({"search": "incomplete"}, "incomplete"),
        ({"level": "none", "provisional_level": "animal"}, "preprint"),
        ({"level": "none", "indirect": {"msc_cells": "rct"}}, "indirect"),
        ({"level": "none", "needs_review": 2}, "needs_review"),
        ({"stance": "unclear"}, "unclear"),
        ({"stance": "unclear", "needs_review": 1}, "needs_review"),
    ],
)
def test_no_verdict(more: dict[str, Any], why: str) -> None:
    """Nothing is judged where the search is incomplete, or what is known says nothing; the reason is told."""
    evidence = replace(evidence_at(EFFECT, "basic"), **more)
    assert judge(EFFECT, evidence, sentence(), TABLES) == NotJudged(EFFECT, why)  # type: ignore[arg-type] # a literal of the table above


def test_not_in_snapshot() -> None:
    """A claim that the snapshot lacks gets no verdict."""
    assert judge(EFFECT, None, sentence(), TABLES) == NotJudged(EFFECT, "not_in_snapshot")


def test_preprints_beside_evidence() -> None:
    """Preprints beside published studies, and records to be reviewed beside them, hinder no verdict."""
    evidence = replace(
        evidence_at(EFFECT, "basic"), provisional_level="rct", needs_review=3, indirect={"msc_cells": "rct"}
    )
    assert unknown(evidence) is None


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({}, "rcts"),
        ({"counts": {"rct": 1}}, "one_rct"),
        ({"n_total": 99}, "one_rct"),
        ({"groups": 1}, "one_rct"),
        ({"counts": {"rct": 1}, "synthesis": True}, "rcts"),
    ],
)
def test_few_people(more: dict[str, Any], column: str) -> None:
    """One RCT, one group, or fewer than 100 people are one column; a synthesis is the other."""
    assert level_column(replace(evidence_at(EFFECT, "rcts"), **more)) == column


def test_columns_by_stance() -> None:
    """A stance against the claim is a column of its own, at every level above none."""
    assert [column_of(evidence_at(EFFECT, c)) for c in ("basic", "mixed", "early_contradicts")] == [
        "basic", "mixed", "contradicts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("strength", "column", "severity"),
    [
        ("hedged", "basic_no_difference", "info"),
        ("moderate", "basic_no_difference", "warning"),
        ("hedged", "early_contradicts", "warning"),
        ("moderate", "early_contradicts", "warning"),
        ("strong", "early_contradicts", "error"),
        ("report", "basic_contradicts", "warning"),
        ("hedged", "basic_mixed", "info"),
        ("strong", "early_mixed", "error"),
    ],
)
def test_below_trials(strength: Strength, column: str, severity: str) -> None:
    """Below the level of trials, a stance against the claim reads one step milder, never milder than its level."""
    assert judged(evidence_at(EFFECT, column), sentence(strength, basic=strength == "report")).severity == severity


def test_milder_than_nothing() -> None:
    """A report that found no difference in animals against a claim: nothing is left to say."""
    found = judged(evidence_at(EFFECT, "basic_no_difference"), sentence("report", basic=True))
    assert (found.verdict, found.severity) == ("contradicted", "info")


@pytest.mark.parametrize(
    ("told", "severity"),
    [({}, "error"), ({"early": True}, "warning"), ({"no_control": True}, "warning")],
)
def test_level_said(told: dict[str, Any], severity: str) -> None:
    """A flat statement on early studies is a step milder where it says that they are early."""
    assert judged(evidence_at(EFFECT, "early"), sentence(**told)).severity == severity


def test_weak() -> None:
    """A hedged sentence on studies without any control group, or by another route, gets a note."""
    early = evidence_at(EFFECT, "early")
    assert judged(early, sentence("hedged")).severity is None
    assert judged(replace(early, uncontrolled=True), sentence("hedged")).severity == "info"
    assert judged(early, replace(sentence("hedged"), other_route=True)).severity == "info"
    assert judged(replace(early, uncontrolled=True), sentence("hedged", no_control=True)).severity is None


def test_reports() -> None:
    """A report of a study in people, or of a randomised one, must be of a kind that is known."""
    animals, early = evidence_at(EFFECT, "basic"), evidence_at(EFFECT, "early")
    assert judged(animals, sentence("report", people=True)).rule == "EV106"
    assert judged(animals, sentence("report", basic=True)).severity is None
    assert judged(early, sentence("report", people=True, no_control=True)).severity is None
    assert judged(early, sentence("report", people=True)).severity == "info"
    assert judged(early, sentence("report", randomised=True)).rule == "EV106"


def test_mechanism() -> None:
    """A mechanism stated flatly is a step milder than an effect; its other rows are those of effects."""
    evidence = evidence_at(CLAIMS["dep-neuroinflammation"], "basic")
    assert judged(evidence, sentence(), "dep-neuroinflammation").rule == "EV105"
    assert judged(evidence, sentence("hedged"), "dep-neuroinflammation").rule == "EV102"


@pytest.mark.parametrize(
    ("limits", "column", "verdict"),
    [
        ((), "rcts", "supported"),
        (("no_human",), "early", "outdated"),
        (("no_human",), "early_mixed", "outdated"),
        (("no_human", "not_proven"), "basic", "supported"),
        (("no_trials",), "rcts", "outdated"),
        (("limited",), "nothing", "understated"),
        (("not_proven",), "rcts", "outdated"),
        (("no_trials",), "no_difference", "supported"),
    ],
)
def test_limits(limits: tuple[str, ...], column: str, verdict: str) -> None:
    """A limit is held against the level; the worst of several counts."""
    one = Sentence("moderate", "limits", Telling(limits=limits))
    assert judged(evidence_at(EFFECT, column), one).verdict == verdict


@pytest.mark.parametrize(
    ("verdict", "found"),
    [("holds", "supported"), ("overstated", "overstated"), ("understated", "understated"), ("out_of_date", "outdated")],
)
def test_state(verdict: Any, found: str) -> None:
    """A sentence on the state of the evidence is judged by whether it is still true."""
    claim = CLAIMS["trials-stage"]
    assert judged(evidence_at(claim, "basic", verdict), sentence(), claim.id).verdict == found


def test_state_without_verdict() -> None:
    """Where only the stance is known, "contradicts" is out of date; unclear and half-searched are not judged."""
    claim = CLAIMS["trials-stage"]
    known = evidence_at(claim, "basic", "out_of_date")
    assert judged(replace(known, state_verdict=None), sentence(), claim.id).verdict == "outdated"
    unclear = judge(claim, replace(known, stance="unclear"), sentence(), TABLES)
    assert unclear == NotJudged(claim, "unclear")
    assert judge(claim, replace(known, search="incomplete"), sentence(), TABLES) == NotJudged(claim, "incomplete")


def test_safety() -> None:
    """Safety has a table of its own: scoped, reported with numbers, or neither."""
    claim = CLAIMS["few-side-effects"]
    early = evidence_at(claim, "early")
    assert judged(early, sentence(), claim.id).severity == "error"
    assert judged(early, replace(sentence(), scoped=True), claim.id).severity == "warning"
    assert judged(early, sentence("hedged"), claim.id).severity == "warning"
    assert judged(early, sentence("report", numbered=True, followed=True), claim.id).severity is None
    assert judged(early, replace(sentence(), told_as_found=True), claim.id).severity == "info"


def test_background() -> None:
    """A premise that asserts a cause gets a note, a hedged one nothing; what vesicles contain is no effect."""
    claim = CLAIMS["anx-bg"]
    known = evidence_at(claim, "early")
    assert judged(known, replace(sentence(), causal=True), claim.id).severity == "info"
    assert judged(known, replace(sentence("hedged"), causal=True), claim.id).severity is None
    content = CLAIMS["composition-cargo"]
    assert judged(evidence_at(content, "early"), sentence(), content.id).severity is None


def test_manual() -> None:
    """Practice and aims are not judged; individual differences are a limit."""
    claim = CLAIMS["combination-practice"]
    assert judge(claim, None, sentence(), TABLES) == NotJudged(claim, "manual")
    limit = judge(CLAIMS["individual-differences"], None, Sentence("moderate", "limits", Telling()), TABLES)
    assert isinstance(limit, Judged)


def test_no_promise() -> None:
    """A sentence that speaks of the matter without promising anything is not judged."""
    found = judge(EFFECT, evidence_at(EFFECT, "basic"), replace(sentence(), promises=False), TABLES)
    assert found == NotJudged(EFFECT, "manual")
