"""Challenges: what a browser solves when its network has failed too often (ALTCHA, version 2)."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from doorstep.api.wire import Leaving
from doorstep.api.wiring import Wired

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


class _Protocol(Leaving):
    """A body whose names are the protocol's, and not ours."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True)


class ChallengeParameters(_Protocol):
    """The task: find the counter whose derived key begins with `keyPrefix`."""

    algorithm: str
    cost: int = Field(description="Rounds of one derivation")
    key_length: int = Field(description="Bytes of a derived key")
    key_prefix: str = Field(description="Hex digits that the key of the answer begins with")
    key_signature: str = Field(description="HMAC by which the server knows that key again")
    nonce: str = Field(description="Hex; goes before the counter (four bytes, big-endian)")
    salt: str = Field(description="Hex")
    expires_at: int = Field(description="Seconds since 1970 at which a solution is no longer taken")


class ChallengeView(_Protocol):
    """A task with the server's signature. Sent back, with the solution, as `proof` when logging in or signing up."""

    parameters: ChallengeParameters
    signature: str


@router.get("/challenge")
async def challenge(wired: Wired) -> ChallengeView:
    """A fresh proof-of-work challenge, good once and for a few minutes. The answer is never cached."""
    return ChallengeView.model_validate(wired.proof_of_work.challenge().to_dict())
