"""What does one sentence say? Words of the lexicon found in a text, with traps, longer words and other drugs heard first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from evtrack.audit.lexicon import Lexicon
from evtrack.audit.normalise import Normalised, normalise
from evtrack.grade.patterns import Hit

_CONCEPT_KINDS = frozenset({"concept", "model", "measure", "subtype"})
_LONGEST = 5_000
"""Characters of a unit that are heard. No sentence is longer, and a file of one line must end in bounded time."""
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Word:
    """Something heard: ``signal`` (``concept:ID``, ``says:NAME`` …) and where, in offsets of the normalised text.

    ``concept``: the concept's id, where it is a concept's word, model, scale or subtype.
    """

    signal: str
    start: int
    end: int
    concept: str | None


@dataclass(frozen=True)
class Heard:
    """All that was heard in one text, in order."""

    normalised: Normalised
    words: tuple[Word, ...]

    @cached_property
    def _firsts(self) -> tuple[dict[str, Word], dict[str, Word]]:
        """The first word of each signal, and of each concept."""
        signals: dict[str, Word] = {}
        concepts: dict[str, Word] = {}
        for word in self.words:
            signals.setdefault(word.signal, word)
            if word.concept is not None:
                concepts.setdefault(word.concept, word)
        return signals, concepts

    @property
    def text(self) -> str:
        return self.normalised.text

    @property
    def japanese(self) -> bool:
        return _JAPANESE.search(self.text) is not None

    def concepts(self, ids: Iterable[str]) -> dict[str, Word]:
        """The first word of each of these concepts that was heard."""
        heard = self._firsts[1]
        return {i: heard[i] for i in ids if i in heard}

    def said(self, *signals: str) -> Word | None:
        """The first word of the first of these signals that was heard."""
        heard = self._firsts[0]
        return next((heard[s] for s in signals if s in heard), None)

    def all_said(self, *signals: str) -> list[Word]:
        """Every word of these signals, in order."""
        return [w for w in self.words if w.signal in signals]

    def within(self, start: int, end: int) -> Heard:
        """What was heard in a part of the text; offsets stay those of the whole."""
        return Heard(self.normalised, tuple(w for w in self.words if start <= w.start and w.end <= end))

    def source(self, word: Word) -> tuple[int, int]:
        """Where the word stands in the text as it was given."""
        return self.normalised.source(word.start, word.end)


def hear(text: str, lexicon: Lexicon) -> Heard:
    """Everything the lexicon knows in a text.

    A concept's word inside one of its traps is not heard, nor one inside a longer word of the same role (神経再生因子 is
    a factor, not regeneration), nor one inside words that tell a population (副作用で使えない方 claims no side effects).
    """
    normalised = normalise(text[:_LONGEST])
    hits = list(_places(lexicon.patterns.find(normalised.text.encode()), normalised.text))
    traps = [w for w in hits if w.signal.startswith("trap:")]
    concepts = [w for w in hits if w.concept is not None and not _trapped(w, traps)]
    people = [w for w in concepts if w.concept in lexicon.populations]
    named = [w for w in concepts if w.concept in lexicon.populations or not _inside(w, people)]
    told = [w for w in named if lexicon.roles[str(w.concept)] != "context"]
    others = [w for w in hits if w.concept is None and not w.signal.startswith("trap:")]
    others = [w for w in others if not _inside(w, _over(w, people, told))]
    return Heard(normalised, tuple(sorted([*_longest(named, lexicon), *others], key=_place)))


def _over(word: Word, people: list[Word], told: list[Word]) -> list[Word]:
    """The words inside which a signal is not heard; what no evidence makes good (薬を使わず) is heard everywhere."""
    if word.signal.startswith("floor:"):
        return []
    return told if word.signal.startswith("veto:") else people


def _longest(words: Iterable[Word], lexicon: Lexicon) -> Iterator[Word]:
    """Of words of one role that overlap, the first and longest; words of the same span are all heard."""
    taken: dict[str, tuple[int, int]] = {}
    for word in sorted(words, key=_place):
        role = lexicon.roles[str(word.concept)]
        start, end = taken.get(role, (-1, -1))
        if word.start >= end:
            taken[role] = (word.start, word.end)
        if word.start >= end or (word.start, word.end) == (start, end):
            yield word


def _place(word: Word) -> tuple[int, int]:
    return word.start, -word.end


def _inside(word: Word, others: Iterable[Word]) -> bool:
    return any(o.start <= word.start and word.end <= o.end for o in others)


def _places(hits: Iterable[Hit], text: str) -> Iterator[Word]:
    """Byte offsets of the hits as offsets of characters."""
    at: Sequence[int] = range(len(text) + 1)
    if not text.isascii():
        at = [*(i for i, char in enumerate(text) for _ in char.encode()), len(text)]
    for hit in hits:
        kind, _, name = hit.signal.partition(":")
        yield Word(hit.signal, at[hit.start], at[hit.end], name if kind in _CONCEPT_KINDS else None)


def _trapped(word: Word, traps: Iterable[Word]) -> bool:
    return any(t.signal == f"trap:{word.concept}" and t.start < word.end and word.start < t.end for t in traps)
