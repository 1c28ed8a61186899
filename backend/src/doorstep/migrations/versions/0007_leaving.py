"""Accounts that are to be erased, and a trail that forgets who somebody was once they are gone."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The trail stays append-only while its user is there. Of a user who is gone, an event may lose what says something
# about the person; what happened, how it ended and when stay as they were written.
FORGETTING = """
CREATE OR REPLACE FUNCTION audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.occurred_at < now() - interval '90 days' THEN
        RETURN OLD; -- the purge of what is older than any retention that can be set
    END IF;
    IF TG_OP = 'UPDATE'
        AND NEW.address IS NULL AND NEW.user_agent IS NULL AND NEW.request_id IS NULL AND NEW.detail = '{}'
        AND (NEW.id, NEW.occurred_at, NEW.kind, NEW.outcome)
            IS NOT DISTINCT FROM (OLD.id, OLD.occurred_at, OLD.kind, OLD.outcome)
        AND (NEW.user_id, NEW.session_id) IS NOT DISTINCT FROM (OLD.user_id, OLD.session_id)
        AND OLD.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = OLD.user_id)
    THEN
        RETURN NEW; -- the person asked to be forgotten, and is
    END IF;
    RAISE EXCEPTION 'audit_events is append only' USING ERRCODE = 'insufficient_privilege';
END $$
"""

AS_BEFORE = """
CREATE OR REPLACE FUNCTION audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.occurred_at < now() - interval '90 days' THEN
        RETURN OLD; -- the purge of what is older than any retention that can be set
    END IF;
    RAISE EXCEPTION 'audit_events is append only' USING ERRCODE = 'insufficient_privilege';
END $$
"""

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    "ALTER TABLE users ADD COLUMN deletion_due_at timestamptz",
    "COMMENT ON COLUMN users.deletion_due_at IS 'erased from then on, unless the person keeps the account'",
    "CREATE INDEX users_to_erase ON users (deletion_due_at) WHERE deletion_due_at IS NOT NULL",
    "CREATE INDEX outbox_of_user ON outbox (user_id)",
    FORGETTING,
)


def upgrade() -> None:
    """Add the moment of erasure, and let the trail forget."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take both back."""
    op.execute(AS_BEFORE)
    op.execute("DROP INDEX outbox_of_user")
    op.execute("ALTER TABLE users DROP COLUMN deletion_due_at")
