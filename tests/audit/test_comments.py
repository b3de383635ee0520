"""What does a text say to the audit, and where? Comments are found outside of code, scripts and attributes alone."""

from __future__ import annotations

import time

import pytest

from evtrack.audit.reading import read_document


def said(path: str, body: str) -> list[tuple[str, int, int]]:
    """Each comment with its line and column."""
    return [(c.text, c.place.line, c.place.col) for c in read_document(path, body.encode()).comments]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("a.html", "<p>a</p><!-- evtrack: ignore EV101 why --><p>b</p>", [("evtrack: ignore EV101 why", 1, 9)]),
        ("a.html", "<!doctype html><!--x--><!--evtrack: a--><!-- evtrack: b -->", [("evtrack: a", 1, 24), ("evtrack: b", 1, 41)]),
        ("a.html", "<script>/*<!-- evtrack: a -->*/</script><p title='<!-- evtrack: b -->'>x", []),
        ("a.html", "<p>x\n  <!-- evtrack: open", [("evtrack: open", 2, 3)]),
        ("a.html", "<p>evtrack: no comment</p><!-- of evtrack: neither -->", []),
        ("a.md", "文です。\n<!-- evtrack: a\n b -->\n", [("evtrack: a\n b", 2, 1)]),
        ("a.md", "`<!-- evtrack: a -->` <!-- evtrack: b -->\n", [("evtrack: b", 1, 23)]),
        ("a.md", "```html\n<!-- evtrack: a -->\n```\n<!-- evtrack: b -->", [("evtrack: b", 4, 1)]),
        ("a.md", "~~~\n<!-- evtrack: a -->\n", []),
        ("a.md", "<!-- evtrack: never closed", []),
        ("a.txt", "文です。\n# evtrack: ignore EV101 理由\n文です。\n", [("evtrack: ignore EV101 理由", 2, 3)]),
        ("a.txt", "  // evtrack: a  \n%evtrack: b\nsee evtrack: c\n", [("evtrack: a", 1, 6), ("evtrack: b", 2, 2)]),
    ],
)  # fmt: skip
def test_comments(path: str, body: str, expected: list[tuple[str, int, int]]) -> None:
    """Comments that begin with ``evtrack:`` are told with their places; nothing else is one."""
    assert said(path, body) == expected


def test_lines_of_a_plain_text_are_not_read() -> None:
    """A line for the audit is no sentence, does not part a paragraph, and leaves every place as it was."""
    body = (
        "一つ目の文は\nevtrack: ignore EV101 理由\n続いています。\n\n二つ目の文です。\nevtrack: ignore-file EV301 理由"
    )
    document = read_document("a.txt", body.encode())
    told = [("".join(u.text.split()), u.place.line, u.place.end_line) for u in document.units]
    assert told == [("一つ目の文は続いています。", 1, 3), ("二つ目の文です。", 5, 5)]


@pytest.mark.parametrize(
    ("path", "piece"), [("a.md", "<!-- "), ("a.md", "`"), ("a.html", "<!--"), ("a.md", "<!-- evtrack: x -->`")]
)
def test_hostile_comments(path: str, piece: str) -> None:
    """Many comments, closed or not, take time in proportion to their number."""
    start = time.perf_counter()
    read_document(path, ("evtrack: " + piece * 40_000).encode())
    assert time.perf_counter() - start < 5
