"""What are the stored records worth today? The one place that grades and writes grades: after a load, a refresh, a word, or anew.

records → candidates by concept → record grades and ties, under persons' words → links → claim grades (plain, then joined,
then about others) → changes. ``grade/`` decides; here is only who is asked, in which order, and what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from evtrack import __version__
from evtrack.asked import still_asked
from evtrack.changes import Change, State, TieKey, compare, in_order
from evtrack.claim import Claim, Library, concepts_hash
from evtrack.grade.again import moved_by_day, searched_again
from evtrack.grade.claim import grade_claim, grading_order
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, RecordGrade, Searched
from evtrack.grade.links import link_studies
from evtrack.grade.state import claims_asked
from evtrack.grader import Graded, Grader
from evtrack.record import RecordId
from evtrack.rules import Rules
from evtrack.store.facts import stronger_way

if TYPE_CHECKING:
    from evtrack.store.store import Store

KEPT_WAYS = frozenset({"query", "--claim", "person"})
"""Ways of being found that outlive a change of the record's words; ``match`` is made anew from them."""

Progress = Callable[[int], None]


@dataclass(slots=True)
class Assessed:
    """What was graded and not yet written."""

    grades: dict[RecordId, RecordGrade] = field(default_factory=dict)
    ties: dict[str, dict[RecordId, ClaimRecordGrade]] = field(default_factory=dict)
    looked_at: set[RecordId] = field(default_factory=set)
    by_word: set[TieKey] = field(default_factory=set)
    _claims_of: dict[RecordId, tuple[str, ...]] = field(default_factory=dict)

    def add(self, record_id: RecordId, graded: Graded | None) -> None:
        """Take one record's grades in; ``None`` says that no claim asks for it."""
        self.looked_at.add(record_id)
        for claim_id in self._claims_of.pop(record_id, ()):
            del self.ties[claim_id][record_id]
            self.by_word.discard((claim_id, record_id))
        self.grades.pop(record_id, None)
        if graded is None:
            return
        self.grades[record_id] = graded.own
        self._claims_of[record_id] = tuple(graded.towards)
        for claim_id, towards in graded.towards.items():
            self.ties.setdefault(claim_id, {})[record_id] = towards
        self.by_word.update((claim_id, record_id) for claim_id in graded.by_word)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an assessment came to: records graded, claims whose grade is another now, and every change."""

    records: int
    claims: tuple[str, ...]
    changes: tuple[Change, ...]


def outdated(store: Store, library: Library, rules: Rules) -> bool:
    """Whether stored grades were made by other rules or other claims, or the last run broke off before it graded."""
    last = store.last_run()
    if last is None:
        return False
    held = store.graded_with()
    wanted = {c.id: (c.content_hash, rules.version) for c in library.claims.values()}
    concepts = concepts_hash(last.claims_hash)
    # The words of a concept that a claim does not name can tell what an effect was on, too.
    other_words = concepts is not None and concepts != concepts_hash(library.content_hash)
    return last.status == "running" or held != wanted or other_words


@dataclass(frozen=True, slots=True)
class Found:
    """What a run learned of ties beside the records' words.

    ``by``: claim id → records that were tied to it in the ``way`` that is stronger than a match. ``left``: claim id →
    records that a complete search no longer finds; they stay where their words match. ``merged``: the id that the
    service gives a record now. ``changes``: what the run has to tell beside.
    """

    by: Mapping[str, Set[RecordId]] = field(default_factory=dict)
    way: str = "--claim"
    left: Mapping[str, Set[RecordId]] = field(default_factory=dict)
    merged: Mapping[RecordId, RecordId] = field(default_factory=dict)
    changes: Sequence[Change] = ()


def forced_ties(before: State, found: Found | None = None) -> dict[RecordId, tuple[str, ...]]:
    """Claims that a record stays tied to whatever its words say, because a query or ``--claim`` tied it.

    What a person tied is not told here: the grader knows what persons said, and the tie ends with the word.
    """
    found = found or Found()
    out: dict[RecordId, set[str]] = {}
    for (claim_id, record_id), tie in before.ties.items():
        if tie.found_by in KEPT_WAYS - {"person"} and record_id not in found.left.get(claim_id, ()):
            out.setdefault(record_id, set()).add(claim_id)
    for claim_id, ids in found.by.items():
        for record_id in ids:
            out.setdefault(record_id, set()).add(claim_id)
    return {i: tuple(sorted(c)) for i, c in out.items()}


def assess(
    store: Store,
    run: int,
    grader: Grader,
    assessed: Assessed,
    before: State,
    *,
    now: datetime,
    found: Found | None = None,
    complete: bool = False,
    same_texts: bool = False,
    about: Collection[RecordId] | None = None,
    of: Collection[str] | None = None,
    due: Collection[str] = (),
) -> Outcome:
    """Write what was graded, link studies, grade the claims that can be others by it, tell the changes.

    The grades are those that a whole assessment gives, for less work. ``complete``: every record of the store was looked
    at, so what is not there holds no longer, and every claim is graded. ``same_texts``: no text of a record moved, so
    studies are linked as they were, but where a record more or less is tied. ``about``: the records that ``before`` holds,
    where it does not hold all; it is compared with these alone, or every other record would be told as new. ``of``: the
    claims alone that records were held against, where not all were. ``due``: claims to grade whatever moved.
    """
    found = found or Found()
    version, library = grader.rules.version, grader.library
    held = save_grades(store, run, grader, assessed, before, found, complete=complete, of=of)
    gone = {*held, *before.claims} - library.claims.keys()
    store.end_claims(run, sorted(gone))
    looked_at = assessed.looked_at if about is None else frozenset(about)
    seen = before if complete and about is None else before.of(looked_at)
    were, are = seen.ties.keys(), store.tied_to(looked_at)
    relinked: Set[RecordId] = frozenset()
    if (looked_at and not same_texts) or {r for _, r in were} != {r for _, r in are}:
        relinked = _save_links(store, run, {r for _, r in before.ties})
    touched: Set[str] | None = None
    if (of is not None or not complete) and not _by_another_release(store):
        touched = {*due, *(of or _claims(were | are)), *_claims(store.tied_to(relinked))}
    graded = _grade_claims_of(store, run, library, touched, now.date())
    written = store.save_claim_grades(run, version, {i: (g, library.claims[i].content_hash) for i, g in graded.items()})
    after = replace(store.state(records_of=None if seen is before else looked_at), merged=found.merged)
    changes = in_order([*found.changes, *compare(seen, after)])
    store.save_changes(run, changes)
    return Outcome(len(assessed.grades), tuple(written), tuple(changes))


def _by_another_release(store: Store) -> bool:
    """Whether claims were graded by another release of evtrack, which may have said the same in other words."""
    last = store.last_run(store.last_ended())
    return last is not None and last.evtrack_version != __version__


def _claims(ties: Iterable[TieKey]) -> set[str]:
    return {claim_id for claim_id, _ in ties}


def _save_links(store: Store, run: int, were: Set[RecordId]) -> Set[RecordId]:
    """Link all that is tied now, unlink what is no more (of ``were``); the records of which a link began or ended."""
    tied = store.tied_ids()
    untied: dict[RecordId, tuple[RecordId, ...]] = dict.fromkeys(sorted(were - set(tied)), ())
    return store.save_links(run, untied | link_studies(store.records(tied)))


def save_grades(
    store: Store,
    run: int,
    grader: Grader,
    assessed: Assessed,
    before: State,
    found: Found,
    *,
    complete: bool = False,
    of: Collection[str] | None = None,
) -> dict[str, dict[RecordId, str]]:
    """Write the grades and ties of the records that were looked at: the part of ``assess`` that needs no other record.

    Of ``before`` the ties of these records are looked at, and with ``complete`` all; gives how each was found, by claim.
    """
    version = grader.rules.version
    # What no claim asks for any more keeps a grade of what it says now: that it was retracted on its way out is news.
    # Where some claims alone are due (``of``), it is they that were edited, and no record says anything else.
    lost = store.graded(assessed.looked_at - assessed.grades.keys()) if of is None else set()
    grades = assessed.grades | {record.id: grader.own(record) for record in store.records(sorted(lost))}
    store.save_record_grades(run, version, grades)
    held: dict[str, dict[RecordId, str]] = {}
    for (claim_id, record_id), tie in before.ties.items():
        held.setdefault(claim_id, {})[record_id] = tie.found_by
    for claim in grader.library.claims.values():
        if of is None or claim.id in of:
            _save_ties(store, run, claim, assessed, held.get(claim.id, {}), found, version, complete)
    return held


def _grade_claims_of(
    store: Store, run: int, library: Library, touched: Set[str] | None, as_of: date
) -> dict[str, ClaimGrade]:
    """The grade of every claim, out of what is stored. Graded anew are the claims ``touched`` (``None``: all), those that the
    day or a search of this run can move, and all that read them; the others' grades stand."""
    claims = library.claims
    standing = {} if touched is None else _standing(store, run, library, touched, as_of)
    anew = (claims.keys() - standing.keys()) | (touched or set())
    while readers := {i for i in claims if i not in anew and not anew.isdisjoint(claims_asked(claims[i]))}:
        anew |= readers
    anew &= claims.keys()  # what is gone was read, too
    others = {i: grade for i, grade in standing.items() if i not in anew}
    return others | grade_claims(
        library,
        lambda i: store.evidence(i, today=as_of),
        lambda i: still_asked(claims[i], library.concepts, store.searches(i)),
        as_of,
        others,
    )


def _standing(store: Store, run: int, library: Library, touched: Set[str], as_of: date) -> dict[str, ClaimGrade]:
    """The grades that stand, by claim id, each with the day of its searches: of no claim that is ``touched``."""
    held: dict[str, ClaimGrade | None] = {
        i: None if moved_by_day(grade, as_of) else grade
        for i, grade in store.claim_grades().items()
        if i in library.claims and i not in touched
    }
    for i in store.searched_in(run):
        if grade := held.get(i):
            claim = library.claims[i]
            before, now = (still_asked(claim, library.concepts, store.searches(i, at)) for at in (run - 1, run))
            held[i] = searched_again(grade, claim, before, now, library.concepts)
    return {i: grade for i, grade in held.items() if grade}


def _save_ties(
    store: Store,
    run: int,
    claim: Claim,
    assessed: Assessed,
    before: Mapping[RecordId, str],
    found: Found,
    version: str,
    complete: bool,
) -> None:
    """The ties of one claim beside those it had (``before``, how each was found); those whose record ceased to match end."""
    ties = dict(assessed.ties.get(claim.id, {}))
    held = dict(before)
    for old, new in found.merged.items():
        if old in held:
            held[new] = stronger_way(held.get(new, "match"), held[old])
    named, left = found.by.get(claim.id, frozenset()), found.left.get(claim.id, frozenset())
    ways = {r: "person" if (claim.id, r) in assessed.by_word else _way(r, named, found.way, left, held) for r in ties}
    ceased = [] if complete else [r for r in held if r not in ties and r in assessed.looked_at]
    if ties or complete:
        # Complete: what is not among these ends, also what a run wrote that was killed and of which ``before`` knows nothing.
        store.save_ties(run, claim.id, claim.content_hash, version, ties, ways, replace=complete)
    if ceased:
        store.end_ties(run, claim.id, ceased)


def _way(record_id: RecordId, named: Set[RecordId], way: str, left: Set[RecordId], held: Mapping[RecordId, str]) -> str:
    """How a record is tied to a claim from now on: a search that no longer finds it leaves it to its words."""
    before = held.get(record_id, "match")
    if before == "person":
        before = "match"  # a person's tie ends with the word, and gives way to whatever else ties the record now
    if record_id in left and before == "query":
        return "match"
    return stronger_way(before, way) if record_id in named else before


def grade_claims(
    library: Library,
    evidence: Callable[[str], Iterable[Evidence]],
    searched: Callable[[str], Sequence[Searched]],
    as_of: date,
    held: Mapping[str, ClaimGrade] | None = None,
) -> dict[str, ClaimGrade]:
    """The grade of every claim but those that ``held`` has; what speaks about other claims comes after them.

    ``evidence`` and ``searched`` give what a claim has, by its id. Evidence is asked for once, by the first claim that reads
    it, and let go by the last: that of all claims together would fill the memory.
    """
    claims, graded = library.claims, dict(held or {})
    anew = [i for i in grading_order(claims) if i not in graded]
    # Who reads a claim reads its records too.
    reads = {i: [j for j in (i, *claims_asked(claims[i])) if j in claims] for i in anew}
    last_reader = {j: i for i in anew for j in reads[i]}
    in_hand: dict[str, tuple[Evidence, ...]] = {}
    for claim_id in anew:
        in_hand |= {i: tuple(evidence(i)) for i in reads[claim_id] if i not in in_hand}
        graded[claim_id] = grade_claim(
            claims[claim_id],
            in_hand[claim_id],
            others=graded,
            others_evidence=in_hand,
            searched=searched(claim_id),
            as_of=as_of,
            concepts=library.concepts,
        )
        for i in reads[claim_id]:
            if last_reader[i] == claim_id:
                del in_hand[i]
    return {i: graded[i] for i in claims if i in reads}


def assess_all(
    store: Store,
    grader: Grader,
    forced: Mapping[RecordId, tuple[str, ...]],
    progress: Progress | None = None,
) -> Assessed:
    """Every record of the store, graded anew; ``forced`` as ``forced_ties`` gives it.

    What no claim asks for, now or before, is left out of the answer: it may be all of PubMed.
    """
    assessed, held = Assessed(), store.graded()
    for n, record in enumerate(store.records(), 1):
        graded = grader.grade(record, forced.get(record.id, ()))
        if graded or record.id in held:
            assessed.add(record.id, graded)
        if progress and n % 100 == 0:
            progress(n)
    return assessed
