"""Changing the master secret while the servers run: what lies sealed under one before today's is sealed anew.

Batch after batch, each its own transaction, and nothing is written over that changed meanwhile. A run that was stopped
is run again: what was done opens with today's secret, and is passed over. Until then both secrets open everything.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.keys.models import KeyState
from doorstep.keys.service import SigningKeys
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.sealing import Sorted, sealer
from doorstep.kit.secret import (
    AUTHENTICATORS,
    OUTBOX,
    RECOVERY_CODES,
    SEALED_CODE_KEYS,
    SIGNING_KEYS,
    Secrets,
    derive,
    fingerprint,
)
from doorstep.mail.sealed import SealedMails
from doorstep.recovery_codes.kept_keys import KeptKeys
from doorstep.secret_change import queries
from doorstep.secret_change.failures import NoFormerSecret
from doorstep.secret_change.models import Counts, FormerSecret, Part, Rotated, Standing, Watch
from doorstep.settings import TokenSettings
from doorstep.totp.sealed import SealedAuthenticators

BATCH = 500
_FIRST = UUID(int=0)
_GOOD = frozenset({KeyState.WAITS, KeyState.SIGNS, KeyState.VERIFIES})


class SealedRows(Protocol):
    """A table with a sealed column, gone through in the order of its ids."""

    async def count(self, connection: Connection) -> int:
        """How many there are."""

    async def after(self, connection: Connection, last: UUID, most: int) -> Sorted[UUID]:
        """The next ones, by the key that opens them."""

    async def seal_anew(self, connection: Connection, batch: Sorted[UUID]) -> int:
        """Put those that were sealed anew in place; how many."""


class SecretChange:
    """Knows which secret opens what, and seals anew."""

    def __init__(self, database: Database, clock: Clock, secrets: Secrets, tokens: TokenSettings) -> None:
        self._database = database
        self._clock = clock
        self._secrets = secrets
        self._signing_keys = SigningKeys(database, clock, sealer(secrets, SIGNING_KEYS), tokens)
        self._kept_keys = KeptKeys(sealer(secrets, SEALED_CODE_KEYS))
        self._tables: dict[Part, SealedRows] = {
            Part.AUTHENTICATORS: SealedAuthenticators(sealer(secrets, AUTHENTICATORS)),
            Part.MAILS: SealedMails(sealer(secrets, OUTBOX)),
        }

    async def standing(self) -> Standing:
        """Which secret opens what, by looking at all of it. Raises DatabaseUnavailable."""
        parts = {Part.SIGNING_KEYS: _counts(await self._signing_keys.sealed())}
        for part, rows in self._tables.items():
            parts[part] = await self._count(rows)
        return Standing(parts, tuple([await self._former(secret) for secret in self._secrets.former]))

    async def rotate(self, client: Client, watch: Watch, *, leaked: bool = False, lost: bool = False) -> Rotated:
        """Seal anew what lies under a secret before today's. Raises NoFormerSecret, DatabaseUnavailable.

        `leaked`: whoever has the one before may have the signing keys, too, which are withdrawn and made anew. `lost`:
        the one before is not to be had; signing keys that nothing opens are withdrawn.
        """
        if leaked and not self._secrets.former:
            raise NoFormerSecret
        kept = await self._keep_code_keys()
        keys = await self._signing_keys.seal_anew()
        withdrawn = [*(await self._withdraw_leaked(client) if leaked else ())]
        if lost:
            withdrawn += await self._withdraw(keys.unreadable, client)
        sealed_anew, finished = {Part.SIGNING_KEYS: len(keys.former)}, True
        for part, rows in self._tables.items():
            sealed_anew[part], to_the_end = await self._seal_anew(part, rows, watch) if finished else (0, False)
            finished = finished and to_the_end
        if kept or any(sealed_anew.values()):
            await self._note(sealed_anew, client)
        return Rotated(sealed_anew, tuple(withdrawn), finished)

    async def _keep_code_keys(self) -> bool:
        """Keep what recovery codes were hashed with under each secret before; whether any was not kept before."""
        async with self._database.transaction() as tx:
            await self._kept_keys.seal_anew(tx)
            new = [
                await self._kept_keys.keep(tx, fingerprint(secret), derive(secret, RECOVERY_CODES), self._clock())
                for secret in self._secrets.former
            ]
        return any(new)

    async def _withdraw_leaked(self, client: Client) -> list[str]:
        """Withdraw the keys from before the change, the waiting ones first: none of them takes over from another."""
        async with self._database.connection() as connection:
            changed = await self._kept_keys.kept_at(connection, fingerprint(self._secrets.former[0]))
        listed = [each for each in await self._signing_keys.overview() if each.state in _GOOD]
        listed.sort(key=lambda each: each.state is not KeyState.WAITS)
        before = [each.key.kid for each in listed if changed is not None and each.key.created_at < changed]
        return await self._withdraw(before, client)

    async def _withdraw(self, kids: Sequence[str], client: Client) -> list[str]:
        return [kid for kid in kids if (await self._signing_keys.retire(kid, client)).changed]

    async def _seal_anew(self, part: Part, rows: SealedRows, watch: Watch) -> tuple[int, bool]:
        """How many were sealed anew, and whether all were looked at."""
        async with self._database.connection() as connection:
            total = await rows.count(connection)
        looked, renewed, last = 0, 0, _FIRST
        while True:
            async with self._database.transaction() as tx:
                batch = await rows.after(tx, last, BATCH)
                if batch.former:
                    renewed += await rows.seal_anew(tx, batch)
            if batch.last is None:
                return renewed, True
            last, looked = batch.last, looked + _size(batch)
            if not watch(part, looked, max(total, looked)):
                return renewed, False

    async def _count(self, rows: SealedRows) -> Counts:
        found, last = Counts(), _FIRST
        while True:
            async with self._database.connection() as connection:
                batch = await rows.after(connection, last, BATCH)
            if batch.last is None:
                return found
            more, last = _counts(batch), batch.last
            found = Counts(found.current + more.current, found.former + more.former, found.unreadable + more.unreadable)

    async def _former(self, secret: bytes) -> FormerSecret:
        async with self._database.connection() as connection:
            moment = await self._kept_keys.kept_at(connection, fingerprint(secret))
            sessions = await queries.sessions_unused_since(connection, moment or self._clock(), self._clock())
        return FormerSecret(moment, sessions)

    async def _note(self, sealed_anew: dict[Part, int], client: Client) -> None:
        async with self._database.transaction() as tx:
            await audit.record(
                tx,
                kind=EventKind.SECRET_ROTATED,
                outcome=Outcome.SUCCESS,
                client=client,
                now=self._clock(),
                detail={part.name.lower(): count for part, count in sealed_anew.items()},
            )


def _counts(batch: Sorted[str] | Sorted[UUID]) -> Counts:
    return Counts(batch.current, len(batch.former), len(batch.unreadable))


def _size(batch: Sorted[UUID]) -> int:
    return batch.current + len(batch.former) + len(batch.unreadable)
