"""What comes in under `/api/` is JSON, and strict JSON, before FastAPI reads it.

It stands in front of the routes rather than in them, so that no route can forget it and the routes stay ordinary ones
with pydantic bodies.
"""

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from doorstep.web.body import replay
from doorstep.web.failures import UnsupportedMediaType
from doorstep.web.middleware import HttpMiddleware
from doorstep.web.strict_json import check_json

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class JsonBody(HttpMiddleware):
    """Lets bodies under `/api/` pass when they are strict JSON; stands inside `BodyLimit`.

    Raises UnsupportedMediaType for another content type or a compressed body, and what `check_json` raises. A request
    without a body passes without a content type.
    """

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in _WITH_BODY and scope["path"].startswith("/api/"):
            body: bytes = (await receive())["body"]  # one message: BodyLimit has gathered it
            if body:
                headers = Headers(scope=scope)
                if not is_json(headers) or headers.get("content-encoding", "identity") != "identity":
                    raise UnsupportedMediaType
                check_json(body)
            receive = replay(body, receive)
        await self._app(scope, receive, send)


def is_json(headers: Headers) -> bool:
    """Whether the one content type is `application/json`, in UTF-8 where it names a charset."""
    lines = headers.getlist("content-type")
    if len(lines) != 1:
        return False
    essence, *parameters = (part.strip().lower() for part in lines[0].split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    return essence == "application/json" and all(charset in {"utf-8", "utf8"} for charset in charsets)
