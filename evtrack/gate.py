"""Must each search be asked again? One list of all that they find together, compared with what each found the last time.

What the searches find together is asked in a few terms (``Source.gather``) and compared, id by id, with the lists that
were kept when the source was last pulled whole. What is no longer in the union is in none of the searches. What is in
it as before, and is the same record as then, is in the same searches as then. What is new there, or was modified since,
may be in any: then each search is asked, as if nothing had been kept. So it is too on any doubt of the union's answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import date, timedelta

from evtrack.pulled import Gathered, Known, Pulled, Searching, Step, fetch_into
from evtrack.record import RecordId
from evtrack.sources._protocol import Changed, Listed, Source
from evtrack.store.facts import Kept
from evtrack.trouble import FetchError, Trouble

OVERLAP = timedelta(days=14)
"""How far behind the cursor is read again: indexes of the services lag (SOURCES.md)."""

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
    if not changed.complete:
        return None
    wanted = wanted_of(union.ids, known, changed)
    failed = yield from fetch_into(source, wanted, pulled, total=len(wanted))
    known = yield Gathered()
    assert known is not None  # noqa: S101 # the protocol of this generator
    held = {i: day for one in before.values() for i, day in one.ids.items()}
    moved = {i for i, day in union.ids.items() if i not in held or held[i] != day or i not in known.stored}
    moved |= known.moved | (changed.ids - changed.unsure - kept.modified)
    if failed or not moved.isdisjoint(union.ids):
        return changed
    for query, one in before.items():
        ids = {i: day for i, day in one.ids.items() if i in union.ids}
        pulled.listed[query] = Listed(ids, len(ids), True, one.translation, one.troubles)
        pulled.warnings += [t for t in one.troubles if t not in pulled.warnings]
    yield Searching(len(questions), len(questions))
    return changed


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
