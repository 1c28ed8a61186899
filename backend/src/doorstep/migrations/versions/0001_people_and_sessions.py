"""Users, their sessions and subscriptions, the signing keys and the audit trail."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    CREATE TABLE users (
        id                  uuid PRIMARY KEY,
        email               text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
        email_key           text NOT NULL UNIQUE CHECK (length(email_key) BETWEEN 3 AND 254),
        email_verified_at   timestamptz,
        password_hash       text CHECK (length(password_hash) BETWEEN 1 AND 512),
        credential_version  integer NOT NULL DEFAULT 1 CHECK (credential_version > 0),
        status              text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        created_at          timestamptz NOT NULL,
        updated_at          timestamptz NOT NULL
    )
    """,
    """
    COMMENT ON COLUMN users.email IS 'as the person wrote it, NFC'
    """,
    """
    COMMENT ON COLUMN users.email_key IS 'the same without regard to case; unique'
    """,
    """
    COMMENT ON COLUMN users.credential_version IS
        'counts changes of password or factors; a log-in that began before a change does not succeed after it'
    """,
    """
    CREATE TABLE sessions (
        id                  uuid PRIMARY KEY,
        user_id             uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        secret              bytea NOT NULL CHECK (length(secret) = 32),
        generation          integer NOT NULL DEFAULT 1 CHECK (generation > 0),
        rotated_at          timestamptz NOT NULL,
        remember            boolean NOT NULL,
        amr                 text[] NOT NULL CHECK (cardinality(amr) > 0),
        created_at          timestamptz NOT NULL,
        authenticated_at    timestamptz NOT NULL,
        last_seen_at        timestamptz NOT NULL,
        idle_expires_at     timestamptz NOT NULL,
        expires_at          timestamptz NOT NULL,
        revoked_at          timestamptz,
        revoked_reason      text CHECK (revoked_reason IN
            ('logged_out', 'revoked', 'replayed', 'password_changed', 'user_disabled', 'user_deleted')),
        address             inet,
        user_agent          text CHECK (length(user_agent) <= 512),
        CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
        CHECK (idle_expires_at <= expires_at)
    )
    """,
    """
    CREATE INDEX sessions_of_user ON sessions (user_id, created_at DESC)
    """,
    """
    CREATE INDEX sessions_by_end ON sessions (expires_at)
    """,
    """
    CREATE TABLE subscriptions (
        id                      uuid PRIMARY KEY,
        user_id                 uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        plan_code               text NOT NULL CHECK (plan_code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        price_minor             integer NOT NULL CHECK (price_minor >= 0),
        currency                text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        billing_interval        text NOT NULL CHECK (billing_interval IN ('month', 'year')),
        started_at              timestamptz NOT NULL,
        trial_ends_at           timestamptz,
        past_due_since          timestamptz,
        cancel_requested_at     timestamptz,
        ends_at                 timestamptz,
        created_at              timestamptz NOT NULL,
        updated_at              timestamptz NOT NULL,
        CHECK ((cancel_requested_at IS NULL) OR (ends_at IS NOT NULL)),
        CHECK (ends_at IS NULL OR ends_at >= started_at)
    )
    """,
    """
    COMMENT ON COLUMN subscriptions.ends_at IS 'when it ends or ended; NULL = it renews until cancelled'
    """,
    """
    CREATE INDEX subscriptions_of_user ON subscriptions (user_id, started_at DESC)
    """,
    """
    CREATE UNIQUE INDEX one_renewing_subscription ON subscriptions (user_id) WHERE ends_at IS NULL
    """,
    """
    CREATE TABLE signing_keys (
        kid             text PRIMARY KEY CHECK (length(kid) BETWEEN 8 AND 64),
        sealed_private  bytea NOT NULL,
        public_jwk      jsonb NOT NULL,
        created_at      timestamptz NOT NULL,
        activates_at    timestamptz NOT NULL,
        retires_at      timestamptz NOT NULL CHECK (retires_at > activates_at),
        withdrawn_at    timestamptz
    )
    """,
    """
    COMMENT ON COLUMN signing_keys.retires_at IS 'signs until then; verifies until the last token signed has expired'
    """,
    """
    COMMENT ON COLUMN signing_keys.withdrawn_at IS 'neither signs nor verifies from then on (doorstep keys retire)'
    """,
    """
    CREATE TABLE audit_events (
        id              uuid PRIMARY KEY,
        occurred_at     timestamptz NOT NULL,
        kind            text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{2,48}$'),
        outcome         text NOT NULL CHECK (outcome IN ('success', 'refused', 'alarm')),
        user_id         uuid,
        session_id      uuid,
        address         inet,
        user_agent      text CHECK (length(user_agent) <= 512),
        request_id      text CHECK (length(request_id) <= 64),
        detail          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object')
    )
    """,
    """
    COMMENT ON TABLE audit_events IS 'append only; user_id is no reference, so that the trail outlives the account'
    """,
    """
    CREATE INDEX audit_events_of_user ON audit_events (user_id, occurred_at DESC, id DESC)
    """,
    """
    CREATE INDEX audit_events_by_time ON audit_events (occurred_at, id)
    """,
    """
    CREATE FUNCTION audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.occurred_at < now() - interval '90 days' THEN
            RETURN OLD; -- the purge of what is older than any retention that can be set
        END IF;
        RAISE EXCEPTION 'audit_events is append only' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
        FOR EACH ROW EXECUTE FUNCTION audit_events_are_append_only()
    """,
    """
    CREATE FUNCTION audit_events_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit_events is append only' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER audit_events_not_emptied BEFORE TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_not_emptied()
    """,
)


def upgrade() -> None:
    """Make the first tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop everything again."""
    op.execute("DROP TABLE audit_events, signing_keys, subscriptions, sessions, users")
    op.execute("DROP FUNCTION audit_events_are_append_only(), audit_events_are_not_emptied()")
