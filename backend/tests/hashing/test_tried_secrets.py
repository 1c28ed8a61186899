"""A hash that another system made opens to the password as that system hashed it, whatever it did to the letters."""

import base64
import hashlib
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from statistics import median

import bcrypt
import pytest
from passlib import hash as formats

from doorstep.kit.hash_formats import HashFormats, StoredHash
from doorstep.kit.hashing import PasswordHasher
from doorstep.kit.tried_secrets import tried_secrets
from tests.builders import CHEAP_HASHES, GOOD_PASSWORD

COMPOSED = "crème brûlée à la carte"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
COMPATIBLE = "ﬁrst ½ horse battery"
# As the Vietnamese keyboard of Windows types it: neither NFC nor NFD.
VIETNAMESE = "mâ\u0323t khâ\u0309u cu\u0309a tôi"
# A letter that composes and is excluded from composition: NFC takes it apart.
DEVANAGARI = "\u0958लम और दवात"
HANGUL = "비밀번호 한글 암호"
SIGNS = "50 \u212b und 3 \u2126"  # ångström and ohm, which NFC replaces
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "password1234")
TYPED = (COMPOSED, DECOMPOSED, COMPATIBLE, VIETNAMESE, DEVANAGARI, HANGUL, SIGNS, FULL_WIDTH)

SCHEMES: dict[str, Callable[[bytes], str]] = {
    "bcrypt": lambda secret: bcrypt.hashpw(secret, bcrypt.gensalt(4)).decode(),
    "pbkdf2": formats.django_pbkdf2_sha256.using(rounds=10).hash,
    "argon2id": formats.argon2.using(memory_cost=64, time_cost=1, parallelism=1).hash,
}


@pytest.fixture
async def hasher() -> AsyncIterator[PasswordHasher]:
    made = PasswordHasher(CHEAP_HASHES, workers=1)
    yield made
    made.close()


def pbkdf2(secret: bytes, rounds: int) -> str:
    digest = base64.b64encode(hashlib.pbkdf2_hmac("sha256", secret, b"seasalt", rounds)).decode()
    return f"pbkdf2_sha256${rounds}$seasalt${digest}"


def stored_hash(stored: str) -> StoredHash:
    found = HashFormats(CHEAP_HASHES).read(stored)
    assert found is not None
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("folded", ["as typed", "NFC", "NFKC", "NFKD"])
async def test_an_imported_hash_opens_to_the_same_keys(
    hasher: PasswordHasher, scheme: str, typed: str, folded: str
) -> None:
    text = typed if folded == "as typed" else unicodedata.normalize(folded, typed)  # type: ignore[arg-type]  # one of them
    stored = SCHEMES[scheme](text.encode())
    assert not (await hasher.matches(typed[:-1], stored)).ok
    found = await hasher.matches(typed, stored)
    assert found.ok
    # It is renewed as one of ours: from then on the visible text counts.
    assert (await hasher.matches(typed, found.replacement)).ok
    assert (await hasher.matches(unicodedata.normalize("NFD", typed), found.replacement)).ok


async def test_an_imported_hash_of_our_own_parameters_is_no_hash_of_ours(hasher: PasswordHasher) -> None:
    own = formats.argon2.using(memory_cost=8, time_cost=1, parallelism=1).hash(
        unicodedata.normalize("NFKC", COMPATIBLE)
    )
    assert not (await hasher.matches(COMPATIBLE, own)).ok
    kept = stored_hash(own).notation
    found = await hasher.matches(COMPATIBLE, kept)
    assert found.ok
    assert found.replacement is not None
    assert (await hasher.matches(COMPATIBLE, found.replacement)).replacement is None


def test_ascii_and_hashes_of_ours_are_tried_once() -> None:
    for scheme in SCHEMES.values():
        assert len(tried_secrets(GOOD_PASSWORD, stored_hash(scheme(b"x")))) == 1
    ours = stored_hash(HashFormats(CHEAP_HASHES).decoy(b"s" * 16, b"d" * 32))
    assert [each.secret for each in tried_secrets(DECOMPOSED, ours)] == [COMPOSED.encode()]


def test_the_distinct_ones_are_tried_in_order() -> None:
    stored = stored_hash(pbkdf2(b"x", 10))
    forms = (VIETNAMESE, *(unicodedata.normalize(form, VIETNAMESE) for form in ("NFC", "NFKD")))
    assert [each.secret for each in tried_secrets(VIETNAMESE, stored)] == [text.encode() for text in forms]


@pytest.mark.asvs("v5.0.0-15.2.2")
@pytest.mark.parametrize(
    ("stored", "most"),
    [
        (pbkdf2(b"x", 10), 3),
        ("pbkdf2_sha256$1200000$s$" + base64.b64encode(bytes(32)).decode(), 2),  # Django 6.0
        ("pbkdf2_sha256$3000000$s$" + base64.b64encode(bytes(32)).decode(), 1),
        ("$2b$12$" + "." * 53, 3),
        ("$2b$13$" + "." * 53, 2),
        ("$2b$14$" + "." * 53, 1),
        ("$argon2id$v=19$m=262144,t=3,p=1$c2FsdHNhbHQ$" + "d" * 43, 1),
        ("$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$" + "d" * 43, 2),
        ("prepared:phpass/B12345678:$argon2id$v=19$m=1048576,t=1,p=1$c2FsdHNhbHQ$" + "d" * 43, 0),
    ],
)
def test_together_they_cost_no_more_than_one_log_in_may(stored: str, most: int) -> None:
    found = HashFormats(CHEAP_HASHES).read(stored)
    assert (0 if found is None else len(tried_secrets(VIETNAMESE, found))) == most


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_neither_right_nor_wrong_nor_which_form_shows_in_the_time(hasher: PasswordHasher) -> None:
    rounds = 60_000
    kinds = {
        "as typed": pbkdf2(VIETNAMESE.encode(), rounds),
        "NFKD": pbkdf2(unicodedata.normalize("NFKD", VIETNAMESE).encode(), rounds),
        "wrong": pbkdf2(b"x", rounds),
    }
    seconds: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(15):
        for name, stored in kinds.items():
            begun = time.process_time()  # of the processor: neighbours on the machine do not count
            found = await hasher.matches(VIETNAMESE, stored, renew=False)
            seconds[name].append(time.process_time() - begun)
            assert found.ok is (name != "wrong")
    for took in seconds.values():
        assert median(took) == pytest.approx(median(seconds["wrong"]), rel=0.3)


def test_no_text_is_a_crash() -> None:
    for stored in (stored_hash(pbkdf2(b"x", 10)), stored_hash(SCHEMES["bcrypt"](b"x"))):
        for password in ("", "\ud800", "\ufdfa" * 300, "x" * 100_000, "\0"):
            assert len(tried_secrets(password, stored)) <= 4


async def test_a_slip_behind_byte_72_does_not_become_the_password(hasher: PasswordHasher) -> None:
    password = "correct horse battery staple " * 3
    made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    for prefix in ("2a", "2b", "2y"):
        stored = made.replace("2b", prefix, 1)
        for typed in (password, password[:-1] + "x"):  # bcrypt cannot tell them apart
            found = await hasher.matches(typed, stored)
            assert found.ok
            assert found.replacement is None
        assert (await hasher.matches(password[:72], stored)).replacement is not None


async def test_symfony_hashes_a_digest_of_what_bcrypt_would_cut(hasher: PasswordHasher) -> None:
    password = "correct horse battery staple " * 3
    digest = base64.b64encode(hashlib.sha512(password.encode()).digest())[:72]
    stored = bcrypt.hashpw(digest, bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$", 1)
    assert not (await hasher.matches(password[:-1], stored)).ok
    found = await hasher.matches(password, stored)
    assert found.ok
    assert found.replacement is not None  # all of it was verified
    assert not (await hasher.matches(password, stored.replace("$2y$", "$2b$", 1))).ok
