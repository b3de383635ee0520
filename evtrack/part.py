"""Which claims ask a source what, and what came of it? One source's part of a refresh, and the thread that asks."""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from evtrack.assess import KEPT_WAYS, Found
from evtrack.claim import Library
from evtrack.pull import pull
from evtrack.pulled import Gathered, Known, Pulled, SearchesDone, Step
from evtrack.record import RecordId
from evtrack.sources._protocol import Source
from evtrack.store.facts import Pull
from evtrack.store.kept import Kept

ClaimStatus = Literal["complete", "partial", "not_asked"]


def questions_of(source: Source, library: Library, claim_ids: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """Each distinct query of ``source`` → the claims that ask it (those of ``claim_ids``, or all)."""
    asked: dict[str, list[str]] = {}
    for claim in library.claims.values():
        if not claim_ids or claim.id in claim_ids:
            for query in source.query(claim, library.concepts):
                asked.setdefault(query, []).append(claim.id)
    return {query: tuple(claims) for query, claims in asked.items()}


@dataclass(slots=True)
class Part:
    """One source's part of a run."""

    source: Source
    questions: Mapping[str, tuple[str, ...]]
    tied: Mapping[str, Mapping[RecordId, str]]
    earlier: Pull | None
    full: bool
    pulled: Pulled
    kept: Kept | None = None
    """What its searches found the last time; ``None`` where not all claims are asked for, and nothing is kept."""
    today: date | None = None
    known: queue.Queue[Known] = field(default_factory=lambda: queue.Queue(1))
    """Through it the thread is told what the store holds."""
    watched: frozenset[RecordId] | None = None
    """What its last complete pull looked after, and is as it was; asked of the store once."""
    found: Found | None = None
    """What its searches say of ties; known when they are done."""
    forced: Mapping[RecordId, tuple[str, ...]] | None = None
    """Claims that a record is tied to by that, whatever its words say; made when the first record comes."""
    new: set[RecordId] = field(default_factory=set)
    changed: set[RecordId] = field(default_factory=set)
    removed: list[RecordId] = field(default_factory=list)
    heard_out: bool = False
    """Whether all that its thread had to say was taken in."""
    _queries: dict[str, list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        # The other way round, once: a claim's queries are asked for at every turn.
        for query, claims in self.questions.items():
            for claim_id in claims:
                self._queries.setdefault(claim_id, []).append(query)

    def queries(self, claim_id: str) -> list[str]:
        """The queries that this source was to be asked for a claim."""
        return self._queries.get(claim_id, [])

    def listed(self, claim_id: str) -> set[RecordId]:
        """The ids that the claim's searches found."""
        return {i for q in self.queries(claim_id) if q in self.pulled.listed for i in self.pulled.listed[q].ids}

    def answered(self, claim_id: str) -> bool:
        """Whether all the claim's searches were answered in full; one that asks nothing here has none to be answered."""
        listed = self.pulled.listed
        return all(q in listed and listed[q].complete for q in self.queries(claim_id))

    def lost(self, claim_id: str) -> set[RecordId]:
        """Records that were tied to the claim by more than their words, and that its searches, being complete, lack.

        They are gone, or only left. A tie that ``--claim`` or a person made may hide that a search once found it too.
        """
        if not self.answered(claim_id):
            return set()
        found = self.listed(claim_id)
        return {i for i, way in self.tied.get(claim_id, {}).items() if way in KEPT_WAYS and i not in found}

    def left(self, claim_id: str) -> set[RecordId]:
        """Those of the lost that are still at the service: they came by id, or another search finds them.

        What could not be asked for is neither: it stays as it was until the next refresh.
        """
        ties = self.tied.get(claim_id, {})
        return {i for i in self.lost(claim_id) if ties[i] == "query" and (i in self.pulled.got or self._found(i))}

    def _found(self, record_id: RecordId) -> bool:
        """Whether any search found a record: asked for the few that one of them lost, for all that was found is much."""
        # A copy of the searches: on a run that is stopped the thread may still be adding one.
        return any(record_id in listed.ids for listed in tuple(self.pulled.listed.values()))

    def status(self, claim_id: str) -> ClaimStatus | None:
        """How far the claim was asked here; ``None`` where it asks nothing of this source."""
        queries = self.queries(claim_id)
        if not queries:
            return None
        if not any(q in self.pulled.listed for q in queries):
            return "not_asked"
        unchecked = self.pulled.unchecked and bool(self.tied.get(claim_id))
        whole = self.pulled.ended and self.answered(claim_id) and not unchecked
        theirs = self.listed(claim_id) | self.tied.get(claim_id, {}).keys()
        return "complete" if whole and self.pulled.undelivered.isdisjoint(theirs) else "partial"


Steps = queue.Queue[tuple[Part, Step | BaseException | None]]
"""What the threads of all parts tell: a step, ``None`` at the end, or the exception that is a bug."""


class Asking(threading.Thread):
    """Goes through the steps of one ``pull``; daemon, so that a service that stalls never keeps the process."""

    def __init__(self, part: Part, steps: Steps) -> None:
        super().__init__(name=f"evtrack-{part.source.name}", daemon=True)
        self._part = part
        self._steps = steps

    def run(self) -> None:
        part = self._part
        since = part.earlier.since if part.earlier else None
        steps = pull(
            part.source,
            tuple(part.questions),
            part.pulled,
            since=since.date() if since else None,
            full=part.full,
            kept=part.kept,
            today=part.today,
        )
        answer: Known | None = None
        try:
            while True:
                step = steps.send(answer)
                self._steps.put((part, step))
                answer = part.known.get() if isinstance(step, (Gathered, SearchesDone)) else None
        except StopIteration:
            self._steps.put((part, None))
        except BaseException as error:  # noqa: BLE001 # a bug is raised where somebody hears it
            self._steps.put((part, error))
