"""Keys that are text are ordered by their bytes, and users have a note of which form of key they have.

An order by language changes with the operating system's library, and an index of before then misses rows; nothing here
needs such an order. Keys themselves are renewed by `addresses/`, at the first start after this.

Unused links are found by their end from here on, so that those that expired long ago are not read.

Servers of the version before go on while this runs, and each step can be repeated.
"""

from typing import Final

from alembic import op

from doorstep.migrations.in_turn import change, make_index

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

# Made first: with the order that its column will have, an index is taken over as it is.
USERS: Final = ("users_by_mailbox", 'ON users (email_key COLLATE "C")')
OUTBOX: Final = ("outbox_by_mailbox", 'ON outbox (recipient_key COLLATE "C", created_at)')

# Partial indexes are never taken over, so these are made afterwards: they are small, and the others do meanwhile.
AFTER: Final = (
    ("outbox_waiting_by_mailbox", "ON outbox (recipient_key) WHERE sent_at IS NULL AND dead_at IS NULL"),
    ("one_time_tokens_live", "ON one_time_tokens (user_id, purpose, expires_at) WHERE used_at IS NULL"),
    (
        "users_not_by_mailbox",
        "ON users (id) WHERE email_key_form <> 2 AND octet_length(email) <> length(email)",
    ),
)

# One statement for each table, which holds that one alone. No row is read under it: what is checked is checked after.
TABLES: Final = (
    """
    ALTER TABLE users
        ADD COLUMN IF NOT EXISTS email_key_form smallint NOT NULL DEFAULT 1,
        DROP CONSTRAINT IF EXISTS users_email_key_key,
        DROP CONSTRAINT IF EXISTS users_email_key_check,
        DROP CONSTRAINT IF EXISTS users_email_key_form_check,
        ALTER COLUMN email_key TYPE text COLLATE "C",
        ADD CONSTRAINT users_email_key_check CHECK (length(email_key) BETWEEN 3 AND 254) NOT VALID,
        ADD CONSTRAINT users_email_key_form_check CHECK (email_key_form BETWEEN 1 AND 3) NOT VALID
    """,
    """
    DO $$ BEGIN
        DROP INDEX IF EXISTS outbox_of_mailbox, outbox_waiting;
        ALTER TABLE outbox
            DROP CONSTRAINT IF EXISTS outbox_recipient_key_check,
            ALTER COLUMN recipient_key TYPE text COLLATE "C",
            ADD CONSTRAINT outbox_recipient_key_check CHECK (length(recipient_key) BETWEEN 1 AND 254) NOT VALID;
    END $$
    """,
    """
    DO $$ BEGIN
        DROP INDEX IF EXISTS one_time_tokens_unused;
        ALTER TABLE one_time_tokens
            DROP CONSTRAINT IF EXISTS one_time_tokens_purpose_check,
            ALTER COLUMN purpose TYPE text COLLATE "C",
            ADD CONSTRAINT one_time_tokens_purpose_check CHECK (purpose ~ '^[a-z][a-z_]{2,48}$') NOT VALID;
    END $$
    """,
    'ALTER TABLE held_addresses ALTER COLUMN email_key TYPE text COLLATE "C"',
    'ALTER TABLE recovery_requests ALTER COLUMN email_key TYPE text COLLATE "C"',
    'ALTER TABLE signing_keys ALTER COLUMN kid TYPE text COLLATE "C"',
)

CHECKS: Final = (
    "ALTER TABLE users VALIDATE CONSTRAINT users_email_key_check",
    "ALTER TABLE users VALIDATE CONSTRAINT users_email_key_form_check",
    "ALTER TABLE outbox VALIDATE CONSTRAINT outbox_recipient_key_check",
    "ALTER TABLE one_time_tokens VALIDATE CONSTRAINT one_time_tokens_purpose_check",
)

COMMENTS: Final = (
    "COMMENT ON COLUMN users.email_key IS 'the form in which addresses are compared; unique'",
    """
    COMMENT ON COLUMN users.email_key_form IS
        '1 = by a version before this column, 2 = the key of the mailbox, 3 = by spelling: another user has that key'
    """,
)

# The same in the other direction, and the keys stay as they are: servers of the version before read any key.
DOWN: Final = (
    "DROP INDEX users_not_by_mailbox",
    "DROP INDEX one_time_tokens_live",
    "DROP INDEX outbox_waiting_by_mailbox",
    "DROP INDEX outbox_by_mailbox",
    "DROP INDEX users_by_mailbox",
    'ALTER TABLE signing_keys ALTER COLUMN kid TYPE text COLLATE "default"',
    'ALTER TABLE recovery_requests ALTER COLUMN email_key TYPE text COLLATE "default"',
    'ALTER TABLE held_addresses ALTER COLUMN email_key TYPE text COLLATE "default"',
    'ALTER TABLE one_time_tokens ALTER COLUMN purpose TYPE text COLLATE "default"',
    'ALTER TABLE outbox ALTER COLUMN recipient_key TYPE text COLLATE "default"',
    'ALTER TABLE users DROP COLUMN email_key_form, ALTER COLUMN email_key TYPE text COLLATE "default"',
    "ALTER TABLE users ADD CONSTRAINT users_email_key_key UNIQUE (email_key)",
    "CREATE INDEX outbox_of_mailbox ON outbox (recipient_key, created_at)",
    "CREATE INDEX outbox_waiting ON outbox (recipient_key) WHERE sent_at IS NULL AND dead_at IS NULL",
    "CREATE INDEX one_time_tokens_unused ON one_time_tokens (user_id, purpose, created_at) WHERE used_at IS NULL",
    "COMMENT ON COLUMN users.email_key IS 'the same without regard to case; unique'",
)


def upgrade() -> None:
    """Change the order of the keys, and make the indexes that go with it."""
    with op.get_context().autocommit_block():
        make_index(*USERS, unique=True)
        make_index(*OUTBOX)
    change((*TABLES, *CHECKS, *COMMENTS))
    with op.get_context().autocommit_block():
        for name, definition in AFTER:
            make_index(name, definition)


def downgrade() -> None:
    """Take everything back."""
    for statement in DOWN:
        op.execute(statement)
