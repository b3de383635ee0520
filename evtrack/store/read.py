"""What does the store hold, now or on a day? The one reading path: sqlite3 or psycopg, never SQLModel or SQLAlchemy."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import ClaimGrade, RecordGrade
from evtrack.ids import RecordId
from evtrack.store.document import load
from evtrack.store.facts import BulkFile, Run, SkippedRecord, StoreFacts, as_utc
from evtrack.store.history import HistoryReader
from evtrack.store.runs import BATCH, At
from evtrack.store.target import (
    StoreMissingError,
    StoreOutdatedError,
    journal_of,
    place_of,
    raw_path,
    read_only,
    schema_of,
)
from evtrack.store.tied import TieReader

if TYPE_CHECKING:
    from evtrack.changes import Change, State
    from evtrack.record import Record

_AMONG = "AND record_id IN (SELECT value FROM json_each(:ids))"
_GRADED = "AND record_id IN (SELECT record_id FROM record_grade)"


class Reader(HistoryReader, TieReader):
    """Domain objects out of an open connection; never a row. A context manager where ``open_reader`` made it."""

    def __enter__(self) -> Reader:
        return self

    def claim_grades(self, at: At = None, claim_ids: Iterable[str] | None = None) -> dict[str, ClaimGrade]:
        """The grade of each claim that has one, or of those of ``claim_ids``, by claim id."""
        sql = """SELECT claim_id, grade FROM claim_grade
                 WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run) ORDER BY claim_id"""
        some = """SELECT claim_id, grade FROM claim_grade
                  WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                  AND claim_id IN (SELECT value FROM json_each(:ids)) ORDER BY claim_id"""
        run = self.run_at(at)
        rows = self._rows(sql, run=run) if claim_ids is None else self._ids(some, claim_ids, run=run)
        return {claim_id: load(ClaimGrade, grade) for claim_id, grade in rows}

    def claim_labels(self, at: At = None) -> dict[str, Bilingual]:
        """The label of each claim that has a grade, by claim id."""
        sql = """SELECT claim_id, label_ja, label_en FROM claim_grade
                 WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run) ORDER BY claim_id"""
        return {claim_id: Bilingual(ja, en) for claim_id, ja, en in self._rows(sql, run=self.run_at(at))}

    def graded_with(self, at: At = None) -> dict[str, tuple[str, str]]:
        """Claim id → (claim hash, rules version) of its grade: what ``regrade`` compares."""
        sql = """SELECT claim_id, claim_hash, rules_version FROM claim_grade
                 WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)"""
        rows = self._rows(sql, run=self.run_at(at))
        return {claim_id: (claim_hash, version) for claim_id, claim_hash, version in rows}

    def record(self, record_id: str) -> Record | None:
        """A record as it is or, where it was removed, as it last was."""
        from evtrack.record import Record

        sql = "SELECT document FROM record_version WHERE record_id = :id ORDER BY valid_from DESC LIMIT 1"
        return next((load(Record, document) for (document,) in self._rows(sql, id=record_id)), None)

    def records(self, ids: Iterable[str] | None = None, at: At = None) -> Iterator[Record]:
        """Records as they were at ``at``, by id or in the order of ``ids``' batches; removed ones are left out."""
        from evtrack.record import Record

        run = self.run_at(at)
        if ids is not None:
            sql = """SELECT document FROM record_version
                     WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                     AND record_id IN (SELECT value FROM json_each(:ids)) ORDER BY record_id"""
            yield from (load(Record, document) for (document,) in self._ids(sql, ids, run=run))
            return
        # By pages of keys, so that a caller may write between two records.
        last = ""
        sql = """SELECT record_id, document FROM record_version
                 WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                 AND record_id > :last ORDER BY record_id LIMIT :batch"""
        while page := list(self._rows(sql, run=run, last=last, batch=BATCH)):
            last = page[-1][0]
            yield from (load(Record, document) for _, document in page)

    def revised(self, ids: Iterable[str]) -> dict[RecordId, str]:
        """The day of last revision (``""`` where none) of those of ``ids`` that are there now."""
        sql = """SELECT id, coalesce(revised, '') FROM record
                 WHERE removed_run IS NULL AND id IN (SELECT value FROM json_each(:ids))"""
        return {RecordId(i): day for i, day in self._ids(sql, ids)}

    def watched(self, run: int) -> frozenset[RecordId]:
        """The records that stand as they stood, tied to a claim, when the refresh ``run`` had ended."""
        # Of all records at once: a look at the ties for each record is a walk through all of them for each.
        sql = """SELECT record_id FROM record_version WHERE valid_to IS NULL AND valid_from <= :run AND record_id IN (
                   SELECT record_id FROM claim_record WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run))"""
        return frozenset(RecordId(i) for (i,) in self._rows(sql, run=run))

    def tied_of(self, source: str) -> dict[str, dict[RecordId, str]]:
        """Claim id → record id → how it was found, for the records of one source that are tied now."""
        sql = """SELECT c.claim_id, c.record_id, c.found_by FROM claim_record c JOIN record r ON r.id = c.record_id
                 WHERE c.valid_to IS NULL AND r.removed_run IS NULL AND r.source = :source"""
        tied: dict[str, dict[RecordId, str]] = {}
        for claim_id, record_id, way in self._rows(sql, source=source):
            tied.setdefault(claim_id, {})[RecordId(record_id)] = way
        return tied

    def tied_ids(self) -> list[RecordId]:
        """The records that are tied to any claim now."""
        sql = "SELECT DISTINCT record_id FROM claim_record WHERE valid_to IS NULL ORDER BY record_id"
        return [RecordId(id_) for (id_,) in self._rows(sql)]

    def record_count(self, at: At = None) -> int:
        """How many records were there at ``at``."""
        run = self.run_at(at)
        (newest,) = next(self._rows("SELECT max(id) FROM run"))
        # Where no run came after, an index tells; else each version is looked at.
        held = "valid_to IS NULL" if run == newest else "valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)"
        (n,) = next(self._rows(f"SELECT count(*) FROM record_version WHERE {held}", run=run))  # noqa: S608 # one of two constants
        return int(n)

    def record_ids(self) -> list[RecordId]:
        """The ids of all records that are there now."""
        return [RecordId(id_) for (id_,) in self._rows("SELECT id FROM record WHERE removed_run IS NULL ORDER BY id")]

    def record_grades(self, ids: Iterable[str] | None = None) -> dict[RecordId, RecordGrade]:
        """The grade of each record that has one."""
        sql = "SELECT record_id, grade FROM record_grade WHERE valid_to IS NULL"
        some = """SELECT record_id, grade FROM record_grade WHERE valid_to IS NULL
                  AND record_id IN (SELECT value FROM json_each(:ids))"""
        rows = self._rows(sql) if ids is None else self._ids(some, ids)
        return {RecordId(record_id): load(RecordGrade, grade) for record_id, grade in rows}

    def changes(self, since: date | int | None = None) -> list[tuple[Run, Change]]:
        """What was told by each run after ``since``: a run's id (that run is left out), or a day (from its start)."""
        from evtrack.changes import Change

        after = self.before(since)
        runs = {run.id: run for run in self.runs()}
        sql = """SELECT run, kind, claim_id, record_id, before, after, severity FROM change
                 WHERE run > :after ORDER BY run, id"""
        return [(runs[run], Change(*told)) for run, *told in self._rows(sql, after=after)]

    def before(self, since: date | int | None) -> int:
        """The id of the last run that is not after ``since``: a run's own id, or a day (from its start); 0 where none is."""
        if since is None or isinstance(since, int):
            return since or 0
        start = since if isinstance(since, datetime) else datetime.combine(since, time(), UTC)
        sql = "SELECT coalesce(max(id), 0) FROM run WHERE coalesce(finished_at, started_at) < :start"
        (before,) = next(self._rows(sql, start=as_utc(start)))
        return int(before)

    def last_change(self, at: At = None) -> int | None:
        """The last run that told a change, by ``at``."""
        (run,) = next(self._rows("SELECT max(run) FROM change WHERE run <= :run", run=self.run_at(at)))
        return int(run) if run is not None else None

    def skipped(self, run: int | None = None) -> list[SkippedRecord]:
        """What could not be read, in one run or in all."""
        sql = "SELECT run, place, why, raw_hash FROM skipped WHERE :run IS NULL OR run = :run ORDER BY id"
        return [SkippedRecord(*row) for row in self._rows(sql, run=run)]

    def state(self, at: At = None, records_of: Iterable[RecordId] | None = None) -> State:
        """What ``changes.compare`` looks at, as it held at ``at``; of records and their ties those that are asked for, or all.

        All are those that any claim ever asked for: the others are no news, and may be all of PubMed.
        """
        from evtrack.changes import ClaimState, RecordState, State, TieState

        run = self.run_at(at)
        held: dict[str, Any] = {"run": run}
        if records_of is not None:
            held["ids"] = json.dumps(sorted(records_of))
        asked, records_asked = ("", _GRADED) if records_of is None else (_AMONG, _AMONG)
        claims = {
            claim_id: ClaimState(level, stance, claim_hash)
            for claim_id, level, stance, claim_hash in self._rows(
                """SELECT claim_id, level, stance, claim_hash FROM claim_grade
                   WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)""",
                run=run,
            )
        }
        ties = {
            (claim_id, RecordId(record_id)): TieState(level, stance, bool(counts), found_by)
            for claim_id, record_id, level, stance, counts, found_by in self._rows(
                f"""SELECT claim_id, record_id, level, stance, counts_for_claim, found_by FROM claim_record
                    WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run) {asked}""",  # noqa: S608 # one of two constants
                **held,
            )
        }
        grades = {
            record_id: (gate, frozenset(json.loads(flags)))
            for record_id, gate, flags in self._rows(
                f"""SELECT record_id, gate, flags FROM record_grade
                    WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run) {asked}""",  # noqa: S608 # one of two constants
                **held,
            )
        }
        nothing: tuple[None, frozenset[str]] = (None, frozenset())
        records = {
            RecordId(record_id): RecordState(
                content_hash, *grades.get(record_id, nothing), status, bool(results), revised
            )
            for record_id, content_hash, status, results, revised in self._rows(
                f"""SELECT record_id, content_hash, json_extract(document, '$.trial.overall_status'),
                    json_extract(document, '$.trial.has_results'), json_extract(document, '$.revised')
                    FROM record_version
                    WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run) {records_asked}""",  # noqa: S608 # one of two constants
                **held,
            )
        }
        reviewed: dict[tuple[str | None, RecordId], bool] = {}
        levels = {}
        for word in self.standing(run):
            if word.record_id is None:
                levels[str(word.claim_id)] = (word.seen.get("level"), word.seen.get("stance"))
            else:
                reviewed[word.claim_id, word.record_id] = word.reopened or reviewed.get(
                    (word.claim_id, word.record_id), False
                )
        last = self.last_run(run)
        return State(claims, records, ties, reviewed, last.rules_version if last else None, levels_reviewed=levels)

    def bulk_files(self) -> dict[int, BulkFile]:
        """Every file that was loaded or begun, by its number."""
        sql = "SELECT number, path, digest, kept, whole FROM bulk_file ORDER BY number"
        return {n: BulkFile(n, path, digest, kept, bool(whole)) for n, path, digest, kept, whole in self._rows(sql)}

    def raw(self, record_id: str) -> bytes:
        """The bytes as received of a record as it is: kept here, or read out of the one of NLM's files that brought it.

        Raises ``KeyError`` where record or bytes are not known, and ``BulkFileMissingError`` where that file is not there.
        """
        sql = """SELECT r.raw_hash, f.path, p.start, p.length FROM record r
                 LEFT JOIN bulk_place p ON p.record_id = r.id AND p.raw_hash = r.raw_hash
                 LEFT JOIN bulk_file f ON f.number = p.file WHERE r.id = :id"""
        row = next(self._rows(sql, id=record_id), None)
        if row is None:
            raise KeyError(record_id)
        key, *place = row
        try:
            return self._kept(key)
        except KeyError:
            if place[0] is None:
                raise
            from evtrack.store.placed import placed

            return placed(record_id, key, *place)

    def _kept(self, key: str) -> bytes:
        """The bytes that the store itself keeps under ``key``. Raises ``KeyError``."""
        if isinstance(self.path, Path):
            from evtrack.store.raw import read_raw

            return read_raw(self.path, key)
        from evtrack.store.postgres import get_raw

        return get_raw(self._connection, key)

    def info(self) -> StoreFacts:
        """What ``evtrack db info`` tells."""
        if isinstance(self.path, Path):
            sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            tables = [name for (name,) in self._rows(sql)]
            (schema,) = next(self._rows("PRAGMA user_version"))
            raw = raw_path(self.path)
            sizes = self.path.stat().st_size, raw.stat().st_size if raw.exists() else 0
            journal = journal_of(self.path)
        else:
            from evtrack.store import postgres

            tables, journal = postgres.tables_of(self._connection), "postgresql"
            _, schema = postgres.schema_of(self._connection, self.path)
            sizes = postgres.sizes(self._connection)
        counts = {name: next(self._rows(f'SELECT count(*) FROM "{name}"'))[0] for name in tables}  # noqa: S608 # names of the schema
        return StoreFacts(self.path, schema, journal, counts, *sizes, self.last_run())


def open_reader(target: str | os.PathLike[str]) -> Reader:
    """Open the store for reading; it may be read-only, and another process may be writing.

    All that the reader gives is of one moment: a run that ends meanwhile is seen by the next reader.
    Raises ``StoreMissingError``, ``NotAStoreError``, ``StoreTooNewError``, ``StoreOutdatedError`` (a writer brings it up to date),
    ``WrongTargetError`` or ``StoreNotSupportedError``.
    """
    path = place_of(target)
    if not isinstance(path, Path):
        from evtrack.store.postgres import open_reading

        return Reader(open_reading(path), path)
    connection = read_only(path)
    try:
        state = schema_of(connection, path)
    except BaseException:
        connection.close()
        raise
    if state == "current":
        # SQLite takes the moment at the first SELECT in a transaction, not at its BEGIN.
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM run").fetchone()
        return Reader(connection, path)
    connection.close()
    if state == "empty":
        # So it is too while the first run of all makes it.
        raise StoreMissingError(f"{path}: an empty file: run evtrack load or evtrack refresh first")
    raise StoreOutdatedError(f"{path}: written by an older evtrack: run evtrack db upgrade (a backup is made first)")
