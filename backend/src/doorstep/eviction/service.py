"""Eviction: taking away, in one place, whatever others can leave in an account.

Undoing a new address, «not me» and a reset all come here, each with the parts that it takes. A table in `queries` has
every table with a `user_id`: taken from, or left alone for a reason; a test refuses one that is on neither list.
"""

from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.eviction import policy, queries, wording
from doorstep.eviction.models import Added, Evicted, Held, Origin, Part, Reached, Report
from doorstep.kit.database import Connection
from doorstep.kit.database_clock import DatabaseClock
from doorstep.notices.service import Notices
from doorstep.one_time_tokens.policy import Change
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.recovery_codes.service import RecoveryCodes
from doorstep.sessions.service import Sessions
from doorstep.totp.service import TotpSecrets
from doorstep.users import service as users
from doorstep.users.failures import UserUnknown


class Eviction:
    """Takes back what others added, in the transaction of the user's word, which holds the user's row."""

    def __init__(
        self,
        sessions: Sessions,
        totp: TotpSecrets,
        codes: RecoveryCodes,
        tokens: OneTimeTokens,
        notices: Notices,
        database_clock: DatabaseClock,
    ) -> None:
        self._sessions = sessions
        self._totp = totp
        self._codes = codes
        self._tokens = tokens
        self._notices = notices
        self._database_clock = database_clock

    async def moved_by_them(self, tx: Connection, report: Report, given_up: Added) -> bool:
        """Whether the address was given up by those whom the user reported. Raises UserUnknown."""
        _, found, origins = await self._reach(tx, report, given_up)
        return policy.moved_by_them(given_up, report.scope, found, origins)

    async def _reach(
        self, tx: Connection, report: Report, given_up: Added | None = None
    ) -> tuple[Held, Reached, dict[UUID, Origin]]:
        held = await queries.held(tx, report.user_id)
        if held is None:
            raise UserUnknown
        texts = (held.shipping_address, held.name)
        items = (*held.passkeys, held.authenticator, held.recovery_codes, held.deletion, *texts, given_up)
        wanted = policy.origins_wanted(report.scope, items)
        origins = await queries.origins(tx, report.user_id, wanted, report.scope.began_at)
        return held, policy.reached(report.scope, held.passkeys, origins), origins

    async def evict(self, tx: Connection, report: Report) -> Evicted:
        """Take back the parts that the report asks for. Raises UserUnknown."""
        scope = report.scope
        held, found, origins = await self._reach(tx, report)
        parts = [Part.EMAIL] if report.address else []
        parts += await self._entrances(tx, report, found)
        parts += await self._items(tx, report, held, found)
        evicted = Evicted(parts=tuple(part for part in Part if part in parts), address=report.address)
        if Part.AUTHENTICATOR in scope.parts:
            evicted = await self._authenticator(tx, report, held.authenticator, found, origins, evicted)
        if scope.all_out and scope.parts != policy.RESET_PARTS:
            await users.void_password(tx, report.user_id, report.now)  # somebody else knows it, and would be back
        elif scope.all_out:
            await users.change_factors(tx, report.user_id, report.now)  # tickets of before are void
        return evicted

    async def tell(self, tx: Connection, report: Report, evicted: Evicted) -> None:
        """Record what was taken back, and mail one list of it to the address that the user has by now."""
        await audit.record(
            tx,
            kind=EventKind.EVICTED,
            outcome=Outcome.SUCCESS,
            client=report.client,
            now=report.now,
            user_id=report.user_id,
            detail={"parts": " ".join(evicted.parts)},
        )
        lines, notes = wording.lines(evicted, all_out=report.scope.all_out), wording.notes(evicted)
        await self._notices.taken_back(tx, report.user_id, lines, notes, report.now)

    async def remove_authenticator(self, tx: Connection, user_id: UUID) -> None:
        """Remove an app at once, with its recovery codes: nobody had proven the account before."""
        await self._codes.drop(tx, user_id)
        await self._totp.remove(tx, user_id)

    async def tell_of_before(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """Mail what was set up before the address was verified, of which no mail could tell; nothing if nothing was."""
        held = await queries.held(tx, user_id)
        first = await queries.first_session(tx, user_id)
        if held is not None and first is not None and (held.passkeys or held.authenticator):
            lines = wording.before_lines(passkeys=len(held.passkeys), has_app=held.authenticator is not None)
            await self._notices.set_up_before(tx, user_id, first, lines, now)

    async def _entrances(self, tx: Connection, report: Report, found: Reached) -> list[Part]:
        """Sessions, browsers, and a change of address that is under way."""
        parts = []
        if report.scope.all_out:
            await self._sessions.end_all(tx, report.user_id)
            await devices.forget_all(tx, report.user_id, but=report.kept_browser)
            parts += [Part.SESSIONS, Part.KNOWN_BROWSERS]
            if await self._tokens.void(tx, report.user_id, Change.EVICTION, report.now):
                parts.append(Part.PENDING_EMAIL)
        elif await queries.revoke(tx, report.user_id, found.sessions, report.now):
            parts.append(Part.SESSIONS)
        return parts

    async def _items(self, tx: Connection, report: Report, held: Held, found: Reached) -> list[Part]:
        """What was added: passkeys, codes, texts, and a deletion."""
        scope, user_id, now = report.scope, report.user_id, report.now
        theirs = [part for part in scope.parts if _is_theirs(part, held, report, found)]
        if Part.PASSKEYS in theirs:
            await queries.delete_passkeys(tx, user_id, found.passkeys)
        if Part.RECOVERY_CODES in theirs:
            await self._codes.drop(tx, user_id)
        if Part.DELETION in theirs:
            await users.keep(tx, user_id, now)
        if Part.SHIPPING_ADDRESS in theirs:
            await queries.empty_address(tx, user_id, now)
        if Part.NAME in theirs:
            await queries.empty_name(tx, user_id, now)
        return theirs

    async def _authenticator(
        self,
        tx: Connection,
        report: Report,
        app: Added | None,
        found: Reached,
        origins: dict[UUID, Origin],
        evicted: Evicted,
    ) -> Evicted:
        """An app that is being set up goes; one in use goes after a delay, where somebody else can object."""
        await queries.delete_pending_totp(tx, report.user_id)
        if app is None or not policy.is_theirs(app, report.scope, found):
            return evicted
        origin = origins.get(app.session_id) if app.session_id else None
        since = policy.witness_before(report.scope, origin)
        not_theirs = {*found.sessions, *([app.session_id] if app.session_id else [])}
        stoppable = await queries.can_be_stopped(tx, report.user_id, since, not_theirs, found.passkeys)
        if not policy.may_remove_authenticator(app, origin, report.now, can_be_stopped=stoppable):
            return Evicted(evicted.parts, None, authenticator_stays=True, address=evicted.address)
        due_at = await self._database_clock.read(tx) + policy.REMOVAL_DELAY
        reported = report.scope.sessions[0] if report.scope.sessions else app.session_id
        await self._totp.schedule_removal(tx, report.user_id, due_at, since, reported)
        scheduled = await self._totp.of_user(tx, report.user_id)
        await audit.record(
            tx,
            kind=EventKind.AUTHENTICATOR_REMOVAL_SCHEDULED,
            outcome=Outcome.SUCCESS,
            client=report.client,
            now=report.now,
            user_id=report.user_id,
        )
        return Evicted(evicted.parts, scheduled.removal_due_at if scheduled else None, address=evicted.address)


def _is_theirs(part: Part, held: Held, report: Report, found: Reached) -> bool:
    added = {
        Part.RECOVERY_CODES: held.recovery_codes,
        Part.DELETION: held.deletion,
        Part.SHIPPING_ADDRESS: held.shipping_address,
        Part.NAME: held.name,
    }
    if part is Part.PASSKEYS:
        return len(found.passkeys) > 0
    return policy.is_theirs(added.get(part), report.scope, found)
