"""Which records and grades do the store's tests use? Plainly synthetic ones: PMID 9xxxxxxx, NCT9xxxxxxx."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, RecordGrade
from evtrack.record import AbstractSection, NctId, PartialDate, Reason, Record, RecordId, Trial
from evtrack.store.store import Store
from tests.databases import Place, Places

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


def article(number: int = 1, **changed: Any) -> Record:
    """A made-up article of PubMed."""
    known = Record(
        id=RecordId(f"PMID:{90000000 + number}"),
        source="pubmed",
        format="pubmed-xml",
        title=f"Invented vesicles in invented mice, part {number}",
        abstract=(AbstractSection("Mice were given nothing at all.", "METHODS"),),
        authors=("Nemo A",),
        published=PartialDate(2024, 2),
        revised=PartialDate(2025, 3, 1),
        doi=f"10.99999/{number}",
    )
    return replace(known, **changed)


def study(number: int = 1, record: dict[str, Any] | None = None, **changed: Any) -> Record:
    """A made-up entry of ClinicalTrials.gov."""
    trial = Trial(
        nct_id=NctId(f"NCT{90000000 + number}"),
        overall_status="RECRUITING",
        phases=("PHASE1", "PHASE2"),
        enrollment=12,
        first_submitted=PartialDate(2023, 1, 2),
        completion_date=PartialDate(2024, 6),
    )
    known = Record(
        id=RecordId(trial.nct_id),
        source="ctgov",
        format="ctgov-json",
        title="An invented trial",
        trial=replace(trial, **changed),
    )
    return replace(known, **(record or {}))


def raw_of(record: Record) -> bytes:
    """Bytes that a record could have been read from."""
    return f"<{record!r}>".encode()


def graded(level: str = "animal", **changed: Any) -> RecordGrade:
    """A grade of a record."""
    known: dict[str, Any] = {
        "design": level if level in ("animal", "rct", "in_vitro") else "single_arm",
        "level": level,
        "synthesis": False,
        "role": "therapy",
        "agent": "native_ev",
        "gate": None,
        "stance": "supports",
        "basis": "abstract",
        "numbers": {"n": 8},
        "reasons": (Reason("R-1", "abstract", "mice", 3, 7),),
    }
    return RecordGrade(**(known | changed))


def tied(level: str = "animal", stance: str = "supports", **changed: Any) -> ClaimRecordGrade:
    """What a record says towards a claim."""
    known: dict[str, Any] = {
        "grade": graded(level),
        "condition_match": "selected",
        "outcome_match": "measured",
        "counts_for_claim": True,
        "stance": stance,
    }
    return ClaimRecordGrade(**(known | changed))


def claim_graded(
    claim_id: str = "c-one", level: str | None = "animal", stance: str = "supports", **changed: Any
) -> ClaimGrade:
    """A grade of a claim."""
    known: dict[str, Any] = {
        "claim_id": claim_id,
        "level": level,
        "stance": stance,
        "label": Bilingual("動物", "animal"),
        "people": Bilingual("なし", "none"),
        "counts": {"animal": 1},
        "k_of_n": (1, 1, 0),
    }
    return ClaimGrade(**(known | changed))


@dataclass
class Bench:
    """An open store with its clock, and one call for one run of records."""

    store: Store
    clock: Clock
    place: Place
    results: list[Any] = field(default_factory=list)

    def load(self, *records: Record, kind: Any = "load", raw: Callable[[Record], bytes] = raw_of) -> int:
        run = self.store.begin_run(kind, "rules-1", "claims-1")
        self.results.append(self.store.save_records(run, [(r, raw(r)) for r in records]))
        self.store.finish_run(run, "complete", {"read": len(records)})
        return run


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bench(places: Places, clock: Clock) -> Iterator[Bench]:
    place = places.new(whole=True)
    with Store.open(place, now=clock) as store:
        yield Bench(store, clock, place)


class Make:
    """The makers above, as one fixture gives them."""

    article = staticmethod(article)
    study = staticmethod(study)
    raw = staticmethod(raw_of)
    graded = staticmethod(graded)
    tied = staticmethod(tied)
    claim = staticmethod(claim_graded)


@pytest.fixture
def make() -> type[Make]:
    return Make
