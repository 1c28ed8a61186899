"""Signed-in users of a running server: each in one browser of their own, which is known from the second time on."""

from bench.served import Served
from doorstep.api.cookies import DEVICE_NAMES, REFRESH_NAMES

REFRESH_COOKIE = REFRESH_NAMES[False]
_DEVICE_COOKIE = DEVICE_NAMES[False]


class Members:
    """So many users from number `first` on.

    A known browser brings no letter about a new one, whose sending would be measured.
    """

    def __init__(self, server: Served, count: int, first: int = 0) -> None:
        self._server = server
        self._first = first
        self._devices = [""] * count

    def sign_in(self) -> list[tuple[str, str]]:
        """A session for each: access token and refresh token."""
        tokens = []
        for at, device in enumerate(self._devices):
            number = self._first + at
            cookies = f"{_DEVICE_COOKIE}={device}" if device else ""
            access, given = self._server.log_in(number, f"10.9.{number >> 8 & 255}.{number & 255}", cookies)
            kept = dict(cookie.split("=", 1) for cookie in given.split("; "))
            self._devices[at] = kept[_DEVICE_COOKIE]
            tokens.append((access, kept[REFRESH_COOKIE]))
        return tokens
