"""Passwords: whether a new one may be chosen."""

from doorstep.failure import FieldError
from doorstep.kit.hash_slots import Slots
from doorstep.kit.tried_secrets import normalised
from doorstep.passwords import policy
from doorstep.passwords.failures import PasswordRefused
from doorstep.passwords.leaked import is_leaked
from doorstep.passwords.models import Assessment, Limits
from doorstep.passwords.strength import TOO_EASY, strength
from doorstep.settings import PasswordSettings

_WAITING_HINTS = 16
_WAITING_CHOICES = 64
_SECONDS = 0.01


class Passwords:
    """Judges new passwords by the settings, the leaked list, the e-mail address and the product's name.

    A judgement takes milliseconds of one processor, so it has a thread of its own and a bounded queue. Hints while
    typing are asked for by anybody; they have another one, so that a flood of them stops no sign-up.
    """

    def __init__(self, settings: PasswordSettings, product_name: str) -> None:
        self._limits = Limits(settings.min_length, settings.max_length)
        self._product_name = product_name
        self._hints = Slots("hint", slots=1, queue=_WAITING_HINTS, expected_seconds=_SECONDS, low_priority=False)
        self._choices = Slots("choice", slots=1, queue=_WAITING_CHOICES, expected_seconds=_SECONDS, low_priority=False)

    async def assess(self, password: str, email: str | None = None) -> Assessment:
        """What would be said about this password; nothing is kept. Raises Busy."""
        return await self._hints.run(lambda: self._judge(password, email or ""))

    async def require_acceptable(self, password: str, email: str, pointer: str = "/password") -> None:
        """Nothing, when the password may be chosen. Raises PasswordRefused with the reasons at `pointer`, Busy."""
        judged = await self._choices.run(lambda: self._judge(password, email))
        if not judged.accepted:
            raise PasswordRefused(errors=tuple(FieldError(pointer, reason.message) for reason in judged.reasons))

    def close(self) -> None:
        """End the threads."""
        self._hints.close()
        self._choices.close()

    def _judge(self, typed: str, email: str) -> Assessment:
        password = normalised(typed)
        judged = password[: self._limits.max_length]
        left = policy.own_part(judged, normalised(email), self._product_name)
        score = strength(left)
        reasons = policy.refusals(
            password,
            self._limits,
            leaked=is_leaked(judged),
            derived=policy.is_derived(judged, left, self._limits),
            guessable=score <= TOO_EASY,
        )
        # A meter that shines green beside a refusal would be a riddle.
        return Assessment(accepted=not reasons, reasons=reasons, strength=min(score, TOO_EASY) if reasons else score)
