"""What does each reader promise of any bytes at all? One function a reader: it reads, and fails where the promise is broken."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from evtrack.files import FileProblem, read_stream
from evtrack.record import Deleted, Record, Skipped
from evtrack.sources import ctgov_json, jsonl, medline, pubmed_xml
from evtrack.sources._protocol import Parsed, Read
from evtrack.sources.bibliography import Bibliography, read_bibliography
from evtrack.store.document import load
from evtrack.store.reading import reading_of

Outcome = tuple[list[Parsed], tuple[str, str] | None]
"""What was read, and the code and the words of what it ended with."""


def whole(blocks: Iterable[bytes], name: str) -> Outcome:
    """What a file of this name says; of exceptions, only ``FileProblem`` may end it."""
    got: list[Parsed] = []
    try:
        got.extend(read_stream(_Stream(blocks), name))
    except FileProblem as problem:
        ended = problem.code, str(problem)
    else:
        return got, None
    assert ended[1].startswith(name)
    text(ended[1])
    return got, ended


class _Stream(io.BytesIO):
    """A stream that gives its bytes in these blocks and no others."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        super().__init__()
        self._blocks: Iterator[bytes] = iter(blocks)

    def read1(self, _size: int | None = -1, /) -> bytes:
        """The next block."""
        return next((b for b in self._blocks if b), b"")


def pieces(random: Random, content: bytes) -> list[bytes]:
    """The content in blocks of any lengths."""
    longest = random.choice((1, 2, 3, 7, 50, 5_000)) if len(content) < 5_000 else random.choice((40, 5_000))
    blocks, at = [], 0
    while at < len(content):
        length = random.randint(1, longest)
        blocks.append(content[at : at + length])
        at += length
    return blocks


def check_file(random: Random, content: bytes, name: str) -> Outcome:
    """Reads a file, one in eight in many blocks too: the same comes of both, all can be stored, what was skipped says why."""
    got, problem = whole([content], name)
    if random.random() < 0.125:
        again, other = whole(pieces(random, content), name)
        assert again == got, "in other blocks other records came"
        assert (other is None) == (problem is None)
        assert other is None or problem is None or other[0] == problem[0], f"{other} is not {problem}"
    for one in got:
        check_parsed(one)
    if random.random() < 0.125:
        for one in got:
            if isinstance(one, Read):
                check_alone(one)
    return got, problem


def check_parsed(parsed: Parsed) -> None:
    """A record can be stored, its bytes alone tell it again, and its bibliography is read; what was skipped has reason and bytes."""
    if isinstance(parsed, Skipped):
        assert parsed.where
        assert parsed.why
        assert parsed.raw
        text(parsed.where)
        text(parsed.why)
    elif isinstance(parsed, Deleted):
        assert parsed.id
    else:
        check_record(parsed)


def check_record(read: Read) -> None:
    """A record that was read can be stored as it is."""
    record, raw = read.record, read.raw
    assert raw
    reading = reading_of(record, raw)
    text(reading.document)
    for value in reading.row.values():
        if isinstance(value, str):
            text(value)
        elif isinstance(value, int):
            assert abs(value) < 2**63, f"{value} is beyond what a database holds"
    assert load(Record, reading.document) == record
    if "\\u" in reading.document:  # a lone half or a NUL would stand there as an escape
        plain(json.loads(reading.document))


def check_alone(read: Read) -> None:
    """A record's bytes alone tell the same record again, and its bibliography."""
    record, raw = read.record, read.raw
    bibliography = read_bibliography(raw, record.format)
    assert isinstance(bibliography, Bibliography)
    text(repr(bibliography))
    alone = list(_READERS[record.format]([raw]))
    assert len(alone) == 1
    again = alone[0]
    assert isinstance(again, Read)
    assert _unflagged(again.record) == _unflagged(record), "its bytes alone tell another record"


def _unflagged(record: Record) -> Any:
    """What it says, without what had to be mended: mended once, it needs no mending."""
    return {n: getattr(record, n) for n in Record.__dataclass_fields__ if n != "parse_flags"}


def _ctgov(blocks: Iterable[bytes]) -> Iterator[Parsed]:
    return ctgov_json.parse(io.BytesIO(b"".join(blocks)))


def _jsonl(blocks: Iterable[bytes]) -> Iterator[Parsed]:
    return jsonl.parse(io.BytesIO(b"".join(blocks)))


_READERS: dict[str, Any] = {
    "pubmed-xml": pubmed_xml.parse_blocks,
    "medline": medline.parse_blocks,
    "ctgov-json": _ctgov,
    "jsonl": _jsonl,
}


def text(said: str) -> None:
    """Any database and any terminal takes it: UTF-8, and no NUL."""
    said.encode()
    assert "\0" not in said, "a NUL"


def plain(value: Any) -> None:
    """The texts of a JSON value can be stored."""
    if isinstance(value, str):
        text(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            text(key)
            plain(inner)
    elif isinstance(value, list):
        for inner in value:
            plain(inner)
