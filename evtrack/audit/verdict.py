"""What does a sentence deserve, given the evidence of its claim today? One claim, one sentence → a verdict, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from evtrack.audit.evidence import ClaimEvidence
from evtrack.audit.finding import Severity, Verdict
from evtrack.audit.tables import Cell, Row, Tables, gravity, milder
from evtrack.audit.telling import Telling
from evtrack.audit.unit import Direction, Strength
from evtrack.claim import Claim
from evtrack.grade.grades import rank

Why = Literal[
    "not_in_snapshot", "not_searched", "incomplete", "preprint", "indirect", "unclear", "needs_review", "manual"
]  # fmt: skip
"""Why a claim gets no verdict; keys of the catalogue (``not_assessed.…``)."""

SMALL = 100
"""Fewer people in all than this read as one RCT does (AUDIT.md 6)."""
_BASIC = ("in_vitro", "animal")
_EARLY = ("early_clinical", "observational")
_TOLD_HUMAN = rank("early_clinical")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was read in one unit, as the tables ask for it."""

    strength: Strength
    direction: Direction
    told: Telling
    scoped: bool = False
    """Of safety: disease, product and short term are said."""
    promises: bool = True
    """It says that something gets better or is safe; else it only speaks of the matter."""
    told_as_found: bool = False
    """Of safety: what was found, not what is to be expected."""
    proven: bool = False
    """It says that the effect is proven."""
    causal: bool = False
    """It asserts a cause of the illness."""
    other_route: bool = False
    """The evidence in people was given by another route than the page's."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on one claim of a sentence, and the rule and column that gave it. ``severity`` ``None``: nothing to say."""

    claim: Claim
    rule: str
    verdict: Verdict
    severity: Severity | None
    column: str


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A claim that gets no verdict."""

    claim: Claim
    why: Why


def judge(claim: Claim, evidence: ClaimEvidence | None, sentence: Sentence, tables: Tables) -> Judged | NotJudged:
    """The verdict on one claim of a sentence."""
    if claim.track == "manual":
        if sentence.direction == "limits":
            return Judged(claim, tables.row("limits", "other").id, "supported", None, "manual")
        return NotJudged(claim, "manual")
    if evidence is None:
        return NotJudged(claim, "not_in_snapshot")
    if claim.track == "state":
        return _state(claim, evidence, tables)
    why = unknown(evidence)
    if why is not None:
        return NotJudged(claim, why)
    if sentence.direction == "limits":
        return _limits(claim, evidence, sentence, tables)
    if claim.track == "intervention" and not (sentence.promises or sentence.strength == "report"):
        return NotJudged(claim, "manual")
    row = _row(claim, evidence, sentence, tables)
    if row is None:
        return Judged(claim, tables.row("background", "premise").id, "supported", None, level_column(evidence))
    return _asserted(claim, evidence, sentence, row)


def unknown(evidence: ClaimEvidence) -> Why | None:
    """Why nothing can be said of a claim on what is known; ``None`` where something can."""
    if evidence.search == "none":
        return "not_searched"
    if evidence.search == "incomplete":
        return "incomplete"
    if evidence.level in (None, "none"):
        if evidence.provisional_level not in (None, "none"):
            return "preprint"
        if evidence.indirect:
            return "indirect"
        return "needs_review" if evidence.needs_review else None
    if evidence.stance in ("unclear", "n/a"):
        return "needs_review" if evidence.needs_review else "unclear"
    return None


def level_column(evidence: ClaimEvidence) -> str:
    """The column of a claim's level, whatever its stance."""
    if evidence.level in _BASIC:
        return "basic"
    if evidence.level in _EARLY:
        return "early"
    if evidence.level == "rct":
        return "one_rct" if _few(evidence) else "rcts"
    return "nothing"


def column_of(evidence: ClaimEvidence) -> str:
    """The column of a claim's evidence: its stance where that is no plain support, else its level."""
    if evidence.level in (None, "none") or evidence.stance not in ("mixed", "no_difference", "contradicts"):
        return level_column(evidence)
    return evidence.stance


def _few(evidence: ClaimEvidence) -> bool:
    """One RCT, or fewer than 100 people in all, and no synthesis of several."""
    if evidence.synthesis:
        return False
    studies = evidence.studies
    alone = studies is not None and studies < 2
    return alone or evidence.groups == 1 or (evidence.n_total is not None and evidence.n_total < SMALL)


def _state(claim: Claim, evidence: ClaimEvidence, tables: Tables) -> Judged | NotJudged:
    """A sentence on the state of evidence: still true, or not."""
    row = tables.row("state", "asserts")
    if evidence.search == "incomplete":
        return NotJudged(claim, "incomplete")
    if evidence.stance == "supports":
        return _judged(claim, row, "holds")
    if evidence.stance != "contradicts":
        return NotJudged(claim, "unclear")
    known = evidence.state_verdict
    return _judged(claim, row, known if known in ("overstated", "understated") else "out_of_date")


def _limits(claim: Claim, evidence: ClaimEvidence, sentence: Sentence, tables: Tables) -> Judged:
    """The worst of the limits that are named; stance counts at the level of randomised trials alone."""
    column = column_of(evidence) if evidence.level == "rct" else level_column(evidence)
    found = []
    for name in sentence.told.limits or ("other",):
        told = f"{column}_clinical" if name == "limited" and sentence.told.clinical else column
        found.append(_judged(claim, tables.row("limits", name), told))
    return max(found, key=lambda j: gravity(j.severity))


def _row(claim: Claim, evidence: ClaimEvidence, sentence: Sentence, tables: Tables) -> Row | None:
    """The row that a sentence is read by; ``None``: it says nothing that could be wrong."""
    if claim.track == "background":
        if claim.intervention:
            return tables.row("background", "content")
        flat = sentence.strength == "strong" and sentence.causal
        return tables.row("background", "premise") if flat else None
    if claim.kind == "safety":
        return tables.row("safety", _safety(sentence))
    if sentence.proven:
        return tables.row("effect", "proven")
    if sentence.strength == "report":
        above = _reported_level(sentence.told) > rank(evidence.level)
        return tables.row("effect", "above" if above else "report")
    return tables.row("mechanism" if claim.kind == "mechanism" else "effect", sentence.strength)


def _safety(sentence: Sentence) -> str:
    if sentence.strength == "report" or sentence.told_as_found:
        return "report" if sentence.told.numbered and sentence.told.followed else "report_bare"
    if sentence.strength == "strong":
        return "strong_scoped" if sentence.scoped else "strong"
    return "hedged"


def _reported_level(told: Telling) -> int:
    """The stage that a report says it is from; 0 where it says none, or speaks of animals."""
    if told.basic:
        return 0
    if told.randomised:
        return rank("rct")
    return _TOLD_HUMAN if told.people else 0


def _asserted(claim: Claim, evidence: ClaimEvidence, sentence: Sentence, row: Row) -> Judged:
    """The cell of the level; of a stance against the claim below the level of RCTs, its column one step milder where that is graver."""
    level = _judged(claim, row, _told_column(level_column(evidence), evidence, sentence))
    column = column_of(evidence)
    if column == level_column(evidence):
        return level
    against = _judged(claim, row, column)
    if evidence.level == "rct" or column == "mixed":
        return against if evidence.level == "rct" else max(against, level, key=lambda j: gravity(j.severity))
    return max(_milder(against), level, key=lambda j: gravity(j.severity))


def _milder(judged: Judged) -> Judged:
    severity = milder(judged.severity)
    return replace(judged, severity=severity, verdict=judged.verdict if severity else "supported")


def _told_column(column: str, evidence: ClaimEvidence, sentence: Sentence) -> str:
    """The column with what the sentence says of the level: ``basic_said``, ``early_said`` …"""
    told = sentence.told
    if column == "basic" and told.basic:
        return "basic_said"
    if column == "early":
        said = told.early or told.no_control or (sentence.strength == "report" and told.people)
        if said:
            return "early_said" if told.no_control else "early_said_bare"
        if evidence.uncontrolled or sentence.other_route:
            return "early_weak"
    return column


def _judged(claim: Claim, row: Row, column: str) -> Judged:
    cell: Cell = row.cell(column)
    return Judged(claim, row.id, cell.verdict, cell.severity, column)
