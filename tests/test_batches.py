"""Reading ahead: a large file is read in a process of its own, and the store holds the same as if it were not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import evtrack.batches
from evtrack.batches import Batch, begin, read_batches
from evtrack.claim import Library
from evtrack.grader import Grader
from evtrack.load import Loaded, load
from evtrack.rules import Rules
from evtrack.spread import Ahead, WorkerLostError
from evtrack.store.store import Store

DATA = Path(__file__).parent / "data" / "cli"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DELETES = (
    '<?xml version="1.0"?><PubmedArticleSet><DeleteCitation><PMID Version="1">90000002</PMID></DeleteCitation>'
    "<PubmedArticle><MedlineCitation></MedlineCitation></PubmedArticle></PubmedArticleSet>"
)


@pytest.fixture(scope="module")
def grader(library: Library, rules: Rules) -> Grader:
    return Grader(library, rules)


def test_the_same_store(tmp_path: Path, library: Library, rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records, grades, what was skipped and deleted, and where a file broke: all as without a second process."""
    (tmp_path / "deletes.xml").write_text(DELETES)
    files = [
        str(DATA / "articles.xml"),
        str(DATA / "cut.xml"),
        str(tmp_path / "deletes.xml"),
        str(DATA / "changed.xml"),
    ]
    found = []
    for worth in (1_000_000, 1):
        monkeypatch.setattr(evtrack.batches, "WORTH", worth)
        with Store.open(tmp_path / f"{worth}.db", now=lambda: NOW) as store:
            done = load(store, files, library, rules, now=lambda: NOW)
            told = [(f.path, f.read, f.new, f.changed, f.skipped, str(f.problem)) for f in done.files]
            found.append((told, store.record_ids(), store.claim_grades(), store.state(), list(store.skipped())))
    assert found[0] == found[1]
    assert found[0][0][1][-1] != "None"


def test_begun_before_the_store(tmp_path: Path, grader: Grader, library: Library, rules: Rules) -> None:
    """The reading of the first file may have begun before the store was open; the others are begun in their turn."""
    files = [str(DATA / "articles.xml"), str(DATA / "trials.json")]
    with begin(files[0], grader.asked_first) as begun, Store.open(tmp_path / "e.db", now=lambda: NOW) as store:
        done = load(store, files, library, rules, now=lambda: NOW, begun=begun)
        assert [f.new for f in done.files] == [3, 1]


def test_worth_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process reads what is large and can be opened by it, where there is a second processor."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    large = tmp_path / "large.xml"
    large.write_bytes(b" " * evtrack.batches.WORTH)
    assert evtrack.batches._worth_a_process(str(large))
    assert not evtrack.batches._worth_a_process(str(DATA / "articles.xml"))
    assert not evtrack.batches._worth_a_process("/dev/stdin")
    assert not evtrack.batches._worth_a_process(str(tmp_path / "missing.xml"))
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert not evtrack.batches._worth_a_process(str(large))


def test_which_are_asked_for(grader: Grader) -> None:
    """Of every record that is graded, the reading has said that a claim may ask for it."""
    (batch,) = read_batches(str(DATA / "articles.xml"), grader.asked_first)
    assert [asked for _, asked in batch.readings].count(True) >= 2


def _lost(path: str) -> Iterator[Batch]:
    yield Batch()
    raise WorkerLostError(path)


def test_a_lost_reader(tmp_path: Path, library: Library, rules: Rules) -> None:
    """A reader that was ended from outside is told as a problem of its file; the other files are loaded."""
    path = str(DATA / "articles.xml")
    with Store.open(tmp_path / "e.db", now=lambda: NOW) as store:
        begun = Ahead(_lost, "large.xml", elsewhere=False)
        done = load(store, ["large.xml", path], library, rules, now=lambda: NOW, begun=begun)
        problem = done.files[0].problem
        assert problem is not None
        assert (problem.code, problem.path, problem.place) == ("reader_lost", "large.xml", "after record 0")
        assert done.files[1].new == 3
        assert _status(store, done) == "partial"


def _status(store: Store, done: Loaded) -> str | None:
    last = store.last_run()
    assert last is not None
    assert last.id == done.run
    return last.status


def test_a_tie_outlives_a_change(tmp_path: Path, library: Library, rules: Rules) -> None:
    """A record tied by --claim stays tied, and is graded anew, when a later load brings it changed."""
    with Store.open(tmp_path / "e.db", now=lambda: NOW) as store:
        load(store, [str(DATA / "articles.xml")], library, rules, now=lambda: NOW, claim_id="ptsd-effect")
        done = load(store, [str(DATA / "changed.xml")], library, rules, now=lambda: NOW)
        assert done.files[0].changed == 1
        assert store.ties("ptsd-effect")["PMID:90000001"].found_by == "--claim"  # type: ignore[index] # a plain id
