"""What an import does to the tables, whatever happens to it."""

import asyncio
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from passlib.hash import argon2

from doorstep.audit.models import OPERATOR
from doorstep.imports import batches, queries
from doorstep.imports.failures import ImportOvertaken
from doorstep.imports.models import NewUser, Progress
from doorstep.imports.source import opened
from doorstep.kit.startup import StartupRefused
from doorstep.login.failures import InvalidCredentials
from doorstep.users.models import UserStatus
from tests.builders import GOOD_PASSWORD
from tests.imports.files import BCRYPT, Told, imported, jsonl, rehearsed
from tests.world import PHONE, World

TRAIL = "SELECT count(*) FROM audit_events WHERE kind = 'user_imported'"
ID = "0190a6b2-7c1e-7d43-9f5a-2b8c4d6e8f01"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines a batch: what happens between batches happens here, too."""
    monkeypatch.setattr(batches.Batches.of, "__defaults__", (3,))


def people(count: int, first: int = 0) -> list[object]:
    return [{"email": f"user{number}@example.org", "password_hash": BCRYPT} for number in range(first, first + count)]


async def test_every_column_arrives(world: World, tmp_path: Path) -> None:
    line = {
        "email": " Ada@Example.ORG ",
        "password_hash": BCRYPT,
        "email_verified": True,
        "created_at": "2019-05-17T10:30:00+02:00",
        "status": "disabled",
        "id": ID,
    }
    await imported(world, jsonl(tmp_path / "users.jsonl", [line]))
    async with world.database.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM users")
    assert row is not None
    assert dict(row) == {
        "id": UUID(ID),
        "email": "Ada@Example.ORG",
        "email_key": "ada@example.org",
        "email_verified_at": world.clock.now,
        "password_hash": BCRYPT,
        "credential_version": 1,
        "status": "disabled",
        "created_at": datetime(2019, 5, 17, 8, 30, tzinfo=UTC),
        "updated_at": world.clock.now,
        "deletion_due_at": None,
        "deletion_asked_at": None,
        "deletion_asked_in": None,
        "session_epoch": 1,
        "device_epoch": 1,
        "token_floor": 0,
        "log_in_when_verified": False,
        "email_key_form": 2,
    }
    with pytest.raises(InvalidCredentials):
        await world.services.login.with_password("Ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    await world.services.users.enable("ada@example.org", PHONE)
    await world.services.login.with_password("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)


async def test_csv_says_the_same(world: World, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes(
        b"\xef\xbb\xbfstatus,EMAIL,password_hash,email_verified,created_at\r\n"
        b'active,"""quoted""@example.org",x,,\r\n'
        b"disabled,ada@example.org," + BCRYPT.encode() + b",TRUE,2019-05-17\r\n"
        b"\r\n"
        b'active,"bob@example.org",,false,\n'
        b'active,"open@example.org,,false,\n'
        b"active,few@example.org\n"
        b"=1+1,formula@example.org,,,\n"
    )
    progress, told = await imported(world, file)
    assert told.reasons() == {2: "email", 6: "not_csv", 7: "not_csv", 8: "status"}
    assert (progress.added, progress.refused, progress.lines) == (2, 4, 8)
    assert await world.scalar("SELECT created_at FROM users WHERE status = 'disabled'") == datetime(
        2019, 5, 17, tzinfo=UTC
    )
    assert await world.scalar("SELECT count(*) FROM users WHERE password_hash IS NULL") == 1


@pytest.mark.parametrize("stored", ["", "!", "!!", "!*", "!" + "aB3" * 13 + "x"])
async def test_what_the_system_calls_no_password_is_none(world: World, tmp_path: Path, stored: str) -> None:
    await imported(world, jsonl(tmp_path / "users.jsonl", [{"email": "ada@example.org", "password_hash": stored}]))
    assert await world.scalar("SELECT count(*) FROM users WHERE password_hash IS NULL") == 1


@pytest.mark.parametrize("stored", ["!bcrypt!12!" + "a" * 20, "!" + BCRYPT, "!unusable", "!" + "a" * 39, "*", "!!!"])
async def test_a_mark_in_front_alone_says_nothing(world: World, tmp_path: Path, stored: str) -> None:
    file = jsonl(tmp_path / "users.jsonl", [{"email": "ada@example.org", "password_hash": stored}])
    progress, told = await imported(world, file)
    assert (progress.added, progress.refused, len(told.lines)) == (0, 1, 1)


async def test_argon2_of_our_own_parameters_opens_to_what_the_other_system_hashed(world: World, tmp_path: Path) -> None:
    folded = unicodedata.normalize("NFKC", "ﬁrst ½ horse battery")
    stored = argon2.using(memory_cost=8, time_cost=1, parallelism=1).hash(folded)
    await imported(world, jsonl(tmp_path / "users.jsonl", [{"email": "ada@example.org", "password_hash": stored}]))
    for _ in range(2):
        await world.services.login.with_password(
            "ada@example.org", "ﬁrst ½ horse battery", remember=False, client=PHONE
        )


@pytest.mark.asvs("v5.0.0-16.3.3")
async def test_each_user_has_the_import_in_the_trail(world: World, tmp_path: Path) -> None:
    progress, _ = await imported(world, jsonl(tmp_path / "users.jsonl", people(4)))
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT u.email, e.kind, e.user_agent, e.detail ->> 'import' AS import, e.detail ->> 'line' AS line"
            " FROM users u JOIN audit_events e ON e.user_id = u.id ORDER BY u.email"
        )
    told = str(progress.import_id)
    assert [tuple(row) for row in rows] == [
        (f"user{number}@example.org", "user_imported", "doorstep command line", told, str(number + 1))
        for number in range(4)
    ]


@pytest.mark.asvs("v5.0.0-8.2.2")
async def test_who_is_there_already_is_told_and_left_alone(world: World, tmp_path: Path) -> None:
    gone = await world.user("gone@example.org")
    await world.services.leaving.erase_now("gone@example.org")  # the trail of an erased user is nobody else's
    user_id = await world.user("user1@example.org")
    before = await world.scalar("SELECT password_hash FROM users")
    lines = [
        *people(5),
        {"email": "USER2@example.org"},  # in another batch
        {"email": "user5@example.org", "id": ID},
        {"email": "user6@example.org", "id": ID.upper()},  # in the same batch
        {"email": "user7@example.org", "id": str(user_id)},
        {"email": "user8@example.org", "id": ID},
        {"email": "user9@example.org"},
        {"email": "User9@example.org"},
        {"email": "user10@example.org", "id": str(gone)},
    ]
    again = "twice_in_file"
    expected = {2: "email_taken", 6: again, 8: again, 9: "id_taken", 10: again, 12: again, 13: "id_taken"}
    file = jsonl(tmp_path / "users.jsonl", lines)
    rehearsal, told = await rehearsed(world, file)
    assert told.reasons() == expected
    assert await world.scalar("SELECT count(*) FROM users") == 1
    progress, told = await imported(world, file)
    assert told.reasons() == expected
    assert [each.first_line for each in told.lines] == [None, 3, 7, None, 7, 11, None]
    assert (progress.added, progress.duplicates, progress.refused) == (6, 7, 0)
    assert (rehearsal.added, rehearsal.duplicates, rehearsal.refused) == (6, 7, 0)
    assert await world.scalar("SELECT password_hash FROM users WHERE id = $1", user_id) == before
    assert await world.scalar(TRAIL) == 6


async def test_a_rehearsal_writes_nothing(world: World, tmp_path: Path) -> None:
    progress, told = await rehearsed(world, jsonl(tmp_path / "users.jsonl", [*people(4), {"email": "nobody"}]))
    assert (progress.added, progress.refused, progress.finished) == (4, 1, True)
    assert told.reasons() == {5: "email"}
    for count in ("SELECT count(*) FROM users", "SELECT count(*) FROM imports", TRAIL):
        assert await world.scalar(count) == 0


@pytest.mark.parametrize("until", [1, 4, 7, 10, 12])
async def test_interrupted_anywhere_it_goes_on_without_doubling(world: World, tmp_path: Path, until: int) -> None:
    lines = [*people(5), {"email": "nobody"}, *people(4), *people(2, first=5)]
    file = jsonl(tmp_path / "users.jsonl", lines)
    first, told = await imported(world, file, told=Told(until))
    assert not first.finished or first.lines == len(lines)
    second, rest = await imported(world, file)
    assert second.finished
    assert (second.added, second.duplicates, second.refused) == (7, 4, 1)
    assert told.reasons() | rest.reasons() == {6: "email"} | dict.fromkeys(range(7, 11), "twice_in_file")
    assert len(told.lines) + len(rest.lines) == 5
    assert await world.scalar("SELECT count(*) FROM users") == 7
    assert await world.scalar(TRAIL) == 7
    assert await world.scalar("SELECT count(*) FROM imports") == 0


class PulledOutError(Exception):
    """What a test throws in the middle of a batch."""


@pytest.mark.asvs("v5.0.0-2.3.3")
async def test_a_batch_that_breaks_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "users.jsonl", [*people(4), {"email": "nobody"}, *people(3, first=4)])

    class Breaking(Told):
        def tell(self, not_imported: object) -> None:
            if not_imported:
                raise PulledOutError

    with pytest.raises(PulledOutError):
        await imported(world, file, told=Breaking())
    assert await world.scalar("SELECT count(*) FROM users") == 3
    assert await world.scalar(TRAIL) == 3
    progress, _ = await imported(world, file)
    assert (progress.added, progress.refused) == (7, 1)
    assert await world.scalar("SELECT count(*) FROM users") == 7


async def test_a_finished_file_begins_anew(world: World, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "users.jsonl", people(4))
    await imported(world, file)
    progress, told = await imported(world, file)
    assert (progress.added, progress.duplicates) == (0, 4)
    assert set(told.reasons().values()) == {"email_taken"}


async def test_a_changed_file_is_another_file(world: World, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "users.jsonl", people(6))
    await imported(world, file, told=Told(3))
    jsonl(file, people(7))
    progress, told = await imported(world, file)
    assert (progress.added, progress.duplicates) == (4, 3)
    assert set(told.reasons().values()) == {"email_taken"}


async def test_how_far_an_abandoned_import_came_is_forgotten(world: World, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "users.jsonl", people(6))
    await imported(world, file, told=Told(3))
    world.clock.now += timedelta(days=30, seconds=1)
    await imported(world, jsonl(tmp_path / "other.jsonl", people(1, first=9)))
    assert await world.scalar("SELECT count(*) FROM imports") == 0


@pytest.mark.asvs("v5.0.0-15.4.2")
async def test_two_at_once_import_a_file_once(world: World, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "users.jsonl", people(60))
    begun = asyncio.Barrier(4)

    async def one() -> Progress:
        told = Told()
        with opened(file, None) as source:
            progress = await world.services.imports.begin(source)
            await begun.wait()  # one that begins when another is done finds everybody there
            await world.services.imports.run(source, progress, None, client=OPERATOR, tell=told.tell, watch=told.watch)
        return progress

    await world.ready_connections()
    done = await asyncio.gather(*(one() for _ in range(4)), return_exceptions=True)
    assert all(isinstance(each, Progress | ImportOvertaken) for each in done), done
    (progress,) = [each for each in done if isinstance(each, Progress)]
    assert (progress.added, progress.duplicates, progress.refused) == (60, 0, 0)
    assert await world.scalar("SELECT count(*) FROM users") == 60
    assert await world.scalar(TRAIL) == 60


@pytest.mark.asvs("v5.0.0-15.4.2")
async def test_batches_with_the_same_people_in_other_orders_do_not_wait_in_a_circle(world: World) -> None:
    now = world.clock.now
    count = 3000

    async def add(users: list[NewUser], together: asyncio.Barrier) -> int:
        async with world.database.transaction() as tx:
            await together.wait()
            left = await queries.add_users(
                tx, users, uuid4(), kind="user_imported", outcome="success", client=OPERATOR, now=now
            )
        return len(users) - len(left)

    await world.ready_connections()
    for attempt in range(4):
        emails = [f"user{number}@{attempt}.example.org" for number in range(count)]
        first, second = (
            [
                NewUser(line, uuid4(), email, email, None, None, now, UserStatus.ACTIVE)
                for line, email in enumerate(ordered, 1)
            ]
            for ordered in (emails, emails[::-1])
        )
        together = asyncio.Barrier(2)
        assert sum(await asyncio.gather(add(first, together), add(second, together))) == count


async def test_a_sign_up_meanwhile_wins_or_loses_and_nothing_breaks(world: World, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "users.jsonl", people(30))
    await world.ready_connections()
    done, *_ = await asyncio.gather(
        imported(world, file),
        *(world.user(f"user{number}@example.org") for number in range(27, 30)),
        return_exceptions=True,
    )
    assert isinstance(done, tuple)
    assert await world.scalar("SELECT count(*) FROM users") == 30
    assert done[0].added + done[0].duplicates == 30


async def test_a_server_meanwhile_learns_how_large_its_tables_have_become(world: World, tmp_path: Path) -> None:
    """It has planned its statements for the tables as they were; nobody else looks at them here."""
    known = "SELECT reltuples FROM pg_class WHERE relname = 'users'"
    file = jsonl(tmp_path / "users.jsonl", people(1005))
    with opened(file, None) as source:
        progress = await world.services.imports.begin(source)
        await world.services.imports.run(
            source, progress, None, client=OPERATOR, tell=lambda _: None, watch=lambda now: now.added < 1000
        )
    assert not progress.finished
    assert await world.scalar(known) == progress.added >= 1000
    assert (await imported(world, file))[0].finished
    assert await world.scalar(known) == 1005


@pytest.mark.asvs("v5.0.0-16.2.5")
def test_what_is_no_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    utf16 = tmp_path / "utf16.csv"
    utf16.write_text("email\n", encoding="utf-16")
    headless = tmp_path / "headless.csv"
    headless.write_text(f"ada@example.org,{BCRYPT}\n")
    twice = tmp_path / "twice.csv"
    twice.write_text("email,email\n")
    empty = tmp_path / "empty.csv"
    empty.touch()
    for path in (
        tmp_path / "none.csv",
        tmp_path / "users.xlsx",
        Path("/dev/zero"),
        tmp_path,
        utf16,
        headless,
        twice,
        empty,
    ):
        form = None if path.suffix else "jsonl"
        with pytest.raises(StartupRefused) as refused, opened(path, form):  # type: ignore[arg-type]  # one of its two words
            pass
        assert BCRYPT not in refused.value.sentence
        assert "ada" not in refused.value.sentence
        assert "\n" not in refused.value.sentence


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("users.csv", b"email;password_hash\r\nada@example.org;x\r\n", "semicolons"),
        ("users.csv", b"email\tpassword_hash\nada@example.org\tx\n", "tabs"),
        ("users.jsonl", b'[\n  {\n    "email": "ada@example.org"\n  }\n]\n', "jq -c '.[]'"),
        ("users.jsonl", b'[{"email": "ada@example.org"}]', "jq -c '.[]'"),
        ("users.jsonl", b'\xef\xbb\xbf{\n  "email": "ada@example.org"\n}\n', "jq -c ."),
    ],
)
def test_a_file_in_another_form_is_refused_with_what_makes_it_one(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StartupRefused) as refused, opened(path, None):
        pass
    assert word in refused.value.sentence
    assert "ada" not in refused.value.sentence.replace(str(path), "")


async def test_users_without_a_password_are_counted_also_behind_an_interruption(world: World, tmp_path: Path) -> None:
    lines: list[object] = [{"email": f"none{number}@example.org"} for number in range(7)]
    file = jsonl(tmp_path / "users.jsonl", [*lines, *people(3), lines[0]])
    progress, _ = await imported(world, file, told=Told(until=3))
    assert (progress.added, progress.without_password) == (3, 3)
    progress, _ = await imported(world, file)
    assert (progress.added, progress.without_password, progress.duplicates) == (10, 7, 1)
    other = jsonl(tmp_path / "others.jsonl", [*lines, {"email": "new@example.org"}])
    rehearsal, _ = await rehearsed(world, other)
    assert (rehearsal.added, rehearsal.without_password) == (1, 1)
