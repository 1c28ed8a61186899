"""Adding and naming passkeys: on real connections, with the real mails, against what is no answer of a passkey."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fido2 import cbor
from hypothesis import given
from hypothesis import strategies as st

from doorstep.brand import brand
from doorstep.login.service import NEW_BROWSER
from doorstep.passkeys import gateway, policy
from doorstep.passkeys.failures import CeremonyOver, PasskeyKnown, PasskeyRefused, PasskeyUnknown, TooManyPasskeys
from doorstep.passkeys.gateway import Unreadable
from doorstep.passkeys.models import TypedAssertion, TypedRegistration
from doorstep.sessions.failures import StepUpRequired, Unauthenticated
from tests.account.people import signed_in
from tests.letterbox import ADA, mails
from tests.passkeys.authenticator import GOOD, PRESENT, VERIFIED, Authenticator, Bent, added, b64
from tests.world import PHONE, World

EVE = "eve@example.org"


async def count(world: World) -> object:
    return await world.scalar("SELECT count(*) FROM passkeys")


def attestation(typed: TypedRegistration) -> dict[str, object]:
    raw = base64.urlsafe_b64decode(typed.attestation + "==")
    read = cbor.decode(raw)
    assert isinstance(read, dict)
    return read


# Adding


@pytest.mark.asvs("v5.0.0-6.3.7")
async def test_a_passkey_is_added_and_the_owner_hears_of_it(world: World) -> None:
    await world.user()
    _, passkey = await added(world)
    ways = await world.services.passkeys.ways_in(await signed_in(world))
    assert ways.has_password
    assert ways.passkeys == (passkey,)
    assert (passkey.name, passkey.transports) == ("Bitwarden", ("internal",))
    assert await world.events("passkey_added") == [("passkey_added", "success")]
    (mail,) = [mail for mail in await mails(world, ADA) if "A passkey was added" in mail]
    assert f"on 14 March 2026 at 09:26 UTC, from {PHONE.address}. It is kept in: Bitwarden." in mail
    assert "/verify/#not-me=" in mail


async def test_what_an_authenticator_is_asked_for(world: World) -> None:
    user_id = await world.user()
    device, passkey = await added(world)
    options = await world.services.passkeys.creation_options(await signed_in(world), PHONE)
    assert (options.party.rp_id, options.party.name, options.email) == ("localhost", brand().name, ADA)
    assert options.held == (passkey,)
    assert len(options.handle) == 64
    assert options.handle == device.handle  # the same for all passkeys of a user
    assert user_id.bytes not in options.handle
    assert ADA.encode() not in options.handle


async def test_two_users_have_two_handles(world: World) -> None:
    handles = set()
    for email in (ADA, EVE):
        await world.user(email)
        handles.add((await world.services.passkeys.creation_options(await signed_in(world, email), PHONE)).handle)
    assert len(handles) == 2


@pytest.mark.parametrize("key", [ec.SECP256R1(), "ed25519", "rsa"], ids=["es256", "ed25519", "rs256"])
async def test_each_kind_of_key_that_is_asked_for_is_taken(world: World, key: object) -> None:
    await world.user()
    private = (
        ec.generate_private_key(key)
        if isinstance(key, ec.SECP256R1)
        else ed25519.Ed25519PrivateKey.generate()
        if key == "ed25519"
        else rsa.generate_private_key(65537, 2048)
    )
    device, _ = await added(world, Authenticator(key=private))
    entry = world.services.passkey_entry
    assert await entry.log_in(device.use(entry.log_in_options()), remember=False, client=PHONE, browser=NEW_BROWSER)


async def test_another_kind_of_key_is_not(world: World) -> None:
    await world.user()
    with pytest.raises(PasskeyRefused):
        await added(world, _ForeignKind())
    assert await count(world) == 0


async def test_a_key_that_nothing_can_be_checked_with_is_not(world: World) -> None:
    """Stored, it would look like a way in, and be none."""
    await world.user()
    who = await signed_in(world)
    changes: list[dict[int, object]] = [{-2: b"\1" * 32}, {-2: b"x"}, {-1: 7}, {-3: b""}]
    for broken in changes:
        made = _BrokenKey(broken).make(await world.services.passkeys.creation_options(who, PHONE))
        with pytest.raises(PasskeyRefused):
            await world.services.passkeys.add(who, made, None, PHONE)
    assert await count(world) == 0


@pytest.mark.parametrize(
    "bent",
    [
        Bent(origin="http://localhost:8001"),
        Bent(origin="https://localhost:8000"),
        Bent(origin="http://evil.example"),
        Bent(rp_id="example.org"),
        Bent(rp_id=""),
        Bent(ceremony="webauthn.get"),
        Bent(ceremony=""),
        Bent(flags=PRESENT),
        Bent(flags=VERIFIED),
        Bent(flags=GOOD | 0x10),
        Bent(challenge=b"x" * 56),
        Bent(challenge=b"x"),
        Bent(client={"crossOrigin": True}),
        Bent(client={"crossOrigin": "no"}),
        Bent(client={"topOrigin": "http://localhost:8000"}),
        Bent(client={"origin": None}),
        Bent(client={"origin": ["http://localhost:8000"]}),
        Bent(client={"type": 7}),
        Bent(client={"challenge": 7}),
        Bent(client={"challenge": "\u00fc"}),
    ],
    ids=str,
)
async def test_what_was_not_made_for_us_is_refused(world: World, bent: Bent) -> None:
    await world.user()
    who = await signed_in(world)
    made = Authenticator().make(await world.services.passkeys.creation_options(who, PHONE), bent)
    with pytest.raises(PasskeyRefused):
        await world.services.passkeys.add(who, made, None, PHONE)
    assert await count(world) == 0
    assert not any("passkey" in mail for mail in await mails(world))


@pytest.mark.asvs("v5.0.0-6.7.2")
async def test_a_challenge_is_for_one_session_of_one_user_and_one_purpose(world: World) -> None:
    await world.user()
    await world.user(EVE)
    who, again, eve = [await signed_in(world, email) for email in (ADA, ADA, EVE)]
    services = world.services
    options = await services.passkeys.creation_options(who, PHONE)
    for somebody in (again, eve):
        with pytest.raises(PasskeyRefused):
            await services.passkeys.add(somebody, Authenticator().make(options), None, PHONE)
    for foreign in (services.passkey_entry.log_in_options(), await services.passkey_entry.step_up_options(who)):
        made = Authenticator().make(options, Bent(challenge=foreign.challenge))
        with pytest.raises(PasskeyRefused):
            await services.passkeys.add(who, made, None, PHONE)
    await services.passkeys.add(who, Authenticator().make(options), None, PHONE)


async def test_a_challenge_is_good_once_and_for_five_minutes(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    options = await world.services.passkeys.creation_options(who, PHONE)
    await world.services.passkeys.add(who, Authenticator().make(options), None, PHONE)
    with pytest.raises(CeremonyOver):
        await world.services.passkeys.add(who, Authenticator().make(options), None, PHONE)
    late = await world.services.passkeys.creation_options(who, PHONE)
    world.clock.advance(minutes=5)
    with pytest.raises(CeremonyOver):
        await world.services.passkeys.add(who, Authenticator().make(late), None, PHONE)
    assert await count(world) == 1


async def test_the_same_passkey_is_not_added_twice_nor_to_two_users(world: World) -> None:
    await world.user()
    await world.user(EVE)
    device, _ = await added(world)
    for email in (ADA, EVE):
        with pytest.raises(PasskeyKnown):
            await added(world, device, email)
    assert await count(world) == 1
    assert await world.events("passkey_added") == [("passkey_added", "success")]


async def test_a_log_in_of_long_ago_is_not_enough(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    options = await world.services.passkeys.creation_options(who, PHONE)
    late = replace(who, authenticated_at=world.clock.now - timedelta(minutes=10))
    with pytest.raises(StepUpRequired):
        await world.services.passkeys.creation_options(late, PHONE)
    with pytest.raises(StepUpRequired):
        await world.services.passkeys.add(late, Authenticator().make(options), None, PHONE)
    assert await count(world) == 0


async def test_somebody_disabled_meanwhile_adds_nothing(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    made = Authenticator().make(await world.services.passkeys.creation_options(who, PHONE))
    await world.services.users.disable(ADA, PHONE)
    with pytest.raises(Unauthenticated):
        await world.services.passkeys.add(who, made, None, PHONE)
    assert await count(world) == 0


async def test_an_account_holds_so_many_and_no_more(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    beforehand = [await world.services.passkeys.creation_options(who, PHONE) for _ in range(policy.MOST_PASSKEYS + 1)]
    for options in beforehand[:-1]:
        await world.services.passkeys.add(who, Authenticator().make(options), None, PHONE)
    with pytest.raises(TooManyPasskeys):
        await world.services.passkeys.add(who, Authenticator().make(beforehand[-1]), None, PHONE)
    with pytest.raises(TooManyPasskeys):
        await world.services.passkeys.creation_options(who, PHONE)
    assert await count(world) == policy.MOST_PASSKEYS == 20


# Naming


async def test_a_passkey_is_named_by_its_owner_alone(world: World) -> None:
    await world.user()
    await world.user(EVE)
    _, passkey = await added(world)
    who, eve = await signed_in(world), await signed_in(world, EVE)
    assert await world.services.passkeys.rename(who, passkey.id, " My\tphone ", PHONE) == "My phone"
    with pytest.raises(PasskeyUnknown):
        await world.services.passkeys.rename(eve, passkey.id, "Mine now", PHONE)
    with pytest.raises(PasskeyRefused) as refused:
        await world.services.passkeys.rename(who, passkey.id, "\u200b", PHONE)
    assert [error.pointer for error in refused.value.errors] == ["/name"]
    assert (await world.services.passkeys.ways_in(who)).passkeys[0].name == "My phone"
    assert await world.events("passkey_renamed") == [("passkey_renamed", "success")]


# What is not even an answer


def nested(depth: int) -> bytes:
    return b"\x81" * depth + b"\x00"


HOSTILE: dict[str, Callable[[dict[str, object]], bytes]] = {
    "nothing": lambda _: b"",
    "not CBOR": lambda _: b"\xff" * 100,
    "a number": lambda _: cbor.encode(7),
    "an empty map": lambda _: cbor.encode({}),
    "no data": lambda told: cbor.encode({**told, "authData": b""}),
    "short data": lambda told: cbor.encode({**told, "authData": b"x" * 36}),
    "data of another type": lambda told: cbor.encode({**told, "authData": "text"}),
    "no credential": lambda told: cbor.encode({**told, "authData": _data(told)[:32] + b"\5" + b"\0" * 4}),
    "no key": lambda told: cbor.encode({**told, "authData": _data(told)[:87]}),
    "a key too many": lambda told: cbor.encode({**told, "authData": _data(told) + cbor.encode({1: 2})}),
    "no identity": lambda told: cbor.encode({**told, "authData": _data(told)[:53] + b"\0\0" + _data(told)[87:]}),
    "something behind it": lambda told: cbor.encode(told) + b"\0",
    "very deep": lambda _: nested(8000),
    "a list without end": lambda _: b"\x9b" + b"\xff" * 8,
    "a map without end": lambda _: b"\xbb" + b"\xff" * 8,
    "bytes without end": lambda _: b"\x5b" + b"\xff" * 8,
    "lists as names": lambda _: b"\xa1\x80\x00",
    "very long": lambda told: cbor.encode({**told, "attStmt": {"x": b"\0" * 8192}}),
}


def _data(told: dict[str, object]) -> bytes:
    data = told["authData"]
    assert isinstance(data, bytes)
    return data


@pytest.mark.asvs("v5.0.0-1.5.2")
@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_attestations_are_refused(world: World, hostile: str) -> None:
    await world.user()
    who = await signed_in(world)
    made = Authenticator().make(await world.services.passkeys.creation_options(who, PHONE))
    bent = replace(made, attestation=b64(HOSTILE[hostile](attestation(made))))
    with pytest.raises(PasskeyRefused):
        await world.services.passkeys.add(who, bent, None, PHONE)
    assert await count(world) == 0


@pytest.mark.asvs("v5.0.0-1.5.2")
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_arrives_is_read_or_refused(client: bytes, rest: bytes) -> None:
    for read in (
        lambda: gateway.read_registration(TypedRegistration(b64(client), b64(rest), ())),
        lambda: gateway.read_assertion(TypedAssertion("AA", b64(client), b64(rest), "AA", None)),
        lambda: gateway.read_assertion(TypedAssertion("AA", '{"type"', "ä", "AA", None)),
    ):
        with pytest.raises(Unreadable):
            read()
    assert not gateway.is_signed(rest, client, rest)
    assert not gateway.is_usable(rest)


class _BrokenKey(Authenticator):
    """Its public key is not one."""

    def __init__(self, changes: dict[int, object]) -> None:
        super().__init__()
        self._changes = changes

    def cose(self):  # type: ignore[no-untyped-def] # noqa: ANN202 -- a COSE key in name only
        return {**super().cose(), **self._changes}


class _ForeignKind(Authenticator):
    """A kind of key that the library knows and that is not asked for."""

    def __init__(self) -> None:
        self._made = ec.generate_private_key(ec.SECP384R1())
        super().__init__(key=self._made)

    def cose(self):  # type: ignore[no-untyped-def] # noqa: ANN202 -- as above
        numbers = self._made.public_key().public_numbers()
        return {1: 2, 3: -35, -1: 2, -2: numbers.x.to_bytes(48), -3: numbers.y.to_bytes(48)}
