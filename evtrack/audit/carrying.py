"""What does a sentence leave unsaid, and where was it said? Intervention and condition from label, heading, the sentence before, title."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from evtrack.audit.hearing import Heard, Word, hear
from evtrack.audit.lexicon import Lexicon
from evtrack.audit.unit import Document

What = Literal["intervention", "condition", "outcome", "population", "says"]
Source = Literal["sentence", "label", "heading", "title", "sentence before"]
_SILENT = frozenset({"heading", "label", "boilerplate"})
_FAR = 4
"""How many sentences an unsaid subject is carried; Japanese names it once a paragraph."""


@dataclass(frozen=True, slots=True)
class Because:
    """One thing a match rests on, and where it stands.

    ``start`` and ``end`` are offsets in the text of the unit ``unit``, or in ``Document.title`` where that is None.
    """

    what: What
    words: str
    start: int
    end: int
    source: Source
    unit: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """Concepts (or one signal) heard in one place."""

    words: tuple[Word, ...]
    heard: Heard
    source: Source
    unit: int | None

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(str(w.concept) for w in self.words)

    def because(self, what: What, ids: Iterable[str]) -> Because:
        """Why a claim that wants one of these concepts matched."""
        wanted = set(ids)
        return because(what, next(w for w in self.words if w.concept in wanted), self.heard, self.source, self.unit)


def because(what: What, word: Word, heard: Heard, source: Source, unit: int | None) -> Because:
    """A reason at a word's place in the text as it was given."""
    return Because(what, heard.text[word.start : word.end], *heard.source(word), source, unit)


class Page:
    """A document with everything heard in its units, and what each of them carries over to those below."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        self.document = document
        self.lexicon = lexicon
        self.heard = [hear(unit.text, lexicon) for unit in document.units]
        self._title = hear(document.title, lexicon) if document.title else None
        self._titles = self._title_units()
        self._distinct = sorted({text: index for index, text in reversed(self._titles.items())}.values())

    def _title_units(self) -> dict[int, str]:
        """The headings that are the page's own: those on the line of the first one, and its repetitions."""
        units = self.document.units
        first = next((u for u in units if u.kind == "heading"), None)
        if first is None:
            return {}
        own = {u.text for u in units if u.kind == "heading" and u.place.line == first.place.line}
        return {i: u.text for i, u in enumerate(units) if u.kind == "heading" and u.text in own}

    def intervention(self, index: int) -> Found | None:
        """What is given: named in the unit itself, or in the nearest place that it is read under."""
        wanted = self.lexicon.interventions
        own = self._concepts(index, wanted, "sentence")
        return own or next(filter(None, self._around(index, wanted, far=True)), None)

    def condition(self, index: int) -> Found | None:
        """Who has what: as ``intervention``, but never from the page's title."""
        wanted = self.lexicon.conditions
        own = self._concepts(index, wanted, "sentence")
        return own or next(filter(None, self._around(index, wanted, far=False)), None)

    def is_title(self, index: int) -> bool:
        """Whether a heading is the page's own title."""
        return index in self._titles

    @cached_property
    def topic(self) -> Found | None:
        """The conditions that the page as a whole is about."""
        return next(filter(None, self._from_title(self.lexicon.conditions)), None)

    def before(self, index: int) -> Heard | None:
        """The sentence before, where it stands under the same headings and label."""
        return next((self.heard[i] for i in self._before(index, 1)), None)

    def _concepts(self, index: int, wanted: Collection[str], source: Source) -> Found | None:
        words = tuple(self.heard[index].concepts(wanted).values())
        return Found(words, self.heard[index], source, index) if words else None

    def _around(self, index: int, wanted: Collection[str], *, far: bool) -> Iterator[Found | None]:
        """Label, sentence before, headings from the inside out; with ``far`` also the title."""
        unit = self.document.units[index]
        if unit.label is not None:
            yield self._concepts(unit.label, wanted, "label")
        for before in self._before(index, _FAR if far else 1):
            yield self._concepts(before, wanted, "sentence before")
        for heading in reversed(unit.headings):
            if heading not in self._titles:
                yield self._concepts(heading, wanted, "heading")
        if far:
            yield from self._from_title(wanted)

    def _before(self, index: int, most: int) -> Iterator[int]:
        """The units before, nearest first, that speak in sentences and stand under the same headings and label."""
        units = self.document.units
        for before in range(index - 1, max(index - 1 - most, -1), -1):
            together = (units[before].headings, units[before].label) == (units[index].headings, units[index].label)
            if not together or units[before].kind in _SILENT:
                return
            yield before

    def _from_title(self, wanted: Collection[str]) -> Iterator[Found | None]:
        for index in self._distinct:
            yield self._concepts(index, wanted, "title")
        if self._title is not None:
            words = tuple(self._title.concepts(wanted).values())
            yield Found(words, self._title, "title", None) if words else None
