"""When does the union of the searches tell what each of them finds? By a source that does as it is bid; and when never."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, BinaryIO

import pytest

from evtrack.claim import Claim, Concept
from evtrack.gate import to_keep
from evtrack.pull import pull
from evtrack.pulled import Gathered, Known, Pulled, SearchesDone
from evtrack.record import Record, RecordId, SourceName
from evtrack.sources._protocol import Changed, Fetched, Listed, Parsed, Read
from evtrack.store.kept import Kept
from evtrack.trouble import FetchError, Trouble

A, B, C, D = (RecordId(f"PMID:9000000{n}") for n in range(1, 5))
SAID = Trouble("phrase_not_found", {"service": "pubmed", "number": "1", "said": "xyzzy[tiab]"})


@dataclass
class Bidden:
    """A source whose union, news and documents are told to it. ``asked``: the queries that were searched one by one."""

    union: Listed | FetchError | None
    finds: Mapping[str, Listed]
    news: Changed = field(default_factory=lambda: Changed(frozenset()))
    documents: Mapping[RecordId, bytes] = field(default_factory=dict)
    told: Mapping[str, frozenset[RecordId]] | None = None
    lacks: Collection[RecordId] = ()
    asked: list[str] = field(default_factory=list)
    name: SourceName = "pubmed"
    service: Any = None

    @property
    def all(self) -> set[RecordId]:
        return {i for one in self.finds.values() for i in one.ids}

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
        raise NotImplementedError

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        raise NotImplementedError

    def count(self, query: str) -> int:
        raise NotImplementedError

    def search(self, query: str) -> Listed:
        self.asked.append(query)
        return self.finds[query]

    def gather(self, queries: Sequence[str]) -> Listed | None:
        assert set(queries) == set(self.finds)
        if isinstance(self.union, FetchError):
            raise self.union
        return self.union

    def among(
        self, queries: Sequence[str], reads: Mapping[RecordId, Read], witness: RecordId
    ) -> Mapping[str, frozenset[RecordId]] | None:
        assert set(queries) == set(self.finds)
        assert reads
        assert witness not in reads
        return self.told

    def seen_by(self, queries: Sequence[str]) -> Callable[[bytes], bytes | None] | None:
        assert set(queries) == set(self.finds)
        return lambda raw: raw.partition(b"|")[0]

    def changed(self, listed: Mapping[RecordId, str | None], known: Mapping[RecordId, str], since: date) -> Changed:
        assert set(listed) == set(
            self.union.ids if isinstance(self.union, Listed) and self.union.complete else self.all
        )
        assert since == date(2026, 11, 2)
        return replace(self.news, ids=self.news.ids & known.keys())

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        there = {i: self.documents.get(i, b"words|") for i in ids if i not in self.lacks}
        yield Fetched(tuple(Read(Record(i, "pubmed", "pubmed-xml", "T"), raw) for i, raw in there.items()))


def found(*ids: RecordId, **more: Any) -> Listed:
    return Listed(
        dict.fromkeys(ids), len(ids), **{"complete": True, "translation": '"x"[Title] AND "y"[Title]', **more}
    )


BEFORE = {"q1": found(A, B), "q2": found(B, C)}


def run(
    source: Bidden,
    *,
    kept: Kept | None = None,
    stored: Collection[RecordId] = (A, B, C),
    moved: Collection[RecordId] = (),
    then: Mapping[RecordId, bytes] | None = None,
) -> Pulled:
    """Pull, in the second week of a store that holds ``stored``."""
    pulled = Pulled(2)
    steps = pull(source, ("q1", "q2"), pulled, since=date(2026, 11, 16), full=False, kept=kept or Kept(BEFORE))
    answer: Known | None = None
    fetched = False
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            break
        answer = None
        if isinstance(step, (Gathered, SearchesDone)):
            there = {*stored, *(pulled.got if fetched else ())}
            fetched = True
            held = frozenset({A, B, C})
            gone = (
                frozenset(held - {i for one in pulled.listed.values() for i in one.ids})
                if pulled.listed
                else frozenset()
            )
            answer = Known(dict.fromkeys(there, ""), held, gone, moved=frozenset(moved), then=then or {})
    assert pulled.ended
    return pulled


def test_the_same_union_is_asked_alone() -> None:
    """Where the union holds what the searches held together, each has found what it found, and none is asked."""
    source = Bidden(found(A, B, C), BEFORE)
    pulled = run(source)
    assert source.asked == []
    assert pulled.listed == BEFORE
    assert pulled.settled


def test_what_left_the_union_is_in_no_search() -> None:
    """An id that the union lacks, and that the service no longer has, is in none of the searches any more."""
    source = Bidden(found(A, C), BEFORE, lacks={B})
    pulled = run(source)
    assert source.asked == []
    assert {q: set(one.ids) for q, one in pulled.listed.items()} == {"q1": {A}, "q2": {C}}
    assert B not in pulled.got


def test_what_left_the_union_and_is_still_there_asks_each_search() -> None:
    """A union may be at fault: one that lacks a record which the service delivers is not believed, whatever it says."""
    source = Bidden(found(A, C), BEFORE)
    pulled = run(source)
    assert source.asked == ["q1", "q2"]
    assert pulled.listed == BEFORE


def test_what_comes_into_the_union_with_its_old_words_is_in_doubt() -> None:
    """A record that was in no list is new to the searches, though the store has had it for long and its words are the same."""
    source = Bidden(found(A, B, C, D), BEFORE, Changed(frozenset({D})), {D: b"words|2"})
    run(source, stored=(A, B, C, D), then={D: b"words|1"})
    assert source.asked == ["q1", "q2"]


def test_changes_told_with_a_trouble_are_in_doubt() -> None:
    """News that were asked by another way than the union's are no answer to whether searches find the same."""
    source = Bidden(found(A, B, C), BEFORE, Changed(frozenset(), troubles=(SAID,)))
    run(source)
    assert source.asked == ["q1", "q2"]


DOWN = FetchError(Trouble("service_failed", {"service": "pubmed", "status": "503", "said": ""}))


@pytest.mark.parametrize(
    "source",
    [
        Bidden(None, BEFORE),
        Bidden(DOWN, BEFORE),
        Bidden(found(A, B, C, complete=False), BEFORE),
        Bidden(found(A, B, complete=False), BEFORE),
        Bidden(found(A, B, C, translation=None), BEFORE),
        Bidden(found(A, B, C, translation='"x"[Title] AND "z"[Title]'), BEFORE),
        Bidden(found(A, B, C, troubles=(SAID,)), BEFORE),
        Bidden(found(A, B, C), BEFORE, Changed(frozenset(), complete=False)),
        Bidden(found(A, B, C, D), BEFORE),
        Bidden(found(A, B, C), BEFORE, Changed(frozenset({B})), {B: b"other words|"}),
        Bidden(found(A, B, C, D), BEFORE, told={"q1": frozenset(), "q2": frozenset()}),
    ],
    ids=["can't be asked", "failed", "not whole", "short", "not said how it was read", "read otherwise", "a new remark", "changes not told",
         "new", "reworded", "new and in no search"],
)  # fmt: skip
def test_any_doubt_asks_each_search(source: Bidden) -> None:
    """A union that can't be asked, is not whole, was read otherwise, or holds what may be in any search: each search is asked."""
    pulled = run(source, then={B: b"words|"})
    assert source.asked == ["q1", "q2"]
    assert pulled.listed == BEFORE


def test_a_query_that_was_never_kept_is_asked_and_so_are_all() -> None:
    """Where a claim asks something new, nothing is known of it, and no union is asked."""
    source = Bidden(found(A, B, C), BEFORE)
    run(source, kept=Kept({"q1": BEFORE["q1"]}))
    assert source.asked == ["q1", "q2"]


def test_a_record_that_moved_since_is_in_doubt() -> None:
    """A record that a file or a run that was not whole has changed since the lists were right may be in other searches now."""
    source = Bidden(found(A, B, C), BEFORE)
    run(source, moved=[B])
    assert source.asked == ["q1", "q2"]


def test_what_the_last_pull_saw_modified_is_not_in_doubt() -> None:
    """The overlap is read again each week; what the service called modified already when the lists were right is not news."""
    source = Bidden(found(A, B, C), BEFORE, Changed(frozenset({B})))
    run(source, kept=Kept(BEFORE, frozenset({B})))
    assert source.asked == []


def test_modified_once_more_is_in_doubt() -> None:
    """What the last pull saw modified and has other words now was modified again, in whatever part of it they stand."""
    source = Bidden(found(A, B, C), BEFORE, Changed(frozenset({B})), {B: b"other|2"})
    run(source, kept=Kept(BEFORE, frozenset({B})), then={B: b"words|1"})
    assert source.asked == ["q1", "q2"]


@pytest.mark.parametrize(("now", "asks"), [(b"words|2", False), (b"words|1", True), (b"other|2", True)])
def test_only_other_words_bring_a_record_into_other_searches(now: bytes, asks: bool) -> None:
    """Modified in what no search sees: no doubt. In its words, or the very document that was there before the index knew: doubt."""
    source = Bidden(found(A, B, C), BEFORE, Changed(frozenset({B})), {B: now})
    run(source, then={B: b"words|1"})
    assert bool(source.asked) == asks


def test_what_the_service_says_of_new_records_is_taken() -> None:
    """A new record is in the searches that the service tells for it, and a reworded one in no other than those."""
    told = {"q1": frozenset({D}), "q2": frozenset({B, D})}
    source = Bidden(found(A, B, C, D), BEFORE, Changed(frozenset({B})), {B: b"other|"}, told)
    pulled = run(source, then={B: b"words|"})
    assert source.asked == []
    assert {q: set(one.ids) for q, one in pulled.listed.items()} == {"q1": {A, D}, "q2": {B, C, D}}


def test_only_remarks_that_come_each_time_are_kept() -> None:
    """A list that came with a trouble which passes is not kept for the next week; one with a remark on the query is."""
    passing = Trouble("endless_pages", {"service": "pubmed", "pages": "2"})
    pulled = Pulled(2, listed={"q1": found(A, troubles=(SAID,)), "q2": found(A, troubles=(passing,))})
    assert set(to_keep(pulled).lists) == {"q1"}
    source = Bidden(found(A, B, C, troubles=(SAID,)), {**BEFORE, "q1": found(A, B, troubles=(SAID,))})
    assert run(source, kept=Kept(source.finds)).warnings == [SAID]
    assert source.asked == []
