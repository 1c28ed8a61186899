"""What the ways back need: one step that ends all sessions of a user, and in which session each thing was changed.

The columns have defaults, so that a server of the version before goes on while this runs.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    ALTER TABLE users
        ADD COLUMN session_epoch integer NOT NULL DEFAULT 1 CHECK (session_epoch > 0),
        ADD COLUMN device_epoch integer NOT NULL DEFAULT 1 CHECK (device_epoch > 0),
        ADD COLUMN token_floor integer NOT NULL DEFAULT 0 CHECK (token_floor >= 0),
        ADD COLUMN log_in_when_verified boolean NOT NULL DEFAULT false,
        ADD COLUMN deletion_asked_at timestamptz,
        ADD COLUMN deletion_asked_in uuid
    """,
    """
    UPDATE users SET deletion_asked_at = deletion_due_at - interval '7 days' WHERE deletion_due_at IS NOT NULL
    """,
    "COMMENT ON COLUMN users.deletion_asked_at IS 'when the user asked; NULL where the operator did'",
    "COMMENT ON COLUMN users.session_epoch IS 'only sessions of this epoch are live; counting it up ends them all'",
    "COMMENT ON COLUMN users.device_epoch IS 'only known devices of this epoch count; counting it up forgets them all'",
    """
    COMMENT ON COLUMN users.token_floor IS
        'credential_version of the last new password; «not me» links issued at a lower one give no reset any more'
    """,
    """
    COMMENT ON COLUMN users.log_in_when_verified IS
        'from a private sign-up: until the address is verified, every password is wrong'
    """,
    "COMMENT ON COLUMN users.deletion_asked_in IS 'the session that asked; no reference: that one may be gone'",
    "ALTER TABLE sessions ADD COLUMN epoch integer NOT NULL DEFAULT 1",
    "ALTER TABLE sessions DROP CONSTRAINT sessions_revoked_reason_check",
    """
    ALTER TABLE sessions ADD CONSTRAINT sessions_revoked_reason_check CHECK (revoked_reason IN
        ('logged_out', 'revoked', 'replayed', 'password_changed', 'factors_changed', 'user_disabled', 'user_deleted',
         'too_many_sessions')) NOT VALID
    """,
    "ALTER TABLE known_devices ADD COLUMN epoch integer NOT NULL DEFAULT 1",
    """
    ALTER TABLE totp
        ADD COLUMN confirmed_in uuid,
        ADD COLUMN removal_due_at timestamptz,
        ADD COLUMN removal_since timestamptz,
        ADD COLUMN removal_session_id uuid,
        ADD CHECK ((removal_due_at IS NULL) = (removal_since IS NULL))
    """,
    "COMMENT ON COLUMN totp.confirmed_in IS 'the session in which it was turned on; no reference: it may be gone'",
    "COMMENT ON COLUMN totp.removal_due_at IS 'removed from then on, unless the user stops that'",
    "COMMENT ON COLUMN totp.removal_since IS 'browsers and passkeys older than this may stop it or speed it up'",
    "COMMENT ON COLUMN totp.removal_session_id IS 'the session that the user reported, where a link named one'",
    "CREATE INDEX totp_to_remove ON totp (removal_due_at) WHERE removal_due_at IS NOT NULL",
    "ALTER TABLE recovery_codes ADD COLUMN made_in uuid",
    "COMMENT ON COLUMN recovery_codes.made_in IS 'the session in which it was made; no reference: it may be gone'",
    "ALTER TABLE profiles ADD COLUMN name_changed_at timestamptz, ADD COLUMN name_changed_in uuid",
    "COMMENT ON COLUMN profiles.name_changed_in IS 'the session in which the name was typed'",
    "ALTER TABLE held_addresses ADD COLUMN given_up_at timestamptz, ADD COLUMN given_up_in uuid",
    "COMMENT ON COLUMN held_addresses.given_up_in IS 'the session that asked for another address'",
    """
    ALTER TABLE one_time_tokens
        ADD COLUMN credential_version integer NOT NULL DEFAULT 0,
        ADD COLUMN password_hash text CHECK (length(password_hash) BETWEEN 1 AND 512)
    """,
    "COMMENT ON COLUMN one_time_tokens.password_hash IS 'of a private sign-up: takes effect when its link is pressed'",
    "COMMENT ON COLUMN one_time_tokens.credential_version IS 'the users.credential_version when it was issued'",
    """
    ALTER TABLE outbox
        ADD COLUMN recipient_key text CHECK (length(recipient_key) BETWEEN 1 AND 254),
        ADD COLUMN priority smallint NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2),
        ADD COLUMN turn_at timestamptz,
        ADD COLUMN asked_in uuid
    """,
    "COMMENT ON COLUMN outbox.recipient_key IS 'the recipient in the form in which addresses are compared'",
    "COMMENT ON COLUMN outbox.priority IS '0 = a person waits for it (resets, codes), 1 = security, 2 = news'",
    "COMMENT ON COLUMN outbox.turn_at IS 'its place among those of its priority: later the more of its user wait'",
    "COMMENT ON COLUMN outbox.asked_in IS 'the session that caused it, where a limit counts by session'",
    """
    UPDATE outbox SET recipient_key = lower(recipient), turn_at = due_at,
        priority = CASE WHEN kind IN ('verify_email', 'welcome', 'reset_password', 'confirm_new_email')
                        THEN 0 ELSE 1 END
    WHERE sent_at IS NULL OR created_at > now() - interval '1 day'
    """,
    "ALTER TABLE throttle DROP CONSTRAINT throttle_kind_check",
    """
    ALTER TABLE throttle ADD CONSTRAINT throttle_kind_check
        CHECK (kind IN ('email', 'device', 'network', 'factor')) NOT VALID
    """,
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take everything back. Sessions and browsers that an epoch has ended are ended by their rows."""
    op.execute("DELETE FROM known_devices d USING users u WHERE u.id = d.user_id AND d.epoch <> u.device_epoch")
    op.execute(
        "UPDATE sessions s SET revoked_at = now(), revoked_reason = 'revoked' FROM users u"
        " WHERE u.id = s.user_id AND s.epoch <> u.session_epoch AND s.revoked_at IS NULL"
    )
    op.execute("UPDATE sessions SET revoked_reason = 'revoked' WHERE revoked_reason = 'too_many_sessions'")
    op.execute("DELETE FROM throttle WHERE kind = 'factor'")
    op.execute("ALTER TABLE throttle DROP CONSTRAINT throttle_kind_check")
    op.execute("ALTER TABLE throttle ADD CONSTRAINT throttle_kind_check CHECK (kind IN ('email', 'device', 'network'))")
    op.execute(
        "ALTER TABLE outbox DROP COLUMN recipient_key, DROP COLUMN priority, DROP COLUMN turn_at, DROP COLUMN asked_in"
    )
    op.execute("ALTER TABLE one_time_tokens DROP COLUMN credential_version, DROP COLUMN password_hash")
    op.execute("ALTER TABLE held_addresses DROP COLUMN given_up_at, DROP COLUMN given_up_in")
    op.execute("ALTER TABLE profiles DROP COLUMN name_changed_at, DROP COLUMN name_changed_in")
    op.execute("ALTER TABLE recovery_codes DROP COLUMN made_in")
    op.execute(
        "ALTER TABLE totp DROP COLUMN confirmed_in, DROP COLUMN removal_due_at, DROP COLUMN removal_since,"
        " DROP COLUMN removal_session_id"
    )
    op.execute("ALTER TABLE known_devices DROP COLUMN epoch")
    op.execute("ALTER TABLE sessions DROP CONSTRAINT sessions_revoked_reason_check")
    op.execute(
        "ALTER TABLE sessions ADD CONSTRAINT sessions_revoked_reason_check CHECK (revoked_reason IN ('logged_out', "
        "'revoked', 'replayed', 'password_changed', 'factors_changed', 'user_disabled', 'user_deleted'))"
    )
    op.execute("ALTER TABLE sessions DROP COLUMN epoch")
    op.execute(
        "ALTER TABLE users DROP COLUMN session_epoch, DROP COLUMN device_epoch, DROP COLUMN token_floor,"
        " DROP COLUMN log_in_when_verified, DROP COLUMN deletion_asked_at, DROP COLUMN deletion_asked_in"
    )
