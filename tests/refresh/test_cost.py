"""Does a refresh cost what is new, not what is stored? Requests are counted at the server, over all shipped claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
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
    open("/tmp/ev/gate_seen","w").write("\n".join(str((s.service, s.path, len(str(s.params)), str(s.params)[-300:])) for s in second.server.seen))
    assert len(second.server.seen) <= 6
    assert sum(s["requests"] for s in answer["sources"].values()) == len(second.server.seen)
    assert answer["changes"] == []
    assert {c["status"] for c in answer["claims"]} == {"complete"}
    assert (second.evidence(), second.history()) == (evidence, history)
    searched = [s for row in second.status().values() for s in row["searched"]]
    assert len({(s["source"], s["query"]) for s in searched}) == 63
    assert all(s["complete"] and s["at"].startswith("2026-11-09") for s in searched)
