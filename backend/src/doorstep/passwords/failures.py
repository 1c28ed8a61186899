"""What can be refused about a new password."""

from doorstep.failure import Failure

SAME_PASSWORD = "This is your password already. Choose another one."  # noqa: S105 -- a sentence about one


class PasswordRefused(Failure):
    """The password may not be chosen; `errors` say why and what to do."""

    status = 422
    code = "password_refused"
    title = "Please choose another password."
