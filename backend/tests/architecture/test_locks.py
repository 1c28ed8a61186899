"""Lock files hold versions and hashes and no addresses, so that every machine's own registry serves them."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
REQUIREMENT = re.compile(r"[a-z0-9][a-z0-9._-]*==[^ ;\\]+(?: ; [^\\]+)? \\", re.IGNORECASE)


@pytest.mark.parametrize("name", ["backend/requirements.lock", "scripts/uv.lock", "scripts/compiler.lock"])
@pytest.mark.asvs("v5.0.0-15.2.4")
def test_python_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    packages = [line for line in lines if not line.startswith(" ")]
    assert packages
    assert all(REQUIREMENT.fullmatch(line) for line in packages)
    assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?", line) for line in lines if line.startswith(" "))
    assert "://" not in text
    assert not re.search(r"index-url|find-links|trusted-host", text)


def test_node_lock_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "frontend" / "package-lock.json").read_text()
    packages = {path: entry for path, entry in json.loads(text)["packages"].items() if path}
    assert packages
    assert '"resolved"' not in text
    for path, entry in packages.items():
        assert entry.get("integrity", "").startswith("sha512-") or entry.get("inBundle"), path
        assert re.fullmatch(r"\d+\.\d+\.\d+.*", entry["version"]), path


def test_every_asked_for_package_is_locked() -> None:
    locked = {
        line.partition("==")[0].lower()
        for line in (ROOT / "backend" / "requirements.lock").read_text().splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    project = (ROOT / "backend" / "pyproject.toml").read_text()
    asked = {match.lower() for match in re.findall(r'^  "([A-Za-z0-9-]+)(?:\[\w+\])?[><=]=', project, re.MULTILINE)}
    assert len(asked) > 20
    assert asked <= locked
