"""What all JSON bodies share: unknown names are refused, times are UTC with a Z."""

import json
from datetime import datetime
from typing import Annotated, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    SecretStr,
    ValidationError,
)

from doorstep.kit.typed_code import LONGEST, letters_and_digits
from doorstep.proof_of_work.service import LONGEST_PAYLOAD


def _zulu(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_zulu, return_type=str, when_used="json")]
"""A moment in UTC, to the second: `2026-03-14T09:26:53Z`."""

LONGEST_TYPED_EMAIL = 254
LONGEST_TYPED_PASSWORD = 1024
"""No password that could be right is longer (`passwords.max_length` is at most that); more is not even looked at."""

STORABLE: Final[dict[str, JsonValue]] = {"pattern": r"^[^\u0000]*$"}
"""What OpenAPI tells about every text: no NUL. `web/strict_json` refuses it before anything reads the body."""

Email = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_TYPED_EMAIL, examples=["ada@example.org"], json_schema_extra=STORABLE),
]
Password = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_TYPED_PASSWORD, json_schema_extra=STORABLE)]
Proof = Annotated[
    str | None,
    Field(
        max_length=LONGEST_PAYLOAD,
        description="A solved challenge, base64; needed after a 428 `proof_required`",
        json_schema_extra=STORABLE,
    ),
]


def _code(typed: object) -> object:
    return letters_and_digits(typed) if isinstance(typed, str) and len(typed) <= LONGEST else typed


SixDigits = Annotated[
    str,
    BeforeValidator(
        _code,
        json_schema_input_type=Annotated[
            str,
            Field(
                pattern=r"^[0-9]{6}$",
                description="Six digits. Those of other scripts are read as well; signs and spaces do not count",
                examples=["123456"],
            ),
        ],
    ),
    Field(min_length=6, max_length=6, pattern=r"^[0-9]{6}$"),
]


class Arriving(BaseModel):
    """A body that a caller sends."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Leaving(BaseModel):
    """A body that we answer."""

    model_config = ConfigDict(frozen=True)


class Nothing(Arriving):
    """An empty object."""


NOTHING: Final[dict[str, JsonValue]] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Nothing"}}},
    }
}
"""What OpenAPI tells (`openapi_extra`) of a route that looks itself for `Nothing`, with `require_nothing`."""


async def require_nothing(request: Request) -> None:
    """Pass when the body is an empty object, at a tenth of what FastAPI takes. Raises RequestValidationError."""
    body = await request.body()
    if body == b"{}":
        return
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",)}])
    try:
        Nothing.model_validate(json.loads(body))
    except ValidationError as wrong:
        raise RequestValidationError([{**error, "loc": ("body", *error["loc"])} for error in wrong.errors()]) from None
