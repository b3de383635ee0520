"""What does one source hold today for these questions? Ids first, then what is new, changed, or may be gone.

``pull`` is a generator, so that the network is asked in one thread and the store is kept by another: it yields what it
has, and is sent what it must know of the store. Nothing here touches the store, and only ``source`` reaches out.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from evtrack.record import Deleted, RecordId, Skipped
from evtrack.sources._fetching import id_of
from evtrack.sources._protocol import Fetched, Listed, Read, Source
from evtrack.trouble import FetchError, Trouble

OVERLAP = timedelta(days=14)
"""How far behind the cursor is read again: indexes of the services lag (SOURCES.md)."""


_WITNESSED = 50
"""Absent records that are asked for beside one witness."""


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
    elsewhere: RecordId | None = None
    """A stored record of the source that is none of these: of claims that this run does not ask about."""


@dataclass(slots=True)
class Pulled:
    """What came of a source. It fills while ``pull`` goes on, so that a run that is stopped keeps what it has.

    ``unanswered``: query → why. ``unchecked``: whether known records have changed could not be asked in full.
    ``got``: the ids of the records that came. ``unread``: those that came and can't be read. ``undelivered``: found by a search, asked for, and not got. ``gone``: no longer at the
    service; ``merged``: of these, the id that the service gives them now. ``ended``: nothing was cut short from outside.
    """

    total: int
    listed: dict[str, Listed] = field(default_factory=dict)
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


Step = Searching | SearchesDone | Fetching


def pull(
    source: Source, questions: Sequence[str], pulled: Pulled, *, since: date | None, full: bool
) -> Generator[Step, Known | None, None]:
    """Ask ``source`` all ``questions``, then for the records that are new, changed, or no longer found.

    ``since``: known records are right up to this day (``None``: nothing is known of them). ``full``: fetch all known
    records again. Fills ``pulled``; a service that fails is a value in it.
    """
    yield from _search(source, questions, pulled)
    known = yield SearchesDone()
    assert known is not None  # noqa: S101 # the protocol of this generator
    found = pulled.found
    if pulled.down:
        pulled.undelivered = frozenset(found.keys() - known.stored.keys())
        pulled.unchecked = pulled.ended = True
        return
    wanted = _wanted(source, pulled, known, since, full=full or since is None)
    failed = yield from _fetch(source, wanted, pulled, total=len(wanted))
    missing = set(wanted) - pulled.got - pulled.gone
    absent = {i for i in missing - pulled.unread if i not in found and (i in known.lost or pulled.searched)}
    merged = dict(pulled.merged)
    pulled.merged.clear()
    pulled.gone -= merged.keys()
    unsure = absent | merged.keys()
    if unsure and not failed and missing.isdisjoint(found):
        there = _there(found, known) - unsure - pulled.gone
        silent = yield from _silent_witnesses(source, unsure, there - {*merged.values()} or there, pulled)
        # What came in the place of another record may have answered another question: only twice the same is believed.
        again = {old: new for old, new in pulled.merged.items() if merged.get(old) == new and not silent}
        into = sorted({*again.values()} - pulled.got)
        failed = yield from _fetch(source, into, pulled, total=len(wanted))
        pulled.gone -= pulled.merged.keys() - again.keys()
        pulled.merged = again
        if not silent:
            pulled.gone |= absent - pulled.got
        unsure |= silent | {*into}
    missing = (missing | unsure) - pulled.gone - pulled.got
    unsure |= pulled.unread
    pulled.undelivered = frozenset(i for i in missing if failed or i in found or i in unsure)
    for code, ids in (
        ("skipped", pulled.undelivered & pulled.unread),
        ("not_delivered", frozenset() if failed else pulled.undelivered - pulled.unread),
    ):
        if ids:
            fields = {"service": source.name, "n": str(len(ids)), "ids": ", ".join(sorted(ids)[:5])}
            pulled.errors.append(Trouble(code, fields))
    pulled.ended = True


def _fetch(
    source: Source, wanted: Sequence[RecordId], pulled: Pulled, *, total: int
) -> Generator[Step, Known | None, bool]:
    """Fetch ``wanted`` and note what came; whether an answer failed."""
    failed = False
    for fetched in source.fetch(wanted) if wanted else ():
        _take(fetched, pulled)
        failed = failed or fetched.error is not None
        yield Fetching(fetched, min(len(pulled.got), total), total)
    return failed


def _there(found: Collection[RecordId], known: Known) -> set[RecordId]:
    """Records that the service should have."""
    return {*found, *known.stored} | ({known.elsewhere} if known.elsewhere else set())


def _silent_witnesses(
    source: Source, absent: Collection[RecordId], there: Set[RecordId], pulled: Pulled
) -> Generator[Step, Known | None, set[RecordId]]:
    """Empty where answers that lack ``absent`` can be believed; else the ids that did not come though they are there.

    A service in trouble answers "nothing" with status 200: so each is asked for again beside two records of ``there``,
    best ones that a search has just found. Without such a witness nothing is believed.
    """
    sure = sorted(there & pulled.found.keys() or there, key=lambda i: (len(i), i))
    if not sure:
        return set(absent)
    # Those with the lowest and the highest number: an answer that is cut short lacks its beginning or its end.
    witnesses = {sure[0], sure[-1]}
    came, some = witnesses & pulled.got, sorted(absent)
    for n in range(0, len(some), _WITNESSED):
        pulled.got -= witnesses
        asked = [sure[0], *some[n : n + _WITNESSED], *(sure[-1:] if len(witnesses) > 1 else ())]
        failed = yield from _fetch(source, asked, pulled, total=len(some) + len(witnesses))
        silent = witnesses - pulled.got
        if failed or silent:
            pulled.got |= came
            return silent or witnesses
    return set()


def _search(source: Source, questions: Sequence[str], pulled: Pulled) -> Generator[Step, Known | None, None]:
    for done, query in enumerate(questions):
        yield Searching(done, len(questions))
        try:
            listed = source.search(query)
        except FetchError as error:
            pulled.fail(error)
            pulled.unanswered[query] = error.trouble
            if error.down:
                pulled.unanswered |= dict.fromkeys(questions[done + 1 :], error.trouble)
                return
            continue
        pulled.listed[query] = listed
        told = pulled.warnings if listed.complete else pulled.errors
        told += [t for t in listed.troubles if t not in told]
    yield Searching(len(questions), len(questions))


def _wanted(source: Source, pulled: Pulled, known: Known, since: date | None, *, full: bool) -> list[RecordId]:
    """The ids to fetch: new ones, then known ones that changed (or all of them), then those that searches lost."""
    found = pulled.found
    wanted = dict.fromkeys(i for i in found if i not in known.stored)
    ours = {i: day for i, day in known.stored.items() if i in found or i in known.tied}
    if full:
        wanted |= dict.fromkeys(ours)
    elif ours and since is not None:
        changed = source.changed(found, ours, since - OVERLAP)
        pulled.unchecked = not changed.complete
        told = pulled.warnings if changed.complete else pulled.errors
        told += [t for t in changed.troubles if t not in told]
        wanted |= dict.fromkeys(i for i in ours if i in changed.ids or i in known.unwatched)
    wanted |= dict.fromkeys(sorted(known.lost - found.keys()))
    return list(wanted)


def _take(fetched: Fetched, pulled: Pulled) -> None:
    """Note what an answer says of ids; the records themselves are the store's."""
    pulled.got.update(p.record.id for p in fetched.parsed if isinstance(p, Read))
    pulled.skipped += [p for p in fetched.parsed if isinstance(p, Skipped)]
    pulled.unread.update(i for p in fetched.parsed if isinstance(p, Skipped) and (i := id_of(p)))
    pulled.merged.update(fetched.merged)
    pulled.gone |= {p.id for p in fetched.parsed if isinstance(p, Deleted)} | fetched.merged.keys()
    if fetched.error:
        pulled.fail(fetched.error)
