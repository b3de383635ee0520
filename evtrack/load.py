"""What comes out of files? One load is one run: files → records → store → grades; nothing is asked of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from evtrack.assess import Assessed, Found, Grader, Outcome, assess, assess_all, forced_ties, outdated
from evtrack.batches import BATCH, Batch, begin
from evtrack.claim import Library
from evtrack.files import FileProblem
from evtrack.record import RecordId, Skipped
from evtrack.rules import Rules
from evtrack.spread import Ahead, WorkerLostError
from evtrack.standing import Words

if TYPE_CHECKING:
    from evtrack.store.store import Store


@dataclass(slots=True)
class FileLoad:
    """What one file held. ``problem``: it broke there; what stood before is kept."""

    path: str
    read: int = 0
    new: int = 0
    changed: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    problem: FileProblem | None = None


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
    progress: Progress | None = None,
    begun: Ahead[Batch] | None = None,
) -> Loaded:
    """Load ``files`` as one run; ``claim_id`` ties every record of them to that claim as if its query had found it.

    ``begun``: the reading of the first file, where the caller had ``begin`` start it before the store was open.
    A file that breaks is a value in the answer, never an exception: the others go on.
    """
    tell = progress or Progress()
    anew = outdated(store, library, rules)
    before = store.state(store.last_ended())
    run = store.begin_run("load", rules.version, library.content_hash)
    loading = _Loading(
        store, run, Grader(library, rules, Words.of(store.words())), forced_ties(before), claim_id, tell, grade=not anew
    )
    done = []
    for path in files:
        with begun or begin(path, loading.grader.asked_first) as batches:
            done.append(loading.file(path, batches))
        begun = None
    if loading.deleted:
        store.mark_removed(run, loading.deleted)
        for record_id in loading.deleted:
            loading.assessed.add(record_id, None)
    found = Found({claim_id: frozenset(loading.named)} if claim_id else {})
    if anew:
        assessed = assess_all(store, loading.grader, forced_ties(before, found), tell.grading)
    else:
        loading.grade_named()
        assessed = loading.assessed
    counts = {
        "read": sum(f.read for f in done),
        "new": sum(f.new for f in done),
        "changed": sum(f.changed for f in done),
        "skipped": sum(len(f.skipped) for f in done),
        "graded": len(assessed.grades),
    }
    with store.transaction():
        outcome = assess(store, run, loading.grader, assessed, before, now=now(), found=found, complete=anew)
        store.finish_run(run, "partial" if any(f.problem for f in done) else "complete", counts)
    return Loaded(run, tuple(done), outcome)


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
        try:
            for batch in batches:
                report.skipped += batch.skipped
                self.deleted += batch.deleted
                report.read += len(batch.readings)
                self._save(batch, report)
                if len(batch.readings) == BATCH:
                    self._tell.reading(path, report.read)
        except FileProblem as problem:
            report.problem = problem
        except WorkerLostError:
            report.problem = FileProblem(
                path,
                "the process that read it was ended from outside",
                code="reader_lost",
                place=f"after record {report.read}",
                mend="free some memory and load it again",
            )
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

    def grade_named(self) -> None:
        """Grade the records of these files that were in the store unchanged and are now tied to the named claim."""
        self._grade_stored(sorted(i for i in self.named if i not in self.assessed.looked_at))

    def _grade_stored(self, ids: Sequence[RecordId]) -> None:
        for record in self.store.records(ids):
            self.assessed.add(record.id, self.grader.grade(record, self._claims_of(record.id)))
