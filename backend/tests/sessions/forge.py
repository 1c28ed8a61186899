"""Tokens of an attacker's making. Unless a test says otherwise they carry a genuine signature of the server's own key,
so that what refuses them is the check under test and no other."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from doorstep.assembly import Services

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points P-256 has (SEC 2, section 2.4.2)."""

LEFT_OUT = object()
"""The value of a claim or header that is left out."""

Sign = Callable[[bytes], bytes]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_signature(key: ec.EllipticCurvePrivateKey, message: bytes, hashed: hashes.HashAlgorithm) -> bytes:
    """r and s side by side, as RFC 7518 section 3.4 has it."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashed)))
    size = (key.curve.key_size + 7) // 8
    return r.to_bytes(size) + s.to_bytes(size)


def es256(key: ec.EllipticCurvePrivateKey) -> Sign:
    return lambda message: raw_signature(key, message, hashes.SHA256())


def hs(secret: bytes, hashed: str = "sha256") -> Sign:
    return lambda message: hmac.digest(secret, message, hashed)


@dataclass(frozen=True)
class Forge:
    """What a signed-in attacker knows, and the server's key besides."""

    kid: str
    key: ec.EllipticCurvePrivateKey
    claims: Mapping[str, object]

    @property
    def header(self) -> dict[str, object]:
        return {"alg": "ES256", "typ": "at+jwt", "kid": self.kid}

    @property
    def public_texts(self) -> dict[str, bytes]:
        """The public key in every form that somebody has ever given to an HMAC."""
        public = self.key.public_key()
        numbers = public.public_numbers()
        jwk = {"crv": "P-256", "kty": "EC", "x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}
        full = {**jwk, "kid": self.kid, "use": "sig", "alg": "ES256"}
        spki, form = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding
        pem = public.public_bytes(form.PEM, spki)
        point = public.public_bytes(form.X962, serialization.PublicFormat.UncompressedPoint)
        return {
            "PEM": pem,
            "PEM without the last newline": pem.rstrip(),
            "DER": public.public_bytes(form.DER, spki),
            "point": point,
            "JWK": json.dumps(full).encode(),
            "compact JWK": json.dumps(jwk, separators=(",", ":")).encode(),
            "JWK set": json.dumps({"keys": [full]}).encode(),
            "x": numbers.x.to_bytes(32),
            "kid": self.kid.encode(),
            "nothing": b"",
        }

    def token(
        self,
        header: Mapping[str, object] | None = None,
        claims: Mapping[str, object] | None = None,
        sign: Sign | None = None,
    ) -> str:
        """A token with these headers and claims besides the usual ones, signed by the server's key unless told."""
        heads = _changed(self.header, header or {})
        body = _changed(dict(self.claims), claims or {})
        return self.parts(json.dumps(heads).encode(), json.dumps(body).encode(), sign)

    def parts(self, header: bytes, payload: bytes, sign: Sign | None = None) -> str:
        """A token of these bytes."""
        return self.text(b64(header), b64(payload), sign)

    def text(self, header: str, payload: str, sign: Sign | None = None) -> str:
        """A token of these two parts, whatever they are."""
        signed = f"{header}.{payload}"
        return f"{signed}.{b64((sign or es256(self.key))(signed.encode()))}"


def _changed(usual: dict[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**usual, **changes}.items() if value is not LEFT_OUT}


async def forge_for(services: Services, now: datetime, user_id: UUID, session_id: UUID) -> Forge:
    """The forge for a live session."""
    [listed] = await services.signing_keys.overview()
    key = serialization.load_der_private_key(services.signing_keys.open(listed.key).private_der, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    issued = int(now.timestamp())
    origin = services.settings.origin
    claims = {
        "iss": origin,
        "aud": f"{origin}/api",
        "sub": str(user_id),
        "sid": str(session_id),
        "client_id": "doorstep",
        "jti": uuid4().hex,
        "iat": issued,
        "exp": issued + 600,
        "auth_time": issued,
        "amr": ["pwd"],
    }
    return Forge(listed.key.kid, key, claims)


def thumbprint(key: ec.EllipticCurvePrivateKey) -> str:
    """The name a key of an attacker's would have (RFC 7638)."""
    numbers = key.public_key().public_numbers()
    members = {"crv": "P-256", "kty": "EC", "x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}
    return b64(hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest())
