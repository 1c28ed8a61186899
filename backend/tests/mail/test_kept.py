"""Mails that are kept as files while there is no mail server, and what the log says of them."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from doorstep.assembly import assemble
from doorstep.mail.letters import deletion_asked
from tests.builders import SECRET, settings_for
from tests.world import World

LINK = "https://example.org/verify/#keep=abc"


@pytest.mark.parametrize(
    ("database_url", "url", "is_told"),
    [
        (None, "http://localhost:8000", True),
        (None, "https://door.example.org", False),
        ("postgresql://nowhere/nothing", "http://localhost:8000", False),
    ],
)
@pytest.mark.asvs("v5.0.0-16.2.5")
async def test_links_are_logged_for_this_machine_only(
    database_url: str | None, url: str, is_told: bool, world: World, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path / "var" / "data", public_url=url)
    services = assemble(settings, world.database, SECRET.encode(), world.clock)
    async with world.database.transaction() as tx:
        await services.outbox.put(tx, "ada@example.org", deletion_asked("Monday", "nowhere", LINK))
    with capture_logs() as logs:
        await services.outbox.send_due()
    services.close()
    [kept] = [entry for entry in logs if entry["event"] == "mail_kept"]
    assert (kept.get("link") == LINK) is is_told
    assert ("ada@example.org" in str(kept)) is is_told
    assert len(list(settings.mail_folder.glob("*.eml"))) == 1
    for path in (settings.mail_folder, settings.data_dir, settings.data_dir.parent):
        assert path.stat().st_mode & 0o777 == 0o700
