"""Getting in by passkey: what is let in, what is not, and that all refusals look alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from doorstep.audit.models import Client
from doorstep.gate.models import SignedIn
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser, LoggedIn
from doorstep.login.service import NEW_BROWSER
from doorstep.passkeys.failures import CeremonyOver, PasskeyNotHere, PasskeyRefused
from doorstep.passkeys.models import TypedAssertion
from doorstep.sessions.failures import Unauthenticated
from doorstep.throttle.failures import ProofRequired
from tests.account.people import signed_in
from tests.letterbox import ADA, mails
from tests.login.test_throttle import guess_until_locked
from tests.passkeys.authenticator import (
    ELIGIBLE,
    GOOD,
    PRESENT,
    STRAIGHT,
    VERIFIED,
    Authenticator,
    Bent,
    added,
    b64,
    tampered,
)
from tests.world import PHONE, World

EVE = "eve@example.org"
LAPTOP = Client("198.51.100.4", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "request-2")


async def log_in(world: World, answer: TypedAssertion, browser: Browser = NEW_BROWSER) -> LoggedIn:
    return await world.services.passkey_entry.log_in(answer, remember=False, client=LAPTOP, browser=browser)


def answer(world: World, device: Authenticator, bent: Bent = STRAIGHT) -> TypedAssertion:
    return device.use(world.services.passkey_entry.log_in_options(), bent)


async def refused(
    world: World, answered: TypedAssertion, kind: type[InvalidCredentials | PasskeyNotHere] = InvalidCredentials
) -> None:
    """It is refused, by default as a wrong password is, and opens no session."""
    before = await world.scalar("SELECT count(*) FROM sessions")
    with pytest.raises(kind) as refusal:
        await log_in(world, answered)
    assert (refusal.value.detail, refusal.value.errors) == (None, ())
    assert await world.scalar("SELECT count(*) FROM sessions") == before


@pytest.mark.asvs("v5.0.0-6.3.3")
async def test_a_passkey_alone_lets_its_owner_in(world: World) -> None:
    user_id = await world.user()
    device, passkey = await added(world)
    world.clock.advance(minutes=1)
    who = await world.services.gate.identify((await log_in(world, answer(world, device))).grant.access_token)
    assert (who.user.id, who.amr) == (user_id, ("hwk", "user", "mfa"))
    assert who.authenticated_at == world.clock.now
    used = (await world.services.passkeys.ways_in(who)).passkeys[0]
    assert (used.last_used_at, used.sign_count) == (world.clock.now, passkey.sign_count + 1)
    assert await world.scalar("SELECT passkey_id FROM sessions ORDER BY id DESC LIMIT 1") == passkey.id
    assert await world.events("login") == [("login", "success")] * 2


async def test_again_and_again(world: World) -> None:
    await world.user()
    for device in (Authenticator(), Authenticator(counts=False), Authenticator(flags=GOOD | ELIGIBLE)):
        await added(world, device)
        for _ in range(3):
            await log_in(world, answer(world, device))


@pytest.mark.asvs("v5.0.0-6.3.5")
async def test_a_new_browser_is_told_to_the_owner_and_known_from_then_on(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    first = await log_in(world, answer(world, device))
    await log_in(world, answer(world, device), Browser(device_id=first.device_id))
    told = [mail for mail in await mails(world, ADA) if "A new log-in" in mail]
    assert len(told) == 1
    assert "Firefox on Linux" in told[0]


async def test_a_synced_passkey_is_bound_to_no_hardware_and_its_state_is_kept(world: World) -> None:
    await world.user()
    device, _ = await added(world, Authenticator(counts=False, flags=GOOD | ELIGIBLE))
    device.flags |= 0x10
    who = await world.services.gate.identify((await log_in(world, answer(world, device))).grant.access_token)
    assert who.amr == ("swk", "user", "mfa")
    assert (await world.services.passkeys.ways_in(who)).passkeys[0].backed_up


@pytest.mark.asvs("v5.0.0-6.3.8")
@pytest.mark.parametrize(
    "bent",
    [
        Bent(origin="http://localhost:8001"),
        Bent(origin="https://localhost:8000"),
        Bent(origin="http://evil.example"),
        Bent(rp_id="example.org"),
        Bent(ceremony="webauthn.create"),
        Bent(ceremony="payment.get"),
        Bent(flags=PRESENT),
        Bent(flags=VERIFIED),
        Bent(flags=0),
        Bent(flags=GOOD | ELIGIBLE),
        Bent(flags=GOOD | 0x80),
        Bent(flags=GOOD | 0x40),
        Bent(challenge=b"x" * 56),
        Bent(client={"crossOrigin": True}),
        Bent(client={"topOrigin": "http://localhost:8000"}),
        Bent(client={"more": float("nan")}),
        Bent(handle=b""),
        Bent(handle=b"x" * 64),
    ],
    ids=str,
)
async def test_what_was_not_signed_for_us_is_refused(world: World, bent: Bent) -> None:
    await world.user()
    device, passkey = await added(world)
    await refused(world, answer(world, device, bent))
    assert await world.scalar("SELECT sign_count FROM passkeys") == passkey.sign_count
    assert await world.scalar("SELECT count(*) FROM spent_challenges") == 1  # that of the adding
    await log_in(world, answer(world, device))


@pytest.mark.asvs("v5.0.0-6.8.2")
async def test_what_was_signed_cannot_be_changed(world: World) -> None:
    await world.user()
    await world.user(EVE)
    device, _ = await added(world)
    eves, _ = await added(world, None, EVE)
    good = answer(world, device)
    other = answer(world, device)
    for changed in (
        tampered(good, signature=other.signature),
        tampered(good, signature=b64(b"")),
        tampered(good, signature=b64(b"\0" * 1024)),
        tampered(good, signature="A" * 2000),
        tampered(good, signature="not base64!"),
        tampered(good, client_data=other.client_data),
        tampered(good, client_data=good.client_data[:-4]),
        tampered(good, authenticator_data=other.authenticator_data),
        tampered(good, user_handle=None),
        tampered(good, user_handle=b64(eves.handle)),
        tampered(good, user_handle="A" * 100),
        tampered(good, credential_id=b64(eves.credential_id)),
        tampered(good, credential_id=b64(eves.credential_id), user_handle=b64(eves.handle)),
    ):
        await refused(world, changed)
    for unknown in (b64(b"unknown"), ""):
        await refused(world, tampered(good, credential_id=unknown), PasskeyNotHere)


async def test_an_unknown_and_a_removed_passkey_are_called_that_and_one_of_somebody_disabled_is_not(
    world: World,
) -> None:
    await world.user()
    stranger = Authenticator()
    stranger.handle = b"x" * 64
    await refused(world, answer(world, stranger), PasskeyNotHere)
    device, passkey = await added(world)
    await world.services.users.disable(ADA, PHONE)
    await refused(world, answer(world, device))
    await world.services.users.enable(ADA, PHONE)
    await log_in(world, answer(world, device))
    await world.services.passkey_removal.remove(await signed_in(world), passkey.id, PHONE)
    await refused(world, answer(world, device), PasskeyNotHere)


@pytest.mark.asvs("v5.0.0-6.7.2")
async def test_a_challenge_lets_in_once_and_for_five_minutes(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    options = world.services.passkey_entry.log_in_options()
    first = device.use(options)
    await log_in(world, first)
    for again in (first, device.use(options)):
        with pytest.raises(CeremonyOver):
            await log_in(world, again)
    late = answer(world, device)
    world.clock.advance(minutes=5)
    with pytest.raises(CeremonyOver):
        await log_in(world, late)
    assert await world.scalar("SELECT count(*) FROM sessions") == 2


async def test_a_challenge_of_another_purpose_lets_nobody_in(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    who = await signed_in(world)
    entry = world.services.passkey_entry
    await refused(world, device.use(await entry.step_up_options(who)))
    creation = await world.services.passkeys.creation_options(who, PHONE)
    await refused(world, answer(world, device, Bent(challenge=creation.challenge)))


async def test_asking_for_challenges_leaves_nothing_behind(world: World) -> None:
    for _ in range(1000):
        world.services.passkey_entry.log_in_options()
    device = Authenticator()
    device.handle = b"x" * 64
    await refused(world, answer(world, device), PasskeyNotHere)
    assert await world.scalar("SELECT count(*) FROM spent_challenges") == 0


async def test_used_challenges_are_forgotten_when_they_would_have_expired(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    await log_in(world, answer(world, device))
    assert (await world.services.upkeep.purge())["spent_challenges"] == 0
    await world.later(timedelta(hours=2))
    assert (await world.services.upkeep.purge())["spent_challenges"] == 2


# The trail


async def reasons(world: World, user_id: object) -> object:
    """Why log-ins by passkey were refused, by the trail of this user; of nobody for None."""
    return await world.scalar(
        "SELECT array_agg(detail ->> 'reason' ORDER BY detail ->> 'reason') FROM audit_events"
        " WHERE kind = 'login' AND outcome = 'refused' AND user_id IS NOT DISTINCT FROM $1::uuid",
        user_id,
    )


async def test_the_trail_of_the_user_says_why_a_passkey_was_refused(world: World) -> None:
    user_id = await world.user()
    device, _ = await added(world)
    for bent in (Bent(flags=GOOD | ELIGIBLE), Bent(flags=PRESENT), Bent(origin="https://evil.example")):
        await refused(world, answer(world, device, bent))
    await refused(world, tampered(answer(world, device), signature=b64(b"")))
    await refused(world, tampered(answer(world, device), user_handle=None))
    await log_in(world, answer(world, device))
    device.count = 0
    await refused(world, answer(world, device))
    await world.services.users.disable(ADA, PHONE)
    await refused(world, answer(world, device))
    assert await reasons(world, user_id) == [
        "backup_eligibility_changed",
        "counted_backwards",
        "origin",
        "signature",
        "user",
        "user_disabled",
        "user_not_verified",
    ]


async def test_what_names_no_passkey_of_a_user_is_in_no_users_trail(world: World) -> None:
    user_id = await world.user()
    device, _ = await added(world)
    await refused(world, tampered(answer(world, device), signature="not base64!"))
    await refused(world, answer(world, device, Bent(challenge=b"x" * 56)))
    await refused(world, tampered(answer(world, device), credential_id=b64(b"unknown")), PasskeyNotHere)
    assert await reasons(world, user_id) is None
    assert await reasons(world, None) == ["challenge", "unknown_passkey", "unreadable"]


# The counter


@pytest.mark.asvs("v5.0.0-16.3.3")
async def test_a_copy_is_refused_and_told(world: World) -> None:
    await world.user()
    device, passkey = await added(world)
    await world.services.passkeys.rename(await signed_in(world), passkey.id, "words of the owner", PHONE)
    copy = Authenticator(key=device.key)
    copy.credential_id, copy.handle, copy.count = device.credential_id, device.handle, device.count
    await log_in(world, answer(world, device))
    await refused(world, answer(world, copy))
    assert await world.events("passkey_copied") == [("passkey_copied", "alarm")]
    [mail] = [mail for mail in await mails(world, ADA) if "copy of your passkey" in mail]
    assert "It is kept in: Bitwarden." in mail
    assert "words of the owner" not in mail
    await log_in(world, answer(world, device))


async def test_the_alarm_is_not_mailed_without_end(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    device.count = 100
    await log_in(world, answer(world, device))
    for _ in range(10):
        device.count = 5
        await refused(world, answer(world, device))
    assert 1 <= len([mail for mail in await mails(world, ADA) if "copy of your passkey" in mail]) <= 5


async def test_a_counter_that_begins_to_count_and_one_that_stops(world: World) -> None:
    await world.user()
    device, _ = await added(world, Authenticator(counts=False))
    await log_in(world, answer(world, device))
    device.counts = True
    await log_in(world, answer(world, device))
    device.counts, device.count = False, 0
    await refused(world, answer(world, device))


# Flooding


async def test_guessing_is_counted_by_network_and_a_right_answer_is_forgiven(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    for _ in range(25):
        await log_in(world, answer(world, device))
    stranger = Authenticator()
    stranger.handle = b"x" * 64
    for _ in range(20):
        await refused(world, answer(world, stranger), PasskeyNotHere)
    for answered in (answer(world, stranger), answer(world, device)):
        with pytest.raises(ProofRequired):
            await log_in(world, answered)


async def test_a_locked_password_does_not_lock_the_passkey(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    await guess_until_locked(world)
    await log_in(world, answer(world, device))


# Proving again


async def stale(world: World) -> SignedIn:
    """Somebody who logged in too long ago for what matters."""
    who = await signed_in(world)
    world.clock.advance(minutes=11)
    return replace(who, authenticated_at=world.clock.now - timedelta(minutes=11))


@pytest.mark.asvs("v5.0.0-7.5.3")
async def test_a_passkey_proves_again_who_is_there(world: World) -> None:
    await world.user()
    device, passkey = await added(world)
    who = await stale(world)
    entry = world.services.passkey_entry
    options = await entry.step_up_options(who)
    assert [each.id for each in options.allowed] == [passkey.id]
    token = await entry.step_up(who, device.use(options), PHONE, NEW_BROWSER)
    assert (await world.services.gate.identify(token)).authenticated_at == world.clock.now
    assert await world.events("step_up") == [("step_up", "success")]
    without_handle = tampered(device.use(await entry.step_up_options(who)), user_handle=None)
    await entry.step_up(who, without_handle, PHONE, NEW_BROWSER)
    assert await world.scalar("SELECT failures FROM throttle WHERE kind = 'network'") == 0


@pytest.mark.asvs("v5.0.0-7.5.3")
async def test_only_ones_own_and_for_this_session(world: World) -> None:
    await world.user()
    await world.user(EVE)
    device, _ = await added(world)
    eves, _ = await added(world, None, EVE)
    entry = world.services.passkey_entry
    again, who = await signed_in(world), await stale(world)
    mine = await entry.step_up_options(who)
    for wrong in (
        eves.use(mine),
        tampered(device.use(mine), user_handle=b64(eves.handle)),
        device.use(await entry.step_up_options(again)),
        device.use(entry.log_in_options()),
    ):
        with pytest.raises(PasskeyRefused):
            await entry.step_up(who, wrong, PHONE, NEW_BROWSER)
    proved = await world.scalar("SELECT authenticated_at FROM sessions WHERE id = $1", who.session_id)
    assert proved != world.clock.now
    assert await world.events("step_up") == [("step_up", "refused")] * 4


async def test_an_ended_session_is_not_revived(world: World) -> None:
    await world.user()
    device, _ = await added(world)
    who = await stale(world)
    options = await world.services.passkey_entry.step_up_options(who)
    await world.services.sessions.revoke(who.user.id, who.session_id, PHONE, by=who.session_id)
    with pytest.raises(Unauthenticated):
        await world.services.passkey_entry.step_up(who, device.use(options), PHONE, NEW_BROWSER)
