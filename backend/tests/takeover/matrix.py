"""The matrix of `docs/security/takeover.md`: what is left behind, each way back, and what becomes of it.

The table is data: the page is written from it, and the test plays every cell.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from doorstep.eviction.policy import REMOVAL_DELAY
from tests.passkeys.authenticator import Authenticator
from tests.takeover.stage import ADDRESS, AUTH, ME, NEW_PASSWORD, Browser, Stage

GONE: Final = "gone"
WAYS: Final = ("the password is changed", "reset", "«not me», then reset", "undo, then reset")
DAY: Final = timedelta(days=1)
THIEFS_PASSWORD: Final = "nine silent owls past noon"


@dataclass
class Scene:
    """Who is on the stage: the owner's laptop, and the intruder's browser with what came of it."""

    stage: Stage
    owner_email: str
    thief_email: str
    laptop: Browser
    intruder: Browser
    not_me: str
    password: str
    device: Authenticator | None = None
    secret: str | None = None
    link: str = ""
    links: list[str] = field(default_factory=list)
    has_moved: bool = False

    @property
    def address(self) -> str:
        """The address that the account has now."""
        return self.thief_email if self.has_moved else self.owner_email

    async def move(self) -> None:
        """The intruder changes the address of the account."""
        assert (await self.intruder.move(self.thief_email)).status_code == 204
        self.has_moved = True


class Left:
    """One row: how the intruder leaves it, and whether it is still there."""

    name: str
    cells: tuple[str, str, str, str]

    async def leave(self, scene: Scene) -> None:
        """Leave it behind."""
        raise NotImplementedError

    async def is_there(self, scene: Scene) -> bool:
        """Whether it still serves the intruder, after the owner's way back."""
        raise NotImplementedError


class Session(Left):
    name = "a session, with its refresh cookie"
    cells = (GONE, GONE, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        assert await scene.intruder.is_in()

    async def is_there(self, scene: Scene) -> bool:
        return await scene.intruder.is_in()


class OldPassword(Left):
    name = "the password, known"
    cells = (GONE, GONE, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        """It is what the intruder came with."""

    async def is_there(self, scene: Scene) -> bool:
        return (await scene.stage.browser().log_in(scene.address, scene.password)).status_code == 200


class OtherPassword(Left):
    name = "another password, of which a mail tells"
    cells = ("stays, because the owner is signed out by it; the mail about it takes it back", GONE, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        """From here on the link in the mail about it is the one that the owner presses."""
        body = {"current_password": scene.password, "new_password": THIEFS_PASSWORD}
        assert (await scene.intruder.post(f"{ME}/password", body)).status_code == 200
        with suppress(IndexError):  # to an address that was never verified no mail tells
            scene.not_me = await scene.stage.link(scene.address, "verify/#not-me=")

    async def is_there(self, scene: Scene) -> bool:
        return (await scene.stage.browser().log_in(scene.address, THIEFS_PASSWORD)).status_code == 200


class Ticket(Left):
    name = "a log-in whose second step is still to come"
    cells = (
        "gone; the owner's own app is asked for",
        "gone; the owner's own app is asked for",
        GONE,
        GONE,
    )

    async def leave(self, scene: Scene) -> None:
        scene.secret = await scene.laptop.turn_app_on()
        await scene.stage.later(timedelta(seconds=60))
        body = {"email": scene.address, "password": scene.password}
        answer = await scene.stage.browser().post(f"{AUTH}/login", body)
        scene.link = answer.json()["ticket"]

    async def is_there(self, scene: Scene) -> bool:
        assert scene.secret is not None
        step = {"ticket": scene.link, "code": scene.intruder.code(scene.secret, 1)}
        return (await scene.stage.browser().post(f"{AUTH}/login/totp", step)).status_code == 200


class Passkey(Left):
    name = "a passkey"
    _stays = "stays, because nobody said that it was not the owner's; the mail about it takes it back"
    cells = (_stays, _stays, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        scene.device = await scene.intruder.add_passkey()

    async def is_there(self, scene: Scene) -> bool:
        assert scene.device is not None
        return (await scene.stage.browser().log_in_by(scene.device)).status_code == 200


class ChainedPasskey(Passkey):
    name = "a passkey that was added in a session that such a passkey opened, three deep"

    async def leave(self, scene: Scene) -> None:
        device = await scene.intruder.add_passkey()
        for _ in range(3):
            next_browser = scene.stage.browser()
            assert (await next_browser.log_in_by(device)).status_code == 200
            device = await next_browser.add_passkey()
        scene.device = device


class SecondVisit(Passkey):
    name = "a passkey that was added at the second log-in in the intruder's browser, of which no mail told"

    async def leave(self, scene: Scene) -> None:
        assert (await scene.intruder.log_in(scene.address, scene.password)).status_code == 200
        scene.device = await scene.intruder.add_passkey()


class AuthenticatorApp(Left):
    name = "an authenticator app, turned on"
    _later = "gone after a day, of which a mail tells; in a browser known before, or with an older passkey, at once"
    cells = (
        "stays, because the owner is signed out by it and cannot change the password; the mail about it takes it back",
        "stays, because the mailbox alone must not pass it; the mail about it takes it back",
        _later,
        _later,
    )

    async def leave(self, scene: Scene) -> None:
        scene.secret = await scene.intruder.turn_app_on()

    async def is_there(self, scene: Scene) -> bool:
        await scene.stage.later(REMOVAL_DELAY)
        await scene.stage.purge()
        fresh = scene.stage.browser()
        for password in (NEW_PASSWORD, scene.password):
            if (await fresh.log_in(scene.address, password)).status_code == 200:
                return False
        return True


class RecoveryCodes(Left):
    name = "recovery codes that were made in the session of an owner with an app"
    _stays = "stays, because the owner's app was shown for it; new codes, or the mail about it, take them back"
    cells = (_stays, _stays, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        scene.secret = await scene.laptop.turn_app_on()
        await scene.stage.later(timedelta(seconds=60))
        assert (await scene.intruder.log_in(scene.address, scene.password, scene.secret)).status_code == 200
        made = await scene.intruder.post(f"{ME}/factors/recovery-codes")
        assert made.status_code == 200, made.text
        kept = await scene.intruder.post(f"{ME}/factors/recovery-codes/keep", {"set_id": made.json()["set_id"]})
        assert kept.status_code == 204, kept.text
        scene.link = made.json()["recovery_codes"][0]

    async def is_there(self, scene: Scene) -> bool:
        body = {"email": scene.address, "password": NEW_PASSWORD}
        answer = await scene.stage.browser().post(f"{AUTH}/login", body)
        if answer.status_code == 200:
            return False  # no second step is asked for any more
        step = {"ticket": answer.json()["ticket"], "code": scene.link}
        return (await scene.stage.browser().post(f"{AUTH}/login/recovery-code", step)).status_code == 200


class PendingEmail(Left):
    name = "another address, asked for and not confirmed yet"
    cells = (GONE, GONE, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        other = f"second.{scene.thief_email}"
        assert (await scene.intruder.ask_new_email(other)).status_code == 202
        scene.link = await scene.stage.link(other, "verify/#change=")

    async def is_there(self, scene: Scene) -> bool:
        return (await scene.stage.browser().press("confirm-email", scene.link)).status_code == 204


class Deletion(Left):
    name = "a deletion, asked for"
    _stays = "stays, because the owner may have asked; the mail about it keeps the account without a log-in"
    cells = ("stays, because the owner is signed out by it; the mail about it keeps the account", _stays, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        assert (await scene.intruder.delete_account()).status_code == 202

    async def is_there(self, scene: Scene) -> bool:
        due = await scene.stage.scalar("SELECT deletion_due_at FROM users WHERE email = $1", scene.address)
        return due is not None


class ShippingAddress(Left):
    name = "a shipping address"
    _stays = "stays, because it may be the owner's; the mail about it takes it away"
    cells = (_stays, _stays, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        assert (await scene.intruder.save_profile("", ADDRESS)).status_code == 200

    async def is_there(self, scene: Scene) -> bool:
        city = await scene.stage.scalar(
            "SELECT p.city FROM profiles p JOIN users u ON u.id = p.user_id WHERE u.email = $1", scene.address
        )
        return city not in {None, ""}


class Name(Left):
    name = "a name"
    _stays = "stays, because it may be the owner's, and opens nothing"
    cells = (_stays, _stays, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        assert (await scene.intruder.save_profile("Mallory", None)).status_code == 200

    async def is_there(self, scene: Scene) -> bool:
        name = await scene.stage.scalar(
            "SELECT p.name FROM profiles p JOIN users u ON u.id = p.user_id WHERE u.email = $1", scene.address
        )
        return name not in {None, ""}


class OldLink(Left):
    name = "a «not me» link, read in the owner's mailbox earlier"
    _weak = "gone: it gives no new password any more"
    cells = (_weak, _weak, _weak, _weak)

    async def leave(self, scene: Scene) -> None:
        other = scene.stage.browser()
        await other.log_in(scene.address, scene.password)
        scene.link = (await scene.stage.links(scene.address, "verify/#not-me="))[-1]

    async def is_there(self, scene: Scene) -> bool:
        answer = await scene.stage.browser().press("not-me", scene.link)
        return answer.status_code == 200 and answer.json()["reset_token"] is not None


class KnownBrowser(Left):
    name = "its browser, known: no mail at its next log-in"
    cells = (GONE, GONE, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        """The log-in has made it known."""

    async def is_there(self, scene: Scene) -> bool:
        before = len(await scene.stage.links(scene.address, "verify/#not-me="))
        assert (await scene.intruder.log_in(scene.address, NEW_PASSWORD)).status_code == 200
        return len(await scene.stage.links(scene.address, "verify/#not-me=")) == before


class TrustedBrowser(Left):
    name = "its browser, trusted: no second factor at its next log-in"
    cells = (GONE, GONE, GONE, GONE)

    async def leave(self, scene: Scene) -> None:
        scene.secret = await scene.laptop.turn_app_on()
        await scene.stage.later(timedelta(seconds=60))
        body = {"email": scene.address, "password": scene.password}
        ticket = (await scene.intruder.post(f"{AUTH}/login", body)).json()["ticket"]
        step = {"ticket": ticket, "code": scene.intruder.code(scene.secret), "trust_browser": True}
        assert scene.intruder.entered(await scene.intruder.post(f"{AUTH}/login/totp", step)).status_code == 200
        assert (await scene.intruder.log_in(scene.address, scene.password)).status_code == 200

    async def is_there(self, scene: Scene) -> bool:
        return (await scene.intruder.log_in(scene.address, NEW_PASSWORD)).status_code == 200


class ThiefsLinks(Left):
    name = "a «not me» link in the mailbox of an address that the account had for a while"
    cells = (
        "gone, but for the one about that change; undoing the change of address takes it back",
        "stays, because the reset goes to the new address; undoing the change takes it back",
        GONE,
        GONE,
    )

    async def leave(self, scene: Scene) -> None:
        assert (await scene.intruder.save_profile("", ADDRESS)).status_code == 200
        scene.links = await scene.stage.links(scene.thief_email, "verify/#not-me=")
        assert scene.links, "the account was never at that address"

    async def is_there(self, scene: Scene) -> bool:
        answers = [await scene.stage.browser().press("not-me", link) for link in scene.links]
        return any(answer.status_code == 200 and answer.json()["reset_token"] for answer in answers)


class NewAddress(Left):
    name = "the address, changed"
    cells = (
        "stays, because the owner may have moved; the mail to the address before undoes it",
        "stays, because the reset goes to the new address; the mail to the one before undoes the change",
        GONE,
        GONE,
    )

    async def leave(self, scene: Scene) -> None:
        if not scene.has_moved:
            await scene.move()

    async def is_there(self, scene: Scene) -> bool:
        return await scene.stage.scalar("SELECT email FROM users WHERE email = $1", scene.thief_email) is not None


ROWS: Final[tuple[Left, ...]] = (
    Session(),
    OldPassword(),
    OtherPassword(),
    Ticket(),
    Passkey(),
    ChainedPasskey(),
    SecondVisit(),
    AuthenticatorApp(),
    RecoveryCodes(),
    PendingEmail(),
    NewAddress(),
    ThiefsLinks(),
    Deletion(),
    ShippingAddress(),
    Name(),
    OldLink(),
    KnownBrowser(),
    TrustedBrowser(),
)

FIRST_PROOFS: Final = (
    "reset",
    "«somebody else signed up», then reset",
    "a sign-up of one's own, by its mail",
    "another account moves there",
)
"""The first proof of an address with which somebody else has signed up: by whom it reads, in a browser of their own."""

_NOWHERE: Final = "is not there: nothing is mailed about an account whose address was never proven"
_MOVED: Final = "is not the owner's account any more, and never was"
_BY_APP: Final = "gone with the app: no second factor is asked for"
_EXCUSED: Final[dict[type[Left], str]] = {
    NewAddress: _MOVED,
    ThiefsLinks: _NOWHERE,
    OldLink: _NOWHERE,
    TrustedBrowser: _BY_APP,
}

LEFT_BEFORE: Final = tuple(row for row in ROWS if type(row) not in _EXCUSED)
"""The rows that a squatter can leave. Each is gone by each of the proofs."""

NOT_LEFT: Final = tuple((row.name, _EXCUSED[type(row)]) for row in ROWS if type(row) in _EXCUSED)
