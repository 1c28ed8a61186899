import pytest

from doorstep.audit.device_names import actor_for_operators, actor_name, device_name
from doorstep.audit.models import OPERATOR, Client, operator_called


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/19.0 Safari/605", "Safari on Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/142.0 Safari/537 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537 Chrome/142.0 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (Linux; Android 16; SM-S) SamsungBrowser/28 Chrome/130 Mobile", "Samsung Internet on Android"),
        ("Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605 CriOS/142 Safari/604", "Chrome on iPad"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/142.0 Safari/537", "Chrome on ChromeOS"),
        ("curl/8.9.1", "curl"),
        ("python-httpx/0.28.1", "A program"),
        ("", "Unknown device"),
        (None, "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
    ],
)
def test_a_browser_has_a_name_people_know(user_agent: str | None, name: str) -> None:
    assert device_name(user_agent) == name


def test_only_commands_are_the_operators() -> None:
    assert actor_name(OPERATOR) == "The operator"
    passing_for = Client("203.0.113.7", OPERATOR.user_agent, "request-1")
    assert actor_name(passing_for) == "Unknown device"


def test_operators_see_which_of_them_it_was_and_users_do_not() -> None:
    ada = operator_called("root for ada, of the night shift")
    assert actor_for_operators(ada) == "The operator (root for ada, of the night shift)"
    assert actor_name(ada) == "The operator"
    assert actor_for_operators(OPERATOR) == "The operator"
    assert actor_for_operators(Client()) == ""
    assert actor_for_operators(Client("203.0.113.7", ada.user_agent, "request-1")) == "Unknown device"
