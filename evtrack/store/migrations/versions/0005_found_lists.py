"""Keep what each query found when its source was last pulled whole, so that a week without news asks for their union alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

VIEWS: dict[str, str] | None = None
"""All views of the store from here on; None: those of the revision before hold."""


def upgrade() -> None:
    """Change the tables; views are gone while this runs, foreign keys are off and are checked afterwards."""
    op.create_table(
        "found_list",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("ids", sa.Text, nullable=False),
        sa.Column("translation", sa.Text, nullable=True),
        sa.Column("troubles", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", "query", name="pk_found_list"),
        sa.CheckConstraint("source IN ('pubmed', 'ctgov', 'manual')", name="ck_found_list_source"),
    )
