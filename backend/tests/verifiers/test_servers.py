"""Our access tokens in three servers that verify them by themselves: HAProxy, Envoy, Apache with mod_auth_openidc."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cli.process import free_port
from tests.verifiers.conftest import Program, Running, Signed

HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend service
    bind 127.0.0.1:{port}
    http-request set-var(txn.bearer) http_auth_bearer
    http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
    http-request set-var(txn.typ) var(txn.bearer),jwt_header_query('$.typ')
    http-request set-var(txn.iss) var(txn.bearer),jwt_payload_query('$.iss')
    http-request set-var(txn.aud) var(txn.bearer),jwt_payload_query('$.aud')
    http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
    http-request set-var(txn.now) date()
    http-request deny deny_status 401 unless {{ var(txn.alg) -m str ES256 }}
    http-request deny deny_status 401 unless {{ var(txn.typ) -m str at+jwt }}
    http-request deny deny_status 401 unless {{ var(txn.iss) -m str {issuer} }}
    http-request deny deny_status 401 unless {{ var(txn.aud) -m str {issuer}/api }}
    http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}
    http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_verify(txn.alg,"{pem}") -m int 1 }}
    http-request set-var(txn.sub) var(txn.bearer),jwt_payload_query('$.sub')
    http-request return status 200 content-type text/plain lf-string %[var(txn.sub)]
"""

ENVOY = """
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: service
          route_config:
            virtual_hosts:
            - name: service
              domains: ["*"]
              routes:
              - match: {{prefix: "/"}}
                direct_response: {{status: 200, body: {{inline_string: "%REQ(X-USER)%"}}}}
          http_filters:
          - name: envoy.filters.http.jwt_authn
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
              providers:
                doorstep:
                  issuer: {issuer}
                  audiences: ["{issuer}/api"]
                  remote_jwks:
                    http_uri: {{uri: "{issuer}/.well-known/jwks.json", cluster: doorstep, timeout: 5s}}
                    cache_duration: 300s
              rules:
              - match: {{prefix: "/"}}
                requires: {{provider_name: doorstep}}
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: doorstep
    type: STATIC
    load_assignment:
      cluster_name: doorstep
      endpoints:
      - lb_endpoints:
        - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {doorstep}}}}}}}
"""

APACHE = """
ServerName service.example.org
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache.log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
LoadModule dir_module {modules}/mod_dir.so
DocumentRoot {folder}/site
OIDCOAuthVerifyJwksUri https://localhost:{keys}/jwks.json
OIDCOAuthSSLValidateServer Off
OIDCSSLValidateServer Off
OIDCOAuthRemoteUserClaim sub
<Location />
    AuthType oauth20
    <RequireAll>
        Require valid-user
        Require claim iss:{issuer}
        Require claim aud:{issuer}/api
    </RequireAll>
</Location>
"""


def asked(port: int, signed: Signed) -> dict[str, int]:
    """What each token is answered, and a request without one."""
    url = f"http://127.0.0.1:{port}/"
    answers = {
        name: httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code
        for name, token in signed.tokens.items()
    }
    return {**answers, "none": httpx.get(url).status_code}


LETS_IN = {"ours": 200, "changed": 401, "by another": 401, "none": 401}


def test_haproxy(signed: Signed, program: Program, running: Running, tmp_path: Path) -> None:
    port, pem, conf = free_port(), tmp_path / "doorstep.pem", tmp_path / "haproxy.cfg"
    pem.write_text(signed.pem)
    conf.write_text(HAPROXY.format(port=port, issuer=signed.issuer, pem=pem))
    with running(program("haproxy"), "-db", "-f", str(conf), port=port):
        assert asked(port, signed) == LETS_IN
        answer = httpx.get(f"http://127.0.0.1:{port}/", headers={"Authorization": f"Bearer {signed.token}"})
        assert answer.text == signed.user_id


def test_envoy(signed: Signed, folder: Path, running: Running, tmp_path: Path) -> None:
    port, conf = free_port(), tmp_path / "envoy.yaml"
    conf.write_text(ENVOY.format(port=port, issuer=signed.issuer, doorstep=signed.server.port))
    envoy = next(path for path in (folder / "envoy").rglob("envoy") if path.is_file() and path.stat().st_size > 1 << 20)
    envoy.chmod(0o755)
    with running(str(envoy), "-c", str(conf), "--base-id", str(port), "--log-level", "error", port=port):
        assert asked(port, signed) == LETS_IN


@pytest.fixture
def keys_by_https(signed: Signed, tmp_path: Path) -> Iterator[int]:
    """The key set by https, without which mod_auth_openidc takes none."""
    answer = httpx.get(f"{signed.issuer}/.well-known/jwks.json").content

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's own name
            pass

    server = HTTPServer(("127.0.0.1", 0), Keys)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path / "keys.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def certificate(file: Path) -> Path:
    """A certificate for localhost and its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return file


def test_apache(
    signed: Signed, program: Program, running: Running, folder: Path, tmp_path: Path, keys_by_https: int
) -> None:
    apache = program("apache2")
    modules = next((folder / "debian").glob("usr/lib/apache2/modules"), Path("/usr/lib/apache2/modules"))
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("in")
    port, conf = free_port(), tmp_path / "apache.conf"
    conf.write_text(
        APACHE.format(port=port, folder=tmp_path, modules=modules, keys=keys_by_https, issuer=signed.issuer)
    )
    with running(apache, "-X", "-d", str(tmp_path), "-f", str(conf), port=port):
        assert asked(port, signed) == LETS_IN
