"""Is what is learned of many queries by few terms what each of them finds? Asked of the tests' own PubMed, without sockets."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.demo import ctgov_api
from evtrack.demo.corpus import Article, Corpus, pubmed_xml
from evtrack.demo.terms import search
from evtrack.record import Record, RecordId
from evtrack.sources import pubmed_xml as reader
from evtrack.sources._cover import LONGEST, NotReadError, query_of
from evtrack.sources._protocol import Read
from evtrack.sources.ctgov_query import by_area_alone, union_queries
from evtrack.sources.ctgov_query import words_seen as study_words
from evtrack.sources.pubmed_among import among
from evtrack.sources.pubmed_query import union_terms
from evtrack.sources.pubmed_search import Found
from evtrack.sources.pubmed_union import Union, modified
from evtrack.sources.pubmed_words import by_words_alone, words_seen
from evtrack.trouble import FetchError, Trouble
from tests.refresh import hitting

TODAY = date(2026, 11, 9)
ASKED = hitting.queries("pubmed")
CORPUS = hitting.corpus(270, 54)


@dataclass
class Entrez:
    """PubMed's search and history over a corpus. ``expired``: the history holds nothing any more."""

    corpus: Corpus = CORPUS
    expired: bool = False
    refuses_history: bool = False
    terms: list[str] = field(default_factory=list)
    kept: dict[int, Sequence[str]] = field(default_factory=dict)

    def esearch(self, term: str, retstart: int, retmax: int, history: Mapping[str, str] | None = None) -> Found:
        self.terms.append(term)
        if "#" in term and self.refuses_history:
            raise FetchError(Trouble("service_said", {"service": "pubmed", "said": "Unable to obtain query #1"}))
        found = search(term, self.corpus.index, history={} if self.expired else self.kept)
        pmids = self.corpus.index.pmids(found.held)
        at = None
        if history and history.get("usehistory"):
            self.kept[len(self.kept) + 1] = pmids
            at = ("ENV", str(len(self.kept)))
        unknown = tuple(found.phrases_not_found + found.quoted_not_found + found.fields_not_found)
        return Found(len(pmids), tuple(pmids[retstart:][:retmax]), found.translation, unknown=unknown, kept_as=at)

    def epost(self, ids: Sequence[RecordId], web_env: str | None) -> tuple[str, str]:
        self.terms.append("post")
        self.kept[len(self.kept) + 1] = [i.removeprefix("PMID:") for i in ids]
        return web_env or "ENV", str(len(self.kept))


def each(query: str, corpus: Corpus = CORPUS) -> set[str]:
    """What a query finds by itself."""
    return {f"PMID:{i}" for i in corpus.index.pmids(search(query, corpus.index).held)}


def reads(articles: Sequence[Article]) -> dict[RecordId, Read]:
    """The articles as they come from the service."""
    parsed = reader.parse(io.BytesIO(pubmed_xml(articles).encode()))
    return {p.record.id: p for p in parsed if isinstance(p, Read)}


def test_the_shipped_queries_fit_into_three_terms_and_one() -> None:
    """45 queries of PubMed are three terms of 4,000 characters, 18 of the registry one; they find the same, record by record."""
    terms = union_terms(ASKED)
    assert (len(ASKED), len(terms)) == (45, 3)
    assert all(len(term) <= LONGEST for term in terms)
    assert {i for t in terms for i in each(t)} == {i for q in ASKED for i in each(q)}
    registered = hitting.queries("ctgov")
    unions = union_queries(registered)
    assert (len(registered), len(unions)) == (18, 1)
    found = [
        {s.nct_id for q in some for s in ctgov_api._found(dict(parse_qsl(q)), CORPUS)} for some in (unions, registered)
    ]
    assert found[0] == found[1] != set()


WORDS = [w for q in ASKED[:12] for _, words in query_of(q) for w in sorted(words)[:3]]
BLOCK = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda ws: f"({' OR '.join(ws)})")
QUERY = st.lists(BLOCK, min_size=1, max_size=3).map(" AND ".join)


@given(st.lists(QUERY, min_size=2, max_size=7), st.integers(60, 600))
@settings(max_examples=60, deadline=None)
def test_any_queries_and_their_union_find_the_same(queries: list[str], longest: int) -> None:
    """Whatever is absorbed, joined and factored out, the terms find what the queries find; none grows past its measure."""
    from evtrack.sources._cover import terms
    from evtrack.sources.pubmed_query import any_word

    made = terms([query_of(q) for q in queries], any_word, longest)
    assert {i for t in made for i in each(t)} == {i for q in queries for i in each(q)}
    assert all(len(t) <= max(longest, *(len(q) + 40 for q in queries)) for t in made)


@pytest.mark.parametrize("query", ['exosom*[tiab] AND (mice[tiab]', 'exosom*[tiab]) AND mice[tiab]', '"mice[tiab]', "AND mice[tiab]", "mice[tiab"])  # fmt: skip
def test_a_query_that_is_not_understood_is_asked_by_itself(query: str) -> None:
    """A query with a parenthesis or quote too few has no union with others: nothing is guessed."""
    with pytest.raises(NotReadError):
        union_terms([query, "rats[tiab]"])
    assert Union(Entrez(), TODAY).of([query, "rats[tiab]", "barley[tiab]"]) is None


def test_a_query_is_read_from_left_to_right_as_pubmed_does() -> None:
    """What mixes operators, also without blanks, ranges or words without a tag stays as it is written, in parentheses."""
    odd = [
        "rats[tiab] AND (mice[tiab])OR(depressi*[tiab])",
        "rats[tiab] OR mice[tiab] AND depressi*[tiab]",
        "exosom*[tiab] AND mild stress",
        '"2026/01/01"[crdt] : "2026/06/01"[crdt]',
    ]
    assert {i for t in union_terms([*odd, *ASKED[:3]]) for i in each(t)} == {i for q in [*odd, *ASKED[:3]] for i in each(q)}  # fmt: skip
    assert not by_words_alone([odd[2]])
    assert not by_words_alone([odd[3]])
    assert by_words_alone(ASKED)


@pytest.mark.parametrize("n", [900, 9_000])
def test_a_union_costs_pages_of_ids_not_records(n: int) -> None:
    """Whether 900 or 9,000 are stored, the union and what was modified of it are four requests."""
    notes = tuple(
        Article(str(93_000_000 + i), "Note", date(2026, 1, 5), mesh=("Exosomes", "Depression", "Inflammation"))
        for i in range(n)
    )
    entrez = Entrez(Corpus(notes))
    union = Union(entrez, TODAY)
    found = union.of(ASKED)
    assert found is not None
    assert found.complete
    assert len(found.ids) == n
    assert union.kept is not None
    changed = modified(entrez, union.kept, list(found.ids), date(2026, 10, 19))
    assert changed is not None
    assert changed.ids == changed.unsure  # the witnesses alone
    assert len(entrez.terms) == 4


def test_what_was_modified_is_told_of_the_union_and_beside_it() -> None:
    """Ids in the union and others that are held are told when they were modified; the union's terms are asked where nothing is kept."""
    news = replace(CORPUS.articles[7], mdat=date(2026, 11, 3))
    beside = replace(CORPUS.articles[-1], mdat=date(2026, 11, 4))
    entrez = Entrez(CORPUS.with_(news, beside))
    union = Union(entrez, TODAY)
    found = union.of(ASKED)
    assert found is not None
    assert union.kept is not None
    known = [*found.ids, RecordId(f"PMID:{beside.pmid}")]
    for kept in (union.kept, replace(union.kept, keys={})):
        changed = modified(entrez, kept, known, date(2026, 10, 19))
        assert changed is not None
        assert changed.ids - changed.unsure == {f"PMID:{news.pmid}", f"PMID:{beside.pmid}"}


@pytest.mark.parametrize("broken", ["expired", "refuses_history"])
def test_a_history_that_is_lost_is_no_week_without_news(broken: str) -> None:
    """Where the service's history holds nothing any more, or refuses, a record that was modified is told, or that it is not known."""
    news = replace(CORPUS.articles[7], mdat=date(2026, 11, 3))
    entrez = Entrez(CORPUS.with_(news))
    union = Union(entrez, TODAY)
    found = union.of(ASKED)
    assert found is not None
    assert union.kept is not None
    setattr(entrez, broken, True)
    changed = modified(entrez, union.kept, list(found.ids), date(2026, 10, 19))
    assert changed is None or changed.ids - changed.unsure == {f"PMID:{news.pmid}"}
    assert among(entrez, ASKED, reads(CORPUS.articles[:9]), RecordId("PMID:92000020")) is None


def test_a_term_that_was_not_read_to_its_end_makes_the_union_doubtful() -> None:
    """A service that cuts a long term, and counts what the rest finds, is not believed."""

    class Cutting(Entrez):
        def esearch(self, term: str, *more: Any, **most: Any) -> Found:
            found = super().esearch(term, *more, **most)
            return replace(found, translation=(found.translation or "")[:3_000])

    found = Union(Cutting(), TODAY).of(ASKED)
    assert found is not None
    assert not found.complete


def test_a_term_of_which_nothing_is_said_makes_the_union_doubtful() -> None:
    """One term that is answered with nothing, found or read, beside others that are answered: the union is not whole."""

    class Silent(Entrez):
        def esearch(self, term: str, *more: Any, **most: Any) -> Found:
            found = super().esearch(term, *more, **most)
            return replace(found, translation=None, count=0, pmids=()) if len(self.terms) == 1 else found

    found = Union(Silent(), TODAY).of(ASKED)
    assert found is not None
    assert not found.complete


def test_terms_that_are_answered_with_nothing_are_no_week_without_news() -> None:
    """Asked what was modified, term by term, a service that finds nothing at all, not even what is surely there, is not believed."""
    union = Union(Entrez(), TODAY)
    found = union.of(ASKED)
    assert found is not None
    assert union.kept is not None

    class Empty(Entrez):
        def esearch(self, term: str, *more: Any, **most: Any) -> Found:
            return replace(super().esearch(term, *more, **most), count=0, pmids=())

    assert modified(Empty(), replace(union.kept, keys={}), list(found.ids), date(2026, 10, 19)) is None


@pytest.mark.parametrize("guessed_right", [True, False])
def test_each_record_is_in_the_searches_that_find_it(guessed_right: bool) -> None:
    """For 60 records, in far fewer requests than queries, each is known to be in the queries that find it, also where guesses fail."""
    some = reads(CORPUS.articles[:60])
    if not guessed_right:
        wrong = Record(RecordId("PMID:92000003"), "pubmed", "pubmed-xml", "Nothing of what it says")
        some[wrong.id] = Read(wrong, b"")
    entrez = Entrez()
    found = among(entrez, ASKED, some, RecordId("PMID:92000200"))
    assert found is not None
    assert {q: set(ids) for q, ids in found.items()} == {q: each(q) & some.keys() for q in ASKED}
    assert len(entrez.terms) <= (10 if guessed_right else 40)
    assert all(len(term) <= LONGEST for term in entrez.terms)


def test_guesses_that_all_fail_cost_no_more_than_asking_each() -> None:
    """Where PubMed finds by what the record's words do not show, asking stops before it costs more than each query by itself."""
    blank = {i: Read(Record(i, "pubmed", "pubmed-xml", "?"), b"") for i in reads(CORPUS.articles[:60])}
    entrez = Entrez()
    found = among(entrez, ASKED, blank, RecordId("PMID:92000200"))
    assert len(entrez.terms) <= len(ASKED)
    assert found is None or {q: set(ids) for q, ids in found.items()} == {q: each(q) & blank.keys() for q in ASKED}


def test_what_no_search_sees_is_left_out() -> None:
    """Dates, ids, references and status may change and a record stays where it was; its words, headings, types and authors may not."""
    article = replace(CORPUS.articles[3], mesh=("Mice",), keywords=("k",))
    raw = next(iter(reads([article]).values())).raw
    unseen = replace(article, doi="10.9999/1", mdat=TODAY, corrections=(("ErratumIn", "92000001"),), nct_ids=("NCT92000001",))  # fmt: skip
    assert words_seen(next(iter(reads([unseen]).values())).raw) == words_seen(raw) is not None
    for seen in ({"mesh": ("Rats",)}, {"title": "Other"}, {"abstract": "Other"}, {"keywords": ("j",)}, {"publication_types": ("Review",)}, {"authors": ("Kato, Koji",)}, {"affiliation": "Nagoya"}):  # fmt: skip
        other = next(iter(reads([replace(article, **seen)]).values())).raw
        assert words_seen(other) != words_seen(raw), seen
    assert words_seen(b"PMID- 1") is None
    study = CORPUS.studies[0]
    written = [ctgov_api._json(s.json()).body for s in (study, replace(study, overall_status="TERMINATED", last_update=TODAY), replace(study, conditions=("Other",)))]  # fmt: skip
    assert study_words(written[0]) == study_words(written[1]) != study_words(written[2])
    results = {
        **json.loads(written[0]),
        "resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": [{"title": "T"}]}},
    }
    assert study_words(json.dumps(results).encode()) != study_words(written[0])
    assert study_words(b"{}") is study_words(b"no study") is None
    assert by_area_alone(hitting.queries("ctgov"))
    assert not by_area_alone(["query.term=AREA[LastUpdatePostDate]RANGE[2026-01-01,MAX]"])
