"""Tickets: 256 random bits that lead from the first step of a log-in to the second, and nowhere else.

Only their hash is stored. A ticket is good for five minutes, five tries and one success, and for the credentials that
the first step checked. It opens nothing by itself.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.kit import base64url
from doorstep.kit.database import Connection
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.tickets import policy, queries
from doorstep.tickets.failures import TicketEnded
from doorstep.tickets.models import FirstStep, Ticket

_TOKEN_BYTES = 32


async def issue(tx: Connection, first: FirstStep, client: Client, now: datetime) -> str:
    """A ticket for what the first step found out, and the event of it, in its transaction."""
    raw = random_bytes(_TOKEN_BYTES)
    text = base64url.encode(raw)
    await queries.insert(tx, new_id(now), _hash(text), first, now, now + policy.LIFE)
    await audit.record(
        tx,
        kind=EventKind.SECOND_FACTOR_ASKED,
        outcome=Outcome.SUCCESS,
        client=client,
        now=now,
        user_id=first.user_id,
    )
    return text


async def charge(tx: Connection, text: str, device_id: UUID | None, now: datetime) -> Ticket:
    """What the first step found out, a try charged, which the caller commits whatever comes. Raises TicketEnded.

    A ticket is of its browser: in another one than `device_id` says, its user counts as not known.
    """
    ticket = await queries.charge(tx, _hash(text), now, policy.MOST_TRIES)
    if ticket is None:
        raise TicketEnded
    return replace(ticket, first=ticket.first.continued_in(device_id))


async def look_at(tx: Connection, text: str, now: datetime) -> Ticket:
    """The same before anything is tried: what to ask for is no try. Raises TicketEnded."""
    ticket = await queries.peek(tx, _hash(text), now, policy.MOST_TRIES)
    if ticket is None:
        raise TicketEnded
    return ticket


async def take(tx: Connection, ticket: Ticket) -> None:
    """Use the ticket up, in the transaction that lets its holder in. Raises TicketEnded when somebody has."""
    if not await queries.take(tx, ticket.id):
        raise TicketEnded


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
