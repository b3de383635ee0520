"""What comes out of NLM's files? Each file in its turn: cut here, made into rows by workers, written here, graded, signed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evtrack.assess import Assessed, Found, save_grades
from evtrack.bulk.again import words_hash
from evtrack.bulk.names import digest_of
from evtrack.bulk.rows import Row, RowMaker, Rows, Work, pmid_of
from evtrack.bulk.workers import Chunk, Workers
from evtrack.changes import State, TieKey, TieState
from evtrack.claim import Library
from evtrack.files import FileProblem
from evtrack.loaded import FileLoad
from evtrack.record import RecordId, pmid_record
from evtrack.rules import Rules
from evtrack.sources._protocol import SourceError
from evtrack.sources._stream import as_utf8, raw_blocks, unpacked
from evtrack.sources._xml_cut import cut_records
from evtrack.store.facts import BulkFile

if TYPE_CHECKING:
    from evtrack.store.store import Store

CHUNK = 1_000_000
"""Bytes of records that are worked on together: some 80, a twentieth of a second."""

FLUSH = 2_000
"""Graded records that wait to be written; some 20 MB."""


def graded_by_file(store: Store, library: Library, rules: Rules, numbers: Collection[int]) -> bool:
    """Whether what killed loads left is graded, but for files among ``numbers``, which are to be loaded now.

    A load of NLM's files alone grades file by file, so that a kill costs no more than the file it was at. Without such
    loads ``False``: then ``outdated`` knows.
    """
    ended = store.last_ended()
    killed = [run for run in store.runs() if run.id > ended]
    held, wanted = store.graded_with(), {c.id: (c.content_hash, rules.version) for c in library.claims.values()}
    return (
        bool(killed)
        and all(r.counts == BY_FILE and r.rules_version == rules.version for r in killed)
        and all(r.claims_hash == library.content_hash for r in killed)
        and (held == wanted or not ended)
        and all(f.whole or f.number in numbers for f in store.bulk_files().values())
    )


BY_FILE = {"by_file": True}
"""What a run says of itself from its start that loads NLM's files alone and grades file by file."""


class BulkLoading:
    """A load of NLM's files into one store; files are to come in the order of their numbers."""

    def __init__(
        self,
        store: Store,
        run: int,
        work: Work,
        workers: Workers,
        ties: Mapping[TieKey, TieState],
        tell: Callable[[str, int, int], None],
        first: int,
    ) -> None:
        """``ties``: those that hold; ``tell`` hears of the records and bytes read; ``first``: the lowest number that comes."""
        self.store = store
        self.run = run
        self.maker = RowMaker(work)
        self.looked_at: set[RecordId] = set()
        self.graded: set[RecordId] = set()
        self.named: set[RecordId] = set()
        """Where a claim was named: the records that are tied to it."""
        self._work = work
        self._workers = workers
        self._tell = tell
        self._kept_by = "" if work.everything or work.claim_id else words_hash(work.rules)
        self._ties: dict[RecordId, dict[str, TieState]] = {}
        for (claim_id, record_id), tie in ties.items():
            self._ties.setdefault(record_id, {})[claim_id] = tie
        self._files = store.bulk_files()
        self._spoken = store.spoken_after(first)
        self._assessed = Assessed()

    def file(self, number: int, path: str) -> FileLoad:
        """Take one file into the store. A file that breaks is a value; what stood before the break is kept and graded."""
        report = FileLoad(path)
        pmids: set[int] = set()
        deleted: set[int] = set()
        with report.to_its_fault():
            digest = digest_of(path)
            if self._loaded(number, path, digest):
                report.loaded_before = True
                return report
            self.store.begin_bulk_file(self.run, BulkFile(number, str(Path(path).absolute()), digest, self._kept_by))
            for chunk, rows in self._workers.rows(number, self._chunks(path, report)):
                self._take(number, chunk, rows, report, pmids, deleted)
        if report.skipped:
            self.store.save_skipped(self.run, report.skipped)
        with self.store.transaction():
            self._flush()
            if report.problem is None:
                gone = deleted - self._spoken.later(number, deleted)
                report.deleted = len(self._remove(gone))
                self.store.finish_bulk_file(number, pmids, deleted)
        return report

    def _loaded(self, number: int, path: str, digest: str) -> bool:
        """Whether all of this file that is to be kept is in the store."""
        there = self._files.get(number)
        if there is None or not there.whole or there.digest != digest or there.kept not in ("", self._kept_by):
            return False
        if self._work.claim_id:
            return False  # its records are to be tied to the claim
        now = str(Path(path).absolute())
        if there.path != now:
            self.store.moved_bulk_file(number, now)
        return True

    def _chunks(self, path: str, report: FileLoad) -> Iterator[Chunk]:
        """The cuts of a file, some at a time. Raises ``FileProblem`` after what stands before the fault."""
        chunk: Chunk = []
        size = 0
        try:
            with Path(path).open("rb") as stream:
                for cut in cut_records(as_utf8(unpacked(raw_blocks(stream)))):
                    chunk.append(cut)
                    size += len(cut.raw)
                    if size >= CHUNK:
                        yield chunk
                        self._tell(path, report.read, stream.tell())
                        chunk, size = [], 0
        except OSError as error:
            problem = FileProblem(path, f"reading failed: {error}", code="unreadable")
        except SourceError as error:
            problem = FileProblem(path, error.what, code=error.code, place=error.place, mend=error.mend)
        else:
            yield chunk
            return
        yield chunk
        raise problem

    def _take(
        self, number: int, chunk: Chunk, rows: Rows, report: FileLoad, pmids: set[int], deleted: set[int]
    ) -> None:
        """Keep some rows, but those that a later file spoke of."""
        report.skipped += rows.skipped
        report.read += len(rows.kept) + len(rows.passed)
        spoken = {*(row.pmid for row in rows.kept), *(pmid for pmid, _ in rows.passed)}
        later = self._spoken.later(number, spoken)
        kept = [row for row in rows.kept if row.pmid not in later]
        kept += self._still_known(number, chunk, [one for one in rows.passed if one[0] not in later], kept)
        report.passed += len(rows.passed)
        deleted -= spoken
        deleted |= rows.deleted
        pmids |= spoken
        self._save(kept, report)

    def _still_known(self, number: int, chunk: Chunk, passed: list[tuple[int, int]], kept: list[Row]) -> list[Row]:
        """Rows of records that match nothing (any more) and that the store has, or will: it is to have them as they are now."""
        if not passed:
            return []
        known = {pmid_of(i) for i in self.store.known(pmid_record(str(pmid)) for pmid, _ in passed)}
        known.update(row.pmid for row in kept)  # twice in the file: the store decides between them
        return list(self.maker.again(number, [chunk[nth] for pmid, nth in passed if pmid in known]))

    def _save(self, kept: list[Row], report: FileLoad) -> None:
        if self._work.claim_id:
            self.named.update(row.reading.id for row in kept)
        saved = self.store.save_readings(self.run, [(row.reading, row) for row in kept])
        report.new += len(saved.new)
        report.changed += len(saved.changed)
        if not self._work.grading:
            return
        # A record that was there unchanged may not have been graded: the load that brought it was killed.
        asked = [row for row in kept if row.graded and row.reading.id not in saved.kept]
        held = self.store.content_hashes(row.reading.id for row in asked)
        asked = [row for row in asked if held.get(row.reading.id) == row.reading.content_hash]
        for row in (*saved.kept.values(), *asked):
            if row.graded or row.reading.id in self._ties or row.reading.id in self._assessed.grades:
                self._assessed.add(row.reading.id, row.graded)
        if len(self._assessed.looked_at) >= FLUSH:
            self._flush()

    def _flush(self) -> None:
        """Write the grades that wait."""
        assessed, self._assessed = self._assessed, Assessed()
        ties = {(c, r): tie for r in assessed.looked_at for c, tie in self._ties.get(r, {}).items()}
        claim_id = self._work.claim_id
        found = Found({claim_id: frozenset(assessed.looked_at)} if claim_id else {})
        with self.store.transaction():
            save_grades(self.store, self.run, self.maker.grader, assessed, State(ties=ties), found)
        self.looked_at |= assessed.looked_at
        self.graded |= assessed.grades.keys()
        now = self.store.state(records_of=assessed.looked_at).ties if assessed.looked_at else {}
        for record_id in assessed.looked_at:
            self._ties.pop(record_id, None)
        for (c, r), tie in now.items():
            self._ties.setdefault(r, {})[c] = tie

    def _remove(self, pmids: Iterable[int]) -> list[RecordId]:
        removed = self.store.mark_removed(self.run, [pmid_record(str(p)) for p in sorted(pmids)])
        for record_id in removed:
            if self._ties.pop(record_id, None) or record_id in self.graded:
                self.looked_at.add(record_id)
        return removed
