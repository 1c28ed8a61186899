import httpx
import pytest
from fastapi import FastAPI
from jose import jwt

from doorstep.audit.models import OPERATOR
from doorstep.signup.service import NEVER_CONFIRMED
from tests.api.conftest import ACCOUNT, Browser, bearer
from tests.builders import GOOD_PASSWORD, HandClock

COOKIE = "doorstep-local-8000"


def problem_of(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["code"] == code
    return body


async def test_sign_up_registers_and_signs_in(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    assert set(ada) == {"message", "user_id", "access_token", "token_type", "expires_in"}
    me = await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))
    assert me.status_code == 200
    assert me.json()["id"] == ada["user_id"]
    assert me.json()["email"] == "ada@example.org"
    assert me.json()["subscription_status"] == "unsubscribed"


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@EXAMPLE.ORG", " ada@example.org"])
async def test_an_address_is_taken_once_without_regard_to_case(browser: Browser, ada: object, email: str) -> None:
    answer = await browser().post("/api/v1/auth/signup", json={"email": email, "password": GOOD_PASSWORD})
    assert problem_of(answer, 409, "email_taken")["errors"] == [{"pointer": "/email", "message": NEVER_CONFIRMED}]


@pytest.mark.parametrize(
    ("signed_up", "typed"),
    [
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "Ada@BÜCHER.example"),
        ("jörg@straße.example", "JÖRG@xn--strae-oqa.example"),
        ("ada@例子.公司", "ada@xn--fsqu00a.xn--55qx5d"),
    ],
)
async def test_one_mailbox_is_one_account_however_its_domain_is_spelled(
    browser: Browser, signed_up: str, typed: str
) -> None:
    """A field for e-mail addresses spells an international domain in ASCII in Chromium, and as it is in Firefox."""
    made = await browser().post("/api/v1/auth/signup", json={"email": signed_up, "password": GOOD_PASSWORD})
    assert made.status_code == 201
    again = await browser().post("/api/v1/auth/signup", json={"email": typed, "password": GOOD_PASSWORD})
    problem_of(again, 409, "email_taken")
    logged_in = await browser().post("/api/v1/auth/login", json={"email": typed, "password": GOOD_PASSWORD})
    assert logged_in.status_code == 200
    me = await browser().get("/api/v1/users/me", headers=bearer(logged_in.json()["access_token"]))
    assert (me.json()["id"], me.json()["email"]) == (made.json()["user_id"], signed_up)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("strasse@example.com", "straße@example.com"),
        ("cy@straße.example", "cy@strasse.example"),
        ("\u017fam@example.com", "sam@example.com"),
        ("\ufb01@example.com", "fi@example.com"),
    ],
)
async def test_other_letters_are_another_mailbox(browser: Browser, one: str, other: str) -> None:
    for email in (one, other):
        made = await browser().post("/api/v1/auth/signup", json={"email": email, "password": GOOD_PASSWORD})
        assert made.status_code == 201, made.text


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"email": "ada", "password": GOOD_PASSWORD}, "email_refused", "/email"),
        ({"email": "ada@example.org", "password": "short"}, "password_refused", "/password"),
        ({"email": "ada@example.org", "password": "qwertyuiopasdfghjkl"}, "password_refused", "/password"),
        ({"email": "ada@example.org"}, "validation_failed", "/password"),
        ({"password": GOOD_PASSWORD}, "validation_failed", "/email"),
        ({**ACCOUNT, "role": "admin"}, "validation_failed", "/role"),
        ({**ACCOUNT, "remember": "yes"}, "validation_failed", "/remember"),
        ({"email": "a" * 300 + "@example.org", "password": GOOD_PASSWORD}, "validation_failed", "/email"),
        ({"email": "ada@example.org", "password": "x" * 1025}, "validation_failed", "/password"),
    ],
)
@pytest.mark.asvs("v5.0.0-2.2.1", "v5.0.0-2.2.2", "v5.0.0-15.3.3", "v5.0.0-15.3.5")
async def test_sign_up_says_which_field_is_refused_and_never_repeats_it(
    http: httpx.AsyncClient, body: dict[str, object], code: str, pointer: str
) -> None:
    answer = await http.post("/api/v1/auth/signup", json=body)
    problem = problem_of(answer, 422, code)
    assert isinstance(problem["errors"], list)
    assert pointer in {error["pointer"] for error in problem["errors"]}
    assert str(body.get("password", "no such text")) not in answer.text


async def test_log_in_answers_a_token_and_the_cookie(browser: Browser, ada: object) -> None:
    answer = await browser().post("/api/v1/auth/login", json=ACCOUNT)
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 600
    assert answer.headers["cache-control"] == "no-store"
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{COOKIE}=")]
    name, *flags = [part.strip() for part in cookie.split(";")]
    assert name.startswith(f"{COOKIE}=")
    assert {flag.lower() for flag in flags} == {"httponly", "samesite=strict", "path=/"}


async def test_keep_me_signed_in_outlives_the_browser(browser: Browser, ada: object) -> None:
    answer = await browser().post("/api/v1/auth/login", json={**ACCOUNT, "remember": True})
    assert f"max-age={14 * 86_400}" in answer.headers["set-cookie"].lower()


async def test_the_token_is_what_rfc_9068_says(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    header = jwt.get_unverified_header(ada["access_token"])
    claims = jwt.get_unverified_claims(ada["access_token"])
    assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
    assert set(claims) == {"iss", "aud", "sub", "sid", "client_id", "jti", "iat", "exp", "auth_time", "amr"}
    assert claims["client_id"] == "doorstep"
    assert claims["sub"] == ada["user_id"]
    assert claims["exp"] - claims["iat"] == 600
    key_set = (await http.get("/.well-known/jwks.json")).json()
    assert header["kid"] in {key["kid"] for key in key_set["keys"]}
    assert not {"d", "p", "q"} & set().union(*key_set["keys"])


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_unknown_wrong_and_disabled_get_the_same_answer(browser: Browser, app: FastAPI, ada: object) -> None:
    await browser().post("/api/v1/auth/signup", json={"email": "eve@example.org", "password": GOOD_PASSWORD})
    await app.state.services.users.disable("eve@example.org", OPERATOR)
    answers = [
        await browser().post("/api/v1/auth/login", json=body)
        for body in (
            {"email": "nobody@example.org", "password": GOOD_PASSWORD},
            {"email": "ada@example.org", "password": "not the right one at all"},
            {"email": "eve@example.org", "password": GOOD_PASSWORD},
            {"email": "not an address", "password": GOOD_PASSWORD},
        )
    ]
    for answer in answers:
        assert problem_of(answer, 401, "invalid_credentials")["title"] == "Invalid credentials"
    told = [{name: value for name, value in answer.json().items() if name != "instance"} for answer in answers]
    headers = [
        {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "date"}}
        for answer in answers
    ]
    assert all(each == told[0] for each in told)
    assert all(each == headers[0] for each in headers)


async def test_refresh_rotates_the_cookie(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    before = http.cookies[COOKIE]
    answer = await http.post("/api/v1/auth/refresh", json={})
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
    assert http.cookies[COOKIE] != before


async def test_refresh_without_a_cookie_is_no_error(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/auth/refresh", json={})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("cookie", ["", "nonsense", "A" * 70, "A" * 5000])
async def test_refresh_with_a_bad_cookie_ends_it(http: httpx.AsyncClient, cookie: str) -> None:
    answer = await http.post("/api/v1/auth/refresh", json={}, headers={"Cookie": f"{COOKIE}={cookie}"})
    problem_of(answer, 401, "session_ended")
    assert "max-age=0" in answer.headers["set-cookie"].lower()


@pytest.mark.asvs("v5.0.0-14.3.1")
async def test_log_out_ends_the_session_and_the_cookie(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    stolen = http.cookies[COOKIE]
    answer = await http.post("/api/v1/auth/logout", json={})
    assert answer.status_code == 204
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert COOKIE not in http.cookies
    problem_of(await http.get("/api/v1/users/me", headers=bearer(ada["access_token"])), 401, "unauthenticated")
    again = await http.post("/api/v1/auth/refresh", json={}, headers={"Cookie": f"{COOKIE}={stolen}"})
    problem_of(again, 401, "session_ended")
    assert (await http.post("/api/v1/auth/logout", json={})).status_code == 204


FROM_ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("path", ["signup", "login", "login/totp", "login/recovery-code", "login/passkey", "passkey"])
@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
async def test_another_site_signs_nobody_in(
    http: httpx.AsyncClient, ada: object, path: str, headers: dict[str, str]
) -> None:
    """It would end the session that the browser has, and put somebody else's in its place."""
    before = http.cookies[COOKIE]
    answer = await http.post(f"/api/v1/auth/{path}", json=ACCOUNT, headers=headers)
    problem_of(answer, 403, "cross_origin")
    assert "set-cookie" not in answer.headers
    assert http.cookies[COOKIE] == before


async def test_a_program_that_names_no_origin_may_log_in(app: FastAPI, ada: object) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8000") as program:
        assert (await program.post("/api/v1/auth/login", json=ACCOUNT)).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/auth/refresh", "/api/v1/auth/logout"])
@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
async def test_another_site_cannot_act_on_the_cookie(
    http: httpx.AsyncClient, ada: object, path: str, headers: dict[str, str]
) -> None:
    before = http.cookies[COOKIE]
    problem_of(await http.post(path, json={}, headers=headers), 403, "cross_origin")
    assert http.cookies[COOKIE] == before
    assert (await http.post("/api/v1/auth/refresh", json={})).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/auth/refresh", "/api/v1/auth/logout"])
async def test_a_form_of_another_site_cannot_either(http: httpx.AsyncClient, ada: object, path: str) -> None:
    form = await http.post(path, content="{}", headers={"Content-Type": "text/plain"})
    problem_of(form, 415, "unsupported_media_type")


@pytest.mark.asvs("v5.0.0-2.2.1")
@pytest.mark.parametrize("path", ["/api/v1/auth/refresh", "/api/v1/auth/logout"])
async def test_what_acts_on_the_cookie_takes_no_fields(http: httpx.AsyncClient, ada: object, path: str) -> None:
    before = http.cookies[COOKIE]
    refused = {
        '{"remember": true}': [{"pointer": "/remember", "message": "This field is not known here."}],
        "[]": [{"pointer": "", "message": "This must be an object with named fields."}],
        '"{}"': [{"pointer": "", "message": "This must be an object with named fields."}],
        "": [{"pointer": "", "message": "This field is required."}],
    }
    for content, errors in refused.items():
        answer = await http.post(path, content=content, headers={"Content-Type": "application/json"})
        assert problem_of(answer, 422, "validation_failed")["errors"] == errors
        # Whoever is not our own page is told nothing but that.
        elsewhere = {"Content-Type": "application/json", "Origin": "https://evil.example"}
        problem_of(await http.post(path, content=content, headers=elsewhere), 403, "cross_origin")
    for content in ("[", '{"a": 1, "a": 1}'):
        answer = await http.post(path, content=content, headers={"Content-Type": "application/json"})
        problem_of(answer, 400, "malformed_json")
    assert http.cookies[COOKIE] == before
    for content in ("{}", " { } "):
        answer = await http.post("/api/v1/auth/refresh", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200


async def test_an_expired_access_token_is_refused(
    http: httpx.AsyncClient, ada: dict[str, str], clock: HandClock
) -> None:
    clock.advance(minutes=10, seconds=9)
    assert (await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 200
    clock.advance(seconds=1)
    answer = await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))
    problem_of(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        (None, "Bearer"),
        ("", "Bearer"),
        ("Bearer", "Bearer"),
        ("Bearer  ", "Bearer"),
        ("Basic YTpi", "Bearer"),
        ("Bearer x", 'Bearer error="invalid_token"'),
        ("bEARER eyJhbGciOiJub25lIn0.e30.", 'Bearer error="invalid_token"'),
        ("Bearer \u00ff", 'Bearer error="invalid_token"'),
    ],
)
async def test_a_challenge_names_an_error_only_where_a_token_came(
    http: httpx.AsyncClient, authorization: str | None, challenge: str
) -> None:
    """RFC 6750 section 3.1. On each kind of route that asks who is there: a read, a change, and one that needs more."""
    headers = {} if authorization is None else {b"Authorization": authorization.encode("latin-1")}
    for method, path in (("GET", "users/me"), ("GET", "sessions"), ("PUT", "users/me/profile"), ("DELETE", "sessions")):
        answer = await http.request(method, f"/api/v1/{path}", headers=headers)
        problem_of(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == challenge


async def test_a_session_that_has_ended_makes_its_access_token_invalid(
    http: httpx.AsyncClient, ada: dict[str, str]
) -> None:
    assert (await http.post("/api/v1/auth/logout", json={})).status_code == 204
    answer = await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_refused_log_in_says_nothing_of_a_token_beside_it(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    typed = {"email": "ada@example.com", "password": "not hers at all", "remember": False}
    answer = await http.post("/api/v1/auth/login", json=typed, headers=bearer("x"))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
