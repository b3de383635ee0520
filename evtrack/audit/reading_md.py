"""What does a Markdown file say, and where? Its marks are taken off; code blocks and comments are not read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from evtrack.audit.placed import PlacedText, Role, Weaver

Span = tuple[int, int]

_FRONT = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*\n(?P<body>(?:(?!---|\+\+\+|\.\.\.).*+\n)*+)(?:---|\+\+\+|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FRONT_VALUE = re.compile(
    r"^(?P<key>title|description|summary|excerpt|subtitle)[ \t]*[:=][ \t]*(?P<quote>[\"']?)(?P<value>[^\n]*)(?P=quote)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTE = re.compile(r" {0,3}>[ \t]?")
_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[^`\n]*\Z")
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})(?:[ \t]++(?P<text>.*))?\Z")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*\Z")
_RULER = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
"""Of a bullet list alone: a numbered line may be an item or a heading, and its neighbours tell, as in plain text."""
_DEFINITION = re.compile(
    r" {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*\S+(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^)\n]*\)))?[ \t]*\Z"
)
_NOTE = re.compile(r" {0,3}\[\^[^\]\n]{1,60}\]:[ \t]*")
_DIVIDER = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+\Z")
_CELL = re.compile(r"(?:[^|\\\n]|\\.)+")
_BOLD = re.compile(r"[ \t]*(?P<mark>\*\*|__)(?=\S)[^*_\n]+(?P=mark)[ \t]*\Z")
_IMAGE_TEXT = re.compile(r"\balt\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')", re.IGNORECASE)
_INLINE = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`[^`\n]+`)"
    # Nothing is given back (}+): links and pictures in an open bracket could each be read in several ways, and all be tried.
    r"|(?P<open>!?\[(?=(?:[^\[\]\n]|\[[^\[\]\n]{0,200}\](?:\([^()\n]{0,500}\))?){0,300}+\][(\[]))"
    r"|(?P<close>\](?:\((?:[^()\n]|\([^()\n]{0,200}\)){0,1000}\)|\[[^\[\]\n]{0,200}\]))"
    r"|(?P<note>\[\^[^\]\s]{1,60}\])"
    r"|<(?P<address>https?://[^<>\s]{1,2000}|[^<>@\s]{1,100}@[^<>@\s]{1,100})>"
    r"|(?P<tag></?[A-Za-z][^<>]{0,2000}>)"
    r"|(?P<reference>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<mark>\*{1,3}|_{1,3}|~~)"
    r"|(?P<hidden>\0+)"
    r"|[^\\`!\[\]<&*_~\0]+|."
)


_BLANK = " \t\u3000\0"


def read_md(source: str) -> PlacedText:
    """The text of a Markdown file with its blocks."""
    reader = _Reader(source)
    reader.read()
    return reader.weaver.text()


def _unmarked(heading: str) -> str:
    """A heading's text without the marks that may close it."""
    text = heading.rstrip(" \t")
    before = text.rstrip("#")
    return text if before.strip() and before[-1] not in " \t" else before.rstrip(" \t")


_HIDDEN = "\0"
"""Stands for what a reader does not see; no text that is read has one of its own."""


def _without_comments(source: str) -> str:
    """The source with comments, scripts and styles hidden, every character else at its place."""
    parts: list[str] = []
    at = 0
    for opening, closing in (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>")):
        while (start := source.find(opening, at)) >= 0 and (end := source.find(closing, start)) >= 0:
            end += len(closing)
            parts += source[at:start], re.sub(r"[^\n]", _HIDDEN, source[start:end])
            at = end
        source, parts, at = "".join((*parts, source[at:])), [], 0
    return source


class _Reader:
    """Reads one file line by line; a block is closed by whatever cannot belong to it."""

    def __init__(self, source: str) -> None:
        self._source = _without_comments(source)
        self.weaver = Weaver(self._source)
        self._role: Role = "text"
        self._apart = True
        self._row = 0
        self._paragraph: list[Span] = []
        """The lines of the block that is open, held until it is known what it is."""

    def read(self) -> None:
        """Read it all."""
        at = self._front_matter()
        fence = ""
        lines = list(self._lines(at))
        in_table = False
        for i, (start, end) in enumerate(lines):
            line = self._source[start:end]
            if fence:
                if line.strip().startswith(fence) and not line.strip(" \t`~"):
                    fence = ""
                continue
            if opened := _FENCE.match(line):
                self._flush()
                fence = opened["fence"]
                continue
            divides = "|" in line and i + 1 < len(lines) and self._divides(lines[i + 1])
            if divides and not in_table:
                self._flush()
                in_table = True
                self._cells(start, end, "label")
            elif in_table and "|" in line:
                if not _DIVIDER.match(line):
                    self._cells(start, end, "cell")
            else:
                in_table = False
                self._line(start, end)
        self._flush()

    def _lines(self, at: int) -> Iterator[Span]:
        while at < len(self._source):
            end = self._source.find("\n", at)
            end = len(self._source) if end < 0 else end
            yield at, end
            at = end + 1

    def _divides(self, line: Span) -> bool:
        return _DIVIDER.match(self._source[slice(*line)]) is not None

    def _front_matter(self) -> int:
        """Say the title and description that stand before the text; where the text begins."""
        front = _FRONT.match(self._source)
        if front is None:
            return 0
        for value in _FRONT_VALUE.finditer(self._source, *front.span("body")):
            text, start = value["value"].rstrip(" \t"), value.start("value")
            if text.strip(" >|-"):
                self.weaver.take(start, start + len(text))
                self.weaver.close("title" if value["key"].lower() == "title" else "text")
        return front.end()

    # Blocks

    def _line(self, start: int, end: int) -> None:
        """Take one line in, outside of tables and code."""
        quoted = False
        while mark := _QUOTE.match(self._source, start, end):
            start, quoted = mark.end(), True
        line = self._source[start:end]
        role: Role = "quote" if quoted else "text"
        if not line.strip(_BLANK):
            self._flush()
            self._apart = True
        elif heading := _HEADING.match(line):
            self._flush()
            if text := _unmarked(heading["text"] or ""):
                begin = start + heading.start("text")
                self._hold(begin, begin + len(text))
                self._flush("heading", len(heading["level"]))
        elif self._paragraph and self._role == "text" and _UNDERLINE.match(line):
            self._flush("heading", 1 if "=" in line else 2)
        elif _RULER.match(line) or _DEFINITION.match(line):
            self._flush()
        elif item := _ITEM.match(line):
            self._flush()
            self._role = "list-item"
            self._hold(start + item.end(), end)
        else:
            if note := _NOTE.match(line):
                self._flush()
                start += note.end()
            if not self._paragraph or (quoted and self._role != "quote"):
                self._flush()
                self._role = role
            self._hold(start, end)

    def _hold(self, start: int, end: int) -> None:
        if self._source[start:end].strip(_BLANK):
            self._paragraph.append((start, end))

    def _flush(self, role: Role | None = None, level: int = 0) -> None:
        """Say the block that is open."""
        lines, self._paragraph = self._paragraph, []
        role, self._role = role or self._role, "text"
        if not lines:
            return
        bold = role == "text" and len(lines) == 1 and _BOLD.match(self._source[slice(*lines[0])])
        for start, end in lines:
            if self.weaver.in_block:
                self.weaver.show("\n", start - 1, start)
            self._inline(start, end)
        apart = self._apart and role != "list-item"
        self._apart = False
        self.weaver.close("bold" if bold else role, level=level, apart=apart)

    def _cells(self, start: int, end: int, role: Role) -> None:
        """Say a row of a table."""
        self._row += 1
        cells = [c.span() for c in _CELL.finditer(self._source, start, end)]
        if cells and not self._source[slice(*cells[0])].strip() and self._source[start:end].lstrip()[:1] == "|":
            cells = cells[1:]  # the indent of the row
        for column, cell in enumerate(cells):
            self._inline(*cell)
            self.weaver.close(role, row=self._row, column=column, apart=False)

    # What stands in a line

    def _inline(self, start: int, end: int) -> None:
        """Say a line without its marks."""
        while start < end and self._source[start] in _BLANK:
            start += 1
        for match in _INLINE.finditer(self._source, start, end):
            kind = match.lastgroup
            if kind == "escape":
                self.weaver.take(match.start() + 1, match.end())
            elif kind == "code":
                self.weaver.take(match.start() + 1, match.end() - 1)
            elif kind == "address":
                self.weaver.take(*match.span(kind))
            elif kind == "tag":
                self._tag(match)
            elif kind == "reference":
                self.weaver.show(html.unescape(match[0]), *match.span())
            elif kind is None or (kind == "mark" and not self._emphasis(match, start, end)):
                self.weaver.take(*match.span())

    def _tag(self, match: re.Match[str]) -> None:
        """A tag of HTML shows nothing, but a picture its alternative text."""
        name = match[0][1:4].lower()
        if name == "br>" or name == "br/" or name == "br ":
            if self.weaver.in_block:
                self.weaver.show("\n", *match.span())
        elif name == "img":
            text = _IMAGE_TEXT.search(self._source, *match.span())
            if text and text.lastgroup:
                self.weaver.take(*text.span(text.lastgroup))

    def _emphasis(self, match: re.Match[str], start: int, end: int) -> bool:
        """Whether asterisks or underscores are marks: they touch a word, and do not stand inside a number or name."""
        before = self._source[match.start() - 1] if match.start() > start else " "
        after = self._source[match.end()] if match.end() < end else " "
        if before.isspace() and after.isspace():
            return False
        inside = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        return not inside or (len(match[0]) > 1 and match[0][0] != "_")
