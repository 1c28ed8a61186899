"""The test vectors of W3C Web Authentication Level 3 (section 16), at the door to the library and in the policy."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import pytest

from doorstep.passkeys import gateway, policy
from doorstep.passkeys.models import Ceremony, TypedAssertion, TypedRegistration
from tests.passkeys.authenticator import b64

FILE = json.loads((Path(__file__).parent / "w3c-webauthn-l3-test-vectors.json").read_text(encoding="utf-8"))
US = gateway.party(FILE["origin"], "Example")


class Vector(TypedDict):
    name: str
    anchor: str
    registration: dict[str, str]
    authentication: dict[str, str]


VECTORS: list[Vector] = [vector for vector in FILE["vectors"] if vector["authentication"]]
TAKEN = {"es256": policy.ES256, "eddsa": policy.ED25519, "rs256": policy.RS256}


def ids(vector: Vector) -> str:
    return vector["anchor"].removeprefix("sctn-test-vectors-")


def registration(vector: Vector) -> TypedRegistration:
    told = vector["registration"]
    return TypedRegistration(
        b64(bytes.fromhex(told["clientDataJSON"])), b64(bytes.fromhex(told["attestationObject"])), ()
    )


def assertion(vector: Vector) -> TypedAssertion:
    told, made = vector["authentication"], vector["registration"]
    return TypedAssertion(
        b64(bytes.fromhex(made["credential_id"])),
        b64(bytes.fromhex(told["clientDataJSON"])),
        b64(bytes.fromhex(told["authenticatorData"])),
        b64(bytes.fromhex(told["signature"])),
        None,
    )


def test_all_of_them_are_here() -> None:
    assert len(VECTORS) == 15


@pytest.mark.parametrize("vector", VECTORS, ids=ids)
def test_what_they_register_is_read(vector: Vector) -> None:
    told = vector["registration"]
    read = gateway.read_registration(registration(vector))
    assert read.client.challenge.hex() == told["challenge"]
    assert read.credential.credential_id.hex() == told["credential_id"]
    assert read.credential.aaguid.hex == told["aaguid"]
    assert gateway.is_usable(read.credential.public_key)


@pytest.mark.parametrize("vector", VECTORS, ids=ids)
def test_what_they_sign_is_right_and_nothing_else_is(vector: Vector) -> None:
    key = gateway.read_registration(registration(vector)).credential.public_key
    read = gateway.read_assertion(assertion(vector))
    assert read.client.challenge.hex() == vector["authentication"]["challenge"]
    assert gateway.is_signed(key, read.signed, read.signature)
    for changed in (read.signed[:-1] + bytes([read.signed[-1] ^ 1]), read.signed + b"\0", read.signed[1:]):
        assert not gateway.is_signed(key, changed, read.signature)
    bent = read.signature[:-1] + bytes([read.signature[-1] ^ 1])
    assert not gateway.is_signed(key, read.signed, bent)
    other = next(each for each in VECTORS if each is not vector)
    foreign = gateway.read_registration(registration(other)).credential.public_key
    assert not gateway.is_signed(foreign, read.signed, read.signature)


@pytest.mark.asvs("v5.0.0-6.3.3")
@pytest.mark.parametrize("vector", VECTORS, ids=ids)
def test_they_are_taken_as_the_rules_say(vector: Vector) -> None:
    """Framed pages, unverified persons and kinds of keys that we do not ask for are refused; the others are taken."""
    made, used = gateway.read_registration(registration(vector)), gateway.read_assertion(assertion(vector))
    framed = vector["name"].endswith("in clientDataJSON")
    for read, ceremony in ((made, Ceremony.CREATE), (used, Ceremony.GET)):
        verified = replace(read.authenticator, user_verified=True)
        assert policy.is_to_us(read.client, verified, ceremony, US) is not framed
        unverified = replace(read.authenticator, user_verified=False)
        assert not policy.is_to_us(read.client, unverified, ceremony, US)
        other_way = Ceremony.GET if ceremony is Ceremony.CREATE else Ceremony.CREATE
        assert not policy.is_to_us(read.client, verified, other_way, US)
    kind = ids(vector).split("-")
    expected = next((algorithm for name, algorithm in TAKEN.items() if name in kind), None)
    assert (made.credential.algorithm in policy.ALGORITHMS) is (expected is not None)
    assert expected in {None, made.credential.algorithm}
