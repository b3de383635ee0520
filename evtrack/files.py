"""What is in this file? Tells PubMed XML, MEDLINE, studies and records for ``grade`` apart, and reads each, packed or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

if TYPE_CHECKING:
    from evtrack.sources._protocol import Parsed

Kind = Literal["xml", "medline", "json"]

_READS = (
    "evtrack reads PubMed XML, MEDLINE (.nbib, .txt), ClinicalTrials.gov v2 JSON, and JSONL records, each also with .gz"
)
_PACKED: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\xfd7zXZ\x00", "packed with xz"),
    (b"BZh", "packed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"%PDF", "a PDF"),
)


class FileProblem(Exception):  # noqa: N818 (the word people use; it is shown to them as it is)
    """A file that cannot be read (on): its path, where in it, what is wrong, and how to mend it. Exit code 2.

    ``code``: one of :class:`SourceError`, or ``missing``, ``folder``, ``forbidden``, ``empty``, ``unknown_kind``.
    """

    def __init__(self, path: str, what: str, *, code: str, place: str = "", mend: str = "") -> None:
        super().__init__(": ".join(filter(None, (path, place, what, mend))))
        self.path = path
        self.place = place
        self.what = what
        self.mend = mend
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        """As it was made: it may be met in another process than the one that tells it."""
        made = partial(FileProblem, code=self.code, place=self.place, mend=self.mend)
        return made, (self.path, self.what), self.__dict__


def read_file(path: str | Path) -> Iterator[Parsed]:
    """Every record of a file, one at a time. Raises :class:`FileProblem`, after the records that stand before the fault."""
    with _opened(Path(path)) as stream:
        yield from read_stream(stream, str(path))


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise FileProblem(str(path), "no such file", code="missing", mend="check the path") from error
    except IsADirectoryError as error:
        raise FileProblem(str(path), "is a folder", code="folder", mend="name the files in it") from error
    except PermissionError as error:
        raise FileProblem(str(path), "may not be read", code="forbidden", mend="check its permissions") from error
    except (OSError, ValueError) as error:  # a name too long, or with a NUL
        raise FileProblem(str(path), f"cannot be opened: {error}", code="unreadable", mend="check the path") from error


def read_stream(stream: BinaryIO, name: str) -> Iterator[Parsed]:
    """Every record of a stream; ``name`` stands in the messages and helps where the content leaves a doubt."""
    from evtrack.sources._protocol import SourceError
    from evtrack.sources._stream import as_utf8, head_of, raw_blocks, unpacked

    try:
        head, blocks = head_of(as_utf8(unpacked(raw_blocks(stream))))
        yield from _READERS[kind_of(head, name)](blocks, name)
    except SourceError as error:
        raise FileProblem(name, error.what, code=error.code, place=error.place, mend=error.mend) from error


def kind_of(head: bytes, name: str) -> Kind:
    """The kind of a file, by its first bytes (unpacked, as UTF-8), then by its name. Raises :class:`FileProblem`."""
    start = head.lstrip()
    if not start:
        raise FileProblem(name, "the file is empty", code="empty", mend="get it again")
    for mark, what in _PACKED:
        if start.startswith(mark):
            raise FileProblem(name, f"it is {what}", code="unknown_kind", mend=f"unpack it first; {_READS}")
    if start.startswith(b"<"):
        return "xml"
    if start.startswith((b"{", b"[")):
        return "json"
    if start.startswith(b"PMID-") or b"\nPMID-" in start:
        return "medline"
    ending = name.lower().removesuffix(".gz").rsplit(".", 1)[-1]
    if ending in ("json", "jsonl"):
        return "json"
    if ending == "nbib":
        return "medline"
    raise FileProblem(name, "neither its content nor its name says what it is", code="unknown_kind", mend=_READS)


def _xml(blocks: Iterable[bytes], name: str) -> Iterator[Parsed]:  # noqa: ARG001 (all readers are called alike)
    from evtrack.sources import pubmed_xml

    return pubmed_xml.parse_blocks(blocks)


def _medline(blocks: Iterable[bytes], name: str) -> Iterator[Parsed]:  # noqa: ARG001 (all readers are called alike)
    from evtrack.sources import medline

    return medline.parse_blocks(blocks)


def _json(blocks: Iterable[bytes], name: str) -> Iterator[Parsed]:
    """Studies and records for ``grade`` are told apart value by value, by ``protocolSection``."""
    from evtrack.sources import ctgov_json, jsonl
    from evtrack.sources._json_text import documents

    by_line = name.lower().removesuffix(".gz").endswith(".jsonl")
    any_study = False
    for document in documents(blocks, by_line):
        if ctgov_json.holds_studies(document) or (document.error and any_study):
            any_study = True
            yield from ctgov_json.studies(document)
        else:
            yield from jsonl.records(document)


_READERS = {"xml": _xml, "medline": _medline, "json": _json}
