"""What would a claim's level be had no person spoken? The rules' own answer, to be told beside the one that holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from evtrack.asked import still_asked
from evtrack.assess import forced_ties, grade_claims
from evtrack.claim import Library
from evtrack.grade.grades import ClaimGrade, Evidence
from evtrack.grade.state import claims_asked
from evtrack.grader import Graded, Grader
from evtrack.record import RecordId
from evtrack.standing import Words

if TYPE_CHECKING:
    from evtrack.store.read import Reader


def level_by_rules(reader: Reader, by_rules: Grader, words: Words, claim_id: str, as_of: date) -> ClaimGrade:
    """The claim's grade with every word on a record taken away, and what was entered by hand left out.

    ``by_rules`` knows no words; ``words`` are those that stand. Of claims that this one reads the same is asked.
    """
    library, held = by_rules.library, dict(reader.claim_grades())
    read = _read_by(library, claim_id)
    graded = _graded(reader, by_rules, words)
    others = {i: grade for i, grade in held.items() if i not in read}
    missing = {i for i in library.claims if i not in read and i not in others}
    part = replace(library, claims={i: c for i, c in library.claims.items() if i not in missing})
    return grade_claims(
        part,
        lambda i: _alone(reader.evidence(i, today=as_of), i, words, graded),
        lambda i: still_asked(library.claims[i], library.concepts, reader.searches(i)),
        as_of,
        others,
    )[claim_id]


def _read_by(library: Library, claim_id: str) -> tuple[str, ...]:
    """The claim, and all that it reads, directly or through another."""
    read = [claim_id]
    for i in read:
        read += [j for j in claims_asked(library.claims[i]) if j in library.claims and j not in read]
    return tuple(read)


def _graded(reader: Reader, by_rules: Grader, words: Words) -> Mapping[RecordId, Graded]:
    """The records that persons spoke of, as the rules alone grade them; a record entered by hand is a person's word."""
    ids = sorted(i for i in words.records if words.added(i) is None)
    forced = forced_ties(reader.state(records_of=ids))
    told = ((r.id, by_rules.grade(r, forced.get(r.id, ()))) for r in reader.records(ids))
    return {i: graded for i, graded in told if graded is not None}


def _alone(
    evidence: Iterable[Evidence], claim_id: str, words: Words, graded: Mapping[RecordId, Graded]
) -> Iterator[Evidence]:
    for e in evidence:
        if e.id not in words.records:
            yield e
        elif e.id in graded and claim_id in graded[e.id].towards:
            yield replace(e, graded=graded[e.id].towards[claim_id], override=None)
