"""What do changes look like? The digest as text for a terminal or a mail, and the JSON of CONTRACT.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from evtrack.changes import Change
from evtrack.claim import Library
from evtrack.report.change_words import Beside, change_sentence, change_words, told_once
from evtrack.report.plain import wrap
from evtrack.report.terminal import Line, colon
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.report.digest import Block, Digest, Piece
    from evtrack.store.facts import Run

_STYLE = {"critical": "bold red", "notable": "bold", "minor": ""}


def change_json(change: Change) -> dict[str, Any]:
    """One change."""
    return {
        "kind": change.kind,
        "claim_id": change.claim_id,
        "record_id": change.record_id,
        "before": change.before,
        "after": change.after,
        "severity": change.severity,
    }


def changes_json(told: list[tuple[Run, Change]]) -> dict[str, Any]:
    """All changes with the run that told each."""
    return {
        "changes": [
            {**change_json(c), "run_id": run.id, "at": (run.finished_at or run.started_at).isoformat()}
            for run, c in told
        ]
    }


def change_lines(
    changes: Sequence[Change],
    library: Library,
    lang: str,
    columns: int,
    beside: Beside | None = None,
    most: int | None = None,
) -> list[Line]:
    """A line a change, in the order given; what befell a record is one line for all claims it touches. ``most``: lines."""
    out: list[Line] = []
    once = told_once(changes, lambda c: change_sentence(c, lang, beside))
    for change, claims in list(once.items())[:most]:
        said = change_words(change, library, lang, beside, claims)
        out.extend((line, _STYLE[change.severity]) for line in wrap(f"  {said}", columns, "    "))
    return out


def digest_lines(digest: Digest, columns: int) -> list[Line]:
    """The digest: how many changes of each severity, then each under its claim, worst first. Nothing where nothing happened."""
    return [
        (line, style)
        for text, style, indent in _lines(digest)
        for line in (wrap(text, columns, indent) if text else [""])
    ]


def _lines(digest: Digest) -> Iterator[tuple[str, str, str]]:
    """Text, style, and what later lines begin with."""
    yield from ((warning, "bold", "") for warning in digest.warnings)
    if not digest:
        return
    if digest.sections:
        yield digest.counts + colon(digest.lang) + digest.runs, "bold", "  "
    for section in digest.sections:
        yield "", "", ""
        heading = word("digest.section", digest.lang, severity=section.words, n=section.n)
        yield heading, _STYLE[section.severity] or "bold", ""
        yield from ((f"  {said}", "", "    ") for said in section.said)
        for block in section.blocks:
            yield from _block(block, digest.lang)
        if section.more:
            yield f"  {section.more}", "dim", "    "
    yield "", "", ""
    yield from ((limit, "dim", "") for limit in digest.limits)


def _block(block: Block, lang: str) -> Iterator[tuple[str, str, str]]:
    where = block.url or block.id
    yield "  " + (f"{block.heading} ({where})" if block.heading and where else block.heading or where), "bold", "    "
    for piece in block.pieces:
        yield f"    - {_sentence(piece)}", "", "      "
        if piece.record:
            yield f"      {piece.url or piece.record} {piece.title}".rstrip(), "", "      "
    yield from ((f"      {detail}", "", "        ") for detail in block.details)
    if block.touches:
        yield f"    {block.touches}", "", "      "
    if block.now:
        yield f"    {block.people}", "", "      "
        yield f"    {word('digest.now', lang, label=block.now)}", "", "      "
        yield f"    {word('digest.see', lang, command=f'evtrack show {block.claim}')}", "dim", "      "


def _sentence(piece: Piece) -> str:
    return f"{piece.day} {piece.sentence}".strip()
