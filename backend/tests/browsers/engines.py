"""Firefox, WebKitGTK and Chromium, each driven by a protocol of its own, with their back/forward caches on."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browsers.bidi import Bidi
from tests.browsers.webdriver import WebDriver
from tests.cli.process import free_port
from tests.e2e.product import FLAGS
from tests.waiting import wait_for

Made = TypeVar("Made")


class Tab(Protocol):
    """One tab of a browser."""

    def open(self, address: str) -> None: ...

    def back(self) -> None: ...

    def close(self) -> None: ...

    def reload(self) -> None: ...

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - what the page makes of it
        """The value of an expression of JSON's types."""


class Browser(Protocol):
    """A browser with a profile of its own."""

    version: str

    def tab(self) -> Tab:
        """A tab beside the others."""


class _FirefoxTab:
    def __init__(self, bidi: Bidi, context: str) -> None:
        self._bidi, self._context = bidi, context

    def open(self, address: str) -> None:
        self._bidi.tell("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def back(self) -> None:
        self._bidi.tell("browsingContext.traverseHistory", context=self._context, delta=-1)

    def close(self) -> None:
        self._bidi.tell("browsingContext.close", context=self._context)

    def reload(self) -> None:
        self._bidi.tell("browsingContext.reload", context=self._context, wait="complete")

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - as promised above
        done = self._bidi.tell(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        assert done["type"] == "success", done["exceptionDetails"]["text"]
        return json.loads(done["result"].get("value", "null"))


class _Firefox:
    def __init__(self, bidi: Bidi, version: str) -> None:
        self._bidi, self.version = bidi, version

    def tab(self) -> Tab:
        made = self._bidi.tell("browsingContext.create", type="tab")
        return _FirefoxTab(self._bidi, made["context"])


class _WebKitTab:
    def __init__(self, driver: WebDriver, handle: str) -> None:
        self._driver, self._handle = driver, handle

    def _here(self) -> WebDriver:
        self._driver.post("/window", handle=self._handle)
        return self._driver

    def open(self, address: str) -> None:
        self._here().post("/url", url=address)

    def back(self) -> None:
        self._here().post("/back")

    def close(self) -> None:
        self._here().drop("/window")

    def reload(self) -> None:
        self._here().post("/refresh")

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - as promised above
        return json.loads(
            self._here().post("/execute/sync", script=f"return JSON.stringify({expression}) ?? 'null'", args=[])
        )


class _WebKit:
    def __init__(self, driver: WebDriver, version: str) -> None:
        self._driver, self.version = driver, version

    def tab(self) -> Tab:
        made = self._driver.post("/window/new", type="tab")
        return _WebKitTab(self._driver, made["handle"])


class _ChromiumTab:
    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def back(self) -> None:
        # Playwright waits for a load, which a page from the cache has not.
        self._page.evaluate("() => { history.back(); }")

    def close(self) -> None:
        self._page.close()

    def reload(self) -> None:
        self._page.reload()

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - as promised above
        return json.loads(self._page.evaluate(f"JSON.stringify({expression}) ?? 'null'"))


class _Chromium:
    def __init__(self, context: BrowserContext, version: str) -> None:
        self._context, self.version = context, version

    def tab(self) -> Tab:
        return _ChromiumTab(self._context.new_page())


def _version_of(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@contextmanager
def _process(*command: str, home: Path, **more: str) -> Iterator[None]:
    own = {**os.environ, "HOME": str(home), "LANG": "C.UTF-8", **more}
    with (home / "browser.log").open("wb") as log:
        started = subprocess.Popen(command, env=own, stdout=log, stderr=log, cwd=home)
    try:
        yield
    finally:
        started.terminate()
        started.wait(timeout=30)


def _when_there(make: Callable[[], Made], what: str) -> Made:
    def attempt() -> Made | None:
        try:
            return make()
        except OSError:
            return None

    return wait_for(attempt, what, seconds=60)


@contextmanager
def firefox(home: Path) -> Iterator[Browser]:
    """Debian's firefox-esr, by its own BiDi."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    assert program, "firefox-esr is not on this machine"
    profile = home / "profile"
    profile.mkdir(parents=True)
    quiet = {
        "browser.shell.checkDefaultBrowser": False,
        "app.update.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
    }
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in quiet.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="ascii")
    port = free_port()
    with _process(program, "--headless", "--profile", str(profile), "--remote-debugging-port", str(port), home=home):
        bidi = _when_there(lambda: Bidi(port), "a session with Firefox")
        yield _Firefox(bidi, _version_of(program, "--version"))
        bidi.close()


@contextmanager
def webkit(home: Path) -> Iterator[Browser]:
    """WebKitGTK's MiniBrowser by its driver, on a screen of its own."""
    browser = next(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"), None)
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    assert browser, "webkit2gtk's MiniBrowser is not on this machine"
    assert driver, "webkit2gtk-driver is not on this machine"
    assert screen, "xvfb is not on this machine"
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with ExitStack() as stack:
        ready, told = os.pipe()
        shown = subprocess.Popen(
            [screen, "-displayfd", str(told), "-screen", "0", "1280x900x24"], pass_fds=[told], stderr=subprocess.DEVNULL
        )
        stack.callback(shown.wait, timeout=30)
        stack.callback(shown.terminate)
        os.close(told)
        with os.fdopen(ready) as number:
            display = f":{number.readline().strip()}"
        stack.enter_context(_process(driver, f"--port={port}", home=home, DISPLAY=display))
        options = {"binary": str(browser), "args": ["--automation"]}
        session = _when_there(lambda: WebDriver(port, {"webkitgtk:browserOptions": options}), "a session with WebKit")
        yield _WebKit(session, f"WebKitGTK {session.version}")
        session.close()


@contextmanager
def chromium(home: Path) -> Iterator[Browser]:
    """The Chromium of the browser tests. Playwright would switch its back/forward cache off."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=os.environ.get("DOORSTEP_CHROMIUM") or shutil.which("chromium"),
            args=list(FLAGS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        context = launched.new_context(locale="en-US")
        yield _Chromium(context, f"Chromium {launched.version}")
        launched.close()


ENGINES = {"firefox": firefox, "webkitgtk": webkit, "chromium": chromium}
