"""Hashes that the original systems' own libraries made: imported, logged in with, renewed.

`golden.json` says which library, in which version and by which call.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import LoggedIn
from tests.imports.files import imported, jsonl
from tests.world import PHONE, World

GOLDEN: list[dict[str, Any]] = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))
EMAIL = "ada@example.org"


async def log_in(world: World, password: str) -> LoggedIn:
    return await world.services.login.with_password(EMAIL, password, remember=False, client=PHONE)


@pytest.mark.asvs("v5.0.0-11.4.2")
@pytest.mark.parametrize("golden", GOLDEN, ids=[each["name"] for each in GOLDEN])
async def test_it_is_imported_opens_to_its_password_only_and_is_renewed(
    world: World, tmp_path: Path, golden: dict[str, Any]
) -> None:
    firebase = golden.get("firebase")
    line = {"email": EMAIL, "password_hash": golden["stored"]} | ({"password_salt": golden["salt"]} if firebase else {})
    file = jsonl(tmp_path / "users.jsonl", [line])
    progress, told = await imported(world, file, FirebaseProject.read(firebase) if firebase else None)
    assert (progress.added, told.lines) == (1, [])
    with pytest.raises(InvalidCredentials):
        await log_in(world, golden["password"] + "!")
    await log_in(world, golden["password"])
    stored = await world.scalar("SELECT password_hash FROM users")
    assert str(stored).startswith("$argon2id$v=19$m=8,t=1,p=1$")
    await log_in(world, golden["password"])
    assert await world.scalar("SELECT password_hash FROM users") == stored


def test_every_system_of_the_page_is_there() -> None:
    names = " ".join(each["name"] for each in GOLDEN)
    for system in ("Django", "FastAPI Users", "Firebase", "Keycloak", "Werkzeug", "bcrypt", "argon2id", "scrypt"):
        assert system in names
    assert all(each["maker"] for each in GOLDEN)


async def test_neither_the_signer_key_nor_the_hash_of_firebase_is_kept(world: World, tmp_path: Path) -> None:
    for number, golden in enumerate(each for each in GOLDEN if "firebase" in each):
        line = {"email": f"u{number}@example.org", "password_hash": golden["stored"], "password_salt": golden["salt"]}
        project = FirebaseProject.read(golden["firebase"])
        await imported(world, jsonl(tmp_path / "users.jsonl", [line]), project)
        kept = str(await world.scalar("SELECT password_hash FROM users WHERE email_key = $1", line["email"]))
        for secret in (golden["stored"], golden["firebase"]["base64_signer_key"]):
            assert secret.rstrip("=") not in kept
        assert golden["firebase"]["base64_signer_key"] not in repr(project)
