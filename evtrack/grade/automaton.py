"""Does a text match a pattern, and where first? RE2 asked directly, without what Python's package wraps around each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import ahocorasick_rs
import re2

Span = tuple[int, int]
"""Start and end of a match, in bytes."""

Match = Callable[[object, bytes, int, int], Sequence[Span]]
"""Where a pattern matches first between two places of a text: its span (``NOWHERE``: it does not), then those of its groups.

RE2's own function: ``search`` and ``finditer`` of the package make a generator and an object of each answer, which takes
as long as the answer itself, and grading asks some seventy times a record.
"""

ANYWHERE = re2._Anchor.UNANCHORED  # noqa: SLF001 # the package gives it no public name, and RE2's function wants it
NOWHERE = (-1, -1)


def options_of(*, case: bool) -> re2.Options:
    """How the patterns of the rules are read: UTF-8, with or without regard to case."""
    options = re2.Options()
    options.case_sensitive = case
    options.max_mem = 32 << 20  # with half of it, some automata are full after a few thousand papers, and begin anew
    options.log_errors = False
    return options


def matcher(pattern: str | bytes, options: re2.Options) -> Match:
    """A pattern ready to be asked. Raises ``re2.error`` where RE2 cannot read it."""
    match: Match = re2.compile(pattern, options)._regexp.Match  # noqa: SLF001 # see ``Match``
    return match


def holds(pattern: bytes, *, case: bool = True) -> Callable[[bytes], bool]:
    """Whether words match ``pattern`` anywhere: what ``re.search`` would answer, several times as fast.

    For questions that are asked of every clause and mostly answered with no. ``pattern`` as ``re`` reads it for bytes, where
    a byte is a character; but no lookaround, and without ``case`` only ASCII letters, for RE2 would pair Latin-1 ones too.
    """
    options = options_of(case=case)
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    match = matcher(pattern, options)

    def asked(words: bytes) -> bool:
        return match(ANYWHERE, words, 0, len(words))[0] != NOWHERE

    return asked


Matching = Callable[[bytes], list[int]]
"""Which of some patterns match anywhere in a text."""


def matching(patterns: Sequence[str], options: re2.Options) -> Matching:
    """Which of some patterns match anywhere: their places in the sequence. Raises ``re2.error`` like ``matcher``."""
    one = re2.Set.SearchSet(options)
    for pattern in patterns:
        one.Add(pattern)
    one.Compile()
    match: Matching = one._set.Match  # noqa: SLF001 # see ``Match``
    return match


def words_in(words: Iterable[str]) -> Callable[[bytes], set[int]]:
    """Which of some words, in lower case, stand anywhere in a text of any case? Their places in the order given.

    One automaton over all words, made whole at once: an RE2 set of them builds its own as it meets new texts, for thousands
    of papers. Case is that of ASCII's letters, as the patterns have it; two letters beyond ASCII are taken for them there.
    """
    find = ahocorasick_rs.BytesAhoCorasick(word.encode() for word in words).find_matches_as_indexes

    def found(encoded: bytes) -> set[int]:
        text = encoded.lower()
        if not text.isascii():
            text = text.replace(_LONG_S, b"s").replace(_KELVIN, b"k")
        return {index for index, _, _ in find(text, overlapping=True)}

    return found


_LONG_S = "\u017f".encode()
_KELVIN = "\u212a".encode()
"""Without regard to case, RE2 takes these two for s and k."""
