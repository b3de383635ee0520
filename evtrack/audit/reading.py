"""What does this file say, and where? Text, Markdown, HTML and Word files, each with its units at their places."""

from __future__ import annotations

from typing import Literal

from evtrack.audit.decoding import READS, decoded
from evtrack.audit.placed import MOST_TEXT, PlacedText, TooLarge
from evtrack.audit.unit import Comment, Document
from evtrack.audit.units import units_of
from evtrack.files import FileProblem

Format = Literal["txt", "md", "html", "docx"]

_ENDINGS: dict[str, Format] = {
    "txt": "txt",
    "text": "txt",
    "md": "md",
    "markdown": "md",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "docx": "docx",
}


def format_of(name: str) -> Format:
    """The format that a file's name says; standard input without a name (``-``) is plain text. Raises :class:`FileProblem`."""
    if name == "-":
        return "txt"
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in _ENDINGS:
        raise FileProblem(name, "its name does not say what it is", code="unknown_kind", mend=READS)
    return _ENDINGS[ending]


def read_document(path: str, body: bytes, name: str | None = None) -> Document:
    """The text of a file and its units.

    ``path`` stands in the document and in messages; ``name`` says the format where the path does not (standard input).
    Raises :class:`FileProblem` for a format that is not read, bytes that are no text, and a file beyond all bounds.
    """
    kind = format_of(name or path)
    try:
        placed, comments = _placed(path, body, kind)
        units = units_of(placed)
    except TooLarge as error:
        raise FileProblem(path, error.what, code="too_large", mend="split the file") from error
    title = next((placed.text[b.start : b.end].strip() for b in placed.blocks if b.role == "title"), None)
    return Document(path, kind, placed.text, units, title, comments)


def _placed(path: str, body: bytes, kind: Format) -> tuple[PlacedText, tuple[Comment, ...]]:
    """The text of a file by its format's reader, and what it says to the audit; only what is needed is imported."""
    if kind == "docx":
        from evtrack.audit.reading_docx import read_docx

        return read_docx(path, body), ()
    text = decoded(path, body, declares=kind == "html")
    from evtrack.audit.comments import html_comments, md_comments, txt_comments

    if kind == "html":
        from evtrack.audit.reading_html import read_html

        return read_html(text), html_comments(text)
    if kind == "md":
        from evtrack.audit.reading_md import read_md

        return read_md(text), md_comments(text)
    if len(text) > MOST_TEXT:
        raise TooLarge(f"more than {MOST_TEXT} characters of text")
    return txt_comments(text)
