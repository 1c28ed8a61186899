"""A mail server on loopback that takes mails for good, for now, late or not at all."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Postbox:
    """What the server answers to a recipient and to a mail, and what it took: envelope and content."""

    to_recipient: str = "250 OK"
    to_mail: str = "250 taken"
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    password: bytes = b"right"
    hold: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        self.reached.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.to_mail.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken += [(str(envelope.mail_from), recipient, content) for recipient in envelope.rcpt_tos]
            self.encrypted.append(session.ssl is not None)
        return self.to_mail

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == self.password, handled=False)


@asynccontextmanager
async def mail_server(postbox: Postbox, tls: ssl.SSLContext | None = None, *, auth: bool = False) -> AsyncIterator[int]:
    """A server for this postbox; the port that it listens on."""

    def serve() -> SMTP:
        return SMTP(
            postbox,
            enable_SMTPUTF8=True,
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=auth,
            auth_require_tls=tls is not None,
            authenticator=postbox.authenticate if auth else None,
        )

    server = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        if postbox.hold is not None:
            postbox.hold.set()
        server.close()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that signs itself, and the context of a server that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail server of a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, private = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return path, context


@dataclass
class Script:
    """A server that answers each command by its word: the greeting under an empty one. What it was asked, in order.

    It hangs up where the reply is empty.
    """

    replies: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def reply(self, word: str) -> str:
        usual = {
            "": "220 ready",
            "EHLO": "250-here\n250-ENHANCEDSTATUSCODES\n250 8BITMIME",
            "DATA": "354 go on",
            ".": "250 2.0.0 taken",
            "QUIT": "221 2.0.0 bye",
        }
        return self.replies.get(word, usual.get(word, "250 2.0.0 OK")).replace("\n", "\r\n") + "\r\n"


@asynccontextmanager
async def scripted_server(script: Script, tls: ssl.SSLContext | None = None, *, port: int = 0) -> AsyncIterator[int]:
    """A server that goes by this script, by TLS from the first byte where a context is given; its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(current := asyncio.current_task())
        try:
            await _talk(script, reader, writer)
        finally:
            writer.close()
            talks.discard(current)

    talks: set[asyncio.Task[None] | None] = set()
    server = await asyncio.start_server(talk, "127.0.0.1", port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*(talk for talk in talks if talk)), 10)


async def _talk(script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(script.reply("").encode())
    while line := (await reader.readline()).decode(errors="replace").strip():
        word = line.split(maxsplit=1)[0].upper()
        script.asked.append(word)
        reply = script.reply(word)
        if not reply.strip():
            return
        writer.write(reply.encode())
        if reply.startswith("354"):
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(script.reply(".").encode())
        elif word == "QUIT":
            return
