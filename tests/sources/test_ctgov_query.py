"""ClinicalTrials.gov parameters built from concepts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept, Library
from evtrack.claims import load_library
from evtrack.sources.ctgov_query import PARAMETERS, ctgov_queries, essie

WORDS = Bilingual("語", "word")


def concept(concept_id: str, **more: object) -> Concept:
    return Concept(id=concept_id, role="condition", label=WORDS, **more)  # type: ignore[arg-type] # the fields of a test's concept


CONCEPTS = {
    c.id: c
    for c in (
        concept("vesicle", ctgov=("exosome", '"extracellular vesicle"'), related=("cells",)),
        concept("cells", ctgov=("MSC",)),
        concept("gloom", words=("gloom*", "low mood"), exact=("MDD",), covers=("grief",)),
        concept("grief", ctgov=("grief", "gloom")),
    )
}
CLAIM = Claim("c", "p", "per-condition effect", "intervention", WORDS, "q", ("vesicle",), ("gloom",), ("grief",))
GLOOM = 'gloom OR "low mood" OR MDD OR grief'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVTRACK_CACHE", str(tmp_path_factory.mktemp("cache")))
        return load_library()[0]


def test_agent_and_condition_then_related_agents() -> None:
    """Trials of the agent in the condition, then of related agents; no outcome is asked."""
    assert ctgov_queries(CLAIM, CONCEPTS) == (
        {"query.intr": 'exosome OR "extracellular vesicle"', "query.cond": GLOOM},
        {"query.intr": "MSC", "query.cond": GLOOM},
    )


def test_any_condition() -> None:
    """Without a condition every trial of the agent is asked, but not every trial of the cells it comes from."""
    assert ctgov_queries(replace(CLAIM, condition=(), kind="safety"), CONCEPTS) == (
        {"query.intr": 'exosome OR "extracellular vesicle"'},
    )


def test_state_claims_ask_the_agent_alone() -> None:
    """A state claim needs no related agents."""
    assert len(ctgov_queries(replace(CLAIM, track="state"), CONCEPTS)) == 1


def test_nothing_to_ask() -> None:
    """Background and manual claims, and claims without an agent, have no trials."""
    for claim in (replace(CLAIM, track="background"), replace(CLAIM, track="manual"), replace(CLAIM, intervention=())):
        assert ctgov_queries(claim, CONCEPTS) == ()


def test_hand_written_parameters() -> None:
    """They replace the built ones; each ``{concept}`` is written out in parentheses, what does not exist stays."""
    by_hand = replace(
        CLAIM,
        track="manual",
        queries={"ctgov": ("query.intr=%7Bvesicle%7D&query.cond=%7Bgone%7D+OR+mood&query.locn=Japan",)},
    )
    assert ctgov_queries(by_hand, CONCEPTS) == (
        {"query.intr": '(exosome OR "extracellular vesicle")', "query.cond": "{gone} OR mood", "query.locn": "Japan"},
    )


def test_plain_words_serve_where_none_are_given() -> None:
    """Stars are dropped: Essie stems by itself."""
    assert essie(("gloom",), CONCEPTS) == GLOOM
    assert essie((), CONCEPTS) == ""


def test_shipped_parameters_are_the_services_own(library: Library) -> None:
    """Only parameters the API knows, no PubMed tag among the words, and few distinct requests for 43 claims."""
    asked = [q for c in library.claims.values() for q in ctgov_queries(c, library.concepts)]
    assert {name for q in asked for name in q} <= set(PARAMETERS)
    assert not any("[" in text for q in asked for text in q.values())
    assert len({tuple(q.items()) for q in asked}) < 25
