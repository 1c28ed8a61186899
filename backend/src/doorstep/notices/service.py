"""Notices: the mails that tell an owner what happened, each with the way out if it was not them."""

from datetime import datetime, timedelta
from uuid import UUID

from doorstep.audit.device_names import device_name
from doorstep.audit.models import Client
from doorstep.kit.database import Connection
from doorstep.mail import letters
from doorstep.mail.models import MailKind
from doorstep.mail.service import Outbox
from doorstep.one_time_tokens.models import Purpose
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.users import service as users

_NOT_ME_LIFE = timedelta(days=7)
VERIFY_LIFE = timedelta(minutes=30)
_VERIFY_MINUTES = int(VERIFY_LIFE.total_seconds() // 60)
_UNLOCK_LIFE = timedelta(hours=24)
DELETION_GRACE = timedelta(days=7)
"""How long an account that its owner wants gone can still be kept."""
_PAUSE = timedelta(hours=1)  # between two mails about wrong codes


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
        link = await self._not_me(tx, user_id, user.email, session_id, now)
        letter = letters.new_device(
            device_name(client.user_agent), where(client), f"{now:%-d %B %Y at %H:%M} UTC", link
        )
        await self._outbox.put(tx, user.email, letter, user_id)

    async def verify_email(self, tx: Connection, user_id: UUID, email: str, now: datetime) -> None:
        """A code and a link by which the user shows that the address is theirs. Voids those before."""
        issued = await self._tokens.issue(
            tx, Purpose.VERIFY_EMAIL, user_id, now=now, life=VERIFY_LIFE, email=email, with_code=True
        )
        letter = letters.verify_email(issued.code or "", f"{self._origin}/verify/#{issued.token}", _VERIFY_MINUTES)
        await self._outbox.put(tx, email, letter, user_id)

    async def sign_up_noted(self, tx: Connection, user_id: UUID, email: str, now: datetime, *, is_new: bool) -> None:
        """What a sign-up came to, told to nobody but the reader of that mailbox.

        The same work for a new and a taken address: the token of the latter is mailed to nobody.
        """
        issued = await self._tokens.issue(
            tx, Purpose.VERIFY_EMAIL, user_id, now=now, life=VERIFY_LIFE, email=email, keep_older=True
        )
        if is_new:
            letter = letters.welcome(f"{self._origin}/verify/#{issued.token}", _VERIFY_MINUTES)
        else:
            letter = letters.already_registered(f"{self._origin}/login/")
        if await self._outbox.may_write(tx, email, letter.kind):
            await self._outbox.put(tx, email, letter, user_id)

    async def session_replayed(self, tx: Connection, user_id: UUID, client: Client) -> None:
        """A copy of the owner's session was used, and the session was ended."""
        user = await users.by_id(tx, user_id)
        if user is not None:
            letter = letters.session_replayed(device_name(client.user_agent), self._forgot)
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
        letter = letters.password_changed(self._forgot, where(client))
        await self._outbox.put(tx, email, letter, user_id)

    async def password_removed(self, tx: Connection, user_id: UUID, email: str, client: Client) -> None:
        """The user has no password any more; every other session has ended."""
        letter = letters.password_removed(self._forgot, where(client))
        await self._outbox.put(tx, email, letter, user_id)

    async def passkey_added(
        self, tx: Connection, user_id: UUID, email: str, name: str, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """Another way in. The link ends the session in which it was added, and removes what was added there."""
        link = await self._not_me(tx, user_id, email, session_id, now)
        letter = letters.passkey_added(name, where(client), link)
        await self._outbox.put(tx, email, letter, user_id)

    async def passkey_removed(self, tx: Connection, user_id: UUID, email: str, name: str, client: Client) -> None:
        """One way in less."""
        letter = letters.passkey_removed(name, where(client), self._forgot)
        await self._outbox.put(tx, email, letter, user_id)

    async def passkey_copied(self, tx: Connection, user_id: UUID, name: str, client: Client) -> None:
        """A passkey was refused because somebody else may have it, too. Not told without end: it can be repeated."""
        user = await users.by_id(tx, user_id)
        if user is None:
            return
        letter = letters.passkey_copied(name, where(client), f"{self._origin}/dashboard/security/")
        if await self._outbox.may_write(tx, user.email, letter.kind):
            await self._outbox.put(tx, user.email, letter, user_id)

    async def two_step_on(self, tx: Connection, user_id: UUID, email: str, client: Client) -> None:
        """Log-in asks for a second factor from now on."""
        await self._outbox.put(tx, email, letters.two_step_on(where(client), self._forgot), user_id)

    async def two_step_off(self, tx: Connection, user_id: UUID, email: str, client: Client) -> None:
        """Log-in asks for the password only."""
        await self._outbox.put(tx, email, letters.two_step_off(where(client), self._forgot), user_id)

    async def two_step_reset(self, tx: Connection, user_id: UUID, email: str) -> None:
        """An operator took the second factor away."""
        await self._outbox.put(tx, email, letters.two_step_reset(self._forgot), user_id)

    async def recovery_codes_made(self, tx: Connection, user_id: UUID, email: str, client: Client) -> None:
        """The recovery codes are other ones."""
        await self._outbox.put(tx, email, letters.recovery_codes_made(where(client), self._forgot), user_id)

    async def recovery_code_used(self, tx: Connection, user_id: UUID, left: int, client: Client) -> None:
        """One of the recovery codes was used up."""
        user = await users.by_id(tx, user_id)
        if user is not None:
            letter = letters.recovery_code_used(left, where(client), self._forgot)
            await self._outbox.put(tx, user.email, letter, user_id)

    async def wrong_codes(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """Somebody with the right password typed wrong codes; said once an hour. The user is locked by the caller."""
        user = await users.by_id(tx, user_id)
        if user is None or await self._outbox.written_since(tx, user.email, MailKind.WRONG_CODES, now - _PAUSE):
            return
        await self._outbox.put(tx, user.email, letters.wrong_codes(where(client), self._forgot), user_id)

    async def deletion_asked(self, tx: Connection, user_id: UUID, email: str, due_at: datetime, client: Client) -> None:
        """The account goes at `due_at`, unless the owner keeps it."""
        days = DELETION_GRACE.days
        when = f"{due_at:%-d %B %Y at %H:%M} UTC"
        letter = letters.deletion_asked(when, days, where(client), f"{self._origin}/login/")
        await self._outbox.put(tx, email, letter, user_id)

    async def account_kept(self, tx: Connection, user_id: UUID, email: str, client: Client) -> None:
        """The account stays."""
        letter = letters.account_kept(where(client), self._forgot)
        await self._outbox.put(tx, email, letter, user_id)

    async def data_exported(self, tx: Connection, user_id: UUID, email: str, client: Client) -> None:
        """Everything about the owner was handed out."""
        letter = letters.data_exported(where(client), self._forgot)
        await self._outbox.put(tx, email, letter, user_id)

    async def shipping_address_changed(
        self, tx: Connection, user_id: UUID, email: str, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """Parcels go elsewhere. The link ends the session in which that was typed, and takes the address away."""
        link = await self._not_me(tx, user_id, email, session_id, now)
        await self._outbox.put(tx, email, letters.shipping_address_changed(where(client), link), user_id)

    @property
    def _forgot(self) -> str:
        return f"{self._origin}/forgot/"

    async def _not_me(self, tx: Connection, user_id: UUID, email: str, session_id: UUID, now: datetime) -> str:
        """A link that ends this session and what it left behind."""
        issued = await self._tokens.issue(
            tx,
            Purpose.NOT_ME,
            user_id,
            now=now,
            life=_NOT_ME_LIFE,
            email=email,
            session_id=session_id,
            keep_older=True,
        )
        return f"{self._origin}/verify/#not-me={issued.token}"


def where(client: Client) -> str:
    """What to call the place that a request came from."""
    return client.address or "an unknown address"
