"""What can be refused about a change of the master secret. Only operators are told."""

from doorstep.failure import Failure


class NoFormerSecret(Failure):
    """A leaked secret is withdrawn while it is set beside the new one: what lies under it is opened with it."""

    status = 409
    code = "no_former_secret"
    title = (
        "There is no secret before today's: set DOORSTEP_SECRET to the new one and DOORSTEP_SECRET_FALLBACKS to that "
        "which leaked, start the servers, and run this again."
    )
