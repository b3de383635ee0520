"""Was everything searched? Only then may "none found" be said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evtrack.grade.grades import Searched, SearchState

SOURCES = ("pubmed", "ctgov")
"""What evtrack searches; a file that was loaded is no search."""


@dataclass(frozen=True, slots=True)
class Search:
    """How far was searched (``source``: the one that was, where it is one).

    ``since`` is the day of the oldest search: what "as of" means. ``asked`` and ``got`` are ``None`` where not kept.
    """

    state: SearchState
    since: str | None = None
    asked: int | None = None
    got: int | None = None
    source: str | None = None

    @property
    def done(self) -> bool:
        """Whether "none found (as searched)" may be said."""
        return self.state in ("complete", "one")


def answered(searched: Iterable[Searched]) -> int:
    """How many queries were answered at all: one that was asked in vain has no count, and tells nothing."""
    return sum(s.complete or s.count is not None for s in searched)


def read_search(searched: Sequence[Searched]) -> Search:
    """The state of a claim's search, whatever the order of its queries."""
    asked = [s for s in searched if s.source in SOURCES]
    if not asked:
        return Search("none")
    since = min(s.at for s in asked)[:10]
    if not all(s.complete for s in asked):
        known = all(s.count is not None and s.got is not None for s in asked)
        return Search(
            "partial",
            since,
            sum(s.count or 0 for s in asked) if known else None,
            sum(s.got or 0 for s in asked) if known else None,
        )
    sources = {s.source for s in asked}
    return Search("complete", since) if len(sources) == len(SOURCES) else Search("one", since, source=sources.pop())


def with_others(own: Search, others: Iterable[SearchState]) -> Search:
    """The search of a claim that reads others: as far as the least searched of them; its own counts where it was asked."""
    states = [*others, *([own.state] if own.state != "none" else [])]
    if not states or set(states) == {"none"}:
        return replace(own, state="none")
    if {"none", "partial"} & set(states):
        return replace(own, state="partial")
    return replace(own, state="one" if "one" in states else "complete")
