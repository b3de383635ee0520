"""Does anything a disk, a network or a person does to a file crash a reader? Only values and FileProblem may come out."""

from __future__ import annotations

import gzip
import io
import json
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.files import FileProblem, read_stream
from evtrack.record import Deleted, Record, Skipped
from evtrack.sources import ctgov_json
from evtrack.sources._protocol import Parsed, Read, SourceError

DATA = Path(__file__).parents[1] / "data"
FILES = {name: (DATA / name).read_bytes() for name in ("pubmed.xml", "records.nbib", "studies.json")}
LINES = b"\n".join(json.dumps(s).encode() for s in json.loads(FILES["studies.json"])["studies"])

CUTS = st.lists(
    st.tuples(
        st.integers(0, 20_000),
        st.sampled_from(("flip", "drop", "insert", "cut", "swap")),
        st.binary(min_size=1, max_size=9),
    ),
    max_size=6,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=9),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ("protocolSection", "studies", "identificationModule", "nctId", "id", "title", "statusModule", "x")
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def mangled(whole: bytes, cuts: list[tuple[int, str, bytes]]) -> bytes:
    for at, how, some in cuts:
        at %= len(whole) + 1
        if how == "flip":
            whole = whole[:at] + some[:1] + whole[at + 1 :]
        elif how == "drop":
            whole = whole[:at] + whole[at + 20 * len(some) :]
        elif how == "insert":
            whole = whole[:at] + some + whole[at:]
        elif how == "swap":
            whole = whole[at:] + whole[:at]
        else:
            whole = whole[:at]
    return whole


def read(content: bytes, name: str) -> list[Parsed]:
    """All that comes out; nothing but FileProblem may be raised, and whatever was read can be stored."""
    got: list[Parsed] = []
    with suppress(FileProblem):
        got.extend(read_stream(io.BytesIO(content), name))
    for each in got:
        assert isinstance(each, Read | Skipped | Deleted)
        if isinstance(each, Read):
            storable(each.record)
        elif isinstance(each, Skipped):
            assert each.where
            assert each.why
    return got


def storable(record: Record) -> None:
    text = repr((record.title, record.abstract_text, record.keywords, record.authors, record.journal))
    assert "\\x00" not in text
    assert "\\ud8" not in text
    str(record).encode()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FILES)), CUTS, st.booleans())
def test_mangled_files_never_crash(name: str, cuts: list[tuple[int, str, bytes]], packed: bool) -> None:
    """Flipped, lost, added and moved bytes give records, skipped records and a FileProblem, packed or not."""
    read(mangled(gzip.compress(FILES[name]), cuts) if packed else mangled(FILES[name], cuts), name)


@settings(max_examples=100, deadline=None)
@given(CUTS)
def test_mangled_lines_never_crash(cuts: list[tuple[int, str, bytes]]) -> None:
    """The same for JSON lines."""
    read(mangled(LINES, cuts), "studies.jsonl")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(FILES["pubmed.xml"])))
def test_no_record_before_a_cut_is_lost(keep: int) -> None:
    """Wherever an XML file is cut off, the records that were whole are the first of the whole file."""
    whole = [x for x in read(FILES["pubmed.xml"], "x") if isinstance(x, Read)]
    got = [x for x in read(FILES["pubmed.xml"][:keep], "x") if isinstance(x, Read)]
    assert got == whole[: len(got)]
    assert len(got) == sum(FILES["pubmed.xml"].index(x.raw) + len(x.raw) <= keep for x in whole)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(FILES["pubmed.xml"]) - 1), st.binary(min_size=1, max_size=1))
def test_no_record_vanishes_without_a_word(at: int, byte: bytes) -> None:
    """One byte changed anywhere: each of the eight records is read, skipped or deleted, or the file is refused."""
    whole = FILES["pubmed.xml"]
    got: list[Parsed] = []
    try:
        got.extend(read_stream(io.BytesIO(whole[:at] + byte + whole[at + 1 :]), "x"))
    except FileProblem:
        return
    assert len(got) >= 8


@settings(max_examples=200, deadline=None)
@given(st.lists(JSON, min_size=1, max_size=3), st.booleans())
def test_any_json_is_survived(values: list[object], by_line: bool) -> None:
    """Whatever JSON it is, it is read, skipped or refused in words."""
    text = "\n".join(map(json.dumps, values)) if by_line else json.dumps(values)
    read(text.encode(), "x.json")
    with suppress(SourceError):
        list(ctgov_json.parse(io.BytesIO(text.encode())))


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_protocol_section_is_survived(value: object) -> None:
    """Any value in any module of a study gives that study."""
    modules = (
        "statusModule",
        "designModule",
        "armsInterventionsModule",
        "outcomesModule",
        "conditionsModule",
        "referencesModule",
    )
    study = {"protocolSection": {"identificationModule": {"nctId": "NCT90000061"}, **dict.fromkeys(modules, value)}}
    (got,) = read(json.dumps(study).encode(), "x.json")
    assert isinstance(got, Read)
