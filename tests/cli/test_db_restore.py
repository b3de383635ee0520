"""The store goes back to a copy, and comes to the schema of today, by command."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema

from evtrack.store.migrate import upgrade
from evtrack.store.target import SCHEMA

Run = Callable[..., Any]
SCHEMAS = Path(__file__).parent.parent / "schemas"


def _valid(answer: Any, schema: str) -> Any:
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(answer)
    return answer


def test_restore_goes_back_and_forth(run: Run, articles: Path, tmp_path: Path) -> None:
    """What was there before is named, and can be gone back to."""
    run("load", articles)
    run("db", "backup", "copy.db")
    trials = articles.with_name("trials.json")
    run("load", trials)
    assert "db restore copy.db" not in run("db", "restore", "copy.db").out
    assert run("db", "info", "--json").json["counts"]["record"] == 3
    (aside,) = tmp_path.glob("evtrack.db.before-restore-*.bak")
    told = _valid(run("db", "restore", str(aside), "--json").json, "db_restore")
    assert told["restored_from"] == str(aside)
    assert told["before"] not in (None, str(aside))
    assert run("db", "info", "--json").json["counts"]["record"] == 4
    assert "控え" not in run("--db", "new.db", "db", "restore", "copy.db", "--lang", "ja").err
    assert run("--db", "new.db", "status", "--json").json["as_of"] is not None


def test_restore_of_what_is_no_copy_is_an_error(run: Run, articles: Path) -> None:
    """A missing file, a text, the store itself: exit 2 with a sentence, nothing changed."""
    run("load", articles)
    for wrong in ("none.db", str(articles), "evtrack.db"):
        assert run("db", "restore", wrong, code=2).err.count("\n") == 1
    assert run("db", "info", "--json").json["counts"]["record"] == 3


def test_upgrade_makes_a_copy_first(run: Run, tmp_path: Path) -> None:
    """An older store is brought up to date once; without a store there is nothing to bring."""
    path = tmp_path / "evtrack.db"
    assert "evtrack refresh" in run("db", "upgrade", code=2).err
    upgrade(path, now=lambda: datetime(2026, 1, 5, tzinfo=UTC), schema=1, stepwise=True)
    assert "schema1" in run("db", "upgrade").out
    assert _valid(run("db", "upgrade", "--json").json, "db_upgrade") == {
        "path": str(path),
        "schema": SCHEMA,
        "backup": None,
    }
    assert "もう" in run("db", "upgrade", "--lang", "ja").out


def test_a_backup_takes_nobodys_place(run: Run, articles: Path, tmp_path: Path) -> None:
    """A name that is taken, also by the raw documents of an earlier copy, is a mistake of the call, and nothing is written."""
    run("load", articles)
    taken = tmp_path / "copy.db.raw"
    taken.write_bytes(b"of an earlier copy")
    assert str(taken) in run("db", "backup", str(tmp_path / "copy.db"), code=2).err
    assert taken.read_bytes() == b"of an earlier copy"
    assert not (tmp_path / "copy.db").exists()
