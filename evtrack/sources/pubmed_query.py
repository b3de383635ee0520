"""What is PubMed asked for a claim? A claim and its concepts → tagged queries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from evtrack.claim import Claim, Concept
from evtrack.concepts import ASSOCIATION_FILTER, HUMAN_FILTER, PLACEHOLDER, covered, related_agents
from evtrack.sources._cover import Block, query_of, terms

EFFECT = "per-condition effect"
SAFETY = "safety"


def pubmed_queries(claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    """The distinct queries of a claim: first what would be direct evidence, then (where there is one) related agents.

    Hand-written ones (``queries: pubmed:``) replace them. Otherwise: intervention AND condition for effects and states of
    evidence, AND outcome for mechanisms, AND studies in people for safety; background claims without an agent ask
    condition AND outcome AND studies of an association. None for manual claims, or where there is nothing to ask for.
    """
    if "pubmed" in claim.queries:
        return tuple(dict.fromkeys(expanded(q, concepts) for q in claim.queries["pubmed"]))
    if claim.track == "manual":
        return ()
    around = _around(claim, concepts)
    if claim.track == "background" and not claim.intervention:
        return _joined(*around, any_of((ASSOCIATION_FILTER,), concepts))
    queries = _joined(any_of(claim.intervention, concepts), *around)
    related = related_agents(claim, concepts)
    if related and claim.condition and claim.track == "intervention":
        queries += _joined(any_of(related, concepts), *around)
    return tuple(dict.fromkeys(queries))


def union_terms(queries: Iterable[str]) -> list[str]:
    """Terms that find together exactly what ``queries`` find together. Raises ``NotReadError``."""
    return terms([query_of(query) for query in queries], any_word)


def any_word(block: Block) -> str:
    """A block as PubMed reads it."""
    return f"({' OR '.join(sorted(block[1]))})"


def _around(claim: Claim, concepts: Mapping[str, Concept]) -> list[str]:
    """All blocks but the agent: condition, and outcome or filter as the claim's kind needs them.

    A population or comparator narrows no search: whoever is meant is seen better in the record than by the service.
    """
    blocks = [any_of(claim.condition, concepts)]
    if claim.kind == SAFETY:
        blocks += [any_of((HUMAN_FILTER,), concepts), any_of(claim.outcome, concepts)]
    elif claim.track != "state" and claim.kind != EFFECT:
        if claim.parts_in_one_study:
            blocks += [any_of(part.outcome, concepts) for part in claim.parts]
        else:
            blocks.append(any_of(claim.outcome, concepts))
    return [b for b in blocks if b]


def any_of(ids: Iterable[str], concepts: Mapping[str, Concept]) -> str:
    """One block: any word of any of the concepts and of what they cover, without their NOT terms; ``""`` for none."""
    terms: list[str] = []
    without: list[str] = []
    for concept_id in covered(concepts, ids):
        concept = concepts[concept_id]
        terms += concept_terms(concept)
        without += concept.pubmed_not
    if not terms:
        return ""
    block = f"({' OR '.join(dict.fromkeys(terms))})"
    return f"({block} NOT ({' OR '.join(dict.fromkeys(without))}))" if without else block


def concept_terms(concept: Concept) -> list[str]:
    """Tagged terms of one concept: its MeSH headings, then ``pubmed``, or (where it has none) its plain words."""
    terms = [f'"{heading}"[mh]' for heading in concept.mesh]
    return terms + (list(concept.pubmed) or [tagged(w) for w in (*concept.words, *concept.exact, *concept.models)])


def tagged(word: str) -> str:
    """A plain word as PubMed's title-and-abstract term: phrases in quotes, a trailing ``*`` kept."""
    return f'"{word}"[tiab]' if re.search(r"[^\w*]", word) else f"{word}[tiab]"


def expanded(query: str, concepts: Mapping[str, Concept]) -> str:
    """A hand-written query with each ``{concept}`` written out; one that does not exist is left as it stands."""
    return PLACEHOLDER.sub(lambda m: any_of((m[1],), concepts) or m[0], query)


def _joined(*blocks: str) -> tuple[str, ...]:
    present = [b for b in blocks if b]
    return (" AND ".join(present),) if len(present) > 1 else ()
