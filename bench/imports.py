"""Importing: how long a file of users takes, in each of the formats that are brought most.

`python -m bench.imports [USERS]` measures once and prints; `measure` is for `make bench`. The hashes have random salts
and digests, so that no two lines are alike: importing computes none of them.
"""

import argparse
import base64
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psutil

from bench import machine
from bench.figures import Table
from bench.quiet import wait_until_quiet
from bench.served import address, make_users

USERS = 1_000_000
MOST_SECONDS = 300.0
_BETWEEN_LOOKS = 0.1
_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_FIREBASE = {
    "base64_signer_key": base64.b64encode(bytes(range(64))).decode(),
    "base64_salt_separator": "Bw==",
    "rounds": 8,
    "mem_cost": 14,
}


def write_users(path: Path, count: int) -> None:
    """A file of that many users: bcrypt, Argon2id, Django's PBKDF2 and Firebase's scrypt in turn."""
    chance = Random(4)  # noqa: S311 -- the same file each time, so that runs compare
    kinds: tuple[Callable[[Random], dict[str, str]], ...] = (_bcrypt, _argon2, _django, _firebase)
    began = datetime(2020, 1, 1, tzinfo=UTC)
    with path.open("w") as file:
        for number in range(count):
            line: dict[str, object] = {
                "email": address(number),
                **kinds[number % len(kinds)](chance),
                "email_verified": number % 3 == 0,
                "created_at": (began + timedelta(seconds=number)).isoformat(),
            }
            file.write(json.dumps(line) + "\n")


def _text(chance: Random, size: int) -> str:
    return base64.b64encode(chance.randbytes(size)).decode()


def _bcrypt(chance: Random) -> dict[str, str]:
    salt = "".join(chance.choices(_BCRYPT, k=21)) + chance.choice(".Oeu")
    return {"password_hash": "$2b$12$" + salt + "".join(chance.choices(_BCRYPT, k=30)) + "."}


def _argon2(chance: Random) -> dict[str, str]:
    salt, digest = _text(chance, 16).rstrip("="), _text(chance, 32).rstrip("=")
    return {"password_hash": f"$argon2id$v=19$m=65536,t=3,p=4${salt}${digest}"}


def _django(chance: Random) -> dict[str, str]:
    return {"password_hash": f"pbkdf2_sha256$1000000${chance.randbytes(11).hex()}${_text(chance, 32)}"}


def _firebase(chance: Random) -> dict[str, str]:
    return {"password_hash": _text(chance, 64), "password_salt": _text(chance, 10)}


def measure(place: Path, repeats: int, patience: float, users: int = USERS) -> Table:
    """Seconds for a file of `users`, each repeat into an empty database."""
    file, config = place / "users.jsonl", place / "firebase.json"
    write_users(file, users)
    config.write_text(json.dumps(_FIREBASE))
    seconds, memory = [], []
    for repeat in range(repeats):
        data = place / f"imports-{repeat}"
        make_users(data, 0)
        wait_until_quiet(patience)
        took, most = _import(data, file, config)
        seconds.append(took)
        memory.append(most)
    table = Table(
        "imports",
        f"Importing {users:,} users",
        "`doorstep users import` on a JSONL file (bcrypt, Argon2id, Django's PBKDF2, Firebase's scrypt in turn) into "
        "an empty embedded database, from the command's start to its end; memory is its own, without PostgreSQL.",
    )
    table.add(f"{users:,} users", "s", seconds, at_most=MOST_SECONDS * users / USERS)
    table.add("users a second", "", [users / took for took in seconds])
    table.add("memory at most", "MB", memory, at_most=200)
    return table


def _import(data: Path, file: Path, config: Path) -> tuple[float, float]:
    usual = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    command = [sys.executable, "-m", "doorstep", "users", "import", str(file), "--firebase-config", str(config)]
    begun = time.perf_counter()
    process = psutil.Popen(command, cwd=data.parent, env=usual | {"DOORSTEP_DATA_DIR": str(data)})
    # Looked at from outside: what the kernel counts for a child begins with the memory of whoever started it.
    most = 0
    while process.poll() is None:
        most = max(most, process.memory_info().rss)
        time.sleep(_BETWEEN_LOOKS)
    if process.returncode != 0:
        raise RuntimeError("the import failed")
    return time.perf_counter() - begun, most / 1e6


def main() -> int:
    """Measure once, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description="Measure an import of users.")
    parser.add_argument("users", nargs="?", type=int, default=USERS)
    asked = parser.parse_args()
    print("\n".join(f"{name}: {told}" for name, told in machine.described().items()))
    print(f"load before: {machine.load():.2f}\n", flush=True)
    with TemporaryDirectory(prefix="doorstep-bench-") as directory:
        Path(directory).chmod(0o755)
        table = measure(Path(directory), 1, 0, asked.users)
    print(table.as_markdown())
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main())
