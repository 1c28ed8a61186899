"""Keys of recovery codes under master secrets that are in use no more; the trail keeps which operator did something."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

# Of a user who is gone, an event loses what says something about the person. Which operator acted says nothing of that.
FORGETTING = """
CREATE OR REPLACE FUNCTION audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.occurred_at < now() - interval '90 days' THEN
        RETURN OLD; -- the purge of what is older than any retention that can be set
    END IF;
    IF TG_OP = 'UPDATE'
        AND NEW.address IS NULL AND NEW.request_id IS NULL AND NEW.detail = '{}'
        AND (NEW.user_agent IS NULL
             OR (NEW.user_agent = OLD.user_agent AND OLD.request_id IS NULL AND OLD.address IS NULL
                 AND OLD.user_agent LIKE 'doorstep command line%'))
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

STATEMENTS = (
    """
    CREATE TABLE recovery_code_keys (
        id          bytea PRIMARY KEY CHECK (length(id) = 8),
        sealed_key  bytea NOT NULL,
        kept_at     timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE recovery_code_keys IS 'what codes were hashed with under master secrets before today''s'",
    "COMMENT ON COLUMN recovery_code_keys.id IS 'the fingerprint of that secret'",
    FORGETTING,
)


def upgrade() -> None:
    """Make the table, and let the trail keep who acted."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take both back."""
    op.execute(AS_BEFORE)
    op.execute("DROP TABLE recovery_code_keys")
