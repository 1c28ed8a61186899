"""Events of the audit trail in print: a table for people, JSON lines for programs."""

import json
import sys
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from doorstep.audit.device_names import actor_for_operators
from doorstep.audit.models import Event, Outcome

Emails = Callable[[Collection[UUID]], Awaitable[Mapping[UUID, str]]]

_STYLES = {Outcome.SUCCESS: "", Outcome.REFUSED: "yellow", Outcome.ALARM: "bold red"}
_UNWRAPPED = 200  # columns where there is no terminal: a file has no right edge


async def print_json(events: Sequence[Event]) -> None:
    """One line for each event, in ASCII: what callers tell of themselves must not steer a terminal."""
    for event in events:
        typer.echo(_json_line(event))


def _json_line(event: Event) -> str:
    return json.dumps(
        {
            "id": str(event.id),
            "occurred_at": event.occurred_at.isoformat().replace("+00:00", "Z"),
            "kind": event.kind,
            "outcome": event.outcome,
            "user_id": str(event.user_id) if event.user_id else None,
            "session_id": str(event.session_id) if event.session_id else None,
            "address": event.client.address,
            "user_agent": event.client.user_agent,
            "request_id": event.client.request_id,
            "detail": event.detail,
        }
    )


class EventTable:
    """Rows under one heading, however many times some are added. `emails` finds the addresses of users."""

    def __init__(self, emails: Emails) -> None:
        self._emails = emails
        self._console = Console(width=None if sys.stdout.isatty() else _UNWRAPPED, highlight=False)
        self._begun = False

    async def add(self, events: Sequence[Event]) -> None:
        """Print these below what is there already."""
        emails = await self._emails({event.user_id for event in events if event.user_id})
        # The widths do not hang on the content: later rows stand under the same headings.
        table = Table(box=None, show_header=not self._begun, pad_edge=False, header_style="bold", expand=True)
        table.add_column("time (UTC)", width=19, no_wrap=True)
        table.add_column("event", width=22, overflow="fold")
        table.add_column("outcome", width=7)
        table.add_column("from", ratio=1, overflow="fold")
        table.add_column("user", ratio=1, overflow="fold")
        for event in events:
            table.add_row(
                f"{event.occurred_at:%Y-%m-%d %H:%M:%S}",
                Text(event.kind),
                Text(event.outcome, style=_STYLES[event.outcome]),
                Text(" ".join(filter(None, (event.client.address, actor_for_operators(event.client))))),
                Text(emails.get(event.user_id, str(event.user_id)) if event.user_id else ""),
            )
        self._console.print(table)
        self._begun = True
