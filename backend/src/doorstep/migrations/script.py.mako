"""${message}."""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.execute("""
    """)


def downgrade() -> None:
    """Go back to the revision before."""
    op.execute("""
    """)
