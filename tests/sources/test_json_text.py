"""Are JSON documents and JSON lines told apart, and faults placed?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evtrack.sources._json_text import Document, canonical, documents
from evtrack.sources._protocol import SourceError


def read(text: str | bytes, by_line: bool = False, largest: int = 1000) -> list[Document]:
    return list(documents(iter([text if isinstance(text, bytes) else text.encode()]), by_line, largest))


def broken(text: str) -> Iterator[bytes]:
    yield text.encode()
    raise SourceError("cut off", code="broken_off", place="after byte 9")


def test_one_document_or_one_a_line() -> None:
    """A single value, on one line or many, is the document; several are lines."""
    assert [(d.value, d.whole) for d in read('{"a": 1}')] == [({"a": 1}, True)]
    assert [(d.value, d.whole) for d in read('\n{\n"a": 1\n}\n')] == [({"a": 1}, True)]
    assert [(d.value, d.where) for d in read('{"a": 1}\n\n{"a": 2}\n')] == [({"a": 1}, "line 1"), ({"a": 2}, "line 3")]
    assert read('{\n"a": 1}', by_line=True)[0].whole


def test_a_broken_first_line_is_one_line() -> None:
    """Whether the name says lines or the second line shows it, the first broken line is one broken line."""
    for by_line in (True, False):
        first, second = read('{"a": 1\n{"a": 2}\n', by_line)
        assert first.error is not None
        assert "column" in first.error
        assert second.value == {"a": 2}
    assert read('{"a": ', by_line=True)[0].cut_off


def test_faults_are_placed() -> None:
    """A document that is no JSON is an error with line and column; one that ends too early is broken off."""
    with pytest.raises(SourceError, match="line 3, column 2: not JSON") as error:
        read('\n{"a":\n x}')
    assert error.value.code == "not_json"
    with pytest.raises(SourceError, match="breaks off") as error:
        read('{"a":\n"x')
    assert error.value.code == "broken_off"
    with pytest.raises(SourceError, match="nothing in it"):
        read(" \n ")
    with pytest.raises(SourceError, match="not JSON: Exceeds"):
        read("1" * 5000, largest=10_000)
    with pytest.raises(SourceError, match="nested too deeply"):
        read("[" * 200_000, largest=1_000_000)


def test_bounds_are_kept() -> None:
    """A document or a line larger than the bound is refused."""
    with pytest.raises(SourceError, match="JSON document of more than 1,000 bytes"):
        read("[\n" + "1,\n" * 600)
    with pytest.raises(SourceError, match="a line of more than"):
        read("[" + "1," * 600)


def test_a_break_comes_after_what_was_whole() -> None:
    """Lines and elements before the break are given, then the break is raised."""
    for text, wanted in (
        ('{"a": 1}\n{"a"', [{"a": 1}, None]),
        ('{"a": 1}\n', [{"a": 1}]),
        ('[{"a": 1},\n{"a', [{"a": 1}]),
    ):
        got: list[object] = []
        with pytest.raises(SourceError, match="cut off"):
            got.extend(d.value for d in documents(broken(text)))
        assert got == wanted


def test_bytes_that_are_no_utf8_are_mended() -> None:
    """They become U+FFFD, and the document says so."""
    (document,) = read(b'{"a": "\xff"}')
    assert (document.value, document.mended) == ({"a": "\ufffd"}, True)


def test_canonical_bytes_do_not_depend_on_order() -> None:
    """Keys are sorted; a lone surrogate stays as it was written."""
    assert canonical({"b": 1, "a": "作"}) == canonical({"a": "作", "b": 1}) == '{"a":"作","b":1}'.encode()
    assert canonical("\ud800") == b'"\\ud800"'
