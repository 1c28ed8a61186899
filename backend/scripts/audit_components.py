"""Asks OSV which locked components have known holes, and fails when one is open longer than we allow. `make audit`.

The time frames are those of `docs/security/components.md`. It needs the network, so `make test` leaves it out.
"""

import argparse
import json
import re
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sbom import ROOT, of_checkout

PAGE = ROOT / "docs" / "security" / "components.md"
OSV = "https://api.osv.dev"
_BATCH = 500
_PATIENCE = 30
_AS_WE_SAY = {"moderate": "medium"}


@dataclass(frozen=True)
class Hole:
    """An advisory that concerns a component we have."""

    component: str
    advisory: str
    severity: str
    published: datetime


def frames(page: str) -> dict[str, timedelta]:
    """How long a hole of each severity may stay open."""
    found = re.findall(r"^\| (critical|high|medium|low) \| (\d+) days \|$", page, re.MULTILINE)
    return {severity: timedelta(days=int(days)) for severity, days in found}


def overdue(holes: list[Hole], allowed: Mapping[str, timedelta], now: datetime) -> list[Hole]:
    """Those that should have been closed by now; one of unknown severity counts as high."""
    return [hole for hole in holes if now - hole.published > allowed.get(hole.severity, allowed["high"])]


def known_holes(components: list[str], osv: str = OSV) -> list[Hole]:
    """What OSV knows about these package URLs. Raises OSError when it cannot be asked."""
    holes = []
    for first in range(0, len(components), _BATCH):
        batch = components[first : first + _BATCH]
        asked = {"queries": [{"package": {"purl": purl}} for purl in batch]}
        answers = _ask(f"{osv}/v1/querybatch", json.dumps(asked).encode())["results"]
        for purl, answer in zip(batch, answers, strict=True):
            holes += [_hole(purl, _ask(f"{osv}/v1/vulns/{each['id']}")) for each in answer.get("vulns", [])]
    return holes


def _hole(purl: str, advisory: dict[str, Any]) -> Hole:
    severity = str(advisory.get("database_specific", {}).get("severity", "unknown")).lower()
    return Hole(purl, advisory["id"], _AS_WE_SAY.get(severity, severity), datetime.fromisoformat(advisory["published"]))


def _ask(url: str, body: bytes | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 -- an address of ours
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 -- as above
        told: dict[str, Any] = json.load(answer)
        return told


def main(arguments: list[str], now: datetime) -> int:
    """Print what is known; 1 when something is overdue."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--osv", default=OSV, help="address of the advisory service")
    chosen = parser.parse_args(arguments)
    listed = of_checkout()
    holes = known_holes([component["purl"] for component in listed["components"]], chosen.osv)
    late = overdue(holes, frames(Path(PAGE).read_text(encoding="utf-8")), now)
    for hole in holes:
        print(f"{'OVERDUE' if hole in late else 'open'}  {hole.component}  {hole.advisory}  {hole.severity}")
    print(f"{len(listed['components'])} components, {len(holes)} known holes, {len(late)} open for too long")
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], datetime.now(UTC)))
