"""What may a sentence about the evidence ask of another claim? The measures of predicates.py, taken from grades and records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evtrack.claim import Claim, StateRule, StateVerdict
from evtrack.grade.grades import HUMAN, LEVELS, ClaimGrade, Evidence, Level, Searched, Stance
from evtrack.grade.studies import Study, counts, studies_of
from evtrack.predicates import Measured, claims_named

ACTIVE = frozenset(
    {"RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "AVAILABLE"}
)
"""Statuses of a trial that goes on or is about to (ClinicalTrials.gov v2 spelling)."""

STANCE_OF: dict[StateVerdict, Stance] = {
    "holds": "supports",
    "overstated": "contradicts",
    "understated": "contradicts",
    "out_of_date": "contradicts",
    "unclear": "unclear",
}
"""A state claim's stance: supports = still true."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a predicate may ask of one claim; the defaults are those of a claim of which nothing is known."""

    level: Level | None = None
    provisional_level: Level | None = None
    stance: Stance = "n/a"
    evidence: tuple[Evidence, ...] = ()
    studies: tuple[Study, ...] = ()
    registered: tuple[str | None, ...] = ()
    """Status of each registered trial."""
    n_total: int | None = None
    n_largest: int | None = None
    harms: int = 0
    looked: int = 0
    searched: tuple[Searched, ...] = ()


def facts_of(grade: ClaimGrade, evidence: Sequence[Evidence], searched: Sequence[Searched] = ()) -> Facts:
    """The facts of a claim, from its grade and its records."""
    return Facts(
        level=grade.level,
        provisional_level=grade.provisional_level,
        stance=grade.stance,
        evidence=tuple(evidence),
        studies=studies_of(e for e in evidence if e.graded.counts_for_claim),
        registered=tuple(t.status for t in grade.registered),
        n_total=grade.n_total,
        n_largest=grade.n_largest,
        harms=len(grade.harms),
        looked=max(grade.looked, len(evidence)),
        searched=tuple(searched),
    )


def measured_by(facts: Mapping[str, Facts]) -> Callable[[str, str], Measured]:
    """The function that ``predicates.judge`` asks; a claim that is not there has no records."""
    return lambda claim_id, name: measure(facts.get(claim_id, Facts()), name)


def measure(facts: Facts, name: str) -> Measured:
    """The value of one measure, ``None`` where it is not known. Raises ``ValueError`` for an unknown measure."""
    match name.split("."):
        case ["level"]:
            return facts.level
        case ["provisional_level"]:
            return facts.provisional_level
        case ["stance"]:
            return facts.stance
        case ["count", *of] if of and of[0] in (*LEVELS, "human"):
            return _count(facts, of[0], of[1] if len(of) > 1 else None)
        case ["registered"]:
            return len(facts.registered)
        case ["registered", "active"]:
            return sum(status in ACTIVE for status in facts.registered)
        case ["n_total"]:
            return facts.n_total
        case ["n_largest"]:
            return facts.n_largest
        case ["harms"]:
            return facts.harms
        case ["empty_review"]:
            return sum(e.graded.grade.gate == "empty_review" for e in facts.evidence)
        case ["looked"]:
            return facts.looked
        case ["searched", source]:
            return sum(s.source == source and s.complete for s in facts.searched)
        case _:
            raise ValueError(f"no measure {name!r} (claims/README.md lists them)")


def _count(facts: Facts, level: str, stance: str | None) -> int:
    """Studies at a level (``human``: early clinical and rct), of one stance where it is named."""
    if stance is None:
        of_level = counts(r for s in facts.studies for r in s.records)
        return sum(n for name, n in of_level.items() if _is(name, level))
    return sum(_is(s.level, level) and s.stance == stance for s in facts.studies)


def _is(level: str, wanted: str) -> bool:
    return level in HUMAN if wanted == "human" else level == wanted


def tallies_asked(rule: StateRule | None, facts: Mapping[str, Facts]) -> dict[str, tuple[Study, ...]]:
    """Claim → its single studies of the level whose *improvements* the rule counts: the others of that level are owed a word."""
    found: dict[str, tuple[Study, ...]] = {}
    for ids, name, _, _ in rule.tests if rule else ():
        match name.split("."):
            case ["count", level, "supports"]:
                for i in ids.split("|"):
                    studies = facts.get(i, Facts()).studies
                    found[i] = tuple(s for s in studies if _is(s.level, level) and not s.synthesis)
    return {i: studies for i, studies in found.items() if studies}


def claims_asked(claim: Claim) -> tuple[str, ...]:
    """Every other claim that the predicate or the members name, in order, each once."""
    named = claims_named(test for rule in claim.state for test in rule.tests)
    return tuple(i for i in dict.fromkeys((*claim.members, *named)) if i != claim.id)
