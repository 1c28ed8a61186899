"""The master secret, and the keys derived from it, one for each purpose."""

from pathlib import Path
from secrets import token_urlsafe

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from doorstep.kit.private_files import private_directory, read_or_make
from doorstep.kit.startup import StartupRefused

SHORTEST = 32
SIGNING_KEYS = "signing keys"
MIRROR = "mirror"
"""Purposes of keys that the server and `doorstep doctor` share."""
_KEY_BYTES = 32
_MEND = "Set DOORSTEP_SECRET to at least 32 random characters, for example with `openssl rand -base64 48`"


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
    path = private_directory(data_dir) / "secret"
    kept = read_or_make(path, token_urlsafe(48))
    if len(kept) < SHORTEST:
        raise StartupRefused(f"{path} is damaged: put it back from your backup.")
    return kept


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869); from it neither the secret nor another key is found."""
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"doorstep/" + purpose.encode()).derive(secret)
