"""Does a claim's grade still stand where no record of it moved? The day tells, and what its searches say now. Pure.

A week without news is the common week: what stands is not graded again, and its records are not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from evtrack.claim import Claim, Concept
from evtrack.grade.grades import ClaimGrade, Searched
from evtrack.grade.links import long_over
from evtrack.grade.notes import dated_anew
from evtrack.grade.searching import read_search
from evtrack.record import PartialDate


def moved_by_day(grade: ClaimGrade, today: date) -> bool:
    """Whether a registered trial may be overdue by this day alone, or no longer.

    Told also of some that stay: a trial that is long over may be reported among the records of another claim.
    """
    return any(
        trial.overdue != long_over(trial.status, PartialDate.parse(trial.completion or ""), today)
        for trial in grade.registered
    )


def searched_again(
    grade: ClaimGrade,
    claim: Claim,
    before: Sequence[Searched],
    now: Sequence[Searched],
    concepts: Mapping[str, Concept],
) -> ClaimGrade | None:
    """The grade after the claim was searched again, where the searches say what they said: it names their day where nothing
    was found. ``None`` where they say something else, and it must be made anew."""
    if _said(before) != _said(now):
        return None
    was, search = read_search(before), read_search(now)
    if grade.level != "none" or claim.members or not search.done or was.since == search.since:
        return grade
    notes = dated_anew(grade.notes, claim, was, search, concepts)
    return replace(grade, notes=notes) if notes else None


def _said(searched: Sequence[Searched]) -> list[tuple[object, ...]]:
    """All that a grade takes from a claim's searches but their day; how much was found it takes only of a search cut short."""
    whole = all(s.complete for s in searched)
    return sorted((s.source, s.query, s.complete, *(() if whole else (str(s.count), str(s.got)))) for s in searched)
