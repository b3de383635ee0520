"""Is whoever answers the one that was asked? TLS is verified by each transport, and proxies are passed through, not trusted."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from evtrack.report.refresh_text import trouble_words
from evtrack.transports import TRANSPORTS
from tests.http.conftest import Ask, Server, _no_proxy, asking, failure, ok, serve, whole

__all__ = ["_no_proxy", "asking", "serve"]

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("hosts")]

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def house() -> trustme.CA:
    """An authority that only a hospital knows."""
    return trustme.CA()


@pytest.fixture
def trusted(house: trustme.CA, tmp_path: Path) -> Path:
    """Its certificate in a file, as SSL_CERT_FILE names it."""
    file = tmp_path / "house.pem"
    house.cert_pem.write_to_path(file)
    return file


def served(cert: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


WRONG: dict[str, Callable[[trustme.CA], trustme.LeafCert]] = {
    "of another host": lambda ca: ca.issue_cert("elsewhere.test"),
    "of a name for an address": lambda ca: ca.issue_cert("127.0.0.1.elsewhere.test", common_name="127.0.0.1"),
    "expired": lambda ca: ca.issue_cert("127.0.0.1", not_before=NOW - timedelta(9), not_after=NOW - timedelta(1)),
    "not yet valid": lambda ca: ca.issue_cert("127.0.0.1", not_before=NOW + timedelta(1), not_after=NOW + timedelta(9)),
    "of an unknown authority": lambda _: trustme.CA().issue_cert("127.0.0.1"),
    "of an authority below an unknown one": lambda _: trustme.CA().create_child_ca().issue_cert("127.0.0.1"),
}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_wrong_certificate_is_refused(
    serve: Callable[..., Server],
    asking: Ask,
    house: trustme.CA,
    trusted: Path,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
    tally: Callable[[int], None],
) -> None:
    """Of another host, expired, not yet valid, of an unknown authority, though the house's own is trusted: nothing is sent,
    and the sentence names SSL_CERT_FILE, in both languages."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    for why, issue in WRONG.items():
        server = serve(ok(b"not to be read"), tls=served(issue(house)))
        error = failure(
            asking(server.url, timeout=2, retries=0, transports=TRANSPORTS, first=transport), form={"api_key": "k"}
        )
        assert (error.trouble.code, error.down, server.seen) == ("no_tls", True, []), why
        assert "certificate verify failed" in error.trouble.fields["why"]
        for lang in ("en", "ja"):
            assert "SSL_CERT_FILE" in trouble_words(error.trouble, lang)
    tally(len(WRONG))


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_an_authority_of_the_house_is_trusted_where_it_is_named(
    serve: Callable[..., Server],
    asking: Ask,
    house: trustme.CA,
    trusted: Path,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
    variable: str,
) -> None:
    """As a file, and as a folder of certificates by their hashes; without either it is unknown."""
    server = serve(ok(b"safe"), tls=served(house.issue_cert("127.0.0.1")))
    assert (
        failure(asking(server.url, timeout=2, retries=0, transports=TRANSPORTS, first=transport)).trouble.code
        == "no_tls"
    )
    if variable == "SSL_CERT_DIR":
        hashed = ssl.create_default_context(cafile=str(trusted))
        assert hashed.cert_store_stats()["x509_ca"] >= 1
        (trusted.parent / "folder").mkdir()
        (trusted.parent / "folder" / f"{_subject_hash(trusted)}.0").write_bytes(trusted.read_bytes())
        monkeypatch.setenv(variable, str(trusted.parent / "folder"))
    else:
        monkeypatch.setenv(variable, str(trusted))
    assert asking(server.url, timeout=2, transports=TRANSPORTS, first=transport).ask("search", whole).body == b"safe"


def _subject_hash(certificate: Path) -> str:
    """The name that OpenSSL looks a certificate up by."""
    import shutil
    import subprocess

    if not shutil.which("openssl"):
        pytest.skip("no openssl to name a certificate with")
    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(certificate)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass
class Tunnels:
    """A proxy that opens tunnels (CONNECT) to one place, whatever they ask for; what was asked, with its credentials."""

    to: int
    asked: list[tuple[str, str]] = field(default_factory=list)
    through: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=[self.listener.accept()[0]], daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError), closing(near), closing(socket.create_connection(("127.0.0.1", self.to))) as far:
            head = b""
            while b"\r\n\r\n" not in head:
                head += near.recv(4096)
            lines = head.decode().splitlines()
            by = next(
                (line.partition(": ")[2] for line in lines if line.lower().startswith("proxy-authorization:")), ""
            )
            self.asked.append((lines[0], by))
            near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            threading.Thread(target=self._pass, args=[far, near], daemon=True).start()
            self._pass(near, far)

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                self.through.append(piece)
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def tunnels() -> Iterator[Callable[[int], Tunnels]]:
    made: list[Tunnels] = []

    def make(to: int) -> Tunnels:
        made.append(Tunnels(to))
        return made[-1]

    yield make
    for one in made:
        one.listener.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_opens_a_tunnel_and_sees_nothing(
    serve: Callable[..., Server], asking: Ask, tunnels: Callable[[int], Tunnels], house: trustme.CA, trusted: Path,
    monkeypatch: pytest.MonkeyPatch, transport: str, variable: str,
) -> None:  # fmt: skip
    """Through CONNECT with the proxy's credentials; the service's certificate is verified behind it; NO_PROXY goes past it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    server = serve(ok(b"far"), tls=served(house.issue_cert("service.test")))
    proxy = tunnels(server.port)
    monkeypatch.setenv(variable, f"http://me:p%40ss@127.0.0.1:{proxy.port}")
    with asking("https://service.test/", timeout=2, transports=TRANSPORTS, first=transport) as service:
        assert service.ask("search", whole, query={"api_key": "K3Y"}).body == b"far"
    ((line, by),) = proxy.asked
    assert (line.split()[:2], by) == (["CONNECT", "service.test:443"], "Basic bWU6cEBzcw==")
    assert not any(b"K3Y" in piece or b"api_key" in piece for piece in proxy.through)
    assert "proxy-authorization" not in server.seen[0].headers
    wrong = asking("https://another.test/", timeout=2, retries=0, transports=TRANSPORTS, first=transport)
    error = failure(wrong, form={"api_key": "K3Y"})
    assert (error.trouble.code, len(server.seen)) == ("no_tls", 1)
    assert "p@ss" not in str(error.trouble) + trouble_words(error.trouble, "en")
    monkeypatch.setenv("NO_PROXY", "another.test")
    before = len(proxy.asked)
    past = asking("https://another.test/", timeout=2, retries=0, transports=TRANSPORTS, first=transport)
    assert failure(past).trouble.code == "no_connection"
    assert len(proxy.asked) == before


@pytest.mark.parametrize(
    "proxy",
    ["http://[::1", "http://me:pa/ss@h:1", "http://h:port", "://", "http://me:pw@", "http://ex ample:1", "http://"],
)
@pytest.mark.parametrize("transport", ["httpx", "urllib"])
def test_a_proxy_that_is_no_address_is_told(
    asking: Ask, monkeypatch: pytest.MonkeyPatch, transport: str, proxy: str
) -> None:
    """A proxy setting that cannot be read is one sentence without its password, never a bug and never a way around it."""
    monkeypatch.setenv("https_proxy", proxy)
    told: Any = failure(asking("https://service.test/", timeout=1, retries=0, transports=TRANSPORTS, first=transport))
    assert told.trouble.code in ("broken_setup", "no_connection"), told.trouble
    assert "pa/ss" not in str(told.trouble)
    assert "pw" not in str(told.trouble)
