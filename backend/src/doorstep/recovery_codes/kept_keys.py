"""Keys of recovery codes under master secrets that are in use no more.

Only hashes of codes are stored, which cannot be made anew under another key. So the key is kept, sealed with today's
secret. Whoever has it, with a copy of the database, still has 120 random bits to guess.
"""

from datetime import datetime

from doorstep.kit.database import Connection
from doorstep.kit.sealing import SealBroken, Sealer
from doorstep.recovery_codes import queries


class KeptKeys:
    """Keeps and opens them."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def keep(self, tx: Connection, secret_id: bytes, key: bytes, now: datetime) -> bool:
        """Keep the key under the secret of that fingerprint; False when it was kept before."""
        return await queries.keep_key(tx, secret_id, self._sealer.seal(key, _place(secret_id)), now)

    async def seal_anew(self, tx: Connection) -> None:
        """Seal all that a former secret opens with today's."""
        for renewal in self._sealer.sort(await queries.keys(tx), _place).former:
            await queries.seal_key_anew(tx, renewal)

    async def kept_at(self, connection: Connection, secret_id: bytes) -> datetime | None:
        """When the key under that secret was kept; None when it was not."""
        return await queries.kept_at(connection, secret_id)

    async def all(self, connection: Connection) -> list[bytes]:
        """Those that can be opened, the newest first."""
        found = []
        for secret_id, sealed in await queries.keys(connection):
            try:
                found.append(self._sealer.open(sealed, _place(secret_id)))
            except SealBroken:  # kept under a secret that is lost: its codes are, too
                continue
        return found


def _place(secret_id: bytes) -> str:
    return f"recovery_code_keys/{secret_id.hex()}"
