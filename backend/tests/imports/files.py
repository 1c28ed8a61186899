"""Files to import, and what became of them."""

import json
from collections.abc import Iterable
from pathlib import Path

from doorstep.audit.models import OPERATOR
from doorstep.imports.models import NotImported, Progress
from doorstep.imports.source import opened
from doorstep.kit.firebase_scrypt import FirebaseProject
from tests.world import World

# Of "seven quiet herons at dawn", at the least cost.
BCRYPT = "$2b$04$7UoRUkZePR9RaiWyt6k/YehMoIGkcLRLGWzEvDTzGD4F0Fbicf6Su"


def jsonl(path: Path, lines: Iterable[object]) -> Path:
    """A file with a JSON text a line; bytes stay as they are."""
    path.write_bytes(
        b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    )
    return path


class Told:
    """What an import says while it runs; it is stopped behind the batch that has line `until`."""

    def __init__(self, until: int | None = None) -> None:
        self.lines: list[NotImported] = []
        self._until = until

    def tell(self, not_imported: Iterable[NotImported]) -> None:
        self.lines += not_imported

    def watch(self, progress: Progress) -> bool:
        return self._until is None or progress.lines < self._until

    def reasons(self) -> dict[int, str]:
        return {each.line: each.reason.value for each in self.lines}


async def imported(
    world: World, path: Path, project: FirebaseProject | None = None, told: Told | None = None
) -> tuple[Progress, Told]:
    told = told or Told()
    with opened(path, None) as source:
        progress = await world.services.imports.begin(source)
        await world.services.imports.run(source, progress, project, client=OPERATOR, tell=told.tell, watch=told.watch)
    return progress, told


async def rehearsed(world: World, path: Path, project: FirebaseProject | None = None) -> tuple[Progress, Told]:
    told = Told()
    with opened(path, None) as source:
        progress = await world.services.imports.rehearse(source, project, tell=told.tell, watch=told.watch)
    return progress, told
