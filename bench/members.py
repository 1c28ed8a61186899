"""Signed-in users of a running server: each in one browser of their own, which is known from the second time on."""

from bench.served import Served

_DEVICE = "-device"


class Members:
    """So many users from number `first` on.

    A known browser brings no letter about a new one, whose sending would be measured.
    """

    def __init__(self, server: Served, count: int, first: int = 0) -> None:
        self._server = server
        self._first = first
        self._devices = [""] * count

    def refresh_cookie(self) -> str:
        """What this build calls it: the port is part of the name, and was not in earlier ones."""
        _, given = self._server.log_in(self._first, "10.9.0.0")
        return _names(given)[0]

    def sign_in(self) -> list[tuple[str, str]]:
        """A session for each: access token and refresh token."""
        tokens = []
        for at, device in enumerate(self._devices):
            number = self._first + at
            access, given = self._server.log_in(number, f"10.9.{number >> 8 & 255}.{number & 255}", device)
            kept = dict(cookie.split("=", 1) for cookie in given.split("; "))
            refresh_name, device_name = _names(given)
            self._devices[at] = f"{device_name}={kept[device_name]}"
            tokens.append((access, kept[refresh_name]))
        return tokens


def _names(given: str) -> tuple[str, str]:
    device = next(name for cookie in given.split("; ") if (name := cookie.split("=", 1)[0]).endswith(_DEVICE))
    return device.removesuffix(_DEVICE), device
