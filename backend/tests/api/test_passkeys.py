"""Passkeys over HTTP: options in WebAuthn's JSON, one problem code each, cookies as by password, nothing by GET."""

import base64
from typing import Any

import httpx
import pytest

from doorstep.kit import base64url
from doorstep.passkeys import gateway
from doorstep.passkeys.models import CreationOptions, RequestOptions, TypedAssertion, TypedRegistration
from tests.api.conftest import ACCOUNT, Browser, bearer
from tests.api.test_factors import enrol
from tests.builders import GOOD_PASSWORD, HandClock
from tests.passkeys.authenticator import ELIGIBLE, Authenticator

PASSKEY_OPTIONS = "/api/v1/passkey-options"
AUTH, PASSKEYS, PASSWORD = "/api/v1/auth", "/api/v1/passkeys", "/api/v1/users/me/password"
US = gateway.party("http://localhost:8000", "")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def creation(told: dict[str, Any]) -> CreationOptions:
    return CreationOptions(raw(told["challenge"]), US, raw(told["user"]["id"]), "", ())


def request(told: dict[str, Any]) -> RequestOptions:
    return RequestOptions(raw(told["challenge"]), US, ())


def registration(made: TypedRegistration) -> dict[str, object]:
    return {"client_data": made.client_data, "attestation": made.attestation, "transports": ["internal", "odd"]}


def assertion(used: TypedAssertion) -> dict[str, object]:
    return {
        "credential_id": used.credential_id,
        "client_data": used.client_data,
        "authenticator_data": used.authenticator_data,
        "signature": used.signature,
        "user_handle": used.user_handle,
    }


async def added(http: httpx.AsyncClient, token: str, name: str | None = None) -> tuple[Authenticator, dict[str, Any]]:
    device = Authenticator()
    options = await http.post(PASSKEY_OPTIONS, json={}, headers=bearer(token))
    assert options.status_code == 200, options.text
    made = registration(device.make(creation(options.json()))) | ({"name": name} if name else {})
    answer = await http.post(PASSKEYS, json=made, headers=bearer(token))
    assert answer.status_code == 201, answer.text
    return device, answer.json()


async def answered(http: httpx.AsyncClient, device: Authenticator) -> dict[str, object]:
    options = await http.post(f"{AUTH}/passkey/options", json={})
    return assertion(device.use(request(options.json())))


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_the_whole_way(http: httpx.AsyncClient, browser: Browser, ada: dict[str, str]) -> None:
    device, view = await added(http, ada["access_token"], "My phone")
    assert (view["name"], view["kept_in"], view["synced"], view["last_used_at"]) == (
        "My phone",
        "Bitwarden",
        False,
        None,
    )
    other = browser()
    logged_in = await other.post(f"{AUTH}/passkey", json=await answered(other, device) | {"remember": True})
    assert logged_in.status_code == 200
    assert set(logged_in.json()) == {"access_token", "token_type", "expires_in"}
    assert other.cookies.get("doorstep-local-8000")
    assert other.cookies.get("doorstep-local-8000-device")
    assert "Max-Age" in next(
        line for line in logged_in.headers.get_list("set-cookie") if "doorstep-local-8000=" in line
    )
    headers = bearer(logged_in.json()["access_token"])
    found = (await other.get(PASSKEYS, headers=headers)).json()
    assert [each["last_used_at"] for each in found["passkeys"]] == ["2026-03-14T09:26:53Z"]
    assert (found["most"], found["has_password"], found["may_drop_password"]) == (20, True, False)
    path = f"{PASSKEYS}/{view['id']}"
    assert (await other.patch(path, json={"name": "Old phone"}, headers=headers)).status_code == 204
    assert (await other.get(PASSKEYS, headers=headers)).json()["passkeys"][0]["name"] == "Old phone"
    assert (await other.delete(path, headers=headers)).status_code == 204
    assert problem(await other.delete(path, headers=headers)) == (404, "passkey_unknown")


@pytest.mark.asvs("v5.0.0-7.2.4")
async def test_logging_in_by_passkey_ends_the_session_before(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    device, _ = await added(http, ada["access_token"])
    assert (await http.post(f"{AUTH}/passkey", json=await answered(http, device))).status_code == 200
    assert (await http.get(PASSKEYS, headers=bearer(ada["access_token"]))).status_code == 401


async def test_the_options_are_those_of_webauthn(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    device, _ = await added(http, ada["access_token"])
    options = (await http.post(PASSKEY_OPTIONS, json={}, headers=bearer(ada["access_token"]))).json()
    assert len(raw(options.pop("challenge"))) == 56
    user = options.pop("user")
    assert (user["name"], user["displayName"], len(raw(user["id"]))) == (ACCOUNT["email"], ACCOUNT["email"], 64)
    held = [{"type": "public-key", "id": base64url.encode(device.credential_id), "transports": ["internal"]}]
    assert options.pop("rp")["id"] == "localhost"
    assert options == {
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (-7, -8, -257)],
        "timeout": 300_000,
        "excludeCredentials": held,
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }
    for path, allowed in ((f"{AUTH}/passkey/options", []), (f"{AUTH}/step-up/passkey/options", held)):
        asked = (await http.post(path, json={}, headers=bearer(ada["access_token"]))).json()
        assert len(raw(asked.pop("challenge"))) == 56
        assert asked == {
            "rpId": "localhost",
            "timeout": 300_000,
            "allowCredentials": allowed,
            "userVerification": "required",
        }


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_a_refused_passkey_is_answered_like_a_wrong_password(
    http: httpx.AsyncClient, ada: dict[str, str], browser: Browser
) -> None:
    device, _ = await added(http, ada["access_token"])
    http = browser()
    wrong = await http.post(f"{AUTH}/login", json=ACCOUNT | {"password": "wrong" * 4})
    good = await answered(http, device)
    for refused in (good | {"signature": "AA"}, good | {"client_data": "?"}, good | {"user_handle": None}):
        answer = await http.post(f"{AUTH}/passkey", json=refused)
        same = {name: value for name, value in answer.json().items() if name != "instance"}
        assert same == {name: value for name, value in wrong.json().items() if name != "instance"}
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


async def test_a_passkey_of_nobody_is_called_that(http: httpx.AsyncClient) -> None:
    """So that the page can have its authenticator forget it (WebAuthn Level 3, `signalUnknownCredential`)."""
    stranger = Authenticator()
    stranger.handle = b"x" * 64
    answer = await http.post(f"{AUTH}/passkey", json=await answered(http, stranger))
    assert problem(answer) == (401, "passkey_not_here")
    assert "set-cookie" not in answer.headers


async def test_what_authenticators_know_a_user_by_is_told_to_that_user(
    http: httpx.AsyncClient, ada: dict[str, str]
) -> None:
    headers = bearer(ada["access_token"])
    before = (await http.get(PASSKEYS, headers=headers)).json()
    assert (before["rp_id"], before["user_handle"]) == ("localhost", None)
    device, view = await added(http, ada["access_token"])
    found = (await http.get(PASSKEYS, headers=headers)).json()
    assert raw(found["user_handle"]) == device.handle
    assert [raw(each["credential_id"]) for each in found["passkeys"]] == [device.credential_id]
    assert view["credential_id"] == found["passkeys"][0]["credential_id"]


async def test_the_activity_says_why_a_passkey_was_refused(
    http: httpx.AsyncClient, ada: dict[str, str], browser: Browser
) -> None:
    device, _ = await added(http, ada["access_token"])
    device.flags |= ELIGIBLE
    other = browser()
    refused = await other.post(f"{AUTH}/passkey", json=await answered(other, device))
    assert problem(refused) == (401, "invalid_credentials")
    events = (await http.get("/api/v1/users/me/events", headers=bearer(ada["access_token"]))).json()["events"]
    assert [each["reason"] for each in events if each["outcome"] == "refused"] == ["backup_eligibility_changed"]


async def test_a_challenge_that_waited_too_long_is_told(
    http: httpx.AsyncClient, ada: dict[str, str], browser: Browser, clock: HandClock
) -> None:
    device, _ = await added(http, ada["access_token"])
    other = browser()
    good = await answered(other, device)
    clock.advance(minutes=6)
    assert problem(await other.post(f"{AUTH}/passkey", json=good)) == (410, "ceremony_over")


async def test_each_body_is_bounded(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    device, _ = await added(http, ada["access_token"])
    good = await answered(http, device)
    for name in ("credential_id", "client_data", "authenticator_data", "signature", "user_handle"):
        long = await http.post(f"{AUTH}/passkey", json=good | {name: "A" * 3000})
        assert problem(long) == (422, "validation_failed")
    made = {"client_data": "A", "attestation": "A" * 12_000}
    assert problem(await http.post(PASSKEYS, json=made, headers=bearer(ada["access_token"]))) == (
        422,
        "validation_failed",
    )
    many = {"client_data": "A", "attestation": "A", "transports": ["usb"] * 9}
    assert (await http.post(PASSKEYS, json=many, headers=bearer(ada["access_token"]))).status_code == 422


@pytest.mark.asvs("v5.0.0-7.5.1", "v5.0.0-7.5.3")
async def test_what_matters_asks_for_a_recent_proof_which_a_passkey_gives(
    http: httpx.AsyncClient, ada: dict[str, str], clock: HandClock
) -> None:
    device, view = await added(http, ada["access_token"])
    await added(http, ada["access_token"])
    clock.advance(minutes=9, seconds=59)
    headers = bearer((await http.post(f"{AUTH}/refresh", json={})).json()["access_token"])
    clock.advance(seconds=1)
    acts: tuple[tuple[str, str, object], ...] = (
        ("POST", PASSKEY_OPTIONS, {}),
        ("POST", PASSKEYS, {"client_data": "A", "attestation": "A"}),
        ("DELETE", f"{PASSKEYS}/{view['id']}", None),
        ("DELETE", PASSWORD, None),
    )
    for method, path, json in acts:
        answer = await http.request(method, path, json=json, headers=headers)
        assert problem(answer) == (403, "step_up_required")
    options = await http.post(f"{AUTH}/step-up/passkey/options", json={}, headers=headers)
    used = assertion(device.use(request(options.json())))
    fresh = await http.post(f"{AUTH}/step-up/passkey", json=used, headers=headers)
    assert fresh.status_code == 200
    assert "set-cookie" not in fresh.headers
    headers = bearer(fresh.json()["access_token"])
    assert (await http.delete(PASSWORD, headers=headers)).status_code == 204
    assert problem(await http.post(f"{AUTH}/step-up/passkey", json=used, headers=headers)) == (410, "ceremony_over")
    bad = await http.post(f"{AUTH}/step-up/passkey", json=used | {"signature": "AA"}, headers=headers)
    assert problem(bad) == (422, "passkey_refused")


async def test_a_password_that_is_gone_looks_like_a_wrong_one(
    http: httpx.AsyncClient, browser: Browser, ada: dict[str, str]
) -> None:
    headers = bearer(ada["access_token"])
    assert problem(await http.delete(PASSWORD, headers=headers)) == (409, "too_few_passkeys")
    ids = [(await added(http, ada["access_token"]))[1]["id"] for _ in range(2)]
    found = (await http.get(PASSKEYS, headers=headers)).json()
    assert (found["has_password"], found["may_drop_password"]) == (True, True)
    assert (await http.delete(PASSWORD, headers=headers)).status_code == 204
    found = (await http.get(PASSKEYS, headers=headers)).json()
    assert (found["has_password"], found["may_drop_password"]) == (False, False)
    gone, wrong = [
        await browser().post(f"{AUTH}/login", json=ACCOUNT | {"email": email})
        for email in (ACCOUNT["email"], "nobody@example.org")
    ]
    same = [{name: value for name, value in each.json().items() if name != "instance"} for each in (gone, wrong)]
    assert same[0] == same[1]
    assert gone.status_code == 401
    change = {"current_password": GOOD_PASSWORD, "new_password": "eleven loud geese at dusk"}
    assert problem(await http.post(PASSWORD, json=change, headers=headers)) == (403, "wrong_password")
    assert (await http.delete(f"{PASSKEYS}/{ids[0]}", headers=headers)).status_code == 204
    assert problem(await http.delete(f"{PASSKEYS}/{ids[1]}", headers=headers)) == (409, "last_way_in")


async def test_pages_may_use_passkeys_and_nobody_else(http: httpx.AsyncClient) -> None:
    policy = (await http.get("/healthz")).headers["permissions-policy"]
    assert {"publickey-credentials-create=(self)", "publickey-credentials-get=(self)"} <= set(policy.split(", "))


async def test_a_passkey_is_a_second_step(browser: Browser, clock: HandClock, ada: dict[str, str]) -> None:
    http, token = browser(), ada["access_token"]
    device, _ = await added(http, token)
    await enrol(http, clock, token)
    other, login = browser(), f"{AUTH}/login"
    told = (await other.post(login, json=ACCOUNT)).json()
    assert told["factors"] == ["totp", "recovery_code", "passkey"]
    ticket = {"ticket": told["ticket"]}
    wrong = await other.post(f"{login}/passkey", json=await answered(other, device) | ticket)
    assert problem(wrong) == (403, "wrong_factor_code")
    assert "set-cookie" not in wrong.headers
    options = await other.post(f"{login}/passkey/options", json=ticket)
    assert options.headers["cache-control"] == "no-store"
    assert [raw(each["id"]) for each in options.json()["allowCredentials"]] == [device.credential_id]
    assert options.json()["userVerification"] == "required"
    body = assertion(device.use(request(options.json()))) | ticket | {"trust_browser": True}
    done = await other.post(f"{login}/passkey", json=body)
    assert done.status_code == 200, done.text
    assert len(done.headers.get_list("set-cookie")) == 2
    assert (await other.post(login, json=ACCOUNT)).status_code == 200
    assert problem(await other.post(f"{login}/passkey", json=body)) == (401, "ticket_ended")
    assert problem(await other.post(f"{login}/passkey/options", json=ticket)) == (401, "ticket_ended")
    assert problem(await other.post(f"{login}/passkey/options", json={"ticket": "x"})) == (401, "ticket_ended")
