"""What does a Word file say, and where? Its paragraphs in document order, with styles, lists and tables.

The standard library is enough: a docx is a zip of XML, and expat reads it piece by piece. No document type is let in,
so there are no entities to expand or to fetch (ECMA-376 part 2 forbids one).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from array import array
from dataclasses import dataclass, field
from xml.parsers import expat

from evtrack.audit.decoding import READS, check_size
from evtrack.audit.placed import MOST_TEXT, Block, PlacedText, Role, TooLarge
from evtrack.files import FileProblem

MOST_XML = 32 << 20
"""Bytes of all that is read, unpacked. A novel takes two million; what takes more is a bomb."""
_PARTS = re.compile(r"word/(?:footnotes|endnotes|header\d*|footer\d*)\.xml\Z")
_HEADING_STYLE = re.compile(r"(?:heading|見出し)\s*(?P<level>[1-9])\Z", re.IGNORECASE)
_STYLES: tuple[tuple[re.Pattern[str], tuple[Role, int]], ...] = (
    (re.compile(r"(?:title|表題)\Z", re.IGNORECASE), ("title", 0)),
    (re.compile(r"(?:list|箇条書き|段落番号)", re.IGNORECASE), ("list-item", 0)),
    (re.compile(r"(?:quote|intense quote|引用文)", re.IGNORECASE), ("quote", 0)),
)
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SAYS = re.compile(r"[^\W_]")

_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What zipfile raises of a file that is damaged: a ValueError where a part is said to begin before the file does."""


def read_docx(path: str, body: bytes) -> PlacedText:
    """The text of a Word file: the body, then notes, headers and footers; a line is a paragraph.

    Every ``w:p`` counts as a line, tables and text boxes included, in document order. Raises :class:`FileProblem` and
    :class:`TooLarge`.
    """
    check_size(path, body)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
            if "word/document.xml" not in names:
                raise FileProblem(path, "not a Word file: no word/document.xml", code="unknown_kind", mend=READS)
            parts = _Parts(path, archive)
            writer = _Writer(_styles(path, parts) if "word/styles.xml" in names else {})
            for name in ("word/document.xml", *sorted(filter(_PARTS.match, names), key=_order)):
                _Part(path, name, writer).read(parts.unpacked(name))
    except _DAMAGED as error:
        raise FileProblem(path, "the packed file is damaged", code="broken_packing", mend="save it anew") from error
    except RuntimeError as error:  # zipfile says so of a password
        raise FileProblem(path, "it is encrypted", code="unreadable", mend="save it without a password") from error
    return writer.text()


def _order(name: str) -> tuple[bool, str]:
    """Notes before headers and footers."""
    return "notes" not in name, name


class _Parts:
    """The parts of a file, unpacked one by one and never more than is allowed, whatever their headers say."""

    def __init__(self, path: str, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self._left = MOST_XML

    def unpacked(self, name: str) -> bytes:
        """One part."""
        with self._archive.open(name) as packed:
            part = packed.read(self._left + 1)
        self._left -= len(part)
        if self._left < 0:
            raise TooLarge(f"more than {MOST_XML} bytes, unpacked")
        return part


def _local(name: str) -> str:
    """An element's or attribute's name without its namespace, of which there are several (transitional, strict)."""
    return name.rpartition(" ")[2]


def _value(attributes: dict[str, str], wanted: str = "val") -> str:
    """The value of an attribute, ``""`` if it is not there."""
    return next((value for name, value in attributes.items() if _local(name) == wanted), "")


def _parser(path: str, name: str) -> expat.XMLParserType:
    """A parser that lets no document type in."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise FileProblem(path, f"{name} has a document type", code="unreadable", mend="save it anew")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(path: str, name: str, parser: expat.XMLParserType, xml: bytes) -> None:
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        what = f"{name} is not well-formed XML: {expat.errors.messages[error.code]}"
        raise FileProblem(path, what, code="unreadable", mend="save it anew") from error
    except LookupError as error:
        raise FileProblem(path, f"{name} is in an unknown encoding", code="unreadable", mend="save it anew") from error


def _styles(path: str, parts: _Parts) -> dict[str, tuple[Role, int]]:
    """What the paragraph styles of a file stand for, by their ids; styles that stand for nothing are left out."""
    found: dict[str, tuple[Role, int]] = {}
    style = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal style
        name = _local(tag)
        if name == "style":
            style = _value(attributes, "styleId")
        elif name == "name" and style:
            meant = _style(_value(attributes))
            if meant:
                found[style] = meant
        elif name == "outlineLvl" and style and (level := _outline_level(attributes)):
            found.setdefault(style, ("heading", level))

    parser = _parser(path, "word/styles.xml")
    parser.StartElementHandler = start
    _parse(path, "word/styles.xml", parser, parts.unpacked("word/styles.xml"))
    return found


def _style(name: str) -> tuple[Role, int] | None:
    """What a style's name says, in English or Japanese."""
    if heading := _HEADING_STYLE.match(name):
        return "heading", int(heading["level"])
    return next((meant for pattern, meant in _STYLES if pattern.match(name)), None)


def _outline_level(attributes: dict[str, str]) -> int:
    """The level of a heading, from 1; 0 for body text."""
    value = _value(attributes)
    return int(value) + 1 if value in set("012345678") and value else 0


class _Writer:
    """The text so far: paragraphs one under the other, each a line."""

    def __init__(self, styles: dict[str, tuple[Role, int]]) -> None:
        self.styles = styles
        self.rows = 0
        self._pieces: list[str] = []
        self._starts = array("q")
        self._blocks: list[Block] = []
        self._length = 0
        self._apart = True

    def add(self, paragraph: _Paragraph) -> None:
        """Add a paragraph; an empty one sets apart what comes next."""
        said = "".join(paragraph.pieces)
        self._starts.append(self._length)
        if _SAYS.search(said):
            role = paragraph.role
            if role == "text" and paragraph.row:
                role = "cell"
            elif role == "text" and paragraph.all_bold:
                role = "bold"
            place = self._length, self._length + len(said)
            apart = self._apart and role not in ("list-item", "cell")
            self._blocks.append(Block(*place, role, paragraph.level, paragraph.row, paragraph.column, apart))
        self._apart = not _SAYS.search(said)
        self._pieces.append(said + "\n")
        self._length += len(said) + 1
        if self._length > MOST_TEXT:
            raise TooLarge(f"more than {MOST_TEXT} characters of text")

    def text(self) -> PlacedText:
        """All that was added."""
        return PlacedText("".join(self._pieces), tuple(self._blocks), self._starts)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that is being read, and the cell that it stands in."""

    row: int
    column: int
    pieces: list[str] = field(default_factory=list)
    role: Role = "text"
    level: int = 0
    all_bold: bool = True


class _Part:
    """Reads one part of the file into the text."""

    def __init__(self, path: str, name: str, writer: _Writer) -> None:
        self._path = path
        self._name = name
        self._writer = writer
        self._open: list[_Paragraph] = []
        """A text box stands inside a paragraph and has paragraphs of its own."""
        self._waiting: list[_Paragraph] = []
        """Those whose order is known, but that may still go on."""
        self._unseen = 0
        self._in_text = self._bold = False
        self._row = self._column = 0
        self._outer: list[tuple[int, int]] = []

    def read(self, xml: bytes) -> None:
        """Read it all."""
        parser = _parser(self._path, self._name)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        _parse(self._path, self._name, parser, xml)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "p":
            paragraph = _Paragraph(self._row, self._column)
            self._open.append(paragraph)
            self._waiting.append(paragraph)
        elif name == "tbl":
            self._outer.append((self._row, self._column))
        elif name == "tr":
            self._writer.rows += 1
            self._row, self._column = self._writer.rows, -1
        elif name == "tc":
            self._column += 1
        elif name in _UNSEEN:
            self._unseen += 1
        elif self._open:
            self._inside(name, attributes, self._open[-1])

    def _inside(self, name: str, attributes: dict[str, str], paragraph: _Paragraph) -> None:
        """What stands in a paragraph: its style, its runs, their text."""
        if name == "t":
            self._in_text = not self._unseen
        elif name == "r":
            self._bold = False
        elif name == "b":
            self._bold = _value(attributes) not in ("0", "false", "off")
        elif name in _SIGNS and not self._unseen:
            paragraph.pieces.append(_SIGNS[name])
        elif name == "pStyle":
            paragraph.role, paragraph.level = self._writer.styles.get(_value(attributes), ("text", 0))
        elif name == "outlineLvl" and (level := _outline_level(attributes)):
            paragraph.role, paragraph.level = "heading", level
        elif name == "numId" and paragraph.role == "text" and _value(attributes) != "0":
            paragraph.role = "list-item"

    def _end(self, tag: str) -> None:
        name = _local(tag)
        if name == "t":
            self._in_text = False
        elif name == "p" and self._open:
            self._open.pop()
            if not self._open:
                for paragraph in self._waiting:
                    self._writer.add(paragraph)
                self._waiting.clear()
        elif name == "tbl" and self._outer:
            self._row, self._column = self._outer.pop()
        elif name in _UNSEEN:
            self._unseen -= 1

    def _say(self, said: str) -> None:
        if self._in_text and self._open:
            paragraph = self._open[-1]
            paragraph.pieces.append(said)
            if said.strip() and not self._bold:
                paragraph.all_bold = False


_UNSEEN = frozenset({"Fallback", "rt", "moveFrom"})
"""A second copy for old programs, the reading over a word, and what was moved elsewhere."""
