"""Which reading of a record is kept? Records, their versions, removals, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import insert, update

from evtrack.record import FORMAT_RANK, Record, RecordFormat, RecordId, Skipped
from evtrack.store import rows, tables
from evtrack.store.facts import RunKind
from evtrack.store.intervals import BATCH, IntervalStore
from evtrack.store.reading import Place, Reading, reading_of
from evtrack.store.runs import chunked

T = TypeVar("T")

RECORD = tables.table(tables.RecordRow)
VERSION = tables.table(tables.RecordVersionRow)
PASSED_OVER = tables.table(tables.PassedOverRow)
RECORD_GRADE = tables.table(tables.RecordGradeRow)
TIE = tables.table(tables.ClaimRecordRow)
LINK = tables.table(tables.StudyLinkRow)
SKIPPED = tables.table(tables.SkippedRow)
PLACE = tables.table(tables.BulkPlaceRow)


_TIES_OF = """SELECT claim_id, record_id FROM claim_record WHERE valid_to IS NULL
              AND record_id IN (SELECT value FROM json_each(:ids))"""
_LINKS_OF = """SELECT record_id, linked_id, why FROM study_link WHERE valid_to IS NULL
               AND (record_id IN (SELECT value FROM json_each(:ids)) OR linked_id IN (SELECT value FROM json_each(:ids)))"""


@dataclass(slots=True)
class SaveResult(Generic[T]):
    """What ``save_records`` did: ids that were not in the store, ids whose record is another now, how many stayed.

    ``kept`` holds, for the ids of ``new`` and ``changed``, the record that is in the store now: the one to grade
    (of ``save_readings``: what was given beside the reading that is in the store now).
    A record that two files of one run bring is ``new`` by the first and ``changed`` by the second, if that wins.
    """

    new: list[RecordId] = field(default_factory=list)
    changed: list[RecordId] = field(default_factory=list)
    unchanged: int = 0
    kept: dict[RecordId, T] = field(default_factory=dict)


class _Held(NamedTuple):
    """What decides whether another reading of a record takes its place."""

    revised: str
    format: RecordFormat
    content_hash: str
    raw_hash: str
    run: int
    removed: RunKind | None
    """By what kind of run it was removed; ``None``: it is there."""
    bulk: int = 0
    """The number of the one of NLM's files that it is out of; 0 for none."""
    start: int = 0
    """Where it stands in that file."""


class RecordStore(IntervalStore):
    """The part of the store that keeps records."""

    def save_records(self, run: int, reads: Sequence[tuple[Record, bytes]]) -> SaveResult[Record]:
        """Keep records with their bytes as received. A record whose content is the same writes nothing.

        Of two readings of one record the newer ``revised`` wins, then ``FORMAT_RANK``, whatever the order of loading.
        Where both are equal, a content that no earlier run has seen wins, or in a refresh any (it is what the service
        says now), and of several in one run the higher content hash: files in another order give the same store, and
        the same files again change nothing. A new reading of the very bytes that are kept wins (the reader has learned).
        Of two out of NLM's files the one of the later file wins: their numbers tell the order, dates do not always. Of two
        in the same file it is the newer, then the one that stands later. What the service said is gone comes back by one of
        its files only with a later day: they may be older than that word.
        """
        result: SaveResult[Record] = SaveResult()
        for i in range(0, len(reads), BATCH):
            some = [(reading_of(record, raw), record) for record, raw in reads[i : i + BATCH]]
            self._save_batch(run, some, result)
        return result

    def save_readings(self, run: int, readings: Sequence[tuple[Reading, T]]) -> SaveResult[T]:
        """``save_records`` of what ``reading_of`` made, each with whatever the caller wants back where it is kept."""
        result: SaveResult[T] = SaveResult()
        for i in range(0, len(readings), BATCH):
            self._save_batch(run, readings[i : i + BATCH], result)
        return result

    def _save_batch(self, run: int, readings: Sequence[tuple[Reading, T]], result: SaveResult[T]) -> None:
        refresh = self._kinds.get(run) == "refresh"
        with self._writer.transaction():
            held = self._held([reading.id for reading, _ in readings])
            there = set(held)
            winners: dict[RecordId, Reading] = {}
            passed: list[rows.Row] = []
            moved: list[rows.Row] = []
            for reading, beside in readings:
                old = held.get(reading.id)
                same = old is not None and not old.removed and old.content_hash == reading.content_hash
                if same and old is not None and old.run != run:
                    result.unchanged += 1
                    moved += _moved(reading, old)
                    continue
                at = (reading.place.file, reading.place.start) if reading.place else (0, 0)
                new = _Held(reading.revised, reading.format, reading.content_hash, reading.raw_hash, run, None, *at)
                if old is not None and not self._wins(reading.id, new, old, refresh):
                    result.unchanged += 1
                    passed += _equals(reading.id, new, old, loser=new)
                    continue
                if old is not None:
                    passed += _equals(reading.id, new, old, loser=old)
                held[reading.id] = new
                winners[reading.id] = reading
                if same:  # the same content in other bytes of this run: one of the two is kept, whatever their order
                    result.unchanged += 1
                elif old is None:
                    result.new.append(reading.id)
                    result.kept[reading.id] = beside
                else:
                    if reading.id not in result.kept:
                        result.changed.append(reading.id)
                    result.kept[reading.id] = beside
            pending = self._raw.start({w.raw_hash: w.raw for w in winners.values() if not w.place})
            runs = {"first_run": run, "last_run": run, "removed_run": None}
            made = [{**w.row, **runs} for w in winners.values()]
            self._writer.upsert(RECORD, made, "first_run")
            self._hold(
                VERSION,
                [
                    {"record_id": i, "content_hash": w.content_hash, "raw_hash": w.raw_hash, "document": w.document}
                    for i, w in winners.items()
                ],
                run,
                [{"record_id": i} for i in winners if i in there],
            )
            self._writer.insert_new(PASSED_OVER, passed)
            places = [(i, w.raw_hash, w.place) for i, w in winners.items() if w.place]
            self._writer.upsert(PLACE, [*moved, *(_place_row(*place) for place in places)])
            # Before the commit: a record may lack nothing that it refers to, raw bytes without a record harm nobody.
            pending.write((key, place.length, place.packed) for _, key, place in places if place.packed is not None)

    def _held(self, ids: Sequence[RecordId]) -> dict[RecordId, _Held]:
        sql = """SELECT id, coalesce(revised, ''), format, content_hash, r.raw_hash, last_run,
                        (SELECT kind FROM run WHERE run.id = removed_run), coalesce(p.file, 0), coalesce(p.start, 0)
                 FROM record r LEFT JOIN bulk_place p ON p.record_id = r.id AND p.raw_hash = r.raw_hash
                 WHERE id IN (SELECT value FROM json_each(:ids))"""
        return {RecordId(i): _Held(*values) for i, *values in self._ids(sql, ids)}

    def _wins(self, record_id: RecordId, new: _Held, old: _Held, refresh: bool) -> bool:
        """Whether another reading takes the place of the one that is kept; see ``save_records``."""
        if old.removed:
            return not (new.bulk and old.removed == "refresh") or new.revised > old.revised
        if new.bulk and old.bulk and new.bulk != old.bulk:
            return new.bulk > old.bulk
        if new.content_hash == old.content_hash:
            return new.raw_hash < old.raw_hash
        earlier = old.run != new.run
        if earlier and new.raw_hash == old.raw_hash:
            return True
        if new.bulk and old.bulk:
            return (new.revised, new.start) >= (old.revised, old.start)  # the same place: the file was issued again
        if refresh and earlier and FORMAT_RANK[new.format] >= FORMAT_RANK[old.format]:
            return True  # what the service says now, whatever day it puts on it
        if _rank(new) != _rank(old):
            return _rank(new) > _rank(old)
        if refresh:
            return earlier or new.content_hash > old.content_hash
        if self._seen_before(record_id, new):
            return False
        return earlier or new.content_hash > old.content_hash

    def _seen_before(self, record_id: RecordId, reading: _Held) -> bool:
        """Whether an earlier run held this content of the record, or passed over it."""
        sql = """SELECT 1 FROM record_version WHERE record_id = :id AND content_hash = :hash AND valid_from < :run
                 UNION ALL SELECT 1 FROM passed_over WHERE record_id = :id AND content_hash = :hash AND run < :run"""
        return next(self._rows(sql, id=record_id, hash=reading.content_hash, run=reading.run), None) is not None

    def mark_removed(self, run: int, ids: Iterable[RecordId]) -> list[RecordId]:
        """Say that the service no longer has these records; those that were there. Their history stays readable.

        Versions, grades, ties and links end with this run. Saved again later, a record is back. To be called after
        the last record of a run was saved.
        """
        removed: list[RecordId] = []
        with self._writer.transaction():
            for some in chunked(ids):
                known = {i for i, held in self._held([RecordId(i) for i in some]).items() if not held.removed}
                removed += sorted(known)
                gone = list(known)
                self._writer.execute(update(RECORD).where(RECORD.c.id.in_(gone)).values(removed_run=run))
                self._release(VERSION, [{"record_id": i} for i in gone], run)
                self._release(RECORD_GRADE, [{"record_id": i} for i in gone], run)
                self._release(TIE, [{"claim_id": c, "record_id": i} for c, i in self._ids(_TIES_OF, gone)], run)
                linked = [
                    dict(zip(("record_id", "linked_id", "why"), k, strict=True)) for k in self._ids(_LINKS_OF, gone)
                ]
                self._release(LINK, linked, run)
        return removed

    def save_skipped(self, run: int, skipped: Sequence[Skipped]) -> None:
        """Keep what could not be read: where it stood, why, and its bytes."""
        for i in range(0, len(skipped), BATCH):
            some = skipped[i : i + BATCH]
            hashes = self._raw.write(s.raw for s in some)
            made = [
                {"run": run, "place": s.where, "why": s.why, "raw_hash": h} for s, h in zip(some, hashes, strict=True)
            ]
            with self._writer.transaction():
                self._writer.execute(insert(SKIPPED), made)


def _place_row(record_id: RecordId, raw_hash: str, place: Place) -> rows.Row:
    where = {"file": place.file, "start": place.start, "length": place.length}
    return {"record_id": record_id, "raw_hash": raw_hash, **where}


def _moved(reading: Reading, old: _Held) -> list[rows.Row]:
    """The row that says where the same bytes stand by now: in a later one of NLM's files, or elsewhere in the same; or none."""
    place = reading.place
    if not place or not old.bulk or reading.raw_hash != old.raw_hash:
        return []
    if (place.file, place.start) == (old.bulk, old.start) or place.file < old.bulk:
        return []
    return [_place_row(reading.id, reading.raw_hash, place)]


def _rank(held: _Held) -> tuple[str, int]:
    return held.revised, FORMAT_RANK[held.format]


def _equals(record_id: RecordId, new: _Held, old: _Held, loser: _Held) -> list[rows.Row]:
    """The row that remembers a reading which only its hash kept from winning, or none."""
    if old.removed or old.run != new.run or new.content_hash == old.content_hash or _rank(new) != _rank(old):
        return []
    return [{"record_id": record_id, "content_hash": loser.content_hash, "run": new.run}]
