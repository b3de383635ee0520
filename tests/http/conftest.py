"""A service on real sockets that answers as it is told to, and clients for the impatient."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from evtrack.http import HttpService
from evtrack.pace import Pace
from evtrack.sources._protocol import Answer
from evtrack.trouble import FetchError

KEY = "K3Y/with+sign"
KEY_SPELLINGS = (KEY, "K3Y%2Fwith%2Bsign", "K3Y%2fwith%2bsign")

Answering = bytes | Callable[[socket.socket], None]


def ok(body: bytes = b"fine", *headers: str, status: str = "200 OK") -> bytes:
    """An answer as bytes; ``Content-Length`` is right unless a header gives another."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Asked:
    """One request that reached the server."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Server:
    """A socket on 127.0.0.1 that gives its answers in order, the last one again and again."""

    answers: list[Answering]
    tls: ssl.SSLContext | None = None
    seen: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/api/"
        self.over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection = self.listener.accept()[0]
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), closing(connection):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with closing(connection), connection.makefile("rb") as stream:
                while first := stream.readline():
                    method, target, _ = first.decode().split(" ", 2)
                    headers = {}
                    while (line := stream.readline().strip().decode()) != "":
                        name, _, value = line.partition(": ")
                        headers[name.lower()] = value
                    body = stream.read(int(headers.get("content-length", 0)))
                    self.seen.append(Asked(method, target, headers, body, time.monotonic()))
                    answer = self.answers[min(len(self.seen), len(self.answers)) - 1]
                    if callable(answer):
                        answer(connection)
                        return
                    connection.sendall(answer)

    def silent(self, _: socket.socket) -> None:
        """Say nothing until the test is over."""
        self.over.wait(10)

    def stalls(self, connection: socket.socket) -> None:
        """Promise a body, send half of it, and say no more."""
        connection.sendall(ok(b"half", "Content-Length: 8"))
        self.over.wait(10)


Serve = Callable[..., Server]
Ask = Callable[..., HttpService]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxies and certificates of the machine are not part of the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Makes servers that are closed at the end."""
    servers: list[Server] = []

    def make(*answers: Answering, tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(list(answers), tls))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Ask]:
    """Makes services with settings for the impatient."""
    services: list[HttpService] = []

    def make(url: str = "http://service.test/api/", **settings: Any) -> HttpService:
        given: dict[str, Any] = {
            "pace": Pace(tmp_path / "pace", url, 0.0),
            "timeout": 0.25,
            "deadline": 3.0,
            "retries": 2,
            "retry_wait": 0.01,
            "user_agent": "evtrack/test",
            "secrets": [KEY],
        }
        services.append(HttpService("pubmed", url, **(given | settings)))
        return services[-1]

    yield make
    for service in services:
        service.close()


def mock(*answers: Callable[[httpx.Request], httpx.Response] | httpx.Response | Exception) -> dict[str, Any]:
    """The setting that puts prepared answers in the place of a network, the last one again and again."""
    given = itertools.chain(answers, itertools.repeat(answers[-1]))

    def answer(request: httpx.Request) -> httpx.Response:
        given_now = next(given)
        if isinstance(given_now, Exception):
            raise given_now
        if callable(given_now):
            return given_now(request)
        # A response is read but once.
        return httpx.Response(given_now.status_code, headers=given_now.headers, content=given_now.content)

    return {"open_transport": lambda _: httpx.MockTransport(answer)}


def whole(answer: Answer) -> Answer:
    return answer


def failure(service: HttpService, **how: Any) -> FetchError:
    """The error that asking ends with; no text of it, nor of what caused it, holds the key."""
    with pytest.raises(FetchError) as caught:
        service.ask("search", whole, **how)
    texts = [str(caught.value), str(service.down), *map(str, service.told)]
    assert not [spelled for spelled in KEY_SPELLINGS for text in texts if spelled in text]
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert caught.value.trouble.fields["service"] == "pubmed"
    return caught.value


def drip(head: bytes) -> Callable[[socket.socket], None]:
    """Send ``head``, then a byte now and then."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(100):
            time.sleep(0.03)
            connection.sendall(b"x")

    return answer
