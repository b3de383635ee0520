"""Whole studies by their ids: in batches, over pages, halved where they are too large, asked again where they lack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from evtrack.record import RecordId, Skipped
from evtrack.sources._fetching import id_of
from evtrack.sources._protocol import Answer, Fetched, Read
from evtrack.sources.ctgov import ClinicalTrials
from evtrack.trouble import FetchError, Trouble

if TYPE_CHECKING:
    from tests.sources.conftest import FakeService, Sent

DAY = "2026-10-01"
FAILED = FetchError(Trouble("service_failed"), status=503)
DOWN = FetchError(Trouble("no_connection"), down=True)
TOO_LARGE = FetchError(Trouble("too_large"), too_large=True)


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


class Registry:
    """Serves pages of whole studies by ``filter.ids``; ``aliases``: an old id → the study that holds it."""

    def __init__(self, known: Iterable[str], page_size: int = 1000, aliases: dict[str, str] | None = None) -> None:
        self.known = list(known)
        self.page_size = page_size
        self.aliases = aliases or {}

    def __call__(self, sent: Sent) -> Answer:
        assert (sent.path, sent.form) == ("studies", False)
        assert "fields" not in sent.fields
        wanted = sent.fields["filter.ids"].split(",")
        found = [study(i) for i in self.known if i in wanted]
        found += [study(new, DAY, old) for old, new in self.aliases.items() if old in wanted]
        start = int(sent.fields.get("pageToken", "0"))
        end = start + min(self.page_size, int(sent.fields["pageSize"]))
        return page(found[start:end], str(end) if end < len(found) else None)


def fetched(
    serve: type[FakeService], reply: Callable[[Sent], Answer], wanted: Iterable[RecordId]
) -> tuple[list[Fetched], FakeService]:
    service = serve(reply)
    return list(ClinicalTrials(service).fetch(list(wanted))), service


def read(answers: Iterable[Fetched]) -> list[RecordId | None]:
    return [id_of(parsed) for answer in answers for parsed in answer.parsed]


def sizes(service: FakeService) -> list[int]:
    return [len(sent.fields["filter.ids"].split(",")) for sent in service.sent]


def test_batches_of_a_hundred(serve: type[FakeService]) -> None:
    """Whole studies by id, a hundred at once, over as many pages as the service makes of them."""
    wanted = ids(*range(1, 251))
    answers, service = fetched(serve, Registry(wanted, page_size=60), wanted)
    assert read(answers) == wanted
    assert sizes(service) == [100, 100, 100, 100, 50]
    assert {s.fields["pageSize"] for s in service.sent} == {"100"}
    assert all(isinstance(p, Read) and p.record.trial for a in answers for p in a.parsed)


def test_nothing_asked(serve: type[FakeService]) -> None:
    """No id, or none of the registry's, is no request."""
    answers, service = fetched(serve, Registry([]), [RecordId("PMID:9000001")])
    assert (answers, service.requests) == ([], 0)


def test_alias_is_merged(serve: type[FakeService]) -> None:
    """An id that has become another study's alias is told as merged; a study that nobody asked for is left out."""
    one, old, new, stranger = ids(1, 2, 3, 4)
    registry = Registry([one], aliases={old: new})
    (answer,), service = fetched(serve, registry, [one, old])
    assert (dict(answer.merged), read([answer]), service.requests) == ({old: new}, [one], 1)
    answers, _ = fetched(serve, lambda _: page([study(stranger)]), [one])
    assert answers == []


def test_both_of_a_merged_pair(serve: type[FakeService]) -> None:
    """Where the study and its alias are both asked for, the study comes as itself, and the alias is merged too."""
    old, new = ids(2, 3)
    (answer,), service = fetched(serve, lambda _: page([study(new, DAY, old)]), [old, new])
    assert (dict(answer.merged), service.requests) == ({old: new}, 1)


def test_missing_studies_are_asked_again(serve: type[FakeService]) -> None:
    """What is missing is asked for twice more, together; an unknown id is then in no answer, and no error."""
    wanted = ids(1, 2, 3, 4)
    late = iter((ids(1, 2), ids(3), []))
    answers, service = fetched(serve, lambda _: page(map(study, next(late))), wanted)
    assert (read(answers), sizes(service)) == (ids(1, 2, 3), [4, 2, 1])
    assert not any(answer.error for answer in answers)


def test_unreadable_study_is_kept(serve: type[FakeService]) -> None:
    """A study without a sound id is skipped with its bytes; the others of the page are read."""
    (answer,), _ = fetched(serve, lambda _: page([{"protocolSection": {}}, study(ids(1)[0])]), ids(1))
    assert [type(p) for p in answer.parsed] == [Skipped, Read]


def test_bytes_that_are_no_utf8_are_flagged(serve: type[FakeService]) -> None:
    """Bytes that are no UTF-8 are replaced, and the record says so."""
    body = page([study(ids(1)[0])]).body
    for sent, flags in ((body, ()), (body.replace(b"A trial", b"A \xff"), ("bytes_not_understood",))):
        (answer,), _ = fetched(serve, lambda _, sent=sent: Answer(200, "", sent), ids(1))  # type: ignore[misc] # mypy reads no defaults of lambdas
        assert isinstance(answer.parsed[0], Read)
        assert answer.parsed[0].record.parse_flags == flags


def test_too_large_is_halved(serve: type[FakeService]) -> None:
    """A body over the bound is asked for in halves, down to the study that is too large alone."""
    wanted = ids(*range(1, 101))
    registry = Registry(wanted)

    def reply(sent: Sent) -> Answer:
        if wanted[40] in sent.fields["filter.ids"]:
            raise TOO_LARGE
        return registry(sent)

    answers, _ = fetched(serve, reply, wanted)
    assert set(read(answers)) == set(wanted) - {wanted[40]}
    assert [a.error for a in answers if a.error] == [TOO_LARGE]


def test_too_large_on_a_second_page(serve: type[FakeService]) -> None:
    """What the first page brought is not asked for again."""
    wanted = ids(*range(1, 9))
    registry = Registry(wanted, page_size=4)

    def reply(sent: Sent) -> Answer:
        if "pageToken" in sent.fields:
            raise TOO_LARGE
        return registry(sent)

    answers, service = fetched(serve, reply, wanted)
    assert (read(answers), sizes(service)) == (wanted, [8, 8, 2, 2])


def test_batch_that_fails(serve: type[FakeService]) -> None:
    """The others go on; it is asked for again, and its error is told at the end where it stays."""
    wanted = ids(*range(1, 251))
    registry = Registry(wanted)

    def reply(sent: Sent) -> Answer:
        if wanted[150] in sent.fields["filter.ids"]:
            raise FAILED
        return registry(sent)

    answers, service = fetched(serve, reply, wanted)
    assert (len(read(answers)), answers[-1].error, sizes(service)) == (150, FAILED, [100, 100, 50, 100, 100])


def test_source_that_is_down(serve: type[FakeService]) -> None:
    """Its error is the last answer, and nothing more is asked."""

    def reply(sent: Sent) -> Answer:
        raise DOWN

    answers, service = fetched(serve, reply, ids(*range(1, 251)))
    assert ([a.error for a in answers], service.requests) == ([DOWN], 1)
