"""What can be refused about getting in."""

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

    def __init__(self, ticket: str, expires_in: int, factors: tuple[Factor, ...]) -> None:
        super().__init__()
        self.ticket = ticket
        self.expires_in = expires_in
        self.factors = factors

    def members(self) -> dict[str, str | int | list[str]]:
        """The ticket, its seconds, and what can be shown."""
        return {"ticket": self.ticket, "expires_in": self.expires_in, "factors": [*self.factors]}
