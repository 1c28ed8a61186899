"""A user with many old rows: that they lie in all tables and come back, and that the ways back answer among them."""

from pathlib import Path
from uuid import UUID

import pytest

from bench import crowded
from bench.old_rows import OldRows, fill
from bench.statements import told
from doorstep.one_time_tokens.models import Purpose
from doorstep.passkeys.policy import MOST_PASSKEYS
from doorstep.recovery_codes.policy import COUNT as MOST_RECOVERY_CODES

ROWS = 60
USER = UUID("01a20407-1271-75c8-94d9-dd8e1b80189c")

# All but those whose key is the user: these have one row of each at most.
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id'
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'bench%' AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indkey::text = a.attnum::text
)
"""
MAKE_USER = """
INSERT INTO users (id, email, email_key, password_hash, created_at, updated_at)
VALUES ($1, 'ada@example.org', 'ada@example.org', 'not looked at', now(), now())
"""
LIVE = "SELECT id FROM sessions WHERE revoked_at IS NULL AND idle_expires_at > now() ORDER BY id"


@pytest.fixture
def old(dsn: str) -> OldRows:
    told(dsn, MAKE_USER, USER)
    return fill(dsn, USER, ROWS)


def test_no_table_that_has_many_rows_of_a_user_is_forgotten(old: OldRows) -> None:
    counts = {
        name: len(told(old.dsn, f"SELECT FROM {name} WHERE user_id = $1", USER)) for (name,) in told(old.dsn, TABLES)
    }
    assert counts.pop("passkeys") == MOST_PASSKEYS
    assert counts.pop("recovery_codes") == MOST_RECOVERY_CODES
    assert counts == dict.fromkeys(counts, ROWS)
    assert {"sessions", "known_devices", "one_time_tokens", "outbox", "audit_events"} <= set(counts)


def test_links_of_each_purpose_are_there_used_and_unused(old: OldRows) -> None:
    kinds = told(old.dsn, "SELECT DISTINCT purpose, used_at IS NULL FROM one_time_tokens")
    assert {tuple(kind) for kind in kinds} == {(purpose, unused) for purpose in Purpose for unused in (True, False)}


def test_a_session_to_report_is_live_and_its_browser_known(old: OldRows) -> None:
    live = {row["id"] for row in told(old.dsn, LIVE)}
    assert len(live) == ROWS / 3
    assert set(old.sessions) == live
    known = told(old.dsn, "SELECT s.id FROM sessions s JOIN known_devices d USING (user_id, device_id)")
    assert live <= {row["id"] for row in known}


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("users", "UPDATE users SET session_epoch = 2, device_epoch = 2, token_floor = 7, password_hash = NULL"),
        ("sessions", "UPDATE sessions SET revoked_at = now(), revoked_reason = 'revoked' WHERE revoked_at IS NULL"),
        ("one_time_tokens", "UPDATE one_time_tokens SET used_at = now() WHERE used_at IS NULL"),
        ("one_time_tokens", "DELETE FROM one_time_tokens WHERE used_at IS NULL"),
        ("known_devices", "DELETE FROM known_devices"),
        ("recovery_codes", "DELETE FROM recovery_codes"),
        ("passkeys", "DELETE FROM passkeys"),
    ],
)
def test_renewed_everything_is_as_it_was(table: str, change: str, old: OldRows) -> None:
    def rows() -> set[str]:
        return {str(row) for row in told(old.dsn, f"SELECT * FROM {table}")}  # noqa: S608 -- named above

    before = rows()
    told(old.dsn, change)
    assert rows() != before
    old.renew()
    assert rows() == before


def test_the_ways_back_answer_and_are_held_to_a_bound(tmp_path: Path) -> None:
    table = crowded.measure(tmp_path, repeats=1, patience=0, rows=ROWS, tries=2)
    values = {figure.name: figure.value for figure in table.figures}
    assert values.pop("answers 503 among them") == 0
    assert min(values.values()) > 0
    bounds = {figure.name: figure.at_most for figure in table.figures if figure.bound}
    assert bounds == {"«not me»: slowest of 2": 300, "reset: slowest of 2": 300, "answers 503 among them": 0}
