"""Where in its file does each character of a text stand? Readers weave the text from slices of the source, with a map back."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evtrack.audit.unit import Place

MOST_TEXT = 2_000_000
"""Code points: a thousand pages. What has more is no page; the bound keeps memory and time in hand."""
MOST_UNITS = 200_000
"""Units, and lines: three times what so long a text has."""


class TooLarge(Exception):  # noqa: N818 (a bound that a file is beyond, told to its reader as a FileProblem)
    """A file has more text, lines or units than is read: ``what`` says which bound was passed."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


Role = Literal["text", "title", "heading", "bold", "list-item", "label", "cell", "quote", "navigation"]
"""What a format says of a block. ``text``: nothing, its lines decide; ``bold``: all of it stands in bold type."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text that a format sets apart; no unit crosses its border.

    ``level``: depth of a heading, 1 the highest. ``row``: the table's row that a cell belongs to, counted through the
    document. ``column``: of a cell, from 0. ``apart``: nothing ties it to the block before, as a blank line does not.
    """

    start: int
    end: int
    role: Role = "text"
    level: int = 0
    row: int = 0
    column: int = 0
    apart: bool = True


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text, its blocks in order, and the way back to the source. Offsets are in code points."""

    text: str
    blocks: tuple[Block, ...]
    line_starts: Sequence[int]
    """Offsets in the source at which a line begins; the first is 0."""
    runs: tuple[array[int], array[int], array[int]] | None = None
    """Of each run: its start in the text, its start and end in the source. ``None``: the text is the source."""
    soft: frozenset[int] = frozenset()
    r"""Offsets of each ``\n`` in the text that is a mere blank: the source was broken there, and a browser goes on."""

    def place(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``, which is not empty."""
        at, until = self._source(start)[0], self._source(end - 1)[1]
        line, end_line = bisect_right(self.line_starts, at), bisect_right(self.line_starts, until - 1)
        return Place(
            line,
            at - self.line_starts[line - 1] + 1,
            end_line,
            until - self.line_starts[end_line - 1] + 1,
        )

    def _source(self, offset: int) -> tuple[int, int]:
        """Start and end in the source of the one character at ``offset``."""
        if self.runs is None:
            return offset, offset + 1
        in_text, in_source, source_end = self.runs
        run = bisect_right(in_text, offset) - 1
        length = (in_text[run + 1] if run + 1 < len(in_text) else len(self.text)) - in_text[run]
        if length == source_end[run] - in_source[run]:  # the source's own characters, one by one
            at = in_source[run] + offset - in_text[run]
            return at, at + 1
        return in_source[run], source_end[run]  # an entity, or white space that collapsed


def line_starts(source: str) -> array[int]:
    r"""The offsets at which the lines of a source begin; its line breaks are ``\n`` alone."""
    starts = array("q", [0])
    at = source.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.find("\n", at + 1)
    return starts


class Weaver:
    """Puts a :class:`PlacedText` together from a source, piece by piece and in the order in which it is read."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._pieces: list[str] = []
        self._runs = (array("q"), array("q"), array("q"))
        self._blocks: list[Block] = []
        self._soft: set[int] = set()
        self._open_at = self._open_piece = 0
        self.length = 0
        """Of the text so far."""

    @property
    def in_block(self) -> bool:
        """Whether the block that is open has any text."""
        return self.length > self._open_at

    @property
    def last(self) -> str:
        """The last character, ``""`` at the start of a block."""
        return self._pieces[-1][-1] if self.in_block else ""

    def open_text(self) -> str:
        """The text of the block that is open."""
        return "".join(self._pieces[self._open_piece :])

    def take(self, start: int, end: int) -> None:
        """Add ``source[start:end]`` as it stands."""
        if end > start:
            self.show(self._source[start:end], start, end)

    def show(self, text: str, start: int, end: int) -> None:
        """Add ``text``, which stands for ``source[start:end]``: what an entity means, or one blank for many."""
        if not text:
            return
        in_text, in_source, source_end = self._runs
        plain = len(text) == end - start
        follows = (
            plain
            and in_text
            and source_end[-1] == start
            and self.length - in_text[-1] == source_end[-1] - in_source[-1]
        )
        if follows:
            source_end[-1] = end
        else:
            in_text.append(self.length)
            in_source.append(start)
            source_end.append(end)
        self._pieces.append(text)
        self.length += len(text)
        if self.length > MOST_TEXT:
            raise TooLarge(f"more than {MOST_TEXT} characters of text")

    def blank(self, start: int, end: int) -> None:
        """Add one blank for the white space ``source[start:end]``; a broken line stays one, so that it can be told from a blank."""
        broken = self._source.find("\n", start, end) >= 0
        if broken:
            self._soft.add(self.length)
        self.show("\n" if broken else " ", start, end)

    def close(self, role: Role = "text", *, level: int = 0, row: int = 0, column: int = 0, apart: bool = True) -> bool:
        """End the block that is open, if it has any text, and tell whether it had."""
        if not self.in_block:
            return False
        if len(self._blocks) >= MOST_UNITS:
            raise TooLarge(f"more than {MOST_UNITS} lines")
        self._blocks.append(Block(self._open_at, self.length, role, level, row, column, apart))
        at = self._runs[2][-1]
        self.show("\n", at, at)  # between blocks; it stands for nothing in the source
        self._open_at, self._open_piece = self.length, len(self._pieces)
        return True

    def text(self) -> PlacedText:
        """All that was added."""
        self.close()
        starts = line_starts(self._source)
        return PlacedText("".join(self._pieces), tuple(self._blocks), starts, self._runs, frozenset(self._soft))
