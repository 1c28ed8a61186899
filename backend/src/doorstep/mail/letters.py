"""What each mail says. Pure: facts in, a letter out. One place for the words, one shape for all (`rendering`)."""

from doorstep.mail.models import Letter, MailKind


def verify_email(code: str, link: str, minutes: int) -> Letter:
    """The code to type where the person already is, and a link for where they are not."""
    return Letter(
        MailKind.VERIFY_EMAIL,
        f"{code} is your code",
        ("Please confirm that this e-mail address is yours. Type this code where you are signed in:",),
        code=code,
        link_label="Or confirm it here",
        link=link,
        closing=f"The code is good for {minutes} minutes. If you did not ask for it, you can ignore this mail.",
    )


def reset_password(link: str, minutes: int) -> Letter:
    """The way back in for somebody who forgot the password."""
    return Letter(
        MailKind.RESET_PASSWORD,
        "Choose a new password",
        ("Somebody, hopefully you, asked for a new password. Choose it here:",),
        link_label="Choose a new password",
        link=link,
        closing=(
            f"The link is good once, for {minutes} minutes. "
            "If it was not you, you can ignore this mail: your password stays as it is."
        ),
    )


def password_changed(link: str, where: str) -> Letter:
    """News that concerns the owner, and what to do when it was not them."""
    return Letter(
        MailKind.PASSWORD_CHANGED,
        "Your password was changed",
        (f"Your password was just changed, from {where}. You were signed out everywhere else.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def confirm_new_email(link: str, minutes: int) -> Letter:
    """To the new address: the change takes effect when it is confirmed."""
    return Letter(
        MailKind.CONFIRM_NEW_EMAIL,
        "Confirm your new e-mail address",
        ("Please confirm that you want to use this address for your account from now on.",),
        link_label="Use this address",
        link=link,
        closing=f"The link is good once, for {minutes} minutes. If you did not ask for this, you can ignore this mail.",
    )


def email_change_asked(new_email: str, where: str) -> Letter:
    """To the old address, before anything has changed."""
    return Letter(
        MailKind.EMAIL_CHANGE_ASKED,
        "Somebody wants to change your e-mail address",
        (
            f"From {where}, it was asked to change the e-mail address of your account to {new_email}.",
            "Nothing has changed yet: the new address must be confirmed first.",
        ),
        closing="If it was not you, change your password now: somebody else is signed in to your account.",
    )


def email_changed(new_email: str, link: str, days: int) -> Letter:
    """To the old address, after the change, with the way back."""
    return Letter(
        MailKind.EMAIL_CHANGED,
        "Your e-mail address was changed",
        (f"Your account now uses {new_email}.",),
        link_label="Undo this change",
        link=link,
        closing=f"If it was you, there is nothing to do. The change can be undone here for {days} days.",
    )


def new_device(device: str, where: str, when: str, link: str) -> Letter:
    """A log-in from a browser that was not known."""
    return Letter(
        MailKind.NEW_DEVICE,
        "A new log-in to your account",
        (f"Somebody logged in with {device}, from {where}, on {when}.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def session_replayed(device: str, link: str) -> Letter:
    """The replay alarm: a copy of the owner's session was used."""
    return Letter(
        MailKind.SESSION_REPLAYED,
        "We signed you out to protect your account",
        (
            f"The session of {device} was used twice, as if somebody had copied it. We have ended it.",
            "Please log in again. Changing your password signs everybody else out, too.",
        ),
        link_label="Choose a new password",
        link=link,
    )


def login_locked(link: str) -> Letter:
    """Many wrong passwords: unknown browsers wait until the owner has confirmed."""
    return Letter(
        MailKind.LOGIN_LOCKED,
        "Many wrong passwords for your account",
        (
            "Somebody has typed many wrong passwords for your account. None was right.",
            "The browsers that you use go on working. New ones are refused until you confirm here that it is you:",
        ),
        link_label="Let me log in from a new browser",
        link=link,
        closing="If you do not want to log in from a new browser, there is nothing to do.",
    )


def welcome(link: str, minutes: int) -> Letter:
    """An answer to a sign-up with a new address, where the page may not say that it was new."""
    return Letter(
        MailKind.WELCOME,
        "Welcome",
        ("Your account is ready. Please confirm that this e-mail address is yours:",),
        link_label="Confirm this address",
        link=link,
        closing=(
            f"The link is good once, for {minutes} minutes; you can ask for another one when you are signed in. "
            "If you did not sign up, you can ignore this mail."
        ),
    )


def already_registered(link: str) -> Letter:
    """An answer to a sign-up with an address that has an account, where the page may not say so."""
    return Letter(
        MailKind.ALREADY_REGISTERED,
        "You have an account already",
        ("Somebody, hopefully you, tried to sign up with this address. You have an account already.",),
        link_label="Log in, or choose a new password",
        link=link,
        closing="If it was not you, you can ignore this mail.",
    )


def deletion_asked(when: str, days: int, where: str, link: str) -> Letter:
    """The account is about to go: when, and the way to keep it."""
    return Letter(
        MailKind.DELETION_ASKED,
        "Your account will be deleted",
        (
            f"It was asked to delete your account, from {where}. On {when} it is deleted, with everything in it.",
            "Until then nothing is lost. You were signed out everywhere, and your subscription does not renew.",
            f"You want to keep it? Log in within {days} days and press «Keep my account».",
        ),
        link_label="Log in",
        link=link,
        closing="If it was not you, log in, keep your account, and change your password: somebody knew it.",
    )


def account_kept(where: str, link: str) -> Letter:
    """The account stays after all."""
    return Letter(
        MailKind.ACCOUNT_KEPT,
        "Your account stays",
        (
            f"Your account is not deleted any more: it was kept, from {where}.",
            "A subscription that you had stays cancelled until you resume it.",
        ),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def data_exported(where: str, link: str) -> Letter:
    """Everything held about the owner was handed out."""
    return Letter(
        MailKind.DATA_EXPORTED,
        "Your data was exported",
        (f"A copy of everything that we hold about you was handed out, to {where}.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do. Keep the file where nobody else reads it.",
    )
