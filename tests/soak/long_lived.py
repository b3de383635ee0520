"""What does a process grow by that runs evtrack again and again? Started as a process of its own, so that it alone is measured.

Reads one JSON object a line: ``arguments`` and ``environ``; answers with one: ``code``, ``out``, ``err`` and what it holds.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any


def held() -> dict[str, int]:
    """Memory (kB), open files and threads of this process."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    told = dict(line.split(":", 1) for line in status.splitlines())
    files = len(os.listdir("/proc/self/fd"))
    return {"memory": int(told["VmRSS"].split()[0]), "files": files, "threads": threading.active_count()}


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """One command, as ``evtrack`` would run it."""
    from evtrack.cli import main

    for name in [n for n in os.environ if n.startswith("EVTRACK_")]:
        del os.environ[name]
    os.environ.update(asked["environ"])
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(asked["arguments"])
    return {"code": code, "out": out.getvalue(), "err": err.getvalue(), "held": held()}


def serve() -> None:
    """One command after another, until stdin ends."""
    with os.fdopen(os.dup(0), encoding="utf-8") as asked:  # evtrack sets up a stdin that nobody has read from
        for line in asked:
            sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    serve()
