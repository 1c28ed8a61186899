"""The sockets the server listens on, taken before anything else is started, so that a taken port is told at once."""

import errno
import socket

from doorstep.kit.startup import StartupRefused

_BACKLOG = 2048


def listen(host: str, port: int) -> list[socket.socket]:
    """A listening socket for each address of the host. Raises StartupRefused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as cause:
        raise StartupRefused(f"There is no address {host} to listen on: correct --host or DOORSTEP_HOST.") from cause
    sockets: list[socket.socket] = []
    refusal: OSError | None = None
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            sockets.append(_bound(family, kind, protocol, address))
        except OSError as cause:
            # A machine without IPv6 still has an ::1 in its hosts file; a taken port is taken, whichever address.
            if cause.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                raise _refused(cause, host, port) from cause
            refusal = cause
    if refusal is not None and not sockets:
        raise _refused(refusal, host, port) from refusal
    return sockets


def _bound(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.bind(address)
        taken.listen(_BACKLOG)
        taken.set_inheritable(True)  # for worker processes
    except OSError:
        taken.close()
        raise
    return taken


def _refused(cause: OSError, host: str, port: int) -> StartupRefused:
    match cause.errno:
        case errno.EADDRINUSE:
            return StartupRefused(
                f"Port {port} is in use: stop the program that listens there, "
                "or take another with --port or DOORSTEP_PORT."
            )
        case errno.EACCES | errno.EPERM:
            return StartupRefused(
                f"This user may not listen on port {port}: take one from 1024 on with --port or DOORSTEP_PORT."
            )
        case _:
            return StartupRefused(f"This machine has no address {host}: correct --host or DOORSTEP_HOST.")
