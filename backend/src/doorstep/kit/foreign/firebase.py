"""Firebase's hashes as other systems keep them that took users over from there."""

import re
from dataclasses import replace

from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.foreign.parts import DamagedError

_PART = "([A-Za-z0-9+/_-]{0,400}={0,2})"
# Supabase and Kratos write the project's parameters into each hash.
_SUPABASE = re.compile(rf"\$fbscrypt\$v=1,n=(\d{{1,2}}),r=(\d{{1,2}})(?:,p=1)?,ss={_PART},sk={_PART}\${_PART}\${_PART}")
_KRATOS = re.compile(rf"\$firescrypt\$ln=(\d{{1,2}}),r=(\d{{1,2}}),p=1\${_PART}\${_PART}\${_PART}\${_PART}")
# SuperTokens writes all of them but the signer key.
_SUPERTOKENS = re.compile(rf"\$f_scrypt\${_PART}\${_PART}\$m=(\d{{1,2}})\$r=(\d{{1,2}})\$s={_PART}")
_PREFIXES = ("$fbscrypt$", "$firescrypt$", "$f_scrypt$")


class ProjectUnknownError(Exception):
    """The signer key is needed, and the parameters of the Firebase project were not given."""


def firebase(stored: str, project: FirebaseProject | None) -> str | None:
    """The kept notation; None when it is none of these. Raises DamagedError, ProjectUnknownError."""
    if not stored.startswith(_PREFIXES):
        return None
    if match := _SUPABASE.fullmatch(stored):
        memory_cost, rounds, separator, key, salt, digest = match.groups()
        return _kept(_project(key, separator, rounds, memory_cost), digest, salt)
    if match := _KRATOS.fullmatch(stored):
        memory_cost, rounds, salt, digest, separator, key = match.groups()
        return _kept(_project(key, separator, rounds, memory_cost), digest, salt)
    if match := _SUPERTOKENS.fullmatch(stored):
        if project is None:
            raise ProjectUnknownError
        digest, salt, memory_cost, rounds, separator = match.groups()
        written = _project("A" * 24, separator, rounds, memory_cost)
        return _kept(replace(written, signer_key=project.signer_key), digest, salt)
    raise DamagedError


def _project(key: str, separator: str, rounds: str, memory_cost: str) -> FirebaseProject:
    given = {"base64_signer_key": key, "base64_salt_separator": separator, "rounds": rounds, "mem_cost": memory_cost}
    try:
        return FirebaseProject.read(given)
    except ValueError:
        raise DamagedError from None


def _kept(project: FirebaseProject, digest: str, salt: str) -> str:
    kept = project.notation(digest, salt)
    if kept is None:
        raise DamagedError
    return kept
