"""What is one record worth, by itself and towards each claim that asks for it? Pure: the same record, the same grades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from evtrack.claim import Claim, Library
from evtrack.grade.fields import record_fields
from evtrack.grade.grades import ClaimRecordGrade, RecordGrade
from evtrack.grade.patterns import Pattern, PatternSet
from evtrack.grade.record import grade_for_claim, grade_record, scan_record
from evtrack.grade.relevance import KINDS, Wanted, is_candidate, wanted
from evtrack.grade.text import GradingText, scan
from evtrack.grade.word import is_another, under_word
from evtrack.record import Record
from evtrack.rules import Rules, concept_patterns
from evtrack.standing import Words
from evtrack.store.reading import seen_hash


class Graded(NamedTuple):
    """A record's own grade by the rules, and what it says towards each claim, under what persons said of it."""

    own: RecordGrade
    towards: dict[str, ClaimRecordGrade]
    by_word: frozenset[str] = frozenset()
    """Claims that neither its words nor a search tie it to, but a person."""


class Grader:
    """Grades records for the claims of one library by one set of rules, under words of persons. Pure: the same record, the same grades."""

    def __init__(self, library: Library, rules: Rules, words: Words | None = None) -> None:
        self.library = library
        self.rules = rules
        self.words = words or Words()
        self._wanted = [(c, wanted(c, rules.concepts)) for c in library.claims.values() if c.track != "manual"]
        needs = [need for _, need in self._wanted]
        self._asking = (
            _asking(need.agents for need in needs),
            _asking(need.conditions for need in needs),
            _asking(need.outcomes for need in needs),
        )

    @cached_property
    def asked_first(self) -> PatternSet:
        """The words that claims ask for first: a record in which none of these fires is no claim's."""
        asked = {concept for _, need in self._wanted for concept in need.agents or need.conditions or need.outcomes}
        return PatternSet(p for p in concept_patterns(self.rules.concepts) if _named_by(p) in asked)

    @cached_property
    def _words(self) -> PatternSet:
        """The words of the concepts that any claim asks for."""
        asked = {concept for _, by in self._asking for concept in by}
        return PatternSet(p for p in self.rules.concept_patterns.patterns if _named_by(p) in asked)

    @cached_property
    def _named(self) -> list[str | None]:
        return [_named_by(pattern) for pattern in self._words.patterns]

    def plausible(self, encoded: bytes) -> list[tuple[Claim, Wanted]]:
        """Claims whose words are named in a text: a cheap pass over concepts alone that ``is_candidate`` then makes exact."""
        named = {self._named[index] for index in self._words.fired(encoded)}
        left = -1
        for nothing, by in self._asking:
            met = nothing
            for concept in named:
                met |= by.get(concept, 0)
            left &= met
        found = []
        while left:
            found.append(self._wanted[(left & -left).bit_length() - 1])
            left &= left - 1
        return found

    def grade(self, record: Record, forced: Iterable[str] = ()) -> Graded | None:
        """The record's grade and what it says towards each claim it is a candidate for, or is ``forced`` on.

        ``None`` where no claim asks for it: such a record is kept ungraded.
        """
        text = GradingText(record_fields(record))
        told = self.words.claims_of(record.id) if record.id in self.words.records else frozenset()
        forced = tuple(forced)
        tied = [self.library.claims[i] for i in (*forced, *sorted(told)) if i in self.library.claims]
        plausible = self.plausible(text.encoded)
        if not plausible and not tied:
            return None
        found = scan(text, self.rules.patterns)
        matched = [c for c, need in plausible if is_candidate(found, need)]
        claims = {c.id: c for c in (*tied, *matched)}
        if not claims:
            return None
        own = grade_record(found, record)
        by_rules = {i: grade_for_claim(found, record, own, c, self.rules) for i, c in claims.items()}
        by_word = told & claims.keys() - {*forced, *(c.id for c in matched)}
        return Graded(own, self._under_words(record, own, by_rules), by_word)

    def own(self, record: Record) -> RecordGrade:
        """The record's own grade, whether any claim asks for it or not."""
        return grade_record(scan_record(record, self.rules), record)

    def _under_words(
        self, record: Record, own: RecordGrade, by_rules: dict[str, ClaimRecordGrade]
    ) -> dict[str, ClaimRecordGrade]:
        if record.id not in self.words.records:
            return by_rules
        now, held = seen_hash(record), dict(by_rules)
        for claim_id, towards in by_rules.items():
            for word in self.words.on(record.id, claim_id):
                about = replace(word, reopened=is_another(word, now, own, towards))
                held[claim_id] = under_word(held[claim_id], about, self.library.claims[claim_id])
        return held


def _asking(lists: Iterable[tuple[str, ...]]) -> tuple[int, dict[str | None, int]]:
    """What each claim asks for, the other way round: the claims that ask for nothing, and for each concept those that it
    is enough for. A claim is a bit, so that of a thousand claims those that a text may be about are known in a few steps."""
    nothing, by = 0, dict[str | None, int]()
    for place, concepts in enumerate(lists):
        nothing |= (not concepts) << place
        for concept in concepts:
            by[concept] = by.get(concept, 0) | 1 << place
    return nothing, by


def _named_by(pattern: Pattern) -> str | None:
    """The concept that a text names where this pattern fires."""
    kind, _, concept = pattern.signal.partition(":")
    return concept if kind in KINDS else None
