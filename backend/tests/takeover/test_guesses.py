"""No sequence of requests makes more guesses at a secret than are allowed, over all doors (Hypothesis)."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from doorstep.throttle import policy
from doorstep.tickets.policy import MOST_TRIES
from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.cluster import Cluster
from tests.takeover.stage import AUTH, ME, Browser, Stage, addresses, staged

_addresses = addresses()
_codes = count()
WINDOW = timedelta(minutes=10)

DOORS = (
    "step-up with a wrong code",
    "step-up without a code",
    "step-up with a recovery code that is wrong",
    "log-in, then a wrong code",
    "log-in where the browser is trusted",
    "a new ticket",
    "wait a second",
    "wait a minute",
)


def allowed(window: timedelta) -> int:
    """The guesses that one counter lets through within a window: those that are free, then one after each wait."""
    limits = policy.Limits(5, timedelta(minutes=15), 100, 20, 100, timedelta(minutes=1), timedelta(days=1))
    number, spent = limits.free_failures, timedelta(0)
    while spent + policy.delay_after(number, limits) <= window:
        spent += policy.delay_after(number, limits)
        number += 1
    return number


class Guesser:
    """Somebody with the password, a session and a trusted browser, and without the app."""

    def __init__(self, stage: Stage, email: str, known: Browser, unknown: Browser, devices: dict[str, str]) -> None:
        self.stage = stage
        self.email = email
        self.browsers = {"known": known, "unknown": unknown}
        self.cookies: dict[str, dict[str, str]] = {"known": devices, "unknown": {}}
        self.looked_at = {"known": 0, "unknown": 0}
        self.tickets: dict[str, str] = {}
        self.tries: dict[str, int] = {}

    async def knock(self, door: str, who: str) -> None:
        """One request, from a network of its own: what is counted by network is not what is looked at here."""
        browser = self.browsers[who]
        browser.client = self.stage.browser().client
        for name, value in self.cookies[who].items():
            browser.client.cookies.set(name, value)
        match door:
            case "step-up with a wrong code":
                await self._step_up(browser, who, f"{next(_codes) % 1_000_000:06}")
            case "step-up without a code":
                await browser.post(f"{AUTH}/step-up", {"password": GOOD_PASSWORD})
            case "step-up with a recovery code that is wrong":
                await self._step_up(browser, who, "0000-0000-0000-0000-0000-0000")
            case "log-in, then a wrong code":
                await self._ticket(browser, who)
                await self._second_step(browser, who)
            case "log-in where the browser is trusted":
                await browser.post(f"{AUTH}/login", {"email": self.email, "password": GOOD_PASSWORD})
            case "a new ticket":
                await self._ticket(browser, who)
            case "wait a second":
                await self.stage.later(timedelta(seconds=1))
            case "wait a minute":
                await self.stage.later(timedelta(minutes=1))

    async def _step_up(self, browser: Browser, who: str, code: str) -> None:
        answer = await browser.post(f"{AUTH}/step-up", {"password": GOOD_PASSWORD, "code": code})
        self.looked_at[who] += answer.status_code == 403 and answer.json()["code"] == "wrong_factor_code"

    async def _ticket(self, browser: Browser, who: str) -> None:
        answer = await browser.post(f"{AUTH}/login", {"email": self.email, "password": GOOD_PASSWORD})
        if answer.status_code == 401 and "ticket" in answer.json():
            self.tickets[who] = answer.json()["ticket"]
            self.tries[who] = 0

    async def _second_step(self, browser: Browser, who: str) -> None:
        if who not in self.tickets:
            return
        body = {"ticket": self.tickets[who], "code": f"{next(_codes) % 1_000_000:06}"}
        told = (await browser.post(f"{AUTH}/login/totp", body)).json().get("code")
        was_last = told == "ticket_ended" and self.tries[who] == MOST_TRIES - 1
        if told == "wrong_factor_code" or was_last:
            self.tries[who] += 1
            self.looked_at[who] += 1


async def guesser_on(stage: Stage) -> Guesser:
    """The owner's laptop is trusted, and its cookies are copied; a session is stolen, too."""
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    secret = await laptop.turn_app_on()
    await stage.later(timedelta(seconds=60))
    ticket = (await laptop.post(f"{AUTH}/login", {"email": email, "password": GOOD_PASSWORD})).json()["ticket"]
    step = {"ticket": ticket, "code": laptop.code(secret), "trust_browser": True}
    assert laptop.entered(await laptop.post(f"{AUTH}/login/totp", step)).status_code == 200
    known, unknown = Browser(stage, laptop.client), stage.browser()
    known.token = unknown.token = laptop.token
    devices = {name: value for name, value in laptop.client.cookies.items() if "device" in name}
    assert devices
    return Guesser(stage, email, known, unknown, devices)


def knocks_of(seed: int) -> list[tuple[str, str]]:
    """Forty requests at a few of the doors: it is two that are used in turn that take back what one was charged."""
    random = Random(seed)  # noqa: S311 -- no secret
    doors = random.sample(DOORS, random.randint(2, 4))
    browsers = random.choice([("known",), ("unknown",), ("known", "unknown")])
    return [(random.choice(doors), random.choice(browsers)) for _ in range(40)]


def test_the_allowance_is_what_the_limits_say() -> None:
    assert allowed(timedelta(0)) == 5
    assert allowed(timedelta(seconds=1)) == 6
    assert allowed(timedelta(seconds=3)) == 7


@pytest.mark.asvs("v5.0.0-6.3.1", "v5.0.0-6.6.3", "v5.0.0-2.3.2")
def test_no_sequence_makes_more_guesses_than_are_allowed(cluster: Cluster, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        exits = AsyncExitStack()

        async def prepare() -> Stage:
            dsn = await exits.enter_async_context(cluster.migrated_database())
            return await exits.enter_async_context(staged(dsn, settings_for(dsn, tmp_path), HandClock()))

        stage = runner.run(prepare())
        try:

            @hypothesis_settings(max_examples=40, deadline=None, database=None)
            @given(st.integers(0, 2**32 - 1))
            def play(seed: int) -> None:
                knocks = knocks_of(seed)
                note(f"{seed}: {knocks}")

                async def all_of_it() -> None:
                    guesser = await guesser_on(stage)
                    began = stage.clock.now
                    for door, who in knocks:
                        await guesser.knock(door, who)
                    most = allowed(stage.clock.now - began)
                    assert all(number <= most for number in guesser.looked_at.values()), guesser.looked_at

                runner.run(all_of_it())

            play()
        finally:
            runner.run(exits.aclose())


async def test_a_right_password_without_its_code_takes_nothing_back(stage: Stage) -> None:
    guesser = await guesser_on(stage)
    for _ in range(30):
        await guesser.knock("step-up with a wrong code", "known")
        await guesser.knock("step-up without a code", "known")
        await guesser.knock("log-in where the browser is trusted", "known")
    assert guesser.looked_at["known"] == 5


async def test_wrong_codes_at_step_up_are_mailed_about(stage: Stage) -> None:
    guesser = await guesser_on(stage)
    for _ in range(5):
        await guesser.knock("step-up with a wrong code", "known")
    assert any("but not your code" in mail for mail in await stage.mails(guesser.email))


async def test_a_hundred_wrong_codes_stop_unknown_browsers_and_are_an_alarm(stage: Stage) -> None:
    guesser = await guesser_on(stage)
    await stage.scalar("UPDATE totp SET wrong_codes = 99 RETURNING 1")
    await guesser.knock("step-up with a wrong code", "unknown")
    assert await stage.scalar("SELECT outcome FROM audit_events WHERE kind = 'factor_locked'") == "alarm"
    answer = await guesser.browsers["unknown"].post(f"{AUTH}/step-up", {"password": GOOD_PASSWORD, "code": "111111"})
    assert (answer.status_code, answer.json()["code"]) == (429, "totp_locked")


@pytest.mark.parametrize("door", ["codes of a mail", "codes of an app that is being set up"])
async def test_the_other_codes_have_their_bounds(stage: Stage, door: str) -> None:
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    looked_at = 0
    for number in range(60):
        if door == "codes of a mail":
            answer = await browser.post(f"{ME}/email/verify", {"code": f"{number:06}"})
            await browser.post(f"{ME}/email/verification")
            looked_at += answer.status_code == 400
        else:
            if number % 12 == 0:
                await browser.post(f"{ME}/factors/totp")
            answer = await browser.post(f"{ME}/factors/totp/confirm", {"code": f"{number:06}"})
            looked_at += answer.status_code == 403
    sent = len(await stage.mails(email))
    if door == "codes of a mail":
        assert sent == 5
        assert await stage.scalar("SELECT sum(wrong_codes) FROM one_time_tokens") <= 5  # type: ignore[operator]
    else:
        assert looked_at == 50  # ten for each new secret, which whoever begins is shown


async def test_a_step_up_without_its_code_stays_charged(stage: Stage) -> None:
    guesser = await guesser_on(stage)
    told = []
    for _ in range(6):
        answer = await guesser.browsers["unknown"].post(f"{AUTH}/step-up", {"password": GOOD_PASSWORD})
        told.append(answer.json()["code"])
    assert told == ["factor_code_required"] * 5 + ["too_many_attempts"]


async def test_codes_of_tickets_and_of_step_up_are_counted_together(stage: Stage) -> None:
    guesser = await guesser_on(stage)
    for _ in range(3):
        await guesser.knock("step-up with a wrong code", "unknown")
    await guesser.knock("a new ticket", "unknown")
    for _ in range(3):
        await guesser._second_step(guesser.browsers["unknown"], "unknown")  # noqa: SLF001 -- one step of that door
    assert guesser.looked_at["unknown"] == 5
