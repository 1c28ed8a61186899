"""How refusals are described in OpenAPI: the same problem for all, with the codes that a route can answer."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from doorstep.failure import Failure
from doorstep.kit.database import DatabaseUnavailable
from doorstep.sessions.failures import Unauthenticated

PROBLEM_JSON = "application/problem+json"


def _left_out(schema: dict[str, Any]) -> None:
    """What a problem has nothing to say about is not null but absent."""
    schema.pop("default")


class RefusedField(BaseModel):
    """One field that was refused."""

    pointer: str = Field(description="JSON pointer (RFC 6901) to the field", examples=["/email"])
    message: str = Field(description="Why, in words for the person")


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="URI of the kind of problem")
    title: str = Field(description="One sentence for the person; the same for each code")
    status: int = Field(description="The HTTP status")
    code: str = Field(description="Stable name of the kind of problem")
    instance: str = Field(description="The request, by its id, to find it in the log")
    detail: str | SkipJsonSchema[None] = Field(
        default=None, description="One sentence about this case", json_schema_extra=_left_out
    )
    retry_after: int | SkipJsonSchema[None] = Field(
        default=None, description="Seconds to wait before the next try", json_schema_extra=_left_out
    )
    errors: list[RefusedField] | SkipJsonSchema[None] = Field(
        default=None, description="The fields that were refused", json_schema_extra=_left_out
    )
    ticket: str | SkipJsonSchema[None] = Field(
        default=None, description="Of `second_factor_required`: leads to the second step", json_schema_extra=_left_out
    )
    expires_in: int | SkipJsonSchema[None] = Field(
        default=None, description="Seconds for which the ticket is good", json_schema_extra=_left_out
    )
    removal_due_at: str | SkipJsonSchema[None] = Field(
        default=None,
        description="Of `second_factor_required`: when the authenticator app is to be removed",
        json_schema_extra=_left_out,
    )
    may_remove: bool | SkipJsonSchema[None] = Field(
        default=None,
        description="Of `second_factor_required`: whether this browser may remove the app at once",
        json_schema_extra=_left_out,
    )
    factors: list[str] | SkipJsonSchema[None] = Field(
        default=None, description="With what the second step can be done", json_schema_extra=_left_out
    )


def refusals(*failures: type[Failure]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI `responses` of a route that can be refused in these ways, besides those that every route shares."""
    by_status: dict[int | str, list[str]] = {}
    listed: tuple[type[Failure], ...] = (*failures, DatabaseUnavailable)
    for failure in listed:
        by_status.setdefault(failure.status, []).append(failure.code)
    return {status: _described(codes) for status, codes in by_status.items()}


def _described(codes: Iterable[str]) -> dict[str, Any]:
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


GUARDED = refusals(Unauthenticated)
"""What every guarded route can answer."""
