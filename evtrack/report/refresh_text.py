"""What does a refresh say when it ends? Text for a person, the JSON of CONTRACT.md, and what went wrong in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from evtrack.claim import Library
from evtrack.grade.searching import SOURCES
from evtrack.report.change_words import Beside, told_once
from evtrack.report.changes_text import change_json, change_lines
from evtrack.report.plain import plain
from evtrack.report.terminal import Line
from evtrack.trouble import Trouble
from evtrack.wording import word, words_of

if TYPE_CHECKING:
    from evtrack.counting import Counted
    from evtrack.refreshed import Refreshed, SourceOutcome

SHOWN = 12
"""Changes that are shown at the end of a refresh; ``evtrack changes`` shows all."""

_WARNED = 5
"""Warnings that are shown; ``--json`` has them all."""

_UNREACHED = {"no_connection", "no_tls", "connect_timeout", "no_answer", "refused_403", "broken_setup"}
"""Troubles that say a service was not reached at all."""


def trouble_words(trouble: Trouble, lang: str) -> str:
    """One trouble in words; what a service said is plain text, what is not known of it a question mark."""
    words = words_of(f"trouble.{trouble.code}")
    asked = dict.fromkeys(re.findall(r"\{(\w+)\}", words[0]), "?")
    fields = {**asked, **{name: plain(text) for name, text in trouble.fields.items()}}
    if fields.get("service") in SOURCES:
        fields["service"] = word(f"source.{fields['service']}", lang)
    return word(f"trouble.{trouble.code}", lang, **fields)


def refresh_json(done: Refreshed, lang: str) -> dict[str, Any]:
    """The answer of ``refresh --json``; errors and warnings in ``lang``."""
    return {
        "run_id": done.run,
        "started_at": done.started_at.isoformat(),
        "finished_at": done.finished_at.isoformat(),
        "status": done.status,
        "sources": {
            s.name: {
                "requests": s.requests,
                "retries": s.retries,
                "found": s.found,
                "new": s.new,
                "changed": s.changed,
                "removed": s.removed,
                "errors": [trouble_words(t, lang) for t in s.errors],
                "warnings": [trouble_words(t, lang) for t in s.warnings],
                "complete": s.complete,
                "transport": s.transport,
            }
            for s in done.sources
        },
        "claims": [
            {
                "claim_id": c.claim_id,
                "status": c.status,
                "level_before": c.level_before,
                "level": c.level,
                "stance_before": c.stance_before,
                "stance": c.stance,
            }
            for c in done.claims
        ],
        "changes": [change_json(c) for c in done.changes],
    }


def refresh_lines(
    done: Refreshed, library: Library, lang: str, columns: int = 100, beside: Beside | None = None
) -> list[Line]:
    """What a person reads at the end: a line a source, then the changes that matter, then where the rest stands."""
    if done.status == "failed":
        return []  # what there is to say is said by trouble_lines
    lines: list[Line] = [(_source_line(s, lang), "") for s in done.sources]
    told = [c for c in done.changes if c.severity != "minor"]
    lines.append((word("refresh.changes", lang, n=len(told_once(done.changes)), notable=len(told_once(told))), "bold"))
    lines += change_lines(told, library, lang, columns, beside, most=SHOWN)
    if done.changes:
        lines.append((word("refresh.more", lang), "dim"))
    return lines


def _source_line(source: SourceOutcome, lang: str) -> str:
    if not source.answered:
        return word("refresh.source_silent", lang, source=word(f"source.{source.name}", lang))
    return word(
        "refresh.source",
        lang,
        source=word(f"source.{source.name}", lang),
        found=source.found,
        new=source.new,
        changed=source.changed,
        removed=source.removed,
        requests=source.requests,
    )


def trouble_lines(done: Refreshed, lang: str, *, warned: bool = True) -> list[str]:
    """What a person must know of what did not go well, most important first; empty where all is well.

    ``warned``: with what made nothing incomplete.
    """
    unreached = [s for s in done.sources if s.errors and not s.found and s.errors[0].code in _UNREACHED]
    if done.status == "failed" and len(unreached) == len(done.sources):
        why = _joined((trouble_words(t, lang) for s in unreached for t in s.errors[:1]), lang)
        return [word("refresh.unreachable", lang, why=why)]
    lines = [trouble_words(t, lang) for s in done.sources for t in s.errors]
    warnings = list(dict.fromkeys(trouble_words(t, lang) for s in done.sources for t in s.warnings if warned))
    lines += warnings[:_WARNED]
    if len(warnings) > _WARNED:
        lines.append(word("refresh.warnings", lang, n=len(warnings) - _WARNED))
    partial = [c for c in done.claims if c.status == "partial"]
    not_asked = [c for c in done.claims if c.status == "not_asked"]
    if done.status != "complete":
        lines.append(word("refresh.partial", lang, partial=len(partial), not_asked=len(not_asked)))
    return lines


def _joined(texts: Iterable[str], lang: str) -> str:
    return ("；" if lang == "ja" else "; ").join(texts)


def counted_json(counted: list[Counted], requests: Mapping[str, int], lang: str) -> dict[str, Any]:
    """The answer of ``refresh --dry-run --json``. ``found`` is the sum over queries, which overlap: at most so many."""
    return {
        "dry_run": True,
        "sources": {
            name: {
                "requests": sent,
                "found": sum(c.count or 0 for c in counted if c.source == name),
                "errors": list(
                    dict.fromkeys(trouble_words(c.trouble, lang) for c in counted if c.source == name and c.trouble)
                ),
            }
            for name, sent in requests.items()
        },
        "queries": [
            {
                "source": c.source,
                "query": c.query,
                "claims": list(c.claims),
                "count": c.count,
                "error": trouble_words(c.trouble, lang) if c.trouble else None,
            }
            for c in counted
        ],
    }


def counted_lines(counted: list[Counted], lang: str) -> list[Line]:
    """A line a distinct query, the largest first, and the sum of each source: an upper bound, since queries overlap."""
    lines: list[Line] = []
    for source in dict.fromkeys(c.source for c in counted):
        of_source = sorted((c for c in counted if c.source == source), key=lambda c: -(c.count or 0))
        name = word(f"source.{source}", lang)
        total = sum(c.count or 0 for c in of_source)
        lines.append((word("refresh.counted_source", lang, source=name, n=len(of_source), total=total), "bold"))
        for c in of_source:
            count = "–" if c.count is None else f"{c.count:,}"
            claims = ("、" if lang == "ja" else ", ").join(c.claims)
            lines.append((f"  {count:>9}  {claims}", ""))
    return lines
