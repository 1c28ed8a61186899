"""The codes themselves: `pyotp` computes, everything is compared in constant time."""

import base64
import hmac
from collections.abc import Iterable

from pyotp import OTP
from pyotp.utils import build_uri

from doorstep.kit.typed_code import letters_and_digits
from doorstep.totp.policy import DIGITS, STEP

SECRET_BYTES = 20
"""As long as SHA-1's output (RFC 4226 section 4, R6)."""


def as_text(secret: bytes) -> str:
    """The secret as people type it into an app."""
    return base64.b32encode(secret).decode()


def address(secret: bytes, account: str, issuer: str) -> str:
    """The `otpauth:` address that a QR code carries; every known app reads these parameters."""
    return build_uri(as_text(secret), account, issuer=issuer, algorithm="SHA1", digits=DIGITS, period=STEP)


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of that step (RFC 6238 with SHA-1, which is the one that every app knows)."""
    return OTP(as_text(secret), digits=digits).generate_otp(step)


def matching(secret: bytes, typed: str, steps: Iterable[int]) -> list[int]:
    """The steps whose code this is. Each is computed and compared, whichever matches."""
    given = letters_and_digits(typed).encode()
    return [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), given)]
