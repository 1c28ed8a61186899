"""Runs uv with what this machine's pip is told: indexes, certificates, proxy. uv itself reads none of pip's settings.

A setting of uv's own (an environment variable) wins. Every package is checked against the hashes of the lock file, so
it does not matter which index it comes from.
"""

import os
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
# pip's name -> uv's variable. `index-strategy` follows pip, which treats all indexes alike.
NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}
OWN_NAMES = {"UV_DEFAULT_INDEX": ("UV_INDEX_URL",), "UV_INDEX": ("UV_EXTRA_INDEX_URL",)}


def pip_settings() -> dict[str, str]:
    """What `pip config list` tells for installing; the environment wins over files, as it does for pip."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found: dict[str, tuple[int, str]] = {}
    ranks = {"global": 0, "install": 1, ":env:": 2}
    for line in listed.splitlines():
        key, separator, value = line.partition("=")
        section, _, name = key.rpartition(".")
        rank = ranks.get(section, -1)
        if separator and rank >= 0 and (name not in found or found[name][0] <= rank):
            found[name] = (rank, value.strip("'\""))
    return {name: value.replace("\\n", " ").strip() for name, (_, value) in found.items()}


def uv_environment(pip: dict[str, str], environment: dict[str, str]) -> dict[str, str]:
    """The environment for uv: ours, and what pip is told where uv is told nothing."""
    told = dict(environment)
    for name, variable in NAMES.items():
        if name in pip and not any(other in environment for other in (variable, *OWN_NAMES.get(variable, ()))):
            told[variable] = ",".join(pip[name].split()) if variable == "UV_FIND_LINKS" else pip[name]
    if pip.get("no-index", "").lower() in {"1", "true", "yes"}:
        told.setdefault("UV_NO_INDEX", "1")
    told.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    told.pop("VIRTUAL_ENV", None)
    return told


if __name__ == "__main__":
    uv = str(BIN / "uv")
    os.execve(uv, [uv, *sys.argv[1:]], uv_environment(pip_settings(), dict(os.environ)))
