"""How many users of an import have no password.

One step that can be repeated. The release before this one goes on writing the table without knowing the column.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""


def upgrade() -> None:
    """Add the column; an import that is under way has counted none."""
    op.execute("ALTER TABLE imports ADD COLUMN IF NOT EXISTS without_password int8 NOT NULL DEFAULT 0")
    op.execute(
        "COMMENT ON COLUMN imports.without_password IS 'users of those added who have no password'",
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE imports DROP COLUMN without_password")
