"""How fast, and in how much memory, are 10,000 real PubMed records read and loaded, against Bio.Entrez.read of the same file?

    python tests/bench/parse_bench.py [RECORDS]

Real records from ../shared are written under new PMIDs into a temporary file. Each reader runs in a process of its own;
the time holds its start and imports. Entrez.read cannot read records of the oldest DTDs, so those are left out.
"""

# ruff: noqa: T201 (what a script measures, it prints)

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

SHARED = Path(__file__).parents[2] / "../shared/data/pubmed/pubmed_all.xml.gz"
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
TAIL = b"</PubmedArticleSet>\n"
PMID_ELEMENT = re.compile(rb"<PMID[^>]*>\d+</PMID>")

OURS = """
import sys
from evtrack.files import read_file
from evtrack.sources._protocol import Read
n = sum(isinstance(x, Read) for x in read_file(sys.argv[1]))
"""
LOAD = """
import os, sys
os.environ["EVTRACK_DB"] = sys.argv[1] + ".db"
sys.argv[1:1] = ["load"]
from evtrack.cli import main
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
n = RECORDS
"""
ENTREZ = """
import sys
from Bio import Entrez
with open(sys.argv[1], "rb") as f:
    n = len(Entrez.read(f)["PubmedArticle"])
"""
TIMED = """
import json, time
print(json.dumps({"records": n, "seconds": time.monotonic() - begun}))
"""


def peak_mb(process: int) -> tuple[float, list[int]]:
    """The most memory that a process had in RAM so far, and its children (Linux alone)."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        children = [int(c) for c in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:  # it has ended
        return 0.0, []
    found = re.search(r"VmHWM:\s*(\d+)", status)
    return (int(found[1]) / 1024 if found else 0.0), children


def readable() -> Iterator[bytes]:
    """The records that Entrez.read can read, each as its bytes."""
    from Bio import Entrez

    for m in re.finditer(rb"<PubmedArticle[ >].*?</PubmedArticle>", gzip.decompress(SHARED.read_bytes()), re.DOTALL):
        try:
            Entrez.read(io.BytesIO(HEAD + m[0] + TAIL))  # type: ignore[no-untyped-call] # Biopython ships no types
        except Exception:  # noqa: BLE001, S112 (whatever Entrez.read raises, that record is not for this race)
            continue
        yield m[0]


def measure(program: str, path: str) -> dict[str, float]:
    """Run a reader in a process of its own, start-up counted; ``evtrack load`` keeps and grades what it reads.

    ``mb`` adds up the peaks of all its processes: more than they ever had together, since they share their libraries.
    """
    code = f"import time\nbegun = time.monotonic()\n{program}{TIMED}"
    peaks: dict[int, float] = {}
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True) as running:
        while running.poll() is None:
            look = [running.pid]
            for process in look:
                peak, children = peak_mb(process)
                peaks[process] = max(peak, peaks.get(process, 0.0))
                look += children
            time.sleep(0.05)
        told = running.stdout.read() if running.stdout else ""
    if running.returncode:
        sys.exit(f"a reader failed: {running.returncode}")
    got: dict[str, float] = json.loads(told.splitlines()[-1])
    return {**got, "mb": sum(peaks.values())}


def main(count: int) -> None:
    """Write the file, run both, print the figures."""
    records = list(readable())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.xml"
        with path.open("wb") as out:
            out.write(HEAD)
            for pmid, record in enumerate(islice(cycle(records), count), 90_000_000):
                out.write(PMID_ELEMENT.sub(b'<PMID Version="1">%d</PMID>' % pmid, record, count=1) + b"\n")
            out.write(TAIL)
        size = path.stat().st_size
        print(f"{count:,} records of {size / count / 1000:.1f} kB ({len(records):,} real ones)")
        programs = (
            ("evtrack, reading", OURS),
            ("evtrack load", LOAD.replace("RECORDS", str(count))),
            ("Entrez.read", ENTREZ),
        )
        figures = {name: measure(program, str(path)) for name, program in programs}
    for name, f in figures.items():
        ms = f["seconds"] / f["records"] * 1000
        print(f"{name:16} {f['seconds']:6.2f} s  {ms:.3f} ms a record  {1000 / ms:6,.0f}/s  peak {f['mb']:5.0f} MB")
    for name in ("evtrack, reading", "evtrack load"):
        print(
            f"{name}: {figures['Entrez.read']['seconds'] / figures[name]['seconds']:.1f} times as fast as Entrez.read"
        )


if __name__ == "__main__":
    if not SHARED.exists():
        sys.exit("needs ../shared/data, which is not here")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
