"""What can go wrong with the signing keys."""

from doorstep.failure import Failure


class KeysUnavailable(Failure):
    """No signing key could be loaded, so nobody can be let in."""

    status = 503
    code = "keys_unavailable"
    title = "We cannot log anybody in just now. Please try again in a moment."


class SigningKeyUnknown(Failure):
    """No signing key has this name. Only operators are told."""

    status = 404
    code = "signing_key_unknown"
    title = "There is no signing key of this name: `doorstep keys list` names them."
