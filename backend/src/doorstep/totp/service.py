"""TOTP: codes of an authenticator app (RFC 6238). Secrets lie sealed; each step's code is accepted once."""

from datetime import datetime
from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.kit.entropy import random_bytes
from doorstep.kit.sealing import SealBroken, Sealer
from doorstep.totp import codes, policy, queries
from doorstep.totp.failures import AuthenticatorUnreadable, NothingToConfirm, TotpExists, TotpLocked, WrongFactorCode
from doorstep.totp.models import Enrolment, Totp
from doorstep.totp.sealed import place

USED = "This code was used already. Wait for the next one."


class TotpSecrets:
    """Sets up, checks and forgets secrets. `issuer` is the name that an app shows."""

    def __init__(self, sealer: Sealer, issuer: str) -> None:
        self._sealer = sealer
        self._issuer = issuer

    async def begin(self, tx: Connection, user_id: UUID, account: str, now: datetime) -> Enrolment:
        """A new secret, to be confirmed by a code within `policy.SETTING_UP`. Raises TotpExists."""
        secret = random_bytes(codes.SECRET_BYTES)
        if not await queries.begin(tx, user_id, self._sealer.seal(secret, place(user_id)), now):
            raise TotpExists
        return Enrolment(codes.as_text(secret), codes.address(secret, account, self._issuer))

    async def charge_pending(self, tx: Connection, user_id: UUID, now: datetime) -> Totp:
        """The secret that is being set up, a wrong code charged to it. Raises NothingToConfirm, TotpExists."""
        if await self.since(tx, user_id) is not None:
            raise TotpExists
        found = await queries.charge_pending(tx, user_id, policy.MOST_WHILE_SETTING_UP)
        if found is None or not policy.is_open(found.created_at, now):
            raise NothingToConfirm
        return found

    async def confirm(self, tx: Connection, charged: Totp, typed: str, session_id: UUID, now: datetime) -> None:
        """Take that secret into use: the app shows its code. Raises NothingToConfirm, WrongFactorCode."""
        try:
            secret, step = self._open(charged), self.step_of(charged, typed, now)
        except AuthenticatorUnreadable:  # it is worth nothing: another one is to be had
            raise NothingToConfirm from None
        if await queries.confirm(tx, charged.user_id, step, now, charged.sealed_secret, session_id):
            return
        # The same secret may have been sealed anew since it was read.
        found = await queries.of_user(tx, charged.user_id)
        if found is None or found.confirmed_at is not None or self._open(found) != secret:
            raise NothingToConfirm
        if not await queries.confirm(tx, charged.user_id, step, now, found.sealed_secret, session_id):
            raise NothingToConfirm

    async def charge(self, tx: Connection, user_id: UUID, *, known_device: bool) -> Totp | None:
        """The secret to check a code against, a wrong one charged to it; None without one. Raises TotpLocked."""
        charged = await queries.charge(tx, user_id, policy.MOST_WRONG_CODES, boundless=known_device)
        if charged is None and await self.since(tx, user_id) is not None:
            raise TotpLocked
        return charged

    def step_of(self, charged: Totp, typed: str, now: datetime) -> int:
        """The step whose code was typed. Raises WrongFactorCode, AuthenticatorUnreadable."""
        step = policy.newest(codes.matching(self._open(charged), typed, policy.acceptable_steps(now)))
        if step is None:
            raise WrongFactorCode
        return step

    async def use(self, tx: Connection, user_id: UUID, step: int) -> None:
        """Use a step's code up, and forgive the wrong ones. Raises WrongFactorCode when it was used."""
        if not await queries.use_step(tx, user_id, step):
            raise WrongFactorCode(USED)

    async def remove(self, tx: Connection, user_id: UUID) -> bool:
        """Forget the secret; False when none was in use."""
        return await queries.remove(tx, user_id)

    async def of_user(self, connection: Connection, user_id: UUID) -> Totp | None:
        """The app of this user, in use or being set up."""
        return await queries.of_user(connection, user_id)

    async def schedule_removal(
        self, tx: Connection, user_id: UUID, due_at: datetime, since: datetime, session_id: UUID | None
    ) -> None:
        """Let the app go at `due_at`; what is older than `since`, and not of that session, may stop that."""
        await queries.schedule_removal(tx, user_id, due_at, since, session_id)

    async def stop_removal(self, tx: Connection, user_id: UUID) -> None:
        """Let the app stay."""
        await queries.stop_removal(tx, user_id)

    async def to_remove(self, connection: Connection, now: datetime, most: int) -> list[UUID]:
        """Users whose app is due to be removed."""
        return await queries.to_remove(connection, now, most)

    async def since(self, connection: Connection, user_id: UUID) -> datetime | None:
        """Since when a code is asked for; None when it is not."""
        found = await queries.of_user(connection, user_id)
        return found.confirmed_at if found else None

    def is_readable(self, kept: Totp) -> bool:
        """Whether one of our secrets opens it, so that codes can be checked."""
        try:
            self._open(kept)
        except AuthenticatorUnreadable:
            return False
        return True

    def _open(self, kept: Totp) -> bytes:
        try:
            return self._sealer.open(kept.sealed_secret, place(kept.user_id))
        except SealBroken as broken:
            raise AuthenticatorUnreadable from broken
