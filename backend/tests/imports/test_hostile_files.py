"""A file is input of an attacker's: each line is a user or a reason, whatever is in it."""

import csv
import io
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.imports.batches import Batches
from doorstep.imports.hashes import Hashes
from doorstep.imports.models import FIELDS, SENTENCES, Reason
from doorstep.imports.source import opened
from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.foreign.columns import joined
from doorstep.kit.foreign.firebase import ProjectUnknownError
from doorstep.kit.foreign.names import seen
from doorstep.kit.foreign.parts import DamagedError, UnreadError
from doorstep.kit.foreign.reading import read as read_hash
from doorstep.kit.hash_formats import HashFormats
from doorstep.users.policy import normalise_email
from tests.builders import CHEAP_HASHES, HandClock
from tests.hashing.test_formats import TOO_COSTLY
from tests.imports.files import BCRYPT, imported, jsonl
from tests.world import World

PROJECT = FirebaseProject(bytes(64), b"\x07", 8, 14)
BATCHES = Batches(HandClock())
HASHES = Hashes(HashFormats(CHEAP_HASHES), PROJECT, wraps=True)

notations = st.sampled_from(
    [
        *("$2b$04$", "$argon2id$v=19$m=8,t=1,p=1$", "$scrypt$ln=4,r=8,p=1$", "$7$", "$pbkdf2-sha256$i=1$"),
        *("pbkdf2_sha256$1$", "argon2$argon2id$", "bcrypt$$2b$04$", "bcrypt_sha256$$2b$04$", "scrypt$16$"),
        *("scrypt:16:8:1$", "pbkdf2:sha256:1$", "$firebase-scrypt$ln=4,r=8$", BCRYPT, BCRYPT[:-1], "!", ""),
        *(
            "$P$B12345678",
            "$wp$2y$10$",
            "{PBKDF2}",
            "{CRYPT}$6$rounds=100000$",
            "{scrypt}$100801$",
            "$pbkdf2-any$sha1,i=5$",
        ),
        *("prepared:suffix/0a0b0c0d:", "prepared:phpass/B12345678:$argon2id$", ":pbkdf2:", "s2:", "AQAAAAEAACcQAAAAE"),
        *(
            "$fbscrypt$v=1,n=14,r=8,p=1,ss=,sk=",
            "$f_scrypt$",
            "$scrypt-kdf$ln=4,r=8,p=1$",
            "!bcrypt!04!",
            "$argon2id$m=8$",
        ),
    ]
)
hashes = st.builds(str.__add__, notations, st.text(max_size=80) | st.from_regex(r"[!-~]{0,120}", fullmatch=True))
emails = st.emails() | st.text(max_size=300) | st.sampled_from(["ada@example.org", "=1+1@example.org", "@", "a@b"])
values = hashes | emails | st.booleans() | st.none() | st.integers() | st.floats() | st.lists(st.text(max_size=3))
lines = (
    st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), values, max_size=8)
    | st.fixed_dictionaries({"email": emails, "password_hash": hashes}, optional={"password_salt": hashes})
).map(lambda fields: json.dumps(fields).encode())
odd = st.sampled_from(
    [
        *(b"{", b"[]", b"null", b'"x"', b"[" * 16000, b'{"a":' * 3000, b"\xff\xfe{}", b"\0", b"NaN", b"1" * 16000),
        *(b'{"email":"a@example.org","email":"b@example.org"}', b'{"email":"\\ud800@example.org"}', b"\xef\xbb\xbf{}"),
        *(b'{"email":"a\\u0000@example.org"}', b'{"email":"\\u202eada@example.org"}', b"x" * 20000, b"\r", b'"', b'",'),
    ]
)


def read(content: bytes, suffix: str) -> list[tuple[int, object]]:
    """Each line that came out, with its reason; users have theirs checked."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / f"users{suffix}"
        file.write_bytes(content)
        found: list[tuple[int, object]] = []
        with opened(file, None) as source:
            for batch in BATCHES.of(source, 0, 0, HASHES):
                found += [(each.line, each.reason) for each in batch.not_imported]
                for user in batch.users:
                    assert normalise_email(user.email) == user.email
                    assert user.password_hash is None or (
                        user.password_hash.isprintable() and user.password_hash.isascii()
                    )
                    found.append((user.line, user))
        return found


@given(st.lists(lines | odd | st.binary(max_size=300), max_size=12))
def test_each_line_of_json_is_a_user_or_a_reason(content: list[bytes]) -> None:
    content = [b"{}", *(line.replace(b"\n", b"") for line in content)]  # a file that begins as UTF-16 is refused whole
    found = read(b"\n".join(content), ".jsonl")
    assert sorted(line for line, _ in found) == [number for number, line in enumerate(content, 1) if line.strip()]


@given(st.lists(st.lists(emails | hashes, min_size=1, max_size=4), max_size=8), st.binary(max_size=200))
def test_each_line_of_csv_is_a_user_or_a_reason(cells: list[list[str]], rest: bytes) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([cell.replace("\n", "").replace("\r", "") for cell in row] for row in cells)
    content = b"email,password_hash\r\n" + text.getvalue().encode(errors="surrogatepass") + rest
    found = read(content, ".csv")
    expected = [number for number, line in enumerate(content.split(b"\n"), 1) if number > 1 and line.strip()]
    assert sorted(line for line, _ in found) == expected


@given(hashes)
def test_reading_refuses_and_never_fails(stored: str) -> None:
    with suppress(DamagedError, UnreadError, ProjectUnknownError):
        read_hash(stored, None)
    with suppress(DamagedError, UnreadError):
        joined(stored, stored, "payload")
    assert len(seen(stored)) < 200
    PROJECT.notation(stored, stored)


PARAMETERS = st.sampled_from(["base64_signer_key", "base64_salt_separator", "rounds", "mem_cost"])
values_of_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(PARAMETERS, inner),
    max_leaves=8,
)


@given(values_of_json)
def test_parameters_of_firebase_are_read_or_refused(given_: object) -> None:
    try:
        FirebaseProject.read(given_)
    except ValueError as refused:
        assert str(refused)  # noqa: PT017 -- either way is right


async def test_whatever_is_read_is_stored(world: World, tmp_path: Path) -> None:
    """PostgreSQL takes every line that we take: one that it refused would stop the lines beside it."""
    good = {"email": "ada@example.org", "password_hash": BCRYPT}
    drawn = [b"{}", json.dumps(good).encode()]

    @given(st.lists(lines | odd, max_size=20))
    def draw(content: list[bytes]) -> None:
        drawn.extend(line.replace(b"\n", b"") for line in content)

    draw()
    progress, told = await imported(world, jsonl(tmp_path / "users.jsonl", drawn), PROJECT)
    assert progress.added + len(told.lines) == sum(bool(line.strip()) for line in drawn)
    assert await world.scalar("SELECT count(*) FROM users") == progress.added > 0


@pytest.mark.asvs("v5.0.0-2.2.1")
async def test_hostile_lines_do_not_stop_those_beside_them(world: World, tmp_path: Path) -> None:
    hostile = {
        Reason.TOO_LONG: b'{"email": "' + b"a" * 20_000 + b'"}',
        Reason.NOT_UTF8: b'{"email": "\xff@example.org"}',
        Reason.NOT_JSON: b'{"email": "a@example.org", "email": "b@example.org"}',
        Reason.FIELDS_UNKNOWN: {"email": "c@example.org", "is_admin": True},
        Reason.VALUE_KIND: {"email": "d@example.org", "password_hash": {"$ne": ""}},
        Reason.EMAIL: {"email": "e@example.org\0"},
        Reason.EMAIL_VERIFIED: {"email": "f@example.org", "email_verified": "yes"},
        Reason.CREATED_AT: {"email": "g@example.org", "created_at": "9999-12-31T23:59:59-23:59"},
        Reason.STATUS: {"email": "h@example.org", "status": "admin"},
        Reason.ID: {"email": "i@example.org", "id": "{0190a6b2-7c1e-7d43-9f5a-2b8c4d6e8f01}"},
        Reason.HASH_UNKNOWN: {"email": "j@example.org", "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"},
        Reason.HASH_DAMAGED: {"email": "k@example.org", "password_hash": "$7$26..../....a\0b$" + "." * 43},
        Reason.HASH_TOO_COSTLY: {"email": "l@example.org", "password_hash": TOO_COSTLY["argon2 memory"]},
        Reason.FIREBASE_UNSET: {"email": "m@example.org", "password_hash": "$f_scrypt$A$A$m=1$r=1$s="},
        Reason.SALT_UNNAMED: {"email": "n@example.org", "password_hash": "AAAA", "password_salt": "AAAA"},
        Reason.SCHEME: {"email": "o@example.org", "password_hash": BCRYPT, "password_scheme": "payload"},
        Reason.PREPARATION: {
            "email": "p@example.org",
            "password_hash": BCRYPT,
            "password_preparation": "rot13",
        },
        Reason.PEPPER_UNSET: {"email": "q@example.org", "password_hash": BCRYPT, "password_preparation": "suffix"},
    }
    depth = b"[" * 16_000
    good = [{"email": f"user{number}@example.org", "password_hash": BCRYPT} for number in range(3)]
    file = jsonl(tmp_path / "users.jsonl", [good[0], *hostile.values(), good[1], depth, good[2]])
    progress, told = await imported(world, file)
    assert told.reasons() == dict(enumerate(hostile, 2)) | {len(hostile) + 3: Reason.NOT_JSON}
    assert progress.added == 3
    assert await world.scalar("SELECT count(*) FROM users") == 3


@pytest.mark.asvs("v5.0.0-15.2.2")
@pytest.mark.parametrize("stored", TOO_COSTLY.values(), ids=TOO_COSTLY.keys())
async def test_a_hostile_cost_is_refused_at_import(world: World, tmp_path: Path, stored: str) -> None:
    file = jsonl(tmp_path / "users.jsonl", [{"email": "ada@example.org", "password_hash": stored}])
    _, told = await imported(world, file)
    assert told.reasons() == {1: "hash_too_costly"}


async def test_a_hostile_cost_of_firebase_is_refused_at_import(world: World, tmp_path: Path) -> None:
    line = {"email": "ada@example.org", "password_hash": "A" * 86, "password_salt": "AAAA"}
    for project in (FirebaseProject(bytes(64), b"", 8, 31), FirebaseProject(bytes(64), b"", 99, 20)):
        _, told = await imported(world, jsonl(tmp_path / "users.jsonl", [line]), project)
        assert told.reasons() == {1: "hash_too_costly"}


def test_each_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)


@pytest.mark.asvs("v5.0.0-5.2.1")
def test_memory_does_not_grow_with_a_line(tmp_path: Path) -> None:
    file = tmp_path / "users.jsonl"
    with file.open("wb") as made:
        made.truncate(300_000_000)  # one line of NULs, which takes no place on the disk
        made.seek(0, io.SEEK_END)
        made.write(b'\n{"email": "ada@example.org"}\n')
    tracemalloc.start()
    try:
        with opened(file, None) as source:
            found = [(entry.line, entry.fields) for entry in source.records(0, 0)]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert found == [(1, Reason.TOO_LONG), (2, {"email": "ada@example.org"})]
