"""How does Alembic run here? On the connection that migrate.py opened, inside the transaction that it began."""  # noqa: INP001 # Alembic reads the folder, nothing imports it

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
