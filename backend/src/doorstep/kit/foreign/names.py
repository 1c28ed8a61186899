"""The names of formats that are not read: an operator learns what is in the file, and what to do about it.

Nothing of the text itself is named, for it may be a password in the wrong place.
"""

import re
from typing import Final

_FAST: Final = "too fast, whoever has a copy of it has most of the passwords; import the user without a hash"
_RESET: Final = "which is not read; import the user without a hash"
_LOCKED: Final = "a `!` and something behind it, which is neither a hash nor Django's or shadow's «no password»"

_NAMES: Final = (
    (
        re.compile(r"!\$.*"),
        "locked by a `!` in front, as usermod does; take it away and give the user the status disabled",
    ),
    (re.compile(r"!.*"), f"{_LOCKED}; import the user without a hash"),
    (re.compile(r"\$g?y\$.*"), f"yescrypt (crypt's default on Debian, Fedora and Ubuntu), {_RESET}"),
    (re.compile(r"\$1\$.*"), f"crypt's MD5: {_FAST}"),
    (re.compile(r"\$apr1\$.*"), f"Apache's MD5 (htpasswd): {_FAST}"),
    (re.compile(r"\$2x\$.*"), f"bcrypt of a library that lost letters outside ASCII ($2x$), {_RESET}"),
    (re.compile(r"\$6\$[A-Za-z0-9+/=]{12,24}\$[A-Za-z0-9+/]{86}=="), f"mosquitto's SHA-512: {_FAST}"),
    (re.compile(r"\$(?:sha1|md5|3|ml)\$.*"), f"a fast hash of crypt's or of macOS: {_FAST}"),
    (re.compile(r"\$shiro[12]\$.*"), f"Apache Shiro's SHA-256, many times over, {_RESET}"),
    (re.compile(r"\$scram\$.*"), f"SCRAM's keys as passlib writes them, {_RESET}"),
    (re.compile(r"\{?SCRAM-SHA-.*"), f"SCRAM's keys, {_RESET}"),
    (re.compile(r":(?:[AB]|pbkdf2-legacy[AB]):.*"), f"MediaWiki's MD5: {_FAST}"),
    (re.compile(r":[a-zA-Z0-9-]{1,24}:.*"), f"of MediaWiki's, in a form {_RESET}"),
    (
        re.compile(r"(?:sha(?:1|224|256|384|512)|md5)[:$].*|unsalted_.*|crypt\$.*"),
        f"a fast hash with its name in front: {_FAST}",
    ),
    (
        re.compile(r"pbkdf2-sha256-v1:.*"),
        "Payload's: give its salt as `password_salt`, and `password_scheme` payload",
    ),
    (
        re.compile(r"(?i:\{(?:noop|plain|cleartext|clear)(?:\..*)?\}.*)"),
        f"a password that is not hashed at all: {_FAST}",
    ),
    (
        re.compile(
            r"(?i:\{(?:s?sha(?:[-_]?(?:1|224|256|384|512))?|ssha[^}]*|s?md[45]|mysql|ntlm|ldap|plain-md5|ldap-md5|lanman"
            r"|cram-md5|digest-md5|hmac-md5|des-crypt|md5-crypt|nt|lm)(?:\..*)?\}.*)"
        ),
        f"a fast hash of a directory's or of Spring's ({{SSHA}} and its kin): {_FAST}",
    ),
    (re.compile(r"\{[A-Za-z0-9@_.-]{1,48}\}.*"), f"of a scheme in braces {_RESET}"),
    (re.compile(r"U\$[PHS]\$.*"), f"phpass over an older MD5, {_RESET}"),
    (re.compile(r"[0-9a-fA-F]{32}"), f"32 hexadecimal digits, most likely MD5: {_FAST}"),
    (re.compile(r"[0-9a-fA-F]{40}"), f"40 hexadecimal digits, most likely SHA-1: {_FAST}"),
    (re.compile(r"\*[0-9A-F]{40}"), f"MySQL's: {_FAST}"),
    (
        re.compile(r"[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}"),
        f"hexadecimal digits of a SHA-2: {_FAST}",
    ),
    (
        re.compile(r"[0-9a-fA-F]{129,}"),
        "a long key alone: give its salt as `password_salt`, and name the `password_scheme`",
    ),
    (
        re.compile(r"\$(?:argon2|2[aby]\$|pbkdf2|scrypt).*"),
        "of a known format, but not as it writes hashes",
    ),
    (re.compile(r"[./0-9A-Za-z]{13}"), f"13 letters, most likely crypt's DES: {_FAST}"),
)
_OTHER: Final = "in no format that we read"


def seen(stored: str) -> str:
    """What the text is, to complete the sentence «The password hash is …»."""
    return next((name for pattern, name in _NAMES if pattern.fullmatch(stored)), _OTHER)
