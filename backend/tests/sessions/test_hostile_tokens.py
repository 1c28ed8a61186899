"""Access tokens that an attacker would send, against the verification itself and through the real application.

Each token differs from a genuine one by one thing and is signed by the server's own key unless the signature is that
one thing (tests/sessions/forge.py). Each test ends with the unchanged token, which is let in.
"""

import base64
import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from fastapi import FastAPI

from doorstep.assembly import Services
from doorstep.audit.models import OPERATOR
from doorstep.sessions.access_tokens import LONGEST_TOKEN, AccessTokens
from doorstep.sessions.failures import Unauthenticated
from tests.api.conftest import ACCOUNT, Browser, bearer
from tests.builders import HandClock
from tests.sessions.conftest import Believed
from tests.sessions.forge import LEFT_OUT, ORDER, Forge, Sign, b64, es256, hs, raw_signature, thumbprint

ALGORITHMS = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256K", "ES384", "ES512", "EdDSA", "Ed25519", "ML-DSA-44",
]  # fmt: skip


def no_signature(_: bytes) -> bytes:
    return b""


# --- alg -------------------------------------------------------------------------------------------------------------


@pytest.mark.asvs("v5.0.0-9.1.2")
async def test_no_algorithm_is_none(forge: Forge, believed: Believed) -> None:
    spellings = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "none ",
        " none",
        "none\0",
        "",
        "null",
        None,
        LEFT_OUT,
        0,
        False,
        [],
        {},
    ]
    unsigned = {f"{alg!r} unsigned": forge.token({"alg": alg}, sign=no_signature) for alg in spellings}
    signed = {f"{alg!r} signed": forge.token({"alg": alg}) for alg in spellings}
    cut = {"signature cut off": forge.token().rpartition(".")[0] + ".", "two parts": forge.token().rpartition(".")[0]}
    assert await believed(unsigned | signed | cut) == []


async def test_the_header_does_not_choose_the_algorithm(forge: Forge, believed: Believed) -> None:
    near = ["es256", "ES256 ", " ES256", "ES256\0", "ES-256", "ECDSA", ["ES256"], ["ES256", "none"], {"alg": "ES256"}]
    assert await believed({str(alg): forge.token({"alg": alg}) for alg in [*ALGORITHMS, *near]}) == []


async def test_the_public_key_is_no_hmac_secret(forge: Forge, believed: Believed) -> None:
    """The oldest trick there is: sign by HMAC with what everybody may know (RFC 8725 section 2.1)."""
    tokens = {
        f"{alg} with {form}": forge.token({"alg": alg}, sign=hs(secret, hashed))
        for alg, hashed in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512"), ("ES256", "sha256"))
        for form, secret in forge.public_texts.items()
    }
    assert await believed(tokens) == []


@pytest.mark.asvs("v5.0.0-6.8.2", "v5.0.0-7.2.1", "v5.0.0-8.3.1", "v5.0.0-9.1.1")
async def test_other_keys_and_curves_sign_nothing(forge: Forge, believed: Believed) -> None:
    """An attacker's keys of every kind, both under the algorithm's true name and under ours."""
    rsa_key = rsa.generate_private_key(65537, 2048)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signers: dict[str, Sign] = {
        "RS256": lambda message: rsa_key.sign(message, padding.PKCS1v15(), hashes.SHA256()),
        "PS256": lambda message: rsa_key.sign(message, pss, hashes.SHA256()),
        "ES256K": es256(ec.generate_private_key(ec.SECP256K1())),
        "ES384": lambda message: raw_signature(ec.generate_private_key(ec.SECP384R1()), message, hashes.SHA384()),
        "ES512": lambda message: raw_signature(ec.generate_private_key(ec.SECP521R1()), message, hashes.SHA512()),
        "BP256R1": es256(ec.generate_private_key(ec.BrainpoolP256R1())),
        "EdDSA": ed25519.Ed25519PrivateKey.generate().sign,
        "ES256": es256(ec.generate_private_key(ec.SECP256R1())),
        "ES256 over SHA-384": lambda message: raw_signature(forge.key, message, hashes.SHA384()),
        "ES256 over SHA-512": lambda message: raw_signature(forge.key, message, hashes.SHA512()),
    }
    true = {f"{alg} as such": forge.token({"alg": alg.split()[0]}, sign=sign) for alg, sign in signers.items()}
    ours = {f"{alg} as ES256": forge.token(sign=sign) for alg, sign in signers.items()}
    assert await believed(true | ours) == []


# --- kid -------------------------------------------------------------------------------------------------------------


async def test_kid_is_a_name_and_nothing_else(forge: Forge, believed: Believed) -> None:
    kids = [
        "../../../../dev/null", "/dev/null", "file:///dev/null", "..\\..\\windows\\win.ini", "C:\\NUL", "0", "", " ",
        "' OR '1'='1", "x' UNION SELECT 'secret' --", '"; DROP TABLE signing_keys; --', "$(id)", "|id", "%00",
        "\0", f"{forge.kid}\0", f"{forge.kid} ", f" {forge.kid}", f"{forge.kid}\n",
        forge.kid.swapcase(), forge.kid[:-1], forge.kid + "A", f"{forge.kid}/../{forge.kid}", "x" * 43, "x" * 900,
        "http://evil.example/key", "💥", LEFT_OUT, None, True, 0, 1.5, [], [forge.kid], {"kid": forge.kid}, {"$ne": ""},
    ]  # fmt: skip
    assert await believed({repr(kid)[:60]: forge.token({"kid": kid}) for kid in kids}) == []
    empty_files = {repr(kid): forge.token({"kid": kid, "alg": "HS256"}, sign=hs(b"")) for kid in kids[:5]}
    assert await believed(empty_files) == []


async def test_the_key_of_another_service_opens_nothing(forge: Forge, believed: Believed) -> None:
    theirs = ec.generate_private_key(ec.SECP256R1())
    tokens = {
        "their name, their signature": forge.token({"kid": thumbprint(theirs)}, sign=es256(theirs)),
        "our name, their signature": forge.token(sign=es256(theirs)),
        "their name, our signature": forge.token({"kid": thumbprint(theirs)}),
    }
    assert await believed(tokens) == []


# --- other headers ---------------------------------------------------------------------------------------------------


@pytest.mark.asvs("v5.0.0-9.1.3")
async def test_no_header_brings_its_own_key(forge: Forge, believed: Believed) -> None:
    theirs = ec.generate_private_key(ec.SECP256R1())
    numbers = theirs.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}
    der = theirs.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    headers: dict[str, dict[str, object]] = {
        "jwk": {"jwk": jwk},
        "jwk with our kid": {"jwk": {**jwk, "kid": forge.kid}},
        "jku": {"jku": "https://evil.example/jwks.json"},
        "jku of ours": {"jku": "http://localhost:8000/.well-known/jwks.json"},
        "jku on this machine": {"jku": "http://127.0.0.1:5432/"},
        "x5u": {"x5u": "https://evil.example/cert.pem"},
        "x5c": {"x5c": [base64.b64encode(der).decode()]},
        "x5t": {"x5t": b64(b"x" * 20)},
        "x5t#S256": {"x5t#S256": b64(b"x" * 32)},
    }
    by_them = {f"{name}, theirs": forge.token(header, sign=es256(theirs)) for name, header in headers.items()}
    by_us = {f"{name}, ours": forge.token(header) for name, header in headers.items()}
    assert await believed(by_them | by_us) == []


async def test_headers_that_we_do_not_write_are_refused(forge: Forge, believed: Believed) -> None:
    packed = zlib.compress(json.dumps(dict(forge.claims)).encode())
    header = json.dumps({**forge.header, "zip": "DEF"}).encode()
    plain = json.dumps({**forge.header, "b64": False, "crit": ["b64"]}).encode()
    tokens = {
        "crit": forge.token({"crit": ["exp"], "exp": 1}),
        "empty crit": forge.token({"crit": []}),
        "crit of nonsense": forge.token({"crit": "alg"}),
        "crit b64": forge.token({"crit": ["b64"], "b64": True}),
        "b64 false": forge.token({"b64": False}),
        "payload as it is": forge.text(b64(plain), json.dumps(dict(forge.claims))),
        "zip": forge.parts(header, packed),
        "zip, not packed": forge.token({"zip": "DEF"}),
        "cty": forge.token({"cty": "JWT"}),
        "enc": forge.token({"enc": "A256GCM"}),
        "nonce": forge.token({"nonce": "1"}),
        "iss in the header": forge.token({"iss": forge.claims["iss"]}),
        "an unknown one": forge.token({"x-debug": True}),
        "__proto__": forge.token({"__proto__": {"alg": "none"}}),
    }
    assert await believed(tokens) == []


@pytest.mark.asvs("v5.0.0-9.2.2")
async def test_only_our_own_type_is_an_access_token(forge: Forge, believed: Believed) -> None:
    types = [
        "JWT", "jwt", "at+jwt;foo", "at+jwt; charset=utf-8", "AT+JWT", "At+Jwt", "application/at+jwt", " at+jwt",
        "at+jwt ", "at+jwt\0", "at jwt", "at", "id_token", "logout+jwt", "dpop+jwt", "secevent+jwt", "ticket+jwt", "",
        LEFT_OUT, None, True, ["at+jwt"], {"typ": "at+jwt"},
    ]  # fmt: skip
    assert await believed({repr(kind): forge.token({"typ": kind}) for kind in types}) == []


# --- claims ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["iss", "aud"])
@pytest.mark.asvs("v5.0.0-9.2.3", "v5.0.0-9.2.4", "v5.0.0-10.3.1")
async def test_issuer_and_audience_are_ours_to_the_letter(forge: Forge, believed: Believed, claim: str) -> None:
    ours = str(forge.claims[claim])
    other = str(forge.claims["aud" if claim == "iss" else "iss"])
    values = [
        [ours], [ours, "https://evil.example"], [], {}, ours + "/", ours[:-1], ours.upper(),
        ours.replace("http", "https"), ours.replace("localhost", "localhost.evil.example"),
        ours.replace("localhost", "127.0.0.1"), f" {ours}", f"{ours}\0", ours + "#", ours + "?",
        other, "*", "", None, True, 0, LEFT_OUT, {"$ne": None},
    ]  # fmt: skip
    assert await believed({repr(value): forge.token(claims={claim: value}) for value in values}) == []


async def test_times_are_whole_seconds_and_now(forge: Forge, believed: Believed, clock: HandClock) -> None:
    now = int(clock.now.timestamp())
    over: dict[str, dict[str, object]] = {
        "expired": {"iat": now - 700, "auth_time": now - 700, "exp": now - 10},
        "expired long ago": {"iat": 1, "auth_time": 1, "exp": 2},
        "from the future": {"iat": now + 11, "exp": now + 600},
        "proved in the future": {"auth_time": now + 11},
        "ends before it begins": {"iat": now, "exp": now - 1},
        "ends as it begins": {"iat": now, "exp": now},
        "not before tomorrow": {"nbf": now + 86_400},
        "not before yesterday, which we never write": {"nbf": now - 86_400},
        "nbf null": {"nbf": None},
    }
    odd = [
        str(now + 600),
        float(now + 600),
        True,
        None,
        [],
        {},
        -1,
        0,
        1 << 33,
        1 << 64,
        10**30,
        1e308,
        "never",
        LEFT_OUT,
    ]
    tokens = {name: forge.token(claims=claims) for name, claims in over.items()}
    for claim in ("exp", "iat", "auth_time"):
        tokens |= {f"{claim} {value!r}": forge.token(claims={claim: value}) for value in odd}
    for literal in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"1" * 1400):
        body = (
            json.dumps(dict(forge.claims))
            .encode()
            .replace(b'"exp": ' + str(forge.claims["exp"]).encode(), b'"exp": ' + literal)
        )
        assert literal in body
        tokens[f"exp {literal[:9]!r}"] = forge.parts(json.dumps(forge.header).encode(), body)
    assert await believed(tokens) == []


async def test_leeway_is_ten_seconds_and_no_more(services: Services, forge: Forge, clock: HandClock) -> None:
    now = int(clock.now.timestamp())
    await services.access_tokens.verify(forge.token(claims={"iat": now - 609, "exp": now - 9}))
    await services.access_tokens.verify(forge.token(claims={"iat": now + 10, "exp": now + 600}))


async def test_each_claim_is_there_and_of_its_type(forge: Forge, believed: Believed) -> None:
    strange = [None, "", "nobody", True, 0, 7, [], ["pwd", 1], {}, LEFT_OUT, str(uuid4()).upper(), "\0", "x" * 300]
    tokens = {
        f"{claim} {value!r}"[:60]: forge.token(claims={claim: value})
        for claim in ("sub", "sid", "jti", "amr")
        for value in strange
        if not (claim == "jti" and isinstance(value, str))
    }
    sub = str(forge.claims["sub"])
    for spelled in (sub.upper(), f"urn:uuid:{sub}", f"{{{sub}}}", sub.replace("-", ""), f" {sub}"):
        if spelled != sub:
            tokens[f"sub {spelled!r}"] = forge.token(claims={"sub": spelled})
    assert await believed(tokens) == []


async def test_a_token_speaks_for_one_user_and_one_live_session(
    forge: Forge, http: httpx.AsyncClient, browser: Browser, ada: dict[str, str]
) -> None:
    other = browser()
    eve = (await other.post("/api/v1/auth/signup", json={**ACCOUNT, "email": "eve@example.org"})).json()
    crossed = {
        "ada's session, eve's name": forge.token(claims={"sub": eve["user_id"]}),
        "a session that never was": forge.token(claims={"sid": str(uuid4())}),
        "nobody": forge.token(claims={"sub": str(uuid4())}),
    }
    for name, token in crossed.items():
        assert (await http.get("/api/v1/users/me", headers=bearer(token))).status_code == 401, name
    assert (await other.post("/api/v1/auth/logout", json={})).status_code == 204
    for token in (eve["access_token"], forge.token(claims={"sub": eve["user_id"]})):
        assert (await http.get("/api/v1/users/me", headers=bearer(token))).status_code == 401
    assert (await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 200


async def test_another_doorstep_with_the_same_keys_is_another_issuer(
    services: Services, forge: Forge, believed: Believed, clock: HandClock, ada: dict[str, str]
) -> None:
    tokens = {}
    for origin in (
        "http://localhost:8001",
        "https://door.example.org",
        "http://localhost:8000/",
        "HTTP://LOCALHOST:8000",
    ):
        twin = AccessTokens(services.ring, clock, services.settings.tokens, origin)
        claims = await services.access_tokens.verify(ada["access_token"])
        tokens[origin] = twin.sign(
            user_id=claims.user_id, session_id=claims.session_id, authenticated_at=clock.now, amr=("pwd",)
        )
        with pytest.raises(Unauthenticated):
            await twin.verify(ada["access_token"])
    assert await believed(tokens) == []


async def test_a_withdrawn_key_takes_its_tokens_along(
    services: Services, forge: Forge, http: httpx.AsyncClient, clock: HandClock
) -> None:
    await services.signing_keys.retire(forge.kid, OPERATOR)
    await services.ring.load()
    assert (await http.get("/api/v1/users/me", headers=bearer(forge.token()))).status_code == 401
    fresh = (await http.post("/api/v1/auth/refresh", json={})).json()["access_token"]
    assert (await http.get("/api/v1/users/me", headers=bearer(fresh))).status_code == 200


# --- the text --------------------------------------------------------------------------------------------------------


async def test_a_token_has_one_spelling(forge: Forge, believed: Believed) -> None:
    token = forge.token()
    header, payload, signature = token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(signature[-1])  # 64 bytes leave four bits over in the last letter
    tokens = {f"trailing bits {add}": token[:-1] + alphabet[last + add] for add in range(1, 16)}
    mangles: dict[str, Callable[[str], str]] = {
        "padding": lambda part: part + "=" * (-len(part) % 4 or 4),
        "newline": lambda part: part + "\n",
        "space": lambda part: f" {part}",
        "space inside": lambda part: f"{part[:8]} {part[8:]}",
        "newline inside": lambda part: f"{part[:8]}\n{part[8:]}",
        "a letter of another alphabet": lambda part: f"{part[:8]}é{part[8:]}",
        "NUL": lambda part: part + "\0",
        "cut": lambda part: part[:-1],
        "one letter more": lambda part: part + "A",
        "percent": lambda part: part.replace("e", "%65", 1),
        "empty": lambda _: "",
        "plain base64": lambda part: base64.b64encode(base64.urlsafe_b64decode(part + "==")).decode(),
    }
    for name, mangle in mangles.items():
        for which, part in {"header": header, "payload": payload, "signature": signature}.items():
            mangled = mangle(part)
            parts = {"header": header, "payload": payload, "signature": signature, which: mangled}
            text = ".".join(parts.values())
            # Some have no letter to change, and white space around a header's value is not part of it (RFC 9110, 5.5).
            if text.strip() == token:
                continue
            tokens[f"{name} in the {which}"] = text
            # The same with a signature over the mangled text.
            if which != "signature":
                tokens[f"{name} in the {which}, signed"] = forge.text(parts["header"], parts["payload"])
    assert await believed(tokens) == []


async def test_only_three_parts_are_a_token(forge: Forge, believed: Believed) -> None:
    token = forge.token()
    header, payload, signature = token.split(".")
    jwe = b64(json.dumps({"alg": "ECDH-ES", "enc": "A256GCM", "typ": "at+jwt", "kid": forge.kid}).encode())
    tokens = {
        "JWE": f"{jwe}..{b64(b'i' * 12)}.{payload}.{b64(b't' * 16)}",
        "five parts of ours": f"{header}.{payload}.{signature}.{payload}.{signature}",
        "four": f"{token}.",
        "a dot before": f".{token}",
        "two": f"{header}.{payload}",
        "one": header,
        "dots": "..",
        "nothing": "",
        "twice": f"{token}.{token}",
        "twice with a comma": f"{token},{token}",
        "its own scheme": f"Bearer {token}",
        "JSON serialisation": json.dumps({"protected": header, "payload": payload, "signature": signature}),
        "nested": forge.text(header, b64(token.encode())),
    }
    assert await believed(tokens) == []


async def test_names_are_given_once(forge: Forge, believed: Believed) -> None:
    """What two parsers read differently is signed by the one and obeyed by the other (RFC 7515 section 4)."""
    head, body = json.dumps(forge.header), json.dumps(dict(forge.claims))
    tokens = {
        "alg twice": forge.parts(head.replace("{", '{"alg": "none", ', 1).encode(), body.encode()),
        "alg twice, ours first": forge.parts(head.replace("}", ', "alg": "none"}').encode(), body.encode()),
        "alg twice alike": forge.parts(head.replace("}", ', "alg": "ES256"}').encode(), body.encode()),
        "kid twice": forge.parts(head.replace("{", '{"kid": "x", ', 1).encode(), body.encode()),
        "escaped name": forge.parts(head.replace("{", '{"\\u0061lg": "none", ', 1).encode(), body.encode()),
        "sub twice": forge.parts(head.encode(), body.replace("{", f'{{"sub": "{uuid4()}", ', 1).encode()),
        "exp twice": forge.parts(head.encode(), body.replace("}", ', "exp": 4102444800}').encode()),
        "escaped exp": forge.parts(head.encode(), body.replace("}", ', "e\\u0078p": 4102444800}').encode()),
        "twice further down": forge.parts(head.encode(), body.replace("}", ', "x": {"y": 1, "y": 2}}').encode()),
    }
    assert await believed(tokens) == []


async def test_only_json_objects_in_utf_8(forge: Forge, believed: Believed) -> None:
    head, body = json.dumps(forge.header), json.dumps(dict(forge.claims))
    odd = {
        "list": b"[]", "text": b'"ES256"', "number": b"1", "null": b"null", "nothing": b"", "rubbish": b"{",
        "single quotes": b"{'alg': 'ES256'}", "BOM": b"\xef\xbb\xbf", "not UTF-8": b'{"alg": "\xff"}',
        "lone surrogate": b'{"alg": "\\ud800"}', "NUL": b"\0", "UTF-7": b"+AHsAfQ-",
    }  # fmt: skip
    tokens = {f"{name} as header": forge.parts(raw, body.encode()) for name, raw in odd.items()}
    tokens |= {f"{name} as payload": forge.parts(head.encode(), raw) for name, raw in odd.items()}
    encodings: dict[str, Callable[[str], bytes]] = {
        "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
        "UTF-16": lambda text: text.encode("utf-16"),
        "UTF-32": lambda text: text.encode("utf-32"),
        "something behind": lambda text: text.encode() + b"{}",
        "a comment": lambda text: text.encode() + b"// none",
        "NaN": lambda text: text.replace("}", ', "x": NaN}').encode(),
        "a number beyond every bound": lambda text: text.replace("}", ', "x": 1e999}').encode(),
    }
    for name, encode in encodings.items():
        tokens[f"{name} in the header"] = forge.parts(encode(head), body.encode())
        tokens[f"{name} in the payload"] = forge.parts(head.encode(), encode(body))
    tokens = {name: token for name, token in tokens.items() if len(token) <= LONGEST_TOKEN}
    assert await believed(tokens) == []


async def test_huge_and_deep_tokens_are_refused_without_a_crash(forge: Forge, believed: Believed) -> None:
    head, body = json.dumps(forge.header), json.dumps(dict(forge.claims))
    room = LONGEST_TOKEN - len(forge.token())
    just = forge.token(claims={"x": "y" * (room * 3 // 4 - 12)})
    assert LONGEST_TOKEN - 20 < len(just) <= LONGEST_TOKEN
    nests = {f"{mark!r} {depth} deep": mark * depth for mark in ("[", '{"a":') for depth in (300, 1400, 9000)}
    tokens = {f"{name} in the header": forge.parts(nest.encode(), body.encode()) for name, nest in nests.items()}
    tokens |= {f"{name} in the payload": forge.parts(head.encode(), nest.encode()) for name, nest in nests.items()}
    tokens |= {f"{name} alone": f"{b64(nest.encode()[:1500])}.e30.AA" for name, nest in nests.items()}
    tokens |= {f"{size} letters": forge.token(claims={"x": "y" * size}) for size in (2_000, 10_000, 100_000, 1_000_000)}
    tokens |= {f"{size} dots": "." * size for size in (3, 2048, 16_000, 1_000_000)}
    assert await believed(tokens) == []


# --- the signature ---------------------------------------------------------------------------------------------------


async def test_a_signature_is_64_bytes_in_range(forge: Forge, believed: Believed) -> None:
    """r = s = 0 once passed for everything in Java (CVE-2022-21449)."""
    text = forge.token().rpartition(".")[0]
    genuine = es256(forge.key)(text.encode())
    r, s = int.from_bytes(genuine[:32]), int.from_bytes(genuine[32:])

    def with_signature(raw: bytes) -> str:
        return f"{text}.{b64(raw)}"

    numbers = {"0": 0, "1": 1, "n": ORDER, "n - 1": ORDER - 1, "n + 1": ORDER + 1, "2^256 - 1": (1 << 256) - 1}
    tokens = {
        f"r = {one}, s = {two}": with_signature(a.to_bytes(32) + b.to_bytes(32))
        for one, a in {**numbers, "its own": r}.items()
        for two, b in {**numbers, "its own": s}.items()
        if (one, two) != ("its own", "its own")
    }
    if s + ORDER < 1 << 256:
        tokens["s + n"] = with_signature(genuine[:32] + (s + ORDER).to_bytes(32))
    tokens |= {
        "DER": with_signature(encode_dss_signature(r, s)),
        "swapped": with_signature(genuine[32:] + genuine[:32]),
        "a byte less": with_signature(genuine[:-1]),
        "a byte more": with_signature(genuine + b"\0"),
        "padded numbers": with_signature(b"\0" * 16 + genuine[:32] + b"\0" * 16 + genuine[32:]),
        "empty": with_signature(b""),
        "of another text": with_signature(es256(forge.key)(b"something else")),
        "one bit": with_signature(genuine[:-1] + bytes([genuine[-1] ^ 1])),
        "hex": f"{text}.{genuine.hex()}",
        "payload changed": forge.token(claims={"amr": ["otp"]}).rpartition(".")[0] + "." + b64(genuine),
    }
    assert await believed(tokens) == []


async def test_the_mirror_signature_says_the_same(services: Services, forge: Forge) -> None:
    """Decided: (r, n - s), which anybody can compute from (r, s), is accepted, as RFC 7518 section 3.4 has it.

    It is no forgery: the same claims by the same key. It would only matter to a list of used or banned tokens by their
    text, and there is none: sessions are ended in the database, and a token's own name is its `jti`.
    """
    token = forge.token()
    text, _, signature = token.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    mirrored = raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    mirror = f"{text}.{b64(mirrored)}"
    assert mirror != token
    assert await services.access_tokens.verify(mirror) == await services.access_tokens.verify(token)


# --- the way in ------------------------------------------------------------------------------------------------------


async def test_a_token_comes_in_the_header_and_nowhere_else(
    app: FastAPI, http: httpx.AsyncClient, forge: Forge, tmp_path: Path
) -> None:
    """RFC 6750 section 5.3: not in the address, where logs and histories keep it, and not in a cookie."""
    token = forge.token()
    me = "/api/v1/users/me"
    for answer in [
        await http.get(f"{me}?access_token={token}"),
        await http.get(me, headers={"Cookie": f"access_token={token}; Authorization={token}"}),
        await http.get(me, headers={"Authorization": token}),
        await http.get(me, headers={"Authorization": f"Basic {token}"}),
        await http.get(me, headers={"Authorization": f"Token {token}"}),
        await http.get(me, headers={"Authorization": f"Bearer  {token} x"}),
        await http.get(me, headers={"X-Authorization": f"Bearer {token}"}),
    ]:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] in {"Bearer", 'Bearer error="invalid_token"'}
        assert token not in answer.text
    assert (await http.get(me, headers=bearer(token))).status_code == 200


async def test_time_ends_every_token(services: Services, forge: Forge, clock: HandClock) -> None:
    token = forge.token()
    clock.now += timedelta(seconds=610)
    with pytest.raises(Unauthenticated):
        await services.access_tokens.verify(token)
