"""What of a file goes into the store together? Read ahead of it, a large file in a process of its own; so this is light."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from evtrack.files import FileProblem, read_file
from evtrack.grade.fields import record_fields
from evtrack.grade.patterns import PatternSet
from evtrack.grade.text import GradingText
from evtrack.record import Deleted, Record, RecordId, Skipped
from evtrack.spread import Ahead
from evtrack.store.reading import Reading, reading_of

BATCH = 50
"""Records handed over and kept at once; with their bytes some 1 MB, so that memory stays bounded whatever the file's size."""

WORTH = 4_000_000
"""Bytes of a file from which a process that reads it earns its start of a third of a second."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of a file: readings, each with whether a claim may ask for it, and what else stood between them."""

    readings: list[tuple[Reading, bool]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    deleted: list[RecordId] = field(default_factory=list)


def begin(path: str, asked_first: PatternSet) -> Ahead[Batch]:
    """Begin to read a file; a record in which nothing of ``asked_first`` fires is no claim's (``Grader.asked_first``)."""
    return Ahead(read_batches, path, asked_first, elsewhere=_worth_a_process(path))


def _worth_a_process(path: str) -> bool:
    """Whether the file is large, there is a processor free, and another process can open what this one is given.

    It cannot open what the shell did: ``<(zcat …)``, ``/dev/stdin``.
    """
    if path.startswith(("/dev/", "/proc/")) or (os.cpu_count() or 1) < 2:
        return False
    file = Path(path)
    return file.is_file() and file.stat().st_size >= WORTH


def read_batches(path: str, asked_first: PatternSet) -> Iterator[Batch]:
    """What a file holds, made ready for the store. Raises ``FileProblem`` after what stands before the fault."""
    batch = Batch()
    problem: FileProblem | None = None
    try:
        for one in read_file(path):
            if isinstance(one, Skipped):
                batch.skipped.append(one)
            elif isinstance(one, Deleted):
                batch.deleted.append(one.id)
            else:
                _refuse_jsonl(path, one.record)
                asked = bool(asked_first.fired(GradingText(record_fields(one.record)).encoded))
                batch.readings.append((reading_of(one.record, one.raw), asked))
                if len(batch.readings) >= BATCH:
                    yield batch
                    batch = Batch()
    except FileProblem as error:
        problem = error
    yield batch
    if problem:
        raise problem


def _refuse_jsonl(path: str, record: Record) -> None:
    """Records written for ``grade`` have no service's word behind them and do not enter the store."""
    if record.format == "jsonl":
        mend = "load reads what PubMed and ClinicalTrials.gov give"
        raise FileProblem(path, "records for evtrack grade", code="for_grade", mend=mend)
