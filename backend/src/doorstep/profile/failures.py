"""What can be refused about a profile."""

from doorstep.failure import Failure


class ProfileRefused(Failure):
    """A field cannot be kept as it is, or an address lacks what a parcel needs; `errors` name the fields."""

    status = 422
    code = "profile_refused"
    title = "Please check your name and address."
