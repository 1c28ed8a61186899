"""Changing the master secret: what works while both are set, what goes on once the old one is gone, what is refused."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from altcha import Payload, solve_challenge
from pyotp import TOTP

from doorstep.devices.device_tokens import DeviceTokens
from doorstep.kit.clock import utc_now
from doorstep.kit.sealing import sealer
from doorstep.kit.secret import AUTHENTICATORS, Secrets
from doorstep.login.models import Browser
from doorstep.mail.letters import deletion_asked
from doorstep.main import create_app
from doorstep.passkeys.challenges import Challenges
from doorstep.passkeys.models import Purpose
from doorstep.proof_of_work.service import ProofOfWork
from doorstep.secret_change import service
from doorstep.secret_change.failures import NoFormerSecret
from doorstep.secret_change.models import Counts, Part
from doorstep.sessions.failures import SessionEnded
from doorstep.settings import ProofSettings
from doorstep.totp.failures import AuthenticatorUnreadable, NothingToConfirm
from doorstep.totp.sealed import SealedAuthenticators
from doorstep.totp.service import TotpSecrets
from tests.account.people import signed_in
from tests.api.conftest import ACCOUNT, ORIGIN, SAME_ORIGIN
from tests.builders import GOOD_PASSWORD, START, HandClock, settings_for
from tests.letterbox import ADA, code_in, mails
from tests.second_factors.people import by_recovery_code, by_totp, enrolled, owner_of, ticket
from tests.secret_change.stage import NEW, OLD, assembled, rotated, under, without_the_old
from tests.world import PHONE, World

LETTER = deletion_asked("Monday", "nowhere", "https://example.org/verify/#keep=abc")


async def put_mail(world: World, email: str = ADA) -> None:
    async with world.database.transaction() as tx:
        await world.services.outbox.put(tx, email, LETTER)


async def parts(world: World) -> dict[Part, Counts]:
    return dict((await world.services.secret_change.standing()).parts)


# While both are set


@pytest.mark.asvs("v5.0.0-11.2.2")
async def test_an_authenticator_and_recovery_codes_from_before_let_in(world: World) -> None:
    ada = await enrolled(world)
    now = await under(world, NEW, OLD)
    assert await by_totp(now, await ticket(now), ada.code(now))
    assert await by_recovery_code(now, await ticket(now), ada.recovery_codes[0])


@pytest.mark.asvs("v5.0.0-13.3.4")
async def test_a_session_from_before_goes_on_under_the_new_secret(world: World) -> None:
    await world.user()
    login = world.services.login
    before = (await login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)).grant
    both = await under(world, NEW, OLD)
    assert await both.services.gate.identify(before.access_token)
    renewed = await both.services.sessions.refresh(before.refresh_token, PHONE)
    only_new = await under(world, NEW, OLD)
    assert await only_new.services.sessions.refresh(renewed.refresh_token, PHONE)


@pytest.mark.asvs("v5.0.0-13.3.4")
async def test_a_code_that_was_mailed_before_is_good(world: World) -> None:
    await world.unverified()
    who = await signed_in(world)
    await world.services.account.send_verification(who)
    both = await under(world, NEW, OLD)
    await both.services.account.verify_by_code(who, code_in((await mails(both, ADA))[-1]), PHONE)


def test_a_challenge_from_before_is_known() -> None:
    made = Challenges(b"o" * 32).make(Purpose.LOG_IN, "", START)
    assert Challenges(b"n" * 32, [b"o" * 32]).read(made, Purpose.LOG_IN, "") is not None
    assert Challenges(b"n" * 32, [b"x" * 32]).read(made, Purpose.LOG_IN, "") is None


def test_a_proof_of_work_that_was_begun_before_is_taken() -> None:
    clock, light = HandClock(utc_now()), ProofSettings(cost=1, tries=1)
    made = ProofOfWork(clock, light, b"o" * 32).challenge()
    solution = solve_challenge(made)
    assert solution is not None
    payload = Payload(made, solution).to_base64()
    assert ProofOfWork(clock, light, b"n" * 32, [b"o" * 32]).check(payload) is not None
    assert ProofOfWork(clock, light, b"n" * 32, [b"x" * 32]).check(payload) is None


@pytest.mark.asvs("v5.0.0-13.3.4")
def test_a_browser_from_before_is_known_and_gets_a_token_of_the_new_secret() -> None:
    device = uuid4()
    before = DeviceTokens(b"o" * 32).make(device)
    both = DeviceTokens(b"n" * 32, [b"o" * 32])
    assert both.read(before) == device
    renewed = both.renewed(before)
    assert renewed == DeviceTokens(b"n" * 32).make(device)
    assert both.renewed(renewed) is None
    assert both.renewed(DeviceTokens(b"x" * 32).make(device)) is None
    assert DeviceTokens(b"n" * 32).renewed(before) is None


@pytest.mark.asvs("v5.0.0-13.3.4")
async def test_a_refresh_hands_out_the_browser_s_new_token(dsn: str, tmp_path: Path, clock: HandClock) -> None:
    settings = settings_for(dsn, tmp_path)
    old_app = create_app(settings, dsn, OLD, clock)
    new_app = create_app(settings, dsn, NEW, clock, former=(OLD,))
    async with old_app.router.lifespan_context(old_app), new_app.router.lifespan_context(new_app):
        jar = httpx.Cookies()
        for app in (old_app, new_app):
            transport = httpx.ASGITransport(app, client=("203.0.113.7", 40_000))
            async with httpx.AsyncClient(
                transport=transport, base_url=ORIGIN, headers=SAME_ORIGIN, cookies=jar
            ) as http:
                path = "signup" if app is old_app else "refresh"
                answer = await http.post(f"/api/v1/auth/{path}", json=ACCOUNT if app is old_app else {})
                assert answer.is_success, answer.text
                jar = http.cookies
        known = new_app.state.services.device_tokens
        assert "doorstep-local-8000-device" in answer.cookies
        assert known.renewed(answer.cookies["doorstep-local-8000-device"]) is None


# Once it is done


@pytest.mark.asvs("v5.0.0-11.2.2", "v5.0.0-13.3.4")
async def test_nothing_needs_the_old_secret_once_all_was_sealed_anew(world: World) -> None:
    ada = await enrolled(world)
    await put_mail(world, "bea@example.org")
    before = (await by_totp(world, await ticket(world), ada.code(world))).grant.refresh_token
    both = await under(world, NEW, OLD)
    renewed = await both.services.sessions.refresh(before, PHONE)
    assert (await parts(both))[Part.AUTHENTICATORS] == Counts(former=1)
    done = await rotated(both)
    assert done.finished
    assert done.sealed_anew[Part.SIGNING_KEYS] == 1
    assert done.sealed_anew[Part.AUTHENTICATORS] == 1
    assert done.sealed_anew[Part.MAILS] >= 1
    assert all(counts.former == counts.unreadable == 0 for counts in (await parts(both)).values())

    alone = await under(world, NEW)
    assert await alone.services.sessions.refresh(renewed.refresh_token, PHONE)
    await alone.later(timedelta(minutes=2))
    assert await by_totp(alone, await ticket(alone), ada.code(alone))
    assert await by_recovery_code(alone, await ticket(alone), ada.recovery_codes[1])
    assert any("Monday" in mail for mail in await mails(alone, "bea@example.org"))


@pytest.mark.asvs("v5.0.0-13.3.4")
async def test_recovery_codes_outlive_a_second_change(world: World) -> None:
    ada = await enrolled(world)
    await rotated(await under(world, NEW, OLD))
    third = b"a third secret for tests only, after the two before"
    await rotated(await under(world, third, NEW))
    alone = await under(world, third)
    assert await by_recovery_code(alone, await ticket(alone), ada.recovery_codes[0])


async def test_a_token_of_the_old_secret_is_refused_once_that_is_gone(world: World) -> None:
    await world.user()
    login = world.services.login
    before = (await login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)).grant
    await rotated(await under(world, NEW, OLD))
    alone = await under(world, NEW)
    with pytest.raises(SessionEnded):
        await alone.services.sessions.refresh(before.refresh_token, PHONE)
    assert await signed_in(alone)


async def test_it_is_told_how_many_sessions_were_not_used_since(world: World) -> None:
    await world.user()
    login = world.services.login
    one = (await login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)).grant
    await login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)
    world.clock.advance(minutes=1)
    both = await under(world, NEW, OLD)
    [asked] = (await both.services.secret_change.standing()).former
    assert (asked.sealed_anew_at, asked.sessions) == (None, 2)
    await rotated(both)
    world.clock.advance(minutes=1)
    await both.services.sessions.refresh(one.refresh_token, PHONE)
    [standing] = (await both.services.secret_change.standing()).former
    assert standing.sealed_anew_at is not None
    assert standing.sessions == 1


# Interrupted, and beside others


async def test_a_run_that_was_stopped_is_gone_on_with(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    for number in range(5):
        await put_mail(world, f"user{number}@example.org")
    both = await under(world, NEW, OLD)
    seen: list[tuple[Part, int, int]] = []

    def stop(part: Part, looked: int, total: int) -> bool:
        seen.append((part, looked, total))
        return looked < 4

    first = await both.services.secret_change.rotate(PHONE, stop)
    assert not first.finished
    assert seen == [(Part.MAILS, 2, 5), (Part.MAILS, 4, 5)]
    assert (await parts(both))[Part.MAILS] == Counts(current=4, former=1)
    world.clock.advance(seconds=1)
    second = await rotated(both)
    assert second.finished
    assert second.sealed_anew[Part.MAILS] == 1
    assert (await rotated(both)).sealed_anew[Part.MAILS] == 0
    details = await world.scalar(
        "SELECT json_agg(detail ORDER BY occurred_at, id)::text FROM audit_events WHERE kind = 'secret_rotated'"
    )
    assert [detail["mails"] for detail in json.loads(str(details))] == [4, 1]


@pytest.mark.asvs("v5.0.0-11.2.2")
async def test_what_changed_meanwhile_is_not_written_over(world: World) -> None:
    ada = await enrolled(world)
    rows = SealedAuthenticators(sealer(Secrets(NEW, (OLD,)), AUTHENTICATORS))
    async with world.database.connection() as connection:
        batch = await rows.after(connection, UUID(int=0), 10)
        await connection.execute("UPDATE totp SET sealed_secret = $1 WHERE user_id = $2", b"another", ada.user_id)
        assert await rows.seal_anew(connection, batch) == 0
    assert await world.scalar("SELECT sealed_secret FROM totp") == b"another"


async def test_an_app_is_confirmed_though_it_was_sealed_anew_in_between(world: World) -> None:
    await world.user()
    who = await owner_of(world)
    made = await world.services.second_factors.begin(who)
    both = await under(world, NEW, OLD)
    totp = TotpSecrets(sealer(Secrets(NEW, (OLD,)), AUTHENTICATORS), "Doorstep")
    async with world.database.transaction() as tx:
        charged = await totp.charge_pending(tx, who.user_id, world.clock.now)
    await rotated(both)
    async with world.database.transaction() as tx:
        await totp.confirm(tx, charged, TOTP(made.secret).at(world.clock.now), who.session_id, world.clock.now)
    assert (await both.services.second_factors.overview(who.user_id)).totp_since is not None


async def test_an_app_that_was_being_set_up_under_a_lost_secret_is_begun_again(world: World) -> None:
    await world.user()
    who = await owner_of(world)
    made = await world.services.second_factors.begin(who)
    gone = await without_the_old(world)
    with pytest.raises(NothingToConfirm):
        await gone.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now))


async def test_a_mail_waits_for_the_process_that_opens_it(world: World) -> None:
    """As a server meets it that was not started with the new secret yet."""
    await put_mail(await under(world, NEW, OLD), "bea@example.org")
    assert await mails(world, "bea@example.org") == []
    assert "doorstep secret status" in str(await world.scalar("SELECT last_error FROM outbox WHERE dead_at IS NULL"))
    world.clock.advance(seconds=11)
    assert len(await mails(await under(world, NEW, OLD), "bea@example.org")) == 1


# A secret that leaked


@pytest.mark.asvs("v5.0.0-13.3.4")
async def test_keys_from_before_a_leak_are_withdrawn_and_new_ones_stay(world: World) -> None:
    ada = await enrolled(world)
    before = await world.services.signing_keys.rotate(PHONE, at_once=False)  # waits, and would take over
    world.clock.advance(seconds=1)
    both = await under(world, NEW, OLD)
    done = await rotated(both, leaked=True)
    assert before.kid in done.withdrawn
    assert len(done.withdrawn) == 2
    signer = await world.scalar("SELECT kid FROM signing_keys WHERE withdrawn_at IS NULL")
    assert signer not in done.withdrawn
    world.clock.advance(seconds=1)
    again = await rotated(both, leaked=True)
    assert again.withdrawn == ()
    alone = await under(world, NEW)
    assert await by_totp(alone, await ticket(alone), ada.code(alone))


async def test_a_leaked_secret_is_withdrawn_beside_the_new_one_only(world: World) -> None:
    alone = await under(world, OLD)
    with pytest.raises(NoFormerSecret):
        await rotated(alone, leaked=True)


# A secret that is lost


@pytest.mark.asvs("v5.0.0-16.5.3", "v5.0.0-16.3.3")
async def test_a_code_that_cannot_be_checked_is_refused_and_told_once(world: World) -> None:
    ada = await enrolled(world)
    gone = await without_the_old(world)
    for _ in range(2):
        with pytest.raises(AuthenticatorUnreadable):
            await by_totp(gone, await ticket(gone), ada.code(gone))
    with pytest.raises(AuthenticatorUnreadable):
        await by_recovery_code(gone, await ticket(gone), ada.recovery_codes[0])
    assert await gone.events("authenticator_unreadable") == [("authenticator_unreadable", "refused")] * 3
    told = [mail for mail in await mails(gone, ADA) if "We cannot check your authenticator app" in mail]
    assert len(told) == 1
    assert (await parts(gone))[Part.AUTHENTICATORS] == Counts(unreadable=1)
    assert await gone.services.second_factors.reset(ADA, PHONE)
    assert await signed_in(gone)


async def test_whoever_is_asked_again_is_told_so_too(world: World) -> None:
    ada = await enrolled(world)
    grant = (await by_totp(world, await ticket(world), ada.code(world))).grant
    who = await world.services.gate.identify(grant.access_token)
    gone = await without_the_old(world)
    world.clock.advance(minutes=1)
    with pytest.raises(AuthenticatorUnreadable):
        await gone.services.account.step_up(who, GOOD_PASSWORD, PHONE, Browser(), ada.code(gone))
    assert await gone.events("authenticator_unreadable") == [("authenticator_unreadable", "refused")]


@pytest.mark.asvs("v5.0.0-16.5.3")
async def test_it_is_no_crash_for_the_browser(dsn: str, tmp_path: Path, world: World) -> None:
    ada = await enrolled(world)
    await rotated(assembled(world, NEW), lost=True)
    app = create_app(settings_for(dsn, tmp_path), dsn, NEW, world.clock)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=("203.0.113.7", 40_000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=SAME_ORIGIN) as http:
            asked = await http.post("/api/v1/auth/login", json=ACCOUNT)
            assert asked.json()["code"] == "second_factor_required"
            typed = {"ticket": asked.json()["ticket"], "code": ada.code(world)}
            refused = await http.post("/api/v1/auth/login/totp", json=typed)
    assert (refused.status_code, refused.json()["code"]) == (409, "authenticator_unreadable")


async def test_keys_that_nothing_opens_stay_unless_they_are_given_up(world: World) -> None:
    await world.user()
    fresh = assembled(world, NEW)
    assert (await rotated(fresh)).withdrawn == ()
    assert (await parts(fresh))[Part.SIGNING_KEYS] == Counts(unreadable=1)
    assert len((await rotated(fresh, lost=True)).withdrawn) == 1
    assert (await parts(fresh))[Part.SIGNING_KEYS] == Counts(current=1)
    assert await signed_in(await under(world, NEW))
