"""How is a claim's history told in words? A line a moment; what became of papers and trials since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evtrack.grade.grades import RegisteredTrial
from evtrack.ids import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.plain import plain
from evtrack.report.terminal import join
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.store.moments import ClaimMoment

NAMED = 3
"""So many records of a kind are named with a moment; the rest are counted."""


def history_lines(status: ClaimStatus, lang: str) -> Iterator[str]:
    """A line a moment, the oldest first: the day, the label of then, and what came or went."""
    for moment in status.moments:
        said = word("history.moment", lang, date=moment.since[:10], label=moment.label.get(lang))
        told = list(_told(moment, lang))
        yield word("history.why", lang, moment=said, told=join(told, lang)) if told else said


def _told(moment: ClaimMoment, lang: str) -> Iterator[str]:
    """What a run told with the move: records by kind of change, the worst first, and changes of the claim itself."""
    by_kind: dict[str, list[str]] = {}
    for change in moment.why:
        by_kind.setdefault(change.kind, []).extend([change.record_id] if change.record_id else [])
    for kind, ids in by_kind.items():
        words = word(f"change_kind.{kind}", lang)
        rest = [word("history.more", lang, n=len(ids) - NAMED)] if len(ids) > NAMED else []
        yield word("history.told", lang, kind=words, ids=" ".join((*ids[:NAMED], *rest))) if ids else words


def retracted_lines(status: ClaimStatus, lang: str) -> Iterator[str]:
    """A line for each retracted paper: id, title, the notice where it is named, and the day it was seen."""
    for one in status.evidence:
        told = status.retracted.get(one.id)
        if told is not None:
            key = "history.retracted_by" if told.notice or told.citation else "history.retracted"
            notice = " ".join(filter(None, (told.notice, told.citation)))
            facts = {"id": one.id, "title": plain(one.title), "date": told.since[:10]}
            yield word(key, lang, **facts, **({"notice": plain(notice)} if notice else {}))


def later_words(status: ClaimStatus, record_id: RecordId, lang: str) -> str | None:
    """What became of a record after the day asked about; ``None`` where nothing that takes it away or puts it in doubt."""
    told = status.later.get(record_id)
    if told is None:
        return None
    if told.after is not None:
        return word("history.later.merged", lang, after=told.after, date=told.since[:10])
    return word(f"history.later.{told.kind}", lang, date=told.since[:10])


def stopped_words(trial: RegisteredTrial, lang: str) -> str | None:
    """Why a registered trial was stopped, in the registry's own words."""
    return word("history.stopped", lang, why=plain(trial.why_stopped)) if trial.why_stopped else None
