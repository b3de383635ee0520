"""What does the first page show? A row a claim with what is known in people first, what can be filtered, and what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evtrack.bilingual import Bilingual
from evtrack.changes import SEVERITIES
from evtrack.grade.grades import LEVELS, rank
from evtrack.report._protocol import ClaimStatus
from evtrack.report.plain import plain
from evtrack.report.show_text import counting_records
from evtrack.report.site_changes import ChangeEntry
from evtrack.report.site_claim import ClaimPage
from evtrack.report.site_words import termed, title_of, two
from evtrack.report.svg_finding import GROUPS, Finding, in_order
from evtrack.report.svg_stages import stage_row

_FOUND_BY = 30
"""Records of a claim whose ids and titles the search field knows."""

NEWS_SHOWN = 5
"""Changes that the first page tells; the claims' pages have all."""


STATES = ("warned", "person", "review", "changed")


@dataclass(frozen=True, slots=True)
class Row:
    """A claim on the first page. ``find`` is what the search field looks through."""

    page: ClaimPage
    stages: Markup | None
    level: str
    stance: str
    rank: int
    find: str
    changed: int
    worst: str
    last_change: str
    state: tuple[str, ...]
    """What a reader may look for: of ``STATES``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that filters: the value it stands for, its words, how many claims have it, and with which marks."""

    value: str
    words: Bilingual
    n: int
    marks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A group of such buttons."""

    name: str
    words: Bilingual
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A change that the first page tells, with the claims it touches."""

    change: ChangeEntry
    claims: tuple[ClaimPage, ...]


def index_rows(statuses: Sequence[ClaimStatus], pages: Sequence[ClaimPage], lang: str) -> tuple[Row, ...]:
    """A row a claim, in the order of the article."""
    return tuple(_row(status, page, lang) for status, page in zip(statuses, pages, strict=True))


def _row(status: ClaimStatus, page: ClaimPage, lang: str) -> Row:
    grade = status.grade
    level = (page.level or "unknown") if page.graded else "ungraded"
    stages = stage_row("", lang, page.track, page.level, page.found, page.label, small=True) if page.graded else None
    worst = next((s for s in SEVERITIES if any(c.severity == s for c in page.changes)), "")
    records = [f"{e.id} {title_of(e.title)[:120]}" for e in counting_records(status)[:_FOUND_BY]]
    titles = {str(e.id): e.title for e in status.evidence}
    records += [f"{t.id} {title_of(titles.get(t.id, ''))[:120]}" for t in grade.registered[:_FOUND_BY]]
    own = (
        page.id,
        page.statement.ja,
        page.statement.en,
        page.quote,
        page.kind.ja,
        page.kind.en,
        page.label.ja,
        page.label.en,
    )
    return Row(
        page=page,
        stages=stages,
        level=level,
        stance=page.found.group if page.graded else "",
        rank=rank(page.level) if page.level else -1,
        find=plain(" ".join((*own, *records))),
        changed=page.n_changes,
        worst=worst,
        last_change=status.moments[-1].since[:10] if status.moments else "",
        state=tuple(name for name, there in zip(STATES, (page.warned, page.persons, page.needs_review, page.n_changes), strict=True) if there),
    )  # fmt: skip


def filters(rows: Sequence[Row]) -> tuple[Filter, ...]:
    """The groups of buttons, each value only where a claim has it."""
    levels = Counter(r.level for r in rows)
    stances = Counter(r.stance for r in rows if r.stance not in ("", "n/a"))
    tracks = Counter(r.page.track for r in rows)
    state = Counter(s for r in rows for s in r.state)
    groups = (
        ("level", {**{str(v): termed("level_short", v) for v in LEVELS}, "unknown": two("site.level.unknown"), "ungraded": two("site.level.ungraded")}, levels),
        ("stance", {v: two(f"site.group.{v}") for v in GROUPS if v != "n/a"}, stances),
        ("track", {v: termed("track", v) for v in ("intervention", "background", "state", "manual")}, tracks),
        ("state", {v: two(f"site.state.{v}") for v in STATES}, state),
    )  # fmt: skip
    return tuple(
        Filter(name, two(f"site.filter.{name}"), tuple(Choice(v, w, counts[v], _marks(rows, v) if name == "stance" else ()) for v, w in words.items() if counts.get(v)))
        for name, words, counts in groups
    )  # fmt: skip


def _marks(rows: Sequence[Row], group: str) -> tuple[Finding, ...]:
    return in_order(r.page.found for r in rows if r.stance == group)


def legend(rows: Sequence[Row]) -> tuple[Finding, ...]:
    """The marks in the rows."""
    return in_order(r.page.found for r in rows if r.page.level is not None and r.stance != "n/a")


def news(pages: Sequence[ClaimPage]) -> tuple[tuple[News, ...], int]:
    """The weightiest changes since last time, what befell a record once for all claims; and how many more there are."""
    touched: dict[ChangeEntry, list[ClaimPage]] = {}
    for page in pages:
        for change in page.changes:
            touched.setdefault(change, []).append(page)
    told = [News(change, tuple(claims)) for change, claims in touched.items() if change.severity != "minor"]
    # News of the evidence first: what a person said is none.
    told.sort(key=lambda n: (SEVERITIES.index(n.change.severity), n.change.by_person, n.change.urgency))
    shown = tuple(told[:NEWS_SHOWN])
    return shown, sum(p.n_changes for p in pages) - sum(len(n.claims) for n in shown)
