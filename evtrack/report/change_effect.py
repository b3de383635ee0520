"""What does a change do, and what did it? Said out of the store as it stood before a run and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from evtrack.changes import Change
from evtrack.claim import Library
from evtrack.grade.grades import ClaimGrade, Evidence
from evtrack.record import RecordId
from evtrack.report.plain import fit, plain
from evtrack.report.review_text import has_moved, word_words
from evtrack.report.terminal import join, stance_words, term
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.store.facts import Run
    from evtrack.store.read import Reader
    from evtrack.word import Word

_STATEMENT = 44
"""Columns of a claim's statement where it is named."""

_CAUSES = 4
"""Records that are named as the cause of a fall; the rest are counted."""

_GONE = ("retracted", "record_removed")


class Effects:
    """What stood before a run and what stood after it, each read once. ``told``: all changes of each run, by its id."""

    def __init__(self, reader: Reader, library: Library, lang: str, told: dict[int, list[Change]]) -> None:
        self.reader = reader
        self.library = library
        self.lang = lang
        self.told = told
        self.grades = cache(self._grades)
        self.ties = cache(self._ties)

    def _grades(self, run: int) -> dict[str, ClaimGrade]:
        return self.reader.claim_grades(run)

    def _ties(self, claim_id: str, run: int) -> dict[RecordId, Evidence]:
        return {e.id: e for e in self.reader.evidence(claim_id, run)}

    def claim_name(self, claim_id: str) -> str:
        """The statement, shortened, with the id beside it."""
        claim = self.library.claims.get(claim_id)
        if claim is None:
            return plain(claim_id)
        statement = fit(plain(claim.statement.get(self.lang)).rstrip("。."), _STATEMENT)
        return word("digest.claim", self.lang, statement=statement, id=plain(claim_id))

    def persons(self, run: Run) -> str:
        """Who gave the words of a run."""
        return plain(join(dict.fromkeys(w.name for w in self._words(run)), self.lang))

    def said(self, run: Run) -> tuple[str, ...]:
        """The words that were given in a run, a line each, with the records or claims that they are about."""
        return tuple(
            plain(f"{one.record_id or self.claim_name(str(one.claim_id))} {word_words(one, self.lang)}")
            for one in self._words(run)
        )

    def _words(self, run: Run) -> Sequence[Word]:
        return self.reader.words(run.id)[len(self.reader.words(run.id - 1)) :]

    # -- what has gone

    def retraction(self, record_id: RecordId, claims: Sequence[str], run: Run) -> Iterator[str]:
        """Of a retracted paper: when it was seen and by which notice, what it had said, and what it does to each claim.

        Claims for which it had counted come one by one, the others as a list.
        """
        lang = self.lang
        told = self.reader.retractions([record_id], run.id).get(record_id)
        notice = plain(" ".join(filter(None, (told.notice, told.citation)))) if told else ""
        seen = f"{run.finished_at or run.started_at:%Y-%m-%d}"
        yield word("digest.notice" if notice else "digest.no_notice", lang, date=seen, notice=notice)
        had = {c: one for c in claims if (one := self.ties(c, run.id - 1).get(record_id)) is not None}
        counted = [c for c in claims if c in had and had[c].graded.counts_for_claim]
        for said, named in self._had_said(had, counted).items():
            yield word("digest.had_said", lang, said=said, claims=join(named, lang))
        for claim_id in counted:
            yield self._moved(claim_id, run.id)
        if rest := [self.claim_name(c) for c in claims if c not in counted]:
            yield word("digest.had_not_counted", lang, claims=join(rest, lang))

    def _had_said(self, had: dict[str, Evidence], counted: Sequence[str]) -> dict[str, list[str]]:
        """Level, direction and size → the claims towards which a record said so: an association is none for a treatment."""
        said: dict[str, list[str]] = {}
        for claim_id in counted:
            one = had[claim_id]
            grade = one.graded.grade
            n = grade.numbers.get("n")
            who = "animals" if grade.level == "animal" else "people"
            size = word(f"digest.n.{who}", self.lang, n=n) if n is not None and grade.level != "in_vitro" else ""
            level = term("level", grade.level, self.lang)
            words = join((level, stance_words(one, self.lang, self.library.claims.get(claim_id)), size), self.lang)
            said.setdefault(words, []).append(claim_id)
        return said

    def _moved(self, claim_id: str, run: int) -> str:
        before, after = self.grades(run - 1).get(claim_id), self.grades(run).get(claim_id)
        was, now = (plain(g.label.get(self.lang)) if g else word("view.unsearched", self.lang) for g in (before, after))
        if has_moved(before, after):
            return word("digest.moved", self.lang, claim=self.claim_name(claim_id), before=was, after=now)
        return word("review.stays", self.lang, claim=self.claim_name(claim_id), label=now)

    def causes(self, change: Change, run: Run) -> str:
        """Why a claim's level fell in a run: the records of that level that had counted and no longer do; ``""`` if it is not told."""
        claim_id, told = str(change.claim_id), self.told.get(run.id, [])
        before = self.ties(claim_id, run.id - 1)
        after = self.ties(claim_id, run.id)
        level = change.before if change.kind == "level_down" else None
        lost = [
            one
            for one in before.values()
            if _holds(one, level) and not (one.id in after and _holds(after[one.id], level))
        ]
        why = {c.record_id: c.kind for c in told if c.claim_id == claim_id and c.kind in _GONE}
        named = [self._lost(one, why.get(one.id)) for one in lost[:_CAUSES]]
        if len(lost) > _CAUSES:
            named.append(word("footnote.more", self.lang, n=len(lost) - _CAUSES))
        grade = self.grades(run.id).get(claim_id)
        fallen = {c.claim_id for c in told if c.kind == "level_down"} & set(grade.members if grade else ())
        named += [self.claim_name(str(c)) for c in sorted(map(str, fallen))]
        general = {c.kind for c in told if c.kind == "regraded" or (c.kind, c.claim_id) == ("claim_changed", claim_id)}
        named += [term("change_kind", kind, self.lang) for kind in sorted(general)]
        return word("change.cause", self.lang, causes=join(named, self.lang)) if named else ""

    def _lost(self, one: Evidence, kind: str | None) -> str:
        what = term("change_kind", kind, self.lang) if kind else word("digest.no_longer", self.lang)
        level = term("level_short", one.graded.grade.level, self.lang)
        title = fit(plain(one.title), _STATEMENT)
        return word("digest.lost", self.lang, id=plain(one.id), level=level, what=what, title=title)


def _holds(one: Evidence, level: str | None) -> bool:
    return one.graded.counts_for_claim and level in (None, one.graded.grade.level)
