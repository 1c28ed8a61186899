"""The one door to the WebAuthn library: bytes of an authenticator in, facts out; and whether a signature is right.

What arrives is anybody's: it is bounded before it is read, and whatever a reader stumbles over is one refusal.
Attestation is asked for by nobody and looked at by nobody: any authenticator will do.
"""

import struct
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AttestationObject, AuthenticatorData

from doorstep.kit import base64url
from doorstep.kit.json_reader import read_object
from doorstep.passkeys.models import (
    Assertion,
    AuthenticatorFacts,
    ClientFacts,
    NewCredential,
    Party,
    Registration,
    TypedAssertion,
    TypedRegistration,
)

LONGEST_CLIENT_DATA = 2048
LONGEST_ATTESTATION = 8192
"""Bytes. What is longer is not decoded: the reader's work grows with the square of the length."""
LONGEST_AUTHENTICATOR_DATA = 1024
LONGEST_SIGNATURE = 1024
LONGEST_CREDENTIAL_ID = 1023
LONGEST_HANDLE = 64
LONGEST_PUBLIC_KEY = 1024

# What the library's readers raise for input that is not what it should be. They were written for good input.
_STUMBLES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    struct.error,
)


class Unreadable(Exception):  # noqa: N818 -- says what it is; the caller makes it the refusal of its ceremony
    """This is no answer of an authenticator."""


def party(origin: str, name: str) -> Party:
    """Who we are to authenticators, by the address that people type. A passkey is for that host alone."""
    host = urlsplit(origin).hostname or ""
    return Party(origin, host, sha256(host.encode()).digest(), name)


def characters(count: int) -> int:
    """How long so many bytes are in base64url without padding."""
    return (count * 4 + 2) // 3


def read_registration(typed: TypedRegistration) -> Registration:
    """What a new passkey says of itself. Raises Unreadable."""
    raw_client = _bytes(typed.client_data, LONGEST_CLIENT_DATA)
    try:
        attestation = AttestationObject(_bytes(typed.attestation, LONGEST_ATTESTATION))
        authenticator = attestation.auth_data
        credential = authenticator.credential_data
        if credential is None:
            raise Unreadable("no credential")
        public_key = cbor.encode(credential.public_key)
        if not 0 < len(credential.credential_id) <= LONGEST_CREDENTIAL_ID or len(public_key) > LONGEST_PUBLIC_KEY:
            raise Unreadable("too long")
        made = NewCredential(
            bytes(credential.credential_id),
            public_key,
            int(credential.public_key.ALGORITHM),
            UUID(bytes=bytes(credential.aaguid)),
        )
    except _STUMBLES as stumble:
        raise Unreadable("attestation") from stumble
    return Registration(_client_facts(raw_client), _facts(authenticator), made)


def read_assertion(typed: TypedAssertion) -> Assertion:
    """What a passkey says when it is used. Raises Unreadable."""
    raw_client = _bytes(typed.client_data, LONGEST_CLIENT_DATA)
    raw_authenticator = _bytes(typed.authenticator_data, LONGEST_AUTHENTICATOR_DATA)
    try:
        authenticator = AuthenticatorData(raw_authenticator)
    except _STUMBLES as stumble:
        raise Unreadable("authenticator data") from stumble
    return Assertion(
        credential_id=_bytes(typed.credential_id, LONGEST_CREDENTIAL_ID),
        client=_client_facts(raw_client),
        authenticator=_facts(authenticator),
        signed=raw_authenticator + sha256(raw_client).digest(),
        signature=_bytes(typed.signature, LONGEST_SIGNATURE),
        user_handle=None if typed.user_handle is None else _bytes(typed.user_handle, LONGEST_HANDLE),
    )


def is_usable(public_key: bytes) -> bool:
    """Whether signatures can be checked with this key at all: else the first log-in would find out."""
    try:
        _check(public_key, b"", b"\0" * 64)
    except InvalidSignature:
        return True
    except _STUMBLES:
        return False
    return False


def is_signed(public_key: bytes, signed: bytes, signature: bytes) -> bool:
    """Whether the holder of the private half has signed this."""
    try:
        _check(public_key, signed, signature)
    except (InvalidSignature, *_STUMBLES):
        return False
    return True


def _check(public_key: bytes, signed: bytes, signature: bytes) -> None:
    key = cbor.decode(public_key)
    if not isinstance(key, dict):
        raise TypeError("not a COSE key")
    CoseKey.parse(key).verify(signed, signature)


def _facts(read: AuthenticatorData) -> AuthenticatorFacts:
    return AuthenticatorFacts(
        rp_id_hash=bytes(read.rp_id_hash),
        user_present=read.is_user_present(),
        user_verified=read.is_user_verified(),
        backup_eligible=read.is_backup_eligible(),
        backed_up=read.is_backed_up(),
        sign_count=int(read.counter),
    )


def _client_facts(raw: bytes) -> ClientFacts:
    try:
        told = read_object(raw)
        challenge = _bytes(told["challenge"], LONGEST_CLIENT_DATA)
        ceremony, origin = told["type"], told["origin"]
        framed = told.get("crossOrigin", False) is not False or "topOrigin" in told
    except _STUMBLES as stumble:
        raise Unreadable("client data") from stumble
    if not isinstance(ceremony, str) or not isinstance(origin, str):
        raise Unreadable("client data")
    return ClientFacts(ceremony, challenge, origin, framed)


def _bytes(encoded: str, most: int) -> bytes:
    if len(encoded) > characters(most):
        raise Unreadable("too long")
    try:
        return base64url.decode(encoded)
    except ValueError as mangled:
        raise Unreadable("not base64url") from mangled
