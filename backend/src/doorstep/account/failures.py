"""What can be refused about changing an account."""

from doorstep.failure import Failure


class WrongPassword(Failure):
    """The current password was not right. Told to signed-in users only."""

    status = 403
    code = "wrong_password"
    title = "That is not your current password."


class SameEmail(Failure):
    """The new address is the old one."""

    status = 422
    code = "same_email"
    title = "That is your address already."
