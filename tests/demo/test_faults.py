"""Each fault is seen by a client over a real socket, for as long as it is told to last."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest

from evtrack.demo.article import Article
from evtrack.demo.corpus import Corpus
from evtrack.demo.faults import ServiceName
from evtrack.demo.server import Fault, StandIn
from evtrack.demo.study import Study

if TYPE_CHECKING:
    from tests.demo.conftest import Client, Got

pytestmark = pytest.mark.enable_socket

DAY = date(2026, 11, 2)
STUDY = Study("NCT90000000", "Study of exosomes", DAY)


@pytest.fixture(autouse=True)
def _a_corpus(stand_in: StandIn) -> None:
    stand_in.corpus = Corpus(
        tuple(Article(str(90_000_000 + n), f"Exosomes, note {n}", DAY) for n in range(1, 7)),
        tuple(replace(STUDY, nct_id=f"NCT{90_000_000 + n}") for n in range(1, 7)),
    )


def ask(client: Client, service: ServiceName) -> Got:
    """Any request to a service."""
    return client.pubmed("efetch", id="90000001") if service == "pubmed" else client.ctgov("version")


@pytest.mark.parametrize(
    ("kind", "status", "content"),
    [
        ("429", 429, b"API rate limit exceeded"),
        ("429-retry-after", 429, b"API rate limit exceeded"),
        ("429-in-200", 200, b"API rate limit exceeded"),
        ("500", 500, b"<html>"),
        ("502", 502, b"<html>"),
        ("503", 503, b"<html>"),
        ("503-retry-after", 503, b"<html>"),
        ("403", 403, b"Forbidden"),
        ("html-200", 200, b"<html>"),
        ("json-error-200", 200, b'{"error"'),
        ("wrong-type", 200, b"no answer of this service"),
        ("bad-key", 400, b'"api-key":"s3cret"'),
    ],
)
def test_another_answer_comes_in_place_of_the_right_one(
    stand_in: StandIn, client: Client, kind: str, status: int, content: bytes
) -> None:
    """Once, then the right one again."""
    stand_in.faults.append(Fault("pubmed", kind, times=1, seconds=2))
    got = client.pubmed("efetch", id="90000001", api_key="s3cret")
    assert (got.status, content in got.body) == (status, True)
    assert got.headers.get("Retry-After") == ("2" if kind.endswith("retry-after") else None)
    assert b"PubmedArticleSet" in client.pubmed("efetch", id="90000001").body
    assert [seen.status for seen in stand_in.seen] == [status, 200]


def test_faults_are_counted_by_path_number_and_times(stand_in: StandIn, client: Client) -> None:
    """The second and third request for esearch fail, others do not; the other service is left alone."""
    fault = Fault("pubmed", "500", "esearch", nth=2, times=2)
    stand_in.faults.append(fault)
    statuses = []
    for _ in range(4):
        statuses.append(client.pubmed("esearch", term="exosomes").status)
        assert ask(client, "pubmed").status == 200
        assert ask(client, "ctgov").status == 200
    assert statuses == [200, 500, 500, 200]
    assert fault.matched == 4


def test_a_fault_without_times_lasts_until_it_is_taken_away(stand_in: StandIn, client: Client) -> None:
    """The first of two that are due is the one that happens."""
    stand_in.faults += [Fault("ctgov", "503"), Fault("ctgov", "500")]
    assert {ask(client, "ctgov").status for _ in range(3)} == {503}
    stand_in.faults.clear()
    assert ask(client, "ctgov").status == 200


def test_a_fault_that_is_none_is_told_at_once() -> None:
    """A mistyped kind would otherwise prove nothing."""
    with pytest.raises(ValueError, match="no fault is called '418'"):
        Fault("pubmed", "418")


def test_a_redirect_leads_where_it_is_told(stand_in: StandIn) -> None:
    """302 with a Location."""
    stand_in.faults.append(Fault("pubmed", "redirect", location="http://127.0.0.1:9/elsewhere"))
    url = urlsplit(stand_in.pubmed_url)
    connection = http.client.HTTPConnection(url.netloc, timeout=5)
    connection.request("GET", url.path + "esearch.fcgi?term=x")
    response = connection.getresponse()
    assert (response.status, response.getheader("Location")) == (302, "http://127.0.0.1:9/elsewhere")
    connection.close()


@pytest.mark.parametrize("service", ["pubmed", "ctgov"])
def test_a_big_body_is_as_big_as_it_is_told(stand_in: StandIn, client: Client, service: ServiceName) -> None:
    """As it is, or packed into a few bytes."""
    stand_in.faults.append(Fault(service, "big-body", size=3_000_000, times=1))
    got = ask(client, service)
    assert (len(got.body), got.headers["Content-Length"]) == (3_000_000, "3000000")
    stand_in.faults.append(Fault(service, "gzip-bomb", size=3_000_000, times=1))
    got = ask(client, service)
    assert len(got.body) == 3_000_000
    assert int(got.headers["Content-Length"]) < 10_000


def test_a_body_is_cut(stand_in: StandIn, client: Client) -> None:
    """Fewer bytes than promised; or as many as promised, with half the text; or half of the packed bytes."""
    whole = ask(client, "pubmed").body
    stand_in.faults.append(Fault("pubmed", "cut-body", times=1))
    with pytest.raises(http.client.IncompleteRead):
        ask(client, "pubmed")
    stand_in.faults.append(Fault("pubmed", "cut-text", times=1))
    assert ask(client, "pubmed").body == whole[: len(whole) // 2]
    stand_in.faults.append(Fault("pubmed", "cut-gzip", times=1))
    with pytest.raises(EOFError):
        ask(client, "pubmed")


def test_a_body_ends_without_a_word_of_its_length(stand_in: StandIn, client: Client) -> None:
    """Half of the text and the end of the connection, as a service does that tells no length; or RST after half of it."""
    whole = ask(client, "pubmed").body
    stand_in.faults.append(Fault("pubmed", "cut-open", times=1))
    got = ask(client, "pubmed")
    assert (got.body, "Content-Length" in got.headers) == (whole[: len(whole) // 2], False)
    stand_in.faults.append(Fault("pubmed", "reset-body", times=1))
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        ask(client, "pubmed")
    assert ask(client, "pubmed").body == whole


def test_an_answer_is_mislabelled(stand_in: StandIn, client: Client) -> None:
    """The right one under a type that is not its own."""
    whole = ask(client, "pubmed").body
    stand_in.faults.append(Fault("pubmed", "mislabelled", times=1))
    got = ask(client, "pubmed")
    assert (got.body, got.headers["Content-Type"]) == (whole, "text/html; charset=utf-8")


def test_a_connection_is_reset(stand_in: StandIn, client: Client) -> None:
    """No answer at all but RST; it is seen with status 0."""
    stand_in.faults.append(Fault("ctgov", "reset", times=1))
    with pytest.raises(ConnectionResetError):
        ask(client, "ctgov")
    assert stand_in.seen[0].status == 0
    assert ask(client, "ctgov").status == 200


def test_a_stall_keeps_a_client_waiting(stand_in: StandIn, client: Client) -> None:
    """No byte for so many seconds; then the answer."""
    stand_in.faults.append(Fault("ctgov", "stall", seconds=0.3, times=1))
    begun = time.monotonic()
    assert ask(client, "ctgov").status == 200
    assert time.monotonic() - begun >= 0.3
    stand_in.faults.append(Fault("ctgov", "stall", seconds=60, times=1))
    with pytest.raises((TimeoutError, URLError)):
        client.ask(f"{stand_in.ctgov_url}version", seconds=0.1)


def test_a_drip_comes_piece_by_piece(stand_in: StandIn, client: Client) -> None:
    """The whole body in the end."""
    whole = ask(client, "ctgov").body
    stand_in.faults.append(Fault("ctgov", "drip", size=20, seconds=0.05))
    begun = time.monotonic()
    assert ask(client, "ctgov").body == whole
    assert time.monotonic() - begun >= 0.05 * (len(whole) // 20 - 1)


def test_closing_ends_stalls_and_drips() -> None:
    """Nobody waits for a server that is gone."""
    with StandIn(Corpus()) as server:
        server.faults += [Fault("ctgov", "stall", seconds=60), Fault("pubmed", "drip", seconds=60)]
        url = urlsplit(server.ctgov_url)
        with socket.create_connection((url.hostname or "", url.port or 0), timeout=5) as connection:
            connection.sendall(b"GET /api/v2/version HTTP/1.1\r\nHost: x\r\n\r\n")
            while not server.seen:
                time.sleep(0.005)
            begun = time.monotonic()
            server.close()
            assert time.monotonic() - begun < 2


def test_a_service_that_refuses_has_no_socket_to_reach(stand_in: StandIn, client: Client) -> None:
    """Connections are refused while the fault stands, and the same address answers when it is gone."""
    assert ask(client, "ctgov").status == 200
    stand_in.faults.append(Fault("ctgov", "refuse"))
    time.sleep(0.1)
    with pytest.raises(URLError, match="refused"):
        ask(client, "ctgov")
    assert ask(client, "pubmed").status == 200
    stand_in.faults.clear()
    time.sleep(0.1)
    assert ask(client, "ctgov").status == 200


def test_a_service_may_begin_to_refuse_later(stand_in: StandIn, client: Client) -> None:
    """From the second request on; the first is answered."""
    stand_in.faults.append(Fault("ctgov", "refuse", nth=2))
    assert ask(client, "ctgov").status == 200
    with pytest.raises((URLError, ConnectionError)):
        ask(client, "ctgov")


def searched(client: Client) -> tuple[list[str], str]:
    """Ids and count of a search at PubMed."""
    answer = client.found("exosomes[tiab]", retmax=10)
    return answer["idlist"], answer["count"]


def test_a_list_of_ids_is_twisted(stand_in: StandIn, client: Client) -> None:
    """PubMed: shorter than its count, empty, with one twice, in another order, or with a count that grows or shrinks."""
    right, count = searched(client)
    for kind, expected, counted in (
        ("short-page", right[:-2], count),
        ("empty-page-with-token", [], count),
        ("duplicate", [*right, right[0]], count),
        ("reorder", right[::-1], count),
        ("repeated", [*right[:-1], right[0]], count),
        ("growing-count", right, "8"),
        ("shrinking-count", right, "4"),
    ):
        stand_in.faults[:] = [Fault("pubmed", kind, size=2)]
        assert searched(client) == (expected, counted), kind
    stand_in.faults[:] = [Fault("pubmed", "short-page", "efetch")]
    assert client.post("efetch", id="90000001,90000002").body.count(b"<PubmedArticle>") == 1
    stand_in.faults[:] = [Fault("pubmed", "overlap")]
    assert client.found("exosomes[tiab]", retstart=2, retmax=2)["idlist"] == [right[1], right[3]]


def pages(client: Client, at_most: int = 10) -> list[dict[str, Any]]:
    """All pages of all studies, two a page."""
    asked: dict[str, Any] = {"pageSize": 2, "countTotal": "true", "fields": "NCTId"}
    found = [client.ctgov(**asked).json]
    while "nextPageToken" in found[-1] and len(found) < at_most:
        found.append(client.ctgov(**asked, pageToken=found[-1]["nextPageToken"]).json)
    return found


def numbers(page: dict[str, Any]) -> list[int]:
    """The last digits of a page's NCT ids."""
    return [int(s["protocolSection"]["identificationModule"]["nctId"][-1]) for s in page["studies"]]


def test_pages_of_studies_are_twisted(stand_in: StandIn, client: Client) -> None:
    """ClinicalTrials.gov: each page as the fault says, and ``totalCount`` as it is."""
    for kind, size, expected in (
        ("short-page", 1, [[1], [3], [5]]),
        ("overlap", 1, [[1, 2], [2, 4], [4, 6]]),
        ("duplicate", 1, [[1, 2, 1], [3, 4, 3], [5, 6, 5]]),
        ("repeated", 1, [[1, 1], [3, 3], [5, 5]]),
        ("reorder", 1, [[2, 1], [4, 3], [6, 5]]),
    ):
        stand_in.faults[:] = [Fault("ctgov", kind, size=size)]
        found = pages(client)
        assert [numbers(page) for page in found] == expected, kind
        assert found[0]["totalCount"] == 6


def test_an_empty_page_carries_a_token_and_nothing_is_lost(stand_in: StandIn, client: Client) -> None:
    """The next page starts where the empty one did."""
    stand_in.faults.append(Fault("ctgov", "empty-page-with-token", nth=2, times=1))
    assert [numbers(page) for page in pages(client)] == [[1, 2], [], [3, 4], [5, 6]]


def test_a_token_may_lead_in_a_circle(stand_in: StandIn, client: Client) -> None:
    """The same page again and again."""
    stand_in.faults.append(Fault("ctgov", "looping-token", nth=2))
    assert [numbers(page) for page in pages(client, 5)] == [[1, 2], *[[3, 4]] * 4]


def test_others_come_than_were_asked_for(stand_in: StandIn, client: Client) -> None:
    """As many articles or studies as were asked for by their ids, and none of them; a search is not concerned."""
    asked = {"filter.ids": "NCT90000001,NCT90000002", "fields": "NCTId"}
    right = client.post("efetch", id="90000001,90000002").body
    stand_in.faults[:] = [Fault("pubmed", "strangers"), Fault("ctgov", "strangers")]
    others = client.post("efetch", id="90000001,90000002").body
    assert (right.count(b"<PubmedArticle>"), others.count(b"<PubmedArticle>")) == (2, 2)
    assert b">90000001<" in right
    assert b">90000001<" not in others
    assert numbers(client.ctgov(**asked).json) == [3, 4]
    assert numbers(pages(client)[0]) == [1, 2]


def test_a_count_may_grow(stand_in: StandIn, client: Client) -> None:
    """By so many a request."""
    stand_in.faults.append(Fault("ctgov", "growing-count", size=3))
    asked = {"countTotal": "true", "fields": "NCTId"}
    assert [client.ctgov(**asked).json["totalCount"] for _ in range(2)] == [9, 12]


def test_a_bug_of_the_server_is_told(
    stand_in: StandIn, client: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback on stderr and no answer, so that no test takes it for a fault that was asked for."""
    monkeypatch.setattr(Article, "xml", None)
    with pytest.raises(ConnectionError):
        ask(client, "pubmed")
    assert "TypeError" in capsys.readouterr().err


def test_a_client_that_leaves_is_no_bug(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever hangs up in the middle of a long body leaves no traceback."""
    stand_in.faults.append(Fault("ctgov", "big-body", size=30_000_000))
    url = urlsplit(stand_in.ctgov_url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=5) as connection:
        connection.sendall(b"GET /api/v2/version HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(100)
    stand_in.close()
    assert capsys.readouterr().err == ""


def test_answers_are_packed_for_those_who_take_it(client: Client) -> None:
    """As both services do."""
    url = f"{client.stand_in.pubmed_url}efetch.fcgi?id=90000001"
    plain, packed = client.ask(url), client.ask(url, gzipped=True)
    assert plain.body == packed.body
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(gzip.compress(plain.body, 1))


def test_one_connection_may_ask_several_times(stand_in: StandIn) -> None:
    """HTTP/1.1 with connections that stay open."""
    url = urlsplit(stand_in.ctgov_url)
    connection = http.client.HTTPConnection(url.netloc, timeout=5)
    for _ in range(2):
        connection.request("GET", "/api/v2/version")
        assert json.loads(connection.getresponse().read())["apiVersion"]
    connection.close()
