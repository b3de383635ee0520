"""How is ClinicalTrials.gov asked? API v2: ids and days by pages, then whole studies by their ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from evtrack.claim import Claim, Concept
from evtrack.record import PartialDate, RecordId, SourceName
from evtrack.sources import ctgov_json
from evtrack.sources._answers import json_object, whole_number, wrong_shape
from evtrack.sources._cover import NotReadError
from evtrack.sources._fetching import fetch_all
from evtrack.sources._fields import nct_id_of
from evtrack.sources._json_text import Document
from evtrack.sources._protocol import Answer, Changed, Fetched, Listed, OneByOne, Parsed, Read, Service, gathered
from evtrack.sources.ctgov_query import by_area_alone, ctgov_queries, query_text, union_queries, words_seen
from evtrack.trouble import FetchError, Trouble

T = TypeVar("T")

PAGE = 1_000
"""Studies of one page of ids: the most that API v2 gives."""

FETCHED = 100
"""Whole studies of one request: 2 MB on average, 13 MB where all have results."""

LONGEST_URL = 7_000
"""Characters of a query, as sent. Servers refuse URLs of 8,190 or more; the longest query built from concepts has 700."""

PASSES = 3
"""How often a whole list is asked for before a short one is believed."""

_BARREN_PAGES = 20
"""Pages in a row that bring nothing new: some are empty and still carry a token."""

_MOST_PAGES = 700
"""More than the whole registry has."""

_NAME: SourceName = "ctgov"
_SEEN = "NCTId,LastUpdatePostDate"


class ClinicalTrials(OneByOne):
    """ClinicalTrials.gov as a source. A query is the text of its parameters, as ``parse_qsl`` reads it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def name(self) -> SourceName:
        """``ctgov``."""
        return _NAME

    @property
    def service(self) -> Service:
        """Where it reaches out."""
        return self._service

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
        """Parameters of API v2, those with one meaning in one writing: sorted, and readable."""
        return tuple(dict.fromkeys(map(query_text, ctgov_queries(claim, concepts))))

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        """The studies of a page. Raises ``SourceError``."""
        return ctgov_json.parse(stream)

    def count(self, query: str) -> int:
        """How many studies it counts. Raises ``FetchError``."""

        def read_count(answer: Answer) -> int:
            total = whole_number(json_object(answer, _NAME).get("totalCount"))
            if total is None:
                raise wrong_shape(_NAME, "totalCount")
            return total

        asked = {"fields": "NCTId", "pageSize": "1", "countTotal": "true"}
        return self._studies({**dict(parse_qsl(query)), **asked}, read_count)

    def search(self, query: str) -> Listed:
        """All ids of a query with the days of their last updates. Raises ``FetchError`` where nothing was got.

        Pages overlap and miss each other's studies, since they are not sorted: what several passes bring is joined.
        Not ``complete`` where the service gives no count, however many pages came: a short list would not be seen.
        """
        asked = {"fields": _SEEN, "pageSize": str(PAGE), "countTotal": "true"}
        ids: dict[RecordId, str | None] = {}
        count: int | None = None
        troubles: list[Trouble] = []
        for _ in range(PASSES):
            try:
                for page in self._pages({**dict(parse_qsl(query)), **asked}, _read_listed):
                    ids.update(page.days)
                    count = page.total if page.total is not None else count
            except FetchError as error:
                if count is None and not ids:
                    raise
                troubles += [error.trouble] if error.trouble not in troubles else []
                if error.down:
                    break
            if count is not None and len(ids) >= count:
                return Listed(ids, count, complete=True, troubles=tuple(troubles))
        if count is None:
            troubles.append(Trouble("no_total", {"service": _NAME, "got": str(len(ids))}))
        elif not troubles:
            fields = {"service": _NAME, "got": str(len(ids)), "counted": str(count)}
            troubles.append(Trouble("fewer_than_counted", fields))
        return Listed(ids, count, complete=False, troubles=tuple(troubles))

    def gather(self, queries: Sequence[str]) -> Listed | None:
        """What any of the queries finds, by one query of ``query.term``, or a few. Raises ``FetchError``."""
        try:
            unions = union_queries(queries)
        except NotReadError:
            return None
        return gathered(map(self.search, unions)) if len(unions) < len(queries) else None

    def seen_by(self, queries: Sequence[str]) -> Callable[[bytes], bytes | None] | None:
        """All but status, days, results and references, which no search of words by area looks at."""
        return words_seen if by_area_alone(queries) else None

    def changed(self, listed: Mapping[RecordId, str | None], known: Mapping[RecordId, str], since: date) -> Changed:  # noqa: ARG002  # the list tells each study's day
        """The known studies that the list gives another day than the store, or no day at all; no request is needed."""
        return Changed(frozenset(i for i, day in known.items() if listed.get(i) != day))

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        """The whole studies. An id that has become the alias of another study is told as merged."""
        return fetch_all([i for i in ids if nct_id_of(i)], self._batch, size=FETCHED)

    def _batch(self, batch: Sequence[RecordId]) -> Iterator[Fetched]:
        for page in self._pages({"filter.ids": ",".join(batch), "pageSize": str(FETCHED)}, _read_studies):
            lacking = set(batch) - page.days.keys()
            merged = {
                alias: p.record.id
                for p in page.parsed
                if isinstance(p, Read) and p.record.trial
                for alias in map(RecordId, p.record.trial.aliases)
                if alias in lacking
            }
            if page.parsed:
                yield Fetched(page.parsed, merged)

    def _pages(self, parameters: Mapping[str, str], read: Callable[[Answer], _Page]) -> Iterator[_Page]:
        """Every page of a search. Raises ``FetchError``, also where its tokens lead nowhere."""
        seen: set[RecordId] = set()
        tokens: set[str] = set()
        barren = 0
        page = self._studies(parameters, read)
        yield page
        while page.token:
            barren = 0 if page.days.keys() - seen else barren + 1
            seen |= page.days.keys()
            if page.token in tokens or barren > _BARREN_PAGES or len(tokens) >= _MOST_PAGES:
                raise FetchError(Trouble("endless_pages", {"service": _NAME, "pages": str(len(tokens) + 1)}))
            tokens.add(page.token)
            page = self._studies({**parameters, "pageToken": page.token}, read)
            yield page

    def _studies(self, parameters: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        """GET /studies. Raises ``FetchError``, also for what is too long for a URL: nothing is sent then."""
        length = len(urlencode(parameters, quote_via=quote))
        if length > LONGEST_URL:
            fields = {"service": _NAME, "length": str(length), "longest": str(LONGEST_URL)}
            raise FetchError(Trouble("query_too_long", fields))
        return self._service.ask("studies", read, query=parameters)


@dataclass(frozen=True, slots=True)
class _Page:
    """One page. ``days``: id → day of the last update; ``parsed``: the studies, where they were asked for whole."""

    total: int | None
    token: str | None
    days: Mapping[RecordId, str | None]
    parsed: tuple[Parsed, ...] = ()


def _read_page(answer: Answer) -> tuple[dict[str, object], list[object], int | None, str | None]:
    """The page, its studies, its total and its token. Raises ``PassingError``."""
    page = json_object(answer, _NAME)
    studies, total, token = (page.get(name) for name in ("studies", "totalCount", "nextPageToken"))
    if not isinstance(studies, list):
        raise wrong_shape(_NAME, "studies")
    number = whole_number(total)
    if total is not None and number is None:
        raise wrong_shape(_NAME, "totalCount")
    if token is not None and not isinstance(token, str):
        raise wrong_shape(_NAME, "nextPageToken")
    return page, studies, number, token or None


def _read_listed(answer: Answer) -> _Page:
    _, studies, total, token = _read_page(answer)
    return _Page(total, token, dict(map(_day_of, studies)))


def _day_of(study: object) -> tuple[RecordId, str | None]:
    """The id and the day of last update of a study. Raises ``PassingError`` where it has no sound id."""
    nct_id = nct_id_of(_at(study, "protocolSection", "identificationModule", "nctId"))
    if nct_id is None:
        raise wrong_shape(_NAME, "nctId")
    written = _at(study, "protocolSection", "statusModule", "lastUpdatePostDateStruct", "date")
    day = PartialDate.parse(written) if isinstance(written, str) else None
    return RecordId(nct_id), str(day) if day else None


def _at(value: object, *path: str) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _read_studies(answer: Answer) -> _Page:
    page, _, total, token = _read_page(answer)
    document = Document(page, answer.body, "the document", whole=True, mended=not _is_utf8(answer.body))
    parsed = tuple(ctgov_json.studies(document))
    return _Page(total, token, dict.fromkeys(p.record.id for p in parsed if isinstance(p, Read)), parsed)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
