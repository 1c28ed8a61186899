"""Unused links are found by their end, and each mail has a turn, so that what is not due is not read.

Each step can be repeated, so an upgrade that was interrupted here goes on when it is run again.
"""

from alembic import op
from sqlalchemy import text

from doorstep.migrations.in_turn import change

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

_IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('one_time_tokens_open')"


# A mail of a server that knows no turns comes first among those of its priority.
TURNS = ("ALTER TABLE outbox ALTER COLUMN turn_at SET DEFAULT '-infinity'",)
FILL = "UPDATE outbox SET turn_at = due_at WHERE turn_at IS NULL AND sent_at IS NULL"


def upgrade() -> None:
    """Make the index beside writers, then drop the one that it replaces. Servers of before work with either."""
    change(TURNS)
    with op.get_context().autocommit_block():
        op.execute(FILL)
        is_valid = op.get_bind().execute(text(_IS_VALID)).scalar()
        if is_valid is False:  # its making was interrupted
            op.execute("DROP INDEX CONCURRENTLY one_time_tokens_open")
        if not is_valid:
            op.execute(
                "CREATE INDEX CONCURRENTLY one_time_tokens_open ON one_time_tokens (user_id, purpose, expires_at) "
                "WHERE used_at IS NULL"
            )
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS one_time_tokens_unused")


def downgrade() -> None:
    """Make the index of before again."""
    op.execute("ALTER TABLE outbox ALTER COLUMN turn_at DROP DEFAULT")
    op.execute("DROP INDEX one_time_tokens_open")
    op.execute(
        "CREATE INDEX one_time_tokens_unused ON one_time_tokens (user_id, purpose, created_at) WHERE used_at IS NULL"
    )
