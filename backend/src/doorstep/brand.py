"""The brand: name, colours and plan texts, read once from `brand.json`, the same file the frontend is built with."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Plan(BaseModel):
    """What can be subscribed to. `price_minor` is in the currency's minor unit (cents), per `interval`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[
        str,
        Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="Stable name, kept with each subscription"),
    ]
    name: Annotated[str, Field(min_length=1, max_length=80, description="Name shown to people")]
    description: Annotated[str, Field(max_length=400, description="One sentence: what one gets")]
    price_minor: Annotated[int, Field(ge=0, description="Price in the minor unit of the currency (cents)")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]
    interval: Annotated[Literal["month", "year"], Field(description="How often it is billed")]
    features: Annotated[tuple[str, ...], Field(max_length=12, description="What is included, one line each")] = ()


class Brand(BaseModel):
    """Name, colours and default plans of the product."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    tagline: str
    colours: dict[Literal["light", "dark"], dict[str, str]]
    plans: tuple[Plan, ...]


@cache
def brand() -> Brand:
    """The brand that this copy of Doorstep was built with."""
    return Brand.model_validate_json(files("doorstep").joinpath("brand.json").read_bytes())
