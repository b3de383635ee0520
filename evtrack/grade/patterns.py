"""Which patterns fire in a text, and where? One pass of RE2 sets, then only those that fired are matched for their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import re2

_SET_SIZE = 80
"""Patterns a set: RE2's automaton grows faster than its pattern count, so a few small sets beat one large one (measured:
100 patterns 31,000 abstracts a second, 300 patterns 4,800)."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in RE2 syntax (no lookaround; ``\\b`` is an ASCII boundary, so it never fits between Japanese letters).

    ``signal`` groups patterns that say the same. ``case``: match upper and lower case as written. ``zones``: where it
    may fire (``title``, ``methods`` … as text.py names them; empty: anywhere).
    """

    id: str
    signal: str
    pattern: str
    case: bool = False
    zones: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a pattern fired; ``start`` and ``end`` are byte offsets into ``GradingText.encoded``."""

    rule: str
    signal: str
    start: int
    end: int


def _options(case: bool) -> re2.Options:
    options = re2.Options()
    options.case_sensitive = case
    options.max_mem = 64 << 20
    options.log_errors = False
    return options


class PatternError(ValueError):
    """A pattern RE2 cannot read; the message names the pattern's id."""


class PatternSet:
    """Many patterns compiled once; ``find`` gives every hit in order of place.

    Raises ``PatternError`` for a pattern that RE2 refuses.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns: tuple[Pattern, ...] = tuple(patterns)
        self._sets: list[tuple[re2.Set, list[int]]] = []
        self._finders: dict[int, re2._Regexp] = {}
        by_case: dict[bool, list[int]] = {False: [], True: []}
        for index, pattern in enumerate(self.patterns):
            by_case[pattern.case].append(index)
        for case, indices in by_case.items():
            for first in range(0, len(indices), _SET_SIZE):
                self._add_set(case, indices[first : first + _SET_SIZE])

    def _add_set(self, case: bool, indices: list[int]) -> None:
        one = re2.Set.SearchSet(_options(case))
        for index in indices:
            pattern = self.patterns[index]
            try:
                one.Add(pattern.pattern)
            except re2.error as error:
                raise PatternError(f"{pattern.id}: not a pattern RE2 can read: {error}") from error
        one.Compile()
        self._sets.append((one, indices))

    def fired(self, encoded: bytes) -> list[int]:
        """Indices (into ``patterns``) of the patterns that match anywhere in the UTF-8 text."""
        out: list[int] = []
        for one, indices in self._sets:
            out.extend(indices[i] for i in one.Match(encoded) or ())
        return out

    def find(self, encoded: bytes) -> list[Hit]:
        """Every hit of every pattern, by start, longer first."""
        hits = [hit for index in self.fired(encoded) for hit in self._places(index, encoded)]
        hits.sort(key=lambda h: (h.start, -h.end, h.rule))
        return hits

    def _places(self, index: int, encoded: bytes) -> Iterator[Hit]:
        pattern = self.patterns[index]
        finder = self._finders.get(index)
        if finder is None:
            finder = self._finders[index] = re2.compile(pattern.pattern, _options(pattern.case))
        for match in finder.finditer(encoded):
            start, end = match.span()
            if end > start:
                yield Hit(pattern.id, pattern.signal, start, end)


def join_words(words: Sequence[str]) -> str:
    """One RE2 alternation out of words: a trailing ``*`` takes any ending, blanks and hyphens are the same.

    Longest first, so that the longest spelling is the one reported.
    """
    parts = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        stem = word.removesuffix("*")
        tokens = [re2.escape(t) for t in stem.replace("-", " ").split()]
        body = r"[\s\-]?".join(tokens) if "-" in stem else r"[\s\-]+".join(tokens)
        left = r"\b" if stem[:1].isascii() and stem[:1].isalnum() else ""
        right = r"\w*" if word.endswith("*") else (r"\b" if stem[-1:].isascii() and stem[-1:].isalnum() else "")
        parts.append(left + body + right)
    return "|".join(parts)
