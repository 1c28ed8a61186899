"""What a user is called, and where their parcels go."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.wire import STORABLE, Arriving, Leaving
from doorstep.api.wiring import Wired
from doorstep.profile.failures import ProfileRefused
from doorstep.profile.models import Profile, ShippingAddress
from doorstep.profile.policy import LONGEST_COUNTRY, LONGEST_LINE, LONGEST_NAME, LONGEST_POSTAL_CODE
from doorstep.sessions.failures import Unauthenticated

router = APIRouter(prefix="/api/v1/users/me/profile", tags=["profile"])

Line = Annotated[str, Field(max_length=LONGEST_LINE, json_schema_extra=STORABLE)]


class ShippingAddressRequest(Arriving):
    """Where parcels go. `line2`, `region` and, in some countries, `postal_code` may be empty; all empty is none."""

    recipient: Line = ""
    line1: Line = ""
    line2: Line = ""
    postal_code: Annotated[str, Field(max_length=LONGEST_POSTAL_CODE, json_schema_extra=STORABLE)] = ""
    city: Line = ""
    region: Line = ""
    country: Annotated[
        str,
        Field(
            max_length=LONGEST_COUNTRY,
            description="ISO 3166-1 alpha-2, or XK",
            examples=["NO"],
            json_schema_extra=STORABLE,
        ),
    ] = ""


class ProfileRequest(Arriving):
    """All that a user tells about themself, in place of what they told before."""

    name: Annotated[str, Field(max_length=LONGEST_NAME, examples=["Ada Lovelace"], json_schema_extra=STORABLE)]
    shipping_address: ShippingAddressRequest | None


class ShippingAddressView(Leaving):
    """Where parcels go."""

    recipient: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country: str = Field(description="ISO 3166-1 alpha-2, or XK")


class ProfileView(Leaving):
    """What a user told about themself; empty where they have not."""

    name: str
    shipping_address: ShippingAddressView | None


def _view(profile: Profile) -> ProfileView:
    return ProfileView.model_validate(profile, from_attributes=True)


@router.get("", responses=GUARDED)
async def profile(signed_in: Guarded, wired: Wired) -> ProfileView:
    """The name and the shipping address of this user."""
    return _view(await wired.profiles.of(signed_in))


@router.put("", responses=refusals(Unauthenticated, ProfileRefused))
async def save(body: ProfileRequest, signed_in: Guarded, wired: Wired, caller: Caller) -> ProfileView:
    """Keep another name and shipping address. The owner gets a mail about another address."""
    at = body.shipping_address
    typed = Profile(body.name, ShippingAddress(**at.model_dump()) if at else None)
    return _view(await wired.profiles.save(signed_in, typed, caller))
