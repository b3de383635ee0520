"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

VIEWS: dict[str, str] | None = None
"""All views of the store from here on; None: those of the revision before hold."""


def upgrade() -> None:
    """Change the tables; views are gone while this runs, foreign keys are off and are checked afterwards."""
    ${upgrades if upgrades else "pass"}
