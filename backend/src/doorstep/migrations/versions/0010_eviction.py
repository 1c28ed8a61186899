"""What the ways back need: one step that ends all sessions or browsers of a user, and the session of each change.

Servers of the version before go on while this runs: the columns have defaults, and the tables are changed one by one.
Each step can be repeated, so an upgrade that was interrupted here goes on when it is run again.
"""

from typing import Final
from uuid import UUID

from alembic import op
from sqlalchemy import text

from doorstep.migrations.in_turn import change

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# One statement for each table: it holds that one alone, and not for longer than it takes to note what is new. No row is
# read or written under it (NOT VALID); the rows are looked at afterwards, beside writers.
TABLES: Final = (
    """
    ALTER TABLE users
        ADD COLUMN IF NOT EXISTS session_epoch integer NOT NULL DEFAULT 1,
        ADD COLUMN IF NOT EXISTS device_epoch integer NOT NULL DEFAULT 1,
        ADD COLUMN IF NOT EXISTS token_floor integer NOT NULL DEFAULT 0,
        ADD COLUMN IF NOT EXISTS log_in_when_verified boolean NOT NULL DEFAULT false,
        ADD COLUMN IF NOT EXISTS deletion_asked_at timestamptz,
        ADD COLUMN IF NOT EXISTS deletion_asked_in uuid,
        DROP CONSTRAINT IF EXISTS users_session_epoch_check,
        DROP CONSTRAINT IF EXISTS users_device_epoch_check,
        DROP CONSTRAINT IF EXISTS users_token_floor_check,
        ADD CONSTRAINT users_session_epoch_check CHECK (session_epoch > 0) NOT VALID,
        ADD CONSTRAINT users_device_epoch_check CHECK (device_epoch > 0) NOT VALID,
        ADD CONSTRAINT users_token_floor_check CHECK (token_floor >= 0) NOT VALID
    """,
    """
    ALTER TABLE sessions
        ADD COLUMN IF NOT EXISTS epoch integer NOT NULL DEFAULT 1,
        ADD COLUMN IF NOT EXISTS passkey_added_in uuid,
        DROP CONSTRAINT IF EXISTS sessions_revoked_reason_check,
        ADD CONSTRAINT sessions_revoked_reason_check CHECK (revoked_reason IN
            ('logged_out', 'revoked', 'replayed', 'password_changed', 'factors_changed', 'user_disabled',
             'user_deleted', 'too_many_sessions')) NOT VALID
    """,
    """
    ALTER TABLE known_devices
        ADD COLUMN IF NOT EXISTS epoch integer NOT NULL DEFAULT 1,
        ADD COLUMN IF NOT EXISTS former_device_id uuid
    """,
    """
    ALTER TABLE totp
        ADD COLUMN IF NOT EXISTS confirmed_in uuid,
        ADD COLUMN IF NOT EXISTS removal_due_at timestamptz,
        ADD COLUMN IF NOT EXISTS removal_since timestamptz,
        ADD COLUMN IF NOT EXISTS removal_session_id uuid,
        DROP CONSTRAINT IF EXISTS totp_check,
        ADD CONSTRAINT totp_check CHECK ((removal_due_at IS NULL) = (removal_since IS NULL)) NOT VALID
    """,
    "ALTER TABLE recovery_codes ADD COLUMN IF NOT EXISTS made_in uuid",
    """
    ALTER TABLE profiles
        ADD COLUMN IF NOT EXISTS name_changed_at timestamptz,
        ADD COLUMN IF NOT EXISTS name_changed_in uuid
    """,
    """
    ALTER TABLE held_addresses
        ADD COLUMN IF NOT EXISTS given_up_at timestamptz,
        ADD COLUMN IF NOT EXISTS given_up_in uuid
    """,
    """
    ALTER TABLE one_time_tokens
        ADD COLUMN IF NOT EXISTS credential_version integer NOT NULL DEFAULT 0,
        ADD COLUMN IF NOT EXISTS password_hash text,
        DROP CONSTRAINT IF EXISTS one_time_tokens_password_hash_check,
        ADD CONSTRAINT one_time_tokens_password_hash_check
            CHECK (length(password_hash) BETWEEN 1 AND 512) NOT VALID
    """,
    """
    ALTER TABLE outbox
        ADD COLUMN IF NOT EXISTS recipient_key text,
        ADD COLUMN IF NOT EXISTS priority smallint NOT NULL DEFAULT 1,
        ADD COLUMN IF NOT EXISTS turn_at timestamptz,
        ADD COLUMN IF NOT EXISTS asked_in uuid,
        DROP CONSTRAINT IF EXISTS outbox_recipient_key_check,
        DROP CONSTRAINT IF EXISTS outbox_priority_check,
        ADD CONSTRAINT outbox_recipient_key_check CHECK (length(recipient_key) BETWEEN 1 AND 254) NOT VALID,
        ADD CONSTRAINT outbox_priority_check CHECK (priority BETWEEN 0 AND 2) NOT VALID
    """,
    """
    ALTER TABLE throttle
        DROP CONSTRAINT IF EXISTS throttle_kind_check,
        ADD CONSTRAINT throttle_kind_check CHECK (kind IN ('email', 'device', 'network', 'factor')) NOT VALID
    """,
)

CHECKS: Final = (
    "ALTER TABLE users VALIDATE CONSTRAINT users_session_epoch_check",
    "ALTER TABLE users VALIDATE CONSTRAINT users_device_epoch_check",
    "ALTER TABLE users VALIDATE CONSTRAINT users_token_floor_check",
    "ALTER TABLE sessions VALIDATE CONSTRAINT sessions_revoked_reason_check",
    "ALTER TABLE totp VALIDATE CONSTRAINT totp_check",
    "ALTER TABLE one_time_tokens VALIDATE CONSTRAINT one_time_tokens_password_hash_check",
    "ALTER TABLE outbox VALIDATE CONSTRAINT outbox_recipient_key_check",
    "ALTER TABLE outbox VALIDATE CONSTRAINT outbox_priority_check",
    "ALTER TABLE throttle VALIDATE CONSTRAINT throttle_kind_check",
)

COMMENTS: Final = (
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
    """
    COMMENT ON COLUMN sessions.passkey_added_in IS
        'the session in which the passkey that it began with was added: that passkey may be gone'
    """,
    "COMMENT ON COLUMN known_devices.former_device_id IS 'the id that the browser had before it was trusted'",
    "COMMENT ON COLUMN users.deletion_asked_at IS 'when the user asked; NULL where the operator did'",
    "COMMENT ON COLUMN users.deletion_asked_in IS 'the session that asked; no reference: that one may be gone'",
    """
    COMMENT ON COLUMN totp.confirmed_in IS
        'the session in which it was turned on; no reference: that one may be gone'
    """,
    "COMMENT ON COLUMN totp.removal_due_at IS 'removed from then on, unless the user stops that'",
    """
    COMMENT ON COLUMN totp.removal_since IS
        'browsers and passkeys older than this may stop the removal or speed it up'
    """,
    "COMMENT ON COLUMN totp.removal_session_id IS 'the session that the user reported, where a link named one'",
    """
    COMMENT ON COLUMN recovery_codes.made_in IS
        'the session in which it was made; no reference: that one may be gone'
    """,
    "COMMENT ON COLUMN profiles.name_changed_in IS 'the session in which the name was typed'",
    "COMMENT ON COLUMN held_addresses.given_up_in IS 'the session that asked for another address'",
    "COMMENT ON COLUMN one_time_tokens.credential_version IS 'the users.credential_version when it was issued'",
    "COMMENT ON COLUMN one_time_tokens.password_hash IS 'of a private sign-up: takes effect when its link is pressed'",
    "COMMENT ON COLUMN outbox.recipient_key IS 'the recipient in the form in which addresses are compared'",
    "COMMENT ON COLUMN outbox.priority IS '0 = a person waits for it (resets, codes), 1 = security, 2 = news'",
    "COMMENT ON COLUMN outbox.turn_at IS 'its place among those of its priority: later the more of its user wait'",
    "COMMENT ON COLUMN outbox.asked_in IS 'the session that caused it, where a limit counts by session'",
)

# A batch at a time, in the order in which they were written, so that no mail is held for long; one that somebody has in
# hand is left alone. Mails that a server of the version before writes afterwards lack these columns, too.
FILL: Final = """
WITH batch AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE id > :after AND turn_at IS NULL AND (sent_at IS NULL OR created_at > now() - interval '1 day')
    ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
), filled AS (
    UPDATE outbox o
    SET recipient_key = left(lower(recipient), 254), turn_at = due_at,
        priority = CASE WHEN kind IN ('verify_email', 'welcome', 'reset_password', 'confirm_new_email') THEN 0
                        ELSE 1 END
    FROM batch WHERE o.id = batch.id
    RETURNING o.id
)
SELECT id FROM filled ORDER BY id DESC LIMIT 1
"""


# Who asked was not noted; the ways back take it back where they go by time.
ASKED: Final = """
UPDATE users SET deletion_asked_at = deletion_due_at - interval '7 days'
WHERE deletion_due_at IS NOT NULL AND deletion_asked_at IS NULL
"""


def upgrade() -> None:
    """Add the columns, and fill them for the mails that wait or that a limit still counts."""
    change((*TABLES, *CHECKS, *COMMENTS))
    with op.get_context().autocommit_block():
        op.execute(ASKED)
        last: UUID | None = UUID(int=0)
        while last is not None:
            last = op.get_bind().execute(text(FILL), {"after": last}).scalar()


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
    op.execute("ALTER TABLE known_devices DROP COLUMN epoch, DROP COLUMN former_device_id")
    op.execute("ALTER TABLE sessions DROP CONSTRAINT sessions_revoked_reason_check")
    op.execute(
        "ALTER TABLE sessions ADD CONSTRAINT sessions_revoked_reason_check CHECK (revoked_reason IN ('logged_out', "
        "'revoked', 'replayed', 'password_changed', 'factors_changed', 'user_disabled', 'user_deleted'))"
    )
    op.execute("ALTER TABLE sessions DROP COLUMN epoch, DROP COLUMN passkey_added_in")
    op.execute(
        "ALTER TABLE users DROP COLUMN session_epoch, DROP COLUMN device_epoch, DROP COLUMN token_floor,"
        " DROP COLUMN log_in_when_verified, DROP COLUMN deletion_asked_at, DROP COLUMN deletion_asked_in"
    )
