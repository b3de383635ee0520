"""What stands between us and a service? Proxies, certificates, addresses, packed bodies: all that needs no httpx."""

from __future__ import annotations

import http.client
import os
import queue
import re
import socket
import ssl
import threading
import urllib.request
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import truststore

_PIECE = 64 * 1024


def seconds_to_wait(retry_after: str, date: str | None) -> float | None:
    """Seconds that a ``Retry-After`` asks for (RFC 9110, 10.2.3: seconds or a date); ``None`` if it asks for nothing.

    ``date``: the answer's ``Date``, if it has one: the clock of this machine may be wrong.
    """
    if re.fullmatch(r"\s*[0-9]+\s*", retry_after):
        return float(retry_after)
    try:
        now = parsedate_to_datetime(date) if date else datetime.now(UTC)
        return max((parsedate_to_datetime(retry_after) - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """``pieces`` without gzip, in pieces that are small however much is packed into them.

    httpx unpacks a piece at once, so that a bomb fills the memory, and takes a cut stream for a whole one. Raises
    ``zlib.error`` for what cannot be unpacked, ``EOFError`` for a stream that ends early.
    """
    if encoding.strip().lower() in ("", "identity"):
        yield from pieces
        return
    # 32: gzip or zlib, as its header says. Any other packing was not asked for, and fails as broken.
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for piece in pieces:
        while piece:
            if unpack.eof:
                # Several members are one body; zeros may fill up its end.
                piece = piece.lstrip(b"\0")
                if not piece:
                    break
                unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
            yield unpack.decompress(piece, _PIECE)
            piece = unpack.unconsumed_tail or unpack.unused_data
    yield unpack.flush()
    if not unpack.eof:
        raise EOFError


def proxy_for(url: str) -> str | None:
    """The proxy that the environment, or the system, wants for ``url`` (HTTPS_PROXY, ALL_PROXY, NO_PROXY)."""
    scheme, netloc = urlsplit(url)[:2]
    proxies = urllib.request.getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(netloc.rpartition("@")[2]):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def tls_context(newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """TLS by the system's trust store, to which hospitals add their own, and by SSL_CERT_FILE and SSL_CERT_DIR.

    Raises ``OSError`` for a file that cannot be used.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, folder = os.environ.get("SSL_CERT_FILE") or None, os.environ.get("SSL_CERT_DIR") or None
    if file or folder:
        context.load_verify_locations(cafile=file, capath=folder)
    # The one thing in which httpx's greeting differs from that of the standard library, which the firewall of
    # ClinicalTrials.gov lets in.
    context.post_handshake_auth = True
    context.set_alpn_protocols(["http/1.1"])
    if newest is not None:
        context.maximum_version = newest
    return context


class Addresses:
    """How long may one address of a host be tried, so that all of them together stay within the time-out?

    ``socket.create_connection`` gives each address the whole time-out, and looking up a name has none at all.
    """

    def __init__(self) -> None:
        self._count = 0

    def share(self, host: str, port: int | None, timeout: float) -> float:
        """Seconds for one address. Raises ``OSError`` for a name that is not known, ``TimeoutError`` if it is late."""
        if not self._count:
            found: queue.SimpleQueue[int | OSError] = queue.SimpleQueue()

            def look_up() -> None:
                try:
                    found.put(len(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
                except (OSError, UnicodeError) as error:
                    found.put(error if isinstance(error, OSError) else OSError(str(error)))

            threading.Thread(target=look_up, daemon=True).start()
            try:
                count = found.get(timeout=timeout)
            except queue.Empty:
                raise TimeoutError from None
            if isinstance(count, OSError):
                raise count
            self._count = count
        return timeout / self._count


class _Connection(http.client.HTTPConnection):
    """A connection that tells its socket as soon as a request can be sent on it."""

    def __init__(self, host: str, *, connected: Callable[[socket.socket], None], **settings: Any) -> None:
        super().__init__(host, **settings)
        self._connected = connected

    def connect(self) -> None:
        super().connect()
        self._connected(self.sock)


class _TlsConnection(_Connection, http.client.HTTPSConnection):
    """The same over TLS."""


class _Handler(urllib.request.AbstractHTTPHandler):
    """Opens both schemes with connections that tell their socket."""

    def __init__(self, context: ssl.SSLContext, connected: Callable[[socket.socket], None]) -> None:
        super().__init__()
        self._context = context
        self._connected = connected

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Connection, connected=self._connected), request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        connection = partial(_TlsConnection, connected=self._connected, context=self._context)
        return self.do_open(connection, request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


def open_urllib(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    timeout: float,
    context: ssl.SSLContext,
    proxy: str | None,
    connected: Callable[[socket.socket], None],
) -> http.client.HTTPResponse:
    """The response of urllib.request to one request, whatever its status, its body not yet read; no redirect followed.

    ``timeout``: for connecting to each address. ``connected`` gets the socket when the request can be sent, and sets
    the time-out of what follows. Raises ``OSError`` and ``http.client.HTTPException``.
    """
    # Neither of urllib's own handlers of errors and redirects is in: an answer is an answer.
    opener = urllib.request.OpenerDirector()
    if proxy:
        opener.add_handler(urllib.request.ProxyHandler({urlsplit(url).scheme: proxy}))
    opener.add_handler(_Handler(context, connected))
    request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310 - the caller checks the scheme
    response = opener.open(request, timeout=timeout)
    if not isinstance(response, http.client.HTTPResponse):
        raise http.client.UnknownProtocol(urlsplit(url).scheme)
    return response
