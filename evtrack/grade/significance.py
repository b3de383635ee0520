"""Do the numbers of a sentence show a difference? P values and confidence intervals, read from its words."""

from __future__ import annotations

import re

from evtrack.grade.automaton import holds

_P = re.compile(
    rb"\bp(?:[ -]?values?)?(?: for [a-z ]{1,30})? ?(=|<|>|of|was) ?=? ?(0?\.\d+|\d(?:\.\d+)? ?(?:(?:x|\xc3\x97) ?10|e-?\d)|[01]\.0*)",
    re.IGNORECASE,
)
_CI = re.compile(
    rb"\b9\d(?:\.\d+)? ?% ?(?:CrI|CI|confidence intervals?|credible intervals?|\xe4\xbf\xa1\xe9\xa0\xbc\xe5\x8c\xba\xe9\x96\x93)(?: ?\[CI\])?(?: (?:for|of) (?:the )?(?:[a-z\-]+ ){0,3}?(?:difference|ratio))?[ :,=(\[]*(-?\d+(?:\.\d+)?) ?%? ?(?:to|-|,|~|and|\xe3\x80\x9c|\xef\xbd\x9e|\xe3\x81\x8b\xe3\x82\x89) ?(-?\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_BARE_CI = re.compile(
    rb"\b(?:SMDs?|WMD|MD|HR|OR|RR|IRR|aHR|aOR|Hedges.? ?g|[a-z]+ ratio|mean difference) ?(?:=|:|of|was)? ?-?\d+(?:\.\d+)? ?[(\[](-?\d+\.\d+) ?(?:to|,|;|-) ?(-?\d+\.\d+)[)\]]",
    re.IGNORECASE,
)
_POWER = re.compile(rb".10|e", re.IGNORECASE)
"""A p value written as a power of ten."""
_RATIO = re.compile(rb"\b(?:HR|OR|RR|IRR|aHR|aOR|ratios?|relative risk|odds|times)\b|\xe6\xaf\x94", re.IGNORECASE)
_DIFFERENCE = re.compile(
    rb"\b(?:differences?|SMDs?|WMD|MD|Hedges|effect size|coefficient|beta)\b|\b[gdb] ?=|\xce\xb2|\xe5\xb7\xae",
    re.IGNORECASE,
)
_may_hold = holds(rb"[<=>]|CI\b|onfidence|[pP] (?:of|was)|[(\[]-?\d+\.\d|\xe5\x8c\xba\xe9\x96\x93")
_gives_p = holds(_P.pattern, case=False)
_gives_interval = holds(_CI.pattern + b"|" + _BARE_CI.pattern, case=False)
states_any = holds(b"|".join((_P.pattern, _CI.pattern, _BARE_CI.pattern)), case=False)
"""Whether words give a p value or a confidence interval."""


def significance(words: bytes) -> tuple[bool, int, int] | None:
    """What the first p value says (below 0.05 or not), else the first 95 % confidence interval, and where it stands.

    An interval counts only where a ratio (null value 1) or a difference (null value 0) is named before it; that of a
    median or a share says nothing on a comparison.
    """
    if not _may_hold(words):
        return None
    p = _P.search(words) if _gives_p(words) else None
    if p:
        if _POWER.search(p[2]):
            return True, p.start(), p.end()
        value = float(p[2])
        below = value <= 0.05 if p[1] == b"<" else value < 0.05
        return below and p[1] != b">", p.start(), p.end()
    found = _comparison(words)
    if found is None:
        return None
    ci, low, high, none = found
    return not low <= none <= high, ci.start(), ci.end()


def _comparison(words: bytes) -> tuple[re.Match[bytes], float, float, float] | None:
    """The first interval of a ratio or a difference: (match, lower, upper, the value of no effect)."""
    if not _gives_interval(words):
        return None
    for ci in _CI.finditer(words):
        before = words[max(0, ci.start() - 70) : ci.start(1)]
        low, high = float(ci[1]), float(ci[2])
        if low <= high and _RATIO.search(before):
            return ci, low, high, 1.0
        if low <= high and _DIFFERENCE.search(before):
            return ci, low, high, 0.0
    bare = _BARE_CI.search(words)
    if bare and float(bare[1]) <= float(bare[2]):
        return bare, float(bare[1]), float(bare[2]), 1.0 if _RATIO.search(bare[0]) else 0.0
    return None


def ratio_above_one(words: bytes) -> bool | None:
    """Whether the first interval, where it is of a ratio, lies above 1; ``None`` where it holds 1 or there is none."""
    found = _comparison(words)
    if found is None or found[3] != 1.0 or found[1] <= 1.0 <= found[2]:
        return None
    return found[1] > 1.0


def interval_upper(words: bytes) -> float | None:
    """Upper limit of the first confidence interval, in the unit stated."""
    ci = _CI.search(words)
    return float(ci[2]) if ci else None


def first_p(words: bytes) -> str | None:
    """The first p value as stated (``<0.01``, ``0.34``)."""
    p = _P.search(words) if _gives_p(words) else None
    if not p or _POWER.search(p[2]):
        return None
    value = p[2].decode()
    value = f"0{value}" if value.startswith(".") else value
    return f"{p[1].decode()}{value}" if p[1] in (b"<", b">") else value


def first_interval(words: bytes) -> tuple[float, float] | None:
    """The first confidence interval of a comparison (lower, upper)."""
    found = _comparison(words)
    return found[1:3] if found else None
