"""What is known of each claim, as an audit needs it? A snapshot of the evidence, from ``status --json`` or from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol, cast, get_args

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, StateVerdict, Track
from evtrack.files import FileProblem
from evtrack.grade.grades import HUMAN, LEVELS, ClaimGrade, Level, Searched, Stance, rank
from evtrack.grade.searching import read_search
from evtrack.ids import RecordId
from evtrack.store.facts import TiedRecord
from evtrack.wording import both

_MEND = "give the answer of `evtrack status --json`"
_UNCONTROLLED = both("label.uncontrolled").en

SearchSeen = Literal["complete", "incomplete", "none", "unsaid"]
"""``complete``: every source that was asked gave all; ``none``: nothing was asked; ``unsaid``: the snapshot does not say."""


class Status(Protocol):
    """What a snapshot needs of a claim as the store has it (``ClaimStatus`` of the views)."""

    @property
    def claim(self) -> Claim: ...
    @property
    def grade(self) -> ClaimGrade: ...
    @property
    def as_of(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class CountedRecord:
    """One record that counts for a claim. ``n``: participants or animals, where stated."""

    id: RecordId
    level: Level
    year: int | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """One claim's evidence. ``counts`` is by level; ``k_of_n``: studies that point the claim's way, all, unread.

    ``uncontrolled``: whether no study at the level had a control group; ``None`` where the snapshot does not say.
    """

    claim_id: str
    level: Level | None = None
    stance: Stance = "n/a"
    track: Track | None = None
    kind: str = ""
    statement: Bilingual | None = None
    label: Bilingual | None = None
    people: Bilingual | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    k_of_n: tuple[int, int, int] | None = None
    n_total: int | None = None
    groups: int | None = None
    synthesis: bool = False
    search: SearchSeen = "unsaid"
    provisional_level: Level | None = None
    indirect: Mapping[str, str] = field(default_factory=dict)
    by_route: Mapping[str, str] = field(default_factory=dict)
    needs_review: int = 0
    harms: tuple[RecordId, ...] = ()
    registered: tuple[str, ...] = ()
    members: Mapping[str, str | None] = field(default_factory=dict)
    state_verdict: StateVerdict | None = None
    uncontrolled: bool | None = None
    records: tuple[CountedRecord, ...] = ()
    as_of: date | None = None

    @property
    def studies(self) -> int | None:
        """How many studies stand at the level; ``None`` where the snapshot does not say."""
        if self.k_of_n is not None and self.k_of_n[1]:
            return self.k_of_n[1]
        return self.counts.get(self.level) if self.level else None

    @property
    def routes(self) -> tuple[str, ...]:
        """Routes by which the evidence at the level was given, where known."""
        return tuple(sorted(route for route, level in self.by_route.items() if rank(level) >= rank(self.level)))


@dataclass(frozen=True, slots=True)
class EvidenceSnapshot:
    """What is known of all claims on one day. ``known``: every record id that it names; ``None``: it lists no records."""

    claims: Mapping[str, ClaimEvidence]
    as_of: date | None = None
    known: frozenset[str] | None = None

    def day(self, evidence: ClaimEvidence | None = None) -> date | None:
        """As of which day a claim (or all of it) is known."""
        return (evidence.as_of if evidence else None) or self.as_of


def snapshot_of_json(answer: Any, path: str = "snapshot") -> EvidenceSnapshot:
    """The snapshot in an answer of ``evtrack status --json``, or of ``show --json`` with its records.

    Every key but ``claim_id``, ``level``, ``stance`` and ``track`` may be missing. Raises :class:`FileProblem` naming
    what is wrong where it is no such answer.
    """
    if isinstance(answer, dict) and "claim_id" in answer:
        answer = {"as_of": answer.get("as_of"), "claims": [answer]}
    if not isinstance(answer, dict) or not isinstance(answer.get("claims"), list) or not answer["claims"]:
        raise FileProblem(path, "no evidence snapshot: it has no list of claims", code="not_a_snapshot", mend=_MEND)
    claims = [_claim(path, number, c) for number, c in enumerate(answer["claims"], start=1)]
    whole = any("records" in c for c in answer["claims"])
    known = _named(claims) if whole else None
    return EvidenceSnapshot({c.claim_id: c for c in claims}, _day(answer.get("as_of")), known)


def snapshot_of_statuses(
    statuses: Sequence[Status], tied: Mapping[str, Sequence[TiedRecord]], as_of: str | None = None
) -> EvidenceSnapshot:
    """The snapshot of the store's claims; ``tied``: claim id → the records that findings can name."""
    claims = {s.claim.id: _of_status(s, tied.get(s.claim.id, ())) for s in statuses}
    every = {record.id: record.doi for records in tied.values() for record in records}
    read = {*every, *(f"DOI:{doi.lower()}" for doi in every.values() if doi)}
    whole = _day(as_of) or min((c.as_of for c in claims.values() if c.as_of), default=None)
    return EvidenceSnapshot(claims, whole, _named(claims.values()) | read)


def _named(claims: Iterable[ClaimEvidence]) -> frozenset[str]:
    return frozenset(i for c in claims for i in (*c.harms, *c.registered, *(r.id for r in c.records)))


# -- from the store


def _of_status(status: Status, tied: Sequence[TiedRecord]) -> ClaimEvidence:
    claim, grade = status.claim, status.grade
    counted = [record for record in tied if record.counts_for_claim]
    head = [record for record in counted if record.level == grade.level]
    return ClaimEvidence(
        claim.id,
        grade.level,
        grade.stance,
        claim.track,
        claim.kind,
        claim.statement,
        grade.label,
        grade.people,
        grade.counts,
        grade.k_of_n,
        grade.n_total,
        grade.groups,
        grade.synthesis,
        _search_of(grade),
        grade.provisional_level,
        grade.indirect,
        grade.by_route,
        grade.needs_review,
        grade.harms,
        tuple(t.id for t in grade.registered),
        grade.members,
        cast("StateVerdict | None", grade.state_verdict),
        all("uncontrolled" in record.flags for record in head) if head and grade.level in HUMAN else None,
        tuple(CountedRecord(record.id, record.level, record.year, record.n) for record in counted),
        _day(status.as_of),
    )


def _search_of(grade: ClaimGrade) -> SearchSeen:
    if grade.search in ("complete", "one"):
        return "complete"
    return "incomplete" if grade.search == "partial" else "none"


# -- from JSON


def _claim(path: str, number: int, answer: Any) -> ClaimEvidence:
    if not isinstance(answer, dict) or not isinstance(answer.get("claim_id"), str):
        raise FileProblem(path, f"claim {number} has no claim_id", code="not_a_snapshot", mend=_MEND)
    name = answer["claim_id"]
    missing = [key for key in ("level", "stance", "track") if key not in answer]
    if missing:
        raise FileProblem(path, f"claim {name} has no {', '.join(missing)}", code="not_a_snapshot", mend=_MEND)
    level, stance = answer["level"], answer["stance"]
    for key, value, allowed in (("level", level, (None, *LEVELS)), ("stance", stance, get_args(Stance))):
        if (value is not None and not isinstance(value, str)) or value not in allowed:
            raise FileProblem(path, f"claim {name}: {key} {value!r} is not known", code="not_a_snapshot", mend=_MEND)
    from evtrack.audit.snapshot_shape import wrong_in

    wrong = wrong_in(answer)
    if wrong is not None:
        raise FileProblem(path, f"claim {name}: {wrong} is not understood", code="not_a_snapshot", mend=_MEND)
    k_of_n = answer.get("k_of_n") or None
    label = _texts(answer.get("label"))
    return ClaimEvidence(
        name,
        None if answer["track"] in ("state", "manual") else level,
        stance,
        answer["track"],
        str(answer.get("kind") or ""),
        _texts(answer.get("statement")),
        label,
        _texts(answer.get("people")),
        dict(answer.get("counts") or {}),
        (int(k_of_n["k"]), int(k_of_n["n"]), int(k_of_n["unread"])) if k_of_n else None,
        answer.get("n_total"),
        answer.get("groups"),
        bool(answer.get("synthesis")),
        _search_seen(answer),
        answer.get("provisional_level"),
        dict(answer.get("indirect") or {}),
        dict(answer.get("by_route") or {}),
        int(answer.get("needs_review") or 0),
        tuple(answer.get("harms") or ()),
        tuple(str(t.get("id")) for t in answer.get("registered") or ()),
        dict(answer.get("members") or {}),
        answer.get("state_verdict"),
        _UNCONTROLLED in label.en if label and level in HUMAN and _UNCONTROLLED in label.en else None,
        tuple(_record(r) for r in answer.get("records") or () if r.get("counts_for_claim")),
        _day(answer.get("as_of")),
    )


def _search_seen(answer: Mapping[str, Any]) -> SearchSeen:
    """How far a claim was searched. A claim that reads others (members, tracks state and manual) need not be asked itself."""
    if "searched" not in answer:
        return "unsaid"
    if not answer["searched"] and (answer.get("members") or answer["track"] in ("state", "manual")):
        return "unsaid"
    search = read_search(
        [
            Searched(str(s.get("source")), "", s.get("count"), bool(s.get("complete")), str(s.get("at") or ""))
            for s in answer["searched"] or ()
        ]
    )
    return "complete" if search.done else "incomplete" if search.state == "partial" else "none"


def _record(answer: Mapping[str, Any]) -> CountedRecord:
    n = (answer.get("numbers") or {}).get("n")
    return CountedRecord(answer["id"], answer["level"], answer.get("year"), n if isinstance(n, int) else None)


def _texts(answer: Any) -> Bilingual | None:
    if not isinstance(answer, dict) or "ja" not in answer or "en" not in answer:
        return None
    return Bilingual(str(answer["ja"]), str(answer["en"]))


def _day(at: Any) -> date | None:
    """The day of an ISO date-time; ``None`` where there is none."""
    try:
        return date.fromisoformat(str(at)[:10])
    except ValueError:
        return None
