"""Which claims does each unit of a page make? A document and a lexicon → a reading of every unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evtrack.audit.carrying import Because, Found, Page, What, because
from evtrack.audit.hearing import Heard, Word
from evtrack.audit.lexicon import Lexicon, Wanted
from evtrack.audit.strength import is_nominal, predicate
from evtrack.audit.unit import Direction, Document, Strength

_CLAUSE = re.compile(r"(?:り|が|し|て|ち|め|ので|ば|く|え)、|; |, (?:and|but|so|while|whereas) ")
_CONCESSION = re.compile(r"[^、,]*(?:が|ものの|けれど|けれども|けど)[、,]")
_INLINE_LABEL = re.compile(r"[^:、。]{0,10}:")
_EFFECT = ("says:benefit", "says:efficacy")
_EVIDENCE = ("says:data_limited", "says:basic_only", "is:limits", "is:double_negative", "says:proven")
_VETO = (
    *("veto:cosmetic", "veto:diagnostic", "veto:oncology", "veto:plant", "veto:practical"),
    *("concept:cosmetic", "concept:biomarker"),
)


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What one unit claims. ``claims``: ids, the main one first; empty (and ``strength`` None) where it claims nothing."""

    unit: int
    claims: tuple[str, ...] = ()
    strength: Strength | None = None
    direction: Direction = "other"
    why: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One claim that a unit makes, and how closely: the lower the rank, the closer."""

    wanted: Wanted
    rank: int
    why: tuple[Because, ...]

    @property
    def id(self) -> str:
        return self.wanted.claim.id


def read_units(document: Document, lexicon: Lexicon) -> tuple[UnitReading, ...]:
    """The reading of every unit of a document, in order."""
    return read_page(Page(document, lexicon))


def read_page(page: Page) -> tuple[UnitReading, ...]:
    """The same of a page that was heard already."""
    return tuple(_read(page, index) for index in range(len(page.document.units)))


def _read(page: Page, index: int) -> UnitReading:
    unit, heard = page.document.units[index], page.heard[index]
    if unit.kind in ("label", "boilerplate") or heard.said("topic:question"):
        return UnitReading(index)
    if unit.kind == "heading" and is_nominal(heard):
        return UnitReading(index)
    matches = Matching(page, index).matches()
    if not matches:
        return UnitReading(index)
    above = next((page.heard[i] for i in (unit.label, *reversed(unit.headings)) if i is not None), None)
    said = predicate(heard, above, page.before(index))
    premise = all(_is_premise(m.wanted) for m in matches)
    why = dict.fromkeys(b for m in matches for b in m.why)
    ids = tuple(dict.fromkeys(m.id for m in matches))
    return UnitReading(index, ids, said.strength, "premise" if premise else said.direction, tuple(why))


def _is_premise(wanted: Wanted) -> bool:
    """A background claim about the illness, not about what vesicles are made of."""
    return wanted.claim.track == "background" and not wanted.claim.intervention


class Matching:
    """One unit held against every claim."""

    def __init__(self, page: Page, index: int) -> None:
        self.page, self.index = page, index
        self.lexicon: Lexicon = page.lexicon
        self.heard: Heard = page.heard[index]
        self.intervention: Found | None = self._intervention()
        self.condition: Found | None = page.condition(index)

    def matches(self) -> list[Match]:
        """The claims of the unit, the main one first."""
        if self.heard.said(*_VETO) and not self.heard.said("says:recruiting"):
            return []
        premises = list(self._premises())
        effects = [] if premises and not self._own_intervention else list(self._effects())
        found = [*self._sayings(), *effects]
        if not found and not premises and self.intervention:
            found = list(self._general())
        if self.heard.said("says:aim"):
            found = [m for m in found if "aim" in m.wanted.claim.audit.says]
        found.sort(key=lambda m: m.rank)
        return [*found, *premises]

    # -- what is given, and to whom

    @property
    def _own_intervention(self) -> bool:
        return self.intervention is not None and self.intervention.source == "sentence"

    @property
    def _own_condition(self) -> bool:
        return self.condition is not None and self.condition.source == "sentence"

    def _intervention(self) -> Found | None:
        """The intervention, unless the sentence speaks of another treatment or of another illness alone."""
        found = self.page.intervention(self.index)
        if found is None or found.source == "sentence":
            return None if found and self._elsewhere() else found
        if found.source in ("heading", "title") and self._under_another():
            return None
        others = [w for w in self.heard.all_said("veto:other_agent", "veto:advice") if not self._excused(w)]
        pointed = any(not any(o.start <= w.start < o.end for o in others) for w in self.heard.all_said("topic:deictic"))
        return None if (others and not pointed) or self._elsewhere() else found

    def _under_another(self) -> bool:
        """Its label or lowest heading names another treatment, and not the page's own."""
        unit = self.page.document.units[self.index]
        nearest = next((self.page.heard[i] for i in (unit.label, *reversed(unit.headings)) if i is not None), None)
        if nearest is None or nearest.concepts(self.lexicon.interventions):
            return False
        return nearest.said("veto:other_agent") is not None and not nearest.said("says:combination", "topic:question")

    def _elsewhere(self) -> bool:
        """Another illness is named, and none that the claims know."""
        known = self.heard.concepts((*self.lexicon.conditions, *self.lexicon.populations, *self.lexicon.harms))
        return self.heard.said("veto:other_disease") is not None and not known

    def _excused(self, word: Word) -> bool:
        """Another treatment named as what failed, what is combined or what is compared, not as the subject."""
        people = (w for w in self.heard.words if w.concept in self.lexicon.populations)
        around = [*people, *self.heard.all_said("says:combination", "says:alternative", "says:beyond_existing")]
        return any(w.start <= word.end and word.start <= w.end for w in around)

    def _fit(self, wanted: Wanted) -> str | None:
        """How the unit's condition fits: ``own`` (named by the claim), ``covered``, ``open`` (nobody is named), or not."""
        if not wanted.conditions:
            return "any"
        if self.condition is None:
            return "open"
        fitting = [wanted.conditions[c] for c in self.condition.ids if c in wanted.conditions]
        return ("own" if any(fitting) else "covered") if fitting else None

    def _why(self, wanted: Wanted) -> Iterator[Because]:
        if self.intervention and wanted.claim.intervention:
            yield self.intervention.because("intervention", self.lexicon.interventions)
        if self.condition and not self.condition.ids.isdisjoint(wanted.conditions):
            yield self.condition.because("condition", wanted.conditions)

    def _match(self, wanted: Wanted, rank: int, what: What = "outcome", word: Word | None = None) -> Match:
        own = () if word is None else (because(what, word, self.heard, "sentence", self.index),)
        return Match(wanted, rank, (*self._why(wanted), *own))

    # -- claims known by what they say

    def _sayings(self) -> Iterator[Match]:
        """Claims whose files name what a sentence must say; of several that hear the same, those closest in condition."""
        found: dict[str, list[tuple[int, Match]]] = {}
        for wanted in self.lexicon.wanted:
            word, key = self._said(wanted)
            fit = self._fit(wanted)
            practice = wanted.claim.track == "manual"
            if (
                word is None
                or (fit is None and not practice)
                or (wanted.claim.intervention and self.intervention is None)
            ):
                continue
            if wanted.claim.track == "state" and not self._is_its_state(wanted, fit, word):
                continue
            close = {"own": 0, "covered": 1}.get(fit or "", 2)
            match = self._match(wanted, self._standing(wanted), "says", word)
            found.setdefault(f"{wanted.claim.track}/{key}", []).append((close, match))
        for same in found.values():
            best = min(close for close, _ in same)
            yield from (match for close, match in same if close == best)

    def _is_its_state(self, wanted: Wanted, fit: str | None, word: Word) -> bool:
        """A claim on the state of evidence is meant: of its illness, of efficacy, and not only conceded."""
        if fit == "open":
            topic = self.page.topic
            if not wanted.umbrella or (topic is not None and topic.ids.isdisjoint(wanted.conditions)):
                return False
        return not (self._only_about_safety or self._conceded(word))

    def _said(self, wanted: Wanted) -> tuple[Word | None, str]:
        own = self.heard.said(f"claim:{wanted.claim.id}")
        if own is not None:
            return own, wanted.claim.id
        for name in wanted.claim.audit.says:
            word = self.heard.said(f"says:{name}")
            if word is not None:
                return word, name
        return None, ""

    def _standing(self, wanted: Wanted) -> int:
        """Rank of a claim known by what it says: the state of evidence is the matter of a sentence that limits, else a side."""
        if wanted.claim.track == "state":
            return 0 if predicate(self.heard).direction == "limits" else 3
        return 6 if wanted.claim.track == "manual" else 1

    @property
    def _only_about_safety(self) -> bool:
        """The data that are missing are those on safety: nothing is said about how far efficacy is known."""
        other = self.heard.said("topic:efficacy", "says:unapproved", "says:trial_stage")
        return other is None and bool(self.heard.concepts(self.lexicon.harms))

    def _conceded(self, word: Word) -> bool:
        """Said in a clause of concession (まだ研究段階ですが、…) before a sentence that goes on to assert something."""
        return _CONCESSION.match(self.heard.text, word.end) is not None and predicate(self.heard).direction == "asserts"

    # -- claims known by their concepts

    def _effects(self) -> Iterator[Match]:
        """Effects, mechanisms, safety, composition: what is given, to whom, and what comes of it."""
        if self.intervention is None:
            return
        heard = self.heard.concepts(self.lexicon.outcomes)
        claimed = self._claimed()
        found: list[Match] = []
        for wanted in self.lexicon.wanted:
            if wanted.populations:
                found += self._for_population(wanted)
                continue
            outcome = self._outcome(wanted, heard)
            rank = self._closeness(wanted, claimed, own=outcome[1]) if outcome else None
            if outcome and rank is not None:
                found.append(self._match(wanted, rank, "outcome", outcome[0]))
        yield from self._closest(found, heard)
        yield from self._by_condition(found)

    def _claimed(self) -> bool:
        """Whether the sentence promises or reports anything; about the illness alone it does not (…が減っています)."""
        if self.heard.said(*_EFFECT, *_EVIDENCE, "says:trial") or self._listed:
            return True
        if self._own_intervention or self.heard.said("topic:deictic"):
            return self.heard.said("says:contains") is None or self.heard.said("says:change") is not None
        if self._own_condition and self.condition and self.heard.said(*(f"concept:{c}" for c in self.condition.ids)):
            return False
        return self.heard.said("says:change") is not None and self.heard.said("says:disease_state") is None

    @property
    def _listed(self) -> bool:
        """A noun phrase in a list of benefits, or of people it is for: it promises what its label or heading promises."""
        unit = self.page.document.units[self.index]
        above = unit.label if unit.label is not None else next(iter(reversed(unit.headings)), None)
        if not is_nominal(self.heard):
            return False
        own = self.heard.said("above:promise")
        if own is not None and _INLINE_LABEL.match(self.heard.text, own.end):
            return True
        return above is not None and self.page.heard[above].said("above:promise") is not None

    def _outcome(self, wanted: Wanted, heard: dict[str, Word]) -> tuple[Word, bool] | None:
        """The outcome heard and whether the claim names it itself; both parts where one study must show both."""
        claim = wanted.claim
        if claim.parts_in_one_study and not all(self._part(p.outcome, heard) for p in claim.parts):
            return None
        fitting = [(not own, heard[o].start, heard[o]) for o, own in wanted.outcomes.items() if o in heard]
        if not fitting and wanted.is_mechanism:
            fitting = [(True, heard[o].start, heard[o]) for o in wanted.broader if o in heard]
        if not fitting:
            return None
        covered, _, word = min(fitting, key=lambda f: f[:2])
        return word, not covered

    def _part(self, outcomes: Iterable[str], heard: dict[str, Word]) -> bool:
        return any(narrower in heard for o in outcomes for narrower in self.lexicon.narrower[o])

    def _closeness(self, wanted: Wanted, claimed: bool, *, own: bool) -> int | None:
        """Rank of a claim whose outcome was heard, or None where the condition or what is said forbids it."""
        claim = wanted.claim
        if claim.kind == "safety":
            return 1
        if claim.track == "background":
            return 4 if claim.intervention and self.heard.said("says:contains") else None
        if not claimed or not (wanted.is_effect or wanted.is_mechanism):
            return None
        fit = self._fit(wanted)
        if wanted.is_effect:
            if fit == "open":
                return 2 if own and self._implies(wanted) else None
            return None if fit is None else (1 if own else 2)
        if fit in ("own", "covered"):
            return 2 if own else 3
        if fit in ("open", "any"):
            return 3 if own else 4
        return 5 if own else None

    def _implies(self, wanted: Wanted) -> bool:
        """An outcome that stands for its condition (memory: dementia)."""
        return any(self.lexicon.implied.get(o) in wanted.claim.condition for o in self.heard.concepts(wanted.outcomes))

    def _closest(self, found: list[Match], heard: dict[str, Word]) -> Iterator[Match]:
        """Without the claims whose outcome a closer claim says as well."""
        for match in found:
            closer = [m for m in found if m.rank < match.rank and m.wanted.claim.kind != "safety"]
            mine = _own(match.wanted, heard)
            if (mine and not mine <= {o for m in closer for o in _own(m.wanted, heard)}) or not (mine or closer):
                yield match

    def _for_population(self, wanted: Wanted) -> Iterator[Match]:
        """Claims for people whom other treatment does not help, or who will not have it."""
        people = self.heard.concepts(wanted.populations)
        own = [w for c, w in people.items() if wanted.populations[c]]
        if own and self._fit(wanted) is not None:
            yield self._match(wanted, 1, "population", own[0])

    def _by_condition(self, found: list[Match]) -> Iterator[Match]:
        """The condition's own effect claim where it is named with a promise, and no outcome told a closer one."""
        if not self._own_condition or self.condition is None:
            return
        if not (self._own_intervention or self.heard.said(*_EFFECT, *_EVIDENCE, "says:trial") or self._listed):
            return
        if any(m.wanted.claim.kind == "safety" for m in found) and not self.heard.said(*_EFFECT, "topic:efficacy"):
            return
        told = {c for m in found if m.wanted.is_effect and m.rank < 3 for c in m.wanted.claim.condition}
        for condition in sorted(self.condition.ids - told - self.lexicon.umbrellas):
            first = next((w for w in self.lexicon.wanted if w.is_effect and condition in w.claim.condition), None)
            if first is not None:
                yield self._match(first, 2)
        promise = self.heard.said(*_EFFECT)
        if (
            self.condition.ids <= self.lexicon.umbrellas
            and promise
            and not found
            and not self.heard.said("says:data_limited")
        ):
            yield from (self._match(w, 2, "says", promise) for w in self.lexicon.wanted if w.claim.audit.general)

    def _general(self) -> Iterator[Match]:
        """A promise that names neither condition nor outcome takes the section's condition, else the page's, else the umbrella."""
        word = self.heard.said("says:efficacy")
        if word is None and self.heard.said("is:limits"):
            word = self.heard.said("says:trial", "topic:efficacy")
        if word is None or self._own_condition:
            return
        around = self.condition or self.page.topic
        named = around.ids - self.lexicon.umbrellas if around else frozenset()
        fitting = [w for w in self.lexicon.wanted if w.is_effect and not named.isdisjoint(w.claim.condition)]
        if len(named) != 1 or not fitting:
            fitting = [w for w in self.lexicon.wanted if w.claim.audit.general]
        yield from (self._match(w, 3, "says", word) for w in fitting[:1])

    # -- premises

    def _premises(self) -> Iterator[Match]:
        """Background claims: a clause about the illness alone, without the intervention and without a promise."""
        for start, end in _clauses(self.heard.text):
            clause = self.heard.within(start, end)
            if clause.concepts(self.lexicon.interventions) or not clause.said("says:disease_state"):
                continue
            if clause.said("says:benefit") or clause.said("says:efficacy"):
                continue
            for wanted in self.lexicon.wanted:
                if not _is_premise(wanted):
                    continue
                word = next(iter(clause.concepts(wanted.outcomes).values()), None)
                ill = next(iter(self.heard.concepts(wanted.conditions).values()), None)
                if word is not None and ill is not None:
                    yield self._match(wanted, 7, "outcome", word)


def _own(wanted: Wanted, heard: dict[str, Word]) -> set[str]:
    return {o for o, own in wanted.outcomes.items() if own and o in heard}


def _clauses(text: str) -> list[tuple[int, int]]:
    cuts = [m.end() for m in _CLAUSE.finditer(text)]
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))
