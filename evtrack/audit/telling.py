"""What does a sentence itself say of the evidence it rests on? Level, control group, numbers, limits, in it or in its section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evtrack.audit.carrying import Page
from evtrack.audit.hearing import Heard
from evtrack.audit.matching import UnitReading
from evtrack.audit.unit import Unit

_CONCEDED = re.compile(r"(?:が|ものの|けれど|けれども|けど)[、,]|, (?:but|yet)\b|; however")
_CARRIED = re.compile(r"(?:おり|ので|ため|から|ことから|して)[、,]|, (?:so|and so|therefore|thus|hence|which means)\b")
_ON_PEOPLE = re.compile(r"(?:人|ヒト|患者(?:様|さん)?)(?:で|に|の)|\b(?:people|patients|humans|you)\b")
"""A result in animals carried over to people in the last clause: the level was said of the first one only."""
_NEAR = 2
"""How far a level that was said reaches where a page has no headings but its title."""
_FAR = 40
_SILENT = frozenset({"heading", "label", "boilerplate"})
_LIMITS = ("limit:no_human", "limit:no_trials", "limit:limited", "limit:not_proven", "limit:none_found")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said of the evidence: in the sentence or its lowest section (``basic``, ``early``, ``no_control``), or in it alone."""

    basic: bool = False
    early: bool = False
    no_control: bool = False
    people: bool = False
    randomised: bool = False
    numbered: bool = False
    followed: bool = False
    limits: tuple[str, ...] = ()
    """``no_human``, ``no_trials``, ``limited``, ``not_proven``, ``none_found``."""
    clinical: bool = False


def telling(page: Page, index: int, readings: Sequence[UnitReading]) -> Telling:
    """What a unit says of its evidence, with its section; what it says itself of people, the section does not take back."""
    heard = page.heard[index]
    own = _clause(heard)
    around = [own, *(page.heard[i] for i in _section(page, index, readings))]
    people = heard.said("told:people", "says:trial") is not None
    return Telling(
        basic=_said([own] if people else around, "told:animals"),
        early=_said(around, "told:early"),
        no_control=_said(around, "told:no_control"),
        people=people,
        randomised=heard.said("told:randomised") is not None,
        numbered=heard.said("told:n") is not None,
        followed=heard.said("told:follow_up") is not None,
        limits=tuple(s.partition(":")[2] for s in _LIMITS if heard.said(s)),
        clinical=heard.said("limit:clinical") is not None,
    )


def _said(around: Iterable[Heard], signal: str) -> bool:
    return any(heard.said(signal) for heard in around)


def after_concession(heard: Heard) -> Heard | None:
    """What a sentence goes on to say after a clause of concession (個人差はありますが、…); ``None`` where it concedes nothing."""
    conceded = list(_CONCEDED.finditer(heard.text))
    return heard.within(conceded[-1].end(), len(heard.text)) if conceded else None


def _clause(heard: Heard) -> Heard:
    """The sentence without what it only concedes (まだ動物実験の段階ですが、…), or carries over to people: that excuses
    nothing that follows.
    """
    rest = after_concession(heard)
    if rest is not None:
        return rest
    cut = max((m.end() for m in _CARRIED.finditer(heard.text)), default=0)
    return heard.within(cut, len(heard.text)) if _ON_PEOPLE.search(heard.text, cut) and cut else heard


def _section(page: Page, index: int, readings: Sequence[UnitReading]) -> Iterator[int]:
    """What else of the lowest section tells the level: its heading, the unit's label, and sentences about the same illness
    (or none) that name a limit, or stand beside the unit and make the same claim.

    A report of one study in the section is about that study; it is no word on what another sentence promises.
    """
    units = page.document.units
    own = _heading(page, units[index])
    mine = page.condition(index)
    far = _NEAR if own is None else _FAR
    yield from (i for i in (own, units[index].label) if i is not None)
    for other in range(max(index - far, 0), min(index + far + 1, len(units))):
        if other == index or units[other].kind in _SILENT or _heading(page, units[other]) != own:
            continue
        same = abs(other - index) == 1 and not set(readings[index].claims).isdisjoint(readings[other].claims)
        if readings[other].direction != "limits" and not same:
            continue
        theirs = page.heard[other].concepts(page.lexicon.conditions)
        if not (theirs and mine and mine.ids.isdisjoint(theirs)):
            yield other


def _heading(page: Page, unit: Unit) -> int | None:
    """The lowest heading above a unit, unless that is the page's title."""
    lowest = unit.headings[-1] if unit.headings else None
    return None if lowest is None or page.is_title(lowest) else lowest
