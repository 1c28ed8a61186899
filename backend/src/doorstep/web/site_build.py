"""Make the served site out of Next's export: `python -m doorstep.web.site_build OUT SITE`.

OUT is what `next build` exported. SITE is made anew: every file with its brotli and gzip forms, and the manifest
that `site` serves from. Pages get the Trusted Types policy as their first script, and the hashes of all their inline
scripts. The scripts that a page starts with get a line for the browser that they are run at once.
"""

import gzip
import shutil
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

import brotli

from doorstep.web.page import UnfitPage, read_page, with_first_script
from doorstep.web.page_policy import TRUSTED_TYPES_SCRIPT
from doorstep.web.site_manifest import Entry, Manifest, Variant, write_manifest

# Our own table: the machine's may differ, and `nosniff` makes browsers take it at its word. RSC payloads must be
# text/plain, by which Next's client knows them in an export.
_TYPES: Final = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_COMPRESSED_ALREADY: Final = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp", ".woff2"})
_HASHED: Final = "_next/static/"
# V8 compiles what follows while it arrives, on another thread, instead of each function when it is first called, on the
# thread that the page needs: https://v8.dev/blog/explicit-compile-hints. To other engines it is a comment.
_RUN_AT_ONCE: Final = b"//# allFunctionsCalledOnLoad\n"
# Next exports these for servers that look for them by name; nobody should be shown an error page as a success.
_ERROR_PAGES: Final = ("404/", "_not-found/", "_global-error/")


class BuildRefused(Exception):  # noqa: N818 -- the sentence that main() prints
    """The export cannot become a site; the message is one sentence that says why."""


def build(export: Path, site: Path) -> Manifest:
    """Make `site` from `export`, replacing what was there only when all went well. Raises BuildRefused."""
    if not (export / "index.html").is_file():
        raise BuildRefused(f"{export} holds no exported site: run `npm run build` in frontend/ first")
    fresh = site.with_name(site.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    manifest: Manifest = {}
    files = {path.relative_to(export).as_posix(): path.read_bytes() for path in export.rglob("*") if path.is_file()}
    at_once = _starting_scripts(files)
    for name, content in sorted(files.items()):
        if name.startswith(_ERROR_PAGES):
            continue
        entry = _entry(fresh, name, _RUN_AT_ONCE + content if name in at_once else content)
        manifest.update((address, entry) for address in _addresses(name))
    write_manifest(fresh, manifest)
    shutil.rmtree(site, ignore_errors=True)
    fresh.rename(site)
    return manifest


def _starting_scripts(files: Mapping[str, bytes]) -> set[str]:
    """The files that a page names as its scripts. A page that cannot be built is refused later, under its name."""
    found: set[str] = set()
    for name, content in files.items():
        if name.endswith(".html"):
            with suppress(UnfitPage):
                found.update(source.removeprefix("/") for source in read_page(content.decode()).sources)
    return found


def _addresses(name: str) -> Iterator[str]:
    """Where the file `name` is found: a page with and without the closing slash, anything else under its name."""
    path = PurePosixPath(name)
    if name == "404.html":
        yield "404"
    elif path.name == "index.html":
        folder = "" if path.parent == PurePosixPath() else f"/{path.parent}"
        yield from {f"{folder}/": None, folder or "/": None}
    elif path.suffix == ".html":
        yield f"/{path.with_suffix('')}"
    else:
        yield f"/{name}"


def _entry(site: Path, name: str, content: bytes) -> Entry:
    suffix = PurePosixPath(name).suffix
    if suffix not in _TYPES:
        raise BuildRefused(f"{name} is of a kind that site_build has no content type for")
    hashes: list[str] | None = None
    if suffix == ".html":
        try:
            html = with_first_script(content.decode(), TRUSTED_TYPES_SCRIPT)
            scripts = read_page(html).scripts
        except UnfitPage as unfit:
            raise BuildRefused(f"{name} would be blocked by its own policy: {unfit}") from unfit
        content = html.encode()
        hashes = list(dict.fromkeys(map(_script_hash, scripts)))
    return {
        "content_type": _TYPES[suffix],
        "immutable": name.startswith(_HASHED),
        "script_hashes": hashes,
        "variants": _variants(site, name, content, compress=suffix not in _COMPRESSED_ALREADY),
    }


def _script_hash(script: str) -> str:
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def _variants(site: Path, name: str, content: bytes, *, compress: bool) -> dict[str, Variant]:
    forms = {}
    if compress:
        forms["br"] = (f"{name}.br", brotli.compress(content, quality=11))
        forms["gzip"] = (f"{name}.gz", gzip.compress(content, 9, mtime=0))
    forms = {coding: form for coding, form in forms.items() if len(form[1]) < len(content)}
    forms["identity"] = (name, content)
    variants: dict[str, Variant] = {}
    for coding, (file, data) in forms.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_bytes(data)
        variants[coding] = {"file": file, "etag": f'"{sha256(data).hexdigest()[:32]}"'}
    return variants


def main(arguments: list[str]) -> int:
    """Build from the command line; 2 and one sentence on standard error when it cannot be done."""
    match arguments:
        case [export, site]:
            try:
                manifest = build(Path(export), Path(site))
            except BuildRefused as refused:
                sys.stderr.write(f"site_build: {refused}\n")
                return 2
            sys.stdout.write(f"site_build: {len(manifest)} addresses in {site}\n")
            return 0
    sys.stderr.write("usage: python -m doorstep.web.site_build OUT SITE\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
