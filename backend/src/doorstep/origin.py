"""An origin as browsers write it: what is compared with their `Origin` and `Host` headers, and stands in tokens."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_USUAL_PORTS = {"http": 80, "https": 443}


def as_origin(url: str) -> str:
    """Scheme, host and port of the URL in RFC 6454's spelling: lower case, without a trailing slash or a usual port.

    Raises ValueError for anything with a path, a user, or a host that is no ASCII name or address.
    """
    text = url.lower().removesuffix("/")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _refused() from None
    host = parts.netloc if port is None else parts.netloc.removesuffix(f":{port}")
    if parts.scheme not in _USUAL_PORTS or _HOST.fullmatch(host) is None or text != f"{parts.scheme}://{parts.netloc}":
        raise _refused()
    return (
        f"{parts.scheme}://{host}" if port in {None, _USUAL_PORTS[parts.scheme]} else f"{parts.scheme}://{host}:{port}"
    )


def _refused() -> ValueError:
    return ValueError("must be a scheme and a host, such as https://example.org, without a path; write IDNs as xn--")
