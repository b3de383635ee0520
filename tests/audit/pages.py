"""Small documents for the tests: lines of text as units, without a reader of files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from evtrack.audit.lexicon import Lexicon, lexicon_of
from evtrack.audit.matching import UnitReading, read_units
from evtrack.audit.unit import Document, Place, Unit, UnitKind
from evtrack.claims import load_library


@cache
def lexicon() -> Lexicon:
    """The lexicon of the shipped claims."""
    return lexicon_of(load_library()[0])


def page(*lines: str | tuple[UnitKind, str], title: str | None = None) -> Document:
    """A document of these lines. ``# a`` and ``## a`` are headings, ``a:`` a label, the rest sentences; a pair names its kind."""
    units: list[Unit] = []
    headings: list[tuple[int, int]] = []
    label: int | None = None
    offset = 0
    for number, line in enumerate(lines, start=1):
        marks = len(line) - len(line.lstrip("#")) if isinstance(line, str) else 0
        kind, text = line if isinstance(line, tuple) else _kind(line, marks)
        if kind == "heading":
            headings = [h for h in headings if h[0] < max(marks, 1)]
            label = None
        above = tuple(index for _, index in headings)
        place = Place(number, 1, number, len(text) + 1)
        own = label if kind not in ("heading", "label") else None
        units.append(Unit(text, kind, offset, offset + len(text), place, above, own))
        if kind == "heading":
            headings.append((max(marks, 1), len(units) - 1))
        if kind == "label":
            label = len(units) - 1
        offset += len(text) + 1
    return Document("page.txt", "txt", "\n".join(u.text for u in units), tuple(units), title)


def _kind(line: str, marks: int) -> tuple[UnitKind, str]:
    if marks:
        return "heading", line[marks:].strip()
    return ("label", line) if line.endswith((":", "：")) else ("sentence", line)


def last(*lines: str | tuple[UnitKind, str], title: str | None = None) -> UnitReading:
    """The reading of a document's last unit."""
    return read_units(page(*lines, title=title), lexicon())[-1]


def rows(name: str) -> list[dict[str, Any]]:
    """Labelled sentences of a file beside the tests."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
