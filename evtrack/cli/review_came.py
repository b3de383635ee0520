"""What came of words that were given? What the store did, which claims moved, what of a rejected study still counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evtrack.cli.words import say
from evtrack.record import RecordId

if TYPE_CHECKING:
    from evtrack.grade.grades import ClaimGrade
    from evtrack.reviewing import Given
    from evtrack.store.read import Reader
    from evtrack.word import Word


@dataclass(frozen=True, slots=True)
class Came:
    """What came of words: what the store did, and the grades of the claims they touch, before and after."""

    given: Given
    before: Mapping[str, ClaimGrade]
    after: Mapping[str, ClaimGrade]
    claims: tuple[str, ...]
    same_study: Mapping[RecordId, tuple[str, ...]] = field(default_factory=dict)
    """Records that still count, of a study of which a record was rejected, with the claims they count for."""

    def lines(self, lang: str) -> list[str]:
        """A sentence a word, and one a claim: where it stood, where it stands."""
        from evtrack.report.review_text import word_words
        from evtrack.report.terminal import colon

        told = [f"{w.record_id or w.claim_id}{colon(lang)}{word_words(w, lang)}" for w in self.given.words]
        return [*told, *self.moved(lang), *self.left_counting(lang)]

    def short(self, lang: str) -> list[str]:
        """The claims that moved, in one line; and what of a rejected study still counts."""
        from evtrack.report.review_text import changed_line

        return [changed_line(self.before, self.after, self.claims, lang), *self.left_counting(lang, how=False)]

    def left_counting(self, lang: str, *, how: bool = True) -> Iterator[str]:
        """What of a rejected study still counts, and how to leave it out too."""
        from evtrack.report.terminal import join

        claim_id = self.given.words[-1].claim_id if self.given.words else None
        option = f" --claim {claim_id}" if claim_id else ""
        for record_id, claims in self.same_study.items():
            yield say("review.same_study", lang, record=record_id, claims=join(claims, lang))
            if how:
                yield say("review.same_study_how", lang, record=record_id, claim=option)

    def moved(self, lang: str) -> list[str]:
        """A sentence a claim."""
        from evtrack.report.review_text import moved_lines

        return list(moved_lines(self.before, self.after, self.claims, lang))

    def json(self) -> dict[str, Any]:
        """The same for a program."""
        from evtrack.report.review_queue import given_json

        told = given_json(self.given.run or None, self.given.words, self.before, self.after, self.claims)
        same = [{"record_id": i, "claim_ids": list(claims)} for i, claims in self.same_study.items()]
        return {**told, "same_study": same}


def same_study_of(reader: Reader, words: Sequence[Word]) -> dict[RecordId, tuple[str, ...]]:
    """What still counts of the studies of which a record was rejected: their other records, each with its claims."""
    from evtrack.grade.studies import whole_studies

    found: dict[RecordId, list[str]] = {}
    for word in words:
        if word.action != "reject" or word.record_id is None:
            continue
        tied = (word.claim_id,) if word.claim_id else sorted(claims_of(reader, [word]))
        for claim_id in tied:
            study = next(
                (s for s in whole_studies(reader.evidence(claim_id)) if word.record_id in {e.id for e in s}), ()
            )
            for e in study:
                if e.id != word.record_id and e.graded.counts_for_claim and not e.graded.grade.synthesis:
                    found.setdefault(e.id, []).append(claim_id)
    return {i: tuple(dict.fromkeys(claims)) for i, claims in found.items()}


def claims_of(reader: Reader, words: Sequence[Word]) -> set[str]:
    """Claims that what the words are about is tied to now."""
    records = {w.record_id for w in words if w.record_id is not None}
    tied = {claim_id for claim_id, _ in reader.state(records_of=records).ties}
    return tied | {w.claim_id for w in words if w.record_id is None and w.claim_id is not None}
