"""Does any answer of a service crash its client? Values of another type at every level, and bytes that are nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeVar

import pytest

from evtrack.record import RecordId
from evtrack.sources._protocol import Answer, Fetched
from evtrack.sources.ctgov import ClinicalTrials
from evtrack.sources.pubmed import PubMed
from evtrack.trouble import FetchError, PassingError, Trouble
from tests.fuzz import mutation, seeds
from tests.fuzz.readers import check_parsed, text
from tests.fuzz.test_records import Hunting

pytestmark = pytest.mark.promise("inputs")

T = TypeVar("T")

FOUND = {
    "header": {"type": "esearch", "version": "0.3"},
    "esearchresult": {"count": "2", "retmax": "2", "retstart": "0", "idlist": ["90001001", "90001002"], "translationset": [], "querytranslation": '"exosomes"[MeSH Terms]', "errorlist": {"phrasesnotfound": ["x"], "fieldsnotfound": []}, "warninglist": {"outputmessages": ["No items found."], "quotedphrasesnotfound": ["y"]}},
}  # fmt: skip
POSTED = b"<?xml version='1.0'?><ePostResult><QueryKey>1</QueryKey><WebEnv>MCID_invented</WebEnv></ePostResult>"
TODAY = dt.date(2026, 11, 23)


class Saying:
    """A service that gives one answer to all that it is asked, twelve times at most."""

    requests = retries = 0
    transport = "none"

    def __init__(self, body: bytes, posted: bytes = POSTED) -> None:
        self.body, self.posted = body, posted
        self.told: list[Trouble] = []
        self.left = 12

    def ask(
        self,
        path: str,
        read: Callable[[Answer], T],
        *,
        query: Mapping[str, str] | None = None,  # noqa: ARG002 # whatever is asked
        form: Mapping[str, str] | None = None,  # noqa: ARG002 # whatever is asked
    ) -> T:
        """What ``read`` makes of it; what is to be asked for again never comes."""
        self.left -= 1
        if self.left < 0:
            raise FetchError(Trouble("no_answer", {"service": "pubmed"}), down=True)
        try:
            return read(Answer(200, "application/json", self.posted if "epost" in path else self.body))
        except PassingError as error:
            raise FetchError(error.trouble) from error


def told(trouble: Trouble) -> None:
    """What a person is told can be stored and printed."""
    for said in trouble.fields.values():
        text(said)


def asked(call: Callable[[], Any]) -> Any:
    """What comes; ``FetchError`` alone may be raised."""
    try:
        return call()
    except FetchError as error:
        told(error.trouble)
        return None


def check_fetched(fetched: list[Fetched]) -> None:
    """Records that can be stored, and troubles that can be told."""
    for answer in fetched:
        for parsed in answer.parsed:
            check_parsed(parsed)
        if answer.error:
            told(answer.error.trouble)


def test_answers_of_pubmed(hunting: Hunting) -> None:
    """Whatever esearch and epost answer, a search ends with a list or a FetchError, and what is said of it can be stored."""
    content = json.dumps(FOUND).encode()

    def make(random: Random) -> bytes:
        if random.random() < 0.6:
            return mutation.json_bytes(random, mutation.altered(random, FOUND))
        return mutation.mangled(random, random.choice((content, POSTED)), mutation.JSON, (POSTED,))

    def check(_: Random, body: bytes) -> None:
        source = PubMed(Saying(body, posted=body if body[:1] == b"<" else POSTED), today=TODAY)
        asked(lambda: source.count("x"))
        found = asked(lambda: source.search("x"))
        if found:
            text(found.translation or "")
            for trouble in found.troubles:
                told(trouble)
        known = {RecordId("PMID:90001001"): ""}
        for trouble in source.changed({}, known, TODAY).troubles:
            told(trouble)

    hunting(1_600, 40_000, make, check)


def test_records_of_pubmed(hunting: Hunting) -> None:
    """Whatever efetch answers, what comes is records and errors."""
    file = seeds.whole_file(*seeds.ARTICLES)

    def make(random: Random) -> bytes:
        return mutation.mangled(random, file, (*mutation.XML, b"<ERROR>x</ERROR>", b'{"error":'), (file,))

    def check(_: Random, body: bytes) -> None:
        source = PubMed(Saying(body), today=TODAY)
        check_fetched(asked(lambda: list(source.fetch([RecordId("PMID:90001001"), RecordId("PMID:90001002")]))) or [])

    hunting(800, 8_000, make, check)


def test_answers_of_clinicaltrials(hunting: Hunting) -> None:
    """Whatever ClinicalTrials.gov answers, a count, a search and a fetch end with values or a FetchError."""
    content = json.dumps(seeds.PAGE).encode()

    def make(random: Random) -> bytes:
        if random.random() < 0.6:
            return mutation.json_bytes(random, mutation.altered(random, seeds.PAGE))
        return mutation.mangled(random, content, mutation.JSON, (content,))

    def check(_: Random, body: bytes) -> None:
        source = ClinicalTrials(Saying(body))
        asked(lambda: source.count("query.intr=x"))
        found = asked(lambda: source.search("query.intr=x"))
        for trouble in found.troubles if found else ():
            told(trouble)
        source = ClinicalTrials(Saying(body))
        check_fetched(asked(lambda: list(source.fetch([RecordId("NCT90003001")]))) or [])

    hunting(800, 10_000, make, check)
