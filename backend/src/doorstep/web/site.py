"""The static site: what the manifest names, from memory, and nothing else.

There is no path to traverse: an address is looked up in a dictionary made at build time by `site_build`. Files are read
once at start; a site is a few megabytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from doorstep.web.failures import MethodNotAllowed, NotFound
from doorstep.web.negotiation import accepts_html, best_encoding, matches_etag
from doorstep.web.page_policy import page_policy
from doorstep.web.site_manifest import Entry, read_manifest

PACKAGED: Final = Path(__file__).parent / "site"
"""Where the build puts the site: inside the package, so that the wheel has it."""

_YEAR: Final = "public, max-age=31536000, immutable"
_HOUR: Final = "public, max-age=3600"
_REVALIDATE: Final = "no-cache"
_UNBUILT: Final = "The site has not been built yet. Run `make site`, then start again.\n"


@dataclass(frozen=True, slots=True)
class _Variant:
    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class _Asset:
    headers: Mapping[str, str]
    variants: Mapping[str, _Variant]
    is_page: bool


class Site:
    """An ASGI application that serves the built site in `folder`; what it does not have, it refuses as NotFound.

    Pages answer with their own Content-Security-Policy, in the encoding that the browser likes best, with an ETag for
    each encoding. A form that was sent before its script had loaded (or without scripts at all) leads back to its page:
    what it carried is thrown away, and nothing of it stands in an address. Unknown addresses get the site's own 404
    page when the caller asks for HTML. Nothing under `/api/` is ever a page.
    """

    def __init__(self, folder: Path = PACKAGED) -> None:
        manifest = read_manifest(folder)
        self._assets = {path: _load(folder, entry) for path, entry in manifest.items()}
        self._not_found = self._assets.pop("404", None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as the ASGI specification has it."""
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        response = self._answer(scope["method"], scope["path"], Headers(scope=scope))
        await response(scope, receive, send)

    def _answer(self, method: str, path: str, headers: Headers) -> Response:
        reading = method in {"GET", "HEAD"}
        asset = self._assets.get(path)
        if asset is not None and reading:
            return _found(asset, headers)
        if asset is not None and method == "POST" and asset.is_page:
            return Response(status_code=303, headers={"Location": path, "Cache-Control": "no-store"})
        if asset is not None:
            raise MethodNotAllowed("GET, HEAD")
        if path == "/":
            return PlainTextResponse(_UNBUILT, 503)
        if reading and self._not_found and not path.startswith("/api/") and accepts_html(headers.get("accept", "")):
            return _missing(self._not_found, headers)
        raise NotFound


def _load(folder: Path, entry: Entry) -> _Asset:
    headers = {
        "Content-Type": entry["content_type"],
        "Cache-Control": _lifetime(entry),
        "Vary": "Accept-Encoding",
    }
    if entry["script_hashes"] is not None:
        headers["Content-Security-Policy"] = page_policy(entry["script_hashes"])
    return _Asset(
        headers,
        {
            encoding: _Variant((folder / variant["file"]).read_bytes(), variant["etag"])
            for encoding, variant in entry["variants"].items()
        },
        is_page=entry["script_hashes"] is not None,
    )


def _lifetime(entry: Entry) -> str:
    if entry["immutable"]:
        return _YEAR
    return _HOUR if entry["content_type"].startswith("image/") else _REVALIDATE


def _chosen(asset: _Asset, headers: Headers) -> tuple[_Variant, dict[str, str]]:
    encoding = best_encoding(headers.get("accept-encoding", ""), asset.variants)
    coded = {} if encoding == "identity" else {"Content-Encoding": encoding}
    return asset.variants[encoding], {**asset.headers, **coded}


def _found(asset: _Asset, asked: Headers) -> Response:
    variant, headers = _chosen(asset, asked)
    headers["ETag"] = variant.etag
    if matches_etag(asked.get("if-none-match", ""), variant.etag):
        return Response(status_code=304, headers=headers)
    return Response(variant.body, headers=headers)


def _missing(page: _Asset, asked: Headers) -> Response:
    variant, headers = _chosen(page, asked)
    return Response(variant.body, 404, {**headers, "Cache-Control": "no-store"})
