"""What do many PubMed queries find together, and which of it was modified? A few terms, kept by the service's history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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
class AskedUnion:
    """A union that was asked for: its terms with the PMIDs that each found, and, where PubMed keeps all of it, how.

    ``keys``: query key → the PMIDs that were listed for it; empty where a result is longer than the history gives.
    """

    terms: Mapping[str, frozenset[str]]
    pmids: frozenset[str]
    web_env: str
    keys: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Union:
    """Asks for a union. ``kept``: how it can be referred to, when it was asked for."""

    entrez: Entrez
    today: date
    kept: AskedUnion | None = None
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
        found_by = {term: frozenset(map(bare, one.ids)) for term, one in zip(terms, lists, strict=True)}
        self.kept = AskedUnion(found_by, pmids, self._history.get("WebEnv", ""), keys if every else {})
        return union


def all_read(term: str, found: Found) -> bool:
    """Whether as many tags were read as the term has, those apart that the service says it did not know."""
    if found.translation is None:
        return False
    return found.translation.count("[") + len(found.unknown) >= term.count("[")


def modified(entrez: Entrez, kept: AskedUnion, known: Sequence[RecordId], since: date) -> Changed | None:
    """Which of ``known`` were modified on ``since`` or later, asked of the union instead of each id.

    ``None`` where the answer cannot be believed, or where there is too much beside the union.
    """
    beside = [bare(i) for i in known if bare(i) not in kept.pmids]
    if len(beside) > _BESIDE:
        return None
    try:
        came, unsure = _by_history(entrez, kept, beside, since) or _by_terms(entrez, kept, beside, since)
    except (FetchError, _UnsureError):
        return None  # asked again by another way, which says what fails
    of = {i: bare(i) for i in known}
    return Changed(
        frozenset(i for i, pmid in of.items() if pmid in came),
        unsure=frozenset(i for i, pmid in of.items() if pmid in unsure),
    )


class _UnsureError(Exception):
    """An answer that is not whole, or not to this question."""


def _by_history(
    entrez: Entrez, kept: AskedUnion, beside: Sequence[str], since: date
) -> tuple[set[str], set[str]] | None:
    """What was modified, by one term on what PubMed keeps, and the witnesses; ``None`` where it keeps nothing.

    From each list a witness is asked for whatever its day, so that a history which has expired is not taken for a week
    without news.
    """
    if not kept.keys:
        return None
    witnesses = _witnesses(kept.keys.values())
    joined = " OR ".join([*(f"#{key}" for key in kept.keys), *_written(beside)])
    shown = "".join(f" OR {w}" for w in _written(sorted(witnesses, key=int)))
    came = _modified(entrez, joined, since, shown, {"WebEnv": kept.web_env, "usehistory": "y"})
    if not witnesses <= came or not came <= kept.pmids | {*beside}:
        return None
    return came, witnesses


def _witnesses(lists: Collection[frozenset[str]]) -> set[str]:
    """One PMID of each list, in no other where there is such: a list without one tells nothing that the others don't."""
    often = Counter(pmid for pmids in lists for pmid in pmids)
    return {min(pmids, key=lambda pmid: (often[pmid], int(pmid))) for pmids in lists if pmids}


def _by_terms(entrez: Entrez, kept: AskedUnion, beside: Sequence[str], since: date) -> tuple[set[str], set[str]]:
    """What was modified, by the terms of the union themselves, and the witnesses: one of what each term found."""
    came: set[str] = set()
    witnesses: set[str] = set()
    terms = [(term, pmids) for term, pmids in kept.terms.items() if pmids]
    if beside and kept.pmids:
        named = [*beside, min(kept.pmids, key=int)]
        terms.append((" OR ".join(_written(named)), frozenset(named)))
    for term, pmids in terms:
        witness = min(pmids - {*beside}, key=int)
        some = _modified(entrez, term, since, f" OR {witness}[uid]", {})
        if witness not in some or not some <= pmids:
            raise _UnsureError
        came |= some
        witnesses.add(witness)
    return came, witnesses


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
