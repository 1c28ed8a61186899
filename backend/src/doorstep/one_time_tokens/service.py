"""Tokens that are good once: 256 random bits in a link, and sometimes a six-digit code to type.

Only hashes are stored: of the token by SHA-256 (nothing can be guessed of 256 bits), of the code keyed by the server.
A new one voids those of the same purpose before it. Using one and what it does are one transaction.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from doorstep.attempts.models import Charged, Trial
from doorstep.attempts.service import open_attempt
from doorstep.kit import base64url
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.one_time_tokens import policy, queries
from doorstep.one_time_tokens.failures import TokenExpired, TokenOutgrown, TokenUnknown, TokenUsed, WrongCode
from doorstep.one_time_tokens.models import Issued, OneTimeToken, Purpose
from doorstep.one_time_tokens.policy import MOST_WRONG_CODES, Change, Worth
from doorstep.users import service as users
from doorstep.users.models import UserStatus
from doorstep.users.policy import email_key

_TOKEN_BYTES = 32
_CODE_DIGITS = 6


class OneTimeTokens:
    """Issues and redeems, with a key of the server's (32 bytes) for the codes; those of `former` ones are good, too."""

    def __init__(self, database: Database, key: bytes, former: Sequence[bytes] = ()) -> None:
        self._database = database
        self._key = key
        self._former = tuple(former)

    async def issue(
        self,
        tx: Connection,
        purpose: Purpose,
        user_id: UUID,
        *,
        now: datetime,
        email: str,
        session_id: UUID | None = None,
        with_code: bool = False,
        keep_older: bool = False,
        password_hash: str | None = None,
    ) -> Issued:
        """A new token, in the caller's transaction. It goes into a mail to `email` and nowhere else.

        What it is worth, and for how long, is in `policy.RULES`. `keep_older` leaves those of before good.
        `password_hash` goes with a private sign-up: whoever presses its link has typed that password.
        """
        await users.lock_credentials(tx, user_id)  # one after the other, so that one is the newest
        rule = policy.RULES[purpose]
        if rule.newest_only and not keep_older:
            await queries.drop_unused(tx, user_id, (purpose,), now)
        elif rule.newest_only:
            await queries.drop_past(tx, user_id, purpose, policy.MOST_UNUSED)
        token_id, raw = new_id(now), random_bytes(_TOKEN_BYTES)
        code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}" if with_code else None
        await queries.insert_token(
            tx,
            token_id=token_id,
            token_hash=hashlib.sha256(raw).digest(),
            code_hash=_code_hash(self._key, token_id, code) if code else None,
            purpose=purpose,
            user_id=user_id,
            session_id=session_id,
            email=email,
            now=now,
            expires_at=now + rule.life,
            password_hash=password_hash,
        )
        return Issued(base64url.encode(raw), code)

    async def redeem(
        self, tx: Connection, text: str, purpose: Purpose, now: datetime, *, outgrown_too: bool = False
    ) -> OneTimeToken:
        """Use a token in the caller's transaction. Raises TokenUnknown, TokenExpired, TokenUsed, TokenOutgrown.

        `outgrown_too` leaves it to the caller to look whether the address is still the user's. The user is locked
        before the token, here as everywhere, so that no two changes of an account wait for each other in a circle.
        Tokens of somebody disabled are as good as unknown.
        """
        token_hash = _token_hash(text)
        seen = _require_good(await queries.by_hash(tx, token_hash, purpose), now, outgrown_too=outgrown_too)
        await self._require_active(tx, seen.user_id)
        held = await queries.lock_by_hash(tx, token_hash, purpose)
        token = _require_good(held, now, outgrown_too=outgrown_too)
        await queries.mark_used(tx, token.id, now)
        return token

    async def look(self, text: str, purpose: Purpose, now: datetime) -> OneTimeToken:
        """What a token is, without using it. Raises as `redeem`."""
        async with self._database.connection() as connection:
            return _require_good(await queries.by_hash(connection, _token_hash(text), purpose), now)

    async def newest(
        self, connection: Connection, user_id: UUID, purpose: Purpose, now: datetime
    ) -> OneTimeToken | None:
        """The newest token of this purpose that could still be used; None when there is none."""
        return await queries.newest(connection, user_id, purpose, now)

    async def withdraw(self, tx: Connection, user_id: UUID, purpose: Purpose, now: datetime) -> bool:
        """Forget what was not used of this purpose; whether any of it could still have been."""
        return bool(await queries.drop_unused(tx, user_id, (purpose,), now))

    async def charge_code(
        self, user_id: UUID, purpose: Purpose, code: str, now: datetime, trial: Trial | None = None
    ) -> UUID:
        """The token whose code this is. The try is charged first, and stays charged. Raises WrongCode.

        With a `trial` the charge is given back when what follows could not be done.
        """
        async with self._database.transaction() as tx:
            charged = await queries.charge_code(tx, user_id, purpose, now, MOST_WRONG_CODES)
            if charged is not None and trial is not None:
                await open_attempt(tx, trial, Charged(token_id=charged[0]), now)
        if charged is None:
            raise WrongCode
        token_id, code_hash = charged
        keys = (self._key, *self._former)
        if not any(hmac.compare_digest(_code_hash(key, token_id, code), code_hash) for key in keys):
            raise WrongCode
        return token_id

    async def redeem_by_id(self, tx: Connection, user_id: UUID, token_id: UUID, now: datetime) -> OneTimeToken:
        """Use the token of this user that `charge_code` found, in the caller's transaction. Raises as `redeem`."""
        await self._require_active(tx, user_id)
        token = _require_good(await queries.lock_by_id(tx, token_id), now)
        await queries.mark_used(tx, token.id, now)
        return token

    async def void(self, tx: Connection, user_id: UUID, change: Change, now: datetime) -> set[Purpose]:
        """Forget the tokens that this change makes moot, by the table of purposes; which could still have been used."""
        return await queries.drop_unused(tx, user_id, policy.voided_by(change), now)

    async def void_undo_of_later(self, tx: Connection, user_id: UUID, email: str) -> None:
        """Forget the links that undo a change of address and lie in mailboxes that were the user's after this one.

        Those of mailboxes before it stay: the account goes back to the mailbox that had it first.
        """
        spellings = [
            each
            for each in await queries.emails(tx, user_id, Purpose.UNDO_NEW_EMAIL)
            if email_key(each) == email_key(email)
        ]
        await queries.drop_for_later_mailboxes(tx, user_id, Purpose.UNDO_NEW_EMAIL, spellings)

    async def may_issue(self, tx: Connection, user_id: UUID, purpose: Purpose, now: datetime) -> bool:
        """Whether one more of this purpose would not be past what a user can have outstanding."""
        return await queries.count_unused(tx, user_id, purpose, now, policy.MOST_UNUSED) < policy.MOST_UNUSED

    async def _require_active(self, tx: Connection, user_id: UUID) -> None:
        credentials = await users.lock_credentials(tx, user_id)
        if credentials is None or credentials.status is not UserStatus.ACTIVE:
            raise TokenUnknown


def _code_hash(key: bytes, token_id: UUID, code: str) -> bytes:
    return hmac.digest(key, token_id.bytes + code.encode(errors="surrogatepass"), hashlib.sha256)


def _require_good(token: OneTimeToken | None, now: datetime, *, outgrown_too: bool = False) -> OneTimeToken:
    if token is None:
        raise TokenUnknown
    match policy.judge(token, now):
        case Worth.GOOD:
            return token
        case Worth.EXPIRED:
            raise TokenExpired
        case Worth.USED:
            raise TokenUsed
        case Worth.OUTGROWN:
            if not outgrown_too:
                raise TokenOutgrown
            return token


def _token_hash(text: str) -> bytes:
    """The hash under which a token of that text would lie; of malformed text, one that nothing lies under."""
    try:
        raw = base64url.decode(text)
    except ValueError:
        raw = b""
    return hashlib.sha256(raw).digest()
