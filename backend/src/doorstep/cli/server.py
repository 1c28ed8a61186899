"""Serving: takes the port, prepares database and secret, says hello, and hands over to uvicorn."""

import os
import socket

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from doorstep.brand import brand
from doorstep.cli import worker
from doorstep.cli.demo import Demo, make_demo
from doorstep.cli.first_key import check_keys
from doorstep.cli.listener import listen
from doorstep.cli.preparation import Prepared, prepared
from doorstep.cli.protocol import BoundedHttp
from doorstep.cli.stopping import until_stopped
from doorstep.kit import garbage, logs
from doorstep.kit.private_files import private_directory
from doorstep.main import create_app
from doorstep.settings import Settings

_KEEP_ALIVE = 75  # seconds; longer than the 60 that load balancers usually keep a connection
_GRACE = 10  # seconds for requests under way when we are asked to stop


def serve(settings: Settings) -> None:
    """Serve until somebody asks to stop. Raises StartupRefused."""
    logs.configure(settings.log_level)
    with until_stopped():
        sockets = listen(settings.host, settings.port)
        if settings.embedded and not (private_directory(settings.data_dir) / "postgres").exists():
            typer.echo(f"Making the database in {settings.data_dir} (only the first time) ...")
        with prepared(settings, supervised=True) as ready:
            check_keys(ready)
            demo = make_demo(ready) if ready.fresh and settings.embedded and settings.makes_demo else None
            _say_hello(settings, demo)
            _run(ready, sockets)
    typer.echo("Stopped.")


def _say_hello(settings: Settings, demo: Demo | None) -> None:
    lines = ["", f"  {typer.style(brand().name, bold=True)} is open at {typer.style(settings.origin, bold=True)}"]
    if demo is not None:
        lines += [
            "",
            "  A demo subscriber was made. This is shown only once:",
            f"    e-mail    {demo.email}",
            f"    password  {demo.password}",
            f"    log in    {settings.origin}/login",
        ]
    if settings.mail.smtp_host is None:
        lines += ["", f"  No mail server is set: mails are kept as files in {settings.mail_folder}"]
    lines += ["", "  Ctrl-C stops it.", ""]
    typer.echo("\n".join(lines))


def _run(ready: Prepared, sockets: list[socket.socket]) -> None:
    """Let uvicorn serve, in this process or in several."""
    settings = ready.settings
    several = settings.workers > 1
    if several:
        os.environ |= worker.handed_over(ready.dsn, ready.secret, ready.former)
    app = "doorstep.cli.worker:app" if several else create_app(settings, ready.dsn, ready.secret, former=ready.former)
    garbage.settle()
    config = uvicorn.Config(
        app,
        factory=several,
        workers=settings.workers,
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    if several:
        Multiprocess(config, sockets=sockets).run()
    else:
        uvicorn.Server(config).run(sockets=sockets)
