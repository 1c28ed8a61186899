"""What counts as an e-mail address, and when two are the same.

Only what could hurt is refused (RFC 5321 lengths, control characters, white space, several @, domains that cannot
exist): whether mail arrives is found out by sending one. What was typed is kept; `email_key` is what is unique.
"""

import re
import unicodedata
from typing import Final

import idna

LONGEST_EMAIL = 254
_LONGEST_LOCAL_PART = 64
_LONGEST_DOMAIN = 253
_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\]\\]+")
_LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_ASCII_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+", re.IGNORECASE | re.ASCII)
_JOINERS: Final = str.maketrans("", "", "\u200c\u200d")
"""Invisible, and part of words in Persian and Indic scripts: IDNA 2008 has them where they belong."""
_DOTS: Final = str.maketrans("\u3002\uff0e\uff61", "...")
"""What keyboards of East Asia write between labels (RFC 3490, 3.1)."""


def normalise_email(typed: str) -> str | None:
    """The address to keep, or None when the text is no address: NFC, without the spaces around it."""
    if len(typed) > 2 * LONGEST_EMAIL:
        return None
    local_part, at, domain = unicodedata.normalize("NFC", typed.strip()).rpartition("@")
    domain = domain.translate(_DOTS)
    email = f"{local_part}{at}{domain}"
    if "=?" in email:  # an encoded word (RFC 2047): mail programs would read another address in it
        return None
    if len(email) > LONGEST_EMAIL or not _is_local_part(local_part):
        return None
    if not _is_domain(domain) or len(_mailbox_key(email)) > LONGEST_EMAIL:
        return None
    return email


def email_key(email: str) -> str:
    """The form in which addresses are compared: one mailbox has one key.

    The domain by its A-labels (UTS 46 non-transitional, IDNA 2008), so that both spellings of an international domain
    are one; the local part in lower case and NFC. No full case folding, which rewrites letters: ß is not ss. A key can
    be given instead of the address. A text that is no address has a key, too.
    """
    text = email.strip()
    if text.isascii():
        return text.lower()
    key = _mailbox_key(text)
    return key if len(key) <= LONGEST_EMAIL else spelling_key(email)


def spelling_key(email: str) -> str:
    """The same with the domain as it was spelled: what finds a user whose mailbox is another user's key.

    Two accounts can be on one mailbox that were made when spellings of a domain were different domains.
    """
    return _lower(email.strip())


def _mailbox_key(email: str) -> str:
    local_part, at, domain = email.rpartition("@")
    return f"{_lower(local_part)}{at}{domain.lower() if domain.isascii() else _a_labels(domain)}"


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _a_labels(domain: str) -> str:
    """What browsers make of the domain; in lower case where they make nothing of it."""
    mapped = _mapped(domain)
    found = ".".join(_a_label(label) for label in mapped.split(".")) if mapped is not None else ""
    return found if 0 < len(found) <= _LONGEST_DOMAIN else _lower(domain)


def _a_label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _is_local_part(text: str) -> bool:
    if len(text.encode(errors="surrogatepass")) > _LONGEST_LOCAL_PART or not text.isprintable():
        return False
    dots = text.startswith(".") or text.endswith(".") or ".." in text
    return _LOCAL_PART.fullmatch(text) is not None and not dots


def _mapped(domain: str) -> str | None:
    try:
        return idna.uts46_remap(domain, std3_rules=False, transitional=False)
    except idna.IDNAError:
        return None


def _is_domain(domain: str) -> bool:
    """Whether such a domain can exist (RFC 5890 for letters beyond ASCII). Nothing invisible stands in it."""
    if domain.isascii():
        return _ASCII_DOMAIN.fullmatch(domain) is not None
    mapped = _mapped(domain)
    if mapped is None or not domain.translate(_JOINERS).isprintable():
        return False
    return all(_can_exist(label) for label in mapped.split(".")) and bool(_ASCII_DOMAIN.fullmatch(_a_labels(domain)))


def _can_exist(label: str) -> bool:
    try:
        return label.isascii() or bool(idna.alabel(label))
    except (idna.IDNAError, UnicodeError):
        return False
