"""A software authenticator with a browser around it: what it answers can be bent in any single place."""

import base64
import json
import secrets
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA

from doorstep.passkeys.models import (
    CreationOptions,
    Passkey,
    RequestOptions,
    TypedAssertion,
    TypedRegistration,
)
from tests.account.people import signed_in
from tests.letterbox import ADA
from tests.world import PHONE, World

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
GOOD = PRESENT | VERIFIED
AAGUID = bytes.fromhex("d548826e79b4db40a3d811116f7e8349")

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Bent:
    """What an answer says; each field can be other than it should."""

    origin: str = "http://localhost:8000"
    rp_id: str = "localhost"
    ceremony: str | None = None
    flags: int = GOOD
    challenge: bytes | None = None
    client: dict[str, object] = field(default_factory=dict)
    handle: bytes | None = None


STRAIGHT = Bent()


class Authenticator:
    """One passkey on one device. `counts`: whether it keeps a counter."""

    def __init__(self, *, counts: bool = True, key: PrivateKey | None = None, flags: int = GOOD) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0
        self.counts = counts
        self.flags = flags

    def cose(self) -> CoseKey:
        kinds = ((ec.EllipticCurvePrivateKey, ES256), (ed25519.Ed25519PrivateKey, EdDSA), (rsa.RSAPrivateKey, RS256))
        kind = next(cose for private, cose in kinds if isinstance(self.key, private))
        made: CoseKey = kind.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call] # theirs
        return made

    def make(self, options: CreationOptions, bent: Bent = STRAIGHT) -> TypedRegistration:
        """What `navigator.credentials.create` answers."""
        self.handle = options.handle
        attested = AAGUID + len(self.credential_id).to_bytes(2) + self.credential_id + cbor.encode(self.cose())
        data = self._data(bent, ATTESTED) + attested
        client = self._client(options.challenge, "webauthn.create", bent)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return TypedRegistration(b64(client), b64(attestation), ("internal", "telepathy"))

    def use(self, options: RequestOptions, bent: Bent = STRAIGHT) -> TypedAssertion:
        """What `navigator.credentials.get` answers."""
        client = self._client(options.challenge, "webauthn.get", bent)
        data = self._data(bent, 0)
        return TypedAssertion(
            b64(self.credential_id),
            b64(client),
            b64(data),
            b64(self._sign(data + sha256(client).digest())),
            b64(self.handle if bent.handle is None else bent.handle),
        )

    def _data(self, bent: Bent, also: int) -> bytes:
        if self.counts:
            self.count += 1
        flags = (self.flags if bent.flags == GOOD else bent.flags) | also
        return sha256(bent.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, challenge: bytes, ceremony: str, bent: Bent) -> bytes:
        told = {
            "type": ceremony if bent.ceremony is None else bent.ceremony,
            "challenge": b64(bent.challenge or challenge),
            "origin": bent.origin,
            "crossOrigin": False,
            **bent.client,
        }
        return json.dumps(told).encode()

    def _sign(self, message: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(SHA256()))
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), SHA256())
        return self.key.sign(message)


async def added(world: World, device: Authenticator | None = None, email: str = ADA) -> tuple[Authenticator, Passkey]:
    """A passkey of that user, as an authenticator and as it is stored."""
    device = device or Authenticator()
    who = await signed_in(world, email)
    made = device.make(await world.services.passkeys.creation_options(who, PHONE))
    return device, await world.services.passkeys.add(who, made, None, PHONE)


def tampered(answer: TypedAssertion, **changes: str | None) -> TypedAssertion:
    """The same with other words in it."""
    return replace(answer, **changes)  # type: ignore[arg-type] # the names are the fields'
