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
    """A union that was asked for: its terms, the PMIDs found, and, where PubMed keeps all of it, how.

    ``keys``: query key → the PMIDs that were listed for it; empty where a result is longer than the history gives.
    """

    terms: Sequence[str]
    pmids: frozenset[str]
    web_env: str
    keys: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Union:
    """Asks for a union. ``kept``: how it can be referred to, when it was asked for."""

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
        lists: list[Listed] = []
        keys: dict[str, frozenset[str]] = {}
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
        union = gathered(lists)
        every = len(keys) == len(terms)
        pmids = frozenset(map(bare, union.ids))
        self.kept = Kept(terms, pmids, self._history.get("WebEnv", ""), keys if every else {})
        return union


def all_read(term: str, found: Found) -> bool:
    """Whether as many tags were read as the term has, those apart that the service says it did not know."""
    if found.translation is None:
        return not found.count
    return found.translation.count("[") + len(found.unknown) >= term.count("[")


def modified(entrez: Entrez, kept: Kept, known: Sequence[RecordId], since: date) -> Changed | None:
    """Which of ``known`` were modified on ``since`` or later, asked of the union instead of each id.

    ``None`` where the answer cannot be believed, or where there is too much beside the union.
    """
    beside = [bare(i) for i in known if bare(i) not in kept.pmids]
    if len(beside) > _BESIDE:
        return None
    try:
        came, unsure = _by_history(entrez, kept, beside, since) or (_by_terms(entrez, kept, beside, since), set())
    except (FetchError, _UnsureError):
        return None  # asked again by another way, which says what fails
    of = {i: bare(i) for i in known}
    return Changed(
        frozenset(i for i, pmid in of.items() if pmid in came),
        unsure=frozenset(i for i, pmid in of.items() if pmid in unsure),
    )


class _UnsureError(Exception):
    """An answer that is not whole, or not to this question."""


def _by_history(entrez: Entrez, kept: Kept, beside: Sequence[str], since: date) -> tuple[set[str], set[str]] | None:
    """What was modified, by one term on what PubMed keeps, and the witnesses; ``None`` where it keeps nothing.

    From each list a witness is asked for whatever its day, so that a history which has expired is not taken for a week
    without news.
    """
    if not kept.keys:
        return None
    witnesses = {min(pmids, key=int) for pmids in kept.keys.values() if pmids}
    joined = " OR ".join([*(f"#{key}" for key in kept.keys), *_written(beside)])
    shown = "".join(f" OR {w}" for w in _written(sorted(witnesses, key=int)))
    came = _modified(entrez, joined, since, shown, {"WebEnv": kept.web_env, "usehistory": "y"})
    if not witnesses <= came or not came <= kept.pmids | {*beside}:
        return None
    return came, witnesses


def _by_terms(entrez: Entrez, kept: Kept, beside: Sequence[str], since: date) -> set[str]:
    """What was modified, by the terms of the union themselves."""
    terms = [*kept.terms, *([" OR ".join(_written(beside))] if beside else [])]
    return {pmid for term in terms for pmid in _modified(entrez, term, since, "", {})}


def _modified(entrez: Entrez, term: str, since: date, shown: str, history: Mapping[str, str]) -> set[str]:
    day = f"{since:%Y/%m/%d}"

    def ask(asked: str, start: int, size: int) -> Found:
        return entrez.esearch(asked, start, size, history)

    written = f'({term}) AND ("{day}"[mdat] : "3000"[mdat]{shown})'
    first = ask(written, 0, CAP)
    part = whole(ask, written, first)
    if not first.knows("mdat", day) or not part.complete:
        raise _UnsureError
    return {*part.pmids}


def _written(pmids: Sequence[str]) -> list[str]:
    return [f"{pmid}[uid]" for pmid in pmids]
