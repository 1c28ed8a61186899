"""New recovery codes wait until the user has kept them: those of before are good until then."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

# A table of its own: servers of the version before know nothing of it, and take none of its codes.
STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS pending_recovery_codes (
        user_id         uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        set_id          uuid NOT NULL,
        made_in         uuid NOT NULL,
        code_hashes     bytea[] NOT NULL CHECK (array_ndims(code_hashes) = 1),
        created_at      timestamptz NOT NULL,
        kept_at         timestamptz CHECK (kept_at >= created_at)
    )
    """,
    "COMMENT ON COLUMN pending_recovery_codes.made_in IS 'the session that asked for them, which alone can keep them'",
    "COMMENT ON COLUMN pending_recovery_codes.kept_at IS 'from then on the codes are those of recovery_codes'",
    "CREATE INDEX IF NOT EXISTS pending_recovery_codes_by_time ON pending_recovery_codes (created_at)",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop it again: the codes of before are as good as they were."""
    op.execute("DROP TABLE pending_recovery_codes")
