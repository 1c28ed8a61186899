"""What comes in under `/api/` is JSON, and strict JSON, before FastAPI reads it.

It stands in front of the routes rather than in them, so that no route can forget it and the routes stay ordinary ones
with pydantic bodies.
"""

from collections.abc import Sequence

from starlette.types import Scope

from doorstep.web.failures import UnsupportedMediaType
from doorstep.web.header_lines import HeaderLines, first
from doorstep.web.strict_json import check_json

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def require_json(scope: Scope, lines: HeaderLines, body: bytes) -> None:
    """Let a body under `/api/` pass when it is strict JSON, and a request without one.

    Raises UnsupportedMediaType for another content type or a compressed body, and what `check_json` raises.
    """
    if not body or scope["method"] not in _WITH_BODY or not scope["path"].startswith("/api/"):
        return
    if not is_json(lines.get(b"content-type", ())) or first(lines, b"content-encoding", "identity") != "identity":
        raise UnsupportedMediaType
    check_json(body)


def is_json(content_types: Sequence[bytes]) -> bool:
    """Whether the one content type is `application/json`, in UTF-8 where it names a charset."""
    if len(content_types) != 1:
        return False
    if content_types[0] == b"application/json":  # as all of ours are sent
        return True
    essence, *parameters = (part.strip().lower() for part in content_types[0].decode("latin-1").split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    return essence == "application/json" and all(charset in {"utf-8", "utf8"} for charset in charsets)
