"""Who makes rows: here, in processes, in whatever order they are ready, and however often one of them is ended from outside."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evtrack.bulk.workers
from evtrack.bulk.rows import Work
from evtrack.bulk.workers import Chunk, Here, Processes, in_order, workers_for
from evtrack.sources._stream import raw_blocks, unpacked
from evtrack.sources._xml_cut import cut_records
from evtrack.spread import WorkerLostError
from evtrack.standing import Words
from evtrack.store.bulk import Spoken, pack_pmids, unpack_pmids
from tests.bulk.conftest import Place
from tests.bulk.nlm import article, record, write


def chunks_of(path: Path, size: int) -> list[Chunk]:
    """A file of records, cut."""
    with path.open("rb") as stream:
        cuts = list(cut_records(unpacked(raw_blocks(stream))))
    return [cuts[i : i + size] for i in range(0, len(cuts), size)]


def test_processes_make_the_same_rows(place: Place) -> None:
    """Rows made elsewhere are those made here, in order, also where a process that makes them is killed."""
    path = write(place.folder / "pubmed26n0001.xml.gz", (record(article(n), 3) for n in range(120)))
    work = Work(place.library, place.rules, Words(), {}, everything=True)
    chunks = chunks_of(path, 10)
    expected = list(Here(work).rows(2600001, iter(chunks)))
    got = []
    with Processes(work, 1) as making:
        for n, one in enumerate(making.rows(2600001, iter(chunks))):
            got.append(one)
            if n == 3:
                (pid,) = making._pool._processes  # type: ignore[union-attr] # it has begun
                os.kill(pid, signal.SIGKILL)
    assert got == expected
    assert any(row.graded for _, rows in got for row in rows.kept)


def test_here_where_there_is_little(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little work, or one processor: no process is started."""
    path = write(place.folder / "pubmed26n0001.xml.gz", [record(article(1))])
    assert workers_for([str(path)]) is Here
    monkeypatch.setattr(evtrack.bulk.workers, "WORTH", 10)
    monkeypatch.setattr(evtrack.bulk.workers, "processors", lambda: 2)
    assert workers_for([str(path)]) is Processes
    monkeypatch.setattr(evtrack.bulk.workers, "processors", lambda: 1)
    assert workers_for([str(path)]) is Here


class LostError(Exception):
    """A worker is gone."""


@given(st.integers(0, 30), st.integers(1, 5), st.sets(st.integers(0, 40), max_size=8), st.booleans())
def test_in_order_whatever_is_lost(many: int, ahead: int, losses: set[int], breaks: bool) -> None:
    """Each chunk comes once with its rows, in order, never more than so many under way; an error of the reading comes last."""
    asked = under_way = most = 0
    read: list[int] = []

    def reading() -> Iterator[int]:
        for n in range(many):
            read.append(n)
            yield n
        if breaks:
            raise KeyError

    def submit(chunk: int) -> Callable[[], int]:
        nonlocal asked, under_way, most
        asked, under_way = asked + 1, under_way + 1
        most = max(most, under_way)
        nth = asked

        def result() -> int:
            nonlocal under_way
            # No chunk is lost as often as it takes to give up.
            if nth in losses and nth - 1 not in losses and nth - ahead not in losses:
                raise LostError
            under_way -= 1
            return chunk * 10

        return result

    def lost() -> None:
        nonlocal under_way
        under_way = 0

    got: list[tuple[int, int]] = []
    error: type[BaseException] | None = None
    try:
        got.extend(in_order(submit, reading(), lambda: ahead, lost, LostError))
    except (KeyError, WorkerLostError) as raised:
        error = type(raised)
    assert most <= ahead
    assert got == [(n, n * 10) for n in range(len(got))]
    if error is not WorkerLostError:
        assert len(got) == many
        assert error is (KeyError if breaks else None)


def test_lost_again_and_again() -> None:
    """A chunk on which every worker dies is given up after three, and what was made before it was given out."""

    def submit(chunk: int) -> Callable[[], int]:
        def result() -> int:
            if chunk == 2:
                raise LostError
            return chunk

        return result

    told: list[int] = []
    got: list[tuple[int, int]] = []
    with pytest.raises(WorkerLostError):
        got.extend(in_order(submit, iter(range(5)), lambda: 2, lambda: told.append(1), LostError))
    assert got == [(0, 0), (1, 1)]
    assert len(told) == evtrack.bulk.workers.TRIES - 1


@given(st.sets(st.integers(0, 10**12)))
def test_pmids_are_packed_without_loss(pmids: set[int]) -> None:
    """What was packed comes out, in order."""
    assert unpack_pmids(pack_pmids(pmids)) == sorted(pmids)


def test_pmids_in_a_row_take_few_bytes() -> None:
    """The 30,000 PMIDs of a file of a baseline, with gaps, take less than two bytes each."""
    assert len(pack_pmids(n * 2 + n % 3 for n in range(30_000))) < 60_000


@given(
    st.dictionaries(st.integers(1, 9), st.sets(st.one_of(st.integers(1, 200_000), st.integers(2**27 - 2, 2**27 + 2)))),
    st.integers(0, 10),
    st.sets(st.one_of(st.integers(1, 200_000), st.integers(2**27 - 2, 2**27 + 2))),
)
def test_who_spoke_last(files: dict[int, set[int]], number: int, asked: set[int]) -> None:
    """Of some PMIDs those are told that any file with a higher number speaks of."""
    asked |= {p for pmids in files.values() for p in sorted(pmids)[:2]}
    spoken = Spoken()
    for later in sorted(files):
        spoken.add(later, files[later])
    assert spoken.later(number, asked) == {p for p in asked if any(p in files[n] for n in files if n > number)}
