"""Which of the known PMIDs has PubMed modified since a day? The known ids, joined with a date range by the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from evtrack.record import RecordId
from evtrack.sources._protocol import in_batches
from evtrack.sources.pubmed_search import CAP, Found, Part, fewer, field_not_known, whole
from evtrack.trouble import FetchError, Trouble

POSTED = 5_000
"""Ids put into the history server at once; below ``CAP``, so that no joined search passes it."""

LISTED = 300
"""Ids written out in one term."""


def bare(record_id: RecordId) -> str:
    """The PMID of a PubMed record's id."""
    return record_id.removeprefix("PMID:")


class Entrez(Protocol):
    """The two requests that are needed here."""

    def esearch(self, term: str, retstart: int, retmax: int, history: Mapping[str, str]) -> Found:
        """One answer of esearch; ``history``: ``WebEnv`` and ``query_key`` to join the term with. Raises ``FetchError``."""
        ...

    def epost(self, ids: Sequence[RecordId], web_env: str | None) -> tuple[str, str]:
        """Put ids into the history server: ``WebEnv`` and ``query_key``. Raises ``FetchError``."""
        ...


@dataclass(slots=True)
class Modified:
    """Gathers which PMIDs were modified since a day, in as few requests as the service allows.

    Asked by ``[mdat]``, or by ``[lr]`` with a trouble where that is not known; by history, or by lists of ids with a
    trouble where the service refuses that. What is learned of the service holds for the batches that follow.
    """

    entrez: Entrez
    since: date
    tag: str = "mdat"
    by_history: bool = True
    complete: bool = True
    troubles: list[Trouble] = field(default_factory=list)
    _web_env: str | None = None

    def among(self, ids: Sequence[RecordId]) -> frozenset[RecordId]:
        """Those of ``ids`` that were modified. ``complete`` and ``troubles`` say afterwards what could not be asked."""
        seen: set[RecordId] = set()
        try:
            for batch in in_batches(ids, POSTED):
                for part in self._asked(batch):
                    seen |= part
        except FetchError as error:
            self._short_of(error.trouble)
        return frozenset(seen)

    def _asked(self, batch: Sequence[RecordId]) -> Iterator[set[RecordId]]:
        """What of the batch was modified, part by part.

        Raises ``FetchError`` where the source is down, or knows no date of modification.
        """
        if self.by_history:
            try:
                self._web_env, key = self.entrez.epost(batch, self._web_env)
                part = self._since("", {"WebEnv": self._web_env, "query_key": key, "usehistory": "y"})
                if part.count <= CAP:
                    yield self._taken(part, batch)
                    return
                refused = fewer(len(part.pmids), part.count)  # all of PubMed's news: it joined nothing
            except FetchError as error:
                if error.down or error.trouble.code == "date_field_not_known":
                    raise
                refused = error.trouble
            self.by_history = False
            said = refused.fields.get("said", refused.code)
            self.troubles.append(Trouble("history_refused", {"service": "pubmed", "said": said}))
        for listed in in_batches(batch, LISTED):
            try:
                yield self._taken(self._since(" OR ".join(f"{bare(i)}[uid]" for i in listed), {}), listed)
            except FetchError as error:
                if error.down or error.trouble.code == "date_field_not_known":
                    raise
                self._short_of(error.trouble)

    def _taken(self, part: Part, batch: Sequence[RecordId]) -> set[RecordId]:
        if not part.complete:
            for trouble in part.troubles or [fewer(len(part.pmids), part.count)]:
                self._short_of(trouble)
        return {i for i in batch if bare(i) in part.pmids}

    def _short_of(self, trouble: Trouble) -> None:
        self.complete = False
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    def _since(self, listed: str, history: Mapping[str, str]) -> Part:
        """Modified since the day, and in ``listed`` or in the history; with the date field that the service knows."""

        def ask(term: str, retstart: int, retmax: int) -> Found:
            return self.entrez.esearch(term, retstart, retmax, history)

        day = f"{self.since:%Y/%m/%d}"
        while True:
            term = f'"{day}"[{self.tag}] : "3000"[{self.tag}]'
            if listed:
                term = f"({listed}) AND ({term})"
            first = ask(term, 0, CAP)
            if first.knows(self.tag, day):
                return whole(ask, term, first)
            if self.tag == "lr":
                raise FetchError(field_not_known("lr", ""))
            self.tag = "lr"
            self.troubles.append(field_not_known("mdat", "lr"))
