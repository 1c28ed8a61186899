"""The host a request names must be the public one.

Otherwise a forged `Host` ends up in links, and a page of another name that resolves here (DNS rebinding) speaks to a
local server as if it were its own.
"""

from urllib.parse import quote, urlsplit

from starlette.types import Scope

from doorstep.web.failures import WrongHost
from doorstep.web.header_lines import HeaderLines
from doorstep.web.probes import PROBES

_DEFAULT_PORTS = {"http": 80, "https": 443}
_AS_IT_IS = "/%:@!$&'()*+,;=~"


class HostPin:
    """Lets requests pass whose `Host` is that of `origin`.

    `/healthz` and `/readyz` answer under any name, since probes come by address. When the public host is `localhost`,
    a GET or HEAD to 127.0.0.1 or [::1] on the same port is sent on to it (308): passkeys need the name.
    """

    def __init__(self, *, origin: str) -> None:
        self._origin = origin.lower()
        parts = urlsplit(self._origin)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        self._hosts = _spellings(parts.netloc.rpartition(f":{port}")[0] or parts.netloc, port, parts.scheme)
        self._loopbacks: frozenset[bytes] = frozenset()
        if parts.hostname == "localhost":
            self._loopbacks = _spellings("127.0.0.1", port, parts.scheme) | _spellings("[::1]", port, parts.scheme)

    def moved_to(self, scope: Scope, lines: HeaderLines) -> str | None:
        """Where to send a request that came by a loopback address; None when it came to the right host.

        Raises WrongHost for others.
        """
        if scope["path"] in PROBES:
            return None
        named = lines.get(b"host", ())
        if len(named) != 1:
            raise WrongHost
        host = named[0].lower()
        if host in self._hosts:
            return None
        if host in self._loopbacks and scope["method"] in {"GET", "HEAD"}:
            return self._moved(scope)
        raise WrongHost

    def _moved(self, scope: Scope) -> str:
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        # Without the leading slash a path such as "@example.org" would turn our host into a user name.
        path = "/" + quote(raw.removeprefix(b"/"), safe=_AS_IT_IS)
        query = quote(scope["query_string"], safe=_AS_IT_IS + "?")
        return f"{self._origin}{path}?{query}" if query else f"{self._origin}{path}"


def _spellings(host: str, port: int, scheme: str) -> frozenset[bytes]:
    spelled = {f"{host}:{port}".encode()}
    if port == _DEFAULT_PORTS[scheme]:
        spelled.add(host.encode())
    return frozenset(spelled)
