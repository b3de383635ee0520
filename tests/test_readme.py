"""The README says what is so: its help block is the command's, its commands exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_help_block_is_the_commands_own() -> None:
    """What `evtrack --help` prints stands in the README word for word."""
    done = subprocess.run(
        [sys.executable, "-m", "evtrack", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "EVTRACK_LANG": "en", "TERM": "dumb"},
    )
    block = re.search(r"<!-- help: .*? -->\n```console\n(.*?)```", README, re.DOTALL)
    assert block
    assert block[1].strip() == done.stdout.strip()


def test_both_set_up_commands_are_one_line_each() -> None:
    """One line installs and does the main job, one installs and passes the tests."""
    lines = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert [("status" in line, line.endswith("pytest")) for line in lines] == [(True, False), (False, True)]


def test_nothing_is_left_to_fill_in() -> None:
    """No placeholder stands in the README."""
    assert "@@" not in README
