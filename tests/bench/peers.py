"""How does evtrack compare with its peers? Parsing, storing, rules and start-up, all in one run, in turns.

    python -m tests.bench.peers [--records 3000] [--rounds 5] [--memory 30000] [--peers PYTHON]

Needs ``../shared/data``. Peers are no part of evtrack: they are put into an environment that is thrown away (or are those of
``--peers``); what can't be had is left out and said. Figures are processor time, the middle one of the rounds, in each of
which all take their turn: so what else the machine does meets all alike. The ratios are of those.
"""

# ruff: noqa: T201 (what a script measures, it prints)

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.parse_bench import HEAD, PMID_ELEMENT, SHARED, TAIL, readable
from tests.bench.readers import FIELDS, Fields, wrong

HERE = Path(__file__).parent
PEERS = ("pubmed_parser", "metapub", "biomcp-python")


@dataclass(frozen=True, slots=True)
class Row:
    """One contender: its name in the table, what runs it, and on which file."""

    name: str
    program: str
    file: str = "many.xml"
    peer: bool = False
    """Whether it is a peer that may not be there."""


PARSING = (
    Row("evtrack", "parse_evtrack"),
    Row("`Bio.Entrez.read`", "parse_entrez"),
    Row("pubmed_parser", "parse_pubmed_parser", "many.xml.gz", peer=True),
    Row("libxml2's tree alone (`etree.parse`)", "parse_tree"),
    Row("the same by `etree.iterparse`", "parse_iterparse"),
)
STORING = (
    Row("evtrack, with hashes and compressed bytes", "store_evtrack"),
    Row("SQLModel `add_all`, a table a kind of thing, with compressed bytes", "store_classes"),
    Row("SQLModel `add_all` of evtrack's two rows, made ready, without bytes", "store_add_all"),
)
AGAIN = (
    Row("evtrack, the same records again", "store_again"),
    Row("SQLModel `merge` of evtrack's two rows again", "store_merge"),
)
MATCHING = (
    Row("evtrack, every rule and concept", "rules_evtrack", "real.xml"),
    Row("the same as a list of `re`", "rules_re", "real.xml"),
)
ASKED = (
    ("parse_evtrack", "parse_entrez", 5.0),
    ("parse_evtrack", "parse_tree", 0.5),
    ("store_evtrack", "store_classes", 10.0),
    ("rules_evtrack", "rules_re", 20.0),
)
"""Who must take less time than whom, and how many times less."""
MEMORY_MB = 60.0
"""In which a file of any size must be read."""
SETS = {"parse": PARSING, "store": STORING, "store again": AGAIN, "rules": MATCHING}


def peers_of(folder: Path, given: str | None) -> tuple[str | None, str]:
    """A Python that has the peers, and what is to be said of that."""
    if given:
        return given, f"peers of {Path(given).name}"
    place = folder / "peers"
    try:
        venv.create(place, with_pip=True)
        python = str(place / "bin" / "python")
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "biopython", *PEERS], check=True, capture_output=True, timeout=900
        )
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"no peers can be installed here ({type(error).__name__}): left out"
    return python, "peers installed for this run"


def has(python: str | None, module: str) -> str | None:
    """The version of a peer, ``None`` where it is not there."""
    if python is None:
        return None
    code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    done = subprocess.run([python, "-c", code, module], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def run(row: Row, folder: Path, python: str | None) -> dict[str, Any]:
    """One turn of one contender."""
    command = [python or sys.executable, str(HERE / "contenders.py"), row.program, str(folder / row.file), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **_here()})
    if done.returncode:
        raise SystemExit(f"{row.program} failed:\n{done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for left in folder.glob("tmp*"):
        shutil.rmtree(left)
    return told


def _here() -> Mapping[str, str]:
    return {"PYTHONPATH": str(HERE.parents[1])}


def cpu_of(command: Sequence[str], folder: Path) -> float:
    """Seconds of processor time of a command, its children too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    surroundings = {**os.environ, "HOME": str(folder), "EVTRACK_DB": str(folder / "none.db")}
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env=surroundings)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def starting(python: str | None) -> list[tuple[str, list[str]]]:
    """What is started, by name."""
    own = sys.executable
    rows = [
        ("`python -c pass`", [own, "-c", "pass"]),
        ('`python -c "import typer, rich"`', [own, "-c", "import typer, rich"]),
        ("`evtrack --help`", [own, "-m", "evtrack", "--help"]),
        ("`evtrack status`, no store", [own, "-m", "evtrack", "status"]),
    ]
    if python and has(python, "metapub"):
        rows.append(("`import metapub`", [python, "-c", "import metapub"]))
    if python and has(python, "biomcp-python"):
        rows.append(("`biomcp --help`", [str(Path(python).parent / "biomcp"), "--help"]))
    return rows


def write_files(folder: Path, count: int, name: str = "many.xml") -> int:
    """Real records under new PMIDs; how many there are of them."""
    records = list(readable()) if not (folder / "real.xml").exists() else []
    if records:
        (folder / "real.xml").write_bytes(HEAD + b"\n".join(records) + TAIL)
        with gzip.open(folder / "real.xml.gz", "wb", 0) as packed:
            packed.write((folder / "real.xml").read_bytes())
    with (folder / "real.xml").open("rb") as file:
        kept = file.read()[len(HEAD) : -len(TAIL)].split(b"</PubmedArticle>")[:-1]
    with (folder / name).open("wb") as out:
        out.write(HEAD)
        for pmid, record in enumerate(islice(cycle(kept), count), 90_000_000):
            out.write(
                PMID_ELEMENT.sub(b'<PMID Version="1">%d</PMID>' % pmid, record.strip(), count=1) + b"</PubmedArticle>\n"
            )
        out.write(TAIL)
    return len(kept)


def pack(folder: Path) -> None:
    """The same for pubmed_parser, which reads packed files alone; packed without compression, so that it costs nothing."""
    with gzip.open(folder / "many.xml.gz", "wb", 0) as packed:
        packed.write((folder / "many.xml").read_bytes())


def fields_of(reader: str, folder: Path, python: str) -> list[Fields]:
    """What a reader makes of the real records."""
    file = "real.xml.gz" if reader == "pubmed_parser" else "real.xml"
    command = [python, str(HERE / "readers.py"), reader, str(folder / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **_here()})
    return [json.loads(told) for told in done.stdout.splitlines()]


def compare_fields(folder: Path, python: str | None) -> Iterator[str]:
    """Lines of a table: how often each reader says something else of a field than what stands there."""
    stands = fields_of("written", folder, sys.executable)
    readers = {"evtrack": sys.executable, "entrez": sys.executable}
    if python and has(python, "pubmed_parser"):
        readers["pubmed_parser"] = python
    yield f"\n| reader, {len(stands):,} real records | {' | '.join(FIELDS)} |"
    yield "|---" * (1 + len(FIELDS)) + "|"
    for reader, own in readers.items():
        told = {f["pmid"]: f for f in fields_of(reader, folder, own)}
        missed = sum(right["pmid"] not in told for right in stands)
        wrongs = [
            sum(wrong(f, told[right["pmid"]], right) for right in stands if right["pmid"] in told) for f in FIELDS
        ]
        yield f"| {reader}{f' ({missed} not read)' if missed else ''} | {' | '.join(map(str, wrongs))} |"


def table(rows: Sequence[Row], figures: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    """A line a contender: records a second, and how evtrack compares with it."""
    own = median(f["seconds"] / f["records"] for f in figures[rows[0].program])
    for row in rows:
        if row.program not in figures:
            continue
        some = figures[row.program]
        each = median(f["seconds"] / f["records"] for f in some)
        ratio = "" if row is rows[0] else f"{each / own:.1f} ×" if each / own >= 1 else f"{each / own:.2f} ×"
        yield f"| {row.name} | {each * 1e6:,.1f} µs | {1 / each:,.0f} | {max(f['mb'] for f in some):,.0f} MB | {ratio} |"


def short(figures: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """What falls short of what is asked."""
    for own, other, wanted in ASKED:
        mine, theirs = (median(f["seconds"] / f["records"] for f in figures[name]) for name in (own, other))
        if theirs / mine < wanted:
            yield f"{own} is {theirs / mine:.2f} x as fast as {other}, not {wanted}"


def main() -> None:
    """All of it. Ends with an error where evtrack falls short of what is asked of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--memory", type=int, default=30_000, help="records of the file whose reading is looked at for memory"
    )
    parser.add_argument("--peers", help="a Python that has pubmed_parser, metapub and biomcp-python")
    asked = parser.parse_args()
    if not SHARED.exists():
        raise SystemExit("needs ../shared/data, which is not here")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, told = peers_of(folder, asked.peers)
        versions = {peer: has(python, peer) for peer in PEERS}
        print(f"{told}: {', '.join(' '.join((peer, there or 'left out')) for peer, there in versions.items())}")
        real = write_files(folder, asked.records)
        pack(folder)
        print(f"{asked.records:,} records, of {real:,} real ones; {asked.rounds} rounds, {time.strftime('%Y-%m-%d')}")
        figures: dict[str, list[dict[str, Any]]] = {}
        started: dict[str, list[float]] = {}
        rows = [row for some in SETS.values() for row in some if not row.peer or versions["pubmed_parser"]]
        for turn in range(asked.rounds):
            for row in rows:
                # The list of ``re`` takes as long as all others together, and its figure hardly moves.
                if row in MATCHING and turn >= 3:
                    continue
                figures.setdefault(row.program, []).append(run(row, folder, python if row.peer else None))
            for what, command in starting(python):
                started.setdefault(what, []).append(cpu_of(command, folder))
        for kind, some in SETS.items():
            print(f"\n| {kind} | a record | a second | memory | evtrack is faster by |\n|---|---|---|---|---|")
            print("\n".join(table(some, figures)))
        found = {row.program: {f["found"] for f in figures[row.program]} for row in rows}
        print(f"\nrows written by the same records again: {max(found['store_again'])}")
        same = found["rules_evtrack"] == found["rules_re"] and len(found["rules_re"]) == 1
        print(f"rules: hits and places {'are identical' if same else 'DIFFER'}")
        print("\n| start | processor time | |\n|---|---|---|")
        first = min(started["`evtrack --help`"])  # the least: what disturbs a start only ever lengthens it
        for what, seconds in started.items():
            print(f"| {what} | {min(seconds) * 1000:,.0f} ms | {min(seconds) / first:.2f} × |")
        print("\n".join(compare_fields(folder, python)))
        faults = [*short(figures), *([] if same else ["the hits of the rules differ"])]
        if max(found["store_again"]):
            faults.append("the same records again are written")
        if asked.memory:
            write_files(folder, asked.memory)
            used = run(PARSING[0], folder, None)["mb"]
            print(f"\nreading {asked.memory:,} records: {used:.0f} MB at most")
            faults += [f"reading takes {used:.0f} MB"] if used > MEMORY_MB else []
        if faults:
            raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main()
