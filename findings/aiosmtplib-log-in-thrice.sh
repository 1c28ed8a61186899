#!/usr/bin/env bash
# aiosmtplib 5.1.3 with aiosmtpd 1.4.6.
#
# A log-in with a wrong password is tried once for each method that the server offers (CRAM-MD5, PLAIN, LOGIN), in one connection. The
# exception that comes back tells of the last one only.
#
# Why it matters: a mail queue that tries again after 10 seconds, a minute and five minutes makes three refused log-ins each time, and a
# server that bans an address after five bans it at the second try.
#
# Seen:
#   offered: LOGIN PLAIN
#   refused: 535, log-ins that the server counted: 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiosmtplib==5.1.3 aiosmtpd==1.4.6
cat > "$folder/run.py" <<'PYTHON'
import asyncio

import aiosmtplib
from aiosmtpd.smtp import SMTP, AuthResult

counted = []


def wrong(server, session, envelope, mechanism, given):
    counted.append(mechanism)
    return AuthResult(success=False, handled=False)


async def main() -> None:
    def serve() -> SMTP:
        return SMTP(object(), authenticator=wrong, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0)
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.sockets[0].getsockname()[1], start_tls=False)
    await client.connect()
    await client.ehlo()
    print("offered:", " ".join(sorted(client.esmtp_extensions["auth"].split())))
    try:
        await client.login("door", "wrong")
    except aiosmtplib.SMTPAuthenticationError as refused:
        print(f"refused: {refused.code}, log-ins that the server counted: {len(counted)}")
    client.close()
    server.close()


asyncio.run(main())
PYTHON
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
offered: LOGIN PLAIN
refused: 535, log-ins that the server counted: 2
SEEN
echo "as described"
