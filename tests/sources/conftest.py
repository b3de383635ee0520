"""A service that answers by a function: what the clients of both sources are tried on, without a socket."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import pytest

from evtrack.sources._protocol import Answer, Listed
from evtrack.sources.pubmed import PubMed
from evtrack.trouble import FetchError, PassingError, Trouble

T = TypeVar("T")

TRIES = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """One request. ``form``: it was a POST."""

    path: str
    fields: dict[str, str]
    form: bool


Reply = Callable[[Sent], Answer]


class FakeService:
    """``Service`` over a function that may raise ``FetchError``; what is to be asked again is, three times in all."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.requests = 0
        self.retries = 0
        self.transport = "fake"
        self.told: list[Trouble] = []
        self.sent: list[Sent] = []

    def ask(
        self,
        path: str,
        read: Callable[[Answer], T],
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> T:
        sent = Sent(path, dict(form if form is not None else query or {}), form is not None)
        last: PassingError | None = None
        for _ in range(TRIES):
            self.requests += 1
            self.sent.append(sent)
            try:
                return read(self.reply(sent))
            except PassingError as error:
                self.retries += 1
                last = error
        assert last
        raise FetchError(last.trouble)


@pytest.fixture(scope="session")
def serve() -> type[FakeService]:
    """Makes a service out of what it replies."""
    return FakeService


_RANGE = re.compile(r'"(\d{4}/\d\d/\d\d)"\[(\w+)\] : "(\d{4}(?:/\d\d/\d\d)?)"\[\w+\]')
_UID = re.compile(r"(\d+)\[uid\]")


def _day(text: str) -> date:
    year, month, day = (int(n) for n in (text + "/12/31")[:10].split("/"))
    return date(year, month, day)


@dataclass(slots=True)
class FakeEntrez:
    """esearch, epost and efetch over records with dates; a term finds all that its ranges and ``[uid]`` leave.

    ``days``: tag → PMID → day. A tag that is not there is a field the service does not know.
    """

    days: dict[str, dict[str, date]]
    pmids: list[str]
    cap: int = 9_999
    bend: Callable[[dict[str, Any], int], object] | None = None
    """Gets what stands in ``esearchresult`` and the number of the search, from 1: what it gives back stands there."""
    searches: int = 0
    posted: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, sent: Sent) -> Answer:
        """The answer to one request, as the live service writes it."""
        assert sent.form
        assert (sent.fields["db"], sent.fields["tool"]) == ("pubmed", "evtrack")
        if sent.path == "esearch.fcgi":
            assert sent.fields["retmode"] == "json"
            self.searches += 1
            result = self.esearch(sent.fields)
            bent = self.bend(result, self.searches) if self.bend else None
            return json_answer({"header": {"type": "esearch"}, "esearchresult": bent or result})
        ids = sent.fields["id"].split(",")
        if sent.path == "epost.fcgi":
            key = str(len(self.posted) + 1)
            assert sent.fields.get("WebEnv") == ("MCID_1" if self.posted else None)
            self.posted[key] = ids
            return Answer(
                200,
                "text/xml",
                f"<ePostResult>\n<QueryKey>{key}</QueryKey>\n<WebEnv>MCID_1</WebEnv>\n</ePostResult>".encode(),
            )
        assert (sent.path, sent.fields["retmode"]) == ("efetch.fcgi", "xml")
        return xml_answer(*(article(i) for i in ids if i in self.pmids))

    def esearch(self, fields: dict[str, str]) -> dict[str, Any]:
        """What stands in ``esearchresult``."""
        term, start, most = fields["term"], int(fields["retstart"]), int(fields["retmax"])
        found = self.pmids
        unknown = []
        for first, tag, last in _RANGE.findall(term):
            days = self.days.get(tag, {})
            unknown += [] if tag in self.days else [tag]
            found = [p for p in found if p in days and _day(first) <= days[p] <= _day(last)]
        if uids := set(_UID.findall(term)):
            found = [p for p in found if p in uids]
        if "query_key" in fields:
            assert (fields["WebEnv"], fields["usehistory"]) == ("MCID_1", "y")
            among = set(self.posted[fields["query_key"]])
            found = [p for p in found if p in among]
        if start >= self.cap:
            return {"ERROR": f"'retstart' cannot be larger than {self.cap - 1}."}
        lists = {"errorlist": {"phrasesnotfound": [], "fieldsnotfound": unknown}} if unknown else {}
        return {
            "count": str(len(found)),
            "retstart": str(start),
            "idlist": found[start : min(start + most, self.cap)],
            "querytranslation": term,
            **lists,
        }


def json_answer(value: object) -> Answer:
    """A JSON answer of status 200."""
    return Answer(200, "application/json", json.dumps(value).encode())


def article(pmid: str) -> str:
    """A small record of PubMed."""
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><ArticleTitle>A mouse {pmid}'
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def xml_answer(*records: str) -> Answer:
    """What efetch answers."""
    body = f'<?xml version="1.0" ?>\n<PubmedArticleSet>{"".join(records)}</PubmedArticleSet>'
    return Answer(200, "text/xml", body.encode())


@pytest.fixture(scope="session")
def entrez() -> type[FakeEntrez]:
    """PubMed over records of given days."""
    return FakeEntrez


TODAY = date(2026, 11, 23)
Search = Callable[[Reply], tuple[Listed, FakeService]]


@pytest.fixture(scope="session")
def search() -> Search:
    """Searches PubMed, today, at a service that replies so."""

    def searched(reply: Reply) -> tuple[Listed, FakeService]:
        service = FakeService(reply)
        return PubMed(service, today=TODAY).search("gloom[tiab]"), service

    return searched
