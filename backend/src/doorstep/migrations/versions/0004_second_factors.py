"""Second factors: authenticator apps, recovery codes, tickets between the two steps of a log-in, trusted browsers."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    CREATE TABLE totp (
        user_id         uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        sealed_secret   bytea NOT NULL,
        created_at      timestamptz NOT NULL,
        confirmed_at    timestamptz,
        last_step       bigint NOT NULL DEFAULT 0 CHECK (last_step >= 0),
        wrong_codes     integer NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0)
    )
    """,
    "COMMENT ON COLUMN totp.confirmed_at IS 'asked for at log-in from then on; NULL = being set up'",
    "COMMENT ON COLUMN totp.last_step IS 'the newest step whose code was used: no code counts twice'",
    "COMMENT ON COLUMN totp.wrong_codes IS 'in a row, over all tickets'",
    "CREATE INDEX totp_pending ON totp (created_at) WHERE confirmed_at IS NULL",
    """
    CREATE TABLE recovery_codes (
        code_hash       bytea PRIMARY KEY CHECK (length(code_hash) = 32),
        user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        created_at      timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE recovery_codes IS 'those that were not used yet'",
    "CREATE INDEX recovery_codes_of_user ON recovery_codes (user_id)",
    """
    CREATE TABLE login_tickets (
        id                  uuid PRIMARY KEY,
        token_hash          bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
        user_id             uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        credential_version  integer NOT NULL,
        remember            boolean NOT NULL,
        device_id           uuid,
        known_device        boolean NOT NULL,
        charged             bytea NOT NULL CHECK (length(charged) = 32),
        tries               integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
        created_at          timestamptz NOT NULL,
        expires_at          timestamptz NOT NULL CHECK (expires_at > created_at)
    )
    """,
    "COMMENT ON TABLE login_tickets IS 'the password was right, the second factor is still to come'",
    "COMMENT ON COLUMN login_tickets.charged IS 'the counter of the throttle that is forgiven with the second factor'",
    "CREATE INDEX login_tickets_of_user ON login_tickets (user_id)",
    "CREATE INDEX login_tickets_by_end ON login_tickets (expires_at)",
    """
    ALTER TABLE known_devices ADD COLUMN trusted_until timestamptz, ADD COLUMN trusted_version integer,
        ADD CHECK ((trusted_until IS NULL) = (trusted_version IS NULL))
    """,
    """
    COMMENT ON COLUMN known_devices.trusted_version IS
        'users.credential_version when the browser was trusted; another one now means that it no longer is'
    """,
    "ALTER TABLE sessions DROP CONSTRAINT sessions_revoked_reason_check",
    """
    ALTER TABLE sessions ADD CONSTRAINT sessions_revoked_reason_check CHECK (revoked_reason IN
        ('logged_out', 'revoked', 'replayed', 'password_changed', 'factors_changed', 'user_disabled', 'user_deleted'))
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    op.execute("UPDATE sessions SET revoked_reason = 'revoked' WHERE revoked_reason = 'factors_changed'")
    op.execute("ALTER TABLE sessions DROP CONSTRAINT sessions_revoked_reason_check")
    op.execute(
        "ALTER TABLE sessions ADD CONSTRAINT sessions_revoked_reason_check CHECK (revoked_reason IN "
        "('logged_out', 'revoked', 'replayed', 'password_changed', 'user_disabled', 'user_deleted'))"
    )
    op.execute("ALTER TABLE known_devices DROP COLUMN trusted_until, DROP COLUMN trusted_version")
    op.execute("DROP TABLE login_tickets, recovery_codes, totp")
