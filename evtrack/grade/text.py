"""What does a record say, where? Its text as fields, zones and sentences, with a way back to the stored words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from evtrack.grade.automaton import NOWHERE, Span
from evtrack.grade.patterns import Candidates, Hit, PatternSet
from evtrack.grade.sentences import split
from evtrack.record import Reason

# One character for one character, so that every place stays where it was. RE2 knows no Unicode blanks or dashes: without
# this step 0.8 % of hits are lost.
_SAME_LENGTH: dict[str, str] = {
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r\x0b\x0c\u2028\u2029",
        " ",
    ),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u00ad", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033\uff02", '"'),
    "\u00b5": "μ",
    "ß": "β",
    "\uff5e": "~",
    "\u2264": "<",
    "\u2265": ">",
    "\u00b7": ".",
    **{chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F) if chr(c) not in "\uff0d\uff07\uff02"},
}

_BLANKS = {ord(char): same for char, same in _SAME_LENGTH.items() if char.isascii()}
_OTHER_CHARACTER = re.compile(f"[{re.escape(''.join(_SAME_LENGTH))}]")


def _normalised(text: str) -> str:
    """The text in the characters that patterns are written in. Few differ: ``str.translate`` would look up every one that is
    not ASCII's."""
    if text.isascii():
        return text.translate(_BLANKS)
    return _OTHER_CHARACTER.sub(lambda m: _SAME_LENGTH[m[0]], text)


class Sentence(NamedTuple):
    """One sentence: bytes ``start`` to ``end`` of the text, the field it stands in, and its zone."""

    field: str
    zone: str
    start: int
    end: int


def _in_bytes(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans that follow each other, from code points to bytes: only what lies between two places is counted."""
    out: list[tuple[int, int, str]] = []
    char = byte = 0
    for start, end, zone in spans:
        begin = byte + len(text[char:start].encode("utf-8", "replace"))
        char, byte = end, begin + len(text[start:end].encode("utf-8", "replace"))
        out.append((begin, byte, zone))
    return out


class GradingText:
    """The fields of one record as one text.

    ``fields`` are (name, text) pairs, e.g. ``("title", …), ("abstract", …)``; names repeat nowhere. ``encoded`` is the
    normalised text in UTF-8, fields divided by newlines: patterns run on it, and hits point into it.
    """

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self.fields: tuple[tuple[str, str], ...] = tuple((n, t) for n, t in fields if t)
        self.text = _normalised("\n".join(t for _, t in self.fields))
        self.encoded = self.text.encode("utf-8", "replace")
        self._ascii = len(self.encoded) == len(self.text)

    def char(self, byte: int) -> int:
        """Code-point offset of a byte offset."""
        return byte if self._ascii else len(self.encoded[:byte].decode("utf-8", "ignore"))

    def byte(self, char: int) -> int:
        """Byte offset of a code-point offset."""
        return char if self._ascii else len(self.text[:char].encode("utf-8", "replace"))

    def slice(self, start: int, end: int) -> str:
        """The normalised words between two byte offsets."""
        return self.encoded[start:end].decode("utf-8", "ignore")

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order; together they cover every field."""
        out: list[Sentence] = []
        offset = 0
        for name, original in self.fields:
            text = self.text[offset : offset + len(original)]
            spans = split(name, text)
            if not self._ascii:
                spans = _in_bytes(text, spans)
            first = self.byte(offset)
            out += [Sentence(name, zone, first + start, first + end) for start, end, zone in spans]
            offset += len(original) + 1
        return tuple(out)

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.sentences]

    def sentence_index(self, byte: int) -> int:
        """Index of the sentence that holds a byte offset."""
        return max(0, bisect_right(self._starts, byte) - 1)

    def sentence(self, byte: int) -> Sentence:
        """The sentence that holds a byte offset."""
        return self.sentences[self.sentence_index(byte)]

    def reason(self, rule: str, start: int, end: int) -> Reason:
        """A reason for the words between two byte offsets, placed in the stored field they come from."""
        first, last = self.char(start), self.char(end)
        offset = 0
        for name, original in self.fields:
            if first <= offset + len(original):
                a, b = max(0, first - offset), min(len(original), last - offset)
                return Reason(rule, name, original[a:b], a, b)
            offset += len(original) + 1
        return Reason(rule, "title", "", 0, 0)


def _in_order(hit: Hit) -> tuple[int, int, str]:
    """Where a hit stands among others: by start, longer first."""
    return hit.start, -hit.end, hit.rule


class BySignal(Mapping[str, list[Hit]]):
    """Signal → its hits in order of place; a pattern's places are looked for only when its signal is asked for."""

    def __init__(self, text: GradingText, patterns: PatternSet, found: Candidates) -> None:
        self._text = text
        self._patterns = patterns
        self._found: dict[str, list[Hit]] = {}
        self._present: dict[str, bool] = {}
        self._spans: dict[int, Span] = {}
        """Pattern → its first place, of those that were asked whether they have any."""
        self._given: dict[str, Sequence[int]] = {}
        self._words_read = not patterns.vocabulary
        self._read(found)

    def _read(self, found: Candidates) -> None:
        sure, maybe = found
        signals, zoned = self._patterns.signal_of, self._patterns.zoned
        self._given.update(self._patterns.givers([*sure, *maybe]))
        self._present.update([(signals[index], True) for index in sure if index not in zoned])

    @property
    def possible(self) -> Mapping[str, Sequence[int]]:
        """Signal → the patterns that may give it here; no other signal of the rules does. The vocabulary is there once asked for."""
        return self._given

    def _given_by(self, signal: str) -> Sequence[int]:
        given_by = self._given.get(signal)
        if given_by is None and not self._words_read and signal in self._patterns.vocabulary:
            self._words_read = True
            self._read(self._patterns.candidates(self._text.encoded, vocabulary=True))
            given_by = self._given.get(signal)
        return given_by or ()

    def _hits(self, signal: str) -> list[Hit]:
        found = self._found.get(signal)
        if found is None:
            given_by = self._given_by(signal)
            found = self._found[signal] = self._places(given_by) if given_by else []
        return found

    def _places(self, given_by: Sequence[int]) -> list[Hit]:
        patterns, encoded, known = self._patterns, self._text.encoded, self._spans
        if len(given_by) == 1 and given_by[0] not in patterns.zoned:
            return patterns.places(given_by[0], encoded, known.get(given_by[0]))
        found: list[Hit] = []
        for index in given_by:
            places = patterns.places(index, encoded, known.get(index))
            if places and (zones := patterns.patterns[index].zones):
                places = [h for h in places if self._text.sentence(h.start).zone in zones]
            found += places
        if len(given_by) > 1:
            found.sort(key=_in_order)
        return found

    def first(self, signal: str) -> Hit | None:
        """The signal's first hit: its other places are not looked for."""
        given_by = self._given_by(signal)
        if not given_by:
            return None
        if signal in self._found or not self._patterns.zoned.isdisjoint(given_by):
            found = self._hits(signal)
            return found[0] if found else None
        rules = self._patterns.patterns
        firsts = [Hit(rules[i].id, signal, *span) for i in given_by if (span := self._span(i)) != NOWHERE]
        return min(firsts, key=_in_order, default=None)

    def _span(self, index: int) -> Span:
        """A pattern's first place, asked of it once."""
        span = self._spans.get(index)
        if span is None:
            span = self._spans[index] = self._patterns.span(index, self._text.encoded)
        return span

    def __getitem__(self, signal: str) -> list[Hit]:
        found = self._hits(signal)
        if not found:
            raise KeyError(signal)
        return found

    def get(self, signal: str, default: Any = None) -> Any:
        """The signal's hits, or ``default`` where it has none."""
        found = self._found.get(signal)
        return (self._hits(signal) if found is None else found) or default

    def __contains__(self, signal: Any) -> bool:
        present = self._present.get(signal)
        if present is None:
            present = self._present[signal] = self._fires(signal)
        return present

    def _fires(self, signal: str) -> bool:
        given_by = self._given_by(signal)
        if not given_by:
            return False
        if signal in self._found or not self._patterns.zoned.isdisjoint(given_by):
            return bool(self._hits(signal))
        for index in given_by:
            if self._span(index) != NOWHERE:
                return True
        self._found[signal] = []  # not to be looked for again
        return False

    def __iter__(self) -> Iterator[str]:
        return (signal for signal in self._patterns.giving if signal in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Scan:
    """A text and where each pattern of the set stands in it: what all graders read.

    Hits are already held to their rule's zones. ``by_signal`` maps a signal to its hits in order of place.
    """

    def __init__(self, text: GradingText, patterns: PatternSet, found: Candidates | None = None) -> None:
        self.text = text
        self.patterns = patterns
        self.by_signal = BySignal(text, patterns, found or patterns.candidates(text.encoded))

    def __contains__(self, signal: str) -> bool:
        return signal in self.by_signal

    @cached_property
    def in_title(self) -> frozenset[str]:
        """The weighted signals that have a hit in the title, or in the title in the authors' own language."""
        weighted = self.patterns.weighted
        return frozenset(weighted.patterns[i].signal for i in weighted.fired(_titles(self.text)))

    def hits(self, *signals: str, zones: Iterable[str] = ()) -> list[Hit]:
        """Hits of any of the signals, in order; ``zones`` narrows them."""
        found = [h for s in signals if (hits := self.by_signal.get(s)) for h in hits]
        if zones:
            wanted = frozenset(zones)
            found = [h for h in found if self.text.sentence(h.start).zone in wanted]
        if len(signals) > 1:
            found.sort(key=lambda h: h.start)
        return found

    def first(self, *signals: str, zones: Iterable[str] = ()) -> Hit | None:
        """The first hit of any of the signals."""
        if zones:
            found = self.hits(*signals, zones=zones)
            return found[0] if found else None
        if len(signals) == 1:
            return self.by_signal.first(signals[0])
        firsts = [hit for s in signals if (hit := self.by_signal.first(s))]
        return min(firsts, key=lambda h: h.start, default=None)

    def reason(self, hit: Hit) -> Reason:
        """The hit as a reason."""
        return self.text.reason(hit.rule, hit.start, hit.end)


def _titles(text: GradingText) -> bytes:
    titles = "\n".join(words for name, words in text.fields if name in ("title", "vernacular_title"))
    return _normalised(titles).encode("utf-8", "replace")


def scan(text: GradingText, patterns: PatternSet) -> Scan:
    """Run every pattern over the text once."""
    return Scan(text, patterns)


def scan_together(texts: Sequence[GradingText], patterns: PatternSet, always: Iterable[str]) -> list[Scan]:
    """``scan`` of each text, in which is asked already for the weighted signals, and for the hits of those ``always`` asked for.

    Patterns take turns instead of texts: one that goes through all texts in a row stays in the processor's cache, and needs
    half the time. What is found is the same.
    """
    scans = [
        Scan(text, patterns, found)
        for text, found in zip(texts, patterns.candidates_in([t.encoded for t in texts]), strict=True)
    ]
    weighted = patterns.weighted
    for one, fired in zip(scans, weighted.fired_in([_titles(t) for t in texts]), strict=True):
        one.in_title = frozenset(weighted.patterns[i].signal for i in fired)
    asked = [(one.by_signal, one.by_signal.possible, one.in_title) for one in scans]
    for signal in patterns.weights.keys() - patterns.title_only:
        for by_signal, possible, in_title in asked:
            if signal in possible and signal not in in_title:
                signal in by_signal  # noqa: B015 # asked here so that its pattern stays at work; the answer is kept
    for signal in always:
        for by_signal, possible, _ in asked:
            if signal in possible:
                by_signal.get(signal)
    return scans
