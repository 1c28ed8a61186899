"""One of several server processes: reads what the parent prepared from its environment and makes the application."""

import os

from doorstep.cli.configuration import read_settings
from doorstep.kit import garbage, logs
from doorstep.main import create_app

DSN = "DOORSTEP_PREPARED_DSN"
SECRET = "DOORSTEP_PREPARED_SECRET"  # noqa: S105 -- the name of a variable


def app() -> object:
    """The ASGI application of this process."""
    settings = read_settings()
    logs.configure(settings.log_level)
    made = create_app(settings, os.environ[DSN], os.environ[SECRET].encode())
    garbage.settle()
    return made
