"""The ways back: what each of them takes back, in the transaction that has used up its token."""

from datetime import datetime
from uuid import UUID

from doorstep.audit.models import Client
from doorstep.eviction import policy, queries
from doorstep.eviction.models import Report, Scope, TakenBack
from doorstep.eviction.service import Eviction
from doorstep.kit.database import Connection
from doorstep.notices.service import Notices
from doorstep.one_time_tokens.failures import TokenOutgrown
from doorstep.one_time_tokens.models import OneTimeToken, Purpose
from doorstep.one_time_tokens.policy import Change, is_mailed_to_user
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.users import service as users
from doorstep.users.policy import email_key


class TakeBack:
    """Undoing a new address, «not me», and a reset."""

    def __init__(self, eviction: Eviction, tokens: OneTimeTokens, notices: Notices) -> None:
        self._eviction = eviction
        self._tokens = tokens
        self._notices = notices

    async def of_forgotten_password(self, tx: Connection, user_id: UUID, client: Client, now: datetime) -> None:
        """What a new password takes back, chosen by a mail: every session, every browser, a pending change."""
        scope = Scope((), None, now, now, policy.RESET_PARTS)
        await self._eviction.evict(tx, Report(user_id, scope, client, now))

    async def of_session(self, tx: Connection, found: OneTimeToken, client: Client, now: datetime) -> TakenBack:
        """What was added in the session that a «not me» link names, or since the mail where it names none.

        Raises TokenOutgrown, EmailTaken.
        """
        scope = await self._scope(tx, found)
        if not is_mailed_to_user(found):
            return await self._of_session_that_moved(tx, found, scope, client, now)
        report = Report(found.user_id, scope, client, now)
        evicted = await self._eviction.evict(tx, report)
        await self._eviction.tell(tx, report, evicted)
        if found.is_from_before:
            return TakenBack(evicted, None)
        return TakenBack(evicted, await self._reset_token(tx, found.user_id, found.user_email, now))

    async def of_new_address(
        self, tx: Connection, found: OneTimeToken, asked_at: datetime, client: Client, now: datetime
    ) -> TakenBack:
        """Everything since another address was asked for, by the link that undoes it. Raises EmailTaken."""
        scope = Scope((), asked_at, asked_at, asked_at, policy.ALL_PARTS)
        if found.session_id is not None:
            origins = await queries.origins(tx, found.user_id, (found.session_id,))
            origin = origins.get(found.session_id)
            known_before = origin.began_at if origin else asked_at
            scope = Scope((found.session_id,), asked_at, min(asked_at, known_before), known_before, policy.ALL_PARTS)
        return await self._with_address(tx, found, found.email or "", scope, found.created_at, client, now)

    async def _with_address(
        self,
        tx: Connection,
        found: OneTimeToken,
        address: str,
        scope: Scope,
        changed_at: datetime,
        client: Client,
        now: datetime,
    ) -> TakenBack:
        """Put this address back and take back the rest. Raises EmailTaken."""
        user_id = found.user_id
        await self._notices.hold_mailboxes(tx, address, found.user_email)
        # Changes since then were somebody else's: the links that undo them lie in that one's mailboxes.
        await self._tokens.void_since(tx, user_id, Purpose.UNDO_NEW_EMAIL, changed_at)
        await users.set_email(tx, user_id, address, now)
        await self._tokens.void(tx, user_id, Change.NEW_ADDRESS)
        report = Report(user_id, scope, client, now, address)
        evicted = await self._eviction.evict(tx, report)
        await users.void_older_links(tx, user_id)
        await self._eviction.tell(tx, report, evicted)
        if email_key(found.user_email) != email_key(address):
            await self._notices.address_put_back(tx, user_id, found.user_email)
        return TakenBack(evicted, await self._reset_token(tx, user_id, address, now))

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
        changed_at = given_up.at or scope.began_at
        return await self._with_address(tx, found, found.email, scope, changed_at, client, now)

    async def _scope(self, tx: Connection, found: OneTimeToken) -> Scope:
        all_out = not found.is_from_before
        if found.session_id is None:
            since = found.created_at
            return Scope((), since, since, since, policy.ALL_PARTS, all_out=all_out)
        origins = await queries.origins(tx, found.user_id, (found.session_id,))
        origin = origins.get(found.session_id)
        began_at = origin.began_at if origin else found.created_at
        return Scope((found.session_id,), None, began_at, began_at, policy.ALL_PARTS, all_out=all_out)

    async def _reset_token(self, tx: Connection, user_id: UUID, email: str, now: datetime) -> str:
        issued = await self._tokens.issue(tx, Purpose.RESET_PASSWORD, user_id, now=now, email=email)
        return issued.token
