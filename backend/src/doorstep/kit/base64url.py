"""Base64url without padding (RFC 4648 section 5, RFC 7515 section 2), as tokens and keys are written."""

import base64


def encode(raw: bytes) -> str:
    """The text of these bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of this text. Raises ValueError for a character or a length that does not belong.

    Stray bits at the end are passed over: where a value must have one spelling, compare with `encode`.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
