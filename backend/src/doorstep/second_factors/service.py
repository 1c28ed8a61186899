"""Second factors: turning two-step log-in on and off, recovery codes, trusted browsers.

Every change asks for a recent proof, as strong as the log-in itself, and is one transaction with event and mail.
It counts up `credential_version`: a log-in, a ticket or a trusted browser from before is worth nothing after it.
"""

from uuid import UUID

from doorstep.attempts.models import Charged, Trial
from doorstep.attempts.service import Attempts, open_attempt
from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.notices.service import Notices
from doorstep.recovery_codes.models import PendingCodes
from doorstep.recovery_codes.service import RecoveryCodes
from doorstep.second_factors import policy, queries
from doorstep.second_factors.failures import CodesNeeded, NoSecondFactor
from doorstep.second_factors.models import AMR, Authenticated, Factor, NewSecret, Overview, Owner
from doorstep.second_factors.qr import drawn
from doorstep.sessions.failures import StepUpRequired
from doorstep.sessions.service import Sessions
from doorstep.settings import SessionSettings
from doorstep.totp import policy as totp_policy
from doorstep.totp.failures import AuthenticatorUnreadable, WrongFactorCode
from doorstep.totp.models import Totp
from doorstep.totp.service import TotpSecrets
from doorstep.users import service as users


class SecondFactors:
    """Manages factors, and checks one on behalf of whoever asks for it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: SessionSettings,
        totp: TotpSecrets,
        codes: RecoveryCodes,
        sessions: Sessions,
        notices: Notices,
        attempts: Attempts,
    ) -> None:
        self._database = database
        self._clock = clock
        self._attempts = attempts
        self._settings = settings
        self._totp = totp
        self._codes = codes
        self._sessions = sessions
        self._notices = notices

    async def overview(self, user_id: UUID) -> Overview:
        """What the user sees of their factors."""
        async with self._database.connection() as connection:
            totp = await self._totp.of_user(connection, user_id)
            return Overview(
                totp.confirmed_at if totp else None,
                totp.removal_due_at if totp else None,
                await self._codes.left(connection, user_id),
                await devices.count_trusted(connection, user_id, self._clock()),
            )

    async def codes_left(self, connection: Connection, user_id: UUID) -> int:
        """How many recovery codes this user has not used."""
        return await self._codes.left(connection, user_id)

    async def require_recent(self, who: Authenticated, act: EventKind, client: Client) -> None:
        """Pass when this user proved lately who they are, by both factors where there are two.

        Raises StepUpRequired, which is recorded as a refused `act`. A trusted browser leaves the second factor out at
        log-in, not here: else whoever sits at it would add a passkey, and get round that factor for good.
        """
        await self._require_recent(who, act, client, has_second_factor=await self._is_on(who.user_id))

    async def require_recent_second(self, who: Authenticated, act: EventKind, client: Client) -> bool:
        """Whether log-in asks for a second factor, and if so both were shown lately. Raises StepUpRequired."""
        is_on = await self._is_on(who.user_id)
        if is_on:
            await self._require_recent(who, act, client, has_second_factor=True)
        return is_on

    async def begin(self, owner: Owner) -> NewSecret:
        """A secret for an app; nothing is asked for before a code confirms it.

        Raises StepUpRequired, TotpExists, Unauthenticated.
        """
        await self.require_recent(owner, EventKind.TWO_STEP_BEGUN, owner.client)
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, owner.user_id, owner.session_id)
            made = await self._totp.begin(tx, owner.user_id, owner.email, self._clock())
            await self._tell(tx, owner, EventKind.TWO_STEP_BEGUN)
        return NewSecret(made.secret, made.uri, *drawn(made.uri))

    async def confirm(self, owner: Owner, code: str) -> tuple[str, ...]:
        """Turn two-step log-in on; the recovery codes, which are shown this once. Other sessions end.

        Raises NothingToConfirm, TotpExists, WrongFactorCode, Unauthenticated.
        """
        async with self._attempts.trial() as trial:
            return await self._confirm(trial, owner, code)

    async def _confirm(self, trial: Trial, owner: Owner, code: str) -> tuple[str, ...]:
        now = self._clock()
        async with self._database.transaction() as tx:
            charged = await self._totp.charge_pending(tx, owner.user_id, now)
            await open_attempt(tx, trial, Charged(totp_of=owner.user_id), now)
        try:
            return await self._turn_on(owner, charged, code)
        except WrongFactorCode:
            trial.refused = True
            async with self._database.transaction() as tx:
                await self._tell(tx, owner, EventKind.TWO_STEP_ON, Outcome.REFUSED)
            raise

    async def _turn_on(self, owner: Owner, charged: Totp, code: str) -> tuple[str, ...]:
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, owner.user_id, owner.session_id)
            await self._totp.confirm(tx, charged, code, owner.session_id, now)
            made = await self._codes.renew(tx, owner.user_id, owner.session_id, now)
            await users.change_factors(tx, owner.user_id, now)
            # Those that were known before the app was there would each have tries at its codes.
            await devices.forget_all(tx, owner.user_id, but=await self._sessions.device_of(tx, owner.session_id))
            await self._sessions.note_factor(tx, owner.session_id, AMR[Factor.TOTP])
            await self._end_others(tx, owner)
            await self._tell(tx, owner, EventKind.TWO_STEP_ON)
            await self._notices.two_step_on(tx, owner.user_id, owner.session_id, owner.client, now)
        return made

    async def turn_off(self, owner: Owner) -> None:
        """Ask for the password only, from now on. Other sessions end.

        Raises StepUpRequired, NoSecondFactor, CodesNeeded, Unauthenticated.
        """
        await self.require_recent(owner, EventKind.TWO_STEP_OFF, owner.client)
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, owner.user_id, owner.session_id)
            has_password, passkeys = await queries.other_ways(tx, owner.user_id)
            if not policy.may_turn_off(has_password=has_password, passkeys=passkeys):
                raise CodesNeeded
            if not await self._forget(tx, owner.user_id):
                raise NoSecondFactor
            await self._end_others(tx, owner)
            await self._tell(tx, owner, EventKind.TWO_STEP_OFF)
            await self._notices.two_step_off(tx, owner.user_id, owner.session_id, owner.client, self._clock())

    async def make_codes(self, owner: Owner) -> PendingCodes:
        """Ten new recovery codes, which count once this session keeps them; those of before count until then.

        Raises StepUpRequired, NoSecondFactor, Unauthenticated.
        """
        await self.require_recent(owner, EventKind.RECOVERY_CODES_MADE, owner.client)
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, owner.user_id, owner.session_id)
            if await self._totp.since(tx, owner.user_id) is None:
                raise NoSecondFactor
            made = await self._codes.prepare(tx, owner.user_id, owner.session_id, now)
            await self._tell(tx, owner, EventKind.RECOVERY_CODES_MADE)
        return made

    async def keep_codes(self, owner: Owner, set_id: UUID) -> None:
        """The user has kept these codes: they count from now on, and those of before do not. Done twice it is done.

        Asks for no proof: making them did, in this session. Raises CodesNotPending, NoSecondFactor, Unauthenticated.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, owner.user_id, owner.session_id)
            if await self._totp.since(tx, owner.user_id) is None:
                raise NoSecondFactor
            if await self._codes.keep(tx, owner.user_id, set_id, owner.session_id, now):
                await self._tell(tx, owner, EventKind.RECOVERY_CODES_KEPT)
                await self._notices.recovery_codes_made(tx, owner.user_id, owner.session_id, owner.client, now)

    async def distrust_browsers(self, owner: Owner) -> None:
        """Ask for the second factor in every browser again. Raises Unauthenticated."""
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, owner.user_id, owner.session_id)
            if await devices.distrust(tx, owner.user_id):
                await self._tell(tx, owner, EventKind.BROWSERS_DISTRUSTED)

    async def reset(self, typed_email: str, client: Client) -> bool:
        """For an operator who knows the owner: no second factor, no session; False when there was none.

        Raises UserUnknown. The password stays: whoever asked for this still needs it.
        """
        async with self._database.transaction() as tx:
            user = await users.require_by_email(tx, typed_email)
            await users.lock_credentials(tx, user.id)
            if not await self._forget(tx, user.id):
                return False
            await self._sessions.end_all(tx, user.id)
            await audit.record(
                tx,
                kind=EventKind.TWO_STEP_RESET,
                outcome=Outcome.SUCCESS,
                client=client,
                now=self._clock(),
                user_id=user.id,
            )
            await self._notices.two_step_reset(tx, user.id, self._clock())
            return True

    async def charge(self, tx: Connection, user_id: UUID, *, known_device: bool) -> Totp | None:
        """The app's secret, one wrong code charged to it in the caller's transaction; None without an app.

        Raises TotpLocked.
        """
        return await self._totp.charge(tx, user_id, known_device=known_device)

    async def use_any(
        self, tx: Connection, user_id: UUID, charged: Totp | None, typed: str, client: Client
    ) -> Factor | None:
        """Use up a code of either kind in the caller's transaction, charged before; None for a wrong one.

        Raises AuthenticatorUnreadable where no code of the app can be checked, and it is no recovery code either.
        """
        if charged is None:
            return None
        try:
            await self._totp.use(tx, user_id, self._totp.step_of(charged, typed, self._clock()))
        except AuthenticatorUnreadable:
            if await self.use_recovery_code(tx, user_id, typed, client):
                return Factor.RECOVERY_CODE
            raise
        except WrongFactorCode:
            used = await self.use_recovery_code(tx, user_id, typed, client)
            return Factor.RECOVERY_CODE if used else None
        return Factor.TOTP

    async def require_readable(self, connection: Connection, user_id: UUID) -> None:
        """Pass when codes of this user's app can be checked, or there is none. Raises AuthenticatorUnreadable."""
        kept = await self._totp.of_user(connection, user_id)
        if kept is not None and kept.confirmed_at is not None and not self._totp.is_readable(kept):
            raise AuthenticatorUnreadable

    async def note_unreadable(self, user_id: UUID, client: Client) -> None:
        """Tell the user that a code could not be checked, by our fault."""
        now = self._clock()
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, user_id)
            await audit.record(
                tx,
                kind=EventKind.AUTHENTICATOR_UNREADABLE,
                outcome=Outcome.REFUSED,
                client=client,
                now=now,
                user_id=user_id,
            )
            await self._notices.authenticator_unreadable(tx, user_id, client, now)

    async def note_wrong_code(self, tx: Connection, charged: Totp, client: Client) -> None:
        """Tell the user of wrong codes, every fifth in a row, and of the one after which unknown browsers wait.

        Whoever types codes knows the password. The caller's transaction holds the user.
        """
        now, in_a_row = self._clock(), charged.wrong_codes
        if in_a_row == totp_policy.MOST_WRONG_CODES:
            await audit.record(
                tx,
                kind=EventKind.FACTOR_LOCKED,
                outcome=Outcome.ALARM,
                client=client,
                now=now,
                user_id=charged.user_id,
            )
        if in_a_row % totp_policy.TOLD_EVERY == 0:
            await self._notices.wrong_codes(tx, charged.user_id, client, now)

    async def use_recovery_code(self, tx: Connection, user_id: UUID, typed: str, client: Client) -> bool:
        """Use a recovery code up in the caller's transaction, and tell its owner how many are left."""
        left = await self._codes.use(tx, user_id, typed)
        if left is None:
            return False
        await audit.record(
            tx,
            kind=EventKind.RECOVERY_CODE_USED,
            outcome=Outcome.SUCCESS,
            client=client,
            now=self._clock(),
            user_id=user_id,
            detail={"left": left},
        )
        await self._notices.recovery_code_used(tx, user_id, left, client, self._clock())
        return True

    async def _is_on(self, user_id: UUID) -> bool:
        async with self._database.connection() as connection:
            return await self._totp.since(connection, user_id) is not None

    async def _require_recent(
        self, who: Authenticated, act: EventKind, client: Client, *, has_second_factor: bool
    ) -> None:
        if not policy.may_act(
            authenticated_at=who.authenticated_at,
            amr=who.amr,
            has_second_factor=has_second_factor,
            now=self._clock(),
            age=self._settings.step_up_age,
        ):
            async with self._database.connection() as connection:
                await audit.record(
                    connection,
                    kind=act,
                    outcome=Outcome.REFUSED,
                    client=client,
                    now=self._clock(),
                    user_id=who.user_id,
                    session_id=who.session_id,
                    detail={"reason": StepUpRequired.code},
                )
            raise StepUpRequired

    async def _forget(self, tx: Connection, user_id: UUID) -> bool:
        await self._codes.drop(tx, user_id)
        if not await self._totp.remove(tx, user_id):
            return False
        await users.change_factors(tx, user_id, self._clock())
        return True

    async def _end_others(self, tx: Connection, owner: Owner) -> None:
        await self._sessions.end_others(tx, owner.user_id, owner.session_id)

    async def _tell(self, tx: Connection, owner: Owner, kind: EventKind, outcome: Outcome = Outcome.SUCCESS) -> None:
        await audit.record(
            tx,
            kind=kind,
            outcome=outcome,
            client=owner.client,
            now=self._clock(),
            user_id=owner.user_id,
            session_id=owner.session_id,
        )
