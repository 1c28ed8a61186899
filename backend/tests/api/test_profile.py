"""The profile over HTTP: guarded, one's own, bounded, and refused field by field."""

from dataclasses import asdict

import httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import Browser, bearer
from tests.api.test_recovery import state
from tests.profiles.addresses import ELSEWHERE, HOME

PROFILE = "/api/v1/users/me/profile"
ADDRESS = asdict(HOME)
FULL = {"name": "Ada", "shipping_address": ADDRESS}
EMPTY = {"name": "", "shipping_address": None}


def pointers(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_it_is_for_those_who_are_signed_in(app: FastAPI, http: httpx.AsyncClient, method: str) -> None:
    before = await state(app)
    for headers in ({}, bearer("nonsense")):
        answer = await http.request(method, PROFILE, json=FULL if method == "PUT" else None, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert await state(app) == before


@pytest.mark.asvs("v5.0.0-8.2.2")
async def test_everybody_has_their_own_and_reaches_no_other(browser: Browser, ada: dict[str, str]) -> None:
    http = browser()
    account = {"email": "eve@example.org", "password": "nine red foxes by the well"}
    eve = (await http.post("/api/v1/auth/signup", json=account)).json()
    hers, his = bearer(ada["access_token"]), bearer(eve["access_token"])
    empty = await http.get(PROFILE, headers=hers)
    assert (empty.status_code, empty.json(), empty.headers["cache-control"]) == (200, EMPTY, "no-store")
    answer = await http.put(PROFILE, json=FULL, headers=hers)
    assert (answer.status_code, answer.json()) == (200, FULL)
    assert (await http.get(PROFILE, headers=hers)).json() == FULL
    # There is no name by which another one could be asked for.
    for more in ({"user_id": ada["user_id"]}, {"id": ada["user_id"]}):
        aside = await http.put(PROFILE, json={**FULL, **more}, headers=his)
        assert pointers(aside) == [f"/{next(iter(more))}"]
        assert (await http.get(PROFILE, params=more, headers=his)).json() == EMPTY
    assert (await http.get(f"/api/v1/users/{ada['user_id']}/profile", headers=his)).status_code == 404
    await http.put(PROFILE, json={"name": "Eve", "shipping_address": asdict(ELSEWHERE)}, headers=his)
    assert (await http.get(PROFILE, headers=hers)).json() == FULL


@pytest.mark.asvs("v5.0.0-2.2.2")
async def test_what_cannot_be_kept_is_told_at_its_field(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str]
) -> None:
    headers = bearer(ada["access_token"])
    before = await state(app)

    async def refused(body: object) -> list[str]:
        return pointers(await http.put(PROFILE, json=body, headers=headers))

    half = await http.put(PROFILE, json={"name": "", "shipping_address": {"line1": "Road 1"}}, headers=headers)
    missing = [f"/shipping_address/{field}" for field in ("recipient", "postal_code", "city", "country")]
    assert (half.json()["code"], pointers(half)) == ("profile_refused", missing)
    assert await refused({}) == ["/name", "/shipping_address"]
    assert await refused({**FULL, "name": None}) == ["/name"]
    assert await refused({**FULL, "name": "x" * 101}) == ["/name"]
    assert await refused({**FULL, "name": "Ada\u202eadA"}) == ["/name"]
    assert await refused({**FULL, "shipping_address": []}) == ["/shipping_address"]
    for field, text in (("city", "x" * 101), ("postal_code", "1" * 21), ("country", "GBR"), ("country", "ZZ")):
        assert await refused({**FULL, "shipping_address": {**ADDRESS, field: text}}) == [f"/shipping_address/{field}"]
    assert await refused({**FULL, "shipping_address": {**ADDRESS, "phone": "1"}}) == ["/shipping_address/phone"]
    nul = await http.put(PROFILE, json={**FULL, "name": "A\0"}, headers=headers)
    assert nul.status_code in {400, 422}
    assert await state(app) == before


async def test_all_fields_empty_is_no_address(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    headers = bearer(ada["access_token"])
    for nothing in (None, {}, dict.fromkeys(ADDRESS, ""), dict.fromkeys(ADDRESS, " ") | {"country": ""}):
        assert (await http.put(PROFILE, json=FULL, headers=headers)).status_code == 200
        answer = await http.put(PROFILE, json={"name": " ", "shipping_address": nothing}, headers=headers)
        assert answer.json() == EMPTY
