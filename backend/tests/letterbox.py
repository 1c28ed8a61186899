"""The mails of a world, as the files that are kept while there is no mail server."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.world import PHONE, World

ADA = "ada@example.org"


async def received(world: World) -> list[EmailMessage]:
    """All mails so far, oldest first; what waits is sent first."""
    while await world.services.recovery.answer_one():
        pass
    while await world.services.outbox.send_due():
        pass
    return kept(world.services.settings.mail_folder)


def kept(folder: Path) -> list[EmailMessage]:
    """The mails in the folder, oldest first."""
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


def words(mail: EmailMessage) -> str:
    """Subject and plain text."""
    plain = mail.get_body(("plain",))
    assert plain is not None
    return f"{mail['Subject']}\n{plain.get_content()}"


async def mails(world: World, to: str | None = None) -> list[str]:
    """Subject and plain text of all mails so far, of those to one address only where it is given."""
    return [words(mail) for mail in await received(world) if to in {None, mail["To"]}]


def link_token(mail: str, page: str, act: str = "") -> str:
    """The token behind the # of the link to that page, after `act=` where the page has several."""
    found = re.search(rf"/{page}/#{act}{'=' if act else ''}([A-Za-z0-9_-]+)", mail)
    assert found, mail
    return found[1]


def code_in(mail: str) -> str:
    """The six digits to type."""
    return mail.split(maxsplit=1)[0]


async def forgot(world: World, email: str = ADA) -> str:
    """A token to choose a new password with, from the mail."""
    await world.services.recovery.ask(email, PHONE)
    return link_token([mail for mail in await mails(world, email) if "/reset/#" in mail][-1], "reset")
