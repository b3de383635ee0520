"""Does each transport bring the same answer, whole, in time, and by the network that people really have?"""

from __future__ import annotations

import gzip
import itertools
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from evtrack.http import user_agent
from evtrack.pace import Pace
from evtrack.sources._protocol import Answer
from evtrack.transports import TRANSPORTS
from tests.http.conftest import KEY, Answering, Ask, Serve, drip, failure, mock, ok, whole

pytestmark = pytest.mark.enable_socket


# What is sent, and what comes back


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_get_and_post_arrive_as_asked(serve: Serve, asking: Ask, transport: str) -> None:
    """By each transport: GET with its query, POST with its form, an honest User-Agent, the path under the base URL."""
    server = serve(ok(b"<a/>", "Content-Type: Text/XML; charset=utf-8"))
    service = asking(server.url, transports=TRANSPORTS, first=transport, user_agent=user_agent("who@example.org"))
    assert service.ask("search", whole, query={"term": "a+b [ti]"}) == Answer(200, "text/xml", b"<a/>")
    service.ask("post", whole, form={"api_key": KEY, "term": "é"})
    get, post = server.seen
    assert (get.method, get.target, get.body) == ("GET", "/api/search?term=a%2Bb+%5Bti%5D", b"")
    assert (post.method, post.target) == ("POST", "/api/post")
    assert post.body == b"api_key=K3Y%2Fwith%2Bsign&term=%C3%A9"
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"
    assert get.headers["user-agent"].startswith("evtrack/")
    assert get.headers["user-agent"].endswith(" (+who@example.org)")
    assert (service.requests, service.retries, service.transport, service.down) == (2, 0, transport, None)


def test_the_user_agent_is_one_line() -> None:
    """Without a contact only name and version; what cannot stand in a header is left out."""
    assert "(" not in user_agent(None)
    assert user_agent("a\r\nX: é@b").endswith(" (+aX:@b)")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
def test_packed_bodies_are_unpacked(serve: Serve, asking: Ask, transport: str, encoding: str) -> None:
    """gzip, also of several members filled up with zeros, zlib, and no packing give the same body."""
    text = b"many words " * 50_000
    packed = {
        "gzip": gzip.compress(text[:100]) + gzip.compress(text[100:]) + bytes(7),
        "deflate": zlib.compress(text),
        "identity": text,
    }[encoding]
    service = asking(serve(ok(packed, f"Content-Encoding: {encoding}")).url, transports=TRANSPORTS, first=transport)
    assert service.ask("fetch", whole).body == text


def test_what_read_raises_passes_through(asking: Ask) -> None:
    """A bug in a reader is a traceback, not a service that failed, and is not asked for again."""
    service = asking(**mock(httpx.Response(200)))

    def broken(answer: Answer) -> None:
        raise LookupError("bug")

    with pytest.raises(LookupError, match="bug"):
        service.ask("search", broken)
    assert service.requests == 1


# Broken bodies


def cut_body(connection: socket.socket) -> None:
    """Half of the body that was promised."""
    connection.sendall(ok(b"half", "Content-Length: 8"))


def cut_chunks(connection: socket.socket) -> None:
    """Chunks without the last one."""
    connection.sendall(ok(b"4\r\nhalf\r\n", "Transfer-Encoding: chunked"))


def cut_gzip(connection: socket.socket) -> None:
    """Half of a gzip stream, with a length that agrees."""
    connection.sendall(ok(gzip.compress(b"whole " * 100)[:-12], "Content-Encoding: gzip"))


def no_gzip(connection: socket.socket) -> None:
    """Something else than gzip."""
    connection.sendall(ok(b"not packed", "Content-Encoding: gzip"))


def reset(connection: socket.socket) -> None:
    """A reset in the middle of the body."""
    connection.sendall(ok(b"half", "Content-Length: 8"))
    time.sleep(0.02)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def no_word(connection: socket.socket) -> None:
    """The end of the connection before any word."""


def no_http(connection: socket.socket) -> None:
    """Words of another protocol."""
    connection.sendall(b"SSH-2.0-OpenSSH\r\n" + KEY.encode() + b"\r\n\r\n")


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
@pytest.mark.parametrize("broken", [cut_body, cut_chunks, cut_gzip, no_gzip, reset, no_word, no_http])
def test_broken_bodies_are_asked_again(serve: Serve, asking: Ask, transport: str, broken: Answering) -> None:
    """Whatever breaks an answer, by each transport: the next one is taken, and half an answer never."""
    server = serve(broken, broken, ok(b"whole"))
    service = asking(server.url, transports=TRANSPORTS, first=transport)
    assert service.ask("fetch", whole).body == b"whole"
    assert (service.requests, service.retries) == (3, 2)
    error = failure(asking(serve(broken).url, transports=TRANSPORTS, first=transport))
    assert (error.trouble.code, error.down) == ("broken_off", False)


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_a_body_that_is_too_large_says_so(serve: Serve, asking: Ask, transport: str) -> None:
    """A length over the bound is refused at once, a body without a length when it passes it, and neither twice."""
    tell = ok(b"", "Content-Length: 100000000")
    show = ok(b"", "Connection: close", "Transfer-Encoding: chunked")

    def shows(connection: socket.socket) -> None:
        connection.sendall(show)
        for _ in range(40):
            connection.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")

    for answer in (tell, shows):
        server = serve(answer)
        service = asking(server.url, transports=TRANSPORTS, first=transport, largest=2**20)
        error = failure(service)
        assert (error.too_large, error.down, len(server.seen)) == (True, False, 1)
        assert (error.trouble.code, error.trouble.fields["limit"]) == ("too_large", "1")


def test_a_bomb_is_bounded_while_it_unpacks(serve: Serve, asking: Ask) -> None:
    """64 MB of zeros in 64 kB: not more than the bound and one piece is ever unpacked."""
    bomb = gzip.compress(bytes(64 * 2**20), compresslevel=1)
    server = serve(ok(bomb, "Content-Encoding: gzip"))
    tracemalloc.start()
    try:
        error = failure(asking(server.url, largest=2**20, timeout=5))
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()
    assert error.too_large


# Time


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_a_stall_is_asked_again(serve: Serve, asking: Ask, transport: str) -> None:
    """A body that stops coming is given up after the time-out and asked for again."""
    server = serve(b"")
    server.answers = [server.stalls, ok(b"whole")]
    service = asking(server.url, transports=TRANSPORTS, first=transport)
    assert service.ask("fetch", whole).body == b"whole"
    server = serve(b"")
    server.answers = [server.stalls]
    error = failure(asking(server.url, transports=TRANSPORTS, first=transport, retries=0))
    assert (error.trouble.code, error.trouble.fields["seconds"]) == ("stalled", "0.25")


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
@pytest.mark.parametrize(
    "head",
    [
        ok(b"", "Content-Length: 1000"),
        ok(b"", "Connection: close", "Transfer-Encoding: chunked")[:-17] + b"\r\n",
        ok(b"", "Content-Length: 1000", status="500 No"),
    ],
    ids=["length", "no-length", "error"],
)
def test_a_drip_ends_at_the_deadline(serve: Serve, asking: Ask, transport: str, head: bytes) -> None:
    """A body that comes byte by byte passes every time-out, but not the deadline, and is not asked for again."""
    server = serve(drip(head))
    service = asking(server.url, transports=TRANSPORTS, first=transport, deadline=0.4)
    began = time.monotonic()
    error = failure(service)
    assert time.monotonic() - began < 0.8
    assert error.trouble.code in ("deadline", "service_failed")
    assert service.requests == 1


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_headers_that_drip_end_too(serve: Serve, asking: Ask, transport: str) -> None:
    """No answer was begun within the deadline: the service is down."""
    service = asking(
        serve(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")).url, transports=TRANSPORTS, first=transport, deadline=0.4
    )
    began = time.monotonic()
    error = failure(service)
    assert time.monotonic() - began < 0.8
    assert (error.trouble.code, error.down) == ("deadline", True)


def test_tries_end_with_the_deadline(serve: Serve, asking: Ask) -> None:
    """The deadline is for all tries together: a retry that would begin after it is not begun."""
    server = serve(ok(status="500 No"))
    began = time.monotonic()
    failure(asking(server.url, retries=100, retry_wait=0.1, deadline=0.5))
    assert time.monotonic() - began < 0.8
    assert 2 <= len(server.seen) <= 4


# Proxies, certificates, pace


@pytest.mark.promise("hosts")
@pytest.mark.parametrize("transport", ["httpx", "urllib"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_used(
    serve: Serve, asking: Ask, monkeypatch: pytest.MonkeyPatch, transport: str, variable: str
) -> None:
    """A request goes to the proxy, with the proxy's own credentials, except for hosts of NO_PROXY."""
    proxy = serve(ok(b"by proxy"))
    monkeypatch.setenv(variable.lower(), f"user:pass@127.0.0.1:{proxy.port}")
    service = asking(transports=TRANSPORTS, first=transport)
    assert service.ask("search", whole).body == b"by proxy"
    assert proxy.seen[0].target == "http://service.test/api/search"
    assert proxy.seen[0].headers["proxy-authorization"].startswith("Basic ")
    direct = serve(ok(b"direct"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert asking(direct.url, transports=TRANSPORTS, first=transport).ask("search", whole).body == b"direct"


@pytest.mark.promise("hosts")
@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_a_proxy_that_refuses_is_no_connection(
    serve: Serve, asking: Ask, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """A tunnel that the proxy does not open: down, and the proxy's password is not told."""
    proxy = serve(ok(b"", status="407 Proxy Authentication Required"))
    monkeypatch.setenv("https_proxy", f"http://user:hidden@127.0.0.1:{proxy.port}")
    error = failure(asking("https://service.test/", transports=TRANSPORTS, first=transport))
    assert (error.down, error.trouble.code) == (True, "no_connection")
    assert "407" in error.trouble.fields["why"]
    assert proxy.seen[0].target == "service.test:443"


@pytest.mark.parametrize(
    ("transport", "proxy"),
    [("httpx", "socks5://127.0.0.1:9"), ("httpx", "gopher://x"), ("urllib", "socks5://127.0.0.1:9")],
)
def test_a_proxy_of_an_unknown_kind_is_told(
    asking: Ask, monkeypatch: pytest.MonkeyPatch, transport: str, proxy: str
) -> None:
    """A setting of the environment that cannot be used is one sentence, not a traceback."""
    monkeypatch.setenv("all_proxy", proxy)
    error = failure(asking(transports=TRANSPORTS, first=transport))
    assert (error.down, error.trouble.code) == (True, "broken_setup")


def test_an_address_that_is_none_is_told(asking: Ask) -> None:
    """A base URL whose port is no port."""
    error = failure(asking("http://service.test:port/"))
    assert (error.down, error.trouble.code) == (True, "broken_setup")


def test_a_missing_certificate_file_is_told(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE names a file that is not there."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    error = failure(asking())
    assert (error.down, error.trouble.code) == (True, "broken_setup")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, signed by itself, with its key in the same file."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{file}.key", "-out", str(file)],
        check=True,
        capture_output=True,
    )
    return file


def tls_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, f"{certificate}.key")
    return context


@pytest.mark.promise("hosts")
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_tls_by_a_certificate_of_the_house(
    serve: Serve, asking: Ask, monkeypatch: pytest.MonkeyPatch, certificate: Path, transport: str
) -> None:
    """A certificate that only SSL_CERT_FILE knows is trusted; without it there is no TLS, and the service is down."""
    server = serve(ok(b"safe"), tls=tls_server(certificate))
    error = failure(asking(server.url, timeout=2, transports=TRANSPORTS, first=transport))
    assert (error.down, error.trouble.code, server.seen) == (True, "no_tls", [])
    assert "certificate verify failed" in error.trouble.fields["why"]
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    service = asking(server.url, timeout=2, transports=TRANSPORTS, first=transport)
    assert service.ask("search", whole).body == b"safe"


def test_a_drip_over_tls_ends_too(
    serve: Serve, asking: Ask, monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    """The connection is ended from outside under the feet of TLS as well, by each transport."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = serve(b"", tls=tls_server(certificate))

    def drips(connection: socket.socket) -> None:
        connection.sendall(ok(b"", "Content-Length: 1000"))
        server.over.wait(0.2)
        with suppress(OSError):
            while not server.over.wait(0.05):
                connection.sendall(b"x")

    server.answers = [drips]
    for transport in ("httpx", "urllib"):
        began = time.monotonic()
        error = failure(asking(server.url, deadline=0.4, transports=TRANSPORTS, first=transport))
        assert (error.trouble.code, time.monotonic() - began < 1) == ("deadline", True)


def extensions(hello: bytes) -> set[int]:
    """The numbers of the extensions in a ClientHello (RFC 8446, 4.1.2)."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at : at + 2])
    at += 1 + hello[at]
    end = at + 2 + int.from_bytes(hello[at : at + 2])
    at += 2
    found = set()
    while at < end:
        found.add(int.from_bytes(hello[at : at + 2]))
        at += 4 + int.from_bytes(hello[at + 2 : at + 4])
    return found


def test_the_greeting_is_that_of_the_standard_library(asking: Ask) -> None:
    """httpx's ClientHello has extension 49 (post_handshake_auth) like urllib's; pinned to TLS 1.2, neither 43 nor 49."""
    hellos = {}
    for transport in TRANSPORTS:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            heard: list[bytes] = []

            def hear(listener: socket.socket = listener, heard: list[bytes] = heard) -> None:
                with listener.accept()[0] as connection:
                    heard.append(connection.recv(4096))

            thread = threading.Thread(target=hear)
            thread.start()
            failure(
                asking(
                    f"https://localhost:{listener.getsockname()[1]}/", transports=TRANSPORTS, first=transport, timeout=2
                )
            )
            thread.join()
            hellos[transport] = extensions(heard[0])
    assert hellos["httpx"] == hellos["urllib"]
    assert {43, 49} <= hellos["httpx"]
    assert not {43, 49} & hellos["httpx-tls1.2"]


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_each_request_waits_for_its_turn(serve: Serve, asking: Ask, tmp_path: Path, transport: str) -> None:
    """Retries and redirects are requests too: all of them keep the pace."""
    server = serve(ok(status="500 No"), ok(b"", "Location: /there", status="302 Found"), ok())
    pace = Pace(tmp_path / "pace", "paced", 0.1)
    asking(server.url, pace=pace, transports=TRANSPORTS, first=transport).ask("search", whole)
    times = [asked.at for asked in server.seen]
    assert len(times) == 3
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.08


def test_a_pace_that_is_not_shared_is_told_once(serve: Serve, asking: Ask, tmp_path: Path) -> None:
    """The cache folder cannot be used: the work goes on, and a person may know it."""
    (tmp_path / "file").write_text("")
    service = asking(serve(ok()).url, pace=Pace(tmp_path / "file", "x", 0.0))
    service.ask("search", whole)
    service.ask("search", whole)
    assert [trouble.code for trouble in service.told] == ["pace_alone"]
