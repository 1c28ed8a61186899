"""The copy of everything held about a person: whole, theirs alone, and without anything that opens something."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from doorstep.export import queries
from doorstep.mail.failures import TooManyMails
from doorstep.sessions.failures import StepUpRequired, Unauthenticated
from doorstep.users.failures import UserUnknown
from tests.account.people import signed_in
from tests.docs.test_security_pages import CODE, rows
from tests.letterbox import ADA, forgot, mails
from tests.world import PHONE, World


async def copy(world: World, email: str = ADA) -> dict[str, Any]:
    text = "".join([piece async for piece in await world.services.export.ask(await signed_in(world, email), PHONE)])
    found: dict[str, Any] = json.loads(text)
    return found


async def test_it_has_everything_and_the_owner_is_told(world: World) -> None:
    user_id = await world.user()
    await world.services.subscriptions.grant(ADA, world.services.settings.plans[0].code, PHONE)
    await forgot(world)
    held = await copy(world)
    assert list(held) == ["format", "exported_at", "profile", *(section.name for section in queries.SECTIONS)]
    assert held["profile"]["id"] == str(user_id)
    assert (held["profile"]["email"], held["profile"]["has_password"]) == (ADA, True)
    assert held["profile"]["created_at"] == "2026-03-14T09:26:53.000Z"
    assert held["subscriptions"][0]["plan_code"] == world.services.settings.plans[0].code
    assert held["sessions"][0]["address"] == PHONE.address
    assert held["links_and_codes"][0]["purpose"] == "reset_password"
    assert {mail["kind"] for mail in held["mails"]} >= {"reset_password", "data_exported"}
    events = {event["kind"]: event for event in held["events"]}
    assert set(events) == {"user_created", "subscription_granted", "reset_asked", "login", "data_exported"}
    assert events["subscription_granted"]["detail"] == {"plan": world.services.settings.plans[0].code}
    assert len([mail for mail in await mails(world, ADA) if mail.startswith("Your data was exported")]) == 1


async def test_every_table_that_says_whose_a_row_is_is_in_it_or_has_a_reason(world: World) -> None:
    async with world.database.connection() as connection:
        found = await connection.fetch(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'user_id'"
        )
    there = {row["table_name"] for row in found}
    told = {section.table for section in queries.SECTIONS}
    assert told | set(queries.LEFT_OUT) == there
    assert not told & set(queries.LEFT_OUT)
    assert all(len(reason) > 10 for reason in queries.LEFT_OUT.values())


@pytest.mark.asvs("v5.0.0-14.2.6")
def test_every_personal_column_is_in_it_and_no_secret_is() -> None:
    """By the levels of docs/security/data.md, so that a column is in the copy as soon as it is called personal."""
    statements = {section.table: section.statement for section in queries.SECTIONS} | {"users": queries.PROFILE}
    for table, secret, personal, *_ in rows("data", "Columns"):
        statement = statements.get(table.strip("`"), "")
        if not statement:
            continue
        for column in CODE.findall(personal):
            assert re.search(rf"\b{column}\b", statement), (table, column)
        for column in CODE.findall(secret):
            assert not re.search(rf"\b{column}\b(?! IS NOT NULL)", statement), (table, column)


async def test_it_opens_nothing_and_tells_nothing_of_others(world: World) -> None:
    await world.user()
    await world.user("grace@example.org")
    await signed_in(world, "grace@example.org")
    await forgot(world)
    text = json.dumps(await copy(world))
    assert "grace" not in text
    assert "$argon2id" not in text
    async with world.database.connection() as connection:
        secrets = [
            *await connection.fetch("SELECT encode(secret, 'hex') FROM sessions"),
            *await connection.fetch("SELECT encode(token_hash, 'hex') FROM one_time_tokens"),
            *await connection.fetch("SELECT encode(sealed_letter, 'hex') FROM outbox WHERE sealed_letter IS NOT NULL"),
            *await connection.fetch("SELECT id::text FROM sessions WHERE user_id <> $1", await ada_id(world)),
        ]
    assert len(secrets) >= 4
    assert not [secret for (secret,) in secrets if secret in text]


async def ada_id(world: World) -> object:
    return await world.scalar("SELECT id FROM users WHERE email = $1", ADA)


async def test_pages_are_put_together_whole_and_in_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.user()
    for _ in range(9):
        world.clock.advance(seconds=1)
        await signed_in(world)
    whole = await copy(world)
    for size in (1, 2, 3, len(whole["events"])):
        monkeypatch.setattr(queries, "PAGE", size)
        again = await copy(world)
        for name in ("sessions", "events", "known_browsers"):
            ids = [json.dumps(row) for row in again[name]]
            assert ids[: len(whole[name])] != []
            assert len(ids) == len(set(ids)) >= len(whole[name])
        assert [row["occurred_at"] for row in again["events"]] == sorted(row["occurred_at"] for row in again["events"])


async def test_it_needs_a_recent_log_in(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    world.clock.now += world.services.settings.sessions.step_up_age
    with pytest.raises(StepUpRequired):
        await world.services.export.ask(who, PHONE)
    assert await world.events("data_exported") == [("data_exported", "refused")]
    assert await mails(world) == []


async def test_five_an_hour_and_no_more_at_once(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    await world.ready_connections()
    outcomes = await asyncio.gather(*(world.services.export.ask(who, PHONE) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(outcome, TooManyMails) for outcome in outcomes) == 3
    world.clock.now += timedelta(hours=1)


async def test_whoever_is_gone_gets_nothing_more(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    pieces = await world.services.export.ask(who, PHONE)
    await world.services.leaving.erase_now(ADA)
    with pytest.raises(Unauthenticated):
        await read_on(pieces)
    with pytest.raises(Unauthenticated):
        await world.services.export.ask(who, PHONE)
    with pytest.raises(UserUnknown):
        await world.services.export.ask_for(ADA)


async def test_it_is_cut_off_when_its_session_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.user()
    who, _ = await signed_in(world), await signed_in(world)
    monkeypatch.setattr(queries, "PAGE", 1)
    pieces = await world.services.export.ask(who, PHONE)
    told = ""
    while str(who.session_id) not in told:
        told += await anext(pieces)
    await world.services.sessions.sign_out(ADA, PHONE)
    with pytest.raises(Unauthenticated):
        await read_on(pieces)


async def read_on(pieces: AsyncIterator[str]) -> None:
    """Nothing but names of sections comes any more."""
    async for piece in pieces:
        assert '{"' not in piece or '"profile"' in piece
