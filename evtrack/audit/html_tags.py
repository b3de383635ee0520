"""Where does each tag of an HTML page begin and end? In one pass, whatever the page is like.

A tokenizer of its own, after https://html.spec.whatwg.org/multipage/parsing.html: the standard library's parser takes
quadratic time for ``<a <a <a …``, raises ``AssertionError`` for ``<![<![``, and reads pages differently from one Python
to the next. Each character is looked at a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evtrack.audit.listed import words

Span = tuple[int, int]

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(
    r"[\s/]*(?P<name>[^\s/>][^\s/>=]*)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"'][^\s>]*)))?"
)
_TAG_END = re.compile(r"[\s/]*>")
RAW = words("script style noscript iframe noembed noframes textarea title xmp")
"""Inside these nothing is a tag but their own end."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it stands in the source; attributes by name in lower case, each with the span of its value."""

    name: str
    closes: bool
    start: int
    end: int
    attributes: dict[str, Span]


def tokens(source: str) -> Iterator[Tag | Span]:
    """The tags of a page, and the spans of text between them; comments and declarations are left out."""
    at = text_from = 0
    while True:
        at = source.find("<", at)
        if at < 0 or at + 1 >= len(source):
            break
        after = source[at + 1]
        if after in "!?":
            end = comment_end(source, at)
        elif tag_start := _TAG.match(source, at):
            if text_from < at:
                yield text_from, at
            tag = _tag(source, tag_start)
            if tag is None:
                return
            yield tag
            end = tag.end
            if tag.name in RAW and not tag.closes:
                end = _raw_end(source, tag)
                yield tag.end, end
            at = text_from = end
            continue
        elif after == "/":
            end = source.find(">", at) + 1 or len(source)
        else:
            at += 1
            continue
        if text_from < at:
            yield text_from, at
        at = text_from = end
    if text_from < len(source):
        yield text_from, len(source)


def comment_end(source: str, at: int) -> int:
    """Where a comment, declaration or instruction ends; one that is never closed takes the rest, as in browsers."""
    if not source.startswith("<!--", at):
        return source.find(">", at) + 1 or len(source)
    if source.startswith(("<!-->", "<!--->"), at):
        return source.index(">", at) + 1
    end = source.find("-->", at + 4)
    return end + 3 if end >= 0 else len(source)


def _tag(source: str, start: re.Match[str]) -> Tag | None:
    """The tag that begins here; ``None`` where the file breaks off in it."""
    attributes: dict[str, Span] = {}
    at = start.end()
    while not (end := _TAG_END.match(source, at)):
        attribute = _ATTRIBUTE.match(source, at)
        if attribute is None:
            return None
        value = attribute.lastgroup if attribute.lastgroup != "name" else None
        attributes.setdefault(attribute["name"].lower(), attribute.span(value) if value else (attribute.end(),) * 2)
        at = attribute.end()
    return Tag(start["name"].lower(), bool(start["close"]), start.start(), end.end(), attributes)


def _raw_end(source: str, tag: Tag) -> int:
    """Where the end tag of a raw element begins; the end of the page if it has none."""
    found = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(source, tag.end)
    return found.start() if found else len(source)
