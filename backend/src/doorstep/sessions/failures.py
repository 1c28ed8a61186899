"""What can be refused about sessions."""

from doorstep.failure import Failure


class SessionEnded(Failure):
    """The refresh token opens nothing (any more): expired, revoked, replayed or never ours. One answer for all."""

    status = 401
    code = "session_ended"
    title = "Your session has ended. Please log in again."


DISPLACED = "You logged in in many browsers, so the one used least was logged out here."
"""Why a session ended that was one too many; told to who holds its token."""


class Unauthenticated(Failure):
    """No access token, or one that is not believed. One answer for every reason."""

    status = 401
    code = "unauthenticated"
    bearer_error = "invalid_token"
    title = "Please log in to see this."


class SessionUnknown(Failure):
    """The user has no live session of that id: it has ended, or was never theirs."""

    status = 404
    code = "session_unknown"
    title = "That session has ended already."


class StepUpRequired(Failure):
    """The session is good, but the person proved who they are too long ago for this act."""

    status = 403
    code = "step_up_required"
    title = "Please confirm that it is you."
