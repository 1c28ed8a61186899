"""What a signed-in user can change about how they get in."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from doorstep.account.failures import SameEmail, WrongPassword
from doorstep.api.auth import THROTTLED, AccessToken
from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.recovery import Noted
from doorstep.api.wire import STORABLE, Arriving, Email, Leaving, Moment, Nothing, Password, Proof, SixDigits
from doorstep.api.wiring import Wired, device_of
from doorstep.login.models import Browser
from doorstep.mail.failures import TooManyMails
from doorstep.one_time_tokens.failures import TokenExpired, TokenOutgrown, TokenUnknown, TokenUsed, WrongCode
from doorstep.passwords.failures import PasswordRefused
from doorstep.second_factors.failures import FactorCodeRequired
from doorstep.sessions.failures import SessionEnded, StepUpRequired, Unauthenticated
from doorstep.totp.failures import AuthenticatorUnreadable, TotpLocked, WrongFactorCode
from doorstep.users.failures import EmailRefused

router = APIRouter(tags=["account"])


class StepUpRequest(Arriving):
    """The password once more, and where log-in asks for it a code of the app or a recovery code."""

    password: Password
    code: Annotated[str | None, Field(max_length=64, json_schema_extra=STORABLE)] = None
    proof: Proof = None


class ChangePasswordRequest(Arriving):
    """The password so far, and the one to have from now on."""

    current_password: Password
    new_password: Password
    proof: Proof = None


class ChangeEmailRequest(Arriving):
    """The new address."""

    email: Email


class EmailChangeView(Leaving):
    """The address that waits to be confirmed, and until when it can be; both null while there is none."""

    email: str | None
    expires_at: Moment | None


class VerifyCodeRequest(Arriving):
    """The six digits from the mail."""

    code: SixDigits


def _browser(request: Request, wired: Wired, proof: str | None) -> Browser:
    return Browser(
        device_id=device_of(request, wired),
        proof=wired.proof_of_work.check(proof),
    )


@router.post(
    "/api/v1/auth/step-up",
    responses=refusals(
        Unauthenticated,
        SessionEnded,
        WrongPassword,
        FactorCodeRequired,
        WrongFactorCode,
        AuthenticatorUnreadable,
        TotpLocked,
        *THROTTLED,
    ),
)
async def step_up(
    body: StepUpRequest, request: Request, signed_in: Guarded, wired: Wired, caller: Caller
) -> AccessToken:
    """Prove once more who is there; sensitive acts are open for some minutes afterwards."""
    browser = _browser(request, wired, body.proof)
    token = await wired.account.step_up(signed_in, body.password.get_secret_value(), caller, browser, body.code)
    return AccessToken(access_token=token, expires_in=wired.sessions.access_seconds)


@router.post(
    "/api/v1/users/me/password",
    responses=refusals(Unauthenticated, SessionEnded, WrongPassword, StepUpRequired, PasswordRefused, *THROTTLED),
)
async def change_password(
    body: ChangePasswordRequest, request: Request, signed_in: Guarded, wired: Wired, caller: Caller
) -> AccessToken:
    """Another password. Every other session ends; this one goes on with the answered token."""
    token = await wired.account.change_password(
        signed_in,
        body.current_password.get_secret_value(),
        body.new_password.get_secret_value(),
        caller,
        _browser(request, wired, body.proof),
    )
    return AccessToken(access_token=token, expires_in=wired.sessions.access_seconds)


@router.post(
    "/api/v1/users/me/email",
    status_code=202,
    responses=refusals(Unauthenticated, StepUpRequired, EmailRefused, SameEmail, TooManyMails),
)
async def change_email(body: ChangeEmailRequest, signed_in: Guarded, wired: Wired, caller: Caller) -> Noted:
    """Ask for another address; it takes effect when the mail to it is confirmed. Needs a recent log-in."""
    await wired.account.ask_new_email(signed_in, body.email, caller)
    return Noted(message="We have sent a mail to the new address. Nothing changes before you confirm it there.")


@router.get("/api/v1/users/me/email/change", responses=GUARDED)
async def email_change(signed_in: Guarded, wired: Wired) -> EmailChangeView:
    """The change of address that is under way."""
    pending = await wired.account.pending_email(signed_in)
    return EmailChangeView(email=pending.email if pending else None, expires_at=pending.expires_at if pending else None)


@router.delete("/api/v1/users/me/email/change", status_code=204, responses=GUARDED)
async def withdraw_email_change(signed_in: Guarded, wired: Wired, caller: Caller) -> Response:
    """Withdraw it: the link that was mailed opens nothing any more."""
    await wired.account.withdraw_new_email(signed_in, caller)
    return Response(status_code=204)


@router.post("/api/v1/users/me/email/verification", status_code=202, responses=refusals(Unauthenticated, TooManyMails))
async def send_verification(_: Nothing, signed_in: Guarded, wired: Wired) -> Noted:
    """Mail a code to the address of this user."""
    await wired.account.send_verification(signed_in)
    return Noted(message="We have sent you a mail with a code.")


@router.post(
    "/api/v1/users/me/email/verify",
    status_code=204,
    responses=refusals(Unauthenticated, WrongCode, TokenUnknown, TokenExpired, TokenUsed, TokenOutgrown),
)
async def verify_code(body: VerifyCodeRequest, signed_in: Guarded, wired: Wired, caller: Caller) -> Response:
    """The address is theirs: they typed the code."""
    await wired.account.verify_by_code(signed_in, body.code, caller)
    return Response(status_code=204)
