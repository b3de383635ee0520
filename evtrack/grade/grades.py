"""What does a grade say? The values of CONTRACT.md, and the grades of a record, of a record for a claim, and of a claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from evtrack.bilingual import Bilingual
from evtrack.ids import Reason, RecordId
from evtrack.word import Word

Level = Literal["none", "in_vitro", "animal", "observational", "early_clinical", "rct"]
LEVELS: tuple[Level, ...] = ("none", "in_vitro", "animal", "observational", "early_clinical", "rct")
"""Lowest first. ``observational`` is used on the background track alone."""

Design = Literal[
    "in_vitro", "animal", "case_report", "case_series", "single_arm", "phase1", "nonrandomised_trial",
    "randomised_no_control", "rct", "observational", "systematic_review", "meta_analysis", "narrative_review",
    "protocol", "registered_trial", "guideline", "opinion", "notice", "other",
]  # fmt: skip
Role = Literal[
    "therapy", "drug_delivery_vehicle", "biomarker", "mechanism_endogenous", "ev_induced_by_other",
    "ev_release_inhibition", "pathogenic_transfer", "other",
]  # fmt: skip
Agent = Literal[
    "native_ev", "native_ev_other_source", "native_ev_primed", "engineered_ev", "ev_mimetic", "plant_ev",
    "bacterial_ev", "msc_cells", "other_cells", "secretome", "secretome_or_ev_unclear", "combination",
    "endogenous_ev", "small_molecule", "none",
]  # fmt: skip
Gate = Literal[
    "retracted", "notice", "not_ev", "review", "opinion", "protocol", "registered_only", "biomarker", "endogenous",
    "ev_induced_by_other", "ev_release_inhibition", "pathogenic_transfer", "empty_review",
]  # fmt: skip
Stance = Literal["supports", "no_difference", "contradicts", "mixed", "unclear", "n/a"]
SearchState = Literal["none", "partial", "one", "complete"]
"""``none``: nothing was asked; ``partial``: not all was got; ``one``: all of one source, the other not asked; ``complete``: both."""
Basis = Literal["title", "abstract", "registry", "person"]
Match = Literal["selected", "measured", "subtype", "mentioned", "none", "any"]
"""How a record meets a claim's condition or outcome. ``selected``: patients chosen for it, or a model of it;
``measured``: its behaviour or scale was measured; ``subtype``: a part of the condition; ``mentioned``: words only;
``any``: the claim asks for none."""

NATIVE: frozenset[Agent] = frozenset({"native_ev", "native_ev_other_source", "native_ev_primed"})
PEOPLE: frozenset[Design] = frozenset(
    {
        "case_report",
        "case_series",
        "single_arm",
        "phase1",
        "nonrandomised_trial",
        "randomised_no_control",
        "rct",
        "observational",
    }
)
"""Designs of finished studies of people."""

HUMAN: frozenset[Level] = frozenset({"observational", "early_clinical", "rct"})


FINAL_GATES: frozenset[Gate] = frozenset({"retracted", "notice"})
"""Gates that no word of a person lifts: such records do not wait for one."""


def rank(level: str | None) -> int:
    """Place of a level on the ladder; ``None`` (tracks state and manual) ranks as ``none``."""
    return LEVELS.index(level) if level in LEVELS else 0


@dataclass(frozen=True, slots=True)
class DesignGrade:
    """What kind of study a record is, whatever was tested. ``confidence`` is 0–1.

    ``pooled``: of a review, the level of the studies it pools (``none``: it found none; ``None``: it does not say).
    ``planned``: of a registry entry, the design it plans; ``design`` is then ``registered_trial`` until results are posted.
    """

    design: Design
    confidence: float
    synthesis: bool = False
    pooled: Level | None = None
    planned: Design | None = None
    flags: tuple[str, ...] = ()
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentGrade:
    """What was tested, in which role, and whether that alone gates the record (``not_ev``, ``biomarker`` …)."""

    role: Role
    agent: Agent
    gate: Gate | None = None
    flags: tuple[str, ...] = ()
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class StanceGrade:
    """Which way the primary result points."""

    stance: Stance
    flags: tuple[str, ...] = ()
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchGrade:
    """Whether a record is about a claim's condition and outcome."""

    condition_match: Match
    outcome_match: Match
    flags: tuple[str, ...] = ()
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordGrade:
    """``grade_record(record)``: all that depends on the record alone (intervention test of GRADING.md).

    ``numbers`` holds what the text states, by name: ``n`` (participants, or animals in all), ``n_per_group``, ``arms``,
    ``dose``, ``follow_up``; a number that is not stated is absent.
    """

    design: Design
    level: Level
    synthesis: bool
    role: Role
    agent: Agent
    gate: Gate | None
    stance: Stance
    basis: Basis
    flags: tuple[str, ...] = ()
    numbers: dict[str, Any] = field(default_factory=dict)
    confidence: float = 0.0
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()
    planned: Design | None = None
    """Of a registry entry, the design it plans."""


@dataclass(frozen=True, slots=True)
class ClaimRecordGrade:
    """``grade_for_claim(record, record_grade, claim)``: what the record says towards one claim.

    ``grade`` is the record's grade under the claim's own test (the background test may change level, role and gate).
    ``parts`` holds, for joined claims, the indices of the parts this record shows.
    """

    grade: RecordGrade
    condition_match: Match
    outcome_match: Match
    counts_for_claim: bool
    stance: Stance
    parts: tuple[int, ...] = ()
    preprint: bool = False
    """Would count but for not being peer-reviewed: it gives the provisional level."""
    indirect: bool = False
    """Would count but for its agent: shown beside, never lifting the level."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record tied to a claim, as grade_claim and the views see it."""

    id: RecordId
    source: str
    title: str
    year: int | None
    graded: ClaimRecordGrade
    links: tuple[RecordId, ...] = ()
    trial: RegisteredTrial | None = None
    doi: str | None = None
    authors: tuple[str, ...] = ()
    override: Word | None = None
    """What a person said of it and still stands; ``graded`` has taken it in."""
    citation: str | None = None
    url: str | None = None
    """Of a record entered by hand: where it stands."""
    conditions: tuple[Bilingual, ...] = ()
    """What its participants had, as the registry names it: a safety claim's label names the diseases."""


@dataclass(frozen=True, slots=True)
class RegisteredTrial:
    """A registry entry under test: it never raises a level."""

    id: str
    status: str | None
    phase: str | None
    design: Design
    overdue: bool
    planned_n: int | None = None
    completion: str | None = None
    also_registered: tuple[str, ...] = ()
    """Ids of the same trial in other registries, or under another id of the same one."""
    why_stopped: str | None = None
    """Why it was terminated, suspended or withdrawn, in the registry's own words."""


@dataclass(frozen=True, slots=True)
class Searched:
    """One query of one source for a claim: what was asked, how many the service counted, whether all were got."""

    source: str
    query: str
    count: int | None
    complete: bool
    at: str
    got: int | None = None
    """How many of ``count`` were fetched; ``None`` where that was not kept."""


@dataclass(frozen=True, slots=True)
class WouldChange:
    """What would move the level: ``up`` in words; ``down`` names the record without which the level falls."""

    up: Bilingual | None
    down_record_id: RecordId | None
    down_text: Bilingual | None


@dataclass(frozen=True, slots=True)
class ClaimGrade:
    """``grade_claim(claim, evidence)``: the answer to "how good is the evidence behind this sentence?".

    ``counts`` is by level; ``k_of_n`` = (k, n, unread) counts *studies*, not papers, at the headline level.
    """

    claim_id: str
    level: Level | None
    stance: Stance
    label: Bilingual
    people: Bilingual
    counts: dict[str, int]
    k_of_n: tuple[int, int, int]
    synthesis: bool = False
    provisional_level: Level | None = None
    indirect: dict[str, Level] = field(default_factory=dict)
    by_route: dict[str, Level] = field(default_factory=dict)
    harms: tuple[RecordId, ...] = ()
    registered: tuple[RegisteredTrial, ...] = ()
    excluded: dict[str, int] = field(default_factory=dict)
    needs_review: int = 0
    would_change: WouldChange = field(default_factory=lambda: WouldChange(None, None, None))
    members: dict[str, Level | None] = field(default_factory=dict)
    parts: dict[str, Level | None] = field(default_factory=dict)
    notes: tuple[Bilingual, ...] = ()
    """What a reader must know beside the label: route, subtype, source, not enough searched, null trials …"""
    n_total: int | None = None
    n_largest: int | None = None
    groups: int | None = None
    state_verdict: str | None = None
    looked: int = 0
    """Records looked at and searches made for this claim; 0: nothing was, and nothing can be said."""
    search: SearchState = "none"
    """How far the claim (or all it reads) was searched; only ``complete`` and ``one`` may say that nothing was found."""
    rules: tuple[str, ...] = ()
    """Ids of the decisions that made the level and the stance (rules/claim.yaml)."""
