"""Debian's Postfix and Exim as operators have them, each from a configuration and a spool of its own."""

import asyncio
import base64
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.cli.process import free_port
from tests.mail.sender import SECRET_PASSWORD
from tests.mail.server import certificate
from tests.waiting import wait_for

EXIM = os.environ.get("DOORSTEP_MAILSERVERS_EXIM", "exim4")

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
mynetworks = 192.0.2.0/24
relay_domains =
virtual_mailbox_domains = example.org
virtual_mailbox_maps = inline:{{ada@example.org=ada}}
virtual_transport = discard:
default_transport = discard:
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_relay_restrictions = permit_sasl_authenticated,reject_unauth_destination
message_size_limit = {size}
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
"""
_MASTER = """
127.0.0.1:{ports.submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{ports.strict} inet n - n - - smtpd
  -o smtpd_reject_unlisted_sender=yes
127.0.0.1:{ports.open} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
_EXIM = """
exim_user = mail
exim_group = mail
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
primary_hostname = mail.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
domainlist local_domains = example.org
acl_smtp_rcpt = acl_rcpt
keep_environment =
tls_advertise_hosts =
begin acl
acl_rcpt:
  accept authenticated = *
  require message = relay not permitted
          domains = +local_domains
  require verify = recipient
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{door}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
begin routers
known:
  driver = accept
  domains = +local_domains
  local_parts = ada
  transport = kept
begin transports
kept:
  driver = appendfile
  file = {folder}/kept
  user = mail
"""


@dataclass
class Authority:
    """Whoever checks passwords for Postfix, by the protocol of Dovecot's authentication service."""

    asked: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = ("VERSION\t1\t2", "MECH\tPLAIN\tplaintext", "SPID\t1", "CUID\t1", f"COOKIE\t{'0' * 32}", "DONE")
        writer.write("".join(f"{line}\n" for line in hello).encode())
        while line := await reader.readline():
            word, *rest = line.rstrip(b"\n").split(b"\t")
            if word == b"AUTH":
                answer = next(each for each in rest if each.startswith(b"resp="))
                _, user, password = base64.b64decode(answer.removeprefix(b"resp=")).split(b"\0")
                self.asked.append(user)
                verdict = b"OK" if password == SECRET_PASSWORD.encode() else b"FAIL"
                writer.write(b"\t".join((verdict, rest[0], b"user=" + user)) + b"\n")
        writer.close()


@dataclass(frozen=True, slots=True)
class Postfix:
    """Its ports: a submission service, which wants TLS and a log-in; one that knows its senders; one for everybody."""

    submission: int = field(default_factory=free_port)
    strict: int = field(default_factory=free_port)
    open: int = field(default_factory=free_port)


@asynccontextmanager
async def postfix(*, size: int = 10_240_000) -> AsyncIterator[Postfix]:
    """A Postfix that takes mails of at most `size` bytes for ada@example.org, and for others after a log-in."""
    ports = Postfix()
    with _folder() as folder:
        for name in ("conf", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        server = await asyncio.start_server(Authority().talk, "127.0.0.1", 0)
        auth = server.sockets[0].getsockname()[1]
        (folder / "conf" / "main.cf").write_text(_MAIN.format(folder=folder, auth=auth, size=size))
        (folder / "conf" / "master.cf").write_text(_MASTER.format(ports=ports))
        os.environ["SSL_CERT_FILE"] = str(certificate(folder)[0])
        await _postfix(folder, "start")
        try:
            yield ports
        finally:
            await _postfix(folder, "stop")
            server.close()
            del os.environ["SSL_CERT_FILE"]


@contextmanager
def exim() -> Iterator[int]:
    """It takes mails for ada@example.org from anybody, and for others after a log-in; the port."""
    port = free_port()
    with _folder() as folder:
        (folder / "spool").mkdir()
        for place in (folder, folder / "spool"):
            shutil.chown(place, "mail", "mail")
        configuration, pid = folder / "exim.conf", folder / "pid"
        configuration.write_text(_EXIM.format(folder=folder, port=port, password=SECRET_PASSWORD))
        configuration.chmod(0o644)
        subprocess.run([EXIM, "-C", str(configuration), "-bd"], check=True, timeout=60)
        written = wait_for(lambda: pid.read_text() if pid.exists() else None, "Exim's process")
        try:
            yield port
        finally:
            os.kill(int(written), signal.SIGTERM)
            wait_for(lambda: not psutil.pid_exists(int(written)), "the end of Exim")


@contextmanager
def _folder() -> Iterator[Path]:
    """One that the servers' own users may enter."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


async def _postfix(folder: Path, what: str) -> None:
    arguments = ("postfix", "-c", str(folder / "conf"), what)
    done = await asyncio.create_subprocess_exec(*arguments, stderr=asyncio.subprocess.PIPE)
    _, said = await done.communicate()
    assert done.returncode == 0, said.decode()
