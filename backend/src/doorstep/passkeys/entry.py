"""Entry: getting in by passkey, and proving by one who is there.

A passkey is something one has, unlocked by something one is or knows: it is both factors, and the user is verified or
it is refused. Whatever is wrong, a log-in is refused like a wrong password; what is wrong with it stays in the trail.
"""

from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser, LoggedIn
from doorstep.login.service import Login
from doorstep.notices.service import Notices
from doorstep.passkeys import gateway, policy, queries
from doorstep.passkeys.challenges import Challenges
from doorstep.passkeys.failures import CeremonyOver, PasskeyRefused
from doorstep.passkeys.gateway import Unreadable
from doorstep.passkeys.models import (
    Assertion,
    Ceremony,
    Owned,
    Party,
    Proven,
    Purpose,
    RequestOptions,
    TypedAssertion,
)
from doorstep.passkeys.service import bound_to
from doorstep.second_factors.models import Factor
from doorstep.second_step.service import SecondStep
from doorstep.sessions.service import Sessions
from doorstep.throttle.service import Throttle
from doorstep.tickets import service as tickets
from doorstep.tickets.failures import TicketEnded
from doorstep.tickets.models import Ticket
from doorstep.totp.failures import WrongFactorCode
from doorstep.users import service as users
from doorstep.users.models import Credentials, UserStatus

_ANYBODY = ""


class Entry:
    """Lets people in by passkey."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        challenges: Challenges,
        throttle: Throttle,
        login: Login,
        second_step: SecondStep,
        sessions: Sessions,
        notices: Notices,
        party: Party,
    ) -> None:
        self._database = database
        self._clock = clock
        self._challenges = challenges
        self._throttle = throttle
        self._login = login
        self._second_step = second_step
        self._sessions = sessions
        self._notices = notices
        self._party = party

    def log_in_options(self) -> RequestOptions:
        """What the browser asks with, for whichever passkey the person takes. Costs an HMAC, and stores nothing."""
        challenge = self._challenges.make(Purpose.LOG_IN, _ANYBODY, self._clock())
        return RequestOptions(challenge, self._party, ())

    async def log_in(self, typed: TypedAssertion, *, remember: bool, client: Client, browser: Browser) -> LoggedIn:
        """A session for the answer of a passkey. Counted by network as a log-in is, and forgiven when it was right.

        Raises InvalidCredentials, the same for every reason; CeremonyOver when the challenge is too old or was used
        already; TooManyAttempts, ProofRequired.
        """
        await self._throttle.charge_network(client, browser.proof)
        found = await self._look_up(typed, Purpose.LOG_IN, _ANYBODY)
        if found is None or found.owned.handle != found.assertion.user_handle:
            await self._note_refusal(EventKind.LOGIN, found, client)
            raise InvalidCredentials
        passkey, logged_in = found.owned.passkey, None
        async with self._database.transaction() as tx:
            proven = await self._use(tx, found, client)
            if proven is not None:
                logged_in = await self._login.admit_proven(
                    tx, proven, amr=policy.methods(passkey), remember=remember, client=client, browser=browser
                )
                await queries.note_session(tx, logged_in.grant.session_id, passkey.id)
        if logged_in is None:  # raised out here, so that an alarm is committed
            await self._note_refusal(EventKind.LOGIN, found, client)
            raise InvalidCredentials
        return logged_in

    async def step_up_options(self, who: SignedIn) -> RequestOptions:
        """What the browser asks with, for one of this user's passkeys."""
        async with self._database.connection() as connection:
            held = await queries.of_user(connection, who.user.id)
        challenge = self._challenges.make(Purpose.STEP_UP, bound_to(who), self._clock())
        return RequestOptions(challenge, self._party, held)

    async def step_up(self, who: SignedIn, typed: TypedAssertion, client: Client, browser: Browser) -> str:
        """A fresh access token for the answer of one of this user's passkeys.

        Raises PasskeyRefused, CeremonyOver, SessionEnded, and as the throttle does.
        """
        await self._throttle.charge_network(client, browser.proof)
        found = await self._look_up(typed, Purpose.STEP_UP, bound_to(who))
        if found is None or not _is_of(found, who.user.id):
            await self._note_refusal(EventKind.STEP_UP, found, client)
            raise PasskeyRefused
        token = None
        async with self._database.transaction() as tx:
            if await self._use(tx, found, client) is not None:
                token = await self._sessions.prove_again(tx, who.session_id, amr=policy.methods(found.owned.passkey))
                await self._throttle.forgive_network(tx, client)
                await audit.record(
                    tx,
                    kind=EventKind.STEP_UP,
                    outcome=Outcome.SUCCESS,
                    client=client,
                    now=self._clock(),
                    user_id=who.user.id,
                    session_id=who.session_id,
                )
        if token is None:
            await self._note_refusal(EventKind.STEP_UP, found, client)
            raise PasskeyRefused
        return token

    async def second_step_options(self, ticket_text: str) -> RequestOptions:
        """What the browser asks with after the right password, for one of that user's passkeys. Raises TicketEnded."""
        now = self._clock()
        async with self._database.transaction() as tx:
            ticket = await tickets.look_at(tx, ticket_text, now)
            if not await users.still_hold(tx, ticket.first.user_id, ticket.first.credential_version):
                raise TicketEnded
            held = await queries.of_user(tx, ticket.first.user_id)
        return RequestOptions(self._challenges.make(Purpose.SECOND_STEP, str(ticket.id), now), self._party, held)

    async def second_step(self, ticket_text: str, typed: TypedAssertion, *, trust: bool, client: Client) -> LoggedIn:
        """A session for the answer of one of the passkeys of who has done the first step, which counts as a try.

        Raises TicketEnded, WrongFactorCode, CeremonyOver.
        """
        async with self._database.transaction() as tx:
            ticket = await tickets.charge(tx, ticket_text, self._clock())
        found = await self._look_up(typed, Purpose.SECOND_STEP, str(ticket.id))
        own = found if found is not None and _is_of(found, ticket.first.user_id) else None
        unusable = False

        async def use(tx: Connection, _: Ticket) -> None:
            nonlocal unusable
            unusable = own is not None and await self._use(tx, own, client) is None
            if own is None or unusable:
                raise WrongFactorCode

        async def begun(tx: Connection, session_id: UUID) -> None:
            if own is not None:
                await queries.note_session(tx, session_id, own.owned.passkey.id)

        try:
            return await self._second_step.finish(ticket, Factor.PASSKEY, use, trust=trust, client=client, begun=begun)
        except (WrongFactorCode, TicketEnded):
            if own is not None and unusable:  # what was written about it is undone with the rest
                await self._tell_copy(own, client)
            raise

    async def _look_up(self, typed: TypedAssertion, purpose: Purpose, bound: str) -> Proven | None:
        """The passkey that has answered our challenge, and whose it is; None for whatever is wrong with that.

        Raises CeremonyOver for a challenge of ours that has expired: that tells of no account.
        """
        try:
            assertion = gateway.read_assertion(typed)
        except Unreadable:
            return None
        challenge = self._challenges.read(assertion.client.challenge, purpose, bound)
        if challenge is None:
            return None
        if challenge.expires_at <= self._clock():
            raise CeremonyOver
        async with self._database.connection() as connection:
            owned = await queries.owned(connection, assertion.credential_id)
        if owned is None or not self._is_good(assertion, owned):
            return None
        return Proven(assertion, challenge, owned)

    def _is_good(self, assertion: Assertion, owned: Owned) -> bool:
        return (
            policy.is_to_us(assertion.client, assertion.authenticator, Ceremony.GET, self._party)
            and policy.is_same_kind(owned.passkey, assertion.authenticator)
            and gateway.is_signed(owned.passkey.public_key, assertion.signed, assertion.signature)
        )

    async def _use(self, tx: Connection, found: Proven, client: Client) -> Credentials | None:
        """Use challenge and passkey, in the caller's transaction. None for somebody disabled, and for a copy.

        The user is held first, so that nothing is removed meanwhile, and two uses of one passkey are counted one after
        the other. Raises CeremonyOver.
        """
        now = self._clock()
        user = await users.lock_credentials(tx, found.owned.passkey.user_id)
        held = await queries.owned(tx, found.owned.passkey.credential_id)
        if user is None or user.status is not UserStatus.ACTIVE or held is None:
            return None
        if not await queries.spend(tx, found.challenge):
            raise CeremonyOver
        if policy.is_copy(held.passkey, found.assertion.authenticator):
            await self._alarm(tx, held, found, client)
            return None
        told = found.assertion.authenticator
        await queries.use(tx, held.passkey.id, told.sign_count, now, backed_up=told.backed_up)
        return user

    async def _tell_copy(self, found: Proven, client: Client) -> None:
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
        await self._notices.passkey_copied(tx, held.passkey.user_id, held.passkey.name, client)

    async def _note_refusal(self, kind: EventKind, found: Proven | None, client: Client) -> None:
        user_id = found.owned.passkey.user_id if found else None
        async with self._database.connection() as connection:
            await audit.record(
                connection, kind=kind, outcome=Outcome.REFUSED, client=client, now=self._clock(), user_id=user_id
            )


def _is_of(found: Proven, user_id: UUID) -> bool:
    """Whether it is this user's, by its owner and by what it says itself, where it says it."""
    handle = found.assertion.user_handle
    return found.owned.passkey.user_id == user_id and handle in {None, found.owned.handle}
