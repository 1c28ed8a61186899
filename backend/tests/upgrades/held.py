"""What people held when commit 5ce81d1 was upgraded: their cookies, links from mails, apps and passkeys."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from doorstep.kit import base64url

_HERE = Path(__file__).parent
DUMP: Final = (_HERE / "5ce81d1.sql").read_text(encoding="utf-8")
"""What it had written into its database."""

HELD: Final[dict[str, Any]] = json.loads((_HERE / "5ce81d1.json").read_text(encoding="utf-8"))
BROWSERS: Final[dict[str, dict[str, Any]]] = HELD["browsers"]
WRITTEN_AT: Final = datetime.fromisoformat(HELD["written_at"])
"""The moment of the upgrade."""


def session_of(refresh_token: str) -> UUID:
    """The session that a refresh token names."""
    return UUID(bytes=base64url.decode(refresh_token)[:16])
