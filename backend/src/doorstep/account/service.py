"""The account of a signed-in user: proving again who they are, another password, a verified or another e-mail.

Each change ends what an intruder could hold, is told to the owner by mail, and is one transaction with both.
"""

from datetime import datetime, timedelta

from doorstep.account.failures import SameEmail, WrongPassword
from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.failure import FieldError
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.hashing import PasswordHasher
from doorstep.login.models import Browser
from doorstep.login.service import Login
from doorstep.mail import letters
from doorstep.mail.models import MailKind
from doorstep.mail.service import Outbox
from doorstep.notices.service import Notices, where
from doorstep.one_time_tokens.models import OneTimeToken, Purpose
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.passkeys import removal
from doorstep.passwords.service import Passwords
from doorstep.profile import service as profiles
from doorstep.second_factors.models import AMR
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.models import RevokedReason
from doorstep.sessions.service import Sessions
from doorstep.users import service as users
from doorstep.users.failures import EmailTaken, UserUnknown
from doorstep.users.policy import email_key
from doorstep.users.service import require_email

CHANGE_LIFE = timedelta(minutes=60)
UNDO_LIFE = timedelta(days=7)


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
        origin: str,
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
        self._origin = origin

    async def step_up(
        self, who: SignedIn, password: str, client: Client, browser: Browser, code: str | None = None
    ) -> str:
        """A fresh access token for the right password, and a code where log-in asks for one.

        Raises WrongPassword, FactorCodeRequired, WrongFactorCode, and as the throttle does.
        """
        confirmed = await self._login.confirm(who.user.email, password, client=client, browser=browser, code=code)
        if not confirmed.password:
            raise WrongPassword
        async with self._database.transaction() as tx:
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
        two_steps = await self._factors.require_recent_second(who)
        await self._passwords.require_acceptable(new, who.user.email, "/new_password")
        await self._require_password(who, current, client, browser)
        password_hash = await self._hasher.hash(new)
        now = self._clock()
        async with self._database.transaction() as tx:
            await users.set_password(tx, who.user.id, password_hash, now)
            await self._sessions.end_others(tx, who.user.id, who.session_id, RevokedReason.PASSWORD_CHANGED)
            for purpose in (Purpose.RESET_PASSWORD, Purpose.CONFIRM_NEW_EMAIL):
                await self._tokens.void(tx, who.user.id, purpose)
            token = await self._sessions.prove_again(tx, who.session_id, at=who.authenticated_at if two_steps else None)
            await self._tell(tx, who, EventKind.PASSWORD_CHANGED, client)
            await self._notices.password_changed(tx, who.user.id, who.user.email, client)
            return token

    async def send_verification(self, who: SignedIn) -> None:
        """Mail a code and a link to the user's address, unless it is verified. A new one voids the one before.

        Raises TooManyMails: the address may be somebody else's, and each mail brings five more tries.
        """
        if who.user.email_verified_at is not None:
            return
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, who.user.id)
            await self._outbox.require_room(tx, who.user.email, MailKind.VERIFY_EMAIL)
            await self._notices.verify_email(tx, who.user.id, who.user.email, self._clock())

    async def verify_by_code(self, who: SignedIn, code: str, client: Client) -> None:
        """The address is theirs: they typed the code. Five wrong ones void it. Raises WrongCode, TokenExpired."""
        now = self._clock()
        token_id = await self._tokens.charge_code(who.user.id, Purpose.VERIFY_EMAIL, code, now)
        async with self._database.transaction() as tx:
            await self._mark_verified(tx, await self._tokens.redeem_by_id(tx, who.user.id, token_id, now), client)

    async def verify_by_link(self, token: str, client: Client) -> None:
        """The same by the link's button, signed in or not. Raises TokenUnknown, TokenExpired, TokenUsed."""
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.VERIFY_EMAIL, self._clock())
            await self._mark_verified(tx, found, client)

    async def ask_new_email(self, who: SignedIn, typed: str, client: Client) -> None:
        """Mail the new address a link, and tell the old one. Nothing changes before the link's button is pressed.

        Raises StepUpRequired, EmailRefused, SameEmail, TooManyMails. Whether somebody has the new address is not
        told here.
        """
        await self._factors.require_recent(who)
        email = require_email(typed)
        if email_key(email) == email_key(who.user.email):
            raise SameEmail(errors=(FieldError("/email", SameEmail.title),))
        now = self._clock()
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, who.user.id)
            await self._outbox.require_room(tx, who.user.email, MailKind.EMAIL_CHANGE_ASKED)
            await self._outbox.require_room(tx, email, MailKind.CONFIRM_NEW_EMAIL)
            issued = await self._tokens.issue(
                tx, Purpose.CONFIRM_NEW_EMAIL, who.user.id, now=now, life=CHANGE_LIFE, email=email
            )
            minutes = int(CHANGE_LIFE.total_seconds() // 60)
            link = f"{self._origin}/verify/#change={issued.token}"
            await self._outbox.put(tx, email, letters.confirm_new_email(link, minutes), who.user.id)
            notice = letters.email_change_asked(email, where(client))
            await self._outbox.put(tx, who.user.email, notice, who.user.id)
            await self._tell(tx, who, EventKind.EMAIL_CHANGE_ASKED, client)

    async def confirm_new_email(self, token: str, client: Client) -> None:
        """The new address is theirs and takes effect. The old one can undo it for a week.

        Raises TokenUnknown, TokenExpired, TokenUsed, EmailTaken (somebody else registered it meanwhile).
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.CONFIRM_NEW_EMAIL, now)
            user = await users.by_id(tx, found.user_id)
            if user is None or found.email is None:
                raise UserUnknown
            await users.set_email(tx, user.id, found.email, now)
            await users.hold_address(tx, user.id, user.email, now + UNDO_LIFE)
            for purpose in (Purpose.RESET_PASSWORD, Purpose.VERIFY_EMAIL):
                await self._tokens.void(tx, user.id, purpose)
            undo = await self._tokens.issue(
                tx, Purpose.UNDO_NEW_EMAIL, user.id, now=now, life=UNDO_LIFE, email=user.email, keep_older=True
            )
            letter = letters.email_changed(found.email, f"{self._origin}/verify/#undo={undo.token}", UNDO_LIFE.days)
            await self._outbox.put(tx, user.email, letter, user.id)
            await self._record(tx, found, EventKind.EMAIL_CHANGED, client, now)

    async def undo_new_email(self, token: str, client: Client) -> str:
        """The old address is back and every session ends; the answer is a token to choose a new password.

        Raises TokenUnknown, TokenExpired, TokenUsed, EmailTaken.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.UNDO_NEW_EMAIL, now)
            if found.email is None:
                raise EmailTaken
            await users.set_email(tx, found.user_id, found.email, now)
            await self._tokens.void(tx, found.user_id, Purpose.CONFIRM_NEW_EMAIL)
            # Changes after this one were somebody else's: their ways back lie in that person's mailbox.
            await self._tokens.void_since(tx, found, Purpose.UNDO_NEW_EMAIL)
            # Nobody told the owner of what was added meanwhile: those mails went to the other address.
            asked_at = found.expires_at - UNDO_LIFE - CHANGE_LIFE
            await removal.remove_since(tx, found.user_id, asked_at, client, now)
            await profiles.forget_address_since(tx, found.user_id, asked_at, client, now)
            await self._sessions.end_all(tx, found.user_id, RevokedReason.REVOKED)
            reset = await self._tokens.issue(
                tx, Purpose.RESET_PASSWORD, found.user_id, now=now, life=CHANGE_LIFE, email=found.email
            )
            await self._record(tx, found, EventKind.EMAIL_CHANGE_UNDONE, client, now)
            return reset.token

    async def _require_password(self, who: SignedIn, password: str, client: Client, browser: Browser) -> None:
        confirmed = await self._login.confirm(
            who.user.email, password, client=client, browser=browser, second_too=False
        )
        if not confirmed.password:
            raise WrongPassword

    async def _mark_verified(self, tx: Connection, found: OneTimeToken, client: Client) -> None:
        now = self._clock()
        if found.email and await users.mark_verified(tx, found.user_id, found.email, now):
            await self._record(tx, found, EventKind.EMAIL_VERIFIED, client, now)

    async def _tell(self, tx: Connection, who: SignedIn, kind: EventKind, client: Client) -> None:
        await audit.record(
            tx,
            kind=kind,
            outcome=Outcome.SUCCESS,
            client=client,
            now=self._clock(),
            user_id=who.user.id,
            session_id=who.session_id,
        )

    async def _record(
        self, tx: Connection, found: OneTimeToken, kind: EventKind, client: Client, now: datetime
    ) -> None:
        await audit.record(tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, user_id=found.user_id)
