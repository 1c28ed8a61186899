"""Alembic's entry: runs the revisions on the connection that `kit/migrate.py` hands over."""

from alembic import context
from sqlalchemy.engine import Connection

connection: Connection = context.config.attributes["connection"]
# Each revision is committed by itself: one that makes indexes beside writers runs outside of a transaction.
context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
