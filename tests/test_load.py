"""Loading: one run, files that break, records that cannot be read, progress, memory bounded by batches."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import evtrack.batches
import evtrack.load
from evtrack.claim import Library
from evtrack.load import Progress, load
from evtrack.rules import Rules
from evtrack.store.store import Store

DATA = Path(__file__).parent / "data" / "cli"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "e.db", now=lambda: NOW)


class Heard(Progress):
    """What was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def reading(self, path: str, n: int) -> None:
        super().reading(path, n)
        self.told.append((path, n))

    def grading(self, n: int) -> None:
        super().grading(n)
        self.told.append(("grading", n))


def test_batches(store: Store, library: Library, rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the batch, the same is kept; progress is told a batch."""
    monkeypatch.setattr(evtrack.load, "BATCH", 1)
    monkeypatch.setattr(evtrack.batches, "BATCH", 1)
    heard = Heard()
    path = str(DATA / "articles.xml")
    with store:
        done = load(store, [path], library, rules, now=lambda: NOW, progress=heard)
        assert (done.files[0].read, done.files[0].new) == (3, 3)
        assert heard.told == [(path, 1), (path, 2), (path, 3)]
        last = store.last_run()
        assert last is not None
        assert (last.status, last.counts["read"], last.counts["new"]) == ("complete", 3, 3)


def test_skipped(store: Store, library: Library, rules: Rules, tmp_path: Path) -> None:
    """A study that cannot be read is listed with place and reason and its bytes are kept; the others are loaded."""
    page = json.loads((DATA / "trials.json").read_text())
    page["studies"].append({"protocolSection": {"identificationModule": {}}})
    (tmp_path / "page.json").write_text(json.dumps(page))
    with store:
        done = load(store, [str(tmp_path / "page.json")], library, rules, now=lambda: NOW)
        (skipped,) = done.files[0].skipped
        assert skipped.where
        assert skipped.why
        assert done.files[0].read == 1
        assert [s.why for s in store.skipped()] == [skipped.why]


def test_broken(store: Store, library: Library, rules: Rules) -> None:
    """A file that breaks is a value; the run is partial and what stood before is graded."""
    with store:
        done = load(store, [str(DATA / "cut.xml"), str(DATA / "articles.xml")], library, rules, now=lambda: NOW)
        assert done.files[0].problem is not None
        assert (done.files[0].read, done.files[1].read) == (1, 3)
        last = store.last_run()
        assert last is not None
        assert last.status == "partial"
        assert store.claim_grades()["dep-effect"].level == "animal"


def test_not_for_load(store: Store, library: Library, rules: Rules) -> None:
    """Records written for ``grade`` do not enter the store."""
    with store:
        done = load(store, [str(DATA / "records.jsonl")], library, rules, now=lambda: NOW)
        assert done.files[0].problem is not None
        assert done.files[0].problem.code == "for_grade"
        assert store.record_ids() == []


def test_named_known_record(store: Store, library: Library, rules: Rules) -> None:
    """--claim ties what is in the store already, and the tie says how it came about."""
    path = str(DATA / "articles.xml")
    with store:
        load(store, [path], library, rules, now=lambda: NOW)
        done = load(store, [path], library, rules, now=lambda: NOW, claim_id="ptsd-effect")
        assert done.files[0].new == done.files[0].changed == 0
        assert {t.found_by for t in store.ties("ptsd-effect").values()} == {"--claim"}
        assert {t.found_by for t in store.ties("dep-effect").values()} == {"match"}
