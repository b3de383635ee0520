"""Does the comparison of two stores see every difference that counts, and none that does not?"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.same_state import ASIDE, IN_HISTORY, TABLES, assert_same, differences, history_of, state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from evtrack.demo.corpus import Corpus
    from tests.desk import Built, Desk

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def filled(built: Callable[..., Built], first_week: Corpus, few_claims: Path) -> Path:
    """The file of a store that was refreshed once."""
    return built("first", first_week, claims=few_claims).folder / "evtrack.db"


@pytest.fixture
def touched(filled: Path, tmp_path: Path) -> Path:
    """A copy of it, with a word of a person, a record that was passed over and one that could not be read besides."""
    copy = tmp_path / "touched.db"
    for file in filled.parent.glob("evtrack.db*"):
        shutil.copy(file, tmp_path / file.name.replace("evtrack", "touched"))
    with closing(sqlite3.connect(copy)) as connection:
        connection.executescript(
            """INSERT INTO override (run, claim_id, record_id, action, field_values, reason, name, at, seen)
               VALUES (1, 'dep-effect', 'PMID:90000101', 'accept', '{}', 'seen', 'A', '2026-11-02', '{}');
               INSERT INTO passed_over (record_id, content_hash, run) VALUES ('PMID:90000101', 'x', 1);
               INSERT INTO skipped (run, place, why, raw_hash) SELECT 1, 'here', 'broken', raw_hash FROM record LIMIT 1;
               INSERT INTO study_link (record_id, linked_id, why, valid_from)
               VALUES ('PMID:90000101', 'PMID:90000102', 'one_study', 1);
               INSERT INTO bulk_file VALUES (2600001, 'a.xml.gz', 'd', '', 1, 1, x'01', x'02');
               INSERT INTO bulk_place SELECT id, raw_hash, 2600001, 5, 7 FROM record LIMIT 1;"""
        )
    return copy


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table."""
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]


def test_every_column_counts_or_is_said_to_be_aside(touched: Path) -> None:
    """Another value in any column of any row that holds now is a difference, unless the column is one of those aside."""
    state, history = state_of(touched), history_of(touched)
    unseen = set()
    with closing(sqlite3.connect(touched, isolation_level=None)) as connection:
        connection.executescript("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
        for table in (*TABLES, *IN_HISTORY):
            (row,) = connection.execute(f'SELECT max(rowid) FROM "{table}"').fetchone()  # noqa: S608 # names of the schema
            assert row is not None, table
            for column in columns(connection, table):
                if column.startswith("valid_"):
                    continue  # another interval: the row would be one of the past
                sql = f'SELECT "{column}" FROM "{table}" WHERE rowid = ?'  # noqa: S608 # names of the schema
                (value,) = connection.execute(sql, (row,)).fetchone()
                if column in ("id", "number") and value == row:
                    continue  # the number by which SQLite knows the row
                other = value + 7 if isinstance(value, int) else f"{value}7"
                change = f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?'  # noqa: S608 # names of the schema
                connection.execute(change, (other, row))
                if not differences(state_of(touched), state) + differences(history_of(touched), history):
                    unseen.add(f"{table}.{column}")
                connection.execute(change, (value, row))
    assert differences(state_of(touched), state) == []
    assert unseen <= ASIDE.keys()
    assert {"search.at", "change.run", "override.at"} <= unseen


def test_raw_documents_count(filled: Path, touched: Path) -> None:
    """Bytes that a row names and that are gone are a difference; bytes that are not what their key says are refused."""
    raw = touched.with_name(touched.name + ".raw")
    state = state_of(touched)
    with closing(sqlite3.connect(raw, isolation_level=None)) as connection:
        (raw_hash, packed) = connection.execute("SELECT hash, bytes FROM raw LIMIT 1").fetchone()
        connection.execute("DELETE FROM raw WHERE hash = ?", (raw_hash,))
        assert any(raw_hash in line and "missing" in line for line in differences(state_of(touched), state))
        connection.execute("INSERT INTO raw VALUES (?, 3, ?)", (raw_hash, packed))
        with pytest.raises(AssertionError, match=raw_hash):
            state_of(touched)


def test_a_table_that_nobody_thought_of(touched: Path) -> None:
    """A table that is in the schema and not in the comparison is not passed over in silence."""
    with closing(sqlite3.connect(touched)) as connection:
        connection.execute("CREATE TABLE news (id INTEGER)")
    with pytest.raises(AssertionError, match="how this table is compared"):
        state_of(touched)


def test_another_day_and_another_run_are_no_difference(small: Desk, filled: Path) -> None:
    """The same services asked twice, on other days: what is held is the same, though runs, days and searches are others."""
    small.at(3)
    small.refresh()
    small.at(5)
    small.refresh("--full")
    assert_same(small.place, filled, history=True)


def test_a_difference_is_said(touched: Path, filled: Path) -> None:
    """What differs is said by table, key and column."""
    with closing(sqlite3.connect(touched, isolation_level=None)) as connection:
        connection.execute("UPDATE claim_grade SET level = 'rct' WHERE claim_id = 'dep-effect'")
    with pytest.raises(AssertionError) as told:
        assert_same(touched, filled)
    assert "claim_grade ('dep-effect',): level: 'rct' ≠ 'animal'" in str(told.value)
    assert "override ('dep-effect', 'PMID:90000101'): here alone" in str(told.value)
