"""What must stand in the store now? A new store, refreshed once from the same services, and given what history rightly adds.

That is: records that no search finds any more and that their service still has, files that were loaded, and words of
persons.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evtrack.demo.corpus import Article, Study, pubmed_xml
from tests.same_state import State, differences, state_of
from tests.soak.world import Thing

if TYPE_CHECKING:
    from tests.desk import Desk

_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{4}年\d+月\d+日")
CLEAN = {"EVTRACK_TIMEOUT": "20", "EVTRACK_DEADLINE": "60", "EVTRACK_RETRIES": "4"}
"""Settings of a refresh that nothing may disturb, however busy the machine is."""


@dataclass(frozen=True)
class Kept:
    """What a store holds that no search would bring. ``by_claim``: (claim, record) that ``--claim`` tied."""

    records: dict[str, str]
    """Record id → key of its bytes."""
    by_claim: frozenset[tuple[str, str]]


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a store."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def kept(db: Path) -> Kept:
    """The live records that are tied to a claim, and by no search."""
    held = rows(
        db,
        """SELECT r.id, r.raw_hash FROM record r JOIN claim_record c ON c.record_id = r.id AND c.valid_to IS NULL
           WHERE r.removed_run IS NULL GROUP BY r.id HAVING sum(c.found_by = 'query') = 0""",
    )
    tied = rows(db, "SELECT claim_id, record_id FROM claim_record WHERE valid_to IS NULL AND found_by = '--claim'")
    return Kept(dict(held), frozenset((c, r) for c, r in tied))


def write(folder: Path, name: str, things: Iterable[Thing]) -> list[str]:
    """Files of these records, as the services would send them."""
    listed, files = list(things), []
    articles = [t for t in listed if isinstance(t, Article)]
    studies = [t.json() for t in listed if isinstance(t, Study)]
    if articles:
        (folder / f"{name}.xml").write_text(pubmed_xml(articles), encoding="utf-8")
        files.append(f"{name}.xml")
    if studies:
        text = json.dumps({"studies": studies}, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        files.append(f"{name}.json")
    return files


def build(
    desk: Desk, name: str, db: Path, things: dict[str, Thing], now: dict[str, str], claims: Path, *, whole: bool
) -> Path:
    """A new store of this week. ``now``: what the services hold, record id → key of its bytes. ``claims``: every claim's file.

    ``whole``: the week was. Else a registry may be left without any trial, and then no store can say whether one that a file
    brought is gone.
    """
    other = desk.another(name)
    other.environ |= CLEAN
    beside = kept(db)
    said = {record: things[now.get(record, key)] for record, key in beside.records.items()}
    if files := write(desk.folder, name, said.values()):
        other.run("load", *files)
    for n, (claim, record) in enumerate(sorted(beside.by_claim)):
        thing = things[now.get(record, rows(db, f"SELECT raw_hash FROM record WHERE id = '{record}'")[0][0])]  # noqa: S608 # ids of our own
        other.run("load", "--claim", claim, *write(desk.folder, f"{name}-{n}", [thing]))
    words = desk.folder / f"{name}.yaml"
    if desk.rows("SELECT 1 FROM override LIMIT 1"):
        desk.run("review", "export", "-o", str(words))
        # With every claim there: words on a claim whose file is away wait for it, and a file of words names what is there.
        everything = desk.another(name)
        everything.environ |= {**CLEAN, "EVTRACK_CLAIMS": str(claims)}
        everything.run("review", "import", str(words))
    other.refresh(code=0 if whole else (0, 3))
    return other.db


def evidence(db: Path) -> State:
    """All that a store holds as evidence now: what is tied to a claim, and what was said of it."""
    state = state_of(db)
    tied = {record for _, record, *_ in state["claim_record"]}
    held = {
        part: {k: v for k, v in state[part].items() if k[0] in tied}
        for part in ("record", "record_version", "record_grade")
    }
    hashes = {row["raw_hash"] for row in held["record_version"].values()}
    for row in state["claim_grade"].values():  # the new store was searched on one day alone
        row |= {column: _DAY.sub("DAY", text) for column, text in row.items() if isinstance(text, str)}
    for row in state["search"].values():  # a service may count fewer than it lists: what came decides
        row["count"] = max(row["count"] or 0, row["got"] or 0)
    words = sorted(str((key[:2], row)) for key, row in state["override"].items())
    return {
        **held,
        **{part: state[part] for part in ("claim_record", "claim_grade", "study_link", "search", "schema")},
        "raw": {key: row for key, row in state["raw"].items() if key[0] in hashes},
        "words": {(n,): word for n, word in enumerate(words)},
    }


def apart(db: Path, other: Path) -> list[str]:
    """Where the evidence of two stores differs, row by row."""
    return differences(evidence(db), evidence(other))


def by_search(db: Path) -> set[tuple[str, str]]:
    """(claim, record) that a search ties now."""
    return set(rows(db, "SELECT claim_id, record_id FROM claim_record WHERE valid_to IS NULL AND found_by = 'query'"))


def levels(db: Path) -> dict[str, str | None]:
    """Each claim's level now."""
    return dict(rows(db, "SELECT claim_id, level FROM claim_grade WHERE valid_to IS NULL"))
