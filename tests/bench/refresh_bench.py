"""What does a week without news cost at so many stored records? ``python tests/bench/refresh_bench.py 1000 10000``.

Both services stand in on the loopback; the records are made of the words of the shipped claims' queries. The first
refresh fetches them all, in the second week nothing is new. Requests are counted at the server, CPU is the refresh's own.
"""

# ruff: noqa: T201 (what a script measures, it prints)

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from evtrack.demo.server import StandIn
from tests.desk import FIRST, settings_for
from tests.refresh import hitting


def measured(n: int, folder: Path) -> tuple[int, int, float, float]:
    """Requests of the first refresh, then requests and CPU seconds of the week without news, and of ``--version``."""
    corpus = hitting.corpus(n, max(n // 8, 20))
    with StandIn(corpus, pubmed_rate=None) as server:
        settings = {**os.environ, **settings_for(server, folder, folder / "cache"), "EVTRACK_DEADLINE": "300", "EVTRACK_TIMEOUT": "100"}  # fmt: skip

        def cpu(*arguments: str, day: int) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(
                [sys.executable, "-m", "evtrack", *arguments],
                env={**settings, "EVTRACK_NOW": (FIRST + timedelta(days=day)).isoformat()},
                capture_output=True,
                check=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if arguments[0] == "refresh":
                assert json.loads(done.stdout)["status"] == "complete"
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        cpu("refresh", "--json", day=0)
        first = len(server.seen)
        server.corpus = hitting.on(corpus, date(2026, 11, 9))
        server.forget()
        took = cpu("refresh", "--json", day=7)
        return first, len(server.seen), took, cpu("--version", day=7)


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or ["1000"]):
        with tempfile.TemporaryDirectory() as folder:
            first, quiet, took, started = measured(size, Path(folder))
        print(f"{size} records: first week {first} requests; week without news {quiet} requests, {took:.2f} s CPU (--version alone {started:.2f} s)", flush=True)  # fmt: skip
