"""Which words of a text fired, and what did they tell? The text in pieces, wrapped; its colours, or brackets without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple, get_args

from evtrack.record import Reason
from evtrack.report.plain import plain, wrap
from evtrack.wording import word

Kind = Literal["design", "agent", "condition", "outcome", "stance"]
KINDS: tuple[Kind, ...] = get_args(Kind)

STYLES: dict[Kind, str] = {
    "design": "black on cyan",
    "agent": "white on magenta",
    "condition": "black on yellow",
    "outcome": "white on blue",
    "stance": "reverse",
}
"""Like marker pens: readable on dark and on light terminals. No kind is green or red, which would read as good or bad."""

_LADDER = frozenset(
    f"R-{row}"
    for row in (
        "RETRACTED", "NOTICE", "REVIEW", "OPINION", "PROTOCOL", "REGISTERED", "EMPTY-REVIEW", "POOLED", "RCT", "EARLY-CLINICAL",
        "ANIMAL", "IN-VITRO", "OBSERVATIONAL", "DESIGN-UNREAD", "BACKGROUND-TRIAL",
    )
)  # fmt: skip
"""Rows of the ladder (rules/ladder.yaml): what they rest on told the design. The other rules R-… told what was given."""


class Piece(NamedTuple):
    """A stretch of text, what it told (``None``: nothing), and whether it stands in the text or was put around it."""

    text: str
    kind: Kind | None = None
    added: bool = False


def kind_of(rule: str) -> Kind:
    """What a rule tells of a record, by its id."""
    letter = rule.partition("-")[0]
    if letter == "M":
        return "outcome" if rule == "M-OUTCOME" else "condition"
    if letter == "S":
        return "stance"
    if letter == "A" or (letter == "R" and rule not in _LADDER):
        return "agent"
    return "design"


def pieces_of(text: str, reasons: Iterable[Reason], field: str) -> list[Piece]:
    """``text`` of the field ``field``, without control characters, cut where what it told changes.

    Joined, the pieces are the text cleaned (newlines kept). A reason whose words do not stand at its place (the record
    has changed since) marks nothing. Where words told two things the shorter reason wins: both stay to be seen.
    """
    told: list[Kind | None] = [None] * len(text)
    fired = {(r.start, r.end, kind_of(r.rule)) for r in reasons if r.field == field and _stands(r, text)}
    for first, last, kind in sorted(fired, key=lambda f: (f[0] - f[1], KINDS.index(f[2]), f[0])):
        told[first:last] = [kind] * (last - first)
    pieces, start = [], 0
    for same, run in groupby(told):
        end = start + sum(1 for _ in run)
        pieces.append(Piece("\n".join(plain(line) for line in text[start:end].split("\n")), same))
        start = end
    return pieces


def _stands(reason: Reason, text: str) -> bool:
    return 0 <= reason.start < reason.end <= len(text) and text[reason.start : reason.end] == reason.text


def bracketed(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with a bracket around each that told something, and a number for what: for a terminal without colours."""
    out: list[Piece] = []
    for piece in pieces:
        if piece.kind is None or not piece.text.strip():
            out.append(piece)
            continue
        out += [Piece(f"[{KINDS.index(piece.kind) + 1}:", added=True), piece, Piece("]", added=True)]
    return out


def legend(lang: str, *, color: bool) -> list[Piece]:
    """What each colour, or each number, stands for."""
    out = [Piece(word("review.legend", lang), added=True)]
    for kind in KINDS:
        name = Piece(f" {word(f'review.kind.{kind}', lang)} ", kind)
        out += [Piece(" ", added=True), *([name] if color else bracketed([Piece(name.text.strip(), kind)]))]
    return out


def wrapped(pieces: Sequence[Piece], columns: int, indent: str = "") -> list[list[Piece]]:
    """Pieces as lines of at most ``columns``, a newline among them ending a line; blanks alone are lost, where a line ends."""
    lines: list[list[Piece]] = []
    for paragraph in _paragraphs(pieces):
        marks = _marks(paragraph)
        whole = indent + "".join(p.text for p in paragraph)
        lines += [_with_marks(line, indent, marks) for line in wrap(whole, columns, indent)]
    return lines


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    now: list[Piece] = []
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        now.append(piece._replace(text=first))
        for text in rest:
            yield now
            now = [piece._replace(text=text)]
    yield now


def _marks(pieces: Iterable[Piece]) -> Iterator[tuple[str, Kind | None]]:
    """Each character with what it told."""
    return ((c, piece.kind) for piece in pieces for c in piece.text)


def _with_marks(line: str, indent: str, marks: Iterator[tuple[str, Kind | None]]) -> list[Piece]:
    """The pieces that a wrapped line is made of. Wrapping loses and makes blanks, never another character."""
    out: list[Piece] = [Piece(indent)] if line.startswith(indent) and indent else []
    for c in line[len(indent) if out else 0 :]:
        kind = next((kind for known, kind in marks if known == c), None)
        if out and out[-1].kind == kind:
            out[-1] = Piece(out[-1].text + c, kind)
        else:
            out.append(Piece(c, kind))
    return out
