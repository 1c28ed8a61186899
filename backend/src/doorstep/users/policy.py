"""What counts as an e-mail address, and when two are the same.

Only what could hurt is refused (RFC 5321 lengths, control characters, white space, several @): whether mail arrives is
found out by sending one. `email_key` is what is unique: without regard to case, and NFC so that one visible address is
one address.
"""

import re
import unicodedata

LONGEST_EMAIL = 254
_LONGEST_LOCAL_PART = 64
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_SHAPE = re.compile(rf"[^\s@\"(),:;<>\[\]\\]+@{_LABEL}(?:\.{_LABEL})+")


def normalise_email(typed: str) -> str | None:
    """The address to keep, or None when the text is no address: NFC, without the spaces around it."""
    email = unicodedata.normalize("NFC", typed.strip())
    if "=?" in email:  # an encoded word (RFC 2047): mail programs would read another address in it
        return None
    if len(email) > LONGEST_EMAIL or not _SHAPE.fullmatch(email) or not email.isprintable():
        return None
    local_part = email.split("@", 1)[0]
    if len(local_part.encode(errors="surrogatepass")) > _LONGEST_LOCAL_PART:
        return None
    if local_part.startswith(".") or local_part.endswith(".") or ".." in local_part:
        return None
    if len(email_key(email)) > LONGEST_EMAIL:
        return None
    return email


def email_key(email: str) -> str:
    """The form in which addresses are compared."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email.strip()).casefold())
