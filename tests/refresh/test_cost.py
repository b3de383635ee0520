"""Does a refresh cost what is new, not what is stored? Requests are counted at the server, over all shipped claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.refresh import hitting

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from tests.desk import Built, Desk

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="session")
def stored() -> Corpus:
    """What the services hold in the first week: 450 articles and 54 trials, ten and three for each query."""
    return hitting.corpus(450, 54)


@pytest.fixture
def second(desk: Desk, built: Callable[..., Built], stored: Corpus) -> Desk:
    """A desk with the store of the first week, a week later."""
    desk.adopt(built("cost", stored))
    desk.at(7)
    desk.server.forget()
    return desk


def test_a_week_without_news(second: Desk, stored: Corpus) -> None:
    """The same corpus with a newer ``dataTimestamp`` costs six requests at most, and every claim was searched whole today."""
    evidence, history = second.evidence(), second.history()
    second.server.corpus = hitting.on(stored, date(2026, 11, 9))
    answer = second.refresh()
    assert len(second.server.seen) <= 6
    assert sum(s["requests"] for s in answer["sources"].values()) == len(second.server.seen)
    assert answer["changes"] == []
    assert {c["status"] for c in answer["claims"]} == {"complete"}
    assert (second.evidence(), second.history()) == (evidence, history)
    searched = [s for row in second.status().values() for s in row["searched"]]
    assert len({(s["source"], s["query"]) for s in searched}) == 63
    assert all(s["complete"] and s["at"].startswith("2026-11-09") for s in searched)


def test_an_ordinary_week(second: Desk, stored: Corpus, cache: Path) -> None:
    """60 new, 200 revised, one deleted and three trials changed cost 25 requests at most, and each list is what a search gives."""
    second.server.corpus = hitting.ordinary_week(stored, date(2026, 11, 6))
    answer = second.refresh()
    Path("/tmp/ev/gate_seen").write_text(
        "\n".join(str((s.service, s.path, len(str(s.params)), str(s.params)[-200:])) for s in second.server.seen)
    )
    requests = len(second.server.seen)
    assert answer["sources"]["pubmed"]["new"] == 60
    assert ("record_removed", "PMID:92000449") in {(c["kind"], c["record_id"]) for c in answer["changes"]}
    assert {c["status"] for c in answer["claims"]} == {"complete"}
    each = second.another("each")
    each.refresh()
    lists = "SELECT source, query, ids, translation, troubles FROM found_list WHERE query <> '' ORDER BY 1, 2"
    assert second.rows(lists) == each.rows(lists)
    assert second.evidence() == each.evidence()
    assert requests <= 25
