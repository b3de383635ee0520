"""What does an audit say? Findings, what was not assessed, and the evidence they were held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evtrack.audit.carrying import Because
from evtrack.audit.unit import Direction, Document, Place, Strength
from evtrack.grade.grades import Level, Stance
from evtrack.ids import RecordId

Verdict = Literal[
    "supported", "unsupported", "overstated", "understated", "outdated", "contradicted", "unverifiable",
    "missing-risk-disclosure", "inconsistent", "stale-store",
]  # fmt: skip
Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend in a text. ``rule`` is an id that ``evtrack rule`` explains (``EV101``).

    ``unit``: index into ``Document.units``, ``None`` where it is about the whole document (``place`` is then its
    first unit's). ``claims``: the main claim first. ``level`` and ``stance`` are those of the main claim.
    ``suggestion``: wording that one would print, in the language of the text, or ``None``. ``changed``: the text is as
    it was in the baseline, and the evidence is another. ``ticks``: of the risk disclosure, what is there and what is not.
    """

    rule: str
    verdict: Verdict
    severity: Severity
    place: Place
    text: str
    message: str
    unit: int | None = None
    claims: tuple[str, ...] = ()
    strength: Strength | None = None
    level: Level | None = None
    stance: Stance | None = None
    records: tuple[RecordId, ...] = ()
    suggestion: str | None = None
    fingerprint: str = ""
    """Of rule and normalised sentence, not of lines: the same finding after lines were moved."""
    changed: bool = False
    known: bool = False
    """It stood in the baseline: told, but nothing fails on it."""
    ticks: tuple[tuple[str, bool], ...] = ()
    suppressed: str | None = None
    """The reason given in the text or the sidecar; a suppressed finding is listed nowhere but in SARIF."""


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A sentence that bears a claim and got no verdict, and why (a key of the catalogue filled by ``fields``)."""

    place: Place
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class IdleSuppression:
    """A wish to ignore a rule that does nothing. ``place``: of the comment; in a sidecar the line of its entry."""

    path: str
    place: Place
    text: str
    why: Literal["unused", "no_reason", "no_rule", "unreadable"]


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What was read in one unit; ``claims`` empty: none."""

    unit: int
    claims: tuple[str, ...]
    strength: Strength | None
    direction: Direction
    why: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Audited:
    """One document with all that was found."""

    document: Document
    units: tuple[UnitResult, ...]
    findings: tuple[Finding, ...]
    not_assessed: tuple[NotAssessed, ...] = ()
    idle_suppressions: tuple[IdleSuppression, ...] = ()
