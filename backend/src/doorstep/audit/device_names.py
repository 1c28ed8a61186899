"""What to call a browser: «Firefox on Linux», from its user agent. For the owner's eyes; nothing is decided by it."""

import re

from doorstep.audit.models import COMMAND_LINE, Client, is_operator

_BROWSERS = (
    (re.compile(r"Edg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/|Chromium/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
    (re.compile(r"^curl/"), "curl"),
    (re.compile(r"python|httpx|axios|okhttp|Go-http|Java/", re.IGNORECASE), "A program"),
)
_SYSTEMS = (
    (re.compile(r"iPhone"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Macintosh|Mac OS X"), "Mac"),
    (re.compile(r"Linux|X11"), "Linux"),
)
UNKNOWN = "Unknown device"
THE_OPERATOR = "The operator"


def actor_name(client: Client) -> str:
    """Who did something, for the user's eyes: the operator by a command, or a browser or program by its name."""
    return THE_OPERATOR if is_operator(client) else device_name(client.user_agent)


def actor_for_operators(client: Client) -> str:
    """The same for operators, who also see which of them it was; empty where nobody asked, or it is forgotten."""
    if client == Client():
        return ""
    if not is_operator(client):
        return actor_name(client)
    _, _, name = (client.user_agent or "").removeprefix(COMMAND_LINE).partition(", ")
    return f"{THE_OPERATOR} ({name})" if name else THE_OPERATOR


def device_name(user_agent: str | None) -> str:
    """A short name; `UNKNOWN` when the text says nothing that we know."""
    text = user_agent or ""
    browser = next((name for pattern, name in _BROWSERS if pattern.search(text)), None)
    system = next((name for pattern, name in _SYSTEMS if pattern.search(text)), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or UNKNOWN
