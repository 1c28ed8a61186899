"""Settings as the command line sees them: options stand for variables, and a wrong one is one sentence."""

import os
import tomllib
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from doorstep.credentials import CredentialRefused
from doorstep.kit.startup import StartupRefused
from doorstep.settings import Settings


def read_settings(options: Mapping[str, object] | None = None) -> Settings:
    """The settings of this process. Raises StartupRefused with one sentence for each wrong setting.

    An option of the command line is set as its DOORSTEP_ variable, so that worker processes see it too.
    """
    for name, value in (options or {}).items():
        if value is not None:
            os.environ[f"DOORSTEP_{name.upper()}"] = str(value)
            os.environ.pop(f"DOORSTEP_{name.upper()}_FILE", None)
    try:
        return Settings()
    except ValidationError as error:
        raise StartupRefused("\n".join(_sentence(detail) for detail in error.errors(include_url=False))) from error
    except CredentialRefused as error:
        raise StartupRefused(f"{error}.") from error
    except SettingsError as error:
        raise StartupRefused(f"A DOORSTEP_ variable is not written as JSON, which its kind needs: {error}.") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise StartupRefused(f"doorstep.toml cannot be read: {error}.") from error


def _sentence(detail: ErrorDetails) -> str:
    """What is wrong, after the name of the variable; never the value, which may be a secret."""
    words = detail["msg"].removeprefix("Value error, ").rstrip(".")
    parts = [str(part) for part in detail["loc"]]
    if not parts:
        return f"{words}."
    return f"DOORSTEP_{'__'.join(parts).upper()}: {words[:1].lower()}{words[1:]}."
