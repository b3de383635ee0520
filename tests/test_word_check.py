"""Which words are refused whatever they are about? Each code by an example, with its words in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from evtrack.record import RecordId
from evtrack.word import Word
from evtrack.word_check import ADDED, RELABELLED, VALUES, WordError, check, faults
from evtrack.wording import keys
from evtrack.wording import word as wording

ENTERED: dict[str, Any] = {"title": "t", "design": "animal", "claims": {"c": {}}, "url": "https://example.org"}


def told(
    action: Any = "relabel", record: str | None = "PMID:90000001", claim: str | None = None, **values: Any
) -> Word:
    return Word(action, "r", "n", "2026-01-05T09:00:00Z", RecordId(record) if record else None, claim, values)


def added(**values: Any) -> Word:
    return told("add", "MANUAL:x", **{**ENTERED, **values})


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (told("shout"), "unknown_action"),
        (Word("accept", " ", "n", "", RecordId("PMID:9")), "missing"),
        (Word("accept", "r", "", "", RecordId("PMID:9")), "missing"),
        (told("accept", None), "about_nothing"),
        (told("accept", "hello"), "odd_record"),
        (told("undo", "PMID90000001"), "odd_record"),
        (told("reject", "NCT1"), "odd_record"),
        (told("relabel", "PMID:9000000x", n=3), "odd_record"),
        (told(n=10**11), "not_a_number"),
        (added(doi="javascript:alert(1)"), "odd_doi"),
        (added(flags=["review_reopened"]), "odd_flag"),
        (told("relabel", None, "c", level="rct"), "level_typed_in"),
        (told("accept", n=3), "no_values"),
        (told(), "nothing_given"),
        (told(colour="red"), "unknown_field"),
        (told(flags=["x"]), "unknown_field"),
        (told(design="trial"), "unknown_value"),
        (told(design=["rct"]), "unknown_value"),
        (told(stance=None), "unknown_value"),
        (told(synthesis="yes"), "not_yes_or_no"),
        (told(counts_for_claim=1), "not_yes_or_no"),
        (told(n="many"), "not_a_number"),
        (told(n=True), "not_a_number"),
        (told(n=0), "not_a_number"),
        (told(gate="opinion", level="rct"), "level_under_gate"),
        (told(design="protocol", level="rct"), "level_under_gate"),
        (told(design="animal", level="rct"), "level_of_design"),
        (told(design="other", level="rct"), "level_of_design"),
        (told(design="meta_analysis"), "level_of_synthesis"),
        (told(design="meta_analysis", level="none"), "level_of_synthesis"),
        (told(design="protocol", gate=None), "gate_of_design"),
        (told(role="biomarker", gate=None), "gate_of_role"),
        (told(design="animal", synthesis=True), "synthesis_of_design"),
        (told(stance="n/a"), "stance_of_nothing"),
        (told(gate="opinion", counts_for_claim=True), "cannot_count"),
        (told(role="biomarker", counts_for_claim=True), "cannot_count"),
        (told(level="none", counts_for_claim=True), "cannot_count"),
        (told("add", "PMID:9", **ENTERED), "not_manual"),
        (told("add", "MANUAL:", **ENTERED), "not_manual"),
        (told("add", None, "c", **ENTERED), "not_manual"),
        (told("add", "MANUAL:x", "c", **ENTERED), "add_for_one_claim"),
        (added(title=""), "missing"),
        (added(claims={}), "missing"),
        (added(claims=3), "not_claims"),
        (added(claims={"c": {"colour": 1}}), "unknown_field"),
        (added(claims={"c": 3}), "not_claims"),
        (added(url=""), "nothing_to_find_it_by"),
        (added(url="javascript:alert(1)"), "odd_address"),
        (added(journal=3), "not_a_text"),
        (added(authors="Nemo"), "not_a_list"),
        (added(flags="preprint"), "not_a_list"),
        (added(flags=["Pre print"]), "odd_flag"),
        (added(completion="soon"), "not_a_date"),
        (added(planned_design="trial"), "unknown_value"),
        (added(year="2024"), "not_a_number"),
        (added(year=24), "not_a_year"),
        (added(level="rct"), "level_of_design"),
        (added(claims={"c": {"gate": "opinion", "level": "animal"}}), "level_under_gate"),
    ],
)
def test_what_is_refused(word: Word, code: str) -> None:
    """Each has its code, and words that its fields fill."""
    found = list(faults(word))
    assert code in [f.code for f in found]
    for fault in found:
        for lang in ("ja", "en"):
            assert wording(f"word_error.{fault.code}", lang, **fault.fields)
    with pytest.raises(WordError):
        check(word)


@pytest.mark.parametrize(
    "word",
    [
        told("accept"), told("reject", None, "c"), told("undo", None, "c"), told(n=3), told(gate=None), told(design="animal", level="animal"),
        told(design="observational", level="observational"), told(design="meta_analysis", level="rct", synthesis=True), told(gate="opinion", stance="n/a"),
        told(design="protocol", level="none"), told(design="meta_analysis", gate="empty_review"), told(role="biomarker"), told(counts_for_claim=True),
        added(), added(authors=["A"], flags=["preprint"], year=2024, n=3, planned_n=4, planned_design="rct", completion="2027-03", claims={"c": {"stance": "mixed"}}),
        added(claims={"c": None}),
    ],
)  # fmt: skip
def test_what_can_be_true(word: Word) -> None:
    """Words that no value of theirs contradicts are taken."""
    assert list(faults(word)) == []


def test_every_field_is_known() -> None:
    """What a relabel may give, an add may too, but for counting, which is a record's towards a claim."""
    assert set(VALUES) <= set(RELABELLED)
    assert set(RELABELLED) - set(ADDED) == {"counts_for_claim"}
    assert {"unknown_claim", "final_gate"} <= set(keys("word_error"))
    assert str(WordError("missing", field="x")) == "missing: {'field': 'x'}"
    assert str(WordError("missing")) == "missing"
