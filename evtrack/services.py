"""Which services are asked, and how are they reached? Settings → sources, each on its own polite client."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from evtrack.compiled import cache_folder
from evtrack.config import Settings
from evtrack.grade.searching import SOURCES
from evtrack.sources._protocol import Source


@contextmanager
def open_sources(
    settings: Settings,
    names: Collection[str] = SOURCES,
    transports: Mapping[str, str | None] | None = None,
    *,
    folder: Path | None = None,
) -> Iterator[list[Source]]:
    """The sources of ``names``; their connections are closed afterwards.

    ``transports``: name → the one that worked last. ``folder``: where the pace is kept (the user's cache folder).
    """
    from evtrack.http import service_of
    from evtrack.sources.ctgov import ClinicalTrials
    from evtrack.sources.pubmed import PubMed

    with ExitStack() as stack:
        sources: list[Source] = []
        for name in SOURCES:
            if name not in names:
                continue
            first = (transports or {}).get(name)
            service = stack.enter_context(service_of(settings, name, folder or cache_folder(), first=first))
            if name == "pubmed":
                today = settings.now().date()
                sources.append(PubMed(service, email=settings.email, api_key=settings.ncbi_api_key, today=today))
            else:
                sources.append(ClinicalTrials(service))
        yield sources
