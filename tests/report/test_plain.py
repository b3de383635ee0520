"""What leaves for a terminal: no control characters, widths as drawn, lines that fit."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.report.plain import fit, pad, plain, width, wrap

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.mark.parametrize(
    ("given_", "left"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("a\u202eb", "ab"),
        ("a\x9bb\x07\x00", "ab"),
        ("a\nb\tc", "a b c"),
        ("\ufeffa\u200bb\ud800", "ab"),
        ("[/x]", "[/x]"),
    ],
)
def test_plain(given_: str, left: str) -> None:
    """Escapes, direction marks, invisible characters and lone surrogates are taken out; what looks like markup stays."""
    assert plain(given_) == left


@given(st.text(max_size=60))
def test_plain_law(text: str) -> None:
    """Nothing that a terminal would obey is left, whatever came in."""
    left = plain(text)
    assert not any(
        unicodedata.category(c) in ("Cc", "Cs")
        or unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        for c in left
    )


def test_width() -> None:
    """A wide character takes two columns, a combining mark none."""
    assert (width("うつ"), width("ab"), width("e\u0301"), width("ＲＣＴ")) == (4, 2, 1, 6)


@given(TEXTS, st.integers(2, 40))
def test_fit(text: str, columns: int) -> None:
    """A fitted text is never wider than its column, and whole where it fits."""
    text = plain(text)
    assert width(fit(text, columns)) <= columns
    assert width(pad(fit(text, columns), columns)) >= columns
    if width(text) <= columns:
        assert fit(text, columns) == text


@given(TEXTS, st.integers(20, 60))
def test_wrap_keeps_all(text: str, columns: int) -> None:
    """Wrapped lines hold every word of the text in its order."""
    text = plain(text)
    assert "".join("".join(wrap(text, columns)).split()) == "".join(text.split())


def test_wrap() -> None:
    """Latin text breaks at blanks, Japanese anywhere but before a closing mark or after an opening one."""
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("あいうえお。", 10) == ["あいうえ", "お。"]
    assert wrap("あいうえお。」", 10) == ["あいうえ", "お。」"]
    assert wrap("あいうえ(お。」)か", 10) == ["あいうえ", "(お。」)か"]
    assert wrap("あいうえ「お」", 10) == ["あいうえ", "「お」"]
    assert wrap("one two three", 8, "  ") == ["one two", "  three"]
    assert wrap("「「「「「「", 6) == ["「「「", "「「「"]
    assert wrap("あいabc、うえ", 7) == ["あい", "abc、う", "え"]
    assert wrap("", 10) == []
