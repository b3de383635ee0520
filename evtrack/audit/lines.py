"""Which lines of a text are headings, labels and list items, and which continue the line before?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from evtrack.audit.marks import mark_of
from evtrack.audit.placed import Block, PlacedText, Role

_ENDED = re.compile(r"[。｡．.！？!?‼⁉♪☆★…][」』）)】〕”\"'’\]]*[\u200b-\u200f\ufeff\ufe0f]*\Z")
_COLON = re.compile(r"[:：][\u200b-\u200f\ufeff]*\Z")
_SENTENCE_END = re.compile(
    r"[るうくすむぐいただんかよねず]\s*(?:[(（][^()（）]{1,60}[)）]|\[[\d,–-]{1,12}\]|[wｗ笑])?[」』）)】”\"'’]*[。｡．.！？!?…\s\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]*\Z"
)
_NOUN_END = re.compile(
    r"(?:うつ|さん|がん|けいれん|かいよう|よう|ほう|違い|疑い|扱い|思い|願い|めまい|祝い|匂い|におい|問い|勢い|狙い|払い|使い|うるおい|はり|方々|について|づくり|多く|全く|まとめ|おわりに|はじめに|さいごに|最後に)\Z"
)
_RUNS_ON = re.compile(
    r"(?:[、，,・／「『（(〜～-]|は|が|を|に|へ|と|の|も|や|で|て|から|より|まで|(?<!な)し|ば|ながら|という|および|または|そして|しかし|また|さらに|ため)\Z"
)
_TOPIC = re.compile(r"(?:について|とは|へ|には|に対して|はじめに|おわりに|最後に|さいごに|と)\Z")
_CANNOT_BEGIN = re.compile(r"[、。，．｡！？!?)）」』】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜～%％をゞヽ]")
_ENGLISH_RUNS_ON = re.compile(
    r"(?:\b(?:the|an?|of|and|or|in|on|to|for|with|by|from|that|which|is|are|was|were|as|at|than|not|no)|[,;–-])\Z",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"(?:まとめ|おわりに|最後に|さいごに|結論|参考文献|引用文献|はじめに|Summary|Conclusions?|References)\b",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:まとめ|おわりに|最後に|さいごに|はじめに|背景|目的|方法|結果|考察|結論|参考文献|引用文献|注意点|注意事項|副作用|リスク|メリット|デメリット"
    r"|Abstract|Introduction|Background|Objectives?|(?:Materials and )?Methods|Results|Discussion|Conclusions?|Summary|References|Limitations)\Z",
    re.IGNORECASE,
)
"""What is a heading wherever it stands alone on its line."""
_NO_HEADING = re.compile(r"[\t。]|[a-z)]\. +[A-Z]|\A[★☆]|[0-9０-９]円")
"""Rows, several sentences, a customer's stars, prices."""
_QUESTION = re.compile(r"\A[^？?！!]{2,30}[？?]\Z")

_ELSEWHERE = re.compile(
    r"(?:こちら|もっと見る|詳しく見る|続きを読む|トップへ|ページ上部へ|へ戻る)\Z|\A(?:©|\([cC]\)|Copyright|〒|TEL|FAX|電話[:：])"
)
_ROW = re.compile("[:：|｜]")
"""What parts a name from its value, in a line among others."""
_SAYS = re.compile(r"[^\W_]")

WIDEST_HEADING = 80
"""Code points of a heading or label; what is longer is prose."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text without its indent and bullet: ``text[start:end]``.

    ``apart``: a blank line or the border of a block stands before it. ``mark``: the style of its number or sign, and
    ``number`` what it counts.
    """

    start: int
    end: int
    indent: int
    block: int
    apart: bool
    role: Role
    level: int = 0
    mark: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One or several lines that belong together. ``level``: of a heading, 0 where only its neighbours tell."""

    start: int
    end: int
    role: Role
    apart: bool
    block: int
    level: int = 0
    mark: str = ""


def ends_like_sentence(text: str) -> bool:
    """Whether a Japanese text ends in a predicate: る, です, ない …, not in a noun or particle."""
    bare = text.rstrip()[-90:]
    return _SENTENCE_END.search(bare) is not None and _NOUN_END.search(bare.rstrip("。｡．.")) is None


def is_summary(text: str) -> bool:
    """Whether a heading is one that closes or opens a whole page (まとめ, References)."""
    return _SUMMARY.match(text) is not None


def pieces_of(placed: PlacedText, *, plain: bool) -> list[Piece]:
    """The pieces of a text in order; lines without a letter or digit are left out.

    ``plain``: the format marks no headings, so that short lines without a mark may be some.
    """
    return _Structure(placed.text, list(_lines(placed)), plain=plain).pieces()


def _lines(placed: PlacedText) -> Iterator[Line]:
    """The lines that say something, without indent and bullet."""
    for index, block in enumerate(placed.blocks):
        apart, at = block.apart, block.start
        for raw in _broken(placed, block):
            bare = raw.strip()
            start = at + len(raw) - len(raw.lstrip())
            at += len(raw) + 1
            if not _SAYS.search(bare):  # blank, or a ruler
                apart = True
                continue
            line = Line(start, start + len(bare), start - (at - len(raw) - 1), index, apart, block.role, block.level)
            yield _marked(placed.text, line) if block.role in ("text", "bold", "list-item", "quote") else line
            apart = False


def _broken(placed: PlacedText, block: Block) -> list[str]:
    """The lines of a block, broken where a reader sees it."""
    raw = placed.text[block.start : block.end]
    if not placed.soft:
        return raw.split("\n")
    ends = [at for m in re.finditer("\n", raw) if (at := m.start()) + block.start not in placed.soft]
    return [raw[start:end] for start, end in zip([0, *(e + 1 for e in ends)], [*ends, len(raw)], strict=True)]


def _marked(text: str, line: Line) -> Line:
    """The line with its mark; a bullet is taken off, since no one reads it out."""
    mark = mark_of(text, line.start, line.end)
    if mark is None:
        return line
    if mark.style != "bullet":
        return replace(line, mark=mark.style, number=mark.number)
    return replace(line, start=mark.end, mark="bullet", role="list-item" if line.role == "text" else line.role)


class _Structure:
    """What each line is, and which lines belong together; asks of a line what its neighbours are."""

    def __init__(self, text: str, lines: list[Line], *, plain: bool) -> None:
        self._text = text
        self._lines = lines
        self._plain = plain
        self._width = [0] * len(lines)
        self._fixed = [False] * len(lines)
        self._measure()
        self._joins = [False, *(self._continues(i) for i in range(1, len(lines)))]
        self._hold_quotations()

    def pieces(self) -> list[Piece]:
        """The pieces in order."""
        found: list[Piece] = []
        for i, line in enumerate(self._lines):
            if self._joins[i] and found:
                found[-1] = replace(found[-1], end=line.end)
                continue
            above: Role | None = found[-1].role if found else None
            role = self._role(i, above)
            found.append(Piece(line.start, line.end, role, line.apart, line.block, line.level, line.mark))
        return found

    # Wraps

    def _measure(self) -> None:
        """Columns of each line, and whether its paragraph was wrapped at a fixed width."""
        first = 0
        for i in range(1, len(self._lines) + 1):
            if i < len(self._lines) and self._same_paragraph(i):
                continue
            if i - first > 1:
                self._width[first:i] = [_columns(self._said(j)) for j in range(first, i)]
                widest = max(self._width[first:i])
                full = sum(w >= widest - 4 for w in self._width[first : i - 1])
                fixed = widest >= 40 and full >= 2 and full * 3 >= (i - first - 1) * 2
                self._fixed[first:i] = [fixed] * (i - first)
            first = i

    def _same_paragraph(self, i: int) -> bool:
        """Whether line ``i`` may go on with what stands in the line before."""
        line, before = self._lines[i], self._lines[i - 1]
        return not (line.apart or line.mark or line.block != before.block)

    def _continues(self, i: int) -> bool:
        """Whether line ``i`` continues the sentence of the line before."""
        if self._lines[i].block != self._lines[i - 1].block:
            return False
        if self._lines[i].role in ("title", "heading", "label"):
            return True
        if not self._same_paragraph(i):
            return False
        above, below = self._said(i - 1), self._said(i)
        if below[0] in "※*＊" or self._lines[i - 1].mark == "framed":
            return False
        if _CANNOT_BEGIN.match(below):
            return True
        if _ENDED.search(above) or _COLON.search(above):
            return False
        if "\t" in above or "\t" in below:  # rows of a table
            return False
        latin = above[-1].isascii()
        if latin and (below[0].islower() or _ENGLISH_RUNS_ON.search(above)):
            return True
        if not latin and _RUNS_ON.search(above) and not (_is_label(below)):
            return True
        if self._lines[i - 1].mark and self._lines[i].indent > self._lines[i - 1].indent:
            return not ends_like_sentence(above)  # the hanging lines of a list item
        wide = self._fixed[i] or (self._width[i - 1] >= 50 and _ENDED.search(below) is not None)
        room = self._width[i - 1] + _first_token(below)
        widest = max(self._width[i - 1], self._width[i])
        return wide and room > widest and not (ends_like_sentence(above) and not self._fixed[i])

    def _hold_quotations(self) -> None:
        """Join lines over which a quotation or bracket goes on, if it is closed soon."""
        for i in range(len(self._lines) - 1):
            wanted = _left_open(self._said(i)) if self._same_paragraph(i + 1) else ""
            if not wanted:
                continue
            for j in range(i + 1, min(i + 1 + _LONGEST_QUOTATION, len(self._lines))):
                if not self._same_paragraph(j):
                    break
                if _closes_first(self._said(j), wanted):
                    self._joins[i + 1 : j + 1] = [True] * (j - i)
                    break

    # Roles

    def _role(self, i: int, above: Role | None) -> Role:
        line = self._lines[i]
        if line.role not in ("text", "bold"):
            return line.role
        said = self._said(i)
        if line.mark:
            return self._marked_role(i, said)
        if above == "list-item" and line.indent and not line.apart:  # it hangs under the item
            return "list-item"
        if _is_label(said):
            return "label"
        if line.role == "bold":
            title = len(said) <= WIDEST_HEADING and not _ENDED.search(said) and not ends_like_sentence(said)
            return "heading" if title and self._followed(i) else "text"
        return "heading" if self._plain and self._plain_heading(i, said, above) else "text"

    def _marked_role(self, i: int, said: str) -> Role:
        mark = self._lines[i].mark
        if mark == "answer":
            return "text"
        if mark in ("chapter", "ask", "framed"):
            return "heading"
        if _ELSEWHERE.search(said):
            return "text"
        if mark[0] == "#" and not _ENDED.search(said):
            return "heading"
        if mark in "・･" or self._in_run(i) or not self._followed(i) or self._joins[i + 1]:
            return "list-item"
        if _COLON.search(said) and len(said) <= WIDEST_HEADING:
            return "label" if len(mark) == 1 else "heading"
        return "list-item" if _ENDED.search(said) or len(said) > WIDEST_HEADING else "heading"

    def _in_run(self, i: int) -> bool:
        """Whether the item before or after counts on in the same style: then both are items of a list."""
        here = self._lines[i]
        for step in (-1, 1):
            j = i + step
            while 0 <= j < len(self._lines) and abs(j - i) < _LONGEST_ITEM and self._hangs(j, here):
                j += step
            if 0 <= j < len(self._lines):
                there = self._lines[j]
                counts = there.number == here.number + step or not (there.number or here.number)
                if there.mark == here.mark and counts:
                    return True
        return False

    def _hangs(self, j: int, item: Line) -> bool:
        """Whether line ``j`` goes on with an item: joined to it, or indented farther."""
        line = self._lines[j]
        return self._joins[j] or not (line.mark or line.apart or line.indent <= item.indent)

    def _followed(self, i: int) -> bool:
        """Whether anything stands below that a heading could be of."""
        return i + 1 < len(self._lines)

    def _plain_heading(self, i: int, said: str, above: Role | None) -> bool:
        """Whether a line without any mark is a heading: short, no sentence, something below it, and set apart."""
        line = self._lines[i]
        if not self._followed(i) or self._joins[i] or self._joins[i + 1]:
            return False
        if len(said) > WIDEST_HEADING or _NO_HEADING.search(said) or _ELSEWHERE.search(said):
            return False
        below = self._lines[i + 1]
        free = line.apart or above in (None, "heading", "title")
        if _ENDED.search(said):  # a short question over its answer
            return free and not below.apart and _QUESTION.search(said) is not None
        if _SECTION.match(said):
            return True
        if said[-1].isascii():
            if said[0].islower():
                return False
        elif not _TOPIC.search(said) and (ends_like_sentence(said) or _RUNS_ON.search(said)):
            return False
        if below.apart or above is None:
            return line.apart or above is None
        return not _ROW.search(said) and self._leads(said, self._said(i + 1), below, free=free)

    def _leads(self, said: str, after: str, below: Line, *, free: bool) -> bool:
        """Whether a short line leads to the one right below: to a list, a label, a sentence, or something much longer."""
        if below.mark or _is_label(after):
            return _columns(said) <= (60 if free else 40)
        if not free:
            return _columns(said) <= 20 and len(after) > 2 * len(said)
        prose = _ENDED.search(after) is not None or ends_like_sentence(after) or len(after) > 2 * len(said)
        return prose and _columns(said) <= 60

    def _said(self, i: int) -> str:
        return self._text[self._lines[i].start : self._lines[i].end]


def _is_label(said: str) -> bool:
    """Whether a line is a label: it ends in a colon and is short."""
    if not _COLON.search(said) or "。" in said:
        return False
    return len(said) <= 40 if not said.isascii() else len(said) <= 60 and said.count(" ") <= 6


def _columns(said: str) -> int:
    """Columns on a screen: East Asian characters are two wide."""
    if said.isascii():
        return len(said)
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in said)


def _first_token(said: str) -> int:
    """Columns that the least that can be put on a line takes: a Latin word with its blank, or three Japanese characters."""
    word = re.match(r"[!-~]+", said)
    return len(word[0]) + 1 if word else 6  # kinsoku moves up to two characters along


_LONGEST_ITEM = 8
"""Lines of one item of a list."""
_LONGEST_QUOTATION = 8
"""Lines. A quotation that is not closed by then was not meant to go on."""
_CLOSING = {"「": "」", "『": "』", "(": ")", "（": "）", "“": "”"}
_BRACKET = re.compile("[「『(（“」』)）”]")


def _left_open(said: str) -> str:
    """The sign that would close what a line leaves open; ``""`` if nothing is."""
    stack: list[str] = []
    for sign in _BRACKET.findall(said):
        if sign in _CLOSING:
            stack.append(_CLOSING[sign])
        elif stack and stack[-1] == sign:
            stack.pop()
    return stack[-1] if stack else ""


def _closes_first(said: str, wanted: str) -> bool:
    """Whether ``wanted`` stands in a line before its own opening sign does."""
    at = said.find(wanted)
    opening = next(o for o, c in _CLOSING.items() if c == wanted)
    return at >= 0 and opening not in said[:at]
