"""Tokens whose signature was found right, so that the next request with one need not verify it again.

What is remembered is no answer to "may they come in": the caller still asks whether the time and the key are right,
and the database whether the session lives. Kept by digest, so that the memory of a process holds no token.
"""

from dataclasses import dataclass
from hashlib import sha256

from jose.backends.base import Key

from doorstep.kit.lately import Lately
from doorstep.sessions.policy import Claims

MOST = 8192
"""Tokens that one process remembers (about 6 MB); the one that came first makes room."""


@dataclass(frozen=True, slots=True)
class BelievedToken:
    """What a token says, and the key (and its name) by which that was found true."""

    claims: Claims
    kid: str
    key: Key


class BelievedTokens:
    """The tokens that were verified lately, at most `most`."""

    def __init__(self, most: int = MOST) -> None:
        self._tokens: Lately[BelievedToken] = Lately(most)

    def __len__(self) -> int:
        return len(self._tokens)

    def find(self, token: str) -> BelievedToken | None:
        """What was found when this very token was verified."""
        return self._tokens.get(_digest(token))

    def keep(self, token: str, believed: BelievedToken) -> None:
        """Remember a token that was verified just now."""
        self._tokens.keep(_digest(token), believed)

    def forget(self, token: str) -> None:
        """Verify it anew next time."""
        self._tokens.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
