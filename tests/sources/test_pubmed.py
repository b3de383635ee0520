"""PubMed as a source: what is sent, and how all records that were asked for come."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept
from evtrack.record import Deleted, RecordId, Skipped
from evtrack.sources import pubmed
from evtrack.sources._fetching import TOO_LARGE_IN_A_ROW, id_of
from evtrack.sources._protocol import Answer, Fetched, Read, Source, SourceError
from evtrack.sources.pubmed import PubMed
from evtrack.trouble import FetchError, Trouble

if TYPE_CHECKING:
    from tests.sources.conftest import FakeEntrez, FakeService, Sent

TODAY = date(2026, 11, 23)
TOO_LARGE = FetchError(Trouble("too_large"), too_large=True)
FAILED = FetchError(Trouble("service_failed", {"said": "pool is empty"}), status=500)
DOWN = FetchError(Trouble("no_connection"), down=True)


def pmids(many: int) -> list[str]:
    return [str(9_000_001 + n) for n in range(many)]


def records(numbers: Iterable[str]) -> list[RecordId]:
    return [RecordId(f"PMID:{n}") for n in numbers]


def fetched(
    serve: type[FakeService], reply: Callable[[Sent], Answer], ids: Iterable[str]
) -> tuple[list[Fetched], FakeService]:
    service = serve(reply)
    return list(PubMed(service, today=TODAY).fetch(records(ids))), service


def read(answers: Iterable[Fetched]) -> list[RecordId | None]:
    return [id_of(parsed) for answer in answers for parsed in answer.parsed]


def errors(answers: Iterable[Fetched]) -> list[FetchError]:
    return [answer.error for answer in answers if answer.error]


def sizes(service: FakeService) -> list[int]:
    return [len(sent.fields["id"].split(",")) for sent in service.sent]


def xml(*records: str) -> Answer:
    return Answer(200, "text/xml", f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>".encode())


def article(pmid: str) -> str:
    return f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID></MedlineCitation></PubmedArticle>'


def asked(sent: Sent) -> list[str]:
    return sent.fields["id"].split(",")


def test_it_is_a_source(serve: type[FakeService]) -> None:
    """It has all that the protocol asks for; queries and reading are those of its own modules."""
    service = serve(lambda _: xml())
    source: Source = PubMed(service, today=TODAY)
    assert (source.name, source.service) == ("pubmed", service)
    words = Bilingual("語", "word")
    concepts = {
        "vesicle": Concept(id="vesicle", role="intervention", label=words, mesh=("Exosomes",)),
        "gloom": Concept(id="gloom", role="condition", label=words, words=("gloom",)),
    }
    claim = Claim("c", "p", "per-condition effect", "intervention", words, "q", ("vesicle",), ("gloom",))
    assert source.query(claim, concepts) == ('("Exosomes"[mh]) AND (gloom[tiab])',)
    (parsed,) = source.parse(io.BytesIO(xml(article("9000001")).body))
    assert id_of(parsed) == "PMID:9000001"
    with pytest.raises(SourceError):
        list(source.parse(io.BytesIO(b"{}")))
    assert service.requests == 0


def test_who_asks_is_said(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """Each request is a POST with tool, e-mail and key in its form; without the two nothing is sent of them."""
    service = serve(entrez({"mdat": {}}, ["9000001"]))
    source = PubMed(service, email="a@b.example", api_key="k" * 36, today=TODAY)
    source.count("gloom")
    source.search("gloom")
    source.changed({}, {RecordId("PMID:9000001"): ""}, TODAY)
    list(source.fetch(records(["9000001"])))
    assert {s.path for s in service.sent} == {"esearch.fcgi", "epost.fcgi", "efetch.fcgi"}
    for sent in service.sent:
        assert sent.form
        assert {sent.fields[name] for name in ("tool", "email", "api_key")} == {"evtrack", "a@b.example", "k" * 36}
    assert "k" * 36 not in repr(source)


def test_batches_of_two_hundred(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """Records come in batches of 200, each asked for once, ids of other sources not at all."""
    answers, service = fetched(serve, entrez({}, pmids(450)), pmids(450))
    assert sizes(service) == [200, 200, 50]
    assert read(answers) == records(pmids(450))
    service = serve(entrez({}, pmids(2)))
    ids = [*records(pmids(2)), *records(pmids(2)), RecordId("NCT90000001"), RecordId("PMID:")]
    assert read(PubMed(service, today=TODAY).fetch(ids)) == records(pmids(2))
    assert sizes(service) == [2]


def test_nothing_asked(serve: type[FakeService]) -> None:
    """An empty list is refused by the service, so it is never sent."""
    answers, service = fetched(serve, lambda _: xml(), [])
    assert (answers, service.requests) == ([], 0)


EMPTY = (
    b"<?xml version='1.0'?>\n<PubmedArticleSet></PubmedArticleSet>",
    b"<eFetchResult>\n\t<ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR>\n</eFetchResult>",
)


@pytest.mark.parametrize("body", EMPTY)
def test_unknown_pmid_is_no_error(serve: type[FakeService], body: bytes) -> None:
    """An empty set, or words that say so, mean that there is no such record; it is asked for three times, not more."""
    answers, service = fetched(serve, lambda _: Answer(200, "text/xml", body), pmids(1))
    assert (answers, service.requests) == ([], 3)


def test_unknown_pmid_with_status_400(serve: type[FakeService]) -> None:
    """Some saw a 400 for it: no error either, where it says so; any other 400 is one."""

    def refused(said: str) -> Callable[[Sent], Answer]:
        def reply(sent: Sent) -> Answer:
            raise FetchError(Trouble("refused", {"said": said}), status=400)

        return reply

    assert fetched(serve, refused("ID list is empty! Possibly it has no correct IDs."), pmids(1))[0] == []
    (answer,) = fetched(serve, refused("Bad request"), pmids(1))[0]
    assert answer.error
    assert answer.error.trouble.fields["said"] == "Bad request"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (xml(article("9000001")).body[:-30], "unreadable_answer"),
        (b"<!DOCTYPE html><html><body>Sorry</body></html>", "html_answer"),
        (b"\n<html><body>Sorry</body></html>", "html_answer"),
        (b'{"error":"API rate limit exceeded","count":"4"}', "too_many_requests"),
        (b'{"esearchresult":{}}', "unreadable_answer"),
        (b"", "unreadable_answer"),
        (b"Search Backend failed", "unreadable_answer"),
        (b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", "service_error"),
    ],
)
def test_bad_answers_are_asked_again(
    serve: type[FakeService], entrez: type[FakeEntrez], body: bytes, code: str
) -> None:
    """What is cut, or is no set of records, is asked for again; where it stays so it is an error and no deletion."""
    fake, first = entrez({}, pmids(2)), [Answer(200, "text/xml", body)]
    answers, service = fetched(serve, lambda s: first.pop() if first else fake(s), pmids(2))
    assert (read(answers), errors(answers), service.retries) == (records(pmids(2)), [], 1)
    answers, _ = fetched(serve, lambda _: Answer(200, "text/xml", body), pmids(2))
    assert [error.trouble.code for error in errors(answers)] == [code]
    assert read(answers) == []


def test_what_is_missing_is_asked_again(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """Asked is compared with got: the missing ones are asked for together, then those still missing one by one."""
    fake = entrez({}, pmids(250))
    late = {pmid: n for n, pmid in enumerate(("9000007", "9000008", "9000230"), 1)}
    seen: dict[str, int] = {}

    def reply(sent: Sent) -> Answer:
        for pmid in asked(sent):
            seen[pmid] = seen.get(pmid, 0) + 1
        return xml(*(article(p) for p in asked(sent) if p in fake.pmids and seen[p] > min(late.get(p, 0), 2)))

    answers, service = fetched(serve, reply, pmids(250))
    assert sorted(filter(None, read(answers))) == records(pmids(250))
    assert sizes(service) == [200, 50, 3, 1, 1]


def test_many_missing_are_asked_in_batches(serve: type[FakeService]) -> None:
    """More than twenty are not asked for one by one."""
    answers, service = fetched(serve, lambda _: xml(), pmids(21))
    assert (answers, sizes(service)) == ([], [21, 21, 21])


def test_merged_pmid(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """A PMID for which another comes when it is asked for alone was merged; what nobody asked for is left out."""

    def reply(sent: Sent) -> Answer:
        known = [p for p in asked(sent) if p != "9000002"]
        return xml(*map(article, [*known, *(["9000099"] if "9000002" in asked(sent) else [])]))

    answers, service = fetched(serve, reply, pmids(3))
    assert [dict(a.merged) for a in answers] == [{}, {"PMID:9000002": "PMID:9000099"}]
    assert set(read(answers)) == set(records(["9000001", "9000003"]))
    assert sizes(service) == [3, 1]


def test_deleted_and_unreadable_records_came(serve: type[FakeService]) -> None:
    """A deletion that is told, and a record that cannot be read, are answers: neither is asked for again."""
    broken = (
        '<PubmedArticle><MedlineCitation><PMID Version="1">9000002</PMID><Article></MedlineCitation></PubmedArticle>'
    )
    nameless = "<PubmedArticle><MedlineCitation></MedlineCitation></PubmedArticle>"
    gone = '<DeleteCitation><PMID Version="1">9000003</PMID></DeleteCitation>'
    (answer,), service = fetched(serve, lambda _: xml(article("9000001"), broken, nameless, gone), pmids(3))
    assert [type(p) for p in answer.parsed] == [Read, Skipped, Skipped, Deleted]
    assert read([answer]) == [RecordId("PMID:9000001"), RecordId("PMID:9000002"), None, RecordId("PMID:9000003")]
    assert service.requests == 1


def test_too_large_is_halved(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """A body over the bound is asked for in halves, down to the record that is too large alone: that is told."""
    fake = entrez({}, pmids(200))

    def reply(sent: Sent) -> Answer:
        if "9000001" in asked(sent):
            raise TOO_LARGE
        return fake(sent)

    answers, service = fetched(serve, reply, pmids(200))
    assert sorted(filter(None, read(answers))) == records(pmids(200)[1:])
    assert [error.trouble.code for error in errors(answers)] == ["too_large"]
    assert sizes(service)[:9] == [200, 100, 50, 25, 13, 7, 4, 2, 1]
    assert sum("9000001" in asked(s) for s in service.sent) == 9  # no other round asks for it


def test_nothing_but_giants_is_given_up(serve: type[FakeService]) -> None:
    """A service that sends only bodies over the bound is not asked for each record."""

    def reply(sent: Sent) -> Answer:
        raise TOO_LARGE

    answers, service = fetched(serve, reply, pmids(1000))
    assert [error.too_large for error in errors(answers)] == [True]
    assert service.requests == TOO_LARGE_IN_A_ROW + 1


def test_batch_that_fails_once(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """The others go on, and its records come when they are asked for again: then there is no error to tell."""
    fake = entrez({}, pmids(450))
    fails = [FAILED]

    def reply(sent: Sent) -> Answer:
        if "9000201" in asked(sent) and fails:
            raise fails.pop()
        return fake(sent)

    answers, service = fetched(serve, reply, pmids(450))
    assert sizes(service) == [200, 200, 50, 200]
    assert (errors(answers), set(read(answers))) == ([], set(records(pmids(450))))


def test_batch_that_fails_for_good(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """Its error is told once, at the end, and all others came."""
    fake = entrez({}, pmids(450))

    def reply(sent: Sent) -> Answer:
        if "9000201" in asked(sent):
            raise FAILED
        return fake(sent)

    answers, _ = fetched(serve, reply, pmids(450))
    assert errors(answers) == [FAILED]
    assert answers[-1] == Fetched((), error=FAILED)
    assert len(read(answers)) == 250


def test_error_then_no_such_record(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """Two good answers that lack a record say more than the error before them; one alone may have been short."""
    for fails, told in ((1, []), (2, [FAILED])):
        turns = iter([FAILED] * fails)

        def reply(sent: Sent, turns: Iterator[FetchError] = turns) -> Answer:
            for error in turns:
                raise error
            return xml()

        answers, service = fetched(serve, reply, pmids(1))
        assert (errors(answers), read(answers), service.requests) == (told, [], 3)


def test_source_that_is_down(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """Its error is the last answer, and nothing more is asked."""
    fake = entrez({}, pmids(450))

    def reply(sent: Sent) -> Answer:
        if "9000201" in asked(sent):
            raise DOWN
        return fake(sent)

    answers, service = fetched(serve, reply, pmids(450))
    assert [answer.error for answer in answers] == [None, DOWN]
    assert sizes(service) == [200, 200]


def test_reordered_duplicates(serve: type[FakeService]) -> None:
    """The order does not matter, nor that a record comes twice."""
    answers, service = fetched(serve, lambda s: xml(*map(article, [*asked(s)[::-1], asked(s)[0]])), pmids(3))
    assert (set(read(answers)), service.requests) == (set(records(pmids(3))), 1)
    assert all(re.fullmatch(r"PMID:\d+", i) for i in read(answers) if i)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["good", "short", "failed", "too large"]), max_size=12),
    st.sets(st.integers(0, 29), max_size=5),
)
def test_whatever_happens_first_all_come(
    serve: type[FakeService], entrez: type[FakeEntrez], happens: list[str], unknown: set[int]
) -> None:
    """However the first answers fail or fall short: what the service has comes, or an error says that it did not."""
    known = [pmid for n, pmid in enumerate(pmids(30)) if n not in unknown]
    fake, turns = entrez({}, known), iter(happens)

    def reply(sent: Sent) -> Answer:
        turn = next(turns, "good")
        if turn in ("failed", "too large"):
            raise FAILED if turn == "failed" else TOO_LARGE
        return xml(*(article(p) for p in asked(sent)[turn == "short" :] if p in fake.pmids))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pubmed, "FETCHED", 12)
        answers, service = fetched(serve, reply, pmids(30))
    missing = set(records(known)) - set(read(answers))
    assert not missing or errors(answers) or happens.count("short") > 1
    assert set(read(answers)) <= set(records(known))
    assert service.requests <= 3 + 2 * len(happens) + 3 * 25
