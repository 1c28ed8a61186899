"""What goes to a database on another machine goes by TLS, to the server that it is meant for."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, urlsplit

from doorstep.kit.database_hosts import hosts_of
from doorstep.kit.startup import StartupRefused

VERIFIED: Final = "verify-full"
OFF: Final = "disable"


def require_verified_tls(dsn: str) -> None:
    """Pass when the connection stays on this machine, or verifies the server's certificate and name.

    PostgreSQL's own default (`prefer`) speaks plain text to whoever cannot do better, and `require` trusts every
    certificate (ASVS 12.3.1, 12.3.2). `sslmode=disable`, written out, is taken: an operator's word about a network
    of their own. One host elsewhere among several is enough to ask for it. Raises StartupRefused.
    """
    try:
        asked = parse_qs(urlsplit(dsn).query)
        hosts = hosts_of(dsn)
    except ValueError:
        return  # not an address at all, which is told when it is used
    if all(map(_is_here, hosts)) or asked.get("sslmode") in ([VERIFIED], [OFF]):
        return
    raise StartupRefused(
        "DOORSTEP_DATABASE_URL leads to another machine without a verified connection: add "
        "?sslmode=verify-full&sslrootcert=/path/to/ca.pem to it, or ?sslmode=disable on a network of your own."
    )


def _is_here(host: str) -> bool:
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
