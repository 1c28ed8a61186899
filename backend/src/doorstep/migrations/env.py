"""Alembic's entry: runs the revisions on the connection that `kit/migrate.py` hands over."""

from alembic import context
from sqlalchemy.engine import Connection

from doorstep.migrations import promises

connection: Connection = context.config.attributes["connection"]
missing = promises.missing(connection, context.script)
# Each revision is committed by itself: one that makes indexes beside writers runs outside of a transaction.
context.configure(connection=connection, transaction_per_migration=True)
promises.announce(connection, missing)  # before anything is changed: servers that it does not suit leave first
with context.begin_transaction():
    context.run_migrations()
promises.announce(connection, missing)
promises.share_new_tables(connection)
connection.commit()
