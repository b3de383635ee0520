"""A running stand-in, and a plain client of the standard library to ask it with."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from evtrack.demo.corpus import Corpus
from evtrack.demo.server import StandIn


@dataclass(frozen=True)
class Got:
    """An answer as it arrived."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """Asks a stand-in as a program in the field would: urllib, nothing of evtrack."""

    def __init__(self, stand_in: StandIn) -> None:
        self.stand_in = stand_in

    def ask(self, url: str, form: dict[str, Any] | None = None, *, gzipped: bool = False, seconds: float = 5) -> Got:
        """The answer to GET, or to POST of a form; errors of HTTP are answers too."""
        request = Request(url, urlencode(form).encode() if form is not None else None)  # noqa: S310  own server
        if gzipped:
            request.add_header("Accept-Encoding", "gzip")
        try:
            with urlopen(request, timeout=seconds) as response:  # noqa: S310  own server
                status, headers, body = response.status, dict(response.headers), response.read()
        except HTTPError as error:
            with error:
                status, headers, body = error.code, dict(error.headers), error.read()
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Got(status, headers.get("Content-Type", ""), body, headers)

    def pubmed(self, tool: str, /, **asked: Any) -> Got:
        """GET of one of the E-utilities."""
        return self.ask(f"{self.stand_in.pubmed_url}{tool}.fcgi?{urlencode({'db': 'pubmed', **asked})}")

    def post(self, tool: str, /, **asked: Any) -> Got:
        """POST to one of the E-utilities."""
        return self.ask(f"{self.stand_in.pubmed_url}{tool}.fcgi", {"db": "pubmed", **asked})

    def found(self, term: str, **asked: Any) -> Any:
        """``esearchresult`` of a search (JSON)."""
        return self.post("esearch", term=term, retmode="json", **asked).json["esearchresult"]

    def ctgov(self, path: str = "studies", /, **asked: Any) -> Got:
        """GET of API v2; an underscore in a name stands for its dot."""
        query = urlencode({name.replace("_", "."): value for name, value in asked.items()})
        return self.ask(f"{self.stand_in.ctgov_url}{path}?{query}")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Both services, empty, without a bound on the pace."""
    with StandIn(Corpus(), pubmed_rate=None) as server:
        yield server


@pytest.fixture
def client(stand_in: StandIn) -> Client:
    """A client of ``stand_in``."""
    return Client(stand_in)
