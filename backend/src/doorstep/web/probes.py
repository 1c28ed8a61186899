"""The addresses that machines ask whether the server lives."""

from typing import Final

PROBES: Final = frozenset({"/healthz", "/readyz"})
