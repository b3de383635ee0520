"""What of a foreign text may reach a terminal? No control characters, no bidirectional overrides; widths as a terminal draws them."""

from __future__ import annotations

import json
import re

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def plain(text: str) -> str:
    """Text without control characters and direction marks; tabs and newlines become blanks."""
    return _UNWANTED.sub("", text.replace("\n", " ").replace("\t", " "))


def escaped(json_text: str) -> str:
    """JSON with what ``plain`` takes out written as ``\\u…``: the same value to a program, no order to a terminal."""
    return _UNWANTED.sub(lambda found: json.dumps(found[0])[1:-1], json_text)


def width(text: str) -> int:
    """Columns a terminal gives a text: two for a wide East Asian character, none for a combining mark."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fit(text: str, columns: int) -> str:
    """Text cut to at most ``columns``, with an ellipsis where something was cut."""
    if width(text) <= columns:
        return text
    out, used = [], 0
    for c in text:
        used += width(c)
        if used > columns - 1:
            break
        out.append(c)
    return "".join(out) + "…"


def pad(text: str, columns: int) -> str:
    """Text filled with blanks to ``columns``."""
    return text + " " * max(0, columns - width(text))


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Text as lines of at most ``columns``, broken at blanks, or anywhere between wide characters; later lines indented.

    A closing bracket or a full stop does not begin a line (it takes the character before it along), an opening bracket
    does not end one.
    """
    lines, line, used = [], "", 0
    for piece in _pieces(text):
        if line.strip() and used + width(piece.rstrip()) > columns:
            whole = line.rstrip()
            kept = whole
            if piece[0] in _CLOSING:
                kept = re.sub(_LAST, "", whole.rstrip(_CLOSING), count=1)
            kept = kept.rstrip(_OPENING)
            if not kept.strip():
                kept = whole
            carried = whole[len(kept) :]
            lines.append(kept.rstrip())
            line = indent + carried + piece.lstrip()
            used = width(line)
        else:
            line += piece
            used += width(piece)
    if line.strip():
        lines.append(line.rstrip())
    return lines


_CLOSING = "、。，．）)」』】・：；,."
"""Marks that do not begin a line."""

_OPENING = "「（『【([“"
"""Brackets that do not end a line."""

_LAST = r"(?s:[^\s\u2e80-\uffef]+|.)\Z"
"""The last word, or the last wide character."""

_PIECE = re.compile(r"[^\s\u2e80-\uffef]+\s*|\s+|.", re.DOTALL)


def _pieces(text: str) -> list[str]:
    """Words with their blanks; wide characters one by one."""
    return _PIECE.findall(text)
