"""Links and codes are found by their session: the purge of a session looks for those that refer to it."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX one_time_tokens_of_session ON one_time_tokens (session_id)")


def downgrade() -> None:
    """Drop it again."""
    op.execute("DROP INDEX one_time_tokens_of_session")
