"""Two products on one host: cookies know no port, so their names have it. Those from before are read."""

import httpx
import pytest

from tests.api.conftest import Browser, bearer

OURS, FROM_BEFORE = "doorstep-local-8000", "doorstep-local"
NEIGHBOURS = "A" * 70  # has the form of a refresh token, and another secret made it
ME, REFRESH = "/api/v1/users/me", "/api/v1/auth/refresh"


def from_before(http: httpx.AsyncClient) -> str:
    """The browser as a version without ports in its names left it; the refresh token."""
    token, device = http.cookies[OURS], http.cookies[f"{OURS}-device"]
    http.cookies.clear()
    http.cookies.set(FROM_BEFORE, token, domain="localhost.local")
    http.cookies.set(f"{FROM_BEFORE}-device", device, domain="localhost.local")
    return token


def set_by(answer: httpx.Response) -> list[str]:
    return [line.partition(";")[0] for line in answer.headers.get_list("set-cookie")]


@pytest.mark.usefixtures("ada")
async def test_who_is_signed_in_stays_so_and_gets_the_new_name(http: httpx.AsyncClient) -> None:
    from_before(http)
    answer = await http.post(REFRESH, json={})
    assert answer.status_code == 200
    token = http.cookies[OURS]
    assert set_by(answer) == [f"{OURS}={token}", f"{FROM_BEFORE}="]
    assert (await http.get(ME, headers=bearer(answer.json()["access_token"]))).status_code == 200
    assert FROM_BEFORE not in http.cookies
    again = await http.post(REFRESH, json={})
    assert (again.status_code, len(set_by(again))) == (200, 1)


async def test_log_out_ends_a_session_from_before(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    from_before(http)
    assert (await http.post("/api/v1/auth/logout", json={})).status_code == 204
    assert (await http.get(ME, headers=bearer(ada["access_token"]))).status_code == 401
    assert (await http.post(REFRESH, json={})).status_code == 204


async def test_a_neighbours_cookie_is_left_alone(browser: Browser) -> None:
    http = browser()
    http.cookies.set(FROM_BEFORE, NEIGHBOURS, domain="localhost.local")
    answer = await http.post(REFRESH, json={})
    assert (answer.status_code, set_by(answer)) == (204, [])
    assert http.cookies[FROM_BEFORE] == NEIGHBOURS


async def test_a_token_of_our_own_name_that_is_not_ours_goes(browser: Browser) -> None:
    http = browser()
    http.cookies.set(OURS, NEIGHBOURS, domain="localhost.local")
    answer = await http.post(REFRESH, json={})
    assert (answer.status_code, set_by(answer)) == (401, [f"{OURS}="])
