"""The headers that every answer carries, errors, redirects and 304s included.

Sources: OWASP Secure Headers, ASVS 5.0 section 3.4, RFC 6797 (HSTS). A route that has something better to say (a
page's own Content-Security-Policy, a cacheable answer) says it, and is left alone.
"""

from collections.abc import Iterable
from typing import Final, TypeAlias

Header: TypeAlias = tuple[bytes, bytes]
"""One line of an answer: name and value."""

# Only what Chromium knows by name: it complains in the console about others.
_DENIED: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
_OURS: Final = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
_PERMISSIONS = ", ".join([*(f"{name}=()" for name in _DENIED), *(f"{name}=(self)" for name in _OURS)])

_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TWO_YEARS: Final = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Adds each header that the answer does not bring itself; HSTS (two years) only when people come by `https`."""

    def __init__(self, *, https: bool) -> None:
        headers = {**_ALWAYS, "Strict-Transport-Security": _TWO_YEARS} if https else _ALWAYS
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._names = frozenset(name for name, _ in self._headers)

    def added_to(self, own: Iterable[Header]) -> list[Header]:
        """The headers of an answer, `own` first. ASGI has their names in small letters."""
        headers = list(own)
        brought = {name for name, _ in headers}
        if self._names.isdisjoint(brought):
            headers += self._headers
        else:
            headers += [header for header in self._headers if header[0] not in brought]
        return headers
