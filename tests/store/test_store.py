"""Are grades, ties, links, searches and changes kept with the runs they held?"""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from evtrack import __version__
from evtrack.changes import Change
from evtrack.grade.grades import Searched
from evtrack.record import RecordId
from evtrack.store.lock import one_writer
from evtrack.store.read import open_reader
from evtrack.store.store import Store
from evtrack.store.target import (
    NotAStoreError,
    StoreBusyError,
    StoreError,
    StoreTooNewError,
    StoreUnreachableError,
    WrongTargetError,
)
from tests.databases import rows_of, written


def test_a_run_is_told_with_its_times_and_counts(bench: Any) -> None:
    """Run ids rise; an unfinished run reads as running, a finished one with its end, status and counts."""
    first = bench.store.begin_run("load", "rules-1", "claims-1")
    bench.clock.forward(minutes=5)
    bench.store.finish_run(first, "partial", {"files": 2, "by": {"b": 1, "a": 2}})
    second = bench.store.begin_run("refresh", "rules-2", "claims-2")
    one, two = bench.store.runs()
    assert (one.id, one.kind, one.status, one.counts) == (
        first,
        "load",
        "partial",
        {"files": 2, "by": {"a": 2, "b": 1}},
    )
    assert (one.started_at, one.finished_at) == (
        datetime(2026, 1, 5, 9, tzinfo=UTC),
        datetime(2026, 1, 5, 9, 5, tzinfo=UTC),
    )
    assert (two.id, two.status, two.finished_at, two.rules_version) == (second, "running", None, "rules-2")
    assert one.evtrack_version == __version__
    assert bench.store.last_run() == two


def test_a_run_that_another_overtook_ends_in_nothing(bench: Any, make: Any) -> None:
    """Where a second run began before the first one ended, the first says so and keeps nothing of its end; the second ends."""
    store = bench.store
    first = store.begin_run("refresh", "1", "c")
    second = store.begin_run("refresh", "1", "c")

    def end() -> None:
        with store.transaction():
            store.save_changes(first, [Change("regraded", None, None, "0", "1", "minor")])
            store.finish_run(first, "complete", {})

    with pytest.raises(StoreBusyError, match="another run of evtrack began"):
        end()
    assert store.changes() == []
    store.finish_run(second, "complete", {})
    assert [(r.id, r.status) for r in store.runs()] == [(first, "running"), (second, "complete")]


def test_a_grade_is_written_where_it_differs(bench: Any, make: Any) -> None:
    """The same grade by the same rules writes nothing; by newer rules it is signed; another one opens an interval."""
    store, record = bench.store, make.article(1)
    first = bench.load(record)
    assert store.save_record_grades(first, "1", {record.id: make.graded()}) == [record.id]
    before = written(store)
    run = bench.load()
    before = written(store)
    assert store.save_record_grades(run, "1", {record.id: make.graded()}) == []
    assert written(store) == before
    assert store.save_record_grades(run, "2", {record.id: make.graded()}) == []
    assert store.save_record_grades(run, "2", {record.id: make.graded("rct")}) == [record.id]
    assert store.record_grades() == store.record_grades([record.id]) == {record.id: make.graded("rct")}
    assert [g.gate for g in (store.state(first).records[record.id], store.state(run).records[record.id])] == [
        None,
        None,
    ]
    rows = list(store._rows("SELECT level, valid_from, valid_to FROM record_grade ORDER BY valid_from"))
    assert rows == [("animal", first, run), ("rct", run, None)]
    with pytest.raises(KeyError):
        store.save_record_grades(run, "2", {RecordId("PMID:90009999"): make.graded()})


def test_ties_are_written_where_they_differ_and_end_where_replaced(bench: Any, make: Any) -> None:
    """A complete call ends the ties it lacks; what is the same writes nothing; history stays."""
    store, (a, b) = bench.store, (make.article(1), make.article(2))
    first = bench.load(a, b)
    both = {a.id: make.tied(), b.id: make.tied("rct", "no_difference")}
    assert store.save_ties(first, "c", "h", "1", both, "match") == [a.id, b.id]
    run = bench.load()
    before = written(store)
    assert store.save_ties(run, "c", "h", "1", both, "match", replace=True) == []
    assert written(store) == before
    assert store.save_ties(run, "c", "h2", "2", {a.id: make.tied(stance="mixed")}, "match", replace=True) == [
        a.id,
        b.id,
    ]
    assert {i: (t.graded.stance, t.found_by) for i, t in store.ties("c").items()} == {a.id: ("mixed", "match")}
    assert {i: t.graded.stance for i, t in store.ties("c", at=first).items()} == {
        a.id: "supports",
        b.id: "no_difference",
    }
    assert store.ties("other") == {}


def test_a_tie_keeps_the_strongest_way_it_was_found(bench: Any, make: Any) -> None:
    """A match found later does not make a tie asked for by name a mere match, nor ends it."""
    store, (a, b) = bench.store, (make.article(1), make.article(2))
    run = bench.load(a, b)
    store.save_ties(run, "c", "h", "1", {a.id: make.tied()}, "--claim")
    store.save_ties(run, "c", "h", "1", {a.id: make.tied(), b.id: make.tied()}, "match")
    assert {i: t.found_by for i, t in store.ties("c").items()} == {a.id: "--claim", b.id: "match"}
    store.save_ties(run, "c", "h", "1", {}, "match", replace=True)
    assert set(store.ties("c")) == {a.id}
    store.save_ties(run, "c", "h", "1", {a.id: make.tied()}, {a.id: "match"}, replace=True)
    assert {i: t.found_by for i, t in store.ties("c").items()} == {a.id: "match"}
    store.save_ties(run, "c", "h", "1", {}, {}, replace=True)
    assert store.ties("c") == {}


def test_claim_grades_are_written_where_they_differ(bench: Any, make: Any) -> None:
    """Grade, claim hash and rules version make a row; the same three write nothing."""
    store = bench.store
    first = bench.load()
    graded = {"c-one": (make.claim(), "h"), "c-two": (make.claim("c-two", None), "h")}
    assert store.save_claim_grades(first, "1", graded) == ["c-one", "c-two"]
    run = bench.load()
    before = written(store)
    assert store.save_claim_grades(run, "1", graded) == []
    assert written(store) == before
    assert store.save_claim_grades(run, "1", {"c-one": (make.claim(level="rct"), "h")}) == ["c-one"]
    assert {i: g.level for i, g in store.claim_grades().items()} == {"c-one": "rct", "c-two": None}
    assert store.claim_grades(at=first)["c-one"] == make.claim()
    assert store.graded_with() == {"c-one": ("h", "1"), "c-two": ("h", "1")}
    store.end_claims(run, ["c-two"])
    assert set(store.claim_grades()) == {"c-one"}


def test_a_claim_that_is_gone_leaves_its_history(bench: Any, make: Any) -> None:
    """Grades and ties of a removed claim file end; what was said before can be read."""
    store, record = bench.store, make.article(1)
    first = bench.load(record)
    store.save_claim_grades(first, "1", {"c": (make.claim("c"), "h")})
    store.save_ties(first, "c", "h", "1", {record.id: make.tied()}, "match")
    run = bench.load()
    store.end_claims(run, ["c"])
    assert (store.claim_grades(), store.ties("c")) == ({}, {})
    assert set(store.claim_grades(at=first)) == {"c"}


def test_links_are_read_from_both_ends(bench: Any, make: Any) -> None:
    """A link is one row, told for the records of the call completely; it may point outside the store."""
    store, (a, b, c) = bench.store, (make.article(1), make.article(2), make.study(3))
    first = bench.load(a, b, c)
    outside = RecordId("NCT99999999")
    assert store.save_links(first, {a.id: (b.id, outside), b.id: (a.id,), c.id: ()}) == {a.id, b.id, outside}
    assert store.links() == {a.id: (outside, b.id), b.id: (a.id,), outside: (a.id,)}
    assert store.links([b.id]) == {b.id: (a.id,)}
    run = bench.load()
    assert store.save_links(run, {b.id: (a.id,)}) == set()
    assert store.save_links(run, {b.id: (c.id, b.id)}) == {a.id, b.id, c.id}
    assert store.links() == {a.id: (outside,), b.id: (c.id,), c.id: (b.id,), outside: (a.id,)}
    assert store.links(at=first)[b.id] == (a.id,)


def test_searches_are_those_of_the_last_run_that_asked_a_source(bench: Any) -> None:
    """A refresh of one source leaves what the other was asked before."""
    store = bench.store
    first = bench.load()
    pubmed, ctgov = Searched("pubmed", "q1", 3, True, "t1"), Searched("ctgov", "q", None, False, "t1")
    store.save_searches(first, "c", [pubmed, ctgov])
    run = bench.load()
    again = [Searched("pubmed", "q1", 4, True, "t2"), Searched("pubmed", "q2", 0, True, "t2")]
    store.save_searches(run, "c", again, {"q1": "q1[All Fields]"})
    assert store.searches("c") == [ctgov, *again]
    assert store.searches("c", at=first) == [ctgov, pubmed]
    assert store.searches("d") == []


def test_changes_are_told_since_a_run_or_a_day(bench: Any) -> None:
    """``since`` a run leaves that run out; ``since`` a day begins with its first moment."""
    store = bench.store
    up = Change("level_up", "c", None, "none", "animal", "notable")
    new = Change("new_record", "c", RecordId("PMID:90000001"), None, "supports", "minor")
    first = bench.load()
    store.save_changes(first, [new])
    bench.clock.forward(days=2)
    second = bench.load()
    store.save_changes(second, [up, new])
    assert [(run.id, change) for run, change in store.changes()] == [(first, new), (second, up), (second, new)]
    assert [change for _, change in store.changes(first)] == [up, new]
    assert [change for _, change in store.changes(date(2026, 1, 6))] == [up, new]
    assert len(store.changes(date(2026, 1, 5))) == 3
    assert store.changes(datetime(2026, 1, 7, 9, 0, 1, tzinfo=UTC)) == []


@pytest.mark.files("whose files are whose, and the journal")
def test_the_store_is_private_and_in_wal(bench: Any) -> None:
    """Only the owner may read the files, and the journal is the one that lets readers go on."""
    bench.load()
    for name in ("evtrack.db", "evtrack.db.raw", "evtrack.db-wal"):
        assert stat.S_IMODE((bench.store.path.parent / name).stat().st_mode) == 0o600
    assert bench.store.info().journal == "wal"


def test_readers_and_a_writer_do_not_block_one_another(bench: Any) -> None:
    """What is written while a reader is open the next one sees."""
    bench.load()
    with open_reader(bench.place) as reader:
        bench.load()
        assert len(reader.runs()) == 1
    with open_reader(bench.place) as reader:
        assert len(reader.runs()) == 2


def test_a_second_writer_waits_and_then_says_so(bench: Any, tmp_path: Path, clock: Any) -> None:
    """Two writers: the second waits its time, then leaves with a sentence and without harm."""
    with Store.open(bench.place, now=clock, timeout=0.05) as other:
        with bench.store._writer.transaction(), pytest.raises(StoreBusyError, match="another process is writing"):
            other.begin_run("load", "1", "1")
        assert other.begin_run("load", "1", "1")


def test_a_disk_that_takes_nothing_is_a_clear_error(bench: Any) -> None:
    """The database's refusal is told with the place and the mend; nothing of the step is kept."""
    stop, go = ("PRAGMA query_only=ON", "PRAGMA query_only=OFF")
    if not isinstance(bench.place, Path):
        stop, go = (f"SET default_transaction_read_only={state}" for state in ("on", "off"))
    bench.store._writer.send(stop)
    with pytest.raises(StoreError, match=r"can't be written .* nothing of this step was kept"):
        bench.store.begin_run("load", "1", "1")
    bench.store._writer.send(go)
    assert bench.store.runs() == []


def test_foreign_keys_are_enforced(bench: Any, make: Any) -> None:
    """A tie to a record that is not in the store is refused."""
    run = bench.load()
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        bench.store.save_ties(run, "c", "h", "1", {RecordId("PMID:90000001"): make.tied()}, "match")


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("postgresql+psycopg://u:secret@127.0.0.1:1/d", StoreUnreachableError),
        ("postgresql+psycopg://u:se@cret@h/d", WrongTargetError),
        ("postgresql+psycopg://u:se/cret@h/d", WrongTargetError),
        ("postgresql+psycopg://u:1/cret@h/d", WrongTargetError),
        ("postgresql+psycopg:u:secret@h/d", WrongTargetError),
        ("postgresql+psycopg://u:secret@h:port/d?secret=1", WrongTargetError),
        ("mysql://u:secret@h/d", WrongTargetError),
        ("postgresql://u:secret@h/d", WrongTargetError),
        ("sqlite://", WrongTargetError),
        ("sqlite:///:memory:", WrongTargetError),
        ("sqlite:///x.db?mode=ro", WrongTargetError),
        ("sqlite://host/x.db", WrongTargetError),
        (" ", WrongTargetError),
    ],
)
def test_a_target_that_is_no_file_is_refused_without_repeating_it(
    target: str, error: type[StoreError], clock: Any
) -> None:
    """Wrong targets are told apart from servers that don't answer; a password in a URL is never printed."""
    with pytest.raises(error) as caught:
        Store.open(target, now=clock)
    assert "cret" not in str(caught.value)


@pytest.mark.files("spellings of a path")
def test_a_url_and_a_path_name_the_same_store(tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """``sqlite:////abs``, ``sqlite:///rel``, ``sqlite:rel`` and plain paths are files; folders are made."""
    monkeypatch.chdir(tmp_path)
    names = [
        f"sqlite:///{tmp_path}/deep/a.db",
        "sqlite:///b.db",
        "sqlite:c.db",
        "./d.db",
        str(tmp_path / "e.db"),
        "C:f.db",
    ]
    for name in names:
        Store.open(name, now=clock).close()
    assert sorted(p.name for p in tmp_path.glob("**/*.db")) == ["C:f.db", "a.db", "b.db", "c.db", "d.db", "e.db"]


@pytest.mark.files("files of others; test_postgres.py asks the same of tables")
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, clock: Any) -> None:
    """No text file and no other program's database is written over."""
    text, other = tmp_path / "a.txt", tmp_path / "b.db"
    text.write_text("words " * 400)
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(NotAStoreError):
            Store.open(path, now=clock)
        assert path.read_bytes() == before
    with pytest.raises(StoreError, match="can't be written"):
        Store.open(text / "below.db", now=clock)
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreError):
        Store.open(tmp_path / "folder.db", now=clock)


@pytest.mark.files("the file of raw documents")
def test_a_file_of_raw_documents_that_can_not_be_opened_is_told(tmp_path: Path, clock: Any) -> None:
    """A folder in its place: a sentence, and no connection is left open."""
    (tmp_path / "evtrack.db.raw").mkdir()
    with pytest.raises(StoreError, match="can't be written"):
        Store.open(tmp_path / "evtrack.db", now=clock)


def test_a_newer_store_is_refused_untouched(bench: Any, clock: Any) -> None:
    """A store of a newer evtrack is neither read nor written."""
    place = bench.place
    newer = "PRAGMA user_version=99" if isinstance(place, Path) else "UPDATE alembic_version SET version_num = '0099'"
    bench.store._writer.send(newer)
    bench.store.close()
    before = place.read_bytes() if isinstance(place, Path) else rows_of(place, "SELECT * FROM alembic_version")
    with pytest.raises(StoreTooNewError, match="schema 99"):
        Store.open(place, now=clock)
    with pytest.raises(StoreTooNewError):
        open_reader(place)
    with pytest.raises(StoreTooNewError), one_writer(place):
        pass
    assert before == (
        place.read_bytes() if isinstance(place, Path) else rows_of(place, "SELECT * FROM alembic_version")
    )


KILLED = """
    import os, signal, sys
    from datetime import UTC, datetime
    from evtrack.record import Record, RecordId
    from evtrack.store.store import Store
    store = Store.open(sys.argv[1], now=lambda: datetime(2026, 1, 6, tzinfo=UTC))
    run = store.begin_run("load", "1", "1")
    made = lambda i: (Record(RecordId(f"PMID:{91000000 + i}"), "pubmed", "pubmed-xml", "T"), b"%d" % i)
    store.save_records(run, [made(i) for i in range(700)])
    print("reported", flush=True)
    with store._writer.transaction():
        store._writer.send("UPDATE record SET title = 'torn'")
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_the_store_readable_and_loses_nothing_reported(bench: Any, make: Any, clock: Any) -> None:
    """kill -9 inside a transaction: what was reported stands, what was torn is gone, the next run goes on.

    Who reads in between sees the last run that ended, whole.
    """
    bench.load(make.article(1))
    script = textwrap.dedent(KILLED)
    ended = subprocess.run(
        [sys.executable, "-c", script, str(bench.place)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "reported\n"), ended.stderr
    with open_reader(bench.place) as reader:
        assert [r.id for r in reader.records()] == [make.article(1).id]
        assert [run.status for run in reader.runs()] == ["complete", "running"]
        assert reader.raw("PMID:91000699") == b"699"
    bench.load(make.article(2))
    assert bench.results[-1].new == [make.article(2).id]
    with open_reader(bench.place) as reader:
        assert len(list(reader.records())) == 702
        assert {r.title for r in reader.records()} == {"T", make.article(1).title, make.article(2).title}


def test_reading_imports_neither_sqlalchemy_nor_alembic(bench: Any, make: Any) -> None:
    """Commands that only read start fast: no SQLModel, SQLAlchemy or Alembic is imported for them."""
    bench.load(make.article(1))
    code = (
        "import sys; from evtrack.store.read import open_reader; r = open_reader(sys.argv[1]); assert list(r.records());"
        "print([m for m in ('sqlalchemy', 'sqlmodel', 'alembic', 'pydantic', 'httpx', *sys.argv[2:]) if m in sys.modules])"
    )
    of_servers = ["psycopg", "evtrack.store.postgres"] if isinstance(bench.place, Path) else []
    done = subprocess.run(
        [sys.executable, "-c", code, str(bench.place), *of_servers], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_current_store_opens_without_alembic(bench: Any) -> None:
    """Writing to a store at the head schema pays for no migration tool."""
    code = (
        "import sys; from datetime import UTC, datetime; from evtrack.store.store import Store;"
        "Store.open(sys.argv[1], now=lambda: datetime.now(UTC)).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(bench.place)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
