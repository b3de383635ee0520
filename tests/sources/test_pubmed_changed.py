"""Which known PMIDs PubMed has modified: by history, by lists of ids, by the date field that it knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from evtrack.record import RecordId
from evtrack.sources import pubmed_changed
from evtrack.sources._protocol import Answer, Changed
from evtrack.sources.pubmed import PubMed
from evtrack.trouble import FetchError, Trouble

if TYPE_CHECKING:
    from tests.sources.conftest import FakeEntrez, FakeService, Sent

TODAY = date(2026, 11, 23)
SINCE = date(2026, 11, 1)
OLD = date(2020, 1, 1)
PMIDS = [str(9_000_000 + n) for n in range(1, 26)]
NEW = set(PMIDS[::4])
DAYS = {pmid: TODAY if pmid in NEW else OLD for pmid in PMIDS}
KNOWN = {RecordId(f"PMID:{p}"): "2026-01-01" for p in PMIDS}
CHANGED = frozenset(RecordId(f"PMID:{p}") for p in NEW)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubmed_changed, "POSTED", 10)
    monkeypatch.setattr(pubmed_changed, "LISTED", 5)


def changed(
    serve: type[FakeService],
    reply: Callable[[Sent], Answer],
    known: Mapping[RecordId, str] = KNOWN,
    since: date = SINCE,
) -> tuple[Changed, FakeService]:
    service = serve(reply)
    return PubMed(service, today=TODAY).changed({}, known, since), service


def refusing(fake: FakeEntrez, refuses: Callable[[Sent], bool], error: FetchError) -> Callable[[Sent], Answer]:
    def reply(sent: Sent) -> Answer:
        if refuses(sent):
            raise error
        return fake(sent)

    return reply


REFUSED = FetchError(Trouble("refused", {"said": "no history here"}), status=400)
DOWN = FetchError(Trouble("no_connection"), down=True)


def test_joined_with_the_history(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """Known ids are posted in batches, one history carries on, and the service joins them with the range."""
    pmids = [*PMIDS, "9000099"]
    found, service = changed(serve, entrez({"mdat": {**DAYS, "9000099": TODAY}}, pmids))
    assert found == Changed(CHANGED)
    assert [s.path for s in service.sent] == ["epost.fcgi", "esearch.fcgi"] * 3
    assert service.sent[1].fields["term"] == '"2026/11/01"[mdat] : "3000"[mdat]'


def test_nothing_known_nothing_asked(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """An empty list is refused by the service, so it is never sent; ids of other sources are none of PubMed's."""
    for known in ({}, {RecordId("NCT90000001"): "", RecordId("MANUAL:x"): "", RecordId("PMID:x"): ""}):
        found, service = changed(serve, entrez({}, []), known)
        assert (found, service.requests) == (Changed(frozenset()), 0)


def test_day_itself_is_within(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """A record of the first day to look at is seen, one of the day before is not."""
    for since, seen in ((TODAY, CHANGED), (TODAY + timedelta(days=1), frozenset[RecordId]())):
        assert changed(serve, entrez({"mdat": DAYS}, PMIDS), since=since)[0].ids == seen


@pytest.mark.parametrize(
    "refuses", [lambda s: s.path == "epost.fcgi", lambda s: "query_key" in s.fields], ids=["epost", "joined search"]
)
def test_lists_where_the_history_is_refused(
    serve: type[FakeService], entrez: type[FakeEntrez], refuses: Callable[[Sent], bool]
) -> None:
    """Where either step is refused the ids are written out, for all batches that follow, and that is told."""
    found, service = changed(serve, refusing(entrez({"mdat": DAYS}, PMIDS), refuses, REFUSED))
    told = Trouble("history_refused", {"service": "pubmed", "said": "no history here"})
    assert found == Changed(CHANGED, complete=True, troubles=(told,))
    assert len([s for s in service.sent if s.path == "epost.fcgi"]) == 1
    assert service.sent[-1].fields["term"] == (
        '(9000021[uid] OR 9000022[uid] OR 9000023[uid] OR 9000024[uid] OR 9000025[uid]) AND ("2026/11/01"[mdat] : "3000"[mdat])'
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<ePostResult><ERROR>Wrong UID 7</ERROR></ePostResult>", "Wrong UID 7"),
        (b"<ePostResult><QueryKey>1</QueryKey></ePostResult>", "wrong_shape"),
        (b"<ePostResult><QueryKey>1</QueryKey><WebEnv>M</WebEnv><ERROR>x</ERROR></ePostResult>", "x"),
        (b"<html><body>WebEnv</body></html>", "html_answer"),
        (b'{"error":"API rate limit exceeded"}', "API rate limit exceeded"),
        (b"{}", "wrong_shape"),
        (b"", "wrong_shape"),
    ],
)
def test_bad_answers_of_epost(serve: type[FakeService], entrez: type[FakeEntrez], body: bytes, code: str) -> None:
    """An answer without both keys, or with an error, is asked again, and then done without."""
    fake = entrez({"mdat": DAYS}, PMIDS)
    found, service = changed(serve, lambda s: Answer(200, "", body) if s.path == "epost.fcgi" else fake(s))
    assert (found.ids, found.complete) == (CHANGED, True)
    assert [t.fields["said"] for t in found.troubles] == [code]
    assert service.retries == 3


def test_history_that_is_not_joined(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """A service that ignores the history answers with all that is new in PubMed: the known are found among it, or,
    where that is more than it gives, the ids are written out."""
    news = {str(8_000_000 + n): TODAY for n in range(30)}
    for many, codes in ((30, []), (11_000, ["history_refused"])):
        news = {str(8_000_000 + n): TODAY for n in range(many)}
        fake = entrez({"mdat": {**news, **DAYS}}, [*news, *PMIDS])
        found, _ = changed(
            serve,
            lambda s, fake=fake: fake(type(s)(s.path, {k: v for k, v in s.fields.items() if k != "query_key"}, s.form)),  # type: ignore[misc] # mypy reads no defaults of lambdas
        )
        assert (found.ids, found.complete, [t.code for t in found.troubles]) == (CHANGED, True, codes)


@pytest.mark.parametrize("history", [True, False])
def test_lr_where_mdat_is_not_known(serve: type[FakeService], entrez: type[FakeEntrez], *, history: bool) -> None:
    """``[lr]`` is asked then, for all batches that follow, with a trouble."""
    fake = entrez({"lr": DAYS}, PMIDS)
    reply = fake if history else refusing(fake, lambda s: s.path == "epost.fcgi", REFUSED)
    found, service = changed(serve, reply)
    assert (found.ids, found.complete) == (CHANGED, True)
    fields = {"service": "pubmed", "field": "mdat", "instead": "lr"}
    assert found.troubles[-1] == Trouble("date_field_replaced", fields)
    assert len([s for s in service.sent if "[mdat]" in s.fields.get("term", "")]) == 1


@pytest.mark.parametrize("history", [True, False])
def test_no_date_of_change_at_all(serve: type[FakeService], entrez: type[FakeEntrez], *, history: bool) -> None:
    """Where neither is known nothing can be said, and that is said."""
    fake = entrez({}, PMIDS)
    found, _ = changed(serve, fake if history else refusing(fake, lambda s: s.path == "epost.fcgi", REFUSED))
    assert (found.ids, found.complete) == (frozenset(), False)
    assert [t.code for t in found.troubles][-2:] == ["date_field_replaced", "date_field_not_known"]


def test_short_answer_is_told(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """A list that stays short is not complete; what came of it is kept."""
    fake = entrez({"mdat": DAYS}, PMIDS)

    def reply(sent: Sent) -> Answer:
        if sent.path == "epost.fcgi":
            return fake(sent)
        result = fake.esearch(sent.fields)
        kept = [i for i in PMIDS[4:] if i in str(result["idlist"])]
        return Answer(200, "", json.dumps({"esearchresult": {**result, "idlist": kept}}).encode())

    found, _ = changed(serve, reply)
    assert (found.ids, found.complete) == (CHANGED - {RecordId(f"PMID:{PMIDS[0]}")}, False)
    assert [t.code for t in found.troubles] == ["fewer_than_counted"]


def test_list_over_the_cap_is_told(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """A service that ignores the history and the ids gives more than can be read: not complete."""
    news = {str(8_000_000 + n): TODAY for n in range(10_001)}
    fake = entrez({"mdat": news}, list(news))

    def reply(sent: Sent) -> Answer:
        if sent.path == "epost.fcgi":
            raise REFUSED
        return fake(type(sent)(sent.path, {**sent.fields, "term": '"2026/11/01"[mdat] : "3000"[mdat]'}, sent.form))

    found, _ = changed(serve, reply, dict(list(KNOWN.items())[:3]))
    assert (found.ids, found.complete) == (frozenset(), False)
    assert [t.code for t in found.troubles] == ["history_refused", "fewer_than_counted"]


@pytest.mark.parametrize("path", ["epost.fcgi", "esearch.fcgi"])
def test_source_that_is_down(serve: type[FakeService], entrez: type[FakeEntrez], path: str) -> None:
    """Nothing more is asked; nothing is known."""
    found, service = changed(serve, refusing(entrez({"mdat": DAYS}, PMIDS), lambda s: s.path == path, DOWN))
    assert found == Changed(frozenset(), complete=False, troubles=(DOWN.trouble,))
    assert len(service.sent) == (1 if path == "epost.fcgi" else 2)


def test_down_after_a_batch(serve: type[FakeService], entrez: type[FakeEntrez]) -> None:
    """What the batches before it told is kept."""
    found, _ = changed(
        serve,
        refusing(entrez({"mdat": DAYS}, PMIDS), lambda s: s.path == "epost.fcgi" and PMIDS[10] in s.fields["id"], DOWN),
    )
    assert (found.ids, found.complete) == (frozenset(i for i in CHANGED if i <= f"PMID:{PMIDS[9]}"), False)


@pytest.mark.parametrize("error", [REFUSED, DOWN], ids=["refused", "down"])
def test_list_that_fails(serve: type[FakeService], entrez: type[FakeEntrez], error: FetchError) -> None:
    """A list that is refused leaves the others; the same trouble is told once."""
    fake = entrez({"mdat": DAYS}, PMIDS)

    def reply(sent: Sent) -> Answer:
        if sent.path == "epost.fcgi":
            raise REFUSED
        if any(pmid in sent.fields["term"] for pmid in PMIDS[5:15]):
            raise error
        return fake(sent)

    found, service = changed(serve, reply)
    kept = set(PMIDS[:5]) if error.down else set(PMIDS[:5] + PMIDS[15:])
    assert found.complete is False
    assert found.ids == {RecordId(f"PMID:{p}") for p in kept & NEW}
    assert [t.code for t in found.troubles] == ["history_refused", error.trouble.code]
    assert len(service.sent) == (3 if error.down else 6)
