"""What can be refused about passkeys. A log-in by one that we know is refused with `invalid_credentials`, as any."""

from doorstep.failure import Failure


class PasskeyRefused(Failure):
    """What the browser sent is not the answer of a passkey to us: one refusal for every reason."""

    status = 422
    code = "passkey_refused"
    title = "That passkey could not be used here. Please try again."


class PasskeyNotHere(Failure):
    """The passkey answered our challenge and is nobody's: the browser may tell its authenticator to forget it."""

    status = 401
    code = "passkey_not_here"
    title = "This passkey does not open an account here. It may have been removed."


class CeremonyOver(Failure):
    """The challenge has expired, or was answered already."""

    status = 410
    code = "ceremony_over"
    title = "That took too long, or was done already. Please try again."


class PasskeyKnown(Failure):
    """The same passkey was added before."""

    status = 409
    code = "passkey_known"
    title = "This passkey is in use already."


class TooManyPasskeys(Failure):
    """The account holds as many as it may."""

    status = 409
    code = "too_many_passkeys"
    title = "Your account holds as many passkeys as it can. Remove one first."


class PasskeyUnknown(Failure):
    """The user has no passkey of that id: it was removed, or never theirs."""

    status = 404
    code = "passkey_unknown"
    title = "That passkey is not in your account any more."


class LastWayIn(Failure):
    """Without this passkey nothing would let the user in."""

    status = 409
    code = "last_way_in"
    title = "This passkey is your only way in. Add another one, or choose a password, before you remove it."


class TooFewPasskeys(Failure):
    """A user without a password needs two passkeys, or recovery codes beside the one: it can be lost."""

    status = 409
    code = "too_few_passkeys"
    title = "Add a second passkey first, or have recovery codes. Without a password, a lost one would lock you out."
