"""What changed between two states of the evidence, and how much does it matter? Pure: two values in, changes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from evtrack.grade.grades import Level, Stance, rank
from evtrack.record import RecordId

ChangeKind = Literal[
    "new_record", "record_changed", "record_removed", "retracted", "expression_of_concern", "corrected", "level_up",
    "level_down", "stance_changed", "trial_status", "results_posted", "query_drift", "claim_changed", "regraded",
    "review_reopened",
]  # fmt: skip
Severity = Literal["critical", "notable", "minor"]
SEVERITIES: tuple[Severity, ...] = ("critical", "notable", "minor")
"""Worst first."""

TieKey = tuple[str, RecordId]
"""(claim id, record id)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``before`` and ``after`` are values of CONTRACT.md (levels, stances, gates, a registry's status).

    ``claim_id`` is ``None`` where a record is tied to no claim, ``record_id`` where the change is the claim's own.
    """

    kind: ChangeKind
    claim_id: str | None
    record_id: RecordId | None
    before: str | None
    after: str | None
    severity: Severity


@dataclass(frozen=True, slots=True)
class ClaimState:
    """What a claim's grade said."""

    level: Level | None
    stance: Stance
    claim_hash: str = ""


@dataclass(frozen=True, slots=True)
class RecordState:
    """What a record said. ``status`` and ``has_results`` are a trial's; ``flags`` are those of its grade."""

    content_hash: str
    gate: str | None = None
    flags: frozenset[str] = frozenset()
    status: str | None = None
    has_results: bool = False
    revised: str | None = None


@dataclass(frozen=True, slots=True)
class TieState:
    """What a record said towards one claim, and how it was found (``query``, ``match``, ``--claim``)."""

    level: Level
    stance: Stance
    counts_for_claim: bool
    found_by: str


@dataclass(frozen=True, slots=True)
class State:
    """All that ``compare`` looks at, as it held at one time.

    ``reviewed`` holds, for each person's word on a record that stands, whether it is open again.
    """

    claims: Mapping[str, ClaimState] = field(default_factory=dict)
    records: Mapping[RecordId, RecordState] = field(default_factory=dict)
    ties: Mapping[TieKey, TieState] = field(default_factory=dict)
    reviewed: Mapping[tuple[str | None, RecordId], bool] = field(default_factory=dict)
    rules_version: str | None = None
    merged: Mapping[RecordId, RecordId] = field(default_factory=dict)
    """Records that the service keeps under another id now: what became of some that were removed."""
    levels_reviewed: Mapping[str, tuple[Level | None, Stance | None]] = field(default_factory=dict)
    """For each person's word on a claim's level that stands, the level and stance that the person saw."""

    def of(self, ids: Set[RecordId]) -> State:
        """The same, of records and ties those of ``ids`` alone."""
        records = {i: record for i in ids if (record := self.records.get(i))}
        return replace(self, records=records, ties={key: tie for key, tie in self.ties.items() if key[1] in ids})


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Worst first, then by claim, record and kind."""
    return sorted(
        changes,
        key=lambda c: (SEVERITIES.index(c.severity), c.claim_id or "", c.record_id or "", c.kind, c.after or ""),
    )


def compare(before: State, after: State) -> list[Change]:
    """What changed from ``before`` to ``after``: worst first, then by claim, record and kind, whatever the order given.

    A change of a record is told once for each claim it is tied to in either state, and once without a claim where it
    is tied to none. ``record_changed`` is told where nothing more particular is. A new record is told for its ties
    alone: in a store of all of PubMed, what touches no claim is no news. A claim that had no grade before has no
    change of level.
    """
    told = [*_rules(before, after), *_claims(before, after), *_records(before, after), *_ties(before, after)]
    return in_order([*told, *_reopened(before, after)])


def _rules(before: State, after: State) -> Iterator[Change]:
    old, new = before.rules_version, after.rules_version
    if old is not None and new is not None and old != new:
        yield Change("regraded", None, None, old, new, "minor")


def _claims(before: State, after: State) -> Iterator[Change]:
    for claim_id, new in after.claims.items():
        old = before.claims.get(claim_id)
        if old is None:
            continue
        if old.claim_hash != new.claim_hash:
            yield Change("claim_changed", claim_id, None, None, None, "minor")
        if old.level is not None and new.level is not None and old.level != new.level:
            if rank(new.level) > rank(old.level):
                yield Change("level_up", claim_id, None, old.level, new.level, "notable")
            else:
                yield Change("level_down", claim_id, None, old.level, new.level, "critical")
        if old.stance != new.stance:
            worse = new.stance == "contradicts"
            yield Change("stance_changed", claim_id, None, old.stance, new.stance, "critical" if worse else "notable")


def _records(before: State, after: State) -> Iterator[Change]:
    claims_of: dict[RecordId, set[str]] = {}
    for claim_id, record_id in (*before.ties, *after.ties):
        claims_of.setdefault(record_id, set()).add(claim_id)
    for record_id, old in before.records.items():
        new = after.records.get(record_id)
        if new == old:
            continue
        changes = _one_record(record_id, old, new, after.merged.get(record_id))
        for change in changes:
            tied: list[str | None] = [*sorted(claims_of.get(record_id, ()))]
            for claim in tied or [None]:
                counted = claim is not None and _counted(before, claim, record_id)
                severity: Severity = "notable" if change.kind == "record_removed" and counted else change.severity
                yield Change(change.kind, claim, record_id, change.before, change.after, severity)


def _counted(state: State, claim_id: str, record_id: RecordId) -> bool:
    tie = state.ties.get((claim_id, record_id))
    return tie is not None and tie.counts_for_claim


def _one_record(
    record_id: RecordId, old: RecordState, new: RecordState | None, merged_into: RecordId | None
) -> list[Change]:
    if new is None:
        return [Change("record_removed", None, record_id, old.gate, merged_into, "minor")]
    told: list[Change] = []
    if new.gate == "retracted" != old.gate:
        told.append(Change("retracted", None, record_id, old.gate, new.gate, "critical"))
    gained = new.flags - old.flags
    if "expression_of_concern" in gained:
        told.append(Change("expression_of_concern", None, record_id, None, None, "notable"))
    if "corrected" in gained:
        told.append(Change("corrected", None, record_id, None, None, "minor"))
    if new.status != old.status:
        told.append(Change("trial_status", None, record_id, old.status, new.status, "notable"))
    if new.has_results and not old.has_results:
        told.append(Change("results_posted", None, record_id, None, None, "notable"))
    if not told and new.content_hash != old.content_hash:
        told.append(Change("record_changed", None, record_id, old.revised, new.revised, "minor"))
    return told


def _ties(before: State, after: State) -> Iterator[Change]:
    ended = before.claims.keys() - after.claims.keys()  # their files are gone: no search of theirs lost anything
    for (claim_id, record_id), new in after.ties.items():
        old = before.ties.get((claim_id, record_id))
        against = _against(new)
        if old is None:
            stance = new.stance if new.counts_for_claim else None
            yield Change("new_record", claim_id, record_id, None, stance, against or "minor")
            continue
        # What a record that was read anew says against its claim is news only where it did not say so before.
        if against and (_against(old) not in (against, "critical") or _turned(old, new)):
            yield Change("stance_changed", claim_id, record_id, old.stance, new.stance, against)
        if old.found_by == "query" != new.found_by and claim_id not in ended:
            yield Change("query_drift", claim_id, record_id, None, None, "minor")
    for (claim_id, record_id), old in before.ties.items():
        left = old.found_by == "query" and (claim_id, record_id) not in after.ties and record_id in after.records
        if left and claim_id not in ended:
            yield Change("query_drift", claim_id, record_id, None, None, "minor")


def _against(tie: TieState) -> Severity | None:
    """How much it matters that a record speaks against its claim: ``None`` where it does not, or does not count.

    Harm is never minor, in whatever it was seen; of randomised trials one without a difference matters as much.
    """
    if not tie.counts_for_claim or tie.stance not in ("contradicts", "no_difference"):
        return None
    if tie.level == "rct":
        return "critical"
    return "notable" if tie.stance == "contradicts" else None


def _turned(old: TieState, new: TieState) -> bool:
    """Whether a trial without a difference is now one of harm: worse news than it was, though both speak against."""
    return new.stance == "contradicts" != old.stance


def _reopened(before: State, after: State) -> Iterator[Change]:
    for (claim_id, record_id), opened in after.reviewed.items():
        # A word follows its record to the id that the service gives it now.
        ids = [record_id, *(old for old, new in after.merged.items() if new == record_id)]
        if opened and any(before.reviewed.get((claim_id, i)) is False for i in ids):
            yield Change("review_reopened", claim_id, record_id, None, None, "notable")
    for claim, was in after.levels_reviewed.items():
        earlier, now = before.claims.get(claim), after.claims.get(claim)
        if earlier is None or now is None:
            continue
        if (earlier.level, earlier.stance) == was != (now.level, now.stance):
            yield Change("review_reopened", claim, None, None, None, "notable")


@dataclass(frozen=True, slots=True)
class Search:
    """How one query was answered: how many the service counted, and how it read the query, where it tells."""

    count: int | None
    translation: str | None = None


def query_drift(claim_id: str, before: Search, after: Search) -> Change | None:
    """The change to tell where the same query is no longer the same question: read otherwise, or a count that jumps.

    A jump is to twice as many or half, and by twenty records at least: MeSH was indexed anew, or a field was dropped.
    """
    if before.count is not None and after.count is not None:
        low, high = sorted((before.count, after.count))
        if high - low >= 20 and high >= 2 * low:
            return Change("query_drift", claim_id, None, str(before.count), str(after.count), "notable")
    if before.translation and after.translation and before.translation != after.translation:
        return Change("query_drift", claim_id, None, before.translation, after.translation, "minor")
    return None
