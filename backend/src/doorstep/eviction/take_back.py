"""The ways back: what each of them takes back, in the transaction that has used up its token."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.eviction import policy, queries
from doorstep.eviction.models import Evicted, Part, Report, Scope, TakenBack
from doorstep.eviction.service import Eviction
from doorstep.kit.database import Connection
from doorstep.notices.service import DELETION_GRACE, Notices
from doorstep.one_time_tokens.failures import TokenOutgrown, TokenUsed
from doorstep.one_time_tokens.models import OneTimeToken, Purpose
from doorstep.one_time_tokens.policy import Change, is_mailed_to_user
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.users import service as users
from doorstep.users.models import User
from doorstep.users.policy import email_key


class TakeBack:
    """Undoing a new address, «not me», a reset, and the first proof of an address."""

    def __init__(self, eviction: Eviction, tokens: OneTimeTokens, notices: Notices) -> None:
        self._eviction = eviction
        self._tokens = tokens
        self._notices = notices

    async def of_forgotten_password(
        self, tx: Connection, user: User, client: Client, now: datetime, kept_browser: UUID | None
    ) -> None:
        """What a new password takes back, chosen by a mail: every session, every browser, a pending change.

        The browser in which it is chosen stays known, if it was. Where nobody had proven the address, all goes.
        """
        if user.email_verified_at is None:
            await self.of_unproven(tx, user, client, now)
            return
        scope = Scope((), None, now, now, policy.RESET_PARTS)
        await self._eviction.evict(tx, Report(user.id, scope, client, now, kept_browser=kept_browser))

    async def of_unproven(self, tx: Connection, user: User, client: Client, now: datetime) -> Evicted:
        """Everything that was set up in an account whose address nobody had proven until now, which had no owner.

        No mail could tell of it. An app goes at once, and no password is right until the caller sets one. Marks the
        address as proven, so that one mail tells what went.
        """
        report, evicted = await self._empty(tx, user, client, now)
        if await users.mark_verified(tx, user.id, user.email, now) and not policy.ENTRANCES.issuperset(evicted.parts):
            await self._eviction.tell(tx, report, evicted)
        return evicted

    async def was_used(self, tx: Connection, user_id: UUID) -> bool:
        """Whether anybody was ever signed in to the account, or left something there that opens it."""
        held = await queries.held(tx, user_id)
        left = held is not None and (held.passkeys or held.authenticator)
        return bool(left) or await queries.first_session(tx, user_id) is not None

    async def of_not_mine(self, tx: Connection, found: OneTimeToken, client: Client, now: datetime) -> TakenBack:
        """The same by the link that verifies: its reader did not make the account. A reset begins. Raises TokenUsed."""
        user = await users.by_id(tx, found.user_id)
        if user is None or user.email_verified_at is not None:
            raise TokenUsed
        evicted = await self.of_unproven(tx, user, client, now)
        return await self._with_reset(tx, evicted, user.id, user.email, now)

    async def of_squatter(self, tx: Connection, email: str, owner: UUID, client: Client, now: datetime) -> None:
        """Take an address that `owner` has just proven from an account in which nobody ever did; that one is erased.

        It is left without any way in, and stays for as long as one whose user asked for its deletion.
        """
        other = await users.by_email_key(tx, email_key(email))
        if other is None or other.id == owner:
            return
        other = await users.lock(tx, other.id)
        if other is None or other.email_verified_at is not None or email_key(other.email) != email_key(email):
            return
        await self._empty(tx, other, client, now)
        await self._tokens.void(tx, other.id, Change.NEW_ADDRESS, now)
        await users.displace(tx, other.id, now)
        await users.mark_to_erase(tx, other.id, now + DELETION_GRACE, None, now)
        for kind in (EventKind.EMAIL_CHANGED, EventKind.DELETION_ASKED):
            await audit.record(
                tx,
                kind=kind,
                outcome=Outcome.SUCCESS,
                client=client,
                now=now,
                user_id=other.id,
                detail={"reason": "another user has proven the address"},
            )

    async def _empty(self, tx: Connection, user: User, client: Client, now: datetime) -> tuple[Report, Evicted]:
        """Take everything from an account since its beginning, an app at once."""
        began_at = user.created_at
        scope = Scope((), began_at, began_at, began_at, policy.ALL_PARTS - {Part.AUTHENTICATOR})
        report = Report(user.id, scope, client, now)
        held = await queries.held(tx, user.id)
        evicted = await self._eviction.evict(tx, report)
        await self._eviction.remove_authenticator(tx, user.id)
        if held is not None and held.authenticator is not None:
            parts = {*evicted.parts, Part.AUTHENTICATOR}
            evicted = replace(evicted, parts=tuple(part for part in Part if part in parts))
        return report, evicted

    async def tell_of_before(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """Mail what was set up before the address was verified."""
        await self._eviction.tell_of_before(tx, user_id, now)

    async def of_session(self, tx: Connection, found: OneTimeToken, client: Client, now: datetime) -> TakenBack:
        """What was added in the session that a «not me» link names, or since the mail where it names none.

        Raises TokenOutgrown, EmailTaken.
        """
        scope = await self._scope(tx, found)
        if not is_mailed_to_user(found):
            return await self._of_session_that_moved(tx, found, scope, client, now)
        report = Report(found.user_id, scope, client, now)
        if scope.all_out:  # the account may have been elsewhere meanwhile, where others read the links that undo that
            await self._tokens.void_undo_of_later(tx, found.user_id, found.user_email)
        evicted = await self._eviction.evict(tx, report)
        await self._eviction.tell(tx, report, evicted)
        if found.is_from_before:
            await self._mail_reset(tx, found.user_id, now)
            return TakenBack(evicted, None, None)
        return await self._with_reset(tx, evicted, found.user_id, found.user_email, now)

    async def of_new_address(
        self, tx: Connection, found: OneTimeToken, asked_at: datetime, client: Client, now: datetime
    ) -> TakenBack:
        """Everything since another address was asked for, by the link that undoes it. Raises EmailTaken."""
        scope = Scope((), asked_at, asked_at, asked_at, policy.ALL_PARTS)
        if found.session_id is not None:
            of_session = await self._scope_of_session(tx, found.user_id, found.session_id, asked_at, all_out=True)
            scope = replace(of_session, since=asked_at, began_at=min(asked_at, of_session.began_at))
        return await self._with_address(tx, found, found.email or "", scope, client, now)

    async def _with_address(
        self, tx: Connection, found: OneTimeToken, address: str, scope: Scope, client: Client, now: datetime
    ) -> TakenBack:
        """Put this address back and take back the rest. Raises EmailTaken."""
        user_id = found.user_id
        await self._notices.hold_mailboxes(tx, address, found.user_email)
        # Changes since then were somebody else's: the links that undo them lie in that one's mailboxes.
        await self._tokens.void_undo_of_later(tx, user_id, address)
        await users.set_email(tx, user_id, address, now)
        await self._tokens.void(tx, user_id, Change.NEW_ADDRESS, now)
        report = Report(user_id, scope, client, now, address)
        evicted = await self._eviction.evict(tx, report)
        await users.void_older_links(tx, user_id)
        await self._eviction.tell(tx, report, evicted)
        if email_key(found.user_email) != email_key(address):
            await self._notices.address_put_back(tx, user_id, found.user_email)
        return await self._with_reset(tx, evicted, user_id, address, now)

    async def _of_session_that_moved(
        self, tx: Connection, found: OneTimeToken, scope: Scope, client: Client, now: datetime
    ) -> TakenBack:
        """The address that the link was mailed to was given up: put back if that was done in the reported session.

        Not if the user has chosen a new password since: then an old link from a mailbox that was left has no say.
        """
        report = Report(found.user_id, scope, client, now)
        given_up = await queries.given_up(tx, found.user_id, email_key(found.email or ""), now)
        if given_up is None or found.is_from_before or found.email is None:
            raise TokenOutgrown
        if not await self._eviction.moved_by_them(tx, report, given_up):
            raise TokenOutgrown
        return await self._with_address(tx, found, found.email, scope, client, now)

    async def _scope(self, tx: Connection, found: OneTimeToken) -> Scope:
        all_out = not found.is_from_before
        if found.session_id is None:
            since = found.created_at
            return Scope((), since, since, since, policy.ALL_PARTS, all_out=all_out)
        return await self._scope_of_session(tx, found.user_id, found.session_id, found.created_at, all_out=all_out)

    async def _scope_of_session(
        self, tx: Connection, user_id: UUID, session_id: UUID, otherwise: datetime, *, all_out: bool
    ) -> Scope:
        """A reported session, with all of its browser where that is newer than another one or a passkey.

        `otherwise` is when it began, should it not be stored any more.
        """
        origins = await queries.origins(tx, user_id, (session_id,), otherwise)
        origin = origins.get(session_id)
        began_at, browsers = origin.began_at if origin else otherwise, frozenset[UUID]()
        if origin is not None and origin.browser_since is not None and policy.is_reported_altogether(origin):
            since = origin.browser_since
            if await queries.can_be_stopped(tx, user_id, since, (session_id,), ()):
                began_at, browsers = min(began_at, since), origin.browsers
        parts = policy.ALL_PARTS
        return Scope((session_id,), None, began_at, began_at, parts, all_out=all_out, browsers=browsers)

    async def _mail_reset(self, tx: Connection, user_id: UUID, now: datetime) -> None:
        """A link to choose a new password, to the user's address of today and not to who presses an old link."""
        user = await users.by_id(tx, user_id)
        if user is not None:
            await self._notices.reset_password(tx, user, now)

    async def _with_reset(
        self, tx: Connection, evicted: Evicted, user_id: UUID, email: str, now: datetime
    ) -> TakenBack:
        issued = await self._tokens.issue(tx, Purpose.RESET_PASSWORD, user_id, now=now, email=email)
        return TakenBack(evicted, issued.token, email)
