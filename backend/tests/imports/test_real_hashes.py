"""166 hashes that the real systems made, each in the form in which an export has it: none is imported and then lost.

`real_hashes.jsonl` says which system in which version made each; passwords and secrets are invented. What is not read
is refused by its name.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from doorstep.imports.hashes import Hashes
from doorstep.imports.models import Candidate, Reason, Refusal
from doorstep.imports.policy import candidate
from doorstep.kit.hash_formats import HashFormats
from doorstep.kit.hashing import PasswordHasher
from doorstep.settings import PasswordSettings
from tests.builders import CHEAP_HASHES, START

REAL: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("real_hashes.jsonl").read_text(encoding="utf-8").splitlines()
]
# What is refused, by the word that its sentence must have.
REFUSED = {
    "(V2)": "ASP.NET Identity's version 2",
    "ldap_salted_sha512": "{SSHA}",
    "passlib scram": "SCRAM",
    "AuthEncoding SHA256": "{SSHA}",
    "AuthEncoding SHA": "{SSHA}",
    "AuthEncoding MYSQL": "{SSHA}",
    "jupyter_server passwd sha256": "fast hash",
    "pydal": "PBKDF2 with fewer than 5000 rounds",
    "Symfony Pbkdf2": "PBKDF2 with fewer than 5000 rounds",
    "MediaWiki A": "MediaWiki's MD5",
    "MediaWiki B": "MediaWiki's MD5",
    "DokuWiki smd5": "crypt's MD5",
    "DokuWiki apr1": "htpasswd",
    "DokuWiki ssha": "{SSHA}",
    "Redmine": "Redmine",
    "htpasswd -2": "crypt's SHA-256",
    "htpasswd -5": "crypt's SHA-512",
    "htpasswd -s": "{SSHA}",
    "SHA512-CRYPT": "crypt's SHA-512",
    "doveadm pw -s SCRAM-SHA-256": "SCRAM",
    "{SSHA512}": "{SSHA}",
    "mkpasswd default": "yescrypt",
    "mosquitto": "PBKDF2 with fewer than 5000 rounds",
    "Shiro": "Apache Shiro",
}
BCRYPT_READS = 72


def settings_of(real: Mapping[str, Any]) -> PasswordSettings:
    return CHEAP_HASHES.model_copy(update={"imported_secrets": SecretStr(real["secret"])} if "secret" in real else {})


def kept(real: Mapping[str, Any]) -> str | Refusal | None:
    described = candidate(1, {"email": "ada@example.org", **real["line"]}, START + timedelta(1))
    assert isinstance(described, Candidate)
    return Hashes(HashFormats(settings_of(real)), None, wraps=True).kept(described)


@pytest.mark.asvs("v5.0.0-11.4.2")
@pytest.mark.parametrize("real", REAL, ids=[f"{number} {each['system']}" for number, each in enumerate(REAL)])
async def test_it_opens_to_its_password_or_is_refused_by_its_name(real: Mapping[str, Any]) -> None:
    text, password = kept(real), real["password"]
    if isinstance(text, Refusal):
        word = next(word for name, word in REFUSED.items() if real["system"].endswith(name) or name in real["system"])
        assert text.reason is Reason.HASH_UNKNOWN
        assert word in text.sentence
        assert real["line"]["password_hash"][-12:] not in text.sentence
        return
    hasher = PasswordHasher(settings_of(real), workers=1)
    assert (await hasher.matches(password, text, renew=False)).ok
    if text != real["line"]["password_hash"]:  # it was rewritten: what is kept opens to nothing else
        assert not (await hasher.matches("x" + password, text, renew=False)).ok
        assert not (await hasher.matches("", text, renew=False)).ok
    hasher.close()


def test_most_are_read() -> None:
    found = Counter(type(kept(real)) for real in REAL)
    assert found == {str: 142, Refusal: 24}
