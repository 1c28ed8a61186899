"""What can go wrong with the signing keys."""

from doorstep.failure import Failure


class KeysUnavailable(Failure):
    """No signing key could be loaded, so nobody can be let in."""

    status = 503
    code = "keys_unavailable"
    title = "We cannot log anybody in just now. Please try again in a moment."
