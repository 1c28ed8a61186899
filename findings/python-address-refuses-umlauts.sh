#!/usr/bin/env bash
# Python 3.11 (seen with 3.11.2 and 3.11.7), the standard library's email package.
#
# `Address(addr_spec=...)` raises NonASCIILocalPartDefect for a local part with letters beyond ASCII (RFC 6531). The same address by `username` and
# `domain` is taken, and is written right under the SMTPUTF8 policy.
#
# Why it matters: mails to everybody leave, and those to the few addresses with an umlaut fail in the program and not at the server.
#
# Seen:
#   addr_spec: NonASCIILocalPartDefect
#   username and domain: To: grüße@bücher.example
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/run.py" <<'PYTHON'
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8

try:
    Address(addr_spec="grüße@bücher.example")
except Exception as refusal:
    print("addr_spec:", type(refusal).__name__)
message = EmailMessage(policy=SMTPUTF8)
message["To"] = Address(username="grüße", domain="bücher.example")
print("username and domain:", message.as_bytes().decode().partition("\r\n")[0])
PYTHON
python3 "$folder/run.py" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
addr_spec: NonASCIILocalPartDefect
username and domain: To: grüße@bücher.example
SEEN
echo "as described"
