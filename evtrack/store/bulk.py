"""Which of NLM's files were loaded, and which of them last spoke of a record?"""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable

from sqlalchemy import update

from evtrack.record import RecordId
from evtrack.store import tables
from evtrack.store.facts import BulkFile
from evtrack.store.records import RecordStore

FILE = tables.table(tables.BulkFileRow)
_PAGE = 1 << 16
_FAR = 1 << 27
"""No PMID yet: NLM counts to some 45 million. Such numbers are kept one by one, for each could ask for a page of its own."""


class BulkStore(RecordStore):
    """The part of the store that knows NLM's files."""

    def begin_bulk_file(self, run: int, file: BulkFile) -> None:
        """Say that a file is being loaded; until ``finish_bulk_file`` it is not whole."""
        nothing = pack_pmids(())
        row = {
            "number": file.number, "path": file.path, "digest": file.digest, "kept": file.kept, "run": run, "whole": 0,
            "pmids": nothing, "deleted": nothing,
        }  # fmt: skip
        with self._writer.transaction():
            # Read once more (all of it instead of some), it goes on speaking of what it spoke of.
            self._writer.upsert(FILE, [row], "pmids", "deleted")

    def finish_bulk_file(self, number: int, pmids: Iterable[int], deleted: Iterable[int]) -> None:
        """Say that all of a file was loaded and graded, and of which records it spoke."""
        put = {"whole": 1, "pmids": pack_pmids(pmids), "deleted": pack_pmids(deleted)}
        with self._writer.transaction():
            self._writer.execute(update(FILE).where(FILE.c.number == number).values(put))

    def moved_bulk_file(self, number: int, path: str) -> None:
        """Say that a file lies elsewhere now."""
        with self._writer.transaction():
            self._writer.execute(update(FILE).where(FILE.c.number == number).values(path=path))

    def spoken_after(self, number: int) -> Spoken:
        """Which records are spoken of, brought or deleted, by files that come after ``number`` and were loaded whole."""
        sql = "SELECT number, pmids, deleted FROM bulk_file WHERE number > :number ORDER BY number"
        spoken = Spoken()
        for later, pmids, deleted in self._rows(sql, number=number):
            spoken.add(later, [*unpack_pmids(pmids), *unpack_pmids(deleted)])
        return spoken

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of ``ids`` that are in the store now."""
        sql = "SELECT id FROM record WHERE removed_run IS NULL AND id IN (SELECT value FROM json_each(:ids))"
        return frozenset(id_ for (id_,) in self._ids(sql, ids))

    def content_hashes(self, ids: Iterable[str]) -> dict[str, str]:
        """The hash of what each of these records says now."""
        sql = "SELECT id, content_hash FROM record WHERE removed_run IS NULL AND id IN (SELECT value FROM json_each(:ids))"
        return dict(self._ids(sql, ids))

    def tied_since(self, run: int) -> list[RecordId]:
        """The records that were tied to any claim as ``run`` ended, or later."""
        sql = "SELECT DISTINCT record_id FROM claim_record WHERE valid_to IS NULL OR valid_to > :run ORDER BY record_id"
        return [RecordId(id_) for (id_,) in self._rows(sql, run=run)]


class Spoken:
    """PMID → the latest of some files that speaks of it. Two bytes a PMID: 90 MB for all there are, whatever the files."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._pages: dict[int, array[int]] = {}
        self._far: dict[int, int] = {}

    def add(self, number: int, pmids: Iterable[int]) -> None:
        """One more file; ``number`` is higher than any before."""
        self._numbers.append(number)
        nth = len(self._numbers)
        for pmid in pmids:
            if pmid >= _FAR:
                self._far[pmid] = nth
                continue
            page = self._pages.get(pmid >> 16)
            if page is None:
                page = self._pages[pmid >> 16] = array("H", bytes(2 * _PAGE))
            page[pmid & (_PAGE - 1)] = nth

    def later(self, number: int, pmids: Collection[int]) -> frozenset[int]:
        """Those of ``pmids`` that a file after ``number`` speaks of."""
        upto = bisect_right(self._numbers, number)
        if upto == len(self._numbers):
            return frozenset()
        return frozenset(p for p in pmids if self._last(p) > upto)

    def _last(self, pmid: int) -> int:
        if pmid >= _FAR:
            return self._far.get(pmid, 0)
        page = self._pages.get(pmid >> 16)
        return page[pmid & (_PAGE - 1)] if page else 0


def pack_pmids(pmids: Iterable[int]) -> bytes:
    """PMIDs in few bytes: how far each is from the one before it, compressed. NLM's files number them nearly in a row."""
    ordered = sorted(set(pmids))
    steps = array("Q", [b - a for a, b in zip([0, *ordered], ordered, strict=False)])
    if sys.byteorder == "big":
        steps.byteswap()
    return zlib.compress(steps.tobytes())


def unpack_pmids(packed: bytes) -> list[int]:
    """What ``pack_pmids`` packed, in order."""
    steps = array("Q", zlib.decompress(packed))
    if sys.byteorder == "big":
        steps.byteswap()
    found, at = [], 0
    for step in steps:
        at += step
        found.append(at)
    return found
