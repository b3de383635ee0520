"""How does what a person typed become a word in the store? Targets and values resolved, words given, what moved told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evtrack.cli.options import nearest
from evtrack.cli.problems import Problem
from evtrack.cli.words import say
from evtrack.config import Settings
from evtrack.record import RecordId, pmid_record

if TYPE_CHECKING:
    from evtrack.claim import Library
    from evtrack.grade.grades import ClaimGrade
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


@dataclass(frozen=True, slots=True)
class Came:
    """What came of words: what the store did, and the grades of the claims they touch, before and after."""

    given: Given
    before: Mapping[str, ClaimGrade]
    after: Mapping[str, ClaimGrade]
    claims: tuple[str, ...]

    def lines(self, lang: str) -> list[str]:
        """A sentence a word, and one a claim: where it stood, where it stands."""
        from evtrack.report.review_text import word_words
        from evtrack.report.terminal import colon

        told = [f"{w.record_id or w.claim_id}{colon(lang)}{word_words(w, lang)}" for w in self.given.words]
        return [*told, *self.moved(lang)]

    def moved(self, lang: str) -> list[str]:
        """A sentence a claim."""
        from evtrack.report.review_text import moved_lines

        return list(moved_lines(self.before, self.after, self.claims, lang))

    def json(self) -> dict[str, Any]:
        """The same for a program."""
        from evtrack.report.review_queue import given_json

        return given_json(self.given.run or None, self.given.words, self.before, self.after, self.claims)


class Desk:
    """The store and the claims that a person speaks about, and the person."""

    def __init__(self, settings: Settings, library: Library, name: str = "") -> None:
        self.settings = settings
        self.library = library
        self.name = name
        self.said: list[Word] = []
        """Words given here and not taken back here, in this order."""

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
        from evtrack.assess import Grader
        from evtrack.report.review_text import has_moved
        from evtrack.reviewing import WordError
        from evtrack.store.lock import one_writer
        from evtrack.store.store import Store

        settings = self.settings
        with one_writer(settings.db, wait=settings.timeout), Store.open(settings.db, now=settings.now) as store:
            before, tied = store.claim_grades(), _claims_of(store, words)
            try:
                given = keep(store, Grader(self.library, self.rules), words, now=settings.now)
            except WordError as error:
                raise self.problem(error, store) from error
            if not given.run:
                return Came(given, before, before, ())
            after = store.claim_grades()
            concerned = {w.claim_id for w in words if w.record_id and w.claim_id} or tied | _claims_of(store, words)
            shown = tuple(i for i in self.library.claims if i in concerned or has_moved(before.get(i), after.get(i)))
            return Came(given, before, after, shown)

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
        for text in word_lines(one.word, lang) if one.word else ():
            out += drawn(text, columns, "", "  ")
        with open_reader(self.settings.db) as reader:
            grades = reader.claim_grades()
            if one.record_id is None:
                claim = self.library.claims[one.claim_ids[0]]
                out += drawn(claim.statement.get(lang), columns, "bold")
                return out + drawn(grades[claim.id].label.get(lang), columns, "", "  ")
            record = reader.record(one.record_id)
            towards = [
                ForClaim(self.library.claims[i], grades[i], e)
                for i in one.claim_ids
                for e in reader.evidence(i, record_id=one.record_id)
            ]
        return out + record_page(record, towards, lang, columns, color=color) if record and towards else out

    def speak(
        self, action: Action, one: Waiting, claim: str | None, typed: Sequence[str], *, reason: str, name: str
    ) -> list[str]:
        """Keep a word on what waits; gives what came of it, in words."""
        from evtrack.word import Word

        claim_id = one.claim_ids[0] if one.record_id is None else claim
        word = Word(action, reason, name, "", one.record_id, claim_id, self.values(typed))
        came = self.give([word])
        self.said += came.given.words
        return came.lines(self.settings.lang)

    def take_back(self, reason: str) -> list[str]:
        """Take back the last word that was given here."""
        last = self.said[-1]
        came = self.give([undo_of(last, reason, self.name)])
        self.said.pop()
        return came.lines(self.settings.lang)

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

    def choices(self, field: str) -> list[str]:
        """The values of a field, in words; nothing where there is no such field."""
        from evtrack.report.review_text import value_words
        from evtrack.report.terminal import join
        from evtrack.word_check import RELABELLED, VALUES

        lang = self.settings.lang
        if field not in RELABELLED:
            return []
        if field not in VALUES:
            return [say("review.form.n" if field == "n" else "review.form.truth", lang)]
        told = (say("review.form.value", lang, value=v, words=value_words(field, v, lang)) for v in VALUES[field])
        return [join(told, lang)]


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
    if record_id.startswith("PMID:"):
        return f"https://pubmed.ncbi.nlm.nih.gov/{record_id.removeprefix('PMID:')}/"
    if record_id.startswith("NCT"):
        return f"https://clinicaltrials.gov/study/{record_id}"
    return url or (f"https://doi.org/{doi}" if doi else None)


def wrong_word(code: str, fields: Mapping[str, str], near: Sequence[str] = ()) -> Problem:
    """What is wrong with a word, and what was perhaps meant."""
    from evtrack.wording import both

    meant = both("cli.did_you_mean", names=", ".join(near)) if near else ""
    return Problem("review.wrong", told=both(f"word_error.{code}", **fields), near=meant)


def undo_of(word: Word, reason: str, name: str) -> Word:
    """The word that takes ``word`` back."""
    from evtrack.word import Word as Said

    return Said("undo", reason, name, "", word.record_id, word.claim_id)


def _claims_of(reader: Reader, words: Sequence[Word]) -> set[str]:
    """Claims that what the words are about is tied to now."""
    records = {w.record_id for w in words if w.record_id is not None}
    tied = {claim_id for claim_id, _ in reader.state(records_of=records).ties}
    return tied | {w.claim_id for w in words if w.record_id is None and w.claim_id is not None}
