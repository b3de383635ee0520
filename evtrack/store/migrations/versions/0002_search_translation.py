"""Keep how a service read a query (PubMed tells its translation), and find the claims of a record by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

VIEWS: dict[str, str] | None = None
"""All views of the store from here on; None: those of the revision before hold."""


def upgrade() -> None:
    """Change the tables; views are gone while this runs, foreign keys are off and are checked afterwards."""
    op.add_column("search", sa.Column("translation", sa.Text, nullable=True))
    now = sa.text("valid_to IS NULL")
    op.create_index("ix_claim_record_record_now", "claim_record", ["record_id"], sqlite_where=now, postgresql_where=now)
