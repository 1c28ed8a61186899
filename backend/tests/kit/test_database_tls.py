"""A database elsewhere is reached by verified TLS, or by none only when that is written out."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from doorstep.kit.database import Database, DatabaseUnavailable
from doorstep.kit.database_tls import require_verified_tls
from doorstep.kit.startup import StartupRefused


@pytest.mark.asvs("v5.0.0-12.3.1")
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@db.example/d",
        "postgresql://u:p@10.0.0.5:5432/d",
        "postgresql://u:p@db.example/d?sslmode=prefer",
        "postgresql://u:p@db.example/d?sslmode=require",
        "postgresql://u:p@db.example/d?sslmode=verify-ca",
        "postgresql://u:p@db.example/d?sslmode=verify-full&sslmode=disable",
        "postgresql://u:p@localhost/d?host=db.example",
        "postgresql://u:p@127.0.0.1:5761,db.example:5432/d?target_session_attrs=read-write",
        "postgresql://u:p@db.example,localhost/d",
        "postgresql://u:p@[::1]:1,[2001:db8::1]:2/d",
        "postgresql://u:p@/d?host=localhost,db.example",
        "postgresql://u:p@/d?host=/run/postgresql,10.0.0.5&port=5432,5433",
        "postgresql://u:p@db.example:5432,x@localhost/d",
        "postgresql:///d?service=elsewhere",
    ],
)
def test_a_database_elsewhere_needs_verified_tls(url: str) -> None:
    with pytest.raises(StartupRefused, match="sslmode=verify-full") as refused:
        require_verified_tls(url)
    assert "u:p" not in refused.value.sentence


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@localhost/d",
        "postgresql://u:p@127.0.0.1:5432/d",
        "postgresql://u:p@[::1]/d",
        "postgresql://u:p@/d?host=/run/postgresql",
        "postgresql://u:p@localhost:1,127.0.0.1:2,[::1]:3/d?target_session_attrs=read-write",
        "postgresql://u:p@/d?host=/run/postgresql,localhost",
        "postgresql://u:p@a.example,b.example/d?sslmode=verify-full",
        "postgresql://u:p@db.example/d?sslmode=verify-full",
        "postgresql://u:p@db.example/d?sslmode=disable",
    ],
)
def test_a_database_here_or_verified_or_given_up_in_writing_passes(url: str) -> None:
    require_verified_tls(url)


def test_nor_does_the_environment_lead_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    with pytest.raises(StartupRefused, match="sslmode=verify-full"):
        require_verified_tls("postgresql://u:p@/d")


def issue(folder: Path, name: str, address: str) -> tuple[Path, Path]:
    """A self-signed certificate for `address`, and it with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.pem").write_bytes(pem)
    (folder / f"{name}.both.pem").write_bytes(pem + private)
    return folder / f"{name}.pem", folder / f"{name}.both.pem"


@asynccontextmanager
async def postgres_by_tls(certificate: Path) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that agrees to TLS as PostgreSQL does and notes what it then hears: the port, and the notes."""
    heard: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readexactly(8)  # SSLRequest
            writer.write(b"S")
            await writer.start_tls(context)
            heard.append(await reader.read(4096))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], heard


@pytest.mark.asvs("v5.0.0-12.3.2", "v5.0.0-12.3.4")
@pytest.mark.parametrize(
    ("presented", "trusted", "told"),
    [("right", "right", True), ("stranger", "right", False), ("elsewhere", "elsewhere", False)],
)
async def test_only_the_certificate_of_the_right_server_hears_anything(
    tmp_path: Path, presented: str, trusted: str, told: bool
) -> None:
    made = {
        "right": issue(tmp_path, "right", "127.0.0.1"),
        "stranger": issue(tmp_path, "stranger", "127.0.0.1"),
        "elsewhere": issue(tmp_path, "elsewhere", "192.0.2.1"),
    }
    async with postgres_by_tls(made[presented][1]) as (port, heard):
        url = f"postgresql://u:p@127.0.0.1:{port}/d?sslmode=verify-full&sslrootcert={made[trusted][0]}"
        database = Database(url, connections=1)
        await database.open()
        with pytest.raises(DatabaseUnavailable):
            async with database.connection():
                raise AssertionError("nobody speaks PostgreSQL there")
        await database.close()
    assert any(b"user\0u" in words for words in heard) == told
