"""Proofs: what a passkey answered is looked at, and used up once, by whatever asked for it."""

from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.notices.service import Notices
from doorstep.passkeys import gateway, policy, queries
from doorstep.passkeys.challenges import Challenges
from doorstep.passkeys.failures import CeremonyOver
from doorstep.passkeys.gateway import Unreadable
from doorstep.passkeys.keepers import kept_in
from doorstep.passkeys.models import (
    Assertion,
    Ceremony,
    Owned,
    Party,
    Proven,
    Purpose,
    Reason,
    Refused,
    TypedAssertion,
)
from doorstep.users import service as users
from doorstep.users.models import Credentials, UserStatus


class Proofs:
    """Checks the answers of passkeys."""

    def __init__(
        self, database: Database, clock: Clock, challenges: Challenges, notices: Notices, party: Party
    ) -> None:
        self._database = database
        self._clock = clock
        self._challenges = challenges
        self._notices = notices
        self._party = party

    async def look_up(self, typed: TypedAssertion, purpose: Purpose, bound: str) -> Proven | Refused:
        """The passkey that has answered our challenge, and whose it is; or why that proves nothing.

        Raises CeremonyOver for a challenge of ours that has expired: that tells of no account.
        """
        try:
            assertion = gateway.read_assertion(typed)
        except Unreadable:
            return Refused(Reason.UNREADABLE)
        challenge = self._challenges.read(assertion.client.challenge, purpose, bound)
        if challenge is None:
            return Refused(Reason.CHALLENGE)
        if challenge.expires_at <= self._clock():
            raise CeremonyOver
        async with self._database.connection() as connection:
            owned = await queries.owned(connection, assertion.credential_id)
        if owned is None:
            return Refused(Reason.UNKNOWN)
        wrong = self._wrong(assertion, owned)
        return Refused(wrong, owned) if wrong else Proven(assertion, challenge, owned)

    def _wrong(self, assertion: Assertion, owned: Owned) -> Reason | None:
        """Why it is not signed for us by that passkey. What nobody signed says nothing else worth noting."""
        if not gateway.is_signed(owned.passkey.public_key, assertion.signed, assertion.signature):
            return Reason.SIGNATURE
        wrong = policy.wrong_for_us(assertion.client, assertion.authenticator, Ceremony.GET, self._party)
        if wrong is None and not policy.is_same_kind(owned.passkey, assertion.authenticator):
            return Reason.ELIGIBILITY
        return wrong

    async def use(self, tx: Connection, found: Proven, client: Client) -> Credentials | Reason:
        """Use challenge and passkey, in the caller's transaction; or why not: the user is disabled, or it is a copy.

        The user is held first, so that nothing is removed meanwhile, and two uses of one passkey are counted one after
        the other. Raises CeremonyOver.
        """
        now = self._clock()
        user = await users.lock_credentials(tx, found.owned.passkey.user_id)
        held = await queries.owned(tx, found.owned.passkey.credential_id)
        if held is None:
            return Reason.UNKNOWN
        if user is None or user.status is not UserStatus.ACTIVE:
            return Reason.DISABLED
        if not await queries.spend(tx, found.challenge):
            raise CeremonyOver
        if policy.is_copy(held.passkey, found.assertion.authenticator):
            await self._alarm(tx, held, found, client)
            return Reason.COPY
        told = found.assertion.authenticator
        await queries.use(tx, held.passkey.id, told.sign_count, now, backed_up=told.backed_up)
        return user

    async def tell_copy(self, found: Proven, client: Client) -> None:
        """Alarm in a transaction of its own, after the one that used the passkey was undone."""
        async with self._database.transaction() as tx:
            await users.lock_credentials(tx, found.owned.passkey.user_id)
            held = await queries.owned(tx, found.owned.passkey.credential_id)
            if held is not None and policy.is_copy(held.passkey, found.assertion.authenticator):
                await self._alarm(tx, held, found, client)

    async def _alarm(self, tx: Connection, held: Owned, found: Proven, client: Client) -> None:
        await audit.record(
            tx,
            kind=EventKind.PASSKEY_COPIED,
            outcome=Outcome.ALARM,
            client=client,
            now=self._clock(),
            user_id=held.passkey.user_id,
            detail={"stored": held.passkey.sign_count, "presented": found.assertion.authenticator.sign_count},
        )
        await self._notices.passkey_copied(tx, held.passkey.user_id, kept_in(held.passkey), client, self._clock())


def is_of(found: Proven, user_id: UUID) -> bool:
    """Whether it is this user's, by its owner and by what it says itself, where it says it."""
    handle = found.assertion.user_handle
    return found.owned.passkey.user_id == user_id and handle in {None, found.owned.handle}
