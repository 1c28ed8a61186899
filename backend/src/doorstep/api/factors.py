"""Two-step log-in: the second step itself, and what a signed-in user decides about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from doorstep.api.auth import AccessToken, enter
from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.wire import STORABLE, Arriving, Leaving, Moment, Nothing, SixDigits
from doorstep.api.wiring import FROM_OUR_PAGES, Wired, device_of
from doorstep.keys.failures import KeysUnavailable
from doorstep.recovery_codes.failures import CodesNotPending
from doorstep.second_factors.failures import CodesNeeded, NoSecondFactor, RemovalNotYours
from doorstep.second_factors.models import Owner
from doorstep.sessions.failures import StepUpRequired, Unauthenticated
from doorstep.throttle.failures import TooManyAttempts
from doorstep.tickets.failures import TicketEnded
from doorstep.totp.failures import AuthenticatorUnreadable, NothingToConfirm, TotpExists, TotpLocked, WrongFactorCode
from doorstep.web.failures import CrossOrigin

router = APIRouter(tags=["second factors"])

Ticket = Annotated[
    str,
    Field(min_length=1, max_length=64, description="From `second_factor_required`", json_schema_extra=STORABLE),
]
_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
RecoveryCode = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra=STORABLE)]


class TotpLoginRequest(Arriving):
    """The code of the app. `trust_browser` leaves this step out here for 30 days."""

    ticket: Ticket
    code: SixDigits
    trust_browser: bool = False


class TicketRequest(Arriving):
    """What the password led to."""

    ticket: Ticket


class RecoveryLoginRequest(Arriving):
    """One of the recovery codes."""

    ticket: Ticket
    code: RecoveryCode


class ConfirmTotpRequest(Arriving):
    """The code that the app shows now."""

    code: SixDigits


class FactorsView(Leaving):
    """What log-in asks for. `totp_since` is null while that is the password only.

    `removal_due_at`: the app goes then, since its user said that somebody else had turned it on.
    """

    totp_since: Moment | None
    removal_due_at: Moment | None
    recovery_codes_left: int
    trusted_browsers: int


class NewSecretView(Leaving):
    """What an authenticator app is given: the secret as text, as an address, and as a QR code.

    `qr_path` is one SVG path on a square of `qr_size` units.
    """

    secret: str
    otpauth_uri: str
    qr_size: int
    qr_path: str


class RecoveryCodesView(Leaving):
    """Recovery codes, shown this once."""

    recovery_codes: list[str]


class PendingCodesView(RecoveryCodesView):
    """New recovery codes, shown this once. They count when their `set_id` is kept; those of before count until then."""

    set_id: UUID


class KeepCodesRequest(Arriving):
    """Which codes the user has kept. The newest that were made in this session."""

    set_id: Annotated[str, Field(min_length=36, max_length=36, pattern=_UUID)]


def owner(signed_in: Guarded, caller: Caller) -> Owner:
    """Who changes their factors."""
    user = signed_in.user
    return Owner(user.id, user.email, signed_in.session_id, signed_in.authenticated_at, signed_in.amr, caller)


Owned = Annotated[Owner, Depends(owner)]


@router.post(
    "/api/v1/auth/login/totp",
    dependencies=FROM_OUR_PAGES,
    responses=refusals(
        TicketEnded,
        WrongFactorCode,
        AuthenticatorUnreadable,
        TotpLocked,
        TooManyAttempts,
        CrossOrigin,
        KeysUnavailable,
    ),
)
async def log_in_by_totp(
    body: TotpLoginRequest, request: Request, wired: Wired, caller: Caller, response: Response
) -> AccessToken:
    """The second step of a log-in, with the code of an authenticator app."""
    logged_in = await wired.second_step.with_totp(
        body.ticket, body.code, trust=body.trust_browser, client=caller, device_id=device_of(request, wired)
    )
    return await enter(logged_in, request, response, wired, caller)


@router.post(
    "/api/v1/auth/login/recovery-code",
    dependencies=FROM_OUR_PAGES,
    responses=refusals(TicketEnded, WrongFactorCode, CrossOrigin, KeysUnavailable),
)
async def log_in_by_recovery_code(
    body: RecoveryLoginRequest, request: Request, wired: Wired, caller: Caller, response: Response
) -> AccessToken:
    """The second step of a log-in, with a recovery code, which is used up by it."""
    logged_in = await wired.second_step.with_recovery_code(
        body.ticket, body.code, client=caller, device_id=device_of(request, wired)
    )
    return await enter(logged_in, request, response, wired, caller)


@router.post(
    "/api/v1/auth/login/remove-authenticator",
    status_code=204,
    dependencies=FROM_OUR_PAGES,
    responses=refusals(TicketEnded, RemovalNotYours, NoSecondFactor, CrossOrigin),
)
async def remove_authenticator(body: TicketRequest, request: Request, wired: Wired, caller: Caller) -> Response:
    """Remove an authenticator app that is about to be removed anyway, after the right password in a known browser.

    The ticket is void afterwards: the next log-in asks for the password only.
    """
    await wired.authenticator_removal.speed_up(body.ticket, device_of(request, wired), caller)
    return Response(status_code=204)


@router.get("/api/v1/users/me/factors", responses=GUARDED)
async def factors(signed_in: Guarded, wired: Wired) -> FactorsView:
    """What log-in asks this user for."""
    found = await wired.second_factors.overview(signed_in.user.id)
    return FactorsView(
        totp_since=found.totp_since,
        removal_due_at=found.removal_due_at,
        recovery_codes_left=found.recovery_codes_left,
        trusted_browsers=found.trusted_browsers,
    )


@router.post(
    "/api/v1/users/me/factors/totp",
    status_code=201,
    responses=refusals(Unauthenticated, StepUpRequired, TotpExists),
)
async def begin_totp(_: Nothing, owned: Owned, wired: Wired) -> NewSecretView:
    """A new secret for an authenticator app. Log-in asks for its codes once one has confirmed it."""
    made = await wired.second_factors.begin(owned)
    return NewSecretView(secret=made.secret, otpauth_uri=made.uri, qr_size=made.qr_size, qr_path=made.qr_path)


@router.post(
    "/api/v1/users/me/factors/totp/confirm",
    responses=refusals(Unauthenticated, NothingToConfirm, TotpExists, WrongFactorCode),
)
async def confirm_totp(body: ConfirmTotpRequest, owned: Owned, wired: Wired) -> RecoveryCodesView:
    """Turn two-step log-in on. Every other session ends."""
    return RecoveryCodesView(recovery_codes=list(await wired.second_factors.confirm(owned, body.code)))


@router.delete(
    "/api/v1/users/me/factors/totp",
    status_code=204,
    responses=refusals(Unauthenticated, StepUpRequired, NoSecondFactor, CodesNeeded),
)
async def turn_off(owned: Owned, wired: Wired) -> Response:
    """Turn two-step log-in off. Every other session ends."""
    await wired.second_factors.turn_off(owned)
    return Response(status_code=204)


@router.delete(
    "/api/v1/users/me/factors/totp/removal",
    status_code=204,
    responses=refusals(Unauthenticated, StepUpRequired, NoSecondFactor, RemovalNotYours),
)
async def stop_removal(owned: Owned, request: Request, wired: Wired) -> Response:
    """Keep an authenticator app that is about to be removed. Needs a browser known before, or an older passkey."""
    await wired.authenticator_removal.stop(owned, device_of(request, wired))
    return Response(status_code=204)


@router.post(
    "/api/v1/users/me/factors/recovery-codes",
    responses=refusals(Unauthenticated, StepUpRequired, NoSecondFactor),
)
async def make_recovery_codes(_: Nothing, owned: Owned, wired: Wired) -> PendingCodesView:
    """New recovery codes, which count once they are kept; those of before count until then."""
    made = await wired.second_factors.make_codes(owned)
    return PendingCodesView(recovery_codes=list(made.codes), set_id=made.set_id)


@router.post(
    "/api/v1/users/me/factors/recovery-codes/keep",
    status_code=204,
    responses=refusals(Unauthenticated, NoSecondFactor, CodesNotPending),
)
async def keep_recovery_codes(body: KeepCodesRequest, owned: Owned, wired: Wired) -> Response:
    """The user has kept these codes: they count from now on. Done twice in a row it is still done."""
    await wired.second_factors.keep_codes(owned, UUID(body.set_id))
    return Response(status_code=204)


@router.delete("/api/v1/users/me/factors/trusted-browsers", status_code=204, responses=GUARDED)
async def distrust_browsers(owned: Owned, wired: Wired) -> Response:
    """Ask for the second factor in every browser again."""
    await wired.second_factors.distrust_browsers(owned)
    return Response(status_code=204)
