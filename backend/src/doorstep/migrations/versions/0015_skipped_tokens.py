"""Which refresh tokens of a session were skipped: sent, never presented, and passed over.

A row with neither has a current token that was sent in answer to the one before it, as every row had until now; so
servers of the version before go on while this runs, and what they write is right.
"""

from typing import Final

from alembic import op

from doorstep.migrations.in_turn import change

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

# No row is read under the lock (NOT VALID); the rows are looked at afterwards, beside writers.
TABLES: Final = (
    """
    ALTER TABLE sessions
        ADD COLUMN IF NOT EXISTS skipped_from integer,
        ADD COLUMN IF NOT EXISTS skipped_to integer,
        DROP CONSTRAINT IF EXISTS sessions_skipped_check,
        ADD CONSTRAINT sessions_skipped_check CHECK (
            (skipped_from IS NULL AND skipped_to IS NULL)
            OR (0 < skipped_from AND skipped_from <= skipped_to AND skipped_to < generation)) NOT VALID
    """,
    "ALTER TABLE sessions VALIDATE CONSTRAINT sessions_skipped_check",
    """
    COMMENT ON COLUMN sessions.skipped_from IS
        'with skipped_to: generations that were sent, never presented and then skipped; they count while skipped_to is'
        ' the one before the current'
    """,
)


def upgrade() -> None:
    """Add the two columns, empty."""
    change(TABLES)


def downgrade() -> None:
    """Drop them: a token that was skipped becomes one of an old generation."""
    op.execute("ALTER TABLE sessions DROP CONSTRAINT sessions_skipped_check")
    op.execute("ALTER TABLE sessions DROP COLUMN skipped_from, DROP COLUMN skipped_to")
