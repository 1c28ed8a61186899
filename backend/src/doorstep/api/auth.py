"""Sign up, log in, refresh, log out."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from doorstep.api.callers import Caller, caller_of
from doorstep.api.cookies import (
    expire_refresh_token,
    expire_refresh_token_from_before,
    may_be_of_another,
    read_device_token,
    read_refresh_token,
    set_device_token,
    set_refresh_token,
)
from doorstep.api.own_answer import OwnAnswer
from doorstep.api.problems import refusals
from doorstep.api.wire import NOTHING, Arriving, Email, Leaving, Password, Proof, require_nothing
from doorstep.api.wiring import FROM_OUR_PAGES, Wired, device_of, services_of
from doorstep.assembly import Services
from doorstep.audit.models import Client
from doorstep.keys.failures import KeysUnavailable
from doorstep.kit.hash_slots import Busy
from doorstep.login.failures import InvalidCredentials, SecondFactorRequired
from doorstep.login.models import Browser, LoggedIn
from doorstep.passwords.failures import PasswordRefused
from doorstep.sessions.failures import SessionEnded
from doorstep.sessions.models import Grant
from doorstep.settings import Settings
from doorstep.throttle.failures import ConfirmationRequired, ProofRequired, TooManyAttempts
from doorstep.users.failures import EmailRefused, EmailTaken
from doorstep.web.failures import CrossOrigin
from doorstep.web.problems import problem
from doorstep.web.same_origin import require_same_origin

THROTTLED = (ProofRequired, TooManyAttempts, ConfirmationRequired, Busy)
"""How a request that costs a hash can be put off."""

NOTED = "If this address had no account yet, it has one now. Open the mail we sent to confirm it, then log in."
"""What everybody is told by a private sign-up."""

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])
cookie_router = APIRouter(prefix="/api/v1/auth", tags=["auth"], route_class=OwnAnswer)
"""What acts on the refresh cookie. Every open page refreshes every ten minutes: FastAPI's way would be most of that."""


class LoginRequest(Arriving):
    """E-mail and password; `remember` is «Keep me logged in»."""

    email: Email
    password: Password
    remember: bool = False
    proof: Proof = None


class SignupRequest(LoginRequest):
    """The same for somebody new."""


class AccessToken(Leaving):
    """An access token and the seconds it lives. The refresh token travels in the cookie only."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 -- RFC 6750's name
    expires_in: int


class SignedUp(AccessToken):
    """A new user, signed in."""

    message: str
    user_id: UUID


class SignupNoted(Leaving):
    """What sign-up answers with `signup_disclosure = "private"`, whether the address was free or not."""

    message: str


@router.post(
    "/signup",
    status_code=201,
    response_model=SignedUp,
    dependencies=FROM_OUR_PAGES,
    responses={
        202: {"model": SignupNoted, "description": "Noted; whether the address was free is not told"},
        **refusals(EmailTaken, EmailRefused, PasswordRefused, CrossOrigin, *THROTTLED, KeysUnavailable),
    },
)
async def sign_up(
    body: SignupRequest, request: Request, wired: Wired, caller: Caller, response: Response
) -> SignedUp | Response:
    """Register and be signed in; or, where sign-up is private, register and log in afterwards."""
    if wired.settings.signup_disclosure == "private":
        await wired.sign_up.register_quietly(
            body.email,
            body.password.get_secret_value(),
            client=caller,
            proof=wired.proof_of_work.check(body.proof),
        )
        return JSONResponse(SignupNoted(message=NOTED).model_dump(), status_code=202)
    new = await wired.sign_up.register(
        body.email,
        body.password.get_secret_value(),
        remember=body.remember,
        client=caller,
        device_id=device_of(request, wired),
        proof=wired.proof_of_work.check(body.proof),
    )
    await _end_session_before(new.grant, request, wired, caller)
    set_device_token(response, wired.settings, wired.device_tokens.make(new.device_id))
    token = _hand_over(new.grant, response, wired.settings)
    return SignedUp(message="Welcome! Your account is ready.", user_id=new.user_id, **token.model_dump())


@router.post(
    "/login",
    dependencies=FROM_OUR_PAGES,
    responses=refusals(InvalidCredentials, SecondFactorRequired, CrossOrigin, *THROTTLED, KeysUnavailable),
)
async def log_in(body: LoginRequest, request: Request, wired: Wired, caller: Caller, response: Response) -> AccessToken:
    """Exchange e-mail and password for an access token and the refresh cookie, or for a ticket to the second step."""
    logged_in = await wired.login.with_password(
        body.email,
        body.password.get_secret_value(),
        remember=body.remember,
        client=caller,
        browser=Browser(
            device_id=device_of(request, wired),
            proof=wired.proof_of_work.check(body.proof),
        ),
    )
    return await enter(logged_in, request, response, wired, caller)


@cookie_router.post(
    "/refresh",
    response_model=AccessToken,
    responses={204: {"description": "Nobody is signed in: there was no cookie"}, **refusals(SessionEnded, CrossOrigin)},
    openapi_extra=NOTHING,
)
async def refresh(request: Request) -> Response:
    """A new access token for the refresh cookie, which is replaced by its successor."""
    wired = await _acting_on_the_cookie(request)
    token = read_refresh_token(request, wired.settings)
    if token is None:
        return Response(status_code=204)
    try:
        grant = await wired.sessions.refresh(token, caller_of(request))
    except SessionEnded as ended:
        if may_be_of_another(request, wired.settings):
            return Response(status_code=204)
        refused = problem(ended, request.scope)
        expire_refresh_token(refused, wired.settings)
        return refused
    body = AccessToken(access_token=grant.access_token, expires_in=grant.expires_in)
    response = Response(body.model_dump_json(), media_type="application/json")
    set_refresh_token(response, wired.settings, grant.refresh_token, grant.cookie_max_age)
    # While the secret is changed, the browser goes on being known under the new one.
    renewed = wired.device_tokens.renewed(read_device_token(request, wired.settings))
    if renewed is not None:
        set_device_token(response, wired.settings, renewed)
    if may_be_of_another(request, wired.settings):
        expire_refresh_token_from_before(response, wired.settings)
    return response


@cookie_router.post("/logout", status_code=204, responses=refusals(CrossOrigin), openapi_extra=NOTHING)
async def log_out(request: Request) -> Response:
    """End this browser's session. Done twice it is still done.

    The cookie is expired by its name; `Clear-Site-Data` leaves "cookies" out, which would empty the whole domain.
    """
    wired = await _acting_on_the_cookie(request)
    token = read_refresh_token(request, wired.settings)
    if token is not None:
        await wired.sessions.log_out(token, caller_of(request))
    response = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})
    expire_refresh_token(response, wired.settings)
    return response


async def _acting_on_the_cookie(request: Request) -> Services:
    """The services, for a request without fields that comes from our own pages.

    Raises CrossOrigin, UnsupportedMediaType, RequestValidationError.
    """
    wired = services_of(request)
    require_same_origin(request, wired.settings.origin)
    await require_nothing(request)
    return wired


async def enter(
    logged_in: LoggedIn, request: Request, response: Response, wired: Services, caller: Client
) -> AccessToken:
    """What every log-in ends with: the session before it is over, and the browser is known from now on."""
    await _end_session_before(logged_in.grant, request, wired, caller)
    set_device_token(response, wired.settings, wired.device_tokens.make(logged_in.device_id))
    return _hand_over(logged_in.grant, response, wired.settings)


async def _end_session_before(new: Grant, request: Request, wired: Services, caller: Client) -> None:
    """End the session that this browser had: its cookie is replaced, so nobody should hold it (ASVS 7.2.4)."""
    before = read_refresh_token(request, wired.settings)
    if before is not None:
        await wired.sessions.log_out(before, caller, successor=new.session_id)


def _hand_over(grant: Grant, response: Response, settings: Settings) -> AccessToken:
    """What the browser gets: the refresh token in the cookie, the access token in the body."""
    set_refresh_token(response, settings, grant.refresh_token, grant.cookie_max_age)
    return AccessToken(access_token=grant.access_token, expires_in=grant.expires_in)
