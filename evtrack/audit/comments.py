"""What does a text say to the audit itself? Comments of HTML and Markdown, and lines of plain text, that begin with ``evtrack:``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from evtrack.audit.html_tags import Span, Tag, comment_end, tokens
from evtrack.audit.placed import Block, PlacedText, Weaver, line_starts
from evtrack.audit.unit import Comment, Place

_SAYS = re.compile(r"\s*(?P<said>evtrack:.*?)\s*\Z", re.DOTALL)
_LINE = re.compile(r"^[ \t]*(?:#|//|%|;)?[ \t]*(?P<said>evtrack:[^\n]*?)[ \t]*$", re.MULTILINE)
_OPENING, _CLOSING = "<!--", "-->"
_CODE_OR_COMMENT = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*(?:\n(?![ \t]*(?P=fence)).*)*(?:\n.*)?"
    r"|(?P<ticks>`{1,3})(?!`)[^`\n]+(?P=ticks)(?!`)"
    r"|(?P<comment><!--[\s\S]*?-->)",
    re.MULTILINE,
)


def html_comments(source: str) -> tuple[Comment, ...]:
    """Those of a page; nothing inside a script, a style or an attribute is a comment."""
    return _said(source, _between(source)) if "evtrack:" in source else ()


def md_comments(source: str) -> tuple[Comment, ...]:
    """Those of a Markdown file; what stands in code only shows how one is written."""
    return _said(source, _outside_code(source)) if "evtrack:" in source else ()


def txt_comments(source: str) -> tuple[PlacedText, tuple[Comment, ...]]:
    """A plain text without its lines for the audit, and those lines."""
    lines = list(_LINE.finditer(source)) if "evtrack:" in source else []
    starts = line_starts(source)
    if not lines:
        return PlacedText(source, (Block(0, len(source)),), starts), ()
    weaver = Weaver(source)
    at = 0
    for line in lines:
        weaver.take(at, line.start())
        at = min(line.end() + 1, len(source))
    weaver.take(at, len(source))
    return weaver.text(), tuple(Comment(line["said"], _place(starts, line.span("said"))) for line in lines)


def _between(source: str) -> Iterator[Span]:
    """The comments of a page: they stand where there is neither tag nor text."""
    at = 0
    for token in (*tokens(source), (len(source), len(source))):
        start, end = (token.start, token.end) if isinstance(token, Tag) else token
        while at < start:
            until = comment_end(source, at)
            if source.startswith(_OPENING, at):
                yield at, until
            at = until
        at = end


def _outside_code(source: str) -> Iterator[Span]:
    """Comments of a Markdown file that do not begin in code."""
    # Nothing behind the last end of a comment: it would be sought again from each beginning.
    for found in _CODE_OR_COMMENT.finditer(source, 0, source.rfind(_CLOSING) + len(_CLOSING)):
        if found["comment"]:
            yield found.span()


def _said(source: str, spans: Iterable[Span]) -> tuple[Comment, ...]:
    starts = line_starts(source)
    found = []
    for start, end in spans:
        inner = source[start + len(_OPENING) : end].removesuffix(_CLOSING)
        if said := _SAYS.match(inner):
            found.append(Comment(said["said"], _place(starts, (start, end))))
    return tuple(found)


def _place(starts: Sequence[int], span: Span) -> Place:
    line, end_line = (bisect_right(starts, offset) for offset in (span[0], max(span[0], span[1] - 1)))
    return Place(line, span[0] - starts[line - 1] + 1, end_line, span[1] - starts[end_line - 1] + 1)
