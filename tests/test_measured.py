"""The figures the README states still hold: the scoring scripts beside the project, with floors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"
EVTRACK = Path(sys.executable).parent / "evtrack"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SHARED.is_dir(), reason="../shared, with the labelled corpora, is not beside the project"),
]


def score(script: str, *arguments: str) -> None:
    """Run one scoring script; it exits 1 where a limit does not hold."""
    files = [str(SHARED / "data" / a) if "/" in a and "=" not in a else a for a in arguments]
    done = subprocess.run(
        [sys.executable, str(SHARED / "eval" / script), *files, "--evtrack", str(EVTRACK)],
        capture_output=True,
        text=True,
        # Thousands of records under a line tracer would take a quarter of an hour and prove nothing more.
        env={k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")} | {"PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]


def test_design_is_read_from_the_text_alone() -> None:
    """Seven kinds of study, told from 5,800 human-labelled abstracts without publication types or MeSH."""
    score("design_eval.py", "corpora/design_dev.jsonl", "--bootstrap", "20", "--min", "macro_f1=0.78")


def test_the_traps_are_seen_and_no_rct_is_made_up() -> None:
    """Hand-made records with a trap each, and what `show` says of twelve small stores."""
    score(
        "edge_eval.py",
        "grade/edge_dev.jsonl",
        "--cases",
        "grade/claim_cases_dev.json",
        *(
            "--min",
            "level_acc=0.90",
            "--min",
            "counts_for_claim_acc=0.90",
            "--min",
            "cases_acc=0.90",
            "--max",
            "false_lifts=0",
            "--max",
            "false_counts=0",
        ),
    )


@pytest.mark.parametrize("types", [(), ("--no-types",)], ids=["with types", "without types"])
def test_real_vesicle_papers_get_their_level(types: tuple[str, ...]) -> None:
    """Real papers of the field, also as they are in their first weeks, before NLM has indexed them."""
    score("ev_eval.py", "grade/ev_dev.jsonl", *types, "--min", "level_acc=0.80", "--max", "false_rct=0")


def test_registered_trials_have_no_level() -> None:
    """A registry entry without results is under test and nothing more."""
    score("ev_eval.py", "grade/ev_trials_dev.jsonl", "--min", "level_acc=0.90", "--max", "false_rct=0")


@pytest.mark.slow
def test_every_real_record_is_read() -> None:
    """Nothing in the real files is lost, and a second load changes nothing."""
    score(
        "parse_eval.py",
        "pubmed/",
        "ctgov/",
        *(
            "--min",
            "read_rate=1",
            "--max",
            "lost=0",
            "--max",
            "crashes=0",
            "--max",
            "silent_skips=0",
            "--max",
            "reload_new=0",
            "--max",
            "reload_changed=0",
            "--min",
            "titles=1",
        ),
    )
