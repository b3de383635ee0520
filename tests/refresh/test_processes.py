"""Is anything lost, doubled or too fast when processes are killed, stopped, or run side by side?"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.demo.corpus import Corpus
from evtrack.demo.server import Fault
from evtrack.store.store import Store
from tests.databases import forget
from tests.desk import FIRST
from tests.same_state import assert_same

if TYPE_CHECKING:
    from tests.desk import Built, Desk, Invent

pytestmark = pytest.mark.enable_socket
NEWS = date(2026, 11, 6)
Until = Callable[[Callable[[], Any]], None]


@pytest.fixture
def busy(small: Desk, many: Corpus) -> Desk:
    """A desk whose refresh takes a second or two: requests are paced."""
    small.server.corpus = many
    small.environ |= {"EVTRACK_PUBMED_INTERVAL": "0.05", "EVTRACK_CTGOV_INTERVAL": "0.05"}
    return small


def wait_for(desk: Desk, process: subprocess.Popen[str], requests: int) -> None:
    """Until so many requests have arrived, or the process is done."""
    while len(desk.server.seen) < requests and process.poll() is None:
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.promise("kills")
def test_kill_at_ten_moments(busy: Desk, whole: Built, tally: Callable[[int], None]) -> None:
    """Killed ten times in a row the store is whole each time, and one clean run makes it what it would have been."""
    moments = random.Random(20261123)  # noqa: S311 # a seed, so that the moments are the same in each run
    started = time.monotonic()
    busy.start("refresh", "--quiet").wait(60)
    requests, lasts = len(busy.server.seen), time.monotonic() - started
    forget(busy.place)
    for number in range(10):
        before = len(busy.server.seen)
        process = busy.start("refresh", "--full", "--quiet")
        if number % 2:  # at a request, where the net is asked
            wait_for(busy, process, before + moments.randint(1, requests))
        else:  # at a time, where it grades and writes
            time.sleep(lasts * moments.uniform(0.3, 1.0))
        process.kill()
        process.communicate()
        if busy.place.exists():
            busy.sound()
            busy.status()
    busy.refresh()
    busy.sound()
    assert_same(busy.place, busy.of(whole).place)
    tally(10)


@pytest.mark.promise("kills")
def test_killed_in_the_second_week(busy: Desk, many: Corpus, invent: Invent, until: Until) -> None:
    """News of a week in which the refresh was killed are told by the next one, none twice and none never."""
    busy.refresh()
    busy.at(7)
    busy.server.corpus = many.with_(invent.article(111, "null trial in depression", NEWS)).without("NCT90000007")
    busy.server.faults.append(Fault("ctgov", "stall", seconds=5))
    before = len(busy.server.seen)
    process = busy.start("refresh", EVTRACK_TIMEOUT="20", EVTRACK_DEADLINE="30")
    until(lambda: any(s.service == "ctgov" for s in busy.server.seen[before:]))
    process.kill()
    process.communicate()
    busy.mend()
    busy.refresh()
    told = [
        (c["kind"], c["record_id"]) for c in busy.run("changes", "--since", "1", "--format", "json").json["changes"]
    ]
    assert told.count(("new_record", "PMID:90000111")) == 1
    assert ("record_removed", "NCT90000007") in told
    busy.sound()


def test_two_at_once(busy: Desk, whole: Built) -> None:
    """Of two refreshes of one store one does it; the other waits for its turn or leaves with 3 and one sentence."""
    both = [busy.start("refresh", "--json") for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda p: (p, *p.communicate(timeout=60)), both))
    codes = sorted(p.returncode for p, _, _ in ended)
    assert codes in ([0, 0], [0, 3]), ended
    assert all("Traceback" not in err for _, _, err in ended)
    for process, out, err in ended:
        if process.returncode == 3:
            assert all(line.startswith("evtrack: ") for line in err.splitlines())  # that it waits, and that it leaves
            assert len(err.splitlines()) <= 2
        else:
            assert out, ended
            assert json.loads(out)["status"] == "complete"
    busy.sound()
    assert busy.evidence() == busy.of(whole).evidence()
    assert busy.refresh()["changes"] == []


def fastest(desk: Desk, service: str) -> int:
    """The most requests that arrived at a service within any second."""
    arrivals = [s.at for s in desk.server.seen if s.service == service]
    return max(sum(1 for later in arrivals if start <= later < start + 1) for start in arrivals)


@pytest.mark.slow
def test_never_more_than_three_a_second(small: Desk) -> None:
    """Three refreshes back to back, then two at once on other stores: never more than three starts in any second, and no 429."""
    del small.environ["EVTRACK_PUBMED_INTERVAL"]
    small.server.pubmed_rate = 3
    for _ in range(3):
        assert small.start("refresh", "--quiet").wait(60) == 0
    both = [small.another(name).start("refresh", "--quiet") for name in ("one", "two")]
    assert [p.wait(60) for p in both] == [0, 0]
    assert fastest(small, "pubmed") <= 3
    assert 429 not in {s.status for s in small.server.seen}


def test_sigterm(busy: Desk, until: Until) -> None:
    """SIGTERM in the middle: exit 3, the last line of stdout is the JSON and says partial, and what was got is kept."""
    busy.server.faults.append(Fault("ctgov", "stall", nth=2, seconds=5))
    process = busy.start("refresh", "--json", EVTRACK_TIMEOUT="20", EVTRACK_DEADLINE="30")
    until(lambda: sum(1 for s in busy.server.seen if s.service == "ctgov") >= 2)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 3, err
    assert time.monotonic() - asked < 4
    assert "Traceback" not in err
    answer = json.loads(out.splitlines()[-1])
    assert answer["status"] == "partial"
    assert {c["status"] for c in answer["claims"]} & {"partial", "not_asked"}
    busy.mend()
    busy.sound()
    busy.refresh()
    fresh = busy.another("fresh")
    fresh.refresh()
    assert busy.evidence() == fresh.evidence()


@pytest.mark.parametrize("first", [True, False], ids=["first week", "second week"])
def test_readers_are_never_blocked(busy: Desk, many: Corpus, invent: Invent, until: Until, first: bool) -> None:
    """While a refresh waits for the net, `status` and `show` answer at once, with the last state that was finished."""
    if not first:
        busy.refresh()
        busy.at(7)
    known = None if first else (busy.run("status", "--json").out, busy.run("show", "dep-effect", "--json").out)
    busy.server.corpus = many.with_(invent.article(111, "null trial in depression", NEWS))
    busy.server.faults.append(Fault("pubmed", "stall", "efetch", seconds=4))
    before = busy.asked("pubmed", "efetch")
    process = busy.start("refresh", "--json", EVTRACK_TIMEOUT="20", EVTRACK_DEADLINE="30")
    until(lambda: busy.asked("pubmed", "efetch") > before)
    started = time.monotonic()
    status, shown = busy.run("status", "--json").out, busy.run("show", "dep-effect", "--json").out
    assert time.monotonic() - started < 2
    assert process.poll() is None
    if known:
        assert (status, shown) == known
    else:
        assert json.loads(shown)["level"] == "none"
        assert "no matching study" not in json.loads(shown)["label"]["en"]
    busy.mend()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert busy.show("dep-effect")["level"] == "rct"


def test_no_transaction_while_the_net_is_asked(busy: Desk, until: Until) -> None:
    """While a refresh waits for the net another process may write into the store: nothing is locked."""
    busy.refresh()
    busy.at(7)
    busy.server.faults.append(Fault("ctgov", "stall", seconds=4))
    before = busy.asked("ctgov")
    process = busy.start("refresh", "--json", EVTRACK_TIMEOUT="20", EVTRACK_DEADLINE="30")
    until(lambda: busy.asked("ctgov") > before)
    with Store.open(busy.place, now=lambda: FIRST, timeout=0.5) as other, other.transaction():
        pass
    assert process.poll() is None
    busy.mend()
    process.communicate(timeout=30)
    assert process.returncode == 0
