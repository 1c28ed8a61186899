"""`docs/proxy/`: nginx's `auth_request` and Caddy's `forward_auth` ask Doorstep for each request of another service."""

import getpass
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.cli.process import GOOD_PASSWORD, Served, free_port, served
from tests.tree import ROOT
from tests.verifiers.conftest import Program, Running
from tests.verifiers.test_servers import certificate

PROXY = ROOT / "docs" / "proxy"


class Service(BaseHTTPRequestHandler):
    """The service behind: says how much it got."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.close_connection = "Transfer-Encoding" in self.headers  # chunks are not read here
        told = f"{self.command} {self.path} {len(body)} {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's own name
        pass


@pytest.fixture
def service() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def put(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx(port: int, service: int, doorstep: int, folder: Path) -> str:
    """The file of the page as this machine has it: other ports and certificate, and no log outside of the folder."""
    name, pem = "service.example.org", certificate(folder / "service.pem")
    server = put(
        (PROXY / "nginx-auth-request.conf").read_text(encoding="utf-8"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (f"/etc/letsencrypt/live/{name}/fullchain.pem", str(pem)),
        (f"/etc/letsencrypt/live/{name}/privkey.pem", str(pem)),
        ("127.0.0.1:8000", f"127.0.0.1:{doorstep}"),
        ("127.0.0.1:9000", f"127.0.0.1:{service}"),
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {getpass.getuser()};\n" if os.geteuid() == 0 else ""  # else its workers are nobody
    head = f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\nevents {{ }}\n"
    return f"{head}http {{\naccess_log off;\nclient_max_body_size 1m;\n{temporary}{server}\n}}\n"


def caddy(port: int, service: int, doorstep: int, _: Path) -> str:
    """The same for Caddy, with a certificate of its own and none from elsewhere."""
    site = put(
        (PROXY / "Caddyfile.forward-auth").read_text(encoding="utf-8"),
        ("\nservice.example.org {\n", f"\nhttps://service.example.org:{port} {{\n\tbind 127.0.0.1\n\ttls internal\n"),
        ("127.0.0.1:8000", f"127.0.0.1:{doorstep}"),
        ("127.0.0.1:9000", f"127.0.0.1:{service}"),
    )
    return f"{{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}}\n{site}"


def to(doorstep: Served) -> httpx.Client:
    """Straight to Doorstep, by its public URL's host."""
    return httpx.Client(base_url=f"http://127.0.0.1:{doorstep.port}", headers={"Host": "example.org"}, timeout=30)


@pytest.mark.parametrize("which", ["nginx", "caddy"])
def test_only_who_is_signed_in_gets_through(
    which: str, program: Program, running: Running, service: int, tmp_path: Path
) -> None:
    found, port, conf = program(which), free_port(), tmp_path / "conf"
    settings = {"DOORSTEP_PUBLIC_URL": "https://example.org", "DOORSTEP_TRUSTED_PROXIES": "1"}
    with served(tmp_path, **settings) as doorstep, to(doorstep) as direct:
        origin = {"Origin": "https://example.org"}
        typed = {"email": "ada@example.com", "password": GOOD_PASSWORD}
        signed_up = direct.post("/api/v1/auth/signup", json=typed, headers=origin)
        assert signed_up.status_code == 201, signed_up.text
        bearer = {"Authorization": f"Bearer {signed_up.json()['access_token']}"}
        files = {"nginx": nginx, "caddy": caddy}
        conf.write_text(files[which](port, service, doorstep.port, tmp_path))
        arguments = {
            "nginx": (found, "-p", str(tmp_path), "-c", str(conf)),
            "caddy": (found, "run", "--adapter", "caddyfile", "--config", str(conf)),
        }
        homes = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        with (
            running(*arguments[which], port=port, env=homes),
            httpx.Client(
                base_url=f"https://service.example.org:{port}",
                mounts={"https://": Pinned(port)},
                timeout=10,
            ) as client,
        ):
            through = client.get("/things?x=1", headers={**bearer, "If-None-Match": '"x"', "Range": "bytes=0-3"})
            assert (through.status_code, through.text) == (200, f"GET /things?x=1 0 service.example.org:{port}")
            body = client.post("/things", content=b"x" * 200_000, headers=bearer)
            assert (body.status_code, body.text.split()[2]) == (200, "200000")
            chunks = client.post("/things", content=iter([b"x" * 10, b"y" * 10]), headers=bearer)
            assert chunks.status_code == 200

            without = client.get("/things")
            assert (without.status_code, without.headers["www-authenticate"]) == (401, "Bearer")
            wrong = client.post("/things", content=b"x", headers={"Authorization": "Bearer x"})
            assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')

            cookie = "; ".join(line.split(";")[0] for line in signed_up.headers.get_list("set-cookie"))
            out = direct.post("/api/v1/auth/logout", json={}, headers={**origin, "Cookie": cookie})
            assert out.status_code == 204, out.text
            assert client.get("/things", headers=bearer).status_code == 401

            doorstep.stop()
            assert client.get("/things", headers=bearer).status_code in {502, 503}


class Pinned(httpx.HTTPTransport):
    """To this machine, whatever the name; the certificate is the test's own."""

    def __init__(self, port: int) -> None:
        super().__init__(verify=False)
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = request.url.host
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return super().handle_request(request)
