"""A PubMed term finds what PubMed would find, read from left to right."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.claim import Library
from evtrack.demo.article import Article
from evtrack.demo.corpus import large_corpus
from evtrack.demo.pubmed_index import PubmedIndex
from evtrack.demo.terms import Findings, search
from evtrack.demo.words import Words, bits, numbers, words_of
from evtrack.sources.pubmed_query import pubmed_queries

ARTICLES = (
    Article("1", "Exosomes in mice", date(2026, 11, 5), "Stem cells. Extracellular vesicles were given.", mesh=("Exosomes",)),
    Article(
        "2",
        "MSC-EVs and Alzheimer's disease",
        date(2026, 10, 1),
        (("METHODS", "Vesicles of the extracellular space"), ("RESULTS", "nothing")),
        publication_types=("Journal Article", "Randomized Controlled Trial"),
        authors=("Kato, Koji A",),
        affiliation="Wako Clinic, Nagoya, Japan",
        nct_ids=("NCT90000001",),
        language="jpn",
    ),
    Article("3", "Exosomal cargo", date(2026, 11, 6), edat=date(2024, 1, 2), mdat=date(2026, 11, 20), published=date(2023, 5, 1)),
    Article("4", "Exosomes, merged away", date(2026, 11, 6), merged_into="1"),
)  # fmt: skip
INDEX = PubmedIndex(ARTICLES)


def found(term: str) -> set[str]:
    return set(INDEX.pmids(search(term, INDEX).held))


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("exosomes[tiab]", {"1"}),
        ("exosom*[tiab]", {"1", "3"}),
        ('"extracellular vesicle*"[tiab]', {"1"}),
        ('"extracellular vesicles"[Title/Abstract]', {"1"}),
        ("EXOSOMES[TIAB]", {"1"}),
        ('"MSC-EVs"[tiab]', {"2"}),
        ('"vesicles nothing"[tiab]', set()),
        ('"Alzheimer disease"[tiab]', {"2"}),
        ("stem[ti]", set()),
        ("stem[ab]", {"1"}),
        ('"Exosomes"[mh]', {"1"}),
        ('"exosomes"[MeSH Terms]', {"1"}),
        ("exos*[mh]", {"1"}),
        ('"clinical trial"[pt]', {"2"}),
        ('"Randomized Controlled Trial"[pt]', {"2"}),
        ('"clinical study"[pt]', {"2"}),
        ("Kato K[au]", {"2"}),
        ("Kato Koji A[fau]", {"2"}),
        ("Koji Kato[fau]", set()),
        ("Wako[ad] AND Nagoya[ad]", {"2"}),
        ("japanese[la]", {"2"}),
        ("eng[la]", {"1", "3"}),
        ("1[uid] OR 3[pmid]", {"1", "3"}),
        ("2:3[uid]", {"2", "3"}),
        ("NCT90000001[si]", {"2"}),
        ("NCT90000001", {"2"}),
        ("exosomes mice", {"1"}),
        ("mice AND exosomes[tiab]", {"1"}),
        ("2026/11/05[crdt]", {"1"}),
        ("2026/11[crdt]", {"1", "3"}),
        ("2026[crdt]", {"1", "2", "3"}),
        ("2026/11/06:2026/11/30[crdt]", {"3"}),
        ('"2026/11/06"[crdt] : "3000"[crdt]', {"3"}),
        ('"2026/10"[crdt]:"2026/10/31"[Date - Create]', {"2"}),
        ("2026/11/06:3000[edat]", set()),
        ("2024/01/02[edat]", {"3"}),
        ("2026/11/20[mdat]", {"3"}),
        ("2026/11/20:3000[lr]", {"3"}),
        ("2023[dp]", {"3"}),
        ("2023/5[pdat]", {"3"}),
        ("exosomes[tiab] OR cargo[tiab] NOT mice[tiab]", {"3"}),
        ("cargo[tiab] OR exosomes[tiab] AND mice[tiab]", {"1"}),
        ("cargo[tiab] OR (exosomes[tiab] AND mice[tiab])", {"1", "3"}),
        ("(exosomes[tiab] mice[tiab])", {"1"}),
        ("(exosomes[tiab]", {"1"}),
        ("exosomes[tiab]) AND mice[tiab]", {"1"}),
        ("exosomes[tiab", {"1"}),
        ('"exosomes', {"1"}),
        ("] : AND", set()),
        ("exosomes[tiab] :", {"1"}),
        ("", set()),
    ],
)  # fmt: skip
def test_a_term_finds_what_its_syntax_says(term: str, pmids: set[str]) -> None:
    """Tags, phrases, truncation, ranges, parentheses and left-to-right operators are read as the help page says."""
    assert found(term) == pmids


def test_a_plain_word_that_no_record_holds_is_dropped_and_named() -> None:
    """As recorded: the rest of the query is searched, and the phrase is in the error list."""
    said = search("exosomes nosuchword", INDEX, unknown_words={"nosuchword"})
    assert INDEX.pmids(said.held) == ["1"]
    assert said.phrases_not_found == ["nosuchword"]


def test_a_tagged_phrase_that_no_record_holds_finds_nothing_and_is_named() -> None:
    """A quoted one is a warning, another an error; AND with it is empty."""
    said = search('exosomes[tiab] AND "nosuchword here"[tiab]', INDEX, unknown_words={"nosuchword"})
    assert (said.held, said.quoted_not_found) == (0, ['"nosuchword here"[tiab]'])
    assert said.messages == ["No items found."]
    assert search("nosuchword[ti]", INDEX, unknown_words={"nosuchword"}).phrases_not_found == ["nosuchword[ti]"]


def test_a_tag_that_is_not_known_is_named_and_the_words_are_looked_for_everywhere() -> None:
    """A range of an unknown date field is dropped: the whole query is found, and only the error list tells."""
    said = search("exosomes[nosuchtag]", INDEX)
    assert (INDEX.pmids(said.held), said.fields_not_found) == (["1"], ["nosuchtag"])
    said = search("exosom*[tiab] AND 2026/11/06:3000[crdt]", INDEX, unknown_fields={"crdt"})
    assert (set(INDEX.pmids(said.held)), said.fields_not_found) == ({"1", "3"}, ["crdt"])


@pytest.mark.parametrize("term", ["2026-11-01:2026-11-30[crdt]", "soon[crdt]", "a:b[uid]", "exo*[tiab]", "--[tiab]"])
def test_a_date_that_is_none_and_a_truncation_too_short_are_not_found(term: str) -> None:
    """Dates are written with slashes, and four letters stand before a star."""
    said = search(term, INDEX)
    assert said.phrases_not_found == [term]
    assert said.held == 0


def test_history_stands_in_a_term_by_its_number() -> None:
    """``#2`` is the second query kept; one that was never kept holds nothing."""
    history = {1: ("1", "2"), 2: ("3",)}
    assert INDEX.pmids(search("#1 AND exosomes[tiab]", INDEX, history=history).held) == ["1"]
    assert INDEX.pmids(search("#2 OR #9", INDEX, history=history).held) == ["3"]


def test_the_translation_names_the_fields() -> None:
    """As the service writes a query back."""
    said = search("(exosom*[tiab] NOT exosomes[mh]) AND 2026/01/01:3000[crdt]", INDEX)
    assert said.translation == (
        '("exosom*"[Title/Abstract] NOT "exosomes"[MeSH Terms]) AND 2026/01/01:3000[Date - Create]'
    )


def test_newest_come_first() -> None:
    """By the day they were made, then by number."""
    assert [a.pmid for a in INDEX.articles] == ["3", "1", "2"]


def test_every_query_of_the_claims_evaluates(library: Library) -> None:
    """No query the claims send has a tag or a phrase that this server does not know."""
    index = large_corpus(3).index
    for claim in library.claims.values():
        for query in pubmed_queries(claim, library.concepts):
            said = search(query, index)
            assert (said.fields_not_found, said.phrases_not_found, said.quoted_not_found) == ([], [], []), query


def test_a_search_of_twenty_thousand_takes_no_half_second(library: Library) -> None:
    """The index is made once; each claim's query afterwards is quick."""
    (query,) = pubmed_queries(library.claims["dep-effect"], library.concepts)[:1]
    index = large_corpus(20_000).index
    search(query, index)
    begun = time.perf_counter()
    assert len(index.pmids(search(query, index).held)) == 20_000
    assert time.perf_counter() - begun < 0.5


@given(st.text(alphabet='ab *#:()[]"19/\\ANDORNOT', max_size=60))
def test_no_term_is_too_broken_to_be_read(term: str) -> None:
    """Law: whatever is typed, there is an answer, and it holds articles of the index alone."""
    said = search(term, INDEX)
    assert isinstance(said, Findings)
    assert said.held & ~INDEX.everything == 0


@given(st.sets(st.integers(0, 300)))
def test_bits_and_numbers_are_each_others_inverse(held: set[int]) -> None:
    """Law: a set of numbers comes back sorted from its bits."""
    assert numbers(bits(held, 301)) == sorted(held)


def test_a_phrase_without_a_word_finds_nothing() -> None:
    """Punctuation alone is no phrase."""
    assert Words([("one",), ("two",)]).find(" -- ") == 0


def test_words_part_at_hyphens_and_lose_the_possessive() -> None:
    """So that ``Alzheimer's disease`` is found by ``Alzheimer disease``."""
    assert words_of("Alzheimer’s MSC-Exo_2 TNF-α") == ["alzheimer", "msc", "exo", "2", "tnf", "α"]
