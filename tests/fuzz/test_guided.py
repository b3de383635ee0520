"""Does a fuzzer that sees which lines are run find an input that crashes the XML reader or the claim files? atheris, in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.promise("inputs"),
    pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not there: pip install atheris"),
]


@pytest.mark.parametrize("reader", ["xml", "claims"])
def test_guided(reader: str, full: bool, tmp_path: Path, tally: Callable[[int], None]) -> None:
    """Five minutes of each in the long form: no exception, nothing beyond twenty seconds or two gigabytes."""
    if not full:
        pytest.skip("the long form runs it: pytest -m promise --full")
    script = Path(__file__).with_name("guided.py")
    done = subprocess.run(
        [sys.executable, str(script), reader, "--seconds", "300", "--findings", str(tmp_path)],
        capture_output=True,
        env={**os.environ, "EVTRACK_CACHE": str(tmp_path)},
        timeout=500,
        check=False,
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    executed = re.search(r"number_of_executed_units:\s*(\d+)", said)
    kept = [f.name for f in tmp_path.iterdir() if f.name.startswith(("crash-", "timeout-", "oom-", "leak-"))]
    assert done.returncode == 0, f"{kept} in {tmp_path}: {said[-3000:]}"
    assert executed is not None, said[-2000:]
    tally(int(executed[1]))
