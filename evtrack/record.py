"""What is a record? The vocabulary every other room speaks: dates, records and trials. Frozen, no I/O."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from evtrack.ids import PMID, NctId, Reason, RecordId, pmid_record

__all__ = [
    "FORMAT_RANK",
    "PMID",
    "AbstractSection",
    "Arm",
    "Correction",
    "Deleted",
    "Intervention",
    "MeshHeading",
    "NctId",
    "Outcome",
    "PartialDate",
    "Reason",
    "Record",
    "RecordFormat",
    "RecordId",
    "Skipped",
    "SourceName",
    "Trial",
    "TrialReference",
    "pmid_record",
]

SourceName = Literal["pubmed", "ctgov", "manual"]
RecordFormat = Literal["pubmed-xml", "medline", "ctgov-json", "jsonl", "manual"]

FORMAT_RANK: dict[RecordFormat, int] = {"jsonl": 0, "medline": 1, "pubmed-xml": 2, "ctgov-json": 2, "manual": 3}
"""Which format is kept where one record came in two with the same date of revision: XML before MEDLINE."""

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as its source gave it; a missing month or day stays missing.

    ``1998 Dec-1999 Jan`` is the year 1998 and nothing more (``year``, months and days 1-based).
    Raises ``ValueError`` where the parts name no day of the calendar.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not 1000 <= self.year <= 9999:
            raise ValueError(f"no year: {self.year}")
        if self.month is None:
            if self.day is not None:
                raise ValueError("a day without a month")
        elif not 1 <= self.month <= 12:
            raise ValueError(f"no month: {self.month}")
        elif self.day is not None and not 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]:
            raise ValueError(f"no day: {self.year}-{self.month}-{self.day}")

    @classmethod
    def parse(cls, text: str) -> PartialDate | None:
        """Read ``2024``, ``2024-03`` or ``2024-03-05``; ``None`` for anything else."""
        m = _ISO.match(text.strip())
        if not m:
            return None
        try:
            return cls(int(m[1]), int(m[2]) if m[2] else None, int(m[3]) if m[3] else None)
        except ValueError:
            return None

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text

    @property
    def latest(self) -> date:
        """The last calendar day it may mean: what "more than 12 months ago" must be reckoned from."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


@dataclass(frozen=True, slots=True)
class AbstractSection:
    """One paragraph of an abstract with the label its authors gave it (``METHODS``), or without."""

    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """A MeSH descriptor with its qualifiers; ``major`` where NLM starred it."""

    descriptor: str
    qualifiers: tuple[str, ...] = ()
    major: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """One ``CommentsCorrections`` entry. ``ref_type`` is NLM's spelling: ``RetractionIn``, ``ErratumIn``, ``UpdateOf``."""

    ref_type: str
    citation: str | None = None
    pmid: PMID | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Intervention:
    """What an arm of a trial is given; ``type`` is the registry's spelling (``BIOLOGICAL``, ``OTHER``)."""

    name: str
    type: str | None = None
    description: str | None = None
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm group of a trial; ``type`` is the registry's (``EXPERIMENTAL``, ``PLACEBO_COMPARATOR``)."""

    label: str
    type: str | None = None
    description: str | None = None
    intervention_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A planned outcome measure."""

    measure: str
    description: str | None = None
    time_frame: str | None = None


@dataclass(frozen=True, slots=True)
class TrialReference:
    """A paper the registry entry cites; only ``RESULT`` and ``DERIVED`` report this trial, ``BACKGROUND`` does not."""

    pmid: PMID | None = None
    type: str | None = None
    citation: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What ClinicalTrials.gov says of a study, in its own spelling (API v2 enums are kept as they come)."""

    nct_id: NctId
    brief_title: str | None = None
    official_title: str | None = None
    overall_status: str | None = None
    why_stopped: str | None = None
    study_type: str | None = None
    phases: tuple[str, ...] = ()
    allocation: str | None = None
    intervention_model: str | None = None
    primary_purpose: str | None = None
    masking: str | None = None
    enrollment: int | None = None
    enrollment_type: str | None = None
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    primary_outcomes: tuple[Outcome, ...] = ()
    secondary_outcomes: tuple[Outcome, ...] = ()
    brief_summary: str | None = None
    detailed_description: str | None = None
    eligibility_criteria: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    healthy_volunteers: bool | None = None
    first_submitted: PartialDate | None = None
    start_date: PartialDate | None = None
    primary_completion_date: PartialDate | None = None
    completion_date: PartialDate | None = None
    has_results: bool = False
    references: tuple[TrialReference, ...] = ()
    secondary_ids: tuple[str, ...] = ()
    aliases: tuple[NctId, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One thing a source holds: an article, a book chapter or a registered study.

    ``abstract`` keeps the authors' sections; ``abstract_text`` is the one string that grading reads and that every
    reason's ``start`` and ``end`` (code points, end exclusive) point into. Absence is ``None`` or ``()``, never ``""``,
    but for ``title``, which is ``""`` where the source gives none.
    """

    id: RecordId
    source: SourceName
    format: RecordFormat
    title: str
    abstract: tuple[AbstractSection, ...] = ()
    vernacular_title: str | None = None
    other_abstracts: tuple[AbstractSection, ...] = ()
    languages: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    journal: str | None = None
    authors: tuple[str, ...] = ()
    published: PartialDate | None = None
    revised: PartialDate | None = None
    doi: str | None = None
    pmcid: str | None = None
    nct_ids: tuple[NctId, ...] = ()
    other_registry_ids: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    indexing_method: str | None = None
    status: str | None = None
    trial: Trial | None = None
    parse_flags: tuple[str, ...] = field(default=())
    """What the reader had to mend: ``unpaired_surrogate``, ``nul_removed``, ``date_not_understood`` …"""
    citation: str | None = None
    """Of a record entered by hand: where it stands, in the person's words."""
    url: str | None = None
    """The same: its address."""

    @property
    def abstract_text(self) -> str:
        """All sections as one text, ``LABEL: paragraph`` a line."""
        return "\n".join(f"{s.label}: {s.text}" if s.label else s.text for s in self.abstract)

    @property
    def year(self) -> int | None:
        """The year of publication, or of first registration."""
        if self.published:
            return self.published.year
        if self.trial and self.trial.first_submitted:
            return self.trial.first_submitted.year
        return None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that could not be read: where it stood, why, and its bytes as received."""

    where: str
    why: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Deleted:
    """A PMID that NLM says it has deleted (``DeleteCitation``)."""

    id: RecordId
