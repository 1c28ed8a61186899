"""Which refresh tokens of a session were skipped, and when an event was written by the database's clock.

Servers of the version before go on while this runs: a row of `sessions` with neither column has a current token that
was sent in answer to the one before it, as every row had until now, and `written_at` has a default. Each step can be
repeated, so an upgrade that was interrupted here goes on when it is run again.
"""

from typing import Final

from alembic import op
from sqlalchemy import text

from doorstep.migrations.in_turn import change

revision = "0015"
down_revision = "0011"
branch_labels = None
depends_on = None

# No row is read or written under the lock (NOT VALID, a default that is set afterwards); the rows are looked at
# beside writers. What was written before has no `written_at`: whoever follows the trail looks at what comes.
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
_IS_VALID: Final = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"


def upgrade() -> None:
    """Add the columns, then the index that the feed reads by."""
    change(TABLES)
    with op.get_context().autocommit_block():
        is_valid = op.get_bind().execute(text(_IS_VALID), {"name": INDEX}).scalar()
        if is_valid is False:  # its making was interrupted
            op.execute(f"DROP INDEX CONCURRENTLY {INDEX}")
        if not is_valid:
            op.execute(f"CREATE INDEX CONCURRENTLY {INDEX} ON audit_events (written_at, id)")


def downgrade() -> None:
    """Take both back: a token that was skipped becomes one of an old generation."""
    op.execute(f"DROP INDEX {INDEX}")
    op.execute("DROP TRIGGER audit_events_written_once ON audit_events")
    op.execute("ALTER TABLE audit_events DROP COLUMN written_at")
    op.execute("ALTER TABLE sessions DROP CONSTRAINT sessions_skipped_check")
    op.execute("ALTER TABLE sessions DROP COLUMN skipped_from, DROP COLUMN skipped_to")
