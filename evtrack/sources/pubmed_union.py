"""What do many PubMed queries find together, and which of it was modified? A few terms, kept by the service's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from evtrack.record import RecordId
from evtrack.sources._cover import NotReadError
from evtrack.sources._protocol import Changed, Listed, gathered
from evtrack.sources.pubmed_changed import Entrez, bare
from evtrack.sources.pubmed_query import union_terms
from evtrack.sources.pubmed_search import CAP, Found, listed, whole
from evtrack.trouble import FetchError

_BESIDE = 120
"""Known ids that are in no list of the union, written out beside it; more are put into the history by themselves."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Results that PubMed keeps: query key → the PMIDs that it listed for it."""

    web_env: str
    lists: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Union:
    """Asks for a union. ``kept``: where PubMed keeps it, all of it or ``None``."""

    entrez: Entrez
    today: date
    kept: Kept | None = None
    _history: dict[str, str] = field(default_factory=lambda: {"usehistory": "y"})

    def of(self, queries: Sequence[str]) -> Listed | None:
        """All PMIDs of any of the queries; ``None`` where that takes no fewer terms. Raises ``FetchError``."""
        try:
            terms = union_terms(queries)
        except NotReadError:
            return None
        if len(terms) >= len(queries):
            return None
        lists, keys = [], {}
        for term in terms:
            firsts: list[Found] = []

            def ask(asked: str, start: int, size: int, firsts: list[Found] = firsts) -> Found:
                found = self.entrez.esearch(asked, start, size, self._history)
                firsts.append(found)
                return found

            one = listed(ask, term, self.today)
            lists.append(one if all_read(term, firsts[0]) else Listed(one.ids, one.count, False))
            if (at := firsts[0].kept_as) and firsts[0].count <= CAP:
                self._history["WebEnv"] = at[0]
                keys[at[1]] = frozenset(map(bare, one.ids))
        if len(keys) == len(terms):
            self.kept = Kept(self._history["WebEnv"], keys)
        return gathered(lists)


def all_read(term: str, found: Found) -> bool:
    """Whether as many tags were read as the term has, those apart that the service says it did not know."""
    if found.translation is None:
        return not found.count
    return found.translation.count("[") + len(found.unknown) >= term.count("[")


def modified(entrez: Entrez, kept: Kept, known: Sequence[RecordId], since: date) -> Changed | None:
    """Which of ``known`` were modified on ``since`` or later, by one term on what PubMed keeps.

    From each list a witness is asked for whatever its day, so that a history which has expired is not taken for a week
    without news. ``None`` where the answer cannot be believed, or there is too much beside the lists.
    """
    there = frozenset().union(*kept.lists.values())
    beside = [i for i in known if bare(i) not in there]
    if len(beside) > _BESIDE:
        return None
    witnesses = {min(pmids, key=int) for pmids in kept.lists.values() if pmids}
    joined = " OR ".join([*(f"#{key}" for key in kept.lists), *(f"{bare(i)}[uid]" for i in beside)])
    day = f"{since:%Y/%m/%d}"
    shown = "".join(f" OR {pmid}[uid]" for pmid in sorted(witnesses, key=int))
    term = f'({joined}) AND ("{day}"[mdat] : "3000"[mdat]{shown})'

    def ask(asked: str, start: int, size: int) -> Found:
        return entrez.esearch(asked, start, size, {"WebEnv": kept.web_env, "usehistory": "y"})

    try:
        first = ask(term, 0, CAP)
        if not first.knows("mdat", day) or first.count > CAP:
            return None
        part = whole(ask, term, first)
    except FetchError:
        return None  # asked again by another way, which says what fails
    came = part.pmids.keys()
    if not part.complete or not witnesses <= came or not came <= there | {bare(i) for i in beside}:
        return None
    return Changed(
        frozenset(i for i in known if bare(i) in came), unsure=frozenset(i for i in known if bare(i) in witnesses)
    )
