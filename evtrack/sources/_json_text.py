"""Which JSON values does a stream hold: one document, or one a line? Read, never understood, here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evtrack.sources._protocol import SourceError
from evtrack.sources._stream import as_utf8, lines_of

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest document, or line, that is read (a page of 1,000 studies with results can pass it)."""

_ARRAY = re.compile(r'\s*(?:\[|\{[^{}\[\]]*?"studies"\s*:\s*\[)')
_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON value, its bytes and its place. ``error`` says why there is no value; ``cut_off``: the stream ends in it.

    ``mended``: bytes that are no UTF-8 were replaced. ``whole``: it is all the stream holds; else one line.
    """

    value: object
    raw: bytes
    where: str
    whole: bool = False
    error: str | None = None
    cut_off: bool = False
    mended: bool = False


def documents(blocks: Iterable[bytes], by_line: bool = False, largest: int = LARGEST) -> Iterator[Document]:
    """The stream's values. ``by_line``: its name says one a line, so a first line that is no JSON is one broken line.

    Raises :class:`SourceError` where it breaks off, is too large, or is no JSON at all.
    """
    lines = ((number, line, ended) for number, (line, ended) in enumerate(lines_of(as_utf8(blocks), largest), 1))
    filled = (numbered for numbered in lines if numbered[1].strip())
    first = next(filled, None)
    if first is None:
        raise SourceError("nothing in it", code="not_json", place="line 1")
    found = _line(*first)
    if found.error and not (by_line and first[1].strip() not in (b"{", b"[")):
        yield from _whole(first, lines, largest)
        return
    try:
        second = next(filled, None)
    except SourceError:
        yield found
        raise
    if second is None:
        yield (
            found if found.error else Document(found.value, found.raw, "the document", whole=True, mended=found.mended)
        )
        return
    yield found
    yield _line(*second)
    for numbered in filled:
        yield _line(*numbered)


def canonical(value: object) -> bytes:
    """A value as it is kept where it came inside a page or a list: compact, keys sorted, so that its page does not matter.

    Raises ``RecursionError`` where it is nested too deeply.
    """
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate is kept as it was written
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _line(number: int, raw: bytes, ended: bool) -> Document:
    where = f"line {number}"
    text, mended = _text(raw)
    try:
        return Document(json.loads(text), raw, where, mended=mended)
    except (ValueError, RecursionError) as error:
        return Document(None, raw, where, error=_said(error), cut_off=not ended, mended=mended)


def _text(raw: bytes) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8", "surrogatepass"), False
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace"), True


def _said(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} (column {error.colno})"
    return "nested too deeply" if isinstance(error, RecursionError) else f"not JSON: {error}"


def _whole(
    first: tuple[int, bytes, bool], lines: Iterator[tuple[int, bytes, bool]], largest: int
) -> Iterator[Document]:
    """The stream as one document; where that fails, as lines, or as much of a list as is whole."""
    gathered = [first]
    size = len(first[1])
    broken: SourceError | None = None
    try:
        for numbered in lines:
            gathered.append(numbered)
            size += len(numbered[1])
            if size > largest:
                break
    except SourceError as error:
        broken = error
    if size > largest:
        raise SourceError(
            f"a JSON document of more than {largest:,} bytes",
            code="too_large",
            mend="save it as JSONL, one study a line",
        )
    raw = b"\n".join(line for _, line, _ in gathered)
    text, mended = _text(raw)
    try:
        yield Document(json.loads(text), raw, "the document", whole=True, mended=mended)
    except (ValueError, RecursionError) as error:
        by_line = [_line(*g) for g in gathered if g[1].strip()]
        if len(by_line) > 1 and isinstance(by_line[1].value, dict) and not _ARRAY.match(text):
            yield from by_line
        else:
            yield from _items(text)
            broken = broken or _fault(error, text, first[0])
    if broken:
        raise broken


def _items(text: str) -> Iterator[Document]:
    """The elements of a list or a page that stand whole before the place where it breaks."""
    decoder = json.JSONDecoder()
    m = _ARRAY.match(text)
    at = m.end() if m else len(text)
    number = 0
    while at < len(text):
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        number += 1
        yield Document(value, b"", f"element {number}")


def _fault(error: ValueError | RecursionError, text: str, first_line: int) -> SourceError:
    if not isinstance(error, json.JSONDecodeError):
        return SourceError(_said(error), code="not_json", place=f"line {first_line}")
    line = first_line + error.lineno - 1
    if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
        return SourceError(
            "the JSON breaks off",
            code="broken_off",
            place=f"line {line}, column {error.colno}",
            mend="get the file again",
        )
    return SourceError(f"not JSON: {error.msg}", code="not_json", place=f"line {line}, column {error.colno}")
