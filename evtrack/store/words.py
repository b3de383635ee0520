"""What did persons say, and what of it stood at a moment? Read with plain SQL; the store only ever adds words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from evtrack.ids import RecordId
from evtrack.standing import Words
from evtrack.store.document import load
from evtrack.store.runs import At, RunReader
from evtrack.word import REOPENED, Word

if TYPE_CHECKING:
    from evtrack.record import Record

_WORDS = """SELECT id, record_id, claim_id, action, field_values, reason, name, at, content_hash, seen FROM override
            WHERE coalesce(run, 0) <= :run ORDER BY id"""
_WORDS_ON = """SELECT id, record_id, claim_id, action, field_values, reason, name, at, content_hash, seen FROM override
               WHERE coalesce(run, 0) <= :run AND record_id IS NOT NULL AND (claim_id IS NULL OR claim_id = :claim)
               ORDER BY id"""
_OPEN = f"""SELECT claim_id, record_id FROM claim_record
            WHERE valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)
            AND record_id IN (SELECT value FROM json_each(:ids))
            AND EXISTS (SELECT 1 FROM json_each(flags) WHERE value = '{REOPENED}')"""  # noqa: S608 # a flag's name


class WordReader(RunReader):
    """The part of the reader that knows what persons said."""

    def words(self, at: At = None) -> tuple[Word, ...]:
        """All words that were ever said, undone ones too, in the order given. ``reopened`` is told of none of them."""
        return tuple(_word(row) for row in self._rows(_WORDS, run=self.run_at(at)))

    def words_on(self, claim_id: str, at: At = None) -> Words:
        """The words on records that hold towards a claim. ``reopened`` is told of none of them."""
        return Words.of(_word(row) for row in self._rows(_WORDS_ON, run=self.run_at(at), claim=claim_id))

    def standing(self, at: At = None) -> tuple[Word, ...]:
        """The words that stand, in the order given, each ``reopened`` where what it is about is another now.

        Of a word on a record the grader has said so, towards at least one of the claims for which the word decides.
        """
        run = self.run_at(at)
        words = Words.of(self.words(run))
        ties = self._ids(_OPEN, sorted(words.records), run=run)
        opened = {w.id for claim_id, record_id in ties for w in words.on(RecordId(record_id), claim_id)[-1:]}
        return tuple(
            replace(w, reopened=w.id in opened if w.record_id else self._level_moved(w, run)) for w in words.standing
        )

    def claim_words(self, claim_id: str, at: At = None) -> tuple[Word, ...]:
        """What a person said of the claim's level and still stands: one word or none.

        ``reopened``: level or stance are others now than the person saw.
        """
        return tuple(w for w in self.standing(at) if w.record_id is None and w.claim_id == claim_id)

    def same_work(self, record: Record) -> list[RecordId]:
        """Other records that are there under the same DOI or registry id."""
        sql = """SELECT id FROM record WHERE removed_run IS NULL AND id <> :id
                 AND (lower(doi) = :doi OR upper(id) IN (SELECT value FROM json_each(:registered))) ORDER BY id"""
        doi = record.doi.lower() if record.doi else None
        registered = json.dumps([i.upper() for i in record.other_registry_ids])
        return [RecordId(i) for (i,) in self._rows(sql, id=record.id, doi=doi, registered=registered)]

    def spoken_of(self, at: At = None) -> Mapping[str, int]:
        """How many records of a claim persons spoke of, in words that hold towards it."""
        run = self.run_at(at)
        words = Words.of(self.words(run))
        sql = """SELECT claim_id, record_id FROM claim_record WHERE valid_from <= :run
                 AND (valid_to IS NULL OR valid_to > :run) AND record_id IN (SELECT value FROM json_each(:ids))"""
        ties = self._ids(sql, sorted(words.records), run=run)
        return Counter(claim_id for claim_id, record_id in ties if words.on(RecordId(record_id), claim_id))

    def seen_hashes(self, ids: Iterable[RecordId], at: At = None) -> Mapping[RecordId, str]:
        """What a person who looks at these records now would see of them, as a fingerprint."""
        from evtrack.record import Record
        from evtrack.store.reading import seen_hash

        sql = """SELECT document FROM record_version WHERE valid_from <= :run
                 AND (valid_to IS NULL OR valid_to > :run) AND record_id IN (SELECT value FROM json_each(:ids))"""
        records = (load(Record, document) for (document,) in self._ids(sql, ids, run=self.run_at(at)))
        return {record.id: seen_hash(record) for record in records}

    def _level_moved(self, word: Word, run: int) -> bool:
        sql = """SELECT level, stance FROM claim_grade WHERE claim_id = :claim
                 AND valid_from <= :run AND (valid_to IS NULL OR valid_to > :run)"""
        now = next(self._rows(sql, claim=word.claim_id, run=run), None)
        return now is not None and bool(word.seen) and now != (word.seen.get("level"), word.seen.get("stance"))


def _word(row: tuple[int, str | None, str | None, str, str, str, str, str, str | None, str]) -> Word:
    id_, record_id, claim_id, action, values, reason, name, at, content_hash, seen = row
    return Word(
        action=action,  # type: ignore[arg-type] # a CHECK of the table holds it to the literal
        reason=reason,
        name=name,
        at=at,
        record_id=RecordId(record_id) if record_id else None,
        claim_id=claim_id,
        values=json.loads(values),
        seen=json.loads(seen),
        content_hash=content_hash,
        id=id_,
    )
