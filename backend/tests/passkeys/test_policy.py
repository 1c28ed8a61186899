"""What is decided about passkeys, without a passkey."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.passkeys import policy
from doorstep.passkeys.gateway import party
from doorstep.passkeys.keepers import kept_in
from doorstep.passkeys.models import AuthenticatorFacts, Ceremony, ClientFacts, Party, Passkey, Reason, WaysIn
from tests.builders import START

US = party("https://door.example.org:8443", "Doorstep")
CLIENT = ClientFacts("webauthn.get", b"", "https://door.example.org:8443", framed=False)
TOLD = AuthenticatorFacts(US.rp_id_hash, True, True, False, False, 0)
NOBODY = UUID(int=0)
KEY = Passkey(NOBODY, NOBODY, b"c", b"k", 0, "Key", (), NOBODY, False, False, START, None)


def is_to_us(client: ClientFacts = CLIENT, told: AuthenticatorFacts = TOLD, us: Party = US) -> bool:
    return policy.is_to_us(client, told, Ceremony.GET, us)


def test_an_answer_to_us_is_taken() -> None:
    assert US.rp_id == "door.example.org"
    assert is_to_us()
    assert is_to_us(told=replace(TOLD, backup_eligible=True))
    assert is_to_us(told=replace(TOLD, backup_eligible=True, backed_up=True))


@pytest.mark.asvs("v5.0.0-6.3.3")
@pytest.mark.parametrize(
    "client",
    [
        replace(CLIENT, ceremony="webauthn.create"),
        replace(CLIENT, ceremony="payment.get"),
        replace(CLIENT, ceremony=""),
        replace(CLIENT, origin="https://door.example.org"),
        replace(CLIENT, origin="http://door.example.org:8443"),
        replace(CLIENT, origin="https://evil.door.example.org:8443"),
        replace(CLIENT, origin="https://door.example.org:8443/"),
        replace(CLIENT, origin="https://DOOR.example.org:8443"),
        replace(CLIENT, origin="null"),
        replace(CLIENT, framed=True),
    ],
)
def test_an_answer_from_elsewhere_is_not(client: ClientFacts) -> None:
    assert not is_to_us(client)


@pytest.mark.asvs("v5.0.0-6.3.3")
@pytest.mark.parametrize(
    "told",
    [
        replace(TOLD, rp_id_hash=party("https://example.org", "").rp_id_hash),
        replace(TOLD, rp_id_hash=b""),
        replace(TOLD, user_present=False),
        replace(TOLD, user_verified=False),
        replace(TOLD, backed_up=True),
    ],
)
def test_an_answer_of_nobody_is_not(told: AuthenticatorFacts) -> None:
    assert not is_to_us(told=told)


def test_each_fault_has_its_reason() -> None:
    faults = {
        Reason.CEREMONY: (replace(CLIENT, ceremony="webauthn.create"), TOLD),
        Reason.ORIGIN: (replace(CLIENT, origin="https://evil.example"), TOLD),
        Reason.FRAMED: (replace(CLIENT, framed=True), TOLD),
        Reason.HOST: (CLIENT, replace(TOLD, rp_id_hash=b"")),
        Reason.PRESENCE: (CLIENT, replace(TOLD, user_present=False)),
        Reason.VERIFICATION: (CLIENT, replace(TOLD, user_verified=False)),
        Reason.BACKUP: (CLIENT, replace(TOLD, backed_up=True)),
    }
    found = [policy.wrong_for_us(client, told, Ceremony.GET, US) for client, told in faults.values()]
    assert found == list(faults)


@pytest.mark.asvs("v5.0.0-16.3.3")
@pytest.mark.parametrize(
    ("stored", "presented", "copy"),
    [(0, 0, False), (0, 1, False), (1, 2, False), (1, 1, True), (2, 1, True), (1, 0, True), (5, 2**32 - 1, False)],
)
def test_a_counter_grows_or_there_is_none(stored: int, presented: int, copy: bool) -> None:
    assert policy.is_copy(replace(KEY, sign_count=stored), replace(TOLD, sign_count=presented)) is copy


@pytest.mark.parametrize("was", [True, False])
@pytest.mark.parametrize("now", [True, False])
def test_a_passkey_does_not_begin_to_leave_its_device(was: bool, now: bool) -> None:
    told = replace(TOLD, backup_eligible=now)
    assert policy.is_same_kind(replace(KEY, backup_eligible=was), told) is (was is now)


def test_it_is_two_factors_in_one() -> None:
    assert policy.methods(KEY) == ("hwk", "user", "mfa")
    assert policy.methods(replace(KEY, backup_eligible=True)) == ("swk", "user", "mfa")


def test_the_last_way_in_is_not_removed() -> None:
    other = replace(KEY, id=UUID(int=1))
    assert policy.may_remove(WaysIn(True, (KEY,)), KEY)
    assert policy.may_remove(WaysIn(False, (KEY, other)), KEY)
    assert not policy.may_remove(WaysIn(False, (KEY,)), KEY)


def test_a_password_is_dropped_for_two_passkeys_or_one_and_recovery_codes() -> None:
    assert [policy.may_drop_password(WaysIn(True, (KEY,) * count)) for count in range(4)] == [False, False, True, True]
    with_codes = [policy.may_drop_password(WaysIn(True, (KEY,) * count, 1)) for count in range(3)]
    assert with_codes == [False, True, True]


@given(st.text(max_size=200))
def test_a_name_is_one_line_and_short(typed: str) -> None:
    name = policy.tidy_name(typed)
    assert name is None or (0 < len(name) <= 64 and name.isprintable() and name == name.strip())
    assert name is None or policy.tidy_name(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Ada's\n phone ", "Ada's phone"), ("\u202egnp.exe", "gnp.exe"), (" \t\u200b ", None), ("x" * 65, "x" * 64)],
)
def test_names_are_tidied(typed: str, kept: str | None) -> None:
    assert policy.tidy_name(typed) == kept


def test_hints_are_those_that_we_know() -> None:
    assert policy.tidy_transports(("usb", "telepathy", "usb", "internal")) == ("internal", "usb")


def test_where_it_is_kept_is_told_in_words() -> None:
    bitwarden = UUID("d548826e-79b4-db40-a3d8-11116f7e8349")
    assert kept_in(replace(KEY, aaguid=bitwarden)) == "Bitwarden"
    assert kept_in(replace(KEY, backup_eligible=True)) == "A password manager"
    assert kept_in(replace(KEY, transports=("usb",))) == "A security key"
    assert kept_in(KEY) == "One device"
