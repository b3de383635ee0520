"""Which stores of earlier schemas are there to upgrade? Made by the migrations up to that schema, with rows in all tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evtrack.record import AbstractSection, PartialDate, Record, RecordId
from evtrack.store.document import dump
from evtrack.store.migrate import upgrade
from evtrack.store.raw import RawFile, raw_hash
from evtrack.store.target import SCHEMA
from tests.store import conftest as grades

RELEASED = tuple(range(1, SCHEMA + 1))
"""Every schema that an evtrack ever wrote."""

_CLAIMS = ("dep-effect", "ad-effect", "ptsd-effect")
_DAY = "2026-01-05T09:00:00Z"


def now() -> datetime:
    """A clock that stands still."""
    return datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def made(path: Path, schema: int, records: int) -> Path:
    """A store of that schema with so many records, each with two versions, a grade, ties to claims and a link; a word,
    a change, a search and what could not be read for every hundredth.
    """
    upgrade(path, now=now, schema=schema, stepwise=True)
    raws: dict[str, bytes] = {}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for table, rows in _rows(records, raws):
            columns = {c[1] for c in connection.execute(f'PRAGMA table_info("{table}")')}
            if columns:  # a table that came later is not there yet
                _insert(connection, table, columns, rows)
    kept = RawFile(path)
    try:
        kept.write(raws.values())
    finally:
        kept.close()
    return path


def _insert(connection: sqlite3.Connection, table: str, columns: set[str], rows: list[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name in columns]
    marks = ", ".join("?" * len(names))
    sql = f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})'  # noqa: S608 # names of the schema
    connection.executemany(sql, [[row[name] for name in names] for row in rows])


def _rows(n: int, raws: dict[str, bytes]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows by table, parents first. A run whose number is gone leaves a gap that ids must not fill again."""
    runs = [1, 2, 5]
    yield "run", [
        {"id": i, "kind": "load", "started_at": _DAY, "finished_at": _DAY, "status": "complete", "rules_version": "r1",
         "claims_hash": "c1", "evtrack_version": "0.1", "counts": '{"read": 1}'}
        for i in runs
    ]  # fmt: skip
    documents = [(_document(i, raws, "an earlier title"), _document(i, raws, "a title")) for i in range(n)]
    ids = [f"PMID:{90000000 + i}" for i in range(n)]
    yield "record", [
        {"id": i, "source": "pubmed", "format": "medline", "title": f"研究 {i} “quoted” '; --", "year": 2024,
         "revised": "2025-03-01", "doi": None, "content_hash": f"h{i}", "raw_hash": last[1], "first_run": 1, "last_run": 2,
         "removed_run": _until(i)}
        for i, (_, last) in zip(ids, documents, strict=True)
    ]  # fmt: skip
    yield "record_version", [
        {"record_id": i, "valid_from": runs[v], "valid_to": (2, _until(i))[v], "content_hash": f"h{i}{v}", "raw_hash": raw, "document": text}
        for i, versions in zip(ids, documents, strict=True) for v, (text, raw) in enumerate(versions)
    ]  # fmt: skip
    yield "passed_over", [{"record_id": i, "content_hash": "lost", "run": 1} for i in ids[::7]]
    graded = {
        "valid_from": 2, "valid_to": None, "rules_version": "r1", "level": "animal", "design": "animal", "gate": None,
        "stance": "supports", "needs_review": 0, "flags": '["small_n"]', "grade": dump(grades.graded()),
    }  # fmt: skip
    yield "record_grade", [{"record_id": i, "content_hash": f"h{i}", **graded, "valid_to": _until(i)} for i in ids]
    tie = {
        **graded, "found_by": "query", "synthesis": 0, "role": "therapy", "agent": "native_ev", "basis": "abstract",
        "condition_match": "selected", "outcome_match": "measured", "counts_for_claim": 1, "preprint": 0, "indirect": 0, "claim_hash": "c1",
        "grade": dump(grades.tied()),
    }  # fmt: skip
    yield (
        "claim_record",
        [
            {"claim_id": c, "record_id": i, **tie, "valid_to": _until(i)}
            for k, i in enumerate(ids)
            for c in _CLAIMS[: 1 + k % 3]
        ],
    )
    said = {
        **graded, "provisional_level": None, "synthesis": 0, "k": 1, "n": 1, "label_ja": "動物", "label_en": "animal",
        "people_ja": "なし", "people_en": "none", "claim_hash": "c1",
    }  # fmt: skip
    yield "claim_grade", [{"claim_id": c, **said, "grade": dump(grades.claim_graded(c))} for c in _CLAIMS]
    some = ids[::100]
    yield "search", [
        {"id": k + 3, "run": 2, "claim_id": _CLAIMS[k % 3], "source": "pubmed", "query": f"exosome {i}", "count": k, "complete": 1,
         "at": _DAY, "translation": "exosome[All Fields]", "got": k}
        for k, i in enumerate(some)
    ]  # fmt: skip
    yield "pull", [{"source": "pubmed", "run": 2, "since": _DAY, "full_at": _DAY, "transport": "h2"}]
    yield "study_link", [
        {"record_id": i, "linked_id": f"NCT9{k:07}", "why": "one_study", "valid_from": 2, "valid_to": _until(i)} for k, i in enumerate(ids)
    ]  # fmt: skip
    raws |= {raw_hash(b): b for b in (f"<torn {i}".encode() for i in some)}
    yield "skipped", [
        {"id": k + 5, "run": 2, "place": f"a.xml:{k}", "why": "no id", "raw_hash": raw_hash(f"<torn {i}".encode())}
        for k, i in enumerate(some)
    ]  # fmt: skip
    yield "override", [
        {"id": 2 * k + 1, "run": 5, "claim_id": "dep-effect", "record_id": i, "action": "relabel", "reason": "全文を読んだ",
         "field_values": '{"stance": "no_difference"}', "name": "山田", "at": _DAY, "content_hash": f"h{i}", "seen": '{"level": "animal"}'}
        for k, i in enumerate(some)
    ]  # fmt: skip
    yield "change", [
        {"id": k + 2, "run": 2, "kind": "new_record", "claim_id": "dep-effect", "record_id": i, "before": None, "after": None, "severity": "minor"}
        for k, i in enumerate(some)
    ]  # fmt: skip


def _until(record_id: str) -> int | None:
    """The run that took a record away, as one in a hundred was; ``None`` for the others."""
    return 5 if record_id.endswith("50") else None


def _document(number: int, raws: dict[str, bytes], title: str) -> tuple[str, str]:
    """A record's document, and the hash of the bytes that it came in."""
    record = Record(
        id=RecordId(f"PMID:{90000000 + number}"),
        source="pubmed",
        format="medline",
        title=f"{title} {number}",
        abstract=(AbstractSection("Invented vesicles were given to nobody at all. " * 12),),
        published=PartialDate(2024, 2),
        revised=PartialDate(2025, 3, 1),
    )
    raw = json.dumps([number, title]).encode()
    raws[raw_hash(raw)] = raw
    return dump(record), raw_hash(raw)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory, full: bool) -> Callable[[int], Path]:
    """``released(schema)``: the store of an earlier evtrack, made once; to be copied, not touched. 10,000 records, or 300."""
    there: dict[int, Path] = {}

    def store(schema: int) -> Path:
        if schema not in there:
            folder = tmp_path_factory.mktemp(f"schema{schema}")
            there[schema] = made(folder / "evtrack.db", schema, 10_000 if full else 300)
        return there[schema]

    return store
