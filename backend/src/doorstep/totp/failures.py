"""What can be refused about codes of an authenticator app."""

from doorstep.failure import Failure


class WrongFactorCode(Failure):
    """The code of the second factor is not right, or was used before. `why` is for the audit trail alone."""

    status = 403
    code = "wrong_factor_code"
    title = "That is not the right code."

    def __init__(self, detail: str | None = None, *, why: str | None = None) -> None:
        super().__init__(detail)
        self.why = why


class AuthenticatorUnreadable(Failure):
    """None of the server's secrets opens what the app was given, so that no code of it can be checked."""

    status = 409
    code = "authenticator_unreadable"
    title = (
        "We cannot check your authenticator app, by our fault. Use a recovery code or a passkey, or write to us: "
        "we sent you a mail about it."
    )


class TotpLocked(Failure):
    """A hundred wrong codes in a row: unknown browsers need another factor (NIST SP 800-63B-4 section 3.2.2)."""

    status = 429
    code = "totp_locked"
    title = "Too many wrong codes. Use a recovery code, or log in from a browser you have used before."


class TotpExists(Failure):
    """There is one already; it has to be turned off before another one is set up."""

    status = 409
    code = "totp_exists"
    title = "Two-step log-in is on already."


class NothingToConfirm(Failure):
    """Nothing is being set up, or for too long."""

    status = 409
    code = "nothing_to_confirm"
    title = "Setting it up took too long. Please begin again."
