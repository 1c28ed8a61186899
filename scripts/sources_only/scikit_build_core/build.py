"""Stands in for the builder that the sources of argon2-cffi-bindings ask for, and hands the C sources over unbuilt.

An installer that is told to bring sources verifies their hash and then calls their builder. This one packs what
`scripts/build_argon2.py` compiles; the real one would want a compiler, CMake and Python's headers.
"""

import zipfile
from pathlib import Path

SOURCES = Path("extras/libargon2")  # in the folder of the sources, where a builder is called


def build_wheel(directory: str, _settings: object = None, _metadata: object = None) -> str:
    """Pack libargon2; the name of the wheel in `directory`."""
    told = Path("PKG-INFO").read_text(encoding="utf-8")
    fields = dict(
        line.split(": ", 1) for line in told.split("\n\n", 1)[0].splitlines() if line[:5] in {"Name:", "Versi"}
    )
    named = f"{fields['Name'].replace('-', '_')}-{fields['Version']}"
    with zipfile.ZipFile(Path(directory) / f"{named}-py3-none-any.whl", "w") as wheel:
        for path in sorted(SOURCES.rglob("*")):
            if path.suffix in {".c", ".h"} or path.name == "LICENSE":
                wheel.write(path, Path("libargon2") / path.relative_to(SOURCES))
        wheel.writestr(f"{named}.dist-info/METADATA", told)
        wheel.writestr(f"{named}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{named}.dist-info/RECORD", "")
    return f"{named}-py3-none-any.whl"
