"""What does a digest say in Markdown? For a chat, an issue or a note; what comes from outside is never markup."""

from __future__ import annotations

from collections.abc import Iterator

from evtrack.report.audit_markdown import escaped
from evtrack.report.digest import Block, Digest, Piece
from evtrack.wording import word


def changes_markdown(digest: Digest) -> str:
    """The page; ``""`` where nothing happened."""
    return "\n".join(_lines(digest)) + "\n" if digest else ""


def _lines(digest: Digest) -> Iterator[str]:
    yield f"# {escaped(digest.title)}"
    if digest.runs:
        yield ""
        yield escaped(digest.runs)
    for warning in digest.warnings:
        yield ""
        yield f"**{escaped(warning)}**"
    for section in digest.sections:
        yield ""
        yield f"## {escaped(word('digest.section', digest.lang, severity=section.words, n=section.n))}"
        if section.said:
            yield ""
            yield from (f"- {escaped(said)}" for said in section.said)
        for block in section.blocks:
            yield ""
            yield from _block(block, digest.lang)
        if section.more:
            yield ""
            yield escaped(section.more)
    for limit in digest.limits:
        yield ""
        yield escaped(limit)


def _block(block: Block, lang: str) -> Iterator[str]:
    named = _linked(block.id, block.url)
    yield f"**{escaped(block.heading)}**" + (f" ({named})" if named else "") if block.heading else f"**{named}**"
    yield ""
    yield from (f"- {_piece(piece)}" for piece in block.pieces)
    yield from (f"  - {escaped(detail)}" for detail in block.details)
    if block.touches:
        yield ""
        yield escaped(block.touches)
    if block.now:
        yield ""
        # Two blanks break a line; where Markdown is not read they are not seen.
        yield f"{escaped(block.people)}  "
        yield f"{escaped(word('digest.now', lang, label=block.now))}  "
        yield escaped(word("digest.see", lang, command=f"evtrack show {block.claim}"))


def _piece(piece: Piece) -> str:
    record = _linked(piece.record, piece.url)
    return " ".join(p for p in (piece.day, escaped(piece.sentence), record, escaped(piece.title)) if p)


def _linked(name: str, url: str | None) -> str:
    return f"[{escaped(name)}]({url})" if url else escaped(name)
