"""What can be refused about second factors."""

from doorstep.failure import Failure


class NoSecondFactor(Failure):
    """Two-step log-in is off, so there is nothing to renew or to turn off."""

    status = 409
    code = "no_second_factor"
    title = "Two-step log-in is off."


class FactorCodeRequired(Failure):
    """The password is right; to confirm who is there, this account wants its second factor as well."""

    status = 403
    code = "factor_code_required"
    title = "Please type the code of your authenticator app, too."
