"""The flows of the front door in Firefox, WebKitGTK and Chromium. Names of tests are rows of docs/browsers.md."""

from pathlib import Path

import pytest

from tests.browsers.conftest import Running
from tests.browsers.person import Visit
from tests.letterbox import code_in, kept, words
from tests.waiting import wait_for

PAGES = ("/dashboard/", "/dashboard/security/", "/dashboard/settings/")
SHOWN = {
    "/dashboard/": "Not subscribed",
    "/dashboard/security/": "Two-step log-in",
    "/dashboard/settings/": "New e-mail address",
}
REMEMBER_PERSISTED = "(addEventListener('pageshow', (event) => { window.persisted = event.persisted; }), 1)"


def mailed_code(home: Path, email: str) -> str:
    def code() -> str | None:
        found = [
            mail for mail in kept(home / "data" / "mails") if mail["To"] == email and "is your code" in mail["Subject"]
        ]
        return code_in(words(found[-1])) if found else None

    return wait_for(code, "the mail with the code")


def test_sign_up(visit: Visit) -> None:
    visit.sign_up()
    visit.log_out()


def test_log_in_with_a_wrong_and_the_right_password(visit: Visit) -> None:
    visit.sign_up()
    visit.log_out()
    visit.log_in("not the password of ada")
    visit.sees("Invalid credentials")
    visit.log_in()
    visit.sees_dashboard()
    visit.log_out()


def test_reload_keeps_the_session(visit: Visit) -> None:
    visit.sign_up()
    visit.tab.reload()
    visit.sees_dashboard()
    visit.log_out()


def test_log_out_and_log_in_reach_the_second_tab(visit: Visit) -> None:
    visit.sign_up()
    second = visit.another_tab()
    visit.open("/dashboard/", second)
    visit.sees_dashboard(second)
    visit.log_out()
    visit.sees("Keep me signed in", second)
    visit.log_in()
    visit.sees_dashboard()
    visit.sees_dashboard(second)
    visit.log_out()


@pytest.mark.parametrize("path", PAGES)
def test_back_into_the_dashboard(visit: Visit, path: str) -> None:
    visit.sign_up()
    visit.open(path)
    visit.sees(SHOWN[path])
    assert visit.tab.evaluate(REMEMBER_PERSISTED) == 1
    visit.open("/no/such/page/")
    visit.tab.back()
    visit.sees(SHOWN[path])
    if path == "/dashboard/":
        # From the cache, which is what this is about; Firefox does not keep every page.
        assert visit.tab.evaluate("window.persisted") is True
    visit.press("Subscription")
    visit.sees_dashboard()
    visit.log_out()


def test_back_shows_nothing_after_a_log_out(visit: Visit) -> None:
    visit.sign_up()
    second = visit.another_tab()
    visit.open("/dashboard/", second)
    visit.sees_dashboard(second)
    visit.open("/no/such/page/", second)
    visit.log_out()
    second.back()
    visit.sees("Keep me signed in", second)
    assert visit.email not in second.evaluate("document.documentElement.innerText")


def test_offline(visit: Visit, product: Running) -> None:
    visit.sign_up()
    visit.log_out()
    product.stop()
    visit.log_in()
    visit.sees("We cannot be reached from here")
    product.start()
    visit.log_in()
    visit.sees_dashboard()
    visit.log_out()


def test_verification_by_the_code(visit: Visit, product: Running) -> None:
    visit.sign_up()
    visit.open("/dashboard/settings/")
    visit.press("I have a code")
    visit.type("Code from the mail", mailed_code(product.home, visit.email))
    visit.press("Confirm")
    visit.sees("Your e-mail address is confirmed.")
    visit.log_out()


def test_export_of_the_data(visit: Visit) -> None:
    visit.sign_up()
    visit.open("/dashboard/settings/")
    visit.press("Show my data")
    visit.sees("Here is your data.")
    visit.press("Save it as a file")
    visit.log_out()
