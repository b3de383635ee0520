"""What was searched and registered: "none found" only after a whole search, and registered trials lift nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import Concept
from evtrack.grade.grades import RegisteredTrial, Searched
from evtrack.grade.searching import read_search, with_others
from evtrack.record import RecordId
from evtrack.word import Word
from tests.grade.conftest import SEARCHED, graded, registered, seen


def test_an_empty_store_never_says_none_found() -> None:
    """Nothing searched: the level is none, and label and sentence say that nothing was asked."""
    g = graded([], searched=())
    assert g.level == "none"
    assert g.label.en == "not known: nothing was searched"
    assert "見つかっていません" not in g.people.ja
    assert g.looked == 0


@pytest.mark.parametrize(("got", "words"), [(37, "(37 of 100)"), (None, "The search is incomplete;")])
def test_an_incomplete_search_never_says_none_found(got: int | None, words: str) -> None:
    """A cut search says how much was got, and nowhere "none found"."""
    g = graded(
        [], searched=(SEARCHED[1], Searched("pubmed", "q", 96, False, "2026-11-23", None if got is None else got - 4))
    )
    assert g.label.en == "not known: the search is incomplete"
    assert any(words in n.en for n in g.notes)
    assert not any("was found" in n.en or n.en.endswith("none found") for n in (*g.notes, g.people))


def test_nothing_found_names_condition_and_intervention() -> None:
    """After a whole search the fixed sentence names what was looked for, as of the older search."""
    named = {
        "exosome": Concept("exosome", "intervention", Bilingual("エクソソーム", "exosomes")),
        "depression": Concept("depression", "condition", Bilingual("うつ病", "depression")),
    }  # fmt: skip
    g = graded([], concepts=named)
    assert g.notes[0].ja.startswith(
        "2026-11-22時点で、PubMedとClinicalTrials.govの検索では、うつ病に対するエクソソームの研究は見つかりませんでした。"
    )
    near = graded([seen(1, "animal", counts_for_claim=False, outcome_match="none")], concepts=named)
    assert near.notes[0].en.startswith("As of 2026-11-22, no study that fits this claim was found")


def test_one_source_alone_is_said() -> None:
    """Where only PubMed was asked, ClinicalTrials.gov stands among what was not."""
    g = graded([], searched=SEARCHED[:1])
    assert "was found in PubMed. ClinicalTrials.gov, Ichushi" in g.notes[0].en
    assert g.label.en == "no matching study (as searched)"


def test_registered_trials_are_listed_and_lift_nothing() -> None:
    """Entries without results are listed with status, planned number and overdue, at level none."""
    g = graded(
        [
            registered(1, status="UNKNOWN", overdue=True),
            registered(2, agent="msc_cells"),
            registered(3, condition_match="none"),
            registered(4),
        ]
    )
    assert [t.id for t in g.registered] == ["NCT90000001", "NCT90000004"]
    assert (g.level, g.excluded) == ("none", {"registered_only": 4})
    assert g.label.en == "no matching study (as searched); 2 registered only"
    english = [n.en for n in g.notes]
    assert (
        "Trials in people are registered only, no results (NCT90000001: unknown (not updated), 40 planned). Registration shows neither effect nor safety."
        in english
    )
    assert "More trials that are registered only: 1." in english
    assert "No results more than 12 months after completion: NCT90000001." in english


def test_a_trial_registered_twice_is_one_row() -> None:
    """Two entries of one trial are one row that names the other id; a status the catalogue lacks is shown as it came."""
    g = graded(
        [
            registered(
                1, status="PAUSED_BY_MOON", planned_n=None, also=("CHICTR2600000001",), links=(RecordId("NCT90000002"),)
            ),
            registered(2),
        ]
    )
    assert [(t.id, t.also_registered) for t in g.registered] == [("NCT90000001", ("CHICTR2600000001", "NCT90000002"))]
    assert any("PAUSED_BY_MOON、予定人数の記載なし" in n.ja for n in g.notes)


def test_an_empty_review_is_said() -> None:
    """A review that searched and found none is excluded by name and told in the label."""
    g = graded([seen(1, "none", gate="empty_review")])
    assert g.excluded == {"empty_review": 1}
    assert g.label.en == "no matching study (as searched); a systematic review found none"


def test_what_needs_a_person_is_counted() -> None:
    """Undecided records count unless a person decided, they are gated for good, or are of another condition."""
    undecided: dict[str, Any] = {"needs_review": True}
    said = Word("accept", "read", "A", "2026-01-05T09:00:00Z")
    pooled: dict[str, Any] = {"design": "meta_analysis", "synthesis": True, "flags": ("pools_retracted",)}
    g = graded([
        seen(1, "animal", **undecided), seen(2, "animal", override=said), seen(5, "animal", override=said, **pooled),
        seen(3, "animal", gate="retracted", **undecided), seen(4, "animal", condition_match="none", counts_for_claim=False, **undecided),
    ])  # fmt: skip
    assert g.needs_review == 1
    open_again = replace(said, reopened=True)
    assert graded([seen(5, "animal", override=open_again, **pooled)]).needs_review == 1
    assert graded([seen(5, "animal", **pooled)]).needs_review == 1
    assert any(n.en == "1 records could not be judged automatically; the stage may change." for n in g.notes)


@pytest.mark.parametrize(
    ("own", "members", "state"),
    [
        ((), ("complete", "complete"), "complete"),
        (SEARCHED[:1], ("complete",), "one"),
        ((), ("complete", "one"), "one"),
        ((), ("complete", "none"), "partial"),
        ((), ("partial", "complete"), "partial"),
        ((), ("none", "none"), "none"),
        (SEARCHED, ("none",), "partial"),
        ((), (), "none"),
    ],
)
def test_a_claim_that_reads_others_is_searched_as_far_as_they_are(
    own: Sequence[Searched], members: tuple[Any, ...], state: str
) -> None:
    """The search behind an umbrella or state claim is that of the least searched claim it reads."""
    assert with_others(read_search(own), members).state == state


def test_a_linked_protocol_does_not_hide_that_results_are_overdue() -> None:
    """A trial over since years is overdue though a protocol of it was published; not where a paper elsewhere may report it."""
    old = RegisteredTrial("NCT90000001", "COMPLETED", None, "rct", overdue=False, completion="2020-05")
    protocol = seen(1, "none", gate="protocol")
    entry = replace(registered(1, links=(protocol.id,)), trial=old)
    assert [t.overdue for t in graded([entry, protocol]).registered] == [True]
    assert [t.overdue for t in graded([entry]).registered] == [False]
