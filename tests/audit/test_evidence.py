"""Does a snapshot say the same, whether it is read from the answer of ``status --json`` or from the store?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from evtrack.audit import evidence
from evtrack.audit.evidence import ClaimEvidence, EvidenceSnapshot, snapshot_of_json
from evtrack.bilingual import Bilingual
from evtrack.files import FileProblem
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, RecordGrade, RegisteredTrial, Searched
from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.status_json import status_json
from tests.tied import tied_records

from .pages import lexicon

WORDS = Bilingual("人での研究：対照なし", "studies in people: no control")
CLAIM = next(w.claim for w in lexicon().wanted if w.claim.id == "ad-effect")
AT = "2026-11-20T00:00:00+00:00"
BARE = {"claim_id": "dep-effect", "level": "animal", "stance": "supports", "track": "intervention"}


def record(number: int, *flags: str, counts: bool = True, **numbers: Any) -> Evidence:
    grade = RecordGrade(
        "single_arm", "early_clinical", False, "therapy", "native_ev", None, "supports", "abstract", flags, numbers
    )
    towards = ClaimRecordGrade(grade, "selected", "measured", counts, "supports")
    return Evidence(RecordId(f"PMID:900000{number}"), "pubmed", "[SYNTHETIC] study", 2024, towards, doi="10.1234/ABC")


def status(*records: Evidence, search: Any = "complete") -> ClaimStatus:
    grade = ClaimGrade(
        CLAIM.id,
        "early_clinical",
        "supports",
        WORDS,
        WORDS,
        {"early_clinical": 2},
        (1, 2, 0),
        by_route={"intranasal": "early_clinical", "iv": "animal"},
        harms=(RecordId("PMID:9000009"),),
        registered=(RegisteredTrial("NCT90000001", "RECRUITING", None, "registered_trial", overdue=False),),
        n_total=19,
        groups=1,
        search=search,
    )
    searched = (Searched("pubmed", "q", 2, True, AT, 2), Searched("ctgov", "q", 1, True, AT, 1))
    return ClaimStatus(CLAIM, grade, AT, searched, records)


def snapshot_of_statuses(statuses: list[ClaimStatus], as_of: str | None = None) -> EvidenceSnapshot:
    """The snapshot of these claims and their records."""
    return evidence.snapshot_of_statuses(statuses, tied_records(statuses), as_of)


def test_same_both_ways() -> None:
    """What the answer in JSON carries is read as from the store, but for the records that it leaves out."""
    stored = snapshot_of_statuses([status(record(1, "uncontrolled", n=9))], AT)
    told = snapshot_of_json(status_json([status(record(1))], AT, "en"))
    own, theirs = stored.claims[CLAIM.id], told.claims[CLAIM.id]
    assert replace(own, records=(), uncontrolled=None, label=None) == replace(theirs, uncontrolled=None, label=None)
    assert stored.as_of == told.as_of == date(2026, 11, 20)
    assert told.known is None


def test_records_from_the_store() -> None:
    """From the store findings can name records, and citations can be looked up, DOIs among them."""
    stored = snapshot_of_statuses([status(record(1, "uncontrolled", n=9), record(2, counts=False))])
    own = stored.claims[CLAIM.id]
    assert [(r.id, r.level, r.year, r.n) for r in own.records] == [("PMID:9000001", "early_clinical", 2024, 9)]
    assert own.uncontrolled is True
    assert stored.as_of == date(2026, 11, 20)
    assert stored.known is not None
    assert {"PMID:9000001", "PMID:9000002", "PMID:9000009", "NCT90000001", "DOI:10.1234/abc"} <= stored.known


def test_controlled() -> None:
    """One study with a control group is enough."""
    stored = snapshot_of_statuses([status(record(1, "uncontrolled"), record(2))])
    assert stored.claims[CLAIM.id].uncontrolled is False


@pytest.mark.parametrize(("search", "seen"), [("one", "complete"), ("partial", "incomplete"), ("none", "none")])
def test_search_of_the_store(search: str, seen: str) -> None:
    """One source asked in full is a search; part of one is not."""
    assert snapshot_of_statuses([status(search=search)]).claims[CLAIM.id].search == seen


def test_few_keys() -> None:
    """Every key but four may be missing."""
    snapshot = snapshot_of_json({"claims": [BARE]})
    assert snapshot.claims["dep-effect"] == ClaimEvidence("dep-effect", "animal", "supports", "intervention")
    assert snapshot.day() is None


def test_state_has_no_level() -> None:
    """A level "none" of a claim on the state of evidence is read as null."""
    answer = {**BARE, "track": "state", "level": "none", "searched": []}
    evidence = snapshot_of_json({"claims": [answer]}).claims["dep-effect"]
    assert evidence.level is None
    assert evidence.search == "unsaid"


@pytest.mark.parametrize(
    ("searched", "seen"),
    [
        ([], "none"),
        ([{"source": "pubmed", "complete": True, "at": AT}], "complete"),
        ([{"source": "pubmed", "complete": True, "at": AT}, {"source": "ctgov", "complete": False}], "incomplete"),
    ],
)
def test_search_in_json(searched: list[dict[str, Any]], seen: str) -> None:
    """Whether "none found" may be said is read from the searches."""
    assert snapshot_of_json({"claims": [{**BARE, "searched": searched}]}).claims["dep-effect"].search == seen


def test_show_is_a_snapshot_too() -> None:
    """The answer of ``show``, with its records, is a snapshot of one claim."""
    counted = {"id": "PMID:9000001", "level": "animal", "year": 2023, "counts_for_claim": True, "numbers": {"n": 20}}
    other = {"id": "PMID:9000002", "level": "animal", "counts_for_claim": False}
    snapshot = snapshot_of_json({**BARE, "as_of": AT, "records": [counted, other]})
    own = snapshot.claims["dep-effect"]
    assert [(r.id, r.n) for r in own.records] == [("PMID:9000001", 20)]
    assert snapshot.day(own) == date(2026, 11, 20)
    assert snapshot.known is not None
    assert "PMID:9000001" in snapshot.known


def test_uncontrolled_in_the_label() -> None:
    """The label of an uncontrolled level says so, where records are not listed."""
    answer = {**BARE, "level": "early_clinical", "label": {"ja": "対照なし", "en": "1 study: no control"}}
    assert snapshot_of_json({"claims": [answer]}).claims["dep-effect"].uncontrolled is True


def test_studies_and_routes() -> None:
    """The number of studies is that of the level; routes are those by which the level was reached."""
    evidence = ClaimEvidence("c", "animal", counts={"animal": 3}, by_route={"iv": "in_vitro", "intranasal": "animal"})
    assert evidence.studies == 3
    assert evidence.routes == ("intranasal",)
    assert ClaimEvidence("c", "rct", k_of_n=(1, 2, 0), counts={"rct": 5}).studies == 2
    assert ClaimEvidence("c").studies is None


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ([], "no list of claims"),
        ({"claims": []}, "no list of claims"),
        ({"claims": [{"level": "rct"}]}, "claim 1 has no claim_id"),
        ({"claims": [{"claim_id": "c", "level": None}]}, "claim c has no stance, track"),
        ({"claims": [{**BARE, "level": "high"}]}, "level 'high' is not known"),
        ({"claims": [{**BARE, "stance": "yes"}]}, "stance 'yes' is not known"),
    ],
)
def test_wrong_file(answer: Any, what: str) -> None:
    """A file that is no snapshot is told with its name, what is wrong, and how to mend it."""
    with pytest.raises(FileProblem) as told:
        snapshot_of_json(answer, "wrong.json")
    assert what in str(told.value)
    assert "wrong.json" in str(told.value)
    assert "evtrack status --json" in str(told.value)


def test_empty() -> None:
    """No statuses, no claims."""
    assert snapshot_of_statuses([]) == EvidenceSnapshot({}, None, frozenset())
