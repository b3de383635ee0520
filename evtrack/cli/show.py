"""``evtrack show``: what is the evidence for one claim, and why is it graded so?"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, claim_of, day_of, library_of, settings_of


def show(
    context: typer.Context,
    claim_id: Annotated[str, typer.Argument(metavar="CLAIM", show_default=False)],
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", "-v", show_default=False)] = False,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """All the evidence for one claim."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    day = day_of("--at", at)
    from evtrack.report.reading import read_status

    library = library_of(settings)
    claim = claim_of(library, claim_id)
    read = partial(read_status, settings.db, library, claim, settings.now(), at=day, history=everything)
    if as_json:
        from evtrack.cli.output import put_json
        from evtrack.report.status_json import claim_json

        put_json(claim_json(read(), settings.lang, records=True, past=everything))
        return
    from evtrack.report.show_text import quoted_records, show_lines
    from evtrack.report.terminal import columns_of_terminal, put_lines

    found = read(texts=partial(quoted_records, everything=everything))
    put_lines(show_lines(found, settings.lang, columns_of_terminal(), everything=everything))
