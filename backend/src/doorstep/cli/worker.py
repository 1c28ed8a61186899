"""One of several server processes: reads what the parent prepared from its environment and makes the application."""

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping, Sequence

from doorstep.cli.configuration import read_settings
from doorstep.kit import garbage, logs
from doorstep.main import create_app

_DSN = "DOORSTEP_PREPARED_DSN"
_SECRETS = "DOORSTEP_PREPARED_SECRETS"


def handed_over(dsn: str, secret: bytes, former: Sequence[bytes]) -> Mapping[str, str]:
    """The variables by which a parent hands this to its workers: today's secret and those before it."""
    return {_DSN: dsn, _SECRETS: json.dumps([each.decode() for each in (secret, *former)])}


def app() -> object:
    """The ASGI application of this process."""
    _end_with_parent()
    settings = read_settings()
    logs.configure(settings.log_level)
    secret, *former = (each.encode() for each in json.loads(os.environ[_SECRETS]))
    made = create_app(settings, os.environ[_DSN], secret, former=tuple(former))
    garbage.settle()
    return made


def _end_with_parent() -> None:
    """Stop as if asked to once the parent is gone, however it ended: a worker left behind would hold the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
