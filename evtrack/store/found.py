"""What did each search find when its source was last pulled whole? Lists of ids, written where they have changed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Mapping

from sqlalchemy import Delete, delete

from evtrack.record import RecordId
from evtrack.sources._protocol import Listed
from evtrack.store import tables
from evtrack.store.document import dump_plain
from evtrack.store.kept import Kept
from evtrack.store.records import RecordStore
from evtrack.store.rows import Row
from evtrack.trouble import Trouble

FOUND_LIST = tables.table(tables.FoundListRow)
_MODIFIED = ""


class FoundStore(RecordStore):
    """The part of the store that keeps what searches found."""

    def kept(self, source: str) -> Kept:
        """What the searches of a source found when it was last pulled whole."""
        sql = "SELECT query, ids, translation, troubles FROM found_list WHERE source = :source"
        lists: dict[str, Listed] = {}
        modified: frozenset[RecordId] = frozenset()
        for query, text, translation, troubles in self._rows(sql, source=source):
            ids = {RecordId(i): day or None for day, some in json.loads(text).items() for i in some}
            if query == _MODIFIED:
                modified = frozenset(ids)
                continue
            told = tuple(Trouble(code, fields) for code, fields in json.loads(troubles))
            lists[query] = Listed(ids, len(ids), True, translation, told)
        return Kept(lists, modified)

    def save_found(self, source: str, kept: Kept) -> None:
        """Keep what all searches of a source found, in place of what was kept; what is the same writes nothing."""
        rows = [_row(source, _MODIFIED, dict.fromkeys(kept.modified), None)]
        rows += [_row(source, query, one.ids, one) for query, one in kept.lists.items()]
        sql = "SELECT query, ids, translation, troubles FROM found_list WHERE source = :source"
        with self._writer.transaction():
            there = {query: values for query, *values in self._rows(sql, source=source)}
            new = [r for r in rows if there.get(r["query"]) != [r["ids"], r["translation"], r["troubles"]]]
            self._writer.upsert(FOUND_LIST, new)
            for query in there.keys() - {r["query"] for r in rows}:
                self._writer.execute(_of(source, query))

    def forget_found(self, source: str, listed: Mapping[str, Listed]) -> None:
        """Keep no longer what these searches found where they find something else now: the next pull asks each."""
        there = self.kept(source).lists
        other = [q for q, one in listed.items() if q in there and there[q].ids != one.ids]
        with self._writer.transaction():
            for query in other:
                self._writer.execute(_of(source, query))

    def moved_since(self, source: str, run: int) -> set[RecordId]:
        """The records of a source that are not as they were when ``run`` ended, those that came later with them."""
        sql = """SELECT v.record_id FROM record_version v JOIN record r ON r.id = v.record_id
                 WHERE v.valid_to IS NULL AND v.valid_from > :run AND r.source = :source"""
        return {RecordId(i) for (i,) in self._rows(sql, run=run, source=source)}

    def raws_at(self, ids: Collection[RecordId], run: int) -> dict[RecordId, bytes]:
        """The documents as received of those of ``ids`` that were there when ``run`` began, and when it had ended.

        One that ``run`` itself brought may be newer than what its searches, which were before, knew of the record.
        """
        sql = """SELECT record_id, raw_hash FROM record_version
                 WHERE valid_from < :run AND (valid_to IS NULL OR valid_to > :run)
                 AND record_id IN (SELECT value FROM json_each(:ids))"""
        found: dict[RecordId, bytes] = {}
        for i, raw_hash in self._ids(sql, sorted(ids), run=run):
            with contextlib.suppress(KeyError):  # lost with a disk: as if it had not been kept
                found[RecordId(i)] = self._raw.get(raw_hash)
        return found


def _of(source: str, query: str) -> Delete:
    return delete(FOUND_LIST).where(FOUND_LIST.c.source == source, FOUND_LIST.c.query == query)


def _row(source: str, query: str, ids: Mapping[RecordId, str | None], one: Listed | None) -> Row:
    days: dict[str, list[str]] = {}
    for i in sorted(ids):
        days.setdefault(ids[i] or "", []).append(i)
    troubles = [[t.code, dict(t.fields)] for t in one.troubles] if one else []
    return {
        "source": source,
        "query": query,
        "ids": dump_plain(days),
        "translation": one.translation if one else None,
        "troubles": dump_plain(troubles),
    }
