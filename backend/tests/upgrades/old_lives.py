"""Half an hour of commit 5ce81d1, lived through by `make_dump.py`: who does what, and holds what at its end.

Each person has one thing to lose: Ada a subscription, Cyd two steps, Dan a passkey, Eve and Fay an address, Gus a
stranger, Hal a forgotten password, Ivy an account that goes, Kim somebody who guesses, and Bea all that is new.
"""
# mypy: ignore-errors
# The services that it calls are those of that commit.

from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from pyotp import TOTP

from doorstep.audit.models import Client
from doorstep.gate.models import SignedIn
from doorstep.login.failures import InvalidCredentials, SecondFactorRequired
from doorstep.login.models import Browser, LoggedIn
from doorstep.profile.models import Profile
from doorstep.sessions.models import Grant
from tests.builders import GOOD_PASSWORD
from tests.letterbox import code_in, link_token, mails
from tests.passkeys.authenticator import Authenticator, b64
from tests.profiles.addresses import HOME
from tests.second_factors.people import owner
from tests.world import World

PRIVATE_VALUE = 20260314
"""The passkey's private key: a number that anybody can see is nobody's."""

PHONE = Client("203.0.113.7", "Safari/605 (iPhone)", None)
LAPTOP = Client("198.51.100.4", "Firefox/140.0 (Linux)", None)
ELSEWHERE = Client("192.0.2.66", "Firefox/140.0 (Windows)", None)


class Browsers:
    """The browsers of this world that are signed in: what each holds, by a name of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.held: dict[str, dict[str, object]] = {}

    def keep(self, name: str, email: str, grant: Grant, *, remember: bool, device_id: UUID | None = None) -> None:
        """A browser has got its cookies."""
        known = {"device_id": str(device_id)} if device_id else {}
        self.held[name] = {"email": email, "remember": remember, "refresh_token": grant.refresh_token, **known}

    async def log_in(self, name: str, email: str, client: Client, *, remember: bool, known: str = "") -> SignedIn:
        """Somebody logs in, in a new browser or in the one that is `known` by that name."""
        browser = Browser(UUID(self.held[known]["device_id"])) if known else Browser()
        logged_in = await self._world.services.login.with_password(
            email, GOOD_PASSWORD, remember=remember, client=client, browser=browser
        )
        self.keep(name, email, logged_in.grant, remember=remember, device_id=logged_in.device_id)
        return await self._world.services.gate.identify(logged_in.grant.access_token)

    async def refresh(self, *names: str) -> None:
        """These come back."""
        for name in names:
            grant = await self._world.services.sessions.refresh(self.held[name]["refresh_token"], LAPTOP)
            self.held[name]["refresh_token"] = grant.refresh_token


async def verified(world: World, browsers: Browsers, email: str, *, remember: bool = True) -> SignedIn:
    """A new user who has typed the code, in the browser that is named like them."""
    name = email.partition("@")[0]
    made = await world.services.sign_up.register(email, GOOD_PASSWORD, remember=remember, client=PHONE)
    browsers.keep(name, email, made.grant, remember=remember, device_id=made.device_id)
    who = await world.services.gate.identify(made.grant.access_token)
    await world.services.account.verify_by_code(who, code_in((await mails(world, email))[-1]), PHONE)
    return who


async def two_steps(world: World, browsers: Browsers) -> dict[str, object]:
    """Cyd has an app, recovery codes of which one is used, and a browser that is trusted."""
    email = "cyd@example.org"
    who = owner(await verified(world, browsers, email))
    made = await world.services.second_factors.begin(who)
    codes = await world.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now))
    await world.later(timedelta(minutes=1))
    trusted = await world.services.second_step.with_totp(
        await ticket(world, email, LAPTOP), TOTP(made.secret).at(world.clock.now), trust=True, client=LAPTOP
    )
    browsers.keep("cyd's laptop", email, trusted.grant, remember=True, device_id=trusted.device_id)
    used, *left = codes
    by_code = await world.services.second_step.with_recovery_code(await ticket(world, email, PHONE), used, client=PHONE)
    browsers.keep("cyd's phone", email, by_code.grant, remember=True, device_id=by_code.device_id)
    return {"email": email, "totp_secret": made.secret, "recovery_codes": left[:2], "used_code": used}


async def ticket(world: World, email: str, client: Client) -> str:
    """The first of two steps, done."""
    try:
        await world.services.login.with_password(email, GOOD_PASSWORD, remember=True, client=client)
    except SecondFactorRequired as required:
        return required.ticket
    raise AssertionError("the password alone was enough")


async def passkey(world: World, browsers: Browsers) -> dict[str, object]:
    """Dan has a passkey, and has logged in by it."""
    email = "dan@example.org"
    device = Authenticator(key=ec.derive_private_key(PRIVATE_VALUE, ec.SECP256R1()))
    who = await verified(world, browsers, email)
    typed = device.make(await world.services.passkeys.creation_options(who))
    await world.services.passkeys.add(who, typed, "Dan's phone", PHONE)
    logged_in: LoggedIn = await world.services.passkey_entry.log_in(
        device.use(world.services.passkey_entry.log_in_options()), remember=True, client=LAPTOP, browser=Browser()
    )
    browsers.keep("dan by passkey", email, logged_in.grant, remember=True, device_id=logged_in.device_id)
    return {
        "email": email,
        "private_value": PRIVATE_VALUE,
        "credential_id": b64(device.credential_id),
        "handle": b64(device.handle),
        "count": device.count,
    }


async def addresses(world: World, browsers: Browsers) -> dict[str, object]:
    """Eve has asked for another address; Fay has one, and may undo that."""
    eve, eve_new = "eve@example.org", "eve@new.example"
    fay, fay_new = "fay@example.org", "fay@new.example"
    for email, new in ((eve, eve_new), (fay, fay_new)):
        await world.services.account.ask_new_email(await verified(world, browsers, email), new, PHONE)
    confirm = link_token((await mails(world, fay_new))[-1], "verify", "change")
    await world.services.account.confirm_new_email(confirm, PHONE)
    browsers.held["fay"]["email"] = fay_new
    return {
        "confirm": {"email": eve, "new": eve_new, "token": await mailed(world, eve_new, "change")},
        "undo": {"email": fay_new, "old": fay, "token": await mailed(world, fay, "undo")},
    }


async def mailed(world: World, email: str, act: str) -> str:
    """The token of the newest mail to that address whose link does that."""
    return link_token([mail for mail in await mails(world, email) if f"#{act}=" in mail][-1], "verify", act)


async def stranger(world: World, browsers: Browsers) -> dict[str, object]:
    """Somebody else has logged in as Gus, who has a link to say so."""
    email = "gus@example.org"
    await verified(world, browsers, email)
    await browsers.log_in("somebody as gus", email, ELSEWHERE, remember=True)
    return {"email": email, "stranger": "somebody as gus", "token": await mailed(world, email, "not-me")}


async def leaving(world: World, browsers: Browsers) -> dict[str, object]:
    """Ivy wants her account gone, and has logged in once more to look."""
    email = "ivy@example.org"
    due_at = await world.services.leaving.ask(await verified(world, browsers, email), PHONE)
    ended = browsers.held.pop("ivy")["refresh_token"]
    await browsers.log_in("ivy again", email, PHONE, remember=False)
    return {"email": email, "due_at": due_at.isoformat(), "ended": ended}


async def subscriber(world: World, browsers: Browsers) -> dict[str, object]:
    """Ada subscribes, has said where parcels go, and is signed in here and there."""
    email = "ada@example.org"
    who = await verified(world, browsers, email)
    await world.services.subscriptions.grant(email, world.services.settings.plans[0].code, PHONE)
    await world.services.profiles.save(who, Profile("Ada King", HOME), PHONE)
    await browsers.log_in("ada's laptop", email, LAPTOP, remember=False)
    await browsers.log_in("ada's tablet", email, LAPTOP, remember=True)
    await browsers.log_in("ada's library", email, ELSEWHERE, remember=False)
    left = browsers.held.pop("ada's library")["refresh_token"]
    await world.services.sessions.log_out(left, ELSEWHERE)
    return {"email": email, "plan": world.services.settings.plans[0].code, "logged_out": left}


async def told(world: World) -> dict[str, object]:
    """Half an hour in which things happen; what browsers and mailboxes hold at its end."""
    browsers = Browsers(world)
    held: dict[str, object] = {"password": GOOD_PASSWORD}
    held["subscriber"] = await subscriber(world, browsers)
    first = browsers.held["ada"]["refresh_token"]
    held["two_steps"] = await two_steps(world, browsers)
    held["passkey"] = await passkey(world, browsers)
    held |= await addresses(world, browsers)
    held["not_me"] = await stranger(world, browsers)
    held["leaving"] = await leaving(world, browsers)
    for _ in range(4):
        await world.later(timedelta(minutes=5))
        await browsers.refresh("ada", "ada's laptop", "cyd's laptop", "fay")
    await verified(world, browsers, "hal@example.org", remember=False)
    await mails(world)  # all of them have left; those that follow wait
    new = await world.services.sign_up.register("bea@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    browsers.keep("bea", "bea@example.org", new.grant, remember=False, device_id=new.device_id)
    await world.services.recovery.ask("hal@example.org", LAPTOP)
    await world.services.recovery.answer_one()
    held["two_steps"]["ticket"] = await ticket(world, held["two_steps"]["email"], PHONE)
    held["guessed"] = await guessed(world, browsers)
    # The answer to this one never came: the tablet still has the token from before.
    lost = browsers.held["ada's tablet"]["refresh_token"]
    await browsers.refresh("ada's tablet")
    held["lost_answer"] = {"presented": lost, "successor": browsers.held.pop("ada's tablet")["refresh_token"]}
    await world.later(timedelta(seconds=1))
    return {**held, "replayed": first, "browsers": browsers.held, "written_at": world.clock.now.isoformat()}


async def guessed(world: World, browsers: Browsers) -> dict[str, object]:
    """Somebody guesses at Kim's password, and has to wait four seconds by now."""
    email = "kim@example.org"
    await world.services.sign_up.create(email, GOOD_PASSWORD, PHONE)
    for seconds in (0, 0, 0, 0, 0, 1, 2):
        await world.later(timedelta(seconds=seconds))
        try:
            await world.services.login.with_password(email, "not the right one", remember=False, client=ELSEWHERE)
        except InvalidCredentials:
            continue
    return {"email": email, "seconds": 3}
