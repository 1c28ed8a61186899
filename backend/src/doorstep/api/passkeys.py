"""The passkeys of the signed-in user, and living without a password."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded
from doorstep.api.passkey_options import CreationOptionsView, creation_view
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.wire import STORABLE, Arriving, Leaving, Moment, Nothing
from doorstep.api.wiring import Wired
from doorstep.kit import base64url
from doorstep.passkeys import gateway, policy
from doorstep.passkeys.failures import (
    CeremonyOver,
    LastWayIn,
    PasskeyKnown,
    PasskeyRefused,
    PasskeyUnknown,
    TooFewPasskeys,
    TooManyPasskeys,
)
from doorstep.passkeys.keepers import kept_in
from doorstep.passkeys.models import Passkey, TypedRegistration
from doorstep.sessions.failures import StepUpRequired, Unauthenticated

router = APIRouter(tags=["passkeys"])

Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Ada's phone"], json_schema_extra=STORABLE)]
"""As typed; 64 characters of it are kept."""


class AddPasskeyRequest(Arriving):
    """What the browser's `navigator.credentials.create` answered; bytes are base64url."""

    client_data: Annotated[
        str, Field(max_length=gateway.characters(gateway.LONGEST_CLIENT_DATA), json_schema_extra=STORABLE)
    ]
    attestation: Annotated[
        str, Field(max_length=gateway.characters(gateway.LONGEST_ATTESTATION), json_schema_extra=STORABLE)
    ]
    transports: Annotated[
        tuple[Annotated[str, Field(max_length=32, json_schema_extra=STORABLE)], ...],
        # Strict is for what is in it: JSON knows no tuples.
        Field(max_length=policy.MOST_TRANSPORTS, strict=False),
    ] = ()
    name: Name | None = None


class RenamePasskeyRequest(Arriving):
    """What to call it from now on."""

    name: Name


class PasskeyView(Leaving):
    """One passkey. `synced`: it is kept by a password manager that may have it on several devices.

    `credential_id` is what its authenticator calls it, base64url.
    """

    id: UUID
    credential_id: str
    name: str
    kept_in: str
    synced: bool
    created_at: Moment
    last_used_at: Moment | None


class PasskeyList(Leaving):
    """All of them, the oldest first, and whether there is a password beside them, and need be.

    `rp_id` and `user_handle` (base64url; null for who never made one) are what authenticators know the user by: for
    `PublicKeyCredential.signalAllAcceptedCredentials` and `signalCurrentUserDetails`.
    """

    passkeys: list[PasskeyView]
    most: int
    has_password: bool
    may_drop_password: bool
    rp_id: str
    user_handle: str | None


def _view(passkey: Passkey) -> PasskeyView:
    return PasskeyView(
        id=passkey.id,
        credential_id=base64url.encode(passkey.credential_id),
        name=passkey.name,
        kept_in=kept_in(passkey),
        synced=passkey.backup_eligible,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
    )


@router.get("/api/v1/passkeys", responses=GUARDED)
async def passkeys(signed_in: Guarded, wired: Wired) -> PasskeyList:
    """The passkeys of this user."""
    ways = await wired.passkeys.ways_in(signed_in)
    known = await wired.passkeys.account(signed_in)
    return PasskeyList(
        passkeys=[_view(passkey) for passkey in ways.passkeys],
        most=policy.MOST_PASSKEYS,
        has_password=ways.has_password,
        may_drop_password=ways.has_password and policy.may_drop_password(ways),
        rp_id=known.rp_id,
        user_handle=base64url.encode(known.handle) if known.handle else None,
    )


@router.post("/api/v1/passkey-options", responses=refusals(Unauthenticated, StepUpRequired, TooManyPasskeys))
async def creation_options(_: Nothing, signed_in: Guarded, wired: Wired, caller: Caller) -> CreationOptionsView:
    """What to call `navigator.credentials.create` with. Needs a recent log-in."""
    return creation_view(await wired.passkeys.creation_options(signed_in, caller))


@router.post(
    "/api/v1/passkeys",
    status_code=201,
    responses=refusals(Unauthenticated, StepUpRequired, PasskeyRefused, CeremonyOver, PasskeyKnown, TooManyPasskeys),
)
async def add(body: AddPasskeyRequest, signed_in: Guarded, wired: Wired, caller: Caller) -> PasskeyView:
    """Keep a new passkey. Needs a recent log-in; the owner gets a mail."""
    typed = TypedRegistration(body.client_data, body.attestation, body.transports)
    return _view(await wired.passkeys.add(signed_in, typed, body.name, caller))


@router.patch(
    "/api/v1/passkeys/{passkey_id}",
    status_code=204,
    responses=refusals(Unauthenticated, StepUpRequired, PasskeyUnknown, PasskeyRefused),
)
async def rename(
    passkey_id: UUID, body: RenamePasskeyRequest, signed_in: Guarded, wired: Wired, caller: Caller
) -> Response:
    """Call it otherwise. Needs a recent log-in."""
    await wired.passkeys.rename(signed_in, passkey_id, body.name, caller)
    return Response(status_code=204)


@router.delete(
    "/api/v1/passkeys/{passkey_id}",
    status_code=204,
    responses=refusals(Unauthenticated, StepUpRequired, PasskeyUnknown, LastWayIn),
)
async def remove(passkey_id: UUID, signed_in: Guarded, wired: Wired, caller: Caller) -> Response:
    """It opens the account no more. Needs a recent log-in, and never takes the last way in."""
    await wired.passkey_removal.remove(signed_in, passkey_id, caller)
    return Response(status_code=204)


@router.delete(
    "/api/v1/users/me/password", status_code=204, responses=refusals(Unauthenticated, StepUpRequired, TooFewPasskeys)
)
async def drop_password(signed_in: Guarded, wired: Wired, caller: Caller) -> Response:
    """No password any more; every other session ends. Needs a recent log-in, and two passkeys or recovery codes."""
    await wired.passkey_removal.drop_password(signed_in, caller)
    return Response(status_code=204)
