"""Removal: taking a way in away, and never the last.

Each holds the user's row before it looks at what is left, so that two at once cannot each count on the other's.
"""

from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.notices.service import Notices
from doorstep.one_time_tokens.policy import Change
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.passkeys import policy, queries
from doorstep.passkeys.failures import LastWayIn, PasskeyUnknown, TooFewPasskeys
from doorstep.passkeys.keepers import kept_in
from doorstep.passkeys.models import WaysIn
from doorstep.second_factors.service import SecondFactors
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
        """Take a passkey out of the account. Raises StepUpRequired, PasskeyUnknown, LastWayIn, Unauthenticated."""
        await self._factors.require_recent(who, EventKind.PASSKEY_REMOVED, client)
        async with self._database.transaction() as tx:
            ways = await self._held(tx, who)
            passkey = next((each for each in ways.passkeys if each.id == passkey_id), None)
            if passkey is None:
                raise PasskeyUnknown
            if not policy.may_remove(ways, passkey):
                raise LastWayIn
            await queries.delete(tx, passkey_id, who.user.id)
            await self._tell(tx, who, EventKind.PASSKEY_REMOVED, client)
            await self._notices.passkey_removed(
                tx, who.user.id, kept_in(passkey), who.session_id, client, self._clock()
            )

    async def drop_password(self, who: SignedIn, client: Client) -> None:
        """Leave this user no password. Every other session ends: some may have begun with it.

        Done twice it is still done. A log-in by password is from now on refused as a wrong one is. Who has lost the
        passkeys gets a password again by the mail for forgotten ones. Raises StepUpRequired, TooFewPasskeys,
        Unauthenticated.
        """
        await self._factors.require_recent(who, EventKind.PASSWORD_REMOVED, client)
        async with self._database.transaction() as tx:
            ways = await self._held(tx, who)
            if not ways.has_password:
                return
            if not policy.may_drop_password(ways):
                raise TooFewPasskeys
            await users.drop_password(tx, who.user.id, self._clock())
            await self._sessions.end_others(tx, who.user.id, who.session_id)
            # What would choose a new one was asked for while there was an old one.
            await self._tokens.void(tx, who.user.id, Change.NEW_PASSWORD, self._clock())
            await self._tell(tx, who, EventKind.PASSWORD_REMOVED, client)
            await self._notices.password_removed(tx, who.user.id, who.session_id, client, self._clock())

    async def _held(self, tx: Connection, who: SignedIn) -> WaysIn:
        user_id = who.user.id
        await self._sessions.require_live(tx, user_id, who.session_id)
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
