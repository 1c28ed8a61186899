"""What a user is called, and where their parcels go."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShippingAddress:
    """Where a parcel goes. `line2` and `region` may be empty, and `postal_code` where the country has none."""

    recipient: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country: str
    """ISO 3166-1 alpha-2."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user told about themself: nothing, to begin with."""

    name: str = ""
    shipping_address: ShippingAddress | None = None
