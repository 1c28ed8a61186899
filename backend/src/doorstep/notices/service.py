"""Notices: the mails that tell a user what happened, each with the way out if it was not them.

A notice goes to a verified address only, and never carries a text that somebody typed. Past the limits of a mailbox one
summary stands for all that is not told one by one; its link takes back what has been added since.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.audit.device_names import device_name
from doorstep.audit.models import Client
from doorstep.kit.database import Connection
from doorstep.mail import letters
from doorstep.mail.models import Letter, MailKind
from doorstep.mail.service import Outbox
from doorstep.one_time_tokens.models import Purpose
from doorstep.one_time_tokens.policy import RULES
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.users import service as users
from doorstep.users.models import User, UserStatus

_VERIFY_MINUTES = int(RULES[Purpose.VERIFY_EMAIL].life.total_seconds() // 60)
_RESET_MINUTES = int(RULES[Purpose.RESET_PASSWORD].life.total_seconds() // 60)
_MINUTE = timedelta(minutes=1)  # between two mails that give a new password
DELETION_GRACE = RULES[Purpose.KEEP_ACCOUNT].life
"""How long an account that is to be deleted can still be kept."""
_PAUSE = timedelta(hours=1)  # between two mails about wrong codes
_DAY = timedelta(days=1)  # between two mails about too many sessions

Write = Callable[[str], Letter]
"""A letter, given the link under which its reader says that it was not them."""


class Notices:
    """Writes them in the transaction of the fact that they tell. `origin` is where their links lead.

    `most_live` is how many sessions a user may have.
    """

    def __init__(self, tokens: OneTimeTokens, outbox: Outbox, origin: str, most_live: int) -> None:
        self._tokens = tokens
        self._outbox = outbox
        self._origin = origin
        self._most_live = most_live

    async def new_device(self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime) -> None:
        """Somebody logged in from a browser that this user was not known in."""
        device = device_name(client.user_agent)
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.new_device(device, where(client), moment(now), link)
        )

    async def verify_email(self, tx: Connection, user_id: UUID, email: str, now: datetime) -> None:
        """A code and a link by which the user shows that the address is theirs. Voids those before."""
        issued = await self._tokens.issue(tx, Purpose.VERIFY_EMAIL, user_id, now=now, email=email, with_code=True)
        letter = letters.verify_email(issued.code or "", f"{self._origin}/verify/#{issued.token}", _VERIFY_MINUTES)
        await self._outbox.put(tx, email, letter, user_id)

    async def sign_up_noted(
        self, tx: Connection, user: User, password_hash: str, now: datetime, *, is_new: bool
    ) -> None:
        """What a sign-up came to, told to nobody but the reader of that mailbox.

        The same work for a new and a taken address: the token of the latter is mailed to nobody, unless that address
        was never verified. Then its reader can do so, whoever signed up first, and has the password that was typed with
        the sign-up whose link they press.
        """
        issued = await self._tokens.issue(
            tx, Purpose.VERIFY_EMAIL, user.id, now=now, email=user.email, keep_older=True, password_hash=password_hash
        )
        if is_new or user.email_verified_at is None:
            letter = letters.welcome(f"{self._origin}/verify/#{issued.token}", _VERIFY_MINUTES)
        else:
            letter = letters.already_registered(f"{self._origin}/login/")
        if await self._outbox.may_write(tx, user.email, letter.kind):
            await self._outbox.put(tx, user.email, letter, user.id)

    async def reset_password(self, tx: Connection, user: User, now: datetime) -> None:
        """A link by which the user chooses another password. The caller has seen that there is room for this mail."""
        issued = await self._tokens.issue(tx, Purpose.RESET_PASSWORD, user.id, now=now, email=user.email)
        letter = letters.reset_password(f"{self._origin}/reset/#{issued.token}", _RESET_MINUTES)
        await self._outbox.put(tx, user.email, letter, user.id)

    async def signed_up_again(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """Somebody signed up with an address that nobody has confirmed. Its reader gets in by a new password.

        Counted as a reset; nothing is written where one was mailed within a minute.
        """
        await users.lock_credentials(tx, user_id)
        user, kind = await users.by_id(tx, user_id), MailKind.RESET_PASSWORD
        if user is None or user.email_verified_at is not None or user.status is not UserStatus.ACTIVE:
            return
        if await self._outbox.written_since(tx, user.email, kind, now - _MINUTE):
            return
        if await self._outbox.may_write(tx, user.email, kind):
            issued = await self._tokens.issue(tx, Purpose.RESET_PASSWORD, user.id, now=now, email=user.email)
            link = f"{self._origin}/reset/#{issued.token}"
            await self._outbox.put(tx, user.email, letters.sign_up_again(link, _RESET_MINUTES), user.id)

    async def session_replayed(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """A copy of the user's session was used, and the session was ended."""
        device = device_name(client.user_agent)
        await self._tell(tx, user_id, now, lambda link: letters.session_replayed(device, link))

    async def login_locked(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """New browsers are refused until the user says that it is them."""
        user = await self._reader(tx, user_id)
        if user is None or not await self._outbox.may_write(tx, user.email, MailKind.LOGIN_LOCKED):
            return
        issued = await self._tokens.issue(tx, Purpose.UNLOCK_LOGIN, user_id, now=now, email=user.email)
        letter = letters.login_locked(f"{self._origin}/verify/#unlock={issued.token}")
        await self._outbox.put(tx, user.email, letter, user_id)

    async def password_changed(
        self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """The password is another one; every other session has ended.

        The caller has set that password before: the link is of after it, so that it takes the account back altogether.
        """
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.password_changed(link, where(client))
        )

    async def password_reset(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """A password was chosen by a mailed link; every session has ended."""
        await self._tell(tx, user_id, now, lambda link: letters.password_reset(link, where(client)))

    async def password_removed(
        self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """The user has no password any more; every other session has ended. The link as for one that was changed."""
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.password_removed(link, where(client))
        )

    async def passkey_added(
        self, tx: Connection, user_id: UUID, kept_in: str, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """Another way in. The link ends the session in which it was added, and removes what was added there."""
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.passkey_added(kept_in, where(client), moment(now), link)
        )

    async def passkey_removed(
        self, tx: Connection, user_id: UUID, kept_in: str, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """One way in less."""
        await self._tell_of_session(
            tx,
            user_id,
            session_id,
            now,
            lambda link: letters.passkey_removed(kept_in, where(client), moment(now), link),
        )

    async def passkey_copied(self, tx: Connection, user_id: UUID, kept_in: str, client: Client, now: datetime) -> None:
        """A passkey was refused because somebody else may have it, too."""
        link = f"{self._origin}/dashboard/security/"
        await self._tell(tx, user_id, now, lambda _: letters.passkey_copied(kept_in, where(client), link))

    async def email_change_asked(
        self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """Another address was asked for; nothing has changed yet."""
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.email_change_asked(where(client), link)
        )

    async def email_changed(
        self, tx: Connection, user_id: UUID, before: User, session_id: UUID | None, now: datetime
    ) -> None:
        """To the address `before`, once another took its place: how to undo that. Not to one that was never proven."""
        if before.email_verified_at is None:
            return
        undo = await self._tokens.issue(
            tx, Purpose.UNDO_NEW_EMAIL, user_id, now=now, email=before.email, session_id=session_id
        )
        days = RULES[Purpose.UNDO_NEW_EMAIL].life.days
        letter = letters.email_changed(f"{self._origin}/verify/#undo={undo.token}", days)
        await self._outbox.put(tx, before.email, letter, user_id)

    async def hold_mailboxes(self, tx: Connection, *recipients: str) -> None:
        """See `Outbox.hold_mailboxes`."""
        await self._outbox.hold_mailboxes(tx, *recipients)

    async def address_put_back(self, tx: Connection, user_id: UUID, lost: str) -> None:
        """To the address `lost` by an undo: the account does not use it any more."""
        letter = letters.address_put_back()
        if await self._outbox.may_write(tx, lost, letter.kind):
            await self._outbox.put(tx, lost, letter, user_id)

    async def two_step_on(self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime) -> None:
        """Log-in asks for a second factor from now on."""
        await self._tell_of_session(tx, user_id, session_id, now, lambda link: letters.two_step_on(where(client), link))

    async def two_step_off(
        self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """Log-in asks for the password only."""
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.two_step_off(where(client), link)
        )

    async def two_step_reset(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """An operator took the second factor away."""
        await self._tell(tx, user_id, now, letters.two_step_reset)

    async def recovery_codes_made(
        self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """The recovery codes are other ones."""
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.recovery_codes_made(where(client), link)
        )

    async def recovery_code_used(self, tx: Connection, user_id: UUID, left: int, client: Client, now: datetime) -> None:
        """One of the recovery codes was used up."""
        await self._tell(tx, user_id, now, lambda link: letters.recovery_code_used(left, where(client), link))

    async def wrong_codes(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """Somebody with the right password typed wrong codes; said once an hour. The user is locked by the caller."""
        letter = letters.wrong_codes(where(client), self._forgot)
        await self._tell_again_after(_PAUSE, tx, user_id, now, letter)

    async def authenticator_unreadable(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """A code could not be checked, by our fault; said once a day. The user is locked by the caller."""
        letter = letters.authenticator_unreadable(where(client), self._forgot)
        await self._tell_again_after(_DAY, tx, user_id, now, letter)

    async def too_many_sessions(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """The least recently used sessions were ended; said once a day. The user is locked by the caller."""
        link = f"{self._origin}/dashboard/security/"
        await self._tell_again_after(_DAY, tx, user_id, now, letters.too_many_sessions(self._most_live, link))

    async def deletion_asked(
        self, tx: Connection, user_id: UUID, due_at: datetime, client: Client, now: datetime
    ) -> None:
        """The account goes at `due_at`, unless it is kept: by the link of this mail, which does nothing else."""
        user = await self._reader(tx, user_id)
        if user is None:
            return
        if not await self._outbox.may_write(tx, user.email, MailKind.DELETION_ASKED):
            await self._summarise(tx, user, now)
            return
        issued = await self._tokens.issue(tx, Purpose.KEEP_ACCOUNT, user_id, now=now, email=user.email)
        letter = letters.deletion_asked(moment(due_at), where(client), f"{self._origin}/verify/#keep={issued.token}")
        await self._outbox.put(tx, user.email, letter, user_id)

    async def account_kept(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """The account stays."""
        await self._tell(tx, user_id, now, lambda link: letters.account_kept(where(client), link))

    async def data_exported(
        self, tx: Connection, user_id: UUID, session_id: UUID | None, client: Client, now: datetime
    ) -> None:
        """Everything about the user was handed out, to a session or by the operator."""
        user = await self._reader(tx, user_id)
        if user is not None:
            letter = letters.data_exported(where(client), self._forgot)
            await self._put(tx, user, now, letter, asked_in=session_id)

    async def shipping_address_changed(
        self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """Parcels go elsewhere. The link ends the session in which that was typed, and takes the address away."""
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.shipping_address_changed(where(client), link)
        )

    async def subscription_cancelled(
        self, tx: Connection, user_id: UUID, session_id: UUID, ends_at: datetime, client: Client, now: datetime
    ) -> None:
        """The subscription does not renew any more."""
        until = f"{ends_at:%-d %B %Y}"
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.subscription_cancelled(until, where(client), link)
        )

    async def subscription_resumed(
        self, tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
    ) -> None:
        """The subscription renews again."""
        await self._tell_of_session(
            tx, user_id, session_id, now, lambda link: letters.subscription_resumed(where(client), link)
        )

    async def taken_back(
        self, tx: Connection, user_id: UUID, lines: tuple[str, ...], notes: tuple[str, ...], now: datetime
    ) -> None:
        """What was taken away from whoever else was in the account, in one mail."""
        link = f"{self._origin}/dashboard/security/"
        await self._tell(tx, user_id, now, lambda _: letters.taken_back(lines, notes, link))

    async def set_up_before(
        self, tx: Connection, user_id: UUID, session_id: UUID, lines: tuple[str, ...], now: datetime
    ) -> None:
        """What was set up in the account before its address was verified; the link takes it back."""
        await self._tell_of_session(tx, user_id, session_id, now, lambda link: letters.set_up_before(lines, link))

    async def authenticator_removed(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """The app that the user reported is gone."""
        await self._tell(tx, user_id, now, letters.authenticator_removed)

    async def authenticator_kept(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """The app that was to be removed stays."""
        await self._tell(tx, user_id, now, lambda link: letters.authenticator_kept(where(client), link))

    @property
    def _forgot(self) -> str:
        return f"{self._origin}/forgot/"

    async def _reader(self, tx: Connection, user_id: UUID) -> User | None:
        """The user, if mails to the address are known to reach them: anybody can sign up with another's address."""
        user = await users.by_id(tx, user_id)
        return user if user is not None and user.email_verified_at is not None else None

    async def _tell_again_after(
        self, pause: timedelta, tx: Connection, user_id: UUID, now: datetime, letter: Letter
    ) -> None:
        """News that is not told again within the pause."""
        user = await self._reader(tx, user_id)
        if user is not None and not await self._outbox.written_since(tx, user.email, letter.kind, now - pause):
            await self._put(tx, user, now, letter)

    async def _tell(self, tx: Connection, user_id: UUID, now: datetime, write: Write) -> None:
        """News whose way out is another password."""
        user = await self._reader(tx, user_id)
        if user is not None:
            await self._put(tx, user, now, write(self._forgot))

    async def _tell_of_session(
        self, tx: Connection, user_id: UUID, session_id: UUID, now: datetime, write: Write
    ) -> None:
        """What was done in a session. The link takes back what was added there."""
        user = await self._reader(tx, user_id)
        if user is None:
            return
        has_room = await self._outbox.may_write(tx, user.email, write(self._forgot).kind)
        if has_room and await self._tokens.may_issue(tx, user_id, Purpose.NOT_ME, now):
            link = await self._not_me(tx, user, session_id, now)
            await self._outbox.put(tx, user.email, write(link), user_id)
        else:
            await self._summarise(tx, user, now)

    async def _put(
        self, tx: Connection, user: User, now: datetime, letter: Letter, *, asked_in: UUID | None = None
    ) -> None:
        if await self._outbox.may_write(tx, user.email, letter.kind):
            await self._outbox.put(tx, user.email, letter, user.id, asked_in=asked_in)
        else:
            await self._summarise(tx, user, now)

    async def _summarise(self, tx: Connection, user: User, now: datetime) -> None:
        """One mail an hour for all that is not told one by one; its link goes by time and not by session."""
        if await self._outbox.may_write(tx, user.email, MailKind.ACTIVITY_SUMMARY):
            link = await self._not_me(tx, user, None, now)
            await self._outbox.put(tx, user.email, letters.activity_summary(link), user.id)

    async def _not_me(self, tx: Connection, user: User, session_id: UUID | None, now: datetime) -> str:
        issued = await self._tokens.issue(tx, Purpose.NOT_ME, user.id, now=now, email=user.email, session_id=session_id)
        return f"{self._origin}/verify/#not-me={issued.token}"


def where(client: Client) -> str:
    """What to call the place that a request came from."""
    return client.address or "an unknown address"


def moment(at: datetime) -> str:
    """When something happened, in words."""
    return f"{at:%-d %B %Y at %H:%M} UTC"
