"""Must each search be asked again? One list of all that they find together, compared with what each found the last time.

What the searches find together is asked in a few terms (``Source.gather``) and compared, id by id, with the lists that
were kept when the source was last pulled whole. What is no longer in the union, nor with the service, is in none of the
searches. What is in it as before, and is the same record as then, is in the same searches as then. What is new there, or
was modified since, may be in any: the source is asked in which (``Source.among``). On any doubt each search is asked, as if
nothing had been kept; so it is too where a record that left the union is still with the service, for the union may be at fault.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import date, timedelta

from evtrack.pulled import Gathered, Known, Pulled, Searching, Step, fetch_into
from evtrack.record import RecordId
from evtrack.sources._protocol import Changed, Listed, Read, Source
from evtrack.store.kept import Kept
from evtrack.trouble import FetchError, Trouble

OVERLAP = timedelta(days=14)
"""How far behind the cursor is read again: indexes of the services lag (SOURCES.md)."""

_COMPARED = 2_000
"""Documents that are compared with those of last time; more than so many news are no ordinary week."""

_REMARKS = frozenset({"field_not_found", "phrase_ignored", "phrase_not_found", "service_remark"})
"""What a service says of a query each time. Any other trouble of a search passes: its list is not kept."""

_READ_AS = re.compile(r'"[^"]*"\[[^\]]*\]')


def told_by_the_union(
    source: Source, questions: Sequence[str], pulled: Pulled, kept: Kept, since: date
) -> Generator[Step, Known | None, Changed | None]:
    """Fill ``pulled.listed`` where the union of ``questions`` tells what each of them finds; else leave it empty.

    On the way what is new and changed is fetched. The answer is what the service said of changes, where it was asked.
    """
    if not kept.lists.keys() >= set(questions):
        return None
    yield Searching(0, len(questions))
    before = {query: kept.lists[query] for query in questions}
    try:
        union = source.gather(questions)
    except FetchError:
        return None  # asked one by one, each question says for itself what fails
    if union is None or not _believed(union, before.values()):
        return None
    pulled.gathered = union.ids
    known = yield Gathered()
    assert known is not None  # noqa: S101 # the protocol of this generator
    ours = known.ours(union.ids)
    changed = source.changed(union.ids, ours, since - OVERLAP) if ours else Changed(frozenset())
    if not changed.complete or changed.troubles:
        return None
    held = {i: day for one in before.values() for i, day in one.ids.items()}
    left = held.keys() - union.ids.keys()
    wanted = [*dict.fromkeys((*wanted_of(union.ids, known, changed), *sorted(left)))]
    came: dict[RecordId, Read] | None = {} if len(wanted) <= _COMPARED else None
    failed = yield from fetch_into(source, wanted, pulled, total=len(wanted), keep=came)
    known = yield Gathered(frozenset(came or ()))
    assert known is not None  # noqa: S101 # the protocol of this generator
    same, other = _compared(source, questions, came or {}, known.then)
    if left & pulled.got:
        return changed
    new = union.ids.keys() - held.keys()
    doubtful = new | (_moved(union, held, known, changed, kept) - same) | (other & union.ids.keys())
    found = None if failed else _found_by_each(source, questions, came or {}, doubtful, union.ids.keys() - doubtful)
    if found is None:
        return changed
    for query, one in before.items():
        there = (one.ids.keys() - doubtful) | found[query]
        ids = {i: day for i, day in union.ids.items() if i in there}
        pulled.listed[query] = Listed(ids, len(ids), True, one.translation, one.troubles)
        pulled.warnings += [t for t in one.troubles if t not in pulled.warnings]
    yield Searching(len(questions), len(questions))
    return changed


def _found_by_each(
    source: Source,
    questions: Sequence[str],
    came: Mapping[RecordId, Read],
    doubtful: Collection[RecordId],
    others: Collection[RecordId],
) -> Mapping[str, frozenset[RecordId]] | None:
    """Question → those of ``doubtful`` that it finds; ``None`` where each question must be asked to know it."""
    if not doubtful:
        return dict.fromkeys(questions, frozenset())
    if not others or not all(i in came for i in doubtful):
        return None
    found = source.among(questions, {i: came[i] for i in sorted(doubtful)}, min(others))
    # Each is in the union, so a search finds it: one that is in none was lost on the way.
    if found is None or not set(doubtful) <= {i for some in found.values() for i in some}:
        return None
    return found


def _moved(
    union: Listed, held: Mapping[RecordId, str | None], known: Known, changed: Changed, kept: Kept
) -> set[RecordId]:
    """Records of the union that may be in other searches than they were in: not got, or not what they were."""
    moved = {i for i, day in union.ids.items() if i in held and (held[i] != day or i not in known.stored)}
    # What was modified some time before the last pull was seen as such by its searches, and is only read again.
    return moved | ((known.moved | (changed.ids - changed.unsure - kept.modified)) & union.ids.keys())


def _compared(
    source: Source, questions: Sequence[str], came: Mapping[RecordId, Read], then: Mapping[RecordId, bytes]
) -> tuple[set[RecordId], set[RecordId]]:
    """The fetched records that were changed in nothing that a search can look at, and those that were.

    A document that is the very same as then was fetched before the service's index knew it: that tells nothing.
    """
    seen = source.seen_by(questions)
    same: set[RecordId] = set()
    other: set[RecordId] = set()
    for i in came.keys() & then.keys():
        if came[i].raw != then[i]:
            words = seen(came[i].raw) if seen else None
            (same if seen and words is not None and words == seen(then[i]) else other).add(i)
    return same, other


def to_keep(pulled: Pulled) -> Kept:
    """What the next pull may rest on, of a pull that is settled."""
    lists = {q: one for q, one in pulled.listed.items() if all(t.code in _REMARKS for t in one.troubles)}
    return Kept(lists, pulled.modified or frozenset())


def wanted_of(found: Mapping[RecordId, str | None], known: Known, changed: Changed | None) -> list[RecordId]:
    """The ids to fetch: new ones, then known ones that changed (``None``: all of them), then those that searches lost."""
    wanted = dict.fromkeys(i for i in found if i not in known.stored)
    ours = known.ours(found)
    wanted |= dict.fromkeys(i for i in ours if changed is None or i in changed.ids or i in known.unwatched)
    wanted |= dict.fromkeys(sorted(known.lost - found.keys()))
    return list(wanted)


def _believed(union: Listed, before: Collection[Listed]) -> bool:
    """Whether the union was read as its parts were: whole, with no other words and no other remark than theirs."""
    words = {word for one in before for word in _READ_AS.findall(one.translation or "")}
    read_as = _READ_AS.findall(union.translation or "")
    remarks = {said for one in before for said in _said(one.troubles)}
    return (
        union.complete
        and words.issuperset(read_as)
        and bool(read_as) == bool(words)
        and remarks.issuperset(_said(union.troubles))
    )


def _said(troubles: Collection[Trouble]) -> set[tuple[str, str]]:
    """Each remark of the service by itself."""
    return {(t.code, said) for t in troubles for said in t.fields.get("said", str(t)).split("; ")}
