"""All PMIDs of a term that finds more than 9,999: in parts by date, which add up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.record import RecordId
from evtrack.sources import pubmed_search
from evtrack.sources._protocol import Answer, Listed
from evtrack.sources.pubmed import PubMed
from evtrack.trouble import FetchError, Trouble

if TYPE_CHECKING:
    from tests.sources.conftest import FakeEntrez, FakeService, Search, Sent

TODAY = date(2026, 11, 23)


def ids(*numbers: int) -> list[str]:
    return [str(9_000_000 + n) for n in numbers]


def records(pmids: Iterable[str]) -> set[RecordId]:
    return {RecordId(f"PMID:{p}") for p in pmids}


def days_of(count: int, day: Callable[[int], date]) -> dict[str, date]:
    return {pmid: day(n) for n, pmid in enumerate(ids(*range(1, count + 1)))}


def codes(listed: Listed) -> list[str]:
    return [trouble.code for trouble in listed.troubles]


def test_twenty_thousand_with_a_third_on_one_day(search: Search, entrez: type[FakeEntrez]) -> None:
    """20,000 records of which 30 % came on one day come whole, in few requests, none of which passes the cap."""
    days = days_of(20_000, lambda n: date(2024, 2, 29) if n < 6_000 else TODAY - timedelta(days=n % 3650))
    listed, service = search(entrez({"crdt": days}, list(days)))
    assert (listed.complete, listed.count, listed.troubles) == (True, 20_000, ())
    assert set(listed.ids) == records(days)
    assert all(int(s.fields["retstart"]) + int(s.fields["retmax"]) <= 9_999 for s in service.sent)
    assert len(service.sent) <= 12


@pytest.fixture
def small_cap(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(pubmed_search, "CAP", 10)
    return 10


def test_day_over_the_cap_is_told(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """A day with more records than the cap cannot be split: what comes of it is kept, and the day is told."""
    days = days_of(17, lambda n: date(2025, 5, 5) if n < 12 else date(2019, 1, 1))
    listed, _ = search(entrez({"crdt": days}, list(days)[::-1], cap=small_cap))
    fields = {"service": "pubmed", "day": "2025-05-05", "counted": "12", "cap": "10"}
    assert (listed.complete, listed.count, len(listed.ids)) == (False, 17, 15)
    assert listed.troubles == (Trouble("day_over_cap", fields),)


def test_records_of_no_part_are_told(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """Records without a date of creation are in no part: how many are missing is said."""
    pmids = ids(*range(30))
    days = {pmid: TODAY - timedelta(days=n) for n, pmid in enumerate(pmids) if n < 26}
    listed, _ = search(entrez({"crdt": days}, pmids, cap=small_cap))
    fields = {"service": "pubmed", "missing": "4", "counted": "30", "field": "crdt"}
    assert (set(listed.ids), listed.complete) == (records(days), False)
    assert listed.troubles == (Trouble("in_no_part", fields),)


def test_records_of_no_part_may_be_in_the_first_page(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """The first page of the whole counts too: with it nothing is missing."""
    pmids = ids(*range(30))
    days = {pmid: TODAY - timedelta(days=n) for n, pmid in enumerate(pmids) if n >= 4}
    listed, _ = search(entrez({"crdt": days}, pmids, cap=small_cap))
    assert (set(listed.ids), listed.complete, listed.troubles) == (records(pmids), True, ())


@pytest.mark.parametrize("grows", [2, -2])
def test_whole_that_grows_or_shrinks_meanwhile(
    search: Search, entrez: type[FakeEntrez], small_cap: int, grows: int
) -> None:
    """The count of the whole is asked again where it and the parts differ."""
    days = days_of(30 + max(grows, 0), lambda n: TODAY - timedelta(days=100 * n))

    def bend(result: dict[str, Any], number: int) -> object:
        return {**result, "count": str(int(result["count"]) - grows)} if number == 1 else None

    listed, _ = search(entrez({"crdt": days}, list(days), cap=small_cap, bend=bend))
    assert (set(listed.ids), listed.complete, listed.count) == (records(days), True, len(days))


def test_result_that_grows_past_the_cap(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """A list that was short, and whose count then passes the cap, is split after all."""
    days = days_of(12, lambda n: TODAY - timedelta(days=100 * n))

    def bend(result: dict[str, Any], number: int) -> object:
        return {**result, "count": "9", "idlist": []} if number == 1 else None

    listed, _ = search(entrez({"crdt": days}, list(days), cap=small_cap, bend=bend))
    assert (set(listed.ids), listed.complete, listed.count) == (records(days), True, 12)


def test_part_that_grows_past_the_cap(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """So is a part."""
    days = days_of(24, lambda n: date(2001, 2, 3 + n // 8))
    bends: list[str] = []

    def bend(result: dict[str, Any], number: int) -> object:
        if number > 1 and not bends and int(result["count"]) > 10:
            bends.append(result["count"])
            return {**result, "count": "9", "idlist": []}
        return None

    listed, _ = search(entrez({"crdt": days}, list(days), cap=small_cap, bend=bend))
    assert bends
    assert (set(listed.ids), listed.complete) == (records(days), True)


def test_short_part_is_told(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """A part that stays short makes the whole incomplete."""
    days = days_of(25, lambda n: TODAY - timedelta(days=60 * n))

    def bend(result: dict[str, Any], number: int) -> object:
        return None if number == 1 else {**result, "idlist": [i for i in result["idlist"] if i != ids(20)[0]]}

    listed, _ = search(entrez({"crdt": days}, list(days), cap=small_cap, bend=bend))
    assert (set(listed.ids), listed.complete) == (records(days) - records(ids(20)), False)
    assert codes(listed) == ["fewer_than_counted"]


def test_edat_where_crdt_is_not_known(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """A service that does not know ``[crdt]`` is split by ``[edat]``, and that is told."""
    days = days_of(30, lambda n: TODAY - timedelta(days=60 * n))
    listed, _ = search(entrez({"edat": days}, list(days), cap=small_cap))
    assert (set(listed.ids), listed.complete) == (records(days), True)
    fields = {"service": "pubmed", "field": "crdt", "instead": "edat"}
    assert listed.troubles == (Trouble("date_field_replaced", fields),)


@pytest.mark.parametrize(
    "bend",
    [
        lambda r: {**r, "querytranslation": str(r["querytranslation"]).replace("[crdt]", "[All Fields]")},
        lambda r: {**r, "warninglist": {"outputmessages": ["Unknown field [crdt] ignored"]}},
        lambda r: {**r, "errorlist": {"phrasesnotfound": ['"1800/01/01"[crdt]']}},
        lambda _: {"ERROR": "Unknown field crdt"},
    ],
    ids=["translation", "message", "phrase", "error"],
)
def test_ways_to_say_that_a_field_is_not_known(
    search: Search,
    entrez: type[FakeEntrez],
    small_cap: int,
    bend: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Whichever way the service says so, ``[edat]`` is asked."""
    days = days_of(30, lambda n: TODAY - timedelta(days=60 * n))
    fake = entrez({"edat": days, "crdt": {}}, list(days), cap=small_cap)

    def reply(sent: Sent) -> Answer:
        result = fake.esearch(sent.fields)
        result = bend(result) if "[crdt]" in sent.fields["term"] else result
        return Answer(200, "", json.dumps({"esearchresult": result}).encode())

    listed, _ = search(reply)
    assert (listed.complete, codes(listed)) == (True, ["date_field_replaced"])


def test_no_date_field_at_all(search: Search, entrez: type[FakeEntrez], small_cap: int) -> None:
    """Where neither is known the first page is all, and that is told."""
    listed, _ = search(entrez({}, ids(*range(30)), cap=small_cap))
    assert (set(listed.ids), listed.complete) == (records(ids(*range(10))), False)
    assert codes(listed) == ["date_field_replaced", "date_field_not_known"]


def test_date_field_that_is_ignored(serve: type[FakeService], entrez: type[FakeEntrez], small_cap: int) -> None:
    """A service that ignores the range counts all on every day: that ends, and is told."""
    fake = entrez({}, ids(*range(30)), cap=small_cap)
    service = serve(lambda s: fake(type(s)(s.path, {**s.fields, "term": "gloom"}, s.form)))
    listed = PubMed(service, today=TODAY).search("gloom[tiab]")
    assert (len(listed.ids), listed.complete) == (10, False)
    assert codes(listed) == ["day_over_cap"]


def test_counts_that_do_not_hold(serve: type[FakeService], entrez: type[FakeEntrez], small_cap: int) -> None:
    """A service that counts too many for every span, and a new number each time, is left after a bounded number."""
    fake = entrez({}, ids(*range(30)), cap=small_cap)

    def reply(sent: Sent) -> Answer:
        result = {**fake.esearch({**sent.fields, "term": "gloom"}), "count": str(30 + len(service.sent))}
        return Answer(200, "", json.dumps({"esearchresult": result}).encode())

    service = serve(reply)
    listed = PubMed(service, today=TODAY).search("gloom[tiab]")
    assert not listed.complete
    assert "counts_do_not_hold" in codes(listed)
    assert len(service.sent) <= 1_000


@pytest.mark.parametrize("at", [2, 4, "count"])
def test_error_between_the_parts(
    serve: type[FakeService], entrez: type[FakeEntrez], small_cap: int, at: int | str
) -> None:
    """What was got before the source went down is kept, and the search is not complete."""
    days = days_of(30, lambda n: TODAY - timedelta(days=60 * n))
    fake = entrez({"crdt": {p: d for p, d in days.items() if at != "count" or p < "9000020"}}, list(days), small_cap)

    def reply(sent: Sent) -> Answer:
        if len(service.sent) == at or (at == "count" and sent.fields["retmax"] == "0"):
            raise FetchError(Trouble("broken_off"), down=True)
        return fake(sent)

    service = serve(reply)
    listed = PubMed(service, today=TODAY).search("gloom[tiab]")
    assert (listed.complete, codes(listed)) == (False, ["broken_off"])
    assert len(listed.ids) >= 10


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.dates(date(1950, 1, 1), date(2030, 1, 1)), st.integers(1, 9)), min_size=1, max_size=12, unique=True
    ),
    st.dates(date(1990, 1, 1), date(2035, 1, 1)),
)
def test_parts_add_up(
    serve: type[FakeService], entrez: type[FakeEntrez], heaps: list[tuple[date, int]], today: date
) -> None:
    """Whatever the days, and whatever the clock: no id is lost, no part passes the cap, and requests are few."""
    by_day: dict[date, int] = {}
    for day, many in heaps:
        by_day[day] = min(by_day.get(day, 0) + many, 10)
    each = [day for day, many in by_day.items() for _ in range(many)]
    days = days_of(len(each), lambda n: each[n])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pubmed_search, "CAP", 10)
        service = serve(entrez({"crdt": days}, list(days), cap=10))
        listed = PubMed(service, today=today).search("gloom[tiab]")
    assert (set(listed.ids), listed.complete, listed.troubles) == (records(days), True, ())
    assert all(int(s.fields["retstart"]) + int(s.fields["retmax"]) <= 10 for s in service.sent)
    assert len(service.sent) <= 1 + 40 * (len(days) // 10 + 1)


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1800, 1, 1), date(2999, 1, 1)), st.integers(1, 400_000), st.floats(0.01, 0.99), st.dates())
def test_halves_cover_the_span(first: date, days: int, share: float, today: date) -> None:
    """Two spans, neither empty, that touch and cover the whole."""
    span = pubmed_search.Span(first, min(first + timedelta(days=days), date(3000, 12, 31)))
    early, late = span.halves(share, today)
    assert (early.first, late.last, late.first - early.last) == (span.first, span.last, timedelta(days=1))
    assert early.first <= early.last < late.first <= late.last
