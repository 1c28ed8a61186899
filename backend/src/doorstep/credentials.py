"""Secrets that come as files: `DOORSTEP_SECRET_FILE=/run/secrets/x`, and systemd's `LoadCredential=`.

A variable is inherited by every program that is started, and read by whoever may look at the process; a file is read
once. https://systemd.io/CREDENTIALS and the `_FILE` variables of container images are the models.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

SECRETS: Final = (
    "DOORSTEP_SECRET",
    "DOORSTEP_SECRET_FALLBACKS",
    "DOORSTEP_DATABASE_URL",
    "DOORSTEP_MAIL__SMTP_PASSWORD",
)
"""The settings that are secrets, by the names of their variables."""

_DIRECTORY: Final = "credentials_directory"
_LARGEST: Final = 65_536  # bytes


class CredentialRefused(ValueError):  # noqa: N818 -- an expected refusal
    """A file that should hold a secret does not. The text names the file and never what is in it."""


def with_files(variables: Mapping[str, str | None]) -> dict[str, str | None]:
    """The variables with what stands in files: those named by `..._FILE`, then systemd's credentials.

    Names are in lower case, as pydantic reads them. A variable wins over a credential; beside its own `_FILE` it is a
    mistake. Raises CredentialRefused.
    """
    found = dict(variables)
    directory = found.get(_DIRECTORY)
    for secret in SECRETS:
        name = secret.lower()
        path = found.pop(f"{name}_file", None)
        if path:
            if found.get(name):
                raise CredentialRefused(f"{secret} and {secret}_FILE are both set: unset one of them")
            found[name] = _read(Path(path), f"{secret}_FILE")
        elif directory and name not in found and (Path(directory) / secret).exists():
            found[name] = _read(Path(directory) / secret, f"The credential {secret}")
    return found


def _read(path: Path, what: str) -> str:
    """What stands in the file, without the line break at its end."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise CredentialRefused(f"{what} cannot be read from {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CredentialRefused(f"{what}: {path} is not text in UTF-8") from error
    if len(content) > _LARGEST:
        raise CredentialRefused(f"{what}: {path} is larger than 64 KiB, which no secret is")
    if not text:
        raise CredentialRefused(f"{what}: {path} is empty")
    return text
