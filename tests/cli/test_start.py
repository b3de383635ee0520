"""How soon does an answer begin? No command imports what its answer does not need, and none is far above typer's own start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench.start_bench import EVTRACK, FLOOR, PAGE, seconds

Run = Callable[..., Any]

HEAVY = (
    "alembic", "apprise", "Bio", "bibtexparser", "budoux", "httpx", "jinja2", "lxml", "pydantic", "rapidfuzz", "rich.console",
    "rispy", "ruamel", "search_query", "sqlalchemy", "sqlmodel", "stamina", "truststore",
)  # fmt: skip
"""What no answer of these commands is made of."""

FORMATS = (
    "jinja2",
    "markupsafe",
    "evtrack.report.audit_html",
    "evtrack.audit.reading_html",
    "evtrack.audit.reading_docx",
)
GRADING = ("re2", "evtrack.rules", "evtrack.grade.text", "evtrack.grade.record", "evtrack.assess")
WRITING = ("evtrack.store.store", "evtrack.store.raw", "evtrack.store.rows", "evtrack.changes", "tempfile")
STORE = ("sqlite3", "evtrack.store")
SETTINGS_FILE = ("tomllib",)
"""There is none in the test's folder."""
VALUES = ("evtrack.record", "evtrack.claim", "evtrack.grade", "evtrack.report", "hashlib")


@pytest.fixture
def loaded(run: Run, articles: Path, tmp_path: Path) -> Path:
    """A folder with a store, and a page of five sentences; claims and rules are compiled."""
    (tmp_path / "page.txt").write_text("\n".join(PAGE), encoding="utf-8")
    run("load", articles, articles.with_name("trials.json"))
    # In a process of its own: this one may hold in memory what another test compiled into another cache.
    subprocess.run(
        (sys.executable, *EVTRACK, "audit", "page.txt"),
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        check=False,
    )
    return tmp_path


def environment(tmp_path: Path) -> dict[str, str]:
    """The test's own settings, and nothing that makes Python slow: no measuring of coverage, modules compiled once."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COV", "PYTHON"))}
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}


@pytest.mark.parametrize(
    ("arguments", "not_needed"),
    [
        (("--help",), (*FORMATS, *GRADING, *WRITING, *STORE, *SETTINGS_FILE, *VALUES, "json")),
        (("claims",), ("evtrack.record", *FORMATS, *GRADING, *WRITING, *STORE, *SETTINGS_FILE)),
        (
            ("status",),
            (
                "evtrack.record",
                *FORMATS,
                *GRADING,
                *WRITING,
                *SETTINGS_FILE,
                "evtrack.report.status_json",
                "evtrack.audit",
            ),
        ),
        (("show", "dep-effect"), (*FORMATS, *GRADING, *WRITING, *SETTINGS_FILE, "evtrack.report.status_text")),
        (("show", "dep-effect", "--json"), (*FORMATS, *GRADING, *WRITING, *SETTINGS_FILE, "evtrack.report.show_text")),
        (
            ("audit", "page.txt"),
            ("evtrack.record", *FORMATS, *GRADING[2:], *WRITING, *SETTINGS_FILE, "evtrack.report.show_text"),
        ),
    ],
)
def test_nothing_is_imported_in_vain(loaded: Path, arguments: tuple[str, ...], not_needed: tuple[str, ...]) -> None:
    """Beside libraries that a command has no use for, it leaves evtrack's own rooms alone that its answer is not made in."""
    told = "import sys; from evtrack.cli import main; main(); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments], capture_output=True, cwd=loaded, env=environment(loaded), check=True
    )
    imported = done.stderr.decode().splitlines()[-1].split()
    assert [name for name in imported if name in {*HEAVY, *not_needed}] == []
    assert done.stdout


def test_no_answer_is_far_from_the_floor(loaded: Path) -> None:
    """Against the import of typer and rich; the bounds are wide, for CI has company (``tests/bench/start_bench.py`` measures)."""
    most = {("--help",): 1.5, ("status",): 3.0, ("show", "dep-effect"): 3.0, ("audit", "page.txt"): 6.0}
    wanted = {FLOOR: FLOOR, **{command: (*EVTRACK, *command) for command in most}}
    least = dict.fromkeys(wanted, float("inf"))
    for turn in range(4):
        for command, arguments in wanted.items():
            took = seconds(arguments, environment(loaded), loaded)
            if turn:  # the first one compiled
                least[command] = min(least[command], took)
    above = {command: round(least[command] / least[FLOOR], 2) for command in most}
    assert all(above[command] <= bound for command, bound in most.items()), above
