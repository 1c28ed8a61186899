"""Alive when it counts: what is under way when the owner ends everything does not happen any more.

The user's row is held, a reset waits for it, and then the act of a session that the gate has still let pass. The reset
comes first, so the act finds its session ended: 401, and nothing written.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from doorstep.audit.models import OPERATOR
from tests.architecture.test_guarded_routes import is_guarded, names, routes_of
from tests.builders import GOOD_PASSWORD
from tests.passkeys.authenticator import Authenticator
from tests.takeover.stage import ADDRESS, AUTH, ME, Browser, Stage, addresses

OTHER_PASSWORD = "nine slow otters by night"
SUBSCRIPTIONS = "/api/v1/subscriptions"
_addresses = addresses()

Act = Callable[[], Awaitable[httpx.Response]]
Prepared = Callable[[Stage, Browser, str], Awaitable[Act]]

ACTS: dict[str, Prepared] = {}


def act(name: str) -> Callable[[Prepared], Prepared]:
    """The act of this route: what it needs is done before, and what it answers is the request itself."""

    def note(prepared: Prepared) -> Prepared:
        ACTS[name] = prepared
        return prepared

    return note


def plain(name: str, body: object = None) -> None:
    """An act that needs nothing done before."""
    method, path = name.split(" ")

    async def prepared(_: Stage, browser: Browser, __: str) -> Act:
        return lambda: browser.send(method, path, {} if body is None and method != "DELETE" else body)

    ACTS[name] = prepared


plain(f"POST {AUTH}/step-up", {"password": GOOD_PASSWORD})
plain(f"POST {ME}/password", {"current_password": GOOD_PASSWORD, "new_password": OTHER_PASSWORD})
plain(f"POST {ME}/email", {"email": "another@example.org"})
plain(f"DELETE {ME}/email/change")
plain(f"PUT {ME}/profile", {"name": "Mallory", "shipping_address": ADDRESS})
plain(f"POST {ME}/factors/totp")
plain("POST /api/v1/passkey-options")
plain(f"DELETE {ME}")
plain(f"GET {ME}/export")
plain("DELETE /api/v1/sessions")


@act(f"POST {ME}/email/verification")
async def _send_verification(stage: Stage, browser: Browser, email: str) -> Act:
    await stage.scalar("UPDATE users SET email_verified_at = NULL WHERE email = $1 RETURNING id", email)
    return lambda: browser.post(f"{ME}/email/verification")


@act(f"POST {ME}/email/verify")
async def _verify(stage: Stage, browser: Browser, email: str) -> Act:
    await stage.scalar("UPDATE users SET email_verified_at = NULL WHERE email = $1 RETURNING id", email)
    await browser.post(f"{ME}/email/verification")
    code = (await stage.mails(email))[-1].split(maxsplit=1)[0]
    return lambda: browser.post(f"{ME}/email/verify", {"code": code})


@act(f"POST {ME}/keep")
async def _keep(stage: Stage, browser: Browser, email: str) -> Act:
    assert (await browser.delete_account()).status_code == 202
    await browser.log_in(email)
    return lambda: browser.post(f"{ME}/keep")


async def _with_app(browser: Browser) -> str:
    secret = await browser.turn_app_on()
    await browser.stage.later(timedelta(seconds=60))
    return secret


@act(f"POST {ME}/factors/totp/confirm")
async def _confirm(_: Stage, browser: Browser, __: str) -> Act:
    secret = (await browser.post(f"{ME}/factors/totp")).json()["secret"]
    return lambda: browser.post(f"{ME}/factors/totp/confirm", {"code": browser.code(secret)})


@act(f"DELETE {ME}/factors/totp")
async def _turn_off(_: Stage, browser: Browser, __: str) -> Act:
    await _with_app(browser)
    return lambda: browser.send("DELETE", f"{ME}/factors/totp")


@act(f"POST {ME}/factors/recovery-codes")
async def _renew(_: Stage, browser: Browser, __: str) -> Act:
    await _with_app(browser)
    return lambda: browser.post(f"{ME}/factors/recovery-codes")


@act(f"POST {ME}/factors/recovery-codes/keep")
async def _keep_codes(_: Stage, browser: Browser, __: str) -> Act:
    await _with_app(browser)
    made = await browser.post(f"{ME}/factors/recovery-codes")
    return lambda: browser.post(f"{ME}/factors/recovery-codes/keep", {"set_id": made.json()["set_id"]})


@act(f"DELETE {ME}/factors/trusted-browsers")
async def _distrust(_: Stage, browser: Browser, __: str) -> Act:
    await _with_app(browser)
    return lambda: browser.send("DELETE", f"{ME}/factors/trusted-browsers")


@act(f"DELETE {ME}/factors/totp/removal")
async def _stop_removal(stage: Stage, browser: Browser, email: str) -> Act:
    await _with_app(browser)
    await stage.scalar(
        "UPDATE totp SET removal_due_at = $2, removal_since = $2 FROM users u"
        " WHERE u.id = totp.user_id AND u.email = $1 RETURNING u.id",
        email,
        stage.clock.now + timedelta(days=1),
    )
    return lambda: browser.send("DELETE", f"{ME}/factors/totp/removal")


@act("POST /api/v1/passkeys")
async def _add_passkey(_: Stage, browser: Browser, __: str) -> Act:
    made = await browser.registration(Authenticator())
    return lambda: browser.post("/api/v1/passkeys", made)


@act("PATCH /api/v1/passkeys/{passkey_id}")
async def _rename(_: Stage, browser: Browser, __: str) -> Act:
    await browser.add_passkey()
    (held,) = (await browser.send("GET", "/api/v1/passkeys")).json()["passkeys"]
    return lambda: browser.send("PATCH", f"/api/v1/passkeys/{held['id']}", {"name": "other"})


@act("DELETE /api/v1/passkeys/{passkey_id}")
async def _remove_passkey(_: Stage, browser: Browser, __: str) -> Act:
    await browser.add_passkey()
    (held,) = (await browser.send("GET", "/api/v1/passkeys")).json()["passkeys"]
    return lambda: browser.send("DELETE", f"/api/v1/passkeys/{held['id']}")


@act(f"DELETE {ME}/password")
async def _drop_password(_: Stage, browser: Browser, __: str) -> Act:
    await browser.add_passkey()
    await browser.add_passkey()
    return lambda: browser.send("DELETE", f"{ME}/password")


@act(f"POST {AUTH}/step-up/passkey/options")
async def _step_up_options(_: Stage, browser: Browser, __: str) -> Act:
    return lambda: browser.post(f"{AUTH}/step-up/passkey/options")


@act(f"POST {AUTH}/step-up/passkey")
async def _step_up_by_passkey(_: Stage, browser: Browser, __: str) -> Act:
    device = await browser.add_passkey()
    used = await browser.assertion(device, f"{AUTH}/step-up/passkey/options")
    return lambda: browser.post(f"{AUTH}/step-up/passkey", used)


@act("DELETE /api/v1/sessions/{session_id}")
async def _revoke(stage: Stage, browser: Browser, email: str) -> Act:
    await stage.browser().log_in(email)
    listed = (await browser.send("GET", "/api/v1/sessions")).json()["sessions"]
    other = next(each["id"] for each in listed if not each["current"])
    return lambda: browser.send("DELETE", f"/api/v1/sessions/{other}")


@act(f"POST {SUBSCRIPTIONS}/cancel")
async def _cancel(stage: Stage, browser: Browser, email: str) -> Act:
    await _subscribed(stage, email)
    return lambda: browser.post(f"{SUBSCRIPTIONS}/cancel")


@act(f"POST {SUBSCRIPTIONS}/resume")
async def _resume(stage: Stage, browser: Browser, email: str) -> Act:
    await _subscribed(stage, email)
    assert (await browser.post(f"{SUBSCRIPTIONS}/cancel")).status_code == 200
    return lambda: browser.post(f"{SUBSCRIPTIONS}/resume")


async def _subscribed(stage: Stage, email: str) -> None:
    await stage.services.subscriptions.grant(email, stage.services.settings.plans[0].code, OPERATOR)


READS = {f"POST {AUTH}/step-up/passkey/options"}
"""Writes nothing, whatever its method: a challenge is signed and not stored."""


def guarded_writes(app: FastAPI) -> Iterator[str]:
    """The guarded routes that change something, by name."""
    for route in routes_of(app.routes):
        if isinstance(route, APIRoute) and is_guarded(route.dependant):
            yield from (name for name in names(route) if not name.startswith(("GET ", "HEAD ")) or "export" in name)


async def waiting(stage: Stage) -> int:
    """How many connections wait for somebody's lock."""
    found = await stage.scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    assert isinstance(found, int)
    return found


async def until_waiting(stage: Stage, number: int, *tasks: "asyncio.Task[httpx.Response]") -> None:
    """Pass when so many wait, or one of the tasks is done."""
    async with asyncio.timeout(30):
        while await waiting(stage) < number and not any(task.done() for task in tasks):  # noqa: ASYNC110 -- no event
            await asyncio.sleep(0.005)


def test_every_guarded_write_is_tried(stage: Stage) -> None:
    """A new route is to be added here, or it would not be known whether it holds."""
    assert set(guarded_writes(stage.app)) == set(ACTS)


@pytest.mark.asvs("v5.0.0-15.4.2", "v5.0.0-7.4.1", "v5.0.0-2.3.3")
@pytest.mark.parametrize("name", sorted(ACTS))
async def test_nothing_happens_after_the_reset_that_it_waited_behind(stage: Stage, name: str) -> None:
    email, _ = next(_addresses)
    browser = await stage.owner(email)
    request = await ACTS[name](stage, browser, email)
    owner = stage.browser()
    await owner.forgot(email)
    token = await stage.link(email, "reset/#")
    async with stage.database.transaction() as holder:
        await holder.fetchval("SELECT id FROM users WHERE email = $1 FOR UPDATE", email)
        reset = asyncio.create_task(owner.reset(token))
        await until_waiting(stage, 1)
        late = asyncio.create_task(_as_response(request))
        await until_waiting(stage, 2, late)
    assert (await reset).status_code == 204
    answer = await late
    if name in READS:
        assert answer.status_code in {200, 401}
    else:
        assert answer.status_code == 401, (name, answer.status_code, answer.text)


async def _as_response(request: Act) -> httpx.Response:
    return await request()
