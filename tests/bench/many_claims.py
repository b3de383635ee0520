"""What do a thousand claims cost? Regrade, status and show at 10, 100 and 1,000 claims over one store of invented records.

    python -m tests.bench.many_claims [--records 10000] [--claims 10 100 1000]

Claims are made of the shipped concepts, records of their words: each record names one agent, one condition and one outcome,
in a dozen ways of telling. Times are processor time.
"""

# ruff: noqa: T201 (what a script measures, it prints)

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeVar

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept, Library
from evtrack.claims import load_library
from evtrack.record import PMID, AbstractSection, PartialDate, Record, RecordId, pmid_record
from evtrack.refresh import refresh
from evtrack.regrade import regrade
from evtrack.report.reading import read_status, read_statuses
from evtrack.rules import Rules, load_rules
from evtrack.sources._protocol import Changed, Fetched, Listed, OneByOne, Parsed, Read, in_batches
from evtrack.sources.pubmed_query import pubmed_queries
from evtrack.store.store import Store
from evtrack.trouble import Trouble

T = TypeVar("T")

TELLING = (
    ("{a} in mice with {c}", "Mice with {c} were given {a} or vehicle. {o} improved significantly (n=10, p<0.01)."),
    (
        "{a} for {c}: a randomised trial",
        "Sixty patients with {c} were randomly assigned to {a} or placebo. {o} was lower.",
    ),
    (
        "{a} and {c}, an open-label study",
        "We treated 20 patients with {c} with {a}. {o} did not change. No harm was seen.",
    ),
    ("{a} in {c}: a review", "This review tells what is known of {a} in {c}, and of {o}."),
)
"""Ways of telling of an agent, a condition and an outcome: title and abstract."""


def moment() -> datetime:
    """The time of every run here."""
    return datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def with_invented(shipped: Library, more: int = 20) -> Library:
    """The shipped concepts and so many invented conditions: a thousand claims are about more than one article's diseases."""
    concepts = {
        f"malady_{n}": Concept(
            id=f"malady_{n}",
            role="condition",
            label=Bilingual(f"malady {n}", f"malady {n}"),
            words=tuple(f"{word} {n}" for word in ("malady of kind", "inventia", "morbus fictus")),
        )
        for n in range(more)
    }
    return replace(shipped, concepts={**shipped.concepts, **concepts})


def _words(concept: Concept) -> tuple[str, ...]:
    """Six words of a concept, as they stand in a text: ``stem cell*`` as stem cells."""
    told = (w.replace("*", "s") for w in (*concept.words, *concept.measures) if w.isascii())
    return tuple(w for w in told if " " in w or w in concept.words)[:6]


def _told(shipped: Library, role: str) -> list[Concept]:
    return [c for c in shipped.concepts.values() if c.role == role and not c.covers and _words(c)]


def triples(shipped: Library) -> list[tuple[Concept, Concept, Concept]]:
    """Agents, conditions and outcomes, all with all, mixed: the first ten have many of each."""
    found = list(product(_told(shipped, "intervention"), _told(shipped, "condition"), _told(shipped, "outcome")))
    return sorted(found, key=lambda t: hashlib.sha256("/".join(c.id for c in t).encode()).digest())


def invented_claims(shipped: Library, count: int) -> Library:
    """A library of so many claims, each of an agent in a condition as told by an outcome. Raises ``ValueError`` for too many."""
    some = list(islice(triples(shipped), count))
    if len(some) < count:
        raise ValueError(f"the concepts make {len(some):,} claims")
    claims = {}
    for agent, condition, outcome in some:
        name = f"{agent.id}-{condition.id}-{outcome.id}".replace("_", "-")
        said = f"{agent.label.en} changes {outcome.label.en} in {condition.label.en}."
        claims[name] = Claim(
            id=name,
            pack="invented",
            kind="effect",
            track="intervention",
            statement=Bilingual(said, said),
            quote=said,
            intervention=(agent.id,),
            condition=(condition.id,),
            outcome=(outcome.id,),
            content_hash=hashlib.sha256(name.encode()).hexdigest(),
        )
    whole = hashlib.sha256("".join(c.content_hash for c in claims.values()).encode()).hexdigest()
    return Library((), claims, shipped.concepts, f"same.{whole}")


def edited(library: Library, claim_id: str) -> Library:
    """The library after somebody edited one claim: its outcome is no longer asked for."""
    claim = replace(library.claims[claim_id], outcome=(), content_hash=hashlib.sha256(b"edited").hexdigest())
    return replace(library, claims={**library.claims, claim_id: claim}, content_hash="same.edited")


def invented_records(shipped: Library, count: int) -> Iterator[Record]:
    """So many records; each agent, condition and outcome comes in turn, as its words and as ways of telling do."""
    some = triples(shipped)
    for number in range(count):
        agent, condition, outcome = some[number % len(some)]
        turn = number // len(some)
        title, text = TELLING[number % len(TELLING)]
        names = {
            key: _words(concept)[turn % len(_words(concept))]
            for key, concept in (("a", agent), ("c", condition), ("o", outcome))
        }
        yield Record(
            id=pmid_record(PMID(str(90_000_000 + number))),
            source="pubmed",
            format="pubmed-xml",
            title=title.format(**names),
            abstract=(AbstractSection(text.format(**names)),),
            languages=("eng",),
            publication_types=("Journal Article",),
            authors=(f"Invented, A{number}", f"Made, B{number % 977}"),
            published=PartialDate(2020 + number % 6),
        )


def fill(store: Store, records: Iterator[Record], together: int = 500) -> int:
    """Keep the records; how many."""
    run = store.begin_run("load", "", "")
    kept = 0
    while some := list(islice(records, together)):
        store.save_records(run, [(record, record.id.encode()) for record in some])
        kept += len(some)
    store.finish_run(run, "complete", {"read": kept})
    return kept


@dataclass
class Nobody:
    """Counts requests, of which there are none."""

    requests: int = 0
    retries: int = 0
    transport: str = "none"
    told: list[Trouble] = field(default_factory=list)

    def ask(self, *_: object, **__: object) -> Any:
        raise NotImplementedError


@dataclass
class Shelf(OneByOne):
    """A source that finds what is tied to a claim already, at once, and knows of no ``news`` but those given."""

    found: Mapping[str, Sequence[RecordId]]
    records: Mapping[RecordId, Record]
    news: frozenset[RecordId] = frozenset()
    name: Literal["pubmed"] = "pubmed"
    service: Nobody = field(default_factory=Nobody)

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
        return pubmed_queries(claim, concepts)

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        raise NotImplementedError

    def count(self, query: str) -> int:
        return len(self.found[query])

    def search(self, query: str) -> Listed:
        return Listed(dict.fromkeys(self.found[query]), len(self.found[query]), True)

    def changed(self, *_: object) -> Changed:
        return Changed(self.news)

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        for some in in_batches(sorted(ids), 200):
            yield Fetched(tuple(Read(self.records[i], i.encode()) for i in some))


def shelf(target: str, library: Library) -> Shelf:
    """A source that finds what the store ties to its claims."""
    with Store.open(target, now=moment) as store:
        found: dict[str, list[RecordId]] = {}
        for claim in library.claims.values():
            for query in pubmed_queries(claim, library.concepts):
                found.setdefault(query, []).extend(store.ties(claim.id))
        return Shelf(found, {record.id: record for record in store.records(store.tied_ids())})


def refreshed(target: str, library: Library, rules: Rules, source: Shelf) -> str:
    """``evtrack refresh`` of a week without news, but for the asking; how it ended."""
    with Store.open(target, now=moment) as store:
        return refresh(store, library, rules, [source], now=moment).status


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of processor time, and what came of it."""

    seconds: float
    gave: object


def took(work: Callable[[], object]) -> Took:
    """How long the work took."""
    begun = time.process_time()
    gave = work()
    return Took(time.process_time() - begun, gave)


def regraded(target: str, library: Library, rules: Rules, *, everything: bool = False) -> tuple[int, int] | None:
    """``evtrack regrade``: records graded and claims whose grade was written; ``None`` where all was graded already."""
    with Store.open(target, now=moment) as store:
        done = regrade(store, library, rules, now=moment, everything=everything)
    return (done[1].records, len(done[1].claims)) if done else None


def measure(shipped: Library, rules: Rules, filled: Path, count: int) -> Iterator[tuple[str, Took]]:
    """One row of the table: a copy of the filled store, graded for so many claims."""
    library = invented_claims(shipped, count)
    with tempfile.TemporaryDirectory() as folder:
        for file in filled.parent.glob(f"{filled.name}*"):
            (Path(folder) / file.name).write_bytes(file.read_bytes())
        target = str(Path(folder) / filled.name)
        yield "all anew", took(lambda: regraded(target, library, rules))
        yield "again", took(lambda: regraded(target, library, rules))
        one = next(iter(library.claims))
        yield "one claim edited", took(lambda: regraded(target, edited(library, one), rules))
        assert regraded(target, library, rules)
        source = shelf(target, library)
        refreshed(target, library, rules, source)
        yield "refresh without news", took(lambda: refreshed(target, library, rules, source))
        yield "status", took(lambda: len(read_statuses(target, library, moment(), records=False)))
        claim = library.claims[one]
        yield "show", took(lambda: len(read_status(target, library, claim, moment()).evidence))
        with Store.open(target, now=moment) as store:
            (ties,) = next(store._rows("SELECT count(*) FROM claim_record WHERE valid_to IS NULL"))
        yield "ties", Took(0.0, ties)


def main(records: int, counts: Sequence[int]) -> None:
    """Fill a store, measure it for each number of claims, print the table."""
    library, errors = load_library(None)
    assert not errors
    shipped = with_invented(library)
    rules = load_rules(shipped.concepts)
    with tempfile.TemporaryDirectory() as folder:
        filled = Path(folder) / "many.db"
        with Store.open(str(filled), now=moment) as store:
            fill(store, invented_records(shipped, records))
        head: list[str] = []
        for count in counts:
            row = dict(measure(shipped, rules, filled, count))
            if not head:
                head = list(row)
                print(f"| {records:,} records | {' | '.join(head)} |\n{'|---' * (1 + len(head))}|")
            cells = (f"{t.seconds:.2f} s ({json.dumps(t.gave)})" for t in row.values())
            print(f"| {count:,} claims | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--claims", type=int, nargs="+", default=[10, 100, 1000])
    asked = parser.parse_args()
    main(asked.records, asked.claims)
