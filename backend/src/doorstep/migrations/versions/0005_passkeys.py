"""Passkeys (WebAuthn), the handles that stand for users in them, and challenges that were used."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    CREATE TABLE passkey_handles (
        user_id         uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        handle          bytea NOT NULL UNIQUE CHECK (length(handle) = 64)
    )
    """,
    "COMMENT ON TABLE passkey_handles IS 'what passkeys know a user by: random, and neither id nor address'",
    """
    CREATE TABLE passkeys (
        id              uuid PRIMARY KEY,
        user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        credential_id   bytea NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
        public_key      bytea NOT NULL CHECK (length(public_key) BETWEEN 1 AND 1024),
        sign_count      bigint NOT NULL CHECK (sign_count BETWEEN 0 AND 4294967295),
        name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
        transports      text[] NOT NULL CHECK (cardinality(transports) <= 8),
        aaguid          uuid NOT NULL,
        backup_eligible boolean NOT NULL,
        backed_up       boolean NOT NULL CHECK (backup_eligible OR NOT backed_up),
        added_in        uuid NOT NULL,
        created_at      timestamptz NOT NULL,
        last_used_at    timestamptz
    )
    """,
    "COMMENT ON COLUMN passkeys.public_key IS 'a COSE key (RFC 9052), CBOR'",
    "COMMENT ON COLUMN passkeys.added_in IS 'the session in which it was added; no reference: that one may be gone'",
    "CREATE INDEX passkeys_of_user ON passkeys (user_id, created_at)",
    """
    CREATE TABLE spent_challenges (
        id              uuid PRIMARY KEY,
        expires_at      timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE spent_challenges IS 'challenges that let somebody in, until they would have expired anyway'",
    "CREATE INDEX spent_challenges_by_end ON spent_challenges (expires_at)",
    "ALTER TABLE sessions ADD COLUMN passkey_id uuid",
    "COMMENT ON COLUMN sessions.passkey_id IS 'the passkey that the session began with; no reference, as above'",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    op.execute("ALTER TABLE sessions DROP COLUMN passkey_id")
    op.execute("DROP TABLE spent_challenges, passkeys, passkey_handles")
