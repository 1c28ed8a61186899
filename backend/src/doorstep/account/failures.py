"""What can be refused about changing an account."""

from doorstep.failure import Failure


class WrongPassword(Failure):
    """The current password was not right. Told to signed-in users only."""

    status = 403
    code = "wrong_password"
    title = "That is not your current password."


class WhoSignedUp(Failure):
    """An address is to be verified in a browser in which the account was never signed in to.

    Another user may have made the account with this address: the reader of the mailbox says whether.
    """

    status = 409
    code = "who_signed_up"
    title = "Did you make this account yourself?"


class SameEmail(Failure):
    """The new address is the old one."""

    status = 422
    code = "same_email"
    title = "That is your address already."
