"""An address that was never proven has no owner: what was set up before its first proof goes, or is asked about."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.letterbox import code_in
from tests.takeover.matrix import FIRST_PROOFS, LEFT_BEFORE, Left, Scene
from tests.takeover.stage import ADDRESS, ME, NEW_PASSWORD, Browser, Stage, addresses, staged

RESET, VERIFY = "reset/#", "verify/#"
SQUATTERS = "seven quiet herons in fog"

_addresses = addresses()


async def squatted(stage: Stage) -> Scene:
    """An account that somebody else has made with the owner's address, in two browsers."""
    owner_email, thief_email = next(_addresses)
    squatter, other = stage.browser(agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140"), stage.browser()
    assert (await squatter.sign_up(owner_email, SQUATTERS)).status_code == 201
    assert (await other.log_in(owner_email, SQUATTERS)).status_code == 200
    return Scene(stage, owner_email, thief_email, other, squatter, "", SQUATTERS)


async def prove(scene: Scene, proof: str) -> Browser:
    """What the owner does, who gets in by it."""
    stage, email, owner = scene.stage, scene.owner_email, scene.stage.browser()
    if proof == FIRST_PROOFS[0]:
        await owner.forgot(email)
        assert (await owner.reset(await stage.link(email, RESET))).status_code == 204
    elif proof == FIRST_PROOFS[1]:
        answer = await owner.press("not-mine", await stage.link(email, VERIFY))
        if answer.status_code == 400:  # a deletion that somebody asked for has voided it
            await prove(scene, FIRST_PROOFS[0])
        else:
            assert (await owner.reset(answer.json()["reset_token"])).status_code == 204
    elif proof == FIRST_PROOFS[2]:
        assert (await owner.sign_up(email, GOOD_PASSWORD)).status_code == 409
        assert (await owner.reset(await stage.link(email, RESET))).status_code == 204
    else:
        laptop = await stage.owner(scene.thief_email, NEW_PASSWORD)
        assert (await laptop.move(email)).status_code == 204
    assert (await owner.log_in(email, NEW_PASSWORD)).status_code == 200
    return owner


@pytest.mark.asvs("v5.0.0-6.4.3", "v5.0.0-7.4.3", "v5.0.0-7.4.1")
@pytest.mark.parametrize("proof", FIRST_PROOFS, ids=("reset", "not_mine", "sign_up", "moved"))
@pytest.mark.parametrize("row", LEFT_BEFORE, ids=lambda row: type(row).__name__)
async def test_what_was_set_up_before_the_first_proof_is_gone(stage: Stage, row: Left, proof: str) -> None:
    scene = await squatted(stage)
    await row.leave(scene)
    await prove(scene, proof)
    assert not await row.is_there(scene)


async def test_the_owner_of_a_squatted_address_is_told_by_mail_and_gets_in(stage: Stage) -> None:
    scene = await squatted(stage)
    email, squatter = scene.owner_email, scene.intruder
    device = await squatter.add_passkey()
    assert (await squatter.save_profile("Mallory", ADDRESS)).status_code == 200
    owner = stage.browser()
    refused = await owner.sign_up(email, GOOD_PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (409, "email_taken")
    assert "look into your mail" in refused.json()["errors"][0]["message"]
    [told] = [mail for mail in await stage.mails(email) if "Your sign-up" in mail]
    assert "nobody has confirmed that it is theirs" in told
    assert (await owner.reset(await stage.link(email, RESET))).status_code == 204
    [list_of_it] = [mail for mail in await stage.mails(email) if "passkeys that were added are removed" in mail]
    assert "name that was typed is removed" in list_of_it
    assert (await owner.log_in(email, NEW_PASSWORD)).status_code == 200
    me = (await owner.send("GET", ME)).json()
    assert me["email_verified"] is True
    assert (await stage.browser().log_in_by(device)).status_code == 401
    assert not await squatter.is_in()


async def test_sign_ups_do_not_fill_the_mailbox_of_an_address_that_nobody_proved(stage: Stage) -> None:
    scene = await squatted(stage)
    for _ in range(12):
        await stage.browser().sign_up(scene.owner_email, GOOD_PASSWORD)
    assert len([mail for mail in await stage.mails(scene.owner_email) if "Your sign-up" in mail]) == 1


async def test_a_sign_up_with_a_proven_address_writes_nobody(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    before = len(await stage.mails(email))
    refused = await stage.browser().sign_up(email, NEW_PASSWORD)
    assert "Log in" in refused.json()["errors"][0]["message"]
    assert len(await stage.mails(email)) == before


async def test_who_verifies_in_the_browser_of_the_sign_up_loses_nothing_and_is_not_asked(stage: Stage) -> None:
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    device = await browser.add_passkey()
    assert (await browser.save_profile("Ada", ADDRESS)).status_code == 200
    assert (await browser.press("verify-email", await stage.link(email, VERIFY))).status_code == 204
    assert await browser.is_in()
    assert (await browser.send("GET", f"{ME}/profile")).json()["name"] == "Ada"
    assert (await stage.browser().log_in_by(device)).status_code == 200


async def test_who_types_the_code_in_the_session_loses_nothing(stage: Stage) -> None:
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    device = await browser.add_passkey()
    [mail] = [mail for mail in await stage.mails(email) if "is your code" in mail]
    code = code_in(mail)
    assert (await browser.post(f"{ME}/email/verify", {"code": code})).status_code == 204
    assert await browser.is_in()
    assert (await stage.browser().log_in_by(device)).status_code == 200


@pytest.mark.asvs("v5.0.0-6.4.3")
async def test_who_verifies_in_another_browser_is_asked_and_nothing_has_happened_meanwhile(stage: Stage) -> None:
    email, _ = next(_addresses)
    browser, phone = stage.browser(), stage.browser()
    await browser.sign_up(email)
    device = await browser.add_passkey()
    token = await stage.link(email, VERIFY)
    asked = await phone.press("verify-email", token)
    assert (asked.status_code, asked.json()["code"]) == (409, "who_signed_up")
    assert "It was made on" in asked.json()["detail"]
    assert await stage.scalar("SELECT email_verified_at FROM users WHERE email = $1", email) is None
    # A user who has signed up on a computer and reads the mail on a phone.
    assert (await phone.verify(token)).status_code == 204
    assert await browser.is_in()
    assert (await stage.browser().log_in_by(device)).status_code == 200
    assert any("before" in mail and "passkey" in mail.lower() for mail in await stage.mails(email))


async def test_an_address_that_was_proven_is_nobody_elses_to_take(stage: Stage) -> None:
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    token = await stage.link(email, VERIFY)
    code = code_in((await stage.mails(email))[0])
    assert (await browser.post(f"{ME}/email/verify", {"code": code})).status_code == 204
    assert (await stage.browser().press("not-mine", token)).status_code == 410
    assert await browser.is_in()


async def test_a_user_who_proves_a_mailbox_gets_it_and_who_never_did_is_left_without_it(stage: Stage) -> None:
    scene = await squatted(stage)
    email = scene.owner_email
    user_id = await stage.scalar("SELECT id FROM users WHERE email = $1", email)
    laptop = await stage.owner(scene.thief_email)
    assert (await laptop.move(email)).status_code == 204
    assert (await laptop.send("GET", ME)).json()["email"] == email
    assert not await scene.intruder.is_in()
    assert await stage.scalar("SELECT email FROM users WHERE id = $1", user_id) == f"{user_id}@displaced.invalid"
    due = await stage.scalar(
        "SELECT deletion_due_at - $2::timestamptz = '7 days' FROM users WHERE id = $1", user_id, stage.clock.now
    )
    assert due is True
    kinds = await stage.scalar(
        "SELECT array_agg(kind ORDER BY kind) FROM audit_events WHERE user_id = $1 AND detail ? 'reason'", user_id
    )
    assert kinds == ["deletion_asked", "email_changed"]


async def test_a_user_who_proved_an_address_keeps_it(stage: Stage) -> None:
    email, other = next(_addresses)
    owner, mover = await stage.owner(email), await stage.owner(other)
    answer = await mover.move(email)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert await owner.is_in()


async def test_a_private_sign_up_takes_over_what_a_squatter_set_up_when_sign_ups_were_told(
    dsn: str, tmp_path: Path, clock: HandClock
) -> None:
    async with staged(dsn, settings_for(dsn, tmp_path), clock) as stage:
        scene = await squatted(stage)
        device = await scene.intruder.add_passkey()
    async with staged(dsn, settings_for(dsn, tmp_path, signup_disclosure="private"), clock) as stage:
        await stage.mails(scene.owner_email)
        await stage.later(timedelta(seconds=1))
        owner = stage.browser()
        assert (await owner.sign_up(scene.owner_email, NEW_PASSWORD)).status_code == 202
        assert (await owner.verify(await stage.link(scene.owner_email, VERIFY))).status_code == 204
        assert (await owner.log_in(scene.owner_email, NEW_PASSWORD)).status_code == 200
        assert (await stage.browser().log_in_by(device)).status_code == 401
        assert (await stage.browser().log_in(scene.owner_email, SQUATTERS)).status_code == 401


async def test_the_link_of_a_strangers_private_sign_up_asks_first(dsn: str, tmp_path: Path, clock: HandClock) -> None:
    async with staged(dsn, settings_for(dsn, tmp_path, signup_disclosure="private"), clock) as stage:
        email, _ = next(_addresses)
        await stage.browser().sign_up(email, SQUATTERS)
        token = await stage.link(email, VERIFY)
        owner = stage.browser()
        assert (await owner.press("verify-email", token)).json()["code"] == "who_signed_up"
        answer = await owner.press("not-mine", token)
        assert (await owner.reset(answer.json()["reset_token"])).status_code == 204
        assert (await owner.log_in(email, NEW_PASSWORD)).status_code == 200
        assert (await stage.browser().log_in(email, SQUATTERS)).status_code == 401
