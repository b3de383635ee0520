"""What does the store say of a claim? Reads what ``show`` and ``status`` show; a claim without a grade is graded on what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from evtrack.asked import still_asked
from evtrack.claim import Claim, Library
from evtrack.grade.grades import ClaimGrade, Evidence
from evtrack.grade.searching import SOURCES
from evtrack.ids import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.store.facts import TiedRecord, from_utc
from evtrack.store.read import Reader, open_reader
from evtrack.store.target import StoreMissingError

if TYPE_CHECKING:
    from evtrack.store.facts import Run
    from evtrack.store.moments import TrialVersion

T = TypeVar("T")
Chosen = Callable[[ClaimStatus], Iterable[RecordId]]
"""Which records of a claim are meant."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How much is read of each claim, and as of which day."""

    records: bool
    texts: Chosen | None
    history: bool
    at: date | None


def read_statuses(
    target: str,
    library: Library,
    now: datetime,
    *,
    records: bool,
    texts: Chosen | None = None,
    history: bool = False,
    at: date | None = None,
) -> list[ClaimStatus]:
    """Every claim as it stands (at the end of the day ``at``). Where there is no store yet, nothing is known.

    ``records``: with the records tied to it; ``texts``: with the words that reasons point into, of the records it names;
    ``history``: with the moments at which its grade moved.
    """
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return [replace(status, at=at) for status in _unknown(library, now)]
    with reader:
        return _statuses(reader, library, list(library.claims.values()), now, _Wanted(records, texts, history, at))


def read_status(
    target: str,
    library: Library,
    claim: Claim,
    now: datetime,
    *,
    texts: Chosen | None = None,
    history: bool = False,
    at: date | None = None,
) -> ClaimStatus:
    """One claim with its records; ``texts`` and ``history`` as for ``read_statuses``."""
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return replace(next(s for s in _unknown(library, now) if s.claim.id == claim.id), at=at)
    with reader:
        return _statuses(reader, library, [claim], now, _Wanted(True, texts, history, at))[0]


def read_with_ties(
    target: str, library: Library, now: datetime
) -> tuple[list[ClaimStatus], Mapping[str, Sequence[TiedRecord]]]:
    """Every claim without its evidence, and, of the same moment, the records tied to each: what an audit asks for."""
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return _unknown(library, now), {}
    with reader:
        claims = list(library.claims.values())
        return _statuses(reader, library, claims, now, _Wanted(False, None, False, None)), reader.tied_records()


def _statuses(
    reader: Reader, library: Library, claims: list[Claim], now: datetime, wanted: _Wanted
) -> list[ClaimStatus]:
    at = wanted.at
    grades, labels = reader.claim_grades(at, (c.id for c in claims)), reader.claim_labels(at)
    if any(claim_id not in labels for claim_id in library.claims):
        bare = _ungraded(library, now)
        grades = {**bare, **grades}
        labels = {**{claim_id: grade.label for claim_id, grade in bare.items()}, **labels}
    run = reader.run_at(at)
    brought = [r for r in reader.runs() if r.id <= run and brought_records(r)]
    last = brought[-1] if brought else None
    as_of = (last.finished_at or last.started_at).isoformat() if last else None
    searched = {c.id: tuple(reader.searches(c.id, at)) for c in claims}
    if at is None:  # how a claim was worded on a day of the past is not kept
        searched = {c.id: still_asked(c, library.concepts, searched[c.id]) for c in claims}
    whole = reader.last_complete(at)
    loaded = 0
    if brought:
        loaded = reader.record_count(at)
    titles = {c.id: c.statement for c in library.claims.values()}
    known = {
        c.id: min((from_utc(whole.get((c.id, s.source), s.at)).isoformat() for s in searched[c.id]), default=as_of)
        for c in claims
    }
    evidence = {c.id: tuple(reader.evidence(c.id, at)) for c in claims} if wanted.records else {}
    ids = sorted({e.id for some in evidence.values() for e in some})
    moments = reader.claim_histories((c.id for c in claims), at) if wanted.history else {}
    gone = {e.id for some in evidence.values() for e in some if e.graded.grade.gate == "retracted"}
    retracted = reader.retractions(sorted(gone), at) if gone else {}
    later = reader.later(ids, at) if at is not None else {}
    words = [word for word in reader.standing(at) if word.record_id is None]
    spoken_of = reader.spoken_of(at)
    graded_with = reader.graded_with(at)  # a regrade brings no record and is no day on which something was learned
    statuses = [
        ClaimStatus(
            claim=claim,
            grade=grades[claim.id],
            as_of=known[claim.id],
            days=_days(known[claim.id], now) if at is None else 0,
            searched=searched[claim.id],
            evidence=evidence.get(claim.id, ()),
            histories=_histories(reader, grades[claim.id], at) if wanted.records else {},
            loaded=loaded,
            rules_version=graded_with[claim.id][1] if claim.id in graded_with else "",
            titles=titles,
            labels=labels,
            at=at,
            words=tuple(word for word in words if word.claim_id == claim.id),
            spoken_of=spoken_of.get(claim.id, 0),
            moments=moments.get(claim.id, ()),
            retracted=_about(evidence.get(claim.id, ()), retracted),
            later=_about(evidence.get(claim.id, ()), later),
        )
        for claim in claims
    ]
    return [_with_texts(reader, status, wanted.texts) for status in statuses] if wanted.texts else statuses


def _about(evidence: Iterable[Evidence], told: Mapping[RecordId, T]) -> dict[RecordId, T]:
    """What is told of these records."""
    return {e.id: told[e.id] for e in evidence if e.id in told}


def _days(as_of: str | None, now: datetime) -> int:
    return max(0, (now - datetime.fromisoformat(as_of)).days) if as_of else 0


def _histories(reader: Reader, grade: ClaimGrade, at: date | None) -> dict[str, tuple[TrialVersion, ...]]:
    """What became of the registered trials, where the registry changed its word."""
    revised = reader.revised_trials((t.id for t in grade.registered), at)
    told = {t.id: reader.trial_history(t.id, at) for t in grade.registered if t.id in revised}
    return {nct_id: versions for nct_id, versions in told.items() if len(versions) > 1}


def oldest(statuses: Iterable[ClaimStatus]) -> str | None:
    """From when on all of it is known: the day of the claim that was searched longest ago, or of the last load."""
    told = list(statuses)
    searched = [s.as_of for s in told if s.searched and s.as_of]
    return min(searched, default=told[0].as_of if told else None)


def last_ended(target: str) -> int:
    """The last run that ended; 0 where there was none."""
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return 0
    with reader:
        return reader.last_ended()


def pulled_until(target: str) -> dict[str, datetime | None] | None:
    """Source → until when it was last searched in full, ``None`` where never; ``None`` where no refresh was made."""
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return None
    with reader:
        if not any(run.kind == "refresh" for run in reader.runs()):
            return None
        pulls = reader.pulls()
        return {source: pulls[source].since if source in pulls else None for source in SOURCES}


def brought_records(run: Run) -> bool:
    """Whether evidence is as new as this run: it loaded or searched, and was not in vain.

    A load of nothing but a broken file, a search that failed, and a run that was cut short make nothing fresher.
    """
    if run.kind not in ("load", "refresh") or run.status in ("failed", "running"):
        return False
    return run.kind == "refresh" or run.counts.get("read", 1) > 0


def _with_texts(reader: Reader, status: ClaimStatus, chosen: Chosen) -> ClaimStatus:
    """The claim with the graded fields of some records by name, as they read then: reasons point into them."""
    from evtrack.grade.fields import record_fields

    records = reader.records(chosen(status), status.at)
    return replace(status, texts={record.id: dict(record_fields(record)) for record in records})


def _unknown(library: Library, now: datetime) -> list[ClaimStatus]:
    """Every claim with no record at all."""
    grades = _ungraded(library, now)
    titles = {c.id: c.statement for c in library.claims.values()}
    labels = {claim_id: grade.label for claim_id, grade in grades.items()}
    return [
        ClaimStatus(claim, grades[claim.id], None, titles=titles, labels=labels) for claim in library.claims.values()
    ]


def _ungraded(library: Library, now: datetime) -> Mapping[str, ClaimGrade]:
    """What the grader says of every claim when there is no record."""
    from evtrack.assess import grade_claims

    return grade_claims(library, lambda _: (), lambda _: (), now.date())
