"""What the mail about an eviction says. Pure."""

from doorstep.eviction.models import Evicted, Part
from doorstep.notices.service import moment

_LINES = {
    Part.SESSIONS: "You are logged out everywhere.",
    Part.PASSKEYS: "The passkeys that were added are removed.",
    Part.AUTHENTICATOR: "The authenticator app that was set up is removed.",
    Part.RECOVERY_CODES: "The recovery codes that were made are removed. Make new ones when you use two-step log-in.",
    Part.EMAIL: "Your account uses this e-mail address again.",
    Part.PENDING_EMAIL: "A change of your e-mail address that was under way is off.",
    Part.DELETION: "Your account is not deleted.",
    Part.KNOWN_BROWSERS: "No browser is remembered any more: you hear of the next log-in in each.",
    Part.SHIPPING_ADDRESS: "The shipping address that was typed is removed. Please type yours again.",
    Part.NAME: "The name that was typed is removed. Please type yours again.",
}


ONE_SESSION = "The session that you told us about is ended."


def lines(evicted: Evicted, *, all_out: bool) -> tuple[str, ...]:
    """What was taken back, a sentence each; without `all_out` only the reported session has ended."""
    told = {**_LINES} if all_out else {**_LINES, Part.SESSIONS: ONE_SESSION}
    return tuple(told[part] for part in evicted.parts)


def before_lines(*, passkeys: int, has_app: bool) -> tuple[str, ...]:
    """What was set up before the address was verified."""
    found = [f"{passkeys} passkeys" if passkeys > 1 else "A passkey"] if passkeys else []
    return (*found, *(["An authenticator app"] if has_app else []))


def notes(evicted: Evicted) -> tuple[str, ...]:
    """What is still to come, and what stays."""
    if evicted.authenticator_removal_at is not None:
        return (
            f"An authenticator app was turned on there. It is removed on {moment(evicted.authenticator_removal_at)}.",
            "If you turned it on yourself, log in in a browser that you used before, or with a passkey, and keep it.",
            "There you can remove it at once, too.",
        )
    if evicted.authenticator_stays:
        return (
            "An authenticator app was turned on there, and stays: your mailbox alone must not pass it.",
            "If it is not yours, please write to us.",
        )
    return ()
