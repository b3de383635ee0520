"""What is a text made of? Documents and their units: the words that reading, matching, verdicts and reports share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UnitKind = Literal["heading", "label", "list-item", "sentence", "fragment", "quote", "cell", "boilerplate"]
Strength = Literal["hedged", "moderate", "strong", "report"]
Direction = Literal["asserts", "limits", "premise", "other"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its file: 1-based, columns in code points of the decoded line, the end exclusive.

    In a docx a line is a paragraph in document order.
    """

    line: int
    col: int
    end_line: int
    end_col: int


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, heading, label, list item, fragment, quote or table cell.

    ``text`` is what a reader sees (entities decoded, tags gone); ``start`` and ``end`` are its offsets in
    ``Document.text``; ``place`` is where the source stands. ``headings``: indices of the headings above it in
    ``Document.units``, the outermost first; ``label``: index of the label that it stands under, if any.
    """

    text: str
    kind: UnitKind
    start: int
    end: int
    place: Place
    headings: tuple[int, ...] = ()
    label: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """What a writer tells the audit in the text (``evtrack: ignore …``): no reader of the page sees it."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was read, and its units in order. ``title``: of the page, where its format has one."""

    path: str
    format: Literal["txt", "md", "html", "docx"]
    text: str
    units: tuple[Unit, ...]
    title: str | None = None
    comments: tuple[Comment, ...] = ()
