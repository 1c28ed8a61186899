"""Each cell of the matrix, played: something is left behind, the owner comes back, and it is gone or stays as told."""

import pytest

from tests.builders import GOOD_PASSWORD
from tests.takeover.matrix import GONE, ROWS, WAYS, AuthenticatorApp, Left, Scene, ThiefsLinks
from tests.takeover.stage import ME, NEW_PASSWORD, Stage, addresses

_addresses = addresses()


async def scene_on(stage: Stage) -> Scene:
    owner_email, thief_email = next(_addresses)
    laptop = await stage.owner(owner_email)
    intruder = stage.browser(agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140")
    assert (await intruder.log_in(owner_email)).status_code == 200
    not_me = await stage.link(owner_email, "verify/#not-me=")
    return Scene(stage, owner_email, thief_email, laptop, intruder, not_me, GOOD_PASSWORD)


async def come_back(scene: Scene, way: str) -> None:
    """What the owner does."""
    stage, owner = scene.stage, scene.stage.browser()
    if way == WAYS[0]:
        body = {"current_password": scene.password, "new_password": NEW_PASSWORD}
        await scene.laptop.post(f"{ME}/password", body)
        return
    if way == WAYS[1]:
        await owner.forgot(scene.owner_email)
        for token in await stage.links(scene.owner_email, "reset/#"):  # none where the account is elsewhere by now
            assert (await owner.reset(token)).status_code == 204
        return
    act, token = ("not-me", scene.not_me) if way == WAYS[2] else ("undo-email", "")
    answer = await owner.press(act, token or await stage.link(scene.owner_email, "verify/#undo="))
    assert answer.status_code == 200, answer.text
    scene.has_moved = False
    assert (await owner.reset(answer.json()["reset_token"])).status_code == 204


CELLS = [
    pytest.param(row, way, id=f"{type(row).__name__}-{short}")
    for row in ROWS
    for way, short in zip(WAYS, ("changed", "reset", "not_me", "undo"), strict=True)
]


def test_every_cell_says_gone_or_stays_because() -> None:
    assert all(cell.startswith(("gone", "stays, because ")) for row in ROWS for cell in row.cells)


@pytest.mark.asvs("v5.0.0-6.4.3", "v5.0.0-7.4.3", "v5.0.0-7.4.1")
@pytest.mark.parametrize(("row", "way"), CELLS)
async def test_what_is_left_behind_is_gone_or_stays_as_told(stage: Stage, row: Left, way: str) -> None:
    scene = await scene_on(stage)
    if way == WAYS[3] or isinstance(row, ThiefsLinks):
        await scene.move()
    await row.leave(scene)
    await come_back(scene, way)
    is_gone = row.cells[WAYS.index(way)].startswith(GONE)
    assert await row.is_there(scene) is not is_gone


async def test_an_owner_whom_an_app_locked_out_is_in_at_once_from_a_browser_known_before(stage: Stage) -> None:
    scene = await scene_on(stage)
    await AuthenticatorApp().leave(scene)
    await come_back(scene, WAYS[2])
    body = {"email": scene.owner_email, "password": NEW_PASSWORD}
    asked = (await scene.laptop.post("/api/v1/auth/login", body)).json()
    assert asked["code"] == "second_factor_required"
    assert asked["may_remove"] is True
    path = "/api/v1/auth/login/remove-authenticator"
    elsewhere = await stage.browser().post(path, {"ticket": asked["ticket"]})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "removal_not_yours")
    assert (await scene.laptop.post(path, {"ticket": asked["ticket"]})).status_code == 204
    assert (await scene.laptop.log_in(scene.owner_email, NEW_PASSWORD)).status_code == 200
