"""Is the kind of a file told by its content, each kind read, and each fault named with place and mend?"""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from evtrack.files import FileProblem, kind_of, read_file, read_stream
from evtrack.record import Skipped
from evtrack.sources._protocol import Parsed, Read

DATA = Path(__file__).parent / "data"
STUDY = json.dumps({"protocolSection": {"identificationModule": {"nctId": "NCT90000051"}}})
RECORD = json.dumps({"id": "90000052", "title": "An invented title"})


def read(content: str | bytes, name: str = "-") -> list[Parsed]:
    return list(read_stream(io.BytesIO(content if isinstance(content, bytes) else content.encode()), name))


@pytest.mark.parametrize(("name", "count"), [("pubmed.xml", 5), ("records.nbib", 4), ("studies.json", 2)])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("misnamed", [False, True])
def test_each_kind_is_read_under_any_name(tmp_path: Path, name: str, count: int, packed: bool, misnamed: bool) -> None:
    """Content decides before the name, packed or not."""
    content = (DATA / name).read_bytes()
    path = tmp_path / ("download.txt" if misnamed else name + ".gz" * packed)
    path.write_bytes(gzip.compress(content) if packed else content)
    assert sum(isinstance(x, Read) for x in read_file(path)) == count
    assert list(read_file(str(path))) == list(read_file(DATA / name))


def test_studies_and_records_are_told_apart_by_their_content() -> None:
    """Lines with a protocolSection are studies, the others records for grade; one file may hold both."""
    study, record = read(f"{STUDY}\n{RECORD}\n", "x.jsonl")
    assert isinstance(study, Read)
    assert isinstance(record, Read)
    assert (study.record.format, record.record.format) == ("ctgov-json", "jsonl")
    assert isinstance(read(RECORD)[0], Read)
    assert isinstance(read(f"[{RECORD}]")[0], Read)


def test_a_broken_line_among_studies_is_skipped() -> None:
    """In a file of studies it costs itself; in one of records it is an error that names the line."""
    assert [type(x) for x in read(f"{STUDY}\ngarbage\n{STUDY}\n")] == [Read, Skipped, Read]
    with pytest.raises(FileProblem, match=r"in\.jsonl: line 2: not JSON") as problem:
        read(f"{RECORD}\ngarbage\n", "in.jsonl")
    assert (problem.value.path, problem.value.place, problem.value.code) == ("in.jsonl", "line 2", "bad_line")
    assert problem.value.mend


def test_pieces_from_a_pipe_are_read() -> None:
    """A stream that gives a few bytes at a time is read like a file."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.rest = (DATA / "pubmed.xml").read_bytes()

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            view = memoryview(buffer)  # type: ignore[arg-type] # any buffer
            piece, self.rest = self.rest[: min(7, len(view))], self.rest[min(7, len(view)) :]
            view[: len(piece)] = piece
            return len(piece)

    assert list(read_stream(io.BufferedReader(Pipe()), "-")) == list(read_file(DATA / "pubmed.xml"))


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xml", "empty"),
        (b" \n\n", "a.json", "empty"),
        (gzip.compress(b"", mtime=0), "a.xml.gz", "empty"),
        (b"PK\x03\x04...", "a.zip", "unknown_kind"),
        (b"%PDF-1.7", "a.xml", "unknown_kind"),
        (b"a letter", "a.txt", "unknown_kind"),
        (b"a letter", "-", "unknown_kind"),
        (b"a letter", "a.nbib", "not_medline"),
        (b"a letter", "a.json.gz", "not_json"),
        (b"a letter", "a.jsonl", "bad_line"),
        (b"<html><body>404</body></html>", "a.xml", "not_pubmed"),
        (b'{"header": {}}', "a.json", "bad_line"),
        (b'{"a": [1, 2', "a.json", "broken_off"),
    ],
)
def test_what_is_no_such_file_is_named(content: bytes, name: str, code: str) -> None:
    """Each fault has a code, the file's name and a mend or place."""
    with pytest.raises(FileProblem) as problem:
        read(content, name)
    assert problem.value.code == code
    assert str(problem.value).startswith(name)
    assert problem.value.mend or problem.value.place


@pytest.mark.parametrize(("name", "kind"), [("pubmed.xml", 6), ("records.nbib", 2)])
def test_a_cut_off_packed_file_gives_its_first_records(tmp_path: Path, name: str, kind: int) -> None:
    """The records before the break are given; the message names the file and the place."""
    path = tmp_path / f"{name}.gz"
    path.write_bytes(gzip.compress((DATA / name).read_bytes())[:-60])
    got: list[Parsed] = []
    with pytest.raises(FileProblem, match="of the packed file") as problem:
        got.extend(read_file(path))
    assert problem.value.code == "broken_off"
    assert problem.value.path == str(path)
    whole = list(read_file(DATA / name))
    assert got[:kind] == whole[:kind]


def test_files_that_cannot_be_opened_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, a folder, forbidden, or with a name no system takes: each is told, with its mend."""
    with pytest.raises(FileProblem, match="no such file") as problem:
        list(read_file(tmp_path / "none.xml"))
    assert problem.value.code == "missing"
    with pytest.raises(FileProblem, match="is a folder"):
        list(read_file(tmp_path))
    with pytest.raises(FileProblem, match="cannot be opened"):
        list(read_file("a\0b"))

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(FileProblem, match="may not be read"):
        list(read_file(tmp_path / "a.xml"))


def test_kind_of_a_head() -> None:
    """Marks decide first; without them the name does."""
    assert kind_of(b"\n <?xml", "x") == "xml"
    assert kind_of(b"[{", "x") == "json"
    assert kind_of(b"1\nPMID- 1", "x") == "medline"
    assert kind_of(b"?", "x.JSONL.gz") == "json"


def test_what_is_not_read_is_not_imported() -> None:
    """Reading studies loads neither lxml nor Bio: the start of the program stays short."""
    import subprocess

    code = f"import sys, io\nfrom evtrack.files import read_stream\nlist(read_stream(io.BytesIO({STUDY.encode()!r}), '-'))\nprint({{'lxml', 'Bio'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
