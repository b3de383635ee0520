"""How do all records that were asked for come, though batches fail, are too large, or lack some? The same for every source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from evtrack.record import Deleted, RecordId, pmid_record
from evtrack.sources._protocol import Fetched, Parsed, Read, in_batches
from evtrack.trouble import FetchError, Trouble

ROUNDS = 3
"""The whole, then what is missing, then what is still missing."""

LACKED = 2
"""As many good answers without a record say that it is not there, whatever failed beside; one may have been short."""

TOO_LARGE_IN_A_ROW = 10
"""One giant record among 200 is found in nine halvings; a service that sends only giants is given up after these."""

_PMID = re.compile(rb"<PMID[^>]*>\s*0*([1-9][0-9]{0,11})\s*<")


def id_of(parsed: Parsed) -> RecordId | None:
    """Which record it is about; ``None`` for one that cannot be read and does not tell either."""
    if isinstance(parsed, Read):
        return parsed.record.id
    if isinstance(parsed, Deleted):
        return parsed.id
    told = _PMID.search(parsed.raw)
    return pmid_record(told[1].decode()) if told else None


def fetch_all(
    ids: Collection[RecordId],
    ask: Callable[[Sequence[RecordId]], Iterator[Fetched]],
    *,
    size: int,
    alone: int = 0,
) -> Iterator[Fetched]:
    """Every answer with records of ``ids``, asked by ``size``; what did not come is asked for twice more.

    Records that nobody asked for are left out: an answer to another question brings nothing into the store. ``ask``
    yields the answers for one batch and raises ``FetchError``. Up to ``alone`` that good answers lack to the last
    are asked one by one then. An error is told at the end, where some of its batch never came: most of what fails once
    comes later. Where the source is down it is told at once, and is the last.
    """
    missing = list(dict.fromkeys(ids))
    failed: dict[RecordId, FetchError] = {}
    lacked: Counter[RecordId] = Counter()
    giants: set[RecordId] = set()
    for number in range(1, ROUNDS + 1):
        open_ids = [i for i in missing if i not in giants]
        lacking = [i for i in open_ids if i not in failed or lacked[i]]
        step = 1 if number == ROUNDS and len(lacking) <= alone else size
        again = [i for i in open_ids if i in failed and not lacked[i]]
        waiting = [*in_batches(lacking, step), *in_batches(again, size)][::-1]
        came: set[RecordId] = set()
        too_large = 0
        while waiting:
            batch = waiting.pop()
            try:
                for answer in ask(batch):
                    theirs = tuple(p for p in answer.parsed if (i := id_of(p)) is None or i in batch)
                    came.update(answer.merged, filter(None, map(id_of, theirs)))
                    if theirs or answer.merged:
                        yield replace(answer, parsed=theirs)
                too_large = 0
                lacked.update(i for i in batch if i not in came)
            except FetchError as error:
                left = [i for i in batch if i not in came]
                too_large += error.too_large
                if error.down or too_large > TOO_LARGE_IN_A_ROW:
                    yield Fetched((), error=error)
                    return
                if error.too_large and len(left) > 1:
                    half = (len(left) + 1) // 2
                    waiting += [left[half:], left[:half]]
                else:
                    failed.update(dict.fromkeys(left, error))
                    giants.update(left if error.too_large else ())
        missing = [i for i in missing if i not in came]
    told: list[Trouble] = []
    for last in (failed[i] for i in missing if i in failed and lacked[i] < LACKED):
        if last.trouble not in told:
            told.append(last.trouble)
            yield Fetched((), error=last)
