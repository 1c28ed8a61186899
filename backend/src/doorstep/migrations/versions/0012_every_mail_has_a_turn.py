"""Each mail has a turn, so that those that wait for their next try are not read.

Each step can be repeated, so an upgrade that was interrupted here goes on when it is run again.
"""

from alembic import op

from doorstep.migrations.in_turn import change

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

# A mail of a server that knows no turns comes first among those of its priority.
TURNS = ("ALTER TABLE outbox ALTER COLUMN turn_at SET DEFAULT '-infinity'",)
FILL = "UPDATE outbox SET turn_at = due_at WHERE turn_at IS NULL AND sent_at IS NULL"


def upgrade() -> None:
    """Set the default, then fill what was written without a turn."""
    change(TURNS)
    op.execute(FILL)


def downgrade() -> None:
    """Take the default back."""
    op.execute("ALTER TABLE outbox ALTER COLUMN turn_at DROP DEFAULT")
