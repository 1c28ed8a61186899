"""Proof of work: a small task for the browser of a network that fails too often (ALTCHA protocol, version 2).

Nobody else is asked and nothing is stored: a challenge is signed, and the signature alone shows later that it was ours,
unchanged and in time. The server picks the answer beforehand, so that the work is bounded (no unlucky browser searches
five times as long as others) and an answer is checked by two HMACs instead of the work.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from secrets import randbelow
from uuid import UUID

from altcha import Challenge, Payload, create_challenge, verify_solution

from doorstep.kit.clock import Clock
from doorstep.kit.secret import derive
from doorstep.settings import ProofSettings
from doorstep.throttle.models import SpentProof

ALGORITHM = "PBKDF2/SHA-256"
LONGEST_PAYLOAD = 1024
"""Characters of base64; what browsers send has about 750. Longer ones are not even decoded."""

_SIGNATURE_DIGITS_OF_ID = 32


class ProofOfWork:
    """Sets challenges with a key of the server's (32 bytes); answers to those of a `former` one are taken, too."""

    def __init__(self, clock: Clock, settings: ProofSettings, key: bytes, former: Sequence[bytes] = ()) -> None:
        self._clock = clock
        self._settings = settings
        self._keys = tuple((derive(each, "challenge"), derive(each, "answer")) for each in (key, *former))

    def challenge(self) -> Challenge:
        """A fresh challenge: between `tries` and twice as many derivations of `cost` rounds until the answer."""
        signing_key, answer_key = self._keys[0]
        return create_challenge(
            ALGORITHM,
            self._settings.cost,
            counter=self._settings.tries + randbelow(self._settings.tries),
            expires_at=self._clock() + self._settings.ttl,
            hmac_secret=signing_key,
            hmac_key_secret=answer_key,
        )

    def check(self, payload: str | None) -> SpentProof | None:
        """The proof in a payload (base64 of JSON), or None for anything that is not the answer to a challenge of ours.

        Forged, changed, expired, unreadable and oversized ones are all the same: no proof. The id comes from the
        challenge's signature, so whatever else is varied, one challenge gives one id, which is good once.
        """
        if payload is None or len(payload) > LONGEST_PAYLOAD:
            return None
        if not any(verify_solution(payload, signs, hmac_key_secret=answers).verified for signs, answers in self._keys):
            return None
        challenge = Payload.from_base64(payload).challenge
        signature, expires = challenge.signature, challenge.parameters.expires_at
        if signature is None or expires is None:
            return None
        expires_at = datetime.fromtimestamp(expires, UTC)
        if expires_at <= self._clock():
            return None
        return SpentProof(UUID(hex=signature[:_SIGNATURE_DIGITS_OF_ID]), expires_at)
