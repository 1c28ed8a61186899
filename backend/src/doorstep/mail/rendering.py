"""The shape of a mail: plain text and HTML from one letter, name and colours from the brand."""

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from html import escape
from uuid import UUID

from doorstep.brand import Brand
from doorstep.mail.headers import mailbox
from doorstep.mail.models import Letter

_TO_COPY = "If the button leads nowhere, copy this address into your browser:"
_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def render(letter: Letter, *, brand: Brand, sender: str, recipient: str, mail_id: UUID, now: datetime) -> EmailMessage:
    """The whole mail. No line break of any kind gets into a header."""
    message = EmailMessage(policy=SMTPUTF8)
    message["From"] = mailbox("From", sender, " ".join(brand.name.split()))
    message["To"] = mailbox("To", recipient)
    message["Subject"] = f"{_one_line(letter.subject)} · {_one_line(brand.name)}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_text(letter, brand))
    message.add_alternative(_html(letter, brand), subtype="html")
    return message


def _one_line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text)


def _text(letter: Letter, brand: Brand) -> str:
    parts = [*letter.paragraphs]
    if letter.code:
        parts.append(f"    {letter.code}")
    if letter.link and letter.link_label:
        parts.append(f"{letter.link_label}:\n{letter.link}")
    if letter.closing:
        parts.append(letter.closing)
    return "\n\n".join([*parts, f"-- \n{brand.name}"]) + "\n"


def _html(letter: Letter, brand: Brand) -> str:
    light, dark = brand.colours["light"], brand.colours["dark"]
    rows = [f"<p>{escape(paragraph)}</p>" for paragraph in letter.paragraphs]
    if letter.code:
        rows.append(f'<p class="code">{escape(letter.code)}</p>')
    if letter.link and letter.link_label:
        rows.append(f'<p><a class="button" href="{escape(letter.link)}">{escape(letter.link_label)}</a></p>')
        # Link protection may drop what stands behind the #. A text it leaves alone.
        rows.append(f'<p class="small">{_TO_COPY}<br><span class="address">{escape(letter.link)}</span></p>')
    if letter.closing:
        rows.append(f'<p class="small">{escape(letter.closing)}</p>')
    body = "\n".join(rows)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{escape(letter.subject)}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 24px; background: {light["paper"]}; color: {light["ink"]};
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }}
main {{ max-width: 32rem; margin: 0 auto; padding: 24px; background: {light["surface"]}; border-radius: 12px; }}
h1 {{ margin: 0 0 16px; font-size: 22px; line-height: 1.25; }}
.code {{ font: 700 32px/1.2 ui-monospace, monospace; letter-spacing: 0.15em; }}
.button {{ display: inline-block; padding: 12px 20px; border-radius: 8px; background: {light["accent"]};
  color: {light["on_accent"]}; text-decoration: none; font-weight: 600; }}
.small {{ color: {light["muted"]}; font-size: 14px; }}
.address {{ overflow-wrap: anywhere; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: {dark["paper"]}; color: {dark["ink"]}; }}
  main {{ background: {dark["surface"]}; }}
  .button {{ background: {dark["accent"]}; color: {dark["on_accent"]}; }}
  .small {{ color: {dark["muted"]}; }}
}}
</style>
</head>
<body>
<main>
<h1>{escape(letter.subject)}</h1>
{body}
</main>
<p class="small" align="center">{escape(brand.name)}</p>
</body>
</html>
"""
