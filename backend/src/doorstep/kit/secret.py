"""The master secret, and the keys derived from it, one for each purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from doorstep.kit.private_files import private_directory, read_or_make, read_private
from doorstep.kit.startup import StartupRefused

SHORTEST = 32
SIGNING_KEYS = "signing keys"
MIRROR = "mirror"
OUTBOX = "outbox"
AUTHENTICATORS = "second factors"
RECOVERY_CODES = "recovery codes"
SEALED_CODE_KEYS = "keys of recovery codes"
"""Purposes of keys that more than one part knows."""
FILE = "secret"
FILE_BEFORE = "secret.before"
"""In the data directory: the generated secret, and the one that it took the place of."""
_KEY_BYTES = 32
_FINGERPRINT_BYTES = 8
_MEND = "Set DOORSTEP_SECRET to at least 32 random characters, for example with `openssl rand -base64 48`"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The master secrets of one process: `current` makes and seals, `former` ones are believed and open, too."""

    current: bytes
    former: tuple[bytes, ...] = ()

    def key(self, purpose: str) -> bytes:
        """The key of this purpose, by which everything new is made."""
        return derive(self.current, purpose)

    def former_keys(self, purpose: str) -> tuple[bytes, ...]:
        """Those by which it was made before, newest first."""
        return tuple(derive(secret, purpose) for secret in self.former)


def former_secrets(given: Sequence[str], data_dir: Path, *, generated: bool) -> tuple[str, ...]:
    """The secrets before today's: those that settings name, and the one in `<data_dir>/secret.before`.

    `generated` tells that today's is the generated one, beside which that file counts. Raises StartupRefused.
    """
    for secret in given:
        if len(secret) < SHORTEST:
            raise StartupRefused(
                "DOORSTEP_SECRET_FALLBACKS names a secret of less than 32 characters, which none ever was: correct it, "
                "or leave it out."
            )
    before = read_private(data_dir / FILE_BEFORE) if generated else None
    if before is not None and len(before) < SHORTEST:
        raise StartupRefused(f"{data_dir / FILE_BEFORE} is damaged: put it back from your backup, or remove it.")
    return (*given, *([before] if before is not None else []))


def master_secret(given: str | None, data_dir: Path, *, embedded: bool) -> str:
    """The secret that settings name, or in embedded mode the one generated once into `<data_dir>/secret` (mode 0600).

    Raises StartupRefused: no secret beside an external database, a short one, or a file that others may read.
    """
    if given is None and not embedded:
        raise StartupRefused(f"An external database needs a secret that outlives this machine. {_MEND}, and keep it.")
    if given is not None:
        if len(given) < SHORTEST:
            raise StartupRefused(f"DOORSTEP_SECRET is too short to be safe. {_MEND}.")
        return given
    path = private_directory(data_dir) / FILE
    kept = read_or_make(path, token_urlsafe(48))
    if len(kept) < SHORTEST:
        raise StartupRefused(f"{path} is damaged: put it back from your backup.")
    return kept


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869); from it neither the secret nor another key is found."""
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"doorstep/" + purpose.encode()).derive(secret)


def fingerprint(secret: bytes) -> bytes:
    """Eight bytes that tell one master secret from another, and say nothing else of it."""
    return derive(secret, "fingerprint")[:_FINGERPRINT_BYTES]
