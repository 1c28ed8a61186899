"""Signed-in users of a running server: each in one browser of their own, which is known from the second time on."""

from bench.served import Served


class Members:
    """So many users from number `first` on.

    A known browser brings no letter about a new one, whose sending would be measured. `refresh_cookie` is the name that
    the build gives to that cookie, from the first sign-in on.
    """

    refresh_cookie = ""

    def __init__(self, server: Served, count: int, first: int = 0) -> None:
        self._server = server
        self._first = first
        self._devices = [""] * count

    def sign_in(self) -> list[tuple[str, str]]:
        """A session for each: access token and refresh token."""
        tokens = []
        for at, device in enumerate(self._devices):
            number = self._first + at
            access, given = self._server.log_in(number, f"10.9.{number >> 8 & 255}.{number & 255}", device)
            kept = given.split("; ")
            self._devices[at] = next(cookie for cookie in kept if cookie.split("=")[0].endswith("-device"))
            kept.remove(self._devices[at])
            self.refresh_cookie, refresh = kept[0].split("=", 1)
            tokens.append((access, refresh))
        return tokens
