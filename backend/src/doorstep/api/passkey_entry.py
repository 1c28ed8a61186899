"""Log in by passkey, and prove by one that it is still oneself."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from doorstep.api.auth import AccessToken, enter
from doorstep.api.callers import Caller
from doorstep.api.factors import Ticket, TicketRequest
from doorstep.api.guard import Guarded
from doorstep.api.passkey_options import RequestOptionsView, request_view
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.wire import STORABLE, Arriving, Nothing, Proof
from doorstep.api.wiring import FROM_OUR_PAGES, Wired, device_of
from doorstep.keys.failures import KeysUnavailable
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser
from doorstep.passkeys import gateway
from doorstep.passkeys.failures import CeremonyOver, PasskeyNotHere, PasskeyRefused
from doorstep.passkeys.models import TypedAssertion
from doorstep.sessions.failures import SessionEnded, Unauthenticated
from doorstep.throttle.failures import ProofRequired, TooManyAttempts
from doorstep.tickets.failures import TicketEnded
from doorstep.totp.failures import WrongFactorCode
from doorstep.web.failures import CrossOrigin

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


class PasskeyAnswer(Arriving):
    """What the browser's `navigator.credentials.get` answered; bytes are base64url."""

    credential_id: Annotated[
        str, Field(max_length=gateway.characters(gateway.LONGEST_CREDENTIAL_ID), json_schema_extra=STORABLE)
    ]
    client_data: Annotated[
        str, Field(max_length=gateway.characters(gateway.LONGEST_CLIENT_DATA), json_schema_extra=STORABLE)
    ]
    authenticator_data: Annotated[
        str, Field(max_length=gateway.characters(gateway.LONGEST_AUTHENTICATOR_DATA), json_schema_extra=STORABLE)
    ]
    signature: Annotated[
        str, Field(max_length=gateway.characters(gateway.LONGEST_SIGNATURE), json_schema_extra=STORABLE)
    ]
    user_handle: Annotated[
        str | None, Field(max_length=gateway.characters(gateway.LONGEST_HANDLE), json_schema_extra=STORABLE)
    ] = None

    def typed(self) -> TypedAssertion:
        """The same without what is not the passkey's."""
        return TypedAssertion(
            self.credential_id, self.client_data, self.authenticator_data, self.signature, self.user_handle
        )


class PasskeyStepUpRequest(PasskeyAnswer):
    """The same, with a proof of work where one is asked for."""

    proof: Proof = None


class PasskeySecondStepRequest(PasskeyAnswer):
    """The same after the password. `trust_browser` leaves this step out here for 30 days."""

    ticket: Ticket
    trust_browser: bool = False


class PasskeyLoginRequest(PasskeyStepUpRequest):
    """The same by somebody who is not signed in; `remember` is «Keep me logged in»."""

    remember: bool = False


@router.post("/passkey/options")
async def log_in_options(_: Nothing, wired: Wired) -> RequestOptionsView:
    """What to call `navigator.credentials.get` with. The same for everybody; nothing is stored."""
    return request_view(wired.passkey_entry.log_in_options())


@router.post(
    "/passkey",
    dependencies=FROM_OUR_PAGES,
    responses=refusals(
        InvalidCredentials, PasskeyNotHere, CeremonyOver, CrossOrigin, ProofRequired, TooManyAttempts, KeysUnavailable
    ),
)
async def log_in(
    body: PasskeyLoginRequest, request: Request, wired: Wired, caller: Caller, response: Response
) -> AccessToken:
    """Exchange the answer of a passkey for an access token and the refresh cookie."""
    logged_in = await wired.passkey_entry.log_in(
        body.typed(),
        remember=body.remember,
        client=caller,
        browser=Browser(
            device_id=device_of(request, wired),
            proof=wired.proof_of_work.check(body.proof),
        ),
    )
    return await enter(logged_in, request, response, wired, caller)


@router.post("/login/passkey/options", responses=refusals(TicketEnded))
async def second_step_options(body: TicketRequest, wired: Wired) -> RequestOptionsView:
    """What to call `navigator.credentials.get` with, as the second step of a log-in."""
    return request_view(await wired.passkey_entry.second_step_options(body.ticket))


@router.post(
    "/login/passkey",
    dependencies=FROM_OUR_PAGES,
    responses=refusals(TicketEnded, WrongFactorCode, CeremonyOver, CrossOrigin, KeysUnavailable),
)
async def second_step(
    body: PasskeySecondStepRequest, request: Request, wired: Wired, caller: Caller, response: Response
) -> AccessToken:
    """The second step of a log-in, with a passkey."""
    logged_in = await wired.passkey_entry.second_step(
        body.ticket,
        body.typed(),
        trust=body.trust_browser,
        client=caller,
        device_id=device_of(request, wired),
    )
    return await enter(logged_in, request, response, wired, caller)


@router.post("/step-up/passkey/options", responses=GUARDED)
async def step_up_options(_: Nothing, signed_in: Guarded, wired: Wired) -> RequestOptionsView:
    """What to call `navigator.credentials.get` with, to prove once more who is there."""
    return request_view(await wired.passkey_entry.step_up_options(signed_in))


@router.post(
    "/step-up/passkey",
    responses=refusals(Unauthenticated, SessionEnded, PasskeyRefused, CeremonyOver, ProofRequired, TooManyAttempts),
)
async def step_up(body: PasskeyStepUpRequest, signed_in: Guarded, wired: Wired, caller: Caller) -> AccessToken:
    """Prove once more who is there; sensitive acts are open for some minutes afterwards."""
    browser = Browser(proof=wired.proof_of_work.check(body.proof))
    token = await wired.passkey_entry.step_up(signed_in, body.typed(), caller, browser)
    return AccessToken(access_token=token, expires_in=wired.sessions.access_seconds)
