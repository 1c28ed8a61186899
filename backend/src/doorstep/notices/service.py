"""Notices: the mails that tell an owner what happened, each with the way out if it was not them."""

from datetime import datetime, timedelta
from uuid import UUID

from doorstep.audit.device_names import device_name
from doorstep.audit.models import Client
from doorstep.kit.database import Connection
from doorstep.mail import letters
from doorstep.mail.service import Outbox
from doorstep.one_time_tokens.models import Purpose
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.users import service as users

_NOT_ME_LIFE = timedelta(days=7)
_UNLOCK_LIFE = timedelta(hours=24)


class Notices:
    """Writes them in the transaction of the fact that they tell. `origin` is where their links lead."""

    def __init__(self, tokens: OneTimeTokens, outbox: Outbox, origin: str) -> None:
        self._tokens = tokens
        self._outbox = outbox
        self._origin = origin

    async def new_device(self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime) -> None:
        """Somebody logged in from a browser that this user was not known in."""
        user = await users.by_id(tx, user_id)
        if user is None:
            return
        issued = await self._tokens.issue(
            tx, Purpose.NOT_ME, user_id, now=now, life=_NOT_ME_LIFE, session_id=session_id, keep_older=True
        )
        letter = letters.new_device(
            device_name(client.user_agent),
            where(client),
            f"{now:%-d %B %Y at %H:%M} UTC",
            f"{self._origin}/verify/#not-me={issued.token}",
        )
        await self._outbox.put(tx, user.email, letter, user_id)

    async def session_replayed(self, tx: Connection, user_id: UUID, client: Client) -> None:
        """A copy of the owner's session was used, and the session was ended."""
        user = await users.by_id(tx, user_id)
        if user is not None:
            letter = letters.session_replayed(device_name(client.user_agent), f"{self._origin}/forgot/")
            await self._outbox.put(tx, user.email, letter, user_id)

    async def login_locked(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """New browsers are refused until the owner says that it is them."""
        user = await users.by_id(tx, user_id)
        if user is None:
            return
        issued = await self._tokens.issue(tx, Purpose.UNLOCK_LOGIN, user_id, now=now, life=_UNLOCK_LIFE)
        await self._outbox.put(
            tx, user.email, letters.login_locked(f"{self._origin}/verify/#unlock={issued.token}"), user_id
        )

    async def password_changed(self, tx: Connection, user_id: UUID, email: str, client: Client) -> None:
        """The password is another one; every other session has ended."""
        letter = letters.password_changed(f"{self._origin}/forgot/", where(client))
        await self._outbox.put(tx, email, letter, user_id)


def where(client: Client) -> str:
    """What to call the place that a request came from."""
    return client.address or "an unknown address"
