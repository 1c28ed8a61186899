"""What can be refused about tickets."""

from doorstep.failure import Failure


class TicketEnded(Failure):
    """Never ours, expired, used, out of tries, or from before a change of the credentials: one answer for all."""

    status = 401
    code = "ticket_ended"
    title = "That took too long, or too many tries. Please type your password again."
