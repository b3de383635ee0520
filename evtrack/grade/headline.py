"""Which level and stance do the counting records give a claim, and which one record holds the level up?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evtrack.claim import Claim
from evtrack.grade.grades import Evidence, Level, Stance, rank
from evtrack.grade.studies import Study, highest, independent_groups, studies_of, together, whole_studies
from evtrack.record import RecordId


@dataclass(frozen=True, slots=True)
class Headline:
    """The level with the studies it rests on (``syntheses`` apart), and what they say together.

    ``k_of_n``: studies that support, studies, studies whose direction could not be read. ``parts``: the level of each
    part of a joined claim. ``rules``: ids of the decisions.
    """

    level: Level
    stance: Stance
    studies: tuple[Study, ...] = ()
    syntheses: tuple[Study, ...] = ()
    parts: tuple[Level, ...] = ()
    newer: tuple[Study, ...] = ()
    """Studies newer than the synthesis that decides."""
    rules: tuple[str, ...] = ()

    @property
    def k_of_n(self) -> tuple[int, int, int]:
        """(k supports, n studies, unread)."""
        stances = [s.stance for s in self.studies]
        return stances.count("supports"), len(stances), stances.count("unclear")

    @property
    def numbers(self) -> tuple[int | None, int | None]:
        """(people or animals in all studies that state a number, in the largest); reviews only where nothing else is."""
        stated = [s.n for s in self.studies if s.n is not None]
        if self.studies:
            return (sum(stated), max(stated)) if stated else (None, None)
        largest = max((s.n for s in self.syntheses if s.n is not None), default=None)
        return largest, largest

    @property
    def groups(self) -> int | None:
        """Independent research groups behind the studies."""
        return independent_groups(self.studies)


def counting(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The records that count, sorted. A gate shuts out whatever was said before it, so a retraction always takes effect."""
    return tuple(
        sorted(
            (
                e
                for e in evidence
                if e.graded.counts_for_claim and e.graded.grade.gate is None and rank(e.graded.grade.level)
            ),
            key=lambda e: e.id,
        )
    )


def with_preprints(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The records that count, and those that would but for being preprints."""
    return tuple(
        sorted(
            (
                e
                for e in evidence
                if (e.graded.counts_for_claim or e.graded.preprint)
                and e.graded.grade.gate is None
                and rank(e.graded.grade.level)
            ),
            key=lambda e: e.id,
        )
    )


def read_headline(claim: Claim, counted: Sequence[Evidence]) -> Headline:
    """Level and stance of a claim from the records that count: one claim, or the parts of a joined one."""
    if not claim.parts:
        level = highest(counted)
        if level == "none":
            return Headline("none", "n/a")
        return _read(claim, level, [e for e in counted if e.graded.grade.level == level])
    shown = [[e for e in counted if i in e.graded.parts] for i in range(len(claim.parts))]
    parts = tuple(highest(records) for records in shown)
    if claim.parts_in_one_study:
        return _one_study(claim, counted, parts)
    level = lowest(parts)
    if level == "none":
        return Headline("none", "n/a", parts=parts, rules=("C-PARTS-WEAKEST",))
    each = [
        _read(claim, own, [e for e in records if e.graded.grade.level == own])
        for own, records in zip(parts, shown, strict=True)
    ]
    weakest = {
        e.id: e
        for own, records in zip(parts, shown, strict=True)
        if own == level
        for e in records
        if e.graded.grade.level == level
    }
    read = _read(claim, level, list(weakest.values()))
    rules = dict.fromkeys(("C-PARTS-WEAKEST", *(r for one in each for r in one.rules)))
    return Headline(
        level, all_of(one.stance for one in each), read.studies, read.syntheses, parts, read.newer, tuple(rules)
    )


def _one_study(claim: Claim, counted: Sequence[Evidence], parts: tuple[Level, ...]) -> Headline:
    """A claim that says "at the same time": the best study that shows every part."""
    able = {members[0].id: (_all_parts(claim, members), members) for members in whole_studies(counted)}
    level: Level = max((own for own, _ in able.values()), key=rank, default="none")
    rules = ("C-PARTS-ONE-STUDY",)
    if level == "none":
        return Headline("none", "n/a", parts=parts, rules=rules)
    read = _read(
        claim,
        level,
        [e for own, members in able.values() if own == level for e in members if e.graded.grade.level == level],
    )
    return Headline(level, read.stance, read.studies, read.syntheses, parts, read.newer, (*rules, *read.rules))


def _all_parts(claim: Claim, members: Iterable[Evidence]) -> Level:
    """The level at which one study shows every part; ``none`` where it lacks one."""
    members = tuple(members)
    return lowest(highest(e for e in members if i in e.graded.parts) for i in range(len(claim.parts)))


def lowest(levels: Iterable[Level | None]) -> Level:
    """The lowest level; ``none`` where there are none or one is not known."""
    return min((level or "none" for level in levels), key=rank, default="none")


def all_of(stances: Iterable[Stance]) -> Stance:
    """The stance of things that must all hold: one that could not be read leaves no support, one that is absent none at all."""
    said = list(stances)
    result = together(said)
    return "unclear" if result == "supports" and ("unclear" in said or "n/a" in said) else result


def _read(claim: Claim, level: Level, records: Sequence[Evidence]) -> Headline:
    """What the records of one level say together. A synthesis of RCTs outranks the RCTs it can have pooled."""
    studies = studies_of(records)
    singles = tuple(s for s in studies if not s.synthesis)
    syntheses = tuple(s for s in studies if s.synthesis)
    readable = [s for s in syntheses if "pools_retracted" not in s.flags and s.stance != "unclear"]
    outranks = level == "rct" or (claim.track == "background" and level == "observational")
    rules = ["C-LEVEL-HIGHEST"]
    newer: tuple[Study, ...] = ()
    if readable and outranks:
        year = max((s.year for s in readable if s.year is not None), default=None)
        newer = tuple(s for s in singles if year is not None and s.year is not None and s.year > year)
        stance = together(s.stance for s in (*readable, *newer))
        rules.append("C-SYNTHESIS-FIRST")
    else:
        stance = together(s.stance for s in (*singles, *readable))
        unread = sum(s.stance == "unclear" for s in singles)
        if stance == "supports" and unread * 2 > len(singles) and not readable:
            stance = "unclear"
            rules.append("C-MOSTLY-UNREAD")
    if level == "rct" and stance == "no_difference":
        rules.append("C-NULL-RCT")
    return Headline(level, stance, singles, syntheses, newer=newer, rules=tuple(rules))


def sole_record(claim: Claim, counted: Sequence[Evidence], level: Level) -> RecordId | None:
    """A counting record without which the level falls (the smallest id), ``None`` where there is none.

    Only that record is taken away: where a second record of its study has the same level, the level stands.
    """
    if level == "none":
        return None
    if claim.parts and claim.parts_in_one_study:
        able = [members for members in whole_studies(counted) if rank(_all_parts(claim, members)) >= rank(level)]
        if len(able) > 1:
            return None
        lost = [e.id for e in able[0] if rank(_all_parts(claim, [m for m in able[0] if m.id != e.id])) < rank(level)]
        return min(lost, default=None)
    holding = [e for e in counted if rank(e.graded.grade.level) >= rank(level)]
    wanted = [[e.id for e in holding if i in e.graded.parts] for i in range(len(claim.parts))] or [
        [e.id for e in holding]
    ]
    return min((ids[0] for ids in wanted if len(ids) == 1), default=None)
