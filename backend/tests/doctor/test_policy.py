"""Each check of the doctor in each of its states, by hand-made facts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from doorstep.doctor import chosen
from doorstep.doctor.models import (
    DatabaseFacts,
    Finding,
    Heard,
    Limit,
    OutboxFacts,
    PathFacts,
    Saw,
    ServerAnswer,
    Verdict,
)
from doorstep.doctor.policy import clock as clocks
from doorstep.doctor.policy import database, keys, limits, machine, mail, plans, secrets, web
from doorstep.keys.models import KeyState, Listed, SigningKey
from doorstep.secret_change.models import Counts, FormerSecret, Part, Standing
from doorstep.settings import (
    MailSecurity,
    MailSettings,
    PasswordSettings,
    ProofSettings,
    SessionSettings,
    Settings,
    ThrottleSettings,
    TokenSettings,
)
from tests.builders import START as NOW
from tests.builders import settings_for

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL
HTTPS, LOCAL = "https://door.example.org", "http://localhost:8000"
ME = "203.0.113.7"
GOOD = Heard(
    is_doorstep=True,
    ahead=timedelta(0),
    saw=Saw("127.0.0.1", (web.MARK,)),
    act=204,
    cookies=("doorstep-local=; HttpOnly; Path=/; SameSite=strict",),
    kids=frozenset({"a"}),
)
SECURE = replace(GOOD, cookies=("__Host-doorstep=; HttpOnly; Path=/; SameSite=strict; Secure",), hsts=True)
FACTS = DatabaseFacts(
    version=180_001,
    encoding="UTF8",
    revision="0002",
    ahead=timedelta(0),
    synchronous_commit="on",
    fsync="on",
    full_page_writes="on",
    max_connections=100,
    superuser=False,
    owns_trail=False,
    trail_guards=2,
    has_outbox=True,
    encrypted=True,
    remote=True,
)


def said(found: Finding | None, verdict: Verdict | None, *words: str) -> None:
    """The finding has this verdict, and every one of the words; None says nothing."""
    if verdict is None:
        assert found is None
        return
    assert found is not None
    assert found.verdict is verdict, found
    assert found.sentence.endswith(".")
    for word in words:
        assert word in found.sentence


@pytest.mark.parametrize(
    ("origin", "https", "loopback", "verdict", "word"),
    [
        (HTTPS, True, False, OK, HTTPS),
        (HTTPS, True, True, OK, HTTPS),
        (LOCAL, False, True, WARN, "DOORSTEP_PUBLIC_URL"),
        (LOCAL, False, False, FAIL, "DOORSTEP_HOST"),
    ],
)
def test_public_url(origin: str, https: bool, loopback: bool, verdict: Verdict, word: str) -> None:
    said(web.public_url(origin, https=https, listens_on_loopback=loopback), verdict, word)


@pytest.mark.parametrize(
    ("heard", "runs", "verdict", "word"),
    [
        (GOOD, True, OK, "answers"),
        (Heard(trouble="nobody listens there"), False, WARN, "doorstep serve"),
        (Heard(trouble="nobody listens there"), True, FAIL, "proxy"),
        (replace(GOOD, is_doorstep=False), False, FAIL, "no Doorstep"),
        (replace(GOOD, act=421), True, FAIL, "Host"),
        (replace(GOOD, act=403), True, FAIL, "DOORSTEP_PUBLIC_URL"),
        (replace(GOOD, act=502), True, FAIL, "502"),
    ],
)
def test_server(heard: Heard, runs: bool, verdict: Verdict, word: str) -> None:
    said(web.answers(HTTPS, heard, runs=runs), verdict, word)


@pytest.mark.parametrize(
    ("heard", "kids", "verdict"),
    [
        (GOOD, {"a", "b"}, None),
        (GOOD, {"b"}, FAIL),
        (replace(GOOD, kids=frozenset()), {"b"}, None),
    ],
)
def test_same_database(heard: Heard, kids: set[str], verdict: Verdict | None) -> None:
    said(web.same_database(heard, frozenset(kids)), verdict)


@pytest.mark.parametrize(
    ("heard", "https", "verdict"),
    [(SECURE, True, OK), (GOOD, True, FAIL), (GOOD, False, None), (Heard(trouble="x"), True, None)],
)
def test_https_only(heard: Heard, https: bool, verdict: Verdict | None) -> None:
    said(web.hsts(heard, https=https), verdict)


@pytest.mark.parametrize(
    ("cookie", "https", "verdict", "word"),
    [
        ("__Host-doorstep=x; HttpOnly; Path=/; SameSite=strict; Secure", True, OK, "secure"),
        ("__Host-doorstep=x;httponly;PATH=/;samesite=STRICT;SECURE; Max-Age=0", True, OK, "httponly"),
        ("__Host-doorstep=x; Path=/; SameSite=strict; Secure", True, FAIL, "httponly"),
        ("__Host-doorstep=x; HttpOnly; Path=/; SameSite=lax; Secure", True, FAIL, "samesite=strict"),
        ("__Host-doorstep=x; HttpOnly; Path=/; SameSite=strict", True, FAIL, "secure"),
        ("__Host-doorstep=x; HttpOnly; Path=/app; SameSite=strict; Secure", True, FAIL, "path=/"),
        ("__Host-doorstep=x; HttpOnly; Path=/; SameSite=strict; Secure; Domain=example.org", True, FAIL, "Domain"),
        ("doorstep-local=x; HttpOnly; Path=/; SameSite=strict; Secure", True, FAIL, "__Host-"),
        ("doorstep-local=x; HttpOnly; Path=/; SameSite=strict", False, OK, "httponly"),
        ("doorstep-local=x; Path=/; SameSite=strict", False, FAIL, "httponly"),
    ],
)
def test_cookies(cookie: str, https: bool, verdict: Verdict, word: str) -> None:
    said(web.cookie_flags("there", replace(GOOD, cookies=(cookie,)), https=https), verdict, word)


def test_an_order_of_texts_that_changed_names_what_mends_it() -> None:
    said(database.collation(FACTS), OK)
    outgrown = replace(FACTS, name="door", outgrown_collations=("the database", "de-x-icu"))
    mend = ('REINDEX DATABASE "door"', 'ALTER DATABASE "door" REFRESH COLLATION VERSION')
    said(database.collation(outgrown), WARN, "the database, de-x-icu", *mend)


def test_users_of_one_mailbox() -> None:
    said(database.shared_mailboxes(0), OK)
    said(database.shared_mailboxes(2), WARN, "2", "doorstep users clashes")


def test_cookies_that_do_not_arrive() -> None:
    said(web.cookie_flags("there", replace(GOOD, cookies=()), https=False), FAIL, "Set-Cookie")
    said(web.cookie_flags("there", replace(GOOD, act=421), https=False), None)
    two = (*GOOD.cookies, "other=x; Path=/")
    said(web.cookie_flags("there", replace(GOOD, cookies=two), https=False), FAIL)


@pytest.mark.parametrize(
    ("address", "forwarded", "trusted", "verdict", "word"),
    [
        (ME, [web.MARK], 0, OK, "no proxy is believed"),
        (ME, [web.MARK, ME], 1, OK, "1 that write"),
        (ME, [web.MARK, ME, "10.0.0.1"], 2, OK, "2 that write"),
        (ME, [ME], 1, OK, "1 that write"),  # the first proxy writes the list anew
        (ME, [], 0, OK, "no proxy"),
        ("10.0.0.1", [web.MARK, ME], 0, FAIL, "DOORSTEP_TRUSTED_PROXIES=1"),
        ("10.0.0.1", [web.MARK, ME, "10.0.0.1"], 1, FAIL, "DOORSTEP_TRUSTED_PROXIES=2"),
        (
            web.MARK,
            [web.MARK],
            1,
            FAIL,
            "Anybody can claim any address in X-Forwarded-For: set DOORSTEP_TRUSTED_PROXIES=0",
        ),
        (web.MARK, [web.MARK, ME], 2, FAIL, "Anybody can claim"),
        (ME, [ME], 2, FAIL, "DOORSTEP_TRUSTED_PROXIES=1"),
    ],
)
def test_client_address(address: str, forwarded: list[str], trusted: int, verdict: Verdict, word: str) -> None:
    said(web.client_address(replace(GOOD, saw=Saw(address, tuple(forwarded))), trusted), verdict, word)


def test_client_address_that_is_not_shown() -> None:
    said(web.client_address(replace(GOOD, saw=None), 0), WARN, "DOORSTEP_SECRET")
    said(web.client_address(Heard(trouble="x"), 0), None)


@pytest.mark.parametrize(("trusted", "loopback", "verdict"), [(0, False, None), (1, True, None), (1, False, WARN)])
def test_way_around_the_proxy(trusted: int, loopback: bool, verdict: Verdict | None) -> None:
    said(web.way_around(trusted, listens_on_loopback=loopback), verdict)


@pytest.mark.parametrize(
    ("seconds", "verdict", "word"),
    [
        (0, OK, "agree"), (1.9, OK, "agree"), (-1.9, OK, "agree"), (5, WARN, "5 s behind the database"),
        (-5, WARN, "5 s ahead of the database"), (11, FAIL, "chrony"), (-86_400, FAIL, "86400 s ahead"),
    ],
)  # fmt: skip
def test_clock(seconds: float, verdict: Verdict, word: str) -> None:
    said(clocks.clock("the database", timedelta(seconds=seconds)), verdict, word)


def test_clock_of_nobody() -> None:
    said(clocks.clock("the server", None), None)


def test_database_that_cannot_be_looked_at() -> None:
    said(database.nothing_yet("data"), WARN, "doorstep serve")
    said(database.refused("No database answers."), FAIL, "No database answers.")


@pytest.mark.parametrize(
    ("check", "facts", "verdict", "word"),
    [
        (database.version, FACTS, OK, "18"),
        (database.version, replace(FACTS, version=150_000), OK, "15"),
        (database.version, replace(FACTS, version=140_019), FAIL, "use 15"),
        (database.encoding, FACTS, OK, "UTF-8"),
        (database.encoding, replace(FACTS, encoding="SQL_ASCII"), FAIL, "SQL_ASCII"),
        (database.durability, FACTS, OK, "on"),
        (database.durability, replace(FACTS, synchronous_commit="remote_apply"), OK, "on"),
        (database.durability, replace(FACTS, synchronous_commit="off"), FAIL, "turn synchronous_commit on"),
        (database.durability, replace(FACTS, fsync="off"), FAIL, "turn fsync on"),
        (database.durability, replace(FACTS, full_page_writes="off"), FAIL, "full_page_writes"),
        (database.transport, FACTS, OK, "TLS"),
        (database.transport, replace(FACTS, encrypted=False), WARN, "sslmode=verify-full"),
        (database.transport, replace(FACTS, encrypted=False, remote=False), None, ""),
    ],
)
def test_database(check: object, facts: DatabaseFacts, verdict: Verdict | None, word: str) -> None:
    assert callable(check)
    said(check(facts), verdict, word)


@pytest.mark.parametrize(
    ("revision", "suits_us", "verdict", "word"),
    [
        ("0002", True, OK, "0002"),
        ("0001", True, FAIL, "doorstep db upgrade"),
        (None, True, FAIL, "none"),
        ("0003", True, WARN, "suits this Doorstep"),
        ("0003", False, FAIL, "newer"),
    ],
)
def test_migrations(revision: str | None, suits_us: bool, verdict: Verdict, word: str) -> None:
    said(database.migrations(replace(FACTS, revision=revision, suits_us=suits_us), "0002"), verdict, word)


@pytest.mark.parametrize(
    ("facts", "embedded", "verdict", "word"),
    [
        (FACTS, False, OK, "not the owner"),
        (replace(FACTS, owns_trail=True), True, OK, "embedded"),
        (replace(FACTS, owns_trail=True), False, WARN, "DOORSTEP_DATABASE_URL"),
        (replace(FACTS, owns_trail=True, superuser=True), True, FAIL, "superuser"),
    ],
)
def test_role(facts: DatabaseFacts, embedded: bool, verdict: Verdict, word: str) -> None:
    [found] = database.role(facts, embedded=embedded)
    said(found, verdict, word)


def test_a_trail_without_its_guards() -> None:
    found = list(database.role(replace(FACTS, trail_guards=1), embedded=False))
    said(found[-1], FAIL, "audit_events")
    assert len(list(database.role(replace(FACTS, trail_guards=0, revision=None), embedded=False))) == 1


@pytest.mark.parametrize(("workers", "each", "verdict"), [(1, 10, OK), (9, 10, OK), (10, 10, WARN)])
def test_connections(workers: int, each: int, verdict: Verdict) -> None:
    said(database.connections(FACTS, workers, each), verdict)


def listed(state: KeyState, begins: timedelta, ends: timedelta) -> Listed:
    key = SigningKey(state * 9, b"", {}, NOW, NOW + begins, NOW + ends, None)
    return Listed(key, state, NOW + ends, NOW + ends)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIGNS, WAITS = listed(KeyState.SIGNS, -DAY, DAY), listed(KeyState.WAITS, DAY, 31 * DAY)


@pytest.mark.parametrize(
    ("all_keys", "opened", "verdict", "word"),
    [
        ([SIGNS], True, OK, "signs since 2026-03-13"),
        ([SIGNS, WAITS], True, OK, "2026-03-15"),
        ([listed(KeyState.SIGNS, -DAY, HOUR / 3), WAITS], True, OK, "signs"),
        ([listed(KeyState.SIGNS, -DAY, HOUR / 3)], True, WARN, "overdue"),
        ([], True, WARN, "none yet"),
        ([listed(KeyState.OVER, -2 * DAY, -DAY)], True, FAIL, "doorstep serve"),
        ([SIGNS], False, FAIL, "doorstep secret rotate --lost"),
    ],
)
def test_signing_keys(all_keys: list[Listed], opened: bool, verdict: Verdict, word: str) -> None:
    said(keys.signing_keys(all_keys, NOW, HOUR, opened=opened), verdict, word)


@pytest.mark.parametrize(
    ("memory", "passes", "verdict"),
    [
        (19_456, 2, OK), (47_104, 1, OK), (12_288, 3, OK), (9_216, 4, OK), (7_168, 5, OK), (65_536, 3, OK),
        (19_455, 2, FAIL), (19_456, 1, FAIL), (7_167, 5, FAIL), (8, 1, FAIL), (12_288, 2, FAIL),
    ],
)  # fmt: skip
def test_password_hashes(memory: int, passes: int, verdict: Verdict) -> None:
    said(limits.hashing(memory, passes, "libsodium"), verdict, "libsodium" if verdict is OK else "Argon2id")


@pytest.mark.parametrize(
    ("value", "more_is_weaker", "weaker"),
    [(5, True, False), (4, True, False), (6, True, True), (0, True, True), (4, False, True), (6, False, False)],
)
def test_a_weaker_limit_is_named(value: int, more_is_weaker: bool, weaker: bool) -> None:
    [found] = limits.limits("throttle", [Limit("DOORSTEP_X", value, 5, more_is_weaker)])
    said(found, WARN if weaker else OK, "DOORSTEP_X" if weaker else "No limit")


def test_each_weaker_limit_has_its_line() -> None:
    settings = settings_for(
        "postgresql://nowhere/nothing",
        Path("data"),
        throttle=ThrottleSettings(free_failures=0, longest_delay=timedelta(seconds=1), network_limit=10_000),
        proof=ProofSettings(cost=1),
        sessions=SessionSettings(idle=timedelta(days=2)),
        tokens=TokenSettings(access_ttl=timedelta(hours=1)),
    )
    found = [*limits.limits("a", chosen.throttle_limits(settings)), *limits.limits("b", chosen.lives(settings))]
    assert {line.verdict for line in found} == {WARN}
    assert [line.sentence.split("=")[0].split(" ")[0] for line in found] == [
        "DOORSTEP_THROTTLE__FREE_FAILURES",
        "DOORSTEP_THROTTLE__LONGEST_DELAY",
        "DOORSTEP_THROTTLE__NETWORK_LIMIT",
        "DOORSTEP_PROOF__COST",
        "DOORSTEP_SESSIONS__IDLE",
        "DOORSTEP_TOKENS__ACCESS_TTL",
    ]


@pytest.mark.parametrize(
    ("part", "known"),
    [
        (ThrottleSettings, chosen.THROTTLE),
        (ProofSettings, chosen.PROOF),
        (SessionSettings, chosen.SESSIONS),
        (TokenSettings, chosen.TOKENS),
    ],
)
def test_no_limit_is_forgotten(part: type[ThrottleSettings], known: dict[str, bool]) -> None:
    assert set(part.model_fields) == set(known)
    assert set(chosen.PASSWORDS) <= set(PasswordSettings.model_fields)


@pytest.mark.parametrize(
    ("api_docs", "level", "titles"),
    [
        (False, "info", []),
        (True, "info", ["API documentation"]),
        (False, "debug", ["log level"]),
        (True, "debug", ["API documentation", "log level"]),
    ],
)
def test_what_is_meant_for_development(api_docs: bool, level: str, titles: list[str]) -> None:
    found = list(limits.in_the_open(api_docs=api_docs, log_level=level))
    assert [(line.title, line.verdict) for line in found] == [(title, WARN) for title in titles]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Zk3v9Qw1mB7xT5yR8pL2nC6dF4gH0jK-", OK),
        ("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", OK),
        ("x" * 64, FAIL),
        ("abababababababababababababababababababababab", FAIL),
        ("passwordpasswordpasswordpassword", FAIL),
        (None, FAIL),
    ],
)
def test_secret(text: str | None, verdict: Verdict) -> None:
    found = machine.secret(text, "DOORSTEP_SECRET")
    said(found, verdict, "DOORSTEP_SECRET")
    assert text is None or text not in found.sentence


@pytest.mark.parametrize(
    ("facts", "verdicts", "word"),
    [
        ([PathFacts(Path("data"), 0o700, directory=True), PathFacts(Path("data/secret"), 0o600)], [OK], "data, secret"),
        ([PathFacts(Path("data"), 0o750, directory=True)], [FAIL], "chmod 700 data"),
        ([PathFacts(Path("data/secret"), 0o604)], [FAIL], "chmod 600 data/secret"),
        ([PathFacts(Path("data/secret"), 0o640), PathFacts(Path("x"), 0o600)], [FAIL], "chmod 600 data/secret"),
        ([PathFacts(Path("data/secret"), 0o600, ours=False)], [WARN, OK], "another user"),
        ([PathFacts(Path("data/secret"), None)], [], ""),
    ],
)
def test_file_modes(facts: list[PathFacts], verdicts: list[Verdict], word: str) -> None:
    found = list(machine.closed_paths(facts))
    assert [line.verdict for line in found] == verdicts
    assert not found or word in found[0].sentence


@pytest.mark.parametrize(("gib", "verdict"), [(50, OK), (2, OK), (1.9, WARN), (0.3, WARN), (0.2, FAIL), (0, FAIL)])
def test_disk(gib: float, verdict: Verdict) -> None:
    said(machine.free_disk(int(gib * (1 << 30)), "data"), verdict, "GiB")


@pytest.mark.parametrize(
    ("workers", "slots", "memory_mib", "verdict", "word"),
    [
        (1, 2, 4096, OK, "38 MB"),
        (2, 1, 4096, OK, "38 MB"),
        (1, 16, 512, FAIL, "HASH_SLOTS"),
        (2, 2, 4096, WARN, "DOORSTEP_WORKERS"),
        (4, 1, 4096, WARN, "DOORSTEP_WORKERS"),
    ],
)
def test_capacity(workers: int, slots: int, memory_mib: int, verdict: Verdict, word: str) -> None:
    [found] = machine.capacity(workers, slots, 19_456, 2, memory_mib << 20)
    said(found, verdict, word)


@pytest.mark.parametrize(
    ("version", "today", "verdict"),
    [
        ((3, 11), date(2027, 10, 31), OK),
        ((3, 11), date(2027, 11, 1), WARN),
        ((3, 12), date(2028, 1, 1), OK),
        ((3, 20), date(2040, 1, 1), OK),
    ],
)
def test_python(version: tuple[int, int], today: date, verdict: Verdict) -> None:
    said(machine.python(version, today), verdict, "Python 3.")


@pytest.mark.parametrize(
    ("installed", "verdict", "word"),
    [
        ({"cryptography": "46.0.1", "fastapi": "0.130"}, OK, "Doorstep 1.0"),
        ({"cryptography": "46.1rc1", "fastapi": "1.0"}, OK, "2 packages"),
        ({"cryptography": "45.9.9", "fastapi": "0.130.0"}, FAIL, "cryptography 45.9.9"),
        ({"cryptography": None, "fastapi": "0.130"}, FAIL, "cryptography is missing"),
        ({"cryptography": "46", "fastapi": "0.99"}, FAIL, "fastapi 0.99"),
    ],
)
def test_packages(installed: dict[str, str | None], verdict: Verdict, word: str) -> None:
    [found] = machine.packages(installed, {"cryptography": "46", "fastapi": "0.130"}, "1.0")
    said(found, verdict, word)


SMTP = MailSettings(smtp_host="mail.example.org", sender="door@example.org")


@pytest.mark.parametrize(
    ("chosen_mail", "https", "verdict", "word"),
    [
        (MailSettings(), False, OK, "kept as files"),
        (MailSettings(), True, WARN, "DOORSTEP_MAIL__SMTP_HOST"),
        (SMTP, True, OK, "mail.example.org:587, by TLS, from door@example.org"),
        (SMTP.model_copy(update={"smtp_host": "::1", "smtp_security": MailSecurity.NONE}), True, OK, "without TLS"),
        (MailSettings(smtp_host="mail.example.org"), False, FAIL, "DOORSTEP_MAIL__SENDER"),
        (SMTP.model_copy(update={"smtp_username": "door"}), True, FAIL, "only one is set"),
        (SMTP.model_copy(update={"smtp_password": SecretStr("kept to itself")}), True, FAIL, "only one is set"),
    ],
)
def test_mail(chosen_mail: MailSettings, https: bool, verdict: Verdict, word: str) -> None:
    found = mail.sending(chosen.mail(chosen_mail), https=https)
    said(found, verdict, word)
    assert "kept to itself" not in found.sentence


SINCE = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "verdict", "word"),
    [
        (OutboxFacts(0), OK, "No mail was given up, and none fails."),
        (OutboxFacts(1), WARN, "1 mail was given up."),
        (OutboxFacts(7), WARN, "7 mails were given up."),
        (
            OutboxFacts(0, 1, SINCE, "Nobody is there."),
            WARN,
            "1 mail waits and failed 2 times or more, since 2026-03-14",
        ),
        (
            OutboxFacts(0, 3, SINCE, "Nobody is there."),
            WARN,
            "The oldest: Nobody is there. See why with `doorstep mail",
        ),
    ],
)
def test_mails_that_do_not_leave(facts: OutboxFacts, verdict: Verdict, word: str) -> None:
    said(mail.outbox(facts), verdict, word)


@pytest.mark.parametrize(
    ("answer", "verdict", "word"),
    [
        (ServerAnswer(), OK, "lets this installation in"),
        (ServerAnswer(offers_login=True), OK, "It offers a log-in, and none is set."),
        (ServerAnswer("The mail server refuses the log-in (535)."), FAIL, "refuses the log-in (535)"),
    ],
)
def test_what_the_mail_server_answers(answer: ServerAnswer, verdict: Verdict, word: str) -> None:
    said(mail.answering(answer), verdict, word)


def test_defaults_are_healthy() -> None:
    settings = Settings.model_construct()
    for found in (limits.limits("a", chosen.throttle_limits(settings)), limits.limits("b", chosen.lives(settings))):
        assert [line.verdict for line in found] == [OK]


@pytest.mark.parametrize(
    ("apps", "former", "verdict", "words"),
    [
        (Counts(2), (), OK, ["today's secret"]),
        (Counts(1, 1), (FormerSecret(None, 0),), WARN, ["1 authenticator apps", "doorstep secret rotate"]),
        (Counts(2), (FormerSecret(None, 0),), WARN, ["lies nothing", "doorstep secret rotate"]),
        (Counts(1, 1), (FormerSecret(NOW, 0),), WARN, ["1 authenticator apps"]),
        (Counts(2), (FormerSecret(NOW, 7), FormerSecret(NOW, 3)), WARN, ["still set", "(7)", "if it leaked"]),
        (Counts(1, 0, 1), (), FAIL, ["None of the secrets opens 1 authenticator apps", "reset-factors"]),
        (Counts(1, 1, 1), (FormerSecret(NOW, 0),), FAIL, ["DOORSTEP_SECRET_FALLBACKS"]),
    ],
)
def test_what_lies_sealed(apps: Counts, former: tuple[FormerSecret, ...], verdict: Verdict, words: list[str]) -> None:
    standing = Standing({Part.SIGNING_KEYS: Counts(1), Part.AUTHENTICATORS: apps, Part.MAILS: Counts()}, former)
    said(secrets.sealed(standing), verdict, *words)


def test_plans_that_left_the_settings() -> None:
    said(plans.known({"monthly": 3}, {"monthly", "yearly"}), OK)
    said(plans.known({}, {"monthly"}), OK)
    said(plans.known({"monthly": 3, "old": 2}, {"monthly"}), WARN, "old (2)", "DOORSTEP_PLANS")
