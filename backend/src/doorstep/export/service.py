"""Export: a copy of everything held about a person, as JSON, in pieces that are read while they are sent."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import OPERATOR, Client, EventKind, Outcome
from doorstep.export import queries
from doorstep.export.queries import SECTIONS, Section
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.mail.failures import TooManyMails
from doorstep.mail.policy import WINDOW, may_ask
from doorstep.notices.service import Notices
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.failures import Unauthenticated
from doorstep.sessions.service import Sessions
from doorstep.users import service as users
from doorstep.users.failures import UserUnknown

FORMAT = 1


class Export:
    """Hands people what is held about them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        factors: SecondFactors,
        sessions: Sessions,
        notices: Notices,
    ) -> None:
        self._database = database
        self._clock = clock
        self._factors = factors
        self._sessions = sessions
        self._notices = notices

    async def ask(self, who: SignedIn, client: Client) -> AsyncIterator[str]:
        """The copy for its owner, who is told by mail, in pieces of JSON text.

        It is cut off when the session ends meanwhile. Raises StepUpRequired, TooManyMails (at most five an hour for
        each session), Unauthenticated when the session has ended.
        """
        await self._factors.require_recent(who, EventKind.DATA_EXPORTED, client)
        profile = await self._begin(who.user.id, client, who.session_id)
        if profile is None:
            raise Unauthenticated
        return self._pieces(who.user.id, profile, who.session_id)

    async def ask_for(self, typed_email: str, client: Client = OPERATOR) -> AsyncIterator[str]:
        """The same by an operator, who answers to the person outside of here. Raises UserUnknown, TooManyMails."""
        async with self._database.connection() as connection:
            user = await users.require_by_email(connection, typed_email)
        profile = await self._begin(user.id, client)
        if profile is None:
            raise UserUnknown
        return self._pieces(user.id, profile)

    async def _begin(self, user_id: UUID, client: Client, session_id: UUID | None = None) -> dict[str, object] | None:
        """Record and tell, before anything is handed out. The profile; None when the user is gone."""
        async with self._database.transaction() as tx:
            if session_id is not None:
                await self._sessions.require_live(tx, user_id, session_id)
            user = await users.lock(tx, user_id)
            if user is None:
                return None
            if session_id is not None:
                await self._require_few(tx, user_id, session_id)
            await audit.record(
                tx,
                kind=EventKind.DATA_EXPORTED,
                outcome=Outcome.SUCCESS,
                client=client,
                now=self._clock(),
                user_id=user_id,
                session_id=session_id,
            )
            await self._notices.data_exported(tx, user_id, session_id, client, self._clock())
            return await queries.profile(tx, user_id)

    async def _require_few(self, tx: Connection, user_id: UUID, session_id: UUID) -> None:
        """Pass when neither this session nor this user has had too many copies within the hour. Raises TooManyMails."""
        since = self._clock() - WINDOW
        in_session, of_user = await queries.count_copies(tx, user_id, session_id, since)
        if not may_ask(in_session=in_session, of_user=of_user):
            raise TooManyMails(retry_after=int(WINDOW.total_seconds()))

    async def _pieces(
        self, user_id: UUID, profile: dict[str, object], session_id: UUID | None = None
    ) -> AsyncIterator[str]:
        yield f'{{"format": {FORMAT}, "exported_at": {_json(self._clock())}, "profile": {_json(profile)}'
        for section in SECTIONS:
            yield f', "{section.name}": ['
            async for piece in self._rows(section, user_id, session_id):
                yield piece
            yield "]"
        yield "}\n"

    async def _rows(self, section: Section, user_id: UUID, session_id: UUID | None) -> AsyncIterator[str]:
        """No connection is held between two pages: whoever reads slowly keeps nobody waiting.

        Raises Unauthenticated when the session ends, which cuts the answer off.
        """
        after, glue = None, ""
        while True:
            async with self._database.connection() as connection:
                if session_id is not None and not await self._sessions.is_live(connection, user_id, session_id):
                    raise Unauthenticated
                rows = await queries.page(connection, section, user_id, after)
            if rows:
                after = rows[-1]["key"]
                yield glue + ", ".join(_row(row) for row in rows)
                glue = ", "
            if len(rows) < queries.PAGE:
                return


def _row(row: dict[str, object]) -> str:
    shown = {name: value for name, value in row.items() if name != "key"}
    if isinstance(detail := shown.get("detail"), str):
        shown["detail"] = json.loads(detail)
    return _json(shown)


def _json(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)
