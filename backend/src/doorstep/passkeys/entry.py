"""Entry: getting in by passkey, and proving by one who is there.

A passkey is something one has, unlocked by something one is or knows: it is both factors, and the user is verified or
it is refused. Whatever is wrong with one that we know, a log-in is refused like a wrong password; the reason is in the
audit trail, under whose passkey it is. One that is nobody's is called that (decision 35).
"""

from uuid import UUID

from doorstep.attempts.models import Trial
from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser, LoggedIn
from doorstep.login.service import NOBODY, Login
from doorstep.passkeys import policy, queries
from doorstep.passkeys.challenges import Challenges
from doorstep.passkeys.failures import PasskeyNotHere, PasskeyRefused
from doorstep.passkeys.models import Owned, Party, Proven, Purpose, Reason, Refused, RequestOptions, TypedAssertion
from doorstep.passkeys.proofs import Proofs, is_of
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

_ANYBODY = ""


class Entry:
    """Lets people in by passkey."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        challenges: Challenges,
        proofs: Proofs,
        throttle: Throttle,
        login: Login,
        second_step: SecondStep,
        sessions: Sessions,
        party: Party,
    ) -> None:
        self._database = database
        self._clock = clock
        self._challenges = challenges
        self._proofs = proofs
        self._throttle = throttle
        self._login = login
        self._second_step = second_step
        self._sessions = sessions
        self._party = party

    def log_in_options(self) -> RequestOptions:
        """What the browser asks with, for whichever passkey the person takes. Costs an HMAC, and stores nothing."""
        challenge = self._challenges.make(Purpose.LOG_IN, _ANYBODY, self._clock())
        return RequestOptions(challenge, self._party, ())

    async def log_in(self, typed: TypedAssertion, *, remember: bool, client: Client, browser: Browser) -> LoggedIn:
        """A session for the answer of a passkey. Counted by network as a log-in is, and forgiven when it was right.

        Raises InvalidCredentials, the same for every reason with a passkey that we know; PasskeyNotHere for one that
        is nobody's; CeremonyOver when the challenge is too old or was used already; TooManyAttempts, ProofRequired.
        """
        async with self._throttle.attempts.trial() as trial:
            return await self._log_in(trial, typed, remember=remember, client=client, browser=browser)

    async def _log_in(
        self, trial: Trial, typed: TypedAssertion, *, remember: bool, client: Client, browser: Browser
    ) -> LoggedIn:
        await self._throttle.charge_network(client, browser.proof, trial)
        found = await self._proofs.look_up(typed, Purpose.LOG_IN, _ANYBODY)
        if isinstance(found, Refused):
            trial.refused = True
            await self._note_refusal(EventKind.LOGIN, found.reason, client, found.owned)
            raise PasskeyNotHere if found.reason is Reason.UNKNOWN else InvalidCredentials
        if found.owned.handle != found.assertion.user_handle:
            trial.refused = True
            await self._note_refusal(EventKind.LOGIN, Reason.USER, client, found.owned)
            raise InvalidCredentials
        passkey = found.owned.passkey
        async with self._database.transaction() as tx:
            proven = await self._proofs.use(tx, found, client)
            if isinstance(proven, Reason):
                logged_in: LoggedIn | Reason = proven
            else:
                methods = policy.methods(passkey)
                logged_in = await self._login.admit_proven(
                    tx,
                    proven,
                    amr=methods,
                    remember=remember,
                    client=client,
                    device_id=browser.device_id,
                    detail={"methods": " ".join(methods)},
                    # Wrong passwords stay counted: who has a passkey says nothing about who guesses at the password.
                    forgiven=(self._throttle.names.network(client.address), NOBODY),
                )
                await queries.note_session(tx, logged_in.grant.session_id, passkey.id)
        if isinstance(logged_in, Reason):  # raised out here, so that an alarm is committed
            trial.refused = True
            await self._note_refusal(EventKind.LOGIN, logged_in, client, found.owned)
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
        async with self._throttle.attempts.trial() as trial:
            return await self._prove_again(trial, who, typed, client, browser)

    async def _prove_again(
        self, trial: Trial, who: SignedIn, typed: TypedAssertion, client: Client, browser: Browser
    ) -> str:
        await self._throttle.charge_network(client, browser.proof, trial)
        found = await self._proofs.look_up(typed, Purpose.STEP_UP, bound_to(who))
        own = _own(found, who.user.id)
        if not isinstance(own, Proven):
            trial.refused = True
            await self._note_refusal(EventKind.STEP_UP, own, client, who=who)
            raise PasskeyRefused
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            proven = await self._proofs.use(tx, own, client)
            if isinstance(proven, Reason):
                token: str | Reason = proven
            else:
                token = await self._sessions.prove_again(tx, who.session_id, amr=policy.methods(own.owned.passkey))
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
        if isinstance(token, Reason):
            trial.refused = True
            await self._note_refusal(EventKind.STEP_UP, token, client, who=who)
            raise PasskeyRefused
        return token

    async def second_step_options(self, ticket_text: str) -> RequestOptions:
        """What the browser asks with after the right password, for one of that user's passkeys. Raises TicketEnded."""
        now = self._clock()
        async with self._database.transaction() as tx:
            ticket = await tickets.look_at(tx, ticket_text, now)
            if await users.still_hold(tx, ticket.first.user_id, ticket.first.credential_version) is None:
                raise TicketEnded
            held = await queries.of_user(tx, ticket.first.user_id)
        return RequestOptions(self._challenges.make(Purpose.SECOND_STEP, str(ticket.id), now), self._party, held)

    async def second_step(
        self, ticket_text: str, typed: TypedAssertion, *, trust: bool, client: Client, device_id: UUID | None
    ) -> LoggedIn:
        """A session for the answer of one of the passkeys of who has done the first step, which counts as a try.

        Raises TicketEnded, WrongFactorCode, CeremonyOver.
        """
        async with self._throttle.attempts.trial() as trial:
            ticket = await self._second_step.charge_ticket(trial, ticket_text, device_id)
            return await self._finish(trial, ticket, typed, trust=trust, client=client)

    async def _finish(
        self, trial: Trial, ticket: Ticket, typed: TypedAssertion, *, trust: bool, client: Client
    ) -> LoggedIn:
        found = await self._proofs.look_up(typed, Purpose.SECOND_STEP, str(ticket.id))
        own = _own(found, ticket.first.user_id)
        unusable: Reason | None = None

        async def use(tx: Connection, _: Ticket) -> None:
            nonlocal unusable
            if not isinstance(own, Proven):
                raise WrongFactorCode(why=own)
            used = await self._proofs.use(tx, own, client)
            if isinstance(used, Reason):
                unusable = used
                raise WrongFactorCode(why=used)

        async def begun(tx: Connection, session_id: UUID) -> None:
            if isinstance(own, Proven):
                await queries.note_session(tx, session_id, own.owned.passkey.id)

        try:
            return await self._second_step.finish(
                trial, ticket, Factor.PASSKEY, use, trust=trust, client=client, begun=begun
            )
        except (WrongFactorCode, TicketEnded):
            if isinstance(own, Proven) and unusable:  # what was written about it is undone with the rest
                await self._proofs.tell_copy(own, client)
            raise

    async def _note_refusal(
        self, kind: EventKind, reason: Reason, client: Client, owned: Owned | None = None, who: SignedIn | None = None
    ) -> None:
        """Of a log-in as one of whose passkey it is, of a step-up as one of who is signed in."""
        user_id = owned.passkey.user_id if owned else None
        async with self._database.connection() as connection:
            await audit.record(
                connection,
                kind=kind,
                outcome=Outcome.REFUSED,
                client=client,
                now=self._clock(),
                user_id=who.user.id if who else user_id,
                session_id=who.session_id if who else None,
                detail={"method": "passkey", "reason": reason},
            )


def _own(found: Proven | Refused, user_id: UUID) -> Proven | Reason:
    """The answer of a passkey of this user, or why it is none."""
    if isinstance(found, Refused):
        return found.reason
    return found if is_of(found, user_id) else Reason.USER
