"""The key ring: the signing keys as one process knows them.

Each process holds a snapshot, replaces it whole every `REFRESH_EVERY`, and believes nothing by one that is older than
`OLDEST`: so long after a key was withdrawn its tokens are refused everywhere. A token that names a key which the
snapshot lacks is not refused before a look that began after the token arrived: another process may have made the key.
"""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

import structlog
from jose.backends.base import Key

from doorstep.failure import Failure
from doorstep.keys import policy
from doorstep.keys.failures import KeysUnavailable
from doorstep.keys.models import SigningKey
from doorstep.keys.service import SigningKeys
from doorstep.kit.clock import Clock
from doorstep.kit.sealing import SealBroken
from doorstep.kit.signing import signing_key, verifying_key
from doorstep.settings import TokenSettings

REFRESH_EVERY = 5.0
OLDEST = 15.0
"""Seconds."""
_NOT_SOONER = 0.1  # seconds between two looks for unknown keys, however many ask
_KID = re.compile(r"[A-Za-z0-9_-]{43}")  # a SHA-256 in base64url: no other name was ever given
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """Both halves of a key, constructed once, and the public half as it is published."""

    private: Key
    public: Key
    jwk: dict[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The keys at a time; `begun` is when the database was asked for them, on the clock that only goes forward."""

    rows: tuple[SigningKey, ...]
    known: Mapping[str, KnownKey]
    begun: float


_NOTHING = Snapshot((), MappingProxyType({}), -OLDEST)


class KeyRing:
    """Hands out the key that signs and the keys that verify."""

    def __init__(
        self,
        keys: SigningKeys,
        clock: Clock,
        settings: TokenSettings,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._monotonic = monotonic
        self._token_life = settings.access_ttl + settings.leeway
        self._snapshot = _NOTHING
        self._one_at_a_time = asyncio.Lock()

    @property
    def loaded(self) -> bool:
        """Whether there is a key that signs."""
        return self._signer() is not None

    def signer(self) -> tuple[str, Key]:
        """`kid` and private key that sign now. Raises KeysUnavailable."""
        found = self._signer()
        if found is None:
            raise KeysUnavailable(retry_after=5)
        return found

    async def verifier(self, kid: str) -> Key | None:
        """The public key of that name while its tokens are believed. Raises DatabaseUnavailable.

        `kid` is only ever looked up in a local map (RFC 8725 section 3.10).
        """
        arrived = self._monotonic()
        key = self._verifier(kid)
        if arrived - self._snapshot.begun >= OLDEST or (key is None and self._may_be_new(kid)):
            await self._look_since(arrived)
            key = self._verifier(kid)
        return key

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """The JWK set (RFC 7517 section 5) that other services verify with."""
        believed = policy.verifiers(self._snapshot.rows, self._clock(), self._token_life)
        known = (self._snapshot.known.get(row.kid) for row in believed)
        return {"keys": [key.jwk for key in known if key is not None]}

    async def load(self) -> None:
        """Make the next key if it is due, then take a fresh snapshot. Raises DatabaseUnavailable, SealBroken."""
        async with self._one_at_a_time:  # an older snapshot must not come to lie over a newer one
            await self._take()

    async def keep_fresh(self) -> None:
        """Load every `REFRESH_EVERY` until cancelled (every second while none signs); what fails is logged."""
        while True:
            await asyncio.sleep(REFRESH_EVERY if self.loaded else 1)
            try:
                await self.load()
            except Exception as failure:  # noqa: BLE001 -- whatever it was, without keys nobody is let in
                # A message of PostgreSQL's could quote a row.
                told = isinstance(failure, Failure | SealBroken)
                _log.warning("signing_keys_not_loaded", cause=str(failure) if told else type(failure).__name__)

    async def _look_since(self, arrived: float) -> None:
        """Load, unless somebody has begun to since then. Those who wait share one look."""
        async with self._one_at_a_time:
            if self._snapshot.begun >= arrived:
                return
            await asyncio.sleep(self._snapshot.begun + _NOT_SOONER - self._monotonic())
            with suppress(SealBroken):
                await self._take()

    async def _take(self) -> None:
        begun = self._monotonic()
        rows = await self._keys.in_order()
        known: dict[str, KnownKey] = {}
        broken: SealBroken | None = None
        for row in policy.verifiers(rows, self._clock(), self._token_life):
            try:
                known[row.kid] = self._snapshot.known.get(row.kid) or self._open(row)
            except SealBroken as unopened:
                broken = unopened
        self._snapshot = Snapshot(rows, MappingProxyType(known), begun)
        if broken is not None:
            raise broken

    def _open(self, row: SigningKey) -> KnownKey:
        pair = self._keys.open(row)
        return KnownKey(signing_key(pair.private_der), verifying_key(pair.public_jwk), pair.public_jwk)

    def _may_be_new(self, kid: str) -> bool:
        return _KID.fullmatch(kid) is not None and all(row.kid != kid for row in self._snapshot.rows)

    def _signer(self) -> tuple[str, Key] | None:
        row = policy.signer(self._snapshot.rows, self._clock())
        known = self._snapshot.known.get(row.kid) if row else None
        return (row.kid, known.private) if row and known else None

    def _verifier(self, kid: str) -> Key | None:
        row = next((row for row in self._snapshot.rows if row.kid == kid), None)
        if row is None or not policy.verifies(row, self._clock(), self._token_life):
            return None
        known = self._snapshot.known.get(kid)
        return known.public if known else None
