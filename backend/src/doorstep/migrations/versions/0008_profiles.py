"""What users are called, and where their parcels go."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# One statement each: the driver prepares what it is given.
STATEMENTS = (
    """
    CREATE TABLE profiles (
        user_id             uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        name                text NOT NULL CHECK (char_length(name) <= 100),
        recipient           text NOT NULL CHECK (char_length(recipient) <= 100),
        line1               text NOT NULL CHECK (char_length(line1) <= 100),
        line2               text NOT NULL CHECK (char_length(line2) <= 100),
        postal_code         text NOT NULL CHECK (char_length(postal_code) <= 20),
        city                text NOT NULL CHECK (char_length(city) <= 100),
        region              text NOT NULL CHECK (char_length(region) <= 100),
        country             text NOT NULL CHECK (country ~ '^([A-Z]{2})?$'),
        address_changed_at  timestamptz,
        address_changed_in  uuid,
        updated_at          timestamptz NOT NULL,
        CONSTRAINT address_is_whole_or_none CHECK (
            num_nulls(nullif(recipient, ''), nullif(line1, ''), nullif(city, ''), nullif(country, '')) IN (0, 4)
            AND (recipient <> '' OR line2 || postal_code || region = '')
        )
    )
    """,
    "COMMENT ON TABLE profiles IS 'what users told about themselves; no row until they have'",
    "COMMENT ON COLUMN profiles.country IS 'ISO 3166-1 alpha-2'",
    "COMMENT ON COLUMN profiles.address_changed_in IS 'the session in which the address was typed'",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop it again."""
    op.execute("DROP TABLE profiles")
