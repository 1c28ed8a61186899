"""Our tokens as other people's libraries verify them, by the key set of a serving process, without a word from us."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests.cli.process import GOOD_PASSWORD, Served, served

FRONTEND = Path(__file__).parents[3] / "frontend"
VERIFY_WITH_JOSE = """
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { origin, tokens } = JSON.parse(process.argv[1]);
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', origin));
const answers = {};
for (const [name, token] of Object.entries(tokens)) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'], typ: 'at+jwt', issuer: origin, audience: `${origin}/api`,
      requiredClaims: ['sub', 'sid', 'client_id', 'jti', 'iat', 'exp', 'auth_time', 'amr'],
    });
    answers[name] = payload.sub;
  } catch (error) {
    answers[name] = error.code ?? String(error);
  }
}
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("libraries"), DOORSTEP_DEMO="0") as running:
        yield running


@pytest.fixture(scope="module")
def signed_up(server: Served) -> dict[str, object]:
    answer = server.ask("/api/v1/auth/signup", {"email": "ada@example.com", "password": GOOD_PASSWORD})
    assert answer is not None
    assert answer.status == 201
    return answer.json()


def origin_of(server: Served) -> str:
    return f"http://localhost:{server.port}"


def forged(token: str) -> str:
    """The same with another user in it."""
    header, payload, signature = token.split(".")
    return f"{header}.{payload[:-12]}{payload[-12:].swapcase()}.{signature}"


def test_pyjwt(server: Served, signed_up: dict[str, object]) -> None:
    origin, token = origin_of(server), str(signed_up["access_token"])
    keys = jwt.PyJWKClient(f"{origin}/.well-known/jwks.json")

    def verified(text: str, audience: str = f"{origin}/api") -> dict[str, object]:
        claims: dict[str, object] = jwt.decode(
            text,
            keys.get_signing_key_from_jwt(text),
            algorithms=["ES256"],
            issuer=origin,
            audience=audience,
            options={"require": ["iss", "aud", "sub", "sid", "client_id", "jti", "iat", "exp", "auth_time", "amr"]},
        )
        return claims

    assert verified(token)["sub"] == signed_up["user_id"]
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    with pytest.raises(jwt.InvalidTokenError):
        verified(forged(token))
    with pytest.raises(jwt.InvalidAudienceError):
        verified(token, f"{origin}/other")


def test_joserfc(server: Served, signed_up: dict[str, object]) -> None:
    origin, token = origin_of(server), str(signed_up["access_token"])
    answer = server.ask("/.well-known/jwks.json")
    assert answer is not None
    keys = KeySet.import_key_set(json.loads(answer.body))
    decoded = joserfc_jwt.decode(token, keys, algorithms=["ES256"])
    registry = joserfc_jwt.JWTClaimsRegistry(
        now=int(time.time()),
        iss={"essential": True, "value": origin},
        aud={"essential": True, "value": f"{origin}/api"},
        sub={"essential": True, "value": str(signed_up["user_id"])},
        exp={"essential": True},
    )
    registry.validate(decoded.claims)
    assert decoded.header["typ"] == "at+jwt"
    with pytest.raises((JoseError, ValueError)):
        joserfc_jwt.decode(forged(token), keys, algorithms=["ES256"])


def test_jose_in_node(server: Served, signed_up: dict[str, object]) -> None:
    token = str(signed_up["access_token"])
    given = {"origin": origin_of(server), "tokens": {"ours": token, "forged": forged(token)}}
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", VERIFY_WITH_JOSE, json.dumps(given)],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "ours": signed_up["user_id"],
        "forged": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    }


def test_what_is_published_is_public(server: Served, signed_up: dict[str, object]) -> None:
    answer = server.ask("/.well-known/jwks.json")
    assert answer is not None
    assert answer.headers["cache-control"] == "public, max-age=300"
    [key] = json.loads(answer.body)["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")
