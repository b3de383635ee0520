"""``evtrack status``: where does every claim stand?"""

from __future__ import annotations

import re
from typing import Annotated

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, library_of, settings_of
from evtrack.cli.problems import EXIT_FOUND, Problem
from evtrack.cli.words import say

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
    oldest = _days(fail_on)
    from evtrack.cli.output import note, put_json
    from evtrack.report.reading import read_statuses
    from evtrack.report.status_json import status_json
    from evtrack.report.status_text import status_lines
    from evtrack.report.terminal import columns_of_terminal, put_lines

    library = library_of(settings)
    statuses = read_statuses(settings.db, library, settings.now(), records=False)
    as_of = statuses[0].as_of if statuses else None
    if as_json:
        put_json(status_json(statuses, as_of, settings.lang))
    else:
        put_lines(status_lines(statuses, as_of, settings.lang, columns_of_terminal(200)))
    if oldest is not None:
        from datetime import datetime

        if as_of is None:
            note(f"evtrack: {say('view.stale_never', settings.lang)}")
            raise typer.Exit(EXIT_FOUND)
        days = (settings.now() - datetime.fromisoformat(as_of)).total_seconds() / 86400
        if days > oldest:
            told = say("view.stale", settings.lang, n=int(days), date=as_of[:10], limit=oldest)
            note(f"evtrack: {told}")
            raise typer.Exit(EXIT_FOUND)


def _days(fail_on: str | None) -> int | None:
    """Days out of ``stale=10d``. Raises ``Problem`` for anything else."""
    if fail_on is None:
        return None
    match = _STALE.match(fail_on)
    if not match:
        raise Problem("cli.fail_on", value=fail_on)
    return int(match[1])
