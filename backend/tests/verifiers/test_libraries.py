"""Our access tokens in eleven libraries of others, each as its own manual has it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verifiers.conftest import Signed

HERE = Path(__file__).parent


def told(signed: Signed, library: str) -> str:
    given = {"library": library, "issuer": signed.issuer, "keys": signed.keys, "pem": signed.pem}
    return json.dumps({**given, "tokens": signed.tokens})


def is_right(signed: Signed, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"ours": signed.user_id, "changed": None, "by another": None}, done.stderr


@pytest.mark.parametrize("library", ["PyJWT", "python-jose", "joserfc", "Authlib"])
def test_python(signed: Signed, folder: Path, library: str) -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "verify.py"), told(signed, library)],
        env={**os.environ, "PYTHONPATH": str(folder / "python")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    is_right(signed, done)


@pytest.mark.parametrize(
    "library",
    [
        "jose",
        "jsonwebtoken",
        "fast-jwt",
        "express-jwt",
        "express-oauth2-jwt-bearer",
        "express-oauth2-jwt-bearer strict",
        "aws-jwt-verify",
        "oauth4webapi",
    ],
)
def test_node(signed: Signed, folder: Path, library: str) -> None:
    program = folder / "node" / "verify.mjs"  # beside its packages
    program.write_text((HERE / "verify.mjs").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        ["node", str(program), told(signed, library)],
        env={**os.environ, "DEBUG": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    is_right(signed, done)
