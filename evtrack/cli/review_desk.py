"""How does what a person typed become a word in the store? Targets and values resolved, words given, what moved told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evtrack.cli.options import nearest
from evtrack.cli.problems import Problem
from evtrack.cli.review_came import Came, claims_of, same_study_of
from evtrack.cli.words import say
from evtrack.config import Settings
from evtrack.record import RecordId, pmid_record
from evtrack.report.addresses import doi_url, record_url

if TYPE_CHECKING:
    from evtrack.claim import Library
    from evtrack.grade.grades import ClaimRecordGrade, Evidence
    from evtrack.report.review_page import Drawn
    from evtrack.reviewing import Given, Waiting, WordError
    from evtrack.rules import Rules
    from evtrack.store.read import Reader
    from evtrack.word import Action, Word

_TRUTHS = {"true": True, "yes": True, "はい": True, "false": False, "no": False, "いいえ": False}
_RECORD = re.compile(r"\d{1,9}|(?:PMID|MANUAL):\S+|NCT\d{8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class About:
    """What a word is about: a record (towards one claim, or towards all), or the level of a claim."""

    record_id: RecordId | None
    claim_id: str | None


class Desk:
    """The store and the claims that a person speaks about, and the person."""

    def __init__(self, settings: Settings, library: Library, name: str = "") -> None:
        self.settings = settings
        self.library = library
        self.name = name
        self.said: list[tuple[Word, ...]] = []
        """Words given here and not taken back here, in this order; those of one decision together."""

    @cached_property
    def rules(self) -> Rules:
        from evtrack.rules import load_rules

        return load_rules(self.library.concepts)

    # Into the store

    def give(self, words: Sequence[Word]) -> Came:
        """Keep words, all or none. Raises ``Problem`` for one that can't be taken."""
        from evtrack.reviewing import give

        return self._write(words, give)

    def bring_in(self, words: Sequence[Word]) -> Came:
        """Keep words that were given elsewhere; those the store has are passed over."""
        from evtrack.reviewing import bring_in

        return self._write(words, bring_in)

    def _write(self, words: Sequence[Word], keep: Callable[..., Given]) -> Came:
        from evtrack.grader import Grader
        from evtrack.report.review_text import has_moved
        from evtrack.reviewing import WordError
        from evtrack.store.lock import one_writer
        from evtrack.store.store import Store

        settings = self.settings
        with one_writer(settings.db, wait=settings.timeout), Store.open(settings.db, now=settings.now) as store:
            before, tied = store.claim_grades(), claims_of(store, words)
            try:
                given = keep(store, Grader(self.library, self.rules), words, now=settings.now)
            except WordError as error:
                raise self.problem(error, store) from error
            if not given.run:
                return Came(given, before, before, ())
            after = store.claim_grades()
            concerned = {w.claim_id for w in words if w.record_id and w.claim_id} or tied | claims_of(store, words)
            shown = tuple(i for i in self.library.claims if i in concerned or has_moved(before.get(i), after.get(i)))
            return Came(given, before, after, shown, same_study_of(store, given.words))

    def problem(self, error: WordError, reader: Reader | None = None) -> Problem:
        """What is wrong with a word, in words, with what was perhaps meant."""
        fields = {name: str(value) for name, value in error.fields.items()}
        meant: dict[str, tuple[str, Iterable[str]]] = {
            "unknown_claim": (fields.get("claim", ""), self.library.claims),
            "unknown_record": (fields.get("record", ""), reader.record_ids() if reader else ()),
            "unknown_field": (fields.get("field", ""), fields.get("fields", "").split(", ")),
            "unknown_value": (fields.get("value", ""), fields.get("values", "").split(", ")),
        }
        name, names = meant.get(error.code, ("", ()))
        return wrong_word(error.code, fields, get_close_matches(name, list(names), n=2))

    # What a person typed

    def about(self, typed: str, claim: str | None, reader: Reader) -> About:
        """The record or claim that was typed. Raises ``Problem`` with what is near it where there is none."""
        if claim is not None and claim not in self.library.claims:
            raise Problem("cli.no_such_claim", name=claim, near=self._near(claim, self.library.claims))
        if typed in self.library.claims:
            if claim is not None:
                raise Problem("review.claim_twice", name=typed)
            return About(None, typed)
        record_id = record_id_of(typed)
        if record_id is None or reader.record(record_id) is None:
            known = dict.fromkeys([*self.library.claims, *reader.record_ids()])
            raise Problem("review.no_target", name=typed, near=self._near(record_id or typed, known))
        return About(record_id, claim)

    def _near(self, name: str, names: Mapping[str, object]) -> str:
        return ", ".join(nearest(name, names)) or "-"

    def values(self, typed: Sequence[str]) -> dict[str, Any]:
        """``FIELD=VALUE`` as a word's values. Raises ``Problem`` for a form, a field or a value that there is none of."""
        from evtrack.word import Word
        from evtrack.word_check import WordError, check

        values: dict[str, Any] = {}
        for one in typed:
            field, equals, text = (part.strip() for part in one.partition("="))
            if not (field and equals and text):
                raise Problem("review.not_field_value", value=one)
            if field in values:
                raise self.problem(WordError("key_twice", field=field))
            values[field] = value_of(field, text)
        if values:
            try:
                check(Word("relabel", "-", "-", "", RecordId("MANUAL:-"), None, values))
            except WordError as error:
                raise self.problem(error) from error
        return values

    # The walk

    def page(self, one: Waiting, columns: int, *, color: bool) -> list[Drawn]:
        """All that must be seen of one that waits."""
        from evtrack.report.review_page import ForClaim, drawn, record_page
        from evtrack.report.review_queue import moves_words, why_words
        from evtrack.report.review_text import word_lines
        from evtrack.store.read import open_reader

        lang = self.settings.lang
        out = [*drawn(why_words(one, lang), columns, "bold"), *drawn(moves_words(one, lang), columns)]
        for text in word_lines(one.word, lang, self.safety) if one.word else ():
            out += drawn(text, columns, "", "  ")
        with open_reader(self.settings.db) as reader:
            grades = reader.claim_grades()
            if one.record_id is None:
                claim = self.library.claims[one.claim_ids[0]]
                out += drawn(claim.statement.get(lang), columns, "bold")
                return out + drawn(grades[claim.id].label.get(lang), columns, "", "  ")
            record, evidence = reader.record(one.record_id), list(self._evidence(reader, one))
        towards = [ForClaim(self.library.claims[i], grades[i], e, alone) for i, e, alone in evidence]
        return out + record_page(record, towards, lang, columns, color=color) if record and towards else out

    def _evidence(self, reader: Reader, one: Waiting) -> Iterator[tuple[str, Evidence, ClaimRecordGrade | None]]:
        """A record towards each claim that it waits for; what the rules alone say where a person has spoken of it."""
        from evtrack.grader import Grader

        by_rules = None
        for claim_id in one.claim_ids:
            for e in reader.evidence(claim_id, record_id=one.record_id):
                if e.override is None:
                    yield claim_id, e, None
                    continue
                if by_rules is None and (record := reader.record(e.id)) is not None:
                    by_rules = Grader(self.library, self.rules).grade(record, one.claim_ids)
                yield claim_id, e, by_rules.towards.get(claim_id) if by_rules else None

    @cached_property
    def safety(self) -> frozenset[str]:
        """Claims that nothing is harmed."""
        return frozenset(i for i, claim in self.library.claims.items() if claim.kind == "safety")

    def undecided(self, one: Waiting, claim: str | None) -> bool:
        """Whether the rules left what waits to a person (towards one claim, or any): then there is nothing to accept."""
        from evtrack.store.read import open_reader

        if one.record_id is None:
            return False
        with open_reader(self.settings.db) as reader:
            told = [(alone or e.graded).grade for i, e, alone in self._evidence(reader, one) if claim in (None, i)]
        return any(grade.needs_review for grade in told)

    def speak(
        self, action: Action, one: Waiting, claim: str | None, typed: Sequence[str], *, reason: str, name: str
    ) -> Came:
        """Keep a word on what waits."""
        from evtrack.word import Word

        claim_id = one.claim_ids[0] if one.record_id is None else claim
        word = Word(action, reason, name, "", one.record_id, claim_id, self.values(typed))
        came = self.give([word])
        self.said.append(came.given.words)
        return came

    def reject_too(self, came: Came) -> Came:
        """Leave out what else of a rejected study counts, with the same words; it is one decision with the first."""
        (word,) = came.given.words
        more = self.give([replace(word, record_id=i, at="", seen={}, content_hash=None, id=0) for i in came.same_study])
        self.said[-1] += more.given.words
        return more

    def told_last(self) -> str:
        """What was decided here last, in words."""
        from evtrack.report.review_text import action_words
        from evtrack.report.terminal import colon, join

        lang = self.settings.lang
        told = (f"{w.record_id or w.claim_id}{colon(lang)}{action_words(w, lang)}" for w in self.said[-1])
        return join(told, lang)

    def take_back(self, reason: str) -> Came:
        """Take back what was decided here last."""
        came = self.give([undo_of(word, reason, self.name) for word in reversed(self.said[-1])])
        self.said.pop()
        return came

    def warnings(self, words: Sequence[Word]) -> Iterator[str]:
        """Claims whose condition no text of a record that was entered by hand names: the claim may be the wrong one."""
        from evtrack.by_hand import record_of
        from evtrack.grader import Grader
        from evtrack.report.terminal import join

        grader, lang = Grader(self.library, self.rules), self.settings.lang
        for word in words:
            named = tuple(word.values["claims"])
            graded = grader.grade(record_of(word), named)
            towards = {i: t for i, t in graded.towards.items() if self.library.claims[i].condition} if graded else {}
            fitting = [i for i, t in towards.items() if i not in named and t.condition_match in ("selected", "subtype")]
            others = say("review.its_conditions", lang, claims=join(fitting, lang)) if fitting else ""
            for i in named:
                if i in towards and towards[i].condition_match == "none":
                    yield say("review.not_its_condition", lang, record=word.record_id, claim=i, others=others)

    def link(self, one: Waiting) -> str | None:
        """Where the source of a record stands."""
        from evtrack.store.read import open_reader

        if one.record_id is None:
            return None
        with open_reader(self.settings.db) as reader:
            record = reader.record(one.record_id)
        return source_of(one.record_id, record.url if record else None, record.doi if record else None)

    def fields(self) -> list[str]:
        """The fields of a relabel, in words."""
        from evtrack.report.review_text import field_words
        from evtrack.report.terminal import join
        from evtrack.word_check import RELABELLED

        lang = self.settings.lang
        told = (say("review.form.value", lang, value=f, words=field_words(f, lang)) for f in RELABELLED)
        return [join(told, lang), say("review.form.more", lang)]

    def choices(self, field: str, claim: str | None = None) -> list[str]:
        """The values of a field, in words, for a claim that nothing is harmed in words of harm; nothing where there is no such field."""
        from evtrack.report.review_text import value_words
        from evtrack.report.terminal import join
        from evtrack.word_check import RELABELLED, VALUES

        lang = self.settings.lang
        if field not in RELABELLED:
            return []
        if field not in VALUES:
            return [say("review.form.n" if field == "n" else "review.form.truth", lang)]
        safe = claim in self.safety
        # No difference in harm is no harm more: it has one name there.
        values = [v for v in VALUES[field] if not (safe and field == "stance" and v == "no_difference")]
        words = ((v, value_words(field, v, lang, safety=safe)) for v in values)
        return [join((say("review.form.value", lang, value=v, words=told) for v, told in words), lang)]

    def values_in_words(self, claim: str, values: Mapping[str, Any]) -> str:
        """What a relabel of one claim will say."""
        from evtrack.report.review_text import values_words

        return values_words(values, self.settings.lang, claim, self.safety)


def record_id_of(typed: str) -> RecordId | None:
    """The id that was meant: ``90000001``, ``pmid:90000001``, ``nct90000001`` and ``MANUAL:…`` are ids; a claim's is none."""
    if not _RECORD.fullmatch(typed):
        return None
    kind, colon, rest = typed.partition(":")
    if not colon:
        return pmid_record(typed.lstrip("0")) if typed.isdigit() else RecordId(typed.upper())
    return RecordId(f"{kind.upper()}:{rest}")


def value_of(field: str, text: str) -> Any:
    """A value as it is typed: a number, true or false, none for no gate, else the text."""
    if field == "n" and text.isascii() and text.isdigit():
        return int(text)
    if field in ("synthesis", "counts_for_claim"):
        return _TRUTHS.get(text.lower(), text)
    if field == "gate" and text in ("none", "null"):
        return None
    return text


def source_of(record_id: str, url: str | None, doi: str | None) -> str | None:
    """The address of a record's own page."""
    return record_url(record_id) or url or doi_url(doi)


def wrong_word(code: str, fields: Mapping[str, str], near: Sequence[str] = ()) -> Problem:
    """What is wrong with a word, and what was perhaps meant."""
    from evtrack.wording import both

    meant = both("cli.did_you_mean", names=", ".join(near)) if near else ""
    return Problem("review.wrong", told=both(f"word_error.{code}", **fields), near=meant)


def undo_of(word: Word, reason: str, name: str) -> Word:
    """The word that takes ``word`` back."""
    from evtrack.word import Word as Said

    return Said("undo", reason, name, "", word.record_id, word.claim_id)
