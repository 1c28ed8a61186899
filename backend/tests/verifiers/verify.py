"""Verifies tokens by one of four libraries, in a process that has the pinned ones first on its path.

Argument: JSON with the library, the issuer, the key set and tokens by name. Prints the `sub` of each, or None, as JSON.
"""

import json
import sys
from collections.abc import Callable
from importlib import import_module

Verify = Callable[[str], object]


def pyjwt(issuer: str, keys: dict[str, object]) -> Verify:
    jwt = import_module("jwt")
    key_set = jwt.PyJWKSet.from_dict(keys)

    def verify(token: str) -> object:
        header = jwt.get_unverified_header(token)
        if header["typ"] != "at+jwt":
            raise ValueError
        key = key_set[header["kid"]]
        return jwt.decode(token, key, algorithms=["ES256"], issuer=issuer, audience=f"{issuer}/api")["sub"]

    return verify


def python_jose(issuer: str, keys: dict[str, object]) -> Verify:
    jwt = import_module("jose.jwt")
    return lambda token: jwt.decode(token, keys, algorithms=["ES256"], issuer=issuer, audience=f"{issuer}/api")["sub"]


def joserfc(issuer: str, keys: dict[str, object]) -> Verify:
    jwt = import_module("joserfc.jwt")
    key_set = import_module("joserfc.jwk").KeySet.import_key_set(keys)
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": f"{issuer}/api"}
    )

    def verify(token: str) -> object:
        decoded = jwt.decode(token, key_set, algorithms=["ES256"])
        registry.validate(decoded.claims)
        return decoded.claims["sub"]

    return verify


def authlib(issuer: str, keys: dict[str, object]) -> Verify:
    base = import_module("authlib.oauth2.rfc9068").JWTBearerTokenValidator
    validator = type("Validator", (base,), {"get_jwks": lambda _: keys})(issuer, f"{issuer}/api")

    def verify(token: str) -> object:
        claims = validator.authenticate_token(token)
        validator.validate_token(claims, None, None)
        subject: object = claims["sub"]
        return subject

    return verify


def main() -> None:
    given = json.loads(sys.argv[1])
    libraries = {"PyJWT": pyjwt, "python-jose": python_jose, "joserfc": joserfc, "Authlib": authlib}
    verify = libraries[given["library"]](given["issuer"], given["keys"])
    answers: dict[str, object] = {}
    for name, token in given["tokens"].items():
        try:
            answers[name] = verify(token)
        except Exception:  # noqa: BLE001 -- whichever way it refuses
            answers[name] = None
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
