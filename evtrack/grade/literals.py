"""Which words must a text hold before a pattern can fire in it? Read off the pattern itself, so that most are never run."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUANTIFIER = re.compile(r"[*+?]\??|\{(\d*)(?:,(\d*))?\}\??")
_LETTERS = re.compile(r"[A-Za-z0-9 ,:;'/&%=<>-]+(?![*+?{])")
"""Plain letters in a row, without the one that a quantifier behind them repeats."""

_GROUP_FLAGS = re.compile(r"\?(?:P<\w+>|[a-z-]*:?)")
_ESCAPED_CLASS = frozenset("wWdDsSbBAzpPQEC")
_HARMLESS = frozenset({r"\d", r"\s", " ", r"[\s\-]", r"[ -]", r"[\s-]", r"[\d,]", r"[\d.]"})
"""Repeated, these cost nothing: a text holds few digits and blanks in a row."""

Needs = frozenset[str]
"""A text that the pattern matches holds at least one of these, lower case. Empty: nothing can be said."""


@dataclass(frozen=True, slots=True)
class Required:
    """What every match of a pattern must hold: each of ``needs`` is a choice of words, and all choices must be met."""

    needs: tuple[Needs, ...]
    gapped: bool
    """Whether something is repeated before the pattern's end (``(?:\\w+ ){0,3}``): such patterns may not share an
    automaton, which would grow without end."""


def required(pattern: str) -> Required:
    """The words a pattern (RE2 syntax) cannot do without, best choices first."""
    reader = _Reader(pattern)
    needs = reader.alternation()
    ranked = sorted(set(needs), key=_cost)
    return Required(tuple(n for n in ranked if _cost(n) < _TOO_COMMON)[:MOST_NEEDS], reader.gapped)


MOST_NEEDS = 2
"""So many choices are asked for (measured: a third, or word boundaries in them, cost more than they keep away)."""


_TOO_COMMON = 0.8
"""A choice met in so large a share of texts saves nothing."""

_SHARE = {
    **dict.fromkeys(("and", "of", "the", "for", "as", "with", "men", "rat", "to", "in", "a", "by", "ect", "eas"), 0.9),
    **dict.fromkeys(
        ("in the", "was", "were", "this", "study", "in a", "sign", "age", "met", "from", "we", "one", "is", "or"), 0.55
    ),
    **dict.fromkeys(
        ("form", "patient", "patients", "effect", "result", "analy", "treat", "high", "significant", "relat"), 0.42
    ),
    **dict.fromkeys(
        ("not", "have", "analys", "between", "treatment", "used", "clinic", "differ", "control", "more", "our"), 0.34
    ),
    **dict.fromkeys(
        ("nct", "clinical", "associat", "show", "increas", "data", "analysis", "after", "present", "year"), 0.29
    ),
    **dict.fromkeys(
        ("method", "group", "has", "develop", "anti", "studies", "assess", "disease", "based", "line", "can"), 0.27
    ),
    **dict.fromkeys(
        ("report", "this study", "increase", "time", "stem", "associated", "no", "than", "both", "results", "test"),
        0.25,
    ),
    **dict.fromkeys(
        ("therap", "level", "function", "effects", "compare", "but", "aim", "model", "improv", "add", "related"), 0.22
    ),
    **dict.fromkeys(
        ("during", "years", "include", "measur", "respon", "reduc", "cell", "methods", "suggest", "chang"), 0.2
    ),
    **dict.fromkeys(
        ("had", "only", "find", "observ", "found", "risk", "disorder", "case", "included", "trial", "event"), 0.17
    ),
}
"""Share of abstracts that hold a common word (measured on 970 abstracts of all kinds)."""


def _cost(need: Needs) -> float:
    """The share of texts in which a choice of words will be met: common words, short ones, many of them."""
    missing = 1.0
    for word in need:
        missing *= 1.0 - _share(word.strip())
    return 1.0 - missing


def _share(word: str) -> float:
    if not word.isascii():
        return 0.005
    if len(word) < _SHORT:
        return 0.9
    return _SHARE.get(word, 0.12 * 0.87 ** len(word))


_SHORT = 3


class _Reader:
    """A recursive descent over the pattern; each method gives the choices that all must be met."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self.gapped = False
        self._open = False
        """Whether what was read last ends in a repetition: harmless at the very end, a gap if more follows."""

    def alternation(self) -> tuple[Needs, ...]:
        branches, open_end = [self._sequence()], self._open
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
            open_end = open_end or self._open
        self._open = open_end
        if len(branches) == 1:
            return branches[0]
        best: set[str] = set()
        for branch in branches:
            if not branch:
                return ()
            rarest = min(branch, key=_cost)
            best |= rarest
        return (frozenset(best),)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _sequence(self) -> tuple[Needs, ...]:
        found: list[Needs] = []
        run, open_end = "", False
        while self._peek() not in ("", "|", ")"):
            self._open = False
            if letters := _LETTERS.match(self._text, self._at):
                run += letters[0].lower()
                self._at = letters.end()
                self.gapped, open_end = self.gapped or open_end, False
                continue
            start = self._at
            literal, inner = self._one()
            ends_open = self._open
            element = self._text[start : self._at]
            least, repeated = self._quantifier()
            if literal != "":
                self.gapped = self.gapped or open_end
                open_end = ends_open or (repeated and element not in _HARMLESS)
            if literal is not None and least == 1:
                run += literal
                continue
            if run:
                found.append(frozenset({run}))
            run = ""
            if least == 0:
                continue
            if literal:
                found.append(frozenset({literal}))
            found.extend(inner)
        if run:
            found.append(frozenset({run}))
        self._open = open_end
        return tuple(found)

    def _one(self) -> tuple[str | None, tuple[Needs, ...]]:
        """One element: its literal letter (``""`` for a place such as ``\\b``), or what a group inside needs."""
        char = self._peek()
        self._at += 1
        if char == "(":
            return None, self._group()
        if char == "[":
            self._class()
            return None, ()
        if char == "\\":
            escaped = self._peek()
            self._at += 1
            if escaped in _ESCAPED_CLASS:
                return ("", ()) if escaped in "bBAz" else (None, ())
            return escaped.lower(), ()
        if char in "^$":
            return "", ()
        if char == ".":
            return None, ()
        return char.lower(), ()

    def _group(self) -> tuple[Needs, ...]:
        flags = _GROUP_FLAGS.match(self._text, self._at)
        if flags:
            self._at = flags.end()
        inner = self.alternation() if self._peek() != ")" else ()
        self._at += 1
        return inner

    def _class(self) -> None:
        """Skip a character class; a ``]`` right behind its start belongs to it."""
        if self._peek() == "^":
            self._at += 1
        if self._peek() == "]":
            self._at += 1
        while self._peek() != "]":
            self._at += 2 if self._peek() == "\\" else 1
        self._at += 1

    def _quantifier(self) -> tuple[int, bool]:
        """How often the element must stand there at least (0, 1, or 2 for more than once), and whether it may repeat."""
        found = _QUANTIFIER.match(self._text, self._at)
        if not found:
            return 1, False
        self._at = found.end()
        if found[0][0] in "?*":
            return 0, found[0][0] == "*"
        if found[0][0] == "+":
            return 2, True
        return (2 if int(found[1] or 0) >= 1 else 0), True
