"""Two servers of Doorstep on one database, people who use them through a proxy, and restarts of one after the other."""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.served import PASSWORD, address

SECRET = "a secret of a measurement, which opens nothing else"  # noqa: S105 -- as above
CLIENT = "127.0.0.5"
"""Where people come from: another address than that of the proxies."""
_CHEAP = {"DOORSTEP_PASSWORDS__HASH_MEMORY_KIB": "8", "DOORSTEP_PASSWORDS__HASH_TIME_COST": "1"}
_PATIENCE = 60.0


@dataclass
class Server:
    """One server of the two, and where its log is."""

    place: Path
    port: int
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What it wrote since the first start."""
        return self.place / f"server-{self.port}.log"

    def start(self) -> None:
        """Start it, and wait until it says that it is ready."""
        usual = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "doorstep", "serve", "--port", str(self.port)],
                cwd=self.place,
                env={**usual, **_CHEAP, **self.settings},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.wait_for(200)

    def stop(self) -> None:
        """SIGTERM, as systemd and orchestrators send it, and wait for the end."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(_PATIENCE)

    def wait_for(self, status: int) -> None:
        """Wait until `/readyz` answers that."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                line.request("GET", "/readyz")
                if line.getresponse().status == status:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the server did not answer {status}: {self.log.read_text()[-2000:]}")


@dataclass
class Crowd:
    """Users who keep connections to the proxy, read pages, refresh and ask who they are; and what came of it."""

    port: int
    count: int = 12
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def origin(self) -> str:
        """What people type."""
        return f"https://localhost:{self.port}"

    @property
    def failed(self) -> int:
        """Requests that brought no answer, or one of 500 and more."""
        return sum(count for status, count in self.answers.items() if status[:1] not in {"2", "3"})

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Ask all the time while the block runs."""
        users = [threading.Thread(target=self._use, args=(number,), daemon=True) for number in range(self.count)]
        for user in users:
            user.start()
        try:
            yield
        finally:
            self._over.set()
            for user in users:
                user.join(_PATIENCE)

    def _use(self, number: int) -> None:
        browser = Browser(self.port)
        self._note(browser.log_in(number))
        while not self._over.is_set():
            for ask in (browser.page, browser.plans, browser.refresh, browser.me):
                self._note(ask())

    def _note(self, told: tuple[str, float]) -> None:
        with self._lock:
            self.answers[told[0]] += 1
            self.slowest = max(self.slowest, told[1])


class Browser:
    """One browser with a kept connection, its cookie and its token."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._context = ssl.create_default_context()
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE  # the certificate is one of this measurement
        self._line: http.client.HTTPSConnection | None = None
        self._cookies: dict[str, str] = {}
        self._token = ""

    def log_in(self, number: int) -> tuple[str, float]:
        """The first step of everything; kept as by «Keep me signed in»."""
        credentials = {"email": address(number), "password": PASSWORD, "remember": True}
        return self.ask("POST", "/api/v1/auth/login", credentials)

    def page(self) -> tuple[str, float]:
        """The front page."""
        return self.ask("GET", "/")

    def plans(self) -> tuple[str, float]:
        """A read that needs no user."""
        return self.ask("GET", "/api/v1/plans")

    def refresh(self) -> tuple[str, float]:
        """The next token."""
        return self.ask("POST", "/api/v1/auth/refresh", {})

    def me(self) -> tuple[str, float]:
        """Who is signed in."""
        return self.ask("GET", "/api/v1/users/me")

    def ask(self, method: str, path: str, body: object = None) -> tuple[str, float]:
        """The status, or what went wrong, and the seconds that it took."""
        began = time.monotonic()
        try:
            status = str(self._ask(method, path, body))
        except (OSError, http.client.HTTPException) as trouble:
            self._line = None
            status = type(trouble).__name__
        return status, time.monotonic() - began

    def _ask(self, method: str, path: str, body: object) -> int:
        host = f"localhost:{self._port}"
        headers = {"Origin": f"https://{host}", "Sec-Fetch-Site": "same-origin", "Host": host}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._line is None:
            self._line = http.client.HTTPSConnection(
                "localhost", self._port, timeout=30, context=self._context, source_address=(CLIENT, 0)
            )
        self._line.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._line.getresponse()
        told = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status == http.client.OK and path.startswith("/api/v1/auth/"):
            self._token = json.loads(told).get("access_token", self._token)
        return answer.status


def roll(servers: list[Server], *, times: int, between: float) -> None:
    """Restart each after the other, `times` over, with `between` seconds of rest."""
    for _ in range(times):
        for server in servers:
            server.stop()
            server.start()
            time.sleep(between)
