"""Over a database of commit 5ce81d1 that was upgraded while its servers were at work: nobody is signed out.

Each of the people of `5ce81d1.json` goes on with the cookies, the password, the app and the passkey that they have.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pyotp import TOTP

from doorstep.kit import base64url
from doorstep.kit.secret import derive
from doorstep.login.failures import InvalidCredentials, SecondFactorRequired
from doorstep.login.models import Browser
from doorstep.sessions.refresh_tokens import RefreshTokens
from doorstep.tickets.failures import TicketEnded
from doorstep.totp.failures import WrongFactorCode
from tests.builders import SECRET
from tests.letterbox import mails
from tests.passkeys.authenticator import Authenticator
from tests.profiles.addresses import HOME
from tests.second_factors.people import by_recovery_code, by_totp, ticket
from tests.upgrades.going_on import come_back, is_out, log_in, signed_in
from tests.upgrades.held import BROWSERS, HELD, session_of
from tests.upgrades.old_servers import OldServers
from tests.world import PHONE, World

_OF_USER: Final = "SELECT count(*) FROM {} JOIN users ON users.id = user_id"


def dans_phone() -> Authenticator:
    """The passkey, as it was at the upgrade."""
    held = HELD["passkey"]
    device = Authenticator(key=ec.derive_private_key(held["private_value"], ec.SECP256R1()))
    device.credential_id, device.handle = base64url.decode(held["credential_id"]), base64url.decode(held["handle"])
    device.count = held["count"]
    return device


def cyds_code(world: World) -> str:
    """What the app shows."""
    return TOTP(HELD["two_steps"]["totp_secret"]).at(world.clock.now)


async def test_every_browser_stays_signed_in(today: World, meanwhile: OldServers) -> None:
    live = await today.scalar(
        "SELECT array_agg(id) FROM sessions WHERE revoked_at IS NULL AND user_id <> $1", meanwhile.user_id
    )
    assert isinstance(live, list)
    tokens = [*(browser["refresh_token"] for browser in BROWSERS.values()), HELD["lost_answer"]["successor"]]
    assert {session_of(token) for token in tokens} == set(live)
    for browser in BROWSERS.values():
        who = await come_back(today, browser["refresh_token"])
        assert (who.user.email, who.session_id) == (browser["email"], session_of(browser["refresh_token"]))


async def test_no_session_browser_or_link_is_behind_its_user(today: World) -> None:
    """Those of old servers are of the epoch that counts, also those that they wrote after the columns were there."""
    assert await today.scalar(f"{_OF_USER.format('sessions')} WHERE epoch <> session_epoch") == 0
    assert await today.scalar(f"{_OF_USER.format('known_devices')} WHERE epoch <> device_epoch") == 0
    assert (
        await today.scalar(f"{_OF_USER.format('one_time_tokens mine')} WHERE mine.credential_version < token_floor")
        == 0
    )


async def test_they_stay_signed_in_for_as_long_as_they_were_promised(today: World) -> None:
    tokens = {name: browser["refresh_token"] for name, browser in BROWSERS.items()}
    for name, token in tokens.items():
        tokens[name] = (await today.services.sessions.refresh(token, PHONE)).refresh_token
    await today.later(timedelta(days=13))
    for name, browser in BROWSERS.items():
        assert await is_out(today, tokens[name]) is not browser["remember"]


async def test_browsers_that_came_back_during_the_upgrade_stay_signed_in(today: World, meanwhile: OldServers) -> None:
    made = RefreshTokens(derive(SECRET.encode(), "refresh tokens"))
    assert len(meanwhile.refreshing) == 3
    for browser in meanwhile.refreshing:
        assert browser.generation > 10
        who = await come_back(today, made.make(browser.session_id, browser.generation, browser.secret))
        assert who.user.id == meanwhile.user_id
    # So do those that logged in meanwhile: nobody has ended any of their sessions.
    assert await today.scalar(
        "SELECT count(*) FROM sessions WHERE user_id = $1", meanwhile.user_id
    ) == await today.scalar(
        "SELECT count(*) FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", meanwhile.user_id
    )


async def test_an_answer_that_was_lost_is_given_again(today: World) -> None:
    held = HELD["lost_answer"]
    again = await today.services.sessions.refresh(held["presented"], PHONE)
    assert again.refresh_token == held["successor"]


async def test_a_session_that_had_ended_stays_ended(today: World) -> None:
    for token in (HELD["subscriber"]["logged_out"], HELD["leaving"]["ended"]):
        assert await is_out(today, token)


async def test_a_stolen_token_ends_the_session_as_before(today: World) -> None:
    assert await is_out(today, HELD["replayed"])
    assert await today.events("refresh_replayed") == [("refresh_replayed", "alarm")]
    assert await is_out(today, BROWSERS["ada"]["refresh_token"])


async def test_a_subscriber_is_one_still_and_parcels_go_where_they_went(today: World) -> None:
    who = await signed_in(today, "ada")
    assert who.subscription is not None
    assert (who.subscription.plan_code, who.subscription.ends_at) == (HELD["subscriber"]["plan"], None)
    profile = await today.services.profiles.of(who)
    assert (profile.name, profile.shipping_address) == ("Ada King", HOME)


async def test_every_password_is_the_one_it_was(today: World) -> None:
    for email in {browser["email"] for browser in BROWSERS.values()} - {HELD["two_steps"]["email"]}:
        logged_in = await log_in(today, email, HELD["password"])
        assert (await today.services.gate.identify(logged_in.grant.access_token)).user.email == email
        with pytest.raises(InvalidCredentials):
            await log_in(today, email, "another password")


async def test_a_known_browser_is_no_news(today: World) -> None:
    await mails(today)
    before = len(await mails(today, "dan@example.org"))
    await log_in(today, "dan@example.org", device_id=UUID(BROWSERS["dan"]["device_id"]))
    assert len(await mails(today, "dan@example.org")) == before
    await log_in(today, "dan@example.org")
    assert len(await mails(today, "dan@example.org")) == before + 1


async def test_a_ticket_leads_to_the_second_step_and_the_app_is_the_same(today: World) -> None:
    logged_in = await by_totp(today, HELD["two_steps"]["ticket"], cyds_code(today))
    who = await today.services.gate.identify(logged_in.grant.access_token)
    assert (who.user.email, who.amr) == (HELD["two_steps"]["email"], ("pwd", "otp"))
    with pytest.raises(TicketEnded):
        await by_totp(today, HELD["two_steps"]["ticket"], cyds_code(today))


async def test_recovery_codes_are_good_once_as_before(today: World) -> None:
    email = HELD["two_steps"]["email"]
    for code in HELD["two_steps"]["recovery_codes"]:
        logged_in = await by_recovery_code(today, await ticket(today, email), code)
        assert (await today.services.gate.identify(logged_in.grant.access_token)).user.email == email
        with pytest.raises(WrongFactorCode):
            await by_recovery_code(today, await ticket(today, email), code)
    with pytest.raises(WrongFactorCode):
        await by_recovery_code(today, await ticket(today, email), HELD["two_steps"]["used_code"])


async def test_a_trusted_browser_is_trusted_and_no_other(today: World) -> None:
    email = HELD["two_steps"]["email"]
    await log_in(today, email, device_id=UUID(BROWSERS["cyd's laptop"]["device_id"]))
    for name in ("cyd", "cyd's phone"):
        with pytest.raises(SecondFactorRequired):
            await log_in(today, email, device_id=UUID(BROWSERS[name]["device_id"]))


async def test_a_passkey_lets_its_owner_in(today: World) -> None:
    device = dans_phone()
    logged_in = await today.services.passkey_entry.log_in(
        device.use(today.services.passkey_entry.log_in_options()), remember=True, client=PHONE, browser=Browser()
    )
    who = await today.services.gate.identify(logged_in.grant.access_token)
    assert who.user.email == HELD["passkey"]["email"]
    assert await today.scalar("SELECT sign_count FROM passkeys") == HELD["passkey"]["count"] + 1
