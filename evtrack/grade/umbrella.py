"""What is a claim over several conditions worth? As much as its weakest member: one disease never stands for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evtrack.claim import Claim
from evtrack.grade.grades import ClaimGrade, Evidence, Level, Stance, rank
from evtrack.grade.headline import Headline, all_of, counting, lowest, with_preprints
from evtrack.grade.studies import highest, studies_of, together
from evtrack.record import RecordId


def restricted(claim: Claim) -> bool:
    """Whether the claim names a population or a comparator: only records that count for it itself then count for a member."""
    return claim.population is not None or claim.comparator is not None


def member_records(
    claim: Claim, own: Sequence[Evidence], others_evidence: Mapping[str, Sequence[Evidence]]
) -> dict[str, tuple[Evidence, ...]]:
    """The records that count for each member; for a claim that names a population, those that count for the claim as well."""
    mine = {e.id for e in own}
    narrow = restricted(claim)
    return {
        m: tuple(e for e in counting(others_evidence.get(m, ())) if not narrow or e.id in mine) for m in claim.members
    }


def read_umbrella(
    claim: Claim,
    own: Sequence[Evidence],
    others: Mapping[str, ClaimGrade],
    others_evidence: Mapping[str, Sequence[Evidence]],
) -> Headline:
    """Level of the lowest member; a stance that all members must share."""
    records = member_records(claim, own, others_evidence)
    levels = {m: _member_level(claim, m, records[m], others) for m in claim.members}
    level = lowest(levels.values())
    rules = ("C-UMBRELLA-LOWEST", *(("C-POPULATION",) if restricted(claim) else ()))
    if level == "none":
        return Headline("none", "n/a", rules=rules)
    held = {
        e.id: e
        for m in claim.members
        if levels[m] == level
        for e in _worst_last(records[m])
        if e.graded.grade.level == level
    }
    studies = studies_of(held.values())
    stance = all_of(_member_stance(claim, m, records[m], others) for m in claim.members)
    return Headline(
        level,
        stance,
        tuple(s for s in studies if not s.synthesis),
        tuple(s for s in studies if s.synthesis),
        rules=rules,
    )


def provisional_umbrella(
    claim: Claim,
    evidence: Sequence[Evidence],
    others: Mapping[str, ClaimGrade],
    others_evidence: Mapping[str, Sequence[Evidence]],
) -> Level:
    """The level with preprints."""
    if not restricted(claim):
        return lowest(others[m].provisional_level if m in others else None for m in claim.members)
    mine = {e.id for e in with_preprints(evidence)}
    return lowest(highest(e for e in with_preprints(others_evidence.get(m, ())) if e.id in mine) for m in claim.members)


def sole_member_record(
    claim: Claim,
    own: Sequence[Evidence],
    level: Level,
    others: Mapping[str, ClaimGrade],
    others_evidence: Mapping[str, Sequence[Evidence]],
) -> RecordId | None:
    """A record without which the lowest member falls."""
    if level == "none":
        return None
    records = member_records(claim, own, others_evidence)
    found: list[RecordId] = []
    for m in claim.members:
        grade = others.get(m)
        if grade and grade.level == level and grade.would_change.down_record_id:
            found.append(grade.would_change.down_record_id)
        holding = [e.id for e in records[m] if rank(e.graded.grade.level) >= rank(level)]
        if len(holding) == 1:
            found += holding
    return min(found, default=None)


def _member_level(claim: Claim, member: str, records: Sequence[Evidence], others: Mapping[str, ClaimGrade]) -> Level:
    """The member's own level; no higher than that of the records with the population the claim names."""
    own = others[member].level if member in others else None
    return lowest((own, highest(records))) if restricted(claim) else lowest((own,))


def _member_stance(claim: Claim, member: str, records: Sequence[Evidence], others: Mapping[str, ClaimGrade]) -> Stance:
    if not restricted(claim):
        return others[member].stance
    top = highest(records)
    return together(s.stance for s in studies_of(e for e in records if e.graded.grade.level == top))


def _worst_last(records: Sequence[Evidence]) -> list[Evidence]:
    """So that of one record under two members the less favourable reading is kept."""
    return sorted(records, key=lambda e: e.graded.stance != "supports")
