"""docs/security says what is really there: limits, operations, fields, columns, claims, events, cryptography."""

import ast
import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from doorstep.audit.models import EventKind
from doorstep.kit.database import Database
from doorstep.main import create_app
from doorstep.settings import Settings
from tests.builders import SECRET, settings_for
from tests.tree import PACKAGE, ROOT

CRYPTOGRAPHY = {
    "altcha",
    "argon2",
    "bcrypt",
    "cryptography",
    "fido2",
    "hashlib",
    "hmac",
    "jose",
    "nacl",
    "passlib",
    "secrets",
    "ssl",
}
CODE = re.compile(r"`([^`]+)`")


def page(name: str) -> str:
    return (ROOT / "docs" / "security" / f"{name}.md").read_text(encoding="utf-8")


def rows(name: str, heading: str) -> list[list[str]]:
    """The cells of the tables under a heading, without their first line."""
    section = page(name).split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@pytest.fixture
def api(tmp_path: Path) -> FastAPI:
    nowhere = "postgresql://nowhere/nothing"
    return create_app(settings_for(nowhere, tmp_path), nowhere, SECRET.encode())


@pytest.mark.parametrize("heading", ["Limits", "How long a session lasts"])
def test_the_limits_are_those_of_the_settings(heading: str) -> None:
    defaults = Settings().model_dump(mode="json", exclude={"plans"})
    told = [(row[1].strip("`"), row[2]) for row in rows("limits", heading) if row[1]]
    assert len(told) >= 5
    for name, limit in told:
        value = defaults
        for step in name.split("."):
            value = value[step]
        assert str(value) == limit, name


def test_the_hash_is_the_one_that_is_told() -> None:
    passwords = Settings().passwords
    told = next(row[1] for row in rows("cryptography", "Algorithms") if row[0] == "passwords")
    assert told.startswith(f"Argon2id, {passwords.hash_memory_kib} KiB, {passwords.hash_time_cost} passes, 1 lane")


@pytest.mark.asvs("v5.0.0-11.4.2")
def test_a_hash_costs_at_least_what_owasp_asks_for() -> None:
    passwords = Settings().passwords
    assert passwords.hash_memory_kib >= 19_456
    assert passwords.hash_time_cost >= 2


def test_every_operation_has_its_row(api: FastAPI) -> None:
    operations = {
        f"{method.upper()} {path}": "the user" if "security" in operation else "anybody"
        for path, methods in api.openapi()["paths"].items()
        for method, operation in methods.items()
    }
    assert {row[0].strip("`"): row[1].partition(",")[0] for row in rows("access", "Functions")} == operations


@pytest.mark.asvs("v5.0.0-15.3.1", "v5.0.0-8.2.3", "v5.0.0-14.2.6")
def test_every_field_has_its_row(api: FastAPI) -> None:
    """A field that somebody adds to a body is noticed here, before it tells too much."""
    schemas = api.openapi()["components"]["schemas"]
    fields = {name: sorted(schema["properties"]) for name, schema in schemas.items() if "enum" not in schema}
    told = {CODE.findall(row[0])[0]: CODE.findall(row[1]) for row in rows("access", "Fields")}
    assert told == fields | {"Nothing": []}
    for name, schema in schemas.items():
        if name.endswith("Request"):
            assert schema["additionalProperties"] is False


def test_every_way_in_has_its_row(api: FastAPI) -> None:
    ways = {
        f"{method.upper()} {path}"
        for path, methods in api.openapi()["paths"].items()
        for method, operation in methods.items()
        if {"AccessToken", "SignedUp"} & set(re.findall(r"schemas/(\w+)", str(operation["responses"])))
    }
    assert {row[0].strip("`") for row in rows("access", "Ways in")} == ways | {"the command line"}


def test_every_item_of_input_has_a_rule_and_a_bound(api: FastAPI) -> None:
    document = api.openapi()
    schemas = document["components"]["schemas"]
    arriving = {
        name: schema
        for schema_name, body in schemas.items()
        if schema_name.endswith("Request")
        for name, schema in body["properties"].items()
    }
    parameters = {
        parameter["name"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
    }
    assert {row[0].strip("`") for row in rows("limits", "Each item of input")} == set(arriving) | parameters
    for name, schema in arriving.items():
        for kind in schema.get("anyOf", [schema]):
            if "$ref" in kind:  # its items have rows of their own
                assert kind["$ref"].endswith("Request"), name
                continue
            assert kind["type"] in {"boolean", "null"} or {"maxLength", "maxItems"} & set(kind), name


async def test_every_column_is_classified(database: Database) -> None:
    async with database.connection() as connection:
        found = await connection.fetch(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
    told = {
        (row[0].strip("`"), column) for row in rows("data", "Columns") for column in CODE.findall(" ".join(row[1:]))
    }
    assert told == {(row["table_name"], row["column_name"]) for row in found}


def test_every_claim_is_classified() -> None:
    told = {claim for row in rows("data", "Claims of an access token") for claim in CODE.findall(row[1])}
    source = ast.parse((PACKAGE / "sessions" / "access_tokens.py").read_text(encoding="utf-8"))
    dictionaries = [node for node in ast.walk(source) if isinstance(node, ast.Dict) and all(node.keys)]
    made = [{ast.literal_eval(key) for key in each.keys if key is not None} for each in dictionaries]
    assert told in made


def test_every_event_is_told() -> None:
    told = {kind for row in rows("data", "Logs and the audit trail") for kind in CODE.findall(row[0])}
    assert told == set(EventKind)


@pytest.mark.asvs("v5.0.0-11.1.3", "v5.0.0-11.2.1")
def test_every_use_of_cryptography_is_listed() -> None:
    using = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if {name.partition(".")[0] for name in names} & CRYPTOGRAPHY:
                using.add(path.relative_to(PACKAGE).as_posix())
    told = {module for row in rows("cryptography", "Where it is used") for module in CODE.findall(row[0])}
    assert using - {"kit/database.py"} == told


def test_the_watched_components_are_there() -> None:
    locks = "".join(
        f"\n{(ROOT / name).read_text()}"
        for name in ("backend/requirements.lock", "scripts/compiler.lock", "frontend/package-lock.json")
    )
    for row in rows("components", "Where trouble is likelier"):
        name = row[0].strip("`")
        assert f"\n{name}==" in locks or f'"node_modules/{name}"' in locks, name
