"""`doorstep keys`: the keys that sign access tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from doorstep.cli.operator import ask
from doorstep.cli.printing import console
from doorstep.cli.who import acting
from doorstep.keys.models import KeyState, Listed
from doorstep.keys.ring import REFRESH_EVERY

_STYLES = {KeyState.SIGNS: "bold green", KeyState.WITHDRAWN: "red", KeyState.OVER: "dim"}

keys = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)


@keys.command("list")
def list_keys() -> None:
    """Show the signing keys, oldest first, and what each is for now."""
    console().print(_table(ask(lambda services: services.signing_keys.overview())))


@keys.command("rotate")
def rotate(
    *,
    now: Annotated[bool, typer.Option("--now", help="Sign with it at once, without the notice.")] = False,
) -> None:
    """Make the next signing key; nobody is logged out.

    It is published for DOORSTEP_TOKENS__KEY_NOTICE before it signs, so that other services know it by then, and the key
    before it is believed until its last token has expired. Every DOORSTEP_TOKENS__KEY_LIFE this happens by itself.
    """
    key = ask(lambda services: services.signing_keys.rotate(acting(), at_once=now))
    typer.echo(f"{key.kid} signs now." if now else f"{key.kid} signs from {_moment(key.activates_at)} UTC on.")


@keys.command("retire")
def retire(
    kid: Annotated[str, typer.Argument(help="The key's name, as `doorstep keys list` shows it.", metavar="KID")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Withdraw a signing key that somebody else may have: its tokens are refused.

    Every server process refuses them within 5 seconds (15 where the database was away meanwhile), other services when
    they fetch the key set again, at most five minutes later. Browsers fetch a new token by themselves. Where no other
    key signs, the next one does at once, or a new one is made.
    """
    if not yes:
        typer.confirm(f"Refuse every access token that {kid} has signed?", abort=True)
    done = ask(lambda services: services.signing_keys.retire(kid, acting()))
    words = "is withdrawn" if done.changed else "was withdrawn already"
    typer.echo(
        f"{kid} {words}; its tokens are refused within {REFRESH_EVERY:.0f} seconds. {done.signer.kid} signs now."
    )


def _table(listed: Sequence[Listed]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("key", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("signs from (UTC)", "signs until", "believed until"):
        table.add_column(name, min_width=10)
    for each in listed:
        key = each.key
        table.add_row(
            Text(key.kid),
            Text(each.state, style=_STYLES.get(each.state, "")),
            _moment(key.activates_at),
            _moment(each.signs_until),
            _moment(each.believed_until),
        )
    return table


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
