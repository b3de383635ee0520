"""``evtrack load``: read files, keep the records, grade them."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evtrack.cli.options import ClaimId, Claims, Db, Json, Lang, claim_of, library_of, settings_of
from evtrack.cli.problems import EXIT_PARTIAL, EXIT_USAGE, Problem, file_line
from evtrack.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evtrack.bulk.rows import Work
    from evtrack.bulk.workers import Workers
    from evtrack.load import Loaded


def load(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE", show_default=False)],
    claim: ClaimId = None,
    all_records: Annotated[bool, typer.Option("--all", show_default=False)] = False,
    scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="tcp://…", show_default=False)] = None,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Read records from files, keep them, grade them."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    from pathlib import Path

    from evtrack.bulk.names import is_checksum, number_of

    for file in files:
        # Not is_file(): a pipe (`<(zcat …)`) is read as well.
        if not Path(file).exists() or Path(file).is_dir():
            raise Problem("file.folder" if Path(file).is_dir() else "file.missing", path=file)
    files = [file for file in files if not is_checksum(file)] or files
    library = library_of(settings)
    about = claim_of(library, claim) if claim else None
    from evtrack.batches import begin
    from evtrack.bulk.again import faults_of
    from evtrack.bulk.workers import workers_for
    from evtrack.cli.db import fault_json, fault_line
    from evtrack.cli.load_progress import LoadProgress
    from evtrack.cli.output import note, put, put_json
    from evtrack.grader import Grader
    from evtrack.load import load as load_files
    from evtrack.rules import load_rules

    told = LoadProgress(files, settings.lang)
    rules = load_rules(library.concepts)
    bulk = [file for file in files if number_of(file) is not None]
    others = [file for file in files if file not in bulk]
    if scheduler and not bulk:
        raise Problem("cluster.nothing", address=scheduler)
    try:
        with (
            _cluster_at(scheduler) if scheduler else nullcontext(workers_for(bulk)) as workers,
            begin(others[0], Grader(library, rules).asked_first) if others else nullcontext() as begun,
        ):
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
                    everything=all_records,
                    progress=told,
                    begun=begun,
                    workers=workers,
                )
                due = faults_of(store.bulk_files().values(), rules)
    finally:
        told.done()
    if as_json:
        put_json(loaded_json(done, settings.lang))
    else:
        put(_lines(done, settings.lang))
    broken = [(f, f.problem) for f in done.files if f.problem]
    for report, problem in broken:
        note(f"evtrack: {file_line(problem, settings.lang)} {say('cli.kept', settings.lang, n=report.read)}")
    for fault in due:
        note(f"evtrack: {fault_line(fault_json(fault), settings.lang)}")
    if broken:
        raise typer.Exit(EXIT_USAGE)


@contextmanager
def _cluster_at(address: str) -> Iterator[Callable[[Work], Workers]]:
    """The workers of a cluster. Raises ``Problem`` where it can't be worked with, from the start or later."""
    from functools import partial

    from evtrack.bulk.cluster import Cluster, ClusterError

    try:
        yield partial(Cluster, address=address)
    except ClusterError as error:
        passing = error.kind in ("unreachable", "no_workers")
        key = {
            "missing": "cluster.missing",
            "unreachable": "cluster.unreachable",
            "no_workers": "cluster.no_workers",
            "other_version": "cluster.other_version",
        }[error.kind]
        code = EXIT_PARTIAL if passing else EXIT_USAGE
        raise Problem(key, exit_code=code, address=error.address, why=error.why) from error


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
                "passed": f.passed,
                "deleted": f.deleted,
                "loaded_before": f.loaded_before,
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
        if f.loaded_before:
            lines.append(say("load.before", lang, path=f.path))
            continue
        line = say("load.file", lang, path=f.path, read=f.read, new=f.new, changed=f.changed, skipped=len(f.skipped))
        beside = [say(key, lang, n=n) for key, n in (("load.passed", f.passed), ("load.deleted", f.deleted)) if n]
        lines.append(" · ".join([line, *beside]))
        lines += [
            say("load.skipped", lang, where=fault_words(s.where, lang), why=fault_words(s.why, lang)) for s in f.skipped
        ]
    lines.append(say("load.graded", lang, records=done.outcome.records, claims=len(done.outcome.claims)))
    return lines
