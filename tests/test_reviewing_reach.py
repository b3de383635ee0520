"""How far does a person's word reach? Never to a claim of which the person said nothing, and no word undoes another's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evtrack.by_hand import manual_id
from evtrack.record import RecordId
from evtrack.standing import Words
from evtrack.word import Word
from evtrack.words_file import read_words

RECORD = RecordId("PMID:90000001")


def _word(action: Any, minute: int, name: str = "A. Nemo", claim: str | None = None, **more: Any) -> Word:
    at = f"2026-11-23T10:{minute:02d}:00Z"
    return Word(action, "invented", name, at, RECORD, claim, id=minute, **more)


def test_a_later_rejection_for_all_claims_holds_for_each() -> None:
    """Who finds a paper fabricated need not know that somebody accepted it for one claim; a word since then wins again."""
    accepted, rejected = _word("accept", 1, claim="dep-effect"), _word("reject", 2)
    assert Words.of([accepted, rejected]).on(RECORD, "dep-effect") == (rejected,)
    again = _word("accept", 3, claim="dep-effect")
    assert Words.of([accepted, rejected, again]).on(RECORD, "dep-effect") == (again,)
    assert Words.of([replace(rejected, at=accepted.at, id=0), accepted]).on(RECORD, "dep-effect") == (accepted,)


def test_an_undo_takes_back_what_its_speaker_saw() -> None:
    """Where the words of two stores come together, a word that came between is not taken back in its stead."""
    lifted = _word("relabel", 1, claim="dep-effect", values={"stance": "supports"})
    theirs = _word("reject", 2, "B. Nemo", claim="dep-effect")
    seen = {"at": lifted.at, "name": lifted.name, "action": lifted.action}
    undone = _word("undo", 3, claim="dep-effect", seen=seen)
    assert Words.of([lifted, theirs, undone]).on(RECORD, "dep-effect") == (theirs,)
    assert Words.of([lifted, theirs, replace(undone, seen={})]).on(RECORD, "dep-effect") == (lifted,)


def test_two_papers_of_one_trial_are_two_records() -> None:
    """The DOI tells them apart; letters that no id can hold do not make one of two."""
    trial = {"registry_id": "jRCTs990000001", "title": "t"}
    assert manual_id(trial) == "MANUAL:jRCTs990000001"
    assert manual_id({**trial, "doi": "10.9999/1"}) != manual_id({**trial, "doi": "10.9999/2"})
    assert manual_id({"doi": "10.9999/医1", "title": "t"}) != manual_id({"doi": "10.9999/薬1", "title": "t"})


@pytest.mark.parametrize(
    "line",
    ["at: 0001-01-01T00:00:00+14:00", "seen: {level: [1, 2]}", "seen: {by_rules: 3}", "seen: {by_rules: {level: [1]}}"],
)
def test_what_no_view_can_show_is_no_word(line: str) -> None:
    """An odd moment or an odd memory of what was seen is told by line, and never kept: words are not taken out again."""
    at = "" if line.startswith("at:") else "  at: 2026-11-23T10:00:00Z\n"
    text = f"words:\n- action: accept\n  record: PMID:90000001\n  reason: invented\n  name: A. Nemo\n{at}  {line}\n"
    words, faults = read_words(text, "words.yaml")
    assert faults
    assert not words
