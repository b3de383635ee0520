"""``evtrack regrade``: what are the stored records worth by the rules and claims of today?"""

from __future__ import annotations

from typing import Annotated

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, library_of, settings_of
from evtrack.cli.words import say


def regrade(
    context: typer.Context,
    all_records: Annotated[bool, typer.Option("--all", show_default=False)] = False,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Grade what is stored again, where rules or claims are others than those that graded it."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    library = library_of(settings)
    from evtrack.bulk.again import faults_of
    from evtrack.cli.db import fault_json, fault_line
    from evtrack.cli.output import Progress, note, put, put_json
    from evtrack.regrade import regrade as regrade_store
    from evtrack.report.changes_text import change_json
    from evtrack.rules import load_rules
    from evtrack.store.lock import one_writer
    from evtrack.store.store import Store
    from evtrack.store.target import place_of, there

    there(place_of(settings.db))  # a store that is not there is told, not made
    line = Progress()
    rules = load_rules(library.concepts)
    try:
        with one_writer(settings.db, wait=settings.timeout), Store.open(settings.db, now=settings.now) as store:
            done = regrade_store(
                store,
                library,
                rules,
                now=settings.now,
                everything=all_records,
                progress=lambda n: line(say("progress.grading", settings.lang, n=n)),
            )
            due = faults_of(store.bulk_files().values(), rules)
    finally:
        line.done()
    if as_json:
        put_json(
            {
                "run_id": done[0] if done else None,
                "rules_version": rules.version,
                "records": done[1].records if done else 0,
                "claims": list(done[1].claims) if done else [],
                "changes": [change_json(c) for c in done[1].changes] if done else [],
            }
        )
    elif done:
        put([say("regrade.done", settings.lang, records=done[1].records, claims=len(done[1].claims))])
    else:
        put([say("regrade.nothing", settings.lang)])
    for fault in due:
        note(f"evtrack: {fault_line(fault_json(fault), settings.lang)}")
