"""Which words stand for which concepts on a page, and what must a sentence say to be a claim? A Library → a Lexicon."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from evtrack.audit.normalise import normalise
from evtrack.claim import Claim, Concept, ConceptRole, Library
from evtrack.compiled import compiled
from evtrack.concepts import covered
from evtrack.grade.patterns import Pattern, PatternSet, join_words
from evtrack.rules import Rule, concept_patterns, load_audit_rules, with_required

_WORD_LISTS = ("words", "exact", "ja", "models", "measures", "traps", "subtypes")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim as sentences are held against it."""

    claim: Claim
    outcomes: Mapping[str, bool]
    """Concept ids that fit its outcome → whether the claim names them itself (or only through what they are part of)."""
    broader: frozenset[str]
    """Concepts that its outcome is a part of: pages say 神経を修復 where the claim speaks of neurons and synapses."""
    conditions: Mapping[str, bool]
    """The same for its condition; empty: any."""
    populations: Mapping[str, bool]
    umbrella: bool
    """Its condition is a group of conditions ("psychiatric")."""

    @property
    def is_effect(self) -> bool:
        """It helps people with a condition, and that is all it says (no comparison, no population)."""
        c = self.claim
        return c.track == "intervention" and c.kind == "per-condition effect" and not c.population and not c.comparator

    @property
    def is_mechanism(self) -> bool:
        return self.claim.track == "intervention" and self.claim.kind == "mechanism"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word the audit hears, compiled, and every claim as ``Wanted``, in the order of the packs."""

    patterns: PatternSet
    wanted: tuple[Wanted, ...]
    roles: Mapping[str, ConceptRole]
    outcomes: tuple[str, ...]
    conditions: tuple[str, ...]
    """Illnesses; who is treatment-resistant is told apart, under ``populations``."""
    harms: frozenset[str]
    """Outcomes of the claims on safety."""
    narrower: Mapping[str, frozenset[str]]
    """Concept → itself and all that it covers."""
    interventions: frozenset[str]
    populations: frozenset[str]
    umbrellas: frozenset[str]
    """Conditions that stand for a group of others."""
    implied: Mapping[str, str]
    """Outcome → the condition that it stands for where no condition is named (memory: dementia)."""


def lexicon_of(library: Library) -> Lexicon:
    """The lexicon of a library's concepts and claims and of the audit's own rules.

    Raises ``ValueError`` (``file:line: what``) for a broken rule file; that is a bug of the package.
    """
    concepts = library.concepts
    patterns = [*_vocabulary(library), *(_pattern(rule) for rule in load_audit_rules().values())]
    umbrellas = frozenset(c.id for c in concepts.values() if c.role == "condition" and c.covers)
    populations = frozenset(covered(concepts, [c.population for c in library.claims.values() if c.population]))
    narrower = {i: frozenset(covered(concepts, [i])) for i in concepts}
    wanted = tuple(
        Wanted(
            claim,
            _fitting(concepts, claim.outcome),
            frozenset(
                c for c, parts in narrower.items() if c not in claim.outcome and not parts.isdisjoint(claim.outcome)
            ),
            _fitting(concepts, claim.condition),
            _fitting(concepts, [claim.population] if claim.population else []),
            not umbrellas.isdisjoint(claim.condition),
        )
        for claim in library.claims.values()
    )
    return Lexicon(
        PatternSet(with_required(patterns)),
        wanted,
        {c.id: c.role for c in concepts.values()},
        tuple(c.id for c in concepts.values() if c.role == "outcome"),
        tuple(c.id for c in concepts.values() if c.role == "condition" and c.id not in populations),
        frozenset(o for w in wanted if w.claim.kind == "safety" for o in w.outcomes),
        narrower,
        frozenset(i for c in library.claims.values() for i in covered(concepts, c.intervention)),
        populations,
        umbrellas - populations,
        _implied(concepts, wanted),
    )


def _implied(concepts: Mapping[str, Concept], wanted: Iterable[Wanted]) -> dict[str, str]:
    """Outcomes with scales of their own that effect claims of one condition have and no mechanism or background claim has."""
    found: dict[str, set[str]] = {}
    shared: set[str] = set()
    for w in wanted:
        if w.is_effect:
            for outcome in w.outcomes:
                found.setdefault(outcome, set()).update(w.claim.condition)
        elif w.is_mechanism or w.claim.track == "background":
            shared |= {o for o, own in w.outcomes.items() if own}
    return {o: min(c) for o, c in found.items() if len(c) == 1 and o not in shared and concepts[o].measures}


def _fitting(concepts: Mapping[str, Concept], ids: Iterable[str]) -> dict[str, bool]:
    named = tuple(ids)
    return {i: i in named for i in covered(concepts, named)}


_FORMAT = "lexicon-1"
"""Part of the cache key: raised when other patterns are made of the same words."""


def _vocabulary(library: Library) -> list[Pattern]:
    """The words of concepts and claims as patterns, out of the cache of compiled files."""
    concepts, own = library.concepts.values(), _own_words(library.claims.values())
    said = [(c.id, *(getattr(c, k) for k in _WORD_LISTS)) for c in concepts]
    key = hashlib.sha256(repr((_FORMAT, said, own)).encode("utf-8", "surrogatepass")).hexdigest()
    made = compiled("lexicon", key, lambda: [_to_json(p) for p in _patterns(concepts, own)])
    return [Pattern(id_, signal, pattern, case, vocabulary=heard) for id_, signal, pattern, case, heard in made]


def _patterns(concepts: Iterable[Concept], own: Mapping[str, tuple[str, ...]]) -> Iterator[Pattern]:
    yield from concept_patterns({c.id: _normalised(c) for c in concepts})
    for signal, words in own.items():
        yield Pattern(signal, signal, join_words([normalise(w).text for w in words]))


def _to_json(pattern: Pattern) -> list[Any]:
    return [pattern.id, pattern.signal, pattern.pattern, pattern.case, pattern.vocabulary]


def _normalised(concept: Concept) -> Concept:
    """The concept with its words spelled as the normalised text has them."""
    words: Any = {k: tuple(normalise(w).text for w in getattr(concept, k)) for k in _WORD_LISTS}
    return replace(concept, **words)


def _pattern(rule: Rule) -> Pattern:
    return Pattern(rule.id, rule.signal or rule.id, rule.pattern or "", rule.case)


def _own_words(claims: Iterable[Claim]) -> dict[str, tuple[str, ...]]:
    """Words that a claim file gives for its own claim: ``claim:ID``.

    A claim that only its words can tell (tracks state and manual) and that has none is known by its quote.
    """
    out = {}
    for claim in claims:
        by_concepts = claim.track in ("intervention", "background") or claim.audit.says
        words = claim.audit.words or (() if by_concepts else (claim.quote,))
        if words:
            out[f"claim:{claim.id}"] = words
    return out
