"""Is it safe, as far as studied? Safety claims are read over all levels: a lower level's case of harm weighs against an RCT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evtrack.grade.grades import Stance
from evtrack.grade.studies import Study

ENOUGH_PEOPLE = 100
"""A controlled comparison of fewer people cannot support a safety claim: with none of 100 harmed, 3 % may still be."""


@dataclass(frozen=True, slots=True)
class SafetyReading:
    """``harmed``: a serious related event or a case of harm; ``signalled``: other reports of harm; ``clear``: none reported."""

    stance: Stance
    harmed: tuple[Study, ...]
    signalled: tuple[Study, ...]
    clear: tuple[Study, ...]


def read_safety(studies: Sequence[Study]) -> SafetyReading:
    """The stance of a safety claim from all its studies.

    ``supports`` needs a controlled comparison of 100 people or more without harm, and no report of harm anywhere;
    no events in smaller or uncontrolled studies are ``unclear``; harm alone ``contradicts``, beside studies that
    report none it is ``mixed``.
    """
    harmed = tuple(s for s in studies if s.stance in ("contradicts", "mixed"))
    signalled = tuple(s for s in studies if s not in harmed and "harm_signal" in s.flags)
    clear = tuple(s for s in studies if reports_no_harm(s))
    stance: Stance
    if harmed:
        both = clear or any(s.stance == "mixed" for s in harmed)
        stance = "mixed" if both else "contradicts"
    elif signalled:
        stance = "mixed" if clear else "unclear"
    else:
        stance = "supports" if any(_large_and_controlled(s) for s in clear) else "unclear"
    return SafetyReading(stance, harmed, signalled, clear)


def reports_no_harm(study: Study) -> bool:
    """Whether a study says that nobody was harmed, be it too small to support anything (flag ``no_harm_reported``)."""
    if study.stance == "unclear":
        return "no_harm_reported" in study.flags and "harm_signal" not in study.flags
    return study.stance in ("supports", "no_difference") and "harm_signal" not in study.flags


def is_unread(study: Study) -> bool:
    """Whether nothing was read of harm in it, neither that there was nor that there was none."""
    return study.stance == "unclear" and not reports_no_harm(study) and "harm_signal" not in study.flags


def upper_limit(n: int) -> int:
    """Upper 95 % limit, in per cent, where none of ``n`` people had the event: the rule of three, exact below five.

    Hanley and Lippman-Hand, JAMA 1983;249:1743: 3/n; for very small n it passes 100 %, so there 1 − 0.05^(1/n).
    """
    return round(300 / n) if n >= 5 else round(100 * (1 - 0.05 ** (1 / n)))


def _large_and_controlled(study: Study) -> bool:
    """A review is a comparison only where it pools randomised trials."""
    controlled = study.level == "rct" if study.synthesis else not study.uncontrolled
    return study.stance != "unclear" and controlled and study.n is not None and study.n >= ENOUGH_PEOPLE
