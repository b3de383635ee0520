"""``evtrack changes``: what has changed, and how much does it matter?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from evtrack.cli.options import Claims, Db, Lang, day_of, library_of, settings_of
from evtrack.cli.problems import Problem
from evtrack.cli.words import say

if TYPE_CHECKING:
    from evtrack.store.read import Reader

FORMATS = ("text", "json")


def changes(
    context: typer.Context,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE|RUN", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", metavar="text|json", show_default=False)] = "text",  # noqa: A002 # the contract's name of the option
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """What was told by each run; without --since, by the last one."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    if format not in FORMATS:
        raise Problem("cli.bad_format", value=format, names=", ".join(FORMATS))
    after = _since(since)
    from evtrack.cli.output import put_json
    from evtrack.report.changes_text import beside_of, changes_json, changes_lines
    from evtrack.report.terminal import columns_of_terminal, put_lines
    from evtrack.store.read import open_reader

    with open_reader(settings.db) as reader:
        last = reader.last_run()
        if after is None:
            after = last.id - 1 if last else 0
        elif isinstance(after, int) and after > (last.id if last else 0):
            raise Problem("changes.no_run", value=after, last=last.id if last else 0)
        told = reader.changes(after)
        library = library_of(settings)
        beside = beside_of([c for _, c in told], reader, library, settings.lang) if format == "text" else None
        around = list(_around(reader, settings.lang, told=bool(told)))
    if format == "json":
        put_json(changes_json(told))
        return
    put_lines(changes_lines(told, library, settings.lang, columns_of_terminal(), beside))
    put_lines((line, "") for line in around)


def _around(reader: Reader, lang: str, *, told: bool) -> Iterator[str]:
    """What a reader of the changes must know beside: whether all was looked at, and when something changed last."""
    runs = reader.runs()
    last = runs[-1] if runs else None
    whole = any(run.status == "complete" and run.kind in ("refresh", "load") for run in runs)
    if last and last.status in ("partial", "failed") and last.kind == "refresh":
        yield say("changes.not_whole", lang, n=last.id, date=f"{last.started_at:%Y-%m-%d}")
    elif not told and not whole:
        yield say("changes.never", lang)
    elif not told:
        yield say("changes.none", lang)
    before = reader.last_change()
    if not told and before is not None:
        day = next(run.started_at for run in runs if run.id == before)
        yield say("changes.last", lang, n=before, date=f"{day:%Y-%m-%d}", since=before - 1)


def _since(text: str | None) -> date | int | None:
    """A run's number or a day. Raises ``Problem``."""
    if text is not None and text.isascii() and text.isdigit() and len(text) < 8:
        return int(text)
    return day_of("--since", text)
