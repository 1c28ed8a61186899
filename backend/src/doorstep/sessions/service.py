"""Sessions: staying in. Start, refresh, log out, list, revoke."""

from datetime import datetime, timedelta
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import LONGEST_USER_AGENT, Client, EventKind, Outcome
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.kit.together import Together
from doorstep.notices.service import Notices
from doorstep.sessions import policy, queries
from doorstep.sessions.access_tokens import AccessTokens
from doorstep.sessions.failures import DISPLACED, SessionEnded, SessionUnknown, Unauthenticated
from doorstep.sessions.models import Exchange, Grant, LiveSession, NewSession, NextEnds, RevokedReason, Session, Step
from doorstep.sessions.policy import Lives, Refresh
from doorstep.sessions.refresh_tokens import PresentedToken, RefreshTokens, parse
from doorstep.settings import SessionSettings
from doorstep.users import service as users

_SECRET_BYTES = 32
_MOST_TOLD = 10
"""Events about sessions that one log-in ended; of more, each event has the number."""


class Sessions:
    """Starts sessions, turns refresh tokens into access tokens, lists and ends sessions."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: SessionSettings,
        access_tokens: AccessTokens,
        refresh_tokens: RefreshTokens,
        notices: Notices,
    ) -> None:
        self._database = database
        self._clock = clock
        self.settings = settings
        self._access_tokens = access_tokens
        self._refresh_tokens = refresh_tokens
        self._notices = notices
        self._exchanges = Together(self._exchange)

    async def start(
        self,
        tx: Connection,
        user_id: UUID,
        *,
        remember: bool,
        amr: tuple[str, ...],
        client: Client,
        device_id: UUID,
    ) -> Grant:
        """Begin a session in the caller's transaction, which has just seen the person prove who they are."""
        new, grant = self.begin(user_id, remember=remember, amr=amr, client=client, device_id=device_id)
        await queries.insert_session(tx, new)
        return grant

    def begin(
        self, user_id: UUID, *, remember: bool, amr: tuple[str, ...], client: Client, device_id: UUID
    ) -> tuple[NewSession, Grant]:
        """A session for the caller to store, and what its browser gets when that is done."""
        now = self._clock()
        ends = policy.first_ends(self._lives(remember=remember), now)
        session_id, secret = new_id(now), random_bytes(_SECRET_BYTES)
        new = NewSession(
            id=session_id,
            user_id=user_id,
            secret=secret,
            began_at=now,
            remember=remember,
            amr=amr,
            idle_expires_at=ends.idle_expires_at,
            expires_at=ends.expires_at,
            address=client.address,
            user_agent=client.user_agent[:LONGEST_USER_AGENT] if client.user_agent else None,
            device_id=device_id,
        )
        return new, Grant(
            session_id=session_id,
            access_token=self._access_tokens.sign(
                user_id=user_id, session_id=session_id, authenticated_at=now, amr=amr
            ),
            expires_in=self._access_tokens.seconds,
            refresh_token=self._refresh_tokens.make(session_id, 1, secret),
            cookie_max_age=policy.cookie_max_age(remember, ends.idle_expires_at, now),
        )

    async def refresh(self, text: str, client: Client) -> Grant:
        """A new access token and the next refresh token for the one that arrived. Raises SessionEnded.

        A token that was used before, or skipped (replay), ends the session for everybody who holds one, user and thief.
        """
        presented = parse(text)
        if presented is None:
            raise SessionEnded
        if not await self._is_genuine(presented):
            raise SessionEnded
        exchange = Exchange(presented.session_id, presented.generation, client.address)
        session = await self._exchanges.get(exchange)
        if session is None:
            session = await self._settle(exchange, client)
        if session is None:  # raised out here, so that the revocation of a replayed session is committed
            raise SessionEnded
        self._refresh_tokens.forget(presented)
        return self._grant(session)

    async def _is_genuine(self, presented: PresentedToken) -> bool:
        if self._refresh_tokens.knows(presented):
            return True
        async with self._database.connection() as connection:
            secret = await queries.secret_of(connection, presented.session_id)
        return secret is not None and self._refresh_tokens.is_genuine(presented, secret)

    async def _exchange(self, asked: list[Exchange]) -> dict[Exchange, Session]:
        """The usual case, in one statement for all of one moment: genuine tokens, current ones of live sessions."""
        first = {exchange.session_id: exchange for exchange in reversed(asked)}
        async with self._database.connection() as connection:
            rotated = await self._rotate(connection, list(first.values()))
        return {first[session_id]: session for session_id, session in rotated.items()}

    async def _rotate(self, connection: Connection, exchanges: list[Exchange]) -> dict[UUID, Session]:
        self._access_tokens.require_key()  # before a token is spent
        now = self._clock()
        return await queries.rotate(connection, exchanges, now, self._next_ends(now))

    async def _settle(self, exchange: Exchange, client: Client) -> Session | None:
        """The session, if a genuine token that could not be exchanged at once opens it all the same."""
        async with self._database.transaction() as tx:
            session, meaning = await self._judge(tx, exchange)
            if session is None or meaning is Refresh.RESEND:
                return session
            if meaning is Refresh.ROTATE:
                return (await self._rotate(tx, [exchange])).get(session.id)
            if meaning is Refresh.AHEAD:
                return await self._go_on(tx, session, policy.ahead(session, exchange.generation), exchange.address)
            if meaning is Refresh.SKIP:
                return await self._go_on(tx, session, policy.skip(session), exchange.address)
        if meaning is Refresh.REPLAY:
            # Judged once more: the user is locked before the session here, as everywhere, since a mail is written.
            async with self._database.transaction() as tx:
                await users.lock_credentials(tx, session.user_id)
                session, meaning = await self._judge(tx, exchange)
                if session is not None and meaning is Refresh.REPLAY:
                    await self._alarm(tx, session, exchange.generation, client, self._clock())
        return None

    async def _go_on(self, tx: Connection, session: Session, step: Step, address: str | None) -> Session | None:
        self._access_tokens.require_key()
        now = self._clock()
        return await queries.go_on(tx, session, step, address, now, self._next_ends(now))

    async def _judge(self, tx: Connection, exchange: Exchange) -> tuple[Session | None, Refresh]:
        """The session, held, and what the token means for it. Raises SessionEnded where its browser is told why."""
        session = await queries.lock_session(tx, exchange.session_id)
        if session is None:
            return None, Refresh.ENDED
        if session.revoked_reason is RevokedReason.TOO_MANY_SESSIONS:
            raise SessionEnded(DISPLACED)
        now = self._clock()
        return session, policy.judge_refresh(session, exchange.generation, now, self.settings.rotation_grace)

    async def log_out(self, text: str, client: Client, *, successor: UUID | None = None) -> None:
        """End the session of this refresh token. A token that opens nothing is no error: the person is logged out.

        A log-in that took its place, the session `successor`, is told after it.
        """
        presented = parse(text)
        if presented is None:
            return
        async with self._database.transaction() as tx:
            session = await queries.lock_session(tx, presented.session_id)
            if session is None or not self._refresh_tokens.is_genuine(presented, session.secret):
                return
            now = self._clock()
            if await queries.revoke(tx, session.id, now, RevokedReason.LOGGED_OUT):
                began_at = await queries.began_at(tx, successor) if successor else None
                await audit.record(
                    tx,
                    kind=EventKind.LOGGED_OUT,
                    outcome=Outcome.SUCCESS,
                    client=client,
                    now=began_at - timedelta(microseconds=1) if began_at else now,
                    user_id=session.user_id,
                    session_id=session.id,
                )

    async def live(self, user_id: UUID) -> tuple[LiveSession, ...]:
        """The browsers in which this user is signed in, the one used last first."""
        async with self._database.connection() as connection:
            return await queries.live_of_user(connection, user_id, self._clock())

    async def require_live(self, tx: Connection, user_id: UUID, session_id: UUID) -> None:
        """Lock this user, then pass if the session may still act. Raises Unauthenticated.

        The first statement of every transaction by which a signed-in user changes something: what the gate has seen
        may be over by now, and whatever ends sessions locks the same row. So nothing happens after a reset, «not me»
        or a deletion that was asked for before it.
        """
        await users.lock_credentials(tx, user_id)
        if not await queries.is_live(tx, user_id, session_id, self._clock()):
            raise Unauthenticated

    async def is_live(self, connection: Connection, user_id: UUID, session_id: UUID) -> bool:
        """Whether this session may still act, to look at only."""
        return await queries.is_live(connection, user_id, session_id, self._clock())

    async def revoke(self, user_id: UUID, session_id: UUID, client: Client, *, by: UUID) -> None:
        """End one session of this user, with the next request that it makes. `by` is the session that asks.

        Raises SessionUnknown, Unauthenticated.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            await self.require_live(tx, user_id, by)
            if not await queries.revoke_own(tx, session_id, user_id, now):
                raise SessionUnknown
            await audit.record(
                tx,
                kind=EventKind.SESSION_REVOKED,
                outcome=Outcome.SUCCESS,
                client=client,
                now=now,
                user_id=user_id,
                session_id=session_id,
            )

    async def revoke_others(self, user_id: UUID, kept: UUID, client: Client) -> int:
        """End every session of this user but `kept`, which asks; how many there were. Raises Unauthenticated."""
        now = self._clock()
        async with self._database.transaction() as tx:
            await self.require_live(tx, user_id, kept)
            ended = await self.end_others(tx, user_id, kept)
            if ended:
                await audit.record(
                    tx,
                    kind=EventKind.OTHER_SESSIONS_REVOKED,
                    outcome=Outcome.SUCCESS,
                    client=client,
                    now=now,
                    user_id=user_id,
                    session_id=kept,
                    detail={"sessions": ended},
                )
            return ended

    async def sign_out(self, typed_email: str, client: Client) -> int:
        """End every session of this user, who may log in again; how many there were. Raises UserUnknown."""
        now = self._clock()
        async with self._database.transaction() as tx:
            user = await users.require_by_email(tx, typed_email)
            await users.lock_credentials(tx, user.id)
            ended = await self.end_all(tx, user.id)
            if ended:
                await self._note_end(tx, user.id, ended, client, now)
            return ended

    async def sign_everybody_out(self, client: Client) -> int:
        """End every session of everybody; how many users were signed in."""
        now = self._clock()
        async with self._database.transaction() as tx:
            ended = await queries.revoke_everybody(tx, now, RevokedReason.REVOKED)
            for user_id, sessions in ended.items():
                await self._note_end(tx, user_id, sessions, client, now)
            return len(ended)

    async def end_all(self, tx: Connection, user_id: UUID) -> int:
        """End every session of this user, in the caller's transaction, which holds the user; how many were live."""
        live = await queries.count_live(tx, user_id, self._clock())
        await queries.end_all(tx, user_id)
        return live

    async def end_others(self, tx: Connection, user_id: UUID, kept: UUID) -> int:
        """End every session of this user but `kept`, in the caller's transaction, which holds the user; how many."""
        live = await queries.count_live(tx, user_id, self._clock(), but=kept)
        await queries.end_all(tx, user_id, but=kept)
        return live

    async def end_excess(self, tx: Connection, user_id: UUID, begun: UUID, client: Client) -> None:
        """End the sessions past the most that a user may have, and tell the user, in the caller's transaction.

        `begun` is the session that was one too many; it stays.
        """
        now = self._clock()
        ended = await queries.end_excess(tx, user_id, begun, now, self.settings.most_live)
        for session_id in ended[:_MOST_TOLD]:
            await audit.record(
                tx,
                kind=EventKind.SESSION_DISPLACED,
                outcome=Outcome.SUCCESS,
                client=client,
                now=now,
                user_id=user_id,
                session_id=session_id,
                detail={"sessions": len(ended)},
            )
        if ended:
            await self._notices.too_many_sessions(tx, user_id, now)

    async def prove_again(
        self, tx: Connection, session_id: UUID, *, at: datetime | None = None, amr: tuple[str, ...] = ()
    ) -> str:
        """A fresh access token for a session whose person has just proved who they are, or did `at` another moment.

        `amr` is what they showed besides what the session knows. Raises SessionEnded.
        """
        now = self._clock()
        proved_at = at or now
        proved = await queries.prove_again(tx, session_id, now, proved_at, amr)
        if proved is None:
            raise SessionEnded
        user_id, known = proved
        return self._access_tokens.sign(user_id=user_id, session_id=session_id, authenticated_at=proved_at, amr=known)

    async def note_factor(self, tx: Connection, session_id: UUID, amr: str) -> None:
        """Note in the caller's transaction that this factor was shown in the session, too."""
        await queries.note_factor(tx, session_id, amr)

    async def device_of(self, connection: Connection, session_id: UUID) -> UUID | None:
        """The browser in which this session began."""
        return await queries.device_of(connection, session_id)

    async def began_with_older_passkey(self, connection: Connection, session_id: UUID, moment: datetime) -> bool:
        """Whether the session began with a passkey that was in the account at that moment."""
        return await queries.began_with_older_passkey(connection, session_id, moment)

    @property
    def access_seconds(self) -> int:
        """How long an access token lives."""
        return self._access_tokens.seconds

    async def _note_end(self, tx: Connection, user_id: UUID, sessions: int, client: Client, now: datetime) -> None:
        await audit.record(
            tx,
            kind=EventKind.SESSIONS_ENDED,
            outcome=Outcome.SUCCESS,
            client=client,
            now=now,
            user_id=user_id,
            detail={"sessions": sessions},
        )

    async def _alarm(self, tx: Connection, session: Session, generation: int, client: Client, now: datetime) -> None:
        await queries.revoke(tx, session.id, now, RevokedReason.REPLAYED)
        await self._notices.session_replayed(tx, session.user_id, client, now)
        await audit.record(
            tx,
            kind=EventKind.REFRESH_REPLAYED,
            outcome=Outcome.ALARM,
            client=client,
            now=now,
            user_id=session.user_id,
            session_id=session.id,
            detail={"presented": generation, "current": session.generation},
        )

    def _grant(self, session: Session) -> Grant:
        return Grant(
            session_id=session.id,
            access_token=self._access_tokens.sign(
                user_id=session.user_id,
                session_id=session.id,
                authenticated_at=session.authenticated_at,
                amr=session.amr,
            ),
            expires_in=self._access_tokens.seconds,
            refresh_token=self._refresh_tokens.make(session.id, session.generation, session.secret),
            cookie_max_age=policy.cookie_max_age(session.remember, session.idle_expires_at, self._clock()),
        )

    def _next_ends(self, now: datetime) -> NextEnds:
        return NextEnds(unremembered=now + self.settings.idle, remembered=now + self.settings.remembered_idle)

    def _lives(self, *, remember: bool) -> Lives:
        if remember:
            return Lives(self.settings.remembered_idle, self.settings.remembered_absolute)
        return Lives(self.settings.idle, self.settings.absolute)
