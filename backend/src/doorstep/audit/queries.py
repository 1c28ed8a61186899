"""SQL of the audit trail. Rows are only ever added; the database refuses the rest."""

import json
from typing import Final

from doorstep.audit.models import Event
from doorstep.kit.database import Connection

INSERT_EVENT: Final = """
INSERT INTO audit_events
    (id, occurred_at, kind, outcome, user_id, session_id, address, user_agent, request_id, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $9, $10::text::jsonb)
"""


async def insert_event(connection: Connection, event: Event) -> None:
    """Add one event."""
    await connection.execute(
        INSERT_EVENT,
        event.id,
        event.occurred_at,
        event.kind,
        event.outcome,
        event.user_id,
        event.session_id,
        event.client.address,
        event.client.user_agent,
        event.client.request_id,
        json.dumps(event.detail),
    )
