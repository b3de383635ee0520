"""What is ClinicalTrials.gov asked for a claim? A claim and its concepts → API v2 parameters. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, urlencode

from evtrack.claim import Claim, Concept
from evtrack.concepts import PLACEHOLDER, covered, related_agents
from evtrack.sources._cover import Block, NotReadError, Query, terms, words_of

PARAMETERS = (
    "query.cond", "query.term", "query.locn", "query.titles", "query.intr", "query.outc", "query.spons", "query.lead",
    "query.id", "query.patient", "filter.overallStatus", "filter.geo", "filter.ids", "filter.advanced",
    "filter.synonyms", "aggFilters",
)  # fmt: skip
"""What may narrow a search in API v2 (clinicaltrials.gov/data-api/api, "Studies")."""


AREAS = {
    "query.cond": "ConditionSearch", "query.intr": "InterventionSearch", "query.locn": "LocationSearch",
    "query.outc": "OutcomeSearch", "query.titles": "TitleSearch",
}  # fmt: skip
"""Parameter → the search area that it looks through (clinicaltrials.gov/data-api/about-api/search-areas)."""

_UNSEEN = {"protocolSection": ("statusModule", "referencesModule"), "derivedSection": ("miscInfoModule",)}
"""Parts of a study that are in none of the areas."""

_ODD = re.compile(r"\b(?:AREA|RANGE|EXPANSION|COVERAGE|TILT|SEARCH|MISSING|ALL)\b|\bNCT\d|[\[\]]")
"""Operators of Essie, and ids, mean something else beside other words: such a query is asked as it stands."""

_READABLE = " \"'()[]{}:,;|/*?!<>@"


def ctgov_queries(claim: Claim, concepts: Mapping[str, Concept]) -> tuple[dict[str, str], ...]:
    """The distinct parameter sets of a claim: the agent itself, then related agents; hand-written ones replace them.

    No outcome is asked: trials are few, and one that measures something else is still under test for the condition.
    Background claims, manual claims and claims without an agent have none.
    """
    if "ctgov" in claim.queries:
        return tuple({k: _expanded(v, concepts) for k, v in parse_qsl(q)} for q in claim.queries["ctgov"])
    intervention = essie(claim.intervention, concepts)
    if claim.track in ("background", "manual") or not intervention:
        return ()
    condition = essie((*claim.condition,), concepts)
    queries = [_parameters(intervention, condition)]
    related = essie(related_agents(claim, concepts), concepts)
    if related and condition and claim.track == "intervention" and claim.kind != "safety":
        queries.append(_parameters(related, condition))
    return tuple(queries)


def query_text(parameters: Mapping[str, str]) -> str:
    """Parameters as one text: sorted, readable, the same for the same question; ``parse_qsl`` reads it back."""
    return urlencode(sorted(parameters.items()), quote_via=quote, safe=_READABLE)


def union_queries(queries: Iterable[str]) -> list[str]:
    """Queries that find together exactly what ``queries`` find together. Raises ``NotReadError``."""
    return [query_text({"query.term": text}) for text in terms([_blocks(q) for q in queries], _in_area)]


def by_area_alone(queries: Iterable[str]) -> bool:
    """Whether these queries look for words in search areas only."""
    try:
        return all(map(_blocks, queries))
    except NotReadError:
        return False


def words_seen(raw: bytes) -> bytes | None:
    """All of a study that such queries can look at, in one writing; ``None`` for what is no study."""
    try:
        study = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(study, dict) or not isinstance(study.get("protocolSection"), dict):
        return None
    seen = {
        name: value for name, value in study.items() if name in ("protocolSection", "derivedSection", "resultsSection")
    }
    for section, unseen in _UNSEEN.items():
        if isinstance(seen.get(section), dict):
            seen[section] = {name: value for name, value in seen[section].items() if name not in unseen}
    return json.dumps(seen, sort_keys=True).encode()


def _blocks(query: str) -> Query:
    parameters = dict(parse_qsl(query))
    if not parameters or not parameters.keys() <= AREAS.keys() or any(map(_ODD.search, parameters.values())):
        raise NotReadError(query)
    return frozenset((AREAS[name], words_of(value)) for name, value in parameters.items())


def _in_area(block: Block) -> str:
    return f"AREA[{block[0]}]({' OR '.join(sorted(block[1]))})"


def _parameters(intervention: str, condition: str) -> dict[str, str]:
    return {"query.intr": intervention, **({"query.cond": condition} if condition else {})}


def essie(ids: Iterable[str], concepts: Mapping[str, Concept]) -> str:
    """Any word of the concepts and of what they cover, as an Essie expression; ``""`` for none.

    Essie stems words and knows their synonyms, so ``ctgov`` may be short; without it the plain words are taken.
    """
    terms: list[str] = []
    for concept_id in covered(concepts, ids):
        concept = concepts[concept_id]
        plain = [f'"{w}"' if " " in w else w for w in (x.removesuffix("*") for x in (*concept.words, *concept.exact))]
        terms += concept.ctgov or plain
    return " OR ".join(dict.fromkeys(terms))


def _expanded(text: str, concepts: Mapping[str, Concept]) -> str:
    return PLACEHOLDER.sub(lambda m: f"({essie((m[1],), concepts)})" if m[1] in concepts else m[0], text)
