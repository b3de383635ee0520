"""What waits for a person? Reopened words, what the rules could not decide, and what disagrees: the most consequential first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from evtrack.claim import Library
from evtrack.grade.claim import needs_person
from evtrack.grade.grades import HUMAN, ClaimGrade, Evidence, Level, rank
from evtrack.grade.record import LEVEL_OF
from evtrack.grade.studies import whole_studies
from evtrack.record import RecordId
from evtrack.standing import Words, said_at
from evtrack.word import Word

if TYPE_CHECKING:
    from evtrack.store.read import Reader

Why = Literal["reopened", "needs_review", "disagreement"]
Moves = Literal["level", "stance"]
WHYS: tuple[Why, ...] = ("reopened", "disagreement", "needs_review")
BECAUSE = (
    "content_changed", "grade_changed", "level_moved", "levels_differ", "stances_differ", "people_differ",
    "pools_retracted", "direction_unread", "title_only", "abstract_cut", "agent_unclear", "undecided",
)  # fmt: skip
"""Codes of ``Waiting.because``: the catalogue has them as ``waiting.<code>``."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to look at. ``record_id`` ``None``: the level of the one claim.

    ``moves``: what of a claim's headline it could move; ``claim_ids``: that claim first. ``level`` is the record's as it
    stands, ``potential`` the highest it could come to have. ``others``: the records it disagrees with. ``word``: what a
    person said of it, where that is open again or is disputed.
    """

    why: Why
    because: str
    claim_ids: tuple[str, ...]
    record_id: RecordId | None
    title: str
    year: int | None
    level: Level | None
    potential: Level
    moves: Moves | None = None
    others: tuple[RecordId, ...] = ()
    word: Word | None = None
    fits: bool = True
    """Whether condition and outcome are the first claim's, by the rules: else more than one thing must be otherwise."""


def queue(reader: Reader, library: Library, claim_id: str | None = None) -> list[Waiting]:
    """All that waits, or what waits of one claim, one entry a record.

    First what could move the level or the stance of a claim: what is of the claim's condition and outcome, of people
    before animals, the higher level, the more claims. Then the rest in the same order.
    """
    grades = reader.claim_grades()
    asked = [i for i in library.claims if claim_id in (None, i) and i in grades]
    waiting: dict[RecordId, list[Waiting]] = {}
    for i in asked:
        evidence = reader.evidence(i)
        opened = [e.id for e in evidence if e.override is not None and e.override.reopened]
        for one in _of_claim(evidence, grades[i], reader.words_on(i), reader.seen_hashes(opened)):
            if one.record_id is not None:
                waiting.setdefault(one.record_id, []).append(one)
    levels = [
        Waiting(
            "reopened", "level_moved", (i,), None, "", None, grades[i].level, grades[i].level or "none", "level", word=w
        )
        for w in reader.standing()
        if w.record_id is None and w.reopened and (i := str(w.claim_id)) in asked
    ]
    return sorted([*levels, *map(_together, waiting.values())], key=_consequence)


def _consequence(one: Waiting) -> tuple[object, ...]:
    return (
        one.moves is None,
        not one.fits,
        one.potential not in HUMAN,
        -rank(one.potential),
        one.moves != "level",
        -len(one.claim_ids),
        WHYS.index(one.why),
        one.record_id or "",
        one.claim_ids,
    )


def _together(of_one_record: Sequence[Waiting]) -> Waiting:
    """One entry a record: what matters most of the claims it is about, with all its claims."""
    most = min(of_one_record, key=lambda one: (not one.fits, _consequence(one)))
    claims = dict.fromkeys((*most.claim_ids, *(c for w in of_one_record for c in w.claim_ids)))
    others = dict.fromkeys((*most.others, *(o for w in of_one_record for o in w.others)))
    return replace(most, claim_ids=tuple(claims), others=tuple(others))


def _of_claim(
    evidence: Sequence[Evidence], grade: ClaimGrade, words: Words, seen: Mapping[RecordId, str]
) -> Iterator[Waiting]:
    differing, by_people = dict(_differing(evidence)), _by_people(words)
    for e in evidence:
        told: tuple[Why, str] | None = None
        others: tuple[RecordId, ...] = ()
        if e.override is not None and e.override.reopened:
            content = e.override.content_hash not in (None, seen.get(e.id))
            told = "reopened", "content_changed" if content else "grade_changed"
        elif e.id in by_people:
            told = "disagreement", "people_differ"
        elif e.id in differing:
            told, others = ("disagreement", differing[e.id][0]), differing[e.id][1]
        elif needs_person(e):
            told = "needs_review", _undecided(e)
        if told:
            potential = _potential(e)
            yield Waiting(
                *told, (grade.claim_id,), e.id, e.title, e.year, e.graded.grade.level, potential,
                _moves(e, potential, grade), others, e.override, _fits(e),
            )  # fmt: skip


def _undecided(e: Evidence) -> str:
    """Why the rules left it to a person."""
    grade, flags = e.graded.grade, e.graded.grade.flags
    if "pools_retracted" in flags:
        return "pools_retracted"
    if grade.basis == "title":
        return "title_only"
    if "abstract_truncated" in flags:
        return "abstract_cut"
    if "agent_unclear" in flags:
        return "agent_unclear"
    return "direction_unread" if e.graded.counts_for_claim and e.graded.stance == "unclear" else "undecided"


def _potential(e: Evidence) -> Level:
    """The highest level it could come to have: what its design is worth, were the gate a mistake."""
    grade = e.graded.grade
    if grade.gate is None:
        return grade.level
    return LEVEL_OF[grade.design][0] if grade.design in LEVEL_OF else "none"


def _fits(e: Evidence) -> bool:
    graded = e.graded
    return graded.counts_for_claim or (
        graded.outcome_match in ("measured", "any")
        and graded.condition_match in ("selected", "subtype", "any", "measured")
    )


def _moves(e: Evidence, potential: Level, grade: ClaimGrade) -> Moves | None:
    """What of the headline another reading of this record could move."""
    if grade.level is None:
        return None
    if e.graded.counts_for_claim:
        if e.id == grade.would_change.down_record_id:
            return "level"
        return "stance" if e.graded.grade.level == grade.level else None
    if rank(potential) > rank(grade.level):
        return "level"
    return "stance" if potential == grade.level != "none" else None


def _differing(evidence: Iterable[Evidence]) -> Iterator[tuple[RecordId, tuple[str, tuple[RecordId, ...]]]]:
    """Records of one study of which what counts differs in level or stance, and that no person has settled."""
    for members in whole_studies(evidence):
        told = [e for e in members if (e.graded.counts_for_claim or e.graded.preprint) and not e.graded.grade.synthesis]
        levels = {e.graded.grade.level for e in told}
        stances = {e.graded.stance for e in told} - {"unclear", "n/a"}
        if len(levels) < 2 and len(stances) < 2:
            continue
        code = "levels_differ" if len(levels) > 1 else "stances_differ"
        for e in told:
            if e.override is None:
                yield e.id, (code, tuple(o.id for o in told if o is not e))


def _by_people(words: Words) -> frozenset[RecordId]:
    """Records of which the last words of two persons differ."""
    last: dict[RecordId, dict[str, Word]] = {}
    every = (word for about in words.about.values() for word in about if word.action != "add")
    for word in sorted(every, key=said_at):
        if word.record_id is not None:
            last.setdefault(word.record_id, {})[word.name] = word
    return frozenset(i for i, said in last.items() if _differ(said))


def _differ(said: Mapping[str, Word]) -> bool:
    told = [(word.action, dict(word.values)) for word in said.values()]
    return any(one != told[0] for one in told)
