"""An operator ends the sessions of one user, or of everybody."""

from pathlib import Path

import pytest

from doorstep.audit.models import OPERATOR
from doorstep.sessions.failures import SessionEnded, Unauthenticated
from doorstep.sessions.models import Grant
from doorstep.users.failures import UserUnknown
from tests.builders import GOOD_PASSWORD
from tests.cli.process import command
from tests.world import PHONE, World


async def log_in(world: World, email: str) -> Grant:
    made = await world.services.login.with_password(email, GOOD_PASSWORD, remember=False, client=PHONE)
    return made.grant


async def ended(world: World, grant: Grant) -> bool:
    """Whether neither of a session's tokens is good any more."""
    try:
        await world.services.gate.identify(grant.access_token)
    except Unauthenticated:
        with pytest.raises(SessionEnded):
            await world.services.sessions.refresh(grant.refresh_token, PHONE)
        return True
    return False


@pytest.mark.asvs("v5.0.0-7.4.5")
async def test_one_user_is_signed_out_everywhere_and_nobody_else(world: World) -> None:
    await world.user("ada@example.org")
    await world.user("grace@example.org")
    first, second, other = [await log_in(world, f"{name}@example.org") for name in ("ada", "ada", "grace")]
    assert await world.services.sessions.sign_out("Ada@example.org", OPERATOR) == 2
    assert [await ended(world, grant) for grant in (first, second, other)] == [True, True, False]
    assert await world.events("sessions_ended") == [("sessions_ended", "success")]
    assert await world.services.sessions.sign_out("ada@example.org", OPERATOR) == 0
    assert len(await world.events("sessions_ended")) == 1
    assert not await ended(world, await log_in(world, "ada@example.org"))


@pytest.mark.asvs("v5.0.0-7.4.5")
async def test_everybody_is_signed_out(world: World) -> None:
    await world.user("ada@example.org")
    await world.user("grace@example.org")
    await world.user("not.signed.in@example.org")
    grants = [await log_in(world, f"{name}@example.org") for name in ("ada", "ada", "grace")]
    assert await world.services.sessions.sign_everybody_out(OPERATOR) == 2
    assert [await ended(world, grant) for grant in grants] == [True, True, True]
    assert await world.scalar("SELECT count(DISTINCT user_id) FROM audit_events WHERE kind = 'sessions_ended'") == 2


async def test_nobody_of_that_name_is_said(world: World) -> None:
    with pytest.raises(UserUnknown):
        await world.services.sessions.sign_out("nobody@example.org", OPERATOR)


@pytest.mark.parametrize("arguments", [(), ("ada@example.org", "--everybody")])
def test_the_command_wants_one_user_or_everybody(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = command("users", "sign-out", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "name one user, or say --everybody" in done.stderr
