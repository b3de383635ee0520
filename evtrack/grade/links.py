"""Which records are one study, and what does a registry entry say of its trial?

A trial's entry, its paper, the paper's preprint and its follow-ups are one study: it is counted once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from evtrack.grade.grades import Design, RegisteredTrial
from evtrack.record import PartialDate, Record, RecordId, Trial, pmid_record

_NCT = re.compile(r"(?<![0-9A-Za-z])NCT\d{8}(?!\d)", re.IGNORECASE)
_OTHER_REGISTRY = re.compile(
    r"(?:ChiCTR[-A-Z]*|jRCTs?|UMIN|ISRCTN|ACTRN|EUCTR|IRCT|CTRI/?|DRKS|NTR|JPRN-\w+|KCT|TCTR|PACTR)[-/\d]*\d{4,}|\d{4}-\d{6}-\d{2}(?:-\d{2})?",
    re.IGNORECASE,
)
"""Ids of registries (EudraCT is bare numbers); sponsors' own protocol numbers are too short to be told apart and are left out."""

_SAME_STUDY_REFS = frozenset(
    {
        "updatein",
        "updateof",
        "republishedin",
        "republishedfrom",
        "correctedandrepublishedin",
        "correctedandrepublishedfrom",
    }
)
"""NLM's ``CommentsCorrections`` types that tie two versions of one work (a preprint and its paper among them)."""

_POOLING_TYPES = frozenset(
    {"meta-analysis", "systematic review", "review", "network meta-analysis", "scoping review", "practice guideline"}
)
_POOLING_TITLE = re.compile(r"systematic(?:ally)? review|meta-?\s?analy|scoping review|pooled analysis", re.IGNORECASE)

_MOST_IDS = 2
"""A paper may name its own trial and the one it follows up; with more it speaks about trials."""

OVERDUE_MONTHS = 12
"""FDAAA 801 (42 CFR 11.44): results are due within 12 months of the completion date."""


def link_studies(records: Iterable[Record]) -> dict[RecordId, tuple[RecordId, ...]]:
    """For every record the others of its study, sorted, ``()`` where it stands alone.

    Two records are one study where they share an NCT id or another registry's id (DataBank, title, abstract, secondary
    ids, aliases), a DOI, where a registry entry cites the paper as ``RESULT`` or ``DERIVED`` (never ``BACKGROUND``), or
    where NLM ties them as preprint and paper or as old and republished version. Ties are transitive, also through an id
    none of the records has. Reviews name the trials of others and are tied by DOI and version only.
    """
    known = sorted(records, key=lambda r: r.id)
    pooling = {r.id for r in known if _pools(r)}
    groups = Groups()
    for record in known:
        for tie in _ties(record, pooling):
            groups.join(record.id, tie)
    members: dict[str, list[RecordId]] = {}
    for record in known:
        members.setdefault(groups.root(record.id), []).append(record.id)
    return {r.id: tuple(other for other in members[groups.root(r.id)] if other != r.id) for r in known}


class Groups:
    """Disjoint groups of names: ``join`` ties two, ``root`` names the group. The root is the smallest name, whatever the order."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name that stands for the group of ``name``."""
        path = []
        while (parent := self._parent.get(name, name)) != name:
            path.append(name)
            name = parent
        for passed in path:
            self._parent[passed] = name
        return name

    def join(self, one: str, other: str) -> None:
        """Make the two groups one."""
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low


def registry_ids(record: Record) -> tuple[str, ...]:
    """Every registry id the record gives for its own study, upper case, sorted; empty where it names those of others."""
    named = {
        i.upper()
        for i in (*record.nct_ids, *record.other_registry_ids)
        if _NCT.fullmatch(i) or _OTHER_REGISTRY.fullmatch(i)
    }
    if record.trial is not None:
        return tuple(sorted(named | _trial_ids(record.trial)))
    if _pools(record):
        return ()
    named |= {m.upper() for m in _NCT.findall(f"{record.title}\n{record.abstract_text}")}
    nct = {i for i in named if i.startswith("NCT")}
    return tuple(sorted(named if len(nct) <= _MOST_IDS else named - nct))


def registered_trial(record: Record, planned_design: Design, linked: bool, as_of: date) -> RegisteredTrial:
    """What the list of registered trials shows; ``linked``: a paper with results of this trial is known.

    Overdue: completed (completion date, else primary completion) more than 12 months before ``as_of``, with neither
    posted results nor a linked paper. A date without its day is taken at its latest. Raises ``ValueError`` for a record
    that is no registry entry.
    """
    trial = record.trial
    if trial is None:
        raise ValueError(f"{record.id} is no registry entry")
    completion = trial.completion_date or trial.primary_completion_date
    return RegisteredTrial(
        id=str(record.id),
        status=trial.overall_status,
        phase="/".join(trial.phases) or None,
        design=planned_design,
        overdue=not linked and not trial.has_results and long_over(trial.overall_status, completion, as_of),
        planned_n=trial.enrollment,
        completion=str(completion) if completion else None,
        also_registered=tuple(i for i in registry_ids(record) if i != trial.nct_id.upper()),
        why_stopped=trial.why_stopped,
    )


def long_over(status: str | None, completion: PartialDate | None, as_of: date) -> bool:
    """Whether a trial is over since more than 12 months.

    The date alone is not enough: a trial still recruiting has a date that has slipped, one withdrawn never began.
    ``UNKNOWN`` is what the registry makes of an entry whose completion date passed without a word.
    """
    if completion is None or status not in ("COMPLETED", "TERMINATED", "UNKNOWN"):
        return False
    last = completion.latest
    due = date(last.year + OVERDUE_MONTHS // 12, last.month, min(last.day, 28) if last.month == 2 else last.day)
    return as_of > due


def _trial_ids(trial: Trial) -> set[str]:
    ids = {str(trial.nct_id).upper(), *(str(a).upper() for a in trial.aliases)}
    return ids | {i.upper() for i in trial.secondary_ids if _NCT.fullmatch(i) or _OTHER_REGISTRY.fullmatch(i)}


def _ties(record: Record, pooling: set[RecordId]) -> Iterable[str]:
    """Names of the things that make two records one study: ids of records, registries and DOIs."""
    yield from registry_ids(record)  # a registry entry's own record id is its NCT id
    if record.doi:
        yield f"doi:{record.doi.casefold()}"
    for correction in record.corrections:
        if correction.pmid and correction.ref_type.casefold() in _SAME_STUDY_REFS:
            yield pmid_record(correction.pmid)
    for reference in record.trial.references if record.trial else ():
        paper = pmid_record(reference.pmid) if reference.pmid else None
        # DERIVED references are added by machine for any paper that names the NCT id: a review among them is no result.
        if paper and reference.type in ("RESULT", "DERIVED") and paper not in pooling:
            yield paper


def _pools(record: Record) -> bool:
    """Whether the record speaks about the trials of others."""
    types = {t.casefold() for t in record.publication_types}
    return bool(types & _POOLING_TYPES) or bool(_POOLING_TITLE.search(record.title))
