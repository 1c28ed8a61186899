"""Users: who somebody is. Registering writes the row; getting in is `login/`, staying in is `sessions/`."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.failure import FieldError
from doorstep.kit.clock import Clock
from doorstep.kit.database import UNIQUE_VIOLATION, Connection, Database
from doorstep.kit.entropy import new_id
from doorstep.users import queries
from doorstep.users.failures import EmailRefused, EmailTaken, UserUnknown
from doorstep.users.models import Credentials, User, UserStatus
from doorstep.users.policy import email_key, normalise_email, spelling_key


def require_email(typed: str) -> str:
    """The address to keep. Raises EmailRefused, which points at `/email`."""
    email = normalise_email(typed)
    if email is None:
        raise EmailRefused(errors=(FieldError("/email", EmailRefused.title),))
    return email


async def key_of(connection: Connection, typed: str) -> str:
    """The key by which the user of this address is found, if there is one.

    That of the mailbox, except for who shares it with another user, and is found by the spelling (see `addresses`).
    """
    key, spelled = email_key(typed), spelling_key(typed)
    return spelled if spelled != key and await queries.has_key(connection, spelled) else key


class Users:
    """Finds, adds, disables and enables users."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find_by_email(self, typed: str) -> User | None:
        """The user with this address, however it is spelled."""
        async with self._database.connection() as connection:
            return await queries.user_by_email(connection, await key_of(connection, typed))

    async def emails(self, user_ids: Iterable[UUID]) -> dict[UUID, str]:
        """The addresses of these users, for the operator's eyes; those who are gone are left out."""
        async with self._database.connection() as connection:
            return await queries.emails(connection, user_ids)

    async def any(self) -> bool:
        """Whether anybody has registered yet."""
        async with self._database.connection() as connection:
            return await queries.any_user(connection)

    async def disable(self, typed: str, client: Client) -> bool:
        """Refuse this user from the next request on; False when that was so already. Raises UserUnknown.

        Sessions are not deleted: each request asks for the status of the user, so all access ends at once and an
        enabled user is back where they were.
        """
        return await self._set_status(typed, UserStatus.DISABLED, EventKind.USER_DISABLED, client)

    async def enable(self, typed: str, client: Client) -> bool:
        """Let a disabled user in again; False when they were not disabled. Raises UserUnknown."""
        return await self._set_status(typed, UserStatus.ACTIVE, EventKind.USER_ENABLED, client)

    async def _set_status(self, typed: str, status: UserStatus, kind: EventKind, client: Client) -> bool:
        now = self._clock()
        async with self._database.transaction() as tx:
            user = await require_by_email(tx, typed)
            changed = await queries.update_status(tx, user.id, status, now)
            if changed:
                await audit.record(tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, user_id=user.id)
            return changed


async def add(
    tx: Connection, email: str, password_hash: str, now: datetime, *, log_in_when_verified: bool = False
) -> UUID:
    """Write a new user in the caller's transaction. `email` comes from `require_email`. Raises EmailTaken.

    `log_in_when_verified` refuses every password until the address is verified.
    """
    user_id, key = new_id(now), email_key(email)
    async with tx.transaction():  # a savepoint: the caller may go on after EmailTaken
        added = await queries.insert_user(
            tx, user_id, email, key, password_hash, now, log_in_when_verified=log_in_when_verified
        )
        # Asked after the row was written, which waits for whoever is just giving this address up; and asked of a taken
        # address too, so that it takes as long.
        held = await queries.is_held(tx, key, None, now)
        if held or not added:
            raise EmailTaken(errors=(FieldError("/email", EmailTaken.title),))
    return user_id


async def credentials_by_email(connection: Connection, typed: str) -> Credentials | None:
    """What a log-in with this address is checked against; None when nobody has it."""
    return await queries.credentials_by_email(connection, await key_of(connection, typed))


async def lock_credentials(tx: Connection, user_id: UUID) -> Credentials | None:
    """The credentials as they are now, held still until the caller's transaction ends."""
    return await queries.lock_credentials(tx, user_id)


async def credentials(connection: Connection, user_id: UUID) -> Credentials | None:
    """The credentials of this user, to look at only."""
    return await queries.credentials_by_id(connection, user_id)


async def still_hold(tx: Connection, user_id: UUID, version: int) -> Credentials | None:
    """The credentials, held until the transaction ends; None if they are not of that version or open nothing."""
    held = await queries.lock_credentials(tx, user_id)
    good = held is not None and held.status is UserStatus.ACTIVE and held.credential_version == version
    return held if good else None


async def keep_better_hash(tx: Connection, user_id: UUID, old: str, new: str, now: datetime) -> None:
    """Replace the hash of an unchanged password by one with today's parameters."""
    await queries.update_password_hash(tx, user_id, old, new, now)


async def by_id(connection: Connection, user_id: UUID) -> User | None:
    """The user of this id; None when there is none any more."""
    return await queries.user_by_id(connection, user_id)


async def lock(tx: Connection, user_id: UUID) -> User | None:
    """The same as they are now, held still until the caller's transaction ends."""
    return await queries.lock_user(tx, user_id)


async def by_email_key(connection: Connection, key: str) -> User | None:
    """The user with this address, given in the form in which addresses are compared."""
    return await queries.user_by_email(connection, key)


async def require_by_email(connection: Connection, typed: str) -> User:
    """The user with this address, however it is spelled. Raises UserUnknown."""
    user = await queries.user_by_email(connection, await key_of(connection, typed))
    if user is None:
        raise UserUnknown
    return user


async def set_password(tx: Connection, user_id: UUID, password_hash: str, now: datetime) -> None:
    """Another password, in the caller's transaction, which also ends sessions and tells the owner."""
    await queries.set_password(tx, user_id, password_hash, now)


async def drop_password(tx: Connection, user_id: UUID, now: datetime) -> None:
    """No password, in the caller's transaction, which has seen what else lets this user in, and tells them."""
    await queries.drop_password(tx, user_id, now)


async def change_factors(tx: Connection, user_id: UUID, now: datetime) -> None:
    """Note that the factors changed, in the caller's transaction: what was begun with those before is void."""
    await queries.count_change(tx, user_id, now)


async def mark_verified(tx: Connection, user_id: UUID, email: str, now: datetime) -> bool:
    """Note that mail to this address reaches the user; False when there was nothing to note."""
    return await queries.mark_verified(tx, user_id, (email_key(email), spelling_key(email)), now)


async def set_email(tx: Connection, user_id: UUID, email: str, now: datetime) -> None:
    """Another address, proven by a mail to it. Raises EmailTaken."""
    key = email_key(email)
    try:
        changed = await queries.set_email(tx, user_id, email, key, now)
    except UNIQUE_VIOLATION:
        changed = False
    if not changed or await queries.is_held(tx, key, user_id, now):
        raise EmailTaken(errors=(FieldError("/email", EmailTaken.title),))
    await queries.release(tx, user_id, key)


async def displace(tx: Connection, user_id: UUID, now: datetime) -> None:
    """Take the address away, in the caller's transaction, which gives it to the user who proved it."""
    await queries.displace(tx, user_id, now)


async def holds(tx: Connection, user_id: UUID, email: str, now: datetime) -> bool:
    """Whether this user gave this address up, and it is still held for them."""
    return await queries.holds(tx, user_id, email_key(email), now)


async def hold_address(
    tx: Connection, user_id: UUID, email: str, until: datetime, now: datetime, session_id: UUID | None
) -> None:
    """Let nobody else take the address that this user has just given up in that session, until then."""
    await queries.hold(tx, user_id, email_key(email), until, now, session_id)


async def void_password(tx: Connection, user_id: UUID, now: datetime) -> None:
    """No password is right until its user has chosen another, in the caller's transaction: somebody else knows it."""
    await queries.void_password(tx, user_id, now)


async def void_older_links(tx: Connection, user_id: UUID) -> None:
    """Let «not me» links that were issued up to now give no reset any more, in the caller's transaction."""
    await queries.raise_floor(tx, user_id)


async def mark_to_erase(
    tx: Connection, user_id: UUID, due_at: datetime, session_id: UUID | None, now: datetime
) -> bool:
    """Let the user be erased from that moment on, as asked in that session; None: by the operator. See `leaving`.

    False when that was settled before.
    """
    return await queries.mark_to_erase(tx, user_id, due_at, session_id, now)


async def keep(tx: Connection, user_id: UUID, now: datetime) -> bool:
    """Let the user stay; False when nobody was about to erase them."""
    return await queries.keep(tx, user_id, now)


async def take_to_erase(tx: Connection, now: datetime) -> User | None:
    """One user whose time to go has come, held until the caller's transaction ends."""
    return await queries.take_to_erase(tx, now)


async def erase(tx: Connection, user_id: UUID) -> bool:
    """Delete the user and whatever refers to them: sessions, subscriptions, devices, tokens, held addresses."""
    return await queries.erase(tx, user_id)
