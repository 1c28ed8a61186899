"""The account of a signed-in user: proving again who they are, another password, a verified or another e-mail.

Each change ends what an intruder could hold, is told to the owner by mail, and is one transaction with both.
"""

from datetime import datetime
from uuid import UUID

from doorstep.account.failures import SameEmail, WhoSignedUp, WrongPassword
from doorstep.account.models import PendingEmail
from doorstep.attempts.models import Trial
from doorstep.attempts.service import Attempts
from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.eviction.models import TakenBack
from doorstep.eviction.take_back import TakeBack
from doorstep.failure import FieldError
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.hashing import PasswordHasher
from doorstep.kit.tried_secrets import normalised
from doorstep.login.models import Act, Browser
from doorstep.login.service import Login
from doorstep.mail import letters
from doorstep.mail.models import MailKind
from doorstep.mail.service import Outbox
from doorstep.notices.service import Notices, moment
from doorstep.one_time_tokens.failures import WrongCode
from doorstep.one_time_tokens.models import OneTimeToken, Purpose
from doorstep.one_time_tokens.policy import RULES, Change
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.passwords.failures import SAME_PASSWORD, PasswordRefused
from doorstep.passwords.service import Passwords
from doorstep.second_factors.models import AMR
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.service import Sessions
from doorstep.users import service as users
from doorstep.users.failures import EmailTaken, UserUnknown
from doorstep.users.policy import email_key
from doorstep.users.service import require_email

CHANGE_LIFE = RULES[Purpose.CONFIRM_NEW_EMAIL].life
UNDO_LIFE = RULES[Purpose.UNDO_NEW_EMAIL].life


class Account:
    """Changes what a user is let in by."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        hasher: PasswordHasher,
        passwords: Passwords,
        login: Login,
        factors: SecondFactors,
        sessions: Sessions,
        tokens: OneTimeTokens,
        outbox: Outbox,
        notices: Notices,
        take_back: TakeBack,
        origin: str,
        attempts: Attempts,
    ) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher
        self._passwords = passwords
        self._login = login
        self._factors = factors
        self._sessions = sessions
        self._tokens = tokens
        self._outbox = outbox
        self._notices = notices
        self._take_back = take_back
        self._origin = origin
        self._attempts = attempts

    async def step_up(
        self, who: SignedIn, password: str, client: Client, browser: Browser, code: str | None = None
    ) -> str:
        """A fresh access token for the right password, and a code where log-in asks for one.

        Raises WrongPassword, FactorCodeRequired, WrongFactorCode, and as the throttle does.
        """
        act = Act(EventKind.STEP_UP, who.session_id)
        confirmed = await self._login.confirm(who.user.email, password, act, client=client, browser=browser, code=code)
        if not confirmed.password:
            raise WrongPassword
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            shown = (AMR[confirmed.factor],) if confirmed.factor else ()
            token = await self._sessions.prove_again(tx, who.session_id, amr=shown)
            await self._tell(tx, who, EventKind.STEP_UP, client)
            return token

    async def change_password(self, who: SignedIn, current: str, new: str, client: Client, browser: Browser) -> str:
        """Another password; every other session ends. A fresh access token for this one.

        Raises WrongPassword, PasswordRefused (at `/new_password`), Busy, and as the throttle does. The current
        password is the step-up: it is asked for whatever the age of the log-in. Where log-in asks for a second factor,
        that must have been shown lately (StepUpRequired), and the password alone makes no proof newer.
        """
        two_steps = await self._factors.require_recent_second(who, EventKind.PASSWORD_CHANGED, client)
        await self._passwords.require_acceptable(new, who.user.email, "/new_password")
        await self._require_password(who, current, client, browser)
        if normalised(new) == normalised(current):
            raise PasswordRefused(errors=(FieldError("/new_password", SAME_PASSWORD),))
        password_hash = await self._hasher.hash(new)
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            await users.set_password(tx, who.user.id, password_hash, now)
            await self._sessions.end_others(tx, who.user.id, who.session_id)
            # Each browser that is known has tries of its own: those of others must not have any at this password.
            await devices.forget_all(tx, who.user.id, but=await self._sessions.device_of(tx, who.session_id))
            await self._tokens.void(tx, who.user.id, Change.NEW_PASSWORD, now)
            token = await self._sessions.prove_again(tx, who.session_id, at=who.authenticated_at if two_steps else None)
            await self._tell(tx, who, EventKind.PASSWORD_CHANGED, client)
            await self._notices.password_changed(tx, who.user.id, who.session_id, client, now)
            return token

    async def send_verification(self, who: SignedIn) -> None:
        """Mail a code and a link to the user's address, unless it is verified. A new one voids the one before.

        Raises TooManyMails: the address may be somebody else's, and each mail brings five more tries. Raises
        Unauthenticated.
        """
        if who.user.email_verified_at is not None:
            return
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            await self._outbox.require_room(tx, who.user.email, MailKind.VERIFY_EMAIL)
            await self._notices.verify_email(tx, who.user.id, who.user.email, self._clock())

    async def verify_by_code(self, who: SignedIn, code: str, client: Client) -> None:
        """The address is theirs: they typed the code. Five wrong ones void it. Raises WrongCode, TokenExpired."""
        async with self._attempts.trial() as trial:
            await self._verify_by_code(trial, who, code, client)

    async def _verify_by_code(self, trial: Trial, who: SignedIn, code: str, client: Client) -> None:
        now = self._clock()
        try:
            token_id = await self._tokens.charge_code(who.user.id, Purpose.VERIFY_EMAIL, code, now, trial)
        except WrongCode:
            trial.refused = True
            async with self._database.transaction() as tx:
                await self._tell(tx, who, EventKind.EMAIL_VERIFIED, client, Outcome.REFUSED)
            raise
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            await self._mark_verified(tx, await self._tokens.redeem_by_id(tx, who.user.id, token_id, now), client)

    async def verify_by_link(
        self, token: str, client: Client, device_id: UUID | None = None, *, signed_up: bool = False
    ) -> None:
        """The same by the link's button, in a browser in which the user was signed in, or by who says `signed_up`.

        Raises WhoSignedUp in another browser: the account may be another user's. Raises TokenUnknown, TokenExpired,
        TokenUsed.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.VERIFY_EMAIL, now)
            user = await users.by_id(tx, found.user_id)
            if user is None or user.email_verified_at is not None:
                return
            if not signed_up and device_id not in await devices.of_user(tx, user.id):
                raise WhoSignedUp(f"It was made on {moment(user.created_at)}, and not in this browser.")
            if found.password_hash is not None:  # of this link's sign-up, and of no earlier one
                if await self._take_back.was_used(tx, user.id):
                    await self._take_back.of_unproven(tx, user, client, now)
                await users.mark_verified(tx, user.id, user.email, now)
                await users.set_password(tx, user.id, found.password_hash, now)
                await self._record(tx, found, EventKind.EMAIL_VERIFIED, client, now)
            elif await self._mark_verified(tx, found, client):
                await self._take_back.tell_of_before(tx, found.user_id, now)

    async def not_mine(self, token: str, client: Client) -> TakenBack:
        """The address is theirs, and who made the account is not: everything in it goes, and a reset begins.

        Raises TokenUnknown, TokenExpired, TokenUsed.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.VERIFY_EMAIL, now)
            await self._record(tx, found, EventKind.EMAIL_VERIFIED, client, now)
            return await self._take_back.of_not_mine(tx, found, client, now)

    async def ask_new_email(self, who: SignedIn, typed: str, client: Client) -> None:
        """Mail the new address a link, and tell the old one. Nothing changes before the link's button is pressed.

        Raises StepUpRequired, EmailRefused, SameEmail, TooManyMails. Whether somebody has the new address is not
        told here.
        """
        await self._factors.require_recent(who, EventKind.EMAIL_CHANGE_ASKED, client)
        email = require_email(typed)
        if email_key(email) == email_key(who.user.email):
            raise SameEmail(errors=(FieldError("/email", SameEmail.title),))
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            await self._outbox.hold_mailboxes(tx, email, who.user.email)
            await self._outbox.require_few_asked(tx, who.user.id, MailKind.CONFIRM_NEW_EMAIL, who.session_id)
            await self._outbox.require_room(tx, email, MailKind.CONFIRM_NEW_EMAIL)
            issued = await self._tokens.issue(
                tx, Purpose.CONFIRM_NEW_EMAIL, who.user.id, now=now, email=email, session_id=who.session_id
            )
            minutes = int(CHANGE_LIFE.total_seconds() // 60)
            letter = letters.confirm_new_email(f"{self._origin}/verify/#change={issued.token}", minutes)
            await self._outbox.put(tx, email, letter, who.user.id, asked_in=who.session_id)
            await self._notices.email_change_asked(tx, who.user.id, who.session_id, client, now)
            await self._tell(tx, who, EventKind.EMAIL_CHANGE_ASKED, client)

    async def pending_email(self, who: SignedIn) -> PendingEmail | None:
        """The address that waits to be confirmed; None while no change is under way."""
        async with self._database.connection() as connection:
            found = await self._tokens.newest(connection, who.user.id, Purpose.CONFIRM_NEW_EMAIL, self._clock())
        return PendingEmail(found.email, found.expires_at) if found and found.email else None

    async def withdraw_new_email(self, who: SignedIn, client: Client) -> None:
        """The address stays what it is: the link that was mailed opens nothing. Done twice it is done.

        Asks for no proof: it takes nothing from the user that they cannot ask for again. Raises Unauthenticated.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            if await self._tokens.withdraw(tx, who.user.id, Purpose.CONFIRM_NEW_EMAIL, now):
                await self._tell(tx, who, EventKind.EMAIL_CHANGE_WITHDRAWN, client)

    async def confirm_new_email(self, token: str, client: Client) -> None:
        """The new address is theirs and takes effect, whoever else signed up with it and never proved it.

        The old one can undo it for a week. Raises TokenUnknown, TokenExpired, TokenUsed, EmailTaken (somebody else has
        proven it meanwhile).
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.CONFIRM_NEW_EMAIL, now)
            user = await users.by_id(tx, found.user_id)
            if user is None or found.email is None:
                raise UserUnknown
            was_theirs = await users.holds(tx, user.id, found.email, now)
            await self._take_back.of_squatter(tx, found.email, user.id, client, now)
            await users.set_email(tx, user.id, found.email, now)
            await self._tokens.void(tx, user.id, Change.NEW_ADDRESS, now)
            if was_theirs:  # no link to undo that: it would lie in the mailbox that was left
                await self._tokens.void_undo_of_later(tx, user.id, found.email)
            elif user.email_verified_at is not None:  # one that nobody proved may be somebody else's
                await users.hold_address(tx, user.id, user.email, now + UNDO_LIFE, now, found.session_id)
                await self._notices.email_changed(tx, user.id, user, found.session_id, now)
            await self._record(tx, found, EventKind.EMAIL_CHANGED, client, now)

    async def undo_new_email(self, token: str, client: Client) -> TakenBack:
        """The old address is back, and all that was added since the change was asked for is gone; a reset begins.

        Raises TokenUnknown, TokenExpired, TokenUsed, EmailTaken.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.UNDO_NEW_EMAIL, now)
            if found.email is None:
                raise EmailTaken
            # The user has not heard of what was added meanwhile: those mails went to the other address.
            asked_at = found.created_at - CHANGE_LIFE
            await self._record(tx, found, EventKind.EMAIL_CHANGE_UNDONE, client, now)
            return await self._take_back.of_new_address(tx, found, asked_at, client, now)

    async def _require_password(self, who: SignedIn, password: str, client: Client, browser: Browser) -> None:
        act = Act(EventKind.PASSWORD_CHANGED, who.session_id)
        confirmed = await self._login.confirm(
            who.user.email, password, act, client=client, browser=browser, second_too=False
        )
        if not confirmed.password:
            raise WrongPassword

    async def _mark_verified(self, tx: Connection, found: OneTimeToken, client: Client) -> bool:
        now = self._clock()
        is_new = found.email is not None and await users.mark_verified(tx, found.user_id, found.email, now)
        if is_new:
            await self._record(tx, found, EventKind.EMAIL_VERIFIED, client, now)
        return is_new

    async def _tell(
        self, tx: Connection, who: SignedIn, kind: EventKind, client: Client, outcome: Outcome = Outcome.SUCCESS
    ) -> None:
        await audit.record(
            tx,
            kind=kind,
            outcome=outcome,
            client=client,
            now=self._clock(),
            user_id=who.user.id,
            session_id=who.session_id,
        )

    async def _record(
        self, tx: Connection, found: OneTimeToken, kind: EventKind, client: Client, now: datetime
    ) -> None:
        await audit.record(tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, user_id=found.user_id)
