"""What does a reader see, now and on a day?"""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from evtrack.changes import compare
from evtrack.record import PartialDate, RecordId
from evtrack.store.read import open_reader
from evtrack.store.store import OVERRIDE, Store
from evtrack.store.target import (
    SCHEMA,
    NotAStoreError,
    StoreBusyError,
    StoreError,
    StoreMissingError,
    look,
    on_network_share,
    read_only,
    set_journal,
)
from evtrack.word import Word
from tests.tied import tied_record


def test_history_answers_for_each_day(bench: Any, make: Any) -> None:
    """After three loads of a changed record, each day shows what was known at its end; before the first, nothing."""
    store, record = bench.store, make.article(1)
    titles = ["as first told", "as corrected", "as retracted"]
    levels = ["early_clinical", "rct", "none"]
    for month, (title, level) in enumerate(zip(titles, levels, strict=True), 1):
        run = store.begin_run("load", f"rules-{month}", "c")
        store.save_records(run, [(make.article(1, title=title, revised=PartialDate(2026, month)), title.encode())])
        gate = "retracted" if level == "none" else None
        store.save_record_grades(run, f"rules-{month}", {record.id: make.graded(level, gate=gate)})
        store.save_ties(run, "c-one", "h", f"rules-{month}", {record.id: make.tied(level)}, "match")
        store.save_claim_grades(run, f"rules-{month}", {"c-one": (make.claim(level=level), "h")})
        bench.clock.forward(hours=1)
        store.finish_run(run, "complete", {})
        bench.clock.forward(days=10)
    with open_reader(bench.place) as reader:
        seen = []
        for day in (date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 14), date(2026, 1, 15), date(2026, 1, 25), None):
            evidence = reader.evidence("c-one", day)
            grades = reader.claim_grades(day)
            assert [e.graded.grade.level for e in evidence] == [g.level for g in grades.values()]
            seen.append(evidence[0].title if evidence else None)
        assert seen == [None, titles[0], titles[0], titles[1], titles[2], titles[2]]
        assert reader.evidence("c-one", datetime(2026, 1, 5, 9, 59, 59, tzinfo=UTC)) == []
        assert reader.last_run(date(2026, 1, 15)).id == 2  # type: ignore[union-attr] # there were two runs
        assert reader.raw(record.id) == titles[2].encode()
        told = [(c.kind, c.before, c.after, c.severity) for c in compare(reader.state(2), reader.state(3))]
        assert ("level_down", "rct", "none", "critical") in told
        assert ("retracted", None, "retracted", "critical") in told
        assert compare(reader.state(3), reader.state()) == []


def test_evidence_joins_record_grade_and_links(bench: Any, make: Any) -> None:
    """One row a record: its fields, what it says towards the claim, the other records of its study."""
    store, paper, trial = bench.store, make.article(1), make.study(2)
    run = bench.load(paper, trial)
    store.save_ties(run, "c", "h", "1", {paper.id: make.tied("rct"), trial.id: make.tied()}, "match")
    store.save_links(run, {paper.id: (trial.id,), trial.id: (paper.id,)})
    registry, article = store.evidence("c")
    assert (article.id, article.source, article.title, article.year) == (paper.id, "pubmed", paper.title, 2024)
    assert (article.doi, article.authors, article.links, article.trial) == (paper.doi, ("Nemo A",), (trial.id,), None)
    assert article.graded == make.tied("rct")
    assert (registry.id, registry.year, registry.links) == (trial.id, 2023, (paper.id,))
    assert (registry.trial.status, registry.trial.phase, registry.trial.planned_n) == (
        "RECRUITING",
        "PHASE1/PHASE2",
        12,
    )
    assert (registry.trial.completion, registry.trial.overdue) == ("2024-06", False)
    assert store.evidence("other") == []


def test_records_are_counted_as_of_a_run_that_ended(bench: Any, make: Any) -> None:
    """Those of a run under way are not there yet, those of a later run were not there then; another version is no record more."""
    store = bench.store
    first = bench.load(make.article(1))
    bench.load(make.article(1, title="Another title"), make.article(2))
    assert counted(bench.place, first) == (2, 1)
    run = store.begin_run("load", "1", "1")
    store.save_records(run, [(make.article(3), b"raw")])
    assert counted(bench.place, first) == (2, 1)
    store.finish_run(run, "complete", {})
    assert counted(bench.place, first) == (3, 1)


def counted(place: str, run: int) -> tuple[int, int]:
    """How many records a reader finds now, and as of a run."""
    with open_reader(place) as reader:
        return reader.record_count(), reader.record_count(run)


def test_ties_say_of_each_record_what_its_evidence_says(bench: Any, make: Any) -> None:
    """Title, year, DOI, level, and of what counts flags and number, of all claims at once; then as now."""
    store, paper, trial = bench.store, make.article(1), make.study(2)
    first = bench.load(paper, trial)
    counts = replace(make.tied("rct"), grade=replace(make.graded("rct"), flags=("small_n", "open_label")))
    out = make.tied("none", counts_for_claim=False)
    store.save_ties(first, "b", "h", "1", {paper.id: counts}, "match")
    store.save_ties(first, "c", "h", "1", {paper.id: counts, trial.id: out}, "match")
    told = store.tied_records()
    assert told == {claim: [tied_record(e) for e in store.evidence(claim)] for claim in ("b", "c")}
    assert [(r.counts_for_claim, r.flags, r.n, r.year) for r in told["c"]] == [
        (False, (), None, 2023),
        (True, ("small_n", "open_label"), 8, 2024),
    ]
    later = bench.load(make.article(1, title="Another title"))
    store.save_ties(later, "b", "h", "1", {}, "match", replace=True)
    assert store.tied_records(first) == told
    now = store.tied_records()
    assert now == {"c": [tied_record(e) for e in store.evidence("c")]}
    assert now["c"][1].title == "Another title"


def test_a_trial_is_overdue_from_the_day_asked(bench: Any, make: Any) -> None:
    """Reckoned from the given day, else from the last run's; a linked paper ends it."""
    store = bench.store
    trial = make.study(1, overall_status="COMPLETED", completion_date=PartialDate(2024, 6))
    run = bench.load(trial, make.article(2))
    store.save_ties(run, "c", "h", "1", {trial.id: make.tied()}, "match")
    assert store.evidence("c")[0].trial.overdue
    assert not store.evidence("c", today=date(2025, 6, 30))[0].trial.overdue
    store.save_links(run, {trial.id: (make.article(2).id,)})
    assert not store.evidence("c")[0].trial.overdue


def test_a_record_without_a_date_has_no_year(bench: Any, make: Any) -> None:
    """The year of evidence is Record.year."""
    records = [
        make.article(1, published=None),
        make.study(2, first_submitted=None),
        make.study(3, {"published": PartialDate(2020)}),
    ]
    run = bench.load(*records)
    bench.store.save_ties(run, "c", "h", "1", {r.id: make.tied() for r in records}, "match")
    assert {e.id: e.year for e in bench.store.evidence("c")} == {r.id: r.year for r in records}


def add_word(store: Store, **values: Any) -> None:
    known = {
        "run": None, "claim_id": None, "record_id": None, "action": "relabel", "field_values": '{"level":"rct"}',
        "reason": "read the paper", "name": "A. Reader", "at": "2026-01-05T09:00:00Z", "content_hash": None,
    }  # fmt: skip
    row = known | values
    store._writer.execute(insert(OVERRIDE), [{"seen": "{}", **row}])


def test_a_persons_word_stands_beside_the_grade(bench: Any, make: Any) -> None:
    """The last word on a record is shown, one for the claim before one for any; undone ones are not; changed ones are open."""
    store = bench.store
    a, b, c = (make.article(n) for n in (1, 2, 3))
    run = bench.load(a, b, c)
    store.save_ties(run, "c", "h", "1", {r.id: make.tied() for r in (a, b, c)}, "match")
    add_word(store, claim_id="c", record_id=a.id, content_hash="seen", run=run)
    add_word(store, record_id=a.id, action="accept", run=run)
    add_word(store, record_id=b.id)
    add_word(store, record_id=b.id, action="undo")
    add_word(store, claim_id="other", record_id=c.id)
    one, two, three = store.evidence("c")
    assert (two.override, three.override) == (None, None)
    assert one.override == Word(
        action="relabel",
        values={"level": "rct"},
        reason="read the paper",
        name="A. Reader",
        at="2026-01-05T09:00:00Z",
        record_id=a.id,
        claim_id="c",
        content_hash="seen",
        id=1,
    )
    before = store.state()
    assert dict(before.reviewed) == {("c", a.id): False, (None, a.id): False, ("other", c.id): False}
    store.save_ties(run, "c", "h", "1", {a.id: make.tied(grade=make.graded(flags=("review_reopened",)))}, "match")
    assert store.evidence("c")[0].override.reopened is True
    assert [(c.kind, c.claim_id, c.record_id) for c in compare(before, store.state())] == [
        ("review_reopened", "c", a.id)
    ]
    assert store.state(records_of=[b.id]).ties.keys() == {("c", b.id)}


def test_state_holds_what_compare_needs_of_trials(bench: Any, make: Any) -> None:
    """A trial's status and posted results are told from the store's history."""
    first = bench.load(make.study(1), make.article(2))
    bench.store.save_record_grades(first, "1", {make.study(1).id: make.graded()})
    second = bench.load(make.study(1, {"revised": PartialDate(2026)}, overall_status="COMPLETED", has_results=True))
    told = compare(bench.store.state(first), bench.store.state(second))
    assert [(c.kind, c.before, c.after) for c in told] == [
        ("results_posted", None, None),
        ("trial_status", "RECRUITING", "COMPLETED"),
    ]
    # What no claim ever asked for is no news, and is not read.
    assert bench.store.state(second).records.keys() == {make.study(1).id}


def test_records_may_be_written_while_they_are_read(bench: Any, make: Any) -> None:
    """Reading all records goes by pages of keys: a caller may save between two of them."""
    bench.load(*(make.article(n) for n in range(1100)))
    run = bench.store.begin_run("regrade", "2", "c")
    read = 0
    for record in bench.store.records():
        read += 1
        if read % 300 == 0:
            bench.store.save_record_grades(run, "2", {record.id: make.graded()})
    assert read == 1100


def test_views_have_plain_names_and_hold_what_is_now(bench: Any, make: Any) -> None:
    """What Datasette shows: a row a claim, a row a tie, a row a trial, each with its link."""
    store, paper, trial = bench.store, make.article(1), make.study(2)
    run = bench.load(paper, trial)
    store.save_ties(run, "c", "h", "1", {paper.id: make.tied("rct"), trial.id: make.tied()}, "match")
    store.save_claim_grades(run, "1", {"c": (make.claim("c"), "h")})
    select = store._rows
    assert list(select("SELECT claim_id, level, stance, label_ja, k, n, since FROM claim_status")) == [
        ("c", "animal", "supports", "動物", 1, 1, "2026-01-05T09:00:00Z")
    ]
    assert list(select("SELECT record_id, level, counts_for_claim, url FROM evidence ORDER BY record_id")) == [
        ("NCT90000002", "animal", 1, "https://clinicaltrials.gov/study/NCT90000002"),
        ("PMID:90000001", "rct", 1, "https://pubmed.ncbi.nlm.nih.gov/90000001/"),
    ]
    assert list(
        select("SELECT nct_id, overall_status, phases, enrollment, completion_date, has_results FROM trials")
    ) == [("NCT90000002", "RECRUITING", "PHASE1/PHASE2", 12, "2024-06", 0)]
    store.mark_removed(run, [paper.id, trial.id])
    assert next(select("SELECT count(*) FROM evidence")) == (0,)
    assert next(select("SELECT count(*) FROM trials")) == (0,)


def test_a_run_is_part_of_history_when_it_has_ended(bench: Any, make: Any) -> None:
    """What a run wrote before it ended, or was killed, is not yet what was known; the next run that ends shows both."""
    run = bench.store.begin_run("load", "1", "1")
    bench.store.save_records(run, [(make.article(1), b"1")])
    with open_reader(bench.place) as reader:
        assert reader.run_at(date(2026, 1, 5)) == reader.run_at(None) == 0
        assert list(reader.records()) == []
    bench.load(make.article(2))
    with open_reader(bench.place) as reader:
        assert len(list(reader.records())) == 2


@pytest.fixture
def read_only_folder(make: Any, clock: Any) -> Iterator[Path]:
    """A store in a folder and files that nobody may write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(folder / "evtrack.db", now=clock) as store:
            run = store.begin_run("load", "1", "1")
            store.save_records(run, [(make.article(1), b"raw")])
            store.finish_run(run, "complete", {})
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


READ_AS_NOBODY = """
import os, sys
import evtrack.record, evtrack.store.raw  # while the interpreter's own files can still be read
from evtrack.store.read import open_reader
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(sys.argv[1], os.W_OK)
with open_reader(sys.argv[1]) as reader:
    print([r.id for r in reader.records()], reader.raw("PMID:90000001"), reader.info().schema)
"""


@pytest.mark.files("a folder that is read-only")
def test_a_read_only_store_can_be_read(read_only_folder: Path) -> None:
    """Neither file nor folder can be written: everything is read all the same, raw documents too, nothing is left behind."""
    done = subprocess.run(
        [sys.executable, "-c", READ_AS_NOBODY, str(read_only_folder / "evtrack.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"['PMID:90000001'] b'raw' {SCHEMA}\n", done.stderr
    assert sorted(p.name for p in read_only_folder.iterdir()) == ["evtrack.db", "evtrack.db.raw"]


def test_a_reader_can_not_write(bench: Any) -> None:
    """The reading path is opened read-only."""
    with open_reader(bench.place) as reader, pytest.raises((sqlite3.OperationalError, StoreError), match=r"read-?only"):
        reader._connection.execute("DELETE FROM run")


@pytest.mark.files("a lock on a whole file")
def test_a_store_locked_as_a_whole_is_busy_and_not_taken_as_immutable(tmp_path: Path, clock: Any) -> None:
    """Without WAL a writer may keep the whole file: a reader says so, and never reads pages that are being written."""
    path = tmp_path / "evtrack.db"
    Store.open(path, now=clock).close()
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=DELETE")
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusyError, match="another process is writing"):
        read_only(path, timeout=0.05)
    writer.execute("ROLLBACK")
    writer.close()
    read_only(path).close()


@pytest.mark.files("SQLite's words")
def test_a_file_that_can_not_be_opened_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as it is nor as immutable: SQLite's words are in the sentence."""
    path = tmp_path / "evtrack.db"
    path.touch()

    def refuse(uri: str, timeout: float) -> sqlite3.Connection:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr("evtrack.store.target._reading", refuse)
    with pytest.raises(NotAStoreError, match="unable to open database file"):
        read_only(path)


@pytest.mark.files("what a file may be")
def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    """A missing file, an empty one, a text, a damaged one: a sentence that names the file, never a traceback."""
    with pytest.raises(StoreMissingError, match="no such store"):
        open_reader(tmp_path / "none.db")
    empty = tmp_path / "empty.db"
    empty.touch()
    assert look(empty) == "empty"
    with pytest.raises(StoreMissingError, match="an empty file"):
        open_reader(empty)
    text = tmp_path / "text.db"
    text.write_text("no database " * 100)
    with pytest.raises(NotAStoreError, match="can't be read"):
        open_reader(text)
    assert look(tmp_path / "none.db") == "missing"


MOUNTS = """overlay / overlay rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sda1 /home/local ext4 rw 0 0
//box/share /mnt/a\\040b cifs rw 0 0
odd
"""


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/data/x.db", False),
        ("/home/x.db", True),
        ("/home/local/x.db", False),
        ("/mnt/a b/x.db", True),
        ("/homes/x.db", False),
    ],
)
def test_network_shares_are_told_from_disks(path: str, network: bool) -> None:
    """WAL is unsafe where another machine may open the file; the longest mount point decides."""
    assert on_network_share(Path(path), MOUNTS) is network
    assert not on_network_share(Path(path), "")


def test_a_windows_share_is_a_network_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that begins with two backslashes names another machine."""
    monkeypatch.setattr("os.path.realpath", str)
    assert on_network_share(Path("\\\\box\\share\\x.db"), MOUNTS)


def test_on_a_network_share_another_journal_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal is SQLite's first one, with every commit synced."""
    monkeypatch.setattr("evtrack.store.target.on_network_share", lambda *_: True)
    connection = sqlite3.connect(tmp_path / "x.db")
    assert set_journal(connection, tmp_path / "x.db") == "delete"
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


def test_a_store_without_proc_still_gets_wal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system lists no mounts, WAL is tried."""
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: (_ for _ in ()).throw(OSError("none")))
    connection = sqlite3.connect(tmp_path / "x.db")
    assert set_journal(connection, tmp_path / "x.db") == "wal"
    connection.close()


@pytest.mark.files("SQLite's log")
def test_a_log_that_waits_is_read_too(bench: Any, make: Any, tmp_path: Path) -> None:
    """Commits that are only in the log are seen by a reader, and keep a store from being taken as immutable."""
    bench.load(make.article(1))
    assert (bench.store.path.parent / "evtrack.db-wal").stat().st_size
    connection = read_only(bench.store.path)
    assert connection.execute("SELECT count(*) FROM record").fetchone() == (1,)
    connection.close()
    assert stat.S_ISREG(bench.store.path.stat().st_mode)


def test_links_and_words_of_a_later_run_are_not_in_history(bench: Any, make: Any) -> None:
    """What was linked or said later is not shown on an earlier day."""
    store, a, b = bench.store, make.article(1), make.article(2)
    first = bench.load(a, b)
    store.save_ties(first, "c", "h", "1", {a.id: make.tied()}, "match")
    run = bench.load()
    store.save_links(run, {a.id: (b.id,)})
    add_word(store, record_id=a.id, run=run)
    assert (store.evidence("c", first)[0].links, store.evidence("c", first)[0].override) == ((), None)
    assert store.evidence("c")[0].links == (RecordId(b.id),)
    assert store.evidence("c")[0].override is not None


def test_the_history_of_a_trial(bench: Any, make: Any) -> None:
    """Each version that the registry gave is there with the day it was seen, by the view and by the reader, up to a day."""
    trial = make.study(2)
    assert trial.trial is not None
    bench.load(trial)
    first = bench.store.last_run().id
    bench.clock.moment += timedelta(days=7)
    bench.load(replace(trial, trial=replace(trial.trial, overall_status="TERMINATED", enrollment=7, has_results=True)))
    with open_reader(bench.place) as reader:
        before, after = reader.trial_history(trial.id)
        assert (before.overall_status, after.overall_status) == (trial.trial.overall_status, "TERMINATED")
        assert (after.enrollment, after.has_results, after.phases) == (7, True, trial.trial.phases)
        assert before.primary_outcomes == tuple(o.measure for o in trial.trial.primary_outcomes)
        assert reader.trial_history(trial.id, at=first) == (before,)
        assert reader.trial_history("NCT99999999") == ()
        assert reader.record_count() == 1


def test_a_reader_tells_of_one_moment(bench: Any, make: Any) -> None:
    """What a run brings while a reader is open is seen by the next: no answer is half of before, half of after."""
    bench.load(make.article(1))
    with open_reader(bench.place) as reader:
        bench.load(make.article(2))
        assert (reader.last_ended(), len(list(reader.records())), reader.record_count()) == (1, 1, 1)
    with open_reader(bench.place) as reader:
        assert (reader.last_ended(), reader.record_count()) == (2, 2)
