"""Which concepts does a claim name, cover and stand near? Pure look-ups that queries, hashes and checks share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from evtrack.claim import Claim, Concept

PLACEHOLDER = re.compile(r"\{([A-Za-z]\w*)\}")
"""``{exosome}`` in a hand-written query stands for the concept's own words."""

HUMAN_FILTER = "clinical_study"
"""The concept whose words narrow a PubMed search to studies in people (safety claims, comparisons)."""

ASSOCIATION_FILTER = "association_study"
"""The concept whose words narrow a PubMed search to studies of an association (background claims)."""


def covered(concepts: Mapping[str, Concept], ids: Iterable[str]) -> list[str]:
    """The concepts and all that they cover, each once, in order; ids that do not exist are left out."""
    out: list[str] = []
    todo = list(ids)
    while todo:
        concept = concepts.get(todo.pop(0))
        if concept is not None and concept.id not in out:
            out.append(concept.id)
            todo = [*concept.covers, *todo]
    return out


def related_agents(claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    """Ids of the agents whose studies are indirect evidence for the claim."""
    found = (r for i in claim.intervention if i in concepts for r in concepts[i].related)
    return tuple(dict.fromkeys(r for r in found if r not in claim.intervention))


def concepts_of(claim: Claim) -> tuple[str, ...]:
    """Ids of the concepts a claim names, its parts' and its hand-written queries' too."""
    named = [*claim.intervention, *claim.condition, *claim.outcome]
    for part in claim.parts:
        named += [*part.condition, *part.outcome]
    named += [c for c in (claim.population, claim.comparator) if c]
    named += [c for queries in claim.queries.values() for q in queries for c in placeholders(q)]
    return tuple(dict.fromkeys(named))


def placeholders(query: str) -> list[str]:
    """Concept ids a hand-written query names as ``{id}`` (also where the braces are percent-encoded)."""
    return PLACEHOLDER.findall(query.replace("%7B", "{").replace("%7D", "}"))
