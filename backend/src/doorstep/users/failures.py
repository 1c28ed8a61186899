"""What can be refused about users."""

from doorstep.failure import Failure


class EmailTaken(Failure):
    """There is a user with this address already."""

    status = 409
    code = "email_taken"
    title = "There is an account with this e-mail already. Log in, or use another address."


class EmailRefused(Failure):
    """The text is no e-mail address that mail can be sent to."""

    status = 422
    code = "email_refused"
    title = "That does not look like an e-mail address. Please check it."


class UserUnknown(Failure):
    """No user has this address. Only operators are told; a log-in never is."""

    status = 404
    code = "user_unknown"
    title = "There is no user with this e-mail."
