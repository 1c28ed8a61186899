"""docs/proxy/nginx.conf: what it says about TLS is spoken here, by the same OpenSSL names, and weak clients fail."""

import re
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from doorstep.settings import Settings
from tests.builders import START
from tests.tree import ROOT

CONF = (ROOT / "docs" / "proxy" / "nginx.conf").read_text(encoding="utf-8")
VERSIONS = {"TLSv1": ssl.TLSVersion.TLSv1, "TLSv1.1": ssl.TLSVersion.TLSv1_1, "TLSv1.2": ssl.TLSVersion.TLSv1_2}
VERSIONS |= {"TLSv1.3": ssl.TLSVersion.TLSv1_3}


def directives(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.+);$", CONF, re.MULTILINE)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate and its key in one file, for this handshake only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return file


def handshake(certificate: Path, client: ssl.SSLContext) -> tuple[str, str]:
    """Version and cipher that the configuration and this client agree upon. Raises ssl.SSLError when on none."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    spoken = sorted(VERSIONS[name] for name in directives("ssl_protocols")[0].split())
    server.minimum_version, server.maximum_version = spoken[0], spoken[-1]
    server.set_ciphers(f"{directives('ssl_ciphers')[0]}:@SECLEVEL=0")
    server.load_cert_chain(certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (server.wrap_bio(there, back, server_side=True), client.wrap_bio(back, there))
    waiting = set(sides)
    for _ in range(10):
        for side in sides:
            try:
                side.do_handshake()
                waiting.discard(side)
            except ssl.SSLWantReadError:
                continue
    assert not waiting
    agreed = sides[1].cipher()
    assert agreed is not None
    return str(sides[1].version()), agreed[0]


def client_of(newest: ssl.TLSVersion, ciphers: str = "ALL") -> ssl.SSLContext:
    """A client that takes any certificate and speaks up to `newest`, weak ciphers included."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    client.minimum_version, client.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, newest
    return client


@pytest.mark.asvs("v5.0.0-12.1.1")
@pytest.mark.filterwarnings("ignore:.*TLSv1.*deprecated:DeprecationWarning")
def test_the_newest_versions_of_tls_are_spoken_and_no_old_one(certificate: Path) -> None:
    assert set(directives("ssl_protocols")[0].split()) == {"TLSv1.2", "TLSv1.3"}
    assert handshake(certificate, client_of(ssl.TLSVersion.TLSv1_3))[0] == "TLSv1.3"
    assert handshake(certificate, client_of(ssl.TLSVersion.TLSv1_2))[0] == "TLSv1.2"
    with pytest.raises(ssl.SSLError):
        handshake(certificate, client_of(ssl.TLSVersion.TLSv1_1))


@pytest.mark.asvs("v5.0.0-12.1.2")
@pytest.mark.parametrize(
    "weak", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384"]
)
def test_only_suites_with_forward_secrecy_and_authentication(certificate: Path, weak: str) -> None:
    _, agreed = handshake(certificate, client_of(ssl.TLSVersion.TLSv1_2))
    assert re.fullmatch(r"ECDHE-ECDSA-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)", agreed)
    with pytest.raises(ssl.SSLError):
        handshake(certificate, client_of(ssl.TLSVersion.TLSv1_2, weak))


@pytest.mark.asvs("v5.0.0-12.2.1", "v5.0.0-4.1.2")
def test_plain_http_leads_pages_to_https_and_refuses_the_api() -> None:
    plain = CONF.split("server {")[1]
    assert "listen 80;" in plain
    assert "proxy_pass" not in plain
    assert re.findall(r"location (\S+) \{\s*return (.+);", plain) == [
        ("/api/", "403"),
        ("/", "308 https://example.org$request_uri"),
    ]
    with pytest.raises(ValueError, match="must be https"):
        Settings(public_url="http://example.org")


@pytest.mark.asvs("v5.0.0-12.2.2")
def test_the_certificate_is_one_that_browsers_trust() -> None:
    """It comes from an authority that hands them out by ACME, which has a place to look."""
    assert directives("ssl_certificate") == ["/etc/letsencrypt/live/example.org/fullchain.pem"]
    assert "location /.well-known/acme-challenge/" in CONF


@pytest.mark.asvs("v5.0.0-12.3.3")
def test_from_the_proxy_to_the_server_nothing_leaves_the_machine() -> None:
    """Documented exception to TLS between services: the one hop in plain HTTP stays on the loopback interface."""
    assert directives("proxy_pass") == [f"http://{Settings().host}:{Settings().port}"]
    assert Settings().host == "127.0.0.1"
