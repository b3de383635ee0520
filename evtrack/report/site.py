"""How does the evidence look as a site? A page for all claims and one for each, or everything in one file; nothing is fetched."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from evtrack.changes import Change
from evtrack.claim import Library
from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.reading import oldest
from evtrack.report.show_text import counting_records
from evtrack.report.site_claim import ClaimPage, claim_page
from evtrack.report.site_index import filters, index_rows, legend, news
from evtrack.report.site_studies import STUDIES_SHOWN
from evtrack.report.site_words import each, phrases, termed, two
from evtrack.report.svg_marks import glyph, marks
from evtrack.report.terminal import searched_summary

if TYPE_CHECKING:
    from jinja2 import Environment

    from evtrack.store.facts import Run

Told = Sequence[tuple["Run", Change]]
"""What is new since last time, with the run that told it."""


def site_of(
    statuses: Sequence[ClaimStatus], library: Library, changes: Told, now: datetime, lang: str
) -> dict[str, str]:
    """The pages by relative path: ``index.html`` and ``CLAIM.html`` each. ``lang`` is the language they open in."""
    pages = _pages(statuses, library, changes, now, lang)
    common = _common(statuses, pages, now, lang, single=False)
    out = {"index.html": _render("site_index.html", **common)}
    for page in pages:
        out[f"{page.id}.html"] = _render("site_one.html", page=page, **common)
    return out


def single_page(statuses: Sequence[ClaimStatus], library: Library, changes: Told, now: datetime, lang: str) -> str:
    """The same as one file."""
    pages = _pages(statuses, library, changes, now, lang)
    return _render("site_single.html", pages=pages, **_common(statuses, pages, now, lang, single=True))


def shown_with_reasons(status: ClaimStatus) -> list[RecordId]:
    """The records whose texts the page quotes: ``ClaimStatus.texts`` is wanted for these alone."""
    return [one.id for one in counting_records(status)[:STUDIES_SHOWN]]


def _pages(
    statuses: Sequence[ClaimStatus], library: Library, changes: Told, now: datetime, lang: str
) -> list[ClaimPage]:
    there = frozenset(s.claim.id for s in statuses)
    return [claim_page(status, library, there, changes, now, lang) for status in statuses]


def _common(
    statuses: Sequence[ClaimStatus], pages: Sequence[ClaimPage], now: datetime, lang: str, *, single: bool
) -> dict[str, Any]:
    """What every page is made with."""
    rows = index_rows(statuses, pages, lang)
    as_of = oldest(statuses)
    first, more = news(pages)
    return {
        "lang": lang,
        "single": single,
        "rows": rows,
        "filters": filters(rows),
        "found": legend(rows),
        "news": first,
        "more_news": more,
        "as_of": two("view.as_of", date=as_of[:10]) if as_of else two("view.nothing_loaded"),
        "searched": each(lambda one: searched_summary(list(statuses), one)) if statuses else (),
        "made": two("site.made", date=f"{now:%Y-%m-%d}"),
        "rules": next((s.rules_version for s in statuses if s.rules_version), ""),
    }


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_own)
    )
    style, script = _own("site.css"), _own("site.js")
    environment.globals |= {
        "say": two,
        "term": termed,
        "glyph": cache(glyph),
        "marks": marks(),
        # Our own files, in elements where escaping would be wrong.
        "style": Markup(style),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "style_hash": _hash(style),
        "script_hash": _hash(script),
    }
    environment.filters["phrases"] = _broken
    return environment


def _broken(text: str) -> Markup:
    """A Japanese text that breaks between its phrases."""
    return Markup("<wbr>").join(escape(phrase) for phrase in phrases(text))


def _hash(text: str) -> str:
    """What a page's policy lets run, and nothing else."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _own(name: str) -> str:
    return (resources.files("evtrack.report") / "templates" / name).read_text(encoding="utf-8")
