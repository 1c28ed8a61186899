"""Counters of attempts, the browsers a user has logged in from, and proofs of work that were spent."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    CREATE TABLE throttle (
        subject         bytea PRIMARY KEY CHECK (length(subject) = 32),
        kind            text NOT NULL CHECK (kind IN ('email', 'device', 'network')),
        failures        integer NOT NULL CHECK (failures >= 0),
        admitted        boolean NOT NULL,
        blocked_until   timestamptz,
        window_began_at timestamptz NOT NULL,
        touched_at      timestamptz NOT NULL
    )
    """,
    "COMMENT ON COLUMN throttle.subject IS 'HMAC of what is counted: people type passwords into the e-mail field'",
    "COMMENT ON COLUMN throttle.admitted IS 'whether the attempt that touched the row last was let through'",
    "CREATE INDEX throttle_by_touch ON throttle (touched_at)",
    """
    CREATE TABLE known_devices (
        user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        device_id       uuid NOT NULL,
        first_seen_at   timestamptz NOT NULL,
        last_seen_at    timestamptz NOT NULL,
        PRIMARY KEY (user_id, device_id)
    )
    """,
    "COMMENT ON TABLE known_devices IS 'browsers in which a user has logged in; guessing elsewhere does not stop them'",
    "CREATE INDEX known_devices_by_use ON known_devices (last_seen_at)",
    """
    CREATE TABLE spent_proofs (
        id              uuid PRIMARY KEY,
        expires_at      timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE spent_proofs IS 'proofs of work that were used, until they would have expired anyway'",
    "CREATE INDEX spent_proofs_by_end ON spent_proofs (expires_at)",
    "ALTER TABLE sessions ADD COLUMN device_id uuid",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    op.execute("ALTER TABLE sessions DROP COLUMN device_id")
    op.execute("DROP TABLE spent_proofs, known_devices, throttle")
