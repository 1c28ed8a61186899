#!/usr/bin/env bash
# Python 3.11 (seen with 3.11.2 and 3.11.7), the standard library's email package.
#
# One name and one address in From become several mailboxes when the message is written. `formataddr` encodes "Café Rouge, Ltd" as a whole,
# and an EmailMessage folds that again: it decodes the words, and encodes only those that need it, without quotes around the comma. With
# `headerregistry.Address` that name is right, but one of plain letters that is longer than a line loses its quotes, too.
#
# Why it matters: nothing is raised, and the message reads right in Python before it is written. Receivers that check DMARC refuse a From with
# two mailboxes.
#
# Seen:
#   Café Rouge, Ltd by formataddr: 2 mailboxes, From: =?utf-8?q?Caf=C3=A9?= Rouge, Ltd <no-reply@example.org>
#   Café Rouge, Ltd by Address: 1 mailbox, From: =?utf-8?q?Caf=C3=A9_Rouge=2C?= Ltd <no-reply@example.org>
#   a name of twelve words by Address: 12 mailboxes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/run.py" <<'PYTHON'
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import formataddr

SPEC = "no-reply@example.org"
LONG = "One, two, three, four, five, six, seven, eight, nine, ten, eleven, and twelve"


def written(sender: str | Address) -> tuple[str, str]:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message.set_content("x")
    raw = message.as_bytes()
    count = len(message_from_bytes(raw, policy=default)["From"].addresses)
    return f"{count} {'mailbox' if count == 1 else 'mailboxes'}", raw.decode().partition("\r\n")[0]


print("Café Rouge, Ltd by formataddr:", ", ".join(written(formataddr(("Café Rouge, Ltd", SPEC)))))
print("Café Rouge, Ltd by Address:", ", ".join(written(Address("Café Rouge, Ltd", addr_spec=SPEC))))
print("a name of twelve words by Address:", written(Address(LONG, addr_spec=SPEC))[0])
PYTHON
python3 "$folder/run.py" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
Café Rouge, Ltd by formataddr: 2 mailboxes, From: =?utf-8?q?Caf=C3=A9?= Rouge, Ltd <no-reply@example.org>
Café Rouge, Ltd by Address: 1 mailbox, From: =?utf-8?q?Caf=C3=A9_Rouge=2C?= Ltd <no-reply@example.org>
a name of twelve words by Address: 12 mailboxes
SEEN
echo "as described"
