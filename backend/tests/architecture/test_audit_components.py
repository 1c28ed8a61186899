"""The audit of components fails when a hole is open longer than docs/security/components.md allows, and only then."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.tree import ROOT

SCRIPT = ROOT / "backend" / "scripts" / "audit_components.py"


class Advisories(BaseHTTPRequestHandler):
    """Answers as OSV does: one hole in python-jose, of the server's severity and age."""

    severity = "HIGH"
    days = 0

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        hit = {"vulns": [{"id": "GHSA-0000"}]}
        self.say({"results": [hit if "/python-jose@" in each["package"]["purl"] else {} for each in asked]})

    def do_GET(self) -> None:
        published = (datetime.now(UTC) - timedelta(days=self.days)).isoformat()
        self.say({"id": "GHSA-0000", "published": published, "database_specific": {"severity": self.severity}})

    def say(self, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def osv() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.asvs("v5.0.0-15.2.1")
@pytest.mark.parametrize(
    ("severity", "days", "code"),
    [("CRITICAL", 1, 0), ("CRITICAL", 3, 1), ("HIGH", 6, 0), ("HIGH", 8, 1), ("MODERATE", 29, 0), ("MODERATE", 31, 1),
     ("LOW", 91, 1), ("?", 8, 1)],
)  # fmt: skip
def test_no_hole_stays_open_longer_than_is_written(
    osv: str, monkeypatch: pytest.MonkeyPatch, severity: str, days: int, code: int
) -> None:
    monkeypatch.setattr(Advisories, "severity", severity)
    monkeypatch.setattr(Advisories, "days", days)
    command = [sys.executable, str(SCRIPT), "--osv", osv]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "GHSA-0000" in done.stdout
