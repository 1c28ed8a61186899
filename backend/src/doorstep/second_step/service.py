"""The second step of a log-in: a ticket from the first, and a second factor, become a session.

A try is charged to the ticket, and a code to its secret, in a transaction of its own before anything is compared. What
lets somebody in is one transaction: the ticket and the factor are used up with the session that they open, so that
neither opens two. The throttle forgives the first step only then, so new tickets give no new tries for nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from doorstep.attempts.models import Charged, Trial
from doorstep.attempts.service import open_attempt
from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.failure import Failure
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.login.models import LoggedIn
from doorstep.login.service import NOBODY, Login
from doorstep.notices.service import Notices
from doorstep.second_factors.models import AMR, Factor
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.models import PASSWORD_ONLY
from doorstep.throttle.service import Throttle
from doorstep.tickets import policy as tickets_policy
from doorstep.tickets import service as tickets
from doorstep.tickets.failures import TicketEnded
from doorstep.tickets.models import Ticket
from doorstep.totp.failures import AuthenticatorUnreadable, WrongFactorCode
from doorstep.totp.models import Totp
from doorstep.totp.service import TotpSecrets
from doorstep.users import service as users

TRUST_LIFE = timedelta(days=30)

Use = Callable[[Connection, Ticket], Awaitable[None]]
"""Uses a factor up in the transaction that lets its holder in. Raises WrongFactorCode when it cannot be used."""

Begun = Callable[[Connection, UUID], Awaitable[None]]
"""Notes, in the same transaction, which session began with it."""


class SecondStep:
    """Lets in who has done the first step."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        totp: TotpSecrets,
        factors: SecondFactors,
        login: Login,
        throttle: Throttle,
        notices: Notices,
    ) -> None:
        self._database = database
        self._clock = clock
        self._totp = totp
        self._factors = factors
        self._login = login
        self._throttle = throttle
        self._notices = notices

    async def with_totp(
        self, ticket_text: str, code: str, *, trust: bool, client: Client, device_id: UUID | None
    ) -> LoggedIn:
        """A session for the code of the app. `trust` leaves this step out here for 30 days.

        `device_id` is what the browser of this step is known by. Raises TicketEnded, WrongFactorCode, TotpLocked,
        TooManyAttempts, AuthenticatorUnreadable.
        """
        async with self._throttle.attempts.trial() as trial:
            return await self._with_totp(trial, ticket_text, code, trust=trust, client=client, device_id=device_id)

    async def _with_totp(
        self, trial: Trial, ticket_text: str, code: str, *, trust: bool, client: Client, device_id: UUID | None
    ) -> LoggedIn:
        now = self._clock()
        async with self._database.transaction() as tx:
            ticket = await tickets.charge(tx, ticket_text, device_id, now)
            user_id, known_as = ticket.first.user_id, ticket.first.known_as
            # The app's row before the counter's, as in the transaction that lets somebody in.
            seen = ticket.first.known_device or await devices.was_seen(tx, user_id, device_id)
            charged = await self._totp.charge(tx, user_id, known_device=seen)
            counter = await self._throttle.charge_code(tx, user_id, known_as)
            if charged is not None:
                await open_attempt(tx, trial, Charged((counter,), totp_of=user_id, ticket_id=ticket.id), now)
        if charged is None:
            raise TicketEnded

        async def use(tx: Connection, held: Ticket) -> None:
            await self._totp.use(tx, held.first.user_id, self._totp.step_of(charged, code, now))
            await self._throttle.forgive_codes(tx, user_id, known_as)

        return await self.finish(trial, ticket, Factor.TOTP, use, trust=trust, client=client, charged=charged)

    async def with_recovery_code(
        self, ticket_text: str, code: str, *, client: Client, device_id: UUID | None
    ) -> LoggedIn:
        """A session for a recovery code. Raises TicketEnded, WrongFactorCode.

        AuthenticatorUnreadable stands for a wrong code where the app's secret cannot be opened: what the codes were
        hashed with may be lost with it.
        """
        async with self._throttle.attempts.trial() as trial:
            ticket = await self.charge_ticket(trial, ticket_text, device_id)
            return await self._with_recovery_code(trial, ticket, code, client)

    async def charge_ticket(self, trial: Trial, ticket_text: str, device_id: UUID | None) -> Ticket:
        """The ticket, a try charged to it. Raises TicketEnded."""
        now = self._clock()
        async with self._database.transaction() as tx:
            ticket = await tickets.charge(tx, ticket_text, device_id, now)
            await open_attempt(tx, trial, Charged(ticket_id=ticket.id), now)
        return ticket

    async def _with_recovery_code(self, trial: Trial, ticket: Ticket, code: str, client: Client) -> LoggedIn:
        async def use(tx: Connection, held: Ticket) -> None:
            if not await self._factors.use_recovery_code(tx, held.first.user_id, code, client):
                await self._factors.require_readable(tx, held.first.user_id)
                raise WrongFactorCode

        return await self.finish(trial, ticket, Factor.RECOVERY_CODE, use, trust=False, client=client)

    async def finish(
        self,
        trial: Trial,
        ticket: Ticket,
        factor: Factor,
        use: Use,
        *,
        trust: bool,
        client: Client,
        begun: Begun | None = None,
        charged: Totp | None = None,
    ) -> LoggedIn:
        """Let the holder of a charged ticket in, if the factor can be used.

        Raises TicketEnded, WrongFactorCode, AuthenticatorUnreadable.
        """
        try:
            async with self._database.transaction() as tx:
                logged_in = await self._let_in(tx, ticket, factor, use, trust=trust, client=client)
                if begun is not None:
                    await begun(tx, logged_in.grant.session_id)
                return logged_in
        except AuthenticatorUnreadable:
            trial.refused = True  # it stands for a wrong recovery code, too
            await self._factors.note_unreadable(ticket.first.user_id, client)
            raise
        except WrongFactorCode as wrong:
            trial.refused = True
            refusal: Failure = TicketEnded() if tickets_policy.is_last(ticket.tries) else wrong
            await self._note_refusal(ticket, factor, client, charged, wrong.why)
            raise refusal from wrong

    async def _let_in(
        self, tx: Connection, ticket: Ticket, factor: Factor, use: Use, *, trust: bool, client: Client
    ) -> LoggedIn:
        first = ticket.first
        proven = await users.still_hold(tx, first.user_id, first.credential_version)
        if proven is None:
            raise TicketEnded
        await tickets.take(tx, ticket)
        await use(tx, ticket)
        logged_in = await self._login.admit_proven(
            tx,
            proven,
            amr=(*PASSWORD_ONLY, AMR[factor]),
            remember=first.remember,
            client=client,
            # A trusted browser gets an id that nobody can have known before.
            device_id=None if trust else first.device_id,
            detail={"factor": factor, "trusted": trust},
            forgiven=(NOBODY, first.charged),
            known_device=first.known_device,
        )
        if trust:
            until = self._clock() + TRUST_LIFE
            version = first.credential_version
            await devices.trust(tx, first.user_id, logged_in.device_id, until, version, first.device_id)
        return logged_in

    async def _note_refusal(
        self, ticket: Ticket, factor: Factor, client: Client, charged: Totp | None, why: str | None
    ) -> None:
        """Whoever types wrong codes knows the password: the owner hears of it when a ticket is used up by them."""
        now = self._clock()
        async with self._database.transaction() as tx:
            await audit.record(
                tx,
                kind=EventKind.SECOND_FACTOR,
                outcome=Outcome.REFUSED,
                client=client,
                now=now,
                user_id=ticket.first.user_id,
                detail={"factor": factor} | ({"reason": why} if why else {}),
            )
            await users.lock_credentials(tx, ticket.first.user_id)
            if charged is not None:
                await self._factors.note_wrong_code(tx, charged, client)
            if tickets_policy.is_last(ticket.tries):
                await self._notices.wrong_codes(tx, ticket.first.user_id, client, now)
