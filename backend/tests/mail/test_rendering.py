"""The shape of mails: no header is injected, HTML is escaped, text and HTML say the same."""

import html
import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, default
from email.utils import getaddresses
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.brand import brand
from doorstep.mail import letters
from doorstep.mail.models import Letter, MailKind
from doorstep.mail.rendering import render
from doorstep.users.policy import normalise_email
from tests.builders import START

LINK = "https://example.org/verify/#a=b"
WHEN = "14 March 2026 at 09:26 UTC"
EVERY = [
    letters.verify_email("012345", LINK, 30),
    letters.reset_password(LINK, 60),
    letters.password_changed(LINK, "203.0.113.7"),
    letters.password_reset(LINK, "203.0.113.7"),
    letters.confirm_new_email(LINK, 60),
    letters.email_change_asked("203.0.113.7", LINK),
    letters.email_changed(LINK, 7),
    letters.new_device("Firefox on Linux", "203.0.113.7", WHEN, LINK),
    letters.session_replayed("Firefox on Linux", LINK),
    letters.login_locked(LINK),
    letters.shipping_address_changed("203.0.113.7", LINK),
    letters.welcome(LINK, 30),
    letters.already_registered(LINK),
    letters.password_removed(LINK, "203.0.113.7"),
    letters.passkey_added("Bitwarden", "203.0.113.7", WHEN, LINK),
    letters.passkey_removed("Bitwarden", "203.0.113.7", WHEN, LINK),
    letters.passkey_copied("Bitwarden", "203.0.113.7", LINK),
    letters.two_step_on("203.0.113.7", LINK),
    letters.two_step_off("203.0.113.7", LINK),
    letters.two_step_reset(LINK),
    letters.recovery_codes_made("203.0.113.7", LINK),
    letters.recovery_code_used(7, "203.0.113.7", LINK),
    letters.wrong_codes("203.0.113.7", LINK),
    letters.authenticator_unreadable("203.0.113.7", LINK),
    letters.deletion_asked(WHEN, "203.0.113.7", LINK),
    letters.account_kept("203.0.113.7", LINK),
    letters.data_exported("203.0.113.7", LINK),
    letters.subscription_cancelled("14 April 2026", "203.0.113.7", LINK),
    letters.subscription_resumed("203.0.113.7", LINK),
    letters.taken_back(("You are logged out everywhere.",), ("An authenticator app was turned on there.",), LINK),
    letters.set_up_before(("A passkey", "An authenticator app"), LINK),
    letters.authenticator_removed(LINK),
    letters.authenticator_kept("203.0.113.7", LINK),
    letters.address_put_back(),
    letters.too_many_sessions(100, LINK),
    letters.activity_summary(LINK),
]


def rendered(letter: Letter, recipient: str = "ada@example.org") -> EmailMessage:
    """The mail as it is read at the other end."""
    made = render(letter, brand=brand(), sender="door@example.org", recipient=recipient, mail_id=UUID(int=7), now=START)
    return message_from_bytes(made.as_bytes(), policy=default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_there_is_a_letter_of_each_kind() -> None:
    assert {letter.kind for letter in EVERY} == set(MailKind)


@pytest.mark.parametrize("letter", EVERY, ids=lambda letter: letter.kind)
def test_text_and_html_say_the_same(letter: Letter) -> None:
    mail = rendered(letter)
    text, page = part(mail, "plain"), part(mail, "html")
    shown = html.unescape(re.sub(r"<[^>]+>", "", page))
    for said in (*letter.paragraphs, letter.code, letter.link_label, letter.closing):
        assert not said or (said in text and said in shown)
    if letter.link:
        assert letter.link in text
        assert f'href="{letter.link}"' in page
        # Link protection rewrites what is behind the button, and drops its end.
        assert letter.link in shown
    assert ("href=" in page) == (letter.link is not None)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{UUID(int=7)}@example.org>"
    assert brand().name in str(mail["From"])


@pytest.mark.parametrize("letter", EVERY, ids=lambda letter: letter.kind)
def test_it_can_be_read_in_the_dark_and_loads_nothing(letter: Letter) -> None:
    page = part(rendered(letter), "html")
    assert '<meta name="color-scheme" content="light dark">' in page
    assert "prefers-color-scheme: dark" in page
    assert brand().colours["dark"]["paper"] in page
    assert not re.search(r"<img|<script|<link|url\(|@import|src=", page)


@pytest.mark.asvs("v5.0.0-1.2.1")
def test_what_people_choose_is_text_and_no_html() -> None:
    evil = '"><img src=x onerror=alert(1)>&<b>'
    mail = rendered(letters.email_change_asked(evil, LINK))
    assert "<img" not in part(mail, "html")
    assert evil in part(mail, "plain")
    assert "<b>" not in part(rendered(Letter(MailKind.WELCOME, evil, (evil,), link_label=evil, link=evil)), "html")


@pytest.mark.asvs("v5.0.0-1.3.11")
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_header_is_injected_by_a_subject(text: str) -> None:
    mail = rendered(Letter(MailKind.WELCOME, f"a{text}\r\nBcc: thief@evil.example\r\n\r\n<b>", ("x",)))
    assert mail["Bcc"] is None
    assert mail.get_body(("plain",)) is not None
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
        "MIME-Version", "Content-Type",
    }  # fmt: skip


@pytest.mark.asvs("v5.0.0-1.3.11")
@given(st.text(max_size=30), st.text(max_size=12))
def test_an_address_that_we_take_is_one_address_in_the_header(local: str, host: str) -> None:
    email = normalise_email(f"{local}@{host}.org")
    if email is not None:
        to = rendered(EVERY[0], email)["To"]
        assert len(to.addresses) == 1
        assert set(rendered(EVERY[0], email).keys()) & {"Bcc", "Cc"} == set()


NAMES = [
    "Doorstep Press",
    "Café Rouge, Ltd",
    "Atelier Müller (Berlin)",
    "Café @ Home",
    "Müller; Söhne",
    "Rue d'Été <thief@evil.example>",
    '"Zum Löwen"',
    "A\\B é",
    "é: group;",
    "Ltd., Inc.",
    "日本の出版社, 東京",
    "=?utf-8?q?thief=40evil.example?=",
    "One, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen",
    "Eine sehr lange Firma, deren Name Wörter hat, (und Klammern), und mehr als eine Zeile braucht, GmbH & Co. KG",
    "é" * 300,
    "a," * 300,
    "Bell\x07 & Sons",
    "two\r\nBcc: thief@evil.example",
    "",
]


@pytest.mark.asvs("v5.0.0-1.3.11")
@pytest.mark.parametrize("utf8", [False, True])
@pytest.mark.parametrize("recipient", ["ada@example.org", "grüße@bücher.example"])
@pytest.mark.parametrize("name", NAMES)
def test_from_is_one_mailbox_whatever_the_name(name: str, recipient: str, *, utf8: bool) -> None:
    assert_one_mailbox(name, recipient, utf8=utf8)


@pytest.mark.asvs("v5.0.0-1.3.11")
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200), st.booleans())
def test_from_is_one_mailbox_whatever_was_thought_of(name: str, utf8: bool) -> None:
    assert_one_mailbox(name, "ada@example.org", utf8=utf8)


def assert_one_mailbox(name: str, recipient: str, *, utf8: bool) -> None:
    """As it leaves by SMTP, and read by more than one reader."""
    made = render(
        EVERY[0],
        brand=brand().model_copy(update={"name": name}),
        sender="door@example.org",
        recipient=recipient,
        mail_id=UUID(int=7),
        now=START,
    )
    raw = made.as_bytes(policy=SMTPUTF8 if utf8 or not recipient.isascii() else SMTP)
    mail = message_from_bytes(raw, policy=default)
    [sender] = mail["From"].addresses
    assert sender.addr_spec == "door@example.org"
    written = re.search(rb"^From: (.*(?:\r\n[ \t].*)*)\r\n", raw, re.MULTILINE)
    assert written is not None
    assert max(len(line) for line in written[0].splitlines()) <= 78
    [(shown, address)] = getaddresses([re.sub(r"\r\n", "", written[1].decode("ascii"))])
    assert address == "door@example.org"
    assert str(make_header(decode_header(shown))) == " ".join(name.split())
    assert len(mail["To"].addresses) == 1
    assert set(mail.keys()) & {"Bcc", "Cc", "Sender"} == set()


@pytest.mark.parametrize("recipient", [f"{'l' * 64}@{'d' * 60}.{'e' * 60}.example", "grüße@bücher.example"])
def test_a_long_or_foreign_address_is_written_as_it_is(recipient: str) -> None:
    made = render(
        EVERY[0], brand=brand(), sender="door@example.org", recipient=recipient, mail_id=UUID(int=7), now=START
    )
    assert f"\r\nTo: {recipient}\r\n".encode() in made.as_bytes(policy=SMTPUTF8)


@pytest.mark.parametrize(
    "address",
    ["=?utf-8?q?thief=40evil.example?=@example.org", "a\r\nBcc:b@x.org", "a@x.org\nB: c", "a,b@x.org", "<a@x.org>"],
)
def test_an_address_that_is_read_as_another_is_no_address(address: str) -> None:
    assert normalise_email(address) is None
