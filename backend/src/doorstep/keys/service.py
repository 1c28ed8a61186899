"""The key ring: the signing keys of this process, loaded from the database, where they lie sealed.

Each process holds a snapshot and replaces it whole. A token that names an unknown key makes one early look (another
process may have made the key), at most one in `_EARLY_LOOK`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog
from jose.backends.base import Key

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.failure import Failure
from doorstep.keys import policy, queries
from doorstep.keys.failures import KeysUnavailable
from doorstep.keys.models import SigningKey
from doorstep.kit.clock import Clock
from doorstep.kit.database import Database
from doorstep.kit.sealing import SealBroken, Sealer
from doorstep.kit.signing import make_key_pair, signing_key, verifying_key
from doorstep.settings import TokenSettings

REFRESH_EVERY = timedelta(seconds=60)
_EARLY_LOOK = timedelta(seconds=5)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys as one process knows them at a time."""

    rows: tuple[SigningKey, ...]
    private: Mapping[str, Key]
    public: Mapping[str, Key]
    loaded_at: datetime


class KeyRing:
    """Hands out the key that signs and the keys that verify, and makes the next one in good time."""

    def __init__(self, database: Database, clock: Clock, sealer: Sealer, settings: TokenSettings) -> None:
        self._database = database
        self._clock = clock
        self._sealer = sealer
        self._settings = settings
        self._token_life = settings.access_ttl + settings.leeway
        self._ring: Ring | None = None

    @property
    def loaded(self) -> bool:
        """Whether there is a key that signs."""
        return self._ring is not None and policy.signer(self._ring.rows, self._clock()) is not None

    def signer(self) -> tuple[str, Key]:
        """`kid` and private key that sign now. Raises KeysUnavailable."""
        row = policy.signer(self._ring.rows, self._clock()) if self._ring else None
        if self._ring is None or row is None:
            raise KeysUnavailable(retry_after=5)
        return row.kid, self._ring.private[row.kid]

    async def verifier(self, kid: str) -> Key | None:
        """The public key of that name while its tokens are believed; `kid` is only ever looked up in a local map."""
        key = self._verifier_now(kid)
        if key is None and self._ring and self._clock() - self._ring.loaded_at >= _EARLY_LOOK:
            await self.load()
            key = self._verifier_now(kid)
        return key

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """The JWK set (RFC 7517 section 5) that other services verify with."""
        rows = self._ring.rows if self._ring else ()
        believed = policy.verifiers(rows, self._clock(), self._token_life)
        return {"keys": [row.public_jwk for row in believed]}

    async def load(self) -> None:
        """Make the next key if it is due, then take a fresh snapshot. Raises DatabaseUnavailable, SealBroken."""
        now = self._clock()
        async with self._database.connection() as connection:
            rows = await queries.all_keys(connection)
        if policy.next_span(rows, now, self._settings.key_life, self._settings.key_notice):
            rows = await self._make_next_key(now)
        known = self._ring.private if self._ring else {}
        believed = policy.verifiers(rows, now, self._token_life)
        self._ring = Ring(
            rows=rows,
            private=MappingProxyType({row.kid: known.get(row.kid) or self._open(row) for row in believed}),
            public=MappingProxyType({row.kid: verifying_key(row.public_jwk) for row in believed}),
            loaded_at=now,
        )

    async def keep_fresh(self) -> None:
        """Load every minute until cancelled (every second while there is none); an outage is logged and outlived."""
        while True:
            await asyncio.sleep(REFRESH_EVERY.total_seconds() if self.loaded else 1)
            try:
                await self.load()
            except (Failure, SealBroken) as failure:
                _log.warning("signing_keys_not_loaded", cause=str(failure))

    async def _make_next_key(self, now: datetime) -> tuple[SigningKey, ...]:
        async with self._database.transaction() as tx:
            await queries.lock_keys(tx)
            rows = await queries.all_keys(tx)
            span = policy.next_span(rows, now, self._settings.key_life, self._settings.key_notice)
            if span is None:
                return rows
            pair = make_key_pair()
            sealed = self._sealer.seal(pair.private_der, _place(pair.kid))
            await queries.insert_key(tx, pair.kid, sealed, pair.public_jwk, now, span.activates_at, span.retires_at)
            await audit.record(
                tx,
                kind=EventKind.SIGNING_KEY_MADE,
                outcome=Outcome.SUCCESS,
                client=Client(),
                now=now,
                detail={"kid": pair.kid},
            )
            return await queries.all_keys(tx)

    def _open(self, row: SigningKey) -> Key:
        return signing_key(self._sealer.open(row.sealed_private, _place(row.kid)))

    def _verifier_now(self, kid: str) -> Key | None:
        if self._ring is None:
            return None
        believed = policy.verifiers(self._ring.rows, self._clock(), self._token_life)
        return self._ring.public.get(kid) if any(row.kid == kid for row in believed) else None


def _place(kid: str) -> str:
    return f"signing_keys/{kid}"
