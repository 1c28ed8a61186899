"""Log-in: getting in with e-mail and password.

Two short transactions with the hash between them: no connection is held while Argon2 works.
"""

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.hashing import PasswordHasher, Verified
from doorstep.login import policy
from doorstep.login.failures import InvalidCredentials
from doorstep.login.policy import Verdict
from doorstep.sessions.models import PASSWORD_ONLY, Grant
from doorstep.sessions.service import Sessions
from doorstep.users import service as users
from doorstep.users.models import Credentials


class Login:
    """Lets people in."""

    def __init__(self, database: Database, clock: Clock, hasher: PasswordHasher, sessions: Sessions) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher
        self._sessions = sessions

    async def with_password(self, email: str, password: str, *, remember: bool, client: Client) -> Grant:
        """A session for the right password. Raises InvalidCredentials, the same for every reason, and Busy.

        Somebody unknown costs a hash too (of a decoy), so that the time tells as little as the answer.
        """
        async with self._database.connection() as connection:
            credentials = await users.credentials_by_email(connection, email)
        verified = await self._hasher.matches(password, credentials.password_hash if credentials else None)
        verdict = policy.judge(credentials, password_matches=verified.ok)
        async with self._database.transaction() as tx:
            grant = None
            if credentials is not None and verdict is Verdict.ADMIT:
                grant = await self._admit(tx, credentials, verified, remember=remember, client=client)
            if grant is None:
                await self._note_refusal(tx, credentials, client)
        if grant is None:  # raised out here, so that the refusal stays in the trail
            raise InvalidCredentials
        return grant

    async def _admit(
        self, tx: Connection, checked: Credentials, verified: Verified, *, remember: bool, client: Client
    ) -> Grant | None:
        if not policy.still_admitted(checked, await users.lock_credentials(tx, checked.user_id)):
            return None
        now = self._clock()
        if verified.replacement is not None and checked.password_hash is not None:
            await users.keep_better_hash(tx, checked.user_id, checked.password_hash, verified.replacement, now)
        grant = await self._sessions.start(tx, checked.user_id, remember=remember, amr=PASSWORD_ONLY, client=client)
        await audit.record(
            tx,
            kind=EventKind.LOGIN,
            outcome=Outcome.SUCCESS,
            client=client,
            now=now,
            user_id=checked.user_id,
            session_id=grant.session_id,
            detail={"rehashed": verified.replacement is not None},
        )
        return grant

    async def _note_refusal(self, tx: Connection, credentials: Credentials | None, client: Client) -> None:
        await audit.record(
            tx,
            kind=EventKind.LOGIN,
            outcome=Outcome.REFUSED,
            client=client,
            now=self._clock(),
            user_id=credentials.user_id if credentials else None,
        )
