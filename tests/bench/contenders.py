"""How long does one way of parsing, storing or matching take, in a process of its own?

``python tests/bench/contenders.py NAME FILE`` prints a JSON line: records, seconds of processor time (imports and preparation
aside), the most memory it held, and a digest of what it found where that must be equal. Run by ``peers.py``, by whatever
Python has the contender.
"""

# ruff: noqa: T201 (what a program measures, it prints)

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evtrack.grade.text import GradingText
    from evtrack.record import Record
    from evtrack.store.reading import Reading
    from evtrack.store.store import Store

Timed = Callable[[], tuple[int, object]]
"""What is timed: gives how many records it went through, and what must be equal between the contenders of a row, or None."""

TOGETHER = 500
"""Records a transaction: evtrack's own, given to the others too."""


def parse_evtrack(path: str) -> Timed:
    from evtrack.files import read_file
    from evtrack.sources._protocol import Read

    return lambda: (sum(isinstance(one, Read) for one in read_file(path)), None)


def parse_entrez(path: str) -> Timed:
    from Bio import Entrez

    def run() -> tuple[int, None]:
        with open(path, "rb") as file:
            found: Any = Entrez.read(file)  # type: ignore[no-untyped-call] # Biopython ships no types
        return len(found["PubmedArticle"]), None

    return run


def parse_pubmed_parser(path: str) -> Timed:
    import pubmed_parser

    return lambda: (sum(1 for _ in pubmed_parser.parse_medline_xml(path)), None)


def parse_tree(path: str) -> Timed:
    """The floor: libxml2 makes its tree, of which nothing is read."""
    from lxml import etree

    return lambda: (len(etree.parse(path).getroot()), None)


def parse_iterparse(path: str) -> Timed:
    """The same without keeping the tree."""
    from lxml import etree

    def run() -> tuple[int, None]:
        count = 0
        for _, article in etree.iterparse(path, tag="PubmedArticle"):
            count += 1
            article.clear()
            above = article.getparent()
            while above is not None and article.getprevious() is not None:
                del above[0]
        return count, None

    return run


def _records(path: str) -> Iterator[tuple[Record, bytes]]:
    from evtrack.files import read_file
    from evtrack.sources._protocol import Read

    return ((one.record, one.raw) for one in read_file(path) if isinstance(one, Read))


def _new_folder() -> Path:
    return Path(tempfile.mkdtemp(dir=sys.argv[3] if len(sys.argv) > 3 else None))


def _new_store() -> tuple[Store, int]:
    from evtrack.store.store import Store

    store = Store.open(str(_new_folder() / "bench.db"), now=lambda: datetime(2026, 11, 2, tzinfo=UTC))
    return store, store.begin_run("load", "1", "claims")


def store_evtrack(path: str) -> Timed:
    """Records with their bytes as received, hashed, compressed, kept if they are another than before."""
    reads = list(_records(path))
    store, run = _new_store()

    def save() -> tuple[int, None]:
        saved = store.save_records(run, reads)
        assert len(saved.new) == len(reads)
        return len(reads), None

    return save


def store_again(path: str) -> Timed:
    """The same records once more, in a later run. What must be equal: the rows that were written are none."""
    reads = list(_records(path))
    store, run = _new_store()
    store.save_records(run, reads)
    store.finish_run(run, "complete", {})
    later = store.begin_run("load", "1", "claims")

    def save() -> tuple[int, int]:
        before = store._connection.total_changes
        saved = store.save_records(later, reads)
        assert saved.unchanged == len(reads)
        return len(reads), store._connection.total_changes - before

    return save


def _readings(path: str) -> list[Reading]:
    from evtrack.store.reading import reading_of

    return [reading_of(record, raw) for record, raw in _records(path)]


def _same_rows(readings: list[Reading]) -> list[Any]:
    from evtrack.store import tables

    held = [
        tables.RecordVersionRow(
            record_id=r.id, content_hash=r.content_hash, raw_hash=r.raw_hash, document=r.document, valid_from=1
        )
        for r in readings
    ]
    return [*(tables.RecordRow(**r.row, first_run=1, last_run=1, removed_run=None) for r in readings), *held]


def store_add_all(path: str) -> Timed:
    """evtrack's own two rows a record, made ready beforehand and without the bytes, by SQLModel's ``add_all``."""
    from sqlmodel import Session, create_engine

    readings = _readings(path)
    store, _ = _new_store()
    store.close()
    engine = create_engine(f"sqlite:///{store.path}")

    def save() -> tuple[int, None]:
        for first in range(0, len(readings), TOGETHER):
            with Session(engine) as session:
                session.add_all(_same_rows(readings[first : first + TOGETHER]))
                session.commit()
        return len(readings), None

    return save


def store_merge(path: str) -> Timed:
    """The same rows once more, by SQLModel's ``merge``: ``add_all`` would be refused."""
    from sqlmodel import Session, create_engine

    readings = _readings(path)[: 2 * TOGETHER]
    store, _ = _new_store()
    store.close()
    engine = create_engine(f"sqlite:///{store.path}")
    with Session(engine) as session:
        session.add_all(_same_rows(readings))
        session.commit()

    def save() -> tuple[int, None]:
        for first in range(0, len(readings), TOGETHER):
            with Session(engine) as session:
                for row in _same_rows(readings[first : first + TOGETHER]):
                    session.merge(row)
                session.commit()
        return len(readings), None

    return save


def store_classes(path: str) -> Timed:
    """The same content and bytes as SQLModel would have them: a table a kind of thing, a row a thing, by ``add_all``."""
    from sqlmodel import Session, SQLModel, create_engine

    from tests.bench import classes

    reads = list(_records(path))
    engine = create_engine(f"sqlite:///{_new_folder() / 'classes.db'}")
    SQLModel.metadata.create_all(engine)

    def save() -> tuple[int, None]:
        for first in range(0, len(reads), TOGETHER):
            with Session(engine) as session:
                session.add_all([row for read in reads[first : first + TOGETHER] for row in classes.rows_of(*read)])
                session.commit()
        return len(reads), None

    return save


def _texts(path: str) -> tuple[list[GradingText], list[GradingText]]:
    """Texts that were never asked, and others that make automata and caches ready."""
    from evtrack.grade.fields import record_fields
    from evtrack.grade.text import GradingText

    texts = [GradingText(record_fields(replace(record, authors=()))) for record, _ in _records(path)]
    return texts[::6], [text for place, text in enumerate(texts) if place % 6]


def _digest(places: object) -> str:
    return hashlib.sha256(json.dumps(places).encode()).hexdigest()


def rules_evtrack(path: str) -> Timed:
    """Every rule and every concept's words, with their places, in one pass."""
    from evtrack.claims import load_library
    from evtrack.rules import load_rules
    from tests.bench.firing import places_of

    patterns = load_rules(load_library(None)[0].concepts).patterns
    texts, others = _texts(path)
    for text in others:
        patterns.find(text.encoded)

    def find() -> tuple[int, object]:
        hits = [patterns.find(text.encoded) for text in texts]
        return len(texts), lambda: _digest([places_of(some, text) for some, text in zip(hits, texts, strict=True)])

    return find


def rules_re(path: str) -> Timed:
    """The same patterns as a list of ``re``, one after the other."""
    from evtrack.claims import load_library
    from evtrack.rules import load_rules
    from tests.bench.firing import list_of_re, places_by_re

    many = list_of_re(load_rules(load_library(None)[0].concepts).patterns.patterns)
    texts, _ = _texts(path)

    def find() -> tuple[int, object]:
        found = [places_by_re(many, text.text) for text in texts]
        return len(texts), lambda: _digest(found)

    return find


CONTENDERS: dict[str, Callable[[str], Timed]] = {
    name: made for name, made in globals().items() if name.startswith(("parse_", "store_", "rules_"))
}


def main(name: str, path: str) -> None:
    """Make ready, run once, print what it took."""
    timed = CONTENDERS[name](path)
    begun = time.process_time()
    records, found = timed()
    seconds = time.process_time() - begun
    # Of this process since it began (Linux): what ``resource`` tells includes the one that started it.
    peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    mb = int(peak[1]) / 1024 if peak else 0.0
    told = found() if callable(found) else found
    print(json.dumps({"records": records, "seconds": seconds, "mb": mb, "found": told}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
