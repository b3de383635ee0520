"""All PMIDs of a term: short pages, remarks, and errors in disguise."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.record import RecordId
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


def codes(listed: Listed) -> list[str]:
    return [trouble.code for trouble in listed.troubles]


def test_one_request(search: Search, entrez: type[FakeEntrez]) -> None:
    """A result below the cap costs one POST; its translation is kept."""
    listed, service = search(entrez({}, ids(1, 2, 3)))
    assert listed == Listed(dict.fromkeys(sorted(records(ids(1, 2, 3)))), 3, complete=True, translation="gloom[tiab]")
    assert [s.fields for s in service.sent] == [
        {
            "db": "pubmed",
            "tool": "evtrack",
            "retmode": "json",
            "term": "gloom[tiab]",
            "retstart": "0",
            "retmax": "9999",
        }
    ]


def test_nothing_found_is_complete(search: Search, entrez: type[FakeEntrez]) -> None:
    """No record and no list at all is an answer; ``No items found.`` is no trouble."""

    def bend(result: dict[str, Any], _: int) -> object:
        return {"count": "0", "errorlist": None, "warninglist": {"outputmessages": ["No items found."]}}

    listed, _ = search(entrez({}, [], bend=bend))
    assert listed == Listed({}, 0, complete=True)


def test_what_the_service_remarks(search: Search, entrez: type[FakeEntrez]) -> None:
    """Phrases and fields that were not found are told, and the search stays complete; NUL and surrogates are mended."""
    remarks = {
        "errorlist": {"phrasesnotfound": ["zzz one", "zzz\ud800 two"], "fieldsnotfound": ["tix"]},
        "warninglist": {"phrasesignored": ["the"], "quotedphrasesnotfound": ['"a b"'], "outputmessages": ["Slow.", 3]},
        "querytranslation": "gl\0oom\ud800",
    }
    listed, _ = search(entrez({}, ids(1), bend=lambda result, _: {**result, **remarks}))
    assert listed.complete
    assert listed.translation == "gloom\ufffd"
    assert {t.code: (t.fields["number"], t.fields["said"]) for t in listed.troubles} == {
        "phrase_not_found": ("3", 'zzz one; zzz\ufffd two; "a b"'),
        "field_not_found": ("1", "tix"),
        "phrase_ignored": ("1", "the"),
        "service_remark": ("1", "Slow."),
    }


def test_what_is_said_is_cut_between_words(search: Search, entrez: type[FakeEntrez]) -> None:
    """A long remark is cut to 300 characters, and never within a word."""
    long = "word " * 59 + "0123456789"
    remark = {"warninglist": {"outputmessages": [long]}}
    listed, _ = search(entrez({}, ids(1), bend=lambda result, _: {**result, **remark}))
    assert listed.troubles[0].fields["said"] == ("word " * 59).strip()


def test_short_page_is_asked_on(search: Search, entrez: type[FakeEntrez]) -> None:
    """What follows a short page is asked for from there; then the list is complete."""

    def short(result: dict[str, Any], number: int) -> object:
        return {**result, "idlist": result["idlist"][:2]} if number < 3 else None

    listed, service = search(entrez({}, ids(*range(7)), bend=short))
    assert listed.complete
    assert set(listed.ids) == records(ids(*range(7)))
    assert [(s.fields["retstart"], s.fields["retmax"]) for s in service.sent] == [
        ("0", "9999"),
        ("2", "5"),
        ("4", "3"),
    ]


def test_pages_of_one(search: Search, entrez: type[FakeEntrez]) -> None:
    """A service that gives one id at a time is followed for a hundred pages, and not without end."""
    for many, complete in ((90, True), (150, False)):
        fake = entrez({}, ids(*range(many)), bend=lambda result, _: {**result, "idlist": result["idlist"][:1]})
        listed, service = search(fake)
        assert (len(listed.ids), listed.complete) == (min(many, 101), complete)
        assert service.requests <= 110


def test_gap_in_the_page_is_asked_anew(search: Search, entrez: type[FakeEntrez]) -> None:
    """A duplicate in the place of an id is not in what follows: the whole is asked again, and joined."""

    def gap(result: dict[str, Any], number: int) -> object:
        return {**result, "idlist": ids(0, 0, 2)} if number == 1 else None

    listed, service = search(entrez({}, ids(0, 1, 2), bend=gap))
    assert (listed.complete, len(listed.ids), listed.troubles) == (True, 3, ())
    assert [s.fields["retstart"] for s in service.sent] == ["0", "2", "0"]


@pytest.mark.parametrize("page", [ids(1, 2), []], ids=["short", "empty"])
def test_short_for_good_is_told(search: Search, entrez: type[FakeEntrez], page: list[str]) -> None:
    """After three passes a list that stays short is not complete, and says so."""
    listed, service = search(entrez({}, ids(1, 2, 3), bend=lambda result, _: {**result, "idlist": page}))
    assert (set(listed.ids), listed.count, listed.complete) == (records(page), 3, False)
    fields = {"service": "pubmed", "got": str(len(page)), "counted": "3"}
    assert listed.troubles == (Trouble("fewer_than_counted", fields),)
    assert len([s for s in service.sent if s.fields["retstart"] == "0"]) == 3


def test_count_that_always_grows_is_told(search: Search, entrez: type[FakeEntrez]) -> None:
    """A count that no list ever reaches leaves the search incomplete."""
    listed, _ = search(entrez({}, ids(1, 2), bend=lambda result, n: {**result, "count": 2 + n}))
    assert (listed.complete, codes(listed)) == (False, ["fewer_than_counted"])


@pytest.mark.parametrize("down", [False, True])
def test_error_after_a_short_page(search: Search, entrez: type[FakeEntrez], *, down: bool) -> None:
    """What was got stays; the whole is asked again, but nothing more of a source that is down."""
    fake = entrez({}, ids(1, 2, 3))
    trouble = Trouble("refused", {"status": "400"})

    def reply(sent: Sent) -> Answer:
        if sent.fields["retstart"] != "0":
            raise FetchError(trouble, down=down, status=400)
        result = fake.esearch(sent.fields)
        return Answer(200, "", json.dumps({"esearchresult": {**result, "idlist": ids(1)}}).encode())

    listed, service = search(reply)
    assert (set(listed.ids), listed.complete, listed.troubles) == (records(ids(1)), False, (trouble,))
    assert len(service.sent) == (2 if down else 6)


def test_first_request_that_fails_is_raised(search: Search) -> None:
    """Where nothing was got there is nothing to list."""

    def reply(sent: Sent) -> Answer:
        raise FetchError(Trouble("no_connection"), down=True)

    with pytest.raises(FetchError, match="no_connection"):
        search(reply)


LIMITED = b'{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"4","limit":"3"}'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (LIMITED, "too_many_requests"),
        (b'{"error":{"code":7}}', "service_error"),
        (b'{"esearchresult":{"ERROR":"Search Backend failed: pool"}}', "service_error"),
        (b'\xef\xbb\xbf\n<!DOCTYPE html><html lang="en">', "html_answer"),
        (b"<HTML>sorry", "html_answer"),
        (b"", "not_json"),
        (b'{"esearchresult": {"count": "1", "idlist": ["90', "not_json"),
        (b'{"esearchresult": {"count": 1' + b"0" * 5000 + b"}}", "not_json"),
        (b"[" * 200_000, "not_json"),
        (b'["esearchresult"]', "wrong_shape"),
        (b"{}", "wrong_shape"),
        (b'{"esearchresult": []}', "wrong_shape"),
        (b'{"esearchresult": {"count": "abc", "idlist": []}}', "wrong_shape"),
        (b'{"esearchresult": {"count": true, "idlist": []}}', "wrong_shape"),
        (b'{"esearchresult": {"count": -1, "idlist": []}}', "wrong_shape"),
        (b'{"esearchresult": {"count": 1.0, "idlist": []}}', "wrong_shape"),
        (b'{"esearchresult": {"idlist": []}}', "wrong_shape"),
        (b'{"esearchresult": {"count": "1"}}', "wrong_shape"),
        (b'{"esearchresult": {"count": "1", "idlist": "9000001"}}', "wrong_shape"),
        (b'{"esearchresult": {"count": "1", "idlist": ["PMC7"]}}', "wrong_shape"),
        (b'{"esearchresult": {"count": "1", "idlist": [null]}}', "wrong_shape"),
    ],
)
def test_bad_answers_are_asked_again(serve: type[FakeService], body: bytes, code: str) -> None:
    """An error, a page or a shape that is none of esearch's is asked for again, and never gives an id or a count."""
    service = serve(lambda _: Answer(200, "application/json", body))
    for ask in (PubMed(service, today=TODAY).search, PubMed(service, today=TODAY).count):
        if ask.__name__ == "count" and b"idlist" in body and code == "wrong_shape" and b'"1"' in body:
            continue  # the list of ids does not matter to a count of nothing but the count
        with pytest.raises(FetchError) as raised:
            ask("gloom[tiab]")
        assert raised.value.trouble.code == code
        assert raised.value.trouble.fields["service"] == "pubmed"
    assert service.retries == len(service.sent)


def test_bad_bytes_and_control_characters_are_survived(search: Search) -> None:
    """Bytes that are no UTF-8 and raw control characters in a text do not hide the ids, which may be numbers."""
    body = b'\xef\xbb\xbf{"esearchresult":{"count":1,"idlist":[9000001],"querytranslation":"caf\xe9\x1b"}}'
    listed, _ = search(lambda _: Answer(200, "text/html", body))
    assert (set(listed.ids), listed.complete, listed.translation) == (records(ids(1)), True, "caf\ufffd\x1b")


def test_count_asks_for_no_ids(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """A count is one request with ``retmax=0``."""
    service = serve(entrez({}, ids(1, 2)))
    assert PubMed(service, today=TODAY).count("gloom[tiab]") == 2
    assert [s.fields["retmax"] for s in service.sent] == ["0"]
