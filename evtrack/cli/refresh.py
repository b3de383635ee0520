"""``evtrack refresh``: ask the services, keep and grade what they hold, tell what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, claim_of, library_of, settings_of
from evtrack.cli.problems import EXIT_FOUND, EXIT_PARTIAL, Problem
from evtrack.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Collection

    from evtrack.changes import Severity
    from evtrack.claim import Library
    from evtrack.cli.refresh_progress import RefreshProgress
    from evtrack.config import Settings
    from evtrack.notify import Address
    from evtrack.refreshed import Refreshed

_FAIL_ON: dict[str, frozenset[Severity]] = {
    "change": frozenset({"critical", "notable", "minor"}),
    "notable": frozenset({"critical", "notable"}),
    "critical": frozenset({"critical"}),
}
"""What ``--fail-on`` may name, and the changes that it means."""


def refresh(
    context: typer.Context,
    claim_ids: Annotated[list[str] | None, typer.Argument(metavar="[CLAIM]...", show_default=False)] = None,
    full: Annotated[bool, typer.Option("--full", show_default=False)] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", show_default=False)] = False,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", show_default=False)] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="change|notable|critical", show_default=False)
    ] = None,
    notify: Annotated[bool, typer.Option("--notify", show_default=False)] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", show_default=False)] = False,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Ask the services for every claim, keep what they hold, grade it."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    from evtrack.grade.searching import SOURCES

    if source is not None and source not in SOURCES:
        raise Problem("refresh.no_such_source", value=source, names=", ".join(SOURCES))
    if fail_on is not None and fail_on not in _FAIL_ON:
        raise Problem("refresh.fail_on", value=fail_on)
    if notify and dry_run:
        raise Problem("notify.dry_run")
    library = library_of(settings)
    ids = tuple(dict.fromkeys(claim_of(library, c).id for c in claim_ids or ()))
    names = (source,) if source else SOURCES
    from evtrack.cli.notify import addresses
    from evtrack.cli.output import put_line
    from evtrack.report.change_words import beside_of
    from evtrack.report.refresh_text import refresh_json, refresh_lines, trouble_lines
    from evtrack.report.terminal import columns_of_terminal, put_lines
    from evtrack.store.read import open_reader

    if dry_run:
        _count(settings, library, ids, names, as_json=as_json, quiet=quiet)
        return
    to = addresses(settings) if notify else []
    done = _refresh(settings, library, ids, names, full=full, quiet=quiet)
    if as_json:
        put_line(refresh_json(done, settings.lang))
    elif not quiet:
        with open_reader(settings.db) as reader:
            beside = beside_of(done.changes, reader, library, settings.lang)
        put_lines(refresh_lines(done, library, settings.lang, columns_of_terminal(), beside))
    _tell(trouble_lines(done, settings.lang, warned=not quiet))
    if notify:
        _notify(settings, library, done, to)
    if done.status != "complete":
        raise typer.Exit(EXIT_PARTIAL)
    if fail_on and any(change.severity in _FAIL_ON[fail_on] for change in done.changes):
        raise typer.Exit(EXIT_FOUND)


def _notify(settings: Settings, library: Library, done: Refreshed, to: list[Address]) -> None:
    """Send what this run told, and what went wrong in it. Raises ``Problem`` where it did not arrive."""
    from evtrack.cli.notify import send
    from evtrack.report.digest import digest_of
    from evtrack.report.refresh_text import trouble_lines
    from evtrack.store.read import open_reader

    warnings = trouble_lines(done, settings.lang, warned=False)
    with open_reader(settings.db) as reader:
        told = [(run, change) for run, change in reader.changes(done.run - 1) if run.id == done.run]
        digest = digest_of(told, reader, library, settings.lang, at=done.finished_at, warnings=warnings)
    send(digest, to)


def _tell(lines: list[str]) -> None:
    from evtrack.cli.output import note

    for line in lines:
        note(f"evtrack: {line}")


def _refresh(
    settings: Settings, library: Library, ids: Collection[str], names: Collection[str], *, full: bool, quiet: bool
) -> Refreshed:
    """One refresh under the store's lock, with progress on stderr, ended early by SIGTERM or SIGINT."""
    from evtrack.cli.stopping import stopped_by_signals
    from evtrack.refresh import refresh as refresh_store
    from evtrack.rules import load_rules
    from evtrack.services import open_sources
    from evtrack.store.lock import one_writer
    from evtrack.store.store import Store

    told = _progress(settings.lang, quiet=quiet)

    def waiting() -> None:
        told.line(say("refresh.waiting", settings.lang, path=settings.shown()["db"]))

    with (
        stopped_by_signals() as stop,
        one_writer(settings.db, wait=settings.timeout, waiting=waiting, stopped=stop.is_set),
        Store.open(settings.db, now=settings.now) as store,
    ):
        transports = {name: pull.transport for name, pull in store.pulls().items()}
        with open_sources(settings, names, transports) as sources:
            try:
                return refresh_store(
                    store,
                    library,
                    load_rules(library.concepts),
                    sources,
                    now=settings.now,
                    claim_ids=ids,
                    full=full,
                    progress=told,
                    stop=stop,
                )
            finally:
                told.line.done()


def _progress(lang: str, *, quiet: bool) -> RefreshProgress:
    """The line on stderr, silent where there is no terminal or ``--quiet`` asks for it."""
    import io

    from evtrack.cli.output import Progress as Line
    from evtrack.cli.refresh_progress import RefreshProgress

    return RefreshProgress(lang, Line(io.StringIO()) if quiet else None)


def _count(
    settings: Settings, library: Library, ids: Collection[str], names: Collection[str], *, as_json: bool, quiet: bool
) -> None:
    """``--dry-run``: what the services count. The store is neither made nor touched."""
    from evtrack.cli.output import put_line
    from evtrack.counting import count_questions
    from evtrack.report.refresh_text import counted_json, counted_lines, trouble_words
    from evtrack.report.terminal import put_lines
    from evtrack.services import open_sources

    told = _progress(settings.lang, quiet=quiet)
    with open_sources(settings, names) as sources:
        try:
            counted = count_questions(sources, library, ids, told.searching)
        finally:
            told.line.done()
    if as_json:
        put_line(counted_json(counted, {s.name: s.service.requests for s in sources}, settings.lang))
    else:
        put_lines(counted_lines(counted, settings.lang))
    troubles = dict.fromkeys(trouble_words(c.trouble, settings.lang) for c in counted if c.trouble)
    _tell(list(troubles))
    if troubles:
        raise typer.Exit(EXIT_PARTIAL)
