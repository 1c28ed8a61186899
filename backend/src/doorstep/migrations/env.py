"""Alembic's entry: runs the revisions on the connection that `kit/migrate.py` hands over."""

from alembic import context
from sqlalchemy.engine import Connection

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
