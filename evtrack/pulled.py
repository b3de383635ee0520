"""What came of a source so far? What a pull yields on its way, is told of the store, and fills."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from evtrack.record import Deleted, RecordId, Skipped
from evtrack.sources._fetching import id_of
from evtrack.sources._protocol import Fetched, Listed, Read, Source
from evtrack.trouble import FetchError, Trouble


@dataclass(frozen=True, slots=True)
class Searching:
    """``done`` of ``total`` searches are answered."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Fetching:
    """One answer with records came; of ``total`` that are wanted, ``done`` were delivered so far."""

    fetched: Fetched
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the searches find together is known: the answer to this step is ``Known``.

    ``fetched``: of these, which have come since, the documents are wanted as they were.
    """

    fetched: frozenset[RecordId] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchesDone:
    """All searches are answered or given up: the answer to this step is ``Known``."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds of a source.

    ``stored``: those of the ids found, tied or left that are there, with their day of revision (``""``: none).
    ``tied``: those that some claim holds. ``lost``: those that a complete search held and now lacks. ``unwatched``:
    stored ones that no complete pull has looked after, because a file brought them or nobody held them then.
    """

    stored: Mapping[RecordId, str]
    tied: frozenset[RecordId]
    lost: frozenset[RecordId]
    unwatched: frozenset[RecordId] = frozenset()
    moved: frozenset[RecordId] = frozenset()
    """Stored ones that are not as they were when the lists of the searches were last known to be right."""
    then: Mapping[RecordId, bytes] = field(default_factory=dict)
    """Their documents as they were at that time, of those that were asked for and were there."""
    elsewhere: RecordId | None = None
    """A stored record of the source that is none of these: of claims that this run does not ask about."""

    def ours(self, found: Collection[RecordId]) -> dict[RecordId, str]:
        """The stored records that were found or that some claim holds, with their day of revision."""
        return {i: day for i, day in self.stored.items() if i in found or i in self.tied}


@dataclass(slots=True)
class Pulled:
    """What came of a source. It fills while ``pull`` goes on, so that a run that is stopped keeps what it has.

    ``unanswered``: query → why. ``unchecked``: whether known records have changed could not be asked in full.
    ``got``: the ids of the records that came. ``unread``: those that came and can't be read. ``undelivered``: found by a search, asked for, and not got. ``gone``: no longer at the
    service; ``merged``: of these, the id that the service gives them now. ``ended``: nothing was cut short from outside.
    """

    total: int
    listed: dict[str, Listed] = field(default_factory=dict)
    gathered: Mapping[RecordId, str | None] = field(default_factory=dict)
    """What all searches find together, where that was asked for; ids with their day of update."""
    modified: frozenset[RecordId] | None = None
    """Known records that the service calls modified of late; ``None`` where it was not asked, or not in full."""
    unanswered: dict[str, Trouble] = field(default_factory=dict)
    unchecked: bool = False
    got: set[RecordId] = field(default_factory=set)
    unread: set[RecordId] = field(default_factory=set)
    undelivered: frozenset[RecordId] = frozenset()
    gone: frozenset[RecordId] = frozenset()
    merged: dict[RecordId, RecordId] = field(default_factory=dict)
    errors: list[Trouble] = field(default_factory=list)
    warnings: list[Trouble] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    down: bool = False
    ended: bool = False

    @property
    def found(self) -> dict[RecordId, str | None]:
        """All ids that any search found, with the day of update where it was told."""
        # A copy of the searches: on a run that is stopped the thread may still be adding one.
        return {i: day for listed in tuple(self.listed.values()) for i, day in listed.ids.items()}

    @property
    def answered(self) -> bool:
        """Whether the source answered any question."""
        return bool(self.listed or self.gathered)

    @property
    def searched(self) -> bool:
        """Whether every search was answered in full."""
        return not self.unanswered and all(listed.complete for listed in self.listed.values())

    @property
    def complete(self) -> bool:
        """Whether all that the service counted is there."""
        return self.settled and not self.errors and not self.undelivered

    @property
    def settled(self) -> bool:
        """Whether the next pull may carry on from here: a record that can't be read today can't be tomorrow either."""
        unsettled = [t for t in self.errors if t.code != "skipped"]
        return self.ended and self.searched and not unsettled and self.undelivered <= self.unread

    def cut_short(self, why: Trouble, kept: Collection[RecordId]) -> Pulled:
        """A copy of what has come so far, for a run that ends before this does; ``kept``: the ids that are in the store.

        Its thread may still be at work on this one. Nothing is gone that was not asked for to the end.
        """
        listed = dict(self.listed)
        found = {i for one in listed.values() for i in one.ids}
        return replace(
            self,
            listed=listed,
            unchecked=True,
            undelivered=frozenset(found - set(kept)),
            gone=frozenset(),
            merged={},
            errors=[*self.errors, why],
            warnings=[*self.warnings],
            skipped=[*self.skipped],
            ended=False,
        )

    def fail(self, error: FetchError) -> None:
        """Take down why a request brought nothing."""
        if error.trouble not in self.errors:
            self.errors.append(error.trouble)
        self.down = self.down or error.down


Step = Searching | Gathered | SearchesDone | Fetching


def fetch_into(
    source: Source, wanted: Sequence[RecordId], pulled: Pulled, *, total: int, keep: dict[RecordId, Read] | None = None
) -> Generator[Step, Known | None, bool]:
    """Fetch ``wanted`` and note what came (``keep``: with the records themselves); whether an answer failed."""
    failed = False
    for fetched in source.fetch(wanted) if wanted else ():
        _take(fetched, pulled)
        if keep is not None:
            keep.update((p.record.id, p) for p in fetched.parsed if isinstance(p, Read))
        failed = failed or fetched.error is not None
        yield Fetching(fetched, min(len(pulled.got), total), total)
    return failed


def _take(fetched: Fetched, pulled: Pulled) -> None:
    """Note what an answer says of ids; the records themselves are the store's."""
    pulled.got.update(p.record.id for p in fetched.parsed if isinstance(p, Read))
    pulled.skipped += [p for p in fetched.parsed if isinstance(p, Skipped)]
    pulled.unread.update(i for p in fetched.parsed if isinstance(p, Skipped) and (i := id_of(p)))
    pulled.merged.update(fetched.merged)
    pulled.gone |= {p.id for p in fetched.parsed if isinstance(p, Deleted)} | fetched.merged.keys()
    if fetched.error:
        pulled.fail(fetched.error)
