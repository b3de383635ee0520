"""What happened to a claim since last time, the worst first, and why its level fell: each with the record that it befell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evtrack.bilingual import Bilingual
from evtrack.changes import SEVERITIES, Change, Severity
from evtrack.changes import in_order as worst_first
from evtrack.grade.grades import rank
from evtrack.report._protocol import ClaimStatus
from evtrack.report.addresses import record_url
from evtrack.report.change_words import Beside, change_sentence, folded
from evtrack.report.plain import plain
from evtrack.report.site_words import termed, title_of, told, two
from evtrack.report.terminal import stance_words

if TYPE_CHECKING:
    from evtrack.store.facts import Run

CHANGES_SHOWN = 20
"""Changes of one claim that its page tells."""

CAUSES_SHOWN = 4
"""Causes of a fall that stand beside the level; the history has all."""

_URGENT = (
    "retracted",
    "expression_of_concern",
    "record_removed",
    "level_down",
    "stance_changed",
    "results_posted",
    "trial_status",
)
"""Kinds of change, the first to be told first among those of one severity."""

_TAKES_AWAY = ("retracted", "record_removed", "expression_of_concern")
"""Changes of a record that bring a level down; any other may, but is told only where none of these is."""


@dataclass(frozen=True, slots=True)
class Named:
    """A record that is named in passing: its id, its title, and where it can be read."""

    id: str
    title: str
    url: str | None


Cause = tuple[Bilingual, Named | None]
"""What happened, and the record that it happened to."""


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One change since last time. ``causes``: of a level that fell, what brought it down."""

    severity: Severity
    severity_words: Bilingual
    kind: Bilingual
    record: Named | None
    told: Bilingual
    run: Bilingual
    by_person: bool
    """Whether it came of a person's word, and is no news of the evidence."""
    urgency: int
    """What befell the evidence before what follows from it, among changes of one severity."""
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Fall:
    """Why the level fell when it last moved: from where to where, when, and the records whose going brought it down."""

    told: Bilingual
    causes: tuple[Cause, ...]


def named(status: ClaimStatus, record_id: str) -> Named:
    """A record by its id, with its title where the claim has it."""
    one = next((e for e in status.evidence if e.id == record_id), None)
    return Named(plain(record_id), title_of(one.title) if one else "", record_url(record_id))


def changes(status: ClaimStatus, told_changes: Sequence[tuple[Run, Change]]) -> tuple[tuple[ChangeEntry, ...], int]:
    """What is new of this claim, the worst first, as far as it is shown, and how much it is in all.

    New records that do not count are one line.
    """
    of: dict[Change, Run] = {}
    for run, change in told_changes:
        if change.claim_id == status.claim.id:
            of.setdefault(change, run)
    counted = sorted(worst_first(c for c in of if not folded(c)), key=lambda c: _place(c, of[c]))
    fall = fall_of(status)
    beside = {lang: _beside(status, counted[:CHANGES_SHOWN], lang) for lang in ("ja", "en")}
    out = [
        ChangeEntry(
            change.severity,
            termed("change_severity", change.severity),
            termed("change_kind", change.kind),
            named(status, change.record_id) if change.record_id else None,
            told(lambda lang, one=change: change_sentence(one, lang, beside[lang])),  # type: ignore[misc] # mypy reads no default of a lambda
            _run(of[change]),
            of[change].kind == "review",
            _urgency(change),
            fall.causes if change.kind == "level_down" and fall is not None else (),
        )
        for change in counted[:CHANGES_SHOWN]
    ]
    uncounted = [c for c in of if folded(c)]
    if uncounted:
        severity, kind = termed("change_severity", "minor"), termed("change_kind", "new_record")
        words = two("site.uncounted", n=len({c.record_id for c in uncounted}))
        out.append(ChangeEntry("minor", severity, kind, None, words, _run(of[uncounted[0]]), False, len(_URGENT)))
    return tuple(out), len(counted) + bool(uncounted)


def fall_of(status: ClaimStatus) -> Fall | None:
    """Why the level is lower than before, if it fell when the claim last moved."""
    if len(status.moments) < 2:
        return None
    before, now = status.moments[-2:]
    if before.level is None or now.level is None or rank(now.level) >= rank(before.level):
        return None
    was, became = termed("level_short", before.level), termed("level_short", now.level)
    words = two("site.fell", date=now.since[:10], before=was, after=became)
    why = [c for c in now.why if c.kind in _TAKES_AWAY] or [
        c for c in now.why if c.kind != "level_down" and not folded(c)
    ]
    causes = [
        (_cause(c), named(status, c.record_id) if c.record_id else None)
        for c in sorted(why, key=lambda c: (SEVERITIES.index(c.severity), _urgency(c)))[:CAUSES_SHOWN]
    ]
    if now.run_kind == "review":
        causes.insert(0, (two("site.by_person"), None))
    return Fall(words, tuple(dict.fromkeys(causes)))


def _place(change: Change, run: Run) -> tuple[int, bool, int]:
    """The worst first; of these what is news of the evidence before what a person said; of these what befell a record."""
    return SEVERITIES.index(change.severity), run.kind == "review", _urgency(change)


def _cause(change: Change) -> Bilingual:
    if change.kind in _TAKES_AWAY:
        return told(lambda lang: change_sentence(change, lang))
    return termed("change_kind", change.kind)


def _urgency(change: Change) -> int:
    return _URGENT.index(change.kind) if change.kind in _URGENT else len(_URGENT)


def _run(run: Run) -> Bilingual:
    return two("site.run", n=run.id, kind=termed("run_kind", run.kind), date=f"{run.started_at:%Y-%m-%d}")


def _beside(status: ClaimStatus, changes: Iterable[Change], lang: str) -> Beside:
    """The words for stances and levels of the records that changed, as they stand now."""
    claim_id, ids = status.claim.id, {c.record_id for c in changes}
    about = [e for e in status.evidence if e.id in ids]
    stances: dict[tuple[str | None, str | None, str], str] = {
        (claim_id, e.id, e.graded.stance): stance_words(e, lang, status.claim) for e in about
    }
    stances[claim_id, None, status.grade.stance] = status.grade.label.get(lang)
    levels: dict[tuple[str | None, str | None], str] = {
        (claim_id, e.id): termed("level_short", e.graded.grade.level).get(lang) for e in about
    }
    standing = {} if status.grade.stance == "n/a" else {claim_id: termed("stance_short", status.grade.stance).get(lang)}
    return Beside(stances, {}, standing, levels)
