"""The signing keys in the database, where they lie sealed: making the next one, rotating and withdrawing by hand."""

from datetime import datetime

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.keys import policy, queries
from doorstep.keys.failures import SigningKeyUnknown
from doorstep.keys.models import Listed, SigningKey, Withdrawal
from doorstep.keys.policy import Span
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.sealing import SealBroken, Sealer, Sorted
from doorstep.kit.signing import KeyPair, make_key_pair, read_key_pair
from doorstep.settings import TokenSettings

Rows = tuple[SigningKey, ...]
_BY_ITSELF = Client()


class SigningKeys:
    """Keeps the signing keys of all processes in order."""

    def __init__(self, database: Database, clock: Clock, sealer: Sealer, settings: TokenSettings) -> None:
        self._database = database
        self._clock = clock
        self._sealer = sealer
        self._settings = settings
        self._token_life = settings.access_ttl + settings.leeway

    async def in_order(self) -> Rows:
        """Every key, after the next one was made if it is due. Raises DatabaseUnavailable."""
        now = self._clock()
        async with self._database.connection() as connection:
            rows = await queries.all_keys(connection)
        if not self._is_anything_due(rows, now):
            return rows
        async with self._database.transaction() as tx:
            await queries.lock_keys(tx)
            return await self._put_in_order(tx, now, _BY_ITSELF)

    def open(self, row: SigningKey) -> KeyPair:
        """The pair that the row seals. Raises SealBroken.

        What is public about it comes out of the seal too: a row that somebody else wrote is never believed.
        """
        try:
            return read_key_pair(self._sealer.open(row.sealed_private, _place(row.kid)))
        except (TypeError, ValueError) as broken:
            raise SealBroken(_place(row.kid)) from broken

    async def overview(self) -> tuple[Listed, ...]:
        """Every key, oldest first, and what it is for now. Raises DatabaseUnavailable."""
        now = self._clock()
        async with self._database.connection() as connection:
            rows = await queries.all_keys(connection)
        return tuple(self._listed(row, rows, now) for row in rows)

    async def rotate(self, client: Client, *, at_once: bool) -> SigningKey:
        """The key that takes over: published for `key_notice` before it signs, or signing `at_once`.

        A key that waits already is that key; asked twice, nobody makes two. The one before stops when it takes over
        and is believed until its last token has expired.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            await queries.lock_keys(tx)
            rows = await self._put_in_order(tx, now, client)
            waits = policy.waiting(rows, now)
            if waits is not None and not at_once:
                return waits
            if waits is not None:
                await self._promote(tx, waits, now, client)
                kid, starts = waits.kid, now
            else:
                span = policy.span_by_hand(
                    rows, now, self._settings.key_life, self._settings.key_notice, at_once=at_once
                )
                kid, starts = await self._make(tx, span, now, client), span.activates_at
            await queries.supersede_keys(tx, kid, starts + policy.HANDOVER)
            return _named(await queries.all_keys(tx), kid)

    async def retire(self, kid: str, client: Client) -> Withdrawal:
        """Withdraw a key: it signs no more, and its tokens are refused. Raises SigningKeyUnknown.

        Where no other key signs, the waiting one does from now on, or a new one is made.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            await queries.lock_keys(tx)
            _named(await queries.all_keys(tx), kid)
            changed = await queries.withdraw_key(tx, kid, now)
            if changed:
                await _record(tx, EventKind.SIGNING_KEY_WITHDRAWN, kid, now, client)
            signer = policy.signer(await self._put_in_order(tx, now, client), now)
        if signer is None:
            raise RuntimeError("keys were put in order and none signs")
        return Withdrawal(changed, signer)

    async def sealed(self) -> Sorted[str]:
        """Which secret opens the keys that sign, wait to or are believed. Raises DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return self._sorted(await queries.all_keys(connection))

    async def seal_anew(self) -> Sorted[str]:
        """Seal those that a former secret opens with today's; how it was before. Raises DatabaseUnavailable."""
        async with self._database.transaction() as tx:
            await queries.lock_keys(tx)
            found = self._sorted(await queries.all_keys(tx))
            for renewal in found.former:
                await queries.seal_key_anew(tx, renewal.name, renewal.after)
            return found

    def _sorted(self, rows: Rows) -> Sorted[str]:
        needed = policy.verifiers(rows, self._clock(), self._token_life)
        return self._sealer.sort([(row.kid, row.sealed_private) for row in needed], _place)

    def _is_anything_due(self, rows: Rows, now: datetime) -> bool:
        span = policy.next_span(rows, now, self._settings.key_life, self._settings.key_notice)
        return span is not None or policy.heir(rows, now) is not None

    async def _put_in_order(self, tx: Connection, now: datetime, client: Client) -> Rows:
        """Make sure that a key signs and that the next is made in time; the table is locked by the caller."""
        rows = await queries.all_keys(tx)
        heir = policy.heir(rows, now)
        if heir is not None:
            await self._promote(tx, heir, now, client)
            rows = await queries.all_keys(tx)
        span = policy.next_span(rows, now, self._settings.key_life, self._settings.key_notice)
        if span is not None:
            await self._make(tx, span, now, client)
            rows = await queries.all_keys(tx)
        return rows

    async def _make(self, tx: Connection, span: Span, now: datetime, client: Client) -> str:
        pair = make_key_pair()
        sealed = self._sealer.seal(pair.private_der, _place(pair.kid))
        await queries.insert_key(tx, pair.kid, sealed, pair.public_jwk, now, span.activates_at, span.retires_at)
        await _record(tx, EventKind.SIGNING_KEY_MADE, pair.kid, now, client)
        return pair.kid

    async def _promote(self, tx: Connection, key: SigningKey, now: datetime, client: Client) -> None:
        await queries.promote_key(tx, key.kid, now)
        await _record(tx, EventKind.SIGNING_KEY_PROMOTED, key.kid, now, client)

    def _listed(self, row: SigningKey, rows: Rows, now: datetime) -> Listed:
        state = policy.state(row, rows, now, self._token_life)
        if row.withdrawn_at is not None:
            return Listed(row, state, row.withdrawn_at, row.withdrawn_at)
        return Listed(row, state, row.retires_at, row.retires_at + self._token_life)


async def _record(tx: Connection, kind: EventKind, kid: str, now: datetime, client: Client) -> None:
    await audit.record(tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, detail={"kid": kid})


def _named(rows: Rows, kid: str) -> SigningKey:
    for row in rows:
        if row.kid == kid:
            return row
    raise SigningKeyUnknown


def _place(kid: str) -> str:
    return f"signing_keys/{kid}"
