"""The profile of a signed-in user: what they are called, and where their parcels go.

No password is asked for once more: whoever holds a stolen session gets at most a print, which is sent once a month,
and an address is typed by people who are on their way. Instead the user gets a mail about each change, or a summary
past five an hour, and the mail's «this was not me» takes the address away together with the session in which it was
typed. Undoing another e-mail address does so as well. Nobody can use up the changes that the user may make.
"""

from datetime import datetime

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.notices.service import Notices
from doorstep.profile import policy, queries
from doorstep.profile.failures import ProfileRefused
from doorstep.profile.models import Profile
from doorstep.sessions.service import Sessions


class Profiles:
    """Shows and keeps profiles."""

    def __init__(self, database: Database, clock: Clock, sessions: Sessions, notices: Notices) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions
        self._notices = notices

    async def of(self, who: SignedIn) -> Profile:
        """The profile of this user; an empty one until they have told something."""
        async with self._database.connection() as connection:
            return await queries.of_user(connection, who.user.id)

    async def save(self, who: SignedIn, typed: Profile, client: Client) -> Profile:
        """Keep a profile in place of the one before, as it is answered; nothing happens when it is the same.

        Raises ProfileRefused (which names the fields), Unauthenticated when the session has ended.
        """
        profile, errors = policy.judge(typed)
        if errors:
            raise ProfileRefused(errors=errors)
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)  # two tabs save one after the other
            before = await queries.of_user(tx, who.user.id)
            moves = profile.shipping_address != before.shipping_address
            if profile == before:
                return profile
            renames = profile.name != before.name
            await queries.save(tx, who.user.id, profile, who.session_id, now, is_new_address=moves, is_new_name=renames)
            if renames:
                await _record(tx, EventKind.NAME_CHANGED, client, now, who)
            if moves:
                await _record(tx, EventKind.SHIPPING_ADDRESS_CHANGED, client, now, who)
                await self._notices.shipping_address_changed(tx, who.user.id, who.session_id, client, now)
        return profile


async def _record(tx: Connection, kind: EventKind, client: Client, now: datetime, who: SignedIn) -> None:
    """That it changed, and never to what."""
    await audit.record(
        tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, user_id=who.user.id, session_id=who.session_id
    )
