"""What did a load make of a file?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from evtrack.files import FileProblem
from evtrack.record import Skipped
from evtrack.spread import WorkerLostError


@dataclass(slots=True)
class FileLoad:
    """What one file held. ``problem``: it broke there; what stood before is kept.

    Of NLM's files too: ``passed``, records read that match nothing and are not kept; ``deleted``, records that it took
    away; ``loaded_before``: all of it is in the store, so it was not read.
    """

    path: str
    read: int = 0
    new: int = 0
    changed: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    problem: FileProblem | None = None
    passed: int = 0
    deleted: int = 0
    loaded_before: bool = False

    @contextmanager
    def to_its_fault(self) -> Iterator[None]:
        """Read the file in here: what breaks it off is its ``problem``, also where its reader is ended from outside."""
        try:
            yield
        except FileProblem as problem:
            self.problem = problem
        except WorkerLostError:
            self.problem = FileProblem(
                self.path,
                "the process that read it was ended from outside",
                code="reader_lost",
                place=f"after record {self.read}",
                mend="free some memory and load it again",
            )
