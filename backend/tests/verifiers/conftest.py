"""A Doorstep with somebody signed in, the folder that `make verifiers` filled, and tokens that open and do not."""

import base64
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.cli.process import GOOD_PASSWORD, Served, served
from tests.sessions.forge import b64, es256
from tests.waiting import wait_for

_GIVEN = os.environ.get("DOORSTEP_VERIFIERS")
_DEBIAN = ("usr/sbin", "usr/bin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if _GIVEN is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="`make verifiers` brings what it needs and runs it"))


@dataclass(frozen=True)
class Signed:
    """What somebody signed in holds, and what a verifier is told of who issued it."""

    server: Served
    issuer: str
    user_id: str
    token: str
    keys: dict[str, list[dict[str, str]]]

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        [key] = self.keys["keys"]
        x, y = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "=")) for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()

    @property
    def pem(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.public_key.public_bytes(serialization.Encoding.PEM, form).decode()

    @property
    def tokens(self) -> dict[str, str]:
        """The right one, and two that are not: with another user in it, and by another's key."""
        header, payload, signature = self.token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        changed = b64(json.dumps({**claims, "sub": "somebody else"}).encode())
        by_another = es256(ec.generate_private_key(ec.SECP256R1()))(f"{header}.{payload}".encode())
        return {
            "ours": self.token,
            "changed": f"{header}.{changed}.{signature}",
            "by another": f"{header}.{payload}.{b64(by_another)}",
        }


@pytest.fixture(scope="session")
def folder() -> Path:
    return Path(_GIVEN or "")


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    with served(tmp_path_factory.mktemp("doorstep"), DOORSTEP_DEMO="0") as server:
        typed = {"email": "ada@example.com", "password": GOOD_PASSWORD}
        answer, keys = server.ask("/api/v1/auth/signup", typed), server.ask("/.well-known/jwks.json")
        assert answer is not None
        assert keys is not None
        told = answer.json()
        yield Signed(
            server,
            f"http://localhost:{server.port}",
            str(told["user_id"]),
            str(told["access_token"]),
            json.loads(keys.body),
        )


Program = Callable[[str], str]
Running = Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]


@pytest.fixture(scope="session")
def program(folder: Path) -> Program:
    """The path of a program that was unpacked or is installed; skips where there is none."""

    def find(name: str) -> str:
        unpacked = (folder / "debian" / place / name for place in _DEBIAN)
        found = next((str(path) for path in unpacked if path.is_file()), None) or shutil.which(name)
        if found is None:
            pytest.skip(f"there is no {name} on this machine")
        return found

    return find


@pytest.fixture
def running(folder: Path, tmp_path: Path) -> Running:
    """Starts a program, waits until it listens there, and ends it."""
    libraries = [str(path) for path in (folder / "debian" / "usr" / "lib").glob("*-linux-gnu")]

    @contextmanager
    def run(*arguments: str, port: int, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
        log = tmp_path / "program.log"
        environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries), **(env or {})}
        with log.open("wb") as output:
            process = subprocess.Popen(arguments, cwd=tmp_path, stdout=output, stderr=output, env=environment)

        def listens() -> bool:
            assert process.poll() is None, log.read_text(errors="replace")
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        try:
            wait_for(listens, f"{arguments[0]} listens", 30)
            yield process
        finally:
            process.terminate()
            process.wait(30)

    return run
