"""At what rate, and in how much memory, do 300,000 records of NLM's files come in: at once, after a kill, on a cluster that loses a worker?

    python tests/bench/bulk_bench.py FOLDER [RECORDS] [once] [killed] [cluster]

Makes the files in FOLDER where they are not there yet (invented records of 14 kB, 30,000 a file, and one update that revises
and deletes), loads them with ``--all`` in each of the three ways, and ends with an error unless the stores are equal by
natural keys: record, content, version, removal; grade; tie; claim; place, or where a load falls short of what is asked of
it. The rate is records a second of processor time, all processes together, so that it holds on a machine with other work.
"""

# ruff: noqa: T201 (what a script measures, it prints)

from __future__ import annotations

import hashlib
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bulk.nlm import baseline

RATE, WORKER_MB = 900.0, 300.0
"""What is asked of a load: records a second of one core, and the memory that a worker may take."""

SAME = {
    "records": "SELECT id, content_hash, raw_hash, revised FROM record WHERE removed_run IS NULL ORDER BY id",
    "removed": "SELECT id FROM record WHERE removed_run IS NOT NULL ORDER BY id",
    "versions": "SELECT record_id, content_hash, document FROM record_version WHERE valid_to IS NULL ORDER BY 1",
    "grades": "SELECT record_id, grade, rules_version FROM record_grade WHERE valid_to IS NULL ORDER BY 1",
    "ties": "SELECT claim_id, record_id, grade, found_by FROM claim_record WHERE valid_to IS NULL ORDER BY 1, 2",
    "claims": "SELECT claim_id, grade FROM claim_grade WHERE valid_to IS NULL ORDER BY 1",
    "links": "SELECT min(record_id, linked_id), max(record_id, linked_id) FROM study_link WHERE valid_to IS NULL ORDER BY 1, 2",
    "files": "SELECT number, digest, kept, whole, pmids, deleted FROM bulk_file ORDER BY 1",
    "places": """SELECT p.record_id, p.file, p.start, p.length FROM bulk_place p JOIN record r
                 ON r.id = p.record_id AND r.raw_hash = p.raw_hash WHERE r.removed_run IS NULL ORDER BY 1""",
}


def state(db: Path) -> dict[str, tuple[int, str]]:
    """How many rows there are of each kind, and the hash of all of them in order."""
    found = {}
    with closing(sqlite3.connect(db)) as connection:
        for name, sql in SAME.items():
            n, told = 0, hashlib.sha256()
            for row in connection.execute(sql):
                n += 1
                told.update(repr(row).encode())
            found[name] = n, told.hexdigest()[:16]
    return found


def peak_mb(process: int, peaks: dict[int, float]) -> None:
    """The most memory that a process and those under it had in RAM so far (Linux alone)."""
    try:
        found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process}/status").read_text())
        tasks = Path(f"/proc/{process}/task").glob("*/children")
        children = [int(child) for task in tasks for child in task.read_text().split()]
    except OSError:  # it has ended
        return
    peaks[process] = max(peaks.get(process, 0.0), int(found[1]) / 1024 if found else 0.0)
    for child in children:
        peak_mb(child, peaks)


def load(db: Path, files: list[Path], *more: str, until: Callable[[float], bool] = lambda _: False) -> dict[int, float]:
    """Run ``evtrack load --all`` to its end, or kill it where ``until`` (the seconds gone) says so; peaks by process in MB."""
    peaks: dict[int, float] = {}
    begun = time.monotonic()
    environ = {**os.environ, "EVTRACK_DB": str(db)}
    command = [sys.executable, "-m", "evtrack", "load", "--all", *more, *map(str, files)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as running:
        while running.poll() is None:
            peak_mb(running.pid, peaks)
            if until(time.monotonic() - begun):
                running.send_signal(signal.SIGKILL)
            time.sleep(0.5)
    if running.returncode not in (0, -signal.SIGKILL):
        sys.exit(f"the load failed: {running.returncode}")
    return peaks


def whole(db: Path) -> int:
    """How many files are in the store, whole."""
    if not db.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
            (n,) = connection.execute("SELECT count(*) FROM bulk_file WHERE whole = 1").fetchone()
    except sqlite3.OperationalError:  # not made yet
        return 0
    return int(n)


def once(db: Path, files: list[Path]) -> dict[int, float]:
    """At once."""
    return load(db, files)


def killed(db: Path, files: list[Path]) -> dict[int, float]:
    """Killed when half of the files are in the store, and run again."""
    load(db, files, until=lambda _: whole(db) >= len(files) // 2)
    print(f"  killed with {whole(db)} of {len(files)} files whole")
    return load(db, files)


def cluster(db: Path, files: list[Path]) -> dict[int, float]:
    """On two workers, of which one is killed on the way."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as two:
        gone: list[int] = []

        def strike(_: float) -> bool:
            if not gone and whole(db) >= len(files) // 3:
                gone.append(next(iter(two.workers.values())).pid)
                os.kill(gone[0], signal.SIGKILL)
                print(f"  killed worker {gone[0]}")
            for worker in two.workers.values():
                if worker.pid:
                    peak_mb(worker.pid, workers)
            return False

        workers: dict[int, float] = {}
        peaks = load(db, files, "--scheduler", two.scheduler_address, until=strike)
    return {**peaks, **workers}


def main(folder: Path, count: int, ways: list[str]) -> None:
    """Make the files, load them, compare."""
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted(folder.glob("pubmed26n*.xml.gz"))
    if not files:
        files = list(baseline(folder, count, min(30_000, count // 3)))
    stores = []
    for name in ways:
        db = folder / f"{name}.db"
        if not db.exists():
            begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            peaks = {"once": once, "killed": killed, "cluster": cluster}[name](db, files)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            told = ", ".join(f"{mb:.0f}" for mb in sorted(peaks.values(), reverse=True)[:4])
            wall = time.monotonic() - begun
            # What the workers of a killed process had spent, nobody tells.
            rate = f"{count / spent:,.0f} records/s of processor time ({spent:.0f} s); " if name != "killed" else ""
            slow = name != "killed" and count / spent < RATE
            # The process that writes has the most.
            large = any(mb > WORKER_MB for mb in sorted(peaks.values())[:-1])
            print(f"{name}: {rate}{wall:.0f} s went by")
            print(f"  peaks of processes, MB: {told}", flush=True)
            if slow or large:
                sys.exit(f"{name}: {'slower' if slow else 'larger'} than asked")
        stores.append(state(db))
        print(f"  {', '.join(f'{n:,} {part}' for part, (n, _) in stores[-1].items())}", flush=True)
    if any(other != stores[0] for other in stores):
        sys.exit("the stores differ")
    print("the stores are equal")


if __name__ == "__main__":
    into, *rest = sys.argv[1:]
    main(
        Path(into),
        next((int(r) for r in rest if r.isdigit()), 300_000),
        [r for r in rest if not r.isdigit()] or ["once", "killed", "cluster"],
    )
