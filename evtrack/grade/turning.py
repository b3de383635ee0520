"""What would change the level? A study that would raise it, and the record without which it falls."""

from __future__ import annotations

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim
from evtrack.grade.grades import Level, WouldChange, rank
from evtrack.grade.headline import Headline
from evtrack.record import RecordId
from evtrack.wording import both


def would_change(claim: Claim, head: Headline, sole: RecordId | None, below: Level) -> WouldChange:
    """``sole`` holds the level up (``None``: no one record does), ``below`` is the level without it."""
    return WouldChange(up=_up(claim, head.level), down_record_id=sole, down_text=_down(claim, head, sole, below))


def _up(claim: Claim, level: Level) -> Bilingual | None:
    if level == "rct":
        return both("change.up_none")
    if claim.track == "background":
        if not claim.condition:  # what is in a vesicle has no higher level worth waiting for
            return both("change.reading", direct=claim.direct_support) if claim.direct_support else None
        study = both(
            "change.next.background_none" if rank(level) < rank("observational") else "change.next.observational"
        )
    elif claim.kind == "safety" and level == "none":
        study = both("change.next.animal")
    else:
        study = both(f"change.next.{level}")
    if claim.direct_support:
        return both("change.up_direct", study=study, direct=claim.direct_support)
    return both("change.up", study=study)


def _down(claim: Claim, head: Headline, sole: RecordId | None, below: Level) -> Bilingual | None:
    if head.level == "none":
        return None
    if sole and rank(below) < rank(head.level):
        return both("change.down", id=sole, level=both(f"level_short.{below}"))
    if sole:
        # Part of a joined member: which part falls, and how far, that member's own page says.
        return both("change.down_plain", id=sole)
    if claim.members:
        return both("change.down_members")
    n = len(head.studies) + len(head.syntheses)
    return both("change.down_held" if n > 1 else "change.down_held_by_one", n=n)
