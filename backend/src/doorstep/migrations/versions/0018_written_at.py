"""When an event was written, by the database's clock.

Servers of the version before go on while this runs: the column has a default, and none of them names it. Each step can
be repeated, so an upgrade that was interrupted here goes on when it is run again.
"""

from typing import Final

from alembic import op

from doorstep.migrations.in_turn import change, make_index

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

# No row is read or written under the lock: the default is set after the column is there. What was written before has no
# `written_at`: whoever follows the trail looks at what comes.
TABLES: Final = (
    "ALTER TABLE audit_events ADD COLUMN IF NOT EXISTS written_at timestamptz",
    "ALTER TABLE audit_events ALTER COLUMN written_at SET DEFAULT clock_timestamp()",
    "COMMENT ON COLUMN audit_events.written_at IS 'by the clock of the database, which all servers share'",
    # The function of the trigger that refuses to empty the table: it refuses whatever it is called for.
    """
    CREATE OR REPLACE TRIGGER audit_events_written_once BEFORE UPDATE ON audit_events
        FOR EACH ROW WHEN (OLD.written_at IS DISTINCT FROM NEW.written_at)
        EXECUTE FUNCTION audit_events_are_not_emptied()
    """,
)

INDEX: Final = "audit_events_as_written"


def upgrade() -> None:
    """Add the column, then the index that the feed reads by."""
    change(TABLES)
    with op.get_context().autocommit_block():
        make_index(INDEX, "ON audit_events (written_at, id)")


def downgrade() -> None:
    """Drop it."""
    op.execute(f"DROP INDEX {INDEX}")
    op.execute("DROP TRIGGER audit_events_written_once ON audit_events")
    op.execute("ALTER TABLE audit_events DROP COLUMN written_at")
