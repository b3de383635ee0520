"""Which patterns fire in a text, and where? One pass of RE2 sets, then only those that fired are matched for their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import re2

from evtrack.grade.automaton import ANYWHERE, NOWHERE, Match, Matching, Span, matcher, matching, options_of, words_in
from evtrack.grade.literals import Required, Way, required

_SET_SIZE = 30
"""Patterns a set. RE2 keeps which of them have matched in the automaton's state, so that a large set of patterns that
often match, or that have gaps, builds states without end (measured: one set of 80 rules with gaps 4.5 ms a text)."""


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
    weights: Mapping[str, float] = field(default_factory=dict)
    """What the signal says for or against each value its grader chooses between."""
    vocabulary: bool = False
    """A concept's word, which only a claim asks for: looked for when the first of them is."""
    required: Required | None = None
    """What every match must hold, where it is known already (``literals.required`` takes 0.5 ms a pattern)."""


class Hit(NamedTuple):
    """One place where a pattern fired; ``start`` and ``end`` are byte offsets into ``GradingText.encoded``.

    A tuple: some hundred are made of each record, and a frozen dataclass takes three times as long.
    """

    rule: str
    signal: str
    start: int
    end: int


Candidates = tuple[list[int], list[int]]
"""Indices of the patterns that do match in a text, and of those that may."""


class PatternError(ValueError):
    """A pattern RE2 cannot read; the message names the pattern's id."""


class PatternSet:
    """Many patterns compiled once; ``find`` gives every hit in order of place.

    Patterns without gaps are run together in small automata. The others are run alone, and only where the words that
    they cannot do without stand in the text. Raises ``PatternError`` for a pattern that RE2 refuses; those whose
    ``required`` is known were read by RE2 before.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns: tuple[Pattern, ...] = tuple(patterns)
        self.weights: dict[str, Mapping[str, float]] = {p.signal: p.weights for p in self.patterns if p.weights}
        self._match = _Matchers(self.patterns)
        self._rules = _Sieve((i, p) for i, p in enumerate(self.patterns) if not p.vocabulary)
        self._words = _Sieve((i, p) for i, p in enumerate(self.patterns) if p.vocabulary)
        self._sieves = [sieve for sieve in (self._rules, self._words) if sieve.any]
        self.signal_of = [p.signal for p in self.patterns]
        self.zoned = frozenset(i for i, p in enumerate(self.patterns) if p.zones)
        """Patterns that may fire in some zones only."""
        self.giving: dict[str, list[int]] = {}
        """Signal → the patterns that give it."""
        for index, signal in enumerate(self.signal_of):
            self.giving.setdefault(signal, []).append(index)
        self._giver: list[tuple[str, Sequence[int]]] = [(p.signal, (i,)) for i, p in enumerate(self.patterns)]
        self._sharing = frozenset(i for some in self.giving.values() if len(some) > 1 for i in some)
        self.vocabulary = frozenset(p.signal for p in self.patterns if p.vocabulary)
        """The signals that only a claim asks for."""

    def __reduce__(self) -> tuple[type[PatternSet], tuple[tuple[Pattern, ...]]]:
        """Automata cannot be handed to another process: it compiles its own."""
        return PatternSet, (self.patterns,)

    @cached_property
    def weighted(self) -> PatternSet:
        """The patterns that carry weights, alone: enough for asking what a title says."""
        return PatternSet(p for p in self.patterns if p.weights)

    @cached_property
    def title_only(self) -> frozenset[str]:
        """The signals that only a title can give."""
        elsewhere = {p.signal for p in self.patterns if p.zones != {"title"}}
        return frozenset(p.signal for p in self.patterns) - elsewhere

    @cached_property
    def weights_at(self) -> dict[tuple[str, str], tuple[tuple[str, float], ...]]:
        """(signal, place) → (value, weight) pairs; a weight's key is the value, or ``value@place``."""
        out: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for signal, weights in self.weights.items():
            for key, weight in weights.items():
                value, at, place = key.partition("@")
                out.setdefault((signal, at + place), []).append((value, weight))
        return {key: tuple(pairs) for key, pairs in out.items()}

    def candidates(self, encoded: bytes, *, vocabulary: bool = False) -> Candidates:
        """Indices of the patterns that do match in the UTF-8 text, and of those that may; no other does.

        Those of the rules, or of the vocabulary.
        """
        return (self._words if vocabulary else self._rules).candidates([encoded])[0]

    def candidates_in(self, texts: Sequence[bytes]) -> list[Candidates]:
        """``candidates`` of each text, those of the rules."""
        return self._rules.candidates(texts)

    def givers(self, indices: Sequence[int]) -> dict[str, Sequence[int]]:
        """Signal → those of the patterns that give it."""
        out = dict(map(self._giver.__getitem__, indices))
        shared: dict[str, list[int]] = {}
        for index in self._sharing.intersection(indices):  # few: most signals have one pattern
            shared.setdefault(self.signal_of[index], []).append(index)
        out.update(shared)
        return out

    def span(self, index: int, encoded: bytes) -> Span:
        """The first place of one pattern in the text, ``NOWHERE`` where it has none; an empty match is no place."""
        span = self._match[index](ANYWHERE, encoded, 0, len(encoded))[0]
        if span[0] < span[1] or span == NOWHERE:
            return span
        return next(((h.start, h.end) for h in self.places(index, encoded, span)), NOWHERE)

    def matches(self, index: int, encoded: bytes) -> bool:
        """Whether one pattern matches anywhere in the text."""
        return self.span(index, encoded) != NOWHERE

    def fired(self, encoded: bytes) -> list[int]:
        """Indices (into ``patterns``) of the patterns that match anywhere in the UTF-8 text."""
        return self.fired_in([encoded])[0]

    def fired_in(self, texts: Sequence[bytes]) -> list[list[int]]:
        """``fired`` of each text."""
        found: list[list[int]] = [[] for _ in texts]
        for sieve in self._sieves:
            both = sieve.candidates(texts)
            for out, (sure, _) in zip(found, both, strict=True):
                out += sure
            for index, places in _by_pattern(maybe for _, maybe in both).items():
                for at in places:
                    if self.matches(index, texts[at]):
                        found[at].append(index)
        return found

    def find(self, encoded: bytes) -> list[Hit]:
        """Every hit of every pattern, by start, longer first."""
        hits = [hit for index in self.fired(encoded) for hit in self.places(index, encoded)]
        hits.sort(key=lambda h: (h.start, -h.end, h.rule))
        return hits

    def places(self, index: int, encoded: bytes, first: Span | None = None) -> list[Hit]:
        """Every place of one pattern in the text, in order; ``first``, where it was asked for already, is not looked for."""
        pattern, match, length = self.patterns[index], self._match[index], len(encoded)
        rule, signal = pattern.id, pattern.signal
        hits: list[Hit] = []
        span = match(ANYWHERE, encoded, 0, length)[0] if first is None else first
        while span != NOWHERE:
            start, end = span
            if end > start:
                hits.append(Hit(rule, signal, start, end))
            # An empty match is stepped over: it would be found for ever.
            at = end if end > start else end + 1
            if at > length:
                break
            span = match(ANYWHERE, encoded, at, length)[0]
        return hits


class _Matchers(dict[int, Match]):
    """The patterns ready to be asked, by index. One is made when it is first asked: a page asks few of them."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        super().__init__((i, matcher_of(p)) for i, p in enumerate(patterns) if p.required is None)
        self._patterns = patterns

    def __missing__(self, index: int) -> Match:
        match = self[index] = matcher_of(self._patterns[index])
        return match


class _Sieve:
    """Which of some patterns may match in a text? Told by the words in it, and by a few automata over all of it."""

    def __init__(self, patterns: Iterable[tuple[int, Pattern]]) -> None:
        self.any = False
        """Whether there is any pattern to be told."""
        self._always: list[int] = []
        plain: dict[bool, list[tuple[int, str]]] = {False: [], True: []}
        ways: list[tuple[int, Way]] = []
        for index, pattern in patterns:
            self.any = True
            known = pattern.required or required(pattern.pattern)
            if not known.gapped:
                plain[pattern.case].append((index, pattern.pattern))
            elif known.ways:
                ways += [(index, way) for way in known.ways]
            else:
                self._always.append(index)
        self._plain = [*_sets(plain[False], _SET_SIZE, case=False), *_sets(plain[True], _SET_SIZE, case=True)]
        self._ways = _Ways(ways)

    def candidates(self, texts: Sequence[bytes]) -> list[Candidates]:
        """For each text: indices of those that do match, and of those that may.

        One automaton goes through all texts before the next: while it is at work its tables stay in the processor's cache.
        """
        sure: list[list[int]] = [[] for _ in texts]
        for those, indices in self._plain:
            for out, encoded in zip(sure, texts, strict=True):
                out += [indices[i] for i in those(encoded)]
        return [(one, [*self._always, *self._ways.open_in(encoded)]) for one, encoded in zip(sure, texts, strict=True)]


class _Ways:
    """The ways in which patterns can match, each by the words it needs: which of them are open in a text?"""

    def __init__(self, ways: Iterable[tuple[int, Way]]) -> None:
        self._pattern_of: list[int] = []
        self._further: list[frozenset[int]] = []
        """Of each way, the words of its second choice; none where it has one choice only."""
        places: dict[str, int] = {}
        opened: list[list[int]] = []
        for at, (index, way) in enumerate(ways):
            first, *second = ([places.setdefault(word, len(places)) for word in need] for need in way)
            opened += [[] for _ in range(len(opened), len(places))]
            for place in first:
                opened[place].append(at)
            self._pattern_of.append(index)
            self._further.append(frozenset(*second))
        self._opened = [tuple(some) for some in opened]
        """Of each word, the ways for which it meets the first choice."""
        self._words = words_in(places)

    def open_in(self, encoded: bytes) -> set[int]:
        """Indices of the patterns that have an open way: words of the text meet all its choices."""
        words, further = self._words(encoded), self._further
        ways = set[int]().union(*map(self._opened.__getitem__, words))
        return {self._pattern_of[way] for way in ways if not further[way] or not further[way].isdisjoint(words)}


def _by_pattern(indices: Iterable[Iterable[int]]) -> dict[int, list[int]]:
    """Pattern → the places of the texts it is to be run on, out of the patterns of each text."""
    out: dict[int, list[int]] = {}
    for at, some in enumerate(indices):
        for index in some:
            out.setdefault(index, []).append(at)
    return out


def matcher_of(pattern: Pattern) -> Match:
    """A pattern ready to be asked alone. Raises ``PatternError`` where RE2 cannot read it."""
    try:
        return matcher(pattern.pattern, options_of(case=pattern.case))
    except re2.error as error:
        raise PatternError(f"{pattern.id}: not a pattern RE2 can read: {error}") from error


def _sets(members: Sequence[tuple[int, str]], size: int, *, case: bool) -> list[tuple[Matching, list[int]]]:
    """(index, pattern) pairs as automata of ``size`` patterns each."""
    parts = [members[first : first + size] for first in range(0, len(members), size)]
    return [
        (matching([pattern for _, pattern in part], options_of(case=case)), [index for index, _ in part])
        for part in parts
    ]


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
