"""Do the ways that evtrack is measured with give what the others give? And how long does each take, by pytest-benchmark?

Each is run once in the suite; ``pytest tests/bench --full`` runs it ten times, and prints the times. What is measured
against peers is ``python -m tests.bench.peers``.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.demo.corpus import pubmed_xml
from evtrack.grade.fields import record_fields
from evtrack.grade.text import GradingText
from evtrack.record import Record
from evtrack.rules import Rules
from evtrack.sources._protocol import Read
from evtrack.sources.pubmed_xml import parse
from evtrack.store.store import Store
from tests.bench.firing import list_of_re, places_by_re, places_of
from tests.bench.parse_bench import HEAD, SHARED, TAIL
from tests.bench.readers import FIELDS, entrez, evtrack, written, wrong

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from tests.desk import Invent

COUNT = 200

Measure = Callable[..., object]


@pytest.fixture
def measure(benchmark: BenchmarkFixture, full: bool) -> Measure:
    """``measure(run, setup=None)``: run once, or ten times with ``--full``; what the last one gave."""

    def pedantic(run: Callable[..., object], setup: Callable[[], object] | None = None) -> object:
        return benchmark.pedantic(run, setup=setup, rounds=10 if full else 1)  # type: ignore[no-untyped-call] # pytest-benchmark ships half of its types

    return pedantic


@pytest.fixture(scope="module")
def file(invent: Invent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented records with sections, authors, headings, a DOI, and a title with a letter of every kind."""
    texts = list(invent.texts)
    articles = [
        invent.article(
            n,
            texts[n % len(texts)],
            mesh=("Depression", "Exosomes", "Mice"),
            doi=f"10.9999/invented.{n}" if n % 3 else None,
            day=date(2026, 1 + n % 12, 1 + n % 28),
        )
        for n in range(COUNT)
    ]
    odd = replace(articles[0], title="Größe & β-amyloid in “mice” ― ３例", authors=("Ōta, Ken", "Müller, A B"))
    path = tmp_path_factory.mktemp("bench") / "records.xml"
    path.write_text(pubmed_xml([odd, *articles[1:]]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def reads(file: Path) -> list[tuple[Record, bytes]]:
    """The records of the file with their bytes."""
    with file.open("rb") as stream:
        return [(one.record, one.raw) for one in parse(stream) if isinstance(one, Read)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store.open(str(tmp_path / "bench.db"), now=lambda: datetime(2026, 11, 2, tzinfo=UTC)) as store:
        yield store


def test_reading(file: Path, measure: Measure) -> None:
    """Reading gives every record of the file."""
    content = file.read_bytes()
    assert measure(lambda: sum(isinstance(one, Read) for one in parse(BytesIO(content)))) == COUNT


@pytest.mark.parametrize("reader", [evtrack, entrez])
def test_every_reader_is_held_against_what_stands_there(
    reader: Callable[[str], Iterator[dict[str, object]]], file: Path
) -> None:
    """Of well-made records all readers say what stands there; a reader that loses a word is found out."""
    stands, told = list(written(str(file))), list(reader(str(file)))
    assert len(told) == len(stands) == COUNT
    assert [(s["pmid"], f) for t, s in zip(told, stands, strict=True) for f in FIELDS if wrong(f, t, s)] == []
    for field in FIELDS:
        value = stands[1][field]
        assert value, f"{field} is empty, so nothing is compared"
        assert wrong(field, {**told[1], field: value[:-1]}, stands[1])


def test_saving(store: Store, reads: list[tuple[Record, bytes]], measure: Measure) -> None:
    """Records that are new are all written."""
    run, made = store.begin_run("load", "1", "claims"), iter(range(10_000))

    def others() -> tuple[tuple[list[tuple[Record, bytes]]], dict[str, object]]:
        turn = next(made)
        return ([(replace(r, id=type(r.id)(f"{r.id}{turn:03}")), raw) for r, raw in reads],), {}

    saved = measure(lambda some: len(store.save_records(run, some).new), others)
    assert saved == COUNT


def test_saving_again_writes_nothing(store: Store, reads: list[tuple[Record, bytes]], measure: Measure) -> None:
    """The same records once more write not one row, in whatever order they come, however often."""
    run = store.begin_run("load", "1", "claims")
    store.save_records(run, reads)
    store.finish_run(run, "complete", {})
    later = store.begin_run("load", "1", "claims")
    before = store._connection.total_changes
    unchanged = measure(lambda: store.save_records(later, reads[::-1]).unchanged)
    assert (unchanged, store._connection.total_changes - before) == (COUNT, 0)


def test_firing(reads: list[tuple[Record, bytes]], rules: Rules, measure: Measure) -> None:
    """The one pass finds what a list of ``re`` finds, at the same places: every pattern of every rule and concept."""
    texts = [GradingText(record_fields(record)) for record, _ in reads[:40]]
    found = measure(lambda: [rules.patterns.find(text.encoded) for text in texts])
    assert isinstance(found, list)
    many = list_of_re(rules.patterns.patterns)
    assert len(many) == len(rules.patterns.patterns) > 400
    places = [places_of(hits, text) for hits, text in zip(found, texts, strict=True)]
    assert places == [places_by_re(many, text.text) for text in texts]
    assert sum(map(len, places)) > 20 * len(texts)


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data")
def test_every_real_record_is_read_as_it_stands(tmp_path: Path) -> None:
    """Of every real article each field that peers read too is, word for word, what stands in its XML."""
    path = tmp_path / "real.xml"
    articles = re.findall(rb"<PubmedArticle[ >].*?</PubmedArticle>", gzip.decompress(SHARED.read_bytes()), re.DOTALL)
    path.write_bytes(HEAD + b"\n".join(articles) + TAIL)
    told = {fields["pmid"]: fields for fields in evtrack(str(path))}
    stands = list(written(str(path)))
    assert len(stands) == len(articles) > 1000
    assert [(s["pmid"], f) for s in stands for f in FIELDS if wrong(f, told[s["pmid"]], s)] == []
