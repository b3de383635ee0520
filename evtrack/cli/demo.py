"""``evtrack demo``: the whole path on made-up records, over real sockets of this machine, without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evtrack.cli.options import Claims, Lang, claim_of, library_of, settings_of
from evtrack.cli.words import say

if TYPE_CHECKING:
    from evtrack.claim import Claim, Library
    from evtrack.config import Settings
    from evtrack.report.terminal import Line

SHOWN = "dep-effect"
"""The claim that is shown where none is named; a pack without it shows its first."""

_INTERVAL = 0.005
"""Seconds between two requests: nobody else's service is asked here."""


def demo(
    context: typer.Context,
    claim_id: Annotated[str | None, typer.Argument(metavar="[CLAIM]", show_default=False)] = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Refresh, status and show on made-up records."""
    settings = settings_of(context, claims=claims, lang=lang)
    library = library_of(settings)
    claim = claim_of(library, claim_id or (SHOWN if SHOWN in library.claims else next(iter(library.claims))))
    from tempfile import TemporaryDirectory

    from evtrack.demo.corpus import demo_weeks
    from evtrack.demo.server import StandIn

    today = settings.now()
    first, second = demo_weeks(today.date())
    with TemporaryDirectory(prefix="evtrack-demo-") as folder, StandIn(first, pubmed_rate=None) as server:
        there = replace(
            settings,
            db=str(Path(folder) / "demo.db"),
            pubmed_url=server.pubmed_url,
            ctgov_url=server.ctgov_url,
            pubmed_interval=_INTERVAL,
            ctgov_interval=_INTERVAL,
            email=None,
            ncbi_api_key=None,
        )
        _say(there, [(say("demo.what", there.lang), "bold")])
        _say(there, _refreshed(there, library, today - timedelta(days=7), say("demo.first", there.lang)))
        server.corpus = second
        _say(there, _refreshed(there, library, today, say("demo.second", there.lang)))
        _say(there, _shown(there, library, claim))


def _refreshed(settings: Settings, library: Library, now: datetime, heading: str) -> Iterable[Line]:
    """One refresh as of ``now``, and what it says."""
    from evtrack.refresh import refresh
    from evtrack.report.change_words import beside_of
    from evtrack.report.refresh_text import refresh_lines, trouble_lines
    from evtrack.rules import load_rules
    from evtrack.services import open_sources
    from evtrack.store.read import open_reader
    from evtrack.store.store import Store

    at = replace(settings, fixed_now=now)
    yield from (("", ""), (heading, "bold"), ("$ evtrack refresh", "bold"))
    with Store.open(at.db, now=at.now) as store, open_sources(at, folder=Path(at.db).parent) as sources:
        done = refresh(store, library, load_rules(library.concepts), sources, now=at.now)
    with open_reader(at.db) as reader:
        beside = beside_of(done.changes, reader, library, at.lang)
    yield from refresh_lines(done, library, at.lang, _columns(at.lang), beside)
    yield from ((line, "") for line in trouble_lines(done, at.lang))


def _shown(settings: Settings, library: Library, claim: Claim) -> Iterable[Line]:
    """``status``, and ``show`` of one claim."""
    from evtrack.report.reading import oldest, read_status, read_statuses
    from evtrack.report.show_text import quoted_records, show_lines
    from evtrack.report.status_text import status_lines

    columns = _columns(settings.lang)
    statuses = read_statuses(settings.db, library, settings.now(), records=False)
    yield from (("", ""), ("$ evtrack status", "bold"))
    yield from status_lines(statuses, oldest(statuses), settings.lang, columns)
    yield from (("", ""), (f"$ evtrack show {claim.id}", "bold"))
    found = read_status(settings.db, library, claim, settings.now(), texts=quoted_records)
    yield from show_lines(found, settings.lang, columns)


def _columns(lang: str) -> int:
    """How wide a line may be beside its mark."""
    from evtrack.report.plain import width
    from evtrack.report.terminal import columns_of_terminal

    return columns_of_terminal() - width(_mark(lang)) - 1


def _mark(lang: str) -> str:
    return say("demo.mark", lang)


def _say(settings: Settings, lines: Iterable[Line] | Sequence[Line]) -> None:
    """Lines on stdout, each marked as made up, so that none can be taken for an answer."""
    from evtrack.report.terminal import put_lines

    put_lines((f"{_mark(settings.lang)} {text}".rstrip(), style) for text, style in lines)
