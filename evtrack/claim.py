"""What is a claim, and what are the concepts it is made of? Frozen values; the files are read by claims.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from evtrack.bilingual import Bilingual
from evtrack.ids import RecordId

Track = Literal["intervention", "background", "state", "manual"]
ConceptRole = Literal["intervention", "condition", "outcome", "context"]
StateVerdict = Literal["holds", "overstated", "understated", "out_of_date", "unclear"]
"""``unclear``: nothing was searched or loaded that could tell; the stance is then ``unclear``, never ``contradicts``."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing claims and records talk about, with every word for it (claims/concepts/*.yaml).

    ``words``: English words and phrases, any case, a trailing ``*`` for any ending; ``exact``: abbreviations matched
    with their case; ``ja``: Japanese words; ``models``: names of animal models that imply it; ``measures``: scales and
    tests that measure it; ``traps``: phrases that hold one of its words and mean something else; ``subtypes``: phrases
    for a part of the condition (they count with a flag). ``pubmed`` and ``ctgov`` are the words asked of the services
    (tagged PubMed terms; Essie words); ``mesh`` the MeSH headings.
    """

    id: str
    role: ConceptRole
    label: Bilingual
    mesh: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    ja: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    pubmed: tuple[str, ...] = ()
    pubmed_not: tuple[str, ...] = ()
    ctgov: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    """Ids of narrower concepts: a match of one of them is a match of this one (psychiatric covers depression …)."""
    related: tuple[str, ...] = ()
    """Ids of other agents whose studies are shown beside as indirect (exosome: secretome, mesenchymal_cells): they are searched too."""


@dataclass(frozen=True, slots=True)
class Part:
    """One half of a joined claim: the outcome concepts that must each be shown."""

    label: Bilingual
    outcome: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A regulator's warning: no record, shown first. ``verified`` is false until its text was read at ``url``."""

    source: str
    date: str
    text: Bilingual
    url: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """How pages say a claim that its concepts alone do not tell (``audit:`` in its file); grading knows nothing of it.

    ``says``: what a sentence must say, any of these (signals ``says:…`` of evtrack/audit/rules); ``words``: words of its
    own, any of which will do as well. ``general``: it takes promises of an effect that name nobody whom they are for.
    """

    says: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    general: bool = False


@dataclass(frozen=True, slots=True)
class StateRule:
    """One line of a state claim's predicate: the first whose tests all hold gives the verdict.

    ``tests`` are (claim id, measure, operator, value) tuples; several ids joined by ``|`` mean "any of them", and tests of
    one rule with the same ids must hold for the same one. No tests: the rule always holds. predicates.py judges them;
    claims/README.md explains the measures.
    """

    verdict: StateVerdict
    text: Bilingual
    tests: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an article that can be held against evidence.

    ``intervention``, ``condition`` and ``outcome`` are concept ids, any of which fits; empty means "any".
    ``queries`` replaces the query built from concepts, by source name. ``known`` are records a right query must find.
    """

    id: str
    pack: str
    kind: str
    track: Track
    statement: Bilingual
    quote: str
    intervention: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    parts_in_one_study: bool = False
    population: str | None = None
    """Concept id of a population that participants must belong to, where the claim names one."""
    comparator: str | None = None
    """Concept id of a comparator the claim names ("what existing treatment could not give")."""
    state: tuple[StateRule, ...] = ()
    alerts: tuple[Alert, ...] = ()
    route: str | None = None
    """Route of the claim's own product (``iv`` for a drip): evidence by other routes only is said in the label."""
    direct_support: Bilingual | None = None
    queries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: tuple[RecordId, ...] = ()
    audit: Said = Said()
    notes: str | None = None
    path: str = ""
    content_hash: str = ""
    """Hash of what grading depends on: this claim and the concepts it uses."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One article: its claims share a folder."""

    id: str
    title: str
    publisher: str
    language: str
    date_seen: str
    url: str | None = None
    order: tuple[str, ...] = ()
    """Ids of the claims as the article has them; those not named follow by file."""


@dataclass(frozen=True, slots=True)
class Library:
    """All that was read from the claim and concept files."""

    packs: tuple[Pack, ...]
    claims: dict[str, Claim]
    concepts: dict[str, Concept]
    content_hash: str


@dataclass(frozen=True, slots=True, order=True)
class ClaimError:
    """Something wrong in a claim or concept file: where, what, and how to mend it; never raised, always a value."""

    path: str
    line: int
    what: str
    mend: str
    what_ja: str
    mend_ja: str

    def say(self, lang: str) -> str:
        """One line for a person: ``path:line: what: mend``."""
        if lang == "ja":
            return f"{self.path}:{self.line}: {self.what_ja}：{self.mend_ja}"
        return f"{self.path}:{self.line}: {self.what}: {self.mend}"

    def __str__(self) -> str:
        return self.say("en")
