"""In which form are sentences compared? NFKC, one kind of hyphen, blank and quote, nothing invisible; and the way back to the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# One character for one character; RE2 knows no Unicode dashes or blanks, and pages write 下垂体－副腎 in five ways.
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2500", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\t\r\n\x0b\x0c\x85\u2028\u2029\u1680", " "),
        "｡": "。",
        "､": "、",
        "\u00df": "β",
        "\u301c": "~",
        "～": "~",
    }
)
_JAPANESE = r"[\u3005-\u30ff\u3400-\u9fff、。]"
_WRAPPED = re.compile(rf"(?<={_JAPANESE})[ \u3000]*\r?\n[ \u3000]*(?={_JAPANESE})")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as it is compared, and where each of its characters came from.

    ``offsets`` has one entry more than ``text`` has characters: the source offset of each, then the source's length.
    Case stays (``EVs`` is no ``evs``): whoever matches says whether it matters. A line broken within Japanese is joined.
    """

    text: str
    offsets: tuple[int, ...]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source that ``text[start:end]`` came from."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        last = self.offsets[end - 1]
        after = end
        # Several characters of one source character (㈱ is （株）) share its offset; its end is the next offset that differs.
        while after < len(self.offsets) - 1 and self.offsets[after] == last:
            after += 1
        return self.offsets[start], self.offsets[after]


def normalise(text: str) -> Normalised:
    """The text as sentences are compared (NFKC per character and its marks; category Cf dropped), with its offsets."""
    if text.isascii() and "\n" not in text and text.isprintable():
        return Normalised(text, tuple(range(len(text) + 1)))
    dropped = {i for m in _WRAPPED.finditer(text) for i in range(*m.span())}
    out: list[str] = []
    offsets: list[int] = []
    for start, end in _clusters(text):
        if start in dropped:
            continue
        kept = "".join(c for c in text[start:end] if unicodedata.category(c) != "Cf")
        one = unicodedata.normalize("NFKC", kept.translate(_SAME)).translate(_SAME)
        out.append(one)
        offsets += [start] * len(one)
    return Normalised("".join(out), (*offsets, len(text)))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Spans of characters that NFKC may join: a letter with the marks after it (か and ゛, half-width ｶ and ﾞ)."""
    starts = [i for i, c in enumerate(text) if i == 0 or c.isascii() or not _joins(c)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _joins(char: str) -> bool:
    """Whether a character may melt into the one before: marks, half-width sound marks, and what is dropped between them."""
    if char in "\uff9e\uff9f":
        return True
    return unicodedata.combining(char) != 0 or unicodedata.category(char) in ("Cf", "Mn", "Mc")
