"""What may go wrong at a service? Faults that are told to happen: in place of an answer, in it, or on its way."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from evtrack.demo.reply import Reply

T = TypeVar("T")

ServiceName = Literal["pubmed", "ctgov"]

REPLACED = (
    "429", "429-retry-after", "429-in-200", "500", "502", "503", "503-retry-after", "403", "html-200", "json-error-200",
    "wrong-type", "redirect", "big-body", "gzip-bomb", "bad-key",
)  # fmt: skip
"""Another answer comes in place of the right one."""
TWISTED = (
    "short-page", "empty-page-with-token", "overlap", "duplicate", "repeated", "reorder", "strangers", "looping-token",
    "growing-count", "shrinking-count",
)  # fmt: skip
"""The right answer, with another list of ids or records, count or token."""
ON_THE_WAY = ("cut-body", "cut-open", "cut-text", "cut-gzip", "mislabelled", "reset", "reset-body", "stall", "drip")
"""The right answer does not arrive as it should."""
KINDS = (*REPLACED, *TWISTED, *ON_THE_WAY, "refuse")

RATE_BODY = b'{"error":"API rate limit exceeded","api-key":"127.0.0.1","count":"4","limit":"3"}'
HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back</h1></body></html>"
CHUNK = 1 << 20


@dataclass(slots=True, eq=False)
class Fault:
    """One thing that goes wrong with requests of a service.

    ``path``: only with requests whose path holds it. ``nth``: the first matching request that fails, from 1. ``times``:
    how many in a row, ``None`` for all from then on. ``seconds``: Retry-After, the length of a stall, or the pause
    between two pieces of a drip. ``size``: bytes of a big body or of a drip's piece, records of a short page that are
    missing, of an overlap, or that a count has grown or shrunk by. ``retry_after``: the text of that header in place of
    the seconds. ``matched`` counts the matching requests so far.

    "refuse" closes the listening socket (at once where ``nth`` is 1) for as long as the fault stands in the list.
    """

    service: ServiceName
    kind: str
    path: str | None = None
    nth: int = 1
    times: int | None = None
    seconds: float = 1.0
    size: int | None = None
    location: str | None = None
    retry_after: str | None = None
    matched: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are: {', '.join(KINDS)}")

    @property
    def due(self) -> bool:
        """Whether the request that was counted last fails."""
        return self.matched >= self.nth and (self.times is None or self.matched < self.nth + self.times)

    def hits(self, service: ServiceName, path: str) -> bool:
        """Count a request if it matches, and say whether it fails."""
        if service != self.service or (self.path is not None and self.path not in path):
            return False
        self.matched += 1
        return self.due


def twisted(fault: Fault | None, found: Sequence[T], before: Sequence[T]) -> list[T]:
    """The entries of one page as the fault leaves them. ``before``: the entries of the page before."""
    page = list(found)
    kind = fault.kind if fault else ""
    size = (fault.size if fault else None) or 1
    if kind == "short-page":
        return page[:-size]
    if kind == "empty-page-with-token":
        return []
    if kind == "duplicate":
        return page + page[:1]
    if kind == "repeated":  # as many as there should be, and one of them is not there
        return page[:-1] + page[:1]
    if kind == "reorder":
        return page[::-1]
    if kind == "overlap" and before:  # the last of the page before come again, in place of what is never seen
        return [*before[-size:], *page[size:]]
    return page


def counted(fault: Fault | None, count: int) -> int:
    """How many a service says that it has found, where it is ``count``."""
    by = fault.matched * (fault.size or 1) if fault else 0
    if fault and fault.kind == "growing-count":
        return count + by
    if fault and fault.kind == "shrinking-count":
        return max(count - by, 0)
    return count


def replaced(fault: Fault, service: ServiceName, path: str, api_key: str | None) -> Reply | None:
    """The answer that comes in place of the right one; ``None`` where that one is made after all."""
    json_type = "application/json"
    xml = service == "pubmed" and "efetch" in path
    retry_after = (("Retry-After", fault.retry_after or f"{fault.seconds:g}"),)
    if fault.kind == "big-body":
        start = b'<?xml version="1.0" ?><PubmedArticleSet>' if xml else b'{"studies": ['
        return Reply(200, "text/xml" if xml else json_type, start, blanks=(fault.size or 100_000_000) - len(start))
    if fault.kind == "gzip-bomb":
        packed = gzip.compress(b" " * (fault.size or 100_000_000))
        return Reply(200, "text/xml" if xml else json_type, packed, (("Content-Encoding", "gzip"),), packed=True)
    limited = (
        Reply(429, json_type, RATE_BODY) if service == "pubmed" else Reply(429, "text/plain", b"Too Many Requests")
    )
    failed = b'{"error":"Search Backend failed"}' if service == "pubmed" else b'{"error":"Internal error"}'
    made = {
        "429": limited,
        "429-retry-after": Reply(429, limited.content_type, limited.body, retry_after),
        "429-in-200": Reply(200, limited.content_type, limited.body),
        "500": Reply(500, "text/html; charset=utf-8", HTML),
        "502": Reply(502, "text/html; charset=utf-8", HTML),
        "503": Reply(503, "text/html; charset=utf-8", HTML),
        "503-retry-after": Reply(503, "text/html; charset=utf-8", HTML, retry_after),
        "403": Reply(403, "text/html; charset=utf-8", b"<html><body>Forbidden</body></html>"),
        "html-200": Reply(200, "text/html; charset=utf-8", HTML),
        "json-error-200": Reply(200, json_type, failed),
        "wrong-type": Reply(200, "application/octet-stream", b"\x00\x01\x02 no answer of this service \xff"),
        "redirect": Reply(302, "text/plain", b"Found", (("Location", fault.location or "/elsewhere"),)),
        "bad-key": bad_key(api_key or "no-key-was-sent"),
    }
    return made.get(fault.kind)


def bad_key(api_key: str) -> Reply:
    """NCBI's refusal of a key, which says the key again."""
    body = {"error": "API key invalid", "api-key": api_key, "type": "invalid", "status": "unknown"}
    return Reply(400, "application/json", json.dumps(body, separators=(",", ":")).encode())


def pieces(body: bytes, blanks: int) -> Iterator[bytes]:
    """The body in pieces, then the blanks."""
    yield body
    while blanks > 0:
        yield b" " * min(blanks, CHUNK)
        blanks -= CHUNK
