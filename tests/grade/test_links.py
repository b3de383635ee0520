"""Which records are one study, and what a registry entry tells."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.grade.links import Groups, link_studies, registered_trial, registry_ids
from evtrack.record import (
    PMID,
    AbstractSection,
    Correction,
    NctId,
    PartialDate,
    Record,
    RecordId,
    Trial,
    TrialReference,
)

TODAY = date(2026, 11, 23)


def paper(number: int, text: str = "", **more: Any) -> Record:
    """A made-up article."""
    return Record(
        RecordId(f"PMID:{number}"),
        "pubmed",
        "pubmed-xml",
        more.pop("title", "A study"),
        (AbstractSection(text),) if text else (),
        **more,
    )


def entry(number: int, **more: Any) -> Record:
    """A made-up registry entry."""
    nct = NctId(f"NCT9{number:07d}")
    return Record(RecordId(nct), "ctgov", "ctgov-json", "A trial", trial=Trial(nct, **more))


def linked(*records: Record) -> set[frozenset[str]]:
    """Groups of more than one record."""
    return {frozenset((one, *others)) for one, others in link_studies(records).items() if others}


def test_nct_id_in_databank_or_text_ties_paper_and_entry() -> None:
    """The id in DataBank, in the abstract or in the title makes paper and entry one study."""
    trial = entry(1)
    assert linked(trial, paper(1, nct_ids=(NctId("NCT90000001"),))) == {frozenset({"NCT90000001", "PMID:1"})}
    assert linked(trial, paper(2, "Registered as nct90000001.")) == {frozenset({"NCT90000001", "PMID:2"})}
    assert linked(trial, paper(3, title="A trial (NCT90000001)")) == {frozenset({"NCT90000001", "PMID:3"})}
    assert linked(trial, paper(4, "NCT900000012 is another number")) == set()


def test_follow_ups_of_an_absent_trial_are_tied() -> None:
    """Two papers that name one id are one study though its entry was never loaded."""
    assert linked(paper(1, "NCT90000007"), paper(2, "Follow-up of NCT90000007")) == {frozenset({"PMID:1", "PMID:2"})}


def test_a_paper_about_many_trials_ties_nothing() -> None:
    """Reviews, and papers that name more than two trials, are about the trials of others."""
    trials = [entry(i) for i in (1, 2, 3)]
    assert linked(*trials, paper(1, "NCT90000001, NCT90000002, NCT90000003")) == set()
    assert linked(trials[0], paper(2, "NCT90000001", publication_types=("Systematic Review",))) == set()
    assert linked(trials[0], paper(3, "NCT90000001", title="Vesicles: a systematic review and meta-analysis")) == set()


def test_an_extension_names_its_own_trial_and_the_parent() -> None:
    """Two ids in one paper tie both: an extension belongs to the trial it follows."""
    assert linked(entry(1), entry(2), paper(1, "Extension NCT90000002 of NCT90000001")) == {
        frozenset({"NCT90000001", "NCT90000002", "PMID:1"})
    }


@pytest.mark.parametrize(("kind", "tied"), [("RESULT", True), ("DERIVED", True), ("BACKGROUND", False), (None, False)])
def test_only_results_are_tied_by_reference(kind: str | None, tied: bool) -> None:
    """A cited paper is this trial's only where the registry calls it RESULT or DERIVED."""
    trial = entry(1, references=(TrialReference(PMID("5"), kind), TrialReference(None, "RESULT", "No id")))
    assert bool(linked(trial, paper(5))) is tied


def test_a_review_among_derived_references_is_no_result() -> None:
    """DERIVED is set by machine: a meta-analysis among them is not tied."""
    trial = entry(1, references=(TrialReference(PMID("5"), "DERIVED"),))
    assert linked(trial, paper(5, publication_types=("Meta-Analysis",))) == set()


def test_aliases_and_secondary_ids_tie_entries() -> None:
    """An alias, a shared EudraCT or ChiCTR id make two entries one trial; a sponsor's number does not."""
    assert linked(entry(1, aliases=(NctId("NCT90000002"),)), entry(2)) == {frozenset({"NCT90000001", "NCT90000002"})}
    shared = ("ChiCTR2600000001", "EXO-01")
    assert linked(entry(1, secondary_ids=shared), paper(1, other_registry_ids=("chictr2600000001",))) == {
        frozenset({"NCT90000001", "PMID:1"})
    }
    assert linked(entry(1, secondary_ids=("2019-123456-12",)), entry(2, secondary_ids=("2019-123456-12",))) != set()
    assert linked(entry(1, secondary_ids=("EXO-01",)), entry(2, secondary_ids=("EXO-01",))) == set()


def test_doi_and_versions_tie_papers() -> None:
    """One DOI in two spellings, preprint and paper, old and republished version are one work; a comment is not."""
    assert linked(paper(1, doi="10.5555/A"), paper(2, doi="10.5555/a")) == {frozenset({"PMID:1", "PMID:2"})}
    for kind in ("UpdateIn", "UpdateOf", "RepublishedIn", "RepublishedFrom", "CorrectedandRepublishedFrom"):
        assert linked(paper(1, corrections=(Correction(kind, pmid=PMID("2")),)), paper(2)) == {
            frozenset({"PMID:1", "PMID:2"})
        }
    assert (
        linked(paper(1, corrections=(Correction("CommentOn", pmid=PMID("2")), Correction("UpdateOf"))), paper(2))
        == set()
    )


def test_ties_are_transitive_and_every_record_is_there() -> None:
    """Preprint – paper – entry is one study; each record names the two others, sorted, and a lone one nobody."""
    records = [
        paper(1, corrections=(Correction("UpdateIn", pmid=PMID("2")),)),
        paper(2, "NCT90000001"),
        entry(1),
        paper(9),
    ]
    assert link_studies(records) == {
        "PMID:1": ("NCT90000001", "PMID:2"),
        "PMID:2": ("NCT90000001", "PMID:1"),
        "NCT90000001": ("PMID:1", "PMID:2"),
        "PMID:9": (),
    }
    assert link_studies(reversed(records)) == link_studies(records)


def test_registry_ids_of_a_record() -> None:
    """A record's own ids come upper case and sorted; with many trials named only other registries' ids stay."""
    assert registry_ids(
        paper(1, "nct90000002", nct_ids=(NctId("NCT90000001"),), other_registry_ids=("ISRCTN12345678", "PDB 1ABC"))
    ) == ("ISRCTN12345678", "NCT90000001", "NCT90000002")
    assert registry_ids(paper(1, "NCT90000001 NCT90000002 NCT90000003", other_registry_ids=("ISRCTN12345678",))) == (
        "ISRCTN12345678",
    )


@pytest.mark.parametrize(
    ("more", "linked_paper", "overdue"),
    [
        ({"overall_status": "COMPLETED", "completion_date": PartialDate(2025, 11, 22)}, False, True),
        ({"overall_status": "COMPLETED", "completion_date": PartialDate(2025, 11, 23)}, False, False),
        ({"overall_status": "COMPLETED", "completion_date": PartialDate(2025, 11)}, False, False),
        ({"overall_status": "COMPLETED", "completion_date": PartialDate(2024, 2, 29)}, False, True),
        ({"overall_status": "TERMINATED", "primary_completion_date": PartialDate(2020)}, False, True),
        ({"overall_status": "UNKNOWN", "completion_date": PartialDate(2022, 8)}, False, True),
        ({"overall_status": "COMPLETED", "completion_date": PartialDate(2020), "has_results": True}, False, False),
        ({"overall_status": "COMPLETED", "completion_date": PartialDate(2020)}, True, False),
        ({"overall_status": "RECRUITING", "completion_date": PartialDate(2020)}, False, False),
        ({"overall_status": "WITHDRAWN", "completion_date": PartialDate(2020)}, False, False),
        ({"overall_status": "COMPLETED"}, False, False),
    ],
)  # fmt: skip
def test_overdue(more: dict[str, Any], linked_paper: bool, overdue: bool) -> None:
    """Overdue is a trial over for more than 12 months without posted results and without a paper."""
    assert registered_trial(entry(1, **more), "rct", linked_paper, TODAY).overdue is overdue


def test_what_the_list_of_trials_shows() -> None:
    """Status, phases, planned design and number, completion and other ids are told as registered."""
    record = entry(
        1,
        overall_status="SUSPENDED",
        phases=("PHASE1", "PHASE2"),
        enrollment=15,
        completion_date=PartialDate(2026, 12),
        secondary_ids=("ChiCTR2600000001",),
    )
    trial = registered_trial(record, "single_arm", False, TODAY)
    assert (trial.id, trial.status, trial.phase, trial.design, trial.planned_n, trial.completion) == (
        "NCT90000001",
        "SUSPENDED",
        "PHASE1/PHASE2",
        "single_arm",
        15,
        "2026-12",
    )
    assert trial.also_registered == ("CHICTR2600000001",)
    assert registered_trial(entry(2), "other", False, TODAY).phase is None
    with pytest.raises(ValueError, match="PMID:1"):
        registered_trial(paper(1), "rct", False, TODAY)


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_order(pairs: list[tuple[str, str]], random: object) -> None:
    """However the ties come, the groups and the names they go by are the same."""
    roots = []
    for _ in range(2):
        groups = Groups()
        for one, other in pairs:
            groups.join(one, other)
        roots.append({name: groups.root(name) for name in "abcdefgh"})
        random.shuffle(pairs)  # type: ignore[attr-defined] # hypothesis types it as its own Random
    assert roots[0] == roots[1]
    assert all(root <= name for name, root in roots[0].items())
