"""Second factors: turning two-step log-in on and off, recovery codes, trusted browsers.

Every change asks for a recent proof, as strong as the log-in itself, and is one transaction with event and mail.
It counts up `credential_version`: a log-in, a ticket or a trusted browser from before is worth nothing after it.
"""

from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.notices.service import Notices
from doorstep.recovery_codes.service import RecoveryCodes
from doorstep.second_factors import policy
from doorstep.second_factors.failures import NoSecondFactor
from doorstep.second_factors.models import AMR, Authenticated, Factor, NewSecret, Overview, Owner
from doorstep.second_factors.qr import drawn
from doorstep.sessions.failures import StepUpRequired
from doorstep.sessions.models import RevokedReason
from doorstep.sessions.service import Sessions
from doorstep.settings import SessionSettings
from doorstep.totp.failures import WrongFactorCode
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
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._totp = totp
        self._codes = codes
        self._sessions = sessions
        self._notices = notices

    async def overview(self, user_id: UUID) -> Overview:
        """What the user sees of their factors."""
        async with self._database.connection() as connection:
            return Overview(
                await self._totp.since(connection, user_id),
                await self._codes.left(connection, user_id),
                await devices.count_trusted(connection, user_id, self._clock()),
            )

    async def codes_left(self, connection: Connection, user_id: UUID) -> int:
        """How many recovery codes this user has not used."""
        return await self._codes.left(connection, user_id)

    async def require_recent(self, who: Authenticated) -> None:
        """Pass when this person proved lately who they are, by both factors where there are two.

        Raises StepUpRequired. A trusted browser leaves the second factor out at log-in, not here: else whoever sits at
        it would add a passkey, and get round that factor for good.
        """
        self._require_recent(who, has_second_factor=await self._is_on(who.user_id))

    async def require_recent_second(self, who: Authenticated) -> bool:
        """Whether log-in asks for a second factor, and if so both were shown lately. Raises StepUpRequired."""
        is_on = await self._is_on(who.user_id)
        if is_on:
            self._require_recent(who, has_second_factor=True)
        return is_on

    async def begin(self, owner: Owner) -> NewSecret:
        """A secret for an app; nothing is asked for before a code confirms it. Raises StepUpRequired, TotpExists."""
        await self.require_recent(owner)
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, owner.user_id)
            made = await self._totp.begin(tx, owner.user_id, owner.email, self._clock())
        return NewSecret(made.secret, made.uri, *drawn(made.uri))

    async def confirm(self, owner: Owner, code: str) -> tuple[str, ...]:
        """Turn two-step log-in on; the recovery codes, which are shown this once. Other sessions end.

        Raises NothingToConfirm, TotpExists, WrongFactorCode.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            charged = await self._totp.charge_pending(tx, owner.user_id, now)
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, owner.user_id)
            await self._totp.confirm(tx, charged, code, now)
            made = await self._codes.renew(tx, owner.user_id, now)
            await users.change_factors(tx, owner.user_id, now)
            await self._sessions.note_factor(tx, owner.session_id, AMR[Factor.TOTP])
            await self._end_others(tx, owner)
            await self._tell(tx, owner, EventKind.TWO_STEP_ON)
            await self._notices.two_step_on(tx, owner.user_id, owner.email, owner.client)
        return made

    async def turn_off(self, owner: Owner) -> None:
        """Ask for the password only, from now on. Other sessions end. Raises StepUpRequired, NoSecondFactor."""
        await self.require_recent(owner)
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, owner.user_id)
            if not await self._forget(tx, owner.user_id):
                raise NoSecondFactor
            await self._end_others(tx, owner)
            await self._tell(tx, owner, EventKind.TWO_STEP_OFF)
            await self._notices.two_step_off(tx, owner.user_id, owner.email, owner.client)

    async def renew_codes(self, owner: Owner) -> tuple[str, ...]:
        """Ten new recovery codes; those before are worth nothing. Raises StepUpRequired, NoSecondFactor."""
        await self.require_recent(owner)
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, owner.user_id)
            if await self._totp.since(tx, owner.user_id) is None:
                raise NoSecondFactor
            made = await self._codes.renew(tx, owner.user_id, self._clock())
            await self._tell(tx, owner, EventKind.RECOVERY_CODES_MADE)
            await self._notices.recovery_codes_made(tx, owner.user_id, owner.email, owner.client)
        return made

    async def distrust_browsers(self, owner: Owner) -> None:
        """Ask for the second factor in every browser again."""
        async with self._database.transaction() as tx:
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
            await self._sessions.end_all(tx, user.id, RevokedReason.FACTORS_CHANGED)
            await audit.record(
                tx,
                kind=EventKind.TWO_STEP_RESET,
                outcome=Outcome.SUCCESS,
                client=client,
                now=self._clock(),
                user_id=user.id,
            )
            await self._notices.two_step_reset(tx, user.id, user.email)
            return True

    async def use_any(self, tx: Connection, user_id: UUID, typed: str, client: Client) -> Factor | None:
        """Use up a code of either kind in the caller's transaction, which counts the tries; None for a wrong one."""
        charged = await self._totp.charge(tx, user_id, known_device=True)
        if charged is None:
            return None
        try:
            await self._totp.use(tx, user_id, self._totp.step_of(charged, typed, self._clock()))
        except WrongFactorCode:
            used = await self.use_recovery_code(tx, user_id, typed, client)
            return Factor.RECOVERY_CODE if used else None
        return Factor.TOTP

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
        await self._notices.recovery_code_used(tx, user_id, left, client)
        return True

    async def _is_on(self, user_id: UUID) -> bool:
        async with self._database.connection() as connection:
            return await self._totp.since(connection, user_id) is not None

    def _require_recent(self, who: Authenticated, *, has_second_factor: bool) -> None:
        if not policy.may_act(
            authenticated_at=who.authenticated_at,
            amr=who.amr,
            has_second_factor=has_second_factor,
            now=self._clock(),
            age=self._settings.step_up_age,
        ):
            raise StepUpRequired

    async def _forget(self, tx: Connection, user_id: UUID) -> bool:
        await self._codes.drop(tx, user_id)
        if not await self._totp.remove(tx, user_id):
            return False
        await users.change_factors(tx, user_id, self._clock())
        return True

    async def _end_others(self, tx: Connection, owner: Owner) -> None:
        await self._sessions.end_others(tx, owner.user_id, owner.session_id, RevokedReason.FACTORS_CHANGED)

    async def _tell(self, tx: Connection, owner: Owner, kind: EventKind) -> None:
        await audit.record(
            tx,
            kind=kind,
            outcome=Outcome.SUCCESS,
            client=owner.client,
            now=self._clock(),
            user_id=owner.user_id,
            session_id=owner.session_id,
        )
