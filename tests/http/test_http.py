"""Is every failure of a service told, tried again where it may pass, and never with a secret?"""

from __future__ import annotations

import itertools
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

from evtrack.config import Settings, load_settings
from evtrack.http import service_of
from evtrack.sources._protocol import Answer
from evtrack.transports import TRANSPORTS
from evtrack.trouble import FetchError, PassingError, Trouble
from tests.http.conftest import KEY, KEY_SPELLINGS, Ask, Serve, failure, mock, ok, whole

pytestmark = pytest.mark.enable_socket


# Retries


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(asking: Ask, status: int) -> None:
    """A status that may pass is asked again until it has passed."""
    service = asking(**mock(httpx.Response(status), httpx.Response(status), httpx.Response(200, content=b"x")))
    assert service.ask("search", whole).body == b"x"
    assert (service.requests, service.retries) == (3, 2)


def test_a_limit_told_with_400_is_a_limit(asking: Ask) -> None:
    """NCBI's text of too many requests speaks of an api-key: it is no bad key."""
    limited = httpx.Response(400, content=b'{"error":"API rate limit exceeded","api-key":"192.0.2.1","limit":"3"}')
    assert asking(**mock(limited, httpx.Response(200))).ask("search", whole).status == 200


def test_no_try_is_left(asking: Ask) -> None:
    """After the last try the error says what the service said, its status, and how often it was asked."""
    error = failure(service := asking(**mock(httpx.Response(503, content=b"<h1>Back\n soon</h1> " + KEY.encode()))))
    assert (error.status, error.down, service.requests) == (503, False, 3)
    assert error.trouble == Trouble(
        "service_failed",
        {"service": "pubmed", "host": "service.test", "status": "503", "said": "Back soon ***", "tries": "3"},
    )


def test_a_reader_may_ask_for_another_try(asking: Ask) -> None:
    """An error in disguise is asked for again after as long as the answer itself says; its own words are told."""
    service = asking(**mock(httpx.Response(200, content=b"429"), httpx.Response(200, content=b"fine")), retries=1)

    def read(answer: Answer) -> bytes:
        if answer.body == b"429":
            raise PassingError(Trouble("disguised", {"said": f"key {KEY}"}), retry_after=0.2)
        return answer.body

    began = time.monotonic()
    assert service.ask("search", read) == b"fine"
    assert time.monotonic() - began >= 0.2
    never = asking(**mock(httpx.Response(200, content=b"429")), retries=0)
    with pytest.raises(FetchError) as caught:
        never.ask("search", read)
    assert caught.value.trouble.code == "disguised"
    assert caught.value.trouble.fields["said"] == "key ***"


def test_waits_double(serve: Serve, asking: Ask) -> None:
    """Each wait before a retry is at least twice the first wait of the one before, with some jitter."""
    server = serve(ok(status="500 No"))
    failure(asking(server.url, retries=3, retry_wait=0.05))
    waits = [later.at - earlier.at for earlier, later in itertools.pairwise(server.seen)]
    assert len(waits) == 3
    assert all(wait >= least for wait, least in zip(waits, (0.05, 0.1, 0.2), strict=True))


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "0"},
        {"Retry-After": "Sun, 01 Nov 2026 00:00:05 GMT", "Date": "Sun, 01 Nov 2026 00:00:05 GMT"},
        {"Retry-After": "Sun, 01 Nov 2020 00:00:05 GMT"},
    ],
)
def test_retry_after_wins(asking: Ask, headers: dict[str, str]) -> None:
    """What the service asks for, seconds or a date, stands in the place of the own wait."""
    service = asking(**mock(httpx.Response(429, headers=headers), httpx.Response(200)), retry_wait=2.0)
    began = time.monotonic()
    service.ask("search", whole)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("text", ["soon", "-1", "Sun, 99 Nov 2026", "²"])
def test_a_garbled_retry_after_is_none(asking: Ask, text: str) -> None:
    """A wait that cannot be read is the own one."""
    limited = httpx.Response(429, headers={b"Retry-After": text.encode()})
    assert asking(**mock(limited, httpx.Response(200))).ask("search", whole).status == 200


def test_a_wait_that_is_too_long_gives_up_at_once(asking: Ask) -> None:
    """An hour is not waited for: the error says how long the service wants, and what the limit is."""
    service = asking(**mock(httpx.Response(429, headers={"Retry-After": "3600"})))
    error = failure(service)
    assert (error.trouble.code, error.status, service.requests) == ("wait_too_long", 429, 1)
    assert (error.trouble.fields["wait"], error.trouble.fields["limit"]) == ("3600", "3")


def test_a_stop_passes_through(asking: Ask) -> None:
    """Ctrl-C while an answer is read is not a try that failed."""
    service = asking(**mock(httpx.Response(200)))

    def stopped(answer: Answer) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.ask("search", stopped)
    assert service.requests == 1


@pytest.mark.promise("secrets")
def test_retries_are_not_logged(asking: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """stamina's own log would carry the text of each failure."""
    caplog.set_level(0)
    failure(asking(**mock(httpx.Response(500))))
    assert not [record for record in caplog.records if record.name.startswith("stamina")]


# The breaker


@pytest.fixture
def refused_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_a_refused_port_is_down_at_once(asking: Ask, refused_port: int, transport: str) -> None:
    """Nothing listens: no retry, and nothing is sent any more."""
    service = asking(f"http://127.0.0.1:{refused_port}/", transports=TRANSPORTS, first=transport)
    error = failure(service)
    assert (error.down, error.trouble.code, service.requests) == (True, "no_connection", 1)
    assert "refused" in error.trouble.fields["why"]
    assert failure(service).down
    assert service.requests == 1
    assert service.down == error.trouble


def test_a_name_that_is_not_known_is_down_at_once(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No such host: told as the system tells it."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure(asking())
    assert (error.down, error.trouble.code) == (True, "no_connection")
    assert "not known" in error.trouble.fields["why"]


def test_a_name_server_that_is_silent_is_bounded(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name has no time-out of its own: ours holds."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [()] if over.wait(5) else [])
    began = time.monotonic()
    error = failure(asking())
    over.set()
    assert time.monotonic() - began < 1
    assert (error.down, error.trouble.code, error.trouble.fields["seconds"]) == (True, "connect_timeout", "0.25")


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_addresses_share_the_time_out(asking: Ask, monkeypatch: pytest.MonkeyPatch, transport: str) -> None:
    """A host with three addresses that drop packets costs one time-out, not three."""
    address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [address] * 3)
    waited: list[float] = []

    def drops(sock: socket.socket, to: object) -> None:
        waited.append(sock.gettimeout() or 0.0)
        raise TimeoutError

    monkeypatch.setattr(socket.socket, "connect", drops)
    error = failure(asking(transports=TRANSPORTS, first=transport))
    assert (error.down, error.trouble.code) == (True, "connect_timeout")
    assert len(waited) == 3
    assert sum(waited) == pytest.approx(0.25)


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_silence_costs_less_than_two_time_outs(serve: Serve, asking: Ask, transport: str) -> None:
    """A service that takes requests and never says a word is asked a second, shorter time, and is down."""
    server = serve(b"")
    server.answers = [server.silent]
    service = asking(server.url, transports=TRANSPORTS, first=transport, retries=4)
    began = time.monotonic()
    error = failure(service)
    assert time.monotonic() - began < 0.25 * 1.6 + 0.2
    assert (error.down, error.trouble.code, service.requests) == (True, "no_answer", 2)
    assert error.trouble.fields["seconds"] == "0.15"


def test_silence_after_an_answer_may_pass(serve: Serve, asking: Ask) -> None:
    """A service that has answered before is asked as often as any other that falters."""
    server = serve(b"")
    server.answers = [ok(), server.silent, server.silent, ok(b"again")]
    service = asking(server.url)
    service.ask("search", whole)
    assert service.ask("search", whole).body == b"again"


def test_a_connection_lost_after_an_answer_is_tried_once_more(asking: Ask) -> None:
    """One more try, then the service is down."""
    lost = httpx.ConnectError("[Errno 111] Connection refused")
    service = asking(**mock(httpx.Response(200), lost, httpx.Response(200), lost), retries=4)
    service.ask("search", whole)
    service.ask("search", whole)
    assert service.requests == 3
    error = failure(service)
    assert (error.down, error.trouble.code, service.requests) == (True, "no_connection", 5)


def test_the_first_word_comes_within_a_minute(asking: Ask) -> None:
    """With the default settings both waits for a silent service, and the wait between them, are below 60 s."""
    defaults = Settings(db="x", lang="en")
    waits = []

    def silent(request: httpx.Request) -> httpx.Response:
        waits.append(request.extensions["timeout"]["read"])
        raise httpx.ReadTimeout("")

    error = failure(asking(**mock(silent), timeout=defaults.timeout, retries=defaults.retries))
    assert (error.down, error.trouble.code) == (True, "no_answer")
    assert waits == [30.0, 18.0]
    assert (
        sum(waits) + 1.5 * defaults.retry_wait + defaults.ctgov_interval < 52
    )  # a start on a slow machine, and the writing, still fit


def test_three_in_a_row_are_down(asking: Ask) -> None:
    """Three requests in a row that ran out of tries: the service is down; another answer between begins a new row."""
    bad, good = httpx.Response(500), httpx.Response(200)
    service = asking(**mock(bad, bad, good, bad, bad, httpx.Response(404), bad), retries=0)
    downs = []
    for _ in range(9):
        try:
            service.ask("search", whole)
        except FetchError as error:
            downs.append((error.trouble.fields["status"], error.down))
    assert downs == [
        *[("500", False)] * 4, ("404", False), *[("500", False)] * 2, ("500", True),
    ]  # fmt: skip
    assert service.requests == 9
    assert failure(service).down
    assert service.requests == 9


# What the service refuses


@pytest.mark.parametrize("status", [400, 404, 414, 204])
def test_a_refusal_is_told_and_not_repeated(asking: Ask, status: int) -> None:
    """What was wrong with the request stays wrong: one line of what the service said, without a secret."""
    said = f"`filter.phase` is\n unknown. {KEY} {KEY_SPELLINGS[1]} {KEY_SPELLINGS[2]} " + "x" * 400
    service = asking(**mock(httpx.Response(status, content=said.encode() if status != 204 else b"")))
    error = failure(service)
    assert (error.status, error.down, service.requests) == (status, False, 1)
    assert error.trouble.code == "refused"
    assert len(error.trouble.fields["said"]) <= 300
    assert status == 204 or error.trouble.fields["said"].startswith("`filter.phase` is unknown. *** *** *** x")


@pytest.mark.promise("secrets")
def test_a_secret_at_the_edge_is_not_told_by_half(asking: Ask) -> None:
    """A long answer is read to a bound; the word that the bound cuts is left out."""
    said = b"<p " + b"x" * (16 * 1024 - 13) + b"> in " + KEY.encode() * 3
    error = failure(asking(**mock(httpx.Response(400, content=said))))
    assert error.trouble.fields["said"] == "in"


def test_an_error_whose_text_breaks_off_is_still_one(serve: Serve, asking: Ask) -> None:
    """The status was told; of the text there is what came."""
    error = failure(asking(serve(ok(b"no such", "Content-Length: 80", "Connection: close", status="404 No")).url))
    assert (error.status, error.trouble.code) == (404, "refused")


@pytest.mark.promise("secrets")
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401),
        httpx.Response(400, content=b'{"error":"API key invalid","api-key":"' + KEY.encode() + b'","type":"api-key"}'),
    ],
)
def test_a_bad_key_is_down(asking: Ask, answer: httpx.Response) -> None:
    """A key that the service refuses is refused for every request; what it said repeats the key and is not told."""
    service = asking(**mock(answer))
    error = failure(service, form={"api_key": KEY})
    assert (error.down, error.trouble.code, error.status) == (True, "bad_key", answer.status_code)
    assert "said" not in error.trouble.fields
    assert service.requests == 1


# 403 and the transports


def test_the_next_transport_is_tried_on_403(serve: Serve, asking: Ask) -> None:
    """A firewall that refuses two transports: the third is used, kept, and each change is told."""
    server = serve(ok(b"no", status="403 Forbidden"), ok(b"no", status="403 Forbidden"), ok(b"fine"))
    service = asking(server.url, transports=TRANSPORTS)
    assert service.ask("studies", whole).body == b"fine"
    assert (service.transport, service.requests, service.retries) == ("urllib", 3, 0)
    assert [trouble.code for trouble in service.told] == ["transport_refused"] * 2
    assert service.told[0].fields["transport"] == "httpx"
    assert service.told[0].fields["next"] == "httpx-tls1.2"
    service.ask("studies", whole)
    assert (service.transport, service.requests) == ("urllib", 4)


def test_a_refusal_by_all_is_down(asking: Ask) -> None:
    """All transports refused is never "no results": the service is down, and says why."""
    service = asking(**mock(httpx.Response(403, content=b"<b>Forbidden</b>")), transports=TRANSPORTS, first="urllib")
    error = failure(service)
    assert (error.down, error.status, error.trouble.code) == (True, 403, "refused_403")
    assert error.trouble.fields["said"] == "Forbidden"
    assert [told.fields["next"] for told in service.told] == ["httpx", "httpx-tls1.2"]


def test_a_transport_that_does_not_even_connect_is_refused_as_well(asking: Ask) -> None:
    """The second transport's TLS is too old for the service: the third one has its turn."""
    answers = mock(httpx.Response(403), httpx.ConnectError("handshake"), httpx.Response(200))
    service = asking(**answers, transports=TRANSPORTS)
    service.ask("studies", whole)
    assert (service.transport, service.down) == ("urllib", None)


def test_an_unknown_first_transport_is_passed_by(asking: Ask) -> None:
    """A store may remember a transport that is no more."""
    assert asking(first="carrier-pigeon").transport == "httpx"


# Redirects


@pytest.mark.promise("hosts")
@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_a_redirect_elsewhere_is_refused(serve: Serve, asking: Ask, transport: str) -> None:
    """Another host, another port, or no usable address: nothing is sent there, the key least of all."""
    other = serve(ok())
    for to in (
        other.url,
        "http://elsewhere.test/",
        "https://127.0.0.1:1/",
        "//elsewhere.test/",
        "http://[/",
        "ftp://127.0.0.1/",
    ):
        service = asking(
            serve(ok(b"", f"Location: {to}", status="302 Found")).url, transports=TRANSPORTS, first=transport
        )
        error = failure(service, form={"api_key": KEY})
        assert (error.trouble.code, error.status, service.requests) == ("redirected", 302, 1)
    assert other.seen == []


@pytest.mark.promise("hosts")
def test_a_step_down_from_https_is_refused(asking: Ask) -> None:
    """https never becomes http; http may become https on the same host."""
    down = httpx.Response(301, headers={"Location": "http://service.test/api/search"})
    assert failure(asking("https://service.test/api/", **mock(down))).trouble.code == "redirected"
    up = httpx.Response(301, headers={"Location": "https://service.test/api/search"})
    assert asking(**mock(up, httpx.Response(200))).ask("search", whole).status == 200


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_redirects_on_the_same_host_are_followed(serve: Serve, asking: Ask, transport: str) -> None:
    """Three at most; the form goes along, except for 303, which says that the answer is a page to get."""
    moved = ok(b"", "Location: /new?a=b", status="308 Moved")
    other = ok(b"", "Location: seen", status="303 See Other")
    server = serve(moved, other, ok(b"there"))
    service = asking(server.url, transports=TRANSPORTS, first=transport)
    assert service.ask("old", whole, form={"a": "1"}).body == b"there"
    asked = [(asked.method, asked.target, asked.body) for asked in server.seen]
    assert asked == [("POST", "/api/old", b"a=1"), ("POST", "/new?a=b", b"a=1"), ("GET", "/seen", b"")]
    server = serve(moved)
    assert failure(asking(server.url)).trouble.code == "redirected_often"
    assert len(server.seen) == 4


# Settings


def test_a_service_as_the_settings_want_it(serve: Serve, tmp_path: Path) -> None:
    """PubMed by httpx alone, ClinicalTrials.gov by all transports; pace, contact and key come from the settings."""
    server = serve(ok(KEY.encode(), status="400 Bad"))
    given = {
        "EVTRACK_PUBMED_URL": server.url,
        "EVTRACK_CTGOV_URL": server.url,
        "EVTRACK_NCBI_API_KEY": KEY,
        "EVTRACK_CTGOV_INTERVAL": "0",
        "EVTRACK_EMAIL": "who@example.org",
    }
    settings = load_settings({}, given, tmp_path)
    for name, first, used in (("pubmed", "urllib", "httpx"), ("ctgov", "urllib", "urllib"), ("ctgov", None, "httpx")):
        with service_of(settings, name, tmp_path, first=first) as service:
            assert (service.name, service.transport) == (name, used)
            with pytest.raises(FetchError, match=r"said=\*\*\*"):
                service.ask("search", whole)
    assert server.seen[0].headers["user-agent"].endswith("(+who@example.org)")
    assert (tmp_path / "pace" / f"127.0.0.1_{server.port}.last").exists()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://eutils.example/entrez/", "eutils.example_443"),
        ("http://user:pw@Eutils.example/", "eutils.example_80"),
        ("https://eutils.example:8443/", "eutils.example_8443"),
    ],
)
def test_the_pace_is_of_host_and_port(tmp_path: Path, url: str, host: str) -> None:
    """However the URL is spelled, a host and its port have one pace."""
    service = service_of(Settings(db="x", lang="en", pubmed_url=url), "pubmed", tmp_path)
    assert service._pace._stamp == tmp_path / "pace" / f"{host}.last"
