"""The rest of the review: what crosses sign-up, money, tickets, the trail and other sites."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from doorstep.api.wiring import from_our_pages
from doorstep.audit.models import OPERATOR
from doorstep.settings import Settings
from tests.architecture.test_guarded_routes import routes_of
from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.takeover.stage import AUTH, ME, NEW_PASSWORD, Browser, Stage, addresses, staged

_addresses = addresses()
NOT_ME = "verify/#not-me="


async def events(stage: Stage, *kinds: str) -> list[tuple[str, str, bool]]:
    """Kind and outcome of these events, in the order of the kinds, and whether they name a session."""
    async with stage.database.connection() as connection:
        rows = await connection.fetch("SELECT kind, outcome, session_id FROM audit_events ORDER BY occurred_at, id")
    found = [(row["kind"], row["outcome"], row["session_id"] is not None) for row in rows if row["kind"] in kinds]
    return sorted(found, key=lambda event: kinds.index(event[0]))


# Private sign-up


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_a_private_sign_up_is_not_told_by_the_next_log_in(dsn: str, tmp_path: Path, clock: HandClock) -> None:
    private: Settings = settings_for(dsn, tmp_path, signup_disclosure="private")
    async with staged(dsn, private, clock) as stage:
        free, taken = next(_addresses)
        await stage.services.sign_up.create(taken, NEW_PASSWORD, OPERATOR)
        answers = []
        for email in (free, taken):
            browser = stage.browser()
            signed_up = await browser.sign_up(email)
            logged_in = await browser.log_in(email)
            answers.append((signed_up.status_code, signed_up.json(), logged_in.status_code, logged_in.json()["code"]))
        assert answers[0] == answers[1]
        assert answers[0][2:] == (401, "invalid_credentials")
        link = await stage.link(free, "verify/#")
        assert (await stage.browser().verify(link)).status_code == 204
        assert (await stage.browser().log_in(free)).status_code == 200


# Money


async def subscribed(stage: Stage) -> tuple[Browser, str]:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await stage.services.subscriptions.grant(email, stage.services.settings.plans[0].code, OPERATOR)
    return laptop, email


async def test_cancelling_and_resuming_are_told_by_mail(stage: Stage) -> None:
    laptop, email = await subscribed(stage)
    await laptop.post("/api/v1/subscriptions/cancel")
    await laptop.post("/api/v1/subscriptions/resume")
    told = [mail.splitlines()[0] for mail in await stage.mails(email)]
    assert any(line.startswith("Your subscription was cancelled") for line in told)
    assert any(line.startswith("Your subscription goes on") for line in told)


async def test_nothing_renews_while_the_account_is_to_be_deleted(stage: Stage) -> None:
    laptop, email = await subscribed(stage)
    await laptop.delete_account()
    await laptop.log_in(email)
    answer = await laptop.post("/api/v1/subscriptions/resume")
    assert (answer.status_code, answer.json()["code"]) == (409, "deletion_pending")
    await laptop.post(f"{ME}/keep")
    assert (await laptop.post("/api/v1/subscriptions/resume")).status_code == 200


# Tickets


async def test_a_ticket_is_of_its_browser(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    secret = await laptop.turn_app_on()
    await stage.later(timedelta(seconds=60))
    ticket = (await laptop.post(f"{AUTH}/login", {"email": email, "password": GOOD_PASSWORD})).json()["ticket"]
    device = laptop.client.cookies.get("doorstep-device-local") or next(
        value for name, value in laptop.client.cookies.items() if "device" in name
    )
    thief = stage.browser()
    before = len(await stage.links(email, NOT_ME))
    done = await thief.post(f"{AUTH}/login/totp", {"ticket": ticket, "code": thief.code(secret)})
    assert done.status_code == 200
    assert device not in done.headers["set-cookie"]
    assert len(await stage.links(email, NOT_ME)) == before + 1


# The trail


async def test_the_trail_tells_what_was_refused_and_by_whom(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.post(f"{AUTH}/step-up", {"password": NEW_PASSWORD})
    await laptop.post(f"{ME}/password", {"current_password": NEW_PASSWORD, "new_password": "nine slow otters by night"})
    assert await events(stage, "step_up", "password_changed") == [
        ("step_up", "refused", True),
        ("password_changed", "refused", True),
    ]
    await laptop.post(f"{ME}/factors/totp")
    await laptop.post(f"{ME}/factors/totp/confirm", {"code": "000000"})
    assert await events(stage, "two_step_begun", "two_step_on") == [
        ("two_step_begun", "success", True),
        ("two_step_on", "refused", True),
    ]
    await stage.later(timedelta(minutes=11))
    await laptop.refresh()
    await laptop.delete_account()
    await laptop.send("GET", f"{ME}/export")
    await laptop.post("/api/v1/passkey-options")
    await laptop.ask_new_email("other@example.org")
    await laptop.send("DELETE", "/api/v1/sessions")
    refused = ("deletion_asked", "data_exported", "passkey_added", "email_change_asked", "other_sessions_revoked")
    assert await events(stage, *refused) == [(kind, "refused", True) for kind in refused]


async def test_a_wrong_mailed_code_is_in_the_trail(stage: Stage) -> None:
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    await browser.post(f"{ME}/email/verify", {"code": "000000"})
    assert await events(stage, "email_verified") == [("email_verified", "refused", True)]


# Other sites

SETS_COOKIES = {
    "/api/v1/auth/signup": {"email": "x@example.org", "password": GOOD_PASSWORD},
    "/api/v1/auth/login": {"email": "x@example.org", "password": GOOD_PASSWORD},
    "/api/v1/auth/login/totp": {"ticket": "x", "code": "123456"},
    "/api/v1/auth/login/recovery-code": {"ticket": "x", "code": "x"},
    "/api/v1/auth/login/remove-authenticator": {"ticket": "x"},
    "/api/v1/auth/passkey": {
        "credential_id": "AA", "client_data": "AA", "authenticator_data": "AA", "signature": "AA", "user_handle": "AA",
    },
    "/api/v1/auth/login/passkey": {
        "ticket": "x", "credential_id": "AA", "client_data": "AA", "authenticator_data": "AA", "signature": "AA",
    },
}  # fmt: skip


@pytest.mark.asvs("v5.0.0-3.5.1", "v5.0.0-3.5.3")
@pytest.mark.parametrize("path", sorted(SETS_COOKIES))
@pytest.mark.parametrize(
    "head", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "", "Sec-Fetch-Site": "cross-site"}]
)
async def test_a_browser_signs_nobody_in_for_another_site(stage: Stage, path: str, head: dict[str, str]) -> None:
    client = stage.browser().client
    del client.headers["Origin"], client.headers["Sec-Fetch-Site"]
    head = {name: value for name, value in head.items() if value}
    answer = await client.post(path, json=SETS_COOKIES[path], headers=head)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")
    assert "set-cookie" not in answer.headers


async def test_a_program_that_names_no_origin_logs_in(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    client = stage.browser().client
    del client.headers["Origin"], client.headers["Sec-Fetch-Site"]
    assert (await client.post(f"{AUTH}/login", json={"email": email, "password": GOOD_PASSWORD})).status_code == 200


def test_every_route_that_signs_somebody_in_is_checked(stage: Stage) -> None:
    checked = {
        route.path
        for route in routes_of(stage.app.routes)
        if isinstance(route, APIRoute) and any(needed.call is from_our_pages for needed in route.dependant.dependencies)
    }
    assert checked == set(SETS_COOKIES)


# Hardening


async def test_a_passkey_is_not_renamed_without_a_recent_proof(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.add_passkey()
    (held,) = (await laptop.send("GET", "/api/v1/passkeys")).json()["passkeys"]
    await stage.later(timedelta(minutes=11))
    await laptop.refresh()
    answer = await laptop.send("PATCH", f"/api/v1/passkeys/{held['id']}", {"name": "other"})
    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


async def test_the_app_stays_on_where_its_recovery_codes_are_the_second_way_in(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.turn_app_on()
    await laptop.add_passkey()
    assert (await laptop.send("DELETE", f"{ME}/password")).status_code == 204
    answer = await laptop.send("DELETE", f"{ME}/factors/totp")
    assert (answer.status_code, answer.json()["code"]) == (409, "codes_needed")


async def test_a_copy_of_everything_is_cut_off_when_its_session_ends(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    who = await stage.services.gate.identify(laptop.token)
    pieces = await stage.services.export.ask(who, OPERATOR)
    first = await anext(pieces)
    assert email in first
    await laptop.post(f"{AUTH}/logout")
    with pytest.raises(Exception, match="log in"):
        async for _ in pieces:
            pass


async def test_who_presses_the_link_of_a_private_sign_up_has_the_password_typed_with_it(
    dsn: str, tmp_path: Path, clock: HandClock
) -> None:
    """A stranger signs up first with the address; the link of the owner's own sign-up does not let the stranger in."""
    private = settings_for(dsn, tmp_path, signup_disclosure="private")
    async with staged(dsn, private, clock) as stage:
        email, _ = next(_addresses)
        await stage.browser().sign_up(email)
        await stage.mails(email)
        await stage.later(timedelta(seconds=1))
        await stage.browser().sign_up(email, NEW_PASSWORD)
        links = await stage.links(email, "verify/#")
        assert len(links) == 2
        assert (await stage.browser().verify(links[-1])).status_code == 204
        assert (await stage.browser().log_in(email, NEW_PASSWORD)).status_code == 200
        assert (await stage.browser().log_in(email, GOOD_PASSWORD)).status_code == 401
        await stage.browser().verify(links[0])
        assert (await stage.browser().log_in(email, NEW_PASSWORD)).status_code == 200


async def test_copies_are_counted_by_session_and_user_whatever_is_mailed(stage: Stage) -> None:
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    answers = [(await browser.send("GET", f"{ME}/export")).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


async def test_two_users_who_ask_for_each_others_address_do_not_wait_for_each_other(stage: Stage) -> None:
    one_email, other_email = next(_addresses)
    one, other = await stage.owner(one_email), await stage.owner(other_email)
    for _ in range(4):
        asked = await asyncio.gather(one.ask_new_email(other_email), other.ask_new_email(one_email))
        assert {answer.status_code for answer in asked} == {202}
