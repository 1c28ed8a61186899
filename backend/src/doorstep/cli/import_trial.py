"""`doorstep users import FILE --try EMAIL`: one password that is known to be right, before anybody is imported."""

import sys

import typer

from doorstep.imports.hashes import Hashes
from doorstep.imports.source import Source
from doorstep.imports.trial import Trial, trial
from doorstep.kit.clock import utc_now
from doorstep.kit.startup import StartupRefused
from doorstep.users.policy import email_key, normalise_email

_DOES_NOT_OPEN = 1


def known_password(*, from_stdin: bool) -> str:
    """The password, asked for on the terminal or read from standard input. Raises StartupRefused without one."""
    typed = sys.stdin.readline().rstrip("\r\n") if from_stdin else typer.prompt("Password", hide_input=True)
    password = str(typed)
    if not password:
        raise StartupRefused("There is no password to try.")
    return password


def try_one(source: Source, typed: str, password: str, hashes: Hashes) -> None:
    """Say what came of it. Raises StartupRefused for no e-mail, and Exit where the password opens nothing."""
    email = normalise_email(typed)
    if email is None:
        raise StartupRefused("--try takes the e-mail of a user in the file.")
    found = trial(source, email_key(email), password, hashes, utc_now)
    typer.echo(_told(found))
    if found is None or not found.opens:
        raise typer.Exit(_DOES_NOT_OPEN)


def _told(found: Trial | None) -> str:
    if found is None:
        return "No line that could be imported has this e-mail."
    where = f"Line {found.line}: "
    if found.opens:
        return f"{where}the password opens it. Nobody was imported."
    if not found.has_password:
        return f"{where}the user has no password."
    if found.fits:
        return f"{where}the password opens it with {', or with '.join(found.fits)}. Give that to each such line."
    if found.refusal is not None:
        return f"{where}{found.refusal.sentence}"
    return (
        f"{where}the password does not open it, nor in any preparation that is known. It is another, or the hash is of "
        "something else: a preparation with a secret needs DOORSTEP_PASSWORDS__IMPORTED_SECRETS."
    )
