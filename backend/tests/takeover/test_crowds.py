"""No list of one user grows without bound: sessions and browsers end in order, passkeys are refused, links are few."""

from datetime import timedelta
from pathlib import Path

import pytest

from doorstep.settings import SessionSettings
from tests.builders import HandClock, settings_for
from tests.takeover.stage import AUTH, Stage, addresses, staged

_addresses = addresses()
MOST = 5
NOT_ME = "verify/#not-me="


@pytest.fixture
async def stage(dsn: str, tmp_path: Path, clock: HandClock) -> object:
    few = SessionSettings(most_live=MOST, most_known_browsers=MOST)
    async with staged(dsn, settings_for(dsn, tmp_path, sessions=few), clock) as made:
        yield made


async def live(stage: Stage, email: str) -> object:
    return await stage.scalar(
        "SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id AND u.session_epoch = s.epoch"
        " WHERE u.email = $1 AND s.revoked_at IS NULL",
        email,
    )


async def test_one_session_too_many_ends_the_least_recently_used_and_its_browser_is_told_why(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    browsers = []
    for _ in range(MOST):
        browsers.append(stage.browser())
        await browsers[-1].log_in(email)
        await stage.later(timedelta(minutes=1))
    assert await live(stage, email) == MOST
    ended = browsers[0]
    assert (await ended.send("GET", "/api/v1/users/me")).status_code == 401
    answer = await ended.post(f"{AUTH}/refresh")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    assert "many browsers" in answer.json()["detail"]
    assert [await browser.is_in() for browser in browsers] == [False, True, True, True, True]


async def test_a_flood_of_new_browsers_does_not_sign_the_known_one_out(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    for _ in range(4 * MOST):
        await stage.later(timedelta(seconds=10))
        await stage.browser().log_in(email)
    assert await laptop.is_in()
    assert await live(stage, email) == MOST
    assert await stage.scalar("SELECT count(*) FROM known_devices") == MOST
    await laptop.post(f"{AUTH}/logout")
    before = len(await stage.links(email, NOT_ME))
    await laptop.log_in(email)
    assert len(await stage.links(email, NOT_ME)) == before


async def test_the_user_hears_of_it_once_a_day_and_the_trail_of_each(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    for _ in range(2 * MOST):
        await stage.browser().log_in(email)
    mails = [mail for mail in await stage.mails(email) if "very many browsers" in mail]
    assert len(mails) == 1
    displaced = await stage.scalar("SELECT count(*) FROM audit_events WHERE kind = 'session_displaced'")
    assert displaced == (1 + 2 * MOST) - MOST


async def test_twenty_passkeys_are_kept_and_the_next_is_refused(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    for _ in range(20):
        await laptop.add_passkey()
    answer = await laptop.post("/api/v1/passkey-options")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_passkeys")


async def test_links_that_nobody_used_are_capped_and_the_first_goes_on(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    await stage.browser().log_in(email)
    first = await stage.link(email, NOT_ME)
    await stage.scalar(
        "INSERT INTO one_time_tokens (id, token_hash, purpose, user_id, email, created_at, expires_at)"
        " SELECT gen_random_uuid(), sha256(n::text::bytea), 'not_me', u.id, u.email, $2::timestamptz,"
        " $2::timestamptz + interval '7 days' FROM users u, generate_series(1, 300) n WHERE u.email = $1",
        email,
        stage.clock.now,
    )
    await stage.later(timedelta(hours=2))
    await stage.browser().log_in(email)
    assert (await stage.mails(email))[-1].startswith("More is happening")
    assert (await stage.browser().press("not-me", first)).status_code == 200
