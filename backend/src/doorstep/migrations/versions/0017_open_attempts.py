"""Open attempts, whose charge is given back when nobody could judge them, and which servers the tables suit."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

compatible_from = "0011"
"""The oldest revision whose servers work with the tables during and after this upgrade."""

STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS open_attempts (
        id          uuid PRIMARY KEY,
        subjects    bytea[] NOT NULL,
        totp_of     uuid,
        ticket_id   uuid,
        token_id    uuid,
        charged_at  timestamptz NOT NULL,
        opened_at   timestamptz NOT NULL DEFAULT now()
    )
    """,
    "COMMENT ON TABLE open_attempts IS 'attempts that were charged and not judged yet; gone within seconds'",
    "COMMENT ON COLUMN open_attempts.subjects IS 'counters of the throttle that were charged'",
    "COMMENT ON COLUMN open_attempts.opened_at IS 'by the clock of the database, which all servers share'",
    "CREATE INDEX IF NOT EXISTS open_attempts_by_age ON open_attempts (opened_at)",
    """
    CREATE TABLE IF NOT EXISTS suitable_servers (
        only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        from_revision  text NOT NULL
    )
    """,
    "COMMENT ON TABLE suitable_servers IS 'the oldest revision whose servers work with these tables'",
    "INSERT INTO suitable_servers (from_revision) VALUES ('0011') ON CONFLICT DO NOTHING",
)


def upgrade() -> None:
    """Add the tables. Nothing that is there is touched."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE open_attempts, suitable_servers")
