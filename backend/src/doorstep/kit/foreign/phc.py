"""The PHC string format, `$NAME$k=v,k=v$SALT$DIGEST`, as different systems write it.

Some give the digest's length (Kratos, Discourse), some scrypt's N and not its logarithm, some put padding behind
base64, and the order of the parameters differs. The computation stays what it is.
"""

import re
from collections.abc import Mapping
from typing import Final

from doorstep.kit.foreign.parts import DamagedError, UnreadError, bcrypt, from_base64, pbkdf2, scrypt, to_base64

_LONGEST: Final = 2048
_SHAPE = re.compile(
    r"\$(?P<name>pbkdf2|pbkdf2-sha(?:1|224|256|384|512)|scrypt|bcrypt|argon2(?:id|i|d))"
    r"(?:\$v=(?P<version>\d{1,3}))?"
    r"\$(?P<parameters>[a-zA-Z]{1,8}=[A-Za-z0-9+/]{1,64}(?:,[a-zA-Z]{1,8}=[A-Za-z0-9+/]{1,64}){0,7}|\d{1,10})"
    r"\$(?P<salt>[A-Za-z0-9+/._-]*={0,2})\$(?P<digest>[A-Za-z0-9+/._-]+={0,2})"
)
_ROUNDS: Final = ("i", "t", "c", "rounds")
_LARGEST_LOG: Final = 63


def phc(stored: str) -> str | None:
    """The kept notation; None when it is no such string. Raises DamagedError, UnreadError."""
    match = _SHAPE.fullmatch(stored) if len(stored) <= _LONGEST else None
    if match is None:
        return None
    name, version = match["name"], match["version"]
    salt, digest = from_base64(match["salt"]), from_base64(match["digest"])
    if match["parameters"].isdecimal():  # passlib
        return _pbkdf2(name, {"i": match["parameters"]}, salt, digest) if name.startswith("pbkdf2") else None
    pairs = [pair.split("=", 1) for pair in match["parameters"].split(",")]
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise DamagedError
    match name.partition("-")[0]:
        case "pbkdf2":
            return _pbkdf2(name, parameters, salt, digest)
        case "scrypt":
            return _scrypt(parameters, salt, digest)
        case "bcrypt":
            return bcrypt(_number(parameters, "r"), salt, digest)
        case _:
            return _argon2(name, version, parameters, salt, digest)


def _pbkdf2(name: str, parameters: Mapping[str, str], salt: bytes, digest: bytes) -> str:
    function = name.removeprefix("pbkdf2").removeprefix("-") or "sha1"
    length = parameters.get("l")
    if length is not None and _number(parameters, "l") != len(digest):
        raise DamagedError
    # Those with SHA-256 and SHA-512 have been read with any number of rounds, and go on being so.
    floor = function not in {"sha256", "sha512"}
    return pbkdf2(function, _number(parameters, *_ROUNDS), salt, digest, floor=floor)


def _scrypt(parameters: Mapping[str, str], salt: bytes, digest: bytes) -> str:
    given = _number(parameters, "ln", "n", "N")
    # Kratos writes N itself as `ln`, and others its logarithm as `n`: no N is as small as a logarithm is.
    work = 1 << given if given <= _LARGEST_LOG else given
    return scrypt(work, _number(parameters, "r"), _number(parameters, "p"), salt, digest)


def _argon2(name: str, version: str | None, parameters: Mapping[str, str], salt: bytes, digest: bytes) -> str:
    if {"keyid", "data"} & set(parameters):
        raise UnreadError("Argon2 with a key or data of its own, which is not read")
    if set(parameters) != {"m", "t", "p"}:
        raise DamagedError
    costs = ",".join(f"{each}={_number(parameters, each)}" for each in ("m", "t", "p"))
    shown = "" if version is None else f"$v={version}"
    return f"${name}{shown}${costs}${to_base64(salt)}${to_base64(digest)}"


def _number(parameters: Mapping[str, str], *names: str) -> int:
    found = next((parameters[name] for name in names if name in parameters), "")
    if not found.isdecimal() or len(found) > 10:  # noqa: PLR2004 -- what 32 bits hold
        raise DamagedError
    return int(found)
