"""${message}."""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = ()


def upgrade() -> None:
    """Bring the schema to this revision."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Go back to the revision before."""
