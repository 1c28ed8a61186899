"""What can be refused about tokens from a mail. Each says what to do next; none says whose the token was."""

from doorstep.failure import Failure


class TokenUnknown(Failure):
    """Never ours, for another purpose, or replaced by a newer one."""

    status = 400
    code = "token_unknown"
    title = "This link is not complete or was replaced by a newer one. Ask for a new one."


class TokenExpired(Failure):
    """Ours, and too old."""

    status = 410
    code = "token_expired"
    title = "This link has expired. Ask for a new one."


class TokenUsed(Failure):
    """Ours, and used before."""

    status = 410
    code = "token_used"
    title = "This link was used already."


class TokenOutgrown(Failure):
    """Ours and unused, but mailed to an address that is not the user's any more."""

    status = 410
    code = "token_outgrown"
    title = (
        "This link was sent to an address that is not your account's any more. "
        "Use the link in the mail that told you of the change, or log in and ask for a new one."
    )


class WrongCode(Failure):
    """The code is not the one that was mailed last; after five wrong ones it is void."""

    status = 400
    code = "wrong_code"
    title = "That is not the code. Check the newest mail, or ask for a new code."
