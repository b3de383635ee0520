"""``evtrack status``: where does every claim stand?"""

from __future__ import annotations

import re
from typing import Annotated

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, library_of, settings_of
from evtrack.cli.problems import EXIT_FOUND, Problem
from evtrack.cli.words import say
from evtrack.config import Settings

_STALE = re.compile(r"stale=(\d{1,6})d\Z")


def status(
    context: typer.Context,
    as_json: Json = False,
    fail_on: Annotated[str | None, typer.Option("--fail-on", metavar="stale=DAYSd", show_default=False)] = None,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """One row a claim."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    limit = _days(fail_on)
    from evtrack.cli.output import note, put_json
    from evtrack.report.reading import oldest, read_statuses

    library = library_of(settings)
    statuses = read_statuses(settings.db, library, settings.now(), records=False)
    as_of = oldest(statuses)
    if as_json:
        from evtrack.report.status_json import status_json

        put_json(status_json(statuses, as_of, settings.lang))
    else:
        from evtrack.report.status_text import status_lines
        from evtrack.report.terminal import columns_of_terminal, put_lines

        put_lines(status_lines(statuses, as_of, settings.lang, columns_of_terminal(200)))
    stale = _stale(settings, as_of, limit) if limit is not None else []
    for told in stale:
        note(f"evtrack: {told}")
    if stale:
        raise typer.Exit(EXIT_FOUND)


def _stale(settings: Settings, as_of: str | None, limit: int) -> list[str]:
    """What is older than ``limit`` days, in words: each source by its last whole search, or files by their load."""
    from datetime import datetime

    from evtrack.report.reading import pulled_until

    lang = settings.lang
    pulled = pulled_until(settings.db)
    if pulled is None:
        if as_of is None:
            return [say("view.stale_never", lang)]
        days = (settings.now() - datetime.fromisoformat(as_of)).total_seconds() / 86400
        return [say("view.stale", lang, n=int(days), date=as_of[:10], limit=limit)] if days > limit else []
    told = []
    for name, until in pulled.items():
        source = say(f"source.{name}", lang)
        if until is None:
            told.append(say("view.stale_source_never", lang, source=source))
            continue
        days = (settings.now() - until).total_seconds() / 86400
        if days > limit or days < 0:  # a clock that was ahead proves nothing
            told.append(
                say("view.stale_source", lang, source=source, n=int(days), date=f"{until:%Y-%m-%d}", limit=limit)
            )
    return told


def _days(fail_on: str | None) -> int | None:
    """Days out of ``stale=10d``. Raises ``Problem`` for anything else."""
    if fail_on is None:
        return None
    match = _STALE.match(fail_on)
    if not match:
        raise Problem("cli.fail_on", value=fail_on)
    return int(match[1])
