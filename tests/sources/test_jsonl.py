"""Are the records that people write for ``grade`` read, and is the first bad line named?"""

from __future__ import annotations

import io
import json

import pytest

from evtrack.record import AbstractSection, MeshHeading, Record, RecordId
from evtrack.sources import jsonl
from evtrack.sources._json_text import Document
from evtrack.sources._protocol import Parsed, Read, SourceError


def parsed(*values: object) -> list[Parsed]:
    return list(jsonl.parse(io.BytesIO("\n".join(v if isinstance(v, str) else json.dumps(v) for v in values).encode())))


def record(value: object) -> Record:
    (read,) = parsed(value)
    assert isinstance(read, Read)
    return read.record


def test_everything_of_a_record_is_read() -> None:
    """Title, abstract, publication types and headings with qualifiers."""
    value = {
        "pmid": 90000041,
        "title": " An invented\n title ",
        "abstract": "METHODS: none.\nRESULTS: none. ",
        "publication_types": ["Letter", "Letter"],
        "mesh": ["Humans", "*Depression/therapy", ""],
        "else": 1,
    }
    assert record(value) == Record(
        id=RecordId("PMID:90000041"),
        source="pubmed",
        format="jsonl",
        title="An invented title",
        abstract=(AbstractSection("METHODS: none.\nRESULTS: none."),),
        publication_types=("Letter",),
        mesh=(MeshHeading("Humans"), MeshHeading("Depression", ("therapy",), True)),
    )


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"id": "90000041"}, "PMID:90000041"),
        ({"id": 90000041}, "PMID:90000041"),
        ({"id": "PMID:090000041"}, "PMID:90000041"),
        ({"id": "SYN-1", "pmid": "1"}, "SYN-1"),
        ({"id": None, "pmid": "90000041"}, "PMID:90000041"),
        ({"id": " ", "pmid": "90000041"}, "PMID:90000041"),
        ({"id": "NCT90000041"}, "NCT90000041"),
        ({}, ""),
        ({"id": None, "pmid": None}, ""),
    ],
)
def test_ids_are_kept_as_given(fields: dict[str, object], wanted: str) -> None:
    """Digits are a PubMed id; anything else is kept as it is; a record may have none."""
    assert record({"title": "t", **fields}).id == wanted


def test_nothing_but_a_title_is_needed() -> None:
    """The rest may be missing or null."""
    bare = record({"id": "x", "title": "", "abstract": None, "mesh": None, "publication_types": None})
    assert record({"title": "only"}).title == "only"
    assert (bare.title, bare.abstract, bare.mesh, bare.publication_types) == ("", (), (), ())


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{broken", "not JSON"),
        ("7", "must be an object, not int"),
        ('{"a": 1}', "neither a record nor a ClinicalTrials.gov study"),
        ('{"id": "x"}', 'no "title"'),
        ('{"title": "t", "id": true}', '"id" must be a text or a number'),
        ('{"title": "t", "pmid": "x1"}', "is no PubMed id"),
        ('{"title": 7, "id": "x"}', '"title" must be a text'),
        ('{"title": "t", "id": "x", "abstract": ["a"]}', '"abstract" must be a text'),
        ('{"title": "t", "id": "x", "mesh": "Humans"}', '"mesh" must be a list of texts'),
        ('{"title": "t", "id": "x", "publication_types": [1]}', '"publication_types" must be a list of texts'),
    ],
)
def test_a_bad_line_is_named(line: str, what: str) -> None:
    """The lines before it are given; then its number, what is wrong and the mend are told."""
    got: list[Parsed] = []
    with pytest.raises(SourceError, match="line 3: ") as error:
        got.extend(
            jsonl.parse(io.BytesIO(f'{{"id": "1", "title": "a"}}\n\n{line}\n{{"id": "2", "title": "b"}}\n'.encode()))
        )
    assert what in str(error.value)
    assert error.value.mend.startswith("one object a line")
    assert len(got) == 1


def test_a_list_will_do() -> None:
    """A JSON list of records is read, and a bad one is named by its number; raw bytes give the same record."""
    first, second = parsed(json.dumps([{"id": "a", "title": "a"}, {"title": "b", "id": "b"}], indent=1))
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    assert second.raw == b'{"id":"b","title":"b"}'
    assert parsed(second.raw.decode()) == [second]
    with pytest.raises(SourceError, match="record 2"):
        parsed(json.dumps([{"id": "a", "title": "a"}, 7]))


def test_texts_are_mended() -> None:
    """What no database takes is replaced, with a flag."""
    mended = record('{"id": "a\\u0000", "title": "\\ud800"}')
    assert (mended.id, mended.title) == ("a", "\ufffd")
    assert mended.parse_flags == ("nul_removed", "unpaired_surrogate")
    (read,) = jsonl.parse(io.BytesIO(b'{"id": "a", "title": "\xff"}'))
    assert isinstance(read, Read)
    assert read.record.parse_flags == ("bytes_not_understood",)


def test_nesting_without_end_is_told() -> None:
    """A record nested too deeply is a bad line, no crash."""
    value: object = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(SourceError, match="nested too deeply"):
        list(jsonl.records(Document({"id": "a", "title": "a", "else": value}, b"", "element 1")))
