"""What starts from a mail. A GET never changes anything: mail scanners follow links, people press buttons."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from doorstep.account.failures import WhoSignedUp
from doorstep.api.auth import THROTTLED
from doorstep.api.callers import Caller
from doorstep.api.problems import refusals
from doorstep.api.wire import Arriving, Email, Leaving, Moment, Password, Proof
from doorstep.api.wiring import Wired, device_of
from doorstep.eviction.models import Part
from doorstep.eviction.models import TakenBack as Done
from doorstep.kit.hash_slots import Busy
from doorstep.one_time_tokens.failures import TokenExpired, TokenOutgrown, TokenUnknown, TokenUsed
from doorstep.passwords.failures import PasswordRefused
from doorstep.users.failures import EmailRefused, EmailTaken, UserUnknown

ASKED = "If this address has an account, a mail is on its way to it."
"""What everybody is told who forgot a password."""

TOKEN_FAILURES = (TokenUnknown, TokenExpired, TokenUsed, TokenOutgrown)

MailedToken = Annotated[str, Field(min_length=1, max_length=64, description="The text behind the # of a mailed link")]

router = APIRouter(prefix="/api/v1/auth", tags=["recovery"])


class ForgotRequest(Arriving):
    """The address whose password was forgotten."""

    email: Email
    proof: Proof = None


class TokenRequest(Arriving):
    """A token from a mail."""

    token: MailedToken


class VerifyRequest(TokenRequest):
    """A token from a mail. `signed_up`: who presses the button has made the account."""

    signed_up: bool = False


class ResetRequest(TokenRequest):
    """A token from a mail, and the password to have from now on."""

    password: Password


class ResetView(Leaving):
    """Whose password it is: the address that they log in with. A password manager saves it under that name."""

    email: str


class Noted(Leaving):
    """The same sentence for everybody."""

    message: str


class TakenBack(Leaving):
    """What was taken back from others, and a token to choose a new password with, good once.

    `email` is whose password that is: the address they log in with. Both are null for a link from before the last new
    password. `authenticator_removal_at`: an authenticator
    app that others turned on goes then. `address`: the account's address was put back to this one.
    """

    reset_token: str | None
    email: str | None
    taken_back: list[Part]
    authenticator_removal_at: Moment | None
    address: str | None


def _view(done: Done) -> TakenBack:
    return TakenBack(
        reset_token=done.reset_token,
        email=done.email,
        taken_back=list(done.evicted.parts),
        authenticator_removal_at=done.evicted.authenticator_removal_at,
        address=done.evicted.address,
    )


@router.post("/forgot", status_code=202, responses=refusals(EmailRefused, *THROTTLED))
async def forgot(body: ForgotRequest, wired: Wired, caller: Caller) -> Noted:
    """Ask for a mail with which a new password can be chosen. The answer and its time are the same for everybody."""
    await wired.recovery.ask(body.email, caller, wired.proof_of_work.check(body.proof))
    return Noted(message=ASKED)


@router.post("/reset/check", responses=refusals(*TOKEN_FAILURES))
async def check_reset(body: TokenRequest, wired: Wired) -> ResetView:
    """Whose password a link is for, if it is still good, before somebody thinks of one. Uses nothing up."""
    return ResetView(email=await wired.recovery.look(body.token))


@router.post("/reset", status_code=204, responses=refusals(*TOKEN_FAILURES, PasswordRefused, Busy))
async def reset(body: ResetRequest, request: Request, wired: Wired, caller: Caller) -> Response:
    """Choose a new password. Ends every session; nobody is signed in by it."""
    await wired.recovery.reset(body.token, body.password.get_secret_value(), caller, device_of(request, wired))
    return Response(status_code=204)


@router.post("/not-me", responses=refusals(*TOKEN_FAILURES, EmailTaken))
async def not_me(body: TokenRequest, wired: Wired, caller: Caller) -> TakenBack:
    """Take back what others added, end every session, and let the user choose a new password."""
    return _view(await wired.recovery.not_me(body.token, caller))


@router.post("/keep", status_code=204, responses=refusals(*TOKEN_FAILURES))
async def keep(body: TokenRequest, wired: Wired, caller: Caller) -> Response:
    """Keep the account that was to be deleted, by the link of the mail about that. Signs nobody in."""
    await wired.leaving.keep_by_link(body.token, caller)
    return Response(status_code=204)


@router.post("/unlock", status_code=204, responses=refusals(*TOKEN_FAILURES))
async def unlock(body: TokenRequest, wired: Wired, caller: Caller) -> Response:
    """Let the owner log in from a new browser again, after many wrong passwords."""
    await wired.recovery.unlock(body.token, caller)
    return Response(status_code=204)


@router.post("/verify-email", status_code=204, responses=refusals(*TOKEN_FAILURES, WhoSignedUp))
async def verify_email(body: VerifyRequest, request: Request, wired: Wired, caller: Caller) -> Response:
    """The address is theirs: the button behind the mailed link was pressed. Signs nobody in.

    In a browser in which nobody was signed in to the account, they also have to say that they made it.
    """
    await wired.account.verify_by_link(body.token, caller, device_of(request, wired), signed_up=body.signed_up)
    return Response(status_code=204)


@router.post("/not-mine", responses=refusals(*TOKEN_FAILURES))
async def not_mine(body: TokenRequest, wired: Wired, caller: Caller) -> TakenBack:
    """The address is theirs, and somebody else made the account: take everything in it away, choose a new password."""
    return _view(await wired.account.not_mine(body.token, caller))


@router.post("/confirm-email", status_code=204, responses=refusals(*TOKEN_FAILURES, UserUnknown, EmailTaken))
async def confirm_email(body: TokenRequest, wired: Wired, caller: Caller) -> Response:
    """Use the new address from now on."""
    await wired.account.confirm_new_email(body.token, caller)
    return Response(status_code=204)


@router.post("/undo-email", responses=refusals(*TOKEN_FAILURES, EmailTaken))
async def undo_email(body: TokenRequest, wired: Wired, caller: Caller) -> TakenBack:
    """Go back to the old address, take back what others added, and let the user choose a new password."""
    return _view(await wired.account.undo_new_email(body.token, caller))
