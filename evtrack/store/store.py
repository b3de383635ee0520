"""How is what was found kept? Domain objects in and out, never rows; every grade and version with the runs it held."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from evtrack import __version__
from evtrack.changes import Change
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, RecordGrade, Searched
from evtrack.record import RecordId
from evtrack.store import connect, migrate, rows, tables
from evtrack.store.bulk import BulkStore
from evtrack.store.document import dump, dump_plain
from evtrack.store.facts import Pull, RunKind, RunStatus, as_utc, stronger_way
from evtrack.store.found import FoundStore
from evtrack.store.intervals import batches
from evtrack.store.records import SaveResult
from evtrack.store.runs import NOW, At, chunked
from evtrack.store.target import StoreBusyError, place_of, writing
from evtrack.word import Word

__all__ = ["SaveResult", "Store"]

RECORD_GRADE = tables.table(tables.RecordGradeRow)
TIE = tables.table(tables.ClaimRecordRow)
CLAIM_GRADE = tables.table(tables.ClaimGradeRow)
LINK = tables.table(tables.StudyLinkRow)
RUN = tables.table(tables.RunRow)
SEARCH = tables.table(tables.SearchRow)
PULL = tables.table(tables.PullRow)
CHANGE = tables.table(tables.ChangeRow)
OVERRIDE = tables.table(tables.OverrideRow)


class Store(BulkStore, FoundStore):
    """A store that is open for writing; a context manager. What ``Reader`` reads, it reads too, on the same connection."""

    backup: Path | None = None
    """The copy that was made before this call brought the store to a newer schema."""

    @classmethod
    def open(cls, target: str | os.PathLike[str], *, now: Callable[[], datetime], timeout: float = 30.0) -> Store:
        """Open the store that a path or URL names, make it where there is none, bring an older one up to date.

        ``timeout`` is how long a writer waits for another, in seconds. Raises what ``target.place_of`` and
        ``migrate.upgrade`` raise, and ``StoreError`` where the file can't be written.
        """
        place = place_of(target)
        with writing(place):
            backup = migrate.upgrade(place, now=now, timeout=timeout)
            store = cls(place, now=now, timeout=timeout)
        store.backup = backup
        return store

    def __enter__(self) -> Store:
        return self

    # Runs

    def begin_run(
        self, kind: RunKind, rules_version: str, claims_hash: str, counts: Mapping[str, Any] | None = None
    ) -> int:
        """Begin a run; its id, higher than any before. ``counts``: what is to be known of it should it be cut short."""
        row = {
            "kind": kind,
            "started_at": as_utc(self._now()),
            "finished_at": None,
            "status": "running",
            "rules_version": rules_version,
            "claims_hash": claims_hash,
            "evtrack_version": __version__,
            "counts": dump_plain(dict(counts or {})),
        }
        with self._writer.transaction():
            self._writer.execute(insert(RUN), [row])
            (run,) = next(self._rows("SELECT max(id) FROM run"))
        self._kinds[run] = kind
        return int(run)

    def finish_run(self, run: int, status: RunStatus, counts: Mapping[str, Any]) -> None:
        """Say how a run ended. Raises ``StoreBusyError`` where another has begun since: the lock that is to hinder it was lost,
        a server's with its connection. What this run is about to say of the store is then no more so; nothing of it is kept.
        """
        put = {"status": status, "finished_at": as_utc(self._now()), "counts": dump_plain(dict(counts))}
        with self._writer.transaction():
            (last,) = next(self._rows("SELECT max(id) FROM run"))
            if last > run:
                raise StoreBusyError(f"{self.path}: another run of evtrack began while this one went on: run it again")
            self._writer.execute(update(RUN).where(RUN.c.id == run).values(put))

    def transaction(self) -> AbstractContextManager[None]:
        """What is written inside is kept as a whole or not at all."""
        return self._writer.transaction()

    def run_at(self, at: At) -> int:
        """As of a reader; now is all that is written, also by a run that has not ended."""
        return NOW if at is None else super().run_at(at)

    def save_pull(self, source: str, pull: Pull) -> None:
        """Keep how far a source was pulled."""
        row = {
            "source": source,
            "run": pull.run,
            "since": as_utc(pull.since) if pull.since else None,
            "full_at": as_utc(pull.full_at) if pull.full_at else None,
            "transport": pull.transport,
        }
        with self._writer.transaction():
            self._writer.upsert(PULL, [row])

    # Grades

    def graded(self, ids: Iterable[RecordId] | None = None) -> set[RecordId]:
        """The records that have a grade now, or those of ``ids``."""
        every = "SELECT record_id FROM record_grade WHERE valid_to IS NULL"
        some = "SELECT record_id FROM record_grade WHERE valid_to IS NULL AND record_id IN (SELECT value FROM json_each(:ids))"
        return {RecordId(i) for (i,) in (self._rows(every) if ids is None else self._ids(some, ids))}

    def save_record_grades(
        self, run: int, rules_version: str, grades: Mapping[RecordId, RecordGrade]
    ) -> list[RecordId]:
        """Keep the grades of records that are in the store; the ids whose grade is another now.

        A grade that other rules or another content gave as well stays in its interval and is signed by them.
        Raises ``KeyError`` for a record that is not there.
        """
        changed: list[RecordId] = []
        sql = """SELECT r.id, r.content_hash, g.grade, g.content_hash, g.rules_version FROM record r
                 LEFT JOIN record_grade g ON g.record_id = r.id AND g.valid_to IS NULL
                 WHERE r.removed_run IS NULL AND r.id IN (SELECT value FROM json_each(:ids))"""
        with self._writer.transaction():
            for some in chunked(grades):
                there = {i: values for i, *values in self._ids(sql, some)}
                new, ended, signed = [], [], []
                for i in some:
                    content_hash, grade, *by = there[i]
                    text = dump(grades[RecordId(i)])
                    if text != grade:
                        new.append(rows.record_grade_row(i, content_hash, rules_version, grades[RecordId(i)], text))
                        ended += [{"record_id": i}] * (grade is not None)
                    elif by != [content_hash, rules_version]:
                        signed.append({"at_record_id": i, "content_hash": content_hash, "rules_version": rules_version})
                self._hold(RECORD_GRADE, new, run, ended)
                self._writer.execute(connect.mend_open(RECORD_GRADE, "content_hash", "rules_version"), signed)
                changed += [RecordId(row["record_id"]) for row in new]
        return changed

    def save_ties(
        self,
        run: int,
        claim_id: str,
        claim_hash: str,
        rules_version: str,
        graded: Mapping[RecordId, ClaimRecordGrade],
        found_by: str | Mapping[RecordId, str],
        *,
        replace: bool = False,
    ) -> list[RecordId]:
        """Keep what records say towards a claim; the ids whose tie is new, another or ended now.

        ``found_by`` is one way for all (it gives way to a stronger one that is stored) or each record's own. With
        ``replace`` the call is complete: ties that it lacks end, those found in that one way, or all where each
        record has its own.
        """
        sql = """SELECT record_id, grade, found_by, claim_hash, rules_version FROM claim_record
                 WHERE claim_id = :claim AND valid_to IS NULL"""
        some = f"{sql} AND record_id IN (SELECT value FROM json_each(:ids))"  # noqa: S608 # a constant behind a constant
        with self._writer.transaction():
            rows_there = self._rows(sql, claim=claim_id) if replace else self._ids(some, graded, claim=claim_id)
            there = {i: values for i, *values in rows_there}
            new: list[rows.Row] = []
            signed: list[rows.Row] = []
            for i, tie in graded.items():
                text = dump(tie)
                old_text, old_way, *by = there.get(i, (None, "", None, None))
                way = stronger_way(old_way, found_by) if isinstance(found_by, str) else found_by[i]
                by_now = {"found_by": way, "claim_hash": claim_hash, "rules_version": rules_version}
                if text != old_text:
                    new.append({"claim_id": claim_id, **by_now, **rows.tie_row(i, tie, text)})
                elif [old_way, *by] != list(by_now.values()):
                    signed.append({"at_claim_id": claim_id, "at_record_id": i, **by_now})
            for made in batches(new):
                ended = [{"claim_id": claim_id, "record_id": r["record_id"]} for r in made if r["record_id"] in there]
                self._hold(TIE, made, run, ended)
            self._writer.execute(connect.mend_open(TIE, "found_by", "claim_hash", "rules_version"), signed)
            gone = [
                RecordId(i)
                for i, (_, way, *_) in there.items()
                if replace and i not in graded and (not isinstance(found_by, str) or way == found_by)
            ]
            self._release(TIE, [{"claim_id": claim_id, "record_id": i} for i in gone], run)
        return [*(RecordId(r["record_id"]) for r in new), *gone]

    def end_ties(self, run: int, claim_id: str, ids: Iterable[RecordId]) -> None:
        """End the ties of these records to a claim."""
        with self._writer.transaction():
            self._release(TIE, [{"claim_id": claim_id, "record_id": i} for i in ids], run)

    def save_claim_grades(
        self, run: int, rules_version: str, graded: Mapping[str, tuple[ClaimGrade, str]]
    ) -> list[str]:
        """Keep the grades of claims, each with the hash of its claim; the ids whose row is another now."""
        sql = "SELECT claim_id, grade, claim_hash, rules_version FROM claim_grade WHERE valid_to IS NULL"
        with self._writer.transaction():
            there = {i: tuple(values) for i, *values in self._rows(sql)}
            new = [rows.claim_grade_row(grade, claim_hash, rules_version) for grade, claim_hash in graded.values()]
            new = [r for r in new if (r["grade"], r["claim_hash"], r["rules_version"]) != there.get(r["claim_id"])]
            self._hold(CLAIM_GRADE, new, run, [{"claim_id": r["claim_id"]} for r in new if r["claim_id"] in there])
        return [r["claim_id"] for r in new]

    def end_claims(self, run: int, claim_ids: Iterable[str]) -> None:
        """End the grades and ties of claims that are no more: their files are gone."""
        with self._writer.transaction():
            for claim_id in claim_ids:
                self._release(CLAIM_GRADE, [{"claim_id": claim_id}], run)
                tied = list(
                    self._rows(
                        "SELECT record_id FROM claim_record WHERE valid_to IS NULL AND claim_id = :c", c=claim_id
                    )
                )
                self._release(TIE, [{"claim_id": claim_id, "record_id": i} for (i,) in tied], run)

    # Facts beside

    def save_links(
        self, run: int, links: Mapping[RecordId, Sequence[RecordId]], why: str = "one_study"
    ) -> set[RecordId]:
        """Keep which records are one study, as ``link_studies`` gives it; the records of which a link began or ended.

        Told completely for the records that are keys: links of theirs that are not told end. The ids linked to need
        not be in the store.
        """
        wanted = {
            (a, b, why) if a < b or b not in links else (b, a, why)
            for a, others in links.items()
            for b in others
            if a != b
        }
        sql = """SELECT record_id, linked_id, why FROM study_link WHERE valid_to IS NULL AND why = :why
                 AND (record_id IN (SELECT value FROM json_each(:ids)) OR linked_id IN (SELECT value FROM json_each(:ids)))"""
        with self._writer.transaction():
            there = {(a, b, w) for a, b, w in self._ids(sql, links, why=why)}
            # A link told from its other end (of a call that knew only one of the two) is the same link.
            there_either = there | {(b, a, w) for a, b, w in there}
            new = sorted(wanted - there_either)
            wanted_either = wanted | {(b, a, w) for a, b, w in wanted}
            gone = sorted(there - wanted_either)
            for made in batches([dict(zip(("record_id", "linked_id", "why"), key, strict=True)) for key in new]):
                self._hold(LINK, made, run, [])
            self._release(LINK, [dict(zip(("record_id", "linked_id", "why"), key, strict=True)) for key in gone], run)
        return {RecordId(i) for a, b, _ in (*new, *gone) for i in (a, b)}

    def save_searches(
        self, run: int, claim_id: str, searches: Sequence[Searched], translations: Mapping[str, str] | None = None
    ) -> None:
        """Keep what was asked for a claim. ``translations``: query → how the service read it, where it told."""
        told = translations or {}
        with self._writer.transaction():
            made = [rows.search_row(run, claim_id, s, told.get(s.query)) for s in searches]
            self._writer.execute(insert(SEARCH), made)

    def save_words(self, run: int, words: Sequence[Word]) -> None:
        """Add what persons said, in the order given; what was said before stays. Their ids are the store's to give."""
        with self._writer.transaction():
            self._writer.execute(insert(OVERRIDE), [rows.word_row(run, word) for word in words])

    def save_changes(self, run: int, changes: Sequence[Change]) -> None:
        """Keep what a run changed, in the order told."""
        with self._writer.transaction():
            for some in batches([rows.change_row(run, change) for change in changes]):
                self._writer.execute(insert(CHANGE), some)
