"""What does one source hold today for these questions? Ids first, then what is new, changed, or may be gone.

``pull`` is a generator, so that the network is asked in one thread and the store is kept by another: it yields what it
has, and is sent what it must know of the store. Nothing here touches the store, and only ``source`` reaches out.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence, Set
from datetime import date, timedelta

from evtrack.gate import OVERLAP, told_by_the_union, wanted_of
from evtrack.pulled import Known, Pulled, SearchesDone, Searching, Step, fetch_into
from evtrack.record import RecordId
from evtrack.sources._protocol import Changed, Source
from evtrack.store.kept import Kept
from evtrack.trouble import FetchError, Trouble

_LAG = timedelta(days=2)
"""How long a service's index may take to know what its documents say."""

_WITNESSED = 50
"""Absent records that are asked for beside one witness."""


def pull(
    source: Source,
    questions: Sequence[str],
    pulled: Pulled,
    *,
    since: date | None,
    full: bool,
    kept: Kept | None = None,
    today: date | None = None,
) -> Generator[Step, Known | None, None]:
    """Ask ``source`` all ``questions``, then for the records that are new, changed, or no longer found.

    ``since``: known records are right up to this day (``None``: nothing is known of them). ``full``: fetch all known
    records again. ``kept``: what the searches found when they were last known to be right, so that they need not be
    asked where their union shows no more. ``today``: note what was modified up to this day, for the next time.
    Fills ``pulled``; a service that fails is a value in it.
    """
    changed: Changed | None = None
    if kept and since is not None and not full:
        changed = yield from told_by_the_union(source, questions, pulled, kept, since)
    if not pulled.listed:
        yield from _search(source, questions, pulled)
    known = yield SearchesDone()
    assert known is not None  # noqa: S101 # the protocol of this generator
    found = pulled.found
    if pulled.down:
        pulled.undelivered = frozenset(found.keys() - known.stored.keys())
        pulled.unchecked = pulled.ended = True
        return
    if full or since is None:
        wanted = wanted_of(found, known, None)
        if today is not None and pulled.searched:
            _note_modified(source, pulled, today)
    else:
        wanted = wanted_of(found, known, _changed(source, pulled, known, since, changed))
    asked = [i for i in wanted if i not in pulled.got]
    failed = yield from fetch_into(source, asked, pulled, total=len(wanted))
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
        failed = yield from fetch_into(source, into, pulled, total=len(wanted))
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
        failed = yield from fetch_into(source, asked, pulled, total=len(some) + len(witnesses))
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


def _changed(source: Source, pulled: Pulled, known: Known, since: date, changed: Changed | None) -> Changed:
    """Which known records the service says it has changed; ``changed`` where it has been asked in this pull."""
    found = pulled.found
    ours = known.ours(found)
    if changed is not None:
        pulled.modified = changed.ids - changed.unsure
    else:  # asked after the searches, which may not have seen what was modified meanwhile: nothing is kept of it
        changed = source.changed(found, ours, since - OVERLAP) if ours else Changed(frozenset())
    pulled.unchecked = not changed.complete
    told = pulled.warnings if changed.complete else pulled.errors
    told += [t for t in changed.troubles if t not in told]
    return changed


def _note_modified(source: Source, pulled: Pulled, today: date) -> None:
    """Keep what was modified some days before the searches, so that the next pull sees what was modified after them.

    What was modified in the last days may have been so after a search, or before it knew.
    """
    found = pulled.found
    if found and not any(found.values()):  # a list that tells each record's day says it by itself
        every, late = (source.changed(found, dict.fromkeys(found, ""), today - back) for back in (OVERLAP, _LAG))
        if every.complete and late.complete:
            pulled.modified = every.ids - every.unsure - late.ids
