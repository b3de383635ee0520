"""Where does each rule and each word of a concept fire, by Python's own ``re``? What evtrack's one pass is held against."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from evtrack.grade.patterns import Pattern
from evtrack.grade.text import GradingText

Place = tuple[int, int, str]
"""Start and end (code points), and the pattern's id."""


@cache
def letters() -> str:
    """All letters of Unicode as the ranges of a character class: ``re`` does not know ``\\pL``."""
    out, first = [], None
    for code in range(sys.maxunicode + 2):
        letter = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith("L")
        if letter and first is None:
            first = code
        elif not letter and first is not None:
            out.append(f"{chr(first)}-{chr(code - 1)}")
            first = None
    return "".join(out)


def spelled(pattern: Pattern) -> re.Pattern[str]:
    """The same pattern in the spelling of ``re``; as in RE2, ``\\w``, ``\\b`` and ``\\d`` are ASCII."""
    text = pattern.pattern.replace(r"\z", r"\Z").replace(r"\pL", letters())
    flags = re.ASCII if pattern.case else re.ASCII | re.IGNORECASE
    if "(?s)" in text:
        text, flags = text.replace("(?s)", ""), flags | re.DOTALL
    return re.compile(text, flags)


def list_of_re(patterns: Sequence[Pattern]) -> list[tuple[str, re.Pattern[str]]]:
    """Each pattern's id and its ``re``."""
    return [(p.id, spelled(p)) for p in patterns]


def places_by_re(many: Iterable[tuple[str, re.Pattern[str]]], text: str) -> list[Place]:
    """Every place of every pattern, one ``re`` after the other."""
    return sorted((*m.span(), id_) for id_, one in many for m in one.finditer(text) if m.end() > m.start())


def places_of(hits: Iterable[tuple[str, str, int, int]], text: GradingText) -> list[Place]:
    """The hits of ``PatternSet.find``, in code points."""
    return sorted((text.char(start), text.char(end), rule) for rule, _, start, end in hits)
