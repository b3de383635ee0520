"""ClinicalTrials.gov as a source: queries, counts, and pages that are empty, overlap or loop."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept
from evtrack.claims import load_library
from evtrack.record import RecordId
from evtrack.sources import ctgov
from evtrack.sources._fetching import id_of
from evtrack.sources._protocol import Answer, Changed, Listed, Source, SourceError
from evtrack.sources.ctgov import LONGEST_URL, ClinicalTrials
from evtrack.sources.ctgov_query import PARAMETERS, query_text
from evtrack.trouble import FetchError, Trouble

if TYPE_CHECKING:
    from tests.sources.conftest import FakeService, Sent

QUERY = 'query.cond=gloom OR grief&query.intr="extracellular vesicle"'
DAY = "2026-10-01"
FAILED = FetchError(Trouble("service_failed"), status=503)
DOWN = FetchError(Trouble("no_connection"), down=True)


def ids(*numbers: int) -> list[RecordId]:
    return [RecordId(f"NCT9{n:07}") for n in numbers]


def study(nct_id: str, day: str | None = DAY, *aliases: str) -> dict[str, Any]:
    status = {"lastUpdatePostDateStruct": {"date": day}} if day else {}
    names = {"nctId": nct_id, "briefTitle": f"A trial {nct_id}", **({"nctIdAliases": aliases} if aliases else {})}
    return {"protocolSection": {"identificationModule": names, "statusModule": status}}


def page(studies: Iterable[object], token: object = None, total: object = None) -> Answer:
    told = {"studies": list(studies), "nextPageToken": token, "totalCount": total}
    body = json.dumps({name: value for name, value in told.items() if value is not None})
    return Answer(200, "application/json", body.encode())


def in_turn(*answers: Answer) -> Callable[[Sent], Answer]:
    """The answers one after the other; then none."""
    rest: Iterator[Answer] = iter(answers)
    return lambda _: next(rest)


def searched(serve: type[FakeService], reply: Callable[[Sent], Answer]) -> tuple[Listed, FakeService]:
    service = serve(reply)
    return ClinicalTrials(service).search(QUERY), service


def codes(listed: Listed) -> list[str]:
    return [trouble.code for trouble in listed.troubles]


# Queries


WORDS = Bilingual("語", "word")
CONCEPTS = {
    "vesicle": Concept(id="vesicle", role="intervention", label=WORDS, ctgov=("exosome", '"extracellular vesicle"')),
    "gloom": Concept(id="gloom", role="condition", label=WORDS, words=("gloom",)),
}
CLAIM = Claim("c", "p", "per-condition effect", "intervention", WORDS, "q", ("vesicle",), ("gloom",))


def test_it_is_a_source(serve: type[FakeService]) -> None:
    """It has all that the protocol asks for; a query is one readable text, the same for the same question."""
    service = serve(lambda _: page([]))
    source: Source = ClinicalTrials(service)
    assert (source.name, source.service) == ("ctgov", service)
    assert source.query(CLAIM, CONCEPTS) == ('query.cond=gloom&query.intr=exosome OR "extracellular vesicle"',)
    (parsed,) = source.parse(io.BytesIO(page([study("NCT90000001")]).body))
    assert id_of(parsed) == "NCT90000001"
    with pytest.raises(SourceError):
        list(source.parse(io.BytesIO(b"<html>")))
    assert service.requests == 0


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(st.characters(codec="utf-8"), min_size=1)))
def test_query_text_is_read_back(parameters: dict[str, str]) -> None:
    """Whatever stands in the parameters: the text gives them back, and their order does not matter."""
    text = query_text(parameters)
    assert dict(parse_qsl(text)) == parameters
    assert query_text(dict(reversed(parameters.items()))) == text


def test_query_text_is_readable() -> None:
    """Blanks, quotes, parentheses and Essie's signs stay; what would be read as another sign does not."""
    assert query_text({"query.term": 'AREA[Phase]PHASE3 AND ("a b" OR c+d&e=f%)'}) == (
        'query.term=AREA[Phase]PHASE3 AND ("a b" OR c%2Bd%26e%3Df%25)'
    )


def test_our_queries_fit_into_a_url(serve: type[FakeService]) -> None:
    """The longest query of the claims that come with evtrack is far below what is sent."""
    library = load_library()[0]
    service = serve(lambda _: page([], total=0))
    source = ClinicalTrials(service)
    queries = [query for claim in library.claims.values() for query in source.query(claim, library.concepts)]
    assert queries
    for query in queries:
        assert source.count(query) == 0
        assert len(query) < LONGEST_URL / 5


@pytest.mark.parametrize("query", ["query.term=" + "x" * LONGEST_URL, "query.term=" + "語" * (LONGEST_URL // 9 + 1)])
def test_query_too_long_is_not_sent(serve: type[FakeService], query: str) -> None:
    """A GET that is too long as it is sent (nine characters for a Japanese one) is told and not sent."""
    service = serve(lambda _: page([], total=0))
    for ask in (ClinicalTrials(service).count, ClinicalTrials(service).search):
        with pytest.raises(FetchError) as raised:
            ask(query)
        assert (raised.value.trouble.code, raised.value.down) == ("query_too_long", False)
        assert int(raised.value.trouble.fields["length"]) > LONGEST_URL
    assert service.requests == 0


# Counts and ids


@pytest.mark.parametrize("total", [7, "7"])
def test_count(serve: type[FakeService], total: object) -> None:
    """A count is one request of one id; text or number."""
    service = serve(lambda _: page([study("NCT90000001")], "t", total))
    assert ClinicalTrials(service).count(QUERY) == 7
    assert [(s.path, s.fields) for s in service.sent] == [
        (
            "studies",
            {
                "query.cond": "gloom OR grief",
                "query.intr": '"extracellular vesicle"',
                "fields": "NCTId",
                "pageSize": "1",
                "countTotal": "true",
            },
        )
    ]


def test_pages_are_followed(serve: type[FakeService]) -> None:
    """Each page is asked with the same other parameters; one may be empty and still carry a token."""
    one, two, three = ids(1, 2, 3)
    answers = (page([study(one)], "a", 3), page([], "b"), page([study(two, None), study(three, "2026-11")]))
    listed, service = searched(serve, in_turn(*answers))
    assert listed == Listed({one: DAY, two: None, three: "2026-11"}, 3, complete=True)
    asked = {**dict(parse_qsl(QUERY)), "fields": "NCTId,LastUpdatePostDate", "pageSize": "1000", "countTotal": "true"}
    assert [s.fields for s in service.sent] == [asked, {**asked, "pageToken": "a"}, {**asked, "pageToken": "b"}]
    assert not any(s.form for s in service.sent)


def test_nothing_found_is_complete(serve: type[FakeService]) -> None:
    """No study at all is an answer."""
    assert searched(serve, lambda _: page([], total=0))[0] == Listed({}, 0, complete=True)


def test_overlapping_pages_are_asked_anew(serve: type[FakeService]) -> None:
    """Pages that overlap miss a study: the whole is asked again, and joined."""
    one, two, three = map(study, ids(1, 2, 3))
    answers = (page([one, two], "a", 3), page([two]), page([two, three], "a", 3), page([one]))
    listed, service = searched(serve, in_turn(*answers))
    assert (list(listed.ids), listed.count, listed.complete) == (ids(1, 2, 3), 3, True)
    assert (listed.troubles, service.requests) == ((), 4)


def test_short_for_good_is_told(serve: type[FakeService]) -> None:
    """After three passes a list that stays short is not complete, and says so."""
    listed, service = searched(serve, lambda _: page(map(study, ids(1, 2)), total="3"))
    assert (list(listed.ids), listed.count, listed.complete, service.requests) == (ids(1, 2), 3, False, 3)
    fields = {"service": "ctgov", "got": "2", "counted": "3"}
    assert listed.troubles == (Trouble("fewer_than_counted", fields),)


def test_no_total_is_not_complete(serve: type[FakeService]) -> None:
    """Without a count nobody knows whether the list is short: it is asked for again, and then told."""
    listed, service = searched(serve, lambda _: page(map(study, ids(1, 2))))
    assert (list(listed.ids), listed.count, listed.complete, service.requests) == (ids(1, 2), None, False, 3)
    assert listed.troubles == (Trouble("no_total", {"service": "ctgov", "got": "2"}),)


def test_tokens_that_loop(serve: type[FakeService]) -> None:
    """A token that came before ends the pass with a trouble; what it brought may be all."""
    listed, service = searched(
        serve, lambda s: page([study(ids(1)[0])], "a", 1 if "pageToken" not in s.fields else None)
    )
    assert (listed.complete, codes(listed), service.requests) == (True, ["endless_pages"], 2)
    listed, service = searched(serve, lambda _: page([study(ids(1)[0])], "a", 2))
    assert (listed.complete, codes(listed), service.requests) == (False, ["endless_pages"], 6)


def test_tokens_that_never_end(serve: type[FakeService]) -> None:
    """Always a new token, and nothing new: left after a bounded number of pages."""
    number = count(1)
    listed, service = searched(serve, lambda _: page([], f"t{next(number)}", 5))
    assert (listed.complete, codes(listed)) == (False, ["endless_pages"])
    assert service.requests <= 3 * 25


def test_tokens_that_bring_ever_more(serve: type[FakeService], monkeypatch: pytest.MonkeyPatch) -> None:
    """More pages than the registry has studies for are not followed."""
    monkeypatch.setattr(ctgov, "_MOST_PAGES", 30)
    number = count(1)
    listed, service = searched(serve, lambda _: page([study(ids(n := next(number))[0])], f"t{n}", 9_999))
    assert (listed.complete, codes(listed), len(listed.ids)) == (False, ["endless_pages"], service.requests)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!DOCTYPE html><html>", "html_answer"),
        (b"`query.foo` is unknown parameter", "not_json"),
        (page([study("NCT90000001")], total=1).body[:-9], "not_json"),
        (b"", "not_json"),
        (b'"studies"', "wrong_shape"),
        (b"[]", "wrong_shape"),
        (b"{}", "wrong_shape"),
        (b'{"error": "out of order"}', "service_error"),
        (b'{"studies": {}, "totalCount": 1}', "wrong_shape"),
        (b'{"studies": [], "totalCount": "abc"}', "wrong_shape"),
        (b'{"studies": [], "totalCount": true}', "wrong_shape"),
        (b'{"studies": [], "totalCount": 1, "nextPageToken": 7}', "wrong_shape"),
        (b'{"studies": [{}], "totalCount": 1}', "wrong_shape"),
        (b'{"studies": ["NCT90000001"], "totalCount": 1}', "wrong_shape"),
        (b'{"studies": [{"protocolSection": {"identificationModule": {"nctId": "PMID:1"}}}], "totalCount": 1}', "wrong_shape"),
    ],
)  # fmt: skip
def test_bad_answers_are_asked_again(serve: type[FakeService], body: bytes, code: str) -> None:
    """What is no page of studies is asked for again, and never read as an empty one."""
    service = serve(lambda _: Answer(200, "application/json", body))
    with pytest.raises(FetchError) as raised:
        ClinicalTrials(service).search(QUERY)
    assert (raised.value.trouble.code, raised.value.trouble.fields["service"]) == (code, "ctgov")
    assert service.requests == 3
    good = page([study("NCT90000001")], total=1)
    listed, _ = searched(serve, in_turn(Answer(200, "text/html", body), good))
    assert listed.complete


@pytest.mark.parametrize("body", [b'{"studies": []}', b'{"totalCount": "many"}', b'{"totalCount": -1}', b"{}"])
def test_count_without_a_number(serve: type[FakeService], body: bytes) -> None:
    """A count that is missing, or no number, is asked for again and is then an error."""
    service = serve(lambda _: Answer(200, "application/json", body))
    with pytest.raises(FetchError, match="wrong_shape"):
        ClinicalTrials(service).count(QUERY)
    assert service.requests == 3


def test_errors_of_the_service_pass_on(serve: type[FakeService]) -> None:
    """A 400 on the first page is raised as it came, at once."""
    refused = FetchError(Trouble("refused", {"said": "`filter.phase` is unknown parameter"}), status=400)

    def reply(sent: Sent) -> Answer:
        raise refused

    service = serve(reply)
    for ask in (ClinicalTrials(service).count, ClinicalTrials(service).search):
        with pytest.raises(FetchError) as raised:
            ask(QUERY)
        assert raised.value is refused
    assert service.requests == 2


@pytest.mark.parametrize(("error", "requests"), [(FAILED, 6), (DOWN, 2)])
def test_error_on_a_later_page(serve: type[FakeService], error: FetchError, requests: int) -> None:
    """What was got stays; the whole is asked again, but nothing more of a source that is down."""

    def reply(sent: Sent) -> Answer:
        if "pageToken" in sent.fields:
            raise error
        return page([study(ids(1)[0])], "a", 2)

    listed, service = searched(serve, reply)
    assert (list(listed.ids), listed.complete, service.requests) == (ids(1), False, requests)
    assert codes(listed) == [error.trouble.code]


def test_error_on_a_later_page_that_passes(serve: type[FakeService]) -> None:
    """A second pass makes it whole."""
    fails = [FAILED]

    def reply(sent: Sent) -> Answer:
        if "pageToken" in sent.fields and fails:
            raise fails.pop()
        return page(
            [study(ids(2 if "pageToken" in sent.fields else 1)[0])], None if sent.fields.get("pageToken") else "a", 2
        )

    listed, _ = searched(serve, reply)
    assert (list(listed.ids), listed.complete) == (ids(1, 2), True)


def test_changed_by_the_days_of_the_list(serve: type[FakeService]) -> None:
    """Another day is a change, and so may be a study whose day the list does not tell, or that no list names. Nothing is asked."""
    same, other, first, untold, unlisted = ids(1, 2, 3, 4, 5)
    service = serve(lambda _: page([]))
    known = {same: DAY, other: "2026-09-30", first: "", untold: DAY, unlisted: DAY}
    listed = {same: DAY, other: DAY, first: DAY, untold: None, **dict.fromkeys(ids(6), DAY)}
    found = ClinicalTrials(service).changed(listed, known, date(2026, 11, 1))
    assert found == Changed(frozenset((other, first, untold, unlisted)))
    assert service.requests == 0
