"""What are the tables of a store made of? Columns and constraints, each constraint with a name."""

from __future__ import annotations

from typing import Any, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    text,
)
from sqlmodel import Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


def one_of(column: str, values: Any, *, null: bool = False) -> CheckConstraint:
    """CHECK that ``column`` holds one of ``values`` (a Literal, or its values)."""
    allowed = ", ".join(f"'{v}'" for v in (values if isinstance(values, tuple) else get_args(values)))
    condition = f"{column} IN ({allowed})"
    return CheckConstraint(f"{column} IS NULL OR {condition}" if null else condition, name=column)


def filled(*columns: str) -> list[CheckConstraint]:
    """CHECKs that these texts are not empty."""
    return [CheckConstraint(f"{column} <> ''", name=f"{column}_filled") for column in columns]


def flag(*columns: str) -> list[CheckConstraint]:
    """CHECKs that these are 0 or 1."""
    return [CheckConstraint(f"{column} IN (0, 1)", name=column) for column in columns]


def interval() -> CheckConstraint:
    """CHECK that what ended ended after it began."""
    return CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="interval")


def current(table: str, *columns: str) -> Index:
    """At most one row holds now."""
    now = text("valid_to IS NULL")
    return Index(f"uq_{table}_now", *columns, unique=True, sqlite_where=now, postgresql_where=now)


def text_column(*args: Any, null: bool = False, primary: bool = False) -> Any:
    """A column of texts."""
    return Field(sa_column=Column(Text, *args, nullable=null, primary_key=primary))


def int_column(*args: Any, null: bool = False, primary: bool = False) -> Any:
    """A column of whole numbers."""
    return Field(sa_column=Column(Integer, *args, nullable=null, primary_key=primary))


def run_column(*, null: bool = False, primary: bool = False) -> Any:
    """A column of numbers of runs."""
    return int_column(ForeignKey("run.id"), null=null, primary=primary)


class Base(SQLModel):
    """What all tables of a store have in common."""

    metadata = METADATA
