"""How far an import of users has come, so that it goes on where it stopped."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    CREATE TABLE imports (
        fingerprint     bytea PRIMARY KEY CHECK (length(fingerprint) = 32),
        id              uuid NOT NULL,
        bytes_done      bigint NOT NULL DEFAULT 0 CHECK (bytes_done >= 0),
        lines_done      bigint NOT NULL DEFAULT 0 CHECK (lines_done >= 0),
        added           bigint NOT NULL DEFAULT 0 CHECK (added >= 0),
        duplicates      bigint NOT NULL DEFAULT 0 CHECK (duplicates >= 0),
        refused         bigint NOT NULL DEFAULT 0 CHECK (refused >= 0),
        began_at        timestamptz NOT NULL,
        touched_at      timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE imports IS 'files whose import is under way or was interrupted; a finished one is deleted'",
    "COMMENT ON COLUMN imports.fingerprint IS 'SHA-256 of the file'",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop it again."""
    op.execute("DROP TABLE imports")
