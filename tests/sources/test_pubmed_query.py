"""PubMed queries built from concepts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept, Library, Part
from evtrack.claims import load_library
from evtrack.sources.pubmed_query import any_of, pubmed_queries, tagged

WORDS = Bilingual("語", "word")


def concept(concept_id: str, **more: object) -> Concept:
    return Concept(id=concept_id, role="condition", label=WORDS, **more)  # type: ignore[arg-type] # the fields of a test's concept


CONCEPTS = {
    c.id: c
    for c in (
        concept(
            "vesicle",
            mesh=("Exosomes",),
            pubmed=("exosom*[tiab]",),
            pubmed_not=('"RNA exosome"[tiab]',),
            related=("cells", "vesicle", "gone"),
        ),
        concept("cells", pubmed=("MSC[tiab]",)),
        concept("gloom", words=("gloom*", "low mood"), exact=("MDD",), models=("5xFAD",), covers=("grief",)),
        concept("grief", pubmed=("grief[tiab]", '"low mood"[tiab]')),
        concept("sleep", pubmed=("sleep[tiab]",)),
        concept("wake", pubmed=("wake[tiab]",)),
        concept("clinical_study", pubmed=("patients[tiab]",)),
        concept("association_study", pubmed=('"meta-analysis"[pt]',)),
        concept("wordless"),
    )
}
CLAIM = Claim("c", "p", "per-condition effect", "intervention", WORDS, "q", ("vesicle",), ("gloom",), ("sleep",))
VESICLE = '(("Exosomes"[mh] OR exosom*[tiab]) NOT ("RNA exosome"[tiab]))'
GLOOM = '(gloom*[tiab] OR "low mood"[tiab] OR MDD[tiab] OR 5xFAD[tiab] OR grief[tiab])'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVTRACK_CACHE", str(tmp_path_factory.mktemp("cache")))
        return load_library()[0]


def test_effect_asks_agent_and_condition_then_related_agents() -> None:
    """An effect claim asks no outcome: a study that measured another one must be seen; related agents are asked apart."""
    assert pubmed_queries(CLAIM, CONCEPTS) == (f"{VESICLE} AND {GLOOM}", f"(MSC[tiab]) AND {GLOOM}")


def test_mechanism_asks_the_outcome_too() -> None:
    """A mechanism claim is narrowed by its outcome."""
    mechanism = replace(CLAIM, kind="mechanism", outcome=("sleep", "wake"))
    assert pubmed_queries(mechanism, CONCEPTS)[0] == f"{VESICLE} AND {GLOOM} AND (sleep[tiab] OR wake[tiab])"


def test_parts_in_one_study_are_all_asked_at_once() -> None:
    """Where one study must show both parts, a record must name both."""
    both = replace(
        CLAIM, kind="mechanism", parts=(Part(WORDS, ("sleep",)), Part(WORDS, ("wake",))), parts_in_one_study=True
    )
    assert pubmed_queries(both, CONCEPTS)[0] == f"{VESICLE} AND {GLOOM} AND (sleep[tiab]) AND (wake[tiab])"


def test_safety_asks_studies_in_people_of_any_disease() -> None:
    """A safety claim asks agent, people and harm; without a condition no related agents are asked."""
    safety = replace(CLAIM, kind="safety", condition=(), outcome=("wake",))
    assert pubmed_queries(safety, CONCEPTS) == (f"{VESICLE} AND (patients[tiab]) AND (wake[tiab])",)


def test_background_asks_studies_of_an_association() -> None:
    """A background claim without an agent asks condition, outcome and study type; one about the agent's nature does not."""
    background = replace(CLAIM, kind="background", track="background", intervention=())
    assert pubmed_queries(background, CONCEPTS) == (f'{GLOOM} AND (sleep[tiab]) AND ("meta-analysis"[pt])',)
    cargo = replace(background, intervention=("vesicle",), condition=())
    assert pubmed_queries(cargo, CONCEPTS) == (f"{VESICLE} AND (sleep[tiab])",)


def test_state_asks_like_an_effect_without_related_agents() -> None:
    """A state claim asks the agent and the condition alone."""
    assert pubmed_queries(replace(CLAIM, kind="state-of-evidence", track="state"), CONCEPTS) == (
        f"{VESICLE} AND {GLOOM}",
    )


def test_nothing_to_ask() -> None:
    """Manual claims, and claims that would ask for one thing alone, have no query."""
    assert pubmed_queries(replace(CLAIM, track="manual"), CONCEPTS) == ()
    assert pubmed_queries(replace(CLAIM, condition=(), kind="per-condition effect"), CONCEPTS) == ()
    assert pubmed_queries(replace(CLAIM, intervention=("wordless",)), CONCEPTS) == ()


def test_hand_written_queries_replace_the_built_ones() -> None:
    """Each ``{concept}`` is written out; what does not exist stays; the same query is asked once."""
    by_hand = replace(CLAIM, track="manual", queries={"pubmed": ("{vesicle} AND {gone}", "{cells}", "(MSC[tiab])")})
    assert pubmed_queries(by_hand, CONCEPTS) == (f"{VESICLE} AND {{gone}}", "(MSC[tiab])")


def test_words_are_tagged() -> None:
    """Phrases and hyphened words go into quotes, a star stays at the end."""
    assert [tagged(w) for w in ("gloom*", "low mood*", "MSC-EV")] == [
        "gloom*[tiab]",
        '"low mood*"[tiab]',
        '"MSC-EV"[tiab]',
    ]
    assert any_of(("gone", "wordless"), CONCEPTS) == ""


def test_shipped_queries_are_few_and_distinct(library: Library) -> None:
    """The 43 claims share their queries: what is asked twice is the same text, so it is sent once."""
    asked = [q for c in library.claims.values() for q in pubmed_queries(c, library.concepts)]
    assert len(set(asked)) < len(asked)
    for claim in library.claims.values():
        if claim.track in ("intervention", "background"):
            assert pubmed_queries(claim, library.concepts), claim.id


def test_shipped_query_never_drops_a_vesicle_paper_for_dementia(library: Library) -> None:
    """The claim on psychiatric disorders asks for all four of them."""
    query = pubmed_queries(library.claims["state-basic-accumulating"], library.concepts)[0]
    for word in ("depressi*[tiab]", "anxiety*[tiab]", "schizophren*[tiab]", "PTSD[tiab]", '"Mental Disorders"[mh]'):
        assert word in query


def test_known_items_have_words_the_query_asks_for(library: Library) -> None:
    """Known items are only named where the claim has a query that could find them."""
    for claim in library.claims.values():
        if any(k.startswith("PMID:") for k in claim.known):
            assert pubmed_queries(claim, library.concepts), claim.id


def test_nothing_here_needs_the_network() -> None:
    """Building queries imports no HTTP client."""
    import subprocess
    import sys

    code = "import sys, evtrack.sources.pubmed_query, evtrack.sources.ctgov_query; print('httpx' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )
