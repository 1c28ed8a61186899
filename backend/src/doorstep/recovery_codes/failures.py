"""What can be refused about recovery codes."""

from doorstep.failure import Failure


class CodesNotPending(Failure):
    """No such set waits to be kept: others were made meanwhile, or it was too long ago."""

    status = 409
    code = "codes_not_pending"
    title = "These are not your newest recovery codes. They do not count. Please make new ones."
