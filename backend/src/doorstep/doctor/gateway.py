"""Asking a running server, as a browser would and as the operator may. Changes nothing there.

`/healthz` with a pass shows what proxies make of a request; a log-out without a cookie shows which flags cookies arrive
with, since it expires one that nobody has; the key set tells which database the server works on.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from doorstep.doctor.models import Heard, Saw
from doorstep.doctor.policy.web import MARK
from doorstep.kit.clock import Clock

_PATIENCE = 5.0
_LONGEST = 100_000  # bytes of an answer that are read
_OK = 200


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the public URL, or the server's own address, where `host` is still the public one."""

    scheme: str
    address: str
    port: int
    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def public_target(origin: str) -> Target:
    """The public URL, through whatever stands in front."""
    parts = urlsplit(origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Target(parts.scheme, parts.hostname or "", port, parts.netloc, origin)


def direct_target(origin: str, host: str, port: int) -> Target:
    """The server itself, past the proxy; an address for all interfaces is asked by loopback."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 -- not bound to
    return Target("http", address, port, urlsplit(origin).netloc, origin)


def hear(target: Target, operator_pass: str | None, clock: Clock) -> Heard:
    """What the server there answers; `trouble` says why nothing did."""
    passes = {"X-Doorstep-Doctor": operator_pass} if operator_pass else {}
    try:
        health = _ask(target, "GET", "/healthz", {"X-Forwarded-For": MARK, **passes})
        ahead = _ahead(health.headers.get("Date"), clock)
        act = _ask(
            target,
            "POST",
            "/api/v1/auth/logout",
            {"Origin": target.origin, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
            b"{}",
        )
        key_set = _ask(target, "GET", "/.well-known/jwks.json", {})
    except ssl.SSLCertVerificationError as refused:
        return Heard(trouble=f"its certificate is refused ({refused.verify_message})")
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        return Heard(trouble=_words(trouble))
    return Heard(
        is_doorstep=health.status == _OK and _object(health.body).get("status") == "ok",
        ahead=ahead,
        saw=_saw(health.headers.get("X-Doorstep-Saw")),
        act=act.status,
        cookies=tuple(act.headers.get_all("Set-Cookie", [])),
        hsts="Strict-Transport-Security" in health.headers,
        kids=_kids(key_set.body),
    )


def _ask(target: Target, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> _Answer:
    if target.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            target.address, target.port, timeout=_PATIENCE, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(target.address, target.port, timeout=_PATIENCE)
    try:
        connection.request(method, path, body, {"Host": target.host, "User-Agent": "doorstep doctor", **headers})
        response = connection.getresponse()
        return _Answer(response.status, response.headers, response.read(_LONGEST))
    finally:
        connection.close()


def _words(trouble: Exception) -> str:
    match trouble:
        case ConnectionRefusedError():
            return "nobody listens there"
        case TimeoutError():
            return f"no answer came within {_PATIENCE:.0f} s"
        case socket.gaierror():
            return "its name is not known"
        case _:
            return f"the answer cannot be read ({type(trouble).__name__})"


def _ahead(date: str | None, clock: Clock) -> timedelta | None:
    """How far an HTTP date, which has whole seconds, is ahead of our clock."""
    try:
        ahead = parsedate_to_datetime(date or "") - clock()
    except (TypeError, ValueError):
        return None
    return ahead + timedelta(seconds=0.5)


def _object(raw: bytes | str) -> dict[str, object]:
    try:
        parsed = json.loads(raw)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _saw(header: str | None) -> Saw | None:
    shown = _object(header or "")
    address, forwarded = shown.get("address"), shown.get("forwarded")
    if not isinstance(address, str) or not isinstance(forwarded, list):
        return None
    return Saw(address, tuple(str(hop) for hop in forwarded))


def _kids(raw: bytes) -> frozenset[str]:
    keys = _object(raw).get("keys")
    return frozenset(str(key["kid"]) for key in keys if "kid" in key) if isinstance(keys, list) else frozenset()
