"""The host a request names must be the public one.

Otherwise a forged `Host` ends up in links, and a page of another name that resolves here (DNS rebinding) speaks to a
local server as if it were its own.
"""

from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from doorstep.web.failures import WrongHost
from doorstep.web.middleware import HttpMiddleware

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PROBES = frozenset({"/healthz", "/readyz"})
_AS_IT_IS = "/%:@!$&'()*+,;=~"


class HostPin(HttpMiddleware):
    """Passes requests whose `Host` is that of `origin`; raises WrongHost for others.

    `/healthz` and `/readyz` answer under any name, since probes come by address. When the public host is `localhost`,
    a GET or HEAD to 127.0.0.1 or [::1] on the same port is sent on to it (308): passkeys need the name.
    """

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        super().__init__(app)
        self._origin = origin.lower()
        parts = urlsplit(self._origin)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        self._hosts = _spellings(parts.netloc.rpartition(f":{port}")[0] or parts.netloc, port, parts.scheme)
        self._loopbacks: frozenset[str] = frozenset()
        if parts.hostname == "localhost":
            self._loopbacks = _spellings("127.0.0.1", port, parts.scheme) | _spellings("[::1]", port, parts.scheme)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in _PROBES:
            await self._app(scope, receive, send)
            return
        named = [host.lower() for host in Headers(scope=scope).getlist("host")]
        if len(named) != 1:
            raise WrongHost
        if named[0] in self._hosts:
            await self._app(scope, receive, send)
        elif named[0] in self._loopbacks and scope["method"] in {"GET", "HEAD"}:
            await RedirectResponse(self._moved(scope), 308)(scope, receive, send)
        else:
            raise WrongHost

    def _moved(self, scope: Scope) -> str:
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        # Without the leading slash a path such as "@example.org" would turn our host into a user name.
        path = "/" + quote(raw.removeprefix(b"/"), safe=_AS_IT_IS)
        query = quote(scope["query_string"], safe=_AS_IT_IS + "?")
        return f"{self._origin}{path}?{query}" if query else f"{self._origin}{path}"


def _spellings(host: str, port: int, scheme: str) -> frozenset[str]:
    spelled = {f"{host}:{port}"}
    if port == _DEFAULT_PORTS[scheme]:
        spelled.add(host)
    return frozenset(spelled)
