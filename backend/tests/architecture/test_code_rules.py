"""Rules of safe code that hold for the whole package, by the linter's rules and by its syntax trees."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tree import PACKAGE

RUFF = Path(sys.executable).parent / "ruff"
MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}

# What reaches out by itself. Each would be a door to places that a caller could choose.
CLIENTS = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "urllib.request", "urllib3"}
CIPHERS = "cryptography.hazmat.primitives.ciphers"
CALLS_WITH_SQL = {"execute", "executemany", "fetch", "fetchrow", "fetchval"}
CALLS_WITH_PATTERNS = {"compile", "finditer", "findall", "fullmatch", "match", "search", "split", "sub"}


def broken(*rules: str) -> str:
    """What ruff's rules (bandit's) find in the package, opt-outs in the source not counted."""
    command = [str(RUFF), "check", "--isolated", "--no-cache", "--ignore-noqa", "--quiet", "--select", ",".join(rules)]
    return subprocess.run([*command, str(PACKAGE)], capture_output=True, text=True, check=False).stdout


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def calls(names: set[str]) -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
                yield path, node


def is_constant(node: ast.expr) -> bool:
    """A literal, or a name in capitals, or a literal put together from those."""
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.Call(func=ast.Name(id="text"), args=[inner]):
            return is_constant(inner)
        case ast.JoinedStr(values=parts):
            return all(isinstance(part, ast.Constant) or is_constant(part.value) for part in parts)  # type: ignore[attr-defined]  # the only two kinds
    return False


@pytest.mark.asvs("v5.0.0-1.3.2")
def test_no_text_is_run_as_code() -> None:
    assert not broken("S102", "S307")


@pytest.mark.asvs("v5.0.0-1.5.2")
def test_nothing_is_read_by_a_reader_that_makes_objects() -> None:
    assert not broken("S301", "S302", "S506", "S403")


@pytest.mark.asvs("v5.0.0-1.2.5")
def test_no_program_is_started_through_a_shell() -> None:
    assert not broken("S602", "S604", "S605", "S609")


@pytest.mark.asvs("v5.0.0-11.4.1")
def test_no_broken_hash_function_is_used() -> None:
    assert not broken("S303", "S324")
    used = {node.attr for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not used & {"md5", "sha1", "MD5", "SHA1"}


@pytest.mark.asvs("v5.0.0-11.3.1", "v5.0.0-11.3.2")
def test_the_only_cipher_is_aes_gcm() -> None:
    """Beside it AES-CTR, in the one module that verifies Firebase's hashes, and encrypts nothing with it."""
    used = {name for tree in TREES.values() for name in imports(tree) if ".ciphers" in name or "padding" in name}
    assert used == {
        "cryptography.hazmat.primitives.ciphers.aead",
        "cryptography.hazmat.primitives.ciphers.aead.AESGCM",
    } | {f"cryptography.hazmat.primitives.ciphers{name}" for name in ("", ".Cipher", ".algorithms", ".modes")}
    general = {path.relative_to(PACKAGE).as_posix() for path, tree in TREES.items() if CIPHERS in imports(tree)}
    assert general == {"kit/firebase_scrypt.py"}
    modes = {node.attr for node, path in attributes() if isinstance(node.value, ast.Name) and node.value.id == "modes"}
    assert modes == {"CTR"}
    assert not broken("S304", "S305")


@pytest.mark.asvs("v5.0.0-11.5.1")
def test_what_must_not_be_guessed_comes_from_the_operating_system() -> None:
    assert not broken("S311")
    used = {name for tree in TREES.values() for name in imports(tree)}
    assert not used & {"random", "numpy.random"}
    assert not any(node.attr in {"uuid1", "uuid4"} for node, _ in attributes())


def attributes() -> Iterator[tuple[ast.Attribute, Path]]:
    for path, tree in TREES.items():
        yield from ((node, path) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


@pytest.mark.asvs("v5.0.0-1.3.6", "v5.0.0-13.2.4", "v5.0.0-15.3.2")
def test_nothing_asks_another_server() -> None:
    """No HTTP or mail client serves requests: none could be steered elsewhere, and there is no redirect to follow.

    `doorstep doctor` asks our own public URL, with a client of the standard library that follows no redirect.
    """
    asking = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for path, tree in TREES.items()
        for name in imports(tree)
        if name in CLIENTS
    }
    connecting = {
        path.relative_to(PACKAGE).as_posix()
        for node, path in attributes()
        if node.attr in {"create_connection", "open_connection"}
    }
    assert asking <= {("doctor/gateway.py", "http.client")}
    assert connecting <= {"doctor/gateway.py"}


@pytest.mark.asvs("v5.0.0-1.2.4")
def test_sql_is_constant_text() -> None:
    """Values travel as parameters; a statement is never put together from them."""
    on_connections = {"connection", "database", "tx", "admin", "holding"}
    handing_on = {"queries.py", "database.py"}  # parts of one statement; the statement that somebody else asks for
    found = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path, call in calls(CALLS_WITH_SQL)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in on_connections
        and not is_constant(call.args[0])
        and not (path.name in handing_on and isinstance(call.args[0], ast.Name) and call.args[0].id == "statement")
    ]
    assert not found


@pytest.mark.asvs("v5.0.0-1.2.9")
def test_a_pattern_holds_no_input_that_is_not_escaped() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path, call in calls(CALLS_WITH_PATTERNS)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "re"
        and not is_constant(call.args[0])
        and not ast.unparse(call.args[0]).startswith("re.escape(")
    ]
    assert not found


@pytest.mark.asvs("v5.0.0-16.2.3")
def test_logs_leave_by_one_door_only() -> None:
    """Handlers and log files are set up in `kit/logs.py` and nowhere else."""
    handlers = {"FileHandler", "SysLogHandler", "HTTPHandler", "SocketHandler", "StreamHandler", "QueueHandler"}
    assert {path.relative_to(PACKAGE).as_posix() for node, path in attributes() if node.attr in handlers} == {
        "kit/logs.py"
    }
