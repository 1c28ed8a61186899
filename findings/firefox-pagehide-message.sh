#!/usr/bin/env bash
# Firefox ESR 153.8 (Debian's firefox-esr, which must be on the machine), driven by its own WebDriver BiDi.
#
# A message that a page posts through a MessageChannel in `pagehide` is never delivered when the page is put into the
# back/forward cache: not before it is frozen, and not after it is shown again. One that is posted in `pageshow` arrives.
#
# Why it matters: React's scheduler posts itself such a message to go on with what it has to draw, and posts no other
# before that one has come. State that is changed in `pagehide` (to take what is private off the page before it is put
# aside) leaves the page undrawn for ever after Back. Chromium and WebKitGTK deliver it.
#
# Seen:
#   persisted: True; posted in pagehide: 0 of 1; posted in pageshow: 1 of 1
set -euo pipefail
command -v firefox-esr > /dev/null || { echo "firefox-esr is not on this machine"; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check websocket-client==1.9.2
cat > "$folder/run.py" <<'PYTHON'
import http.server
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import websocket

PAGE = b"""<!doctype html><title>one</title><script>
const seen = { persisted: null, pagehide: 0, pageshow: 0 };
const channel = new MessageChannel();
channel.port1.onmessage = ({ data }) => { seen[data] += 1; };
addEventListener("pagehide", () => channel.port2.postMessage("pagehide"));
addEventListener("pageshow", (event) => {
  seen.persisted = event.persisted;
  if (event.persisted) channel.port2.postMessage("pageshow");
});
</script>"""


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE if self.path == "/one" else b"<!doctype html><title>two</title>")

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def connected(port):
    for _ in range(300):
        try:
            return websocket.create_connection(f"ws://127.0.0.1:{port}/session", timeout=60, suppress_origin=True)
        except OSError:
            time.sleep(0.1)
    raise SystemExit("Firefox does not listen")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
threading.Thread(target=server.serve_forever, daemon=True).start()
origin = f"http://127.0.0.1:{server.server_port}"
port, profile = free_port(), Path(sys.argv[1])
profile.mkdir()
firefox = subprocess.Popen(
    ["firefox-esr", "--headless", "--profile", str(profile), "--remote-debugging-port", str(port)],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
bidi, numbers = connected(port), itertools.count(1)


def tell(method, **params):
    number = next(numbers)
    bidi.send(json.dumps({"id": number, "method": method, "params": params}))
    while (answer := json.loads(bidi.recv())).get("id") != number:
        pass
    return answer["result"]


tell("session.new", capabilities={})
tab = tell("browsingContext.create", type="tab")["context"]
for page in ("/one", "/two"):
    tell("browsingContext.navigate", context=tab, url=origin + page, wait="complete")
tell("browsingContext.traverseHistory", context=tab, delta=-1)
asked = "new Promise((done) => setTimeout(() => done(JSON.stringify(seen)), 3000))"
for _ in range(5):
    told = tell("script.evaluate", expression=asked, target={"context": tab}, awaitPromise=True)
    if told["type"] == "success":
        break
seen = json.loads(told["result"]["value"])
tell("browser.close")
firefox.wait(30)
line = (
    f"persisted: {seen['persisted']}; posted in pagehide: {seen['pagehide']} of 1; "
    f"posted in pageshow: {seen['pageshow']} of 1"
)
print(line)
sys.exit(line != "persisted: True; posted in pagehide: 0 of 1; posted in pageshow: 1 of 1")
PYTHON
"$folder/venv/bin/python" "$folder/run.py" "$folder/profile"
