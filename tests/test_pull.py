"""One source's part: what is fetched, what is gone, and what makes it incomplete, told by a source that does as it is bid."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.claim import Claim, Concept
from evtrack.pull import pull
from evtrack.pulled import Fetching, Known, Pulled, SearchesDone, Searching
from evtrack.record import Deleted, Record, RecordId, Skipped, SourceName
from evtrack.sources._protocol import Changed, Fetched, Listed, OneByOne, Parsed, Read
from evtrack.trouble import FetchError, Trouble

A, B, C, D = (RecordId(f"PMID:9000000{n}") for n in range(1, 5))
DOWN = FetchError(Trouble("no_answer", {"service": "pubmed", "seconds": "1"}), down=True)
FAILED = FetchError(Trouble("service_failed", {"service": "pubmed", "status": "503", "said": ""}))


@dataclass
class Bidden(OneByOne):
    """A source that finds, holds and fails as it is told."""

    finds: Mapping[str, Listed | FetchError]
    holds: Mapping[RecordId, Parsed] = field(default_factory=dict)
    news: Changed = field(default_factory=lambda: Changed(frozenset()))
    merged: Mapping[RecordId, RecordId] = field(default_factory=dict)
    error: FetchError | None = None
    asked: list[RecordId] = field(default_factory=list)
    since: date | None = None
    name: SourceName = "pubmed"
    service: Any = None

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
        raise NotImplementedError

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        raise NotImplementedError

    def count(self, query: str) -> int:
        raise NotImplementedError

    def search(self, query: str) -> Listed:
        found = self.finds[query]
        if isinstance(found, FetchError):
            raise found
        return found

    def changed(self, listed: Mapping[RecordId, str | None], known: Mapping[RecordId, str], since: date) -> Changed:  # noqa: ARG002 # the list tells no days here
        self.since = since
        return Changed(self.news.ids & known.keys(), self.news.complete, self.news.troubles)

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        self.asked += ids
        yield Fetched(tuple(self.holds[i] for i in ids if i in self.holds), self.merged)
        if self.error:
            yield Fetched((), error=self.error)


def record(record_id: RecordId) -> Read:
    return Read(Record(record_id, "pubmed", "pubmed-xml", "T"), b"")


def found(*ids: RecordId, complete: bool = True, troubles: tuple[Trouble, ...] = ()) -> Listed:
    return Listed(dict.fromkeys(ids), len(ids), complete, troubles=troubles)


def run(source: Bidden, known: Known, *, since: date | None = date(2026, 11, 16), full: bool = False) -> Pulled:
    """Go through all steps; ``known`` is what the store holds."""
    pulled = Pulled(len(source.finds))
    steps = pull(source, tuple(source.finds), pulled, since=since, full=full)
    answer: Known | None = None
    told = []
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            break
        told.append(step)
        answer = known if isinstance(step, SearchesDone) else None
    searching = [s for s in told if isinstance(s, Searching)]
    assert all(s.total == len(source.finds) for s in searching)
    assert [s.done for s in searching] == sorted(s.done for s in searching)
    assert all(f.done <= f.total for f in told if isinstance(f, Fetching))
    assert pulled.ended
    return pulled


def known(stored: Collection[RecordId] = (), tied: Collection[RecordId] = (), lost: Collection[RecordId] = ()) -> Known:
    return Known(dict.fromkeys({*stored, *tied, *lost}, ""), frozenset(tied), frozenset(lost))


def test_only_what_is_new_or_changed_is_fetched() -> None:
    """Of what a search finds, what the store has and the service has not touched is not asked for again."""
    source = Bidden({"q": found(A, B, C)}, {i: record(i) for i in (A, B, C)}, Changed(frozenset({B, D})))
    pulled = run(source, known(stored=[B, C], tied=[B, C]))
    assert source.asked == [A, B]
    assert source.since == date(2026, 11, 2)
    assert pulled.complete
    assert not pulled.gone


def test_a_full_pull_fetches_all_that_is_known() -> None:
    """On a full pull, and where nothing was pulled before, every known record is asked for, and [mdat] is not."""
    for since, full in ((date(2026, 11, 16), True), (None, False)):
        source = Bidden({"q": found(A, B)}, {i: record(i) for i in (A, B, C)})
        assert run(source, known(stored=[B], tied=[B, C]), since=since, full=full).complete
        assert sorted(source.asked) == [A, B, C]
        assert source.since is None


def test_left_and_not_there_is_gone() -> None:
    """An id that a complete search lost is asked for by id: what does not come is gone, what comes has only left."""
    source = Bidden({"q": found(A)}, {A: record(A), C: record(C)})
    pulled = run(source, known(tied=[A], lost=[B, C]))
    assert pulled.gone == {B}
    assert pulled.complete


def test_nothing_is_gone_where_a_batch_failed() -> None:
    """Where part of the answers failed, what did not come is unknown: nothing is gone, and the pull is not complete."""
    source = Bidden({"q": found(A)}, {A: record(A)}, error=FAILED)
    pulled = run(source, known(lost=[B]))
    assert not pulled.gone
    assert pulled.undelivered == {B}
    assert pulled.errors == [FAILED.trouble]
    assert not pulled.complete


def test_found_and_not_delivered_is_told() -> None:
    """An id that a search finds and that never comes makes the pull incomplete, and says which."""
    pulled = run(Bidden({"q": found(A, B)}, {A: record(A)}), known())
    assert pulled.undelivered == {B}
    assert [t.code for t in pulled.errors] == ["not_delivered"]
    assert B in pulled.errors[0].fields["ids"]
    assert not pulled.complete


def test_a_record_that_can_not_be_read_is_there() -> None:
    """A record that came and can't be read is neither gone nor got: it is kept raw, and the pull is not complete."""
    broken = Skipped("record 1", "no title", b"<PubmedArticle><PMID>90000002</PMID>")
    pulled = run(Bidden({"q": found(A)}, {A: record(A), B: broken}), known(lost=[B]))
    assert not pulled.gone
    assert pulled.skipped == [broken]
    assert pulled.undelivered == {B}
    assert not pulled.complete


def test_deleted_and_merged_are_gone() -> None:
    """What the service says it deleted is gone, and so is an id that it answers under another."""
    source = Bidden({"q": found(A)}, {A: record(A), B: Deleted(B)}, merged={C: A})
    pulled = run(source, known(tied=[A], lost=[B, C]))
    assert pulled.gone == {B, C}
    assert pulled.merged == {C: A}
    assert pulled.complete


@dataclass
class Wandering(Bidden):
    """A source that gives ids under others, each time as the next of its answers says."""

    answers: Iterator[Mapping[RecordId, RecordId]] = field(default_factory=lambda: iter(()))

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        self.merged = {old: new for old, new in next(self.answers, {}).items() if old in ids}
        return super().fetch(ids)


def test_a_merge_is_believed_when_it_is_told_twice() -> None:
    """What an id was merged into is fetched, once a second answer beside a witness says the same."""
    holds = {A: record(A), D: record(D)}
    source = Wandering({"q": found(A)}, holds, answers=iter([{C: D}, {C: D}]))
    pulled = run(source, known(tied=[A], lost=[C]))
    assert (set(pulled.gone), pulled.merged, D in pulled.got, pulled.complete) == ({C}, {C: D}, True, True)
    assert source.asked == [C, A, C, D]


@pytest.mark.parametrize("second", [{}, {C: B}], ids=["nothing", "another"])
def test_a_merge_that_is_told_once_is_none(second: Mapping[RecordId, RecordId]) -> None:
    """An id for which another record came once, and then nothing or a third one, is neither gone nor merged."""
    source = Wandering({"q": found(A)}, {A: record(A), D: record(D)}, answers=iter([{C: D}, second]))
    pulled = run(source, known(tied=[A], lost=[C]))
    assert (set(pulled.gone), pulled.merged, set(pulled.undelivered)) == (set(), {}, {C})
    assert D not in source.asked
    back = Wandering({"q": found(A)}, {A: record(A), C: record(C)}, answers=iter([{C: D}]))
    assert run(back, known(tied=[A], lost=[C])).complete


def test_a_merge_without_its_witness_is_none() -> None:
    """A source that gives the same record for everything has merged nothing."""
    source = Wandering({"q": found(A)}, {}, answers=iter([{C: D}, {C: D, A: D}]))
    pulled = run(source, known(stored=[A], lost=[C]))
    assert (set(pulled.gone), pulled.merged, set(pulled.undelivered)) == (set(), {}, {A, C})


def test_the_first_and_the_last_bear_witness() -> None:
    """Of the records that the service should have the lowest and the highest are asked beside: no end may be cut off."""
    for missing in (B, D):
        source = Bidden({"q": found(B, D)}, {i: record(i) for i in (B, D) if i != missing})
        pulled = run(source, known(stored=[B, D], lost=[C]))
        assert source.asked == [C, B, C, D]
        assert (set(pulled.gone), set(pulled.undelivered)) == (set(), {C, missing})


def test_a_tie_that_no_search_made_is_gone_only_after_whole_searches() -> None:
    """A record that a file brought is gone when it is not delivered on a full pull, unless a search was not answered in full."""
    for complete in (True, False):
        source = Bidden({"q": found(A, complete=complete)}, {A: record(A)})
        pulled = run(source, known(tied=[A, D]), full=True)
        assert pulled.gone == ({D} if complete else set())


def test_a_search_that_fails_alone() -> None:
    """One query that is refused leaves the others their answers; what went wrong is told once."""
    source = Bidden({"p": FAILED, "q": found(A), "r": FAILED}, {A: record(A)})
    pulled = run(source, known())
    assert set(pulled.unanswered) == {"p", "r"}
    assert pulled.errors == [FAILED.trouble]
    assert source.asked == [A]
    assert not pulled.complete
    assert not pulled.down


def test_a_source_that_goes_down() -> None:
    """When the service is down nothing more is asked of it; what was found and is not stored is not delivered."""
    source = Bidden({"p": found(A, B), "q": DOWN, "r": found(C)})
    pulled = run(source, known(stored=[A]))
    assert set(pulled.unanswered) == {"q", "r"}
    assert source.asked == []
    assert pulled.undelivered == {B}
    assert pulled.down
    assert not pulled.searched


@pytest.mark.parametrize("complete", [True, False])
def test_troubles_beside(complete: bool) -> None:
    """What makes nothing incomplete is a warning, what does is an error; each is told once."""
    told = Trouble("phrase_not_found", {"service": "pubmed", "number": "1", "said": "x"})
    source = Bidden(
        {"p": found(A, complete=complete, troubles=(told,)), "q": found(A, troubles=(told,))},
        {A: record(A)},
        Changed(frozenset(), complete, (told,)),
    )
    pulled = run(source, known(stored=[A]))
    assert pulled.warnings == [told]
    assert pulled.errors == ([] if complete else [told])


ids = st.sets(st.sampled_from([A, B, C, D]))


@given(listed=ids, stored=ids, left=ids, there=ids)
def test_law_every_id_has_one_end(
    listed: set[RecordId], stored: set[RecordId], left: set[RecordId], there: set[RecordId]
) -> None:
    """Whatever is found, stored, lost and there: what was asked for came, or is gone, or makes the pull incomplete."""
    left = left - listed
    source = Bidden({"q": found(*sorted(listed))}, {i: record(i) for i in there})
    pulled = run(source, known(stored=stored | left, lost=left))
    asked = set(source.asked)
    assert (listed - stored - left) | left <= asked | (listed & stored)
    for record_id in asked:
        ends = (record_id in there, record_id in pulled.gone, record_id in pulled.undelivered)
        assert sum(ends) == 1
    assert pulled.gone <= left
    assert pulled.complete == (not pulled.undelivered)


def test_an_answer_without_its_witness_is_not_believed() -> None:
    """Where a service answers "nothing" to all ids, also to one that a search has just found, nothing is gone."""
    source = Bidden({"q": found(A)}, {})
    pulled = run(source, known(stored=[A], lost=[B]))
    assert source.asked == [B, A, B]
    assert not pulled.gone
    assert pulled.undelivered == {A, B}
    assert not pulled.complete
    alone = run(Bidden({"q": found()}, {}), known(lost=[B]))
    assert (len(alone.gone), sorted(alone.undelivered)) == (0, [B])
    other = run(Bidden({"q": found()}, {C: record(C)}), known(tied=[C], lost=[B]))
    assert (sorted(other.gone), other.complete) == ([B], True)


def test_nothing_is_gone_while_a_found_record_is_missing() -> None:
    """An answer that lacks a record which a search has found is short: what else it lacks may be there."""
    pulled = run(Bidden({"q": found(A, B)}, {A: record(A)}), known(lost=[C]))
    assert not pulled.gone
    assert pulled.undelivered == {B, C}


def test_what_nobody_looked_after_is_fetched() -> None:
    """A stored record that no pull has looked after is fetched again, whatever the service says of changes."""
    source = Bidden({"q": found(A, B)}, {A: record(A), B: record(B)})
    held = Known({A: "", B: ""}, frozenset(), frozenset(), frozenset({B}))
    assert run(source, held).complete
    assert source.asked == [B]


def test_an_unread_record_lets_the_cursor_go_on() -> None:
    """A record that can't be read makes the pull incomplete and says so, and the next one carries on all the same."""
    broken = Skipped("record 1", "no title", b"<PubmedArticle><PMID>90000001</PMID>")
    pulled = run(Bidden({"q": found(A)}, {A: broken}), known())
    assert [t.code for t in pulled.errors] == ["skipped"]
    assert not pulled.complete
    assert pulled.settled


def test_a_pull_that_is_cut_short_keeps_what_is_stored() -> None:
    """A copy of what came: what is not in the store is not delivered, nothing is gone, and why is told."""
    pulled = run(Bidden({"q": found(A, B)}, {A: record(A), B: record(B)}), known())
    short = pulled.cut_short(Trouble("stopped", {"service": "pubmed"}), [A])
    assert short.undelivered == {B}
    assert (short.ended, short.complete, short.unchecked) == (False, False, True)
    assert [t.code for t in short.errors] == ["stopped"]
    assert pulled.complete
