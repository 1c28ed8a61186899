"""Removal: taking a way in away, and never the last.

Each holds the user's row before it looks at what is left, so that two at once cannot each count on the other's.
"""

from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.notices.service import Notices
from doorstep.one_time_tokens.models import Purpose
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.passkeys import policy, queries
from doorstep.passkeys.failures import LastWayIn, PasskeyUnknown, TooFewPasskeys
from doorstep.passkeys.models import WaysIn
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.models import RevokedReason
from doorstep.sessions.service import Sessions
from doorstep.users import service as users


class Removal:
    """Removes passkeys, and the password of who has passkeys enough."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        factors: SecondFactors,
        sessions: Sessions,
        tokens: OneTimeTokens,
        notices: Notices,
    ) -> None:
        self._database = database
        self._clock = clock
        self._factors = factors
        self._sessions = sessions
        self._tokens = tokens
        self._notices = notices

    async def remove(self, who: SignedIn, passkey_id: UUID, client: Client) -> None:
        """Take a passkey out of the account. Raises StepUpRequired, PasskeyUnknown, LastWayIn."""
        await self._factors.require_recent(who)
        async with self._database.transaction() as tx:
            ways = await self._held(tx, who.user.id)
            passkey = next((each for each in ways.passkeys if each.id == passkey_id), None)
            if passkey is None:
                raise PasskeyUnknown
            if not policy.may_remove(ways, passkey):
                raise LastWayIn
            await queries.delete(tx, passkey_id, who.user.id)
            await self._tell(tx, who, EventKind.PASSKEY_REMOVED, client)
            await self._notices.passkey_removed(tx, who.user.id, who.user.email, passkey.name, client)

    async def drop_password(self, who: SignedIn, client: Client) -> None:
        """Leave this user no password. Every other session ends: some may have begun with it.

        Done twice it is still done. A log-in by password is from now on refused as a wrong one is. Who has lost the
        passkeys gets a password again by the mail for forgotten ones. Raises StepUpRequired, TooFewPasskeys.
        """
        await self._factors.require_recent(who)
        async with self._database.transaction() as tx:
            ways = await self._held(tx, who.user.id)
            if not ways.has_password:
                return
            if not policy.may_drop_password(ways):
                raise TooFewPasskeys
            await users.drop_password(tx, who.user.id, self._clock())
            await self._sessions.end_others(tx, who.user.id, who.session_id, RevokedReason.PASSWORD_CHANGED)
            # What would choose a new one was asked for while there was an old one.
            await self._tokens.void(tx, who.user.id, Purpose.RESET_PASSWORD)
            await self._tell(tx, who, EventKind.PASSWORD_REMOVED, client)
            await self._notices.password_removed(tx, who.user.id, who.user.email, client)

    async def _held(self, tx: Connection, user_id: UUID) -> WaysIn:
        credentials = await users.lock_credentials(tx, user_id)
        has_password = credentials is not None and credentials.password_hash is not None
        codes = await self._factors.codes_left(tx, user_id)
        return WaysIn(has_password, await queries.of_user(tx, user_id), codes)

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


async def remove_of_session(tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime) -> None:
    """Remove what a session that was not the owner's left behind or came by: passkeys added in it, and its own.

    The owner chooses a password next, so nothing has to be left.
    """
    await _note_removed(tx, await queries.delete_of_session(tx, user_id, session_id), user_id, client, now)


async def remove_since(tx: Connection, user_id: UUID, moment: datetime, client: Client, now: datetime) -> None:
    """Remove the passkeys that were added since then: somebody else was in the account. As above."""
    await _note_removed(tx, await queries.delete_since(tx, user_id, moment), user_id, client, now)


async def _note_removed(tx: Connection, count: int, user_id: UUID, client: Client, now: datetime) -> None:
    if count:
        await audit.record(
            tx,
            kind=EventKind.PASSKEY_REMOVED,
            outcome=Outcome.SUCCESS,
            client=client,
            now=now,
            user_id=user_id,
            detail={"passkeys": count},
        )
