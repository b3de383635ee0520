"""A place to load NLM's files into: one store a name, one library, one set of rules for the whole run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evtrack.claim import Library
from evtrack.load import Loaded, load
from evtrack.rules import Rules
from evtrack.store.store import Store

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A folder with stores, and how files are loaded into one of them."""

    folder: Path
    library: Library
    rules: Rules

    def db(self, name: str) -> Path:
        """The file of the store with this name."""
        return self.folder / f"{name}.db"

    def open(self, name: str) -> Store:
        """That store, for writing."""
        return Store.open(self.db(name), now=lambda: NOW)

    def load(self, name: str, *files: Path, **how: Any) -> Loaded:
        """Load files into it."""
        given = {"library": self.library, "rules": self.rules, "now": lambda: NOW, **how}
        with self.open(name) as store:
            return load(store, [str(f) for f in files], **given)

    def rows(self, name: str, sql: str, *values: Any) -> list[Any]:
        """Rows of the store."""
        with self.open(name) as store:
            return list(store._connection.execute(sql, values))


@pytest.fixture
def place(tmp_path: Path, library: Library, rules: Rules) -> Place:
    """An empty place."""
    return Place(tmp_path, library, rules)
