"""Hashes that others made: understood, replaced, or refused before they cost anything."""

import base64
import hashlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from passlib import hash as formats
from structlog.testing import capture_logs

from doorstep.kit.hash_formats import HashFormats
from doorstep.kit.hashing import PasswordHasher
from tests.builders import CHEAP_HASHES, GOOD_PASSWORD

SALT = base64.b64encode(b"s" * 16).decode().rstrip("=")
DIGEST = base64.b64encode(b"d" * 32).decode().rstrip("=")


def django_scrypt(password: str, *, work: int = 256) -> str:
    """As Django's ScryptPasswordHasher writes it: 64 bytes, the salt as text, the real work factor."""
    digest = hashlib.scrypt(password.encode(), salt=b"seasalt", n=work, r=8, p=2, dklen=64)
    return f"scrypt${work}$seasalt$8$2${base64.b64encode(digest).decode()}"


IMPORTED = {
    "argon2i": formats.argon2.using(type="I", memory_cost=64, time_cost=1, parallelism=2),
    "argon2id of another cost": formats.argon2.using(memory_cost=64, time_cost=3, parallelism=1),
    "bcrypt": formats.bcrypt.using(rounds=4),
    "bcrypt $2y$ as PHP writes it": formats.bcrypt.using(rounds=4, ident="2y"),
    "scrypt": formats.scrypt.using(rounds=4),
    "pbkdf2_sha256": formats.pbkdf2_sha256.using(rounds=10),
    "pbkdf2_sha512": formats.pbkdf2_sha512.using(rounds=10),
    "django_pbkdf2_sha256": formats.django_pbkdf2_sha256.using(rounds=10),
    "django_pbkdf2_sha1": formats.django_pbkdf2_sha1.using(rounds=10),
    "django_argon2": formats.django_argon2.using(memory_cost=64, time_cost=1, parallelism=1),
    "django_bcrypt": formats.django_bcrypt.using(rounds=4),
    "django_bcrypt_sha256": formats.django_bcrypt_sha256.using(rounds=4),
}
CASES = {name: str(handler.hash(GOOD_PASSWORD)) for name, handler in IMPORTED.items()} | {
    "django_scrypt": django_scrypt(GOOD_PASSWORD),
    "django's argon2id": "argon2" + str(IMPORTED["argon2id of another cost"].hash(GOOD_PASSWORD)),
}
TOO_COSTLY = {
    "argon2 memory": f"$argon2id$v=19$m=4194304,t=1,p=1${SALT}${DIGEST}",
    "argon2 passes": f"$argon2id$v=19$m=65536,t=4294967295,p=1${SALT}${DIGEST}",
    "argon2 lanes": f"$argon2id$v=19$m=65536,t=1,p=4096${SALT}${DIGEST}",
    "argon2 by django": f"argon2$argon2id$v=19$m=4194304,t=1,p=1${SALT}${DIGEST}",
    "bcrypt": "$2b$31$" + "." * 53,
    "bcrypt by django": "bcrypt$$2b$31$" + "." * 53,
    "bcrypt_sha256 by django": "bcrypt_sha256$$2b$31$" + "." * 53,
    "scrypt memory": f"$scrypt$ln=31,r=8,p=1${SALT}${DIGEST}",
    "scrypt block size": f"$scrypt$ln=14,r=1000000,p=1${SALT}${DIGEST}",
    "scrypt lanes": f"$scrypt$ln=14,r=8,p=100000${SALT}${DIGEST}",
    "scrypt by django": f"scrypt$1073741824$salt$8$1${base64.b64encode(b'd' * 64).decode()}",
    "scrypt $7$": "$7$" + "S6....1....seasalt$" + "." * 43,
    "pbkdf2_sha256": f"$pbkdf2-sha256$4000000000${SALT}${DIGEST}",
    "pbkdf2_sha512": f"$pbkdf2-sha512$4000000000${SALT}$" + "d" * 86,
    "pbkdf2 by django": f"pbkdf2_sha256$4000000000$seasalt${base64.b64encode(b'd' * 32).decode()}",
}


@pytest.fixture
async def hasher() -> AsyncIterator[PasswordHasher]:
    made = PasswordHasher(CHEAP_HASHES, workers=1)
    yield made
    made.close()


@pytest.mark.parametrize("stored", CASES.values(), ids=CASES.keys())
async def test_an_imported_hash_opens_to_its_password_only_and_is_replaced(hasher: PasswordHasher, stored: str) -> None:
    assert not (await hasher.matches(GOOD_PASSWORD + "x", stored)).ok
    found = await hasher.matches(GOOD_PASSWORD, stored)
    assert found.ok
    assert found.replacement is not None
    assert found.replacement.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    again = await hasher.matches(GOOD_PASSWORD, found.replacement)
    assert again.ok
    assert again.replacement is None


@pytest.mark.parametrize("stored", TOO_COSTLY.values(), ids=TOO_COSTLY.keys())
async def test_a_hostile_cost_is_refused_before_it_is_computed(hasher: PasswordHasher, stored: str) -> None:
    # Each of these would run for minutes or take the machine's memory: that this test ends at all is the proof.
    assert HashFormats(CHEAP_HASHES).read(stored) is None
    assert not (await hasher.matches(GOOD_PASSWORD, stored)).ok


def test_the_bound_never_locks_out_hashes_of_our_own_settings() -> None:
    heavy = CHEAP_HASHES.model_copy(update={"hash_memory_kib": 2_097_152, "hash_time_cost": 4})
    own = HashFormats(heavy).decoy(b"s" * 16, b"d" * 32)
    assert HashFormats(heavy).read(own) is not None
    assert HashFormats(CHEAP_HASHES).read(own) is None


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "!",
        "x" * 600,
        "\ud800",
        "plain text",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "md5$salt$" + hashlib.md5(b"salt" + GOOD_PASSWORD.encode()).hexdigest(),  # noqa: S324 -- what is refused
        f"$argon2id$v=19$m=8,t=1,p=1${SALT}",
        f"$argon2id$v=19$m=8,t=1,p=1$c2FsdA${DIGEST}",
        f"$argon2id$v=19$m=8,t=1,p=1,data=eA${SALT}${DIGEST}",
        f"$argon2id$v=19$m=8,t=1,p=1,keyid=eA${SALT}${DIGEST}",
        "$2x$04$" + "." * 53,
        "$2b$04$",
        "$scrypt$",
        "$7$",
        "scrypt$255$salt$8$1$" + "d" * 86,
        "pbkdf2_sha256$x$salt$digest",
    ],
)
async def test_what_is_no_hash_opens_nothing_and_breaks_nothing(hasher: PasswordHasher, stored: str) -> None:
    for password in (GOOD_PASSWORD, "", stored):
        with capture_logs() as logged:
            assert not (await hasher.matches(password, stored)).ok
        # The operator learns that a hash is of no use, and not the hash.
        assert [entry["event"] for entry in logged] == ["stored_hash_refused"]
        assert logged[0].keys() == {"event", "log_level", "reason"}


@given(st.text(max_size=600) | st.from_regex(r"\$(argon2id|2b|scrypt|7|pbkdf2-sha256)\$[!-~]{0,80}", fullmatch=True))
@example("$argon2id$v=19$m=8,t=1,p=1$x$y")
def test_reading_never_raises(stored: str) -> None:
    HashFormats(CHEAP_HASHES).read(stored)


async def test_bcrypt_and_a_nul_is_a_wrong_password(hasher: PasswordHasher) -> None:
    stored = str(formats.bcrypt.using(rounds=4).hash("seven"))
    with capture_logs() as logged:
        assert not (await hasher.matches("seven\0quiet herons", stored)).ok
    assert logged == []  # nothing is wrong with the hash
