"""Does a study fit an Essie expression? ClinicalTrials.gov's query language, as much of it as searches use."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from evtrack.demo.pieces import AREAS, PIECES, is_ordered, values
from evtrack.demo.study import Study
from evtrack.demo.words import BREAK, words_of

Fits = Callable[[Study], bool]

MOST_TERMS = 200
"""Above it the service says that a query is too complicated; where it draws the line is not published."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<range>RANGE\s*\[(?P<first>[^,\]]*),(?P<last>[^\]]*)\])
      | (?P<area>AREA\s*\[(?P<name>[^\]]*)\])
      | (?P<modifier>(?:EXPANSION|COVERAGE|TILT|SEARCH)\s*\[[^\]]*\])
      | (?P<paren>[()])
      | "(?P<phrase>[^"]*)"
      | (?P<bad>[\[\]"])
      | (?P<word>[^\s()\[\]"]+)
    )""",
    re.VERBOSE,
)


class BadExpression(Exception):  # noqa: N818  the name the API's own messages suggest
    """The expression is refused, with the words of the service."""


def fits(expression: str, area: str) -> Fits:
    """A test for studies. ``area``: where words without an ``AREA[…]`` are looked for. Raises :class:`BadExpression`."""
    tokens = []
    for m in _TOKEN.finditer(expression):
        kind = next(k for k in ("range", "area", "modifier", "paren", "phrase", "bad", "word") if m[k] is not None)
        if kind == "bad":
            raise BadExpression(f"unexpected `{m['bad']}` at position {m.start('bad')}")
        text = m["name"] if kind == "area" else m[kind]
        tokens.append((kind, text.strip(), ((m["first"] or "").strip(), (m["last"] or "").strip())))
    if len(tokens) > MOST_TERMS:
        raise BadExpression("Too complicated query")
    return _Reader(tokens).read(area)


class _Reader:
    """Precedence: AREA and NOT bind closest, then AND (also unwritten), then OR."""

    def __init__(self, tokens: Sequence[tuple[str, str, tuple[str, str]]]) -> None:
        self.tokens = tokens
        self.at = 0

    def read(self, area: str) -> Fits:
        found = self._or(area)
        if self.at < len(self.tokens):
            raise BadExpression(f"unexpected `{self.tokens[self.at][1]}`")
        return found

    def _is(self, kind: str, *texts: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0] == kind and self.tokens[self.at][1] in texts

    def _or(self, area: str) -> Fits:
        parts = [self._and(area)]
        while self._is("word", "OR"):
            self.at += 1
            parts.append(self._and(area))
        return parts[0] if len(parts) == 1 else lambda study: any(part(study) for part in parts)

    def _and(self, area: str) -> Fits:
        parts = [self._one(area)]
        while self.at < len(self.tokens) and not self._is("word", "OR") and not self._is("paren", ")"):
            if self._is("word", "AND"):
                self.at += 1
            parts.append(self._one(area))
        return parts[0] if len(parts) == 1 else lambda study: all(part(study) for part in parts)

    def _one(self, area: str) -> Fits:
        if self.at == len(self.tokens):
            raise BadExpression("unexpected end of the expression")
        kind, text, ends = self.tokens[self.at]
        self.at += 1
        if (kind, text) == ("word", "NOT"):
            denied = self._one(area)
            return lambda study: not denied(study)
        if (kind, text) == ("paren", "("):
            found = self._or(area)
            if not self._is("paren", ")"):
                raise BadExpression("`)` is missing")
            self.at += 1
            return found
        if kind == "area":
            if text not in AREAS and text not in PIECES:
                raise BadExpression(f"unknown area `{text}`")
            return self._one(text)
        if kind == "modifier":
            return self._one(area)
        if kind == "range":
            return _in_range(area, *ends)
        if kind == "paren" or (kind == "word" and text in ("AND", "OR")):
            raise BadExpression(f"unexpected `{text}`")
        sought = _stemmed(text)
        if not sought.strip():
            raise BadExpression(f"nothing to search for in `{text}`")
        return lambda study: sought in _words(study, area)


def _in_range(piece: str, first: str, last: str) -> Fits:
    if not is_ordered(piece):
        raise BadExpression(f"RANGE is not supported for `{piece}`")

    def within(value: Any) -> bool:
        if isinstance(value, int):
            return (first == "MIN" or value >= int(first)) and (last == "MAX" or value <= int(last))
        # ISO texts compare as dates do; a month as the end takes in its days
        return (first == "MIN" or value >= first) and (last == "MAX" or value <= last or value.startswith(last))

    if not _sound_ends(piece, first, last):
        raise BadExpression(f"RANGE[{first},{last}] has incorrect format")
    return lambda study: any(within(value) for value in values(_document(study), PIECES[piece]))


def _sound_ends(piece: str, first: str, last: str) -> bool:
    """Whether both ends of a range are what the piece is made of."""
    form = r"MIN|MAX|\d{4}(-\d\d){0,2}" if piece.endswith("Date") else r"MIN|MAX|\d+"
    return all(re.fullmatch(form, end) for end in (first, last))


def _stemmed(text: str) -> str:
    """The words in singular between blanks, so that a phrase is found by looking for it."""
    return f" {' '.join(map(_singular, words_of(text)))} "


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word


@lru_cache(maxsize=50_000)
def _words(study: Study, area: str) -> str:
    texts = (str(v) for piece in AREAS.get(area, (area,)) for v in values(_document(study), PIECES[piece]))
    return f" {BREAK} ".join(map(_stemmed, texts))


@lru_cache(maxsize=10_000)
def _document(study: Study) -> dict[str, Any]:
    return study.json()
