"""The outbox of mails, and tokens that are good once."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    CREATE TABLE outbox (
        id              uuid PRIMARY KEY,
        kind            text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{2,48}$'),
        recipient       text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
        user_id         uuid,
        sealed_letter   bytea,
        created_at      timestamptz NOT NULL,
        due_at          timestamptz NOT NULL,
        leased_until    timestamptz,
        attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        sent_at         timestamptz,
        dead_at         timestamptz,
        last_error      text CHECK (length(last_error) <= 300),
        CHECK (sent_at IS NULL OR dead_at IS NULL),
        CHECK ((sealed_letter IS NULL) = (sent_at IS NOT NULL))
    )
    """,
    "COMMENT ON COLUMN outbox.sealed_letter IS 'the mail with its link, sealed; gone once it was sent'",
    "COMMENT ON COLUMN outbox.leased_until IS 'a worker has the mail in hand until then'",
    "CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL AND dead_at IS NULL",
    "CREATE INDEX outbox_by_end ON outbox (COALESCE(sent_at, dead_at))",
    "CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at)",
    """
    CREATE TABLE one_time_tokens (
        id              uuid PRIMARY KEY,
        token_hash      bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
        code_hash       bytea CHECK (length(code_hash) = 32),
        purpose         text NOT NULL CHECK (purpose ~ '^[a-z][a-z_]{2,48}$'),
        user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        session_id      uuid REFERENCES sessions ON DELETE CASCADE,
        email           text CHECK (length(email) BETWEEN 3 AND 254),
        wrong_codes     integer NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0),
        created_at      timestamptz NOT NULL,
        expires_at      timestamptz NOT NULL CHECK (expires_at > created_at),
        used_at         timestamptz
    )
    """,
    "COMMENT ON COLUMN one_time_tokens.email IS 'the address it speaks of, where it speaks of one'",
    "CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id, purpose)",
    """
    CREATE TABLE recovery_requests (
        id              uuid PRIMARY KEY,
        email_key       text NOT NULL CHECK (length(email_key) BETWEEN 1 AND 254),
        address         inet,
        user_agent      text CHECK (length(user_agent) <= 512),
        request_id      text CHECK (length(request_id) <= 64),
        created_at      timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE recovery_requests IS 'forgotten passwords, looked up after the answer'",
    """
    CREATE TABLE held_addresses (
        email_key       text PRIMARY KEY CHECK (length(email_key) BETWEEN 1 AND 254),
        user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        held_until      timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE held_addresses IS 'given up lately: nobody else can take them while the change can be undone'",
    "CREATE INDEX held_addresses_of_user ON held_addresses (user_id)",
    "CREATE INDEX held_addresses_by_end ON held_addresses (held_until)",
    "CREATE INDEX recovery_requests_by_age ON recovery_requests (created_at)",
    "CREATE INDEX one_time_tokens_by_end ON one_time_tokens (expires_at)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    op.execute("DROP TABLE held_addresses, recovery_requests, one_time_tokens, outbox")
