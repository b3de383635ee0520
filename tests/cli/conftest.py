"""How a test runs a command: in this process, with its own store, cache, clock and folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as one JSON value."""
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of compiled files for all tests: the claims are compiled once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run ``evtrack`` with arguments; the store is ``evtrack.db`` of the test's folder."""
    import os

    for name in list(os.environ):
        if name.startswith("EVTRACK_") or name in ("NCBI_API_KEY", "LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("EVTRACK_DB", str(tmp_path / "evtrack.db"))
    monkeypatch.setenv("EVTRACK_NOW", "2026-11-23T00:00:00+00:00")
    monkeypatch.setenv("EVTRACK_CACHE", str(cache))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, code: int = 0) -> Answer:
        from evtrack.cli import main

        capfd.readouterr()
        got = main([str(a) for a in arguments])
        told = capfd.readouterr()
        assert "Traceback" not in told.err + told.out
        assert got == code, f"exit {got}: {told.err}"
        return Answer(got, told.out, told.err)

    return run


@pytest.fixture
def articles() -> Path:
    """Three invented PubMed records: an animal study of depression, a review, and one about barley."""
    return Path(__file__).parent.parent / "data" / "cli" / "articles.xml"
