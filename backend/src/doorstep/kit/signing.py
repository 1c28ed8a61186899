"""Signing: ES256 keys (RFC 7518 section 3.4) in python-jose, on its `cryptography` backend only.

python-jose falls back to the pure Python package `ecdsa` when `cryptography` is missing; that fallback leaks timing
(CVE-2024-23342) and is refused when this module is imported.
"""

import hashlib
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk
from jose.backends import ECKey
from jose.backends.base import Key

from doorstep.kit import base64url

ALGORITHM = "ES256"

if ECKey is None or ECKey.__module__ != "jose.backends.cryptography_backend":
    raise ImportError("python-jose must use its cryptography backend: install `python-jose[cryptography]`")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key pair: PKCS 8 DER to be sealed, the public half as JWK, and its RFC 7638 thumbprint as `kid`."""

    kid: str
    private_der: bytes
    public_jwk: dict[str, str]


def make_key_pair() -> KeyPair:
    """A fresh pair on P-256. Its `kid` never begins with a dash, which a command line would read as an option."""
    while True:
        pair = _described(ec.generate_private_key(ec.SECP256R1()))
        if not pair.kid.startswith("-"):
            return pair


def read_key_pair(private_der: bytes) -> KeyPair:
    """The pair of this private half: what is public about it is computed, not believed. Raises TypeError."""
    return _described(_private_key(private_der))


def _described(private: ec.EllipticCurvePrivateKey) -> KeyPair:
    numbers = private.public_key().public_numbers()
    members = {"crv": "P-256", "kty": "EC", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
    thumbprint = hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest()
    kid = base64url.encode(thumbprint)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(kid, der, {**members, "kid": kid, "use": "sig", "alg": ALGORITHM})


def signing_key(private_der: bytes) -> Key:
    """The private half, constructed once; making it from its text costs more than a signature."""
    return jwk.construct(
        _private_key(private_der)
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode(),
        ALGORITHM,
    )


def verifying_key(public_jwk: dict[str, str]) -> Key:
    """The public half, constructed once."""
    return jwk.construct(public_jwk, ALGORITHM)


def _private_key(der: bytes) -> ec.EllipticCurvePrivateKey:
    private = serialization.load_der_private_key(der, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise TypeError("a signing key must be on P-256")
    return private


def _coordinate(value: int) -> str:
    return base64url.encode(value.to_bytes(32))
