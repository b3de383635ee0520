"""What does a view show? One dataclass that every format is made of, whichever way it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim
from evtrack.grade.grades import ClaimGrade, Evidence, Searched
from evtrack.ids import RecordId
from evtrack.word import Word

if TYPE_CHECKING:
    from evtrack.store.moments import ClaimMoment, Later, Retraction, TrialVersion

NOT_SEARCHED: tuple[str, ...] = ("医中誌", "J-STAGE", "jRCT", "UMIN-CTR", "ChiCTR", "ICTRP")
"""What neither source covers; every answer names them."""


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """One claim as it stands: all that ``show`` and ``status`` say, in every format.

    ``as_of`` is the ISO date-time of the last run that brought records in, ``None`` where none did. ``loaded`` is the
    number of records in the store: where nothing was searched, they are all that was looked at. ``titles`` are the
    statements and ``labels`` the labels of other claims by id, for the lines of umbrella claims. ``texts`` are the fields
    of records that reasons point into, where they were asked for. ``at`` is the day asked about, ``None`` for now.
    """

    claim: Claim
    grade: ClaimGrade
    as_of: str | None
    searched: tuple[Searched, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    histories: Mapping[str, tuple[TrialVersion, ...]] = field(default_factory=dict)
    """NCT id → what the registry said of the trial, where that changed."""
    days: int = 0
    """How old what is known is, in days from ``as_of`` on; 0 for a day of the past."""
    loaded: int = 0
    not_searched: tuple[str, ...] = NOT_SEARCHED
    rules_version: str = ""
    titles: Mapping[str, Bilingual] = field(default_factory=dict)
    labels: Mapping[str, Bilingual] = field(default_factory=dict)
    texts: Mapping[RecordId, Mapping[str, str]] = field(default_factory=dict)
    at: date | None = None
    words: tuple[Word, ...] = ()
    """What persons said of the claim's level and still stands; words on records are on the records."""
    spoken_of: int = 0
    """How many of its records persons spoke of, in words that still stand."""
    moments: tuple[ClaimMoment, ...] = ()
    """How the grade moved, the oldest first, where it was asked for."""
    retracted: Mapping[RecordId, Retraction] = field(default_factory=dict)
    """Those of ``evidence`` that are retracted: since when, and by which notice."""
    later: Mapping[RecordId, Later] = field(default_factory=dict)
    """What became of these records after ``at``: who counted one of them then may have to unlearn it."""
