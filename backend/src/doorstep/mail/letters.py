"""What each mail says. Pure: facts in, a letter out. One place for the words, one shape for all (`rendering`)."""

from doorstep.mail.models import Letter, MailKind

_FEW_CODES = 3


def verify_email(code: str, link: str, minutes: int) -> Letter:
    """The code to type where the person already is, and a link for where they are not."""
    return Letter(
        MailKind.VERIFY_EMAIL,
        f"{code} is your code",
        ("Please confirm that this e-mail address is yours. Type this code where you are logged in:",),
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


def sign_up_again(link: str, minutes: int) -> Letter:
    """An answer to a sign-up with an address with which somebody signed up before, and that nobody has confirmed."""
    return Letter(
        MailKind.RESET_PASSWORD,
        "Your sign-up",
        (
            "Somebody, hopefully you, tried to sign up with this address.",
            "There is an account with it already, and nobody has confirmed that it is theirs.",
            "Choose a password to make it yours. Whatever was set up in it before is then removed.",
        ),
        link_label="Choose a password",
        link=link,
        closing=f"The link is good once, for {minutes} minutes. If it was not you, you can ignore this mail.",
    )


def password_changed(link: str, where: str) -> Letter:
    """News that concerns the owner, and what to do when it was not them."""
    return Letter(
        MailKind.PASSWORD_CHANGED,
        "Your password was changed",
        (f"Your password was just changed, from {where}. You were logged out everywhere else.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def password_reset(link: str, where: str) -> Letter:
    """The same after a reset. Whether it is the password of before is not compared, so the mail does not say."""
    return Letter(
        MailKind.PASSWORD_CHANGED,
        "Your password was set",
        (f"A password was just set for your account by a mailed link, from {where}. You are logged out everywhere.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def password_removed(link: str, where: str) -> Letter:
    """The account has no password any more: passkeys alone let its owner in."""
    return Letter(
        MailKind.PASSWORD_REMOVED,
        "Your password was removed",
        (
            f"The password of your account was just removed, from {where}. You were logged out everywhere else.",
            "From now on you log in with a passkey.",
        ),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def passkey_added(kept_in: str, where: str, when: str, link: str) -> Letter:
    """Another way into the account, and what to do when somebody else made it."""
    return Letter(
        MailKind.PASSKEY_ADDED,
        "A passkey was added to your account",
        (
            f"A passkey was added to your account on {when}, from {where}. It is kept in: {kept_in}.",
            "Whoever has it can log in.",
        ),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def passkey_removed(kept_in: str, where: str, when: str, link: str) -> Letter:
    """One way into the account less."""
    return Letter(
        MailKind.PASSKEY_REMOVED,
        "A passkey was removed from your account",
        (
            f"A passkey was removed on {when}, from {where}. It was kept in: {kept_in}.",
            "It does not open your account any more.",
        ),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do. You can delete it from where it is kept, too.",
    )


def passkey_copied(kept_in: str, where: str, link: str) -> Letter:
    """The counter alarm: somebody else may have a copy of the owner's passkey."""
    return Letter(
        MailKind.PASSKEY_COPIED,
        "Somebody may have a copy of your passkey",
        (
            f"Somebody tried to get in with one of your passkeys, from {where}. It is kept in: {kept_in}.",
            "It counts its uses, and the count was lower than the last one: as if there were two of it.",
            "We have let nobody in. If you did not do this yourself, remove that passkey.",
        ),
        link_label="Look at your passkeys",
        link=link,
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


def email_change_asked(where: str, link: str) -> Letter:
    """To the old address, before anything has changed."""
    return Letter(
        MailKind.EMAIL_CHANGE_ASKED,
        "Somebody wants to change your e-mail address",
        (
            f"From {where}, it was asked to change the e-mail address of your account.",
            "Nothing has changed yet: the new address must be confirmed first.",
        ),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do here: open the mail at the new address.",
    )


def email_changed(link: str, days: int) -> Letter:
    """To the old address, after the change, with the way back."""
    return Letter(
        MailKind.EMAIL_CHANGED,
        "Your e-mail address was changed",
        ("Your account now uses another e-mail address. Mails about it do not come here any more.",),
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
        "We logged you out to protect your account",
        (
            f"The session of {device} was used twice, as if somebody had copied it. We have ended it.",
            "Please log in again. Changing your password logs everybody else out, too.",
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
            f"The link is good once, for {minutes} minutes. For another one, sign up again. "
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


def two_step_on(where: str, link: str) -> Letter:
    """Log-in asks for a code from now on."""
    return Letter(
        MailKind.TWO_STEP_ON,
        "Two-step log-in is on",
        (
            f"Logging in to your account takes a code from an authenticator app, too. This was set up from {where}.",
            "You were logged out everywhere else. Keep your recovery codes where you find them without your phone.",
        ),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def two_step_off(where: str, link: str) -> Letter:
    """Log-in asks for the password only."""
    return Letter(
        MailKind.TWO_STEP_OFF,
        "Two-step log-in is off",
        (
            f"Logging in to your account takes only your password again. This was done from {where}.",
            "You were logged out everywhere else, and your recovery codes no longer work.",
        ),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def two_step_reset(link: str) -> Letter:
    """An operator took the second factor away."""
    return Letter(
        MailKind.TWO_STEP_RESET,
        "We turned two-step log-in off for you",
        (
            "Somebody, hopefully you, told us that your authenticator app and your recovery codes are lost.",
            "Logging in takes only your password again, and you were logged out everywhere.",
            "Please log in and turn two-step log-in on again.",
        ),
        link_label="This was not me",
        link=link,
    )


def recovery_codes_made(where: str, link: str) -> Letter:
    """New codes: the old ones are worth nothing."""
    return Letter(
        MailKind.RECOVERY_CODES_MADE,
        "You have new recovery codes",
        (f"New recovery codes were made for your account, from {where}. Those before no longer work.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def recovery_code_used(left: int, where: str, link: str) -> Letter:
    """One of the codes is gone."""
    count = {0: "That was the last one.", 1: "One is left."}.get(left, f"{left} are left.")
    advice = " Please make new ones soon, under Security." if left <= _FEW_CODES else ""
    return Letter(
        MailKind.RECOVERY_CODE_USED,
        "A recovery code was used",
        (f"A recovery code of your account was just used, from {where}. {count}{advice}",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def wrong_codes(where: str, link: str) -> Letter:
    """Somebody knows the password, and does not have the second factor."""
    return Letter(
        MailKind.WRONG_CODES,
        "Somebody typed your password, but not your code",
        (
            f"From {where}, somebody typed the right password for your account and then wrong codes.",
            "They did not get in. If it was not you, somebody knows your password. Please choose a new one now.",
        ),
        link_label="Choose a new password",
        link=link,
        closing="If it was you, check that the clock of your phone is right.",
    )


def authenticator_unreadable(where: str, link: str) -> Letter:
    """No code of the app can be checked, and the user has done nothing wrong."""
    return Letter(
        MailKind.AUTHENTICATOR_UNREADABLE,
        "We cannot check your authenticator app",
        (
            f"From {where}, somebody typed the right password for your account, and we could not check the code.",
            "Nothing is wrong with your app: we have lost what we check its codes with.",
            "A recovery code or a passkey may still let you in. Then turn two-step log-in off and on again.",
            "If neither does, write to us. We turn two-step log-in off for you once we know that it is you.",
        ),
        link_label="Choose a new password",
        link=link,
        closing="If it was not you, somebody knows your password. Then choose a new one now.",
    )


def deletion_asked(when: str, where: str, link: str) -> Letter:
    """The account is about to go: when, and the way to keep it, which needs no log-in."""
    return Letter(
        MailKind.DELETION_ASKED,
        "Your account will be deleted",
        (
            f"It was asked to delete your account, from {where}. On {when} it is deleted, with everything in it.",
            "Until then nothing is lost. You were logged out everywhere, and your subscription does not renew.",
            "You want to keep it? Press the button before that day. You need not be logged in for that.",
        ),
        link_label="Keep my account",
        link=link,
        closing="If it was not you, keep your account, then choose a new password: somebody knew yours.",
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


def shipping_address_changed(where: str, link: str) -> Letter:
    """Parcels go elsewhere. Where to is not said: the mailbox need not know."""
    return Letter(
        MailKind.SHIPPING_ADDRESS_CHANGED,
        "Your shipping address was changed",
        (f"The shipping address of your account was just changed, from {where}. You see it under Settings.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def subscription_cancelled(until: str, where: str, link: str) -> Letter:
    """The subscription does not renew any more."""
    return Letter(
        MailKind.SUBSCRIPTION_CANCELLED,
        "Your subscription was cancelled",
        (f"Your subscription was cancelled, from {where}. It runs until {until}; until then you can resume it.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def subscription_resumed(where: str, link: str) -> Letter:
    """The cancellation was taken back."""
    return Letter(
        MailKind.SUBSCRIPTION_RESUMED,
        "Your subscription goes on",
        (f"Your subscription was resumed, from {where}. It renews again.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def taken_back(lines: tuple[str, ...], notes: tuple[str, ...], link: str) -> Letter:
    """What was taken away from whoever else was in the account, and what stays."""
    return Letter(
        MailKind.TAKEN_BACK,
        "What we took back for you",
        (
            "You told us that somebody else was in your account. This is what we took back:",
            *(f"- {line}" for line in lines),
            *notes,
        ),
        link_label="Look at your account",
        link=link,
        closing="If you did not tell us that, choose a new password: somebody reads your mails.",
    )


def address_put_back() -> Letter:
    """To the address that the account had for a while: nothing more about the account."""
    return Letter(
        MailKind.EMAIL_CHANGED,
        "This address was taken off an account",
        ("An account that used this address uses the one it had before again.",),
        closing="If the account is yours, log in with its address from before, or choose a new password there.",
    )


def authenticator_removed(link: str) -> Letter:
    """The app that somebody else had turned on is gone."""
    return Letter(
        MailKind.AUTHENTICATOR_REMOVAL,
        "The authenticator app was removed",
        (
            "The authenticator app that you told us about does not open your account any more.",
            "Logging in takes only your password again, and you were logged out everywhere.",
        ),
        link_label="This was not me",
        link=link,
        closing="You can turn two-step log-in on again, under Security.",
    )


def authenticator_kept(where: str, link: str) -> Letter:
    """The app that was to be removed stays."""
    return Letter(
        MailKind.AUTHENTICATOR_REMOVAL,
        "Your authenticator app stays",
        (f"Your authenticator app is not removed: that was stopped from {where}.",),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )


def too_many_sessions(most: int, link: str) -> Letter:
    """The browser used least was logged out."""
    return Letter(
        MailKind.TOO_MANY_SESSIONS,
        "You are logged in in very many browsers",
        (
            f"Your account was logged in in more than {most} browsers, so the ones used least are logged out.",
            "If you do not log in that often, somebody else does: look where you are logged in.",
        ),
        link_label="Look where you are logged in",
        link=link,
        closing="We tell you this at most once a day.",
    )


def activity_summary(link: str) -> Letter:
    """Past the limits of single mails: more has happened than is told one by one."""
    return Letter(
        MailKind.ACTIVITY_SUMMARY,
        "More is happening in your account",
        (
            "So much is happening in your account that we do not write to you about each thing.",
            "You see all of it under Activity. If it is not you, press the button:",
            "that takes back what has been added to your account since this mail, and logs everybody out.",
        ),
        link_label="This was not me",
        link=link,
        closing="We write this at most once an hour.",
    )


def set_up_before(lines: tuple[str, ...], link: str) -> Letter:
    """To an address that was just verified: what was there before its reader had any say."""
    return Letter(
        MailKind.SET_UP_BEFORE,
        "What was set up before you confirmed this address",
        ("Your address is confirmed. This was set up in the account before:", *(f"- {line}" for line in lines)),
        link_label="This was not me",
        link=link,
        closing="If it was you, there is nothing to do.",
    )
