"""What can be refused about trying too often."""

from doorstep.failure import Failure


class TooManyAttempts(Failure):
    """Too many wrong attempts; `retry_after` says when the next is looked at. Known and unknown addresses alike."""

    status = 429
    code = "too_many_attempts"
    title = "Too many attempts. Please wait a moment before the next one."


class ProofRequired(Failure):
    """This network has failed often; the browser must do a little work first (`GET /api/v1/auth/challenge`)."""

    status = 428
    code = "proof_required"
    title = "Please confirm that you are not a robot, then try again."


class ConfirmationRequired(Failure):
    """So many wrong passwords in a row that unknown browsers wait for the owner's word. Known browsers go on."""

    status = 429
    code = "confirmation_required"
    title = "Too many wrong passwords. Log in from a browser you have used before, or reset your password."
