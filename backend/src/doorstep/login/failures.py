"""What can be refused about getting in."""

from datetime import datetime

from doorstep.failure import Failure
from doorstep.second_factors.models import Factor


class InvalidCredentials(Failure):
    """Unknown address, wrong password or disabled user: one answer, so that it tells nothing."""

    status = 401
    code = "invalid_credentials"
    title = "Invalid credentials"


class SecondFactorRequired(Failure):
    """The password is right; the account wants a second factor. The ticket leads to that step and opens nothing."""

    status = 401
    code = "second_factor_required"
    title = "One more step: show that it is you."

    def __init__(
        self,
        ticket: str,
        expires_in: int,
        factors: tuple[Factor, ...],
        *,
        removal_due_at: datetime | None = None,
        may_remove: bool = False,
    ) -> None:
        super().__init__()
        self.ticket = ticket
        self.expires_in = expires_in
        self.factors = factors
        self.removal_due_at = removal_due_at
        self.may_remove = may_remove

    def members(self) -> dict[str, str | int | bool | list[str]]:
        """The ticket, its seconds, what can be shown, and whether the app is about to be removed."""
        told: dict[str, str | int | bool | list[str]] = {
            "ticket": self.ticket,
            "expires_in": self.expires_in,
            "factors": [*self.factors],
        }
        if self.removal_due_at is not None:
            told["removal_due_at"] = f"{self.removal_due_at:%Y-%m-%dT%H:%M:%SZ}"
            told["may_remove"] = self.may_remove
        return told
