"""The indexes of what revision 0010 added, made beside writers.

Each step can be repeated, so an upgrade that was interrupted here goes on when it is run again.
"""

from alembic import op

from doorstep.migrations.in_turn import make_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INDEXES = (
    (
        "sessions_unrevoked",
        "ON sessions (user_id, epoch, expires_at) WHERE revoked_at IS NULL",
    ),
    ("totp_to_remove", "ON totp (removal_due_at) WHERE removal_due_at IS NOT NULL"),
    ("one_time_tokens_unused", "ON one_time_tokens (user_id, purpose, created_at) WHERE used_at IS NULL"),
    # Of used ones, too: the export lists them, and whoever erases a user looks for them.
    ("one_time_tokens_of_user_by_id", "ON one_time_tokens (user_id, id)"),
    ("outbox_of_user_by_time", "ON outbox (user_id, created_at)"),
    ("outbox_turns", "ON outbox (priority, turn_at) WHERE sent_at IS NULL AND dead_at IS NULL"),
    ("outbox_of_mailbox", "ON outbox (recipient_key, created_at)"),
    ("outbox_waiting", "ON outbox (recipient_key) WHERE sent_at IS NULL AND dead_at IS NULL"),
)

# What the new ones take the place of, and what no statement uses any more.
REPLACED = ("sessions_by_end", "one_time_tokens_of_user", "outbox_due", "outbox_by_recipient", "outbox_of_user")


def upgrade() -> None:
    """Make the new indexes, then drop the ones that they replace."""
    with op.get_context().autocommit_block():
        for name, definition in INDEXES:
            make_index(name, definition)
        for name in REPLACED:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def downgrade() -> None:
    """Make those of before again."""
    for name, _ in INDEXES:
        op.execute(f"DROP INDEX {name}")
    op.execute("CREATE INDEX sessions_by_end ON sessions (expires_at)")
    op.execute("CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id, purpose)")
    op.execute("CREATE INDEX outbox_of_user ON outbox (user_id)")
    op.execute("CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL AND dead_at IS NULL")
    op.execute("CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at)")
