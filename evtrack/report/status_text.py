"""How does ``status`` look in a terminal? A row a claim; what is known in people stands before the level."""

from __future__ import annotations

from collections.abc import Iterator

from evtrack.report._protocol import ClaimStatus
from evtrack.report.plain import fit, pad, plain, width, wrap
from evtrack.report.review_text import action_words
from evtrack.report.terminal import STALE, Line, old_words, searched_summary
from evtrack.wording import word

_WIDE = 90
"""Columns from which the statement stands with the id: a clinician does not know ids."""

_VERY_WIDE = 150
"""Columns from which the first column is wider."""


def status_lines(statuses: list[ClaimStatus], as_of: str | None, lang: str, columns: int = 100) -> list[Line]:
    """The table of ``status``: never a bare tag, and what is known in people first."""
    heads = [word(k, lang) for k in ("view.claim", "view.people", "view.level", "view.review")]
    rows = [_row(s, lang) for s in statuses]
    ids = max([width(heads[0]), *(width(s.claim.id) for s in statuses)])
    review = max(width(heads[3]), *(width(r[3]) for r in rows)) if rows else width(heads[3])
    first = max(ids, 30 if columns < _VERY_WIDE else 44) if columns >= _WIDE else min(ids, 28)
    rest = columns - first - review - 6
    fixed = [first, rest // 2, rest - rest // 2, review]
    out: list[Line] = [(_cells(heads, fixed), "bold")]
    for status, row in zip(statuses, rows, strict=True):
        cells = [_folded(cell, fixed[i]) for i, cell in enumerate(row)]
        if columns >= _WIDE:
            cells[0] = [*_folded(plain(status.claim.statement.get(lang)), first), *(f"  {i}" for i in cells[0])]
        height = max(len(lines) for lines in cells)
        if columns >= _WIDE:
            out.append(("", ""))
        out.extend((_cells([lines[n] if n < len(lines) else "" for lines in cells], fixed), "") for n in range(height))
    out.append(("", ""))
    out.append((word("view.as_of", lang, date=as_of[:10]) if as_of else word("view.nothing_loaded", lang), "dim"))
    days = max((s.days for s in statuses), default=0)
    if as_of and days > STALE:
        out.append((old_words(days, as_of, lang), "yellow"))
    notes = searched_summary(statuses, lang) if statuses and as_of else []
    for words in (*notes, word("sentence.stage", lang), word("sentence.disclaimer", lang)):
        out.extend((line, "dim") for line in wrap(words, columns))
    return out


def _folded(cell: str, columns: int) -> list[str]:
    return [fit(line, columns) for line in wrap(cell, columns) or [""]]


def _row(status: ClaimStatus, lang: str) -> list[str]:
    """The cells of one claim. The column's head says "in people": the sentence's own beginning is left out, or cut short."""
    grade = status.grade
    people = grade.people.get(lang)
    for frame in ("people.manual", "people.safety", "people.background"):
        people = people.removeprefix(word(frame, lang, found=""))
    effect = people.removeprefix(word("people.effect", lang, found=""))
    if effect != people:  # beside studies that do not show it, "none found" must say of what
        several = word("people.list", lang) in effect
        people = word("people.effect_short", lang, found=effect) if several else effect
    people = people.replace(word("people.not_searched", lang), word("view.unsearched", lang))
    level = grade.label.get(lang)
    if grade.level == "none":
        level = level.replace(word("label.none_not_searched", lang), word("view.level_unsearched", lang))
    level += "".join(f" {mark}" for mark in _marks(status, lang))
    return [status.claim.id, plain(people), plain(level), str(grade.needs_review or "")]


def _marks(status: ClaimStatus, lang: str) -> Iterator[str]:
    """That persons spoke: of the level, and of how many of its records."""
    for said in status.words:
        yield word("review.mark_level", lang, action=action_words(said, lang), name=plain(said.name), date=said.at[:10])
        if said.reopened:
            yield word("review.reopened_mark", lang).strip()
    if status.spoken_of:
        yield word("review.mark", lang, n=status.spoken_of)


def _cells(cells: list[str], columns: list[int]) -> str:
    return "  ".join(pad(cell, columns[i]) for i, cell in enumerate(cells)).rstrip()
