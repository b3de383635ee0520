"""Does a refresh cost what is new, not what is stored? Requests are counted at the server, over all shipped claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from evtrack.demo import ctgov_api
from evtrack.demo.terms import search
from tests.refresh import hitting

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from tests.desk import Built, Desk

pytestmark = pytest.mark.enable_socket
LISTS = "SELECT source, query, ids FROM found_list WHERE query <> ''"
NEWS = date(2026, 11, 6)


@pytest.fixture(scope="session")
def stored() -> Corpus:
    """What the services hold in the first week: six articles and three trials for each query, and what none finds."""
    return hitting.corpus(270, 54)


@pytest.fixture
def second(desk: Desk, built: Callable[..., Built], stored: Corpus) -> Desk:
    """A desk with the store of the first week, a week later."""
    desk.adopt(built("cost", stored))
    desk.at(7)
    desk.server.forget()
    return desk


def in_truth(corpus: Corpus) -> dict[tuple[str, str], set[str]]:
    """(source, query) → the ids that the service finds for it, each query by itself."""
    found = {
        ("pubmed", q): {f"PMID:{i}" for i in corpus.index.pmids(search(q, corpus.index).held)}
        for q in hitting.queries("pubmed")
    }
    for q in hitting.queries("ctgov"):
        found["ctgov", q] = {s.nct_id for s in ctgov_api._found(dict(parse_qsl(q)), corpus)}
    return found


def lists_of(desk: Desk) -> dict[tuple[str, str], set[str]]:
    """The same as the store has it."""
    return {(s, q): {i for some in json.loads(ids).values() for i in some} for s, q, ids in desk.rows(LISTS)}


def whole_today(desk: Desk, day: str = "2026-11-09") -> None:
    """Every query counts as searched whole on a day, that of the second week, with as many records as the service has."""
    truth = in_truth(desk.server.corpus)
    searched = [s for row in desk.status().values() for s in row["searched"]]
    assert {(s["source"], s["query"]) for s in searched} == truth.keys()
    assert all(s["complete"] and s["at"].startswith(day) for s in searched)
    assert all(s["count"] == len(truth[s["source"], s["query"]]) for s in searched)


def test_a_week_without_news(second: Desk, stored: Corpus) -> None:
    """The same corpus with a newer ``dataTimestamp`` costs six requests at most, and every query was searched whole today."""
    evidence, history = second.evidence(), second.history()
    second.server.corpus = hitting.on(stored, date(2026, 11, 9))
    answer = second.refresh()
    assert len(second.server.seen) <= 6
    assert sum(s["requests"] for s in answer["sources"].values()) == len(second.server.seen)
    assert all(len(s.params["term"]) <= 4_000 for s in second.server.seen if "term" in s.params)
    assert answer["changes"] == []
    assert {c["status"] for c in answer["claims"]} == {"complete"}
    assert (second.evidence(), second.history()) == (evidence, history)
    assert lists_of(second) == in_truth(stored)
    whole_today(second)


def test_a_removal_is_told(second: Desk, stored: Corpus) -> None:
    """In a week in which an article and a trial are gone and nothing else, both are told, and no query is asked by itself."""
    second.server.corpus = stored.without("92000004", "NCT92000004")
    answer = second.refresh()
    told = {(c["kind"], c["record_id"]) for c in answer["changes"] if c["record_id"]}
    assert told == {("record_removed", "PMID:92000004"), ("record_removed", "NCT92000004")}
    terms = {s.params.get("term", "") for s in second.server.seen} | {
        s.params.get("query.intr", "") for s in second.server.seen
    }
    assert terms.isdisjoint(hitting.queries("pubmed"))
    assert {t for t in terms if "exosome" in t} <= {t for t in terms if len(t) > 1_000}
    assert lists_of(second) == in_truth(second.server.corpus)
    whole_today(second)


def test_an_ordinary_week(second: Desk, stored: Corpus) -> None:
    """60 new, 200 revised, one deleted and three trials changed cost 25 requests at most, and each list is what its query finds.

    Documents that the last refresh itself brought prove nothing of what searches knew of them: so not right after the first.
    """
    second.server.corpus = hitting.on(stored, date(2026, 11, 9))
    second.refresh()
    second.at(14)
    second.server.forget()
    second.server.corpus = hitting.ordinary_week(stored, date(2026, 11, 13))
    answer = second.refresh()
    requests = len(second.server.seen)
    assert answer["sources"]["pubmed"]["new"] == 60
    told = {(c["kind"], c["record_id"]) for c in answer["changes"]}
    assert ("record_removed", "PMID:92000269") in told
    assert len({i for kind, i in told if kind == "trial_status"}) == 3
    assert {c["status"] for c in answer["claims"]} == {"complete"}
    assert lists_of(second) == in_truth(second.server.corpus)
    whole_today(second, "2026-11-16")
    assert requests <= 25


def test_reworded_records_are_searched_for(second: Desk, stored: Corpus) -> None:
    """A record that is still in the union but left one query for another by its words is in the right lists, and the drift is told."""
    moved = next(a for a in stored.articles if a.pmid == "92000006")
    second.server.corpus = stored.with_(
        hitting.article(6, hitting.queries("pubmed")[0], moved.crdt, mdat=NEWS, title=moved.title)
    )
    before = lists_of(second)
    answer = second.refresh()
    assert answer["status"] == "complete"
    after = lists_of(second)
    assert after == in_truth(second.server.corpus)
    assert after != before


def test_a_union_that_is_cut_short_is_not_believed(second: Desk, stored: Corpus) -> None:
    """Where the union's answer does not hold what it counts, each query is asked, and nothing is told as gone."""
    from evtrack.demo.server import Fault

    second.server.faults.append(Fault("pubmed", "short-page", "esearch", 1, 12))
    answer = second.refresh(code=(0, 3))
    asked = {s.params.get("term") for s in second.server.seen}
    assert asked >= set(hitting.queries("pubmed"))
    assert answer["changes"] == []
    second.server.faults.clear()
    second.at(7.1)
    assert second.refresh()["changes"] == []
    assert lists_of(second) == in_truth(stored)
