"""The removal of an authenticator app that somebody else turned on: announced, stopped, sped up, done.

«Not me» and undoing a new address announce it (`eviction`). For a day a browser that its user had before, or a passkey
that is older, can stop it or speed it up: the mailbox alone decides nothing at once.
"""

from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.database_clock import DatabaseClock
from doorstep.notices.service import Notices
from doorstep.recovery_codes.service import RecoveryCodes
from doorstep.second_factors.failures import NoSecondFactor, RemovalNotYours
from doorstep.second_factors.models import BOTH, Owner
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.service import Sessions
from doorstep.tickets import service as tickets
from doorstep.tickets.failures import TicketEnded
from doorstep.totp.models import Totp
from doorstep.totp.service import TotpSecrets
from doorstep.users import service as users

_MOST_AT_ONCE = 1000
NOBODY = Client()
"""Who removes an app when its time has come."""


class AuthenticatorRemoval:
    """Stops, speeds up and carries out removals."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        totp: TotpSecrets,
        codes: RecoveryCodes,
        factors: SecondFactors,
        sessions: Sessions,
        notices: Notices,
        database_clock: DatabaseClock,
    ) -> None:
        self._database = database
        self._clock = clock
        self._totp = totp
        self._codes = codes
        self._factors = factors
        self._sessions = sessions
        self._notices = notices
        self._database_clock = database_clock

    async def stop(self, owner: Owner, device_id: UUID | None) -> None:
        """Let the app stay, as its user says in a browser known before, or by a passkey that is older.

        Raises StepUpRequired, NoSecondFactor when nothing is to be removed, RemovalNotYours, Unauthenticated.
        """
        await self._factors.require_recent(owner, EventKind.AUTHENTICATOR_REMOVAL_STOPPED, owner.client)
        try:
            await self._stop(owner, device_id)
        except RemovalNotYours:
            await self._refuse(owner.user_id, EventKind.AUTHENTICATOR_REMOVAL_STOPPED, owner.client, owner.session_id)
            raise

    async def _stop(self, owner: Owner, device_id: UUID | None) -> None:
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, owner.user_id, owner.session_id)
            app = await self._announced(tx, owner.user_id)
            by_passkey = BOTH in owner.amr and await self._sessions.began_with_older_passkey(
                tx, owner.session_id, app.removal_since or owner.authenticated_at
            )
            if not by_passkey and not await _was_known(tx, app, device_id):
                raise RemovalNotYours
            await self._totp.stop_removal(tx, owner.user_id)
            await self._record(
                tx, owner.user_id, EventKind.AUTHENTICATOR_REMOVAL_STOPPED, owner.client, owner.session_id
            )
            await self._notices.authenticator_kept(tx, owner.user_id, owner.client, self._clock())

    async def speed_up(self, ticket_text: str, device_id: UUID | None, client: Client) -> None:
        """Remove the app now, as its user says after the right password in a browser known before.

        The ticket is void afterwards, as all credentials of before. Raises TicketEnded, RemovalNotYours,
        NoSecondFactor.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            ticket = await tickets.look_at(tx, ticket_text, now)
            user_id = ticket.first.user_id
            if await users.still_hold(tx, user_id, ticket.first.credential_version) is None:
                raise TicketEnded
            app = await self._announced(tx, user_id)
            is_theirs = await _was_known(tx, app, device_id)
            if is_theirs:
                await self._remove(tx, user_id, client)
        if not is_theirs:
            await self._refuse(user_id, EventKind.AUTHENTICATOR_REMOVED, client)
            raise RemovalNotYours

    async def remove_due(self) -> int:
        """Remove the apps whose day has come by the database's time, at most a thousand; how many.

        Raises DatabaseUnavailable, ClocksDiffer.
        """
        now = await self._database_clock.agreed()
        async with self._database.connection() as connection:
            due = await self._totp.to_remove(connection, now, _MOST_AT_ONCE)
        removed = 0
        for user_id in due:
            async with self._database.transaction() as tx:
                await users.lock_credentials(tx, user_id)
                app = await self._totp.of_user(tx, user_id)
                if app is not None and app.removal_due_at is not None and app.removal_due_at <= now:
                    await self._remove(tx, user_id, NOBODY)
                    removed += 1
        return removed

    async def _announced(self, tx: Connection, user_id: UUID) -> Totp:
        app = await self._totp.of_user(tx, user_id)
        if app is None or app.removal_due_at is None:
            raise NoSecondFactor
        return app

    async def _remove(self, tx: Connection, user_id: UUID, client: Client) -> None:
        await self._codes.drop(tx, user_id)
        await self._totp.remove(tx, user_id)
        await users.change_factors(tx, user_id, self._clock())
        await self._sessions.end_all(tx, user_id)
        await self._record(tx, user_id, EventKind.AUTHENTICATOR_REMOVED, client)
        await self._notices.authenticator_removed(tx, user_id, self._clock())

    async def _refuse(self, user_id: UUID, kind: EventKind, client: Client, session_id: UUID | None = None) -> None:
        async with self._database.connection() as connection:
            await self._record(connection, user_id, kind, client, session_id, Outcome.REFUSED)

    async def _record(
        self,
        tx: Connection,
        user_id: UUID,
        kind: EventKind,
        client: Client,
        session_id: UUID | None = None,
        outcome: Outcome = Outcome.SUCCESS,
    ) -> None:
        await audit.record(
            tx,
            kind=kind,
            outcome=outcome,
            client=client,
            now=self._clock(),
            user_id=user_id,
            session_id=session_id,
        )


async def _was_known(tx: Connection, app: Totp, device_id: UUID | None) -> bool:
    if app.removal_since is None:
        return False
    return await devices.was_known(tx, app.user_id, device_id, app.removal_since, app.removal_session_id)
