"""What are the units of a text: its headings, labels, list items, sentences and fragments, and what does each stand under?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evtrack.audit.lines import Piece, ends_like_sentence, is_summary, pieces_of
from evtrack.audit.placed import MOST_UNITS, Block, PlacedText, Role, TooLarge
from evtrack.audit.sentences import Span, sentence_spans
from evtrack.audit.unit import Unit, UnitKind

_QUOTED = re.compile(r"(?:「[^「」]*」|『[^『』]*』|“[^“”]*”)[。．.]?(?:[(（][^()（）]*[)）])?[。．.]?\Z")
_STOPPED = re.compile(r"[。｡．.！？!?…][」』）)\]”\"'’]*\Z")
_ELSEWHERE = re.compile(
    r"(?:こちら|一覧|お問い合わせ|もっと見る|詳しく見る|続きを読む|トップへ|ページ上部へ|へ戻る|[＞>»›])\Z"
    r"|\A(?:©|\([cC]\)|Copyright|〒|TEL|FAX|電話[:：]|医療法人\S{1,20}\s\S{1,20}(?:医院|クリニック|病院)\Z)"
)
_COUNTING = frozenset({"step", "both", "circled", "deep", "dot", "close", "letter"})
"""Styles that count: they lie below whatever heading stands before the first of them; signs lie beside bare lines."""
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|may|might|can|could|will|would|should|must|does|do|did|\w{3,}(?:ed|s))\b",
    re.IGNORECASE,
)


def units_of(placed: PlacedText) -> tuple[Unit, ...]:
    """The units of a text in order. Whatever says something is in exactly one; between them stand blanks, bullets and rulers.

    Raises :class:`TooLarge`.
    """
    if placed.text.count("\n") > MOST_UNITS:
        raise TooLarge(f"more than {MOST_UNITS} lines")
    marked = any(block.role == "heading" for block in placed.blocks)
    outline = _Outline(placed)
    for piece in pieces_of(placed, plain=not marked):
        outline.add(piece, sentence_spans(placed.text, piece.start, piece.end))
    return tuple(outline.units)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading above what comes next: how deep, in which style of number or sign, and its units."""

    level: int
    style: str
    units: tuple[int, ...]


class _Outline:
    """The units so far, and the headings and labels that the next one stands under."""

    def __init__(self, placed: PlacedText) -> None:
        self.units: list[Unit] = []
        self._placed = placed
        self._headings: list[_Heading] = []
        self._levels: dict[str, int] = {}
        self._label: int | None = None
        self._served: Role | None = None
        """What has stood under the label so far."""
        self._rows: dict[int, int] = {}
        self._columns: dict[int, int] = {}
        self._wide = {block.row for block in placed.blocks if block.row and block.column}

    def add(self, piece: Piece, spans: Iterable[Span]) -> None:
        """Add a piece's sentences."""
        block = self._placed.blocks[piece.block]
        if piece.role in ("heading", "title"):
            self._add_heading(piece, list(spans))
        elif block.row:
            self._add_cell(block, list(spans))
        elif piece.role == "label":
            self._label = self._append((piece.start, piece.end), "label", None)
            self._served = None
        else:
            if self._served and (piece.apart or (self._served == "list-item" and piece.role != "list-item")):
                self._label = None
            for span in spans:
                self._append(span, self._kind(piece, span), self._label)
            self._served = piece.role

    def _append(self, span: Span, kind: UnitKind, label: int | None) -> int:
        headings = tuple(i for heading in self._headings for i in heading.units)
        if len(self.units) >= MOST_UNITS:
            raise TooLarge(f"more than {MOST_UNITS} sentences")
        start, end = span
        text = self._placed.text[start:end]
        self.units.append(Unit(text, kind, start, end, self._placed.place(start, end), headings, label))
        return len(self.units) - 1

    def _add_heading(self, piece: Piece, spans: list[Span]) -> None:
        level = self._level(piece)
        while self._headings and self._headings[-1].level >= level:
            self._headings.pop()
        first = len(self.units)
        for span in spans:
            self._append(span, "heading", None)
        style = piece.mark or ("format" if piece.level else "plain")
        self._headings.append(_Heading(level, style, tuple(range(first, len(self.units)))))
        self._label = None
        self._columns.clear()

    def _level(self, piece: Piece) -> int:
        """How deep a heading is: as its format says, else by the order in which the styles of numbers first appear."""
        if piece.role == "title" or not (self.units or piece.level or piece.mark):
            return 0  # a bare line above all else is the title
        if piece.level:
            self._levels.clear()  # styles are ranked anew below each heading that the format marks
            return piece.level
        ranked = [h.level for h in self._headings if h.style != "plain"]
        if piece.mark in _COUNTING:
            return self._levels.setdefault(piece.mark, self._headings[-1].level + 1 if self._headings else 1)
        if piece.mark:
            return self._levels.setdefault(piece.mark, max(ranked, default=0) + 1)
        if ranked and is_summary(self._placed.text[piece.start : piece.end]):
            return ranked[0]
        return max(ranked, default=0) + 1

    def _add_cell(self, block: Block, spans: list[Span]) -> None:
        """A cell stands under the first cell of its row where that names the row, else under the head of its column."""
        self._label = None
        text = self._placed.text[block.start : block.end].strip()
        names_row = block.column == 0 and block.row in self._wide and len(text) <= 24 and not _is_sentence(text)
        if block.role == "label" or names_row:
            index = self._append((spans[0][0], spans[-1][1]), "label", None)
            if block.role == "label" and (block.column or block.row not in self._rows):
                self._columns[block.column] = index
            self._rows.setdefault(block.row, index)
            return
        label = self._rows.get(block.row, self._columns.get(block.column))
        for span in spans:
            self._append(span, "cell", label)

    def _kind(self, piece: Piece, span: Span) -> UnitKind:
        text = self._placed.text[span[0] : span[1]]
        sentence = _is_sentence(text)
        if not sentence and (piece.role == "navigation" or _ELSEWHERE.search(text)):
            return "list-item" if piece.role == "list-item" else "boilerplate"
        if piece.role in ("list-item", "quote"):
            return "list-item" if piece.role == "list-item" else "quote"
        if _QUOTED.match(text):
            return "quote"
        return "sentence" if sentence else "fragment"


def _is_sentence(text: str) -> bool:
    """Whether a text has a predicate, as far as its end (Japanese) or its words (English) show."""
    if ends_like_sentence(text):
        return True
    bare = text.rstrip("。｡．.！？!?…」』）)\"”' ")
    if not bare or not bare[-1].isascii():
        return False
    words = len(text.split())
    return words >= 3 and (_STOPPED.search(text) is not None or words >= 5) and _FINITE.search(text) is not None
