"""How do the bytes of a file or an answer reach a reader: in blocks, unpacked, as UTF-8, and whole up to a break?

Everything here is a generator of blocks. A break (a cut-off packed file, a disk error) is raised after all that came
before it was yielded, so a reader can give out the records that were whole.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from evtrack.sources._protocol import SourceError

BLOCK = 256 * 1024
"""Bytes asked of a stream at once."""

_UNPACKED_AT_ONCE = 1024 * 1024
_GZIP = b"\x1f\x8b"
# UTF-32 before UTF-16: the mark of the one starts with that of the other.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)


MOST_BLANKS = 1 << 20
"""Bytes of blanks at the head of a file that are kept; blocks of them beyond are let go."""


def raw_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream's bytes as they come. Raises :class:`SourceError` where reading fails."""
    read = getattr(stream, "read1", stream.read)
    at = 0
    while True:
        try:
            block = read(BLOCK)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"reading failed: {error}", code="unreadable", place=f"after byte {at}") from error
        if not block:
            return
        at += len(block)
        yield block


def head_of(blocks: Iterable[bytes], size: int = 4096) -> tuple[bytes, Iterator[bytes]]:
    """The first ``size`` bytes after blanks (fewer at the end), and all the blocks again."""
    rest = iter(blocks)
    begun: list[bytes] = []
    found = blanks = 0
    broken: SourceError | None = None
    try:
        while found < size and (block := next(rest, None)) is not None:
            found += len(block if found else block.lstrip())
            blanks += 0 if found else len(block)
            if (
                found or blanks < MOST_BLANKS
            ):  # lines are counted from the first one, but a file may begin with a gigabyte of blanks
                begun.append(block)
    except SourceError as error:
        broken = error
    head = b"".join(begun)
    if broken:
        return head, _then_break(head, broken)
    return head, chain([head], rest) if head else rest


def _then_break(head: bytes, error: SourceError) -> Iterator[bytes]:
    yield head
    raise error


def unpacked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks, unpacked where they are gzip (one or more members); as they are otherwise.

    Raises :class:`SourceError` at a packed file that is cut off or damaged, after all that could be unpacked.
    """
    head, blocks = head_of(blocks, 2)
    return _gunzip(blocks) if head.startswith(_GZIP) else blocks


def _gunzip(blocks: Iterable[bytes]) -> Iterator[bytes]:
    member: zlib._Decompress | None = None
    at = 0
    for block in blocks:
        at += len(block)
        while block:
            if member is None:
                block = block.lstrip(b"\0")  # gzip allows zeros after a member (tape blocks)
                if not block:
                    break
                if not _GZIP.startswith(block[:2]):
                    raise SourceError(
                        "something that is not gzip follows in the packed file",
                        code="broken_packing",
                        place=f"before byte {at} of the packed file",
                        mend="pack it anew",
                    )
                member = zlib.decompressobj(31)
            before = member.copy()
            try:
                out = member.decompress(block, _UNPACKED_AT_ONCE)
            except zlib.error as error:
                yield _salvaged(before, block)
                raise SourceError(
                    "the packed file is damaged",
                    code="broken_packing",
                    place=f"before byte {at} of the packed file",
                    mend="get the file again",
                ) from error
            if out:
                yield out
            block = member.unconsumed_tail
            if member.eof:
                block, member = member.unused_data, None
    if member is not None:
        yield member.flush()
        raise SourceError(
            "the packed file is cut off",
            code="broken_off",
            place=f"after byte {at} of the packed file",
            mend="get the file again",
        )


def _salvaged(member: zlib._Decompress, block: bytes, step: int = 64) -> bytes:
    """What can be unpacked of a damaged block: piece by piece, the piece with the damage byte by byte."""
    out = b""
    try:
        for i in range(0, len(block), step):
            piece, before = block[i : i + step], member.copy()
            out += member.decompress(piece)
    except zlib.error:
        out += _salvaged(before, piece, 1) if step > 1 else b""
    return out


def as_utf8(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks as UTF-8 without a byte order mark. Only UTF-16 and UTF-32 with a mark (or ``<?``) are told here."""
    head, blocks = head_of(blocks, 4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return transcoded(blocks, encoding)
    if head.startswith(codecs.BOM_UTF8):
        return chain([head[3:]], _skip_first(blocks))
    return blocks


def _skip_first(blocks: Iterator[bytes]) -> Iterator[bytes]:
    next(blocks)
    return blocks


def transcoded(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The blocks in UTF-8: a record cut out of a file must be readable without the file's first line, so its raw bytes
    are kept in UTF-8. What the encoding does not know becomes U+FFFD, which the readers flag.

    Raises :class:`SourceError` where the encoding is not known.
    """
    try:
        b"    ".decode(encoding, "ignore")  # an encoding of texts? rot13 is one of another kind
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        for block in blocks:
            yield decoder.decode(block).encode("utf-8", "surrogatepass")
        yield decoder.decode(b"", True).encode("utf-8", "surrogatepass")
    except (LookupError, ValueError) as error:
        raise SourceError(
            f"the encoding {encoding!r} is not known",
            code="unknown_encoding",
            place="line 1",
            mend="save the file as UTF-8",
        ) from error


def lines_of(blocks: Iterable[bytes], longest: int) -> Iterator[tuple[bytes, bool]]:
    """Each line without its end, and whether it had one: only the last can lack it, and one cut short by a break.

    Raises :class:`SourceError` at a line of more than ``longest`` bytes, and at a break after the piece before it.
    """
    waiting: list[bytes] = []
    size = number = 0
    broken: SourceError | None = None
    try:
        for block in blocks:
            pieces = block.split(b"\n")
            for piece in pieces[:-1]:
                number += 1
                waiting.append(piece)
                yield b"".join(waiting).removesuffix(b"\r"), True
                waiting, size = [], 0
            waiting.append(pieces[-1])
            size += len(pieces[-1])
            if size > longest:
                waiting = []
                broken = SourceError(
                    f"a line of more than {longest:,} bytes",
                    code="too_large",
                    place=f"line {number + 1}",
                    mend="one record a line",
                )
                break
    except SourceError as error:
        broken = error
    last = b"".join(waiting)
    if last:
        yield last, False
    if broken:
        raise broken
