"""Log-in: getting in with e-mail and password.

Two statements with the hash between them, each its own transaction: no connection is held while Argon2 works. The
first charges the attempt before anything is looked at; the second forgives it, if the password was right, and stores
the session. The owner's mail about a new browser is written in the transaction of the second.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from doorstep.attempts.models import Charged, Trial
from doorstep.attempts.service import open_attempt
from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.hash_queue import Place
from doorstep.kit.hashing import PasswordHasher, Verified
from doorstep.login import policy, queries
from doorstep.login.failures import InvalidCredentials, SecondFactorRequired
from doorstep.login.models import Act, Admitted, Attempt, Browser, Confirmed, LoggedIn, Opening
from doorstep.login.policy import Verdict
from doorstep.notices.service import Notices
from doorstep.second_factors.failures import FactorCodeRequired
from doorstep.second_factors.models import Factor
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.models import PASSWORD_ONLY
from doorstep.sessions.service import Sessions
from doorstep.throttle.models import Subjects
from doorstep.throttle.service import Throttle
from doorstep.tickets import service as tickets
from doorstep.tickets.models import FirstStep
from doorstep.tickets.policy import LIFE
from doorstep.totp.failures import AuthenticatorUnreadable, WrongFactorCode
from doorstep.users import service as users
from doorstep.users.models import Credentials
from doorstep.users.policy import email_key

NEW_BROWSER = Browser()
NOBODY = b""
"""A name under which nothing is counted."""


class Login:
    """Lets people in."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        hasher: PasswordHasher,
        throttle: Throttle,
        sessions: Sessions,
        notices: Notices,
        factors: SecondFactors,
    ) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher
        self._throttle = throttle
        self._sessions = sessions
        self._notices = notices
        self._factors = factors

    async def with_password(
        self, email: str, password: str, *, remember: bool, client: Client, browser: Browser = NEW_BROWSER
    ) -> LoggedIn:
        """A session for the right password.

        Raises InvalidCredentials, the same for every reason: somebody unknown costs a hash too (of a decoy), so that
        the time tells as little as the answer. Raises Busy, and TooManyAttempts, ProofRequired or
        ConfirmationRequired, which look the same for known and unknown addresses. Raises SecondFactorRequired after
        the right password of somebody who wants one more proof.
        """
        async with self._throttle.attempts.trial() as trial:
            return await self._log_in(trial, email, password, remember=remember, client=client, browser=browser)

    async def _log_in(
        self, trial: Trial, email: str, password: str, *, remember: bool, client: Client, browser: Browser
    ) -> LoggedIn:
        subjects = self._throttle.names.of(email_key(email), browser.device_id, client.address)
        attempt, verified = await self._try(trial, email, password, subjects, browser)
        verdict = policy.judge(attempt, password_matches=verified.ok)
        trial.refused = verdict is Verdict.REFUSE
        logged_in = None
        if attempt.credentials and verdict is Verdict.CHALLENGE:
            ticket = await self._challenge(
                attempt.credentials, attempt, verified, subjects, client, browser, remember=remember
            )
            if ticket is not None:
                raise SecondFactorRequired(
                    ticket,
                    int(LIFE.total_seconds()),
                    attempt.factors,
                    removal_due_at=attempt.removal_due_at,
                    may_remove=attempt.may_remove,
                )
        elif attempt.credentials and verdict is Verdict.ADMIT:
            logged_in = await self._admit(
                attempt.credentials,
                verified,
                remember=remember,
                client=client,
                browser=browser,
                forgiven=(subjects.network, subjects.charged(known_device=attempt.charge.known_device)),
                known_device=attempt.charge.known_device,
            )
        if logged_in is None:
            await self._note_refusal(attempt, client, Act(EventKind.LOGIN))
            raise InvalidCredentials
        return logged_in

    async def confirm(
        self,
        email: str,
        password: str,
        act: Act,
        *,
        client: Client,
        browser: Browser = NEW_BROWSER,
        code: str | None = None,
        second_too: bool = True,
    ) -> Confirmed:
        """Whether this is the password of a signed-in user, who is asked again, and `code` one of their second factor.

        Counted like a log-in, forgiven when all that was asked for is right: a right password without its code takes
        nothing back. A refusal is recorded as one of `act`. Raises FactorCodeRequired where a code is missing,
        WrongFactorCode, TotpLocked, AuthenticatorUnreadable, Busy, TooManyAttempts, ProofRequired,
        ConfirmationRequired.
        """
        async with self._throttle.attempts.trial() as trial:
            return await self._confirm(trial, email, password, act, client, browser, code, second_too=second_too)

    async def _confirm(
        self,
        trial: Trial,
        email: str,
        password: str,
        act: Act,
        client: Client,
        browser: Browser,
        code: str | None,
        *,
        second_too: bool,
    ) -> Confirmed:
        subjects = self._throttle.names.of(email_key(email), browser.device_id, client.address)
        attempt, verified = await self._try(trial, email, password, subjects, browser)
        trial.refused = attempt.credentials is None or not policy.is_right(attempt, password_matches=verified.ok)
        if attempt.credentials is None or trial.refused:
            await self._note_refusal(attempt, client, act)
            return Confirmed(password=False)
        factor = None
        if second_too and attempt.factors:
            if code is None:
                raise FactorCodeRequired
            known_as = browser.device_id if attempt.charge.known_device else None
            try:
                factor = await self._use_code(attempt.credentials.user_id, code, known_as, browser.device_id, client)
            except AuthenticatorUnreadable:
                await self._factors.note_unreadable(attempt.credentials.user_id, client)
                raise
            if factor is None:
                await self._note_refusal(attempt, client, act)
                raise WrongFactorCode
        async with self._database.connection() as connection:
            await queries.forgive(
                connection, subjects.network, subjects.charged(known_device=attempt.charge.known_device)
            )
        return Confirmed(password=True, factor=factor)

    async def _use_code(
        self, user_id: UUID, code: str, known_as: UUID | None, device_id: UUID | None, client: Client
    ) -> Factor | None:
        """The factor whose code this is, used up; None for a wrong one, which stays charged and is told."""
        async with self._throttle.attempts.trial() as trial:
            async with self._database.transaction() as tx:
                await users.lock_credentials(tx, user_id)
                seen = await devices.was_seen(tx, user_id, device_id)
                charged = await self._factors.charge(tx, user_id, known_device=seen)
                counter = await self._throttle.charge_code(tx, user_id, known_as)
                totp_of = charged.user_id if charged else None
                await open_attempt(tx, trial, Charged((counter,), totp_of=totp_of), self._clock())
            async with self._database.transaction() as tx:
                await users.lock_credentials(tx, user_id)
                factor = await self._factors.use_any(tx, user_id, charged, code, client)
                trial.refused = factor is None
                if factor is not None:
                    await self._throttle.forgive_codes(tx, user_id, known_as)
                elif charged is not None:
                    await self._factors.note_wrong_code(tx, charged, client)
            return factor

    async def _try(
        self, trial: Trial, email: str, password: str, subjects: Subjects, browser: Browser
    ) -> tuple[Attempt, Verified]:
        """Charge the attempt, then compute the hash."""
        await self._throttle.hold_back(subjects, browser.proof)
        # A flood is refused before it costs a statement. A device id may take a place ahead of it, and keeps that only
        # when this very user is known there: an id of one's own gives no way past the others into somebody's account.
        with self._hasher.place(ahead=browser.device_id is not None) as place:
            attempt = await self._open_attempt(trial, email, subjects, browser)
            if not attempt.charge.known_device:
                self._hasher.slots.fall_back(place)
            return attempt, await self._verify(password, attempt, place)

    async def _verify(self, password: str, attempt: Attempt, place: Place) -> Verified:
        """A better hash is made only where the log-in can succeed, so that time does not tell a right password."""
        stored = attempt.credentials.password_hash if attempt.credentials else None
        return await self._hasher.matches(password, stored, place, renew=policy.may_log_in(attempt))

    async def _open_attempt(self, trial: Trial, email: str, subjects: Subjects, browser: Browser) -> Attempt:
        now = self._clock()
        async with self._database.connection() as connection:
            trial.opened = True
            attempt = await queries.open_attempt(
                connection,
                email_key=await users.key_of(connection, email),
                device_id=browser.device_id,
                subjects=subjects,
                proof=browser.proof,
                limits=self._throttle.limits,
                now=now,
                attempt_id=trial.id,
            )
        self._throttle.require_admission(attempt.charge, subjects, now)
        return attempt

    async def _admit(
        self,
        checked: Credentials,
        verified: Verified,
        *,
        remember: bool,
        client: Client,
        browser: Browser,
        forgiven: tuple[bytes, bytes],
        known_device: bool,
    ) -> LoggedIn | None:
        """The session, unless the credentials were changed while the hash was computed."""
        new_hash, old_hash = verified.replacement, checked.password_hash
        opening = self._open(
            checked.user_id,
            amr=PASSWORD_ONLY,
            remember=remember,
            client=client,
            device_id=browser.device_id,
            detail={"rehashed": new_hash is not None},
        )
        # One statement is a transaction. A better hash, which is made once, and a new browser, which is told to the
        # owner, need more than one.
        alone = known_device and new_hash is None
        async with self._database.connection() if alone else self._database.transaction() as connection:
            admitted = await self._let_in(connection, checked, opening, forgiven, client)
            if admitted is None:
                return None
            if new_hash is not None and old_hash is not None:
                await users.keep_better_hash(connection, checked.user_id, old_hash, new_hash, opening.event.occurred_at)
        if admitted.is_full:  # rare, and in a transaction of its own
            async with self._database.transaction() as tx:
                await users.lock_credentials(tx, checked.user_id)
                await self._sessions.end_excess(tx, checked.user_id, opening.session.id, client)
        return opening.logged_in

    async def admit_proven(
        self,
        tx: Connection,
        proven: Credentials,
        *,
        amr: tuple[str, ...],
        remember: bool,
        client: Client,
        device_id: UUID | None,
        detail: Mapping[str, str | int | bool],
        forgiven: tuple[bytes, bytes],
        known_device: bool = False,
    ) -> LoggedIn:
        """The session of somebody who proved by more than a password who they are, in the caller's transaction.

        That one holds the user's row, from which `proven` was read. `forgiven` are the names of the network and the
        person that were charged before. The owner is told of a new browser, unless it was known by another id.
        """
        opening = self._open(
            proven.user_id, amr=amr, remember=remember, client=client, device_id=device_id, detail=detail
        )
        admitted = await self._let_in(tx, proven, opening, forgiven, client, known_device=known_device)
        if admitted is None:
            raise RuntimeError("the user's row was not held, or is not active")
        if admitted.is_full:
            await self._sessions.end_excess(tx, proven.user_id, opening.session.id, client)
        return opening.logged_in

    def _open(
        self,
        user_id: UUID,
        *,
        amr: tuple[str, ...],
        remember: bool,
        client: Client,
        device_id: UUID | None,
        detail: Mapping[str, str | int | bool],
    ) -> Opening:
        """A session and its event, ready to be stored. Signing takes no connection."""
        now = self._clock()
        known_as = devices.known_as(device_id, now)
        session, grant = self._sessions.begin(user_id, remember=remember, amr=amr, client=client, device_id=known_as)
        event = audit.event(
            kind=EventKind.LOGIN,
            outcome=Outcome.SUCCESS,
            client=client,
            now=now,
            user_id=user_id,
            session_id=grant.session_id,
            detail=detail,
        )
        return Opening(session, event, LoggedIn(grant, known_as))

    async def _let_in(
        self,
        connection: Connection,
        checked: Credentials,
        opening: Opening,
        forgiven: tuple[bytes, bytes],
        client: Client,
        *,
        known_device: bool = False,
    ) -> Admitted | None:
        """Store what was opened, and tell the user of a new browser; None when the credentials are other ones."""
        most = self._sessions.settings.most_live
        admitted = await queries.admit(connection, checked, opening.session, opening.event, forgiven, most)
        if admitted is None or not admitted.is_new_device:
            return admitted
        now, device_id = opening.event.occurred_at, opening.logged_in.device_id
        if await devices.has_others(connection, checked.user_id, device_id):
            most = self._sessions.settings.most_known_browsers
            await devices.forget_excess(connection, checked.user_id, device_id, most, client, now)
            if not known_device:
                await self._notices.new_device(connection, checked.user_id, opening.session.id, client, now)
        return admitted

    async def _challenge(
        self,
        checked: Credentials,
        attempt: Attempt,
        verified: Verified,
        subjects: Subjects,
        client: Client,
        browser: Browser,
        *,
        remember: bool,
    ) -> str | None:
        """A ticket for the second step, unless the credentials were changed while the hash was computed."""
        now = self._clock()
        async with self._database.transaction() as tx:
            if await users.still_hold(tx, checked.user_id, checked.credential_version) is None:
                return None
            if verified.replacement is not None and checked.password_hash is not None:
                await users.keep_better_hash(tx, checked.user_id, checked.password_hash, verified.replacement, now)
            known = attempt.charge.known_device
            charged = subjects.charged(known_device=known)
            first = FirstStep(checked.user_id, checked.credential_version, remember, browser.device_id, known, charged)
            ticket = await tickets.issue(tx, first, client, now)
            if self._locks(attempt):
                await self._tell_lock(tx, checked.user_id, client, now)
            await queries.forgive_network(tx, subjects.network)
            return ticket

    def _locks(self, attempt: Attempt) -> bool:
        """Whether this attempt was the last that an unknown browser had."""
        return attempt.charge.failures == self._throttle.limits.lock_after and not attempt.charge.known_device

    async def _tell_lock(self, tx: Connection, user_id: UUID | None, client: Client, now: datetime) -> None:
        await audit.record(
            tx, kind=EventKind.LOGIN_LOCKED, outcome=Outcome.ALARM, client=client, now=now, user_id=user_id
        )
        # Held, so that whoever is erased at this moment is there for the whole mail, or for none of it.
        if user_id is not None and await users.lock_credentials(tx, user_id) is not None:
            await self._notices.login_locked(tx, user_id, now)

    async def _note_refusal(self, attempt: Attempt, client: Client, act: Act) -> None:
        user_id = attempt.credentials.user_id if attempt.credentials else None
        now = self._clock()
        locks = self._locks(attempt)
        async with self._database.transaction() if locks else self._database.connection() as tx:
            await audit.record(
                tx,
                kind=act.kind,
                outcome=Outcome.REFUSED,
                client=client,
                now=now,
                user_id=user_id,
                session_id=act.session_id,
            )
            if locks:
                await self._tell_lock(tx, user_id, client, now)
