"""FastAPI's validation errors in our own words.

Pydantic's messages are written for programmers and repeat what was sent. Here each kind has one sentence for the
person, and nothing of the input goes back: it may be a password.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from doorstep.failure import FieldError
from doorstep.web.strict_json import pointer

OWN_WORDS: Final = "doorstep"
"""The type of a `PydanticCustomError` whose message is ours and is shown as it stands."""

_MOST_ERRORS: Final = 20
_EMAIL: Final = "Enter an e-mail address, such as name@example.org."
_OTHERWISE: Final = "This value is not accepted."
_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "This must be text.",
    "string_too_short": "Use at least {min_length} characters.",
    "string_too_long": "Use at most {max_length} characters.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "float_type": "This must be a number.",
    "float_parsing": "This must be a number.",
    "greater_than": "This must be more than {gt}.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than": "This must be less than {lt}.",
    "less_than_equal": "This must be at most {le}.",
    "literal_error": "This is not one of the possible values.",
    "enum": "This is not one of the possible values.",
    "list_type": "This must be a list.",
    "too_long": "Use at most {max_length} entries.",
    "too_short": "Use at least {min_length} entries.",
    "dict_type": "This must be an object with named fields.",
    "model_type": "This must be an object with named fields.",
    "model_attributes_type": "This must be an object with named fields.",
    "uuid_type": "This must be an identifier.",
    "uuid_parsing": "This must be an identifier.",
    "datetime_type": "This must be a date and time.",
    "datetime_parsing": "This must be a date and time.",
    "datetime_from_date_parsing": "This must be a date and time.",
}


def field_errors(found: Sequence[Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """The refused fields of a `RequestValidationError`'s `errors()`, at most 20 of them.

    Fields of the body are named by their JSON pointer (`/email`); others by where they stand first (`/query/limit`).
    """
    return tuple(FieldError(_pointer(error["loc"]), _sentence(error)) for error in found[:_MOST_ERRORS])


def _pointer(place: Sequence[str | int]) -> str:
    return pointer(*(place[1:] if place[:1] == ("body",) else place))


def _sentence(error: Mapping[str, Any]) -> str:
    kind: str = error["type"]
    if kind == OWN_WORDS:
        return str(error["msg"])
    if kind in {"value_error", "string_pattern_mismatch"} and error["loc"][-1:] == ("email",):
        return _EMAIL
    return _SENTENCES.get(kind, _OTHERWISE).format_map(error.get("ctx", {}))
