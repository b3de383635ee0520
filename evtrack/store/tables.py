"""Which tables does the store have? SQLModel lives here and nowhere else; every constraint has a name.

A table class of SQLModel does not validate, so what must hold is a CHECK. What was known is never overwritten: tables
with ``valid_from`` and ``valid_to`` hold a row for each half-open interval of runs (``valid_from`` ≤ run < ``valid_to``;
``valid_to`` NULL = now).
"""

from __future__ import annotations

from typing import Any, get_args

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlmodel import Field, SQLModel

from evtrack.changes import ChangeKind, Severity
from evtrack.grade.grades import LEVELS, Agent, Basis, Design, Gate, Match, Role, Stance
from evtrack.record import RecordFormat, SourceName
from evtrack.store.facts import RunKind, RunStatus
from evtrack.word import Action

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


def _one_of(column: str, values: Any, *, null: bool = False) -> CheckConstraint:
    """CHECK that ``column`` holds one of ``values`` (a Literal, or its values)."""
    allowed = ", ".join(f"'{v}'" for v in (values if isinstance(values, tuple) else get_args(values)))
    condition = f"{column} IN ({allowed})"
    return CheckConstraint(f"{column} IS NULL OR {condition}" if null else condition, name=column)


def _filled(*columns: str) -> list[CheckConstraint]:
    """CHECKs that these texts are not empty."""
    return [CheckConstraint(f"{column} <> ''", name=f"{column}_filled") for column in columns]


def _flag(*columns: str) -> list[CheckConstraint]:
    return [CheckConstraint(f"{column} IN (0, 1)", name=column) for column in columns]


def _interval() -> CheckConstraint:
    return CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="interval")


def _current(table: str, *columns: str) -> Index:
    """At most one row holds now."""
    now = text("valid_to IS NULL")
    return Index(f"uq_{table}_now", *columns, unique=True, sqlite_where=now, postgresql_where=now)


def _text(*args: Any, null: bool = False, primary: bool = False) -> Any:
    return Field(sa_column=Column(Text, *args, nullable=null, primary_key=primary))


def _int(*args: Any, null: bool = False, primary: bool = False) -> Any:
    return Field(sa_column=Column(Integer, *args, nullable=null, primary_key=primary))


def _run(*, null: bool = False, primary: bool = False) -> Any:
    return _int(ForeignKey("run.id"), null=null, primary=primary)


class _Base(SQLModel):
    metadata = METADATA


class RunRow(_Base, table=True):
    """One call that wrote: when, with which rules and claims, and how it ended."""

    __tablename__ = "run"
    __table_args__ = (
        _one_of("kind", RunKind),
        _one_of("status", RunStatus),
        {"sqlite_autoincrement": True},
    )
    id: int = _int(primary=True)
    kind: str = _text()
    started_at: str = _text()
    finished_at: str | None = _text(null=True)
    status: str = _text()
    rules_version: str = _text()
    claims_hash: str = _text()
    evtrack_version: str = _text()
    counts: str = _text()


class RecordRow(_Base, table=True):
    """A record as it is now: what is looked for, joined and compared. The whole of it is in its version's document."""

    __tablename__ = "record"
    __table_args__ = (
        *_filled("id", "content_hash", "raw_hash"),
        _one_of("source", SourceName),
        _one_of("format", RecordFormat),
        CheckConstraint("trial_has_results IS NULL OR trial_has_results IN (0, 1)", name="trial_has_results"),
        Index("ix_record_source", "source"),
    )
    id: str = _text(primary=True)
    source: str = _text()
    format: str = _text()
    title: str = _text()
    year: int | None = _int(null=True)
    revised: str | None = _text(null=True)
    doi: str | None = _text(null=True)
    trial_status: str | None = _text(null=True)
    trial_phases: str | None = _text(null=True)
    trial_enrollment: int | None = _int(null=True)
    trial_completion: str | None = _text(null=True)
    trial_has_results: int | None = _int(null=True)
    content_hash: str = _text()
    raw_hash: str = _text()
    first_run: int = _run()
    last_run: int = _run()
    removed_run: int | None = _run(null=True)


class RecordVersionRow(_Base, table=True):
    """What a record said, and between which runs."""

    __tablename__ = "record_version"
    __table_args__ = (*_filled("content_hash", "raw_hash"), _interval(), _current("record_version", "record_id"))
    record_id: str = _text(ForeignKey("record.id"), primary=True)
    valid_from: int = _run(primary=True)
    valid_to: int | None = _run(null=True)
    content_hash: str = _text()
    raw_hash: str = _text()
    document: str = _text()


class PassedOverRow(_Base, table=True):
    """A reading that lost to its equal in the same run; told apart by content alone, it is old news in later runs."""

    __tablename__ = "passed_over"
    __table_args__ = (*_filled("content_hash"),)
    record_id: str = _text(ForeignKey("record.id"), primary=True)
    content_hash: str = _text(primary=True)
    run: int = _run()


class RecordGradeRow(_Base, table=True):
    """``grade_record`` of a record. ``content_hash`` and ``rules_version`` are the last that gave this grade."""

    __tablename__ = "record_grade"
    __table_args__ = (
        *_filled("content_hash", "rules_version"),
        _one_of("level", LEVELS),
        _one_of("design", Design),
        _one_of("gate", Gate, null=True),
        _one_of("stance", Stance),
        *_flag("needs_review"),
        _interval(),
        _current("record_grade", "record_id"),
    )
    record_id: str = _text(ForeignKey("record.id"), primary=True)
    valid_from: int = _run(primary=True)
    valid_to: int | None = _run(null=True)
    content_hash: str = _text()
    rules_version: str = _text()
    level: str = _text()
    design: str = _text()
    gate: str | None = _text(null=True)
    stance: str = _text()
    needs_review: int = _int()
    flags: str = _text()
    grade: str = _text()


class ClaimRecordRow(_Base, table=True):
    """The tie of a record to a claim: how it was found, and ``grade_for_claim`` of it."""

    __tablename__ = "claim_record"
    __table_args__ = (
        *_filled("claim_id", "found_by", "rules_version"),
        _one_of("level", LEVELS),
        _one_of("design", Design),
        _one_of("role", Role),
        _one_of("agent", Agent),
        _one_of("gate", Gate, null=True),
        _one_of("basis", Basis),
        _one_of("condition_match", Match),
        _one_of("outcome_match", Match),
        _one_of("stance", Stance),
        *_flag("synthesis", "counts_for_claim", "preprint", "indirect", "needs_review"),
        _interval(),
        _current("claim_record", "claim_id", "record_id"),
        Index(
            "ix_claim_record_record_now",
            "record_id",
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )
    claim_id: str = _text(primary=True)
    record_id: str = _text(ForeignKey("record.id"), primary=True)
    valid_from: int = _run(primary=True)
    valid_to: int | None = _run(null=True)
    found_by: str = _text()
    level: str = _text()
    design: str = _text()
    synthesis: int = _int()
    role: str = _text()
    agent: str = _text()
    gate: str | None = _text(null=True)
    basis: str = _text()
    condition_match: str = _text()
    outcome_match: str = _text()
    counts_for_claim: int = _int()
    stance: str = _text()
    preprint: int = _int()
    indirect: int = _int()
    needs_review: int = _int()
    flags: str = _text()
    rules_version: str = _text()
    claim_hash: str = _text()
    grade: str = _text()


class ClaimGradeRow(_Base, table=True):
    """``grade_claim`` of a claim. Level NULL: tracks state and manual."""

    __tablename__ = "claim_grade"
    __table_args__ = (
        *_filled("claim_id", "rules_version"),
        _one_of("level", LEVELS, null=True),
        _one_of("provisional_level", LEVELS, null=True),
        _one_of("stance", Stance),
        *_flag("synthesis"),
        _interval(),
        _current("claim_grade", "claim_id"),
    )
    claim_id: str = _text(primary=True)
    valid_from: int = _run(primary=True)
    valid_to: int | None = _run(null=True)
    level: str | None = _text(null=True)
    provisional_level: str | None = _text(null=True)
    stance: str = _text()
    synthesis: int = _int()
    k: int = _int()
    n: int = _int()
    needs_review: int = _int()
    label_ja: str = _text()
    label_en: str = _text()
    people_ja: str = _text()
    people_en: str = _text()
    rules_version: str = _text()
    claim_hash: str = _text()
    grade: str = _text()


class SearchRow(_Base, table=True):
    """One query of one source for a claim, as asked. ``translation`` is how the service read it (PubMed tells)."""

    __tablename__ = "search"
    __table_args__ = (
        *_filled("claim_id", "source"),
        *_flag("complete"),
        CheckConstraint("count IS NULL OR count >= 0", name="count"),
        Index("ix_search_claim_id", "claim_id", "run"),
    )
    id: int = _int(primary=True)
    run: int = _run()
    claim_id: str = _text()
    source: str = _text()
    query: str = _text()
    count: int | None = _int(null=True)
    complete: int = _int()
    at: str = _text()
    translation: str | None = _text(null=True)
    got: int | None = _int(null=True)


class PullRow(_Base, table=True):
    """How far a source was pulled: known records are right up to ``since``, all were fetched anew at ``full_at``."""

    __tablename__ = "pull"
    __table_args__ = (_one_of("source", SourceName),)
    source: str = _text(primary=True)
    run: int = _run()
    since: str | None = _text(null=True)
    full_at: str | None = _text(null=True)
    transport: str | None = _text(null=True)


class FoundListRow(_Base, table=True):
    """What a query found when its source was last pulled whole, as JSON: day of update → ids. Read and written whole.

    The query ``""`` holds the known records that the source called modified of late, then.
    """

    __tablename__ = "found_list"
    __table_args__ = (_one_of("source", SourceName),)
    source: str = _text(primary=True)
    query: str = _text(primary=True)
    ids: str = _text()
    translation: str | None = _text(null=True)
    troubles: str = _text()


class StudyLinkRow(_Base, table=True):
    """Two records that are one study. ``linked_id`` may name a record that is not in the store."""

    __tablename__ = "study_link"
    __table_args__ = (
        *_filled("linked_id", "why"),
        CheckConstraint("linked_id <> record_id", name="two"),
        _interval(),
        _current("study_link", "record_id", "linked_id", "why"),
        Index("ix_study_link_linked_id", "linked_id"),
    )
    record_id: str = _text(ForeignKey("record.id"), primary=True)
    linked_id: str = _text(primary=True)
    why: str = _text(primary=True)
    valid_from: int = _run(primary=True)
    valid_to: int | None = _run(null=True)


class SkippedRow(_Base, table=True):
    """A record that could not be read; its bytes are kept under ``raw_hash``."""

    __tablename__ = "skipped"
    __table_args__ = (*_filled("why", "raw_hash"), Index("ix_skipped_run", "run"))
    id: int = _int(primary=True)
    run: int = _run()
    place: str = _text()
    why: str = _text()
    raw_hash: str = _text()


class BulkFileRow(_Base, table=True):
    """One of NLM's files (``bulk.names``): ``number`` tells their order. Not ``whole``: a load of it was cut short.

    ``kept``: which of its records are here, empty for all. ``pmids`` and ``deleted``: those it brought, those it says
    are no more (``bulk.pack_pmids``).
    """

    __tablename__ = "bulk_file"
    __table_args__ = (*_filled("path", "digest"), *_flag("whole"))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    path: str = _text()
    digest: str = _text()
    kept: str = _text()
    run: int = _run()
    whole: int = _int()
    pmids: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    deleted: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BulkPlaceRow(_Base, table=True):
    """Which of NLM's files a reading of a record is out of, and where its bytes stand in that file, unpacked."""

    __tablename__ = "bulk_place"
    record_id: str = _text(ForeignKey("record.id"), primary=True)
    raw_hash: str = _text(primary=True)
    file: int = _int(ForeignKey("bulk_file.number"))
    start: int = Field(sa_column=Column(BigInteger, nullable=False))
    length: int = _int()


class OverrideRow(_Base, table=True):
    """A person's word; rows are only ever added. ``content_hash`` is of the record the person saw, ``seen`` what the rules said.

    ``record_id`` may name a record that is not in the store (yet): words outlive it and are brought in before it.
    """

    __tablename__ = "override"
    __table_args__ = (
        *_filled("action", "reason", "name"),
        CheckConstraint("claim_id IS NOT NULL OR record_id IS NOT NULL", name="about"),
        _one_of("action", Action),
        Index("ix_override_record_id", "record_id"),
        {"sqlite_autoincrement": True},
    )
    id: int = _int(primary=True)
    run: int | None = _run(null=True)
    claim_id: str | None = _text(null=True)
    record_id: str | None = _text(null=True)
    action: str = _text()
    field_values: str = _text()
    reason: str = _text()
    name: str = _text()
    at: str = _text()
    content_hash: str | None = _text(null=True)
    seen: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'{}'")))


class ChangeRow(_Base, table=True):
    """What a run changed, as it was told."""

    __tablename__ = "change"
    __table_args__ = (_one_of("kind", ChangeKind), _one_of("severity", Severity), Index("ix_change_run", "run"))
    id: int = _int(primary=True)
    run: int = _run()
    kind: str = _text()
    claim_id: str | None = _text(null=True)
    record_id: str | None = _text(null=True)
    before: str | None = _text(null=True)
    after: str | None = _text(null=True)
    severity: str = _text()


def table(row: type[SQLModel]) -> Table:
    """The Core table of a row class."""
    found = METADATA.tables[str(row.__tablename__)]
    assert isinstance(found, Table)  # noqa: S101 # narrows the type; METADATA holds nothing else
    return found
