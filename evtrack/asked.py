"""Do the searches that are kept answer the question that a claim asks today? Pure: a claim may have been edited since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from evtrack.claim import Claim, Concept
from evtrack.grade.grades import Searched
from evtrack.sources.ctgov_query import ctgov_queries, query_text
from evtrack.sources.pubmed_query import pubmed_queries


def still_asked(claim: Claim, concepts: Mapping[str, Concept], searched: Iterable[Searched]) -> tuple[Searched, ...]:
    """Those of ``searched`` that the claim would ask again; not complete where it asks that source for more by now."""
    questions = {
        "pubmed": set(pubmed_queries(claim, concepts)),
        "ctgov": {query_text(q) for q in ctgov_queries(claim, concepts)},
    }
    rows = [s for s in searched if s.query in questions.get(s.source, ())]
    answered = {source: {s.query for s in rows if s.source == source} for source in questions}
    return tuple(s if answered[s.source] == questions[s.source] else replace(s, complete=False) for s in rows)
