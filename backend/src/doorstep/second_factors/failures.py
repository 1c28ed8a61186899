"""What can be refused about second factors."""

from doorstep.failure import Failure


class NoSecondFactor(Failure):
    """Two-step log-in is off, so there is nothing to renew or to turn off."""

    status = 409
    code = "no_second_factor"
    title = "Two-step log-in is off."


class CodesNeeded(Failure):
    """A user without a password and with a single passkey needs the recovery codes, which go with the app."""

    status = 409
    code = "codes_needed"
    title = "Without a password your recovery codes are your second way in. Choose a password or add a passkey first."


class RemovalNotYours(Failure):
    """Only a browser known before the reported session, or a passkey older than that, decides about the removal."""

    status = 403
    code = "removal_not_yours"
    title = "Only a browser that you used before can do that. Wait until the day that the mail told, or use a passkey."


class FactorCodeRequired(Failure):
    """The password is right; to confirm who is there, this account wants its second factor as well."""

    status = 403
    code = "factor_code_required"
    title = "Please type the code of your authenticator app, too."
