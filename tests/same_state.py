"""Do two stores hold the same? All tables and columns by natural keys, and the raw documents; runs and moments aside.

``state_of(db)`` is what a store holds now, ``history_of(db)`` what it ever held and told; ``assert_same(db, other)`` says
row by row where two stores differ. For a store that was disturbed (services that failed, a kill, a disk) and then had one
clean run, beside one that never was:

- ``assert_same(disturbed, undisturbed)`` holds always: what the services and persons say today is all that counts;
- ``assert_same(disturbed, undisturbed, history=True)`` holds too where the services said the same in the disturbed run and
  in the clean one, so that no week of theirs was missed.

Every column is compared unless ``ASIDE`` names it and says why; a table or column that is new must be put into ``TABLES``
or ``ASIDE`` first, else reading a state fails. Both stores are only read, while nobody writes them.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tests.databases import Place, Rows, columns_of, definition, opened, raw_of

Key = tuple[Any, ...]
State = dict[str, dict[Key, Any]]
"""Part of the store → natural key → what stands there: the compared columns by name, or one value."""

RUN, MOMENT, NUMBER = "the number of a run", "a moment", "a row's number"
ASIDE = {
    "record.first_run": RUN, "record.last_run": RUN,
    "record.removed_run": f"{RUN}: that a record is removed is compared by ``history_of``",
    "record_version.valid_from": RUN, "record_version.valid_to": f"{RUN}: only what holds now is compared",
    "record_grade.valid_from": RUN, "record_grade.valid_to": f"{RUN}: only what holds now is compared",
    "claim_record.valid_from": RUN, "claim_record.valid_to": f"{RUN}: only what holds now is compared",
    "claim_grade.valid_from": RUN, "claim_grade.valid_to": f"{RUN}: only what holds now is compared",
    "study_link.valid_from": RUN, "study_link.valid_to": f"{RUN}: only what holds now is compared",
    "search.id": NUMBER, "search.run": RUN, "search.at": MOMENT,
    "pull.run": f"{RUN}: that the last refresh made it is compared",
    "pull.since": f"{MOMENT}: that it is the start of that refresh is compared",
    "pull.full_at": f"{MOMENT}: a fetching of all that failed is made up for by a later run; that it was made is compared",
    "pull.transport": "how the service was reached last, no evidence: one that refused the first way is asked by the next",
    "skipped.id": NUMBER, "skipped.run": f"{RUN}: what the last refresh could not read is compared",
    "skipped.place": "the place in an answer, whose other records may be others",
    "override.id": NUMBER, "override.run": RUN, "override.at": MOMENT,
    "run.id": NUMBER, "run.started_at": MOMENT, "run.finished_at": MOMENT,
    "run.counts": "what a run did: a disturbed one asked more, and left less to do for the next",
    "change.id": NUMBER, "change.run": RUN,
    "passed_over.run": RUN,
    "bulk_file.run": RUN,
}  # fmt: skip
"""``table.column`` that is not compared as it stands → why."""


@dataclass(frozen=True)
class _Table:
    """How a table is compared: by which columns a row is known, which rows hold now, in which order equal keys stand."""

    key: tuple[str, ...]
    now: str = "1 = 1"
    order: str | None = None


_OPEN = "valid_to IS NULL"
_LAST_REFRESH = "(SELECT max(id) FROM run WHERE kind = 'refresh' AND finished_at IS NOT NULL)"
TABLES = {
    "record": _Table(("id",), "removed_run IS NULL"),
    "record_version": _Table(("record_id",), _OPEN),
    "record_grade": _Table(("record_id",), _OPEN),
    "claim_record": _Table(("claim_id", "record_id"), _OPEN),
    "claim_grade": _Table(("claim_id",), _OPEN),
    "study_link": _Table(("record_id", "linked_id", "why"), _OPEN),
    # As evtrack reads them: of the last run that asked this source for a claim; of claims that are graded now.
    "search": _Table(
        ("claim_id", "source", "query"),
        """run = (SELECT max(run) FROM search t WHERE t.claim_id = search.claim_id AND t.source = search.source)
           AND claim_id IN (SELECT claim_id FROM claim_grade WHERE valid_to IS NULL)""",
    ),
    "pull": _Table(("source",)),
    # What was modified of late depends on the day of the run before.
    "found_list": _Table(("source", "query"), "query <> ''"),
    "skipped": _Table(("raw_hash", "why"), f"run = {_LAST_REFRESH}"),
    # What was said of the same later stands against what was said before: in order.
    "override": _Table(("claim_id", "record_id"), order="id"),
    # The last run that ended: how, and with which rules and claims.
    "run": _Table(("kind",), "id = (SELECT max(id) FROM run WHERE finished_at IS NOT NULL)"),
    "bulk_file": _Table(("number",)),
    # A reading that another of the same run replaced, or that was removed, leaves its place behind, which harms nobody.
    "bulk_place": _Table(
        ("record_id", "raw_hash"),
        """EXISTS (SELECT 1 FROM record r
                   WHERE r.id = record_id AND r.raw_hash = bulk_place.raw_hash AND r.removed_run IS NULL)""",
    ),
    "alembic_version": _Table(("version_num",)),
}
IN_HISTORY = ("passed_over", "change")
"""Tables that say nothing of today: ``history_of`` compares them."""


def state_of(db: Place) -> State:
    """What the store holds now: each table by natural keys, and under ``raw`` the bytes that its rows name.

    Asserts that the store's schema is the one that is known here, and that every raw document is what its key says.
    """
    columns = _known(db)
    with opened(db) as rows:
        state: State = {name: _rows(rows, name, table, columns[name]) for name, table in TABLES.items()}
        state["study_link"] = {(*sorted(key[:2]), *key[2:]): row for key, row in state["study_link"].items()}
        days = {day for (day,) in rows("SELECT DISTINCT substr(at, 1, 10) FROM search")}
        for row in state["claim_grade"].values():
            row |= {column: _undated(text, days) for column, text in row.items() if isinstance(text, str)}
        for (source,), pulled in state["pull"].items():
            pulled |= _pulled(rows, source)
    state["schema"] = {(kind, name): told for kind, name, *told in definition(db)}
    named = {row["raw_hash"] for table in ("record", "record_version") for row in state[table].values()}
    named |= {raw_hash for raw_hash, *_ in state["skipped"]}
    kept = _raw(db)
    # Bytes that no row names harm nobody: what a disturbed run could not keep, or kept of what it could not read.
    state["raw"] = {(raw_hash,): kept.get(raw_hash, "missing") for raw_hash in named}
    return state


def history_of(db: Place) -> State:
    """What the store ever held of the services' words, in order, and what was told of records, each so many times.

    Grades, ties and links of the past are not in it, and no change of a claim as a whole: a disturbed run grades and
    links what it has, and says so. Nor are former searches, which are the runs' own.
    """
    _known(db)
    with opened(db) as rows:
        versions = rows(
            "SELECT record_id, content_hash, raw_hash, document, valid_to IS NULL FROM record_version ORDER BY record_id, valid_from"
        )
        told = rows(
            'SELECT kind, claim_id, record_id, before, after, severity FROM "change" WHERE record_id IS NOT NULL'
        )
        return {
            "versions": _numbered([(row[:1], row[1:]) for row in versions]),
            "removed": {record_id: 1 for (record_id,) in rows("SELECT id FROM record WHERE removed_run IS NOT NULL")},
            "told": dict(Counter(told)),
            "passed_over": dict(Counter(rows("SELECT record_id, content_hash FROM passed_over"))),
        }  # fmt: skip


def differences(found: State, expected: State) -> list[str]:
    """One line for each row of one state that the other lacks, and for each column that differs."""
    told = []
    for part in sorted(found.keys() | expected.keys()):
        ours, theirs = found.get(part, {}), expected.get(part, {})
        for key in sorted(ours.keys() | theirs.keys(), key=str):
            if key not in theirs:
                told.append(f"{part} {key}: here alone: {_short(ours[key])}")
            elif key not in ours:
                told.append(f"{part} {key}: missing: {_short(theirs[key])}")
            elif ours[key] != theirs[key]:
                told += [f"{part} {key}: {line}" for line in _apart(ours[key], theirs[key])]
    return told


def assert_same(found: Place, expected: Place, *, history: bool = False, without: Collection[str] = ()) -> None:
    """Fail where the store ``found`` is not as the store ``expected`` is, saying where; see the head of this module.

    ``without``: parts of the state that are not compared this time.
    """
    told = differences(*({k: v for k, v in state_of(db).items() if k not in without} for db in (found, expected)))
    if history:
        told += differences(history_of(found), history_of(expected))
    assert not told, "\n".join([f"{len(told)} differences between {found.name} and what it should be:", *told[:40]])


def _known(db: Place) -> dict[str, list[str]]:
    """The columns of all tables. Fails at a table that nobody decided how to compare, or a column of ``ASIDE`` that is no more."""
    columns = columns_of(db)
    assert columns.keys() == {*TABLES, *IN_HISTORY}, "say in tests/same_state.py how this table is compared"
    assert ASIDE.keys() <= {f"{table}.{column}" for table, named in columns.items() for column in named}
    return columns


def _rows(rows: Rows, name: str, table: _Table, every: list[str]) -> dict[Key, Any]:
    """The rows that hold now, by key, with the columns that are compared; equal keys are numbered in their order."""
    columns = [c for c in every if c not in table.key and f"{name}.{c}" not in ASIDE]
    listed = ", ".join(f'"{c}"' for c in (*table.key, *columns))
    order = table.order or listed
    sql = f'SELECT {listed} FROM "{name}" WHERE {table.now} ORDER BY {order}'  # noqa: S608 # names of the schema
    split = len(table.key)
    return _numbered([(row[:split], dict(zip(columns, row[split:], strict=True))) for row in rows(sql)])


def _numbered(rows: list[tuple[Key, Any]]) -> dict[Key, Any]:
    """Rows by key; the second of the same key has a 2 at its end, and so on."""
    seen: Counter[Key] = Counter()
    numbered = {}
    for key, row in rows:
        seen[key] += 1
        numbered[key if seen[key] == 1 else (*key, seen[key])] = row
    return numbered


def _pulled(rows: Rows, source: str) -> Mapping[str, Any]:
    """What a pull says, its moments and its run's number aside."""
    sql = f"""SELECT run = {_LAST_REFRESH}, since IS (SELECT started_at FROM run WHERE run.id = pull.run),
                     full_at IS NOT NULL AND full_at <= since FROM pull WHERE source = '{source}'"""  # noqa: S608 # a constant, and a name of ours
    names = ("by the last refresh", "since is the start of its run", "all was fetched by then")
    return dict(zip(names, rows(sql)[0], strict=True))


def _undated(text: str, days: set[str]) -> str:
    """A claim's words without the days of searching, which they name where nothing was found."""
    for day in days:
        year, month, date = (int(n) for n in day.split("-"))
        text = re.sub(rf"{day}|{year}年{month}月{date}日", "DAY", text)
    return text


def _raw(db: Place) -> dict[str, tuple[int, str]]:
    """Hash → size and SHA-256 of the bytes that are kept under it, which must be the hash."""
    kept = {}
    for raw_hash, size, packed in raw_of(db):
        received = zlib.decompress(packed)
        kept[raw_hash] = (len(received), hashlib.sha256(received).hexdigest())
        assert kept[raw_hash] == (size, raw_hash), f"raw document {raw_hash} is not what its key says"
    return kept


def _apart(ours: Any, theirs: Any) -> list[str]:
    if not isinstance(ours, dict):
        return [f"{_short(ours)} ≠ {_short(theirs)}"]
    return [
        f"{column}: {_around(str(ours.get(column)), str(theirs.get(column)))}"
        for column in sorted(ours.keys() | theirs.keys())
        if ours.get(column) != theirs.get(column)
    ]


def _around(ours: str, theirs: str) -> str:
    """Where two texts part, with some letters around."""
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    start = max(at - 60, 0)
    return f"{ours[start : at + 100]!r} ≠ {theirs[start : at + 100]!r}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]} …"
