"""Is a refresh whole or loud, whatever a service does? Complete by asking again, or partial and exit 3; never wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.demo.corpus import Corpus
from evtrack.demo.server import Fault
from tests.same_state import assert_same

if TYPE_CHECKING:
    from tests.desk import Built, Desk, Invent

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("faults")]

PASSING = (
    "429", "429-retry-after", "429-in-200", "500", "503", "html-200", "json-error-200", "wrong-type",
    "cut-body", "cut-open", "cut-text", "cut-gzip", "reset", "reset-body", "stall",
)  # fmt: skip
"""What is over when it is asked again."""
TWISTED = (
    "short-page", "empty-page-with-token", "overlap", "duplicate", "reorder", "looping-token", "growing-count",
)  # fmt: skip
"""A right answer with another list, count or token."""
LASTING = (
    "429", "503", "html-200", "json-error-200", "cut-body", "reset", "stall", "drip",
    "403", "redirect", "bad-key", "refuse", "short-page", "empty-page-with-token", "looping-token", "growing-count",
)  # fmt: skip
REQUESTS = (("pubmed", "esearch"), ("pubmed", "efetch"), ("ctgov", "studies"))
NONE_FOUND = re.compile(
    r"no matching study|was found in|: none found|no study of [^.]* was|該当研究なし|見つかりませんでした"
)
"""What only a whole search may say."""


def fault(service: Any, kind: str, path: str | None = None, nth: int = 1, times: int | None = None) -> Fault:
    """A fault that is soon over: nothing waits for more than half a second."""
    pace = {"429-retry-after": (0, None), "stall": (0.5, None), "drip": (0.02, 3), "gzip-bomb": (0, 100_000_000)}
    seconds, size = pace.get(kind, (0, 3))
    return Fault(service, kind, path, nth, times, seconds=seconds, size=size, location="http://127.0.0.1:9/elsewhere")


@pytest.fixture
def troubled(small: Desk, many: Corpus) -> Desk:
    """A desk before services that are going to fail; short waits, so that what stalls is over soon."""
    small.server.corpus = many
    small.environ |= {"EVTRACK_TIMEOUT": "0.5", "EVTRACK_DEADLINE": "4", "EVTRACK_RETRIES": "2"}
    return small


def not_wrong(desk: Desk, answer: dict[str, Any], whole: Built) -> None:
    """A claim asked whole stands as in the undisturbed store; of the others nothing is said that needs a whole search."""
    undisturbed = {c["claim_id"]: c["level"] for c in whole.told["claims"]}
    for claim in answer["claims"]:
        shown = desk.show(claim["claim_id"])
        searched = {s["source"] for s in shown["searched"] if s["complete"]}
        if claim["status"] == "complete":
            assert claim["level"] == undisturbed[claim["claim_id"]]
            assert searched == {"pubmed", "ctgov"}
        else:
            said = desk.run("show", claim["claim_id"]).flat
            assert searched != {"pubmed", "ctgov"} or not all(s["complete"] for s in shown["searched"])
            assert not NONE_FOUND.search(shown["label"]["en"] + shown["label"]["ja"] + shown["people"]["en"] + said)
    told = {c["kind"] for c in answer["changes"]}
    assert told & {"record_removed", "query_drift", "level_down", "retracted"} == set()


def converges(desk: Desk, whole: Built) -> None:
    """One clean run makes the store what it would have been; what came before is not told again."""
    desk.mend()
    desk.environ |= {"EVTRACK_TIMEOUT": "20", "EVTRACK_DEADLINE": "60"}  # a busy machine is no fault of the services
    answer = desk.refresh()
    assert {c["status"] for c in answer["claims"]} == {"complete"}
    assert_same(desk.place, whole.place, history=True)
    told = [(c["claim_id"], c["record_id"]) for c in desk.run("changes", "--since", "0", "--format", "json").json["changes"]
            if c["kind"] == "new_record"]  # fmt: skip
    assert len(told) == len(set(told))


@pytest.fixture(scope="session")
def counts() -> dict[tuple[str, str], int]:
    """How many requests of each kind an undisturbed refresh makes; filled by the first test that asks."""
    return {}


def moments(desk: Desk, counts: dict[tuple[str, str], int], service: str, path: str) -> list[int]:
    """The first, a middle and the last request of a kind, counted in an undisturbed refresh."""
    if not counts:
        desk.another("counted").refresh()
        counts |= {request: desk.asked(*request) for request in REQUESTS}
    n = counts[service, path]
    assert n > 1
    return sorted({1, n // 2 + 1, n})


@pytest.mark.parametrize("kind", [*PASSING, *TWISTED, "drip"])
def test_a_fault_that_passes(
    troubled: Desk, whole: Built, counts: dict[tuple[str, str], int], tally: Callable[[int], None], kind: str
) -> None:
    """A fault once at the first, a middle and the last request of each kind: whole by asking again, or it says that it is not."""
    when = {request: moments(troubled, counts, *request) for request in REQUESTS}
    if kind == "drip":  # each costs a whole deadline
        troubled.environ["EVTRACK_DEADLINE"] = "1"
        when = {request: nths[1:2] for request, nths in when.items()}
    faults = [fault(s, kind, p, nth, 1) for (s, p), nths in when.items() for nth in nths]
    troubled.server.faults.extend(faults)
    tally(len(faults))
    answer = troubled.refresh(code=(0, 3))
    if kind in PASSING:
        assert answer["status"] == "complete", answer["sources"]
        assert all(s["retries"] >= 1 for s in answer["sources"].values())
    if answer["status"] == "complete":
        unsure = ("search",) if kind in TWISTED else ()  # a count that was no count stands there for a week
        assert_same(troubled.place, whole.place, without=unsure)
    not_wrong(troubled, answer, whole)
    converges(troubled, whole)


@pytest.mark.parametrize("kind", LASTING)
def test_a_fault_that_lasts(troubled: Desk, whole: Built, tally: Callable[[int], None], kind: str) -> None:
    """A service that fails from the middle on and does not get up: partial, exit 3, what came is kept; then one clean run mends it."""
    if kind in ("stall", "drip"):  # each try waits
        troubled.environ |= {"EVTRACK_RETRIES": "0", "EVTRACK_DEADLINE": "1"}
    for service, path, nth in (("pubmed", "efetch", 2), ("ctgov", "studies", 3)):
        troubled.server.faults.append(fault(service, kind, *(() if kind == "refuse" else (path, nth))))
    tally(2)
    answer = troubled.refresh(code=(0, 3) if kind in TWISTED else 3)
    not_wrong(troubled, answer, whole)
    if answer["status"] != "complete":
        assert all(len(e) < 1000 for s in answer["sources"].values() for e in s["errors"])
    converges(troubled, whole)


@pytest.mark.parametrize(
    "kind", ["short-page", "empty-page-with-token", "overlap", "html-200", "cut-body", "429-in-200"]
)
def test_a_filled_store_loses_nothing(troubled: Desk, whole: Built, tally: Callable[[int], None], kind: str) -> None:
    """Answers that lack records remove none, lower no level and are no news, even where everything is fetched again."""
    troubled.adopt(whole)
    kept, evidence = troubled.history(), troubled.evidence()
    troubled.server.faults += [fault("pubmed", kind), fault("ctgov", kind)]
    tally(2)
    answer = troubled.refresh("--full", code=(0, 3) if kind == "overlap" else 3)
    assert answer["changes"] == []
    assert {(s["new"], s["changed"], s["removed"]) for s in answer["sources"].values()} == {(0, 0, 0)}
    assert all(c["level"] == c["level_before"] and c["stance"] == c["stance_before"] for c in answer["claims"])
    assert troubled.evidence()["records"] == evidence["records"]
    assert troubled.evidence()["ties"] == evidence["ties"]
    del kept["claim_grade"]  # what is said of a search that is not whole may be another sentence
    assert {t: rows for t, rows in troubled.history().items() if t in kept} == kept
    converges(troubled, whole)


def test_retry_after_is_waited_for(small: Desk) -> None:
    """A service that says when to come back is asked again then, and not before."""
    small.server.faults.append(Fault("pubmed", "429-retry-after", "esearch", times=1, seconds=1))
    small.refresh()
    arrivals = [s.at for s in small.server.seen if s.service == "pubmed"]
    assert arrivals[1] - arrivals[0] >= 0.95


def test_the_limit_of_requests_is_survived(small: Desk) -> None:
    """A service that lets three requests a second pass is asked until everything is there, even by one who hurries."""
    small.server.pubmed_rate = 3
    small.environ["EVTRACK_RETRY_WAIT"] = "0.4"
    assert small.refresh()["status"] == "complete"
    small.server.pubmed_rate = None
    fresh = small.another("fresh")
    fresh.refresh()
    assert small.evidence() == fresh.evidence()


def test_403_to_the_first_transport(small: Desk) -> None:
    """Where the registry's firewall refuses the first transport the next one is tried, and remembered."""
    small.server.faults.append(Fault("ctgov", "403", times=1))
    assert small.refresh()["status"] == "complete"
    small.mend()
    said = small.run("doctor").out
    assert "httpx-tls1.2" in said or "urllib" in said
    assert len([s for s in small.server.seen if s.status == 403]) == 1


def test_403_to_every_transport(small: Desk) -> None:
    """A registry that refuses everybody is never "no results": partial, exit 3, PubMed whole, and the sentence names the refusal."""
    small.server.faults.append(Fault("ctgov", "403"))
    answer = small.refresh(code=3)
    assert answer["sources"]["pubmed"]["errors"] == []
    assert "403" in " ".join(answer["sources"]["ctgov"]["errors"])
    assert {c["status"] for c in answer["claims"]} <= {"partial", "not_asked"}
    small.server.corpus = Corpus()
    empty = small.another("empty")
    empty.refresh(code=3)
    for claim in ("dep-effect", "ad-effect"):
        assert not NONE_FOUND.search(empty.run("show", claim).flat)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another host: its address, and the paths that were asked of it."""
    came: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 # the name is the standard library's

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://localhost:{other.server_port}/", came
        other.shutdown()


@pytest.mark.parametrize("service", ["pubmed", "ctgov"])
def test_a_redirect_to_another_host_is_refused(small: Desk, elsewhere: tuple[str, list[str]], service: Any) -> None:
    """An answer that sends us to another host is not followed: nothing arrives there, and the run says so."""
    address, came = elsewhere
    small.environ["NCBI_API_KEY"] = "keyforredirects"
    small.server.faults.append(Fault(service, "redirect", location=address))
    answer = small.refresh(code=3)
    assert came == []
    assert answer["sources"][service]["errors"]
    other = next(s for name, s in answer["sources"].items() if name != service)
    assert other["errors"] == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the most memory used from /proc")
@pytest.mark.parametrize(("service", "path"), [("pubmed", "efetch"), ("ctgov", "studies")])
@pytest.mark.parametrize("kind", ["big-body", "gzip-bomb"])
def test_a_body_of_100_mb_is_bounded(small: Desk, service: Any, path: str, kind: str) -> None:
    """A body of 100 MB, packed or not, is cut off at the bound: partial, exit 3, and memory stays in bounds."""
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom evtrack.cli import main\ncode = main(['refresh', '--json'])\n"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1], file=sys.stderr)\nsys.exit(code)"
    )
    small.server.faults.append(Fault(service, kind, path, size=100_000_000))
    environ = small.environment(EVTRACK_TIMEOUT="5", EVTRACK_DEADLINE="20", EVTRACK_RETRIES="1")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["sources"][service]["errors"]
    assert int(done.stderr.split()[-1]) < 400_000  # kB; a refresh without such a body has about 180,000


@pytest.mark.parametrize("down", ["pubmed", "ctgov"])
def test_one_source_down(small: Desk, first_week: Corpus, invent: Invent, down: Any) -> None:
    """One service down, one up: what is up is whole and told, exit 3, and no level falls by what was not asked."""
    small.refresh()
    small.at(7)
    small.server.corpus = first_week.with_(
        invent.article(111, "null trial in depression", date(2026, 11, 6)),
        invent.study(1, "Major Depressive Disorder", date(2026, 11, 6), overall_status="COMPLETED"),
    )
    small.server.faults.append(Fault(down, "refuse"))
    answer = small.refresh(code=3)
    up = "ctgov" if down == "pubmed" else "pubmed"
    assert answer["status"] == "partial"
    assert answer["sources"][up]["errors"] == []
    assert answer["sources"][down]["errors"]
    assert answer["sources"][down]["requests"] <= 2  # one failure of the connection, and the source is down
    assert {c["status"] for c in answer["claims"]} <= {"partial", "not_asked"}
    told = {(c["kind"], c["record_id"]) for c in answer["changes"]}
    claims = {c["claim_id"]: c for c in answer["claims"]}
    if down == "pubmed":
        assert told == {("trial_status", "NCT90000001")}
        assert (claims["dep-effect"]["level"], claims["ad-effect"]["level"]) == ("animal", "early_clinical")
    else:
        assert ("new_record", "PMID:90000111") in told
        assert claims["dep-effect"]["level"] == "rct"
    small.mend()
    small.refresh()
    fresh = small.another("fresh")
    fresh.refresh()
    assert small.evidence() == fresh.evidence()


@pytest.mark.parametrize("down", ["pubmed", "ctgov"])
def test_one_source_down_from_the_start(small: Desk, down: Any) -> None:
    """On an empty store with one service down nobody reads "none found", in either language, and the table does not say so either."""
    small.server.corpus = Corpus()
    small.server.faults.append(Fault(down, "refuse"))
    small.refresh(code=3)
    for lang in ("en", "ja"):
        for arguments in (("show", "dep-effect"), ("show", "ad-effect"), ("status",)):
            assert not NONE_FOUND.search(small.run(*arguments, "--lang", lang).flat)


def test_the_cursor_stays_where_a_run_was_cut_short(small: Desk, first_week: Corpus) -> None:
    """A change that a partial run could not fetch is fetched by the next whole run, though its date is long past by then."""
    small.refresh()
    small.server.corpus = first_week.with_(
        *(
            replace(a, corrections=(("ErratumIn", "90000120"),), mdat=date(2026, 11, 6))
            for a in first_week.articles
            if a.pmid == "90000101"
        )
    )
    small.at(7)
    small.server.faults.append(Fault("pubmed", "503", "efetch"))
    small.refresh(code=3)
    small.mend()
    small.at(27)
    told = {(c["kind"], c["record_id"]) for c in small.refresh()["changes"]}
    assert told == {("corrected", "PMID:90000101")}


@pytest.mark.parametrize("service", ["pubmed", "ctgov"])
def test_gone_is_told_only_where_it_was_asked(small: Desk, first_week: Corpus, service: Any) -> None:
    """What a whole search lacks is told neither removed nor drifted while nobody could ask for it by its id; the next run tells it."""
    small.refresh()
    gone = {"pubmed": {"PMID:90000101", "PMID:90000102"}, "ctgov": {"NCT90000001"}}[service]
    small.server.corpus = first_week.without(*(i.removeprefix("PMID:") for i in gone))
    searches = small.forget_lists()
    by_id = ("efetch", 1) if service == "pubmed" else ("studies", searches + 1)
    small.server.faults.append(Fault(service, "503", *by_id))
    small.at(7)
    answer = small.refresh(code=3)
    assert answer["changes"] == []
    assert small.show("dep-effect")["level"] == "animal"
    small.mend()
    small.at(14)
    told = {c["record_id"] for c in small.refresh()["changes"] if c["kind"] == "record_removed"}
    assert told == gone


@pytest.mark.parametrize("kind", ["empty-page-with-token", "short-page"])
def test_one_empty_answer_removes_nothing(small: Desk, first_week: Corpus, invent: Invent, kind: str) -> None:
    """A record that only left its query, and a trial likewise, are asked for again where the first answer by id lacks them."""
    small.refresh()
    small.server.corpus = first_week.with_(
        *(replace(a, mesh=()) for a in first_week.articles if a.pmid == "90000102"),
        invent.study(1, "Sleep"),
    )
    small.at(7)
    searches = small.forget_lists()
    small.server.faults += [
        Fault("pubmed", kind, "efetch", times=1, size=1),
        Fault("ctgov", kind, "studies", nth=searches + 1, times=1, size=1),
    ]
    answer = small.refresh(code=(0, 3))
    told = {(c["kind"], c["record_id"]) for c in answer["changes"]}
    assert {r for k, r in told if k == "record_removed"} == set()
    if answer["status"] == "complete":
        assert {r for k, r in told if k == "query_drift"} == {"PMID:90000102", "NCT90000001"}


def test_a_service_that_does_not_know_the_date_fields(small: Desk, first_week: Corpus, invent: Invent) -> None:
    """Where PubMed does not know [crdt] and [mdat] the search falls back to others, and what is new is found all the same."""
    small.server.eutils.unknown_fields = frozenset({"crdt", "mdat"})
    small.refresh(code=(0, 3))
    small.server.corpus = first_week.with_(invent.article(111, "null trial in depression", date(2026, 11, 6)))
    small.at(7)
    small.refresh(code=(0, 3))
    assert small.show("dep-effect")["level"] == "rct"


HOSTILE = "Exosomes \x1b[2J\x07 in depression \u202e[/x] \ud800 <script>alert(1)</script>"


def test_hostile_words_of_a_service(small: Desk, first_week: Corpus, invent: Invent) -> None:
    """Control characters, lone surrogates and markup in a service's text break nothing and reach no terminal."""
    small.server.corpus = first_week.with_(
        invent.study(8, "Major Depressive Disorder", brief_title=HOSTILE, brief_summary=HOSTILE + "\x00")
    )
    small.refresh()
    assert "NCT90000008" in {t["id"] for t in small.show("dep-effect")["registered"]}
    for arguments in (("show", "dep-effect", "--all"), ("status",), ("changes",)):
        said = small.run(*arguments).out
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", said)
    small.at(7)
    assert small.refresh("--full")["changes"] == []
