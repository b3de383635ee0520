"""Which runs were there, what did they ask, and which of them holds at a moment? Under everything that is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from evtrack.grade.grades import Searched
from evtrack.store.facts import Pull, Run, as_utc, from_utc
from evtrack.store.target import Place

if TYPE_CHECKING:
    import sqlite3

    from evtrack.store.postgres import Reading

At = date | datetime | int | None
"""A moment of history: the end of a day (UTC), an instant, the end of a run by its id, or ``None`` for now."""

NOW = 2**62
_RUNS = """SELECT id, kind, started_at, finished_at, status, rules_version, claims_hash, evtrack_version, counts
           FROM run WHERE id <= :run ORDER BY id"""
_RUNS_BACK = """SELECT id, kind, started_at, finished_at, status, rules_version, claims_hash, evtrack_version, counts
                FROM run WHERE id <= :run ORDER BY id DESC LIMIT 1"""
BATCH = 500


def _run(row: Sequence[Any]) -> Run:
    id_, kind, started, finished, status, rules, claims, version, counts = row
    ended = from_utc(finished) if finished else None
    return Run(id_, kind, from_utc(started), ended, status, rules, claims, version, json.loads(counts))


def chunked(ids: Iterable[str]) -> Iterator[list[str]]:
    """``ids`` in lists that fit into one statement."""
    some: list[str] = []
    for id_ in ids:
        some.append(id_)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


class RunReader:
    """What any reading rests on: the connection, runs, and which run holds at a moment."""

    def __init__(self, connection: sqlite3.Connection | Reading, path: Place) -> None:
        # One of the two, by ``path``: what is asked of it alone is asked where the path tells which.
        self._connection: Any = connection
        self.path = path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _rows(self, sql: str, **values: Any) -> Iterator[Any]:
        rows: Iterator[Any] = self._connection.execute(sql, values)
        return rows

    def _ids(self, sql: str, ids: Iterable[str], **values: Any) -> Iterator[Any]:
        """Rows of ``sql``, whose ``:ids`` is a JSON list, for all ``ids`` in batches."""
        for some in chunked(ids):
            yield from self._rows(sql, ids=json.dumps(some), **values)

    def run_at(self, at: At) -> int:
        """The id of the last run that had ended at ``at``; 0 where there was none.

        Now is what the last run that ended left: a reader never sees half a run.
        """
        if at is None:
            return self.last_ended()
        if isinstance(at, int):
            return at
        until = at if isinstance(at, datetime) else datetime.combine(at, time(23, 59, 59), UTC)
        (last,) = next(self._rows("SELECT max(id) FROM run WHERE finished_at <= :until", until=as_utc(until)))
        return int(last or 0)

    def last_ended(self) -> int:
        """The id of the last run that ended; 0 where none did. A run that was killed has not."""
        (last,) = next(self._rows("SELECT max(id) FROM run WHERE finished_at IS NOT NULL"))
        return int(last or 0)

    def runs(self) -> list[Run]:
        """All runs, the first one first."""
        return [_run(row) for row in self._rows(_RUNS, run=NOW)]

    def last_run(self, at: At = None) -> Run | None:
        """The last run, or the last one that had ended at ``at``."""
        return next((_run(row) for row in self._rows(_RUNS_BACK, run=self.run_at(at))), None)

    def searches(self, claim_id: str, at: At = None) -> list[Searched]:
        """The queries of the last run that asked each source for this claim."""
        sql = """SELECT source, query, count, complete, at, got FROM search s WHERE claim_id = :claim AND run = (
                   SELECT max(run) FROM search t
                   WHERE t.claim_id = s.claim_id AND t.source = s.source AND t.run <= :run) ORDER BY source, id"""
        rows = self._rows(sql, claim=claim_id, run=self.run_at(at))
        return [Searched(source, query, count, bool(done), at_, got) for source, query, count, done, at_, got in rows]

    def searched_in(self, run: int) -> list[str]:
        """The claims for which a run asked anything."""
        return [
            claim_id for (claim_id,) in self._rows("SELECT DISTINCT claim_id FROM search WHERE run = :run", run=run)
        ]

    def translations(self, source: str) -> dict[tuple[str, str], tuple[int | None, str | None]]:
        """(claim id, query) → how many the source counted when it was last searched completely, and how it read it."""
        sql = """SELECT claim_id, query, count, translation FROM search WHERE source = :source AND complete = 1 ORDER BY id"""
        return {(claim, query): (n, told) for claim, query, n, told in self._rows(sql, source=source)}

    def last_complete(self, at: At = None) -> dict[tuple[str, str], str]:
        """(claim id, source) → when all its queries were last answered in full (ISO, UTC)."""
        sql = """SELECT claim_id, source, at FROM (
                   SELECT claim_id, source, min(at) AS at, min(complete) AS complete, run FROM search
                   GROUP BY claim_id, source, run) answered
                 WHERE complete = 1 AND run <= :run ORDER BY run"""
        return {(claim, source): at for claim, source, at in self._rows(sql, run=self.run_at(at))}

    def pulls(self) -> dict[str, Pull]:
        """How far each source was pulled, by its name."""
        sql = "SELECT source, run, since, full_at, transport FROM pull"
        return {
            source: Pull(run, from_utc(since) if since else None, from_utc(full) if full else None, transport)
            for source, run, since, full, transport in self._rows(sql)
        }
