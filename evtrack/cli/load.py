"""``evtrack load``: read files, keep the records, grade them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evtrack.cli.options import ClaimId, Claims, Db, Json, Lang, claim_of, library_of, settings_of
from evtrack.cli.problems import EXIT_USAGE, Problem, file_line
from evtrack.cli.words import say

if TYPE_CHECKING:
    from evtrack.load import Loaded


def load(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE", show_default=False)],
    claim: ClaimId = None,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Read records from files, keep them, grade them."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    from pathlib import Path

    for file in files:
        # Not is_file(): a pipe (`<(zcat …)`) is read as well.
        if not Path(file).exists() or Path(file).is_dir():
            raise Problem("file.folder" if Path(file).is_dir() else "file.missing", path=file)
    library = library_of(settings)
    about = claim_of(library, claim) if claim else None
    from evtrack.assess import Grader
    from evtrack.batches import begin
    from evtrack.cli.output import Progress as Line
    from evtrack.cli.output import note, put, put_json
    from evtrack.load import Progress
    from evtrack.load import load as load_files
    from evtrack.rules import load_rules

    class Told(Progress):
        line = Line()

        def reading(self, path: str, n: int) -> None:
            self.line(say("progress.reading", settings.lang, path=path, n=n))

        def grading(self, n: int) -> None:
            self.line(say("progress.grading", settings.lang, n=n))

    told = Told()
    rules = load_rules(library.concepts)
    try:
        with begin(files[0], Grader(library, rules).asked_first) as begun:
            # Here, since its imports take as long as the reader's start.
            from evtrack.store.lock import one_writer
            from evtrack.store.store import Store

            with one_writer(settings.db, wait=settings.timeout), Store.open(settings.db, now=settings.now) as store:
                done = load_files(
                    store,
                    files,
                    library,
                    rules,
                    now=settings.now,
                    claim_id=about.id if about else None,
                    progress=told,
                    begun=begun,
                )
    finally:
        told.line.done()
    if as_json:
        put_json(loaded_json(done, settings.lang))
    else:
        put(_lines(done, settings.lang))
    broken = [(f, f.problem) for f in done.files if f.problem]
    for report, problem in broken:
        note(f"evtrack: {file_line(problem, settings.lang)} {say('cli.kept', settings.lang, n=report.read)}")
    if broken:
        raise typer.Exit(EXIT_USAGE)


def loaded_json(done: Loaded, lang: str) -> dict[str, Any]:
    """The answer of ``load --json``; what is said of a fault follows ``lang``."""
    from evtrack.wording.fault import fault_words

    return {
        "run_id": done.run,
        "files": [
            {
                "path": f.path,
                "read": f.read,
                "new": f.new,
                "changed": f.changed,
                "skipped": [{"where": fault_words(s.where, lang), "why": fault_words(s.why, lang)} for s in f.skipped],
                "problem": {
                    "where": fault_words(f.problem.place, lang),
                    "what": fault_words(f.problem.what, lang),
                    "mend": fault_words(f.problem.mend, lang),
                }
                if f.problem
                else None,
            }
            for f in done.files
        ],
        "graded": {"records": done.outcome.records, "claims": list(done.outcome.claims)},
    }


def _lines(done: Loaded, lang: str) -> list[str]:
    from evtrack.wording.fault import fault_words

    lines = []
    for f in done.files:
        lines.append(
            say("load.file", lang, path=f.path, read=f.read, new=f.new, changed=f.changed, skipped=len(f.skipped))
        )
        lines += [
            say("load.skipped", lang, where=fault_words(s.where, lang), why=fault_words(s.why, lang)) for s in f.skipped
        ]
    lines.append(say("load.graded", lang, records=done.outcome.records, claims=len(done.outcome.claims)))
    return lines
