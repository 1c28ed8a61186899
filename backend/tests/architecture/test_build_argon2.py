"""libargon2 is built from what is locked, and where it cannot be built that is said and nothing fails."""

import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from doorstep.kit.argon2_native import LIBRARY
from tests.tree import ROOT

NEEDED = (
    *("scripts/build_argon2.py", "scripts/argon2_yield.c", "scripts/run_uv.py", "scripts/compiler.lock"),
    "backend/requirements.lock",
)


def script(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / "scripts" / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lock() -> str:
    return (ROOT / "backend/requirements.lock").read_text(encoding="utf-8")


@pytest.mark.asvs("v5.0.0-15.2.4")
def test_its_sources_are_those_of_the_lock_and_nothing_else() -> None:
    build = script("build_argon2.py")
    lines = build.pinned(lock()).splitlines()
    assert re.fullmatch(r"argon2-cffi-bindings==\d+\.\d+\.\d+ \\", lines[0])
    hashes = [re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line) for line in lines[1:]]
    assert len(hashes) > 20
    assert all(hashes)
    with pytest.raises(build.NotBuilt, match="not in"):
        build.pinned("argon2-cffi==25.1.0 \\\n    --hash=sha256:00\n")


def test_it_is_built_anew_when_sources_or_compiler_change(tmp_path: Path) -> None:
    build = script("build_argon2.py")
    sources = build.pinned(lock())
    made_from = build.fingerprint(sources)
    assert build.fingerprint(sources + " ") != made_from
    if LIBRARY.is_file():
        assert LIBRARY.with_name("made-from").read_text() == made_from
    for name in ("YIELD", "COMPILER"):
        changed = tmp_path / name
        changed.write_bytes(getattr(build, name).read_bytes() + b" ")
        setattr(build, name, changed)
        assert build.fingerprint(sources) != made_from
        made_from = build.fingerprint(sources)


def test_only_where_it_could_be_loaded() -> None:
    build = script("build_argon2.py")
    assert build.wanted("Linux", "x86_64", "glibc")
    for other in (
        ("Linux", "x86_64", ""),
        ("Linux", "aarch64", "glibc"),
        ("Darwin", "x86_64", ""),
        ("Windows", "", ""),
    ):
        assert not build.wanted(*other)


def checkout(place: Path) -> Path:
    """What the script reads of a checkout; the folder that it fills."""
    native = place / "backend/src/doorstep/kit/native"
    native.mkdir(parents=True)
    for name in NEEDED:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    shutil.copytree(ROOT / "scripts/sources_only", place / "scripts/sources_only")
    return native


def said(place: Path, settings: dict[str, str]) -> str:
    """The one sentence for a build that fails, and nothing besides."""
    done = subprocess.run(
        [sys.executable, place / "scripts/build_argon2.py"],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    begun, told = done.stdout.splitlines()
    assert begun.startswith("==> Compiling libargon2")
    assert done.stderr == ""
    return told


FORGED = {
    "PKG-INFO": "Metadata-Version: 2.1\nName: argon2-cffi-bindings\nVersion: {version}\n",
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "scikit_build_core.build"\n',
    "extras/libargon2/LICENSE": "none",
}


@pytest.mark.skipif(sys.platform != "linux", reason="not built elsewhere")
@pytest.mark.asvs("v5.0.0-15.2.4")
def test_forged_sources_are_not_taken(tmp_path: Path) -> None:
    native, offered = checkout(tmp_path / "tree"), tmp_path / "offered"
    offered.mkdir()
    version = script("build_argon2.py").pinned(lock()).split(" ")[0].partition("==")[2]
    compiler = (ROOT / "scripts/compiler.lock").read_text().split(" ")[0].partition("==")[2]
    with tarfile.open(offered / f"argon2_cffi_bindings-{version}.tar.gz", "w:gz") as forged:
        for name, text in FORGED.items():
            entry = tarfile.TarInfo(f"argon2_cffi_bindings-{version}/{name}")
            content = text.format(version=version).encode()
            entry.size = len(content)
            forged.addfile(entry, io.BytesIO(content))
    with zipfile.ZipFile(offered / f"ziglang-{compiler}-py3-none-any.whl", "w") as wheel:
        about = f"ziglang-{compiler}.dist-info"
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: ziglang\nVersion: {compiler}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    told = said(tmp_path / "tree", {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(offered)})
    assert "hash" in told.lower()
    assert [path.name for path in native.iterdir()] == ["failure"]


@pytest.mark.skipif(sys.platform != "linux", reason="not built elsewhere")
def test_what_cannot_be_fetched_is_said_and_fails_nothing(tmp_path: Path) -> None:
    native = checkout(tmp_path)
    (native / LIBRARY.name).write_bytes(b"of an older lock")
    for _ in range(2):  # and no traces
        told = said(tmp_path, {"UV_OFFLINE": "1"})
        assert told.startswith("libargon2 is not there: its sources and a compiler could not be fetched (")
        assert told.endswith("Hashing is slower without it; `make engine` tries again.")
        assert [path.name for path in native.iterdir()] == ["failure"]
        assert list((tmp_path / "build").iterdir()) == []


def test_the_stand_in_hands_over_sources_and_licence_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = tmp_path / "fetched"
    for name in (
        "src/core.c",
        "src/core.h",
        "src/blake2/blake2b.c",
        "include/argon2.h",
        "LICENSE",
        "Makefile",
        "a.pdf",
    ):
        path = fetched / "extras/libargon2" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (fetched / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: argon2-cffi-bindings\nVersion: 1.2.3\n\nName: no\n")
    monkeypatch.chdir(fetched)
    made = script("sources_only/scikit_build_core/build.py").build_wheel(str(tmp_path))
    assert made == "argon2_cffi_bindings-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(tmp_path / made) as wheel:
        found = [name for name in wheel.namelist() if ".dist-info/" not in name]
        assert wheel.read("libargon2/src/core.c") == b"src/core.c"
    files = ("LICENSE", "include/argon2.h", "src/blake2/blake2b.c", "src/core.c", "src/core.h")
    assert sorted(found) == [f"libargon2/{name}" for name in files]


def test_the_wheel_carries_it() -> None:
    project = tomllib.loads((ROOT / "backend/pyproject.toml").read_text(encoding="utf-8"))
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["artifacts"]
    assert {f"src/doorstep/kit/native/{name}" for name in (LIBRARY.name, "LICENSE")} <= set(carried)
