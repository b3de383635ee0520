"""How did the grade of a claim move, what was told with each move, and what became of its records?"""

from __future__ import annotations

import json
from collections.abc import Iterable

from evtrack.bilingual import Bilingual
from evtrack.changes import Change
from evtrack.record import RecordId, pmid_record
from evtrack.store.facts import ClaimMoment, Later, Retraction
from evtrack.store.runs import At, RunReader

_MOVES = """
    SELECT claim_id, run, run_kind, since, level, provisional_level, stance, label_ja, label_en, people_ja, people_en, k, n
    FROM claim_history WHERE claim_id IN (SELECT value FROM json_each(:claims)) AND run <= :run ORDER BY claim_id, run"""

# What moves a grade: a record that counts (or, as a preprint, would) or ceased to, and what concerns the claim or all of
# them. The move itself (level_up …) is no reason for itself.
_TOLD = """
    SELECT c.run, c.kind, c.claim_id, c.record_id, c.before, c.after, c.severity FROM "change" c
    WHERE c.run IN (SELECT value FROM json_each(:runs)) AND (
      (c.claim_id IS NULL AND c.record_id IS NULL)
      OR (c.claim_id IN (SELECT value FROM json_each(:claims)) AND (
        (c.record_id IS NULL AND c.kind NOT IN ('level_up', 'level_down', 'stance_changed'))
        OR EXISTS (SELECT 1 FROM claim_record t WHERE t.claim_id = c.claim_id AND t.record_id = c.record_id
                   AND t.valid_from <= c.run AND (t.valid_to IS NULL OR t.valid_to >= c.run)
                   AND (t.counts_for_claim = 1 OR t.preprint = 1)))))
    ORDER BY c.run, c.id"""

_LATER = """
    SELECT c.record_id, c.kind, CASE c.kind WHEN 'record_removed' THEN c.after END,
           coalesce(r.finished_at, r.started_at) FROM "change" c JOIN run r ON r.id = c.run
    WHERE c.run > :run AND c.run <= :now AND c.kind IN ('retracted', 'record_removed', 'expression_of_concern')
      AND c.record_id IN (SELECT value FROM json_each(:ids))
    ORDER BY c.kind = 'retracted', c.run, c.id"""


_RETRACTED = """
    SELECT v.record_id, json_extract(v.document, '$.corrections'), coalesce(r.finished_at, r.started_at)
    FROM record_version v
    JOIN (SELECT record_id, min(valid_from) AS seen FROM record_grade WHERE gate = 'retracted' GROUP BY record_id) g
         ON g.record_id = v.record_id
    JOIN run r ON r.id = g.seen
    WHERE v.record_id IN (SELECT value FROM json_each(:ids)) AND g.seen <= :run
      AND v.valid_from <= :run AND (v.valid_to IS NULL OR v.valid_to > :run)"""

_RETRACTION = frozenset({"RetractionIn", "RetractedandRepublishedIn"})
"""NLM's ``RefType`` of a retracted paper's reference to its notice."""


class HistoryReader(RunReader):
    """What was known when: moments of claims, retractions, and what came after a day of the past."""

    def claim_history(self, claim_id: str, at: At = None) -> tuple[ClaimMoment, ...]:
        """The moments at which a claim's grade moved, until ``at``, the oldest first; ``()`` where it has none."""
        return self.claim_histories([claim_id], at)[claim_id]

    def claim_histories(self, claim_ids: Iterable[str], at: At = None) -> dict[str, tuple[ClaimMoment, ...]]:
        """The same for many claims at once, by id.

        ``ClaimMoment.why`` holds what the run told of the claim that can move a grade, the worst first: records that count
        or ceased to, an edited claim, other rules. It is empty where the move came from other claims (an umbrella's).
        """
        ids = list(claim_ids)
        claims = json.dumps(ids)
        moves = list(self._rows(_MOVES, claims=claims, run=self.run_at(at)))
        told: dict[tuple[int, str | None], list[Change]] = {}
        for run, *change in self._rows(_TOLD, claims=claims, runs=json.dumps(sorted({move[1] for move in moves}))):
            one = Change(*change)
            told.setdefault((run, one.claim_id), []).append(one)
        moments: dict[str, list[ClaimMoment]] = {claim_id: [] for claim_id in ids}
        for claim_id, run, kind, since, level, provisional, stance, ja, en, people_ja, people_en, k, n in moves:
            why = (*told.get((run, claim_id), ()), *told.get((run, None), ()))
            label, people = Bilingual(ja, en), Bilingual(people_ja, people_en)
            moment = ClaimMoment(run, kind, since, level, provisional, stance, label, people, k, n, why)
            moments[claim_id].append(moment)
        return {claim_id: tuple(held) for claim_id, held in moments.items()}

    def retractions(self, record_ids: Iterable[str], at: At = None) -> dict[RecordId, Retraction]:
        """Since when, and by which notice, those of ``record_ids`` that are retracted at ``at`` are known to be so."""
        found = {}
        for record_id, corrections, since in self._ids(_RETRACTED, record_ids, run=self.run_at(at)):
            notes = [c for c in json.loads(corrections or "[]") if c["ref_type"] in _RETRACTION]
            last = notes[-1] if notes else {}
            notice = pmid_record(last["pmid"]) if last.get("pmid") else None
            found[RecordId(record_id)] = Retraction(since, notice, last.get("citation"))
        return found

    def later(self, record_ids: Iterable[str], at: At) -> dict[RecordId, Later]:
        """Those of ``record_ids`` that were retracted, removed or put in doubt after ``at``: a retraction first, else the last."""
        rows = self._ids(_LATER, record_ids, run=self.run_at(at), now=self.last_ended())
        return {RecordId(record_id): Later(kind, since, after) for record_id, kind, after, since in rows}
