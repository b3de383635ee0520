"""The words that decided: short, the record's own, on word boundaries; and why a record does not count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim
from evtrack.grade.grades import ClaimRecordGrade, Evidence, RecordGrade
from evtrack.record import Reason, RecordId
from evtrack.report.because import LONGEST, Quote, around, because
from evtrack.report.left_out import why_not, why_review

GRADE = RecordGrade("animal", "animal", False, "therapy", "native_ev", None, "supports", "abstract")
CLAIM = Claim("c", "p", "per-condition effect", "intervention", Bilingual("文", "text"), "")


def evidence(*reasons: Reason, stance: Any = "supports", **fields: Any) -> Evidence:
    """A record with these reasons."""
    towards = {k: fields.pop(k) for k in tuple(fields) if k in ("indirect", "preprint")}
    match = (fields.pop("condition_match", "selected"), fields.pop("outcome_match", "measured"))
    grade = replace(GRADE, reasons=reasons, **fields)
    return Evidence(RecordId("PMID:9"), "pubmed", "t", 2025, ClaimRecordGrade(grade, *match, False, stance, **towards))


def reason(rule: str, words: str, field: str = "abstract", start: int = 0) -> Reason:
    return Reason(rule, field, words, start, start + len(words))


@given(st.text(alphabet="abcdef ghij.,;うつ病\n", max_size=160), st.data(), st.sampled_from([0, 40, LONGEST]))
def test_quotes_are_short_and_the_records_own(text: str, data: st.DataObject, grow: int) -> None:
    """A quote has at most 60 characters and is a piece of the text, with an ellipsis where words were left out."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = around(text, start, end, grow)
    assert len(quote) <= LONGEST
    assert quote.removeprefix("…").removesuffix("…") in text


def test_quotes_are_cut_at_words() -> None:
    """Words that say little alone come with those beside them, within their clause, never a torn word."""
    text = "Forty mice were used. Immobility in the invented swimming test fell much more with vesicles than with saline (p=0.01); weight did not."
    at = text.index("fell")
    quote = around(text, at, at + 4, LONGEST)
    assert "fell much more" in quote
    assert all(word in text.replace(".", " ").split() for word in quote.strip("…").split())
    assert around(text, at, at + 4, 0) == "fell"
    assert around(text, at + 1, at + 3, 0) == "fell"
    assert around("well-known things", 0, 4, 0) == "well-known"
    assert around("x" * 100, 0, 100, 0) == "x" * (LONGEST - 1) + "…"
    assert around("うつ病の患者で尺度が低下した。別の文。", 11, 13, 40) == "うつ病の患者で尺度が低下した"
    assert around("abc", 1, 1, 40) == ""


def test_what_is_quoted() -> None:
    """Level, agent, condition, outcome and the direction towards the claim; the same words once, with all their rules."""
    one = evidence(
        reason("R-ANIMAL", "mice"),
        reason("D-RODENT", "mice"),
        reason("R-GIVEN", "made-up vesicles"),
        reason("A-DECIDED-NATIVE", "vesicles"),
        reason("S-UP", "rose"),
        reason("M-CONDITION", "low spirits"),
        reason("M-OUTCOME", "low spirits"),
        reason("S-DOWN", "fell"),
    )
    assert because(one, {}) == (
        Quote("mice", ("R-ANIMAL",)),
        Quote("made-up vesicles", ("R-GIVEN", "A-DECIDED-NATIVE")),
        Quote("low spirits", ("M-CONDITION", "M-OUTCOME")),
        Quote("fell", ("S-DOWN",)),
    )
    assert [q.rules for q in because(one, {}, track="background")] == [
        ("R-ANIMAL",),
        ("M-CONDITION", "M-OUTCOME"),
        ("S-DOWN",),
    ]
    gated = replace(one, graded=replace(one.graded, stance="n/a"))
    assert all("S-" not in rule for q in because(gated, {}) for rule in q.rules)
    assert because(evidence(stance="unclear"), {}) == ()


def test_own_reasons() -> None:
    """Without words towards the claim the record's own tell the direction; what made it unclear is told."""
    own = (reason("S-NULL-NOT", "did not differ"), reason("S-ACTIVE-COMPARATOR", "versus a drug"))
    assert [q.rules for q in because(evidence(*own), {})] == [("S-NULL-NOT",), ("S-ACTIVE-COMPARATOR",)]
    both = (*own, reason("M-CONDITION", "x"), reason("S-NULL-NOT", "did not differ"))
    assert [q.rules[0] for q in because(evidence(*both, stance="unclear"), {})][1:] == [
        "S-NULL-NOT",
        "S-ACTIVE-COMPARATOR",
    ]


def test_a_title_as_reason_gives_way() -> None:
    """A decision laid to the whole title shows the words that told the design; a retraction shows the title's beginning."""
    title = "An invented title that is long enough to say nothing in particular"
    design = reason("D-OBSERVATIONAL-WORD", "cohort")
    (quote,) = because(evidence(reason("R-OBSERVATIONAL", title, "title"), design, stance="n/a"), {})
    assert quote == Quote("cohort", ("R-OBSERVATIONAL", "D-OBSERVATIONAL-WORD"))
    (quote,) = because(evidence(reason("R-RETRACTED", title[:40], "title"), design, stance="n/a"), {"title": title})
    assert quote.words.startswith("An invented title")
    assert quote.rules == ("R-RETRACTED",)
    (alone,) = because(evidence(reason("A-PLANT", "ginger"), stance="n/a"), {})
    assert alone == Quote("ginger", ("A-PLANT",))


def test_a_changed_record_is_quoted_as_it_was() -> None:
    """Where the stored text is no longer what the reason points at, the reason's own words are shown; no control characters."""
    one = evidence(reason("S-DOWN", "fell\x1b[31m"))
    assert because(one, {"abstract": "something else entirely"}) == (Quote("fell[31m", ("S-DOWN",)),)
    assert because(evidence(reason("S-SPIN", "")), {}) == (Quote("", ("S-SPIN",)),)


@pytest.mark.parametrize(
    ("fields", "claim", "keys"),
    [
        ({"gate": "review"}, CLAIM, ["gate.review"]),
        ({}, replace(CLAIM, track="state"), ["left_out.state"]),
        ({}, replace(CLAIM, track="manual"), ["left_out.manual"]),
        ({"indirect": True}, CLAIM, ["left_out.indirect"]),
        ({"preprint": True}, CLAIM, ["left_out.preprint"]),
        ({"level": "none"}, CLAIM, ["left_out.level"]),
        ({"condition_match": "mentioned", "outcome_match": "none"}, CLAIM, ["left_out.condition", "left_out.outcome"]),
        ({"condition_match": "measured", "level": "rct"}, CLAIM, ["left_out.not_selected"]),
        ({"role": "drug_delivery_vehicle"}, CLAIM, ["left_out.role"]),
        ({"level": "in_vitro"}, CLAIM, ["left_out.in_vitro"]),
        ({}, replace(CLAIM, kind="safety"), ["left_out.safety"]),
        ({"flags": ("prevention",)}, CLAIM, ["left_out.prevention"]),
        ({}, CLAIM, ["left_out.other"]),
    ],
)
def test_why_not(fields: dict[str, Any], claim: Claim, keys: list[str]) -> None:
    """A record that does not count has its reason: the gate, or each test of the claim that it fails."""
    assert why_not(evidence(**fields), claim) == keys


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({"basis": "title", "level": "none"}, ["flag.title_only", "left_out.level"]),
        ({"agent": "secretome_or_ev_unclear"}, ["flag.agent_unclear"]),
        ({"stance": "unclear"}, ["stance.unclear"]),
        ({}, ["left_out.unsure"]),
    ],
)
def test_why_review(fields: dict[str, Any], keys: list[str]) -> None:
    """What needs a person says what could not be told."""
    assert why_review(evidence(**fields)) == keys


def test_contents_and_safety() -> None:
    """Contents that were measured have no one deciding word; for safety only what was said of harm is quoted."""
    title = "An invented title that is long enough to say nothing in particular"
    contents = evidence(reason("R-IN-VITRO", title, "title"), reason("D-RANDOM", "randomized"), stance="n/a")
    assert because(contents, {}, track="background") == (Quote("", ("R-IN-VITRO",)),)
    told = (reason("S-UP", "rose"), reason("M-OUTCOME", "harm"), reason("S-ABOUT-SAFETY", "no events"))
    one = evidence(*told, stance="unclear")
    assert [q.rules[0] for q in because(one, {}, safety=True)] == ["M-OUTCOME", "S-ABOUT-SAFETY"]


def test_what_a_person_typed_is_theirs() -> None:
    """The reason of a person is told apart from the words of the record."""
    typed, read = because(evidence(reason("P-RELABEL", "read in full", "word"), reason("S-DOWN", "fell")), {})
    assert (typed.by_person, read.by_person) == (True, False)
