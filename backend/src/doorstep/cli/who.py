"""Who runs this command, as the system knows them."""

import os
import pwd

from doorstep.audit.models import Client, operator_called

_ROOT = 0


def acting() -> Client:
    """The operator for the trail: the system user, and for root by `sudo` the user who asked for that."""
    name = _name_of(os.getuid())
    before = os.environ.get("SUDO_USER", "")
    if os.getuid() == _ROOT and before.isprintable() and before not in {"", name}:
        name = f"{before} as {name}"
    return operator_called(name)


def _name_of(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # in a container nobody may have given it a name
        return f"user {number}"
