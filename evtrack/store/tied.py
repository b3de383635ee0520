"""Which records are tied to a claim, as what, and which of them are one study?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import ClaimRecordGrade, Evidence
from evtrack.ids import RecordId
from evtrack.store.document import load
from evtrack.store.facts import Tie, TiedRecord
from evtrack.store.runs import At
from evtrack.store.words import WordReader
from evtrack.word import REOPENED, Word

if TYPE_CHECKING:
    from evtrack.changes import TieKey


class TieReader(WordReader):
    """What ties records to claims, and what they say there."""

    def ties(self, claim_id: str, at: At = None) -> dict[RecordId, Tie]:
        """The records tied to a claim, with what they say towards it."""
        sql = """SELECT record_id, grade, found_by FROM claim_record WHERE claim_id = :claim
                 AND valid_from <= :run AND (valid_to IS NULL OR valid_to > :run) ORDER BY record_id"""
        rows = self._rows(sql, claim=claim_id, run=self.run_at(at))
        return {RecordId(record_id): Tie(load(ClaimRecordGrade, grade), found) for record_id, grade, found in rows}

    def tied_to(self, ids: Iterable[RecordId]) -> set[TieKey]:
        """Claim and record of every tie that these records have now."""
        sql = """SELECT claim_id, record_id FROM claim_record WHERE valid_to IS NULL
                 AND record_id IN (SELECT value FROM json_each(:ids))"""
        return {(claim_id, RecordId(record_id)) for claim_id, record_id in self._ids(sql, ids)}

    def links(self, ids: Iterable[str] | None = None, at: At = None) -> dict[RecordId, tuple[RecordId, ...]]:
        """Record id → ids of the same study, read in both directions."""
        every = """SELECT record_id AS a, linked_id AS b FROM study_link WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                   UNION SELECT linked_id, record_id FROM study_link
                   WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run) ORDER BY a, b"""
        some = """SELECT record_id AS a, linked_id AS b FROM study_link WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                  AND record_id IN (SELECT value FROM json_each(:ids))
                  UNION SELECT linked_id, record_id FROM study_link WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                  AND linked_id IN (SELECT value FROM json_each(:ids)) ORDER BY a, b"""
        run = self.run_at(at)
        rows = self._rows(every, run=run) if ids is None else self._ids(some, ids, run=run)
        found: dict[RecordId, list[RecordId]] = {}
        for a, b in rows:
            found.setdefault(RecordId(a), []).append(RecordId(b))
        return {a: tuple(bs) for a, bs in found.items()}

    def evidence(
        self, claim_id: str, at: At = None, today: date | None = None, *, record_id: RecordId | None = None
    ) -> list[Evidence]:
        """All records tied to a claim, by id: the record's fields, its grade for the claim, links, a person's word.

        ``today`` is the day from which overdue trials are reckoned; left out, it is the day of the last run. With
        ``record_id`` this record alone.
        """
        run = self.run_at(at)
        sql = """SELECT record_id, document, grade FROM evidence_held WHERE claim_id = :claim
                 AND tie_from <= :run AND (tie_to IS NULL OR tie_to > :run)
                 AND version_from <= :run AND (version_to IS NULL OR version_to > :run)
                 AND (:record IS NULL OR record_id = :record) ORDER BY record_id"""
        rows = list(self._rows(sql, claim=claim_id, run=run, record=record_id))
        links = self.links((row[0] for row in rows), run)
        words = self.words_on(claim_id, run)
        if today is None and (last := self.last_run(run)):
            today = (last.finished_at or last.started_at).date()
        return [_evidence(row, links.get(row[0], ()), words.on(row[0], claim_id), today) for row in rows]

    def tied_records(self, at: At = None) -> dict[str, list[TiedRecord]]:
        """The records tied to each claim, by claim id and id: what ``evidence`` says that an audit asks for, no document read whole."""
        run = self.run_at(at)
        documents = """SELECT record_id, json_extract(document, '$.title'), json_extract(document, '$.doi'),
                       coalesce(json_extract(document, '$.published'), json_extract(document, '$.trial.first_submitted'))
                       FROM record_version WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                       AND record_id IN (SELECT record_id FROM claim_record
                                         WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run))"""
        held = {
            record_id: (title, int(day[:4]) if day else None, doi)
            for record_id, title, doi, day in self._rows(documents, run=run)
        }
        ties = """SELECT claim_id, record_id, level, counts_for_claim,
                  CASE WHEN counts_for_claim = 1 THEN flags END,
                  CASE WHEN counts_for_claim = 1 THEN json_extract(grade, '$.grade.numbers.n') END
                  FROM claim_record WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
                  ORDER BY claim_id, record_id"""
        tied: dict[str, list[TiedRecord]] = {}
        for claim_id, record_id, level, counts, flags, n in self._rows(ties, run=run):
            if record_id in held:
                told = tuple(json.loads(flags)) if flags else ()
                one = TiedRecord(record_id, *held[record_id], level, bool(counts), told, None if n is None else int(n))
                tied.setdefault(claim_id, []).append(one)
        return tied


def _evidence(row: Sequence[Any], links: tuple[RecordId, ...], words: Sequence[Word], today: date | None) -> Evidence:
    record_id, document, grade = row
    found = json.loads(document)
    graded = load(ClaimRecordGrade, grade)
    trial = None
    if "trial" in found:
        from evtrack.grade.links import registered_trial
        from evtrack.record import Record

        planned = graded.grade.planned or graded.grade.design
        papers = any(link.startswith("PMID:") for link in links)
        # Without a day nothing can be called overdue.
        trial = registered_trial(load(Record, document), planned, papers, today or date.min)
    return Evidence(
        id=RecordId(record_id),
        source=found["source"],
        title=found["title"],
        year=_year(found),
        graded=graded,
        links=links,
        trial=trial,
        doi=found.get("doi"),
        authors=tuple(found.get("authors", ())),
        override=_last(words, graded),
        citation=found.get("citation"),
        url=found.get("url"),
        conditions=tuple(Bilingual(name, name) for name in found.get("trial", {}).get("conditions", ())),
    )


def _last(words: Sequence[Word], graded: ClaimRecordGrade) -> Word | None:
    """The word that decided a grade; the grader says where it is open again."""
    if not words:
        return None
    return replace(words[-1], reopened=REOPENED in graded.grade.flags)


def _year(found: dict[str, Any]) -> int | None:
    """``Record.year`` of a document."""
    day = found.get("published") or found.get("trial", {}).get("first_submitted")
    return int(day[:4]) if day else None
