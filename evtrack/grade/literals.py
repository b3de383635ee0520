"""Which words must a text hold before a pattern can fire in it? Read off the pattern itself, so that most are never run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

_QUANTIFIER = re.compile(r"[*+?]\??|\{(\d*)(?:,(\d*))?\}\??")
_LETTERS = re.compile(r"[A-Za-z0-9 ,:;'/&%=<>-]+(?![*+?{])")
"""Plain letters in a row, without the one that a quantifier behind them repeats."""
_GROUP_FLAGS = re.compile(r"\?(?:P<\w+>|[a-z-]*:?)")
_ESCAPED = re.compile(r"[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|.")
_PLACES = frozenset("bBAz")
"""Escaped, these match a place and no letter."""
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_HARMLESS = frozenset({r"\d", r"\s", " ", r"[\s\-]", r"[ -]", r"[\s-]", r"[\d,]", r"[\d.]"})
"""Repeated, these cost nothing: a text holds few digits and blanks in a row."""

Needs = frozenset[str]
"""A choice of words, lower case, of which a text must hold at least one."""

Way = tuple[Needs, ...]
"""One of the ways in which a pattern can match: all its choices must be met. Empty: nothing can be said of it."""


@dataclass(frozen=True, slots=True)
class Required:
    """What every match of a pattern must hold."""

    ways: tuple[Way, ...]
    """All that one of these asks for, each of one choice or two, the rarer first. No ways: nothing is said."""
    gapped: bool
    """Whether something is repeated before the pattern's end (``(?:\\w+ ){0,3}``): such patterns may not share an
    automaton, which would grow without end."""


def required(pattern: str) -> Required:
    """The words a pattern (RE2 syntax) cannot do without. Of one without gaps they are not asked for: it is run anyway."""
    reader = _Reader(pattern)
    read = reader.alternation()
    if not reader.gapped:
        return Required((), gapped=False)
    ways = [tuple(sorted(dict.fromkeys(way), key=_cost)[:_MOST_NEEDS]) for way in map(_telling, read.ways())]
    if not all(ways):
        return Required((), gapped=True)
    alone = _least(word for way in ways if len(way) == 1 for word in way[0])
    together = dict.fromkeys(way for way in ways if len(way) > 1)
    return Required((*together, *([(alone,)] if alone else [])), gapped=True)


_MOST_NEEDS = 2
"""So many choices a way are asked for."""

_MOST_WORDS = 64
"""So many spellings of some words in a row are told one by one (``(?:single|double)[ -]blind`` has four)."""

_MOST_WAYS = 8
"""So many ways through a part of a pattern are told apart; of more, the rarest words of each make one choice."""

_MOST_LETTERS = 4
"""So many letters of a class are told one by one."""


def _telling(way: Way) -> Way:
    """The choices that are not met by nearly every text."""
    return tuple(need for need in way if _cost(need) < _TOO_COMMON)


def _least(words: Iterable[str]) -> Needs:
    """The words without those that hold another of them."""
    kept: list[str] = []
    for word in sorted(set(words), key=lambda w: (len(w), w)):
        if not any(one in word for one in kept):
            kept.append(word)
    return frozenset(kept)


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


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: all the spellings that it can match, where they are few; else what its matches must hold."""

    spellings: Needs | None
    holding: tuple[Way, ...] = ((),)

    def ways(self) -> tuple[Way, ...]:
        """What a match must hold."""
        if self.spellings is None:
            return self.holding
        return ((_least(self.spellings),) if "" not in self.spellings else (),)


_ANYTHING = _Part(None)
_NOTHING = _Part(frozenset({""}))
"""Matches a place, no letter."""


def _joined(parts: list[_Part]) -> _Part:
    """What matches any of the parts."""
    if len(parts) == 1:
        return parts[0]
    if all(part.spellings is not None for part in parts):
        spellings = frozenset[str]().union(*(part.spellings or () for part in parts))
        if len(spellings) <= _MOST_WORDS:
            return _Part(spellings)
    return _Part(None, tuple(way for part in parts for way in part.ways()))


def _in_one(ways: tuple[Way, ...]) -> Way:
    """The ways as a single choice: the rarest of each."""
    if not all(ways):
        return ()
    return (_least(word for way in ways for word in min(way, key=_cost)),)


class _Row:
    """Parts that stand behind each other: neighbours that are spelled out make longer words, which are rarer."""

    def __init__(self) -> None:
        self._ways: tuple[Way, ...] = ((),)
        self._run: Needs = frozenset({""})
        self._whole = True
        """Whether the run reaches back to the start."""

    def add(self, part: _Part) -> None:
        """Put a part behind."""
        if part.spellings is None:
            self._end_run(frozenset({""}))
            self._meet(part.holding)
        elif len(self._run) * len(part.spellings) <= _MOST_WORDS:
            self._run = frozenset(a + b for a, b in product(self._run, part.spellings))
        else:
            self._end_run(part.spellings)

    def repeated(self, part: _Part) -> None:
        """Put a part behind that stands there once or more: what comes next follows its last time."""
        self.add(part)
        if part.spellings is not None:
            self._end_run(part.spellings)

    def _end_run(self, following: Needs) -> None:
        self._meet(_Part(self._run).ways())
        self._run, self._whole = following, False

    def _meet(self, ways: tuple[Way, ...]) -> None:
        if len(self._ways) > 1 and len(self._ways) * len(ways) > _MOST_WAYS:
            ways = (_in_one(ways),)
        self._ways = tuple(a + b for a, b in product(self._ways, ways))

    def made(self) -> _Part:
        """All that was put together."""
        if self._whole:
            return _Part(self._run)
        self._end_run(frozenset({""}))
        return _Part(None, self._ways)


class _Reader:
    """A recursive descent over the pattern."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self.gapped = False
        self._open = False
        """Whether what was read last ends in a repetition: harmless at the very end, a gap if more follows."""

    def alternation(self) -> _Part:
        parts, open_end = [self._sequence()], self._open
        while self._peek() == "|":
            self._at += 1
            parts.append(self._sequence())
            open_end = open_end or self._open
        self._open = open_end
        return _joined(parts)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _sequence(self) -> _Part:
        row, open_end = _Row(), False
        while self._peek() not in ("", "|", ")"):
            self._open = False
            if letters := _LETTERS.match(self._text, self._at):
                row.add(_Part(frozenset({letters[0].lower()})))
                self._at = letters.end()
                self.gapped, open_end = self.gapped or open_end, False
                continue
            start = self._at
            part = self._one()
            ends_open = self._open
            element = self._text[start : self._at]
            least, repeated = self._quantifier()
            if part is not _NOTHING:
                self.gapped = self.gapped or open_end
                open_end = ends_open or (repeated and element not in _HARMLESS)
            if least == 1 and repeated:
                row.repeated(part)
            elif least == 1:
                row.add(part)
            elif repeated or part.spellings is None:
                row.add(_ANYTHING)
            else:
                row.add(_Part(part.spellings | {""}))
        self._open = open_end
        return row.made()

    def _one(self) -> _Part:
        """One element without its quantifier."""
        char = self._peek()
        self._at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escaped()
        if char in "^$":
            return _NOTHING
        return _ANYTHING if char == "." else _letter(char)

    def _escaped(self) -> _Part:
        escaped = _ESCAPED.match(self._text, self._at)
        char = escaped[0] if escaped else ""
        self._at += len(char)
        if char in _PLACES:
            return _NOTHING
        if char in _CONTROLS:
            return _letter(_CONTROLS[char])
        return _ANYTHING if char[:1].isalnum() else _letter(char)

    def _group(self) -> _Part:
        flags = _GROUP_FLAGS.match(self._text, self._at)
        if flags:
            self._at = flags.end()
        inner = self.alternation()
        self._at += 1
        return inner

    def _class(self) -> _Part:
        """A character class; a ``]`` right behind its start belongs to it."""
        start = self._at
        if self._peek() == "^":
            self._at += 1
        if self._peek() == "]":
            self._at += 1
        while self._peek() != "]":
            self._at += 2 if self._peek() == "\\" else 1
        self._at += 1
        return _one_of(self._text[start : self._at - 1])

    def _quantifier(self) -> tuple[int, bool]:
        """Whether the element must stand there (0 or 1), and whether it may repeat."""
        found = _QUANTIFIER.match(self._text, self._at)
        if not found:
            return 1, False
        self._at = found.end()
        if found[0][0] in "?*+":
            return int(found[0][0] == "+"), found[0][0] != "?"
        return int(int(found[1] or 0) >= 1), True


def _letter(char: str) -> _Part:
    """One letter as written. A letter with two cases that is none of ASCII's is not told: text is looked through in lower case
    of ASCII alone."""
    return _Part(frozenset({char.lower()})) if char.isascii() or char.lower() == char.upper() else _ANYTHING


def _one_of(members: str) -> _Part:
    """A character class, by what stands between its brackets: its letters, where they are few."""
    plain = members.replace("\\-", "").replace("\\.", "")
    if members[:1] == "^" or "\\" in plain or "-" in plain[1:-1]:
        return _ANYTHING
    letters = [*plain, *("-" * ("\\-" in members)), *("." * ("\\." in members))]
    parts = [_letter(one) for one in letters]
    return _joined(parts) if len(parts) <= _MOST_LETTERS else _ANYTHING
