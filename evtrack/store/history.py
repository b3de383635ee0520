"""How did the grade of a claim move, what was told with each move, and what became of its records?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from evtrack.bilingual import Bilingual
from evtrack.ids import RecordId, pmid_record
from evtrack.store.runs import At, RunReader

if TYPE_CHECKING:
    from evtrack.store.moments import ClaimMoment, Later, Retraction, TrialVersion

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
        from evtrack.changes import Change
        from evtrack.store.moments import ClaimMoment

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
        from evtrack.store.moments import Retraction

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
        from evtrack.store.moments import Later

        return {RecordId(record_id): Later(kind, since, after) for record_id, kind, after, since in rows}

    def revised_trials(self, ids: Iterable[str], at: At = None) -> set[str]:
        """Those of ``ids`` of which the store has more than one version: the others have no history."""
        sql = """SELECT record_id FROM record_version WHERE valid_from <= :run
                 AND record_id IN (SELECT value FROM json_each(:ids)) GROUP BY record_id HAVING count(*) > 1"""
        return {record_id for (record_id,) in self._ids(sql, ids, run=self.run_at(at))}

    def trial_history(self, nct_id: str, at: At = None) -> tuple[TrialVersion, ...]:
        """What the registry said of a trial, the oldest first; what it said again is told once."""
        sql = """SELECT since, overall_status, phases, enrollment, start_date, primary_completion_date, completion_date,
                 has_results, primary_outcomes FROM trial_history WHERE nct_id = :id AND run <= :run ORDER BY run"""
        from evtrack.store.moments import TrialVersion

        told = [
            TrialVersion(
                since, status, tuple(json.loads(phases or "[]")), enrollment, start, primary, completion, bool(results),
                tuple(outcome["measure"] for outcome in json.loads(outcomes or "[]")),
            )
            for since, status, phases, enrollment, start, primary, completion, results, outcomes in self._rows(
                sql, id=nct_id, run=self.run_at(at)
            )
        ]  # fmt: skip
        # A version may differ in what is not told here: its words, an alias.
        return tuple(
            version
            for version, before in zip(told, [None, *told], strict=False)
            if before is None or replace(before, since=version.since) != version
        )
