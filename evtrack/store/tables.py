"""Which tables does the store have? SQLModel lives here and nowhere else; every constraint has a name.

A table class of SQLModel does not validate, so what must hold is a CHECK. What was known is never overwritten: tables
with ``valid_from`` and ``valid_to`` hold a row for each half-open interval of runs (``valid_from`` ≤ run < ``valid_to``;
``valid_to`` NULL = now).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlmodel import Field, SQLModel

from evtrack.changes import ChangeKind, Severity
from evtrack.grade.grades import LEVELS, Agent, Basis, Design, Gate, Match, Role, Stance
from evtrack.record import RecordFormat, SourceName
from evtrack.store.columns import (
    Base,
    current,
    filled,
    flag,
    int_column,
    interval,
    one_of,
    run_column,
    text_column,
)
from evtrack.store.facts import RunKind, RunStatus
from evtrack.word import Action


class RunRow(Base, table=True):
    """One call that wrote: when, with which rules and claims, and how it ended."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("kind", RunKind),
        one_of("status", RunStatus),
        {"sqlite_autoincrement": True},
    )
    id: int = int_column(primary=True)
    kind: str = text_column()
    started_at: str = text_column()
    finished_at: str | None = text_column(null=True)
    status: str = text_column()
    rules_version: str = text_column()
    claims_hash: str = text_column()
    evtrack_version: str = text_column()
    counts: str = text_column()


class RecordRow(Base, table=True):
    """A record as it is now: what is looked for, joined and compared. The whole of it is in its version's document."""

    __tablename__ = "record"
    __table_args__ = (
        *filled("id", "content_hash", "raw_hash"),
        one_of("source", SourceName),
        one_of("format", RecordFormat),
        CheckConstraint("trial_has_results IS NULL OR trial_has_results IN (0, 1)", name="trial_has_results"),
        Index("ix_record_source", "source"),
    )
    id: str = text_column(primary=True)
    source: str = text_column()
    format: str = text_column()
    title: str = text_column()
    year: int | None = int_column(null=True)
    revised: str | None = text_column(null=True)
    doi: str | None = text_column(null=True)
    trial_status: str | None = text_column(null=True)
    trial_phases: str | None = text_column(null=True)
    trial_enrollment: int | None = int_column(null=True)
    trial_completion: str | None = text_column(null=True)
    trial_has_results: int | None = int_column(null=True)
    content_hash: str = text_column()
    raw_hash: str = text_column()
    first_run: int = run_column()
    last_run: int = run_column()
    removed_run: int | None = run_column(null=True)


class RecordVersionRow(Base, table=True):
    """What a record said, and between which runs."""

    __tablename__ = "record_version"
    __table_args__ = (*filled("content_hash", "raw_hash"), interval(), current("record_version", "record_id"))
    record_id: str = text_column(ForeignKey("record.id"), primary=True)
    valid_from: int = run_column(primary=True)
    valid_to: int | None = run_column(null=True)
    content_hash: str = text_column()
    raw_hash: str = text_column()
    document: str = text_column()


class PassedOverRow(Base, table=True):
    """A reading that lost to its equal in the same run; told apart by content alone, it is old news in later runs."""

    __tablename__ = "passed_over"
    __table_args__ = (*filled("content_hash"),)
    record_id: str = text_column(ForeignKey("record.id"), primary=True)
    content_hash: str = text_column(primary=True)
    run: int = run_column()


class RecordGradeRow(Base, table=True):
    """``grade_record`` of a record. ``content_hash`` and ``rules_version`` are the last that gave this grade."""

    __tablename__ = "record_grade"
    __table_args__ = (
        *filled("content_hash", "rules_version"),
        one_of("level", LEVELS),
        one_of("design", Design),
        one_of("gate", Gate, null=True),
        one_of("stance", Stance),
        *flag("needs_review"),
        interval(),
        current("record_grade", "record_id"),
    )
    record_id: str = text_column(ForeignKey("record.id"), primary=True)
    valid_from: int = run_column(primary=True)
    valid_to: int | None = run_column(null=True)
    content_hash: str = text_column()
    rules_version: str = text_column()
    level: str = text_column()
    design: str = text_column()
    gate: str | None = text_column(null=True)
    stance: str = text_column()
    needs_review: int = int_column()
    flags: str = text_column()
    grade: str = text_column()


class ClaimRecordRow(Base, table=True):
    """The tie of a record to a claim: how it was found, and ``grade_for_claim`` of it."""

    __tablename__ = "claim_record"
    __table_args__ = (
        *filled("claim_id", "found_by", "rules_version"),
        one_of("level", LEVELS),
        one_of("design", Design),
        one_of("role", Role),
        one_of("agent", Agent),
        one_of("gate", Gate, null=True),
        one_of("basis", Basis),
        one_of("condition_match", Match),
        one_of("outcome_match", Match),
        one_of("stance", Stance),
        *flag("synthesis", "counts_for_claim", "preprint", "indirect", "needs_review"),
        interval(),
        current("claim_record", "claim_id", "record_id"),
        Index(
            "ix_claim_record_record_now",
            "record_id",
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )
    claim_id: str = text_column(primary=True)
    record_id: str = text_column(ForeignKey("record.id"), primary=True)
    valid_from: int = run_column(primary=True)
    valid_to: int | None = run_column(null=True)
    found_by: str = text_column()
    level: str = text_column()
    design: str = text_column()
    synthesis: int = int_column()
    role: str = text_column()
    agent: str = text_column()
    gate: str | None = text_column(null=True)
    basis: str = text_column()
    condition_match: str = text_column()
    outcome_match: str = text_column()
    counts_for_claim: int = int_column()
    stance: str = text_column()
    preprint: int = int_column()
    indirect: int = int_column()
    needs_review: int = int_column()
    flags: str = text_column()
    rules_version: str = text_column()
    claim_hash: str = text_column()
    grade: str = text_column()


class ClaimGradeRow(Base, table=True):
    """``grade_claim`` of a claim. Level NULL: tracks state and manual."""

    __tablename__ = "claim_grade"
    __table_args__ = (
        *filled("claim_id", "rules_version"),
        one_of("level", LEVELS, null=True),
        one_of("provisional_level", LEVELS, null=True),
        one_of("stance", Stance),
        *flag("synthesis"),
        interval(),
        current("claim_grade", "claim_id"),
    )
    claim_id: str = text_column(primary=True)
    valid_from: int = run_column(primary=True)
    valid_to: int | None = run_column(null=True)
    level: str | None = text_column(null=True)
    provisional_level: str | None = text_column(null=True)
    stance: str = text_column()
    synthesis: int = int_column()
    k: int = int_column()
    n: int = int_column()
    needs_review: int = int_column()
    label_ja: str = text_column()
    label_en: str = text_column()
    people_ja: str = text_column()
    people_en: str = text_column()
    rules_version: str = text_column()
    claim_hash: str = text_column()
    grade: str = text_column()


class SearchRow(Base, table=True):
    """One query of one source for a claim, as asked. ``translation`` is how the service read it (PubMed tells)."""

    __tablename__ = "search"
    __table_args__ = (
        *filled("claim_id", "source"),
        *flag("complete"),
        CheckConstraint("count IS NULL OR count >= 0", name="count"),
        Index("ix_search_claim_id", "claim_id", "run"),
    )
    id: int = int_column(primary=True)
    run: int = run_column()
    claim_id: str = text_column()
    source: str = text_column()
    query: str = text_column()
    count: int | None = int_column(null=True)
    complete: int = int_column()
    at: str = text_column()
    translation: str | None = text_column(null=True)
    got: int | None = int_column(null=True)


class PullRow(Base, table=True):
    """How far a source was pulled: known records are right up to ``since``, all were fetched anew at ``full_at``."""

    __tablename__ = "pull"
    __table_args__ = (one_of("source", SourceName),)
    source: str = text_column(primary=True)
    run: int = run_column()
    since: str | None = text_column(null=True)
    full_at: str | None = text_column(null=True)
    transport: str | None = text_column(null=True)


class FoundListRow(Base, table=True):
    """What a query found when its source was last pulled whole, as JSON: day of update → ids. Read and written whole.

    The query ``""`` holds the known records that the source called modified of late, then.
    """

    __tablename__ = "found_list"
    __table_args__ = (one_of("source", SourceName),)
    source: str = text_column(primary=True)
    query: str = text_column(primary=True)
    ids: str = text_column()
    translation: str | None = text_column(null=True)
    troubles: str = text_column()


class StudyLinkRow(Base, table=True):
    """Two records that are one study. ``linked_id`` may name a record that is not in the store."""

    __tablename__ = "study_link"
    __table_args__ = (
        *filled("linked_id", "why"),
        CheckConstraint("linked_id <> record_id", name="two"),
        interval(),
        current("study_link", "record_id", "linked_id", "why"),
        Index("ix_study_link_linked_id", "linked_id"),
    )
    record_id: str = text_column(ForeignKey("record.id"), primary=True)
    linked_id: str = text_column(primary=True)
    why: str = text_column(primary=True)
    valid_from: int = run_column(primary=True)
    valid_to: int | None = run_column(null=True)


class SkippedRow(Base, table=True):
    """A record that could not be read; its bytes are kept under ``raw_hash``."""

    __tablename__ = "skipped"
    __table_args__ = (*filled("why", "raw_hash"), Index("ix_skipped_run", "run"))
    id: int = int_column(primary=True)
    run: int = run_column()
    place: str = text_column()
    why: str = text_column()
    raw_hash: str = text_column()


class BulkFileRow(Base, table=True):
    """One of NLM's files (``bulk.names``): ``number`` tells their order. Not ``whole``: a load of it was cut short.

    ``kept``: which of its records are here, empty for all. ``pmids`` and ``deleted``: those it brought, those it says
    are no more (``bulk.pack_pmids``).
    """

    __tablename__ = "bulk_file"
    __table_args__ = (*filled("path", "digest"), *flag("whole"))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    path: str = text_column()
    digest: str = text_column()
    kept: str = text_column()
    run: int = run_column()
    whole: int = int_column()
    pmids: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    deleted: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BulkPlaceRow(Base, table=True):
    """Which of NLM's files a reading of a record is out of, and where its bytes stand in that file, unpacked."""

    __tablename__ = "bulk_place"
    record_id: str = text_column(ForeignKey("record.id"), primary=True)
    raw_hash: str = text_column(primary=True)
    file: int = int_column(ForeignKey("bulk_file.number"))
    start: int = Field(sa_column=Column(BigInteger, nullable=False))
    length: int = int_column()


class OverrideRow(Base, table=True):
    """A person's word; rows are only ever added. ``content_hash`` is of the record the person saw, ``seen`` what the rules said.

    ``record_id`` may name a record that is not in the store (yet): words outlive it and are brought in before it.
    """

    __tablename__ = "override"
    __table_args__ = (
        *filled("action", "reason", "name"),
        CheckConstraint("claim_id IS NOT NULL OR record_id IS NOT NULL", name="about"),
        one_of("action", Action),
        Index("ix_override_record_id", "record_id"),
        {"sqlite_autoincrement": True},
    )
    id: int = int_column(primary=True)
    run: int | None = run_column(null=True)
    claim_id: str | None = text_column(null=True)
    record_id: str | None = text_column(null=True)
    action: str = text_column()
    field_values: str = text_column()
    reason: str = text_column()
    name: str = text_column()
    at: str = text_column()
    content_hash: str | None = text_column(null=True)
    seen: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'{}'")))


class ChangeRow(Base, table=True):
    """What a run changed, as it was told."""

    __tablename__ = "change"
    __table_args__ = (one_of("kind", ChangeKind), one_of("severity", Severity), Index("ix_change_run", "run"))
    id: int = int_column(primary=True)
    run: int = run_column()
    kind: str = text_column()
    claim_id: str | None = text_column(null=True)
    record_id: str | None = text_column(null=True)
    before: str | None = text_column(null=True)
    after: str | None = text_column(null=True)
    severity: str = text_column()


ALL = Base.metadata
"""All of these tables."""


def table(row: type[SQLModel]) -> Table:
    """The Core table of a row class."""
    found = ALL.tables[str(row.__tablename__)]
    assert isinstance(found, Table)  # noqa: S101 # narrows the type; it holds nothing else
    return found
