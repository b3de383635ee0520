"""What comes out of files? One load is one run: files → records → store → grades; nothing is asked of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from evtrack.assess import Assessed, Found, Outcome, assess, assess_all, forced_ties, outdated, save_grades
from evtrack.batches import BATCH, Batch, begin
from evtrack.bulk.loading import BY_FILE, BulkLoading, graded_by_file
from evtrack.bulk.names import number_of
from evtrack.bulk.rows import Work
from evtrack.bulk.workers import Here, Workers
from evtrack.claim import Library
from evtrack.grader import Grader
from evtrack.loaded import FileLoad
from evtrack.record import RecordId
from evtrack.rules import Rules
from evtrack.spread import Ahead
from evtrack.standing import Words

if TYPE_CHECKING:
    from evtrack.store.store import Store


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did."""

    run: int
    files: tuple[FileLoad, ...]
    outcome: Outcome


class Progress:
    """What a load tells while it works; silent unless a subclass or a view speaks."""

    def reading(self, path: str, n: int) -> None:
        """``n`` records of ``path`` were read."""

    def reading_bulk(self, path: str, n: int, done: int) -> None:
        """``n`` records of ``path``, one of NLM's files, were read, in ``done`` of its bytes."""

    def read_bulk(self, report: FileLoad) -> None:
        """One of NLM's files was read, or need not be."""

    def grading(self, n: int) -> None:
        """``n`` records were graded."""


def load(
    store: Store,
    files: Sequence[str],
    library: Library,
    rules: Rules,
    *,
    now: Callable[[], datetime],
    claim_id: str | None = None,
    everything: bool = False,
    progress: Progress | None = None,
    begun: Ahead[Batch] | None = None,
    workers: Callable[[Work], Workers] = Here,
) -> Loaded:
    """Load ``files`` as one run; ``claim_id`` ties every record of them to that claim as if its query had found it.

    Of NLM's baseline and update files (``bulk.names``) the records are kept that match any claim or concept, with
    ``everything`` all; ``workers`` make ready what is written. They are taken in the order of their numbers, before others.
    ``begun``: the reading of the first of the other files, where the caller had ``begin`` start it before the store was open.
    A file that breaks is a value in the answer, never an exception: the others go on.
    """
    tell = progress or Progress()
    bulk = {nth: number for nth, path in enumerate(files) if (number := number_of(path)) is not None}
    by_file = len(bulk) == len(files)
    anew = due = outdated(store, library, rules)
    if anew and by_file and graded_by_file(store, library, rules, set(bulk.values())):
        anew = False
    ended = store.last_ended()
    tied = store.tied_since(ended) if bulk else None
    before = store.state(ended) if tied is None else store.state(records_of=tied)
    grader = Grader(library, rules, Words.of(store.words()))
    forced = forced_ties(before)
    work = Work(library, rules, grader.words, forced, everything, not anew, claim_id)
    done: dict[int, FileLoad] = {}
    into: BulkLoading | None = None
    with workers(work) if bulk else nullcontext() as making:
        # Not before: where nobody can work, no run was begun.
        run = store.begin_run("load", rules.version, library.content_hash, BY_FILE if by_file and not anew else None)
        if making:
            into = BulkLoading(store, run, work, making, before.ties, tell.reading_bulk, min(bulk.values()))
            for nth, number in sorted(bulk.items(), key=lambda one: (one[1], files[one[0]])):
                done[nth] = into.file(number, files[nth])
                tell.read_bulk(done[nth])
    loading = _Loading(store, run, grader, forced, claim_id, tell, grade=not anew)
    looked_at: set[RecordId] = into.looked_at if into else set()
    graded: set[RecordId] = into.graded if into else set()
    if into:
        loading.named |= into.named
    for nth, path in enumerate(files):
        if nth not in bulk:
            with begun or begin(path, loading.grader.asked_first) as batches:
                done[nth] = loading.file(path, batches)
            begun = None
    if loading.deleted:
        store.mark_removed(run, loading.deleted)
        for record_id in loading.deleted:
            loading.assessed.add(record_id, None)
    found = Found({claim_id: frozenset(loading.named)} if claim_id else {})
    if anew:
        assessed = assess_all(store, loading.grader, forced_ties(before, found), tell.grading)
    else:
        loading.grade_named(looked_at)
        assessed = loading.assessed
    graded |= assessed.grades.keys()
    with store.transaction():
        if tied is not None:
            # What touches no claim is no news, and may be all of PubMed.
            about = looked_at.union(tied, assessed.grades if anew else assessed.looked_at)
            held = before if anew else store.state(records_of=assessed.looked_at)  # also what was graded file by file
            save_grades(store, run, grader, assessed, held, found, complete=anew)
            before = store.state(ended, records_of=about)
            every = library.claims if due else ()
            outcome = assess(store, run, grader, Assessed(), before, now=now(), found=found, about=about, due=every)
        else:
            outcome = assess(store, run, grader, assessed, before, now=now(), found=found, complete=anew)
        reports = tuple(done[nth] for nth in range(len(files)))
        counts = {
            "read": sum(f.read for f in reports),
            "new": sum(f.new for f in reports),
            "changed": sum(f.changed for f in reports),
            "skipped": sum(len(f.skipped) for f in reports),
            "graded": len(graded),
        }
        store.finish_run(run, "partial" if any(f.problem for f in reports) else "complete", counts)
    return Loaded(run, reports, replace(outcome, records=len(graded)))


class _Loading:
    """The state of one load while its files are read."""

    def __init__(
        self,
        store: Store,
        run: int,
        grader: Grader,
        forced: dict[RecordId, tuple[str, ...]],
        claim_id: str | None,
        tell: Progress,
        *,
        grade: bool,
    ) -> None:
        self.store = store
        self.run = run
        self.grader = grader
        self.assessed = Assessed()
        self.named: set[RecordId] = set()
        self.deleted: list[RecordId] = []
        self._forced = forced
        self._claim_id = claim_id
        self._tell = tell
        self._grade = grade
        self._told: set[RecordId] = set()
        """Records this run has counted as new or changed: the same record in a second file is neither again."""

    def file(self, path: str, batches: Ahead[Batch]) -> FileLoad:
        """Take what was read of one file into the store."""
        report = FileLoad(path)
        with report.to_its_fault():
            for batch in batches:
                report.skipped += batch.skipped
                self.deleted += batch.deleted
                report.read += len(batch.readings)
                self._save(batch, report)
                if len(batch.readings) == BATCH:
                    self._tell.reading(path, report.read)
        if report.skipped:
            self.store.save_skipped(self.run, report.skipped)
        return report

    def _save(self, batch: Batch, report: FileLoad) -> None:
        if not batch.readings:
            return
        if self._claim_id:
            self.named.update(reading.id for reading, _ in batch.readings)
        saved = self.store.save_readings(self.run, batch.readings)
        report.new += sum(i not in self._told for i in saved.new)
        report.changed += sum(i not in self._told for i in saved.changed)
        self._told.update(saved.new, saved.changed)
        if not self._grade:
            return
        told = self.grader.words.records
        due = [i for i, asked in saved.kept.items() if asked or i in told or self._claims_of(i)]
        for record_id in saved.kept:
            self.assessed.add(record_id, None)
        self._grade_stored(due)

    def _claims_of(self, record_id: RecordId) -> tuple[str, ...]:
        """Claims this record is tied to whatever its words say."""
        kept = self._forced.get(record_id, ())
        return (*kept, self._claim_id) if self._claim_id and record_id in self.named else kept

    def grade_named(self, graded: Set[RecordId]) -> None:
        """Grade the records of these files that were in the store unchanged and are now tied to the named claim.

        ``graded``: those that were graded file by file.
        """
        self._grade_stored(sorted(i for i in self.named if i not in self.assessed.looked_at and i not in graded))

    def _grade_stored(self, ids: Sequence[RecordId]) -> None:
        for record in self.store.records(ids):
            self.assessed.add(record.id, self.grader.grade(record, self._claims_of(record.id)))
