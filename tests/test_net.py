"""Do the small laws of the network hold: packing, waits, secrets?"""

from __future__ import annotations

import gzip
import zlib
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.net import seconds_to_wait, unpacked
from evtrack.secrecy import secrets_pattern


def cut_at(body: bytes, places: list[int]) -> list[bytes]:
    """``body`` in pieces that end at ``places``."""
    ends = sorted({place % (len(body) + 1) for place in places} | {0, len(body)})
    return [body[start:end] for start, end in pairwise(ends)]


@given(members=st.lists(st.binary(max_size=300), min_size=1, max_size=3), places=st.lists(st.integers(0, 2000)))
def test_packed_pieces_unpack_to_what_was_packed(members: list[bytes], places: list[int]) -> None:
    """However the network cuts a body of one or more gzip members, what comes out is what went in."""
    packed = b"".join(gzip.compress(member) for member in members)
    assert b"".join(unpacked(cut_at(packed, places), "gzip")) == b"".join(members)


@given(body=st.binary(max_size=300), places=st.lists(st.integers(0, 2000)), lost=st.integers(1, 1000))
def test_a_cut_stream_is_never_a_whole_one(body: bytes, places: list[int], lost: int) -> None:
    """Whatever is missing of the end of a gzip stream, it is told."""
    packed = gzip.compress(body)
    with pytest.raises(EOFError):
        list(unpacked(cut_at(packed[: -min(lost, len(packed))], places), "gzip"))


@given(body=st.binary(min_size=1, max_size=100_000))
def test_no_piece_is_large(body: bytes) -> None:
    """A piece that comes out has 64 kB at most, however much is packed into the one that went in."""
    pieces = list(unpacked([zlib.compress(body * 10)], "deflate"))
    assert max(map(len, pieces)) <= 64 * 1024
    assert b"".join(pieces) == body * 10


@given(secret=st.text(min_size=1, max_size=20), text=st.text(max_size=20))
def test_no_spelling_of_a_secret_is_left(secret: str, text: str) -> None:
    """As it is, and as it stands in a URL or a form."""
    spellings = (secret, quote(secret, safe=""), quote_plus(secret))
    told = secrets_pattern(secret, None, "").sub("\0", text.join(("", *spellings, "")))
    assert not any(spelling in told for spelling in spellings if spelling not in text + "\0")


def test_without_secrets_nothing_is_hidden() -> None:
    """No secret, no star."""
    assert secrets_pattern(None, "").sub("***", "any text") == "any text"


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("120", None, 120.0),
        (" 0 ", None, 0.0),
        ("Sun, 01 Nov 2026 00:01:00 GMT", "Sun, 01 Nov 2026 00:00:30 GMT", 30.0),
        ("Sun, 01 Nov 2026 00:00:00 GMT", "Sun, 01 Nov 2026 00:00:30 GMT", 0.0),
        ("Sun, 01 Nov 2020 00:00:00 GMT", None, 0.0),
        ("Sun, 01 Nov 2026 00:01:00 -0000", "Sun, 01 Nov 2026 00:00:30 GMT", None),
        ("", None, None),
        ("-5", None, None),
        ("1.5", None, None),
        ("inf", None, None),
        ("soon", None, None),
        ("1", "garbage", 1.0),
        ("Sun, 01 Nov 2026 00:01:00 GMT", "garbage", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(retry_after: str, date: str | None, seconds: float | None) -> None:
    """A date counts by the service's own clock where it tells it; what cannot be read asks for nothing."""
    assert seconds_to_wait(retry_after, date) == seconds
