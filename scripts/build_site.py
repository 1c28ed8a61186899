"""Builds the site when one of its sources changed, and lays it where the server and the wheel find it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
PACKAGE = ROOT / "backend" / "src" / "doorstep"
SITE = PACKAGE / "web" / "site"
MARK = FRONTEND / "node_modules" / ".doorstep-site"  # gone with node_modules, so new packages build anew
MADE = {"node_modules", ".next", "out", "coverage", "tests"}


def sources() -> list[Path]:
    """Every file that the built site depends on."""
    builder = ("page.py", "page_policy.py", "site_build.py", "site_manifest.py")
    found = [PACKAGE / "brand.json", *(PACKAGE / "web" / name for name in builder)]
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = sorted(set(folders) - MADE)
        names = (name for name in sorted(files) if ".gen." not in name or name.endswith(".gen.ts"))
        found += [Path(folder) / name for name in names if not name.endswith((".tsbuildinfo", "next-env.d.ts"))]
    return found


def fingerprint() -> str:
    """One hash over the names and bytes of all sources."""
    total = hashlib.sha256()
    for path in sources():
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def main() -> int:
    """Build if needed; the exit code of the step that failed, or 0."""
    mark = fingerprint()
    if (SITE / "manifest.json").is_file() and MARK.is_file() and MARK.read_text(encoding="ascii") == mark:
        return 0
    sys.stdout.write("==> Building the site\n")
    sys.stdout.flush()
    steps = (
        (["npm", "run", "--silent", "build"], FRONTEND),
        ([sys.executable, "-m", "doorstep.web.site_build", str(FRONTEND / "out"), str(SITE)], ROOT),
    )
    for command, place in steps:
        code = subprocess.run(command, cwd=place, check=False).returncode
        if code:
            return code
    MARK.write_text(mark, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
