"""What can be refused about subscriptions."""

from doorstep.failure import Failure


class NothingToCancel(Failure):
    """There is no subscription that would renew."""

    status = 409
    code = "nothing_to_cancel"
    title = "There is no running subscription to cancel."


class NothingToResume(Failure):
    """There is no cancellation that could still be taken back."""

    status = 409
    code = "nothing_to_resume"
    title = "There is no cancelled subscription that could be resumed."


class DeletionPending(Failure):
    """The account is to be deleted; a subscription that renewed would be erased with it."""

    status = 409
    code = "deletion_pending"
    title = "Your account is to be deleted. Keep it first, then resume your subscription."


class PlanUnknown(Failure):
    """The settings name no such plan. Only operators are told."""

    status = 404
    code = "plan_unknown"
    title = "There is no such plan."


class AlreadySubscribed(Failure):
    """The user has a subscription that has not ended. Only operators are told."""

    status = 409
    code = "already_subscribed"
    title = "This user has a subscription already."
