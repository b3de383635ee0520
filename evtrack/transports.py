"""How do bytes reach a service and come back? The one file that imports httpx."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from evtrack.net import Addresses, open_urllib, proxy_for, tls_context

TRANSPORTS = ("httpx", "httpx-tls1.2", "urllib")
"""In the order in which they are tried: ClinicalTrials.gov's firewall refuses some of them with 403 (BioMCP issue 87)."""

_PIECE = 64 * 1024

OpenTransport = Callable[[str], httpx.BaseTransport]
"""Gives the transport of a name."""


class LostError(Exception):
    """A request that did not come back whole.

    ``code``: ``no_connection``, ``no_tls``, ``connect_timeout`` (nothing was sent), ``no_answer``, ``stalled``,
    ``broken_off``, ``deadline``, or ``broken_setup`` (an address, proxy or certificate file that cannot be used).
    ``why``: what the system said; ``answered``: whether the answer had begun.
    """

    def __init__(self, code: str, why: str = "", *, answered: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
        self.answered = answered


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose body is still to come: ``pieces`` are as they were sent, packed. Headers in any case."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Wire:
    """The way to one service: one transport at a time, one request at a time, cut off at its deadline.

    ``starts`` is called when a connection stands and the request is about to be sent on it.
    """

    def __init__(
        self,
        base_url: str,
        *,
        starts: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        open_transport: OpenTransport | None = None,
    ) -> None:
        self.proxy = proxy_for(base_url)
        self._starts = starts
        self._clock = clock
        self._open_transport = open_transport or (lambda name: _transport(name, self.proxy))
        self._opened: tuple[str, httpx.BaseTransport] | None = None
        self._socket: socket.socket | None = None

    def close(self) -> None:
        """Let go of the connection; sending again opens another."""
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    @contextmanager
    def send(
        self,
        transport: str,
        url: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        *,
        timeout: float,
        until: float,
    ) -> Iterator[Reply]:
        """The reply to GET ``url``, or to POST where there is a ``form``. Raises ``LostError``, while it is read too.

        It has neither cause nor context: what a service said could stand in them, and so could a key it echoed.
        ``timeout``: seconds for connecting and for each wait for bytes; ``until``: when all must be over.
        """
        extensions = {
            "timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout),
            "trace": self._trace,
            "connected": self._connected,
            "starts": self._starts,
        }
        method, fields = ("GET", None) if form is None else ("POST", dict(form))
        wrong: Exception | None = None
        try:
            request = httpx.Request(method, url, headers=headers, data=fields, extensions=extensions)
            way = self._way(transport)
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            wrong = error
        if wrong is not None:
            raise LostError("broken_setup", str(wrong))
        # A slow drip passes every wait for bytes, in the headers too: only somebody outside can end it.
        scissors = threading.Timer(max(until - self._clock(), 0), self._cut)
        scissors.daemon = True
        scissors.start()
        try:
            try:
                response = way.handle_request(request)
            except httpx.TransportError as error:
                wrong = error
            if wrong is not None:
                raise self._lost(wrong, until, answered=False)
            try:
                if self._clock() >= until:
                    # Cut by us: the standard library takes headers that break off for whole ones.
                    raise LostError("deadline")
                yield Reply(response.status_code, response.headers, self._pieces(response, until))
            finally:
                response.close()
        finally:
            scissors.cancel()

    def _pieces(self, response: httpx.Response, until: float) -> Iterator[bytes]:
        """The body as it comes. Not ``iter_raw``, which refuses what a mock has already in memory."""
        if not isinstance(response.stream, httpx.SyncByteStream):
            raise TypeError(response.stream)
        wrong: Exception | None = None
        try:
            yield from response.stream
        except httpx.TransportError as error:
            wrong = error
        if wrong is not None:
            raise self._lost(wrong, until, answered=True)
        # A body without a length ends where its connection does, be it cut by us.
        if self._clock() >= until:
            raise LostError("deadline", answered=True)

    def _way(self, name: str) -> httpx.BaseTransport:
        if self._opened is None or self._opened[0] != name:
            self.close()
            self._opened = (name, self._open_transport(name))
        return self._opened[1]

    def _trace(self, event: str, told: Mapping[str, Any]) -> None:
        """What httpx tells while it works (its ``trace`` extension); our urllib calls these two by itself."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._connected(told["return_value"].get_extra_info("socket"))
        elif event.endswith("send_request_headers.started") and told["request"].method != b"CONNECT":
            self._starts()

    def _connected(self, sock: socket.socket) -> None:
        self._socket = sock

    def _cut(self) -> None:
        """End the connection in use, from another thread."""
        if self._socket is not None:
            with suppress(OSError):
                # Of the plain socket: the one of ssl takes its state apart, under the feet of who is reading.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _lost(self, error: Exception, until: float, *, answered: bool) -> LostError:
        """What an error of a transport was."""
        if self._clock() >= until:
            return LostError("deadline", answered=answered)
        if isinstance(error, httpx.ConnectTimeout):
            return LostError("connect_timeout")
        if isinstance(error, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
            by_tls = any(isinstance(cause, ssl.SSLError) for cause in _causes(error))
            return LostError("no_tls" if by_tls else "no_connection", str(error) or type(error).__name__)
        if isinstance(error, httpx.TimeoutException):
            return LostError("stalled" if answered else "no_answer", answered=answered)
        return LostError("broken_off", answered=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _transport(name: str, proxy: str | None) -> httpx.BaseTransport:
    """The transport of ``name``. Raises ``OSError`` or ``ValueError`` for certificates or a proxy it cannot use."""
    context = tls_context(ssl.TLSVersion.TLSv1_2 if name == "httpx-tls1.2" else None)
    return _Urllib(context, proxy) if name == "urllib" else _Httpx(context, proxy)


def _share(request: httpx.Request, proxy: str | None, addresses: Addresses) -> float:
    """Seconds for connecting to each address of whom we connect to: the host's, or the proxy's."""
    peer = httpx.URL(proxy) if proxy else request.url
    try:
        return addresses.share(peer.host, peer.port, request.extensions["timeout"]["connect"])
    except OSError as error:
        raise _as_httpx(error, connected=False) from error


def _as_httpx(error: Exception, *, connected: bool) -> httpx.TransportError:
    """An error of the standard library as httpx would have raised it."""
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, OSError):
        error = error.reason
    if isinstance(error, TimeoutError):
        return httpx.ReadTimeout(str(error)) if connected else httpx.ConnectTimeout(str(error))
    if connected:
        return httpx.ReadError(str(error))
    return httpx.ConnectError(str(error))


class _Httpx(httpx.HTTPTransport):
    """httpx with our TLS, the proxy of the environment, and one connect time-out for all addresses of a host."""

    def __init__(self, context: ssl.SSLContext, proxy: str | None) -> None:
        # An explicit transport keeps httpx from looking for proxies itself.
        by_tls = context if proxy and proxy.startswith("https:") else None
        super().__init__(verify=context, proxy=httpx.Proxy(proxy, ssl_context=by_tls) if proxy else None)
        self._proxy = proxy
        self._addresses = Addresses()
        # At DEBUG httpcore writes down every header that comes, be it a Location that says the key again.
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] == "httpcore":
                logging.getLogger(name).disabled = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        share = _share(request, self._proxy, self._addresses)
        request.extensions["timeout"] = {**request.extensions["timeout"], "connect": share}
        return super().handle_request(request)


class _Urllib(httpx.BaseTransport):
    """The standard library's urllib.request behind httpx's interface: one connection a request."""

    def __init__(self, context: ssl.SSLContext, proxy: str | None) -> None:
        if proxy and urlsplit(proxy).scheme != "http":
            raise ValueError(f"urllib cannot use a proxy of the kind {urlsplit(proxy).scheme}:")
        if proxy:
            httpx.URL(proxy)  # raises for what is no address, as httpx's own transport does
        self._context = context
        self._proxy = proxy
        self._addresses = Addresses()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        waits, line = request.extensions["timeout"], None

        def connected(sock: socket.socket) -> None:
            nonlocal line
            line = sock
            sock.settimeout(waits["read"])
            request.extensions["connected"](sock)
            request.extensions["starts"]()

        share = _share(request, self._proxy, self._addresses)
        # urllib writes these itself, as its own programs do.
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length", "connection")}
        try:
            response = open_urllib(
                request.method,
                str(request.url),
                headers,
                request.read() or None,
                timeout=share,
                context=self._context,
                proxy=self._proxy,
                connected=connected,
            )
        except (OSError, http.client.HTTPException) as error:
            raise _as_httpx(error, connected=line is not None) from error
        return httpx.Response(response.status, headers=response.getheaders(), stream=_UrllibBody(response))


class _UrllibBody(httpx.SyncByteStream):
    """The body of a response of the standard library, as it comes."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self._response.read(_PIECE):
                yield piece
        except (OSError, http.client.HTTPException) as error:
            raise _as_httpx(error, connected=True) from error

    def close(self) -> None:
        self._response.close()
