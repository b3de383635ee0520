"""How is a service asked politely, and what is said when it does not answer?"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeGuard, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import stamina
import stamina.instrumentation

from evtrack import __version__
from evtrack.config import Settings
from evtrack.net import seconds_to_wait, unpacked
from evtrack.pace import Pace
from evtrack.secrecy import password_of, secrets_pattern, unechoed
from evtrack.sources._protocol import Answer
from evtrack.transports import TRANSPORTS, LostError, OpenTransport, Reply, Wire
from evtrack.trouble import FetchError, PassingError, Trouble

T = TypeVar("T")

LARGEST = 64 * 1024 * 1024
"""Bytes of a body, unpacked. The largest page of full studies that was seen is a tenth of it."""

_SAID = 300
_SAID_READ = 16 * 1024
_TAG = re.compile(r"<[^<>]*>")
_UNREACHED = ("no_connection", "no_tls", "connect_timeout")
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 3
_ROW = 3
_SECOND_WAIT = 0.6
"""Part of the time-out that a silent service gets a second time: with the defaults 30 s + 18 s and the wait between
them are under the minute in which a person must hear something."""


def user_agent(email: str | None) -> str:
    """Who asks, honestly: name, version, and the contact where the person gave one."""
    contact = re.sub(r"[^!-~]", "", email or "")
    return f"evtrack/{__version__} (+{contact})" if contact else f"evtrack/{__version__}"


def service_of(settings: Settings, name: str, cache_folder: Path, *, first: str | None = None) -> HttpService:
    """The service ``pubmed`` or ``ctgov`` as the settings want it. ``first``: the transport that worked last time."""
    url, interval, transports = {
        "pubmed": (settings.pubmed_url, settings.pubmed_interval, TRANSPORTS[:1]),
        "ctgov": (settings.ctgov_url, settings.ctgov_interval, TRANSPORTS),
    }[name]
    scheme, netloc = urlsplit(url)[:2]
    host = netloc.rpartition("@")[2].lower()
    if not re.search(r":\d+$", host):
        host += ":443" if scheme == "https" else ":80"
    return HttpService(
        name,
        url,
        pace=Pace(cache_folder / "pace", host, interval),
        timeout=settings.timeout,
        deadline=settings.deadline,
        retries=settings.retries,
        retry_wait=settings.retry_wait,
        user_agent=user_agent(settings.email),
        secrets=[settings.ncbi_api_key] if settings.ncbi_api_key else [],
        transports=transports,
        first=first,
    )


class _Failure(PassingError):  # noqa: N818 - not an error yet: another try may do
    """A try that failed and may be made again. ``unreached``: no connection; ``silent``: no word came."""

    def __init__(
        self,
        trouble: Trouble,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        unreached: bool = False,
        silent: bool = False,
    ) -> None:
        super().__init__(trouble, retry_after=retry_after)
        self.status = status
        self.unreached = unreached
        self.silent = silent


class HttpService:
    """One service: paced, with retries, deadlines, transports in order, and a breaker. For one thread at a time.

    ``timeout``: seconds for connecting and for each wait for bytes. ``deadline``: seconds for all tries of one request,
    bodies included. ``retries``: tries after the first. ``retry_wait``: the first wait before a retry; it doubles.
    ``secrets`` stand in no text that comes out of here. ``largest``: bytes of a body, unpacked.
    ``open_transport`` gives the httpx transport of a name, by default a real one.

    ``requests``, ``retries``: what was sent so far. ``transport``: the one in use. ``down``: why nothing is asked any
    more. ``told``: what a person may want to know though the work went on.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        pace: Pace,
        timeout: float,
        deadline: float,
        retries: int,
        retry_wait: float,
        user_agent: str,
        secrets: Iterable[str] = (),
        transports: Sequence[str] = TRANSPORTS[:1],
        first: str | None = None,
        largest: int = LARGEST,
        clock: Callable[[], float] = time.monotonic,
        open_transport: OpenTransport | None = None,
    ) -> None:
        # stamina would log each retry with the text of its exception; the setting exists for the whole process alone.
        stamina.instrumentation.set_on_retry_hooks(())
        self.name = name
        self.requests = 0
        self.retries = 0
        self.transport = first if first is not None and first in transports else transports[0]
        self.down: Trouble | None = None
        self.told: list[Trouble] = []
        self._base_url = base_url
        self._host = urlsplit(base_url).netloc.rpartition("@")[2]
        self._pace = pace
        self._timeout = timeout
        self._deadline = deadline
        self._most_retries = retries
        self._retry_wait = retry_wait
        # Unpacking is done here, where it can be bounded, so only what can be unpacked here is asked for.
        self._headers = {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        self._wire = Wire(base_url, starts=self._starts, clock=clock, open_transport=open_transport)
        self._known = [s for s in (*secrets, *map(password_of, (base_url, self._wire.proxy))) if s]
        self._secrets = secrets_pattern(*self._known)
        self._transports = transports
        self._largest = largest
        self._clock = clock
        self._answered = False
        self._row = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; asking again opens another."""
        self._wire.close()

    def _starts(self) -> None:
        """Wait for our turn: here and not before connecting, as a first request that its handshakes made 0.3 s late
        would arrive together with the second one."""
        self._pace.wait()
        if not self._pace.shared and not any(trouble.code == "pace_alone" for trouble in self.told):
            self.told.append(self._trouble("pace_alone"))

    def ask(
        self,
        path: str,
        read: Callable[[Answer], T],
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> T:
        """What ``read`` makes of the answer to GET ``path?query``, or to POST where there is a ``form``.

        ``read`` sees answers of status 200 alone; its ``PassingError`` asks again, its other exceptions pass through.
        Raises ``FetchError``.
        """
        if self.down is not None:
            raise FetchError(self.down, down=True)
        until = self._clock() + self._deadline
        row, self._row = self._row, 0
        dead = False

        def again(error: Exception) -> bool | float:
            """Whether to try once more, or after how many seconds."""
            nonlocal dead
            if not isinstance(error, PassingError):
                return False
            if self._seems_dead(error):
                # A firewall that drops packets costs a minute, not an hour: one more try at most, and none where
                # nothing was ever reached.
                if dead or (error.unreached and not self._answered):
                    return False
                dead = True
            left = until - self._clock()
            if error.retry_after is not None:
                return error.retry_after if error.retry_after <= left else False
            return left > attempt.next_wait

        tries = 0
        failure: PassingError
        try:
            for attempt in stamina.retry_context(
                on=again,
                attempts=self._most_retries + 1,
                timeout=None,
                wait_initial=self._retry_wait,
                wait_max=self._deadline,
                wait_jitter=self._retry_wait / 2,
            ):
                with attempt:
                    tries += 1
                    self.retries += tries > 1
                    timeout = self._timeout * (_SECOND_WAIT if dead and not self._answered else 1)
                    return read(self._answer(path, query, form, timeout, until))
        except PassingError as error:
            failure = error
        self._row = row + 1
        raise self._gave_up(failure, tries, until - self._clock())

    def _seems_dead(self, error: PassingError) -> TypeGuard[_Failure]:
        """Nothing was reached, or nothing ever said a word."""
        return isinstance(error, _Failure) and (error.unreached or (error.silent and not self._answered))

    def _gave_up(self, failure: PassingError, tries: int, left: float) -> FetchError:
        """What is raised when no try is left, or no time; whether the service is down with it."""
        fields = {"tries": str(tries), **failure.trouble.fields}
        code = failure.trouble.code
        if failure.retry_after is not None and failure.retry_after > left:
            code, fields["wait"], fields["limit"] = "wait_too_long", f"{failure.retry_after:.0f}", f"{self._deadline:g}"
        trouble = self._trouble(code, **fields)
        down = self._seems_dead(failure) or self._row >= _ROW
        if down:
            self.down = trouble
        return FetchError(trouble, down=down, status=failure.status if isinstance(failure, _Failure) else None)

    def _answer(
        self,
        path: str,
        query: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
        timeout: float,
        until: float,
    ) -> Answer:
        """The answer of status 200, after redirects within the host and after transports that were refused."""
        url = self._base_url + path + (f"?{urlencode(query)}" if query else "")
        refused: list[str] = []
        redirects = 0
        said_403 = ""
        while True:
            self.requests += 1
            not_back: LostError | None = None
            try:
                with self._wire.send(self.transport, url, self._headers, form, timeout=timeout, until=until) as reply:
                    self._answered = True
                    if reply.status == 200:
                        content_type = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                        return Answer(200, content_type, unechoed(self._body(reply), self._known))
                    if reply.status in _REDIRECTS:
                        redirects += 1
                        url = self._redirected(url, reply, redirects)
                        form = None if reply.status == 303 else form
                        continue
                    if reply.status != 403:
                        raise self._refusal(reply)
                    said_403 = self._said(reply)
            except LostError as lost:
                not_back = lost
            # Raised out here: whoever keeps an error keeps its context, and in that stands what the service said.
            # The next transport may not even get in, say with a TLS that is too old: that is a refusal as well.
            if not_back is not None and (not_back.code not in _UNREACHED or not refused):
                raise self._lost(not_back, timeout)
            refused.append(self.transport)
            self._next_transport(refused, said_403)

    def _lost(self, lost: LostError, timeout: float) -> PassingError | FetchError:
        """What a request that did not come back means for the tries and the breaker."""
        if lost.code == "broken_setup":
            return self._down("broken_setup", why=self._one_line(lost.why))
        fields = {"seconds": f"{self._deadline if lost.code == 'deadline' else timeout:g}"}
        if lost.why:
            fields["why"] = self._one_line(lost.why)
        trouble = self._trouble(lost.code, **fields)
        return _Failure(trouble, unreached=lost.code in _UNREACHED, silent=not lost.answered)

    def _next_transport(self, refused: Sequence[str], said: str) -> None:
        """Go on with a transport that was not refused for this request; raises ``FetchError`` if there is none."""
        rest = [name for name in self._transports if name not in refused]
        if not rest:
            raise self._down("refused_403", 403, said=said)
        self.told.append(self._trouble("transport_refused", transport=self.transport, next=rest[0]))
        self.transport = rest[0]

    def _redirected(self, url: str, reply: Reply, redirects: int) -> str:
        """Where the service sends us, if that is the same host and no step from https down to http."""
        here = _origin(url)
        try:
            to = urlsplit(urljoin(url, reply.headers.get("Location", "")))
            there = _origin(to.geturl())
        except ValueError:
            to, there = urlsplit(""), ("", "", 0)
        secured = (here[0], *there) == ("http", "https", here[1], 443)
        if there != here and not secured:
            raise self._refused("redirected", reply, to=self._one_line(f"{there[0]}://{there[1]}:{there[2]}"))
        if redirects > _MOST_REDIRECTS:
            raise self._refused("redirected_often", reply, limit=str(_MOST_REDIRECTS))
        # Only the path is taken of where we are sent: readers of URLs can then not differ about the host.
        netloc = urlsplit(url).netloc
        return urlunsplit((to.scheme, re.sub(r":\d*$", "", netloc) if secured else netloc, to.path, to.query, ""))

    def _refusal(self, reply: Reply) -> FetchError | PassingError:
        """What a status that is not 200 means."""
        status, said = reply.status, self._said(reply)
        limited = status == 429 or (status == 400 and "rate limit" in said.lower())
        if limited or status == 408 or status >= 500:
            code = "too_many_requests" if limited else "service_failed"
            wait = seconds_to_wait(reply.headers.get("Retry-After", ""), reply.headers.get("Date"))
            return _Failure(self._trouble(code, status=str(status), said=said), status=status, retry_after=wait)
        if status == 401 or (status == 400 and re.search(r"api[ _-]?key", said, re.IGNORECASE)):
            # NCBI's 400 repeats the key, perhaps in a form of its own: what it said is not told at all.
            return self._down("bad_key", status)
        return self._refused("refused", reply, said=said)

    def _body(self, reply: Reply) -> bytes:
        """The whole body, unpacked. Raises ``FetchError`` if it is too large, ``PassingError`` if it is cut."""
        told = reply.headers.get("Content-Length", "")
        length = int(told) if told.isdecimal() else None
        if length is not None and length > self._largest:
            raise self._too_large()
        received = 0

        def counted() -> Iterator[bytes]:
            nonlocal received
            for piece in reply.pieces:
                received += len(piece)
                yield piece

        body = bytearray()
        try:
            for piece in unpacked(counted(), reply.headers.get("Content-Encoding", "")):
                body += piece
                if len(body) > self._largest:
                    body.clear()  # the error keeps this frame, and whoever keeps the error would keep the body
                    raise self._too_large()
        except (EOFError, zlib.error):
            raise LostError("broken_off", answered=True) from None
        # The standard library takes a body that ends early for a whole one.
        if length is not None and received < length:
            raise LostError("broken_off", answered=True)
        return bytes(body)

    def _said(self, reply: Reply) -> str:
        """The start of what a service said of an error: one line of text, no secrets."""
        body = bytearray()
        with suppress(LostError, EOFError, zlib.error):
            for piece in unpacked(reply.pieces, reply.headers.get("Content-Encoding", "")):
                body += piece
                if len(body) > _SAID_READ:
                    # Half a secret would not be known for one: the last word may be cut, so it goes.
                    return self._one_line(body[:_SAID_READ].decode(errors="replace").rpartition(" ")[0])
        return self._one_line(body.decode(errors="replace"))

    def _one_line(self, text: str) -> str:
        """``text`` without tags, secrets, and line breaks, at most 300 characters."""
        for what, instead in ((self._secrets, "***"), (_TAG, " "), (self._secrets, "***")):
            text = what.sub(instead, text)  # a tag may stand in a secret, and a secret in a tag
        return " ".join(text.split())[:_SAID]

    def _trouble(self, code: str, **fields: str) -> Trouble:
        """A trouble of this service without secrets, whoever wrote its fields."""
        named = {"service": self.name, "host": self._host, **fields}
        return Trouble(code, {field: self._secrets.sub("***", text) for field, text in named.items()})

    def _down(self, code: str, status: int | None = None, **fields: str) -> FetchError:
        """The error with which the service is given up for this run."""
        self.down = self._trouble(code, **({"status": str(status)} if status else {}), **fields)
        return FetchError(self.down, down=True, status=status)

    def _refused(self, code: str, reply: Reply, **fields: str) -> FetchError:
        return FetchError(self._trouble(code, status=str(reply.status), **fields), status=reply.status)

    def _too_large(self) -> FetchError:
        return FetchError(self._trouble("too_large", limit=f"{self._largest / 2**20:.3g}"), too_large=True)


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of ``url``. Raises ``ValueError``."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
