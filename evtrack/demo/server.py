"""How do the two services answer over sockets? Both on 127.0.0.1, each on a port of its own, with a corpus to swap."""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from evtrack.demo import ctgov_api
from evtrack.demo.corpus import Corpus
from evtrack.demo.eutils import Eutils
from evtrack.demo.faults import RATE_BODY, Fault, ServiceName, bad_key, pieces, replaced
from evtrack.demo.reply import Reply

__all__ = ["Fault", "Seen", "StandIn"]

PATHS: Mapping[ServiceName, str] = {"pubmed": "/entrez/eutils/", "ctgov": "/api/v2/"}
_TURN = 0.005
"""Seconds between two looks at whether the socket is to be open, so that a fault taken away is gone at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived. ``at``: ``time.monotonic()`` then. ``status``: what was sent, 0 where nothing was."""

    service: ServiceName
    method: str
    path: str
    params: Mapping[str, str]
    """Of the URL and of a posted form; a name that came twice has its values joined by commas."""
    at: float
    user_agent: str
    status: int = 0


@dataclass(eq=False)
class StandIn:
    """Both services, from construction to :meth:`close`; also a context manager. Everything may be set while it runs.

    ``pubmed_rate``: requests in any second before 429, ten with a key; ``None``: no bound. ``keys``: the keys that
    NCBI knows; ``None``: any. ``longest_url``: letters of path and query before 414. ``eutils``: what E-utilities do
    where accounts differ.
    """

    corpus: Corpus
    pubmed_rate: int | None = 3
    keys: frozenset[str] | None = None
    longest_url: int = 8_000
    faults: list[Fault] = field(default_factory=list)
    eutils: Eutils = field(default_factory=Eutils)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self._arrivals: dict[str, deque[float]] = {}
        self.closing = threading.Event()
        self._listeners = {name: _Listener(self, name) for name in PATHS}

    @property
    def pubmed_url(self) -> str:
        """Base URL of the E-utilities, with the slash at its end."""
        return self._url("pubmed")

    @property
    def ctgov_url(self) -> str:
        """Base URL of API v2, with the slash at its end."""
        return self._url("ctgov")

    def _url(self, service: ServiceName) -> str:
        return f"http://127.0.0.1:{self._listeners[service].port}{PATHS[service]}"

    @property
    def seen(self) -> tuple[Seen, ...]:
        """All requests so far, in order of arrival."""
        with self._lock:
            return tuple(self._seen)

    def forget(self) -> None:
        """Start ``seen`` anew."""
        with self._lock:
            self._seen.clear()

    def refusing(self, service: ServiceName) -> bool:
        """Whether the service accepts no connection now."""
        return any(f.kind == "refuse" and f.service == service and f.matched >= f.nth - 1 for f in tuple(self.faults))

    def close(self) -> None:
        """Stop both; connections that are open are broken off."""
        self.closing.set()
        for listener in self._listeners.values():
            listener.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def arrived(self, request: Seen) -> None:
        """Note a request."""
        with self._lock:
            self._seen.append(request)

    def answered(self, request: Seen, status: int) -> None:
        """Note what a request was answered with."""
        with self._lock:
            self._seen = [replace(seen, status=status) if seen is request else seen for seen in self._seen]

    def fault_for(self, request: Seen) -> Fault | None:
        """The first fault that is due for a request; all that match are counted."""
        with self._lock:
            due = [fault for fault in self.faults if fault.hits(request.service, request.path)]
        return due[0] if due else None

    def reply(self, request: Seen, url_length: int, fault: Fault | None) -> Reply:
        """The answer to a request, as far as it can be made."""
        api_key = request.params.get("api_key")
        made = replaced(fault, request.service, request.path, api_key) if fault else None
        if made is not None:
            return made
        if url_length > self.longest_url:
            return Reply(414, "text/plain", b"Request-URI Too Long")
        if not request.path.startswith(PATHS[request.service]):
            return Reply(404, "text/plain", b"Not Found")
        path = request.path.removeprefix(PATHS[request.service])
        if request.service == "ctgov":
            if request.method != "GET":
                return Reply(405, "text/plain", b"Method Not Allowed")
            return ctgov_api.answer(path, request.params, self.corpus, fault)
        if self._too_fast(request.at, api_key):
            return Reply(429, "application/json", RATE_BODY)
        if api_key is not None and self.keys is not None and api_key not in self.keys:
            return bad_key(api_key)
        return self.eutils.answer(path, request.params, self.corpus, fault)

    def _too_fast(self, at: float, api_key: str | None) -> bool:
        if self.pubmed_rate is None:
            return False
        with self._lock:
            arrivals = self._arrivals.setdefault(api_key or "", deque())
            while arrivals and arrivals[0] <= at - 1:
                arrivals.popleft()
            arrivals.append(at)
            return len(arrivals) > (10 if api_key else self.pubmed_rate)


class _Listener(ThreadingHTTPServer):
    """The socket of one service. It closes and opens again as faults say, on the same port."""

    daemon_threads = True
    allow_reuse_address = True
    timeout = 4 * _TURN

    def __init__(self, stand_in: StandIn, service: ServiceName) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.stand_in = stand_in
        self.service = service
        self.port: int = self.server_address[1]
        self.connections: set[socket.socket] = set()
        self.answering: set[int] = set()
        """Threads that are at an answer: before they are done nobody begins to refuse."""
        self._thread = threading.Thread(target=self._run, name=f"stand-in of {service}", daemon=True)
        self._thread.start()

    def server_bind(self) -> None:
        """Bind without asking for the host's name, which may take seconds where there is no name server."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def _run(self) -> None:
        listening = True
        while not self.stand_in.closing.is_set():
            if listening == self.stand_in.refusing(self.service) and not (listening and self.answering):
                listening = not listening
                self.server_activate() if listening else self._refuse()
            if listening:
                self.handle_request()
            else:
                self.stand_in.closing.wait(_TURN)

    def _refuse(self) -> None:
        """Keep the port, but let no one in: a socket that is bound and does not listen refuses."""
        self._hang_up()
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.server_address = ("127.0.0.1", self.port)
        self.server_bind()

    def _hang_up(self) -> None:
        self.socket.close()
        for connection in tuple(self.connections):
            with contextlib.suppress(OSError):  # it may have ended by itself
                connection.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Stop listening and break off what is open."""
        self._thread.join()
        self._hang_up()

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """A client that has gone away is no error of this server; anything else is a bug and is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Request(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together: as two writes the second would wait 40 ms
    server: _Listener

    def setup(self) -> None:
        """Let the server know the connection, so that it can end it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """The connection is done with."""
        self.server.connections.discard(self.connection)
        super().finish()

    def handle_one_request(self) -> None:
        """One request, and its answer to the last byte."""
        try:
            super().handle_one_request()
        finally:
            self.server.answering.discard(threading.get_ident())

    def do_GET(self) -> None:
        """Answer GET."""
        self._serve("")

    def do_POST(self) -> None:
        """Answer POST with a form."""
        length = int(self.headers.get("Content-Length") or 0)
        self._serve(self.rfile.read(length).decode())

    def _serve(self, form: str) -> None:
        at = time.monotonic()
        self.server.answering.add(threading.get_ident())
        url = urlsplit(self.path)
        params: dict[str, str] = {}
        for name, value in parse_qsl(url.query, True) + parse_qsl(form, True):
            params[name] = f"{params[name]},{value}" if name in params else value
        agent = self.headers.get("User-Agent", "")
        stand_in = self.server.stand_in
        request = Seen(self.server.service, self.command, url.path, params, at, agent)
        stand_in.arrived(request)
        fault = stand_in.fault_for(request)
        kind = fault.kind if fault else ""
        if fault and kind == "stall":
            stand_in.closing.wait(fault.seconds)
        if kind in ("reset", "refuse"):
            self._reset()
            return
        if kind == "cut-open":  # without a length the end of the connection is the end of the body
            self.close_connection = True
        reply = stand_in.reply(request, len(self.path), fault)
        stand_in.answered(request, reply.status)
        self._send(reply, fault, kind)

    def _reset(self) -> None:
        """End the connection with RST in place of an answer: closed with no time to linger."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.connections.discard(self.connection)
        os.close(self.connection.detach())

    def _send(self, reply: Reply, fault: Fault | None, kind: str) -> None:
        body = reply.body
        packed = reply.packed
        if (
            not packed
            and not reply.blanks
            and (kind == "cut-gzip" or "gzip" in self.headers.get("Accept-Encoding", ""))
        ):
            body, packed = gzip.compress(body, 1), True
        if kind in ("cut-text", "cut-open"):
            body, packed = reply.body[: len(reply.body) // 2], False
        elif kind == "cut-gzip":
            body = body[: len(body) // 2]
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if kind == "mislabelled" else reply.content_type)
        if kind != "cut-open":
            self.send_header("Content-Length", str(len(body) + reply.blanks))
        if packed and not reply.packed:
            self.send_header("Content-Encoding", "gzip")
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        if kind == "cut-body":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif kind == "reset-body":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.server.stand_in.closing.wait(0.02)  # a reset takes away what was not read yet: let the client begin
            self._reset()
        elif fault and kind == "drip":
            self._drip(body, fault)
        else:
            for piece in pieces(body, reply.blanks):
                self.wfile.write(piece)

    def _drip(self, body: bytes, fault: Fault) -> None:
        size = fault.size or 1
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
            if self.server.stand_in.closing.wait(fault.seconds):
                break

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the standard library's
        """Say nothing: ``StandIn.seen`` keeps what was asked."""
