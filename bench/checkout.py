"""A checkout: the folder of another build, which is served with its own source."""

import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self

_SOURCE: Final = Path("backend", "src")
_LOOK: Final = "from doorstep.kit import argon2; print(argon2.__file__); print(argon2.engine())"


@dataclass(frozen=True)
class Checkout:
    """A folder with `backend/src/doorstep`, and the interpreter that runs it."""

    root: Path
    python: str

    @classmethod
    def ours(cls) -> Self:
        """The build that measures."""
        return cls(Path(__file__).resolve().parent.parent, sys.executable)

    @classmethod
    def found(cls, root: Path) -> Self:
        """The one there, by its own environment if it has one and by ours otherwise. Raises ValueError."""
        root = root.resolve()
        if not (root / _SOURCE / "doorstep" / "__main__.py").is_file():
            raise ValueError(f"{root} has no {_SOURCE / 'doorstep'}: name a checkout of Doorstep")
        own = root / ".venv" / "bin" / "python"
        return cls(root, str(own) if own.exists() else sys.executable)

    @property
    def environment(self) -> dict[str, str]:
        """What makes its source win over whatever is installed."""
        return {"PYTHONPATH": str(self.root / _SOURCE)}

    @property
    def shares_packages(self) -> bool:
        """Whether it runs with the packages of this process."""
        return Path(self.python).parent.resolve() == Path(sys.prefix, "bin").resolve()

    @cached_property
    def commit(self) -> str:
        """Which commit it is of, with `-dirty` where files were changed since."""
        command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
        try:
            done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return "unknown"
        return done.stdout.strip()

    @cached_property
    def engine(self) -> str:
        """What computes its hashes. Raises RuntimeError where another source would be served than the one here."""
        done = subprocess.run(
            [self.python, "-c", _LOOK], cwd=self.root, env=self.environment, capture_output=True, text=True, check=False
        )
        where, _, engine = done.stdout.strip().partition("\n")
        if done.returncode != 0 or not Path(where).is_relative_to(self.root / _SOURCE):
            raise RuntimeError(f"{self.root} cannot be served: {done.stderr.strip()[-500:] or where}")
        return engine
