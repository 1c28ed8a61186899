"""What can be refused about writing mails."""

from doorstep.failure import Failure


class TooManyMails(Failure):
    """This address was written to several times within the hour; nobody's mailbox is filled through us."""

    status = 429
    code = "too_many_mails"
    title = "We have sent several mails already. Please look into your mailbox, or try again later."
