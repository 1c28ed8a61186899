"""The proof of ASVS stays true to the code: faults fit, tests exist, ids are real."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

BACKEND = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BACKEND / "scripts"))

from asvs_report import requirements  # noqa: E402 -- scripts are no package
from plant_faults import Fault, planted_text, read_faults, read_seen  # noqa: E402 -- as above

IDS = {requirement.id for requirement in requirements()}


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("fault", read_faults(), ids=lambda fault: f"{fault.asvs[0]}-{fault.fingerprint}")
def test_each_fault_still_fits(fault: Fault) -> None:
    assert set(fault.asvs) <= IDS
    planted_text(fault, (BACKEND.parent / fault.file).read_text(encoding="utf-8"))
    assert fault.tests
    for test in fault.tests:
        path, _, name = test.partition("::")
        if fault.in_frontend:
            text = (BACKEND.parent / "frontend" / path).read_text(encoding="utf-8")
            assert name in text
        else:
            assert name.partition("[")[0] in names_in(BACKEND / path)


def test_each_fault_was_seen() -> None:
    unseen = [fault.file for fault in read_faults() if fault.fingerprint not in read_seen()]
    assert not unseen, "run `make plant`: these faults were not seen to fail a test"


def test_marks_name_real_requirements(request: pytest.FixtureRequest) -> None:
    marked = {
        identity for item in request.session.items for mark in item.iter_markers("asvs") for identity in mark.args
    }
    assert marked <= IDS
