"""Which reading of a record is kept, and is nothing lost?"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from evtrack.record import PartialDate, Record, RecordId, Skipped
from evtrack.store.raw import RawFile, raw_hash, read_raw
from evtrack.store.store import Store
from tests.databases import Place, Places, change, rows_of, written


def dump_of(place: Place) -> dict[str, list[Any]]:
    """All rows of the current state: what must be the same whatever the order."""
    return {
        "record": rows_of(place, "SELECT * FROM record ORDER BY id"),
        "version": rows_of(place, "SELECT * FROM record_version ORDER BY record_id, valid_from"),
    }


def test_a_record_comes_back_equal_with_its_bytes(bench: Any, make: Any) -> None:
    """Saved and read again, a record is equal and its raw document is the bytes as received."""
    records = [make.article(1), make.study(2), make.article(3, title="", abstract=(), published=None, revised=None)]
    bench.load(*records)
    assert sorted(bench.store.records(), key=lambda r: r.id) == sorted(records, key=lambda r: r.id)
    assert [bench.store.raw(r.id) for r in records] == [make.raw(r) for r in records]
    assert bench.store.record(records[0].id) == records[0]
    assert list(bench.store.records([records[2].id, "PMID:99999999"])) == [records[2]]
    assert bench.store.record_ids() == sorted(r.id for r in records)
    with pytest.raises(KeyError):
        bench.store.raw("PMID:99999999")


def test_a_second_save_of_the_same_writes_nothing(bench: Any, make: Any) -> None:
    """What is unchanged is counted and writes no row, in the same run and in a later one."""
    records = [make.article(n) for n in range(1200)]
    bench.load(*records)
    assert (len(bench.results[0].new), bench.results[0].unchanged) == (1200, 0)
    run = bench.store.begin_run("load", "rules-1", "claims-1")
    before = written(bench.store)
    result = bench.store.save_records(run, [(r, make.raw(r)) for r in records])
    assert written(bench.store) == before
    assert (result.new, result.changed, result.unchanged, result.kept) == ([], [], 1200, {})


def test_a_changed_record_gets_a_new_version_and_the_old_one_stays(bench: Any, make: Any) -> None:
    """A later revision is the record now; the earlier one is kept with the runs it held."""
    old, new = make.article(1), make.article(1, title="Another title", revised=PartialDate(2025, 4, 1))
    first, second = bench.load(old), bench.load(new)
    assert bench.results[1].changed == [old.id]
    assert bench.results[1].kept == {old.id: new}
    assert bench.store.record(old.id) == new
    spans = [(row[1], row[2]) for row in dump_of(bench.place)["version"]]
    assert spans == [(first, second), (second, None)]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"revised": PartialDate(2025, 3, 2), "format": "medline"}, {"revised": PartialDate(2025, 3, 1)}),
        ({"revised": PartialDate(2025, 3)}, {"revised": PartialDate(2025), "format": "pubmed-xml"}),
        ({"revised": PartialDate(2025)}, {"revised": None, "title": "no date"}),
        ({"format": "pubmed-xml"}, {"format": "medline", "title": "less"}),
        ({"format": "medline"}, {"format": "jsonl", "title": "less"}),
    ],
)
@pytest.mark.parametrize("one_run", [True, False])
def test_the_newer_revision_wins_then_the_richer_format(
    bench: Any, make: Any, better: dict[str, Any], worse: dict[str, Any], one_run: bool
) -> None:
    """Of two readings of one PMID the newest revision wins, then XML before MEDLINE, whatever the order of loading."""
    winner = make.article(1, **better)
    for number, pair in enumerate(itertools.permutations([{**better}, {**worse}])):
        readings = [make.article(number, **changed) for changed in pair]
        if one_run:
            bench.load(*readings)
        else:
            for reading in readings:
                bench.load(reading)
        kept = bench.store.record(readings[0].id)
        assert (kept.revised, kept.format, kept.title == "less") == (winner.revised, winner.format, False)
    unchanged = sum(r.unchanged for r in bench.results)
    assert unchanged == 1  # the worse one coming second changed nothing


def test_any_order_of_files_gives_the_same_store(places: Places, clock: Any, make: Any) -> None:
    """In one run every permutation of files leaves the same rows, ties decided by content; again, nothing changes."""
    base = make.article(1, title="held before")
    readings = [
        make.article(1, title="tie one"),
        make.article(1, title="tie two"),
        make.article(1, title="tie two", format="medline"),
        make.article(1, title="held before"),
    ]
    same_content_other_bytes = make.article(2)
    results = []
    for number, order in enumerate(itertools.permutations(range(6))):
        if number % 30:
            continue
        place = places.new(str(number), whole=True)
        reads = [
            *((r, make.raw(r)) for r in readings),
            (same_content_other_bytes, b"<a/>"),
            (same_content_other_bytes, b"<b/>"),
        ]
        with Store.open(place, now=clock) as store:
            first = store.begin_run("load", "1", "1")
            store.save_records(first, [(base, make.raw(base))])
            run = store.begin_run("load", "1", "1")
            for i in order:
                store.save_records(run, [reads[i]])
            again = store.begin_run("load", "1", "1")
            before = written(store)
            assert store.save_records(again, [reads[i] for i in reversed(order)]).unchanged == 6
            assert written(store) == before
        results.append(dump_of(place))
    assert all(r == results[0] for r in results)
    assert results[0]["record"][0][3] in ("tie one", "tie two")


def test_a_better_reading_in_the_same_run_replaces_its_version(bench: Any, make: Any) -> None:
    """A run leaves one version of a record, however many readings it brought, also over several calls."""
    run = bench.store.begin_run("load", "1", "1")
    worse, better = make.article(1, format="medline"), make.article(1)
    assert bench.store.save_records(run, [(worse, b"w")]).new == [worse.id]
    result = bench.store.save_records(run, [(better, b"b")])
    assert (result.changed, result.kept) == ([worse.id], {worse.id: better})
    assert [row[1:3] for row in dump_of(bench.place)["version"]] == [(run, None)]
    assert bench.store.raw(worse.id) == b"b"


def test_within_one_call_a_record_of_two_readings_is_new_once(bench: Any, make: Any) -> None:
    """Two readings in one batch: the id is new, never also changed, and the kept one is the better one."""
    worse, better = make.article(1, format="medline"), make.article(1)
    bench.load(worse, better)
    result = bench.results[0]
    assert (result.new, result.changed, result.kept) == ([worse.id], [], {worse.id: better})


def test_content_never_seen_wins_over_an_equal_of_an_earlier_run(bench: Any, make: Any) -> None:
    """Changed without a new date of revision: what no run has seen is news, what one has seen is not."""
    one, two = make.article(1, title="first text"), make.article(1, title="second text")
    bench.load(one)
    bench.load(two)
    assert bench.store.record(one.id) == two
    bench.load(one)
    assert bench.store.record(one.id) == two
    assert bench.results[2].unchanged == 1


def test_in_a_refresh_what_the_service_says_now_wins_between_equals(bench: Any, make: Any) -> None:
    """The service took a change back without a new date: the store follows it."""
    one, two = make.article(1, title="first text"), make.article(1, title="second text")
    for record in (one, two, one):
        bench.load(record, kind="refresh")
    assert bench.store.record(one.id) == one


def test_a_reader_that_has_learned_is_heard(bench: Any, make: Any) -> None:
    """The very bytes that are kept, read anew and otherwise, give the new reading, whatever its hash and date."""
    poor, rich = make.article(1, revised=PartialDate(2025, 3, 1)), make.article(1, revised=None, journal="Invented J")
    bench.load(poor, raw=lambda _: b"<same/>")
    bench.load(rich, raw=lambda _: b"<same/>")
    assert bench.store.record(poor.id) == rich


def test_a_removed_record_is_gone_now_and_known_before(bench: Any, make: Any) -> None:
    """A removal ends versions, grades, ties and links; saved again the record is back."""
    store = bench.store
    a, b = make.article(1), make.article(2)
    first = bench.load(a, b)
    store.save_record_grades(first, "1", {a.id: make.graded(), b.id: make.graded()})
    store.save_ties(first, "c", "h", "1", {a.id: make.tied(), b.id: make.tied()}, "match")
    store.save_links(first, {a.id: (b.id,)})
    run = store.begin_run("refresh", "1", "1")
    assert store.mark_removed(run, [a.id, RecordId("PMID:90000999")]) == [a.id]
    assert store.mark_removed(run, [a.id]) == []
    assert [r.id for r in store.records()] == [b.id]
    assert set(store.record_grades()) == set(store.ties("c")) == {b.id}
    assert store.links() == {}
    assert set(store.ties("c", at=first)) == {a.id, b.id}
    assert store.record(a.id) == a
    bench.load(a)
    assert bench.results[-1].changed == [a.id]
    assert {r.id for r in store.records()} == {a.id, b.id}


def test_a_record_that_came_and_went_in_one_run_leaves_no_interval(bench: Any, make: Any) -> None:
    """No row holds for less than a run."""
    run = bench.store.begin_run("refresh", "1", "1")
    record = make.article(1)
    bench.store.save_records(run, [(record, b"r")])
    bench.store.mark_removed(run, [record.id])
    assert dump_of(bench.place)["version"] == []
    assert bench.store.record(record.id) is None


def test_what_could_not_be_read_is_kept_with_its_reason(bench: Any) -> None:
    """Skipped records are listed by run, and their bytes can be had again."""
    run = bench.store.begin_run("load", "1", "1")
    bench.store.save_skipped(run, [Skipped("a.xml:7", "no PMID", b"<broken"), Skipped("b.xml:1", "no title", b"")])
    listed = bench.store.skipped(run)
    assert [(s.where, s.why) for s in listed] == [("a.xml:7", "no PMID"), ("b.xml:1", "no title")]
    assert bench.store._raw.get(listed[0].raw_hash) == b"<broken"
    assert bench.store.skipped(run + 1) == []
    assert len(bench.store.skipped()) == 2


def test_a_broken_batch_is_kept_not_at_all(bench: Any, make: Any) -> None:
    """A row that the CHECKs refuse takes its whole batch back; the store stays usable."""
    bad = Record(RecordId(""), "pubmed", "pubmed-xml", "no id")
    run = bench.store.begin_run("load", "1", "1")
    with pytest.raises(Exception, match="ck_record_id_filled"):
        bench.store.save_records(run, [(make.article(1), b"1"), (bad, b"2")])
    assert list(bench.store.records()) == []
    assert bench.store.save_records(run, [(make.article(1), b"1")]).new == [make.article(1).id]


def test_a_lone_surrogate_stops_no_batch(bench: Any, make: Any) -> None:
    """What a reader let through is kept escaped in the document."""
    odd = make.article(1, title="odd \ud800 title")
    bench.load(odd)
    assert bench.store.record(odd.id) == odd


@pytest.mark.files("the file of raw documents; test_postgres.py asks the same of the table")
def test_raw_documents_are_kept_once(tmp_path: Path) -> None:
    """The same bytes are one row, empty ones too; unknown ones are a KeyError."""
    raw = RawFile(tmp_path / "x.db", threads=1)
    keys = raw.write([b"a", b"a", b"", b"a" * 5000])
    assert keys[0] == keys[1] == raw_hash(b"a")
    assert [raw.get(k) for k in keys] == [b"a", b"a", b"", b"a" * 5000]
    raw.write([])
    with pytest.raises(KeyError):
        raw.get("0" * 64)
    raw.close()
    with pytest.raises(KeyError):
        read_raw(tmp_path / "none.db", keys[0])


def test_a_failed_write_of_raw_documents_is_taken_back(bench: Any, make: Any) -> None:
    """Raw bytes that can't be kept keep the records out too: a record lacks nothing that it names."""
    store = bench.store
    run = store.begin_run("load", "1", "1")
    if isinstance(bench.place, Path):
        full = "CREATE TRIGGER full BEFORE INSERT ON raw BEGIN SELECT raise(ABORT, 'disk full'); END"
        change(bench.place.with_name("evtrack.db.raw"), full)
    else:
        change(bench.place, 'ALTER TABLE raw ADD CONSTRAINT "disk full" CHECK (size > 99)')
    with pytest.raises(Exception, match="disk full"):
        store.save_records(run, [(make.article(1), b"1")])
    assert list(store.records()) == []
