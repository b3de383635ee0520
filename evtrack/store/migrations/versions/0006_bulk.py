"""Keep which of NLM's files were loaded, what each held, and where the bytes of a record stand that are not kept here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

VIEWS: dict[str, str] | None = None
"""All views of the store from here on; None: those of the revision before hold."""


def upgrade() -> None:
    """Change the tables; views are gone while this runs, foreign keys are off and are checked afterwards."""
    op.create_table(
        "bulk_file",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("path", "digest", "kept")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("run", "whole")),
        *(sa.Column(name, sa.LargeBinary, nullable=False) for name in ("pmids", "deleted")),
        sa.PrimaryKeyConstraint("number", name="pk_bulk_file"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_bulk_file_run"),
        *(sa.CheckConstraint(f"{name} <> ''", name=f"ck_bulk_file_{name}_filled") for name in ("path", "digest")),
        sa.CheckConstraint("whole IN (0, 1)", name="ck_bulk_file_whole"),
    )
    op.create_table(
        "bulk_place",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("record_id", "raw_hash")),
        sa.Column("file", sa.Integer, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("record_id", "raw_hash", name="pk_bulk_place"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_bulk_place_record_id"),
        sa.ForeignKeyConstraint(["file"], ["bulk_file.number"], name="fk_bulk_place_file"),
    )
