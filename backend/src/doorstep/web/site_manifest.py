"""The manifest of the built site: the contract between `site_build`, which writes it, and `site`, which serves it."""

import json
from pathlib import Path
from typing import Final, TypedDict

NAME: Final = "manifest.json"


class Variant(TypedDict):
    """One encoding of a file: where it lies, relative to the manifest, and its strong ETag with the quotes."""

    file: str
    etag: str


class Entry(TypedDict):
    """What is served at one address. `script_hashes` is a page's inline scripts, None for what is not a page.

    `variants` is keyed by content coding (`br`, `gzip`, `identity`), best first; `identity` is always there.
    """

    content_type: str
    immutable: bool
    script_hashes: list[str] | None
    variants: dict[str, Variant]


Manifest = dict[str, Entry]
"""Keyed by the decoded path of the request; the key `404` (no path has that form) is the page for unknown ones."""


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`; an empty one when the site has not been built."""
    try:
        manifest: Manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into `folder`, in an order that makes two builds comparable."""
    text = json.dumps(manifest, indent=1, sort_keys=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")
