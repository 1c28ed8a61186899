"""The bill of materials names everything in the lock files, and nothing else."""

import importlib.util
import json
import re
from types import ModuleType

import pytest

from tests.tree import ROOT


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "backend" / "scripts" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hashed(entry: dict[str, object]) -> bool:
    """What comes inside of another package has no hash of its own."""
    return "integrity" in entry


@pytest.mark.asvs("v5.0.0-15.1.2")
def test_everything_that_is_locked_is_listed_with_its_hashes() -> None:
    python_lock = (ROOT / "backend/requirements.lock").read_text(encoding="utf-8")
    node_lock = (ROOT / "frontend/package-lock.json").read_text(encoding="utf-8")
    compiler_lock = (ROOT / "scripts/compiler.lock").read_text(encoding="utf-8")
    listed = script().document(python_lock, compiler_lock, node_lock)
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    told = {(part["purl"].partition("/")[0], part["name"], part["version"]) for part in listed["components"]}
    pinned = {
        ("pkg:pypi", *each) for each in re.findall(r"^([\w.-]+)==([^ ;\\]+)", python_lock + compiler_lock, re.MULTILINE)
    }
    packages = json.loads(node_lock)["packages"]
    pinned |= {
        ("pkg:npm", path.rpartition("node_modules/")[2], entry["version"]) for path, entry in packages.items() if path
    }
    assert told == pinned
    assert len(told) > 100
    bare = {f"node_modules/{part['name']}" for part in listed["components"] if not part["hashes"]}
    bundled = {path for path, entry in packages.items() if not hashed(entry)}
    assert bare <= {f"node_modules/{path.rpartition('node_modules/')[2]}" for path in bundled}
    assert script().document(python_lock, compiler_lock, node_lock) == listed
    assert "excluded" in {part.get("scope") for part in listed["components"] if part["name"] == "ziglang"}
