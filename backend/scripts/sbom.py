"""Prints what is inside, as CycloneDX 1.6 (JSON), from the lock files. `make sbom` keeps it in `dist/`.

Nothing is asked of any registry, and the same lock files give the same document byte for byte.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parents[2]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)((?:.|\n(?= ))*)", re.MULTILINE)
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ALGORITHMS = {"sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}


def python_components(lock: str) -> Iterator[dict[str, Any]]:
    """What `backend/requirements.lock` pins; every file of a version is named by its hash."""
    for name, version, rest in _PINNED.findall(lock):
        yield _component(
            name, version, f"pkg:pypi/{name.lower()}@{version}", [("sha256", each) for each in _DIGEST.findall(rest)]
        )


def node_components(lock: str) -> Iterator[dict[str, Any]]:
    """What `frontend/package-lock.json` pins; what only builds and tests is left out of what is shipped."""
    for path, entry in json.loads(lock)["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        hashes = [tuple(each.split("-", 1)) for each in entry.get("integrity", "").split()]
        decoded = [(kind, base64.b64decode(value).hex()) for kind, value in hashes]
        component = _component(name, entry["version"], f"pkg:npm/{quote(name)}@{entry['version']}", decoded)
        yield component | {"scope": "excluded"} if entry.get("dev") else component


def document(python_lock: str, compiler_lock: str, node_lock: str) -> dict[str, Any]:
    """The whole bill of materials, each component once; the compiler of libargon2 is left out of what is shipped."""
    compiler = [component | {"scope": "excluded"} for component in python_components(compiler_lock)]
    found = [*python_components(python_lock), *compiler, *node_components(node_lock)]
    once = {component["bom-ref"]: component for component in found}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, python_lock + compiler_lock + node_lock)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "doorstep", "bom-ref": "doorstep"}},
        "components": [once[name] for name in sorted(once)],
    }


def _component(name: str, version: str, purl: str, hashes: list[tuple[str, str]]) -> dict[str, Any]:
    told = [{"alg": _ALGORITHMS[kind], "content": digest} for kind, digest in hashes if kind in _ALGORITHMS]
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl, "hashes": told}


def of_checkout() -> dict[str, Any]:
    """The bill of materials of this checkout."""
    names = ("backend/requirements.lock", "scripts/compiler.lock", "frontend/package-lock.json")
    return document(*((ROOT / name).read_text(encoding="utf-8") for name in names))


def main() -> None:
    """Write it to standard output."""
    json.dump(of_checkout(), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
