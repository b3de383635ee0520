"""Do bytes reach a reader whole up to a break?"""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.sources._protocol import SourceError
from evtrack.sources._stream import MOST_BLANKS, as_utf8, head_of, lines_of, raw_blocks, transcoded, unpacked

TEXT = b"".join(b"line %d of an invented file\n" % i for i in range(20_000))


def drained(blocks: Iterator[bytes]) -> tuple[bytes, SourceError | None]:
    """What came before the break, and the break."""
    got = b""
    try:
        for block in blocks:
            got += block
    except SourceError as error:
        return got, error
    return got, None


def pieces(whole: bytes, size: int) -> Iterator[bytes]:
    return (whole[i : i + size] for i in range(0, len(whole), size))


class Failing:
    """A disk that fails after the first block."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, _size: int) -> bytes:
        self.asked += 1
        if self.asked > 1:
            raise OSError("the disk is gone")
        return b"first"


def test_a_disk_that_fails_gives_what_came_before() -> None:
    """The bytes before a failure are yielded, then the failure is a SourceError with its place."""
    got, error = drained(raw_blocks(Failing()))  # type: ignore[arg-type] # it reads like a file
    assert got == b"first"
    assert error is not None
    assert (error.code, error.place) == ("unreadable", "after byte 5")
    assert "the disk is gone" in str(error)


@settings(deadline=None)
@given(st.integers(1, 5000))
def test_gzip_of_several_members_is_unpacked_whatever_the_blocks(size: int) -> None:
    """Members one behind another, with zeros between, are one file, however the blocks fall."""
    packed = gzip.compress(TEXT[:1000]) + b"\0" * 7 + gzip.compress(TEXT[1000:2000]) + b"\0" * 9
    assert drained(unpacked(pieces(packed, size))) == (TEXT[:2000], None)
    assert drained(unpacked(iter([packed, b"\0\0"]))) == (TEXT[:2000], None)


def test_what_is_not_packed_passes() -> None:
    """Plain bytes come through as they are, none too."""
    assert drained(unpacked(pieces(TEXT, 1000))) == (TEXT, None)
    assert drained(unpacked(iter(()))) == (b"", None)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.99])
def test_a_cut_off_packed_file_gives_what_it_holds(keep: float) -> None:
    """All that the rest of a packed file holds is yielded before the break."""
    packed = gzip.compress(TEXT)
    got, error = drained(unpacked(pieces(packed[: int(len(packed) * keep)], 4096)))
    assert error is not None
    assert error.code == "broken_off"
    assert TEXT.startswith(got)
    assert len(got) > len(TEXT) * keep * 0.5


def test_a_damaged_packed_file_gives_what_stands_before() -> None:
    """A byte that no packer wrote ends the file there, and the place is named."""
    packed = bytearray(gzip.compress(TEXT, 1))
    at = len(packed) // 2
    packed[at : at + 40] = b"\xff" * 40
    got, error = drained(unpacked(pieces(bytes(packed), 8192)))
    assert error is not None
    assert error.code == "broken_packing"
    assert len(got) > len(TEXT) // 4


def test_a_wrong_checksum_is_said_after_all_bytes() -> None:
    """A checksum that does not fit is a break behind the last byte."""
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 1
    got, error = drained(unpacked(pieces(bytes(packed), 1 << 20)))
    assert got == TEXT
    assert error is not None


def test_something_else_behind_a_packed_file_is_said() -> None:
    """What follows a packed file and is not packed is never dropped without a word."""
    got, error = drained(unpacked(iter([gzip.compress(b"all"), b"rest"])))
    assert got == b"all"
    assert error is not None
    assert error.code == "broken_packing"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("size", [3, 1000])
def test_marks_are_understood(encoding: str, size: int) -> None:
    """UTF-16 and UTF-32 with a mark become UTF-8, and no mark is left."""
    text = "<?xml version='1.0'?>\nü→𝛼"
    assert drained(as_utf8(pieces(text.encode(encoding), size))) == (text.encode(), None)


def test_unknown_encodings_are_said() -> None:
    """An encoding nobody knows, or that is none, is a SourceError."""
    for name in ("klingon", "rot13", "idna"):
        _, error = drained(transcoded(iter([b"\xffx"]), name))
        assert error is not None
        assert error.code == "unknown_encoding"


def test_what_an_encoding_lacks_becomes_a_mark() -> None:
    """Bytes that the encoding does not know become U+FFFD."""
    assert drained(transcoded(iter([b"a\xff", b"b"]), "ascii")) == ("a\ufffdb".encode(), None)


def test_the_head_is_kept() -> None:
    """Looking at the head takes nothing away but blanks beyond a megabyte; a break behind it stays behind it."""
    head, blocks = head_of(iter([b"  \n", b"\n a", b"b", b"cd"]), 2)
    assert head.lstrip() == b"ab"
    assert b"".join(blocks) == b"  \n\n abcd"
    head, blocks = head_of(iter([b" " * (MOST_BLANKS - 1), b" ", b" ", b"ab"]), 2)
    assert head == b" " * (MOST_BLANKS - 1) + b"ab"
    assert b"".join(blocks) == head
    head, blocks = head_of(raw_blocks(Failing()), 100)  # type: ignore[arg-type] # it reads like a file
    got, error = drained(iter(blocks))
    assert (head, got) == (b"first", b"first")
    assert error is not None


@settings(deadline=None)
@given(st.lists(st.binary(max_size=6)), st.booleans())
def test_lines_are_those_of_the_whole(blocks: list[bytes], ended: bool) -> None:
    """Lines do not depend on how the blocks fall."""
    whole = b"".join(blocks).replace(b"\r", b"") + (b"\n" if ended else b"")
    got = list(lines_of(pieces(whole, 4), 1000))
    wanted = whole.split(b"\n")
    assert [line for line, _ in got] == (wanted if wanted[-1] else wanted[:-1])
    assert all(done for _, done in got[:-1])


def test_lines_beyond_measure_are_refused() -> None:
    """A line larger than the bound ends the reading without filling the memory."""
    got: list[bytes] = []
    with pytest.raises(SourceError, match="line 2"):
        got.extend(line for line, _ in lines_of(iter([b"ok\r\n", b"x" * 60, b"x" * 60]), 100))
    assert got == [b"ok"]
