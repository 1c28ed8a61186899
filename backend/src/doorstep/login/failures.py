"""What can be refused about getting in."""

from doorstep.failure import Failure


class InvalidCredentials(Failure):
    """Unknown address, wrong password or disabled user: one answer, so that it tells nothing."""

    status = 401
    code = "invalid_credentials"
    title = "Invalid credentials"
