"""The state machine of takeovers: an owner, an intruder with the password, and a thief with mailboxes.

Each does whatever the API lets them, in any order, while the clock moves. Then the owner comes back, by undoing the
change of address or by «not me» and a reset, and presses every other link about what was not theirs. After that nobody
else has a working session, factor, link or address; the owner is in; nothing is erased; the trail explains it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TypeVar

import httpx
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from doorstep.audit.models import OPERATOR
from tests.builders import GOOD_PASSWORD
from tests.passkeys.authenticator import Authenticator
from tests.takeover.stage import ADDRESS, AUTH, ME, NEW_PASSWORD, Browser, Stage, addresses

Told = TypeVar("Told")
NOT_ME, UNDO, RESET, KEEP = "verify/#not-me=", "verify/#undo=", "reset/#", "verify/#keep="
LINKS = (NOT_ME, UNDO, RESET, KEEP, "verify/#change=", "verify/#unlock=", "verify/#")
LONGEST = timedelta(hours=40)
"""Less than what the ways back look back to: «not me» and undo live for 7 days, an app may be 72 hours old."""

SPANS = (timedelta(minutes=1), timedelta(minutes=11), timedelta(hours=2), timedelta(hours=25))
SINGLE_ACTS: tuple[tuple[str, str, object], ...] = (
    ("POST", f"{ME}/factors/recovery-codes", {}),
    ("DELETE", f"{ME}/factors/totp", None),
    ("DELETE", f"{ME}/factors/trusted-browsers", None),
    ("DELETE", f"{ME}/factors/totp/removal", None),
    ("PUT", f"{ME}/profile", {"name": "Mallory", "shipping_address": ADDRESS}),
    ("DELETE", ME, None),
    ("POST", f"{ME}/keep", {}),
    ("GET", f"{ME}/export", None),
    ("DELETE", "/api/v1/sessions", None),
    ("DELETE", f"{ME}/password", None),
    ("POST", "/api/v1/subscriptions/cancel", {}),
    ("POST", "/api/v1/subscriptions/resume", {}),
    ("POST", f"{AUTH}/refresh", {}),
    ("POST", f"{AUTH}/logout", {}),
    ("POST", f"{AUTH}/step-up", {"password": GOOD_PASSWORD}),
)
"""What needs nothing done before."""

ACTS = {
    "intruder_logs_in": 4,
    "intruder_logs_in_by_passkey": 3,
    "intruder_adds_a_passkey": 3,
    "intruder_turns_an_app_on": 2,
    "intruder_moves_the_account": 3,
    "intruder_acts": 4,
    "intruder_changes_the_password": 1,
    "intruder_removes_a_passkey": 1,
    "owner_logs_in": 2,
    "owner_refreshes_and_looks": 1,
    "owner_turns_an_app_on": 1,
    "owner_adds_a_passkey": 1,
    "owner_types_an_address": 1,
    "owner_changes_the_password": 1,
    "owner_steps_up": 1,
    "mailbox_opens_or_closes": 1,
    "thief_presses_a_link": 2,
    "thief_forgets_the_password": 1,
    "time_passes": 2,
}
"""All acts of the three, and how often each is taken: most runs must have somebody in the account."""

_addresses = addresses()
_words = ("quiet", "loud", "slow", "tall", "blue", "warm")


@dataclass
class Intruder:
    """What the others have: browsers, passkeys, secrets, passwords that they know, and links that they have read."""

    passwords: list[str]
    browsers: list[Browser] = field(default_factory=list)
    devices: list[Authenticator] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    links: set[tuple[str, str]] = field(default_factory=set)


class TakeoverMachine(RuleBasedStateMachine):
    """One account and its three actors."""

    stage: Stage
    runner: asyncio.Runner

    def run(self, act: Awaitable[Told]) -> Told:
        """Its result."""

        async def done() -> Told:
            return await act

        return self.runner.run(done())

    @initialize()
    def begin(self) -> None:
        self.email, self.thief_email = next(_addresses)
        self.address = self.email
        self.password = GOOD_PASSWORD
        self.passed = timedelta(0)
        self.is_open = False
        self.secret: str | None = None
        self.device: Authenticator | None = None
        self.laptop = self.run(self.stage.owner(self.email))
        self.run(
            self.stage.services.subscriptions.grant(self.email, self.stage.services.settings.plans[0].code, OPERATOR)
        )
        self.others = Intruder([GOOD_PASSWORD])
        self.own: set[tuple[str, str]] = set()
        self.foreign: list[tuple[str, str]] = []
        self.was_taken = False
        self._sort_links(mine=True)

    @rule(seed=st.integers(0, 2**32 - 1))
    def play(self, seed: int) -> None:
        """Some acts, one after the other; one that nobody can do just now is left out.

        Drawn from a seed: lists that are drawn repeat themselves, and few runs would have anybody in the account.
        """
        random = Random(seed)  # noqa: S311 -- no secret
        drawn = random.choices([*ACTS], [*ACTS.values()], k=random.randint(8, 14))
        note(f"{seed}: {drawn}")
        for name in drawn:
            act: Callable[[int], None] = getattr(self, name)
            act(random.randrange(100))

    # What comes of each act

    def _sort_links(self, *, mine: bool) -> None:
        """Note the new links of the owner's mailbox, and who has caused them; the thief reads what lies open."""
        self.run(self.stage.deliver())
        for act in LINKS:
            for token in self.stage.links_in(self.email, act):
                link = (act, token)
                if link not in self.own and link not in self.foreign:
                    if mine:
                        self.own.add(link)
                    else:
                        self.foreign.append(link)
                    if self.is_open:
                        self.others.links.add(link)
            for mailbox in (self.thief_email, f"second.{self.thief_email}"):
                self.others.links |= {(act, token) for token in self.stage.links_in(mailbox, act)}
        email = self.run(self.stage.scalar("SELECT email FROM users WHERE id = $1", self.user_id))
        self.address = str(email)

    @property
    def user_id(self) -> object:
        """Whose account it is."""
        if not hasattr(self, "_user_id"):
            self._user_id = self.run(self.stage.scalar("SELECT id FROM users WHERE email = $1", self.email))
        return self._user_id

    def _owner_did(self, *answers: httpx.Response) -> None:
        _no_crash(*answers)
        self._sort_links(mine=True)

    def _others_did(self, *answers: httpx.Response) -> None:
        _no_crash(*answers)
        self.was_taken = True
        self._sort_links(mine=False)

    # The owner

    def owner_logs_in(self, _: int) -> None:
        self._owner_did(self.run(self.laptop.log_in(self.address, self.password, self.secret)))

    def owner_refreshes_and_looks(self, _: int) -> None:
        self._owner_did(
            self.run(self.laptop.refresh()),
            self.run(self.laptop.send("GET", "/api/v1/sessions")),
            self.run(self.laptop.send("GET", f"{ME}/events")),
        )

    def owner_turns_an_app_on(self, _: int) -> None:
        if self.secret is not None:
            return
        begun = self.run(self.laptop.post(f"{ME}/factors/totp"))
        if begun.status_code == 201:
            secret = begun.json()["secret"]
            done = self.run(self.laptop.post(f"{ME}/factors/totp/confirm", {"code": self.laptop.code(secret)}))
            if done.status_code == 200:
                self.secret = secret
                self._wait(timedelta(minutes=1))
            self._owner_did(done)

    def owner_adds_a_passkey(self, _: int) -> None:
        if self.device is not None:
            return
        device = Authenticator()
        answer = self.run(self.laptop.make_passkey(device))
        if answer.status_code == 201:
            self.device = device
        self._owner_did(answer)

    def owner_types_an_address(self, _: int) -> None:
        self._owner_did(self.run(self.laptop.save_profile("Ada", ADDRESS | {"recipient": "Ada"})))

    def owner_changes_the_password(self, _: int) -> None:
        new = self._new_password("owner")
        body = {"current_password": self.password, "new_password": new}
        answer = self.run(self.laptop.post(f"{ME}/password", body))
        if answer.status_code == 200:
            self.laptop.entered(answer)
            self.password = new
        self._owner_did(answer)

    def owner_steps_up(self, _: int) -> None:
        body = {"password": self.password} | ({"code": self.laptop.code(self.secret)} if self.secret else {})
        answer = self.laptop.entered(self.run(self.laptop.post(f"{AUTH}/step-up", body)))
        self._owner_did(answer)

    # The intruder, who knows a password

    def _browser(self, number: int) -> Browser | None:
        return self.others.browsers[number % len(self.others.browsers)] if self.others.browsers else None

    def intruder_logs_in(self, number: int) -> None:
        new = number % 2 == 0
        browser = None if new and len(self.others.browsers) < 4 else self._browser(number)
        if browser is None:
            browser = self.stage.browser()
            self.others.browsers.append(browser)
        secrets: list[str | None] = [*self.others.secrets[-1:]] or [None]
        tries = [(password, secret) for password in self.others.passwords[-2:] for secret in secrets]
        answers = [self.run(browser.log_in(self.address, password, secret)) for password, secret in tries]
        self._others_did(*answers)

    def intruder_logs_in_by_passkey(self, number: int) -> None:
        if not (self.others.devices):
            return
        device = self.others.devices[number % len(self.others.devices)]
        browser = self._browser(number)
        if browser is None or (number % 2 == 0 and len(self.others.browsers) < 4):
            browser = self.stage.browser()
            self.others.browsers.append(browser)
        self._others_did(self.run(browser.log_in_by(device)))

    def intruder_adds_a_passkey(self, number: int) -> None:
        if not (self.others.browsers):
            return
        browser, device = self.others.browsers[number % len(self.others.browsers)], Authenticator()
        answer = self.run(browser.make_passkey(device, "evil.example"))
        if answer.status_code == 201:
            self.others.devices.append(device)
        self._others_did(answer)

    def intruder_turns_an_app_on(self, number: int) -> None:
        if not (self.others.browsers):
            return
        browser = self.others.browsers[number % len(self.others.browsers)]
        begun = self.run(browser.post(f"{ME}/factors/totp"))
        if begun.status_code == 201:
            secret = begun.json()["secret"]
            done = self.run(browser.post(f"{ME}/factors/totp/confirm", {"code": browser.code(secret)}))
            if done.status_code == 200:
                self.others.secrets.append(secret)
                self.others.codes += done.json()["recovery_codes"]
                self._wait(timedelta(minutes=1))
            self._others_did(done)

    def intruder_moves_the_account(self, number: int) -> None:
        if not (self.others.browsers):
            return
        browser = self.others.browsers[number % len(self.others.browsers)]
        other = f"second.{self.thief_email}" if number % 2 else self.thief_email
        asked = self.run(browser.ask_new_email(other))
        if asked.status_code == 202:
            token = self.run(self.stage.link(other, "verify/#change="))
            self._others_did(asked, self.run(browser.press("confirm-email", token)))

    def intruder_acts(self, number: int) -> None:
        if not self.others.browsers:
            return
        act = SINGLE_ACTS[number % len(SINGLE_ACTS)]
        browser = self.others.browsers[number % len(self.others.browsers)]
        answer = self.run(browser.send(*act))
        if "recovery-codes" in act[1] and answer.status_code == 200:
            self.others.codes += answer.json()["recovery_codes"]
            keep = {"set_id": answer.json()["set_id"]}
            self._others_did(self.run(browser.post(f"{ME}/factors/recovery-codes/keep", keep)))
        self._others_did(browser.entered(answer) if "access_token" in answer.text else answer)

    def intruder_changes_the_password(self, number: int) -> None:
        if not (self.others.browsers):
            return
        browser, new = self.others.browsers[number % len(self.others.browsers)], self._new_password("other")
        for known in self.others.passwords[-2:]:
            answer = self.run(browser.post(f"{ME}/password", {"current_password": known, "new_password": new}))
            if answer.status_code == 200:
                browser.entered(answer)
                self.others.passwords.append(new)
            self._others_did(answer)

    def intruder_removes_a_passkey(self, number: int) -> None:
        if not (self.others.browsers):
            return
        browser = self.others.browsers[number % len(self.others.browsers)]
        listed = self.run(browser.send("GET", "/api/v1/passkeys"))
        if listed.status_code == 200 and listed.json()["passkeys"]:
            gone = listed.json()["passkeys"][0]["id"]
            self._others_did(self.run(browser.send("DELETE", f"/api/v1/passkeys/{gone}")))

    # The thief, who reads the owner's mailbox for a while, and those that the account had

    def mailbox_opens_or_closes(self, number: int) -> None:
        self.is_open = number % 2 == 0

    def thief_presses_a_link(self, number: int) -> None:
        if not (self.others.links):
            return
        links = sorted(self.others.links)
        act, token = links[number % len(links)]
        thief = self.stage.browser()
        paths = {NOT_ME: "not-me", UNDO: "undo-email", KEEP: "keep", "verify/#change=": "confirm-email",
                 "verify/#unlock=": "unlock", "verify/#": "verify-email"}  # fmt: skip
        if act == RESET:
            self._thief_resets(thief, token)
            return
        pressed = thief.verify(token) if act == "verify/#" else thief.press(paths[act], token)
        answer = self.run(pressed)
        self._others_did(answer)
        if answer.status_code == 200 and answer.json().get("reset_token"):
            self._thief_resets(thief, answer.json()["reset_token"])

    def thief_forgets_the_password(self, _: int) -> None:
        thief = self.stage.browser()
        self._others_did(self.run(thief.forgot(self.address)))

    def _thief_resets(self, thief: Browser, token: str) -> None:
        new = self._new_password("thief")
        answer = self.run(thief.reset(token, new))
        if answer.status_code == 204:
            self.others.passwords.append(new)
        self._others_did(answer)

    # Time

    def time_passes(self, number: int) -> None:
        self._wait(SPANS[number % len(SPANS)])
        self.run(self.stage.purge())

    def _wait(self, by: timedelta) -> None:
        if self.passed + by < LONGEST:
            self.passed += by
            self.run(self.stage.later(by))

    def _new_password(self, whose: str) -> str:
        self._count = getattr(self, "_count", 0) + 1
        return f"{whose} has {self._count} {_words[self._count % 6]} herons at {_words[self._count % 5]} noon"

    # The end

    def teardown(self) -> None:
        if not hasattr(self, "laptop"):
            return
        self.is_open = False
        self._sort_links(mine=False)
        if self.was_taken:
            self._come_back()
            self._nobody_else_is_left()
        self.run(self.stage.close())

    def _come_back(self) -> None:
        """The owner undoes the first change of address, or presses «not me»; chooses a password; presses the rest.

        The rest has what was mailed of the acts that came between.
        """
        owner = self.stage.browser()
        token = self._press_all(owner)
        self._others_come_between()
        self._sort_links(mine=False)  # mails of what came between have arrived, too
        if token is None or self.run(owner.reset(token)).status_code != 204:
            self.run(self.stage.later(timedelta(hours=1)))  # past the bound of mails that the thief may have used up
            token = self._press_all(owner, undo_only=True)
            if token is None:
                self.run(owner.forgot(self.email))
                token = self.run(self.stage.link(self.email, RESET))
            answer = self.run(owner.reset(token))
            assert answer.status_code == 204, answer.text
        self._press_all(owner)
        for act, text in self.foreign:
            if act == KEEP:
                _no_crash(self.run(owner.press("keep", text)))

    def _press_all(self, owner: Browser, *, undo_only: bool = False) -> str | None:
        """Press every link of the owner's mailbox that somebody else caused; the token that chooses a password."""
        undone = [link for link in self.foreign if link[0] == UNDO]
        reported = [link for link in self.foreign if link[0] == NOT_ME and not undo_only]
        token = None
        for act, text in [*undone, *reported]:
            answer = self.run(owner.press("undo-email" if act == UNDO else "not-me", text))
            _no_crash(answer)
            if answer.status_code == 200:
                token = answer.json()["reset_token"] or token
        return token

    def _others_come_between(self) -> None:
        """What is done after the report and before the new password."""
        for number in range(4):
            self.intruder_logs_in(number)
            self.intruder_logs_in_by_passkey(number)
            self.intruder_adds_a_passkey(number)
        self.intruder_turns_an_app_on(0)
        self.intruder_moves_the_account(0)
        self.thief_presses_a_link(0)

    def _nobody_else_is_left(self) -> None:
        row = self.run(self.stage.scalar("SELECT email FROM users WHERE id = $1", self.user_id))
        assert row == self.email, "the address is not the owner's"
        due = self.run(self.stage.scalar("SELECT deletion_due_at FROM users WHERE id = $1", self.user_id))
        assert due is None, "the account is still to be deleted"
        for browser in self.others.browsers:
            assert not self.run(browser.is_in()), "somebody else is signed in"
        for device in self.others.devices:
            assert self.run(self.stage.browser().log_in_by(device)).status_code != 200, "a passkey of others works"
        self._no_link_opens()
        self._owner_gets_in()
        for password in self.others.passwords:
            answer = self.run(self.stage.browser().log_in(self.email, password))
            assert answer.status_code in {401, 429}, "a password of others works"
            assert "ticket" not in answer.json(), "a password of others is right"
        explained = self.run(
            self.stage.scalar(
                "SELECT count(*) FROM audit_events WHERE user_id = $1 AND kind IN"
                " ('not_me', 'email_change_undone', 'password_reset')",
                self.user_id,
            )
        )
        assert explained, "the trail does not tell of it"

    def _no_link_opens(self) -> None:
        for act, token in sorted(self.others.links):
            thief = self.stage.browser()
            if act == RESET:
                assert self.run(thief.reset(token)).status_code >= 400, "a link of others chooses a password"
            elif act in {NOT_ME, UNDO}:
                answer = self.run(thief.press("not-me" if act == NOT_ME else "undo-email", token))
                opened = answer.status_code == 200 and answer.json()["reset_token"]
                assert not opened, "a link of others begins a reset"
            elif act == "verify/#change=":
                assert self.run(thief.press("confirm-email", token)).status_code >= 400, "others move the account"

    def _owner_gets_in(self) -> None:
        self.run(self.stage.later(timedelta(minutes=16)))  # past the longest wait that others can have caused
        body = {"email": self.email, "password": NEW_PASSWORD}
        answer = self.run(self.laptop.post(f"{AUTH}/login", body))
        told = answer.json()
        if answer.status_code == 401 and "ticket" in told:
            if self._is_owners_app():
                assert self.secret is not None
                step = {"ticket": told["ticket"], "code": self.laptop.code(self.secret)}
                answer = self.run(self.laptop.post(f"{AUTH}/login/totp", step))
            else:
                assert told.get("may_remove"), "an app of others locks the owner out"
                path = f"{AUTH}/login/remove-authenticator"
                assert self.run(self.laptop.post(path, {"ticket": told["ticket"]})).status_code == 204
                answer = self.run(self.laptop.post(f"{AUTH}/login", body))
        assert answer.status_code == 200, f"the owner cannot log in: {answer.text}"

    def _is_owners_app(self) -> bool:
        """Whether the app that is asked for is the one that the owner turned on."""
        turned_on_in = self.run(
            self.stage.scalar(
                "SELECT s.device_id FROM totp t JOIN sessions s ON s.id = t.confirmed_in WHERE t.user_id = $1",
                self.user_id,
            )
        )
        first = self.run(
            self.stage.scalar(
                "SELECT device_id FROM sessions WHERE user_id = $1 ORDER BY created_at, id LIMIT 1", self.user_id
            )
        )
        return turned_on_in == first


def _no_crash(*answers: httpx.Response) -> None:
    """No flow answers 5xx, whatever was done before."""
    for answer in answers:
        assert answer.status_code < 500, (answer.request.method, answer.request.url.path, answer.text)
